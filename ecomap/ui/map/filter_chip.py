"""The filter of the table, said on the map where it veils what it leaves out, with a way to switch it off."""

from __future__ import annotations

from typing import Final

from PySide6.QtCore import QPoint, QSize
from PySide6.QtWidgets import QWidget

from ecomap.model.said import NOTHING, joined, name, say
from ecomap.model.units import format_number
from ecomap.ui.desk import Desk
from ecomap.ui.look.parts import Overlay, icon_button, label, row
from ecomap.ui.look.theme import look, named
from ecomap.ui.map.card import SHADOW
from ecomap.ui.map.floating import Floating
from ecomap.ui.speech import spoken

_ABOVE_BAR: Final = 58      # px: the scale bar
_ABOVE_SOURCES: Final = 40  # px: the sources
_LARGE_TEXT: Final = 1.3
_LONGEST: Final = 30
_EDGE: Final = 14


class FilterChip(Floating):
    """``Filter “boyle”: 25 of 1,172 in Need areas`` and a cross."""

    def __init__(self, over: QWidget, desk: Desk) -> None:
        super().__init__(over)
        self.desk, self._over = desk, over
        self.words = label(NOTHING, "foot", wrap=False)
        self.off = icon_button("close", say("Switch the filter off"), say("Show all rows of the table and all places again"))
        self.off.clicked.connect(desk.unfilter_asked)
        self.setLayout(row(self.words, self.off, margins=(SHADOW + 12, SHADOW + 2, SHADOW + 4, SHADOW + 2), spacing=6))
        named(self, say("Filter of the table"))
        self._stand = Overlay(over, self, self._place)
        desk.filtered.connect(self._say)
        self.hide()

    def _place(self, size: QSize, _chip: QWidget) -> QPoint:
        """At the right, above the sources; with large text, where the zoom buttons reach down there, at the left above the scale bar."""
        own = self.sizeHint()
        if look().scale > _LARGE_TEXT:
            return QPoint(_EDGE - SHADOW, size.height() - look().px(_ABOVE_BAR) - own.height() + SHADOW)
        return QPoint(size.width() - own.width() + SHADOW - _EDGE, size.height() - look().px(_ABOVE_SOURCES) - own.height() + SHADOW)

    def _say(self) -> None:
        kept = self.desk.filter
        self.setVisible(kept is not None)
        if kept is None or not self.desk.project.has_layer(kept.layer_id):
            return
        words = kept.words if len(kept.words) <= _LONGEST else kept.words[: _LONGEST - 1] + "…"
        said = say("Filter “{words}”: {shown} of {every} in “{layer}”", words=name(words), shown=format_number(len(kept.ids)),
                   every=format_number(kept.every), layer=self.desk.project.layer(kept.layer_id).name)
        self.words.setText(spoken(said))
        if self.sizeHint().width() > self._over.width() - 2 * _EDGE:
            self.words.setText(spoken(say("Filter: {shown} of {every}", shown=format_number(len(kept.ids)), every=format_number(kept.every))))
        named(self, joined([say("Filter of the table"), said], ". "))
        self.adjustSize()
        self._stand.settle()
        self.raise_()
