"""Other hands for the parts of a step: whoever stands ready to take them, for as long as they are lent, and nobody otherwise.

A step that falls into parts (pairs by sites, cuts by areas, ranks by draws) asks here who does them. What comes back stands in the order of
the parts, so that it does not matter who that was.
"""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterator, Sequence
from contextvars import ContextVar
from typing import Any

from ecomap.model.progress import Progress
from ecomap.model.said import Said

Each = Callable[[Callable[..., Any], Sequence[tuple[Any, ...]], Progress, Said], list[Any]]
_lent: ContextVar[Each | None] = ContextVar("hands", default=None)


def ready() -> Each | None:
    """Who takes parts now: from work, its jobs, progress and what is going on to what every job came to; None: nobody."""
    return _lent.get()


@contextlib.contextmanager
def lent(each: Each) -> Iterator[None]:
    """Somebody takes the parts of every step in this block."""
    before = _lent.set(each)
    try:
        yield
    finally:
        _lent.reset(before)
