"""In the window: how complete a list is can be said and taken back, stands over tables, and old figures come with the way to newer ones."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QPushButton, QWidget
from pytestqt.qtbot import QtBot

from ecomap.model.known import ENTRIES, SCHOOLS
from ecomap.model.result import AGE
from ecomap.ui.dialogs.fetching import FetchDialog
from ecomap.ui.dialogs.known import KnownDialog
from ecomap.ui.window import MainWindow
from ecomap.workspace import operations
from tests.ui.conftest import LONG, settle

SAID = "1 of 3 community schools is known by name, says the district's page in 2025."


def words_of(widget: QWidget) -> str:
    return "\n".join(child.text() for child in widget.findChildren(QWidget) if hasattr(child, "text") and child.isVisibleTo(widget))


@pytest.fixture
def answered(window: MainWindow, qtbot: QtBot) -> MainWindow:
    project = operations.set_day(window.desk.project, "2026-11-29")
    project = operations.state_known(project, "sites", "", "3", source="the district's page", year="2025")
    project, result = operations.run_analysis(project, "coverage-gap", {"target": "approach:community_school"})
    window.desk.replace(project, None)
    window.show_step("gaps")
    window.desk.answered.emit(result)
    settle(qtbot, window)
    return window


def test_it_is_said_in_a_dialog_changed_and_taken_back_by_undo_too(window: MainWindow, qtbot: QtBot) -> None:
    window.desk.known_asked.emit("sites")
    dialog = window.findChild(KnownDialog)
    assert dialog is not None
    assert dialog.counts.currentData() == SCHOOLS
    dialog.total.setText("many")
    qtbot.mouseClick(dialog.keep_button, Qt.MouseButton.LeftButton)
    assert "does not say how many" in dialog.problem.text()
    dialog.total.setText("3")
    dialog.source.setText("the district's page")
    dialog.year.setText("2025")
    qtbot.mouseClick(dialog.keep_button, Qt.MouseButton.LeftButton)
    assert not dialog.problem.isVisible()
    qtbot.waitUntil(lambda: SAID in words_of(dialog), timeout=LONG)
    assert window.desk.project.layer("sites").known_of[0].total == 3
    dialog.counts.setCurrentIndex(dialog.counts.findData(ENTRIES))
    dialog.keep()
    assert [one.counts for one in window.desk.project.layer("sites").known_of] == [ENTRIES]
    qtbot.waitUntil(lambda: "Take back" in words_of(dialog), timeout=LONG)
    back = next(one for one in dialog.findChildren(QPushButton) if one.text() == "Take back" and one.isVisible())
    qtbot.mouseClick(back, Qt.MouseButton.LeftButton)
    assert window.desk.project.layer("sites").known_of == ()
    window.desk.workspace.undo()
    assert [one.counts for one in window.desk.project.layer("sites").known_of] == [ENTRIES]
    dialog.accept()


def test_a_layer_of_anything_else_is_told_so(window: MainWindow, qtbot: QtBot) -> None:
    with qtbot.waitSignal(window.desk.said, timeout=LONG) as told:
        window.commands.say_known("schools")
    assert "does not list who" in str(told.args[0])
    assert window.findChild(KnownDialog) is None


def test_the_step_data_says_how_complete_each_list_is_with_the_way_to_say_it(answered: MainWindow, qtbot: QtBot) -> None:
    answered.show_step("data")
    settle(qtbot, answered)
    panel = answered.panels["data"]
    assert SAID in words_of(panel)
    assert words_of(panel).count("It is not known how complete this list is.") == 1  # the services
    change = panel.findChild(QPushButton, "known-sites")
    assert isinstance(change, QPushButton)
    with qtbot.waitSignal(answered.desk.known_asked, timeout=LONG) as asked:
        qtbot.mouseClick(change, Qt.MouseButton.LeftButton)
    assert asked.args == ["sites"]
    dialog = answered.findChild(KnownDialog)
    assert dialog is not None
    dialog.accept()


def test_an_answer_says_it_and_what_is_old_comes_with_the_way_to_newer_figures(answered: MainWindow, qtbot: QtBot) -> None:
    panel = answered.panels["gaps"]
    said = words_of(panel)
    assert SAID in said
    assert said.count("Older than three years on 29 November 2026") == 1
    newer = panel.findChild(QPushButton, "newer-figures")
    assert isinstance(newer, QPushButton)
    qtbot.mouseClick(newer, Qt.MouseButton.LeftButton)
    assert answered.steps.currentWidget() is not panel
    assert answered.panels["data"].isVisible()
    (dialog,) = answered.findChildren(FetchDialog)  # public data, not only the step where files are brought in
    dialog.close()


def test_tables_have_it_above_them(answered: MainWindow, qtbot: QtBot) -> None:
    table = answered.table
    assert table.told.isVisible()
    assert SAID in table.rests_on.text()
    assert "Older than three years" in table.rests_on.text()
    with qtbot.waitSignal(answered.desk.newer_asked, timeout=LONG):
        qtbot.mouseClick(table.newer, Qt.MouseButton.LeftButton)
    answered.findChildren(FetchDialog)[0].close()
    table.open_layer("sites")
    assert table.rests_on.text() == SAID
    assert not table.newer.isVisible()
    table.open_layer("schools")
    assert not table.told.isVisible()


def test_figures_that_are_not_old_have_no_caution(answered: MainWindow) -> None:
    project, result = operations.run_analysis(answered.desk.project, "coverage-gap", {"target": "approach:community_school", "as_of": "2020-01-01"})
    assert not [note for note in result.notes if note.about == AGE]
    answered.desk.apply(project, operations.say("Ask"))
    answered.desk.answered.emit(result)
    assert "Older than" not in answered.table.rests_on.text()
