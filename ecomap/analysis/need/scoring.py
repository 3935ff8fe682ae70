"""Need scores: several indicators in one number between 0 and 1 for every area, and the same drawn within both errors."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd

from ecomap.analysis import columns as c
from ecomap.analysis.need import scaling as s
from ecomap.analysis.need.recipe import Recipe, column_of, ingredients
from ecomap.analysis.statistics.draws import keyed_normals, keyed_uniforms
from ecomap.analysis.statistics.error import CORRELATION, Z_90
from ecomap.analysis.statistics.ranks import ranks
from ecomap.model import vocabulary as v
from ecomap.model.errors import ParameterError
from ecomap.model.indicator import Indicator
from ecomap.model.progress import Progress, silent
from ecomap.model.said import NOTHING, name, say

SAMPLING, ALLOCATION, BOTH = "sampling", "allocation", "both"  # which errors are drawn
BENT: Mapping[str, tuple[Any, Any]] = {  # means that are arithmetic ones of bent values: how they are bent, and back
    s.GEOMETRIC: (np.log, np.exp), s.HARMONIC: (np.reciprocal, np.reciprocal),
}
_BLOCK = 4_000_000  # numbers drawn at once


def need_index(
    frame: pd.DataFrame,
    indicators: Iterable[str | Indicator],
    *,
    scaling: str = s.PERCENTILE,
    aggregation: str = s.ARITHMETIC,
    minimum_present: float = 0.75,
) -> pd.DataFrame:
    """How much need each area has, from several indicators.

    Every indicator is put on one scale on which higher is more need (`ecomap.analysis.need.scaling.scale`), then the
    mean of those present in the area is taken. A missing indicator is left out of its area's mean: it is never a zero, and
    its contribution is missing too. Weights, directions and fixed marks: `index_of` a `Recipe`.

    Parameters
    ----------
    frame : DataFrame
        One row per area; the universe within which places are compared.
    indicators, scaling, aggregation, minimum_present
        As in `ecomap.analysis.need.recipe.Recipe`.

    Returns
    -------
    DataFrame
        As `index_of`.

    >>> areas = pd.DataFrame({"poverty": [0.1, 0.3, 0.2], "crowding": [0.02, 0.09, None]})
    >>> need_index(areas, ["poverty", "crowding"], minimum_present=0.5)["score"].tolist()
    [0.0, 1.0, 0.5]
    """
    return index_of(frame, Recipe(tuple(indicators), scaling, aggregation, minimum_present))


def index_of(frame: pd.DataFrame, recipe: Recipe) -> pd.DataFrame:
    """The need index that a recipe makes; weights are renormalised over the indicators an area has.

    Parameters
    ----------
    frame : DataFrame
        One row per area; the universe within which places are compared.

    Returns
    -------
    DataFrame
        Index kept. ``score``; ``rank`` (1 = highest need); ``share_present`` (0-1); ``reason`` why there is no score,
        else ""; ``contribution_<indicator>``: the parts of the score, which add up to it.

    >>> areas = pd.DataFrame({"poverty": [0.1, 0.3, 0.2], "income": [90.0, 20.0, None]})
    >>> recipe = Recipe(["poverty", "income"], directions={"income": -1}, minimum_present=0.5)
    >>> index_of(areas, recipe)["score"].tolist()
    [0.0, 1.0, 0.5]
    """
    made = ingredients(frame, recipe)
    scaled = s.scale(made.values, made.sign, made.kind, marks=made.ends, digits=recipe.digits)
    score, parts = _scored(scaled, made.weight, made.kind, recipe.aggregation)
    score = s.rounded(score, None if recipe.digits is None else 12)  # equal sums of rounded ranks are equal
    share = made.known.mean(axis=1)
    enough = recipe.enough(share)
    result = pd.DataFrame({c.SCORE: np.where(enough, score, np.nan)}, index=frame.index)
    result[c.RANK] = ranks(result[c.SCORE])
    result[c.SHARE_PRESENT] = share
    result[c.REASON] = why_no_score(made.known.sum(axis=1), len(made.used), enough, recipe.minimum_present, frame.index)
    for position, column in enumerate(made.columns):
        result[c.CONTRIBUTION + column] = np.where(enough, parts[:, position], np.nan)
    return result


def why_no_score(held: Any, of: int, enough: Any, minimum_present: float, index: Any) -> pd.Series:
    """The reason in every row that has too few indicators; nothing in the others.

    Parameters
    ----------
    held : sequence of int
        How many of the `of` indicators have a value.
    enough : sequence of bool
    """
    needed = int(f"{minimum_present * 100:.0f}")
    found: pd.Series = c.messages(
        (NOTHING if fine else say("{held} of {all} indicators have a value; {needed}% are needed", held=int(n), all=of, needed=needed)
         for fine, n in zip(enough, held, strict=True)), index)
    return found


def need_draws(
    frame: pd.DataFrame, recipe: Recipe, *, errors: str = BOTH, draws: int = 1000, seed: int = 0, correlation: float = CORRELATION,
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
    correlation : float
        Between the sampling errors of two indicators of one area, 0-1.

    Returns
    -------
    ndarray, shape (draws, areas)
        NaN for areas without a score. The same seed gives the same bytes.
    """
    check_errors(errors)
    progress = progress or silent()
    made = ingredients(frame, recipe)
    known, bend, unbend = made.known, *BENT.get(recipe.aggregation, (None, None))
    fixed = s.scale(made.values, made.sign, made.kind, marks=made.ends, digits=recipe.digits)
    total = np.where(known, made.weight, 0.0).sum(axis=1)
    noise = _Noise(frame, made.used, errors, seed, correlation)
    block = max(1, _BLOCK // max(len(frame), 1))
    result = np.zeros((draws, len(frame)))
    for start in range(0, draws, block):
        size = min(block, draws - start)
        for position in range(len(made.used)):
            progress.at((start + size * position / len(made.used)) / draws, say("Drawing estimates within their errors"))
            rows = known[:, position]
            values: np.ndarray = fixed[rows, position][None, :]
            drawn = noise.drawn(position, made.values[:, position], rows, slice(start, start + size))
            if drawn is not None:
                pair = None if made.ends is None else made.ends[position]
                values = s.scale_draws(drawn, int(made.sign[position]), made.kind, marks=pair, digits=recipe.digits)
            if bend is not None:
                values = bend(s.to_positive(values, made.kind))
            place = slice(None) if rows.all() else rows
            result[start : start + size, place] += made.weight[position] * values
    with np.errstate(divide="ignore", invalid="ignore"):
        result /= total
        if unbend is not None:
            result = unbend(result) / (1.0 if made.kind == s.NONE else 100.0)
    result[:, ~recipe.enough(known.mean(axis=1))] = np.nan
    return result


class _Noise:
    """Values drawn within their errors, column by column."""

    def __init__(self, frame: pd.DataFrame, used: Sequence[str | Indicator], errors: str, seed: int, correlation: float) -> None:
        none = [None] * len(used)
        self._ids, self._names, self._seed, self._correlation = ids_of(frame), [column_of(item) for item in used], seed, correlation
        self._margins = none if errors == ALLOCATION else [margin_of(frame, item) for item in used]
        self._ranges = none if errors == SAMPLING else [allocation_range(frame, item) for item in used]
        self._shared: tuple[slice, np.ndarray] | None = None

    def drawn(self, position: int, values: np.ndarray, rows: np.ndarray, part: slice) -> np.ndarray | None:
        """The values of some rows in some draws; None where nothing about them is uncertain."""
        margin, spread = self._margins[position], self._ranges[position]
        if margin is None and spread is None:
            return None
        size, stream = part.stop - part.start, self._names[position]
        drawn = np.repeat(values[None, rows], size, axis=0)
        if margin is not None:
            normal = np.sqrt(1 - self._correlation) * keyed_normals(self._ids, size, seed=self._seed, stream=stream, first=part.start)
            if self._correlation > 0:
                normal += np.sqrt(self._correlation) * self._of_the_place(part)
            drawn += normal[:, rows] * (margin[rows] / Z_90)
        if spread is not None:
            even = keyed_uniforms(self._ids, size, seed=self._seed, stream=f"spread {stream}", first=part.start)
            drawn += (2 * even[:, rows] - 1) * spread[rows]
        return drawn

    def _of_the_place(self, part: slice) -> np.ndarray:
        """What the errors of a place's indicators have in common."""
        if self._shared is None or self._shared[0] != part:
            self._shared = part, keyed_normals(self._ids, part.stop - part.start, seed=self._seed, stream="", first=part.start)
        return self._shared[1]


def check_errors(errors: str) -> None:
    """Refuse kinds of errors that do not exist."""
    if errors not in (BOTH, SAMPLING, ALLOCATION):
        raise ParameterError(say("There are no errors called '{errors}'.", errors=name(errors)),
                             say("Choose both, sampling or allocation."))


def ids_of(frame: pd.DataFrame) -> list[str]:
    """What the rows of a frame go by: their ids, or their index where they have none."""
    return [str(one) for one in (frame[v.ID] if v.ID in frame.columns else frame.index)]


def margin_of(frame: pd.DataFrame, item: str | Indicator) -> np.ndarray | None:
    """Margins of an indicator with gaps as 0 (held fixed), or None where it has none at all."""
    column = column_of(item) + v.MOE_SUFFIX if isinstance(item, str) else item.moe_column
    if not column or column not in frame.columns:
        return None
    margins = frame[column].to_numpy(dtype=float, na_value=np.nan)
    return np.nan_to_num(margins, nan=0.0) if np.isfinite(margins).any() else None


def allocation_range(frame: pd.DataFrame, item: str | Indicator) -> np.ndarray | None:
    """Half-ranges of the allocation error of an indicator with gaps as 0, or None where it was not carried from other areas."""
    column = column_of(item) + v.ALLOCATION_SUFFIX
    if column not in frame.columns:
        return None
    ranges = np.nan_to_num(frame[column].to_numpy(dtype=float, na_value=np.nan), nan=0.0)
    return ranges if (ranges > 0).any() else None


def _scored(
    scaled: np.ndarray, weight: np.ndarray, scaling: str, aggregation: str
) -> tuple[np.ndarray, np.ndarray]:
    if aggregation not in (s.GEOMETRIC, s.HARMONIC):
        return s.aggregate(scaled, weight, aggregation)
    score, parts = s.aggregate(s.to_positive(scaled, scaling), weight, aggregation)
    size = 1.0 if scaling == s.NONE else 100.0
    return score / size, parts / size
