"""Where the next schools should go, under a budget and an equity floor: a plan, its proof and what is a matter of choice."""

from __future__ import annotations

import time
from collections.abc import Sequence
from typing import Any

import numpy as np
from attrs import evolve, frozen

from ecomap.analysis.gaps.situation import Situation, situation, situation_notes
from ecomap.analysis.optimise.backup import Backup
from ecomap.analysis.optimise.case import Case, InfeasibleError, ReachTarget
from ecomap.analysis.optimise.cover import Cover
from ecomap.analysis.optimise.loosen import can_be_met
from ecomap.analysis.plan.candidates import INPUTS, Candidates, candidates_for, check_level
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
from ecomap.analysis.plan.expansion.params import FEWEST, HIGHEST, TWICE, WAYS, PlanParams
from ecomap.analysis.plan.expansion.possible import how_sure
from ecomap.analysis.plan.expansion.proposal import Proposal
from ecomap.analysis.plan.expansion.tables import fifths_output, plan_bars, plan_output, schools_output
from ecomap.analysis.plan.expansion.ways import Ways, ways_of
from ecomap.analysis.plan.expansion.wishes import (
    called,
    check_params,
    in_words,
    limits,
    one_that_helps,
    pins,
    quotas,
    reach_floor,
    with_costs,
)
from ecomap.analysis.plan.expansion.words import plan_figures, plan_notes, plan_sentence, reached_figures
from ecomap.analysis.plan.expansion.years import years_output
from ecomap.analysis.plan.together import share_together
from ecomap.analysis.registry import Analysis, Answer, Table
from ecomap.model import vocabulary as v
from ecomap.model.clash import WayOut
from ecomap.model.errors import InputError, ParameterError
from ecomap.model.frames import Frames
from ecomap.model.progress import Progress
from ecomap.model.result import KeyFigure, Result
from ecomap.model.said import Said, say
from ecomap.model.units import format_number


def run_plan(frames: Frames, params: PlanParams, *, progress: Progress) -> Answer:
    """Choose the schools that together do best what the plan is for, as far as the wishes allow."""
    check_level(params.level)
    check_params(params)
    now = situation(frames, params, progress=progress.part(0.0, 0.25))
    if params.share_for_highest_fifth > 0 and not now.in_fifth(HIGHEST).any():
        raise ParameterError(say("No need area has a need score, so no fifth has the highest need."),
                             say("Import need indicators, or ask for no share."))
    found, cost = with_costs(candidates_for(frames, now), params)
    if not len(found.schools):
        raise InputError(say("No school is left to choose: all have it already, lack a place on the map or are of another kind."),
                         say("Choose another target, level or kind of school."))
    _check_gap(now, params)
    steps = [limits(params, len(found.schools), cost, year=year) for year in range(params.years)]
    field = _field(frames, now, found, params, progress.part(0.25, 0.35))
    wishes = wishes_of(frames, field, steps[-1])
    try:
        openings = _openings(field, steps, wishes, progress.part(0.35, 0.65))
    except InfeasibleError as clash:
        raise in_words(clash, *_ways_out(frames, field, wishes, clash.details.get("conflict", ()), progress.part(0.65, 1.0))) from clash
    won = field.won
    kept = _labels([*wishes, *([_target(field)] if params.aim == FEWEST else [])])
    sureness = how_sure(now, won, openings, wishes, progress.part(0.65, 0.85))
    progress.at(0.85, say("Counting by ground whom the plan reaches"))
    proposal = Proposal.of(now, found, openings, cost, won, progress.part(0.85, 0.99), sureness)
    progress.at(1.0, say("Done"))
    outputs = [plan_output(proposal), schools_output(proposal), fifths_output(proposal)]
    if params.in_years:
        outputs.append(years_output(proposal))
    return Answer(
        title=say("Plan: {target}", target=now.supply.target.title), sentence=plan_sentence(proposal),
        outputs=tuple(outputs), figures=plan_figures(proposal),
        notes=(*plan_notes(proposal, kept), *found.notes, *situation_notes(now)),
        bars=plan_bars(proposal), bars_title=say("Where the newly reached {who} live: share by need fifth", who=now.who),
        chosen=len(openings.order),
    )


