"""Where the next schools should go, under a budget and an equity floor: a plan, its proof and what is a matter of choice."""

from __future__ import annotations

from typing import Annotated, Any

import numpy as np
import pandas as pd
import shapely
from attrs import field, frozen

from ecomap.analysis.candidates import Candidates, candidates_for
from ecomap.analysis.cells import Cells, cells, spacing_m
from ecomap.analysis.conflict import check_limits, conflict_of
from ecomap.analysis.cover import Cover
from ecomap.analysis.coverage import INPUTS as COVERAGE_INPUTS
from ecomap.analysis.distance import TravelCosts
from ecomap.analysis.exchange import solved
from ecomap.analysis.expansion_report import (
    Proposal,
    fifths_output,
    plan_bars,
    plan_figures,
    plan_notes,
    plan_output,
    plan_sentence,
    schools_output,
)
from ecomap.analysis.nearbest import NearBest, family_of
from ecomap.analysis.overlay import metres_per_unit
from ecomap.analysis.plan import Budget, Case, ReachFloor, SiteCount, SiteQuota
from ecomap.analysis.registry import Analysis, Input, Table
from ecomap.analysis.situation import (
    ReachParams,
    Situation,
    inputs_of,
    situation,
    situation_notes,
    sources_of,
)
from ecomap.model import vocabulary as v
from ecomap.model.errors import InputError, ParameterError
from ecomap.model.frames import Frames
from ecomap.model.params import Choice, Param, plain_params
from ecomap.model.progress import Progress
from ecomap.model.result import Provenance, Result
from ecomap.model.units import format_number

INPUTS = (*COVERAGE_INPUTS[:1], Input("schools", v.SCHOOL, "Schools"),
          *(item for item in COVERAGE_INPUTS[1:] if item.name != "attendance"))
ALL = "all"
HIGHEST = 5
_ROUNDING = 1 + 1e-9
COST = "Cost of one new school"


@frozen
class PlanParams(ReachParams):
    """What a planner wishes for."""

    sites: Annotated[int, Param("How many new schools?", "At most; fewer if more would reach nobody new.", unit="count",
                                ge=1, le=500)] = 12
    share_for_highest_fifth: Annotated[float, Param(
        "At least this share of the newly reached in the highest-need fifth", "0: no such floor.", unit="share", ge=0,
        le=1)] = 0.0
    budget_usd: Annotated[float, Param("Budget", "0: no limit.", unit="usd", ge=0)] = 0.0
    cost_per_site_usd: Annotated[float, Param(COST, "Needed with a budget.", unit="usd", ge=0)] = 0.0
    at_least_per_board_district: Annotated[int, Param(
        "At least per board district", "0: no such wish.", unit="count", ge=0, le=100, advanced=True)] = 0
    at_most_per_board_district: Annotated[int, Param(
        "At most per board district", "0: no limit.", unit="count", ge=0, le=500, advanced=True)] = 0
    level: Annotated[str, Param("Which schools?", "A school level, or all.", choices_from="level", advanced=True)] = ALL
    governance: Annotated[str, Param(
        "Run by", choices=(Choice("district", "The district"), Choice("charter", "Charters"), Choice(ALL, "Either")),
        advanced=True)] = "district"
    tolerance: Annotated[float, Param(
        "Nearly as good is within", "Plans that fall short of the best by no more than this share are compared with it.",
        unit="share", ge=0, le=0.2, advanced=True)] = 0.02
    time_limit_s: Annotated[float, Param(
        "Time for the search, seconds", "For the best plan; those nearly as good take half of it again. If it runs out, "
        "the answer says how far from the best it can be.", gt=0, le=3600, advanced=True)] = 10.0


@frozen
class _Ground:
    """The people out of reach, as points, and which candidate school reaches which."""

    cells: Cells
    people: np.ndarray = field(eq=False, repr=False)  # per point
    case: Case


