"""Qt objects caught in cycles die on the main thread, whoever allocates."""

from __future__ import annotations

import gc
import threading

from PySide6.QtCore import QObject
from pytestqt.qtbot import QtBot

from ecomap.ui.garbage import Garbage, leave_out_what_stays

KNOTS = 2_000  # more than Python lets pile up


class _Knot(QObject):
    """An object that only the collector can free; it notes where it died."""

    died_on: list[int] = []  # noqa: RUF012

    def __init__(self) -> None:
        super().__init__()
        self.itself = self

    def __del__(self) -> None:
        self.died_on.append(threading.get_ident())


def test_a_worker_that_allocates_does_not_destroy_qt_objects(qtbot: QtBot) -> None:
    garbage = Garbage()
    try:
        for _ in range(KNOTS):
            _Knot()

        def allocate() -> None:
            kept = [[i] for i in range(200_000)]
            del kept

        worker = threading.Thread(target=allocate)
        worker.start()
        worker.join()
        assert _Knot.died_on == []
        qtbot.waitUntil(lambda: len(_Knot.died_on) == KNOTS, timeout=20_000)
        assert set(_Knot.died_on) == {threading.get_ident()}
    finally:
        garbage.stop()
    assert gc.isenabled()


def test_what_is_loaded_before_the_window_is_not_looked_at_until_it_closes(qtbot: QtBot) -> None:
    leave_out_what_stays()
    garbage = Garbage()
    try:
        assert gc.get_freeze_count() > 0
    finally:
        garbage.stop()
    assert gc.get_freeze_count() == 0
