"""Low income and low access: the rule of the United States Department of Agriculture for food."""

from __future__ import annotations

from typing import Any, Final

import numpy as np
from attrs import evolve

from ecomap.analysis.gaps.rules.settings import GapPresetParams
from ecomap.analysis.gaps.rules.verdict import RESIDENTS, Verdict, share_of
from ecomap.analysis.gaps.situation import situation, situation_notes
from ecomap.model import vocabulary as v
from ecomap.model.errors import InputError
from ecomap.model.frames import Frames
from ecomap.model.layer import Column
from ecomap.model.progress import Progress
from ecomap.model.result import Note
from ecomap.model.said import OR, Said, listed, say
from ecomap.model.units import format_number

POVERTY: Final = ("poverty", "poverty_rate")
INCOME: Final = ("median_family_income", "family_income")
FAR, FAR_SHARE, LOW_INCOME = "people_too_far", "share_too_far", "low_income"


def food_access(frames: Frames, params: GapPresetParams, progress: Progress) -> Verdict:
    """Low income *and* a significant number or share of residents further than the distance.

    Low income: poverty at or above the share given, or a median family income at most the share given of the typical one.

    Raises
    ------
    InputError
        If residents, or poverty (and income where it is asked for), are not in the need areas.
    """
    now = situation(frames, evolve(params, count=v.POPULATION), progress=progress)
    poverty = share_of(now.areas, POVERTY, say("The food-access rule"), say("the share of residents in poverty"))
    income = _income(now.areas, params)
    poor = poverty >= params.poverty_from
    cheap = np.zeros(len(poverty), dtype=bool) if income is None else income <= params.income_below * params.typical_income_usd
    low = poor | cheap
    # Without one of the two numbers an area is low income only if the other says so; else nobody can tell.
    unknown = np.isnan(poverty) & ~cheap if income is None else (np.isnan(poverty) | np.isnan(income)) & ~low
    far, share = now.people * now.reach.out, now.reach.out
    many, part = far >= params.far_people, share >= params.far_share
    people, part_of_all = format_number(params.far_people), format_number(params.far_share, "share")
    found: dict[str, Said] = {"poverty": format_number(params.poverty_from, "share"), "people": people, "share": part_of_all,
                              "distance": now.travel.distance}
    rule = say("poverty of at least {poverty}, and at least {people} residents or {share} of them further than {distance}",
               **found) if income is None else say(
        "poverty of at least {poverty}, or a median family income of at most {income_share} of {income}, and at least {people} "
        "residents or {share} of them further than {distance}", income_share=format_number(params.income_below, "share"),
        income=format_number(params.typical_income_usd, "usd"), **found)
    shown = (
        (poverty, Column(POVERTY[0], say("Share in poverty"), "share", digits=1)),
        *(() if income is None else ((income, Column(INCOME[0], say("Median family income"), "usd")),)),
        (low, Column(LOW_INCOME, say("Low income"), "flag")),
        (far, Column(FAR, say("Residents too far away"), "count", say("Spread evenly over the area."))),
        (share, Column(FAR_SHARE, say("Share too far away"), "share")),
    )
    return Verdict(
        now.areas, now.layer, RESIDENTS, now.people, now.moes, np.ones(len(low), dtype=bool), unknown,
        ((say("low income, and {people} or more residents too far away", people=people), low & many),
         (say("low income, and {share} or more of the residents too far away", share=part_of_all), low & part & ~many)),
        shown, now.supply.target.phrase, rule, say("residents of census tracts, urban distances"),
        say("United States Department of Agriculture, Food Access Research Atlas"),
        (Note("caution", say("The department counts supermarkets, supercenters and large grocery stores; here counts what you chose to have "
              "in reach. It measures a straight line (a detour of 1) and takes 10 or 20 miles in rural tracts.")),
         *(() if income is not None else (Note("caution", say("Income is not looked at: low income means poverty alone here.")),)),
         *situation_notes(now)), params.largest_variation,
    )


def _income(areas: Any, params: GapPresetParams) -> np.ndarray | None:
    """Median family income of every area; None where it is not to be looked at."""
    if not params.typical_income_usd > 0:
        return None
    found = next((column for column in INCOME if column in areas), None)
    if found is None:
        raise InputError(say("The food-access rule was asked to look at median family income, which the need areas do not have: no column "
                             "{columns}.", columns=listed(INCOME, OR)), say("Import need areas with it, or set the typical income to 0."))
    return np.asarray(areas[found].to_numpy(dtype=float, na_value=np.nan))
