"""Wishes that clash, in the panel: which they are, and one press to each smallest change that would do."""

from __future__ import annotations

from functools import partial

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QFrame, QVBoxLayout

from ecomap.model.clash import ClashError, WayOut
from ecomap.model.said import Said, joined, name, say
from ecomap.ui.look.parts import button, clear, column, label
from ecomap.ui.look.theme import named

TITLE = say("These wishes cannot all be met")


class ClashBox(QFrame):
    """Stays until the question is asked again."""

    chosen = Signal(object)  # WayOut

    def __init__(self) -> None:
        super().__init__()
        self.setProperty("box", "caution")
        self.clash: ClashError | None = None
        self._lines = QVBoxLayout()
        self._lines.setSpacing(6)
        self.setLayout(column(self._lines, margins=(12, 10, 12, 12)))
        named(self, TITLE)
        self.hide()

    def say(self, clash: ClashError | None) -> None:
        """Show what clashes; None: nothing does."""
        self.clash = clash
        clear(self._lines)
        if clash is not None:
            self._fill(clash)
        self.setVisible(clash is not None)

    def _fill(self, clash: ClashError) -> None:
        self._lines.addWidget(label(TITLE, "strong"))
        for wish in clash.wishes:
            self._lines.addWidget(label(joined([name("–"), wish], " ")))
        if clash.ways_out:
            self._lines.addWidget(label(_offer(len(clash.ways_out)), "quiet"))
        for way in clash.ways_out:
            self._lines.addWidget(self._way(way))
            if way.note:
                self._lines.addWidget(label(way.note, "quiet"))
        for remark in clash.remarks or (() if clash.ways_out else (clash.hint,)):
            self._lines.addWidget(label(remark, "quiet"))
        named(self, joined([TITLE, *clash.wishes], ". "))

    def _way(self, way: WayOut) -> QFrame:
        press = button(way.words, "choice", help_text=say("Sets this and asks again; everything else stays as it was asked"))
        press.setObjectName("way-out")
        press.clicked.connect(partial(self.chosen.emit, way))
        return press  # type: ignore[return-value]


def _offer(ways: int) -> Said:
    return say("This alone would be enough:") if ways == 1 else say("Any one of these would be enough:")
