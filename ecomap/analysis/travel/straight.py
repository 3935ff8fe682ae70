"""Straight lines times a detour: the estimated way, and the one place where straight distances are measured."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import shapely
from attrs import frozen

from ecomap.analysis.ground.overlay import metres_per_unit, projected_crs, same_crs
from ecomap.analysis.travel.costs import TravelCosts, points_of
from ecomap.analysis.travel.near import ROUNDING, near_pairs
from ecomap.analysis.travel.reach import circles
from ecomap.analysis.travel.supply import Supply
from ecomap.analysis.travel.way import REACH, Travel
from ecomap.model.errors import ParameterError
from ecomap.model.progress import Progress
from ecomap.model.result import Note
from ecomap.model.said import Said, say
from ecomap.model.units import format_given


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
            "{what} is a straight line times {detour}, an estimated way: large roads, rivers and hills are not seen.",
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
    count, column, distance = near_pairs(demand, supply, cutoff_m / detour * (1 + ROUNDING), progress)
    distance *= detour
    if supply_row is not None and len(supply_row) < len(supply_ids):
        column = supply_row.astype(np.int32, copy=False)[column]
    counts = np.zeros(len(demand_ids), dtype=np.int64)
    counts[slice(None) if demand_row is None else demand_row] = count
    return TravelCosts.by_demand(demand_ids, supply_ids, counts, column, distance)


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
