"""One key figure, large in its box."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QSize
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QFrame, QGridLayout, QLayout, QWidget

from ecomap.model.figures import figure_digits, figure_value, range_words
from ecomap.model.result import KeyFigure
from ecomap.model.said import NOTHING, Said, joined
from ecomap.model.units import format_margin, format_number
from ecomap.ui.look.parts import column, label, written
from ecomap.ui.look.theme import named
from ecomap.ui.speech import spoken

GAP = 8  # px


class FigureBox(QFrame):
    """One key figure: the number large, what it counts and its margin below."""

    def __init__(self, figure: KeyFigure, *, ranged: bool = True) -> None:
        super().__init__()
        self.setProperty("box", "raised")
        self.ranged = ranged
        self.number, self.margin = label(NOTHING, "figure"), label(NOTHING, "quiet")
        self.show_figure(figure)
        within = range_words(figure) if ranged else NOTHING
        lines = [label(figure.label, "quiet"), *([self.margin] if figure_margin(figure) else []), *([label(within, "quiet")] if within else [])]
        self.setLayout(column(self.number, *lines, -1, margins=(12, 10, 10, 10), spacing=2))

    def show_figure(self, figure: KeyFigure) -> None:
        """Say another number of the same kind."""
        value = format_number(figure_value(figure), figure.unit, figure_digits(figure))
        second, within = figure_margin(figure), range_words(figure) if self.ranged else NOTHING
        self.number.setText(written(value, "figure"))
        self.number.setObjectName(figure.name)
        self.margin.setText(written(second, "quiet"))
        named(self, joined([joined([figure.label, value], ": "), second, within], ". "))
        if figure.note:
            self.setToolTip(spoken(figure.note))


class FigureRow(QWidget):
    """Key figures beside each other, as wide as each other; below each other where they are wider than the room."""

    def __init__(self, boxes: Sequence[FigureBox]) -> None:
        super().__init__()
        self._boxes = tuple(boxes)
        self._across = 0
        self._grid = QGridLayout(self)
        self._grid.setContentsMargins(0, 0, 0, 0)
        self._grid.setSpacing(GAP)
        self._grid.setSizeConstraint(QLayout.SizeConstraint.SetNoConstraint)  # or two wide ones would hold the panel open
        self._place(max(len(self._boxes), 1))

    def _place(self, across: int) -> None:
        if across == self._across:
            return
        self._across = across
        for place, box in enumerate(self._boxes):
            self._grid.addWidget(box, place // across, place % across)
            self._grid.setColumnStretch(place, int(place < across))
        self.updateGeometry()

    def minimumSizeHint(self) -> QSize:
        return QSize(max((box.minimumSizeHint().width() for box in self._boxes), default=0), self._grid.minimumSize().height())

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        needed = sum(box.minimumSizeHint().width() + GAP for box in self._boxes) - GAP
        self._place(max(len(self._boxes), 1) if needed <= self.width() else 1)


def figure_margin(figure: KeyFigure) -> Said:
    """The margin of a key figure in words: ``± 6,100``; else its note if that is short."""
    parts: list[Said] = []
    margin = format_margin(figure.moe, figure.unit, figure_digits(figure))
    if margin and (figure.value or figure.moe):  # nobody, for certain, has no margin
        parts.append(joined(["±", margin]))
    if figure.note and len(figure.note) <= 48:
        parts.append(figure.note)
    return joined(parts, " · ")
