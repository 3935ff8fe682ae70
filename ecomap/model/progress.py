"""One small object, passed down, that reports progress and carries the wish to stop."""

from __future__ import annotations

import threading
from collections.abc import Callable

from ecomap.model.errors import CancelledError
from ecomap.model.said import NOTHING, Said

Report = Callable[[float, Said], None]


class Progress:
    """Progress of one piece of work, safe to use from a worker thread.

    Parameters
    ----------
    report : callable, optional
        Called with ``(share_done, text)``; share is 0-1.
    start, end : float
        The slice of the whole that this object covers (see `part`).

    Examples
    --------
    >>> from ecomap.model.said import say
    >>> seen = []
    >>> progress = Progress(lambda share, text: seen.append((share, text)))
    >>> progress.at(0.5, say("Halfway"))
    >>> progress.part(0.5, 1.0).at(0.5, say("Second half"))
    >>> seen
    [(0.5, 'Halfway'), (0.75, 'Second half')]
    """

    def __init__(
        self,
        report: Report | None = None,
        *,
        start: float = 0.0,
        end: float = 1.0,
        _stop: threading.Event | None = None,
    ) -> None:
        self._through = False
        self._report = report
        self._start = start
        self._end = end
        self._stop = _stop or threading.Event()

    def at(self, share: float, text: Said = NOTHING) -> None:
        """Say how far the work is, and raise `CancelledError` if it should stop."""
        self.check()
        if self._report is not None:
            self._report(self._start + (self._end - self._start) * min(max(share, 0.0), 1.0), text)

    def through(self, text: Said = NOTHING) -> None:
        """Say that the work is done and cannot be taken back (a file is on the disk): a wish to stop comes too late from now on."""
        self._through = True
        if self._report is not None:
            self._report(self._end, text)

    def check(self) -> None:
        """Raise `CancelledError` if the planner asked to stop."""
        if self.cancelled:
            raise CancelledError()

    def wait(self, seconds: float) -> None:
        """Let time pass, and raise `CancelledError` as soon as the work should stop."""
        if self._stop.wait(max(seconds, 0.0)):
            raise CancelledError()

    def cancel(self) -> None:
        """Ask the work to stop at its next step."""
        self._stop.set()

    @property
    def cancelled(self) -> bool:
        return self._stop.is_set() and not self._through

    def part(self, start: float, end: float) -> Progress:
        """A progress that fills only the slice ``start``-``end`` of this one and shares its stop."""
        width = self._end - self._start
        return Progress(
            self._report, start=self._start + width * start, end=self._start + width * end, _stop=self._stop
        )


def silent() -> Progress:
    """A progress that nobody watches."""
    return Progress()
