"""Who can reach what, and at what cost: the pairs that every measure of access, every plan and every assignment starts from."""

from __future__ import annotations

from functools import cached_property
from typing import Any

import numpy as np
import pandas as pd
import shapely
from attrs import field, frozen

from ecomap.model import vocabulary as v
from ecomap.model.errors import InputError
from ecomap.model.said import name, plural, say


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
        absent = [column for column in (demand, supply, cost) if column not in frame.columns]
        if absent:
            raise InputError(say("The table of travel costs has no column '{column}'.", column=name(absent[0])),
                             say("Name its columns."))
        nameless = int(frame[[demand, supply]].isna().any(axis=1).sum())
        if nameless:
            raise InputError(plural("{n} row of travel costs does not say from where or to where.",
                                    "{n} rows of travel costs do not say from where or to where.", nameless),
                             say("Fill in both places."))
        costs = pd.to_numeric(frame[cost], errors="coerce").to_numpy(dtype=float)
        if (np.isnan(costs) & frame[cost].notna().to_numpy()).any():
            raise InputError(say("A travel cost is text."), say("Give numbers; leave out of reach pairs blank."))
        if (costs < 0).any():
            raise InputError(say("A travel cost is negative."), say("Check the column with the costs."))
        doubled = frame.duplicated([demand, supply])
        if doubled.any():
            first = frame.loc[doubled, [demand, supply]].iloc[0].tolist()
            raise InputError(say("The pair {origin} to {destination} is listed twice.", origin=name(first[0]), destination=name(first[1])),
                             say("Keep one row per pair."))
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
        return cls._of_rows(demand_ids, supply_ids, pairs.tocsc().tocsr())

    @classmethod
    def by_supply(
        cls, demand_ids: pd.Index, supply_ids: pd.Index, demand: np.ndarray, counts: np.ndarray, cost: np.ndarray
    ) -> TravelCosts:
        """Costs from positions of demand listed supply after supply; `counts` says how many there are of each supply."""
        from scipy.sparse import csc_array  # heavy

        begins = np.zeros(len(counts) + 1, dtype=np.int32 if len(cost) < 2**31 else np.int64)
        np.cumsum(counts, out=begins[1:])
        return cls._of_rows(demand_ids, supply_ids, csc_array((cost, demand, begins), shape=(len(demand_ids), len(supply_ids))).tocsr())

    @classmethod
    def by_demand(
        cls, demand_ids: pd.Index, supply_ids: pd.Index, counts: np.ndarray, supply: np.ndarray, cost: np.ndarray
    ) -> TravelCosts:
        """Costs from positions of supply listed demand after demand, sorted in each; `counts` says how many there are of each demand."""
        begins = np.zeros(len(counts) + 1, dtype=np.int32 if len(cost) < 2**31 else np.int64)
        np.cumsum(counts, out=begins[1:])
        made = cls(demand_ids, supply_ids, np.repeat(np.arange(len(demand_ids), dtype=np.int32), counts), supply, cost)
        object.__setattr__(made, "begins", begins)  # what the cached property would find again
        return made

    @classmethod
    def _of_rows(cls, demand_ids: pd.Index, supply_ids: pd.Index, rows: Any) -> TravelCosts:
        """Costs from a sparse matrix with demand in rows; where each row begins is kept."""
        row = np.repeat(np.arange(len(demand_ids), dtype=np.int32), np.diff(rows.indptr))
        made = cls(demand_ids, supply_ids, row, rows.indices.astype(np.int32, copy=False), rows.data)
        object.__setattr__(made, "begins", rows.indptr)  # what the cached property would find again
        return made

    def table(self) -> pd.DataFrame:
        """The pairs as a table with columns origin, dest, cost."""
        return pd.DataFrame({
            "origin": self.demand_ids[self.demand], "dest": self.supply_ids[self.supply], "cost": self.cost
        })

    def within(self, cutoff: float) -> TravelCosts:
        """Only the pairs that cost at most `cutoff`."""
        near = self.cost <= cutoff
        return TravelCosts(self.demand_ids, self.supply_ids, self.demand[near], self.supply[near], self.cost[near])


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
