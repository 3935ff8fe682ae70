"""Carrying counts and rates from one set of areas to another (tracts to attendance areas)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from ecomap.analysis import columns as c
from ecomap.analysis.ground.cross_walk import CrossWalk
from ecomap.analysis.ground.overlay import metres_per_unit, pair_areas, same_crs
from ecomap.analysis.ground.vintages import same_census
from ecomap.model import vocabulary as v
from ecomap.model.errors import InputError
from ecomap.model.progress import Progress
from ecomap.model.said import name, say

ALLOCATION_SUFFIX = v.ALLOCATION_SUFFIX


def cross_walk(source: Any, target: Any, *, weights: Any = None, progress: Progress | None = None) -> CrossWalk:
    """The table of shares between two sets of areas.

    Parameters
    ----------
    source, target : GeoDataFrame of polygons
        In one projected CRS.
    weights : GeoDataFrame of points, optional
        With a column ``weight`` (people at the point): the share of a source in a target is then the weight of its
        points there over the weight of all its points. A source without any weight is shared out by area.

    Raises
    ------
    InputError
        If a CRS is geographic or they differ, or the areas have boundaries of two censuses.
    """
    same_census(source, target)
    unit = metres_per_unit(same_crs(source, target, say("source areas"), say("target areas")))
    source_shapes, target_shapes = np.asarray(source.geometry), np.asarray(target.geometry)
    pairs = pair_areas(source_shapes, target_shapes, progress=progress)
    whole_area = shapely.area(source_shapes)
    share = pairs.area_m2 / whole_area[pairs.source]
    if weights is not None:
        same_crs(source, weights, say("source areas"), say("weight points"))
        share = _weighted_share(source_shapes, target_shapes, pairs.source, pairs.target, share, weights)
    return CrossWalk(
        pairs.source, pairs.target, np.minimum(share, 1.0), pairs.area_m2 * unit**2, len(source), len(target)
    )


def interpolate(
    source: Any,
    target: Any,
    *,
    extensive: Sequence[str] = (),
    intensive: Sequence[str] = (),
    margins: Mapping[str, str] | None = None,
    weights: Any = None,
    allocate_total: bool = False,
    allocation_error: bool = False,
) -> gpd.GeoDataFrame:
    """Counts and rates of one set of areas, estimated for another, as if people lived evenly over each source area.

    Parameters
    ----------
    source, target : GeoDataFrame of polygons
        In one projected CRS.
    extensive : column names
        Counts: summed by the share of the source in the target, ``v_j = sum_i v_i a_ij / A_i``.
    intensive : column names
        Rates: averaged by area. For a rate with a numerator and a denominator it is better to carry both as counts
        and divide.
    margins : mapping of column to its margin column, optional
        Adds ``<column>_moe``. The error of spreading people evenly is not in it: a lower bound.
    weights : GeoDataFrame of points with a column ``weight``, optional
        See `cross_walk`.
    allocate_total : bool
        True gives all of a source to the targets it touches, even if they do not cover it. Right only where the
        targets are meant to hold everybody.
    allocation_error : bool
        True adds ``<column>_allocation`` to every count: how far the way of spreading people alone can move it (see
        `allocation_half_range`), kept apart from the sampling error in ``<column>_moe``.

    Returns
    -------
    GeoDataFrame
        Index, geometry, ``id`` and ``name`` of the target; the columns; ``<column>_share_known`` (0-1), the part of the
        target's covered ground whose sources have a value. Missing stays missing: a count lacks a value where more
        than 1 % of that ground is unknown, a rate where all of it is.

    Raises
    ------
    InputError
        If a CRS is geographic or they differ, a column is not there, or the areas have boundaries of two censuses.
    """
    wanted = [*extensive, *intensive, *(margins or {}).values()]
    missing = [one for one in wanted if one not in source.columns]
    if missing:
        raise InputError(say("The source areas have no column '{column}'.", column=name(missing[0])),
                         say("Check the names of the columns."))
    walk = cross_walk(source, target, weights=weights)
    kept = [one for one in (v.ID, v.NAME) if one in target.columns]
    result = gpd.GeoDataFrame(target[kept].copy(), geometry=target.geometry, crs=target.crs)
    for column in (*extensive, *intensive):
        values = numbers_of(source, column)
        moes = numbers_of(source, margins[column]) if margins and column in margins else None
        counted = column in extensive
        result[column] = walk.extensive(values, allocate_total=allocate_total) if counted else walk.intensive(values)
        if moes is not None:
            result[column + v.MOE_SUFFIX] = (
                walk.extensive_moe(values, moes, allocate_total=allocate_total)
                if counted else walk.intensive_moe(values, moes)
            )
        if allocation_error and counted:
            result[column + ALLOCATION_SUFFIX] = allocation_half_range(walk, source, target, values)
        result[f"{column}_{c.SHARE_KNOWN}"] = walk.known_share(values)
    return result


def inside_walk(source: Any, target: Any) -> CrossWalk:
    """The other end of how people may be spread: all of a source where its inside point lies, as if they lived there."""
    shapes = np.asarray(source.geometry)
    point, goal = shapely.STRtree(np.asarray(target.geometry)).query(shapely.point_on_surface(shapes), predicate="within")
    area = shapely.area(shapes[point]) * metres_per_unit(source.crs) ** 2
    return CrossWalk(point, goal, np.ones(len(point)), area, len(source), len(target))


def allocation_half_range(
    walk: CrossWalk, source: Any, target: Any, values: np.ndarray, other: CrossWalk | None = None
) -> np.ndarray:
    """How far the way of spreading people moves a count: half the distance between two ways that bracket it.

    One way spreads each source by its shares (`CrossWalk.extensive`), the other gives all of it to the target that holds its
    inside point, as if everybody lived there (or is `other`, where a third way is known). Not a confidence interval, and no
    part of the margin of error: that is the survey's. 0 where sources lie wholly inside; missing where the count is.
    """
    there = other or inside_walk(source, target)
    at_point = np.bincount(there.target, np.nan_to_num(values[there.source] * there.share, nan=0.0), walk.targets)
    return np.abs(walk.extensive(values) - at_point) / 2


def rate_half_range(walk: CrossWalk, other: CrossWalk, values: np.ndarray) -> np.ndarray:
    """How far the way of spreading people moves a rate: half the distance between its means under two ways.

    Where the other way puts nobody with a known rate, half the distance between the highest and the lowest rate that touch
    the target. 0 where all its sources have one rate; missing where the rate is.
    """
    given = values[walk.source]
    low, high = np.full(walk.targets, np.inf), np.full(walk.targets, -np.inf)
    known = ~np.isnan(given)
    np.minimum.at(low, walk.target[known], given[known])
    np.maximum.at(high, walk.target[known], given[known])
    value, there = walk.intensive(values), other.intensive(values)
    with np.errstate(invalid="ignore"):
        away = np.where(np.isnan(there), high - low, np.abs(value - there))
    return np.where(np.isnan(value), np.nan, away / 2)


def numbers_of(frame: Any, column: str) -> np.ndarray:
    """A column as numbers, NaN where it has none; text is refused."""
    numbers = pd.to_numeric(frame[column], errors="coerce")
    if (numbers.isna() & frame[column].notna()).any():
        raise InputError(say("Column '{column}' holds text.", column=name(column)),
                         say("Import the layer again and map a column of numbers."))
    return np.asarray(numbers, dtype=float)


def _weighted_share(
    sources: np.ndarray, targets: np.ndarray, source: np.ndarray, target: np.ndarray, by_area: np.ndarray, weights: Any
) -> np.ndarray:
    """Share of each pair by the weight of points inside source and target; by area where a source has no weight."""
    points = np.asarray(weights.geometry)
    weight = numbers_of(weights, "weight")
    if np.isnan(weight).any() or (weight < 0).any():
        raise InputError(say("A weight point has no weight, or one below zero."), say("Drop these points or give them a weight."))
    home = _home(sources, points)
    inside, goal = shapely.STRtree(targets).query(points, predicate="within")
    lived = home[inside] >= 0
    inside, goal = inside[lived], goal[lived]
    together = pd.Series(weight[inside]).groupby([home[inside], goal]).sum()
    total = np.bincount(home[home >= 0], weight[home >= 0], len(sources))
    part = together.reindex(pd.MultiIndex.from_arrays([source, target]), fill_value=0.0).to_numpy()
    return np.divide(part, total[source], out=by_area.copy(), where=total[source] > 0)


def _home(areas: np.ndarray, points: np.ndarray) -> np.ndarray:
    """Row of the (first) area that holds each point, -1 where none does."""
    point, area = shapely.STRtree(areas).query(points, predicate="within")
    home = np.full(len(points), -1)
    home[point[::-1]] = area[::-1]
    return home
