"""Margins of error of the American Community Survey.

Margins (MOE) are half-widths at 90 %: standard error = MOE / 1.645. All formulas take components as independent;
they carry sampling error only. Source: U.S. Census Bureau, Understanding and Using ACS Data, chapter 8.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

from ecomap.model.errors import InputError, ParameterError
from ecomap.model.said import name, say

Z_90 = 1.645
CORRELATION = 0.2  # between the sampling errors of one place's indicators, unless somebody knows better
HIGH, MEDIUM, LOW, UNKNOWN = "high", "medium", "low", "unknown"


def standard_error(moe: Any) -> Any:
    """Standard error of a 90 % margin of error; missing stays missing."""
    return moe / Z_90


def moe_of_sum(estimates: Any, moes: Any) -> float:
    """The margin of a sum of counts.

    ``sqrt(sum MOE_i^2)``; of all estimates that are zero only the one with the largest margin counts, once
    (Census rule: zero estimates share one modelled margin).

    Parameters
    ----------
    estimates, moes : sequence of float, same length
        A component without an estimate, or without a margin, makes the margin of the sum unknown (NaN).

    >>> round(moe_of_sum([10154024, 9712936], [3778, 3911]), 3)
    5437.757
    >>> round(moe_of_sum([50, 0, 0, 0], [30, 12, 12, 9]), 3)
    32.311
    """
    return moe_of_weighted_sum(np.ones(len(np.asarray(estimates))), moes, estimates)


def moe_of_weighted_sum(weights: Any, moes: Any, estimates: Any = None) -> float:
    """The margin of a sum with fixed weights (areal weighting): ``sqrt(sum (w_i MOE_i)^2)``.

    The weights are taken as certain: the error of having spread people evenly over an area is not in it, so it is a
    lower bound. With `estimates` given, zero estimates count their largest weighted margin once (see `moe_of_sum`).
    Components with weight 0 are left out.

    >>> round(moe_of_weighted_sum([1, 0.4, 0.25], [80, 120, 60]), 2)
    94.49
    """
    weight, moe = _same_length(weights, moes)
    used = weight != 0
    weighted = weight[used] * moe[used]
    if estimates is None:
        return float(np.sqrt(np.sum(weighted**2)))
    _, estimate = _same_length(weights, estimates)
    estimate = estimate[used]
    if np.isnan(estimate).any():
        return float("nan")
    zero = estimate == 0
    largest = np.max(np.abs(weighted[zero])) if zero.any() else 0.0
    return float(np.sqrt(np.sum(weighted[~zero] ** 2) + largest**2))


def moe_of_share(shares: Any, estimates: Any, moes: Any) -> float:
    """The margin of ``P = sum s_i x_i / sum x_i``: the share of people for whom something holds.

    First-order propagation with independent areas and fixed shares:
    ``sqrt(sum ((s_i - P) MOE_i)^2) / sum x_i``. NaN where there is nobody.
    """
    share, moe = _same_length(shares, moes)
    _, estimate = _same_length(shares, estimates)
    total = estimate.sum()
    if not total > 0:
        return float("nan")
    overall = float((share * estimate).sum() / total)
    return moe_of_weighted_sum(share - overall, moe, estimate) / float(total)


def moe_of_proportion(x: Any, moe_x: Any, y: Any, moe_y: Any) -> Any:
    """The margin of ``P = x / y`` where x is a part of y: ``sqrt(MOE_x^2 - P^2 MOE_y^2) / y``.

    Where the term under the root is negative, the ratio formula takes its place; where x = y, ``MOE_x / y``.
    NaN where y is 0 or anything is missing.

    >>> round(moe_of_proportion(203119, 5070, 630498, 831), 5)
    0.00803
    >>> round(moe_of_proportion(950, 60, 1000, 100), 5)
    0.11236
    """
    part, part_moe, whole, whole_moe = _floats(x, moe_x, y, moe_y)
    with np.errstate(divide="ignore", invalid="ignore"):
        proportion = part / whole
        root = part_moe**2 - proportion**2 * whole_moe**2
        root = np.where(root < 0, part_moe**2 + proportion**2 * whole_moe**2, root)
        moe = np.where(part == whole, part_moe / whole, np.sqrt(root) / whole)
    return _like(np.where((whole == 0) | np.isnan(whole_moe), np.nan, moe), x, moe_x, y, moe_y)


def moe_of_ratio(x: Any, moe_x: Any, y: Any, moe_y: Any) -> Any:
    """The margin of ``R = x / y`` where x is no part of y: ``sqrt(MOE_x^2 + R^2 MOE_y^2) / y``. NaN where y is 0.

    >>> round(moe_of_ratio(226840, 5556, 203119, 5070), 5)
    0.03905
    """
    top, top_moe, bottom, bottom_moe = _floats(x, moe_x, y, moe_y)
    with np.errstate(divide="ignore", invalid="ignore"):
        ratio = top / bottom
        moe = np.sqrt(top_moe**2 + ratio**2 * bottom_moe**2) / np.abs(bottom)
    return _like(np.where(bottom == 0, np.nan, moe), x, moe_x, y, moe_y)


def moe_of_product(x: Any, moe_x: Any, y: Any, moe_y: Any) -> Any:
    """The margin of ``x * y``: ``sqrt(x^2 MOE_y^2 + y^2 MOE_x^2)``.

    >>> round(moe_of_product(74506512, 228238, 0.824, 0.001))
    202289
    """
    first, first_moe, second, second_moe = _floats(x, moe_x, y, moe_y)
    return _like(np.sqrt(first**2 * second_moe**2 + second**2 * first_moe**2), x, moe_x, y, moe_y)


def standard_error_of_replicates(estimate: Any, replicates: Any) -> Any:
    """Standard error from the Census Bureau's 80 variance replicates: ``sqrt(4 / 80 sum (x_r - x)^2)``.

    Add up the replicates of several areas first and give their sums: how the areas' errors hang together is then in it,
    which no formula on published margins can do.

    Parameters
    ----------
    estimate : float or Series
    replicates : sequence of float or array, shape (..., r)
        The replicates of each estimate along the last axis; ``4 / r`` takes the place of 4 / 80 where there are not 80.

    >>> standard_error_of_replicates(100.0, [103.0] * 80)
    6.0
    """
    value, drawn = _floats(estimate, replicates)
    if drawn.shape[-1:] in ((), (0,)):
        raise InputError(say("There are no replicates."),
                         say("Give the replicates of the estimate, 80 as the Census publishes them."))
    squares = (drawn - value[..., None]) ** 2
    return _like(np.sqrt(4.0 * squares.mean(axis=-1)), estimate)


def coefficient_of_variation(estimate: Any, moe: Any) -> Any:
    """Standard error as a share of the estimate (0.168 = 16.8 %); infinite where the estimate is 0 and its margin not.

    >>> round(coefficient_of_variation(0.28, 0.07729), 3)
    0.168
    """
    value, margin = _floats(estimate, moe)
    error = margin / Z_90
    with np.errstate(divide="ignore", invalid="ignore"):
        result = np.where(error == 0, 0.0, error / np.abs(value))
    return _like(np.where(np.isnan(value) | np.isnan(margin), np.nan, result), estimate, moe)


def reliability(estimate: Any, moe: Any, thresholds: tuple[float, float] = (0.12, 0.40)) -> Any:
    """How far an estimate can be leaned on: "high", "medium", "low", or "unknown" without estimate or margin.

    Parameters
    ----------
    thresholds : (float, float)
        Largest coefficient of variation (share) for "high" and for "medium".

    >>> reliability(0.28, 0.07729), reliability(100, 10), reliability(10, 20)
    ('medium', 'high', 'low')
    """
    if not 0 <= thresholds[0] <= thresholds[1]:
        raise ParameterError(say("The limits {limits} are not in order.", limits=name(thresholds)),
                             say("Give the smaller limit first, like 0.12, 0.40."))
    variation = np.asarray(coefficient_of_variation(estimate, moe), dtype=float)
    classes = np.select([np.isnan(variation), variation <= thresholds[0], variation <= thresholds[1]],
                        [UNKNOWN, HIGH, MEDIUM], LOW)
    return _like(classes, estimate, moe)


def _same_length(first: Any, second: Any) -> tuple[np.ndarray, np.ndarray]:
    a, b = np.asarray(first, dtype=float), np.asarray(second, dtype=float)
    if a.shape != b.shape:
        raise InputError(say("{first} and {second} numbers cannot be paired.", first=a.size, second=b.size),
                         say("Give one margin for each estimate."))
    return a, b


def _floats(*values: Any) -> tuple[np.ndarray, ...]:
    return tuple(np.asarray(value, dtype=float) for value in values)


def _like(result: np.ndarray, *given: Any) -> Any:
    """A Series with the index of the first Series given; a plain number or word where only those were given."""
    series = next((value for value in given if isinstance(value, pd.Series)), None)
    if series is not None:
        return pd.Series(result, index=series.index)
    return result.item() if np.ndim(result) == 0 else result
