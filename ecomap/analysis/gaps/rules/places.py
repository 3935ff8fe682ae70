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
from ecomap.analysis.travel.supply import COUNTS_AS, POINT_SITE
from ecomap.model.errors import InputError
from ecomap.model.frames import Frames
from ecomap.model.layer import Column
from ecomap.model.progress import Progress
from ecomap.model.said import say
from ecomap.model.units import format_number

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
    limit = params.per_place
    crowded = crowd > limit if limit > 0 else np.zeros(len(places), dtype=bool)
    parts = [f"no site within {now.travel.distance}"]
    parts += [f"more than {limit:g} {now.who} per place within it"] if limit > 0 else []
    parts += [f"access among the lowest {format_number(params.lowest, 'share')} of areas"] if params.lowest > 0 else []
    return _verdict(
        now, now.who, params, places, access, now.people >= params.at_least,
        (("no site within the distance", none), (f"more than {limit:g} people per place", crowded & ~none),
         (f"among the {format_number(params.lowest, 'share')} with the least access", low & ~none)),
        "within the distance", f"at least {params.at_least:g} {now.who}, and " + " or ".join(parts),
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
    return _verdict(
        now, "children under 5", params, places, _access(now), now.people > DESERT_CHILDREN,
        (("no site in the area", none), (f"more than {DESERT_PER_SLOT:g} people per place", crowded & ~none)),
        "in the area", f"more than {DESERT_CHILDREN:g} children under 5, and no provider in the area or more than "
        f"{DESERT_PER_SLOT:g} children per place there",
        "children under 5 of census areas", "Malik and others, Center for American Progress (2018)",
    )


def _verdict(
    now: AccessSetting, who: str, params: GapPresetParams, places: np.ndarray, access: np.ndarray, enough: np.ndarray,
    broken: tuple[tuple[str, np.ndarray], ...], where: str, rule: str, universe: str = "", citation: str = "",
) -> Verdict:
    shown = (
        (now.nearest_m, Column(c.NEAREST, say("Nearest site"), now.travel.unit, say("From a point inside the area, {short}.", short=now.travel.short))),
        (places, Column(PLACES, say("Places {where}", where=where), "count", say("A site that names none counts as many as chosen."))),
        (per(now.people, places), Column(PER_PLACE, say("{who} per place {where}", who=who.capitalize(), where=where), "",
                                         say("Infinite where there is no place."), digits=1)),
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
    found = next((name for name in UNDER_5 if name in frames["areas"]), None)
    if found is None:
        raise InputError(say("The child-care desert rule needs the number of children under 5, which the need areas do not have."),
                         say("Import need areas with a column {under_5}, or use the general rule.", under_5=UNDER_5[0]))
    return found
