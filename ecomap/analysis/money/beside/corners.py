"""Dollars per pupil beside an outcome: on which side of the middle each school lies, where its error allows to say. Numbers only."""

from __future__ import annotations

from typing import Final

import numpy as np
from attrs import field, frozen

ABOVE, BELOW, UNSURE, MISSING = "above", "below", "unsure", "missing"
# (dollars, outcome) -> corner. Nothing here says which corner is the better one.
MORE_HIGHER, MORE_LOWER, FEWER_HIGHER, FEWER_LOWER = "more_higher", "more_lower", "fewer_higher", "fewer_lower"
CORNERS: Final = (MORE_HIGHER, MORE_LOWER, FEWER_HIGHER, FEWER_LOWER)
KINDS: Final = (*CORNERS, UNSURE, MISSING)
_OF_SIDES: Final = {(ABOVE, ABOVE): MORE_HIGHER, (ABOVE, BELOW): MORE_LOWER, (BELOW, ABOVE): FEWER_HIGHER, (BELOW, BELOW): FEWER_LOWER}


@frozen
class Numbers:
    """One number per school with the half of its band (90 %): NaN where there is none."""

    value: np.ndarray = field(eq=False)
    margin: np.ndarray = field(eq=False)


def weighted_median(values: np.ndarray, weights: np.ndarray) -> float:
    """The value at which half of the weight lies below: the middle between two where it falls just between them. NaN where nothing counts.

    >>> weighted_median(np.array([1.0, 2.0, 10.0]), np.array([1.0, 1.0, 3.0]))
    10.0
    >>> weighted_median(np.array([1.0, 3.0]), np.array([2.0, 2.0]))
    2.0
    """
    use = ~np.isnan(values) & (weights > 0)
    if not use.any():
        return np.nan
    order = np.argsort(values[use], kind="stable")
    value, total = values[use][order], np.cumsum(weights[use][order])
    at = int(np.searchsorted(total, total[-1] / 2 * (1 - 1e-12)))
    just = np.isclose(total[at], total[-1] / 2, rtol=1e-12) and at + 1 < len(value)
    return float((value[at] + value[at + 1]) / 2) if just else float(value[at])


def sides(numbers: Numbers, middle: float) -> np.ndarray:
    """Above or below the middle where the whole band lies there; not sure where it touches the middle or its error is not known.

    >>> sides(Numbers(np.array([3.0, 1.0, 2.1, np.nan]), np.array([0.5, 0.5, 0.5, 0.5])), 2.0).tolist()
    ['above', 'below', 'unsure', 'missing']
    """
    low, high = numbers.value - numbers.margin, numbers.value + numbers.margin
    known = ~np.isnan(numbers.value) & ~np.isnan(middle)
    found: np.ndarray = np.select([~known, low > middle, high < middle], [MISSING, ABOVE, BELOW], UNSURE).astype(object)
    return found


def corners(dollars: np.ndarray, outcome: np.ndarray) -> np.ndarray:
    """The corner of every school: missing before unsure, and a corner only where both sides are sure."""
    either = (dollars == MISSING) | (outcome == MISSING)
    found = [MISSING if lacking else _OF_SIDES.get((one, two), UNSURE) for lacking, one, two in zip(either, dollars, outcome, strict=True)]
    return np.array(found, dtype=object)
