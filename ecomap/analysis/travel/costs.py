"""How far it is from where people live to where something is offered."""

from __future__ import annotations

from functools import cached_property
from typing import Any

import numpy as np
import pandas as pd
import shapely
from attrs import field, frozen

from ecomap.analysis.ground.overlay import metres_per_unit, projected_crs, same_crs
from ecomap.model import vocabulary as v
from ecomap.model.errors import InputError, ParameterError
from ecomap.model.progress import Progress, silent
from ecomap.model.said import say

_CHUNK = 14_000  # pairs looked at together, which stay in the fast memory of the machine
_ROUNDING = 1e-9  # a pair exactly at the cutoff is in reach, whatever the last bit says


@frozen
class TravelCosts:
    """Who can reach what, and at what cost: explicit pairs, also those that cost nothing.

    A pair that is absent is out of reach. Costs are metres or minutes, never negative; the unit is the caller's.

    Parameters
    ----------
    demand_ids, supply_ids : Index
        All demand and all supply, with or without pairs.
    demand, supply : ndarray of int
        Positions in these, one entry per pair, sorted by demand, then supply.
    cost : ndarray of float
    """

    demand_ids: pd.Index = field(eq=False)
    supply_ids: pd.Index = field(eq=False)
    demand: np.ndarray = field(eq=False, repr=False)
    supply: np.ndarray = field(eq=False, repr=False)
    cost: np.ndarray = field(eq=False, repr=False)

    def __len__(self) -> int:
        return len(self.cost)

    @cached_property
    def largest(self) -> float:
        """The largest cost; 0 without pairs."""
        return float(self.cost.max(initial=0.0))

    @cached_property
    def begins(self) -> np.ndarray:
        """Where the pairs of each demand begin, and where the last ones end; shape (demand + 1,).

        Raises
        ------
        InputError
            If the pairs are not sorted by demand.
        """
        turns = np.flatnonzero(self.demand[1:] != self.demand[:-1]) + 1
        if (self.demand[turns] < self.demand[turns - 1]).any():
            raise InputError(say("The pairs of travel costs are not sorted."), say("Build them with TravelCosts.from_pairs."))
        starts = np.r_[0, turns][: len(self)]
        count = np.zeros(len(self.demand_ids) + 1, dtype=np.int32 if len(self) < 2**31 else np.int64)
        count[self.demand[starts] + 1] = np.diff(np.r_[starts, len(self)])
        return np.cumsum(count, dtype=count.dtype)

    @classmethod
    def from_table(
        cls, frame: pd.DataFrame, demand: str = "origin", supply: str = "dest", cost: str = "cost"
    ) -> TravelCosts:
        """Costs from a table with one row per pair; rows with a missing or infinite cost mean out of reach.

        Raises
        ------
        InputError
            If a column or an id is missing, a cost is negative or text, or a pair is listed twice.
        """
        absent = [name for name in (demand, supply, cost) if name not in frame.columns]
        if absent:
            raise InputError(say("The table of travel costs has no column '{absent}'.", absent=absent[0]), say("Name its columns."))
        nameless = int(frame[[demand, supply]].isna().any(axis=1).sum())
        if nameless:
            raise InputError(say("{nameless} rows of travel costs do not say from where or to where.", nameless=nameless), say("Fill in both places."))
        costs = pd.to_numeric(frame[cost], errors="coerce").to_numpy(dtype=float)
        if (np.isnan(costs) & frame[cost].notna().to_numpy()).any():
            raise InputError(say("A travel cost is text."), say("Give numbers; leave out of reach pairs blank."))
        if (costs < 0).any():
            raise InputError(say("A travel cost is negative."), say("Check the column with the costs."))
        doubled = frame.duplicated([demand, supply])
        if doubled.any():
            first = frame.loc[doubled, [demand, supply]].iloc[0].tolist()
            raise InputError(say("The pair {first} to {first_2} is listed twice.", first=first[0], first_2=first[1]), say("Keep one row per pair."))
        demand_at, demand_ids = pd.factorize(frame[demand], sort=True)
        supply_at, supply_ids = pd.factorize(frame[supply], sort=True)
        reached = np.flatnonzero(np.isfinite(costs))
        return cls.from_pairs(pd.Index(demand_ids), pd.Index(supply_ids), demand_at[reached], supply_at[reached],
                           costs[reached])

    @classmethod
    def from_pairs(
        cls, demand_ids: pd.Index, supply_ids: pd.Index, demand: np.ndarray, supply: np.ndarray, cost: np.ndarray
    ) -> TravelCosts:
        """Costs from positions of demand and supply, each pair once, in any order."""
        from scipy.sparse import coo_array  # heavy

        place = (np.asarray(demand, dtype=np.int32), np.asarray(supply, dtype=np.int32))
        pairs = coo_array((np.asarray(cost, dtype=float), place), shape=(len(demand_ids), len(supply_ids)))
        pairs.has_canonical_format = True  # nothing to add up: two counting sorts put them in order, zeros kept
        rows = pairs.tocsc().tocsr()
        row = np.repeat(np.arange(len(demand_ids), dtype=np.int32), np.diff(rows.indptr))
        return cls(demand_ids, supply_ids, row, rows.indices.astype(np.int32, copy=False), rows.data)

    @classmethod
    def by_supply(
        cls, demand_ids: pd.Index, supply_ids: pd.Index, demand: np.ndarray, counts: np.ndarray, cost: np.ndarray
    ) -> TravelCosts:
        """Costs from positions of demand listed supply after supply; `counts` says how many there are of each supply."""
        from scipy.sparse import csc_array  # heavy

        begins = np.zeros(len(counts) + 1, dtype=np.int32 if len(cost) < 2**31 else np.int64)
        np.cumsum(counts, out=begins[1:])
        rows = csc_array((cost, demand, begins), shape=(len(demand_ids), len(supply_ids))).tocsr()
        row = np.repeat(np.arange(len(demand_ids), dtype=np.int32), np.diff(rows.indptr))
        return cls(demand_ids, supply_ids, row, rows.indices.astype(np.int32, copy=False), rows.data)

    def table(self) -> pd.DataFrame:
        """The pairs as a table with columns origin, dest, cost."""
        return pd.DataFrame({
            "origin": self.demand_ids[self.demand], "dest": self.supply_ids[self.supply], "cost": self.cost
        })

    def within(self, cutoff: float) -> TravelCosts:
        """Only the pairs that cost at most `cutoff`."""
        near = self.cost <= cutoff
        return TravelCosts(self.demand_ids, self.supply_ids, self.demand[near], self.supply[near], self.cost[near])


