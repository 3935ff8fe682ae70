"""Rates of small areas, steadied before they go into an index: which, towards what, and how far they moved."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

import numpy as np
import pandas as pd
from attrs import field, frozen

from ecomap.analysis.ground.neighbours import touching
from ecomap.analysis.ground.overlay import metres_per_unit, projected_crs
from ecomap.analysis.notes import count_note
from ecomap.analysis.statistics import smoothing
from ecomap.model import vocabulary as v
from ecomap.model.errors import InputError
from ecomap.model.indicator import Indicator
from ecomap.model.result import Note
from ecomap.model.said import Said, joined, name, plural, say
from ecomap.model.units import format_number

OFF, EVERYWHERE, NEIGHBOURS = "off", "everywhere", "neighbours"
SLIT_M: Final = 15.0  # outlines no further apart than this touch
_PER: Final = {"share": 1.0, "per_10000": 10_000.0}  # events per person = value / this


@frozen
class Steadied:
    """Areas with steadied rates, and what was done.

    Parameters
    ----------
    areas : DataFrame
        As given, with the rates, their margins and their allocation errors replaced.
    moved : DataFrame
        One row per steadied value: row (position), indicator (column), raw, steadied.
    left : tuple of Said
        Labels of indicators that are no rates and stay as they are.
    without_people : int
        Values that stay as they are because nobody is counted there.
    """

    areas: Any = field(eq=False, repr=False)
    moved: pd.DataFrame = field(eq=False, repr=False)
    left: tuple[Said, ...] = ()
    without_people: int = 0


def steadied(areas: Any, indicators: Sequence[Indicator], how: str) -> Steadied:
    """Draw the rates of small areas towards the rate of all areas, or of the area and its neighbours.

    Empirical Bayes (`ecomap.analysis.statistics.smoothing`): the fewer people, the further. A rate is an indicator with the unit share or
    per 10,000; its people are its denominator where the areas hold it, else the residents. Errors shrink as the rate's own
    weight does. A missing rate stays missing, and so does a rate where nobody is counted stay as it is.

    Raises
    ------
    InputError
        If a rate has no column of people.
    """
    result = areas.copy()
    near = _near(areas) if how == NEIGHBOURS else None
    rows, left, unsteadied = [], [], 0
    for item in indicators:
        if item.unit not in _PER:
            left.append(item.label)
            continue
        raw = areas[item.column].to_numpy(dtype=float, na_value=np.nan)
        people = areas[_people(areas, item)].to_numpy(dtype=float, na_value=np.nan)
        events = raw * people / _PER[item.unit]
        found = (smoothing.empirical_bayes(events, people) if near is None
                 else smoothing.spatial_empirical_bayes(events, people, near))
        weight = found[smoothing.WEIGHT].to_numpy()
        known = ~np.isnan(weight)
        unsteadied += int((~known & ~np.isnan(raw)).sum())
        value = np.where(known, found[smoothing.SMOOTHED].to_numpy() * _PER[item.unit], raw)
        result[item.column] = value
        for column in (item.moe_column, item.column + v.ALLOCATION_SUFFIX):
            if column and column in areas:
                result[column] = areas[column].to_numpy(dtype=float, na_value=np.nan) * np.where(known, weight, 1.0)
        rows.append(pd.DataFrame({"row": np.flatnonzero(known), "indicator": item.column, "raw": raw[known],
                                  "steadied": value[known]}))
    columns = ["row", "indicator", "raw", "steadied"]
    moved = pd.concat(rows, ignore_index=True) if rows else pd.DataFrame(columns=columns)
    return Steadied(result, moved, tuple(left), unsteadied)


def steady_notes(done: Steadied, indicators: Sequence[Indicator], how: str) -> tuple[Note, ...]:
    """What changed, in words: how many values, which most, what stayed."""
    notes = [Note("method", say("Rates were steadied: each is drawn towards the rate of all areas, the more so the fewer people live "
                                "there. Their margins shrink with them.") if how == EVERYWHERE else
                  say("Rates were steadied: each is drawn towards the rate of the area and its neighbours, the more so the fewer "
                      "people live there. Their margins shrink with them."))]
    if len(done.moved):
        notes += _furthest(done, indicators)
    if done.left:
        notes.append(Note("method", say("No rates, so left as they are: {indicators}.", indicators=joined(done.left, ", "))))
    if done.without_people:
        notes.append(count_note(plural("{n} value stays as it is because nobody is counted there.",
                                       "{n} values stay as they are because nobody is counted there.", done.without_people)))
    return (*notes, Note("caution", say("Steadying knows how many people live in an area, not how many were asked. The raw rates are "
                         "in the layer.")))


def _furthest(done: Steadied, indicators: Sequence[Indicator]) -> list[Note]:
    """How many values moved far, and which moved furthest."""
    moved, labels = done.moved, {item.column: item for item in indicators}
    away = (moved["steadied"] - moved["raw"]).abs()
    scale = moved["indicator"].map(moved.assign(away=moved["raw"].abs()).groupby("indicator")["away"].mean())
    share = away / scale.where(scale > 0)
    far, of = int((share > 0.1).sum()), format_number(len(moved))
    notes = [count_note(plural("{n} value moved by more than a tenth of its indicator's mean, of {of} steadied.",
                               "{n} values moved by more than a tenth of their indicator's mean, of {of} steadied.", far, of=of))]
    if share.notna().any() and share.max() > 0:
        top = moved.loc[share.idxmax()]
        item = labels[str(top["indicator"])]
        area = done.areas.iloc[int(top["row"])]
        notes.append(Note("count", say("The furthest: {area}, {indicator}, from {raw} to {steadied}.",
                                       area=name(area.get(v.NAME, area[v.ID])), indicator=item.label.small(),
                                       raw=format_number(float(top["raw"]), item.unit),
                                       steadied=format_number(float(top["steadied"]), item.unit))))
    return notes


def _people(areas: Any, item: Indicator) -> str:
    for column in (item.denominator, v.POPULATION):
        if column and column in areas:
            return column
    raise InputError(say("To steady {indicator}, the need areas must say how many people live in each.", indicator=item.label.small()),
                     say("Import need areas with a column of residents, or do not steady."), {"missing": [v.POPULATION]})


def _near(areas: Any) -> Any:
    return touching(areas.geometry, within=SLIT_M / metres_per_unit(projected_crs(areas, say("need areas"))))
