"""Rows of numbers put in rising order by counting: as a sort would, in less time.

A row of many numbers falls into 2**32 steps between its lowest and its highest, and steps are ordered by counting (radix sort), the lower
16 bits before the upper ones. Numbers on one step stand in any order after that: few neighbours are the wrong way round, and change
places until none is. Rows where many are (most numbers close together, one far away) are sorted.
"""

from __future__ import annotations

from typing import Final

import numpy as np

_FEWEST: Final = 400       # numbers of a row from which on counting is faster
_STEPS: Final = 2**32 - 1
_WRONG: Final = 50         # a row of which more than every so many stands wrong after counting is sorted
_ROUNDS: Final = 20


def rising(matrix: np.ndarray) -> np.ndarray:
    """Where the numbers of every row stand in rising order, as positions in the whole matrix row after row; equal ones in any order.

    Parameters
    ----------
    matrix : ndarray of float, shape (rows, width)

    >>> rising(np.array([[3.0, 1.0, 2.0], [5.0, 5.5, 4.0]])).tolist()
    [[1, 2, 0], [5, 3, 4]]
    """
    rows, width = matrix.shape
    begins = (np.arange(rows) * width)[:, None]
    steps = _steps(matrix) if width >= _FEWEST else None
    if steps is None:
        return np.argsort(matrix, axis=1) + begins
    order = np.argsort(steps.astype(np.uint16), axis=1, kind="stable")
    order += begins
    steps >>= np.uint32(16)
    by_upper = np.argsort(steps.astype(np.uint16).reshape(-1).take(order), axis=1, kind="stable")
    by_upper += begins
    order = order.reshape(-1).take(by_upper)
    flat = matrix.reshape(-1)
    ordered = flat.take(order)
    wrong = ordered[:, :-1] > ordered[:, 1:]
    for one in np.flatnonzero(np.count_nonzero(wrong, axis=1) > width // _WRONG):
        order[one] = np.argsort(matrix[one]) + begins[one]
        wrong[one] = False
    left = _changed_places(order.reshape(-1), ordered.reshape(-1), _flat(wrong), width)
    for one in np.unique(left // width):
        order[one] = np.argsort(matrix[one]) + begins[one]
    return order


def _flat(wrong: np.ndarray) -> np.ndarray:
    """Where in the whole matrix the pairs of neighbours are that are marked."""
    found = np.flatnonzero(wrong)
    return found + found // wrong.shape[1]  # a row has one pair less than numbers


def _steps(matrix: np.ndarray) -> np.ndarray | None:
    """On which step between the lowest and the highest of its row every number stands; None where a row has no such steps."""
    low = matrix.min(axis=1, keepdims=True)
    with np.errstate(over="ignore", divide="ignore", invalid="ignore"):
        span = matrix.max(axis=1, keepdims=True) - low
        each = np.where(span == 0, 0.0, _STEPS / span)
        if not (np.isfinite(each).all() and np.isfinite(span).all()):
            return None
    found: np.ndarray = matrix - low
    found *= each
    np.minimum(found, _STEPS, out=found)
    return found.astype(np.uint32)


def _changed_places(order: np.ndarray, ordered: np.ndarray, wrong: np.ndarray, width: int) -> np.ndarray:
    """Let neighbours that are the wrong way round change places until none is; what is left after some rounds.

    `wrong`: the first of each two, in rising order. Even ones change places, then odd ones, and so on: no place is changed twice at once,
    and after a round only those beside what was changed can be wrong.
    """
    now, later = wrong[wrong % 2 == 0], wrong[wrong % 2 == 1]
    for _ in range(_ROUNDS):
        for one in (order, ordered):
            one[now], one[now + 1] = one[now + 1], one[now]
        near = np.concatenate([now - 1, now + 1, later])
        near.sort(kind="stable")
        near = near[np.concatenate([[True], near[1:] != near[:-1]])] if len(near) else near
        near = near[(near >= 0) & (near % width != width - 1)]
        now, later = near[ordered[near] > ordered[near + 1]], later[:0]
        if not len(now):
            break
    return now
