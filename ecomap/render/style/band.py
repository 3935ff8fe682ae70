"""The band of a rank: where on a bar the rank stands and the ranks it could have, one geometry for window and page."""

from __future__ import annotations

import math

from attrs import frozen


@frozen
class Band:
    """A rank on a bar of length one: the ranks it could have from ``start`` to ``end``, the rank itself at ``dot``."""

    start: float
    end: float
    dot: float


def rank_place(rank: float, of: float) -> float:
    """Where a rank stands between the first (0) and the last (1): doubling the rank is always the same step, so that
    the top of a long list can be told apart.

    >>> rank_place(1, 500), rank_place(500, 500), round(rank_place(2, 4), 3)
    (0.0, 1.0, 0.5)
    """
    return min(max(math.log(max(rank, 1.0)) / math.log(max(of, 2.0)), 0.0), 1.0)


def band_of(rank: float, low: float, high: float, of: float) -> Band:
    """The band of a rank among ``of`` ranked things; the rank lies in its band, whatever a file says.

    >>> band_of(2, 1, 4, 16)
    Band(start=0.0, end=0.5, dot=0.25)
    """
    return Band(rank_place(min(low, rank), of), rank_place(max(high, rank), of), rank_place(rank, of))
