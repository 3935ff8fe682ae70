"""Who finds nothing because there is nothing in reach, and who because it is full."""

from __future__ import annotations

from typing import Annotated, Any

import numpy as np
import pandas as pd
import shapely
from attrs import frozen

from ecomap.analysis import columns as c
from ecomap.analysis.gaps.coverage.question import INPUTS as COVERAGE_INPUTS
from ecomap.analysis.gaps.room import assignment as k
from ecomap.analysis.gaps.room.groups import (
    NONE,
    group_bars,
    group_notes,
    groups_output,
    room_by_group,
    student_groups,
)
from ecomap.analysis.gaps.room.tables import areas_output, fifths_output, sites_output
from ecomap.analysis.gaps.room.words import room_bars, room_figures, room_notes, room_sentence
from ecomap.analysis.gaps.situation import Situation, situation, situation_notes
from ecomap.analysis.ground.cells import Cells, cells, spacing_m
from ecomap.analysis.ground.overlay import metres_per_unit
from ecomap.analysis.notes import first_names
from ecomap.analysis.people import EACH_AREA
from ecomap.analysis.registry import Analysis, Answer, Table
from ecomap.analysis.travel.costs import TravelCosts
from ecomap.analysis.travel.params import NOBODY_YET, ReachParams
from ecomap.analysis.travel.supply import COUNTS_AS, POINT_SITE
from ecomap.model import vocabulary as v
from ecomap.model.errors import InputError
from ecomap.model.frames import Frames
from ecomap.model.params import Choice, Param, Uncertain
from ecomap.model.progress import Progress
from ecomap.model.said import name, say
from ecomap.model.units import format_number

INPUTS = tuple(item for item in COVERAGE_INPUTS if item.name != "attendance")
ASSUMED = say("Assumed places per site")
_POINTS = 120_000


def _assumes_places(params: Any) -> bool:
    return params.assumed_capacity > 0


@frozen
class CapacityParams(ReachParams):
    """What a planner decides about room."""

    assumed_capacity: Annotated[float, Param(
        ASSUMED, say("For sites that do not say how many they can take. 0: every site must say. Anything else is an assumption "
                     "and is said with the answer."), unit="count", ge=0, le=1_000_000, uncertain=Uncertain(
                         0.5, 2.0, say("for {low} to {high} places at each site that names none"),
                         say("A guess: from half to twice as many"), times=True, only=_assumes_places))] = 0.0
    share_who_want_it: Annotated[float, Param(
        say("Share of those counted who want a place"), say("1: everybody does."), unit="share", gt=0, le=1)] = 1.0
    groups: Annotated[tuple[str, ...], Param(
        say("Which groups?"), say("Student groups to tell apart, from the columns of the need areas; none: everybody together. Rates are "
                                  "taken to hold for those counted."), choices_from="student_group")] = (NONE,)
    rule: Annotated[str, Param(say("Who gets a place?"), choices=(
        Choice(k.LEAST_DISTANCE, say("As many as can be, with the shortest ways")),
        Choice(k.NEAREST_FIRST, say("Whoever lives nearest")),
        Choice(k.EQUITY_FIRST, say("Areas of the highest need first")),
    ), advanced=True)] = k.LEAST_DISTANCE


