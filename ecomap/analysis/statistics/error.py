"""Margins of error of the American Community Survey, and how sure a rank is.

Margins (MOE) are half-widths at 90 %: standard error = MOE / 1.645. All formulas take components as independent;
they carry sampling error only. Source: U.S. Census Bureau, Understanding and Using ACS Data, chapter 8.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

from ecomap.analysis.statistics.ranks import lowest_ranks_along_rows, ranks
from ecomap.model.errors import InputError, ParameterError
from ecomap.model.said import say

Z_90 = 1.645
PAIRWISE_DRAWS = 1000
SIMULTANEOUS, SIMULTANEOUS_MRSW, MARGINAL = "simultaneous", "simultaneous_mrsw", "marginal"
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
        raise InputError(say("There are no replicates."), say("Give the replicates of the estimate, 80 as the Census publishes them."))
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
        raise ParameterError(say("The limits {thresholds} are not in order.", thresholds=thresholds), say("Give the smaller limit first, like 0.12, 0.40."))
    variation = np.asarray(coefficient_of_variation(estimate, moe), dtype=float)
    classes = np.select([np.isnan(variation), variation <= thresholds[0], variation <= thresholds[1]],
                        [UNKNOWN, HIGH, MEDIUM], LOW)
    return _like(classes, estimate, moe)


def rank_intervals(
    estimates: Any, standard_errors: Any, *, level: float = 0.90, method: str = "simultaneous", seed: int = 0
) -> pd.DataFrame:
    """Between which ranks each place lies; rank 1 is the highest estimate.

    Parameters
    ----------
    estimates, standard_errors : Series or sequence, same length
        A missing estimate has no rank and takes no place. A missing standard error means the place could be anywhere.
    level : float
        Confidence, 0-1.
    method : {"simultaneous", "simultaneous_mrsw", "marginal"}
        "simultaneous": all bands hold together (Klein, Wright and Wieczorek 2020, doi 10.1111/rssc.12402): intervals
        ``estimate ± z se`` with ``z = Phi^-1(1 - (1 - level^(1/n)) / 2)``; only places whose intervals do not touch are
        told apart; holds however the estimates hang together. "simultaneous_mrsw": all bands hold together, from all
        pairs of places, stepping down over the pairs not yet told apart (Mogstad, Romano, Shaikh and Wilhelm 2024,
        doi 10.1093/restud/rdad006): mostly narrower, for independent estimates and some hundred
        places (the work grows with their square). "marginal": each
        band holds on its own (same source), single step. Both take critical values from seeded draws.
    seed : int
        For the draws of "simultaneous_mrsw" and "marginal".

    Returns
    -------
    DataFrame
        Index kept; columns rank, lower (best rank), upper (worst rank).
    """
    if not 0 < level < 1:
        raise ParameterError(say(f"A confidence level of {level:g} is not possible."), say("Give one between 0 and 1, like 0.9."))
    values, errors = _ranked_inputs(estimates, standard_errors)
    known = values.notna().to_numpy()
    value, error = values.to_numpy()[known], errors.to_numpy()[known]
    if method == SIMULTANEOUS:
        better, worse = _apart_jointly(value, error, level)
    elif method == SIMULTANEOUS_MRSW:
        better, worse = _apart_step_down(value, error, level, seed)
    elif method == MARGINAL:
        better, worse = _apart_pairwise(value, error, level, seed)
    else:
        known_methods = f"{SIMULTANEOUS}, {SIMULTANEOUS_MRSW} or {MARGINAL}"
        raise ParameterError(say("There is no rank interval called '{method}'.", method=method), say("Choose {known_methods}.", known_methods=known_methods))
    result = pd.DataFrame({"rank": ranks(values), "lower": np.nan, "upper": np.nan}, index=values.index)
    result.loc[known, "lower"] = 1.0 + better
    result.loc[known, "upper"] = float(known.sum()) - worse
    return result


def could_be_in_top(
    estimates: Any, standard_errors: Any, k: int, *, level: float = 0.90, method: str = SIMULTANEOUS_MRSW, seed: int = 0
) -> pd.Series:
    """Which places could be among the k highest, given the errors (the "tau-best" set).

    With the confidence asked for, all places that truly are among the k highest are in it: those that are surely below
    at least k others are out, everybody else is in.

    Returns
    -------
    Series of float
        Index kept: 1 could be, 0 surely not, missing without an estimate.

    >>> could_be_in_top([38, 35, 31, 24, 20], [2, 3, 2.5, 3, 2], 1).tolist()
    [1.0, 1.0, 1.0, 0.0, 0.0]
    """
    if k < 1:
        raise ParameterError(say("The {k} highest are nobody.", k=k), say("Give 1 or more."))
    lower = rank_intervals(estimates, standard_errors, level=level, method=method, seed=seed)["lower"]
    return (lower <= k).astype(float).where(lower.notna())


def rank_draws(
    estimates: Any, standard_errors: Any, *, draws: int = 2000, seed: int = 0, k: int | None = None
) -> pd.DataFrame:
    """The spread of ranks when every estimate is drawn again within its error. A description, not a confidence set.

    Parameters
    ----------
    estimates, standard_errors : Series or sequence
        As in `rank_intervals`; a missing standard error is taken as 0 (the estimate is held fixed).
    draws, seed : int
        Number of draws and where they start: the same seed gives the same answer.
    k : int, optional
        Adds ``p_top``: the share of draws in which the place is among the k highest.

    Returns
    -------
    DataFrame
        Index kept; columns rank, p05, p50, p95 (5th, 50th, 95th percentile of the drawn ranks) and p_top.
    """
    values, errors = _ranked_inputs(estimates, standard_errors)
    known = values.notna().to_numpy()
    value, error = values.to_numpy()[known], np.nan_to_num(errors.to_numpy()[known], nan=0.0)
    noise = np.random.default_rng(seed).standard_normal((draws, len(value)))
    drawn = lowest_ranks_along_rows(-(value + noise * error)) + 1
    result = pd.DataFrame({"rank": ranks(values)}, index=values.index)
    percentiles = np.percentile(drawn, [5, 50, 95], axis=0, method="inverted_cdf")
    for name, row in zip(("p05", "p50", "p95"), percentiles, strict=True):
        result.loc[known, name] = row
    if k is not None:
        result.loc[known, "p_top"] = (drawn <= k).mean(axis=0)
    return result


def _apart_jointly(value: np.ndarray, error: np.ndarray, level: float) -> tuple[np.ndarray, np.ndarray]:
    """How many places are surely higher, and surely lower, than each (Klein-Wright-Wieczorek)."""
    from scipy.special import ndtri  # heavy

    n = len(value)
    if n == 0:
        return np.zeros(0), np.zeros(0)
    half = ndtri(1 - (1 - level ** (1 / n)) / 2) * np.where(np.isnan(error), np.inf, error)
    low, high = value - half, value + half
    surely_higher = n - np.searchsorted(np.sort(low), high, side="right")
    surely_lower = np.searchsorted(np.sort(high), low, side="left")
    return surely_higher.astype(float), surely_lower.astype(float)


def _apart_pairwise(value: np.ndarray, error: np.ndarray, level: float, seed: int) -> tuple[np.ndarray, np.ndarray]:
    """The same by pairs with each place, critical values from draws (Mogstad-Romano-Shaikh-Wilhelm)."""
    n = len(value)
    certain = np.nan_to_num(error, nan=0.0)
    noise = np.random.default_rng(seed).standard_normal((n, PAIRWISE_DRAWS)) * certain[:, None]
    better, worse = np.zeros(n), np.zeros(n)
    for i in range(n):
        spread = np.sqrt(certain[i] ** 2 + certain**2)
        scale = np.divide(1.0, spread, out=np.zeros(n), where=spread > 0)
        largest = np.max(np.abs(noise - noise[i]) * scale[:, None], axis=0)
        limit = np.where(np.isnan(error) | np.isnan(error[i]), np.inf, np.quantile(largest, level) * spread)
        better[i] = np.sum(value - value[i] > limit)
        worse[i] = np.sum(value[i] - value > limit)
    return better, worse


def _apart_step_down(value: np.ndarray, error: np.ndarray, level: float, seed: int) -> tuple[np.ndarray, np.ndarray]:
    """How many places are surely higher, and surely lower, than each, from all pairs at once.

    For every ordered pair "i is not above j" is tested. What is rejected leaves the set, and the critical value is drawn
    anew from what is left (both ways for pairs not told apart, the untrue way round never again), until nothing more falls.
    """
    n = len(value)
    certain = np.nan_to_num(error, nan=0.0)
    noise = np.random.default_rng(seed).standard_normal((n, PAIRWISE_DRAWS)) * certain[:, None]
    spread = np.sqrt(certain[:, None] ** 2 + certain[None, :] ** 2)
    unknown = np.isnan(error)
    apart = value[:, None] - value[None, :]
    higher = (spread == 0) & (apart > 0)  # higher[i, j]: i is surely above j
    higher[unknown] = higher[:, unknown] = False
    while True:
        limit = _critical(noise, spread, higher, level) * spread
        limit[unknown] = limit[:, unknown] = np.inf
        more = higher | ((apart > limit) & (spread > 0))
        if (more == higher).all():
            return higher.sum(axis=0).astype(float), higher.sum(axis=1).astype(float)
        higher = more


def _critical(noise: np.ndarray, spread: np.ndarray, rejected: np.ndarray, level: float) -> float:
    """The quantile of the largest standardised difference over the ordered pairs that are not rejected."""
    largest = np.full(noise.shape[1], -np.inf)
    for i in range(len(noise)):
        others = ~rejected[i] & (spread[i] > 0)
        others[i] = False
        if others.any():
            found = noise[i] - noise[others]
            found /= spread[i, others][:, None]
            np.maximum(largest, found.max(axis=0), out=largest)
    return float(np.quantile(largest, level)) if np.isfinite(largest).all() else 0.0


def _ranked_inputs(estimates: Any, standard_errors: Any) -> tuple[pd.Series, pd.Series]:
    values = estimates if isinstance(estimates, pd.Series) else pd.Series(estimates, dtype=float)
    values = values.astype(float)
    if isinstance(standard_errors, pd.Series):
        errors = standard_errors.reindex(values.index).astype(float)
    else:
        errors = pd.Series(np.broadcast_to(np.asarray(standard_errors, dtype=float), len(values)), index=values.index)
    if (errors < 0).any():
        raise InputError(say("A standard error below zero makes no sense."), say("Check the column with the margins."))
    return values, errors


def _same_length(first: Any, second: Any) -> tuple[np.ndarray, np.ndarray]:
    a, b = np.asarray(first, dtype=float), np.asarray(second, dtype=float)
    if a.shape != b.shape:
        raise InputError(say("{size} and {size_2} numbers cannot be paired.", size=a.size, size_2=b.size), say("Give one margin for each estimate."))
    return a, b


def _floats(*values: Any) -> tuple[np.ndarray, ...]:
    return tuple(np.asarray(value, dtype=float) for value in values)


def _like(result: np.ndarray, *given: Any) -> Any:
    """A Series with the index of the first Series given; a plain number or word where only those were given."""
    series = next((value for value in given if isinstance(value, pd.Series)), None)
    if series is not None:
        return pd.Series(result, index=series.index)
    return result.item() if np.ndim(result) == 0 else result
