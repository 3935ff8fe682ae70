"""Gaps by places: the general rule, and the child-care desert."""

from __future__ import annotations

from typing import Final

import numpy as np
import shapely
from attrs import evolve

from ecomap.analysis import columns as c
from ecomap.analysis.gaps.access import measures as a
from ecomap.analysis.gaps.access.setting import AccessSetting, access_setting
from ecomap.analysis.gaps.rules.settings import GapPresetParams
from ecomap.analysis.gaps.rules.verdict import Verdict, below_quantile, per
from ecomap.analysis.people import EACH_AREA
from ecomap.analysis.travel.supply import COUNTS_AS, POINT_SITE
from ecomap.model.errors import InputError
from ecomap.model.frames import Frames
from ecomap.model.layer import Column
from ecomap.model.progress import Progress
from ecomap.model.said import NOTHING, Said, name, say
from ecomap.model.units import format_given, format_number

UNDER_5: Final = ("children_under_5", "under_5", "children_0_4")
PLACES, PER_PLACE, ACCESS = "places", "people_per_place", "access"
DESERT_CHILDREN, DESERT_PER_SLOT = 50.0, 3.0


def general_gap(frames: Frames, params: GapPresetParams, progress: Progress) -> Verdict:
    """Enough people *and* one of: nothing in reach, more people per place than the limit, access among the lowest share."""
    now = access_setting(frames, params, progress=progress)
    places = np.zeros(len(now.areas))
    places[now.known] = a.cumulative(now.costs, now.capacity, now.demand.index, catchment=now.travel.cutoff).to_numpy()
    none = np.nan_to_num(now.sites_in_reach) == 0
    access, crowd = _access(now), per(now.people, places)
    low = below_quantile(access, now.people, params.lowest)
    limit, alike = params.per_place, now.params.count == EACH_AREA
    crowded = crowd > limit if limit > 0 else np.zeros(len(places), dtype=bool)
    lowest = format_number(params.lowest, "share")
    condition = say("no site within {distance}", distance=now.travel.distance)
    if limit > 0:
        condition = say("{one} or {other}", one=condition, other=say(
            "more than {limit} {who} per place within it", limit=format_given(limit), who=now.who))
    if params.lowest > 0:
        condition = say("{one} or {other}", one=condition, other=say("access among the lowest {share} of areas", share=lowest))
    return _verdict(
        now, now.who, params, places, access, now.people >= (0 if alike else params.at_least),
        ((say("no site within the distance"), none),
         (say("more than {limit} people per place", limit=format_given(limit)), crowded & ~none),
         (say("among the {share} with the least access", share=lowest), low & ~none)),
        (say("Places within the distance"), say("{who} per place within the distance", who=now.who.capitalize())),
        condition if alike else
        say("at least {count} {who}, and {condition}", count=format_given(params.at_least), who=now.who, condition=condition),
    )


def child_care_desert(frames: Frames, params: GapPresetParams, progress: Progress) -> Verdict:
    """More than 50 children under 5, and no provider in the area or more than 3 children per place there.

    Raises
    ------
    InputError
        If children under 5 are not counted or no provider names its places.
    """
    now = access_setting(frames, evolve(params, count=_under_five(frames)), progress=progress)
    if not now.has_capacity:
        raise InputError(say("The child-care desert rule needs the number of places of every provider, and none names any."),
                         say("Fill in the column capacity of the services, or use the general rule."))
    is_point = (now.supply.sites[COUNTS_AS] == POINT_SITE).to_numpy()
    points = np.asarray(now.supply.sites.geometry)[is_point]
    site, area = shapely.STRtree(np.asarray(now.areas.geometry)).query(points, predicate="intersects")
    site, first = np.unique(site, return_index=True)  # a provider on the line between areas counts in one
    area = area[first]
    places = np.bincount(area, now.capacity.to_numpy()[is_point][site], len(now.areas)).astype(float)
    none = np.bincount(area, minlength=len(now.areas)) == 0
    crowded = per(now.people, places) > DESERT_PER_SLOT
    who, limit = say("children under 5"), format_given(DESERT_PER_SLOT)
    return _verdict(
        now, who, params, places, _access(now), now.people > DESERT_CHILDREN,
        ((say("no site in the area"), none), (say("more than {limit} people per place", limit=limit), crowded & ~none)),
        (say("Places in the area"), say("{who} per place in the area", who=who.capitalize())),
        say("more than {count} children under 5, and no provider in the area or more than {limit} children per place there",
            count=format_given(DESERT_CHILDREN), limit=limit),
        say("children under 5 of census areas"), say("Malik and others, Center for American Progress (2018)"),
    )


def _verdict(
    now: AccessSetting, who: Said, params: GapPresetParams, places: np.ndarray, access: np.ndarray, enough: np.ndarray,
    broken: tuple[tuple[Said, np.ndarray], ...], labels: tuple[Said, Said], rule: Said, universe: Said = NOTHING,
    citation: Said = NOTHING,
) -> Verdict:
    """``labels``: of the places that count, and of the people per place."""
    shown = (
        (now.nearest_m, Column(c.NEAREST, say("Nearest site"), now.travel.unit,
                               say("From a point inside the area, {way}.", way=now.travel.short))),
        (places, Column(PLACES, labels[0], "count", say("A site that names none counts as many as chosen."))),
        (per(now.people, places), Column(PER_PLACE, labels[1], "", say("Infinite where there is no place."), digits=1)),
        (access * 1000, Column(ACCESS, say("Places per 1,000, shared"), "", say("Two-step: shared with everyone else within the distance."),
                               digits=2)),
    )
    return Verdict(now.areas, now.layer, who, now.people, now.moes, enough, np.zeros(len(places), dtype=bool), broken, shown,
                   now.supply.target.phrase, rule, universe, citation, now.notes, params.largest_variation)


def _access(now: AccessSetting) -> np.ndarray:
    access = np.full(len(now.areas), np.nan)
    access[now.known] = a.two_step(now.costs, now.demand, now.capacity, catchment=now.travel.cutoff).to_numpy()
    return access


def _under_five(frames: Frames) -> str:
    found = next((column for column in UNDER_5 if column in frames["areas"]), None)
    if found is None:
        raise InputError(say("The child-care desert rule needs the number of children under 5, which the need areas do not have."),
                         say("Import need areas with a column {column}, or use the general rule.", column=name(UNDER_5[0])))
    return found
