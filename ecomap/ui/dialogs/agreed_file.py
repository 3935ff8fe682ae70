"""A partner's file of what was agreed: what fits, what is here in other words, and what only a person can say."""

from __future__ import annotations

from typing import Any, Final

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QComboBox, QDialog, QVBoxLayout, QWidget

from ecomap.model.agreed_table import heading
from ecomap.model.project import Project
from ecomap.model.said import Said, joined, name, plural, say
from ecomap.ui.desk import Desk, Notice
from ecomap.ui.forms.fields import ChoiceBox
from ecomap.ui.look.controls import TickBox
from ecomap.ui.look.parts import Scroll, button, clear, column, label, row, rule
from ecomap.ui.look.theme import named
from ecomap.ui.speech import code, spoken
from ecomap.ui.standing import sized
from ecomap.workspace import agreed_files
from ecomap.workspace.agreed_files import ASKED, CHANGED, NEW, IncomingAgreed, IncomingRow

MOST_ASKED: Final = 60  # rows laid out at once; the others follow when these are settled
_LEFT_OUT: Final = ""


class AgreedFileDialog(QDialog):
    """Asks about the rows that do not fit, and brings the others in with one press; undo takes it back."""

    def __init__(self, parent: QWidget, desk: Desk, file: Any, incoming: IncomingAgreed) -> None:
        """``file``: what `agreed_files.read_file` gave."""
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowTitle(spoken(name(incoming.file_name)))
        self._desk, self._file, self.incoming = desk, file, incoming
        self.settled: dict[tuple[int, str], str] = {}
        self.taken: set[int] = set()
        self.counted = label(agreed_files.counted(incoming), "strong")
        self._rows = QVBoxLayout()
        self._rows.setSpacing(8)
        inside = QWidget()
        inside.setLayout(self._rows)
        self.take = button(say("Bring in what fits"), "primary")
        self.leave = button(say("Cancel"))
        self.look = button(say("Use these answers"), help_text=say("Look at the file again with what you have said"))
        self.take.clicked.connect(self._take)
        self.leave.clicked.connect(self.reject)
        self.look.clicked.connect(self._again)
        places = column(self.counted, label(say("Nothing is guessed: a row that does not fit stays out until you say what is meant."), "quiet"),
                        Scroll(inside, say("Rows of the file")), row(self.look, -1, self.leave, self.take, spacing=8), margins=(16, 14, 16, 14), spacing=10)
        places.setStretch(2, 1)
        self.setLayout(places)
        desk.replaced.connect(self.reject)
        sized(self, 560, 560)
        self._fill()

    def _fill(self) -> None:
        clear(self._rows)
        self.fields: dict[tuple[int, str], ChoiceBox] = {}
        self.ticks: dict[int, TickBox] = {}
        waiting = [one for one in self.incoming.rows if one.state in (ASKED, CHANGED)]
        for one in waiting[:MOST_ASKED]:
            self._rows.addWidget(rule())
            self._rows.addWidget(label(say("Row {n}: {what}", n=one.number, what=name(one.what or "…")), "strong"))
            self._add_questions(one) if one.state == ASKED else self._add_differences(one)
        if len(waiting) > MOST_ASKED:
            self._rows.addWidget(label(plural("{n} more row waits.", "{n} more rows wait.", len(waiting) - MOST_ASKED), "quiet"))
        if self.incoming.strange:
            self._rows.addWidget(label(say("Columns that were not read: {columns}.", columns=joined(map(name, self.incoming.strange), ", ")), "quiet"))
        self._rows.addStretch(1)
        self.counted.setText(spoken(agreed_files.counted(self.incoming)))
        self.look.setVisible(bool(self.fields))
        self._enable()

    def _add_questions(self, one: IncomingRow) -> None:
        for question in one.questions:
            box = ChoiceBox()
            box.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
            box.addItem(spoken(say("Leave this row out")), _LEFT_OUT)
            for choice in question.choices:
                box.addItem(spoken(choice.label), choice.value)
            box.setEditable(question.free)
            box.setInsertPolicy(QComboBox.InsertPolicy.NoInsert)
            named(box, question.text)
            self.fields[one.number, question.field] = box
            self._rows.addLayout(column(label(question.text), box, spacing=4))

    def _add_differences(self, one: IncomingRow) -> None:
        for found in one.differences:
            self._rows.addWidget(label(say("{field}: here “{ours}”, in the file “{theirs}”", field=name(heading(found.field, code())[0]), ours=found.ours, theirs=found.theirs)))
        tick = TickBox(spoken(say("Take the words of the file")))
        named(tick, say("Take the words of the file: row {n}", n=one.number))
        tick.setChecked(one.number in self.taken)
        tick.toggled.connect(lambda on, number=one.number: self._tick(number, on))
        self.ticks[one.number] = tick
        self._rows.addWidget(tick)

    def _tick(self, number: int, on: bool) -> None:
        self.taken = self.taken | {number} if on else self.taken - {number}
        self._enable()

    def _enable(self) -> None:
        self.take.setEnabled(bool(self.incoming.count(NEW)) or bool(self.taken & {one.number for one in self.incoming.rows if one.state == CHANGED}))

    def _answers(self) -> dict[tuple[int, str], str]:
        """What was said of the cells that are asked about: the value of a choice, or a text of one's own."""
        found = {}
        for key, box in self.fields.items():
            text = box.currentText().strip()
            place = box.findText(text)
            value = str(box.itemData(place)) if place >= 0 else text
            if value != _LEFT_OUT:
                found[key] = value
        return found

    def _again(self) -> None:
        self.settled |= self._answers()
        self.incoming = agreed_files.understood(self._desk.project, self._file, self.settled)
        self._fill()

    def _take(self) -> None:
        settled, taken = self.settled | self._answers(), self.taken

        def keep(project: Project) -> Project:
            return agreed_files.taken_in(project, agreed_files.understood(project, self._file, settled), taken)

        before = len(self._desk.project.commitments)
        if self._desk.try_apply(keep, say("Bring in {file}", file=name(self.incoming.file_name))):
            self._desk.say(Notice("note", _told(self.incoming, len(self._desk.project.commitments) - before), say("Undo takes it back.")))
            self.accept()


def _told(incoming: IncomingAgreed, count: int) -> Said:
    return plural("{n} thing that was agreed came in from {file}.", "{n} things that were agreed came in from {file}.", count, file=name(incoming.file_name))
