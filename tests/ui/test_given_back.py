"""A project that another one takes the place of is gone from memory, whatever was done with it."""

from __future__ import annotations

import weakref
from collections.abc import Callable
from pathlib import Path

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from ecomap.model.project import Project
from ecomap.model.said import say
from ecomap.ui.desk import Notice
from ecomap.ui.models.table import FrameModel
from ecomap.ui.panels.question import QuestionPanel
from ecomap.ui.window import MainWindow
from ecomap.workspace import operations
from tests.small_project import small_project
from tests.ui.conftest import LONG, settle

Rest = Callable[[], None]
LEFT = Qt.MouseButton.LeftButton


def traces(project: Project) -> dict[str, weakref.ref[object]]:
    """The project, its rows and its answers, watched without being held."""
    watched = {"project": weakref.ref(project)}
    watched |= {f"rows of {layer}": weakref.ref(rows) for layer, rows in project.frames.items()}
    watched |= {f"{result.id}/{output.name}": weakref.ref(output.frame) for result in project.results for output in result.outputs}
    return watched


def use_everything(window: MainWindow, qtbot: QtBot, tmp_path: Path) -> None:
    """Ask, pick, look at every table and step, change, take back, save and export."""
    for step in ("need", "gaps", "plan"):
        window.show_step(step)
        panel = window.panels[step]
        assert isinstance(panel, QuestionPanel)
        qtbot.waitUntil(lambda panel=panel: panel.form is not None, timeout=LONG)  # type: ignore[misc]
        with qtbot.waitSignal(window.desk.answered, timeout=LONG):
            qtbot.mouseClick(panel.ask, LEFT)
        settle(qtbot, window)
    for layer in window.desk.project.layers:
        window.desk.table_asked.emit(layer.id)
        window.desk.zoom_asked.emit(layer.id, ())
        QApplication.processEvents()
    window.desk.set_visible("schools", False)
    window.commands.do_undo()
    window.commands.do_redo()
    window.commands.do_undo()
    settle(qtbot, window)
    for layer, row in (("need-areas", 0), ("schools", 1)):
        ids = (str(window.desk.project.frame(layer)["id"].iloc[row]),)
        window.desk.select(layer, ids)
        window.desk.zoom_asked.emit(layer, ids)
        window.map.canvas.clicked.emit(layer, ids[0], QPoint(300, 300))
        settle(qtbot, window)
    for step in window.panels:
        window.show_step(step)
        QApplication.processEvents()
    window.search.setText("Tract")
    QApplication.processEvents()
    window.search.setText("")
    operations.export(window.desk.project, tmp_path / "all.xlsx")
    with qtbot.waitSignal(window.desk.saved, timeout=LONG):
        window.desk.save(tmp_path / "town.ecomap.gpkg")
    settle(qtbot, window)


def alive(watched: dict[str, weakref.ref[object]]) -> list[str]:
    return sorted(name for name, ref in watched.items() if ref() is not None)


@pytest.mark.parametrize("way", ["replace", "open", "new"])
def test_a_replaced_project_is_given_back(window: MainWindow, qtbot: QtBot, tmp_path: Path, way: str) -> None:
    window.desk.replace(small_project(), None)  # held by the window alone
    settle(qtbot, window)
    use_everything(window, qtbot, tmp_path)
    watched = traces(window.desk.project)
    with qtbot.waitSignal(window.desk.replaced, timeout=LONG):
        if way == "replace":
            window.desk.replace(small_project(), None)
        elif way == "open":
            window.desk.open(tmp_path / "town.ecomap.gpkg")
        else:
            window.desk.new("", window.desk.project.title)  # type: ignore[arg-type]
    settle(qtbot, window)
    qtbot.waitUntil(lambda: not alive(watched), timeout=10_000)


def test_dropped_steps_are_said_once_and_quietly(window: MainWindow, monkeypatch: pytest.MonkeyPatch) -> None:
    said: list[Notice] = []
    window.desk.said.connect(said.append)
    monkeypatch.setattr(window.desk.workspace, "_undo_bytes", 1)  # as on a machine with little memory
    for number in range(6):
        project = window.desk.project
        rows = project.frame("need-areas").assign(poverty=number / 10)
        window.desk.apply(project.with_layer(project.layer("need-areas"), rows), say("Change {n}", n=number))
    assert [(one.kind, one.text) for one in said] == [
        ("note", "Undo reaches back to “Change 1”; earlier steps were dropped to save memory.")]
    assert window.desk.workspace.dropped == 5


def test_tables_that_are_not_shown_any_more_leave_no_model(window: MainWindow, qtbot: QtBot) -> None:
    for number in range(5):
        project = window.desk.project
        window.desk.table_asked.emit("need-areas")
        rows = project.frame("need-areas").assign(poverty=number / 10)
        window.desk.apply(project.with_layer(project.layer("need-areas"), rows), say("Change {n}", n=number))
        settle(qtbot, window)
    qtbot.waitUntil(lambda: len(window.table.findChildren(FrameModel)) <= len(window.table.sheets), timeout=LONG)


def test_a_window_that_another_language_takes_the_place_of_is_gone_even_if_it_was_never_searched(
    qtbot: QtBot, window: MainWindow, monkeypatch: pytest.MonkeyPatch,
) -> None:
    import gc

    from PySide6.QtCore import QCoreApplication, QEvent

    from ecomap.ui import speech
    from ecomap.ui.window import Opened

    monkeypatch.delenv(speech.VARIABLE, raising=False)
    opened = Opened(window.again())
    try:
        opened.window.known_actions["language_es"].trigger()
        QApplication.processEvents()
        second = weakref.ref(opened.window)
        settle(qtbot, opened.window)
        opened.window.known_actions["language_en"].trigger()
        QApplication.processEvents()
        settle(qtbot, opened.window)
        QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)
        gc.collect()
        assert second() is None
    finally:
        speech.use("en")
        opened.window.close()


def test_only_what_another_project_left_is_looked_for(window: MainWindow, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch) -> None:
    from ecomap.ui import desk as desks

    collected: list[bool] = []
    monkeypatch.setattr(desks.gc, "collect", lambda *_: collected.append(True))
    desk, project = desks.Desk(window.desk.settings), window.desk.project
    try:
        assert desk.empty
        desk.replace(project, None)
        desk._give_back()
        assert collected == []
        desk.replace(project, None)
        desk._give_back()
        desk._give_back()
        assert collected == [True]
    finally:
        desk.shut_down()
