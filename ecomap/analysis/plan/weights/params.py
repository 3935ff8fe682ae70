"""What a planner decides about a comparison of weights."""

from __future__ import annotations

from typing import Annotated

from attrs import frozen

from ecomap.analysis.plan.priority.params import RankingParams
from ecomap.model.params import Choice, Param
from ecomap.model.said import say

SCHOOLS, AREAS = "schools", "areas"


@frozen
class WeightSetsParams(RankingParams):
    """What a planner decides about a comparison of weights."""

    sets: Annotated[str, Param(
        say("Whose weights?"), say("Like District: poverty=2, asthma=1; Clinic: health=3, *=1. Names are indicators or domains, * all "
                                   "others; not named: 0. Empty: all the same, and each domain first."))] = ""
    places: Annotated[str, Param(
        say("What is ranked?"), choices=(Choice(SCHOOLS, say("Schools to expand to next")), Choice(AREAS, say("Need areas"))))] = SCHOOLS
    top: Annotated[int, Param(
        say("How many are chosen?"), say("The first so many of each set are compared."), ge=1, le=1000)] = 12
    minimum_present: Annotated[float, Param(
        say("Share of indicators an area must have"), say("Of all indicators that any set weighs."), unit="share", ge=0, le=1,
        advanced=True)] = 0.75
