"""Where the next schools should go, under a budget and an equity floor: a plan, its proof and what is a matter of choice."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from ecomap.analysis.gaps.situation import Situation, situation, situation_notes
from ecomap.analysis.ground.pieces import MOST_PAIRS, MOST_PIECES
from ecomap.analysis.optimise.case import InfeasibleError
from ecomap.analysis.plan.candidates import GROUND, INPUTS, candidates_for, check_level
from ecomap.analysis.plan.expansion.family import family_output, has_family
from ecomap.analysis.plan.expansion.params import FEWEST, HIGHEST, TWICE, WAYS, PlanParams
from ecomap.analysis.plan.expansion.possible import how_sure
from ecomap.analysis.plan.expansion.proposal import Proposal
from ecomap.analysis.plan.expansion.searching import field_of, openings_of, target_of, ways_out_of, wishes_of
from ecomap.analysis.plan.expansion.tables import fifths_output, plan_bars, plan_output, schools_output
from ecomap.analysis.plan.expansion.wishes import (
    check_params,
    in_words,
    limits,
    with_costs,
)
from ecomap.analysis.plan.expansion.words import plan_figures, plan_notes, plan_sentence, reached_figures
from ecomap.analysis.plan.expansion.years import years_output
from ecomap.analysis.plan.together import share_together
from ecomap.analysis.registry import Analysis, Answer, Table
from ecomap.model import vocabulary as v
from ecomap.model.errors import InputError, ParameterError
from ecomap.model.frames import Frames
from ecomap.model.memory import NUMBER, check_room
from ecomap.model.progress import Progress
from ecomap.model.result import KeyFigure, Result
from ecomap.model.said import Said, joined, say

_PAIR = 150  # about so many bytes takes a pair of a piece and a school, as the search and its solver hold it


def run_plan(frames: Frames, params: PlanParams, *, progress: Progress) -> Answer:
    """Choose the schools that together do best what the plan is for, as far as the wishes allow."""
    check_level(params.level)
    check_params(params)
    check_room(_memory(len(frames["areas"]), len(frames["schools"]), params.truths))
    now = situation(frames, params, often=False, twice=params.aim == TWICE, progress=progress.part(0.0, 0.25))
    if params.share_for_highest_fifth > 0 and not now.in_fifth(HIGHEST).any():
        raise ParameterError(say("No need area has a need score, so no fifth has the highest need."),
                             say("Import need indicators, or ask for no share."))
    found, cost = with_costs(candidates_for(frames, now), params)
    if not len(found.schools):
        raise InputError(say("No school is left to choose: all have it already, lack a place on the map or are of another kind."),
                         say("Choose another target, level or kind of school."))
    _check_gap(now, params)
    steps = [limits(params, len(found.schools), cost, year=year) for year in range(params.years)]
    field = field_of(frames, now, found, params, progress.part(0.25, 0.35))
    wishes = wishes_of(frames, field, steps[-1])
    try:
        openings = openings_of(field, steps, wishes, progress.part(0.35, 0.65))
    except InfeasibleError as clash:
        raise in_words(clash, *ways_out_of(frames, field, wishes, clash.details.get("conflict", ()), progress.part(0.65, 1.0))) from clash
    won = field.won
    kept = _labels([*wishes, *([target_of(field)] if params.aim == FEWEST else [])])
    sureness = how_sure(now, won, openings, wishes, progress.part(0.65, 0.85))
    progress.at(0.85, say("Counting by ground whom the plan reaches"))
    proposal = Proposal.of(now, found, openings, cost, won, progress.part(0.85, 0.99), sureness)
    progress.at(1.0, say("Done"))
    outputs = [plan_output(proposal), schools_output(proposal), fifths_output(proposal)]
    others = family_output(proposal) if has_family(proposal) else None
    outputs += [] if others is None else [others]
    if params.in_years:
        outputs.append(years_output(proposal))
    return Answer(
        title=say("Plan: {target}", target=now.supply.target.title), sentence=plan_sentence(proposal),
        outputs=tuple(outputs), figures=plan_figures(proposal),
        notes=(*plan_notes(proposal, kept), *found.notes, *situation_notes(now)),
        bars=plan_bars(proposal), bars_title=say("Where the newly reached {who} live: share by need fifth", who=now.who),
        chosen=len(openings.order),
    )


def _memory(areas: int, schools: int, truths: int) -> int:
    """About how many bytes it takes: people of every piece, area and school in every truth twice, the pairs of the search, and the ground."""
    pieces = min(MOST_PIECES, 12 * areas)
    return truths * NUMBER * 2 * (pieces + areas + schools) + _PAIR * min(MOST_PAIRS, 5 * pieces) + GROUND * (areas + schools)


def _check_gap(now: Situation, params: PlanParams) -> None:
    """Refuse a plan for people who lack nothing."""
    left = now.total(1.0 - now.reach.twice if params.aim == TWICE else now.reach.out)[0]
    if params.aim not in WAYS and not left > 0:
        raise InputError(say("All {who} that are counted have it in reach of two already." if params.aim == TWICE else
                             "All {who} that are counted have it in reach already.", who=now.who),
                         say("Choose another target or a shorter distance."))


def _labels(wishes: Sequence[Any]) -> list[Said]:
    return [wish.label for wish in wishes]


def figures_again(frames: Frames, params: PlanParams, first: Result, *, progress: Progress) -> tuple[KeyFigure, ...]:
    """What the plan reaches with other rows or settings; the schools stay those of the plan."""
    now = situation(frames, params, often=False, twice=False, ground=False, progress=progress).numbers_only()
    found = candidates_for(frames, now, [str(school) for school in first.output("plan").frame[v.ID]])
    return reached_figures(now, share_together(now, found, found.schools[v.ID])) if len(found.schools) else ()


ANALYSIS = Analysis(
    name="plan",
    title=say("Plan the next schools together"),
    question=say("Which schools next, all together?"),
    when=say("Use it to decide on several schools at once, within a number, a budget, a floor or rules: nobody is counted twice. To see what "
             "one school would do on its own, rank them one by one (priority)."),
    summary=say("Chooses the schools that together do most for children's reach, at once or over years, within a number of "
            "schools, a budget, a share for the highest-need fifth and a number per board district. Says how far it can fall short of the best, which schools are in "
            "every plan that is nearly as good, and which wishes clash if there is no plan."),
    step="plan",
    params=PlanParams,
    inputs=INPUTS,
    run=run_plan,
    again=figures_again,
    assumes=("spread", "day"),
    method=joined([say("Maximal covering with wishes, solved by branch and bound to proven optimality where time allows. Candidates are the "
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
           say("How often a school is in plans nearly as good is a sample, by walks through the plans with as many schools: at each, one of the "
               "exchanges that lead to another is taken at random, and each plan counts by one over the number of its exchanges. Where wishes "
               "clash, each of them alone is loosened until the others can be met: the least money, the fewest schools, the most districts, "
               "the highest share, by branch and bound; the distance by trying one step after the other.")]),
    sources=(
        "Church, R. and ReVelle, C. (1974). The maximal covering location problem. doi 10.1007/BF01942293",
        "Hogan, K. and ReVelle, C. (1986). Concepts and applications of backup coverage. doi 10.1287/mnsc.32.11.1434",
        "Toregas, C. and others (1971). The location of emergency service facilities. doi 10.1287/opre.19.6.1363",
        "Hakimi, S. L. (1964). Optimum locations of switching centers. doi 10.1287/opre.12.3.450",
        "Horton, D. and others (2024). Optimising facility location by the Kolm-Pollak equivalent. arXiv 2401.15452",
        "Schilling, D. A. (1980). Dynamic location modeling for public-sector facilities. doi 10.1111/j.1540-5915.1980.tb01172.x",
        "Savage, L. J. (1951). The theory of statistical decision. doi 10.1080/01621459.1951.10500768",
        "Metropolis, N. and others (1953). Equation of state calculations by fast computing machines. doi 10.1063/1.1699114",
        "Dinkelbach, W. (1967). On nonlinear fractional programming. doi 10.1287/mnsc.13.7.492",
        "Rockafellar, R. T. and Uryasev, S. (2000). Optimization of conditional value-at-risk. doi 10.21314/JOR.2000.038",
        "Huangfu, Q. and Hall, J. A. J. (2018). Parallelizing the dual revised simplex method. doi 10.1007/s12532-017-0130-5",
    ),
    tables=(
        Table("plan", say("The chosen schools in the order of opening, with whom each adds and how firmly it belongs.")),
        Table("schools", say("Every school that could be chosen: whether it is in the plan and in plans nearly as good.")),
        Table("fifths", say("Children newly in reach by need fifth, highest need first.")),
        Table("family", say("Schools that are not planned and are in some of the other plans nearly as good, with how often."), optional=True),
        Table("years", say("What opens in each year and whom it reaches by then; only of a plan over several years."), optional=True),
    ),
)
