"""The fields of a form: one control per kind of parameter, for one value or several of a list."""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Callable, Sequence
from typing import Any

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QMouseEvent
from PySide6.QtWidgets import (
    QCheckBox,
    QComboBox,
    QDoubleSpinBox,
    QFrame,
    QLabel,
    QLineEdit,
    QSizePolicy,
    QSpinBox,
    QWidget,
)

from ecomap.model.params import Choice, ParamSpec
from ecomap.model.said import NOTHING, Said, joined, name, say
from ecomap.model.units import METRIC, format_number, long_unit, measured_in, money_sign, walk_minutes
from ecomap.ui.look.controls import Choices, Number, Slide, TickBox, WholeNumber
from ecomap.ui.look.icons import icon
from ecomap.ui.look.parts import airy, button, column, icon_button, keep_width, label, row
from ecomap.ui.look.theme import named
from ecomap.ui.speech import spoken
from ecomap.workspace.asked import words_for_zero

SHORT = 16          # letters that fit into a box of numbers
MOST_DRAGGED = 60.0 # minutes, schools: more than this is typed
SLIDER_MILES = 5.0  # further than this is typed, not dragged
Explained = Callable[[str], Said]
_BRACKET = re.compile(r"^(.*) \(([^()]*(?:\([^()]*\))?[^()]*)\)$")


class Field(QWidget):
    """A control that holds one parameter's value; `edited` after a person changed it."""

    edited = Signal()
    touched = Signal()  # the hand is on its slider

    def __init__(self, spec: ParamSpec) -> None:
        super().__init__()
        self.spec = spec
        named(self, spec.param.label, spec.param.help)

    def value(self) -> Any:
        raise NotImplementedError

    def set_value(self, value: Any) -> None:
        raise NotImplementedError

    def with_slider(self) -> None:
        """Give it a slider, where it is a number."""

    def _named(self, control: QWidget) -> None:
        """No focus proxy: it would make Tab turn round inside the form."""
        named(control, self.spec.param.label, self.spec.param.help)


class TextField(Field):
    def __init__(self, spec: ParamSpec) -> None:
        super().__init__(spec)
        self.box = QLineEdit()
        if not spec.required:
            self.set_value(spec.default)
        self._named(self.box)
        self.box.textEdited.connect(lambda: self.edited.emit())
        below = (label(spec.param.help, "quiet"),) if spec.param.help else ()
        self.setLayout(column(head(spec), self.box, *below, spacing=5))

    def value(self) -> str:
        return self.box.text()

    def set_value(self, value: Any) -> None:
        self.box.setText(str(value))


class WordsField(TextField):
    """Several words with commas between them, for a list that nobody can write down beforehand."""

    def value(self) -> tuple[str, ...]:  # type: ignore[override]
        return tuple(word.strip() for word in self.box.text().split(",") if word.strip())

    def set_value(self, value: Any) -> None:
        self.box.setText(", ".join(str(word) for word in value or ()))


class BoolField(Field):
    def __init__(self, spec: ParamSpec) -> None:
        super().__init__(spec)
        self.box = TickBox()
        self.box.setChecked(bool(spec.default))
        self._named(self.box)
        self.box.clicked.connect(lambda: self.edited.emit())
        words = _Words(spoken(spec.param.label), self.box)  # a box cannot break its own words into lines
        words.setToolTip(spoken(spec.param.help))
        places = row(self.box, words, spacing=6)
        places.setStretch(1, 1)
        self.setLayout(places)

    def value(self) -> bool:
        return self.box.isChecked()

    def set_value(self, value: Any) -> None:
        self.box.setChecked(bool(value))


class _Words(QLabel):
    """Words beside a box to tick; a click on them ticks it."""

    def __init__(self, text: str, box: QCheckBox) -> None:
        super().__init__(text)
        self.setWordWrap(True)
        self.setTextFormat(Qt.TextFormat.PlainText)
        self._box = box

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        if event.button() == Qt.MouseButton.LeftButton and self.rect().contains(event.position().toPoint()):
            self._box.click()


class ChoiceBox(Choices):
    """A list whose tooltip says the whole words, and what the control is for."""

    def __init__(self) -> None:
        super().__init__()
        self.currentTextChanged.connect(self.tell)

    def tell(self, text: str) -> None:
        self.setToolTip(f"{text}\n{self.accessibleDescription()}".strip())


