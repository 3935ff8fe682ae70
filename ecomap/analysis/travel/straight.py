"""Straight lines times a detour: the estimated way, and the one place where straight distances are measured."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import shapely
from attrs import frozen

from ecomap.analysis.ground.overlay import metres_per_unit, projected_crs, same_crs
from ecomap.analysis.travel.costs import TravelCosts, points_of
from ecomap.analysis.travel.reach import circles
from ecomap.analysis.travel.supply import Supply
from ecomap.analysis.travel.way import REACH, Travel
from ecomap.model import hands
from ecomap.model.errors import ParameterError
from ecomap.model.progress import Progress
from ecomap.model.result import Note
from ecomap.model.said import Said, say
from ecomap.model.units import format_given

_CHUNK = 14_000  # pairs looked at together, which stay in the fast memory of the machine
_STRIPS = 2      # strips of demand as high together as the cutoff
_SHARED = 200    # sites in one run, where others take a part
_ROUNDING = 1e-9  # a pair exactly at the cutoff is in reach, whatever the last bit says


@frozen
class StraightTravel(Travel):
    """An estimated way: straight line times the detour factor."""

    words = say("straight line times the detour factor")
    short = say("straight line times detour")

    def ground(self, places: np.ndarray, progress: Progress) -> np.ndarray:
        return ground_within(places, self.cutoff, self.params.detour, self.areas.crs)

    def pairs(self, xy: np.ndarray, area: np.ndarray, places: np.ndarray, progress: Progress) -> TravelCosts:
        unit = metres_per_unit(self.areas.crs)
        return straight_pairs(
            pd.RangeIndex(len(xy)), np.asarray(xy, dtype=float) * unit, pd.RangeIndex(len(places)),
            shapely.get_coordinates(places) * unit, cutoff_m=self.cutoff, detour=self.params.detour, progress=progress,
        )

    def nearest(self, points: np.ndarray, supply: Supply) -> np.ndarray:
        """0 inside a zone."""
        return nearest_of(points, np.asarray(supply.sites.geometry), metres_per_unit(self.areas.crs) * self.params.detour)

    def notes(self, supply: Supply, people: np.ndarray, what: Said = REACH, *, spread: bool = True) -> tuple[Note, ...]:
        return (Note("caution", say(
            "{what} is a straight line times {detour}, an estimated way: freeways, rivers and hills are not seen.",
            what=what, detour=format_given(self.params.detour))),)


def ground_within(places: np.ndarray, cutoff_m: float, detour: float, crs: Any) -> np.ndarray:
    """The ground from which places are no further than the cutoff by straight line times detour, in the units of the CRS."""
    return circles(places, cutoff_m / detour / metres_per_unit(crs))


def straight_pairs(
    demand_ids: pd.Index, demand: np.ndarray, supply_ids: pd.Index, supply: np.ndarray, *, cutoff_m: float, detour: float,
    progress: Progress, demand_row: np.ndarray | None = None, supply_row: np.ndarray | None = None,
) -> TravelCosts:
    """Every pair whose straight line times detour is no longer than the cutoff, inclusive.

    Parameters
    ----------
    demand_ids, supply_ids : Index
        All of both sides, with or without a place.
    demand, supply : ndarray, shape (n, 2)
        Metres.
    demand_row, supply_row : ndarray of int, optional
        Which of the ids stand at these coordinates; all of them in order by default.
    """
    row, count, distance = _shared_near(demand, supply, cutoff_m / detour * (1 + _ROUNDING), progress)
    counts = np.zeros(len(supply_ids), dtype=np.int64)
    counts[slice(None) if supply_row is None else supply_row] = count
    if demand_row is not None and len(demand_row) < len(demand_ids):
        row = demand_row[row]
    distance *= detour
    return TravelCosts.by_supply(demand_ids, supply_ids, row, counts, distance)


def edge_pairs(
    points: np.ndarray, shapes: np.ndarray, *, cutoff_m: float, detour: float, unit: float
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Points and shapes (parks) no further apart than the cutoff, measured to the edge: positions of both, and the cost in metres."""
    tree = shapely.STRtree(shapes)
    point, shape = tree.query(points, predicate="dwithin", distance=cutoff_m / detour / unit)
    cost = shapely.distance(points[point], shapes[shape]) * unit * detour
    return point, shape, np.minimum(cost, cutoff_m)


def nearest_of(points: np.ndarray, shapes: np.ndarray, metres_per_unit_of_way: float) -> np.ndarray:
    """The way from each point to the nearest shape, 0 inside one; infinite where there is none."""
    found = np.full(len(points), np.inf)
    if len(shapes):
        at, distance = shapely.STRtree(shapes).query_nearest(points, return_distance=True, all_matches=False)
        found[at[0]] = distance * metres_per_unit_of_way
    return found


