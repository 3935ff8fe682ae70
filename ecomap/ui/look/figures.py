"""One key figure, large in its box."""

from __future__ import annotations

from PySide6.QtWidgets import QFrame

from ecomap.model.figures import figure_digits, figure_value, range_words
from ecomap.model.result import KeyFigure
from ecomap.model.said import NOTHING, Said, joined
from ecomap.model.units import format_margin, format_number
from ecomap.ui.look.parts import column, label, written
from ecomap.ui.look.theme import named
from ecomap.ui.speech import spoken


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


def figure_margin(figure: KeyFigure) -> Said:
    """The margin of a key figure in words: ``± 6,100``; else its note if that is short."""
    parts: list[Said] = []
    margin = format_margin(figure.moe, figure.unit, figure_digits(figure))
    if margin and (figure.value or figure.moe):  # nobody, for certain, has no margin
        parts.append(joined(["±", margin]))
    if figure.note and len(figure.note) <= 48:
        parts.append(figure.note)
    return joined(parts, " · ")
