"""Notes pinned with the mouse, views kept by name, and both through undo."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest

from ecomap.ui.dialogs.kept_views import KeptViewsDialog
from ecomap.ui.dialogs.note import NoteDialog
from ecomap.ui.map.hand import NOTE
from ecomap.ui.panels.share import SharePanel
from ecomap.ui.window import MainWindow

Rest = Callable[[], None]


def opened(window: MainWindow, kind: type) -> Any:
    return next(one for one in window.findChildren(kind) if one.isVisible())


def pinned(window: MainWindow, text: str = "Ask about the gate", place: QPoint = QPoint(300, 200)) -> None:  # noqa: B008
    canvas = window.map.canvas
    QTest.keyClick(canvas, Qt.Key.Key_N)
    assert window.map.tools.hand.tool == NOTE
    QTest.mouseClick(canvas, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier, place)
    dialog = opened(window, NoteDialog)
    assert not dialog.take.isEnabled(), "a note needs words"
    QTest.keyClicks(dialog.text, text)
    QTest.keyClicks(dialog.author, "J. Alvarez")
    QTest.mouseClick(dialog.take, Qt.MouseButton.LeftButton)


def test_a_note_is_pinned_where_the_map_was_clicked_and_undone(window: MainWindow) -> None:
    place = QPoint(300, 200)
    pinned(window, place=place)
    (note,) = window.desk.project.notes
    assert window.map.canvas.window_shown().to_screen(note.x, note.y) == pytest.approx((place.x(), place.y()), abs=0.01)
    assert window.map.tools.hand.tool == "", "one note, and the tool is laid down"
    assert [pin.id for pin in window.map.tools.sketch.pins] == ["note-1"]
    assert window.settings.your_name == "J. Alvarez"
    window.desk.workspace.undo()
    assert window.desk.project.notes == ()
    assert window.map.tools.sketch.pins == ()
    window.desk.workspace.redo()
    assert len(window.map.tools.sketch.pins) == 1


def test_its_pin_opens_it_and_it_is_settled_there(window: MainWindow, rest: Rest) -> None:
    pinned(window)
    (pin,) = window.map.tools.sketch.pins
    head = window.map.tools.sketch._head(pin).toPoint()
    QTest.mouseClick(window.map.canvas, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier, head)
    dialog = opened(window, NoteDialog)
    assert dialog.text.toPlainText() == "Ask about the gate"
    dialog.settled.click()
    QTest.mouseClick(dialog.take, Qt.MouseButton.LeftButton)
    assert window.desk.project.notes[0].settled
    assert window.map.tools.sketch.pins[0].settled
    assert window.desk.selection == ("", ()), "the click was for the pin, not for the ground under it"
    rest()


def test_pins_are_seen_and_settled_ones_look_otherwise(window: MainWindow) -> None:
    bare = window.map.canvas.grab().toImage()
    pinned(window)
    with_pin = window.map.canvas.grab().toImage()
    head = window.map.tools.sketch._head(window.map.tools.sketch.pins[0]).toPoint()
    assert with_pin.pixelColor(head + QPoint(0, 7)) != bare.pixelColor(head + QPoint(0, 7))
    window.map.tools.sketch.show_pins([type(pin)(pin.id, pin.x, pin.y, settled=True) for pin in window.map.tools.sketch.pins])
    assert window.map.canvas.grab().toImage().pixelColor(head + QPoint(0, 7)) != with_pin.pixelColor(head + QPoint(0, 7))


def test_the_list_shows_settles_and_finds_notes(window: MainWindow, rest: Rest) -> None:
    pinned(window)
    window.map.tools.show_views()
    dialog: KeptViewsDialog = opened(window, KeptViewsDialog)
    assert dialog.counted.text() == "1 note is open, of 1."
    assert not dialog.settle.isEnabled()
    dialog.notes.setCurrentRow(0)
    assert "J. Alvarez" in dialog.notes.item(0).text()
    QTest.mouseClick(dialog.settle, Qt.MouseButton.LeftButton)
    assert window.desk.project.notes[0].settled
    assert dialog.counted.text() == "0 notes are open, of 1."
    assert dialog.notes.currentRow() == 0
    window.map.canvas.pan_by(400, 300)
    QTest.mouseClick(dialog.see_note, Qt.MouseButton.LeftButton)
    note = window.desk.project.notes[0]
    assert (window.map.canvas.view().x, window.map.canvas.view().y) == (note.x, note.y)
    assert window.map.tools.sketch.pins[0].chosen
    rest()


def test_a_view_is_kept_and_gone_back_to(window: MainWindow, rest: Rest) -> None:
    canvas = window.map.canvas
    canvas.zoom_by(3.0)
    canvas.pan_by(60, 40)
    window.map.tools.show_views()
    dialog: KeptViewsDialog = opened(window, KeptViewsDialog)
    assert not dialog.keep.isEnabled()
    QTest.keyClicks(dialog.name, "Town hall")
    QTest.mouseClick(dialog.keep, Qt.MouseButton.LeftButton)
    kept = canvas.window_shown()
    window.desk.set_visible("schools", False)
    window.map.fit()
    rest()
    dialog.views.setCurrentRow(0)
    QTest.mouseClick(dialog.go, Qt.MouseButton.LeftButton)
    now = canvas.window_shown()
    assert (now.left, now.bottom, now.right, now.top) == pytest.approx((kept.left, kept.bottom, kept.right, kept.top), abs=0.01)
    assert window.desk.project.layer("schools").visible
    window.desk.workspace.undo()
    assert not window.desk.project.layer("schools").visible
    window.desk.workspace.undo()
    window.desk.workspace.undo()
    assert window.desk.project.bookmarks == ()
    assert dialog.views.count() == 0
    rest()


def test_notes_leave_with_a_page_only_when_ticked_each_time(window: MainWindow, monkeypatch: pytest.MonkeyPatch) -> None:
    panel = window.panels["share"]
    assert isinstance(panel, SharePanel)
    window.show_step("share")
    assert not panel.notes.isVisible()
    pinned(window)
    assert panel.notes.isVisible()
    assert not panel.notes.isChecked()
    given: list[dict[str, Any]] = []
    monkeypatch.setattr(window.desk, "write", lambda _path, _done, **words: given.append(words))
    panel.export(Path("a.html"))
    panel.notes.click()
    assert panel.told.isVisible()
    panel.export(Path("b.html"))
    assert [words["notes"] for words in given] == [False, True]
    window.desk.workspace.undo()
    window.desk.workspace.redo()
    assert not panel.notes.isChecked(), "asked for each time anew"
