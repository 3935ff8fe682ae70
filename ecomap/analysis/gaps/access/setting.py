"""What a question of access starts from: people, places, and what it costs to get from one to the other."""

from __future__ import annotations

from functools import cached_property
from typing import Any

import numpy as np
import pandas as pd
import shapely
from attrs import evolve, field, frozen

from ecomap.analysis import columns as c
from ecomap.analysis.gaps.situation import NOWHERE_NOTE, interior_points, unscored_note
from ecomap.analysis.ground.overlay import projected_crs
from ecomap.analysis.need.drawn_fifths import drawn_fifths
from ecomap.analysis.need.scoring import need_index
from ecomap.analysis.notes import count_note
from ecomap.analysis.people import EACH_AREA, nobody_counted, people_in, stand_in_note, who_is_counted
from ecomap.analysis.statistics.error import CORRELATION
from ecomap.analysis.statistics.ranks import fifths
from ecomap.analysis.statistics.selection import DrawnFifths
from ecomap.analysis.travel.costs import TravelCosts
from ecomap.analysis.travel.pairs import travel_for
from ecomap.analysis.travel.params import settled
from ecomap.analysis.travel.supply import COUNTS_AS, POINT_SITE, Supply, parse_target, supply_for
from ecomap.analysis.travel.way import DISTANCE, Travel
from ecomap.model import vocabulary as v
from ecomap.model.dates import day_of
from ecomap.model.errors import InputError
from ecomap.model.frames import Frames
from ecomap.model.layer import Layer
from ecomap.model.progress import Progress
from ecomap.model.result import Note
from ecomap.model.said import Said, joined, plural, say
from ecomap.model.units import format_given


@frozen
class AccessSetting:
    """The need areas, the sites and the pairs in reach. Arrays and Series follow the rows of `areas`.

    ``demand`` holds the areas with a count of people, by id; ``capacity`` the places of every site, by id.
    """

    params: Any
    layer: Layer
    areas: Any = field(eq=False, repr=False)
    people: np.ndarray = field(eq=False, repr=False)       # NaN where the count is missing
    moes: np.ndarray | None = field(eq=False, repr=False)  # NaN where the margin is missing; None without margins
    need: pd.Series = field(eq=False, repr=False)
    fifth: pd.Series = field(eq=False, repr=False)
    supply: Supply
    costs: TravelCosts
    demand: pd.Series = field(eq=False, repr=False)
    capacity: pd.Series = field(eq=False, repr=False)
    has_capacity: bool
    nearest_m: np.ndarray = field(eq=False, repr=False)    # in the unit of the travel
    travel: Travel
    notes: tuple[Note, ...]

    @cached_property
    def fifths_drawn(self) -> DrawnFifths | None:
        """The need fifths drawn again within the errors of the indicators; None where these have none."""
        return drawn_fifths(self.areas, self.layer, getattr(self.params, "correlation", CORRELATION))

    @property
    def who(self) -> Said:
        return who_is_counted(self.params.count)

    @property
    def known(self) -> np.ndarray:
        return ~np.isnan(self.people)

    @property
    def sites_in_reach(self) -> np.ndarray:
        """How many sites each area reaches from its inside point; missing where nobody is counted."""
        count = np.full(len(self.areas), np.nan)
        count[self.known] = np.bincount(self.costs.demand, minlength=len(self.demand))
        return count

    @property
    def states(self) -> np.ndarray:
        reached = np.nan_to_num(self.sites_in_reach) > 0
        return np.asarray(c.picked(
            [~self.known, self.people == 0, reached], [c.NO_DATA, nobody_counted(self.params.count), c.ALL_IN_REACH], c.NONE_IN_REACH))


def access_setting(frames: Frames, params: Any, *, progress: Progress) -> AccessSetting:
    """Read the inputs of a question of access and measure the distances.

    Raises
    ------
    InputError
        If the need areas have no count of people, or a capacity is below zero.
    """
    areas, layer = frames["areas"], frames.layer("areas")
    params = params.fitted(frames)
    projected_crs(areas, say("need areas"))
    people = people_in(areas, layer, params.count)
    params = settled(params)
    progress.at(0.0, say("Finding what counts"))
    supply = supply_for(frames, parse_target(params.target), areas, include_ended=params.include_ended, day=day_of(params.as_of))
    capacity, has_capacity, capacity_notes = _capacity(supply, params.assumed_capacity)
    progress.at(0.3, say("Scoring need"))
    need = need_index(areas, layer.indicators)[c.SCORE] if layer.indicators else pd.Series(np.nan, index=areas.index)
    known = ~np.isnan(people)
    travel = travel_for(frames, params, progress.part(0.4, 0.8))
    costs = _costs(areas, np.flatnonzero(known), supply, travel, progress.part(0.8, 1.0))
    demand = pd.Series(people[known], index=costs.demand_ids)
    margin = params.count + v.MOE_SUFFIX
    moes = areas[margin].to_numpy(dtype=float, na_value=np.nan) if margin in areas else None
    nearest = travel.nearest(interior_points(areas), supply)
    setting = AccessSetting(params, layer, areas, people, moes if moes is not None and not np.isnan(moes).all() else None,
                            need, fifths(need), supply, costs, demand, capacity, has_capacity, nearest, travel, ())
    return evolve(setting, notes=(*_notes(setting), *capacity_notes))