def run_plan(frames: Frames, params: PlanParams, *, progress: Progress) -> Result:
    """Choose the schools that together reach most children who have nothing in reach, as far as the wishes allow."""
    if params.level not in (ALL, *v.SCHOOL_LEVELS):
        raise ParameterError(f"There is no school level {params.level!r}.", "Choose elementary, middle, high or all.")
    if params.budget_usd > 0 and not params.cost_per_site_usd > 0:
        raise ParameterError("A budget needs the cost of one new school.", f"Give it in {COST!r}.")
    now = situation(frames, params, progress=progress.part(0.0, 0.25))
    if params.share_for_highest_fifth > 0 and not now.in_fifth(HIGHEST).any():
        raise ParameterError("No need area has a need score, so no fifth has the highest need.",
                             "Import need indicators, or ask for no share.")
    found = candidates_for(frames, now)
    if not len(found.schools):
        raise InputError("No school is left to choose: all have it already, lack a place on the map or are of another kind.",
                         "Choose another target, level or kind of school.")
    if not now.total(now.reach.out)[0] > 0:
        raise InputError(f"All {now.who} that are counted have it in reach already.", "Choose another target or a shorter distance.")
    ground = _ground(now, found, progress.part(0.25, 0.35))
    wishes = _wishes(now, ground, params) + _quotas(frames, found, params)
    family = _family(ground, wishes, params, progress.part(0.35, 0.85))
    progress.at(0.85, "Counting by ground whom the plan reaches")
    proposal = Proposal.of(now, found, family, _in_order(ground, family), len(ground.cells),
                           ground.cells.spacing * metres_per_unit(now.areas.crs), progress.part(0.85, 0.99))
    progress.at(1.0, "Done")
    inputs = tuple(item.name for item in INPUTS)
    return Result(
        id="plan", analysis="plan", title=f"Plan: {now.supply.target.phrase}", sentence=plan_sentence(proposal),
        outputs=(plan_output(proposal), schools_output(proposal), fifths_output(proposal)), figures=plan_figures(proposal),
        notes=(*plan_notes(proposal, [wish.label for wish in wishes]), *found.notes, *situation_notes(now)),
        bars=plan_bars(proposal), bars_title=f"Where the newly reached {now.who} live: share by need fifth",
        provenance=Provenance("plan", ANALYSIS.version, plain_params(params), inputs_of(frames, inputs),
                              sources_of(frames, inputs)),
    )


def _ground(now: Situation, found: Candidates, progress: Progress) -> _Ground:
    """Spread the people out of reach over points and pair these with the schools within the distance."""
    from scipy.spatial import cKDTree  # heavy

    progress.at(0.0, "Placing those out of reach")
    unit = metres_per_unit(now.areas.crs)
    given = now.known & (np.nan_to_num(now.people) > 0) & now.reach.has_gap
    out = np.where(given, now.reach.out, 0.0)
    points = cells(now.reach.gap, out, spacing=spacing_m(now.params.radius_m / now.params.detour) / unit)
    people = np.nan_to_num(now.people)[points.area] * points.share
    progress.at(0.5, "Measuring which school would reach whom")
    limit = now.params.radius_m / now.params.detour / unit * _ROUNDING
    near = cKDTree(points.xy).sparse_distance_matrix(
        cKDTree(shapely.get_coordinates(found.places)[found.place_of]), limit, output_type="ndarray")
    order = np.lexsort((near["j"], near["i"]))
    costs = TravelCosts(
        pd.RangeIndex(len(points)), pd.Index(found.schools[v.ID].astype(str)), near["i"][order].astype(np.int32),
        near["j"][order].astype(np.int32), near["v"][order] * unit * now.params.detour,
    )
    return _Ground(points, people, Case.of(costs, pd.Series(people, index=costs.demand_ids), ()))


def _wishes(now: Situation, ground: _Ground, params: PlanParams) -> list[Any]:
    """What the plan must keep to, each wish in words."""
    count = min(params.sites, len(ground.case.sites))
    wishes: list[Any] = [SiteCount(count, f"at most {params.sites} new {_schools(params.sites)}")]
    if params.budget_usd > 0:
        cost = np.full(len(ground.case.sites), params.cost_per_site_usd)
        label = (f"a budget of {format_number(params.budget_usd, 'usd')} at "
                 f"{format_number(params.cost_per_site_usd, 'usd')} for each new school")
        wishes.append(Budget(params.budget_usd, cost, label))
    if params.share_for_highest_fifth > 0:
        favoured = ground.case.demand[now.in_fifth(HIGHEST)[ground.cells.area]]
        label = (f"at least {format_number(params.share_for_highest_fifth, 'share')} of the newly reached {now.who} in the "
                 "highest-need fifth")
        wishes.append(ReachFloor(favoured, params.share_for_highest_fifth, label))
    return wishes


