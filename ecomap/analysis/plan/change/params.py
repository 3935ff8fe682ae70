"""What a planner decides about a test of the order of schools."""

from __future__ import annotations

from typing import Annotated

from attrs import frozen

from ecomap.analysis.plan.priority.params import RankingParams
from ecomap.model.params import Param
from ecomap.model.said import say


@frozen
class RankChangeParams(RankingParams):
    """What a planner decides about a test of the order of schools."""

    school: Annotated[str, Param(
        say("Which school?"), say("None chosen: the schools next to the cut on either side."), choices_from="school")] = ""
    top: Annotated[int, Param(say("How many schools will be chosen?"), say("The cut lies after this many."), ge=1, le=1000)] = 12
    around: Annotated[int, Param(
        say("How many schools on either side of the cut?"), say("Only if no school is chosen."), ge=1, le=20, advanced=True)] = 3
    other_distances: Annotated[bool, Param(
        say("Try other distances too?"), say("A tenth, a quarter and a half nearer and further; each takes as long as a ranking."),
        advanced=True)] = True