def _check_gap(now: Situation, params: PlanParams) -> None:
    """Refuse a plan for people who lack nothing."""
    left = now.total(1.0 - now.reach.twice if params.aim == TWICE else now.reach.out)[0]
    if params.aim not in WAYS and not left > 0:
        raise InputError(say("All {who} that are counted have it in reach of two already." if params.aim == TWICE else
                             "All {who} that are counted have it in reach already.", who=now.who),
                         say("Choose another target or a shorter distance."))


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


def _field(frames: Frames, now: Situation, found: Candidates, params: PlanParams, progress: Progress) -> Field:
    if params.aim in WAYS:
        return Field(now, found, ways=ways_of(frames, now, found, progress))
    return Field(now, found, winnable(now, found, progress, twice=params.aim == TWICE))


def wishes_of(frames: Frames, field: Field, limits_at_the_end: Sequence[Any]) -> list[Any]:
    """What a plan keeps to when everything is open: the limits, then floor, quotas and pins."""
    now, params = field.now, field.params
    floor = [] if field.won is None else reach_floor(field.won.favoured(now), params, now.who)
    return [*limits_at_the_end, *floor, *quotas(frames, field.found, params), *pins(frames, field.found, params)]


def _openings(field: Field, steps: list[list[Any]], wishes: list[Any], progress: Progress) -> Openings:
    """The plan of the chosen aim."""
    params, wanted = field.params, wishes[len(steps[-1]):]
    if field.ways is not None:
        return shortest_for_all(field.ways, steps, wanted, params, progress)
    assert field.won is not None
    if params.aim == FEWEST:
        return fewest_schools(field.won, steps, wanted, params, _target(field).label, progress)
    search = most_reached_twice if params.aim == TWICE else most_reached
    return search(field.won, steps, wanted, params, progress)


def _target(field: Field) -> ReachTarget:
    """The wish of a plan with as few schools as possible."""
    case, share = field.case, field.params.share_to_reach
    words = (say("everybody in reach whom any school could reach") if share == 1 else
             say("{share} of those in reach whom any school could reach", share=format_number(share, "share")))
    return ReachTarget(float(case.weight[np.unique(case.at_demand)].sum()) * share, words)


def _clashing(frames: Frames, field: Field, wishes: Sequence[Any]) -> Clashing:
    """A plan that cannot be, as those see it who look for a way out."""
    params, case, won = field.params, field.case, field.won
    if field.ways is not None:
        wishes = [beside_today(wish, case) for wish in wishes]
    elif params.aim == FEWEST:
        wishes = [*wishes, _target(field)]
    elif len(case.costs):
        wishes = [*wishes, one_that_helps(case, np.unique(case.at_site))]

    def cover_of(some: Sequence[Any]) -> Cover:
        if params.aim == TWICE and won is not None:
            return Backup.twice(case, some, won.times)
        return Cover.of(case, EVERYWHERE, some, every_site=True)

    return Clashing(params, case, tuple(wishes), cover_of, called(frames["schools"]))


def _ways_out(frames: Frames, field: Field, wishes: Sequence[Any], conflict: Sequence[Said], progress: Progress) -> tuple[list[WayOut], list[Said]]:
    """The smallest change of each wish that would do."""
    def possible_at(params: PlanParams, until: float, progress: Progress) -> bool | None:
        if time.monotonic() > until:
            return None
        now = situation(frames, params, progress=progress.part(0.0, 0.5)).numbers_only()
        found, cost = with_costs(candidates_for(frames, now), params)
        there = _field(frames, now, found, params, progress.part(0.5, 0.9))
        every = wishes_of(frames, there, limits(params, len(found.schools), cost))
        clash = _clashing(frames, there, every)
        return can_be_met(clash.cover_of(clash.wishes), until, progress.part(0.9, 1.0))

    clash = _clashing(frames, field, wishes)
    return ways_out(clash if field.ways is not None else evolve(clash, possible_at=possible_at), conflict, progress)


def _labels(wishes: Sequence[Any]) -> list[Said]:
    return [wish.label for wish in wishes]


def figures_again(frames: Frames, params: PlanParams, first: Result, *, progress: Progress) -> tuple[KeyFigure, ...]:
    """What the plan reaches with other rows or settings; the schools stay those of the plan."""
    now = situation(frames, params, progress=progress).numbers_only()
    found = candidates_for(frames, now).only([str(school) for school in first.output("plan").frame[v.ID]])
    return reached_figures(now, share_together(now, found, found.schools[v.ID])) if len(found.schools) else ()


