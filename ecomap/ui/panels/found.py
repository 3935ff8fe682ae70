"""What an answer about scenarios says, in a panel: large figures, small figures, what to keep in mind."""

from __future__ import annotations

from PySide6.QtWidgets import QFrame, QWidget

from ecomap.model.figures import figure_number
from ecomap.model.result import KeyFigure, Result
from ecomap.model.said import say
from ecomap.model.units import missing
from ecomap.ui.look.figures import FigureBox, FigureRow
from ecomap.ui.look.parts import column, label, row

_LARGE, _SMALL = 2, 4  # figures
_MOST_NOTES = 3


def _known(result: Result) -> list[KeyFigure]:
    return [figure for figure in result.figures if figure.value is not None and not missing(figure.value)]


def figures_box(result: Result) -> QWidget:
    """The first key figures, large."""
    return FigureRow([FigureBox(figure) for figure in _known(result)[:_LARGE]])


def _small(result: Result) -> QWidget:
    lines = []
    for figure in _known(result)[_LARGE:_LARGE + _SMALL]:
        value = label(figure_number(figure), "strong", wrap=False)
        line = row(label(figure.label, "quiet"), value, spacing=8)
        line.setStretch(0, 1)
        lines.append(line)
    box = QWidget()
    box.setLayout(column(*lines, spacing=6))
    return box


def _notes(result: Result) -> list[QWidget]:
    cautions = list(dict.fromkeys(note.text for note in result.notes if note.kind == "caution"))
    if not cautions:
        return []
    box = QFrame()
    box.setProperty("box", "raised")
    box.setLayout(column(label(say("Keep in mind"), "strong"), *(label(text, "quiet") for text in cautions[:_MOST_NOTES]), margins=(12, 10, 12, 10), spacing=5))
    return [box]


def rest_of(result: Result) -> list[QWidget]:
    """The smaller figures, one line each, and what to keep in mind."""
    return [_small(result), *_notes(result)]
