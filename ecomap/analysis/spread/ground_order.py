"""Cutting the ground into parts of about as many places each, so that what is near each other stands in one part.

Places are put in the order of Hilbert's curve, which leaves a neighbourhood only when it has been everywhere in it; a part is a run of
that order. Counts of cells add up over any pieces of the data, so the cuts are found without ever holding all places.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

Ints = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]
BITS = 12  # 4,096 cells on each side


def along_the_curve(xy: Floats, low: Floats, high: Floats, bits: int = BITS) -> Ints:
    """The place of every point along Hilbert's curve through a square of 2^bits cells a side; points outside count at its edge.

    >>> corners = np.array([[0.0, 0.0], [0.0, 1.0], [1.0, 1.0], [1.0, 0.0]])
    >>> along_the_curve(corners, np.zeros(2), np.ones(2), bits=1).tolist()
    [0, 1, 2, 3]
    """
    side = np.int64(1) << bits
    span = max(float((high - low).max()), np.finfo(float).tiny)
    cell = np.clip(((xy - low) / span * side).astype(np.int64), 0, side - 1)
    x, y = cell[:, 0].copy(), cell[:, 1].copy()
    found = np.zeros(len(xy), dtype=np.int64)
    step = side >> 1
    while step:
        right, up = (x & step) > 0, (y & step) > 0
        found += step * step * ((3 * right) ^ up)
        turned = ~up & right
        x[turned], y[turned] = side - 1 - x[turned], side - 1 - y[turned]
        x[~up], y[~up] = y[~up], x[~up]
        step >>= 1
    return found


def cuts(cells: Ints, counts: Ints, parts: int) -> Ints:
    """Where the order is cut into parts of about as many places each: the last cell of every part but the last.

    Parameters
    ----------
    cells, counts : ndarray of int
        Cells that hold places, rising, and how many each holds.

    >>> cuts(np.array([0, 1, 5, 9]), np.array([2, 2, 2, 2]), 2).tolist()
    [1]
    """
    if parts < 2 or not len(cells):
        return np.zeros(0, dtype=np.int64)
    upto = np.cumsum(counts)
    wanted = upto[-1] * np.arange(1, parts) / parts
    at = np.minimum(np.searchsorted(upto, wanted - 0.5), len(cells) - 1)
    found = np.unique(cells[at])
    return found[found < cells[-1]]


def part_of(place: Ints, ends: Ints) -> Ints:
    """The part of every place along the curve, 0 for the first."""
    return np.searchsorted(ends, place, side="left")
