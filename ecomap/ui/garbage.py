"""Garbage is collected on the main thread only: Qt objects must not die on a worker's.

Python collects cycles on whichever thread happens to allocate. If that is the thread that makes pictures, a widget caught
in a cycle is destroyed there, and Qt ends the program. So automatic collection is off while the window is open, and a timer
on the main thread does it instead.
"""

from __future__ import annotations

import gc

from PySide6.QtCore import QObject, QTimer

INTERVAL_MS = 1_000


def leave_out_what_stays() -> None:
    """What is loaded before there is a window stays until the end: no collection has to look at it again and again."""
    gc.freeze()


class Garbage(QObject):
    """Collects on the main thread while it lives; `stop` gives collection back to Python."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._thresholds = gc.get_threshold()
        self._timer = QTimer(self)
        self._timer.setInterval(INTERVAL_MS)
        self._timer.timeout.connect(self.collect)
        gc.disable()
        self._timer.start()

    def collect(self) -> int:
        """Collect what Python would have by now; the number of objects that went."""
        for generation in (2, 1, 0):
            if gc.get_count()[generation] > self._thresholds[generation]:
                return gc.collect(generation)
        return 0

    def stop(self) -> None:
        self._timer.stop()
        gc.unfreeze()
        gc.enable()