def _quotas(frames: Frames, found: Candidates, params: PlanParams) -> list[SiteQuota]:
    least, most = params.at_least_per_board_district, params.at_most_per_board_district
    if not least and not most:
        return []
    if v.BOARD_DISTRICT not in found.schools:
        raise InputError("The schools do not say in which board district they are.",
                         "Import the schools with a board district, or ask for nothing per district.")
    every = sorted(set(_text(frames["schools"][v.BOARD_DISTRICT])) - {""})
    district = _text(found.schools[v.BOARD_DISTRICT])
    quotas = []
    for name in every:
        members = found.schools.loc[district == name, v.ID].astype(str)
        where = f"in board district {name}"
        if least:
            few = "" if len(members) >= least else f" (only {len(members)} to choose from)"
            quotas.append(SiteQuota(members, least, None, f"at least {least} new {_schools(least)} {where}{few}"))
        if most:
            quotas.append(SiteQuota(members, 0, most, f"at most {most} new {_schools(most)} {where}"))
    return quotas


def _text(words: pd.Series) -> pd.Series:
    return words.astype(object).where(words.notna(), "").astype(str)


def _schools(count: int) -> str:
    return "school" if count == 1 else "schools"


def _family(ground: _Ground, wishes: list[Any], params: PlanParams, progress: Progress) -> NearBest:
    """The best plan and the plans that are nearly as good."""
    case, radius = ground.case, float("inf")  # the pairs end at the distance already
    cover = Cover.of(case, radius, wishes)
    check_limits(cover, progress)
    solution = solved(cover, time_limit_s=params.time_limit_s, progress=progress.part(0.0, 0.5))
    if solution.infeasible:
        raise conflict_of(case, radius, wishes, progress)
    plan = cover.without_idle(cover.plan(solution))
    if not plan.chosen and len(case.costs):
        one = SiteQuota(case.sites[np.unique(case.at_site)], 1, None, "at least one new school that reaches somebody")
        raise conflict_of(case, radius, [*wishes, one], progress)
    return family_of(cover, plan, params.tolerance, time_limit_s=params.time_limit_s / 2, progress=progress.part(0.5, 1.0))


def _in_order(ground: _Ground, family: NearBest) -> list[Any]:
    """The chosen schools, each time the one that reaches most of those the ones before it do not (first by id of equals)."""
    case = ground.case
    left, order = ground.people.copy(), []
    remaining = [int(case.sites.get_loc(site)) for site in family.plan.chosen]
    reached = {site: case.at_demand[case.at_site == site] for site in remaining}
    while remaining:
        best = max(remaining, key=lambda site: (float(left[reached[site]].sum()), -site))
        order.append(case.sites[best])
        left[reached[best]] = 0.0
        remaining.remove(best)
    return order


ANALYSIS = Analysis(
    name="plan",
    title="Plan the next schools",
    question="Where should the next schools go?",
    summary="Chooses the schools that together bring most children into reach, within a number of schools, a budget, a share "
            "for the highest-need fifth and a number per board district. Says how good the plan certainly is, which schools "
            "are in every plan that is nearly as good, and which wishes clash if there is no plan.",
    step="plan",
    params=PlanParams,
    inputs=INPUTS,
    run=run_plan,
    method="Maximal covering with wishes, solved by branch and bound to proven optimality where time allows. Candidates are the "
           "schools without the target (as in the ranking of schools). The ground out of reach today is represented by points "
           "80 m apart (a sixteenth of the distance / detour if that is less; wider on very large ground); the children of a need area who are out of reach are spread evenly over its points, and a point is "
           "reached if straight line x detour is at most the distance. The figures of the chosen plan are then counted exactly by "
           "ground (circles around the schools), and the difference between both counts is stated. The floor is a share of the "
           "newly reached children who live in the need areas of the highest fifth, counted on the points. The bound is what no "
           "plan under the same wishes can beat. A plan is nearly as good if it reaches at least (1 - tolerance) times as many; "
           "that a school is in all or in none of these plans is proven, school by school. The order of opening is that of "
           "children added, most first. Ties are settled by the order of the ids.",
    sources=(
        "Church, R. and ReVelle, C. (1974). The maximal covering location problem. doi 10.1007/BF01942293",
        "Huangfu, Q. and Hall, J. A. J. (2018). Parallelizing the dual revised simplex method. doi 10.1007/s12532-017-0130-5",
    ),
    tables=(
        Table("plan", "The chosen schools in the order of opening, with whom each adds and how firmly it belongs."),
        Table("schools", "Every school that could be chosen: whether it is in the plan and in plans nearly as good."),
        Table("fifths", "Children newly in reach by need fifth, highest need first."),
    ),
)
