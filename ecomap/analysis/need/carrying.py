"""Indicators of need areas carried to other areas: each by its own kind, with both errors, and nobody made or lost unsaid."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from attrs import evolve, field, frozen

from ecomap.analysis import columns as c
from ecomap.analysis.ground.cross_walk import CrossWalk, by_people
from ecomap.analysis.ground.interpolation import (
    allocation_half_range,
    cross_walk,
    inside_walk,
    numbers_of,
    rate_half_range,
)
from ecomap.analysis.ground.overlay import metres_per_unit
from ecomap.analysis.people import WHO
from ecomap.analysis.statistics.error import moe_of_proportion, moe_of_ratio
from ecomap.model import vocabulary as v
from ecomap.model.indicator import Indicator
from ecomap.model.progress import Progress, silent
from ecomap.model.pupils import PUPILS
from ecomap.model.said import say

PEOPLE, GROUND = "people", "ground"
NOT_REPORTED = "not_reported"


@frozen
class Carried:
    """What arrived.

    Parameters
    ----------
    frame : GeoDataFrame
        Index, id, name and geometry of the target; per column its value, ``<column>_moe`` (survey error),
        ``<column>_allocation`` (error of spreading people), ``<column>_reason`` where a value is missing and
        ``share_known``: the part (0-1) of the target that source areas cover.
    indicators : tuple of Indicator
        As those of the source, with the margins that were carried.
    counts : tuple of str
        The columns that are counts and were summed.
    walk : CrossWalk
        The shares behind every column, after what is outside was given away, if it was.
    inside : ndarray
        The part (0-1) of each source that is in at least one target.
    rates_by : str
        What rates were averaged by: people or ground.
    """

    frame: Any = field(eq=False, repr=False)
    indicators: tuple[Indicator, ...]
    counts: tuple[str, ...]
    walk: CrossWalk
    inside: np.ndarray = field(eq=False, repr=False)
    rates_by: str


@frozen
class _Ways:
    """Two ways of spreading people, for counts and for rates."""

    walk: CrossWalk
    other: CrossWalk
    rates: CrossWalk
    other_rates: CrossWalk


def carry(
    source: Any,
    target: Any,
    indicators: Sequence[Indicator],
    *,
    weights: Any = None,
    rates_by: str = PEOPLE,
    allocate_total: bool = False,
    progress: Progress | None = None,
) -> Carried:
    """The children, residents and indicators of one set of areas, estimated for another.

    A count (children, residents, an indicator with the unit "count") is summed by the shares of the sources in the target.
    A rate whose numerator and denominator are there is their quotient after both were summed. Any other rate, score or
    median is averaged, by the people in each piece (or by its ground).

    Parameters
    ----------
    source, target : GeoDataFrame of polygons
        In one projected CRS, of one census.
    weights : GeoDataFrame of points, optional
        With a column ``weight``: people or homes at each point; see `ecomap.analysis.ground.interpolation.cross_walk`.
    rates_by : {"people", "ground"}
        By people needs a column of residents or children; without one it is the ground.
    allocate_total : bool
        True gives all of a source to the targets it touches, even where they do not cover it; targets that lie over each
        other each count those who live in them.
    """
    progress = progress or silent()
    walk = cross_walk(source, target, weights=weights, progress=progress.part(0.0, 0.5))
    progress.at(0.5, say("Counting who is inside"))
    inside = _inside(source, target, walk, weights)
    if allocate_total:
        given = inside[walk.source]
        walk = evolve(walk, share=np.divide(walk.share, given, out=walk.share.copy(), where=given > 0))
    other = inside_walk(source, target) if weights is None else cross_walk(source, target)
    people = next((name for name in (v.POPULATION, *WHO) if name in source), "")
    living = rates_by == PEOPLE and bool(people)
    number = numbers_of(source, people) if living else np.zeros(len(source))
    ways = _Ways(walk, other, by_people(walk, number) if living else walk, by_people(other, number) if living else other)
    counts = [name for name in WHO if name in source and (name in (v.CHILDREN, v.POPULATION) or source[name].notna().any())]
    counts += [item.column for item in indicators if item.unit in ("count", PUPILS) and item.column not in counts]
    frame = _target(target)
    for place, name in enumerate(counts):
        progress.at(0.7 + 0.2 * place / len(counts), say("Carrying counts"))
        moe = next((item.moe_column for item in indicators if item.column == name), "") or name + v.MOE_SUFFIX
        frame = _with(frame, source, target, name, *_count(ways, source, target, name, moe))
    carried = []
    for item in indicators:
        if item.column not in counts:
            frame = _with(frame, source, target, item.column, *_rate(ways, source, target, item))
        held = item.column + v.MOE_SUFFIX
        carried.append(evolve(item, moe_column=held if held in frame else ""))
    frame[c.SHARE_KNOWN] = _covered(walk, target)
    progress.at(1.0, say("Carried"))
    return Carried(frame, tuple(carried), tuple(counts), walk, inside, PEOPLE if living else GROUND)


def _target(target: Any) -> Any:
    kept = [name for name in (v.ID, v.NAME, v.LEVEL, v.SCHOOL_ID, v.BOUNDARY) if name in target]
    return gpd.GeoDataFrame(target[kept].copy(), geometry=np.asarray(target.geometry), crs=target.crs)


def _with(
    frame: Any, source: Any, target: Any, name: str, value: np.ndarray, moe: np.ndarray | None, spread: np.ndarray
) -> Any:
    """The frame with a column, its two errors and, where something is missing, why."""
    new: dict[str, Any] = {name: value}
    if moe is not None:
        new[name + v.MOE_SUFFIX] = moe
    new[name + v.ALLOCATION_SUFFIX] = spread
    gone = np.isnan(value)
    if gone.any():
        new[name + v.REASON_SUFFIX] = _reasons(source, target, name, gone)
    return frame.assign(**new)


def _count(
    ways: _Ways, source: Any, target: Any, name: str, margin: str
) -> tuple[np.ndarray, np.ndarray | None, np.ndarray]:
    values = numbers_of(source, name)
    moe = None
    if margin in source and source[margin].notna().any():
        moe = ways.walk.extensive_moe(values, numbers_of(source, margin))
    return ways.walk.extensive(values), moe, allocation_half_range(ways.walk, source, target, values, ways.other)


def _rate(ways: _Ways, source: Any, target: Any, item: Indicator) -> tuple[np.ndarray, np.ndarray | None, np.ndarray]:
    """By its parts where they are there, else as a mean."""
    if item.numerator in source and item.denominator in source and item.numerator and item.denominator:
        return _quotient(ways, source, target, item)
    values = numbers_of(source, item.column)
    moe = None
    if item.moe_column in source and source[item.moe_column].notna().any():
        moe = ways.rates.intensive_moe(values, np.nan_to_num(numbers_of(source, item.moe_column), nan=0.0))
    return ways.rates.intensive(values), moe, rate_half_range(ways.rates, ways.other_rates, values)


def _quotient(ways: _Ways, source: Any, target: Any, item: Indicator) -> tuple[np.ndarray, np.ndarray | None, np.ndarray]:
    top, top_moe, _ = _count(ways, source, target, item.numerator, item.numerator + v.MOE_SUFFIX)
    bottom, bottom_moe, _ = _count(ways, source, target, item.denominator, item.denominator + v.MOE_SUFFIX)
    value = _divided(top, bottom)
    there = _divided(ways.other.extensive(numbers_of(source, item.numerator)),
                     ways.other.extensive(numbers_of(source, item.denominator)))
    spread = np.abs(value - np.where(np.isnan(there), value, there)) / 2
    if top_moe is None or bottom_moe is None:
        return value, None, spread
    formula = moe_of_proportion if item.unit == "share" else moe_of_ratio
    return value, np.asarray(formula(top, top_moe, bottom, bottom_moe)), spread


def _divided(top: np.ndarray, bottom: np.ndarray) -> np.ndarray:
    return np.divide(top, bottom, out=np.full(len(top), np.nan), where=bottom > 0)


def _reasons(source: Any, target: Any, name: str, gone: np.ndarray) -> pd.Series:
    """Why a target has no value: the gravest reason of the sources that touch it."""
    reasons = pd.Series("", index=target.index, dtype=object)
    reasons[gone] = NOT_REPORTED
    column = name + v.REASON_SUFFIX
    if column not in source:
        return reasons
    told = source[column].fillna("").to_numpy(dtype=object)
    goals, rows = shapely.STRtree(np.asarray(source.geometry)).query(np.asarray(target.geometry)[gone], predicate="intersects")
    at = np.flatnonzero(gone)[goals]
    for reason in (*reversed(v.MISSING_REASONS), "suppressed"):
        reasons.iloc[np.unique(at[told[rows] == reason])] = reason
    return reasons


def _covered(walk: CrossWalk, target: Any) -> np.ndarray:
    """The part of each target's ground that source areas cover."""
    ground = shapely.area(np.asarray(target.geometry)) * metres_per_unit(target.crs) ** 2
    covered = np.bincount(walk.target, walk.area_m2, walk.targets)
    return np.minimum(np.divide(covered, ground, out=np.zeros(walk.targets), where=ground > 0), 1.0)


def _inside(source: Any, target: Any, walk: CrossWalk, weights: Any) -> np.ndarray:
    """The part of each source in at least one target: targets that lie over each other count once."""
    given = np.bincount(walk.source, walk.share, walk.sources)
    shapes = np.asarray(target.geometry)
    together = shapely.union_all(shapes)
    if shapely.area(shapes).sum() <= shapely.area(together) * (1 + 1e-9):
        return np.minimum(given, 1.0)
    once = cross_walk(source, gpd.GeoDataFrame(geometry=[together], crs=target.crs), weights=weights)
    return np.minimum(np.bincount(once.source, once.share, once.sources), given)
