"""Travel as an imported table has it: from need areas to places, in minutes or metres."""

from __future__ import annotations

import numpy as np
import pandas as pd
import shapely
from attrs import field, frozen

from ecomap.analysis.notes import count_note
from ecomap.analysis.travel.costs import TravelCosts
from ecomap.analysis.travel.params import ReachParams, metres_a_minute
from ecomap.analysis.travel.supply import Supply
from ecomap.analysis.travel.way import REACH, Travel, layer_in_words
from ecomap.model import vocabulary as v
from ecomap.model.errors import InputError
from ecomap.model.frames import Frames
from ecomap.model.layer import Layer
from ecomap.model.progress import Progress
from ecomap.model.result import Note
from ecomap.model.said import Said, plural, say
from ecomap.model.units import format_given, format_number

MINUTES = "minutes"
_ROUNDING = 1 + 1e-9


@frozen
class TableTravel(Travel):
    """Ways by a table: all who live in an area are as far from a place as the table says of the area.

    ``costs``: area (row), place (id) and cost; ``ids_at``: the ids of what stands at a place, by its point.
    """

    costs: pd.DataFrame = field(eq=False, repr=False)
    layer: Layer = field(eq=False, repr=False)
    ids_at: dict[bytes, set[str]] = field(eq=False, repr=False)
    minutes: bool

    words = say("as the table of travel times has it")
    short = say("by the table of travel times")
    sentence = say("Ways are as the table of travel times has them.")

    @classmethod
    def of(cls, frames: Frames, params: ReachParams) -> TableTravel:
        table, areas = frames["travel_costs"], frames["areas"]
        units = set(table[v.UNIT].dropna()) if v.UNIT in table else {MINUTES}
        if len(units) > 1:
            raise InputError(say("The tables of travel times are in several units."), say("Keep one table, or one unit."))
        row = pd.Series(np.arange(len(areas)), index=areas[v.ID].astype(str))
        known = table[v.COST].notna() & table[v.FROM_ID].isin(row.index)
        costs = pd.DataFrame({
            "area": row.reindex(table.loc[known, v.FROM_ID]).to_numpy(), "place": table.loc[known, v.TO_ID].astype(str).to_numpy(),
            "cost": table.loc[known, v.COST].to_numpy(dtype=float),
        })
        if costs.empty:
            raise InputError(say("The table of travel times names no need area of the project."),
                             say("Import a table whose first column holds the ids of the need areas."))
        return cls(params, areas, costs, frames.layer("travel_costs"), _ids_at(frames), units == {MINUTES})

    @property
    def unit(self) -> str:
        return "min" if self.minutes else "m"

    @property
    def cutoff(self) -> float:
        return float(self.scaled(self.params.radius_m))

    def scaled(self, metres: float) -> float:
        return metres / metres_a_minute(self.params) if self.minutes else metres

    def ground(self, places: np.ndarray, progress: Progress) -> np.ndarray:
        shapes = np.asarray(self.areas.geometry)
        near = self._matrix(places) <= self.cutoff * _ROUNDING
        found = np.full(len(places), shapely.Polygon(), dtype=object)
        for position in range(len(places)):
            progress.at(position / len(places), say("Drawing what is in reach"))
            rows = np.flatnonzero(near[:, position])
            if len(rows):
                found[position] = shapely.union_all(shapes[rows])
        return found

    def pairs(self, xy: np.ndarray, area: np.ndarray, places: np.ndarray, progress: Progress) -> TravelCosts:
        cost = self._matrix(places)
        point, counts, costs = [np.zeros(0, int)], np.zeros(len(places), dtype=np.int64), [np.zeros(0)]
        for position in range(len(places)):
            progress.at(position / len(places), say("Reading the travel times"))
            here = cost[area, position]
            near = np.flatnonzero(here <= self.cutoff * _ROUNDING)
            point.append(near)
            costs.append(here[near])
            counts[position] = len(near)
        return TravelCosts.by_supply(pd.RangeIndex(len(xy)), pd.RangeIndex(len(places)), np.concatenate(point), counts,
                                     np.concatenate(costs))

    def nearest(self, points: np.ndarray, supply: Supply) -> np.ndarray:
        """By the area that each point lies in; missing for points in no area."""
        least = self._matrix(np.asarray(supply.points.geometry)).min(axis=1, initial=np.inf)
        result = np.full(len(points), np.nan)
        point, area = shapely.STRtree(np.asarray(self.areas.geometry)).query(points, predicate="intersects")
        result[point] = least[area]
        result[shapely.STRtree(points).query(np.asarray(supply.zones.geometry), predicate="intersects")[1]] = 0.0
        return result

    def far(self, places: np.ndarray) -> np.ndarray:
        return ~np.isfinite(self._matrix(places)).any(axis=0)

    def schools_away(self, count: int, names: Said) -> Said:
        return plural("{n} school is not in the table of travel times and would reach nobody: {names}.",
                      "{n} schools are not in the table of travel times and would reach nobody: {names}.", count, names=names)

    def notes(self, supply: Supply, people: np.ndarray, what: Said = REACH, *, spread: bool = True) -> tuple[Note, ...]:
        found = [Note("method", say(
            "{what} is by {pairs} pairs of {layer}, minutes; all who live in an area are as far from a place as the table says. "
            "A pair it does not hold is out of reach." if self.minutes else
            "{what} is by {pairs} pairs of {layer}, metres; all who live in an area are as far from a place as the table says. "
            "A pair it does not hold is out of reach.",
            what=what, pairs=format_number(len(self.costs)), layer=layer_in_words(self.layer)))]
        silent = int((~np.isin(np.arange(len(self.areas)), self.costs["area"])).sum())
        if silent:
            found.append(count_note(plural(
                "{n} need area is not in the table of travel times: out of reach of everything.",
                "{n} need areas are not in the table of travel times: out of reach of everything.", silent)))
        lost = int(self.far(np.asarray(supply.points.geometry)).sum()) if len(supply.points) else 0
        if lost:
            found.append(count_note(plural(
                "{n} site is not in the table of travel times and can be reached by nobody.",
                "{n} sites are not in the table of travel times and can be reached by nobody.", lost)))
        if self.minutes:
            found.append(Note("method", say(
                "Up to {minutes} are in reach; a distance counts as the time to walk it at {speed} km/h.",
                minutes=format_number(self.cutoff, "min", 1), speed=format_given(self.params.walking_kmh))))
        return tuple(found)

    def _matrix(self, places: np.ndarray) -> np.ndarray:
        """The least cost from every area (rows) to every place (columns); infinite without a pair."""
        keys = shapely.to_wkb(shapely.point_on_surface(places))
        columns: dict[str, list[int]] = {}
        for position, key in enumerate(keys):
            for name in self.ids_at.get(key, ()):
                columns.setdefault(name, []).append(position)
        used = self.costs[self.costs["place"].isin(columns)]
        at = used["place"].map(columns).explode()
        found = np.full((len(self.areas), len(places)), np.inf)
        if len(at):
            np.minimum.at(found, (used["area"].loc[at.index].to_numpy(dtype=int), at.to_numpy(dtype=int)),
                          used["cost"].loc[at.index].to_numpy())
        return found


def _ids_at(frames: Frames) -> dict[bytes, set[str]]:
    """The ids of the services, sites and schools at each point; a site also answers to the id of its school."""
    found: dict[bytes, set[str]] = {}
    for name in ("services", "sites", "schools"):
        if name not in frames:
            continue
        rows = frames[name]
        rows = rows[~(rows.geometry.isna() | rows.geometry.is_empty)]
        keys = shapely.to_wkb(shapely.point_on_surface(np.asarray(rows.geometry)))
        for column in (v.ID, v.SCHOOL_ID):
            if column in rows:
                for key, text in zip(keys, rows[column].fillna("").astype(str)):
                    found.setdefault(key, set()).add(text)
    return {key: ids - {""} for key, ids in found.items()}
