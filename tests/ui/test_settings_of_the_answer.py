"""Settings belong to the answer and the project: above an answer stands what it was asked with, and nothing of another one.

The story: community schools within 0.7 miles in one project; then another project, and an answer about mental health. "Community
schools · 0.7 mi" must not stand over it, in the panel, on the map, over the table, nor in what the button would ask.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtWidgets import QLabel
from pytestqt.qtbot import QtBot

from ecomap.analysis import registry
from ecomap.model.params import param_specs
from ecomap.model.units import metres
from ecomap.ui.panels.question import QuestionPanel
from ecomap.ui.steps import STEPS
from ecomap.ui.window import MainWindow
from ecomap.workspace import operations
from ecomap.workspace.settings import Settings
from tests.small_project import small_project
from tests.ui.conftest import LONG, settle
from tests.ui.test_asked import ask, panel_of

SCHOOLS, HEALTH = "approach:community_school", "service:Mental Health"
OF_THE_OTHER = ("ommunity school", "0.7 mi")


def words_on(window: MainWindow, whole: bool = True) -> str:
    """Everything that stands over and in the answer: panel, title of the map, tables; without ``whole`` not the map."""
    panel = window.panels[window.step]
    said = [label.text() for label in panel.findChildren(QLabel) if label.isVisible()]
    canvas = window.map.canvas
    tabs = [window.table.tabs.tabText(n) for n in range(window.table.tabs.count())]
    return " | ".join([*said, *((canvas._title, canvas._subtitle) if whole else ()), window.table.called.text(), window.table.summary.text(), *tabs])


def asked_in_another_project(window: MainWindow, qtbot: QtBot) -> None:
    ask(window, qtbot, "coverage-gap", target=SCHOOLS, radius_m=metres(0.7))
    assert all(words in words_on(window) for words in OF_THE_OTHER)


def other_project(window: MainWindow, qtbot: QtBot, path: Path | None = None) -> None:
    with qtbot.waitSignal(window.desk.replaced, timeout=LONG):
        window.desk.replace(operations.open_project(path) if path else small_project(), path)
    settle(qtbot, window)


def test_nothing_of_another_project_stands_over_an_answer(window: MainWindow, qtbot: QtBot) -> None:
    asked_in_another_project(window, qtbot)
    other_project(window, qtbot)
    ask(window, qtbot, "coverage-gap", target=HEALTH)
    said = words_on(window)
    assert not [words for words in OF_THE_OTHER if words in said]
    assert "1.0 mi" in said


def test_an_answer_of_a_file_stands_under_its_own_settings(window: MainWindow, qtbot: QtBot, tmp_path: Path) -> None:
    health, _ = operations.run_analysis(small_project(), "coverage-gap", {"target": HEALTH, "radius_m": metres(0.4)})
    operations.save_project(health, tmp_path / "health.ecomap.gpkg")
    asked_in_another_project(window, qtbot)
    other_project(window, qtbot, tmp_path / "health.ecomap.gpkg")
    panel = panel_of(window, qtbot, "coverage-gap")
    said = words_on(window)
    assert not [words for words in OF_THE_OTHER if words in said]
    assert "0.4 mi" in said
    assert panel.form is not None
    assert panel.form.values()["target"] == HEALTH


def test_nothing_of_another_question_stands_over_an_answer(window: MainWindow, qtbot: QtBot) -> None:
    ask(window, qtbot, "access", target=HEALTH)
    asked_in_another_project(window, qtbot)  # another question of the same step
    panel_of(window, qtbot, "access")
    assert not [words for words in OF_THE_OTHER if words in words_on(window, whole=False)]
    assert "Switched off for this answer: access" in window.map.canvas._subtitle  # the map still shows the other, under its name


@pytest.fixture
def next_day(qtbot: QtBot, light: None, tmp_path: Path) -> Iterator[MainWindow]:
    """Another start of the program by the same user."""
    made = MainWindow(Settings.load())
    made.show()
    yield made
    made.desk.workspace.mark_saved(made.desk.workspace.path)  # type: ignore[arg-type]
    made.close()
    made.deleteLater()


def unusual(analysis: str, values: dict[str, object]) -> list[str]:
    """The numbers and switches of a form that are not as usual."""
    specs = [spec for spec in param_specs(registry.analysis(analysis).params) if spec.kind in ("float", "int", "bool") and not spec.required]
    return [spec.name for spec in specs if spec.name in values and values[spec.name] != pytest.approx(spec.default)]


def test_a_new_project_starts_with_the_usual_settings_in_every_question(window: MainWindow, qtbot: QtBot) -> None:
    changed = 0
    for step in STEPS:
        for analysis in step.analyses:
            panel = panel_of(window, qtbot, analysis)
            assert panel.form is not None
            for field in panel.form.fields.values():
                if field.spec.kind in ("float", "int") and field.spec.default is not None:
                    field.set_value(field.spec.default + 1 if field.spec.kind == "int" else field.spec.default * 1.1)
                    changed += 1
    assert changed > 30
    window.desk.settings.save()
    other_project(window, qtbot)
    for step in STEPS:
        for analysis in step.analyses:
            panel = panel_of(window, qtbot, analysis)
            assert panel.form is not None
            assert unusual(analysis, panel.form.values()) == [], analysis


def test_another_start_of_the_program_brings_no_settings_of_a_question(window: MainWindow, qtbot: QtBot, next_day: MainWindow) -> None:
    asked_in_another_project(window, qtbot)
    window._remember()
    assert "radius" not in str(Settings.load())
    with qtbot.waitSignal(next_day.desk.replaced, timeout=LONG):
        next_day.desk.replace(small_project(), None)
    settle(qtbot, next_day)
    panel = panel_of(next_day, qtbot, "coverage-gap")
    assert isinstance(panel, QuestionPanel)
    assert panel.form is not None
    assert panel.form.values()["radius_m"] == pytest.approx(metres(1.0))


def test_a_mark_of_another_project_does_not_stand_on_the_same_question_here(window: MainWindow, qtbot: QtBot, tmp_path: Path) -> None:
    panel = ask(window, qtbot, "coverage-gap", radius_m=metres(1.0))
    operations.save_project(window.desk.project, tmp_path / "same.ecomap.gpkg")
    assert panel.form is not None
    field = panel.form.fields["radius_m"]
    field.set_value(metres(0.7))
    field.edited.emit()
    assert "asked now: 0.7 mi" in words_on(window)
    window.show_step("data")
    other_project(window, qtbot, tmp_path / "same.ecomap.gpkg")
    assert window.desk.otherwise == {}
    window.show_step("gaps")
    settle(qtbot, window)
    assert [part for part in words_on(window).split(" | ") if "0.7 mi" in part] == []


def test_the_line_over_an_answer_says_what_the_button_asks(window: MainWindow, qtbot: QtBot) -> None:
    panel = ask(window, qtbot, "plan", radius_m=metres(0.5), sites=1)
    page = panel.page
    assert page.asked.isVisible()
    assert panel.form is not None
    field = panel.form.fields["radius_m"]
    field.set_value(metres(0.7))
    field.edited.emit()
    assert "0.7 mi" in page.asked.words.text()
    assert page.answer.otherwise_words.text() == "Of 0.5 mi; asked now: 0.7 mi"
