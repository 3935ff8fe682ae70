"""Rates of small areas, steadied: the fewer people a rate rests on, the nearer it is drawn to the rate around it."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

from ecomap.analysis.ground.neighbours import Neighbours
from ecomap.model.errors import InputError
from ecomap.model.said import say

RATE, SMOOTHED, WEIGHT, PRIOR = "rate", "smoothed", "weight", "prior"


def empirical_bayes(events: Any, people: Any) -> pd.DataFrame:
    """Rates drawn towards the rate of all areas together (Marshall 1991, global, method of moments).

    ``m = Σ e / Σ p``; ``s² = Σ p (e/p - m)² / Σ p``; ``A = max(0, s² - m / p̄)`` is how far true rates differ;
    ``w = A / (A + m / p)``; smoothed rate ``m + w (e/p - m)``. doi 10.2307/2347593.

    Parameters
    ----------
    events, people : Series or sequence
        Counts. A missing count, or nobody at risk, gives a missing rate: it is never filled in from the others.

    Returns
    -------
    DataFrame
        Index of `events`: rate, smoothed, weight (0-1, how much the area's own rate counts), prior (what it is drawn to).

    >>> empirical_bayes([0, 10, 30], [10, 100, 100])["smoothed"].round(4).tolist()
    [0.1311, 0.1164, 0.2802]
    """
    count, risk, index, known = _counts(events, people)
    everywhere = np.zeros((1, len(count)), dtype=bool) | known
    mean, spread = _moments(count, risk, everywhere)
    return _table(count, risk, known, np.broadcast_to(mean, len(count)), np.broadcast_to(spread, len(count)), index)


def spatial_empirical_bayes(events: Any, people: Any, neighbours: Neighbours, *, least: int = 2) -> pd.DataFrame:
    """Rates drawn towards the rate of the area and its neighbours (Marshall 1991, local).

    As `empirical_bayes`, with m and A from the area and the neighbours that have a rate. Where fewer than `least`
    neighbours have one, the rate of all areas takes their place.
    """
    count, risk, index, known = _counts(events, people)
    if neighbours.size != len(count):
        raise InputError(say("There are {areas} areas and neighbours of {others}.", areas=len(count), others=neighbours.size),
                         say("Give one set of areas."))
    near = neighbours.among(known)
    e, p = np.where(known, count, 0.0), np.where(known, risk, 0.0)
    around_p = p + near.sums(p)
    mean = np.divide(e + near.sums(e), around_p, out=np.zeros_like(p), where=around_p > 0)
    rate = np.divide(e, p, out=np.zeros_like(p), where=p > 0)
    # Σ p (r - m)² = Σ p r² - m² Σ p over the area and its neighbours
    squares = p * rate**2
    variance = np.divide(squares + near.sums(squares), around_p, out=np.zeros_like(p), where=around_p > 0) - mean**2
    members = near.count + known
    spread = np.maximum(0.0, variance - np.divide(mean * members, around_p, out=np.zeros_like(p), where=around_p > 0))
    everywhere_mean, everywhere_spread = _moments(count, risk, known[None, :])
    lonely = near.count < least
    return _table(count, risk, known, np.where(lonely, everywhere_mean, mean),
                  np.where(lonely, everywhere_spread, spread), index)


def _counts(events: Any, people: Any) -> tuple[np.ndarray, np.ndarray, pd.Index, np.ndarray]:
    series = events if isinstance(events, pd.Series) else pd.Series(events, dtype=float)
    if isinstance(people, pd.Series):
        people = people.reindex(series.index)
    count, risk = series.to_numpy(dtype=float, na_value=np.nan), np.asarray(people, dtype=float)
    if count.shape != risk.shape:
        raise InputError(say("There are {events} counts of events and {people} of people.", events=len(count), people=len(risk)),
                         say("Give one of each per area."))
    if (count < 0).any() or (risk < 0).any():
        raise InputError(say("A count is below zero."), say("Import the layer again; marks for no data become missing."))
    return count, risk, series.index, np.isfinite(count) & (risk > 0)


def _moments(count: np.ndarray, risk: np.ndarray, known: np.ndarray) -> tuple[float, float]:
    used = known[0]
    if not used.any():
        return 0.0, 0.0
    e, p = count[used], risk[used]
    mean = e.sum() / p.sum()
    variance = (p * (e / p - mean) ** 2).sum() / p.sum()
    return float(mean), float(max(0.0, variance - mean / p.mean()))


def _table(
    count: np.ndarray, risk: np.ndarray, known: np.ndarray, mean: np.ndarray, spread: np.ndarray, index: pd.Index
) -> pd.DataFrame:
    with np.errstate(divide="ignore", invalid="ignore"):
        rate = np.where(known, count / risk, np.nan)
        noise = np.where(known, mean / risk, np.nan)
        weight = np.where(spread + noise > 0, spread / (spread + noise), 0.0)
    weight = np.where(known, weight, np.nan)
    return pd.DataFrame({RATE: rate, SMOOTHED: mean + weight * (rate - mean), WEIGHT: weight,
                         PRIOR: np.where(known, mean, np.nan)}, index=index)
