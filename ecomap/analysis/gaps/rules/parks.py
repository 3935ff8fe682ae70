"""Park need: acres of park within a walk, shared with everyone else who can walk there."""

from __future__ import annotations

from typing import Any, Final

import numpy as np
import pandas as pd

from ecomap.analysis.gaps.access import measures as a
from ecomap.analysis.gaps.rules.settings import GapPresetParams
from ecomap.analysis.gaps.rules.verdict import RESIDENTS, Verdict, people_of
from ecomap.analysis.gaps.situation import interior_points
from ecomap.analysis.ground.overlay import metres_per_unit, projected_crs
from ecomap.analysis.notes import count_note
from ecomap.analysis.travel.costs import TravelCosts
from ecomap.analysis.travel.straight import edge_pairs, nearest_of
from ecomap.model import vocabulary as v
from ecomap.model.errors import InputError
from ecomap.model.frames import Frames
from ecomap.model.layer import Column
from ecomap.model.progress import Progress
from ecomap.model.result import Note
from ecomap.model.said import name, plural, say
from ecomap.model.units import format_given, format_number

ACRES: Final = "acres"
IN_REACH, PER_1000, PER_ACRE, NEAREST = "acres_in_reach", "acres_per_1000", "residents_per_acre", "nearest_park_m"


def park_need(frames: Frames, params: GapPresetParams, progress: Progress) -> Verdict:
    """No park within a walk, or fewer acres per 1,000 residents there than the goal.

    A park's acres are divided by all residents within a walk of it (its parkshed); an area has the sum over the parks in
    its walk: two-step access with acres as places.

    Raises
    ------
    InputError
        If residents are not counted, or no layer has parks with their acres.
    """
    areas, layer = frames["areas"], frames.layer("areas")
    projected_crs(areas, say("need areas"))
    people, moes = people_of(areas, layer, v.POPULATION)
    parks, without = _parks(frames)
    progress.at(0.2, say("Walking to parks"))
    costs, nearest = _walks(areas, parks, params)
    known = ~np.isnan(people)
    acres = pd.Series(parks[ACRES].to_numpy(dtype=float), index=costs.supply_ids)
    demand = pd.Series(np.nan_to_num(people), index=costs.demand_ids)
    in_reach = a.cumulative(costs, acres, costs.demand_ids, catchment=params.park_walk_m).to_numpy()
    each = a.two_step(costs, demand, acres, catchment=params.park_walk_m).to_numpy() * 1000
    per_acre = np.divide(1000.0, each, out=np.full(len(each), np.inf), where=each > 0)
    none = np.bincount(costs.demand, minlength=len(areas)) == 0
    few = (each < params.acres_per_1000) & ~none
    walk, goal = format_number(params.park_walk_m, "m"), format_given(params.acres_per_1000)
    shown = (
        (nearest, Column(NEAREST, say("Nearest park"), "m", say("From a point inside the area to the edge, straight line times detour."))),
        (in_reach, Column(IN_REACH, say("Park acres within a walk"), "", digits=1)),
        (np.where(known, each, np.nan), Column(PER_1000, say("Park acres per 1,000 residents, shared"), "",
                                               say("Each park is shared by all who can walk there."), digits=2)),
        (np.where(known, per_acre, np.nan), Column(PER_ACRE, say("Residents per park acre"), "", say("Infinite where no park is within a walk."))),
    )
    notes = [
        Note("caution", say(
            "Residents of an area are all counted at one point inside it, and walks end at the edge of a park, which may have no gate "
            "there. Ways are a straight line times {detour}, also where another way of getting there is chosen. Amenities and "
            "condition of parks are not in it.", detour=format_given(params.detour))),
        count_note(plural("{n} park counts; parks that are not on the map do not.",
                          "{n} parks count; parks that are not on the map do not.", len(parks))),
    ]
    if without:
        notes.append(count_note(plural("{n} place of these layers without acres or ground left out.",
                                       "{n} places of these layers without acres or ground left out.", without)))
    return Verdict(
        areas, layer, RESIDENTS, people, moes, np.ones(len(areas), dtype=bool), np.zeros(len(areas), dtype=bool),
        ((say("no park within a walk"), none),
         (say("fewer than {goal} park acres per 1,000 residents within a walk", goal=goal), few)), shown, say("park"),
        say("no park within {walk}, or fewer than {goal} park acres per 1,000 residents, each park shared by all within {walk} of it",
            walk=walk, goal=goal), say("all residents"),
        say("Los Angeles Countywide Parks Needs Assessment (2016) for the goal, a 10-minute walk for the distance"),
        tuple(notes), params.largest_variation,
    )


def _parks(frames: Frames) -> tuple[Any, int]:
    """The places that have acres, and how many of those layers lack them."""
    if "references" not in frames or ACRES not in frames["references"]:
        raise InputError(say("The park rule needs parks with their size, and no layer of other places has a column {column}.", column=name(ACRES)),
                         say("Import parks with a column {column} as a reference layer, or choose another rule.", column=name(ACRES)))
    rows = frames["references"]
    acres = pd.to_numeric(rows[ACRES], errors="coerce")
    placed = ~(rows.geometry.isna() | rows.geometry.is_empty)
    usable = (acres > 0) & placed
    if not usable.any():
        raise InputError(say("No place of the reference layers has acres: the column {column} is empty.", column=name(ACRES)),
                         say("Fill it in and import the parks again."))
    named = "layer_id"
    with_parks = rows[named].isin(rows.loc[usable, named]) if named in rows else pd.Series(True, index=rows.index)
    return rows[usable].assign(**{ACRES: acres[usable]}), int((with_parks & ~usable).sum())


def _walks(areas: Any, parks: Any, params: GapPresetParams) -> tuple[TravelCosts, np.ndarray]:
    """Area points and parks within a walk of each other, and metres to the nearest park."""
    unit = metres_per_unit(areas.crs)
    points, places = interior_points(areas), np.asarray(parks.geometry)
    area, park, cost = edge_pairs(points, places, cutoff_m=params.park_walk_m, detour=params.detour, unit=unit)
    ids = pd.Index([f"park-{n}" for n in range(len(places))])
    return (TravelCosts.from_pairs(pd.Index(areas[v.ID].astype(str)), ids, area, park, cost),
            nearest_of(points, places, unit * params.detour))
