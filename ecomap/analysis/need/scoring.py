"""Need scores: several indicators in one number between 0 and 1 for every area, and the same drawn within both errors."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
import pandas as pd

from ecomap.analysis import columns as c
from ecomap.analysis.need import scaling as s
from ecomap.analysis.statistics.error import Z_90
from ecomap.analysis.statistics.ranks import lowest_ranks_along_rows, rank_band, ranks
from ecomap.model import vocabulary as v
from ecomap.model.errors import InputError, ParameterError
from ecomap.model.indicator import Indicator
from ecomap.model.progress import Progress, silent
from ecomap.model.said import say

SAMPLING, ALLOCATION, BOTH = "sampling", "allocation", "both"  # which errors are drawn
Marks = Mapping[str, tuple[float, float]]
_BLOCK = 4_000_000  # numbers drawn at once


def need_index(
    frame: pd.DataFrame,
    indicators: Sequence[str | Indicator],
    *,
    scaling: str = s.PERCENTILE,
    aggregation: str = s.ARITHMETIC,
    minimum_present: float = 0.75,
    weights: Mapping[str, float] | None = None,
    directions: Mapping[str, int] | None = None,
    marks: Marks | None = None,
    digits: int | None = None,
) -> pd.DataFrame:
    """How much need each area has, from several indicators.

    Every indicator is put on one scale on which higher is more need (`ecomap.analysis.need.scaling.scale`), then the
    weighted mean of those present in the area is taken; weights are renormalised over them. A missing indicator is
    left out of its area's mean: it is never a zero, and its contribution is missing too.

    Parameters
    ----------
    frame : DataFrame
        One row per area; the universe within which places are compared.
    indicators : sequence of column names or `Indicator`
    scaling : {"percentile", "min_max", "z_score", "goalposts", "none"}
    aggregation : {"arithmetic", "geometric", "harmonic"}
        The geometric mean lets a low indicator pull the score down more, the harmonic mean still more (both on a 1-100
        scale, divided by 100 again).
    minimum_present : float
        Smallest share (0-1) of the indicators that must have a value; below it an area gets no score.
    weights : mapping of column to number, optional
        Not named: 1. An indicator with weight 0 is left out altogether.
    directions : mapping of column to +1 or -1, optional
        -1: a high value means less need. Comes from the `Indicator` where one is given, else +1.
    marks : mapping of column to (number, number), optional
        For goalposts: the two values between which the scale runs, in either order. Not named:
        `ecomap.analysis.need.scaling.round_marks`.
    digits : int, optional
        Decimals of percentile ranks; none: not rounded.

    Returns
    -------
    DataFrame
        Index kept. ``score``; ``rank`` (1 = highest need); ``share_present`` (0-1); ``reason`` why there is no score,
        else ""; ``contribution_<indicator>``: the parts of the score, which add up to it.

    >>> areas = pd.DataFrame({"poverty": [0.1, 0.3, 0.2], "income": [90.0, 20.0, None]})
    >>> need_index(areas, ["poverty", "income"], directions={"income": -1}, minimum_present=0.5)["score"].tolist()
    [0.0, 1.0, 0.5]
    """
    used, matrix, sign, weight = _prepared(frame, indicators, weights, directions, marks)
    kind = s.scaling_named(scaling)
    scaled = s.scale(matrix, sign, kind, marks=_marks(used, matrix, marks, kind), digits=digits)
    score, parts = _scored(scaled, weight, kind, aggregation)
    score = s.rounded(score, None if digits is None else 12)  # equal sums of rounded ranks are equal
    share = (~np.isnan(matrix)).mean(axis=1)
    enough = _enough(share, minimum_present)
    result = pd.DataFrame({c.SCORE: np.where(enough, score, np.nan)}, index=frame.index)
    result[c.RANK] = ranks(result[c.SCORE])
    result[c.SHARE_PRESENT] = share
    count = (~np.isnan(matrix)).sum(axis=1)
    wanted = f"of {len(used)} indicators have a value; {minimum_present:.0%} are needed"
    result[c.REASON] = [("" if fine else f"{n} {wanted}") for fine, n in zip(enough, count, strict=True)]
    for position, item in enumerate(used):
        result[c.CONTRIBUTION + _column(item)] = np.where(enough, parts[:, position], np.nan)
    return result


def need_draws(
    frame: pd.DataFrame,
    indicators: Sequence[str | Indicator],
    *,
    scaling: str = s.PERCENTILE,
    aggregation: str = s.ARITHMETIC,
    minimum_present: float = 0.75,
    weights: Mapping[str, float] | None = None,
    directions: Mapping[str, int] | None = None,
    marks: Marks | None = None,
    digits: int | None = None,
    errors: str = BOTH,
    draws: int = 1000,
    seed: int = 0,
    progress: Progress | None = None,
) -> np.ndarray:
    """The score of every area when each estimate is drawn again within its errors.

    Two errors, kept apart. Sampling (``<column>_moe``): normal, standard error MOE / 1.645. Allocation
    (``<column>_allocation``, where values were carried from other areas): anywhere, evenly, within the half-range to either
    side. Both independent between indicators and areas; drawn values are scaled anew in every draw, but fixed marks stay.
    Indicators (and single cells) without an error are held fixed; what is missing stays missing.

    Parameters
    ----------
    errors : {"both", "sampling", "allocation"}
        Which of the two are drawn.

    Returns
    -------
    ndarray, shape (draws, areas)
        NaN for areas without a score. The same seed gives the same bytes.
    """
    if errors not in (BOTH, SAMPLING, ALLOCATION):
        raise ParameterError(say("There are no errors called '{errors}'.", errors=errors), say("Choose both, sampling or allocation."))
    progress = progress or silent()
    used, matrix, sign, weight = _prepared(frame, indicators, weights, directions, marks)
    kind = s.scaling_named(scaling)
    known = ~np.isnan(matrix)
    ends = _marks(used, matrix, marks, kind)
    fixed = s.scale(matrix, sign, kind, marks=ends, digits=digits)
    geometric, harmonic = aggregation == s.GEOMETRIC, aggregation == s.HARMONIC
    total = np.where(known, weight, 0.0).sum(axis=1)
    noise = _Noise(frame, used, errors, seed)
    block = max(1, _BLOCK // max(len(frame), 1))
    result = np.zeros((draws, len(frame)))
    for start in range(0, draws, block):
        size = min(block, draws - start)
        for position in range(len(used)):
            progress.at((start + size * position / len(used)) / draws, say("Drawing estimates within their errors"))
            rows = known[:, position]
            values: np.ndarray = fixed[rows, position][None, :]
            drawn = noise.drawn(position, matrix[:, position], rows, size)
            if drawn is not None:
                pair = None if ends is None else ends[position]
                values = s.scale_draws(drawn, int(sign[position]), kind, marks=pair, digits=digits)
            if geometric or harmonic:
                values = s.to_positive(values, kind)
                values = np.log(values) if geometric else 1 / values
            place = slice(None) if rows.all() else rows
            result[start : start + size, place] += weight[position] * values
    with np.errstate(divide="ignore", invalid="ignore"):
        result /= total
    if geometric or harmonic:
        with np.errstate(divide="ignore"):
            result = (np.exp(result) if geometric else 1 / result) / (1.0 if kind == s.NONE else 100.0)
    result[:, ~_enough(known.mean(axis=1), minimum_present)] = np.nan
    return result


class _Noise:
    """Values drawn within their errors, column by column; each kind of error has its own seeded sequence."""

    def __init__(self, frame: pd.DataFrame, used: Sequence[str | Indicator], errors: str, seed: int) -> None:
        none = [None] * len(used)
        self._margins = none if errors == ALLOCATION else [_margin(frame, item) for item in used]
        self._ranges = none if errors == SAMPLING else [allocation_range(frame, item) for item in used]
        self._sampling, self._allocation = np.random.default_rng(seed), np.random.default_rng([seed, 2])

    def drawn(self, position: int, values: np.ndarray, rows: np.ndarray, size: int) -> np.ndarray | None:
        """The values of some rows drawn `size` times; None where nothing about them is uncertain."""
        margin, spread = self._margins[position], self._ranges[position]
        if margin is None and spread is None:
            return None
        shape = (size, int(rows.sum()))
        drawn = np.zeros(shape) if margin is None else self._sampling.standard_normal(shape)
        if margin is not None:
            drawn *= margin[rows] / Z_90
        drawn += values[rows]
        if spread is not None:
            drawn += self._allocation.uniform(-1.0, 1.0, shape) * spread[rows]
        return drawn


def rank_bands(scores: pd.Series, drawn: np.ndarray) -> tuple[pd.Series, pd.Series]:
    """The 90 % band of ranks (1 = highest) of drawn scores; missing where the score is missing."""
    known = scores.notna().to_numpy()
    low, high = pd.Series(np.nan, index=scores.index), pd.Series(np.nan, index=scores.index)
    if len(drawn) and known.any():
        by_draw = lowest_ranks_along_rows(-drawn[:, known]) + 1
        low[known], high[known] = rank_band(by_draw, ranks(scores)[known].to_numpy())
    return low, high


def _column(item: str | Indicator) -> str:
    return item if isinstance(item, str) else item.column


def _prepared(
    frame: pd.DataFrame,
    indicators: Sequence[str | Indicator],
    weights: Mapping[str, float] | None,
    directions: Mapping[str, int] | None,
    marks: Marks | None,
) -> tuple[list[str | Indicator], np.ndarray, np.ndarray, np.ndarray]:
    given = {_column(item): item for item in indicators}
    for named in (weights or {}, directions or {}, marks or {}):
        strange = [name for name in named if name not in given]
        if strange:
            raise ParameterError(say("'{strange}' is not one of the indicators.", strange=strange[0]), say("Indicators: ") + ", ".join(given) + ".")
    used = [item for name, item in given.items() if (weights or {}).get(name, 1.0) != 0]
    if not used:
        raise ParameterError(say("A need index needs at least one indicator."), say("Choose indicators with a weight above 0."))
    names = [_column(item) for item in used]
    missing = [name for name in names if name not in frame.columns]
    if missing:
        raise InputError(say("The need areas have no column '{missing}'.", missing=missing[0]), say("Choose indicators that the layer holds."))
    weight = np.array([float((weights or {}).get(name, 1.0)) for name in names])
    if not (np.isfinite(weight) & (weight > 0)).all():
        raise ParameterError(say("A weight cannot be negative."), say("Reverse an indicator by its direction, not by its weight."))
    default = {name: 1 if isinstance(item, str) else item.direction for name, item in zip(names, used, strict=True)}
    sign = np.array([(directions or {}).get(name, default[name]) for name in names])
    if not np.isin(sign, (1, -1)).all():
        raise ParameterError(say("A direction is +1 (more is more need) or -1 (more is less need)."), say("Check the directions."))
    return used, _numbers(frame, names), sign, weight


def _numbers(frame: pd.DataFrame, names: list[str]) -> np.ndarray:
    try:
        matrix = frame[names].to_numpy(dtype=float, na_value=np.nan)
    except (TypeError, ValueError) as problem:
        raise InputError(say("An indicator holds text."), say("Import the layer again and map number columns.")) from problem
    if np.isinf(matrix).any():
        raise InputError(say("An indicator holds infinite values."), say("Import the layer again; infinities become missing."))
    return matrix


def _margin(frame: pd.DataFrame, item: str | Indicator) -> np.ndarray | None:
    """Margins of an indicator with gaps as 0 (held fixed), or None where it has none at all."""
    column = _column(item) + v.MOE_SUFFIX if isinstance(item, str) else item.moe_column
    if not column or column not in frame.columns:
        return None
    margins = frame[column].to_numpy(dtype=float, na_value=np.nan)
    return np.nan_to_num(margins, nan=0.0) if np.isfinite(margins).any() else None


def allocation_range(frame: pd.DataFrame, item: str | Indicator) -> np.ndarray | None:
    """Half-ranges of the allocation error of an indicator with gaps as 0, or None where it was not carried from other areas."""
    column = _column(item) + v.ALLOCATION_SUFFIX
    if column not in frame.columns:
        return None
    ranges = np.nan_to_num(frame[column].to_numpy(dtype=float, na_value=np.nan), nan=0.0)
    return ranges if (ranges > 0).any() else None


def _marks(
    used: Sequence[str | Indicator], matrix: np.ndarray, marks: Marks | None, scaling: str
) -> np.ndarray | None:
    """Lower and upper mark of every indicator; None where the scaling has none."""
    if scaling != s.GOALPOSTS:
        return None
    ends = s.marks_of(matrix)
    for position, item in enumerate(used):
        if marks and _column(item) in marks:
            ends[position] = sorted(marks[_column(item)])
    return ends


def _scored(
    scaled: np.ndarray, weight: np.ndarray, scaling: str, aggregation: str
) -> tuple[np.ndarray, np.ndarray]:
    if aggregation not in (s.GEOMETRIC, s.HARMONIC):
        return s.aggregate(scaled, weight, aggregation)
    score, parts = s.aggregate(s.to_positive(scaled, scaling), weight, aggregation)
    size = 1.0 if scaling == s.NONE else 100.0
    return score / size, parts / size


def _enough(share_present: np.ndarray, minimum_present: float) -> np.ndarray:
    if not 0 <= minimum_present <= 1:
        raise ParameterError(say(f"A share of {minimum_present:g} is not possible."), say("Give a share between 0 and 1."))
    return (share_present >= minimum_present - 1e-12) & (share_present > 0)
