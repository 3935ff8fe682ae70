"""Small dialogs of a scenario: what opens somewhere, how much room there is, which school the pupils go to."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Final

from attrs import frozen
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QComboBox, QCompleter, QLineEdit, QWidget

from ecomap.model.params import Choice
from ecomap.model.said import NOTHING, Said, name, say
from ecomap.model.scenario import SCHOOL_OPENS, YEARS
from ecomap.model.vocabulary import LEVEL_LABELS, SCHOOL_LEVELS
from ecomap.ui.forms.fields import ChoiceBox
from ecomap.ui.look.controls import FormDialog, WholeNumber
from ecomap.ui.look.parts import airy, button, column, label, row
from ecomap.ui.look.theme import look, named
from ecomap.ui.speech import spoken
from ecomap.workspace.scenarios.marks import ANOTHER_SERVICE

MOST_PLACES: Final = 1_000_000
NOT_SAID: Final = say("not said")


@frozen
class Opening:
    """What a planner says of something that opens."""

    target: str
    label: str
    amount: float | None
    year: int
    levels: str


class _Asked(FormDialog):
    """A question, its fields, and two buttons; the one that carries it out works once the fields make sense."""

    def __init__(self, parent: QWidget, title: Said, do: Said) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowTitle(spoken(title))
        self.fields = column(spacing=10)
        self.take = button(do, "primary")
        self.leave = button(say("Cancel"))
        self.leave.clicked.connect(self.reject)
        self.setLayout(column(self.fields, row(-1, self.leave, self.take, spacing=8), margins=(18, 16, 18, 16), spacing=16))
        self.setMinimumWidth(look().px(380))

    def field(self, words: Said, control: QWidget, help_text: Said = NOTHING) -> QWidget:
        """A control under its words."""
        named(control, words, help_text)
        head = label(words, "label")
        head.setBuddy(control)
        whole = QWidget()
        whole.setLayout(column(head, control, spacing=4))
        self.fields.addWidget(whole)
        self.setTabOrder(control, self.leave)  # the hand begins at the first field and ends at the buttons
        self.setTabOrder(self.leave, self.take)
        return whole


def _chosen_of(choices: Sequence[Choice], wanted: str = "") -> ChoiceBox:
    box = ChoiceBox()
    box.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
    for choice in choices:
        box.addItem(spoken(choice.label), choice.value)
    place = box.findData(wanted)
    box.setCurrentIndex(max(place, 0))
    return box


def _places(words: Said, value: float | None) -> WholeNumber:
    """A box for how many it can take; -1 is not said."""
    box = WholeNumber()
    box.setRange(-1, MOST_PLACES)
    box.setSpecialValueText(spoken(words))
    box.setGroupSeparatorShown(True)
    box.setValue(-1 if value is None else round(value))
    airy(box)
    return box


def _year() -> WholeNumber:
    box = WholeNumber()
    box.setRange(YEARS[0] - 1, YEARS[1])
    box.setSpecialValueText(spoken(NOT_SAID))
    box.setValue(YEARS[0] - 1)
    airy(box)
    return box


class OpenDialog(_Asked):
    """What if something stood here?

    Parameters
    ----------
    choices : sequence of Choice
        What could stand there.
    target : str
        The one to begin with.
    where : Said
        The place, in words.
    year : int
        To begin with in the year box when it is stepped.
    done : callable
        Takes the `Opening`.
    """

    def __init__(self, parent: QWidget, choices: Sequence[Choice], target: str, where: Said, year: int, done: Callable[[Opening], None]) -> None:
        super().__init__(parent, say("What if something stood here?"), say("Add to the scenario"))
        self._done, self._this_year = done, year
        self.fields.addWidget(label(where, "quiet"))
        self.what = _chosen_of(choices, target)
        self.field(say("What"), self.what)
        self.kind = QLineEdit()
        self._kind_field = self.field(say("Kind of service"), self.kind, say("What people would call it: Food pantry, Legal aid"))
        self.levels = _chosen_of([Choice(level, name(LEVEL_LABELS[level])) for level in SCHOOL_LEVELS])
        self._levels_field = self.field(say("Level"), self.levels)
        self.called = QLineEdit()
        self.called.setPlaceholderText(spoken(say("How it is called on the map")))
        self.field(say("Name"), self.called)
        self.places = _places(NOT_SAID, None)
        self.field(say("Places"), self.places, say("How many it can take. Left alone, it is not said, which is not the same as none."))
        self.year = _year()
        self.field(say("Open from"), self.year, say("The year it opens. Left alone, it is not said."))
        self.what.currentIndexChanged.connect(lambda _: self._fit())
        self.kind.textChanged.connect(lambda _: self._fit())
        self.year.valueChanged.connect(self._first_year)
        self.take.clicked.connect(self._tell)
        self._fit()

    def _first_year(self, value: int) -> None:
        """The first step up from "not said" is this year, not a hundred years ago."""
        if value == YEARS[0]:
            self.year.setValue(self._this_year)

    def _fit(self) -> None:
        target = str(self.what.currentData() or "")
        self._kind_field.setVisible(target == ANOTHER_SERVICE)
        self._levels_field.setVisible(target == SCHOOL_OPENS)
        self.take.setEnabled(bool(target) and (target != ANOTHER_SERVICE or bool(self.kind.text().strip())))

    def _tell(self) -> None:
        target = str(self.what.currentData())
        if target == ANOTHER_SERVICE:
            target += self.kind.text().strip()
        amount, year = self.places.value(), self.year.value()
        levels = str(self.levels.currentData()) if target == SCHOOL_OPENS else ""
        self.accept()
        self._done(Opening(target, self.called.text().strip(), None if amount < 0 else float(amount), 0 if year < YEARS[0] else year, levels))


class RoomDialog(_Asked):
    """How many a place can take in the scenario."""

    def __init__(self, parent: QWidget, where: Said, today: float | None, done: Callable[[float], None]) -> None:
        super().__init__(parent, say("Capacity"), say("Add to the scenario"))
        self.fields.addWidget(label(where, "strong"))
        self.places = _places(NOT_SAID, today)
        self.field(say("Places"), self.places, say("How many it can take then, in the unit of its layer."))
        self._done = done
        self.take.clicked.connect(self._tell)
        self.places.valueChanged.connect(lambda value: self.take.setEnabled(value >= 0))
        self.take.setEnabled(today is not None)

    def _tell(self) -> None:
        amount = float(self.places.value())
        self.accept()
        self._done(amount)


class MergeDialog(_Asked):
    """Which school the pupils of one go to: the nearest first, or any by its name."""

    def __init__(self, parent: QWidget, where: Said, choices: Sequence[Choice], done: Callable[[str], None]) -> None:
        super().__init__(parent, say("Merge into another school"), say("Add to the scenario"))
        self.fields.addWidget(label(say("{school} closes. Its pupils go to:", school=where)))
        self.school = _chosen_of(choices)
        self.school.setEditable(True)
        self.school.setInsertPolicy(QComboBox.InsertPolicy.NoInsert)
        completer = self.school.completer()
        if completer is not None:
            completer.setFilterMode(Qt.MatchFlag.MatchContains)
            completer.setCompletionMode(QCompleter.CompletionMode.PopupCompletion)
            completer.setCaseSensitivity(Qt.CaseSensitivity.CaseInsensitive)
        self.field(say("School that takes them"), self.school, say("The nearest stands first; type a part of a name to find another."))
        self.school.currentTextChanged.connect(lambda _: self.take.setEnabled(self._place() >= 0))
        self.take.setEnabled(bool(choices))
        self._done = done
        self.take.clicked.connect(self._tell)

    def _place(self) -> int:
        return int(self.school.findText(self.school.currentText()))

    def _tell(self) -> None:
        into = str(self.school.itemData(self._place()))
        self.accept()
        self._done(into)
