"""Small work that is done soon, on a thread of its own, so that nobody waits for a disk."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from typing import Final

from ecomap.workspace.log import log

IDLE_S: Final = 5.0  # a thread without work ends


class Soon:
    """Does the latest of what was asked for: work that has not begun gives way to work that is asked for after it.

    Asking takes microseconds. However often it is asked, work begins no later than it was first to.
    """

    def __init__(self, called: str, clock: Callable[[], float] = time.monotonic) -> None:
        self._called = called
        self._clock = clock
        self._condition = threading.Condition()
        self._work: Callable[[], None] | None = None
        self._due = 0.0
        self._busy = False
        self._thread: threading.Thread | None = None

    def ask(self, work: Callable[[], None], *, within_s: float = 0.0) -> None:
        """Do this within some seconds, in place of what waits."""
        with self._condition:
            due = self._clock() + within_s
            self._due = due if self._work is None else min(due, self._due)
            self._work = work
            self._start()

    def ask_again(self, work: Callable[[], None], *, within_s: float) -> None:
        """Do this later, unless something else is asked for before."""
        with self._condition:
            if self._work is None:
                self._due, self._work = self._clock() + within_s, work
                self._start()

    def flush(self, timeout_s: float = 10.0) -> bool:
        """Do what waits now, and wait for it. True if nothing is left to do."""
        with self._condition:
            self._due = self._clock()
            self._condition.notify_all()
            return self._condition.wait_for(lambda: self._work is None and not self._busy, timeout_s)

    def _start(self) -> None:
        if self._thread is None:
            self._thread = threading.Thread(target=self._run, name=self._called, daemon=True)
            self._thread.start()
        self._condition.notify_all()

    def _run(self) -> None:
        while (work := self._next()) is not None:
            try:
                work()
            except Exception:  # noqa: BLE001 - the thread outlives a mistake in one piece of work
                log.exception("%s: a mistake in EcoMap", self._called)
            del work  # it holds a project
            with self._condition:
                self._busy = False
                self._condition.notify_all()

    def _next(self) -> Callable[[], None] | None:
        """Wait for work and for its time; None where there was none for long."""
        with self._condition:
            if not self._condition.wait_for(lambda: self._work is not None, IDLE_S):
                self._thread = None
                return None
            while (left := self._due - self._clock()) > 0:
                self._condition.wait(left)
            work, self._work = self._work, None
            self._busy = True
            return work
