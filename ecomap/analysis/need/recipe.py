"""What a need index is made of and how: one recipe, and what it takes of a frame of areas."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

import numpy as np
import pandas as pd
from attrs import field, frozen

from ecomap.analysis.need import scaling as s
from ecomap.model.errors import InputError, ParameterError
from ecomap.model.indicator import Indicator
from ecomap.model.said import joined, name, say


def _several(given: Iterable[str | Indicator]) -> tuple[str | Indicator, ...]:
    return tuple(given)


def _mapping(given: Mapping[str, Any] | None) -> dict[str, Any]:
    return dict(given or {})


@frozen
class Recipe:
    """How a need index is made.

    Parameters
    ----------
    indicators : sequence of column names or `Indicator`
        What goes in; one named twice goes in once.
    scaling : {"percentile", "min_max", "z_score", "goalposts", "none"}
        How indicators are put on one scale (`ecomap.analysis.need.scaling.scale`).
    aggregation : {"arithmetic", "geometric", "harmonic"}
        The geometric mean lets a low indicator pull the score down more, the harmonic mean still more (both on a 1-100
        scale, divided by 100 again).
    minimum_present : float
        Smallest share (0-1) of the indicators that must have a value; below it an area gets no score.
    weights : mapping of column to number
        Not named: 1. An indicator with weight 0 is left out altogether.
    directions : mapping of column to +1 or -1
        -1: a high value means less need. Comes from the `Indicator` where one is given, else +1.
    marks : mapping of column to (number, number)
        For goalposts: the two values between which the scale runs, in either order. Not named:
        `ecomap.analysis.need.scaling.round_marks`.
    digits : int or None
        Decimals of percentile ranks; None: not rounded.
    """

    indicators: tuple[str | Indicator, ...] = field(converter=_several)
    scaling: str = s.PERCENTILE
    aggregation: str = s.ARITHMETIC
    minimum_present: float = 0.75
    weights: Mapping[str, float] = field(factory=dict, converter=_mapping)
    directions: Mapping[str, int] = field(factory=dict, converter=_mapping)
    marks: Mapping[str, tuple[float, float]] = field(factory=dict, converter=_mapping)
    digits: int | None = None

    def enough(self, share_present: np.ndarray) -> np.ndarray:
        """Where enough of the indicators (share, 0-1) have a value for a score."""
        if not 0 <= self.minimum_present <= 1:
            raise ParameterError(say("A share of {share} is not possible.", share=name(f"{self.minimum_present:g}")),
                                 say("Give a share between 0 and 1."))
        found: np.ndarray = (share_present >= self.minimum_present - 1e-12) & (share_present > 0)
        return found


@frozen
class Ingredients:
    """What a recipe takes of a frame, one column per indicator that counts.

    Parameters
    ----------
    used : tuple
        The indicators with a weight.
    values : ndarray, shape (areas, indicators)
        NaN where missing.
    sign : ndarray of +1 or -1
        +1: a high value is more need.
    weight : ndarray
        Above 0.
    kind : str
        The scaling, by the one spelling there is.
    ends : ndarray, shape (indicators, 2), or None
        Lower and upper mark; None where the scaling has none.
    """

    used: tuple[str | Indicator, ...]
    values: np.ndarray = field(eq=False, repr=False)
    sign: np.ndarray = field(eq=False, repr=False)
    weight: np.ndarray = field(eq=False, repr=False)
    kind: str
    ends: np.ndarray | None = field(eq=False, repr=False)

    @property
    def columns(self) -> list[str]:
        return [column_of(item) for item in self.used]

    @property
    def known(self) -> np.ndarray:
        """Where there is a value, shape (areas, indicators)."""
        return ~np.isnan(self.values)


def column_of(item: str | Indicator) -> str:
    """The column of an indicator, given as itself or by that column."""
    return item if isinstance(item, str) else item.column


def ingredients(frame: pd.DataFrame, recipe: Recipe) -> Ingredients:
    """The numbers of a frame that a recipe uses, checked.

    Raises
    ------
    ParameterError
        If the recipe names what it does not use, or a weight or direction makes no sense.
    InputError
        If a column is not there, or holds text or infinities.
    """
    used = _used(recipe)
    columns = [column_of(item) for item in used]
    missing = [column for column in columns if column not in frame.columns]
    if missing:
        raise InputError(say("The need areas have no column '{column}'.", column=name(missing[0])),
                         say("Choose indicators that the layer holds."))
    weight = np.array([float(recipe.weights.get(column, 1.0)) for column in columns])
    if not (np.isfinite(weight) & (weight > 0)).all():
        raise ParameterError(say("A weight cannot be negative."),
                             say("Reverse an indicator by its direction, not by its weight."))
    default = {column: 1 if isinstance(item, str) else item.direction for column, item in zip(columns, used, strict=True)}
    sign = np.array([recipe.directions.get(column, default[column]) for column in columns])
    if not np.isin(sign, (1, -1)).all():
        raise ParameterError(say("A direction is +1 (more is more need) or -1 (more is less need)."),
                             say("Check the directions."))
    values = _numbers(frame, columns)
    kind = s.scaling_named(recipe.scaling)
    return Ingredients(used, values, sign, weight, kind, _ends(columns, values, recipe.marks) if kind == s.GOALPOSTS else None)


def _used(recipe: Recipe) -> tuple[str | Indicator, ...]:
    given = {column_of(item): item for item in recipe.indicators}
    named: Iterable[Mapping[str, Any]] = (recipe.weights, recipe.directions, recipe.marks)
    strange = [column for mapping in named for column in mapping if column not in given]
    if strange:
        raise ParameterError(say("'{column}' is not one of the indicators.", column=name(strange[0])),
                             say("Indicators: {known}.", known=joined(map(name, given), ", ")))
    used = tuple(item for column, item in given.items() if recipe.weights.get(column, 1.0) != 0)
    if not used:
        raise ParameterError(say("A need index needs at least one indicator."), say("Choose indicators with a weight above 0."))
    return used


def _numbers(frame: pd.DataFrame, columns: list[str]) -> np.ndarray:
    try:
        matrix: np.ndarray = frame[columns].to_numpy(dtype=float, na_value=np.nan)
    except (TypeError, ValueError) as problem:
        raise InputError(say("An indicator holds text."), say("Import the layer again and map number columns.")) from problem
    if np.isinf(matrix).any():
        raise InputError(say("An indicator holds infinite values."), say("Import the layer again; infinities become missing."))
    return matrix


def _ends(columns: list[str], values: np.ndarray, marks: Mapping[str, tuple[float, float]]) -> np.ndarray:
    """Lower and upper mark of every indicator."""
    ends = s.marks_of(values)
    for position, column in enumerate(columns):
        if column in marks:
            ends[position] = sorted(marks[column])
    return ends
