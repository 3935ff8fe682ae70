"""One note pinned on a place: what it says, who wrote it, and whether it is settled."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLineEdit, QPlainTextEdit, QWidget

from ecomap.model.said import NOTHING, joined, say
from ecomap.render.words.cells import format_date
from ecomap.ui.desk import Desk
from ecomap.ui.look.controls import FormDialog, TickBox
from ecomap.ui.look.parts import button, column, label, row
from ecomap.ui.look.theme import look, named
from ecomap.ui.speech import spoken
from ecomap.workspace import place_notes


class NoteDialog(FormDialog):
    """Writes a new note at a place, or changes, settles or takes away one that is there."""

    def __init__(self, parent: QWidget, desk: Desk, *, note_id: str = "", place: tuple[float, float] = (0.0, 0.0)) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self._desk, self._note_id, self._place = desk, note_id, place
        known = place_notes.note(desk.project, note_id) if note_id else None
        self.setWindowTitle(spoken(say("Note") if known else say("Pin a note")))
        self.text = QPlainTextEdit(known.text if known else "")
        self.text.setTabChangesFocus(True)
        self.text.setMinimumHeight(look().px(110))
        named(self.text, say("What is to be known or done here"))
        self.author = QLineEdit(known.author if known else desk.settings.your_name)
        named(self.author, say("Written by"))
        self.settled = TickBox(spoken(say("Settled")))
        self.settled.setChecked(bool(known and known.settled))
        named(self.settled, say("Settled"), say("What the note asks or says is dealt with"))
        private = say("Kept in the project file. It leaves in a meeting file only if you tick that under Share.")
        written = say("Written on {day}.", day=format_date(known.day)) if known and known.day else NOTHING
        self.take = button(say("Keep"), "primary")
        self.take.clicked.connect(self._take)
        self.leave = button(say("Cancel"))
        self.leave.clicked.connect(self.reject)
        self.remove = button(say("Take the note away"))
        self.remove.clicked.connect(self._remove)
        self.remove.setVisible(known is not None)
        places = column(
            column(label(say("What is to be known or done here"), "label"), self.text, spacing=5),
            column(label(say("Written by"), "label"), self.author, spacing=5),
            self.settled, label(joined([written, private]), "quiet"), row(self.remove, -1, self.leave, self.take, spacing=8),
            margins=(16, 14, 16, 14), spacing=12,
        )
        places.setStretch(0, 1)
        self.setLayout(places)
        self.resize(look().px(420), self.sizeHint().height())
        self.text.textChanged.connect(self._check)
        self._check()
        self.text.setFocus()

    def _check(self) -> None:
        self.take.setEnabled(bool(self.text.toPlainText().strip()))

    def _take(self) -> None:
        text, author, settled, note_id = self.text.toPlainText(), self.author.text(), self.settled.isChecked(), self._note_id
        if note_id:
            kept = self._desk.try_apply(lambda project: place_notes.change(project, note_id, text=text, author=author, settled=settled), say("Change a note"))
        else:
            kept = self._desk.try_apply(lambda project: place_notes.pin(project, text, *self._place, author=author, settled=settled), say("Pin a note"))
        if kept:
            if author.strip() and author.strip() != self._desk.settings.your_name:
                self._desk.settings.your_name = author.strip()
                self._desk.settings.save()
            self.accept()

    def _remove(self) -> None:
        if self._desk.try_apply(lambda project: place_notes.remove(project, self._note_id), say("Take a note away")):
            self.accept()
