"""Adding up what the parts give, in one order and with what rounding drops, so that it does not matter how many parts there are."""

from __future__ import annotations

import math
from collections.abc import Iterable

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]


class Total:
    """A sum of arrays that keeps what rounding drops (Neumaier 1974): as exact as one number of twice the digits.

    >>> total = Total(1)
    >>> for amount in (1e16, 1.0, -1e16):
    ...     total.add(np.array([0]), np.array([amount]))
    >>> total.values().tolist()
    [1.0]
    """

    def __init__(self, size: int) -> None:
        self._sum = np.zeros(size)
        self._rest = np.zeros(size)

    def add(self, at: npt.NDArray[np.integer], amount: Floats) -> None:
        """Add amounts at places of which each is named once."""
        before = self._sum[at]
        after = before + amount
        larger = np.abs(before) >= np.abs(amount)
        self._rest[at] += np.where(larger, (before - after) + amount, (amount - after) + before)
        self._sum[at] = after

    def values(self) -> Floats:
        """The sums."""
        return self._sum + self._rest


def exactly(amounts: Iterable[float]) -> float:
    """The sum of numbers, rounded once."""
    return math.fsum(amounts)