def travel_costs(
    demand_gdf: Any,
    supply_gdf: Any,
    *,
    cutoff_m: float,
    metric: str = "straight",
    detour: float = 1.0,
    network: Any = None,
    progress: Progress | None = None,
) -> TravelCosts:
    """Every pair of demand and supply no further apart than the cutoff.

    Parameters
    ----------
    demand_gdf, supply_gdf : GeoDataFrame
        In one projected CRS; ids from the column ``id``, else the index. Areas count from their interior point. A row
        without a geometry has no pairs.
    cutoff_m : float
        Largest cost, metres, inclusive.
    metric : {"straight", "network"}
        Straight-line distance, or the least metres along the streets of `network`.
    detour : float
        What a straight line is multiplied with to estimate the way on the ground (1.2-1.4 in cities); at least 1.
    network : Network, optional
        Of `ecomap.analysis.travel.network`; giving one means metric "network". Places far from every street have no pairs
        (`ecomap.analysis.travel.streets.street_costs` also says which, and counts in minutes); `detour` does not apply.

    Returns
    -------
    TravelCosts
        Costs in metres: straight line times detour, or along the streets.
    """
    _check_distance(metric, detour, network)
    if not cutoff_m > 0:
        raise ParameterError(say(f"A cutoff of {cutoff_m:g} m reaches nobody."), say("Give more than 0 m."))
    progress = progress or silent()
    if network is not None:
        from ecomap.analysis.travel.network import METRES
        from ecomap.analysis.travel.streets import street_costs

        return street_costs(network, demand_gdf, supply_gdf, cutoff=cutoff_m, unit=METRES, progress=progress)[0]
    unit = metres_per_unit(same_crs(demand_gdf, supply_gdf, "demand", "supply"))
    from_xy, from_row = points_of(demand_gdf, unit)
    to_xy, to_row = points_of(supply_gdf, unit)
    row, count, distance = _near(from_xy, to_xy, cutoff_m / detour * (1 + _ROUNDING), progress)
    counts = np.zeros(len(supply_gdf), dtype=np.int64)
    counts[to_row] = count
    row = row if len(from_row) == len(demand_gdf) else from_row[row]
    return TravelCosts.by_supply(ids_of(demand_gdf), ids_of(supply_gdf), row, counts, distance * detour)


