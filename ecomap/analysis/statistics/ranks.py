"""Ranks: 1 is the highest, equal values share the better rank, missing values have none."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

FIFTHS = 5
_CACHED = 250_000  # numbers ranked at once: they stay in the processor's cache


def ranks(values: pd.Series) -> pd.Series:
    """Rank 1 for the highest value; ties share the smaller number; missing stays missing.

    >>> ranks(pd.Series([3.0, 9.0, None, 3.0])).tolist()
    [2.0, 1.0, nan, 2.0]
    """
    return values.rank(method="min", ascending=False)


def lowest_ranks_along_rows(matrix: np.ndarray) -> np.ndarray:
    """How many entries of the same row are smaller than each entry (minimum rank - 1), row by row.

    Parameters
    ----------
    matrix : ndarray, shape (draws, n)
        No missing values.

    Returns
    -------
    ndarray of float, same shape

    >>> lowest_ranks_along_rows(np.array([[10.0, 25, 25, 40, 5]])).tolist()
    [[1.0, 2.0, 2.0, 4.0, 0.0]]
    """
    result = np.empty(matrix.shape)
    size = max(1, _CACHED // max(matrix.shape[1], 1))
    for start in range(0, len(matrix), size):
        _rank_rows(matrix[start : start + size], result[start : start + size])
    return result


def _rank_rows(matrix: np.ndarray, result: np.ndarray) -> None:
    rows, width = matrix.shape
    order = np.argsort(matrix, axis=1)
    order += (np.arange(rows) * width)[:, None]
    ordered = matrix.ravel()[order]
    level = np.tile(np.arange(width, dtype=float), (rows, 1))
    tied = ordered[:, 1:] == ordered[:, :-1]
    shared = np.flatnonzero(tied.any(axis=1))
    if len(shared):
        level[shared, 1:] = np.where(tied[shared], 0, level[shared, 1:])
        level[shared] = np.maximum.accumulate(level[shared], axis=1)
    result.reshape(-1)[order.ravel()] = level.ravel()


def rank_band(ranks_by_draw: np.ndarray, nominal: np.ndarray, level: float = 0.90) -> tuple[np.ndarray, np.ndarray]:
    """The middle `level` of the drawn ranks, stretched where needed so that it holds the rank itself.

    Parameters
    ----------
    ranks_by_draw : ndarray, shape (draws, n)
        Ranks 1..n in every draw.
    nominal : ndarray, shape (n,)
        The rank of the estimates themselves.

    Returns
    -------
    low, high : ndarray, shape (n,)
        Whole ranks.
    """
    tail = (1 - level) / 2 * 100
    low, high = np.percentile(ranks_by_draw, [tail, 100 - tail], axis=0, method="inverted_cdf")
    return np.minimum(low, nominal), np.maximum(high, nominal)


def fifths(scores: pd.Series) -> pd.Series:
    """Which fifth of the scored areas each one belongs to: 5 = highest scores, 1 = lowest; by number of areas.

    Counted from the top, so that where areas do not divide by five the highest fifth is not the smaller one. Equal
    scores stay in the same (higher) fifth; an area without a score has no fifth.

    >>> fifths(pd.Series([0.1, 0.2, 0.3, 0.4, 0.5, None])).tolist()
    [1.0, 2.0, 3.0, 4.0, 5.0, nan]
    """
    above = ranks(scores) - 1
    return FIFTHS - np.floor(above * FIFTHS / max(int(scores.notna().sum()), 1))


def ties(values: Any, digits: int = 9) -> np.ndarray:
    """True where another entry has the same value (to `digits` decimals)."""
    rounded = pd.Series(np.round(np.asarray(values, dtype=float), digits))
    return (rounded.duplicated(keep=False) & rounded.notna()).to_numpy()


def percentile_gains(
    values: np.ndarray, place: int, reach: float, *, up: bool
) -> tuple[np.ndarray, list[tuple[np.ndarray, np.ndarray]]]:
    """What happens to percentile ranks as one value moves past others, one other value after the next.

    Parameters
    ----------
    values : ndarray
        NaN where missing.
    place : int
        The row that moves.
    reach : float
        How far it moves at most.
    up : bool
        Towards higher values; else towards lower ones.

    Returns
    -------
    steps : ndarray
        The values just past each other value (or group of equal ones) on the way, nearest first.
    gains : list of (ndarray of int, ndarray of float)
        For each step the rows whose percentile rank changes by it, and by how much (minimum rank, as
        `ecomap.analysis.need.scaling.percentile_rank`).

    >>> steps, gains = percentile_gains(np.array([10.0, 20, 30]), 0, 15, up=True)
    >>> steps.round(6).tolist(), [(rows.tolist(), gain.tolist()) for rows, gain in gains]
    ([20.0], [([0, 1], [0.5, -0.5])])
    """
    others = np.flatnonzero(~np.isnan(values))
    others = others[others != place]
    size = max(len(others), 1)
    own, sign = values[place], 1.0 if up else -1.0
    away = (values[others] - own) * sign
    on_the_way = others[(away >= 0) & (away <= reach)]
    marks = np.unique(values[on_the_way])[:: 1 if up else -1]
    gains = []
    for mark in marks:
        passed = on_the_way[values[on_the_way] == mark]
        tied = mark == own
        rows = np.concatenate([[place], passed])
        # A tie counts nobody as lower: leaving it upwards lifts only the one that moves, downwards only the others.
        mine = len(passed) if not tied or up else 0
        theirs = 0 if tied and up else 1
        gains.append((rows, sign * np.concatenate([[mine], np.full(len(passed), -theirs)]) / size))
    return np.nextafter(marks, np.inf if up else -np.inf), gains
