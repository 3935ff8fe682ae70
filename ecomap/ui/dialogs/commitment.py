"""One thing that was agreed: what, where, who leads and helps, by when, how it will be seen, and what became of it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from typing import Final

from PySide6.QtCore import QDate, Qt
from PySide6.QtWidgets import QComboBox, QCompleter, QLineEdit, QPlainTextEdit, QWidget

from ecomap.model.agreed_table import BETWEEN_NAMES
from ecomap.model.commitment import COMMITMENT, DROPPED, KINDS, OPEN, STATES
from ecomap.model.dates import first_day, today
from ecomap.model.said import NOTHING, Said, name, say
from ecomap.render.words.agreed import FOR_ALL, KIND_WORDS, STATE_WORDS
from ecomap.ui.desk import Desk
from ecomap.ui.forms.fields import ChoiceBox
from ecomap.ui.look.controls import DateBox, FormDialog, TickBox
from ecomap.ui.look.parts import Scroll, airy, button, column, label, row
from ecomap.ui.look.theme import look, named
from ecomap.ui.speech import spoken
from ecomap.ui.standing import sized
from ecomap.workspace import commitments

SEVERAL: Final = say("Several are separated by semicolons")
WRITE_DOWN: Final = say("Write down what was agreed")


class CommitmentDialog(FormDialog):
    """Writes down something new, for a place or for all, or changes what is there."""

    def __init__(self, parent: QWidget, desk: Desk, commitment_id: str = "", place: tuple[str, str] = ("", "")) -> None:
        """``place``: layer and feature that something new is for."""
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self._desk, self._id = desk, commitment_id
        known = commitments.commitment(desk.project, commitment_id) if commitment_id else None
        self.setWindowTitle(spoken(say("What was agreed") if known else WRITE_DOWN))
        self._places = commitments.places(desk.project)
        self.what = QPlainTextEdit(known.what if known else "")
        self.what.setTabChangesFocus(True)
        self.what.setFixedHeight(look().px(66))
        self.kind = _choices([(kind, KIND_WORDS[kind]) for kind in KINDS], known.kind if known else COMMITMENT)
        self.where = _filtered()
        self._fill_places((known.layer, known.feature) if known else place, known.place if known else "")
        self.approach = _choices([("", say("None in particular")), *commitments.approaches(desk.project).items()], known.approach if known else "")
        offered = commitments.partners(desk.project)
        between = f"{BETWEEN_NAMES} "
        self.leads = _names(between.join(known.leads) if known else "", offered)
        self.helps = _names(between.join(known.helps) if known else "", offered)
        self.dated = TickBox(spoken(say("By when")))
        self.due = DateBox()
        airy(self.due)
        self.due.setCalendarPopup(True)
        self.due.setDisplayFormat("yyyy-MM-dd")
        day = first_day(known.due) if known and known.due else None
        self.dated.setChecked(day is not None)
        day = day or today()
        self.due.setDate(QDate(day.year, day.month, day.day))
        self.due.setEnabled(self.dated.isChecked())
        self.dated.toggled.connect(self.due.setEnabled)
        self.seen = QLineEdit(known.seen if known else "")
        self.state = _choices([(state, STATE_WORDS[state].capitalize()) for state in STATES], known.state if known else OPEN)
        self.reason = QLineEdit(known.reason if known else "")
        self.take = button(say("Keep"), "primary")
        self.leave = button(say("Cancel"))
        self.remove = button(say("Take it away"), help_text=say("As if it had never been agreed. What was given up is dropped with a reason instead."))
        self.remove.setVisible(known is not None)
        self._lay_out(bool(known))
        self.take.clicked.connect(self._take)
        self.leave.clicked.connect(self.reject)
        self.remove.clicked.connect(self._remove)
        self.what.textChanged.connect(self._check)
        self.where.currentTextChanged.connect(lambda _: self._check())
        self.reason.textChanged.connect(lambda _: self._check())
        self.state.currentIndexChanged.connect(lambda _: self._check())
        self._check()
        sized(self, 460, 700)
        self.what.setFocus()

    def _lay_out(self, settling: bool) -> None:
        named(self.dated, say("By when"), say("Untick it where no day was said"))
        fields: list[QWidget] = [
            _field(say("What"), self.what, say("What is wanted or will be done, in the partners' own words")), _field(say("Goal or commitment"), self.kind),
            _field(say("Where"), self.where, say("A school or an area: type a part of its name")), _field(say("Approach"), self.approach),
            _field(say("Who leads"), self.leads, SEVERAL), _field(say("Who helps"), self.helps, SEVERAL), _day_field(self.dated, self.due),
            _field(say("How it will be seen"), self.seen, say("What everybody will be able to see when it is done")),
        ]
        self._reason = _field(say("Reason"), self.reason, say("What is dropped needs a reason, so that the next meeting knows"))
        if settling:
            fields += [_field(say("What became of it"), self.state), self._reason]
        inside = QWidget()
        inside.setLayout(column(*fields, -1, margins=(0, 0, 6, 0), spacing=10))
        area = Scroll(inside, say("What was agreed"))
        places = column(area, row(self.remove, -1, self.leave, self.take, spacing=8), margins=(16, 14, 16, 14), spacing=12)
        places.setStretch(0, 1)
        self.setLayout(places)

    def _fill_places(self, at: tuple[str, str], called: str) -> None:
        """All, then the schools and areas; first the one that it is for, also where the project has lost it."""
        self.where.addItem(spoken(FOR_ALL), ("", ""))
        lost = called and not any((one.layer, one.feature) == at for one in self._places)
        if lost:
            self.where.addItem(called, at)
        twins = _twins([one.name for one in self._places])
        for one in self._places:
            self.where.addItem(f"{one.name} · {spoken(one.kind)}" if one.name in twins else one.name, (one.layer, one.feature))
        self.where.setCurrentIndex(1 if lost else next((n for n in range(self.where.count()) if tuple(self.where.itemData(n)) == at), 0))

    def _place(self) -> int:
        return int(self.where.findText(self.where.currentText().strip()))

    def _check(self) -> None:
        dropped = self.state.currentData() == DROPPED
        self._reason.setEnabled(self.state.currentData() != OPEN or bool(self.reason.text()))
        self.take.setEnabled(bool(self.what.toPlainText().strip()) and self._place() >= 0 and (not dropped or bool(self.reason.text().strip())))

    def _take(self) -> None:
        layer, feature = self.where.itemData(self._place())
        fields = {
            "kind": str(self.kind.currentData()), "approach": str(self.approach.currentData()), "leads": self.leads.text(), "helps": self.helps.text(),
            "due": self.due.date().toString("yyyy-MM-dd") if self.dated.isChecked() else "", "seen": self.seen.text(),
            "state": str(self.state.currentData()), "reason": self.reason.text(),
        }
        what, key = self.what.toPlainText(), self._id
        known = commitments.commitment(self._desk.project, key) if key else None
        if known is None or (known.layer, known.feature) != (layer, feature):
            fields |= {"layer": layer, "feature": feature}
        if key:
            kept = self._desk.try_apply(lambda project: commitments.change(project, key, what=what, **fields), say("Change what was agreed"))
        else:
            kept = self._desk.try_apply(lambda project: commitments.agree(project, what, **fields), WRITE_DOWN)
        if kept:
            self.accept()

    def _remove(self) -> None:
        if self._desk.try_apply(lambda project: commitments.remove(project, self._id), say("Take away what was agreed")):
            self.accept()


class ReasonDialog(FormDialog):
    """Why something was dropped; ``done`` takes the reason."""

    def __init__(self, parent: QWidget, what: str, done: Callable[[str], None]) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowTitle(spoken(say("Why was it dropped?")))
        self.reason = QLineEdit()
        self.take = button(say("Drop it"), "primary")
        self.leave = button(say("Cancel"))
        self.leave.clicked.connect(self.reject)
        self.setLayout(column(label(name(what), "strong"), _field(say("Reason"), self.reason, say("So that the next meeting knows")),
                              row(-1, self.leave, self.take, spacing=8), margins=(16, 14, 16, 14), spacing=12))
        self.setMinimumWidth(look().px(360))
        self.reason.textChanged.connect(lambda text: self.take.setEnabled(bool(text.strip())))
        self.take.setEnabled(False)
        self.take.clicked.connect(lambda: self._tell(done))

    def _tell(self, done: Callable[[str], None]) -> None:
        reason = self.reason.text()
        self.accept()
        done(reason)


def _field(words: Said, control: QWidget, help_text: Said = NOTHING) -> QWidget:
    """A control under its words."""
    named(control, words, help_text)
    head = label(words, "label")
    head.setBuddy(control)
    whole = QWidget()
    whole.setLayout(column(head, control, spacing=4))
    return whole


def _day_field(dated: TickBox, due: DateBox) -> QWidget:
    named(due, say("Day by which it is to be done"))
    whole = QWidget()
    whole.setLayout(row(dated, due, -1, spacing=10))
    return whole


def _choices(pairs: Sequence[tuple[str, Said]], wanted: str) -> ChoiceBox:
    box = ChoiceBox()
    box.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
    for value, words in pairs:
        box.addItem(spoken(words), value)
    if wanted and box.findData(wanted) < 0:
        box.addItem(wanted, wanted)  # a code that no list knows any more stays what it is
    box.setCurrentIndex(max(box.findData(wanted), 0))
    return box


def _filtered() -> ChoiceBox:
    """A list that a part of a name finds its way in."""
    box = ChoiceBox()
    box.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
    box.setEditable(True)
    box.setInsertPolicy(QComboBox.InsertPolicy.NoInsert)
    completer = box.completer()
    if completer is not None:
        completer.setFilterMode(Qt.MatchFlag.MatchContains)
        completer.setCompletionMode(QCompleter.CompletionMode.PopupCompletion)
        completer.setCaseSensitivity(Qt.CaseSensitivity.CaseInsensitive)
    return box


def _names(text: str, offered: Sequence[str]) -> QLineEdit:
    """A line for names; the first one may be found by a part of it."""
    line = QLineEdit(text)
    completer = QCompleter(list(offered), line)
    completer.setFilterMode(Qt.MatchFlag.MatchContains)
    completer.setCaseSensitivity(Qt.CaseSensitivity.CaseInsensitive)
    line.setCompleter(completer)
    return line


def _twins(names: Sequence[str]) -> set[str]:
    """Names that stand for more than one place."""
    return {one for one, count in Counter(names).items() if count > 1}
