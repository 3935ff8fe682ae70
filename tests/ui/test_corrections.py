"""Corrections of readers in the window: dropped, listed, seen on the map, settled with the mouse, and taken back by undo."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import QMimeData, QPointF, Qt, QUrl
from PySide6.QtGui import QDropEvent
from PySide6.QtTest import QTest

from ecomap.model.project import Project
from ecomap.ui.dialogs.corrections import MOST_LISTED, CorrectionsDialog, shown_one
from ecomap.ui.map.tools import CORRECTION, MOST_PINS
from ecomap.ui.window import MainWindow
from tests.correction_files import about, entry, written

Rest = Callable[[], None]
HOSTILE = "<img src=x onerror=alert(1)><b>bold</b>"


def drop(window: MainWindow, *paths: Path) -> None:
    data = QMimeData()
    data.setUrls([QUrl.fromLocalFile(str(path)) for path in paths])
    window.dropEvent(QDropEvent(QPointF(200, 200), Qt.DropAction.CopyAction, data, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier))


def a_place(window: MainWindow) -> tuple[str, str, str]:
    """Layer, row and name of a school of the project."""
    project = window.desk.project
    layer = project.layers_of("school")[0]
    row = project.frame(layer.id).iloc[0]
    return layer.id, str(row["id"]), str(row["name"])


@pytest.fixture
def dialog(window: MainWindow, rest: Rest, tmp_path: Path, qtbot: Any) -> CorrectionsDialog:
    layer, row, called = a_place(window)
    drop(window, written(tmp_path / "a.ecomap-notes.json", entry(about=about(layer, row, called), text=HOSTILE, author="Ana"),
                         entry("idea", text="More shade", place=[-118.36, 33.92], day="2026-11-13")))
    qtbot.waitUntil(lambda: shown_one(window) is not None, timeout=15_000)
    rest()
    found = shown_one(window)
    assert found is not None
    return found


def click(control: Any) -> None:
    QTest.mouseClick(control, Qt.MouseButton.LeftButton)


def test_a_dropped_file_is_listed_and_changes_nothing(window: MainWindow, dialog: CorrectionsDialog) -> None:
    project = window.desk.project
    assert dialog.listing.count() == 2
    assert [one.state for one in project.corrections] == ["waiting", "waiting"]
    layer, _, called = a_place(window)
    assert "end" not in project.frame(layer) or not str(project.frame(layer)["end"].iloc[0])
    assert called in dialog.title.text()
    assert HOSTILE in dialog.text.text()
    assert dialog.text.textFormat() == Qt.TextFormat.PlainText
    assert dialog.accept_it.isEnabled()
    assert not dialog.decline.isEnabled(), "declining needs a reason"


def test_it_is_accepted_and_undo_takes_it_back(window: MainWindow, dialog: CorrectionsDialog, rest: Rest) -> None:
    layer, _, _ = a_place(window)
    click(dialog.accept_it)
    rest()
    assert window.desk.project.frame(layer)["end"].iloc[0] == "2026-11-12"
    assert [one.state for one in window.desk.project.corrections] == ["accepted", "waiting"]
    assert dialog.listing.count() == 1, "the next one that waits"
    window.desk.workspace.undo()
    rest()
    assert [one.state for one in window.desk.project.corrections] == ["waiting", "waiting"]
    assert dialog.listing.count() == 2


def test_declined_with_a_reason_and_let_wait_again(window: MainWindow, dialog: CorrectionsDialog, rest: Rest) -> None:
    QTest.keyClicks(dialog.reason, "We called: it is open.")
    QTest.keyClick(dialog.reason, Qt.Key.Key_Return)
    assert [one.state for one in window.desk.project.corrections] == ["waiting", "waiting"], "Return in the field settles nothing"
    click(dialog.decline)
    rest()
    assert window.desk.project.corrections[0].reason == "We called: it is open."
    assert dialog.reason.text() == ""
    click(dialog.only_waiting)
    dialog.look_at(window.desk.project.corrections[0].id)
    rest()
    assert "We called" in dialog.would.text()
    assert not dialog.accept_it.isEnabled()
    click(dialog.again)
    assert window.desk.project.corrections[0].waits


def test_an_idea_is_kept_as_a_note_on_the_map(window: MainWindow, dialog: CorrectionsDialog, rest: Rest) -> None:
    dialog.look_at(window.desk.project.corrections[1].id)
    rest()
    assert not dialog.accept_it.isEnabled()
    click(dialog.keep)
    rest()
    assert "More shade" in window.desk.project.notes[0].text


def test_its_pin_opens_the_list_at_it(window: MainWindow, dialog: CorrectionsDialog, rest: Rest) -> None:
    one = window.desk.project.corrections[1]
    dialog.look_at(one.id)
    click(dialog.on_map)
    rest()
    pin = next(pin for pin in window.map.tools.sketch.pins if pin.id == CORRECTION + one.id)
    assert pin.reader
    assert pin.chosen
    dialog.close()
    rest()
    assert shown_one(window) is None
    bare = window.map.canvas.grab().toImage()
    head = window.map.tools.sketch._head(pin).toPoint()
    QTest.mouseClick(window.map.canvas, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier, head)
    again = shown_one(window)
    assert again is not None
    assert again.key == one.id
    assert bare != window.map.canvas.grab().toImage(), "the one that is looked at is marked"


def test_the_same_file_again_and_a_file_that_is_none(window: MainWindow, dialog: CorrectionsDialog, rest: Rest, tmp_path: Path) -> None:
    before = window.desk.project
    window.commands.take_files([tmp_path / "a.ecomap-notes.json"])
    rest()
    assert window.desk.project is before
    bad = tmp_path / "b.ecomap-notes.json"
    bad.write_text("{}")
    window.commands.take_files([bad])
    rest()
    assert window.desk.project is before


def test_without_a_project_there_is_nothing_to_correct(window: MainWindow, tmp_path: Path, rest: Rest) -> None:
    window.desk.replace(Project(), None)
    window.commands.take_files([written(tmp_path / "a.ecomap-notes.json", entry())])
    rest()
    assert shown_one(window) is None
    assert window.desk.project.corrections == ()


def test_of_very_many_the_first_are_listed_and_pinned(window: MainWindow, dialog: CorrectionsDialog, rest: Rest, tmp_path: Path) -> None:
    window.commands.take_files([written(tmp_path / "many.ecomap-notes.json", *(entry("idea", text=f"Idea {number}", place=[-118.36, 33.92]) for number in range(400)))])
    rest()
    assert len(window.desk.project.corrections) == 402
    assert dialog.listing.count() == MOST_LISTED
    assert str(MOST_LISTED) in dialog.counted.text()
    assert sum(pin.reader for pin in window.map.tools.sketch.pins) <= MOST_PINS + 1
