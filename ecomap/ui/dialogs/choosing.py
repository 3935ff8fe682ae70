"""Choosing places by a value of theirs, or by how far they are from what is chosen."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFormLayout, QLineEdit, QWidget

from ecomap.analysis.chosen.values import WITHOUT_VALUE, Condition, comparisons_of
from ecomap.analysis.chosen.ways import HOW
from ecomap.model.layer import POINT, Column
from ecomap.model.said import NOTHING, Said, name, say
from ecomap.model.units import METRIC, long_unit, measured_in, money_words
from ecomap.ui.desk import Desk
from ecomap.ui.look.controls import Choices, FormDialog
from ecomap.ui.look.parts import button, column, label, row
from ecomap.ui.look.theme import look, named
from ecomap.ui.models.table import layer_sheet, shown_columns
from ecomap.ui.speech import spoken
from ecomap.workspace import chosen

_MOST_SHOWN = 500  # answers a list of words offers

Choose = Callable[[str, Callable[[], tuple[str, ...]], str, Said], None]  # layer id, the search, how it goes with what is chosen, how areas count


class _ChoosingDialog(FormDialog):
    """A layer, how the found places go with what is chosen, and the button that chooses."""

    def __init__(self, parent: QWidget, desk: Desk, layer_id: str, choose: Choose, title: Said) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowTitle(spoken(title))
        self._desk, self._choose = desk, choose
        self.layer, self.manner = Choices(), Choices()
        for layer in chosen.choosable(desk.project):
            self.layer.addItem(spoken(layer.name), layer.id)
        for key, words in chosen.MANNERS.items():
            self.manner.addItem(spoken(words), key)
        self.layer.setCurrentIndex(max(self.layer.findData(layer_id), 0))
        named(self.layer, say("Choose in"))
        named(self.manner, say("With what is chosen"))
        self.problem = label(NOTHING, "problem")
        self.take = button(say("Choose"), "primary")
        self.take.clicked.connect(self._take)
        self.leave = button(say("Cancel"))
        self.leave.clicked.connect(self.reject)
        self.form = QFormLayout()
        self.form.setHorizontalSpacing(12)
        self.form.setVerticalSpacing(8)
        self.form.setFieldGrowthPolicy(QFormLayout.FieldGrowthPolicy.AllNonFixedFieldsGrow)
        self.setLayout(column(self.form, self.problem, row(-1, self.leave, self.take, spacing=8), margins=(16, 14, 16, 14), spacing=12))
        self.setMinimumWidth(look().px(420))
        self.take.setDefault(True)

    def _row(self, words: Said, field: QWidget) -> None:
        self.form.addRow(spoken(words), field)

    def _say(self, problem: Said) -> None:
        self.problem.setText(spoken(problem))
        self.problem.setVisible(bool(problem))
        self.take.setEnabled(not problem)

    def _take(self) -> None:
        raise NotImplementedError


class ValueDialog(_ChoosingDialog):
    """A column, a comparison and a value; a row without a number is chosen by no comparison of numbers."""

    def __init__(self, parent: QWidget, desk: Desk, layer_id: str, choose: Choose) -> None:
        super().__init__(parent, desk, layer_id, choose, say("Choose by value"))
        self.column, self.compare, self.value = Choices(), Choices(), Choices()
        self.value.setEditable(True)
        self.value.setInsertPolicy(Choices.InsertPolicy.NoInsert)
        self.unit = label(NOTHING, "quiet", wrap=False)
        named(self.column, say("Column"))
        named(self.compare, say("Comparison"))
        named(self.value, say("Value"))
        self._row(say("Choose in"), self.layer)
        self._row(say("Where"), self.column)
        self._row(NOTHING, self.compare)
        held = QWidget()
        places = row(self.value, self.unit, spacing=8)
        places.setStretch(0, 1)
        held.setLayout(places)
        self._row(NOTHING, held)
        self._row(NOTHING, self.manner)
        self.layer.currentIndexChanged.connect(lambda _: self._fill_columns())
        self.column.currentIndexChanged.connect(lambda _: self._fill_comparisons())
        self.compare.currentIndexChanged.connect(lambda _: self._check())
        self.value.currentTextChanged.connect(lambda _: self._check())
        self._fill_columns()

    def _columns(self) -> tuple[Column, ...]:
        layer = self._desk.project.layer(self.layer.currentData())
        return shown_columns(layer_sheet(layer, self._desk.project.frame(layer.id)))

    def _fill_columns(self) -> None:
        self.column.blockSignals(True)
        self.column.clear()
        for one in self._columns():
            self.column.addItem(spoken(one.label), one.name)
        self.column.blockSignals(False)
        self._fill_comparisons()

    def _fill_comparisons(self) -> None:
        values = self._values()
        before = self.compare.currentData()
        self.compare.blockSignals(True)
        self.compare.clear()
        for key, words in (comparisons_of(values) if values is not None else {}).items():
            self.compare.addItem(spoken(words), key)
        self.compare.setCurrentIndex(max(self.compare.findData(before), 0))
        self.compare.blockSignals(False)
        self._offer(values)
        self._check()

    def _values(self) -> Any:
        frame = self._desk.project.frame(self.layer.currentData())
        return frame.get(self.column.currentData())

    def _offer(self, values: Any) -> None:
        """The words that the column holds, to choose from; numbers are written."""
        self.value.blockSignals(True)
        self.value.clear()
        if values is not None and not _is_number(values):
            known = sorted({str(one) for one in values.dropna().unique()[:_MOST_SHOWN]} - {""}, key=str.casefold)
            self.value.addItems(known)
        self.value.setEditText("")
        self.value.blockSignals(False)
        unit = self._described().unit if values is not None and _is_number(values) else ""
        self.unit.setText(spoken(unit_words(unit)))

    def _described(self) -> Column:
        return next(one for one in self._columns() if one.name == self.column.currentData())

    def condition(self) -> Condition | None:
        """What is asked for, None where it is not whole yet."""
        column_, compare, text = self.column.currentData(), self.compare.currentData(), self.value.currentText().strip()
        if not column_ or not compare:
            return None
        if compare in WITHOUT_VALUE:
            return Condition(column_, compare)
        if not _is_number(self._values()):
            return Condition(column_, compare, text) if text else None
        number = number_in(text)
        return None if number is None else Condition(column_, compare, number * unit_scale(self._described().unit))

    def _check(self) -> None:
        self.value.setEnabled(self.compare.currentData() not in WITHOUT_VALUE)
        text = self.value.currentText().strip()
        wrong = bool(text) and self.condition() is None
        self._say(say("“{text}” is no number. Write it like 40 or 2.5.", text=name(text)) if wrong else NOTHING)
        self.take.setEnabled(self.condition() is not None)

    def _take(self) -> None:
        asked, layer_id, project = self.condition(), self.layer.currentData(), self._desk.project
        if asked is not None:
            self._choose(layer_id, lambda: chosen.by_value(project, layer_id, asked), self.manner.currentData(), NOTHING)
            self.accept()


class DistanceDialog(_ChoosingDialog):
    """How far from what is chosen, in a straight line, and when an area counts."""

    def __init__(self, parent: QWidget, desk: Desk, layer_id: str, choose: Choose, how: str) -> None:
        super().__init__(parent, desk, layer_id, choose, say("Choose by distance"))
        self.reach, self.how = QLineEdit("1"), Choices()
        for key, words in HOW.items():
            self.how.addItem(spoken(say("Areas with {how}", how=words)), key)
        self.how.setCurrentIndex(self.how.findData(how))
        named(self.reach, say("Distance"))
        named(self.how, say("When an area counts"))
        from_, ids = desk.selection
        of = desk.project.layer(from_).name if from_ else NOTHING
        self.of = label(say("From the nearest part of what is chosen: {n} in “{layer}”, in a straight line.", n=len(ids), layer=of)
                        if from_ else say("Choose one or more places first: the distance is measured from them."), "quiet")
        held = QWidget()
        places = row(self.reach, label(unit_words("m"), "quiet", wrap=False), spacing=8)
        places.setStretch(0, 1)
        held.setLayout(places)
        self._row(say("Choose in"), self.layer)
        self._row(say("Within"), held)
        self._row(NOTHING, self.of)
        self._row(NOTHING, self.how)
        self._row(NOTHING, self.manner)
        self.reach.textChanged.connect(lambda _: self._check())
        self.layer.currentIndexChanged.connect(lambda _: self._check())
        self._check()

    def reach_m(self) -> float | None:
        number = number_in(self.reach.text())
        return None if number is None or number < 0 else number * long_unit()

    def _check(self) -> None:
        point = self._desk.project.layer(self.layer.currentData()).geometry == POINT if self.layer.count() else True
        self.how.setEnabled(not point)
        text = self.reach.text().strip()
        self._say(say("“{text}” is no distance. Write it like 1 or 0.5.", text=name(text)) if text and self.reach_m() is None else NOTHING)
        self.take.setEnabled(self.reach_m() is not None and bool(self._desk.selection[0]) and bool(self.layer.count()))

    def _take(self) -> None:
        reach, layer_id, how = self.reach_m(), self.layer.currentData(), self.how.currentData()
        project, of = self._desk.project, self._desk.selection
        if reach is not None and of[0]:
            self._choose(layer_id, lambda: chosen.by_distance(project, layer_id, of, reach, how), self.manner.currentData(), HOW[how])
            self.accept()


def number_in(text: str) -> float | None:
    """The number that somebody wrote, with or without signs of thousands and of percent; None where it is none.

    >>> number_in("1,250"), number_in(" 40 % "), number_in(".5"), number_in("many"), number_in("inf")
    (1250.0, 40.0, 0.5, None, None)
    """
    bare = text.strip().removesuffix("%").removeprefix("$").strip().replace(",", "")
    try:
        number = float(bare)
    except ValueError:
        return None
    return number if abs(number) < float("inf") else None


def unit_scale(unit: str) -> float:
    """From what is written to what is kept: percent, miles or kilometres.

    >>> unit_scale("share"), unit_scale("count")
    (0.01, 1.0)
    """
    return {"share": 0.01, "points": 0.01, "m": long_unit(), "m2": long_unit() ** 2}.get(unit, 1.0)


def unit_words(unit: str) -> Said:
    """What a number is written in."""
    metric = measured_in() == METRIC
    return {
        "share": name("%"), "points": say("percentage points"), "m": say("kilometers") if metric else say("miles"), "m2": say("square kilometers") if metric else say("square miles"),
        "usd": money_words(), "min": say("minutes"), "per_10000": say("per 10,000"), "score": say("from 0 to 1"),
    }.get(unit, NOTHING)


def _is_number(values: Any) -> bool:
    return bool(values is not None and values.dtype.kind in "iuf")

