"""Columns that add up to each other in every row, as girls and boys do to the enrolment: one hidden number would be what the others leave."""

from __future__ import annotations

from itertools import combinations, product
from typing import Final

import numpy as np

MOST_TRIED: Final = 9       # columns of which every way to add and take away is tried
_HOLDS: Final = 0.9         # part of the rows in which columns have to add up
_LOOKED_AT: Final = 60
_NEARLY: Final = 1e-6


def relations_across(values: np.ndarray) -> list[np.ndarray]:
    """How columns of counts add up: one row of factors per relation (0: not in it), the shortest first, none that follows from others.

    Parameters
    ----------
    values : ndarray, shape (rows, columns)
        Counts; NaN where there is none.

    Examples
    --------
    >>> import numpy as np
    >>> relations_across(np.array([[300.0, 3, 297], [295, 140, 155], [410, 200, 210]]))
    [array([ 1., -1., -1.])]
    """
    sample = values[:: max(1, len(values) // _LOOKED_AT)]
    known = ~np.isnan(sample)
    ways = _ways(values.shape[1])
    if not len(ways) or len(sample) < 2:
        return []
    used = ways != 0
    complete = (~known).astype(float) @ used.T == 0                    # rows x ways
    holds = complete & (np.abs(np.nan_to_num(sample) @ ways.T) < _NEARLY)
    counted = complete.sum(axis=0)
    says = (complete.astype(float).T @ (np.nan_to_num(sample) > 0)) > 0  # ways x columns: a column of zeros adds up with anything
    true = (counted >= 2) & (holds.sum(axis=0) >= _HOLDS * counted) & (says | ~used).all(axis=1)
    found: list[np.ndarray] = []
    for factor in ways[true]:
        if np.linalg.matrix_rank(np.array([*found, factor])) > len(found):
            found.append(factor)
    return found


def _ways(width: int) -> np.ndarray:
    """Ways in which columns could add up, those of few columns first, the first factor above zero."""
    if width <= MOST_TRIED:
        ways = np.array(list(product((0.0, 1.0, -1.0), repeat=width)))
        first = ways[np.arange(len(ways)), (ways != 0).argmax(axis=1)]
        ways = ways[(first > 0) & (ways < 0).any(axis=1)]
    else:
        runs = [list(range(start, end)) for start, end in combinations(range(width + 1), 2)]
        parts = [*runs, *([*pair] for pair in combinations(range(width), 2) if pair[1] - pair[0] > 1)]
        ways = np.array([_sum_of(width, part, total) for part in parts for total in range(width) if total not in part])
    return ways[np.argsort(np.count_nonzero(ways, axis=1), kind="stable")]


def _sum_of(width: int, parts: list[int], total: int) -> np.ndarray:
    factor = np.zeros(width)
    factor[parts] = 1.0
    factor[total] = -1.0
    return factor
