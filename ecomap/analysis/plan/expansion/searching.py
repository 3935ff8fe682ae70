"""The search for a plan: what it is searched on, what it keeps to, the plan of the chosen aim, and the way out where there is none."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from attrs import evolve, frozen

from ecomap.analysis.gaps.situation import Situation, situation
from ecomap.analysis.optimise.backup import Backup
from ecomap.analysis.optimise.case import Case, ReachTarget
from ecomap.analysis.optimise.cover import Cover
from ecomap.analysis.optimise.loosen import can_be_met
from ecomap.analysis.plan.candidates import Candidates, candidates_for
from ecomap.analysis.plan.expansion.aims import (
    EVERYWHERE,
    Openings,
    beside_today,
    fewest_schools,
    most_reached,
    most_reached_twice,
    shortest_for_all,
)
from ecomap.analysis.plan.expansion.ground import Winnable, winnable
from ecomap.analysis.plan.expansion.loosening import Clashing, ways_out
from ecomap.analysis.plan.expansion.params import FEWEST, TWICE, WAYS, PlanParams
from ecomap.analysis.plan.expansion.ways import Ways, ways_of
from ecomap.analysis.plan.expansion.wishes import (
    called,
    limits,
    one_that_helps,
    pins,
    quotas,
    reach_floor,
    with_costs,
)
from ecomap.model import clock
from ecomap.model.clash import WayOut
from ecomap.model.frames import Frames
from ecomap.model.progress import Progress
from ecomap.model.said import Said, say
from ecomap.model.units import format_number


@frozen
class Field:
    """What a plan is searched on: the people to win, or the ways of everybody."""

    now: Situation
    found: Candidates
    won: Winnable | None = None
    ways: Ways | None = None

    @property
    def params(self) -> PlanParams:
        params: PlanParams = self.now.params
        return params

    @property
    def case(self) -> Case:
        case = self.ways.case if self.ways is not None else self.won.case if self.won is not None else None
        assert case is not None
        return case


def field_of(frames: Frames, now: Situation, found: Candidates, params: PlanParams, progress: Progress) -> Field:
    if params.aim in WAYS:
        return Field(now, found, ways=ways_of(frames, now, found, progress))
    return Field(now, found, winnable(now, found, progress, twice=params.aim == TWICE))


def wishes_of(frames: Frames, field: Field, limits_at_the_end: Sequence[Any]) -> list[Any]:
    """What a plan keeps to when everything is open: the limits, then floor, quotas and pins."""
    now, params = field.now, field.params
    floor = [] if field.won is None else reach_floor(field.won.favoured(now), params, now.who)
    return [*limits_at_the_end, *floor, *quotas(frames, field.found, params), *pins(frames, field.found, params)]


def openings_of(field: Field, steps: list[list[Any]], wishes: list[Any], progress: Progress) -> Openings:
    """The plan of the chosen aim."""
    params, wanted = field.params, wishes[len(steps[-1]):]
    if field.ways is not None:
        return shortest_for_all(field.ways, steps, wanted, params, progress)
    assert field.won is not None
    if params.aim == FEWEST:
        return fewest_schools(field.won, steps, wanted, params, target_of(field).label, progress)
    search = most_reached_twice if params.aim == TWICE else most_reached
    return search(field.won, steps, wanted, params, progress)


def target_of(field: Field) -> ReachTarget:
    """The wish of a plan with as few schools as possible."""
    case, share = field.case, field.params.share_to_reach
    words = (say("everybody in reach whom any school could reach") if share == 1 else
             say("{share} of those in reach whom any school could reach", share=format_number(share, "share")))
    return ReachTarget(float(case.weight[np.unique(case.at_demand)].sum()) * share, words)


def clashing(frames: Frames, field: Field, wishes: Sequence[Any]) -> Clashing:
    """A plan that cannot be, as those see it who look for a way out."""
    params, case, won = field.params, field.case, field.won
    if field.ways is not None:
        wishes = [beside_today(wish, case) for wish in wishes]
    elif params.aim == FEWEST:
        wishes = [*wishes, target_of(field)]
    elif len(case.costs):
        wishes = [*wishes, one_that_helps(case, np.unique(case.at_site))]

    def cover_of(some: Sequence[Any]) -> Cover:
        if params.aim == TWICE and won is not None:
            return Backup.twice(case, some, won.times)
        return Cover.of(case, EVERYWHERE, some, every_site=True)

    return Clashing(params, case, tuple(wishes), cover_of, called(frames["schools"]))


def ways_out_of(frames: Frames, field: Field, wishes: Sequence[Any], conflict: Sequence[Said], progress: Progress) -> tuple[list[WayOut], list[Said]]:
    """The smallest change of each wish that would do."""
    def possible_at(params: PlanParams, until: float, progress: Progress) -> bool | None:
        if clock.over(until):
            return None
        now = situation(frames, params, often=False, progress=progress.part(0.0, 0.5)).numbers_only()
        found, cost = with_costs(candidates_for(frames, now), params)
        there = field_of(frames, now, found, params, progress.part(0.5, 0.9))
        every = wishes_of(frames, there, limits(params, len(found.schools), cost))
        clash = clashing(frames, there, every)
        return can_be_met(clash.cover_of(clash.wishes), until, progress.part(0.9, 1.0))

    clash = clashing(frames, field, wishes)
    return ways_out(clash if field.ways is not None else evolve(clash, possible_at=possible_at), conflict, progress)
