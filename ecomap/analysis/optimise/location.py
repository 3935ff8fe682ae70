"""Where to open next so that the most people, or the worst-off people, gain: plans with proof.

Every plan is solved to its optimum where time allows, by HiGHS, and comes with the bound that no plan can beat. Travel
costs are `TravelCosts`: pairs; absent = out of reach. Sites already open are ``fixed`` and cost nothing. Ties are
settled by the order of the ids, so the same question has the same answer whatever the order of rows.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence

import numpy as np
import pandas as pd
from attrs import evolve

from ecomap.analysis.optimise.case import (
    Case,
    Id,
    InfeasibleError,
    Plan,
    ReachFloor,
    SiteQuota,
    Wish,
    check_count,
    plan_of,
    reach_of,
)
from ecomap.analysis.optimise.cover import Cover, cover_for
from ecomap.analysis.optimise.median import assign, filled, lonely
from ecomap.analysis.optimise.near_best import NearBest, best_cover, near_best
from ecomap.analysis.optimise.phases import phased_cover
from ecomap.analysis.optimise.solver import Problem
from ecomap.analysis.travel.costs import TravelCosts
from ecomap.model.errors import ParameterError
from ecomap.model.progress import Progress
from ecomap.model.said import say
from ecomap.model.units import format_number

__all__ = [
    "InfeasibleError", "NearBest", "Plan", "ReachFloor", "SiteQuota", "backup_cover", "kolm_pollak", "maximum_cover",
    "near_best", "p_center", "p_median", "phased_cover", "set_cover",
]


def maximum_cover(
    costs: TravelCosts,
    weights: pd.Series,
    *,
    radius: float,
    sites: int | None = None,
    budget: float | None = None,
    site_costs: pd.Series | Mapping[Id, float] | None = None,
    fixed: Sequence[Id] = (),
    floors: Sequence[Wish] = (),
    time_limit_s: float = 60.0,
    progress: Progress | None = None,
) -> Plan:
    """Open sites so that the most weighted people are within reach (MCLP; Church and ReVelle 1974).

    Parameters
    ----------
    costs : TravelCosts
    weights : Series
        People (or people times need) by demand id; neither missing nor negative.
    radius : float
        Largest cost that counts as in reach, inclusive.
    sites : int, optional
        How many sites in all, ``fixed`` included.
    budget, site_costs
        Money for new sites and what each costs; fixed ones cost nothing. At least one of sites and budget is needed.
    floors : sequence of ReachFloor or SiteQuota

    Raises
    ------
    InfeasibleError
        If the wishes contradict each other; names a smallest set that does.
    """
    cover = cover_for(costs, weights, radius=radius, sites=sites, budget=budget, site_costs=site_costs, fixed=fixed,
                      floors=floors)
    return best_cover(cover, time_limit_s, progress)[1]


def backup_cover(
    costs: TravelCosts,
    weights: pd.Series,
    *,
    radius: float,
    sites: int,
    fixed: Sequence[Id] = (),
    reached_once: float = 0.0,
    time_limit_s: float = 60.0,
    progress: Progress | None = None,
) -> Plan:
    """Open sites so that the most weighted people have two within reach (BACOP; Hogan and ReVelle 1986).

    Parameters
    ----------
    reached_once : float
        Weight that must stay in reach of at least one site, such as a share of what `maximum_cover` reaches.

    Returns
    -------
    Plan
        ``objective`` and ``covered`` speak of being reached twice; ``assigned`` is the nearest site.
    """
    case = Case.of(costs, weights, fixed)
    check_count(case, sites)
    if reached_once > float(case.weight[np.unique(case.within(radius)[0])].sum()):
        raise InfeasibleError(
            say("All sites together do not reach {reached_once} once.", reached_once=format_number(reached_once)), say("Ask for less."), {"conflict": ["reached_once"]}
        )
    demand, site = case.within(radius)
    problem = Problem()
    x = problem.add_columns(np.zeros(len(case.sites)), low=case.open.astype(float), integer=True)
    twice = problem.add_columns(-case.weight, integer=True)
    places, count = np.arange(len(case.demand)), len(case.demand)
    for column, times in ((twice, 2.0), (problem.add_columns(np.zeros(count)), 1.0)):
        problem.add_rows(
            np.concatenate([demand, places]), np.concatenate([x[site], column]),
            np.concatenate([np.ones(len(demand)), np.full(count, -times)]), count=count, low=0.0, high=math.inf,
        )
        if times == 1.0:
            problem.add_row(column, case.weight, low=reached_once)
    problem.add_row(x, np.ones(len(x)), high=float(sites))
    solution = problem.solve(time_limit_s=time_limit_s, progress=progress)
    if solution.infeasible:
        raise InfeasibleError(
            say("{sites} sites cannot reach {reached_once} once.", sites=sites, reached_once=format_number(reached_once)), say("Allow more sites or ask for less."),
            {"conflict": [f"at most {sites} sites", "reached_once"]},
        )
    plan = plan_of(case, solution, radius, sign=-1.0)
    inside = case.sites.isin(list(plan.chosen))[site]
    covered = pd.Series(np.bincount(demand[inside], minlength=count) >= 2, index=case.demand, name="covered")
    return evolve(plan, covered=covered)


def set_cover(
    costs: TravelCosts,
    *,
    radius: float,
    fixed: Sequence[Id] = (),
    time_limit_s: float = 60.0,
    progress: Progress | None = None,
) -> Plan:
    """The fewest sites that put every demand place within reach (LSCP; Toregas and others 1971).

    Raises
    ------
    InfeasibleError
        If some places are in reach of no site at all; names them.
    """
    case = Case.of(costs, None, fixed)
    demand, _ = case.within(radius)
    alone = np.setdiff1d(np.arange(len(case.demand)), demand)
    if len(alone):
        raise lonely(case, alone, "Enlarge the radius or add candidate sites near them.")
    cover = Cover.of(case, radius, [])
    problem = Problem()
    x = problem.add_columns(
        np.ones(len(case.sites)), low=case.open.astype(float), high=(cover.useful | case.open).astype(float), integer=True
    )
    rows = cover.sees[cover.hardest()].tocoo()
    row, column = rows.coords
    problem.add_rows(row, x[column], np.ones(len(row)), count=rows.shape[0], low=1.0, high=math.inf)
    solution = problem.solve(
        start=cover.greedy().astype(float), time_limit_s=time_limit_s, progress=progress
    )
    plan = plan_of(case, solution, radius)
    if plan.proven:
        return plan
    bound = float(min(math.ceil(plan.bound - 1e-6), plan.objective))  # there are no half sites
    return evolve(plan, bound=bound, gap=(plan.objective - bound) / max(plan.objective, 1.0),
                  proven=bound >= plan.objective)


def p_median(
    costs: TravelCosts,
    weights: pd.Series,
    *,
    sites: int,
    fixed: Sequence[Id] = (),
    time_limit_s: float = 120.0,
    progress: Progress | None = None,
) -> Plan:
    """Open ``sites`` sites so that the weighted sum of distances to the nearest is least (Hakimi 1964).

    Every demand place must be able to reach a site: pairs that are absent cannot be assigned. Small questions are
    solved to the end; large ones get a plan by exchange of sites and a bound by Lagrange multipliers (`bound`, `gap`
    and `proven` say how good it certainly is).
    """
    case = Case.of(costs, weights, fixed)
    return assign(case, case.weight[case.at_demand] * case.costs.cost, sites, time_limit_s, progress)


def kolm_pollak(
    costs: TravelCosts,
    weights: pd.Series,
    *,
    sites: int,
    alpha: float,
    fixed: Sequence[Id] = (),
    time_limit_s: float = 120.0,
    progress: Progress | None = None,
) -> Plan:
    """Open ``sites`` sites so that the Kolm-Pollak equivalent distance is least: the far-away weigh more.

    Minimising the equivalent is the linear objective ``Σ w exp(α d) z`` with α = -κ > 0 (Horton and others,
    arXiv 2401.15452). ``objective`` and ``bound`` are given as the equivalent distance, in the unit of the costs.
    """
    if not alpha > 0:
        raise ParameterError(say(f"alpha cannot be {alpha:g}."), say("Give more than 0; 0 would be the p-median."))
    case = Case.of(costs, weights, fixed)
    top = float(costs.cost.max(initial=0.0))
    plan = assign(
        case, case.weight[case.at_demand] * np.exp(alpha * (case.costs.cost - top)), sites, time_limit_s, progress
    )
    people = float(case.weight.sum())

    def equivalent(total: float) -> float:
        return top + math.log(total / people) / alpha if total > 0 and math.isfinite(total) else 0.0

    value, bound = equivalent(plan.objective), equivalent(plan.bound)
    gap = 0.0 if plan.proven else abs(value - bound) / max(abs(value), 1e-12)
    return Plan(plan.chosen, value, bound, gap, plan.covered, plan.assigned, plan.proven, plan.fixed)


def p_center(
    costs: TravelCosts,
    *,
    sites: int,
    fixed: Sequence[Id] = (),
    time_limit_s: float = 60.0,
    progress: Progress | None = None,
) -> Plan:
    """Open ``sites`` sites so that the longest way to the nearest is shortest.

    Found by halving over the distances that occur, with a set cover at each: the answer is exact.
    """
    progress = progress or Progress()
    case = Case.of(costs, None, fixed)
    check_count(case, sites)
    lengths = np.unique(costs.cost)
    low, high = 0, len(lengths) - 1
    best: Plan | None = None
    proven = True
    while low <= high:
        progress.at(1 - (high - low + 1) / len(lengths), say("Looking for the shortest longest way"))
        middle = (low + high) // 2
        try:
            cover = set_cover(
                costs, radius=float(lengths[middle]), fixed=fixed, time_limit_s=time_limit_s, progress=progress
            )
        except InfeasibleError:
            low = middle + 1
            continue
        if len(cover.chosen) <= sites:
            best, high = cover, middle - 1
        else:
            proven = proven and cover.bound > sites
            low = middle + 1
    if best is None:
        raise InfeasibleError(
            say("{sites} sites cannot reach every place.", sites=sites), say("Allow more sites, or add candidates."), {"sites": sites}
        )
    opened = filled(case.sites.isin(list(best.chosen)), sites)
    longest = float(lengths[low]) if low < len(lengths) else float(lengths[-1])
    covered, assigned = reach_of(case, opened, longest)
    return Plan(tuple(case.sites[opened]), longest, longest, 0.0, covered, assigned, proven, tuple(fixed))
