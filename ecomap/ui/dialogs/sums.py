"""Every number of what is chosen: sums with margins, rates of all together, and what can only be said of each place."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QDialog, QGridLayout, QWidget

from ecomap.model.said import Said, say
from ecomap.ui.look.parts import RHYTHM, Scroll, button, column, label, row, rule
from ecomap.ui.look.theme import look
from ecomap.ui.speech import spoken
from ecomap.ui.standing import sized
from ecomap.workspace.chosen import Line, Told

_MARGINS = say("± is the 90 % margin of a sum: the margins of its parts, squared, added up and the root taken. A rate is the sum of what is "
               "counted over the sum it is a part of, never a mean of rates.")
_ALONE = say("Only of each place: nothing here says of how many people these are rates, so there is none of all together.")


class SumsDialog(QDialog):
    """A list of numbers with what is known of each."""

    def __init__(self, parent: QWidget, layer: Said, told: Told) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowTitle(spoken(say("What is chosen in “{layer}”", layer=layer)))
        together = [line for line in told.lines if not line.alone]
        alone = [line for line in told.lines if line.alone]
        inside = QWidget()
        parts: list[QWidget] = [label(told.sentence, "strong"), rule(), _lines(together), label(_MARGINS, "quiet")]
        if alone:
            parts += [rule(), label(_ALONE, "label"), _lines(alone)]
        inside.setLayout(column(*parts, -1, margins=(16, 14, 16, 8), spacing=10))
        close = button(say("Close"))
        close.clicked.connect(self.accept)
        close.setDefault(True)
        places = column(Scroll(inside, say("What is chosen")), row(-1, close, margins=(16, 8, 16, 12)), spacing=0)
        places.setStretch(0, 1)
        self.setLayout(places)
        sized(self, 560, 480)


def _lines(lines: list[Line]) -> QWidget:
    """Label, number and note of each, in columns."""
    held = QWidget()
    grid = QGridLayout()
    grid.setContentsMargins(0, 0, 0, 0)
    grid.setHorizontalSpacing(RHYTHM * 2)
    grid.setVerticalSpacing(4)
    for place, line in enumerate(lines):
        number = label(line.value, "strong", wrap=False)
        number.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        grid.addWidget(label(line.label), place, 0)
        grid.addWidget(number, place, 1, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignTop)
        grid.addWidget(label(line.quiet, "quiet"), place, 2)
    grid.setColumnMinimumWidth(0, look().px(230))
    grid.setColumnStretch(0, 3)
    grid.setColumnStretch(2, 2)
    held.setLayout(grid)
    return held
