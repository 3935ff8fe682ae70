"""A form that no longer asks what its answer answers says so, and settings stay with the project they were made for."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from ecomap.ui.panels.question import QuestionPanel
from ecomap.ui.window import MainWindow
from ecomap.workspace import operations
from tests.small_project import small_project
from tests.ui.conftest import LONG, settle

LEFT = Qt.MouseButton.LeftButton
MILE, HALF = 1609.344, 804.672


def gaps(window: MainWindow, qtbot: QtBot, **given: object) -> QuestionPanel:
    """The gaps, asked as the planner sets them."""
    window.show_step("gaps")
    panel = window.panels["gaps"]
    assert isinstance(panel, QuestionPanel)
    panel.choose("coverage-gap")
    assert panel.form is not None
    panel.form.set_values(given)
    with qtbot.waitSignal(window.desk.answered, timeout=LONG):
        qtbot.mouseClick(panel.page.ask, LEFT)
    settle(qtbot, window)
    return panel


def drag_to(panel: QuestionPanel, metres: float) -> None:
    assert panel.form is not None
    field = panel.form.fields["radius_m"]
    field.set_value(metres)
    field.edited.emit()


def test_a_form_that_asks_something_else_marks_its_answer_in_panel_map_and_table(window: MainWindow, qtbot: QtBot) -> None:
    panel = gaps(window, qtbot, radius_m=MILE)
    assert not panel.answer.otherwise.isVisible()
    drag_to(panel, HALF)
    said = "Of 1.0 mi; asked now: 0.5 mi"
    assert panel.answer.otherwise.isVisible()
    assert panel.answer.otherwise_words.text() == said
    assert said in window.map.canvas._subtitle
    assert window.table.summary.text().startswith(said)
    drag_to(panel, MILE)
    assert not panel.answer.otherwise.isVisible()
    assert "asked now" not in window.map.canvas._subtitle + window.table.summary.text()


def test_the_map_stands_still_when_the_mark_appears(window: MainWindow, qtbot: QtBot) -> None:
    window.resize(1280, 800)
    panel = gaps(window, qtbot, radius_m=MILE)
    before = window.map.canvas.size()
    drag_to(panel, HALF)
    first, second = window.table.summary.text().split("\n")
    assert first == "Of 1.0 mi; asked now: 0.5 mi"
    assert second.endswith("rows")
    qtbot.waitUntil(lambda: window.table.summary.text().startswith("0.5 mi: not kept yet\n"), timeout=LONG)  # what follows the hand has arrived
    settle(qtbot, window)
    _, second = window.table.summary.text().split("\n")
    assert second.endswith("rows")
    assert window.map.canvas.size() == before


def test_asking_again_takes_the_mark_away(window: MainWindow, qtbot: QtBot) -> None:
    panel = gaps(window, qtbot, radius_m=MILE)
    drag_to(panel, HALF)
    with qtbot.waitSignal(window.desk.answered, timeout=LONG):
        qtbot.mouseClick(panel.page.ask, LEFT)
    settle(qtbot, window)
    assert not panel.answer.otherwise.isVisible()
    assert "asked now" not in window.table.summary.text()


def test_another_project_starts_with_the_usual_settings(window: MainWindow, qtbot: QtBot, tmp_path: Path) -> None:
    panel = gaps(window, qtbot, radius_m=HALF)
    asked = tmp_path / "asked.ecomap.gpkg"
    operations.save_project(window.desk.project, asked)
    with qtbot.waitSignal(window.desk.replaced, timeout=LONG):
        window.desk.replace(small_project(), None)
    settle(qtbot, window)
    assert panel.form is not None
    assert panel.form.values()["radius_m"] == MILE
    assert panel.answer.result is None
    with qtbot.waitSignal(window.desk.replaced, timeout=LONG):  # and one with an answer with those of its answer
        window.desk.replace(operations.open_project(asked), asked)
    settle(qtbot, window)
    assert panel.form.values()["radius_m"] == HALF
    assert not panel.answer.otherwise.isVisible()