def _costs(every: Any, rows: np.ndarray, supply: Supply, travel: Travel, progress: Progress) -> TravelCosts:
    """Pairs in reach: sites within the distance, zones that hold the inside point of the area (at no cost)."""
    areas = every.iloc[rows]
    ids = pd.Index(areas[v.ID].astype(str))
    site_ids = pd.Index(supply.sites[v.ID])
    is_point = (supply.sites[COUNTS_AS] == POINT_SITE).to_numpy()
    inside = interior_points(areas)
    places = np.asarray(supply.sites.geometry)
    near = travel.pairs(shapely.get_coordinates(inside), rows, places[is_point], progress)
    zone, area = shapely.STRtree(inside).query(places[~is_point], predicate="intersects")
    demand = np.concatenate([near.demand, area])
    site = np.concatenate([np.flatnonzero(is_point)[near.supply], np.flatnonzero(~is_point)[zone]])
    return TravelCosts.from_pairs(ids, site_ids, demand, site, np.concatenate([near.cost, np.zeros(len(area))]))


def _capacity(supply: Supply, assumed: float) -> tuple[pd.Series, bool, tuple[Note, ...]]:
    """Places of every site by id: as given in the layers, else assumed and said."""
    given = supply.places
    if (given < 0).any():
        wrong = [str(x) for x in given.index[given < 0]]
        raise InputError(plural("The capacity of {n} site is below zero: {sites}.", "The capacity of {n} sites is below zero: {sites}.",
                                len(wrong), sites=joined(wrong[:5], ", ")), say("Correct the column."), {"rows": wrong})
    missing = int(given.isna().sum())
    notes: tuple[Note, ...] = ()
    if missing == len(given) and missing:
        notes = (Note("caution", say("No capacity is known: every site counts as {assumed}, so a small office counts as much "
                                     "as a large centre.", assumed=format_given(assumed))),)
    elif missing:
        notes = (count_note(plural(
            "{n} site names no capacity; {assumed} is assumed for each, beside sites that do. Compare with care.",
            "{n} sites name no capacity; {assumed} is assumed for each, beside sites that do. Compare with care.", missing,
            assumed=format_given(assumed))),)
    return given.fillna(assumed), missing < len(given), notes


def _whose(now: AccessSetting) -> tuple[Note, ...]:
    """Who those counted are, and at which point."""
    who = now.who.capitalize()
    if now.params.count in (v.CHILDREN, v.POPULATION):
        return (Note("caution", say(
            "{who} are residents by census area, all counted at one point inside it (the coverage gap divides areas instead, so its "
            "counts differ a little); they are not the pupils of a school.", who=who)),)
    if now.params.count == EACH_AREA:
        return ()
    return (Note("caution", say("{who} are counted by area, all at one point inside it.", who=who)),)


def _notes(now: AccessSetting) -> tuple[Note, ...]:
    notes = [
        *stand_in_note(now.params.count),
        *_whose(now), *((NOWHERE_NOTE,) if now.supply.target.nowhere else ()),
        *now.travel.notes(now.supply, now.people, DISTANCE, spread=False),
        *now.supply.notes,
    ]
    missing = int((~now.known).sum())
    if missing:
        notes.append(count_note(plural("{n} need area has no count of {who} and no score.",
                                       "{n} need areas have no count of {who} and no score.", missing, who=now.who)))
    unwanted = len(now.supply.sites) - len(np.unique(now.costs.supply))
    if unwanted:
        notes.append(count_note(plural("{n} site has no need area in reach and counts for nobody.",
                                       "{n} sites have no need area in reach and count for nobody.", unwanted)))
    if not now.layer.indicators:
        notes.append(Note("caution", say("The need areas have no indicators, so access is not compared by need.")))
    elif now.need.isna().any():
        notes.append(unscored_note(int(now.need.isna().sum())))
    return tuple(notes)

