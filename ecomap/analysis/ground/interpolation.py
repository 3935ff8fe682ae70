"""Carrying counts and rates from one set of areas to another (tracts to attendance areas)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from attrs import evolve, field, frozen

from ecomap.analysis import columns as c
from ecomap.analysis.ground.overlay import metres_per_unit, pair_areas, same_crs
from ecomap.model import vocabulary as v
from ecomap.model.errors import InputError
from ecomap.model.progress import Progress
from ecomap.model.said import say

# A target may lack the value of this share of its known ground before its count is called missing.
NEGLIGIBLE = 0.01
ALLOCATION_SUFFIX = v.ALLOCATION_SUFFIX


@frozen
class CrossWalk:
    """How much of each source area lies in each target area: computed once, used for every column.

    ``source`` and ``target`` are row positions of the pairs. ``share`` is the part of the source (0-1) that goes to
    the target: by area, or by the weights of the points inside. ``area_m2`` is the ground they share.
    """

    source: np.ndarray = field(eq=False, repr=False)
    target: np.ndarray = field(eq=False, repr=False)
    share: np.ndarray = field(eq=False, repr=False)
    area_m2: np.ndarray = field(eq=False, repr=False)
    sources: int
    targets: int

    def known_share(self, values: np.ndarray) -> np.ndarray:
        """The part of each target's covered ground (or weight) whose sources have a value; NaN where nothing covers it."""
        ground = self._ground()
        total = self._sum(ground)
        known = self._sum(np.where(np.isnan(values[self.source]), 0.0, ground))
        return np.divide(known, total, out=np.full(self.targets, np.nan), where=total > 0)

    def extensive(self, values: np.ndarray, *, allocate_total: bool = False) -> np.ndarray:
        """Counts: ``v_j = sum_i v_i share_ij``.

        A target more than 1 % of whose covered ground lies in sources without a value has no count either (a sum
        without one of its parts would read as if that part were zero); below that the rest is summed.
        """
        share = self._complete_share() if allocate_total else self.share
        given = values[self.source]
        total = self._sum(np.where(np.isnan(given), 0.0, given * share))
        known = self.known_share(values)
        return np.where(known >= 1 - NEGLIGIBLE, total, np.nan)

    def intensive(self, values: np.ndarray) -> np.ndarray:
        """Rates: the mean over the target's ground with a known value, ``sum_i v_i a_ij / sum_k a_kj``."""
        ground = np.where(np.isnan(values[self.source]), 0.0, self._ground())
        total = self._sum(ground)
        summed = self._sum(np.nan_to_num(values[self.source], nan=0.0) * ground)
        return np.divide(summed, total, out=np.full(self.targets, np.nan), where=total > 0)

    def extensive_moe(self, values: np.ndarray, moes: np.ndarray, *, allocate_total: bool = False) -> np.ndarray:
        """Margin of `extensive`: ``sqrt(sum (share_ij MOE_i)^2)``, zero counts with their largest margin once.

        NaN where the count, or the margin of any of its parts, is missing. Carries sampling error only.
        """
        share = self._complete_share() if allocate_total else self.share
        known = ~np.isnan(values[self.source])
        weighted = np.where(known, share * moes[self.source], 0.0)
        zero = known & (values[self.source] == 0)
        squares = self._sum(np.where(zero, 0.0, weighted**2))
        largest = np.zeros(self.targets)
        np.maximum.at(largest, self.target[zero], weighted[zero])
        result = np.sqrt(squares + largest**2)
        return np.where(np.isnan(self.extensive(values)), np.nan, result)

    def intensive_moe(self, values: np.ndarray, moes: np.ndarray) -> np.ndarray:
        """Margin of `intensive` with the ground shares taken as certain."""
        ground = np.where(np.isnan(values[self.source]), 0.0, self._ground())
        total = self._sum(ground)
        weighted = np.where(ground > 0, ground * moes[self.source], 0.0)
        return np.divide(np.sqrt(self._sum(weighted**2)), total, out=np.full(self.targets, np.nan), where=total > 0)

    def _ground(self) -> np.ndarray:
        return self.area_m2 if self.area_m2.any() else self.share

    def _complete_share(self) -> np.ndarray:
        given = np.bincount(self.source, self.share, self.sources)
        return self.share / given[self.source]

    def _sum(self, per_pair: np.ndarray) -> np.ndarray:
        return np.bincount(self.target, per_pair, self.targets)


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
    from ecomap.analysis.ground.vintages import same_census

    same_census(source, target)
    unit = metres_per_unit(same_crs(source, target, "source areas", "target areas"))
    source_shapes, target_shapes = np.asarray(source.geometry), np.asarray(target.geometry)
    pairs = pair_areas(source_shapes, target_shapes, progress=progress)
    whole_area = shapely.area(source_shapes)
    share = pairs.area_m2 / whole_area[pairs.source]
    if weights is not None:
        same_crs(source, weights, "source areas", "weight points")
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
    missing = [name for name in wanted if name not in source.columns]
    if missing:
        raise InputError(say("The source areas have no column '{missing}'.", missing=missing[0]), say("Check the names of the columns."))
    walk = cross_walk(source, target, weights=weights)
    kept = [name for name in (v.ID, v.NAME) if name in target.columns]
    result = gpd.GeoDataFrame(target[kept].copy(), geometry=target.geometry, crs=target.crs)
    for name in (*extensive, *intensive):
        values = numbers_of(source, name)
        moes = numbers_of(source, margins[name]) if margins and name in margins else None
        counted = name in extensive
        result[name] = walk.extensive(values, allocate_total=allocate_total) if counted else walk.intensive(values)
        if moes is not None:
            result[name + v.MOE_SUFFIX] = (
                walk.extensive_moe(values, moes, allocate_total=allocate_total)
                if counted else walk.intensive_moe(values, moes)
            )
        if allocation_error and counted:
            result[name + ALLOCATION_SUFFIX] = allocation_half_range(walk, source, target, values)
        result[f"{name}_{c.SHARE_KNOWN}"] = walk.known_share(values)
    return result


def by_people(walk: CrossWalk, people: np.ndarray) -> CrossWalk:
    """The same shares with rates averaged over the people who live in each piece instead of over its ground.

    Parameters
    ----------
    people : ndarray
        People of each source; where they are not known its rate has no weight.
    """
    return evolve(walk, area_m2=np.nan_to_num(people[walk.source] * walk.share, nan=0.0))


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


def numbers_of(frame: Any, name: str) -> np.ndarray:
    """A column as numbers, NaN where it has none; text is refused."""
    numbers = pd.to_numeric(frame[name], errors="coerce")
    if (numbers.isna() & frame[name].notna()).any():
        raise InputError(say("Column '{name}' holds text.", name=name), say("Import the layer again and map a column of numbers."))
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