def run_capacity_gap(frames: Frames, params: CapacityParams, *, progress: Progress) -> Answer:
    """Assign those counted to the places that sites have, and say who is left over and why."""
    params = params.fitted(frames)
    _need_places(params)
    now = situation(frames, params, reached=False, progress=progress.part(0.0, 0.2))
    capacity, assumed = site_capacity(now, params.assumed_capacity)
    progress.at(0.2, say("Placing people"))
    unit = metres_per_unit(now.areas.crs)
    given = now.known & (np.nan_to_num(now.people) > 0)
    points = cells(now.ground, given.astype(float), spacing=spacing_m(now.params.radius_m / params.detour) / unit,
                   most=_POINTS)
    costs, area, people = _pieces(now, points, progress.part(0.2, 0.4))
    demand = pd.Series(people * params.share_who_want_it, index=costs.demand_ids)
    need = _need_of(now, params)
    found = k.assign_to_capacity(
        costs, demand, capacity, rule=params.rule, need=pd.Series(need[area], index=costs.demand_ids),
        progress=progress.part(0.4, 0.9),
    )
    progress.at(0.9, say("Adding up"))
    near = np.isin(np.arange(len(costs.supply_ids)), costs.supply)
    progress.at(1.0, say("Done"))
    room = k.Room.of(now, found, area, assumed, near)
    groups = room_by_group(room, student_groups(now.layer, now.areas, params.groups, now.people))
    return Answer(
        title=say("Room: {target}", target=now.supply.target.phrase),
        sentence=room_sentence(room),
        outputs=(areas_output(room), sites_output(room), fifths_output(room),
                 *((groups_output(room, groups),) if groups else ())),
        figures=room_figures(room), notes=(*room_notes(room), *group_notes(room, groups), *situation_notes(now)),
        bars=group_bars(groups) if groups else room_bars(room),
        bars_title=say("Share of the {who} who want a place and get none, by group" if groups else
                       "Share of the {who} who want a place and get none, by need fifth", who=now.who),
    )


def _need_places(params: CapacityParams) -> None:
    """Refuse to ask who finds it full where there is nothing to be full, or nobody to fill it."""
    if params.target == NOBODY_YET:
        raise InputError(say("This question asks who finds a place and who finds it full, so it needs services or sites with places, and "
                             "nobody offers it yet."),
                         say("Bring in a list of services, or ask who has nothing in reach and which schools could be next."))
    if params.count == EACH_AREA:
        raise InputError(say("This question shares out places among people, and the need areas count nobody."),
                         say("Bring in areas with a count of children, pupils, residents or households."))


def site_capacity(now: Situation, assumed: float) -> tuple[pd.Series, np.ndarray]:
    """Places of every site that counts, by id, and which of them are assumed.

    Raises
    ------
    InputError
        If sites do not say how many they can take and nothing is to be assumed; names them.
    """
    sites, places = now.supply.sites, now.supply.places
    silent = places.isna().to_numpy()
    if (places < 0).any():
        names = sites.loc[(places < 0).to_numpy(), v.NAME].astype(str).tolist()
        raise InputError(say("The capacity of {site} is below zero.", site=name(names[0])), say("Correct it and import the layer again."),
                         {"rows": names})
    if silent.any() and not assumed > 0:
        names = sites.loc[silent, v.NAME].astype(str).tolist()
        raise InputError(
            say("{count} of {sites} sites do not say how many they can take: {names}.", count=format_number(len(names)),
                sites=format_number(len(sites)), names=first_names(names)),
            say("Import a column with their capacity, or give a number in '{assumed}' to assume for them.", assumed=ASSUMED), {"rows": names},
        )
    return places.fillna(assumed), silent


