"""Too few health providers: the thresholds of the federal shortage areas for primary care."""

from __future__ import annotations

from typing import Any, Final

import numpy as np
from attrs import evolve

from ecomap.analysis.gaps.access import measures as a
from ecomap.analysis.gaps.access.setting import access_setting
from ecomap.analysis.gaps.rules.food import POVERTY
from ecomap.analysis.gaps.rules.settings import GapPresetParams
from ecomap.analysis.gaps.rules.verdict import RESIDENTS, Verdict
from ecomap.model import vocabulary as v
from ecomap.model.errors import InputError
from ecomap.model.frames import Frames
from ecomap.model.layer import Column
from ecomap.model.progress import Progress
from ecomap.model.result import Note
from ecomap.model.said import joined, say
from ecomap.model.units import format_number

PER_PROVIDER, LIMIT, SCORE = "people_per_provider", "limit", "hpsa_score"
# Points of the federal score, 0-5 each, as a project may bring them; the first counts twice.
POINTS: Final = ("hpsa_ratio_points", "hpsa_poverty_points", "hpsa_infant_health_points", "hpsa_travel_time_points")


def provider_shortage(frames: Frames, params: GapPresetParams, progress: Progress) -> Verdict:
    """More people per provider than the limit, which is stricter where poverty is high.

    People per provider is one over two-step access: every provider's time is shared by all residents within the distance.

    Raises
    ------
    InputError
        If residents are not counted or no service names its providers.
    """
    now = access_setting(frames, evolve(params, count=v.POPULATION), progress=progress)
    if not now.has_capacity:
        raise InputError(say("The provider-shortage rule needs the number of providers (full-time) at every service, and none names any."),
                         say("Fill in the column capacity of the services with it, or use the general rule."))
    access = np.full(len(now.areas), np.nan)
    access[now.known] = a.two_step(now.costs, now.demand, now.capacity, catchment=now.travel.cutoff).to_numpy()
    ratio = np.divide(1.0, access, out=np.full(len(access), np.inf), where=access > 0)
    ratio = np.where(np.isnan(access), np.nan, ratio)
    poverty = _poverty(now.areas)
    in_need = poverty >= params.poverty_from
    limit = np.where(in_need, params.people_per_provider_in_need, params.people_per_provider)
    usual, strict = format_number(params.people_per_provider), format_number(params.people_per_provider_in_need)
    none = np.nan_to_num(now.sites_in_reach) == 0
    short = (ratio > limit) & ~none
    score = _score(now.areas)
    shown = (
        (ratio, Column(PER_PROVIDER, say("Residents per provider"), "", say("One over the two-step access; infinite where none is in reach."))),
        (limit, Column(LIMIT, say("Limit here"), "", say("{strict} where poverty is high, else {usual}.", strict=strict, usual=usual))),
        *(() if score is None else ((score, Column(SCORE, say("Federal score"), "", say("0 to 25: twice the points for providers, plus those "
                                                   "for poverty, infant health and travel time."))),)),
    )
    notes = [Note("caution", say("The federal designation looks at service areas, at who accepts patients and at what neighbouring areas "
                  "offer. This is its ratio alone, worked out here: no designation."))]
    if score is None:
        notes.append(Note("caution", say(
            "The federal score of 0 to 25 is not given: it needs the points of every area, columns {columns}.",
            columns=joined(POINTS, ", "))))
    if np.isnan(poverty).all():
        notes.append(Note("caution", say("The need areas have no share in poverty: the limit is {usual} everywhere.", usual=usual)))
    return Verdict(
        now.areas, now.layer, RESIDENTS, now.people, now.moes, np.ones(len(ratio), dtype=bool), np.zeros(len(ratio), dtype=bool),
        ((say("no provider within the distance"), none),
         (say("more than {usual} residents per provider", usual=usual), short & ~in_need),
         (say("more than {strict} residents per provider where poverty is high", strict=strict), short & in_need)),
        shown, now.supply.target.phrase,
        say("more than {usual} residents per provider within the distance, or more than {strict} where at least {share} live in "
            "poverty", usual=usual, strict=strict, share=format_number(params.poverty_from, "share")), say("all residents"),
        say("Health Resources and Services Administration, shortage areas for primary care"), (*notes, *now.notes),
        params.largest_variation,
    )


def _poverty(areas: Any) -> np.ndarray:
    found = next((column for column in POVERTY if column in areas), None)
    return np.full(len(areas), np.nan) if found is None else areas[found].to_numpy(dtype=float, na_value=np.nan)


def _score(areas: Any) -> np.ndarray | None:
    """The score of 0 to 25; None unless every kind of point is there.

    Raises
    ------
    InputError
        If a point is not between 0 and 5.
    """
    if not all(column in areas for column in POINTS):
        return None
    points = np.column_stack([areas[column].to_numpy(dtype=float, na_value=np.nan) for column in POINTS])
    if ((points < 0) | (points > 5)).any():
        raise InputError(say("Points of the federal score are between 0 and 5, and some are not."), say("Import the need areas again."))
    return np.asarray(points @ np.array([2.0, 1.0, 1.0, 1.0]))
