"""The clock that ends searches, and where it ended those of an answer: asked again with that, the answer is the same to the last digit.

A search that is not over when its time is up keeps the best it found, and how much that is depends on how busy the computer is. So
an answer keeps at which looks at the clock its searches ended, and what a solver had found by then. Asked again, its searches end just
there: what had been found is put in, everything else is worked out anew from the rows. Searches that were not ended take the time they need.
"""

from __future__ import annotations

import math
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Final

from attrs import frozen

from ecomap.model.errors import EcoMapError
from ecomap.model.said import say

LOOKED: Final = "looked"   # a search looked at the clock and ended
RUN: Final = "run"         # a solver was ended by it

moment_s = time.monotonic


@frozen
class Ended:
    """Where the clock ended a search.

    Parameters
    ----------
    look : int
        Number of the look at the clock, of all of an answer, from 1.
    kind : str
        `LOOKED` or `RUN`.
    found : bool
        Whether a solver had an answer by then.
    columns, values : tuple
        Of that answer: its whole numbers other than 0, by their column.
    bound : float
        What no answer could beat, as far as it was proven by then.
    """

    look: int
    kind: str = LOOKED
    found: bool = False
    columns: tuple[int, ...] = ()
    values: tuple[float, ...] = ()
    bound: float = -math.inf


class Looks:
    """The looks at the clock while a question is asked, in turn.

    Parameters
    ----------
    told : sequence of Ended, optional
        Where the searches ended when it was asked before, so that they end there again; without it the clock says.
    """

    def __init__(self, told: Sequence[Ended] | None = None) -> None:
        self._told = None if told is None else {one.look: one for one in told}
        self._count = 0
        self._ended: list[Ended] = []

    @property
    def ended(self) -> tuple[Ended, ...]:
        """Where it ended searches so far."""
        return tuple(self._ended)

    @property
    def again(self) -> bool:
        """Whether searches end where they did before."""
        return self._told is not None

    def over(self, until: float) -> bool:
        """Whether a search is to end."""
        self._count += 1
        ends = self._before(LOOKED) is not None if self.again else moment_s() > until
        if ends:
            self._ended.append(Ended(self._count))
        return ends

    def run(self) -> Ended | None:
        """A solver begins: what it had found before, if it was ended then."""
        self._count += 1
        before = self._before(RUN) if self.again else None
        if before is not None:
            self._ended.append(before)
        return before

    def ended_run(self, columns: Sequence[int] = (), values: Sequence[float] = (), *, found: bool = False, bound: float = -math.inf) -> None:
        """The solver that began last was ended by the clock, with what it had found."""
        self._ended.append(Ended(self._count, RUN, found, tuple(map(int, columns)), tuple(map(float, values)), float(bound)))

    def _before(self, kind: str) -> Ended | None:
        before = (self._told or {}).get(self._count)
        if before is not None and before.kind != kind:
            raise gone_astray()
        return before


_looks: ContextVar[Looks | None] = ContextVar("looks", default=None)


@contextmanager
def looked_at(told: Sequence[Ended] | None = None) -> Iterator[Looks]:
    """Note where the clock ends searches in here, or end them where it did before."""
    looks = Looks(told)
    token = _looks.set(looks)
    try:
        yield looks
    finally:
        _looks.reset(token)


def over(until: float) -> bool:
    """Whether a search is to end: its time, on the clock `moment_s`, is up.

    >>> over(moment_s() - 1), over(math.inf)
    (True, False)
    >>> with looked_at((Ended(2),)) as looks:
    ...     [over(0.0), over(math.inf), over(0.0)]
    [False, True, False]
    """
    looks = _looks.get()
    return moment_s() > until if looks is None else looks.over(until)


def current() -> Looks:
    """The looks that are being noted; looks of its own for a search that nobody asked a question with."""
    return _looks.get() or Looks()


def gone_astray() -> EcoMapError:
    """A search that does not pass where it passed when it was first made."""
    return EcoMapError(say("Its search goes another way here than when it was first asked, so what was found then cannot be put in."),
                       say("Ask it again in the project itself."))