def nearest_m(points: Any, sites: Any, detour: float = 1.0) -> np.ndarray:
    """The distance from each point to the nearest site, metres (straight line times detour); infinite if there is none.

    Parameters
    ----------
    points, sites : GeoDataFrame or GeoSeries
        In one projected CRS. Areas count from their interior point. A point without a geometry has no distance (NaN);
        sites without one are passed over.
    """
    check_detour(detour)
    crs = same_crs(points, sites, say("points"), say("sites")) if len(sites) else projected_crs(points, say("points"))
    unit = metres_per_unit(crs)
    here, row = points_of(points, unit)
    there, _ = points_of(sites, unit)
    result = np.full(len(points), np.nan)
    result[row] = nearest_of(shapely.points(here), shapely.points(there), detour)
    return result


def check_detour(detour: float) -> None:
    """Refuse a detour that would be a short cut."""
    if not detour >= 1:
        raise ParameterError(say("A detour of {detour} would be shorter than the straight line.", detour=format_given(detour)),
                             say("Give at least 1."))


def _shared_near(
    demand: np.ndarray, supply: np.ndarray, limit: float, progress: Progress
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """The same as `_near`, run by run of the supply where others take a part."""
    others = hands.ready()
    if others is None or len(supply) <= _SHARED or not len(demand):
        return _near(demand, supply, limit, progress)
    jobs = [(demand, supply[start : start + _SHARED], limit) for start in range(0, len(supply), _SHARED)]
    row, count, distance = (np.concatenate(part) for part in zip(*others(_near, jobs, progress, say("Measuring distances"))))
    return row, count, distance


def _near(
    demand: np.ndarray, supply: np.ndarray, limit: float, progress: Progress | None = None
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """All demand within the limit of each supply: positions of the demand, how many there are per supply, and how far.

    Demand is sorted by strips as high as the limit and from west to east within them, so that what can be near a supply
    stands in few runs.
    """
    if not len(demand) or not len(supply):
        return np.zeros(0, dtype=np.int32), np.zeros(len(supply), dtype=np.int64), np.zeros(0)
    corner = demand.min(axis=0)
    x, y = np.ascontiguousarray((demand - corner).T)
    to_x, to_y = np.ascontiguousarray((supply - corner).T)
    width = max(float(np.abs(x).max()), float(np.abs(to_x).max()))
    limit = min(limit, float(np.hypot(width, max(float(y.max()), float(np.abs(to_y).max())))) * 2 + 1)
    high, runs = limit / _STRIPS, 2 * _STRIPS + 1
    span = float(x.max()) + 4 * limit + 1
    key = np.floor(y / high) * span + x
    order = np.argsort(key)
    key, x, y = key[order], x[order], y[order]
    order = order.astype(np.int32)
    strip = np.floor(to_y / high)
    below = (to_y - strip * high)[:, None]
    turn = np.arange(-_STRIPS, _STRIPS + 1)
    least = np.maximum(np.maximum(turn * high - below, below - (turn + 1) * high), 0.0)  # how far the strip is at its nearest edge
    half = np.sqrt(np.maximum(limit**2 - least**2, 0.0))
    half += limit * _ROUNDING + 1e-14 * (float(np.abs(key).max()) + span)  # what rounding could have moved
    middle = (strip[:, None] + turn) * span + to_x[:, None]
    first = np.searchsorted(key, (middle - half).ravel())
    run = np.searchsorted(key, (middle + half).ravel(), side="right") - first
    candidates = np.add.reduceat(run, np.arange(0, len(run), runs))
    turn = np.cumsum(candidates) // _CHUNK
    bounds = np.r_[0, np.flatnonzero(turn[1:] != turn[:-1]) + 1, len(supply)]
    ramp = np.arange(int(np.add.reduceat(candidates, bounds[:-1]).max()))
    most = int(candidates.sum())  # room for all that could be near: what stays empty is never touched and takes no memory
    row, away, count, filled = np.empty(most, dtype=np.int32), np.empty(most), np.empty(len(supply), dtype=np.int64), 0
    for start, stop in zip(bounds[:-1].tolist(), bounds[1:].tolist()):
        if progress is not None:
            progress.at(start / len(supply), say("Measuring distances"))
        length, per = run[runs * start : runs * stop], candidates[start:stop]
        at = np.repeat(first[runs * start : runs * stop] - (np.cumsum(length) - length), length)
        at += ramp[: len(at)]
        apart = x.take(at)
        apart -= np.repeat(to_x[start:stop], per)
        other = y.take(at)
        other -= np.repeat(to_y[start:stop], per)
        apart *= apart
        other *= other
        apart += other
        kept = np.flatnonzero(apart <= limit**2)
        count[start:stop] = np.diff(np.searchsorted(kept, np.cumsum(per)), prepend=0)
        end = filled + len(kept)
        row[filled:end] = order.take(at.take(kept))
        np.sqrt(apart.take(kept), out=away[filled:end])
        filled = end
    return row[:filled], count, away[:filled]
