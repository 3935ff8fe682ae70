"""One measured thing: ours against a peer or against a goal, medians of one run."""

from __future__ import annotations

import gc
import time
from collections.abc import Callable

from attrs import frozen


@frozen
class Measure:
    """``ours_ms`` and ``peer_ms`` are medians; ``goal`` says what is aimed at: a ratio ("20x") or a time ("5 ms")."""

    what: str
    ours_ms: float
    goal: str = ""
    peer: str = ""
    peer_ms: float | None = None
    note: str = ""

    @property
    def ratio(self) -> float | None:
        return self.peer_ms / self.ours_ms if self.peer_ms else None

    @property
    def met(self) -> bool | None:
        """Whether the goal is met; None without one."""
        if not self.goal:
            return None
        number, unit = float(self.goal.rstrip("xms ")), self.goal.strip()[-1]
        if unit == "x":
            return None if self.ratio is None else self.ratio >= number
        return self.ours_ms <= number


@frozen
class Told:
    """A benchmark whose findings are no times: a table of its own, and how many of its goals were missed."""

    text: str
    missed: int = 0


def median_ms(work: Callable[[], object], repeats: int = 9, *, warm: int = 1, clock: Callable[[], float] = time.perf_counter) -> float:
    """Median time of some work, after warming up."""
    taken = samples_ms(work, repeats, warm=warm, clock=clock)
    return sorted(taken)[len(taken) // 2]


def samples_ms(
    work: Callable[[], object], repeats: int = 9, *, warm: int = 1, clock: Callable[[], float] = time.perf_counter
) -> list[float]:
    """Times of some work, after warming up: on the clock, or of the processor with all threads (`time.process_time`)."""
    for _ in range(warm):
        work()
    gc.collect()
    taken = []
    for _ in range(repeats):
        start = clock()
        work()
        taken.append((clock() - start) * 1000)
    return taken
