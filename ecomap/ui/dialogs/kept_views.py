"""Views of the map kept by name, and the notes pinned on it, in two lists beside the map."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QDialog, QLineEdit, QListWidget, QListWidgetItem, QWidget

from ecomap.model.bookmark import Extent
from ecomap.model.change import Change
from ecomap.model.place_note import PlaceNote
from ecomap.model.project import Project
from ecomap.model.said import Said, joined, name, plural, say
from ecomap.ui.desk import Desk
from ecomap.ui.dialogs.note import NoteDialog
from ecomap.ui.look.parts import button, column, label, row, rule
from ecomap.ui.look.theme import look, named
from ecomap.ui.speech import spoken
from ecomap.ui.standing import sized
from ecomap.workspace import bookmarks, place_notes

_KEY = Qt.ItemDataRole.UserRole
_ROWS = 5


class KeptViewsDialog(QDialog):
    """Stays open beside the map; every change goes through undo and shows here at once."""

    def __init__(self, parent: QWidget, desk: Desk, extent: Callable[[], Extent], go: Callable[[Extent], None], see: Callable[[str], None]) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowTitle(spoken(say("Views and notes")))
        self._desk, self._extent, self._go, self._see = desk, extent, go, see
        self.views, self.notes = _listing(say("Views")), _listing(say("Notes on places"))
        self.name = QLineEdit()
        self.name.setPlaceholderText(spoken(say("Name of this view")))
        named(self.name, say("Name of this view"))
        self.keep = button(say("Keep this view"), help_text=say("The part of the map that is shown, and the layers that are switched on"))
        self.go = button(say("Go there"))
        self.rename = button(say("Rename"), help_text=say("Call the chosen view as the name above says"))
        self.forget = button(say("Forget"))
        self.see_note = button(say("Show on the map"))
        self.write = button(say("Read or change…"), name=say("Read or change"))
        self.settle = button(say("Settled or open"), help_text=say("Settle the chosen note, or open it again"))
        self.counted = label(say("No notes yet. Take the note tool on the map and click a place."), "quiet")
        first = row(self.name, self.keep, spacing=8)
        first.setStretch(0, 1)
        places = column(
            label(say("Views"), "title"), first, self.views, row(self.go, self.rename, self.forget, -1, spacing=8), rule(),
            label(say("Notes on places"), "title"), self.counted, self.notes, row(self.see_note, self.write, self.settle, -1, spacing=8),
            margins=(16, 14, 16, 14), spacing=10,
        )
        places.setStretch(7, 1)
        self.setLayout(places)
        self.keep.clicked.connect(self._keep)
        self.go.clicked.connect(self._go_there)
        self.rename.clicked.connect(self._rename)
        self.forget.clicked.connect(self._forget)
        self.see_note.clicked.connect(self._show_note)
        self.write.clicked.connect(self._write)
        self.settle.clicked.connect(self._settle)
        self.views.itemActivated.connect(lambda _: self._go_there())
        self.notes.itemActivated.connect(lambda _: self._write())
        self.name.textChanged.connect(lambda _: self._enable())
        for listing in (self.views, self.notes):
            listing.currentRowChanged.connect(lambda _: self._enable())
        desk.changed.connect(self._on_change)
        desk.replaced.connect(self.reject)
        sized(self, 440, 520)
        self._fill()

    def _on_change(self, change: Change) -> None:
        if change.bookmarks or change.notes:
            self._fill()

    def _fill(self) -> None:
        project = self._desk.project
        _fill(self.views, [(one.id, name(one.name)) for one in project.bookmarks])
        _fill(self.notes, [(one.id, _line(one)) for one in project.notes])
        still = sum(not one.settled for one in project.notes)
        if project.notes:
            self.counted.setText(spoken(plural("{n} note is open, of {every}.", "{n} notes are open, of {every}.", still, every=len(project.notes))))
        else:
            self.counted.setText(spoken(say("No notes yet. Take the note tool on the map and click a place.")))
        self._enable()

    def _enable(self) -> None:
        view, note, named_ = bool(_chosen(self.views)), bool(_chosen(self.notes)), bool(self.name.text().strip())
        self.keep.setEnabled(named_)
        self.go.setEnabled(view)
        self.rename.setEnabled(view and named_)
        self.forget.setEnabled(view)
        for control in (self.see_note, self.write, self.settle):
            control.setEnabled(note)

    # --- views ---------------------------------------------------------------------------------------------------

    def _keep(self) -> None:
        called, extent = self.name.text(), self._extent()
        if self._apply(lambda project: bookmarks.keep(project, called, extent), say("Keep the view “{name}”", name=name(called.strip()))):
            self.name.clear()
            self.views.setCurrentRow(self.views.count() - 1)

    def _go_there(self) -> None:
        key = _chosen(self.views)
        if key:
            view = bookmarks.bookmark(self._desk.project, key)
            self._apply(lambda project: bookmarks.shown_as(project, key), say("Show the view “{name}”", name=name(view.name)))
            self._go(view.extent)

    def _rename(self) -> None:
        key, called = _chosen(self.views), self.name.text()
        if key and self._apply(lambda project: bookmarks.rename(project, key, called), say("Rename a view")):
            self.name.clear()

    def _forget(self) -> None:
        key = _chosen(self.views)
        if key:
            self._apply(lambda project: bookmarks.remove(project, key), say("Forget a view"))

    # --- notes ---------------------------------------------------------------------------------------------------

    def _show_note(self) -> None:
        key = _chosen(self.notes)
        if key:
            self._see(key)

    def _write(self) -> None:
        key = _chosen(self.notes)
        if key:
            NoteDialog(self, self._desk, note_id=key).open()

    def _settle(self) -> None:
        key = _chosen(self.notes)
        if key:
            settled = place_notes.note(self._desk.project, key).settled
            self._apply(lambda project: place_notes.change(project, key, settled=not settled), say("Open a note again") if settled else say("Settle a note"))

    def _apply(self, change: Callable[[Project], Project], label_: Said) -> bool:
        return self._desk.try_apply(change, label_)


def _line(note: PlaceNote) -> Said:
    return joined([name(place_notes.short(note)), place_notes.whose(note)], "\n")


def _listing(words: Said) -> QListWidget:
    made = QListWidget()
    made.setObjectName("answers")
    made.setWordWrap(True)
    made.setTextElideMode(Qt.TextElideMode.ElideNone)
    made.setMinimumHeight(look().px(22) * _ROWS)
    named(made, words)
    return made


def _fill(listing: QListWidget, lines: list[tuple[str, Said]]) -> None:
    """Other lines, with the one that was chosen still chosen."""
    before = _chosen(listing)
    blocked = listing.blockSignals(True)
    listing.clear()
    for key, words in lines:
        item = QListWidgetItem(spoken(words), listing)
        item.setData(_KEY, key)
        if key == before:
            listing.setCurrentItem(item)
    listing.blockSignals(blocked)


def _chosen(listing: QListWidget) -> str:
    item = listing.currentItem()
    return str(item.data(_KEY)) if item is not None else ""
