"""Ranks, the band of a rank and the band of all ranks at once: what each is, in numbers.

Rank 1 is the highest, equal values share the better rank, missing values have none. A band is the two ranks between which the
true rank of a place lies at 90 % confidence, best first, both counted in: *on its own*, or *all at once*, true of all places
together, so wider (`ecomap.analysis.statistics.rank_sets`).
"""

from __future__ import annotations

from typing import Any, Final

import numpy as np
import pandas as pd

from ecomap.analysis.statistics.rising import rising
from ecomap.model import hands
from ecomap.model.errors import InputError, ParameterError
from ecomap.model.progress import Progress
from ecomap.model.said import name, say

FIFTHS = 5
LEVEL: Final = 0.90  # of every band
ON_ITS_OWN, AT_ONCE = "own", "all"
SIMULTANEOUS, SIMULTANEOUS_MRSW, MARGINAL = "simultaneous", "simultaneous_mrsw", "marginal"
PAIRWISE_DRAWS = 1000
_CACHED = 60_000  # numbers ranked at once: they stay in the processor's cache
_SHARED = 100  # draws in one run, where others take a part


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
    others = hands.ready()
    if others is not None and len(matrix) > _SHARED:
        jobs = [(matrix[start : start + _SHARED],) for start in range(0, len(matrix), _SHARED)]
        return np.concatenate(others(_lowest_ranks, jobs, Progress(), say("Ranking draws")))
    return _lowest_ranks(matrix)


def _lowest_ranks(matrix: np.ndarray) -> np.ndarray:
    """The same for some of the rows, wherever they are done."""
    result = np.empty(matrix.shape)
    size = max(1, _CACHED // max(matrix.shape[1], 1))
    for start in range(0, len(matrix), size):
        _rank_rows(np.ascontiguousarray(matrix[start : start + size]), result[start : start + size])
    return result


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


def rank_percentiles(ranks_by_draw: np.ndarray, at: tuple[float, ...] = (5, 50, 95)) -> np.ndarray:
    """Between which ranks a place falls in so many of 100 draws: ranks that were drawn, never between two.

    Parameters
    ----------
    ranks_by_draw : ndarray, shape (draws, n)
        Ranks 1..n in every draw.
    at : tuple of float
        Percentiles, 0-100.

    Returns
    -------
    ndarray, shape (percentiles, n)

    >>> rank_percentiles(np.array([[1, 2], [1, 2], [2, 1]]), (5, 95)).tolist()
    [[1, 1], [2, 2]]
    """
    found: np.ndarray = np.percentile(ranks_by_draw, at, axis=0, method="inverted_cdf")
    return found


def mean_width(low: pd.Series, high: pd.Series) -> float:
    """How many ranks a band holds on average, both ends counted.

    >>> mean_width(pd.Series([1.0, 2.0]), pd.Series([3.0, 2.0]))
    2.0
    """
    return float((high - low + 1).mean())


def is_wide(low: float, high: float) -> bool:
    """Whether a band says more than the rank itself; one that is not known says nothing.

    >>> is_wide(1, 3), is_wide(2, 2), is_wide(float("nan"), float("nan"))
    (True, False, False)
    """
    return bool(high > low)


def could_be_within(lower: pd.Series, k: int) -> pd.Series:
    """Whether a place could be among the `k` highest, from the best end of its joint band: 1, 0, missing.

    >>> could_be_within(pd.Series([1.0, 4.0, None]), 2).tolist()
    [1.0, 0.0, nan]
    """
    return (lower <= k).astype(float).where(lower.notna())


def rank_intervals(
    estimates: Any, standard_errors: Any, *, level: float = LEVEL, method: str = SIMULTANEOUS, seed: int = 0
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
        raise ParameterError(say("A confidence level of {level} is not possible.", level=name(f"{level:g}")),
                             say("Give one between 0 and 1, like 0.9."))
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
        raise ParameterError(say("There is no rank interval called '{method}'.", method=name(method)),
                             say("Choose simultaneous, simultaneous_mrsw or marginal."))
    result = pd.DataFrame({"rank": ranks(values), "lower": np.nan, "upper": np.nan}, index=values.index)
    result.loc[known, "lower"] = 1.0 + better
    result.loc[known, "upper"] = float(known.sum()) - worse
    return result


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
    for column, row in zip(("p05", "p50", "p95"), rank_percentiles(drawn), strict=True):
        result.loc[known, column] = row
    if k is not None:
        result.loc[known, "p_top"] = (drawn <= k).mean(axis=0)
    return result


def _rank_rows(matrix: np.ndarray, result: np.ndarray) -> None:
    order = rising(matrix)
    ordered = matrix.reshape(-1).take(order)
    tied = ordered[:, 1:] == ordered[:, :-1]
    level = np.arange(matrix.shape[1], dtype=float)
    if tied.any():
        level = np.broadcast_to(level, matrix.shape).copy()
        np.copyto(level[:, 1:], 0.0, where=tied)
        np.maximum.accumulate(level, axis=1, out=level)
    result.reshape(-1)[order] = level


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
