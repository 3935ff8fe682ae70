"""Nearest neighbours: units that began beside those most like them that did not, and how alike both sides then are. Numbers only.

Stuart, E. A. (2010). Matching methods for causal inference. Statistical Science 25, doi:10.1214/09-STS313.
"""

from __future__ import annotations

from typing import Any, Final

import numpy as np

CALIPER: Final = 0.5      # standard deviations, on average over what likeness goes by
UNBALANCED: Final = 0.25  # standardised mean difference beyond which two sides are not alike (Rubin 2001, doi:10.1023/A:1020363010465)


def neighbour_weights(
    traits: np.ndarray, exact: np.ndarray, began: np.ndarray, pool: np.ndarray, *, neighbours: int = 3, caliper: float = CALIPER,
) -> Any:
    """How much each unit of the pool counts as the comparison of each unit that began.

    Distance = sqrt(mean of the squared differences in standard deviations over began and pool). Only units with all traits, and of
    the same ``exact`` code, are compared; equal distances stand in the order of the units. A unit of the pool may serve several times.

    Returns
    -------
    sparse matrix, shape (n, n)
        Rows add up to 1 for units that found at least one neighbour within the caliper, and are 0 for all others.

    >>> traits = np.array([[0.0], [0.1], [5.0], [9.0]])
    >>> neighbour_weights(traits, np.zeros(4), np.array([1, 0, 0, 0], bool), np.array([0, 1, 1, 1], bool)).toarray()[0].tolist()
    [0.0, 1.0, 0.0, 0.0]
    """
    from scipy.sparse import csr_array  # heavy

    n = len(traits)
    whole = ~np.isnan(traits).any(axis=1)
    spread = _spread(traits, (began | pool) & whole)
    rows, others = np.flatnonzero(began & whole), np.flatnonzero(pool & whole)
    if not len(rows) or not len(others):
        return csr_array((n, n))
    squares = np.zeros((len(rows), len(others)))
    for column, wide in zip(traits.T, spread, strict=True):
        if wide > 0:
            squares += ((column[rows][:, None] - column[others][None, :]) / wide) ** 2
    distance = np.sqrt(squares / max(traits.shape[1], 1))
    distance[exact[rows][:, None] != exact[others][None, :]] = np.inf
    order = np.argsort(np.round(distance, 9), axis=1, kind="stable")[:, :neighbours]
    near = np.take_along_axis(distance, order, axis=1) <= caliper
    count = near.sum(axis=1, keepdims=True)
    place = np.broadcast_to(rows[:, None], order.shape)
    share = np.broadcast_to(1 / np.maximum(count, 1), order.shape)
    return csr_array((share[near], (place[near], others[order[near]])), shape=(n, n))


def imbalance(values: np.ndarray, mine: np.ndarray, theirs: np.ndarray, spread: float) -> tuple[float, float, float]:
    """Means of both sides by their weights, and their difference in standard deviations.

    The standard deviation is that before matching, so that a matched side cannot look more alike by being narrower.

    >>> imbalance(np.array([1.0, 3.0, 2.0]), np.array([1.0, 1.0, 0.0]), np.array([0.0, 0.0, 1.0]), 2.0)
    (2.0, 2.0, 0.0)
    """
    known = ~np.isnan(values)
    one, two = (_mean(values[known], weight[known]) for weight in (mine, theirs))
    return one, two, float((one - two) / spread) if spread > 0 else 0.0 if one == two else np.nan


def spread_of(values: np.ndarray, mine: np.ndarray, theirs: np.ndarray) -> float:
    """The standard deviation within both sides: the root of the mean of their variances."""
    parts = [np.nanvar(values[side], ddof=1) for side in (mine, theirs) if (~np.isnan(values[side])).sum() > 1]
    return float(np.sqrt(np.mean(parts))) if parts else np.nan


def _mean(values: np.ndarray, weight: np.ndarray) -> float:
    return float(weight @ values / weight.sum()) if weight.sum() > 0 else np.nan


def _spread(traits: np.ndarray, which: np.ndarray) -> np.ndarray:
    found: np.ndarray = traits[which].std(axis=0) if which.any() else np.zeros(traits.shape[1])
    return found