def _near(
    demand: np.ndarray, supply: np.ndarray, limit: float, progress: Progress
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """All demand within the limit of each supply: positions of the demand, how many there are per supply, and how far.

    Demand is sorted by strips as high as the limit and from west to east within them, so that what can be near a supply
    stands in three runs.
    """
    if not len(demand) or not len(supply):
        return np.zeros(0, dtype=np.int32), np.zeros(len(supply), dtype=np.int64), np.zeros(0)
    corner = demand.min(axis=0)
    x, y = np.ascontiguousarray((demand - corner).T)
    to_x, to_y = np.ascontiguousarray((supply - corner).T)
    width = max(float(np.abs(x).max()), float(np.abs(to_x).max()))
    limit = min(limit, float(np.hypot(width, max(float(y.max()), float(np.abs(to_y).max())))) * 2 + 1)
    span = float(x.max()) + 4 * limit + 1
    key = np.floor(y / limit) * span + x
    order = np.argsort(key)
    key, x, y = key[order], x[order], y[order]
    order = order.astype(np.int32)
    strip = np.floor(to_y / limit)
    below = to_y - strip * limit
    half = np.sqrt(np.maximum(limit**2 - np.stack([below, np.zeros(len(below)), limit - below], axis=1) ** 2, 0.0))
    half += limit * _ROUNDING + 1e-14 * (float(np.abs(key).max()) + span)  # what rounding could have moved
    middle = (strip[:, None] + np.array([-1.0, 0.0, 1.0])) * span + to_x[:, None]
    first = np.searchsorted(key, (middle - half).ravel())
    run = np.searchsorted(key, (middle + half).ravel(), side="right") - first
    candidates = np.add.reduceat(run, np.arange(0, len(run), 3))
    turn = np.cumsum(candidates) // _CHUNK
    bounds = np.r_[0, np.flatnonzero(turn[1:] != turn[:-1]) + 1, len(supply)]
    ramp = np.arange(int(np.add.reduceat(candidates, bounds[:-1]).max()))
    parts = []
    for start, stop in zip(bounds[:-1].tolist(), bounds[1:].tolist()):
        progress.at(start / len(supply), say("Measuring distances"))
        length, per = run[3 * start : 3 * stop], candidates[start:stop]
        at = np.repeat(first[3 * start : 3 * stop] - (np.cumsum(length) - length), length)
        at += ramp[: len(at)]
        apart = x.take(at)
        apart -= np.repeat(to_x[start:stop], per)
        other = y.take(at)
        other -= np.repeat(to_y[start:stop], per)
        apart *= apart
        other *= other
        apart += other
        kept = np.flatnonzero(apart <= limit**2)
        ends = np.searchsorted(kept, np.cumsum(per))
        parts.append((order.take(at.take(kept)), np.diff(ends, prepend=0), np.sqrt(apart.take(kept))))
    row, count, distance = (np.concatenate(part) for part in zip(*parts))
    return row, count, distance


def nearest_m(points: Any, sites: Any, detour: float = 1.0) -> np.ndarray:
    """The distance from each point to the nearest site, metres (straight line times detour); infinite if there is none.

    Parameters
    ----------
    points, sites : GeoDataFrame or GeoSeries
        In one projected CRS. Areas count from their interior point. A point without a geometry has no distance (NaN);
        sites without one are passed over.
    """
    from scipy.spatial import cKDTree  # heavy

    _check_distance("straight", detour, None)
    crs = same_crs(points, sites, "points", "sites") if len(sites) else projected_crs(points, "points")
    unit = metres_per_unit(crs)
    here, row = points_of(points, unit)
    there, _ = points_of(sites, unit)
    result = np.full(len(points), np.nan)
    result[row] = cKDTree(there).query(here)[0] * detour if len(there) and len(here) else np.inf
    return result


def _check_distance(metric: str, detour: float, network: Any) -> None:
    if metric not in ("straight", "network"):
        raise ParameterError(say("There is no distance called '{metric}'.", metric=metric), say("Choose straight or network."))
    if network is not None and not hasattr(network, "forward_min"):
        raise ParameterError(say("What was given as a network is none."), say("Build one with ecomap.analysis.travel.network."))
    if metric == "network" and network is None:
        raise ParameterError(say("Distances along streets need a network."), say("Give one, or use straight lines with a detour."))
    if not detour >= 1:
        raise ParameterError(say(f"A detour of {detour:g} would be shorter than the straight line."), say("Give at least 1."))


def points_of(frame: Any, unit: float) -> tuple[np.ndarray, np.ndarray]:
    """Coordinates in metres of the rows that have a place, and which rows those are."""
    shapes = np.asarray(frame.geometry)
    areas = shapely.get_type_id(shapes) != 0
    if areas.any():
        shapes = np.where(areas, shapely.point_on_surface(shapes), shapes)
    xy = shapely.get_coordinates(shapes) * unit
    if len(xy) == len(shapes):
        return xy, np.arange(len(shapes), dtype=np.int32)
    return xy, np.flatnonzero(~(shapely.is_missing(shapes) | shapely.is_empty(shapes))).astype(np.int32)


def ids_of(frame: Any) -> pd.Index:
    return pd.Index(frame[v.ID]) if v.ID in getattr(frame, "columns", ()) else frame.index
