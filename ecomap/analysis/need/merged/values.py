"""What every column of the need areas becomes when areas are merged: added up, worked out anew from counts, averaged by people, or left out."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

import numpy as np
import pandas as pd
from attrs import field, frozen

from ecomap.analysis.people import WHO, counted_in
from ecomap.analysis.statistics.adding import (
    Parts,
    estimates,
    of_counts,
    of_means,
    of_rates,
)
from ecomap.model import vocabulary as v
from ecomap.model.indicator import Indicator
from ecomap.model.layer import Column, Layer
from ecomap.model.said import Said

ADDED, QUOTIENT, AVERAGED, LEFT_OUT = "added", "quotient", "averaged", "left_out"
MEDIAN, SCORE, NOBODY = "median", "score", "nobody"   # why a column is left out
ENOUGH_KNOWN: Final = 0.75   # of the people of a region who must live where the figure is known
_PER: Final = {"share": 1.0, "per_10000": 10_000.0}
_SCORES: Final = ("score", "rank")


@frozen
class Held:
    """A column of the need areas and what becomes of it.

    ``how`` is ADDED, QUOTIENT, AVERAGED or LEFT_OUT, ``why`` the reason of the latter; ``parts`` adds up (None where it is left out);
    ``moe`` is the column with its margin, "" where it has none; ``per`` what a quotient is multiplied by.
    """

    column: str
    label: Said
    unit: str
    how: str
    why: str = ""
    parts: Parts | None = field(default=None, eq=False, repr=False)
    moe: str = ""
    per: float = 1.0
    digits: int = 0
    indicator: Indicator | None = None


def held_columns(areas: Any, layer: Layer) -> tuple[Held, ...]:
    """Every count and indicator of the need areas with what becomes of it, counts first."""
    indicators = [one for one in layer.indicators if one.column in areas]
    counts = _counts(areas, layer, indicators)
    people = people_column(areas)
    rates = [_held(areas, one, people) for one in indicators if one.column not in {count.column for count in counts}]
    return (*counts, *rates)


def people_column(areas: Any) -> str:
    """By whom a rate without counts is averaged: residents, else who is counted; "" where nobody is."""
    return v.POPULATION if v.POPULATION in areas and areas[v.POPULATION].notna().any() else counted_in(areas)


def numbers(areas: Any, column: str) -> np.ndarray:
    """A column as numbers; NaN where there is no such column."""
    if not column or column not in areas:
        return np.full(len(areas), np.nan)
    return np.asarray(areas[column].to_numpy(dtype=float, na_value=np.nan))


def _counts(areas: Any, layer: Layer, indicators: Sequence[Indicator]) -> list[Held]:
    described = {column.name: column for column in layer.columns}
    beside = {name for column in layer.columns for name in (column.moe, column.low, column.high) if name}
    of_rates = [name for one in indicators for name in (one.numerator, one.denominator) if name]
    wanted = [*(name for name in WHO if name in areas), *(one.column for one in indicators if one.unit in ("count", "pupils")), *of_rates,
              *(column.name for column in layer.columns if column.unit == "count" and column.name not in beside)]
    found = []
    for name in dict.fromkeys(wanted):
        if name not in areas or areas[name].dtype.kind not in "iuf":
            continue
        indicator = next((one for one in indicators if one.column == name), None)
        moe = _margin(areas, name, described.get(name), indicator)
        label = described[name].label if name in described else WHO[name].capitalize() if name in WHO else layer.column(name).label
        found.append(Held(name, label, "count", ADDED, parts=of_counts(numbers(areas, name), numbers(areas, moe)), moe=moe,
                          digits=described[name].digits if name in described else 0, indicator=indicator))
    return found


def _held(areas: Any, one: Indicator, people: str) -> Held:
    moe = _margin(areas, one.column, None, one)
    if one.numerator in areas and one.denominator in areas and one.numerator and one.denominator:
        return Held(one.column, one.label, one.unit, QUOTIENT, parts=_quotient(areas, one, moe), moe=moe, per=_PER.get(one.unit, 1.0), indicator=one)
    if _is_median(one):
        return Held(one.column, one.label, one.unit, LEFT_OUT, MEDIAN, indicator=one)
    if one.unit in _SCORES:
        return Held(one.column, one.label, one.unit, LEFT_OUT, SCORE, indicator=one)
    if not people:
        return Held(one.column, one.label, one.unit, LEFT_OUT, NOBODY, indicator=one)
    parts = of_means(numbers(areas, one.column), numbers(areas, moe), numbers(areas, people), numbers(areas, people + v.MOE_SUFFIX))
    return Held(one.column, one.label, one.unit, AVERAGED, parts=parts, moe=moe, indicator=one)


def _quotient(areas: Any, one: Indicator, moe: str) -> Parts:
    """Both counts of a rate; where they have no margins, the rate by what it is a rate of, with its own margin."""
    x, y = numbers(areas, one.numerator), numbers(areas, one.denominator)
    margins = [_margin(areas, name, None, None) for name in (one.numerator, one.denominator)]
    if moe and not all(margins):
        rate = np.divide(x, y, out=np.full(len(x), np.nan), where=y > 0)
        return of_means(rate, numbers(areas, moe) / _PER.get(one.unit, 1.0), y, np.full(len(y), np.nan))
    return of_rates(x, numbers(areas, margins[0]), y, numbers(areas, margins[1]), part_of_it=one.unit == "share")


def _is_median(one: Indicator) -> bool:
    return any("median" in text.casefold() for text in (one.measure, one.column, str(one.label)))


def _margin(areas: Any, name: str, column: Column | None, indicator: Indicator | None) -> str:
    """The column with the margin of one, where any area has one."""
    asked = (column.moe if column else "", indicator.moe_column if indicator else "", name + v.MOE_SUFFIX)
    return next((one for one in asked if one and one in areas and areas[one].notna().any()), "")


def merged_values(areas: Any, held: Sequence[Held], label: np.ndarray, regions: int) -> dict[str, np.ndarray]:
    """Every column that is kept, its margin and why it is missing, per region; a region of one area keeps what was published.

    A count is missing where that of any area is; a rate where less than three quarters of the people live where it is known.
    """
    size = np.bincount(label, minlength=regions)
    first = np.full(regions, -1)
    first[label[::-1]] = np.arange(len(label))[::-1]
    alone = size == 1
    people = numbers(areas, people_column(areas)) if people_column(areas) else np.ones(len(areas))
    people = np.nan_to_num(people)
    found: dict[str, np.ndarray] = {}
    for one in held:
        if one.parts is None:
            continue
        added = one.parts.together(label, regions)
        value, margin = (part[:, 0] * one.per for part in estimates(added.sums, added.zeros, added.kinds))
        own = numbers(areas, one.column)
        value = np.where(_known_enough(one, own, label, regions, people), value, np.nan)
        value = np.where(alone, own[first], value)
        found[one.column] = value
        if one.moe:
            found[one.moe] = np.where(np.isnan(value), np.nan, np.where(alone, numbers(areas, one.moe)[first], margin))
        reason = _reasons(areas, one, own, value, label)
        if reason is not None:
            found[one.column + v.REASON_SUFFIX] = reason
    return found


def _known_enough(one: Held, own: np.ndarray, label: np.ndarray, regions: int, people: np.ndarray) -> np.ndarray:
    missing = np.isnan(own)
    if one.how == ADDED:
        return np.bincount(label[missing], minlength=regions) == 0
    every = np.bincount(label, people, regions)
    there = np.bincount(label[~missing], people[~missing], regions)
    return there >= ENOUGH_KNOWN * np.where(every > 0, every, np.inf)


def _reasons(areas: Any, one: Held, own: np.ndarray, value: np.ndarray, label: np.ndarray) -> np.ndarray | None:
    """Why a region has no value: the first reason of its areas, in the order of reasons."""
    gone = np.isnan(value)
    column = one.column + v.REASON_SUFFIX
    if not gone.any() and column not in areas:
        return None
    reasons = np.where(gone, "not_reported", "").astype(object)
    if column in areas:
        told = areas[column].astype(object).where(pd.notna(areas[column]), "").astype(str).to_numpy()
        for reason in reversed(list(v.MISSING_REASONS)):
            where = np.unique(label[np.isnan(own) & (told == reason)])
            reasons[where[gone[where]]] = reason
    return reasons
