"""Controls that hold several of a list: boxes to tick, and how much each counts."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Sequence
from typing import Any

from PySide6.QtWidgets import QCheckBox, QDoubleSpinBox, QFrame, QSizePolicy, QWidget

from ecomap.model.params import Choice, ParamSpec
from ecomap.model.said import NOTHING, Said, joined, name, say
from ecomap.model.units import format_number
from ecomap.ui.forms.fields import Field, head
from ecomap.ui.look.icons import icon
from ecomap.ui.look.parts import ElidedLabel, airy, button, column, icon_button, keep_width, label, row
from ecomap.ui.look.theme import named
from ecomap.ui.speech import spoken

Explained = Callable[[str], Said]


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
        box = QCheckBox(f"{text}  ({spoken(second)})" if second else text)
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
                weight = QDoubleSpinBox()
                weight.setRange(0.0, 10.0)
                weight.setSingleStep(0.5)
                weight.setDecimals(1)
                weight.setPrefix("× ")
                weight.setValue(1.0)
                keep_width(airy(weight), 88)
                named(weight, say("Weight of {label}", label=choice.label), say("1 is as much as the others, 0 leaves it out"))
                weight.valueChanged.connect(lambda _: self.edited.emit())
                words = ElidedLabel(name(text))
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


_BRACKET = re.compile(r"^(.*) \(([^()]*(?:\([^()]*\))?[^()]*)\)$")
