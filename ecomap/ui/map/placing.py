"""A place of the map: what is there; and the map waiting for one to be pointed at."""

from __future__ import annotations

from collections.abc import Callable

from attrs import field, frozen
from PySide6.QtCore import QPoint
from PySide6.QtWidgets import QWidget

from ecomap.model.said import NOTHING, Said, joined, say
from ecomap.ui.look.parts import button, label, row
from ecomap.ui.look.theme import look, named
from ecomap.ui.map.card import SHADOW
from ecomap.ui.map.floating import Floating
from ecomap.ui.speech import spoken


@frozen
class Spot:
    """A place in the project's coordinate system, the points that stand there, the changes of the scenario whose sign is there, and
    where that is on the canvas."""

    x: float
    y: float
    rows: tuple[tuple[str, str], ...] = ()  # layer id, row id
    changes: tuple[int, ...] = ()           # by their number in the scenario
    at: QPoint = field(factory=QPoint)


class Placing(Floating):
    """Says what the next click or Enter is for, until a place is pointed at or it is left."""

    def __init__(self, over: QWidget, done: Callable[[], None]) -> None:
        super().__init__(over)
        self._over, self._done = over, done
        self._then: Callable[[Spot], None] | None = None
        self.words = label(NOTHING, "strong")
        self.leave = button(say("Cancel"), help_text=say("Cancel (Esc)"))
        self.leave.clicked.connect(self.stop)
        places = row(self.words, self.leave, margins=(SHADOW + 14, SHADOW + 8, SHADOW + 8, SHADOW + 8), spacing=12)
        places.setStretch(0, 1)
        self._line = places
        self.setLayout(places)
        self.hide()

    @property
    def waiting(self) -> bool:
        return self._then is not None

    def ask(self, words: Said, then: Callable[[Spot], None]) -> None:
        """Wait for a place."""
        self._then = then
        told = joined([words, say("Click the place, or move the map with the arrow keys and press Enter.")])
        self.words.setText(spoken(told))
        named(self, told)
        self.settle()
        self.show()
        self.raise_()

    def settle(self) -> None:
        """Sit at the top of the map, as wide as reads well."""
        wide = min(self._over.width() - 24, look().px(560) + 2 * SHADOW)
        tall = self._line.heightForWidth(wide) if self._line.hasHeightForWidth() else self._line.sizeHint().height()
        self.setGeometry((self._over.width() - wide) // 2, 4, wide, tall)

    def take(self, spot: Spot) -> None:
        """A place was pointed at."""
        then = self._then
        self.stop()
        if then is not None:
            then(spot)

    def stop(self) -> None:
        if self._then is not None:
            self._then = None
            self.hide()
            self._done()
