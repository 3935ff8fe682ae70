"""Need scores: several indicators in one number between 0 and 1 for every area, and which errors their values have."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

import numpy as np
import pandas as pd

from ecomap.analysis import columns as c
from ecomap.analysis.need import scaling as s
from ecomap.analysis.need.recipe import Recipe, column_of, ingredients
from ecomap.analysis.statistics.ranks import ranks
from ecomap.model import vocabulary as v
from ecomap.model.errors import ParameterError
from ecomap.model.indicator import Indicator
from ecomap.model.said import NOTHING, name, say

SAMPLING, ALLOCATION, BOTH = "sampling", "allocation", "both"  # which errors are drawn
BENT: Mapping[str, tuple[Any, Any]] = {  # means that are arithmetic ones of bent values: how they are bent, and back
    s.GEOMETRIC: (np.log, np.exp), s.HARMONIC: (np.reciprocal, np.reciprocal),
}


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