ANALYSIS = Analysis(
    name="plan",
    title=say("Plan the next schools"),
    question=say("Where should the next schools go?"),
    summary=say("Chooses the schools that together do most for children's reach, at once or over years, within a number of "
            "schools, a budget, a share for the highest-need fifth and a number per board district. Says how far it can fall short of the best, which schools are in "
            "every plan that is nearly as good, and which wishes clash if there is no plan."),
    step="plan",
    params=PlanParams,
    inputs=INPUTS,
    run=run_plan,
    again=figures_again,
    assumes=("spread", "day"),
    method=say("Maximal covering with wishes, solved by branch and bound to proven optimality where time allows. Candidates are the "
           "schools without the target (as in the ranking of schools). The ground out of reach today is cut along the edges of "
           "what each school would reach (circles of distance / detour; along streets the squares in reach; by a table whole areas) "
           "into pieces that a school reaches wholly or not at all, with the children of a need area spread evenly over it: what "
           "the plan makes most of is what is counted by ground. The floor is a share of the newly reached children who live in "
           "the need areas of the highest fifth, counted the same way. The bound is what no "
           "plan under the same wishes can beat, as the search has proven it on that ground. A plan is nearly as good if it reaches at least (1 - tolerance) times as many; "
           "that a school is in all or in none of these plans is proven, school by school. The order of opening is that of "
           "children added, most first. Over several years the years are planned together: what counts is the sum over the years "
           "of those in reach; what has opened stays open, money not spent is kept, floors and quotas hold at the end. In reach "
           "of two counts what is there today as well. As few schools as possible is a set cover within the wishes. Ways are "
           "measured from one point inside each need area to the nearest of what is there today and the new schools: their mean "
           "(p-median), the Kolm-Pollak equivalent, which weighs the furthest more, or the longest (p-center). For these the "
           "schools that one exchange can replace are named, not the whole family. Ties are settled by the order of the ids. How sure a plan is (of one year): in every possible truth the people of "
           "every need area are drawn within their margins (normal, not below 0; evenly within the half-range where they were carried "
           "from other areas), with a floor also the need that decides the fifths, as for the bands of ranks; draws belong to the id of an area. The best plan is "
           "searched for in each, this plan staying where none is better (for reach of two and for ways by exchanges of schools only). A school counts as in the best plan where it, or one that "
           "reaches the same ground, is. What a plan loses in a truth is what it reaches less than the best plan there. The plan of "
           "least regret is the one within these wishes whose losses are smallest on average over the tenth of the truths in which "
           "they are largest; it is named where that is smaller by a tenth at least."),
    sources=(
        "Church, R. and ReVelle, C. (1974). The maximal covering location problem. doi 10.1007/BF01942293",
        "Hogan, K. and ReVelle, C. (1986). Concepts and applications of backup coverage. doi 10.1287/mnsc.32.11.1434",
        "Toregas, C. and others (1971). The location of emergency service facilities. doi 10.1287/opre.19.6.1363",
        "Hakimi, S. L. (1964). Optimum locations of switching centers. doi 10.1287/opre.12.3.450",
        "Horton, D. and others (2024). Optimising facility location by the Kolm-Pollak equivalent. arXiv 2401.15452",
        "Schilling, D. A. (1980). Dynamic location modeling for public-sector facilities. doi 10.1111/j.1540-5915.1980.tb01172.x",
        "Savage, L. J. (1951). The theory of statistical decision. doi 10.1080/01621459.1951.10500768",
        "Rockafellar, R. T. and Uryasev, S. (2000). Optimization of conditional value-at-risk. doi 10.21314/JOR.2000.038",
        "Huangfu, Q. and Hall, J. A. J. (2018). Parallelizing the dual revised simplex method. doi 10.1007/s12532-017-0130-5",
    ),
    tables=(
        Table("plan", say("The chosen schools in the order of opening, with whom each adds and how firmly it belongs.")),
        Table("schools", say("Every school that could be chosen: whether it is in the plan and in plans nearly as good.")),
        Table("fifths", say("Children newly in reach by need fifth, highest need first.")),
        Table("years", say("What opens in each year and whom it reaches by then; only of a plan over several years."), optional=True),
    ),
)