def _pieces(now: Situation, points: Cells, progress: Progress) -> tuple[TravelCosts, np.ndarray, np.ndarray]:
    """Pieces of areas that reach the same sites, the mean way to each, the area of every piece and its people."""
    progress.at(0.0, say("Measuring ways"))
    point, site, cost = _ways(now, points, progress)
    order = np.lexsort((site, point))
    point, site, cost = point[order], site[order], cost[order]
    ends = np.searchsorted(point, np.arange(len(points) + 1))
    known: dict[tuple[int, bytes], int] = {}
    piece = np.array([
        known.setdefault((area, site[low:high].tobytes()), len(known))
        for area, low, high in zip(points.area.tolist(), ends[:-1].tolist(), ends[1:].tolist(), strict=True)
    ], dtype=int)
    people = np.bincount(piece, np.nan_to_num(now.people)[points.area] * points.share, len(known))
    size = np.bincount(piece, minlength=len(known))
    pair, first = np.unique(piece[point] * max(len(now.supply.sites), 1) + site, return_inverse=True)
    mean = np.bincount(first, cost, len(pair)) / size[pair // max(len(now.supply.sites), 1)]
    costs = TravelCosts(
        pd.RangeIndex(len(known)), pd.Index(now.supply.sites[v.ID].astype(str)),
        (pair // max(len(now.supply.sites), 1)).astype(np.int32), (pair % max(len(now.supply.sites), 1)).astype(np.int32), mean,
    )
    return costs, np.array([area for area, _ in known], dtype=int), np.asarray(people, dtype=float)


def _ways(now: Situation, points: Cells, progress: Progress) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Points and sites in reach of each other, with the cost of the way; 0 inside a zone."""
    is_point = (now.supply.sites[COUNTS_AS] == POINT_SITE).to_numpy()
    circle, zone = np.flatnonzero(is_point), np.flatnonzero(~is_point)
    places = np.asarray(now.supply.sites.geometry)
    parts: list[tuple[Any, Any, Any]] = []
    if len(circle) and len(points):
        near = now.travel.pairs(points.xy, points.area, places[circle], progress)
        parts.append((near.demand, circle[near.supply], near.cost))
    if len(zone) and len(points):
        at, inside = shapely.STRtree(shapely.points(points.xy)).query(places[zone], predicate="intersects")
        parts.append((inside, zone[at], np.zeros(len(at))))
    if not parts:
        return np.zeros(0, dtype=int), np.zeros(0, dtype=int), np.zeros(0)
    point, site, cost = (np.concatenate([part[n] for part in parts]) for n in range(3))
    return point.astype(int), site.astype(int), cost


def _need_of(now: Situation, params: CapacityParams) -> np.ndarray:
    """Need score of every area; areas without one stand behind all others."""
    score = now.need[c.SCORE].to_numpy(dtype=float)
    if params.rule == k.EQUITY_FIRST and np.isnan(score).all():
        raise InputError(say("No need area has a need score, so nobody's need can go first."), say("Import need indicators."))
    return np.nan_to_num(score, nan=-1.0)


ANALYSIS = Analysis(
    name="capacity-gap",
    title=say("Room"),
    question=say("Who finds it full, and who has nothing in reach?"),
    summary=say("Assigns the children who want a place to the places that services have. Says for every need area who is served, who "
            "could reach a service that is full, and who has none in reach; and where places stay free although need is low."),
    step="gaps",
    params=CapacityParams,
    inputs=INPUTS,
    run=run_capacity_gap,
    assumes=("spread", "day"),
    method=say("People are spread evenly over their need area, on points 80 m apart or less (wider on "
           "very large ground); points of an area that reach the same sites are "
           "one piece. A site is in reach if straight line x detour is at most the distance, a zone if the point lies inside. "
           "Pieces are assigned to sites so that no site takes more than its capacity and nobody is counted twice; served + "
           "reachable but full + out of reach = those who want a place. 'As many as can be' is a minimum-cost flow: most served "
           "first, then the shortest total way. 'Highest need first' serves the area with the highest need score as far as can "
           "be, then the next; it serves as many in all. 'Whoever lives nearest' takes pairs by distance and may serve fewer. The "
           "assignment says what is possible, not who goes: language, cost, hours and trust are not in it. By group: within an area "
           "everybody has the same chance, so a group has the states of its areas in proportion; a group known by a rate only is "
           "the rate times those counted. The share left without is set beside that of everybody counted less the group; the 90 % "
           "interval carries the sampling error of both counts (first order)."),
    sources=(
        "Ford, L. R. and Fulkerson, D. R. (1962). Flows in Networks",
        "Edmonds, J. (1970). Submodular functions, matroids, and certain polyhedra",
    ),
    tables=(
        Table("areas", say("Every need area: who wants a place, who gets one, who finds it full, who has none in reach.")),
        Table("sites", say("Every site: places, used and free, and the need fifth where it stands.")),
        Table("fifths", say("The same by need fifth, highest need first.")),
        Table("groups", say("The same by student group, where groups are chosen, beside everyone else."), optional=True),
    ),
)
