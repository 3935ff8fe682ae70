"""Plan begins with the service that was looked at in Gaps: seen, changeable, and never against what was chosen in Plan."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QComboBox
from pytestqt.qtbot import QtBot

from ecomap.model.said import name
from ecomap.ui.panels.question import QuestionPage, QuestionPanel
from ecomap.ui.window import MainWindow
from ecomap.workspace import operations
from tests.ui.conftest import settle

HEALTH, SCHOOLS, ANY = "service:Mental Health", "approach:community_school", "service:*"


def asked_in_gaps(window: MainWindow, qtbot: QtBot, target: str) -> None:
    project, _ = operations.run_analysis(window.desk.project, "coverage-gap", {"target": target, "radius_m": 800.0})
    window.desk.apply(project, name("Find the gaps"))
    settle(qtbot, window)


def page_of(window: MainWindow, question: str = "priority") -> QuestionPage:
    window.show_step("plan")
    panel = window.panels["plan"]
    assert isinstance(panel, QuestionPanel)
    panel.choose(question)
    assert panel.page.form is not None
    return panel.page


def target(page: QuestionPage) -> object:
    assert page.form is not None
    return page.form.values()["target"]


def test_plan_begins_with_what_was_looked_at_in_gaps_and_says_so(window: MainWindow, qtbot: QtBot) -> None:
    page = page_of(window)
    assert target(page) != SCHOOLS
    assert not page.begun.isVisible()
    asked_in_gaps(window, qtbot, SCHOOLS)
    page = page_of(window)
    assert target(page) == SCHOOLS
    assert page.begun.isVisible()
    assert "ommunity school" in page.begun.words.text()
    assert "as in “Gaps: " in page.begun.words.text()
    asked_in_gaps(window, qtbot, HEALTH)  # nobody has chosen in Plan yet
    assert target(page_of(window)) == HEALTH


def test_it_can_be_changed_and_what_is_chosen_here_stays(window: MainWindow, qtbot: QtBot) -> None:
    asked_in_gaps(window, qtbot, HEALTH)
    page = page_of(window)
    assert page.begun.isVisible()
    assert page.form is not None
    box = page.form.fields["target"].findChild(QComboBox)
    assert box is not None
    box.setFocus()
    qtbot.keyClick(box, Qt.Key.Key_Down)
    assert target(page) == SCHOOLS
    assert not page.begun.isVisible()
    window.show_step("gaps")
    asked_in_gaps(window, qtbot, ANY)
    page = page_of(window)
    assert target(page) == SCHOOLS
    assert not page.begun.isVisible()


def test_an_answer_in_plan_keeps_its_own(window: MainWindow, qtbot: QtBot) -> None:
    project, _ = operations.run_analysis(window.desk.project, "priority", {"target": SCHOOLS, "draws": 99})
    window.desk.apply(project, name("Rank"))
    settle(qtbot, window)
    asked_in_gaps(window, qtbot, HEALTH)
    page = page_of(window)
    assert target(page) == SCHOOLS
    assert not page.begun.isVisible()
