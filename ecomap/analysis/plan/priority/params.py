"""What a planner decides about the order of the schools that could be next."""

from __future__ import annotations

from typing import Annotated, Final

from attrs import frozen

from ecomap.analysis.need.bands import BAND
from ecomap.analysis.need.index.choice import DRAWN, DRAWS, NO_SEED, TOGETHER
from ecomap.analysis.plan.candidates import CandidateParams
from ecomap.analysis.statistics.error import CORRELATION
from ecomap.analysis.statistics.ranks import ON_ITS_OWN
from ecomap.model.params import Choice, Param
from ecomap.model.said import say

BY_RANK: Final = "rank"
BY_ADDING: Final = "adding"


@frozen
class RankingParams(CandidateParams):
    """What decides the order of the schools."""

    need_weight: Annotated[float, Param(
        say("How much does need weigh?"), say("Children are weighed by need score to this power. 0: every child counts the same, "
                                              "1: in proportion to need, 2: more than that."), ge=0, le=2)] = 1.0


@frozen
class PriorityParams(RankingParams):
    """What a planner decides about where to go next."""

    top: Annotated[int, Param(say("How many schools to show"), say("The table holds all."), ge=1, le=1000, advanced=True)] = 25
    listed: Annotated[str, Param(
        say("Order of the list"), say("By rank: each school looked at on its own. Each adds most: next comes the school that adds most to "
                                      "those before it, so that neighbours do not count twice."), choices=(
            Choice(BY_RANK, say("By rank")), Choice(BY_ADDING, say("Each adds most to those before it")),
        ))] = BY_RANK
    draws: Annotated[int, DRAWN] = DRAWS
    correlation: Annotated[float, TOGETHER] = CORRELATION
    seed: Annotated[int, NO_SEED] = 0
    band: Annotated[str, BAND] = ON_ITS_OWN