class ChoiceField(Field):
    """One of a list."""

    def __init__(self, spec: ParamSpec, choices: Sequence[Choice]) -> None:
        super().__init__(spec)
        self.box = ChoiceBox()
        self.box.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        self.box.setMinimumContentsLength(12)
        for choice in choices:
            self.box.addItem(spoken(choice.label), choice.value)
        self.box.setEnabled(bool(choices))
        if not choices:
            self.box.setPlaceholderText(spoken(say("Nothing to choose from in this project yet")))
        elif not spec.required:
            self.set_value(spec.default)
        self._named(self.box)
        self.box.tell(self.box.currentText())
        self.box.activated.connect(lambda: self.edited.emit())
        self.box.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
        self.setLayout(column(head(spec), self.box, spacing=5))

    def value(self) -> str:
        if not self.box.count() and not self.spec.required:
            return str(self.spec.default)
        return str(self.box.currentData() or "")

    def set_value(self, value: Any) -> None:
        place = self.box.findData(value)
        if place >= 0:
            self.box.setCurrentIndex(place)


class NumberField(Field):
    """A number with its unit; shares are shown in percent."""

    def __init__(self, spec: ParamSpec) -> None:
        super().__init__(spec)
        self.factor = 100.0 if spec.param.unit == "share" else 1.0
        self.box: QSpinBox | QDoubleSpinBox = WholeNumber() if self._whole else Number()
        low, high = _bounds(spec)
        if isinstance(self.box, QSpinBox):
            self.box.setRange(round(low * self.factor), round(high * self.factor))
        else:
            self.box.setDecimals(2)
            self.box.setSingleStep(0.1)
            self.box.setRange(low * self.factor, high * self.factor)
        if spec.param.unit == "share":
            self.box.setSuffix(" %")
            self.box.setSingleStep(5)
        if spec.param.unit == "count" and isinstance(self.box, QDoubleSpinBox):
            self.box.setDecimals(0)
            self.box.setSingleStep(10)
            self.box.setGroupSeparatorShown(True)
        if spec.param.unit == "usd":
            self.box.setPrefix(money_sign())
            self.box.setGroupSeparatorShown(True)
            if isinstance(self.box, QDoubleSpinBox):
                self.box.setDecimals(0)
            self.box.setSingleStep(10_000)
        unset = words_for_zero(spec, SHORT)
        if unset and low == 0:
            self.box.setSpecialValueText(spoken(name(unset)))
        keep_width(airy(self.box), 132 if spec.param.unit == "usd" or unset else 96)
        self.slider: Slide | None = None
        if not spec.required:
            self.set_value(spec.default)
        self._named(self.box)
        self.box.valueChanged.connect(self._typed)
        self._places = column(row(head(spec), -1, self.box), spacing=4)
        self.setLayout(self._places)

    def with_slider(self) -> None:
        """A slider below, in steps of the box; what is further than it reaches is typed."""
        self.slider = slider = Slide(Qt.Orientation.Horizontal)
        steps, most = self._steps()
        slider.setRange(round(self.box.minimum() / steps), round(min(self.box.maximum(), most) / steps))
        slider.setPageStep(max((slider.maximum() - slider.minimum()) // 8, 1))
        self._named(slider)
        slider.touched.connect(self.touched)
        slider.valueChanged.connect(self._slid)
        self._places.addWidget(slider)
        self._follow()

    def _steps(self) -> tuple[float, float]:
        """How much a step of the slider is, in the unit of the box, and how far it reaches."""
        unit = self.spec.param.unit
        if unit == "usd":
            return 250_000.0, 20_000_000.0
        return (1.0 if self._whole or unit == "min" or self.spec.name == "minutes" else self.box.singleStep()), MOST_DRAGGED

    def _slid(self, step: int) -> None:
        shown = step * self._steps()[0]
        if isinstance(self.box, QSpinBox):
            self.box.setValue(round(shown))
        else:
            self.box.setValue(shown)

    def _typed(self) -> None:
        self._follow()
        self.edited.emit()

    def _follow(self) -> None:
        if self.slider is not None:
            blocked = self.slider.blockSignals(True)
            self.slider.setValue(round(self.box.value() / self._steps()[0]))
            self.slider.blockSignals(blocked)

    @property
    def _whole(self) -> bool:
        return self.spec.kind == "int" or self.spec.param.unit == "share"

    def value(self) -> float | int:
        shown = self.box.value()
        return int(shown) if self.spec.kind == "int" else shown / self.factor

    def set_value(self, value: Any) -> None:
        blocked = self.box.blockSignals(True)
        if isinstance(self.box, QSpinBox):
            self.box.setValue(round(float(value) * self.factor))
        else:
            self.box.setValue(float(value) * self.factor)
        self.box.blockSignals(blocked)
        self._follow()


class DistanceField(Field):
    """Miles (kilometres, where the place has them) on a slider or typed, with the walk in minutes below; metres inside."""

    def __init__(self, spec: ParamSpec) -> None:
        super().__init__(spec)
        self.long_m = long_unit()
        low, high = _bounds(spec)
        low, high = max(low / self.long_m, 0.1), min(high / self.long_m, 60.0)
        self._exact: float | None = None
        self.box = Number()
        self.box.setDecimals(1)
        self.box.setRange(math.ceil(low * 10) / 10, max(math.floor(high * 10) / 10, 0.1))
        self.box.setSingleStep(0.1)
        metric = measured_in() == METRIC
        self.box.setSuffix(spoken(say(" km") if metric else say(" mi")))
        keep_width(airy(self.box), 96)
        self.slider = Slide(Qt.Orientation.Horizontal)
        self.slider.setRange(round(self.box.minimum() * 10), round(min(self.box.maximum(), SLIDER_MILES) * 10))
        self.slider.setPageStep(5)
        self.walk = label(NOTHING, "quiet")
        self._named(self.slider)
        called = say("{what} in kilometres", what=spec.param.label) if metric else say("{what} in miles", what=spec.param.label)
        named(self.box, called, spec.param.help)
        self.slider.touched.connect(self.touched)
        self.slider.valueChanged.connect(lambda tenths: self.box.setValue(tenths / 10))
        self.box.valueChanged.connect(self._typed)
        self.setLayout(column(row(head(spec), -1, self.box), self.slider, self.walk, spacing=4))
        if not spec.required:
            self.set_value(spec.default)

    def value(self) -> float:
        return self.box.value() * self.long_m if self._exact is None else self._exact

    def set_value(self, value: Any) -> None:
        wanted = float(value)
        blocked = self.box.blockSignals(True)
        self.box.setValue(wanted / self.long_m)
        self.box.blockSignals(blocked)
        self._follow()
        self._exact = wanted

    def _typed(self) -> None:
        self._exact = None
        self._follow()
        self.edited.emit()

    def _follow(self) -> None:
        shown = self.box.value()
        blocked = self.slider.blockSignals(True)
        self.slider.setValue(round(min(shown, SLIDER_MILES) * 10))
        self.slider.blockSignals(blocked)
        minutes = walk_minutes(shown * self.long_m)
        vowel = minutes in (8, 11, 18) or 80 <= minutes < 90
        self.walk.setText(spoken(say("About an {minutes}-minute walk." if vowel else "About a {minutes}-minute walk.",
                                     minutes=format_number(minutes))))


def head(spec: ParamSpec) -> QLabel:
    """The words above or before a control."""
    made = label(spec.param.label, "label")
    made.setToolTip(spoken(spec.param.help))
    return made


def _bounds(spec: ParamSpec) -> tuple[float, float]:
    """The lowest and highest value a control lets through; open ends get a sensible far one."""
    param = spec.param
    low = param.ge if param.ge is not None else param.gt
    high = param.le if param.le is not None else param.lt
    return (-1e9 if low is None else low), (1e9 if high is None else high)


class ChecklistField(Field):
    """Several of a list. An empty value means "all of them" where the parameter's default is empty.

    Until a person ticks something it holds the parameter's own default, also what of it this project does not list.

    Choices whose labels end in the same words in brackets (a vintage) stand together under those words.
    """

    def __init__(self, spec: ParamSpec, choices: Sequence[Choice], explain: Explained) -> None:
        super().__init__(spec)
        self.boxes: dict[str, QCheckBox] = {}
        self._untouched = False
        self.count = label(NOTHING, "quiet", wrap=False)
        self._every = button(say("All"), "plain", say("Choose all: {label}", label=spec.param.label))
        self._none = button(say("None"), "plain", say("Choose none: {label}", label=spec.param.label))
        self._every.clicked.connect(lambda: self._set_every(True))
        self._none.clicked.connect(lambda: self._set_every(False))
        lines = column(spacing=0)
        for heading, members in by_bracket(choices):
            if heading:
                lines.addWidget(label(name(heading), "quiet"))
            for choice, text in members:
                lines.addWidget(self._line(choice, text, explain(choice.value)))
            lines.addSpacing(6)
        self.frame = QFrame()
        self.frame.setLayout(lines)
        if not choices:
            lines.addWidget(label(say("Nothing to choose from in this project yet."), "quiet"))
        self._fold = icon_button("chevron-down", say("Show or hide the list: {label}", label=spec.param.label))
        self._fold.clicked.connect(lambda: self.fold(self.frame.isVisibleTo(self)))
        self.setLayout(column(row(head(spec), -1, self.count, self._every, self._none, self._fold, spacing=2),
                              self.frame, spacing=3))
        self.set_value(() if spec.required else spec.default)

    def fold(self, folded: bool) -> None:
        """Show only how many are chosen, or the whole list."""
        self.frame.setVisible(not folded)
        for shown in (self._every, self._none):
            shown.setVisible(not folded)
        self._fold.setIcon(icon("chevron-right" if folded else "chevron-down"))

    def _line(self, choice: Choice, text: str, second: Said) -> QWidget:
        box = TickBox(f"{text}  ({spoken(second)})" if second else text)
        named(box, joined([self.spec.param.label, choice.label], ": "), second)
        box.clicked.connect(self._changed)
        box.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
        box.setToolTip(spoken(joined([choice.label, second], "\n")))
        self.boxes[choice.value] = box
        return box

    def chosen(self) -> tuple[str, ...]:
        return tuple(name for name, box in self.boxes.items() if box.isChecked())

    def value(self) -> tuple[Any, ...]:
        if self._untouched and not self.spec.required:
            return tuple(self.spec.default)
        everything = len(self.chosen()) == len(self.boxes)
        return () if everything and not self.spec.default else self.chosen()

    def set_value(self, value: Any) -> None:
        wanted = {str(item) for item in value or ()}
        for one, box in self.boxes.items():
            box.setChecked(one in wanted or (not wanted and not self.spec.default))
        self._untouched = tuple(value or ()) == tuple(self.spec.default or ())
        self._tally()

    def _set_every(self, chosen: bool) -> None:
        for box in self.boxes.values():
            box.setChecked(chosen)
        self._changed()

    def _changed(self) -> None:
        self._untouched = False
        self._tally()
        self.edited.emit()

    def _tally(self) -> None:
        shown = say("{shown} of {every}", shown=format_number(len(self.chosen())), every=format_number(len(self.boxes)))
        self.count.setText(spoken(shown if self.boxes else NOTHING))


class WeightsField(Field):
    """How much each of a list counts beside the others; 1 is as much as the rest, 0 leaves it out."""

    def __init__(self, spec: ParamSpec, choices: Sequence[Choice]) -> None:
        super().__init__(spec)
        self.weights: dict[str, QDoubleSpinBox] = {}
        self._lines: dict[str, QWidget] = {}
        lines = column(head(spec), spacing=3)
        for _, members in by_bracket(choices):
            for choice, text in members:
                weight = Number()
                weight.setRange(0.0, 10.0)
                weight.setSingleStep(0.5)
                weight.setDecimals(1)
                weight.setPrefix("× ")
                weight.setValue(1.0)
                keep_width(airy(weight), 88)
                named(weight, say("Weight of {label}", label=choice.label), say("1 is as much as the others, 0 leaves it out"))
                weight.valueChanged.connect(lambda _: self.edited.emit())
                words = label(name(text))
                line = QWidget()
                places = row(words, weight, spacing=8)
                places.setStretch(0, 1)
                line.setLayout(places)
                lines.addWidget(line)
                self.weights[choice.value], self._lines[choice.value] = weight, line
        self.setLayout(lines)
        self.set_value(() if spec.required else spec.default)

    def limit_to(self, names: Sequence[str]) -> None:
        """Offer weights only for these of the list."""
        for one, line in self._lines.items():
            line.setVisible(one in names)

    def value(self) -> tuple[tuple[str, float], ...]:
        """The weights that differ from 1, of those that are offered."""
        return tuple(
            (name, weight.value()) for name, weight in self.weights.items()
            if weight.value() != 1.0 and not self._lines[name].isHidden()
        )

    def set_value(self, value: Any) -> None:
        wanted = {str(one): float(weight) for one, weight in value or ()}
        for one, spin in self.weights.items():
            blocked = spin.blockSignals(True)
            spin.setValue(wanted.get(one, 1.0))
            spin.blockSignals(blocked)


def by_bracket(choices: Sequence[Choice]) -> list[tuple[str, list[tuple[Choice, str]]]]:
    """Choices under the words in brackets that several of their labels end with, in order, as they are read.

    >>> by_bracket([Choice("a", "Poverty (2018)"), Choice("b", "Income (2018)")])[0][0]
    '2018'
    """
    ends = [_BRACKET.match(spoken(choice.label)) for choice in choices]
    counts = Counter(end.group(2) for end in ends if end)
    groups: dict[str, list[tuple[Choice, str]]] = {}
    for choice, end in zip(choices, ends):
        shared = end is not None and counts[end.group(2)] > 1
        heading, text = (end.group(2), end.group(1)) if shared and end else ("", spoken(choice.label))
        groups.setdefault(heading, []).append((choice, text))
    return list(groups.items())
