"""Bringing indicators onto one scale, and adding them up."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

from ecomap.analysis.statistics.ranks import lowest_ranks_along_rows
from ecomap.model.errors import ParameterError
from ecomap.model.said import name, say

PERCENTILE, MIN_MAX, Z_SCORE, GOALPOSTS, NONE = "percentile", "min_max", "z_score", "goalposts", "none"
ARITHMETIC, GEOMETRIC, HARMONIC = "arithmetic", "geometric", "harmonic"
_SPELLINGS = {"percentile": PERCENTILE, "minmax": MIN_MAX, "zscore": Z_SCORE, "goalposts": GOALPOSTS,
              "none": NONE}
_ROUND_STEPS = 10.0  # marks lie on steps of a tenth of the range, itself a round number


def percentile_rank(values: Any) -> pd.Series:
    """The share of the other places whose value is lower: ``(minimum rank - 1) / (n - 1)``.

    The CDC/ATSDR SVI definition: ascending, equal values take the lowest of their ranks, n counts the values that are
    present, nothing is rounded. A missing value stays missing. A single value has nobody to be compared with and gets 0.

    Parameters
    ----------
    values : Series or sequence of float
        In any unit; NaN or None where missing.

    Returns
    -------
    Series
        Index and name kept; 0 (lowest) to 1 (highest).

    >>> percentile_rank([10, 25, 25, 40, 5]).tolist()
    [0.25, 0.5, 0.5, 1.0, 0.0]
    """
    series = values if isinstance(values, pd.Series) else pd.Series(values, dtype=float)
    numbers = series.to_numpy(dtype=float, na_value=np.nan)
    known = ~np.isnan(numbers)
    share = np.full(len(numbers), np.nan)
    if known.any():
        share[known] = lowest_ranks_along_rows(numbers[known][None])[0] / max(int(known.sum()) - 1, 1)
    return pd.Series(share, index=series.index, name=series.name)


def scaling_named(text: str) -> str:
    """The scaling with this name; "min-max", "minmax" and "min_max" are one.

    Raises
    ------
    ParameterError
        If there is none.
    """
    plain = text.lower().replace("-", "").replace("_", "").replace(" ", "")
    if plain not in _SPELLINGS:
        raise ParameterError(say("There is no scaling called '{scaling}'.", scaling=name(text)),
                             say("Choose percentile, min_max, z_score, goalposts or none."))
    return _SPELLINGS[plain]


def scale(
    matrix: np.ndarray, directions: np.ndarray, scaling: str, *, marks: np.ndarray | None = None, digits: int | None = None
) -> np.ndarray:
    """Every column on one scale on which higher means more need.

    Parameters
    ----------
    matrix : ndarray, shape (n, k)
        NaN where missing.
    directions : ndarray of +1 or -1, shape (k,)
    scaling : {"percentile", "min_max", "z_score", "goalposts", "none"}
        Percentile: `percentile_rank`, reversed as 1 - rank. Min-max: ``(x - min) / (max - min)``, reversed as 1 - x; a
        column that never varies gives 0 before reversing. z-score: ``(x - mean) / sd`` with the population standard
        deviation (ddof = 0), reversed by its sign; a column that never varies gives 0. Goalposts: `goalposts` between the
        marks of the column, beyond them 0 or 1, reversed as 1 - x. None: taken as it is, a reversed column is refused.
    marks : ndarray, shape (k, 2), optional
        Lower and upper mark of every column, for goalposts; without them `round_marks` of the values.
    digits : int, optional
        Percentile ranks are rounded to so many decimals (CDC rounds to 4).

    Returns
    -------
    ndarray, shape (n, k)
        NaN where missing.
    """
    values = np.asarray(matrix, dtype=float)
    if scaling == NONE:
        if (directions < 0).any():
            raise ParameterError(say("Values that are taken as they are cannot be reversed."), say("Choose another scaling."))
        return values.copy()
    if scaling == PERCENTILE:
        scaled = np.column_stack([percentile_rank(column).to_numpy() for column in values.T])
        return rounded(np.where(directions < 0, 1 - scaled, scaled), digits)
    if scaling == GOALPOSTS:
        ends = marks_of(values) if marks is None else marks
        scaled = np.column_stack([goalposts(column, *pair) for column, pair in zip(values.T, ends, strict=True)])
        return np.where(directions < 0, 1 - scaled, scaled)
    known = ~np.isnan(values)
    if scaling == MIN_MAX:
        low = np.where(known, values, np.inf).min(axis=0, initial=np.inf)
        span = np.where(known, values, -np.inf).max(axis=0, initial=-np.inf) - low
        scaled = np.divide(values - low, span, out=np.where(known, 0.0, np.nan), where=known & (span > 0))
        return np.where(directions < 0, 1 - scaled, scaled)
    count = np.maximum(known.sum(axis=0), 1)
    mean = np.where(known, values, 0).sum(axis=0) / count
    spread = np.sqrt(np.where(known, (values - mean) ** 2, 0).sum(axis=0) / count)
    scaled = np.divide(values - mean, spread, out=np.where(known, 0.0, np.nan), where=known & (spread > 0))
    return scaled * directions


def scale_draws(
    draws: np.ndarray, direction: int, scaling: str, *, marks: np.ndarray | None = None, digits: int | None = None
) -> np.ndarray:
    """`scale` for one complete column drawn many times, shape (draws, n). Fixed marks stay where they are."""
    if scaling == PERCENTILE:
        scaled = lowest_ranks_along_rows(draws) / max(draws.shape[1] - 1, 1)
        return rounded(1 - scaled if direction < 0 else scaled, digits)
    if scaling == NONE:
        return draws
    if scaling == GOALPOSTS and marks is not None:
        scaled = np.clip((draws - marks[0]) / (marks[1] - marks[0]), 0.0, 1.0)
        return 1 - scaled if direction < 0 else scaled
    if scaling == MIN_MAX:
        low = draws.min(axis=1, keepdims=True)
        span = draws.max(axis=1, keepdims=True) - low
        scaled = np.divide(draws - low, span, out=np.zeros_like(draws), where=span > 0)
        return 1 - scaled if direction < 0 else scaled
    spread = draws.std(axis=1, keepdims=True)
    scaled = np.divide(draws - draws.mean(axis=1, keepdims=True), spread, out=np.zeros_like(draws), where=spread > 0)
    return scaled * direction


def goalposts(values: Any, low: float, high: float, *, truncate: bool = True) -> pd.Series:
    """Values between two fixed marks: ``(x - low) / (high - low)``; marks that stay make years comparable.

    Parameters
    ----------
    values : Series or sequence of float
        In any unit; missing stays missing.
    low, high : float
        The values that become 0 and 1; `low` above `high` reverses the scale.
    truncate : bool
        Values beyond a mark become 0 or 1.

    >>> goalposts([5, 10, 20, 45], 10, 30).tolist()
    [0.0, 0.0, 0.5, 1.0]
    """
    if not np.isfinite([low, high]).all() or low == high:
        raise ParameterError(say("Marks at {low} and {high} span no scale.", low=name(f"{low:g}"), high=name(f"{high:g}")),
                             say("Give two different numbers."))
    series = values if isinstance(values, pd.Series) else pd.Series(values, dtype=float)
    scaled = (series.astype(float) - low) / (high - low)
    return scaled.clip(0.0, 1.0) if truncate else scaled


def round_marks(values: Any) -> tuple[float, float]:
    """The lowest and the highest value, moved outwards to round numbers, for who names no marks.

    Rounded to steps of about a tenth of their distance (1, 2 or 5 times a power of ten), so that they seldom move when
    values do. Values that never differ get marks one unit apart; no values at all: 0 and 1.

    >>> round_marks([0.034, 0.617]), round_marks([9.1, 12.9]), round_marks([21_400, 98_700, None])
    ((0.0, 0.7), (9.0, 13.0), (20000.0, 100000.0))
    """
    numbers = np.asarray(values, dtype=float)
    numbers = numbers[np.isfinite(numbers)]
    if not len(numbers):
        return 0.0, 1.0
    low, high = float(numbers.min()), float(numbers.max())
    if low == high:
        return low, low + 1.0
    step = (high - low) / _ROUND_STEPS
    size = 10.0 ** np.floor(np.log10(step))
    step = size * next(round_number for round_number in (1, 2, 5, 10) if step <= round_number * size * (1 + 1e-9))
    digits = max(0, -int(np.floor(np.log10(step))))
    down, up = np.floor(low / step + 1e-9) * step, np.ceil(high / step - 1e-9) * step
    return round(float(down), digits), round(float(up), digits)


def marks_of(values: np.ndarray) -> np.ndarray:
    """`round_marks` of every column, shape (k, 2)."""
    return np.array([round_marks(column) for column in np.asarray(values, dtype=float).T])


def rounded(values: np.ndarray, digits: int | None) -> np.ndarray:
    """Values to so many decimals; None: as they are."""
    return values if digits is None else np.round(values, digits)


def to_positive(scaled: np.ndarray, scaling: str) -> np.ndarray:
    """0..1 scales on 1..100, as the geometric and the harmonic mean need; "none" must be positive already."""
    if scaling == Z_SCORE:
        raise ParameterError(
            say("z-scores can be negative, and a geometric or harmonic mean of negative numbers has no meaning."),
            say("Choose percentile or min-max scaling, or the arithmetic mean."),
        )
    if scaling == NONE:
        if (scaled[~np.isnan(scaled)] <= 0).any():
            raise ParameterError(say("This mean needs values above zero."), say("Choose percentile or min-max scaling."))
        return scaled
    return 1 + 99 * scaled


def aggregate(scaled: np.ndarray, weights: np.ndarray, aggregation: str) -> tuple[np.ndarray, np.ndarray]:
    """The weighted mean of what is present in each row, and what each column adds to it.

    Parameters
    ----------
    scaled : ndarray, shape (n, k)
        NaN where missing; above zero for the geometric and the harmonic mean.
    weights : ndarray, shape (k,)
        Renormalised over the columns present in a row.
    aggregation : {"arithmetic", "geometric", "harmonic"}
        ``sum(w x) / sum(w)``, ``prod(x^w)^(1 / sum w)`` or ``sum(w) / sum(w / x)`` (OECD/JRC 2008): the later ones let
        a low column pull the score down more.

    Returns
    -------
    score : ndarray, shape (n,)
        NaN where nothing is present.
    contributions : ndarray, shape (n, k)
        Rows add up to the score. Arithmetic: ``w x / sum w``. Geometric: the score shared out by ``w ln x``. Harmonic:
        shared out by the weights. NaN where the column is missing.

    >>> values = np.array([[0.9, 0.1], [0.5, 0.5], [0.6, 0.35]])
    >>> aggregate(values, np.ones(2), "geometric")[0].round(3).tolist()
    [0.3, 0.5, 0.458]
    """
    known = ~np.isnan(scaled)
    weight = np.where(known, weights, 0.0)
    total = weight.sum(axis=1, keepdims=True)
    share = np.divide(weight, total, out=np.full_like(weight, np.nan), where=total > 0)
    if aggregation == ARITHMETIC:
        parts = np.where(known, share * np.where(known, scaled, 0.0), np.nan)
        return _sum_of_known(parts), parts
    if aggregation == HARMONIC:
        inverse = _sum_of_known(np.where(known, share / np.where(known, scaled, 1.0), np.nan))
        return 1 / inverse, np.where(known, share / inverse[:, None], np.nan)
    if aggregation != GEOMETRIC:
        raise ParameterError(say("There is no mean called '{mean}'.", mean=name(aggregation)),
                             say("Choose arithmetic, geometric or harmonic."))
    logs = np.where(known, share * np.log(np.where(known, scaled, 1.0)), np.nan)
    total_log = _sum_of_known(logs)[:, None]
    score = np.exp(total_log)
    parts = np.divide(logs, total_log, out=np.where(known, share, np.nan), where=known & (np.abs(total_log) > 1e-12))
    return score[:, 0], parts * score


def _sum_of_known(parts: np.ndarray) -> np.ndarray:
    none = np.isnan(parts).all(axis=1)
    return np.where(none, np.nan, np.nansum(parts, axis=1))
