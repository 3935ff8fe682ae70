"""Where to open next so that the most people, or the worst-off people, gain: plans with proof.

Every plan is solved to its optimum where time allows, by HiGHS, and comes with the bound that no plan can beat. Travel
costs are `TravelCosts`: pairs; absent = out of reach. Sites already open are ``fixed`` and cost nothing. Ties are
settled by the order of the ids, so the same question has the same answer whatever the order of rows.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd

from ecomap.analysis.cover import conflict_of, cover_problem, limits_of
from ecomap.analysis.distance import TravelCosts
from ecomap.analysis.plan import (
    Case,
    Floats,
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
from ecomap.analysis.solver import Problem
from ecomap.model.errors import ParameterError
from ecomap.model.progress import Progress

__all__ = [
    "InfeasibleError", "Plan", "ReachFloor", "SiteQuota", "kolm_pollak", "maximum_cover", "p_center", "p_median",
    "set_cover",
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
    case = Case.of(costs, weights, fixed)
    if sites is None and budget is None:
        raise ParameterError("A plan needs a number of sites or a budget.", "Give one of them.")
    limits = limits_of(case, sites, budget, site_costs)
    wishes = [*limits, *floors]
    problem, already = cover_problem(case, radius, wishes)
    solution = problem.solve(time_limit_s=time_limit_s, progress=progress)
    if solution.infeasible:
        raise conflict_of(case, radius, wishes, progress)
    return plan_of(case, solution, radius, sign=-1.0, offset=already)


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
    demand, site = case.within(radius)
    lonely = np.setdiff1d(np.arange(len(case.demand)), demand)
    if len(lonely):
        names = [str(case.demand[i]) for i in lonely]
        raise InfeasibleError(
            f"{len(names)} places are in reach of no site: {', '.join(names[:5])}" + (" ..." if len(names) > 5 else "."),
            "Enlarge the radius or add candidate sites near them.",
            {"places": names},
        )
    problem = Problem()
    x = problem.add_columns(np.ones(len(case.sites)), low=case.open.astype(float), integer=True)
    problem.add_rows(demand, x[site], np.ones(len(site)), count=len(case.demand), low=1.0, high=math.inf)
    solution = problem.solve(time_limit_s=time_limit_s, progress=progress)
    return plan_of(case, solution, radius)


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

    Every demand place must be able to reach a site: pairs that are absent cannot be assigned.
    """
    case = Case.of(costs, weights, fixed)
    return _assign(case, case.weight[case.at_demand] * costs.cost, sites, time_limit_s, progress)


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
        raise ParameterError(f"alpha cannot be {alpha:g}.", "Give more than 0; 0 would be the p-median.")
    case = Case.of(costs, weights, fixed)
    top = float(costs.cost.max(initial=0.0))
    plan = _assign(
        case, case.weight[case.at_demand] * np.exp(alpha * (costs.cost - top)), sites, time_limit_s, progress
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
        progress.at(1 - (high - low + 1) / len(lengths), "Looking for the shortest longest way")
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
            f"{sites} sites cannot reach every place.", "Allow more sites, or add candidates.", {"sites": sites}
        )
    chosen = _filled(case, best.chosen, sites)
    opened = case.sites.isin(chosen)
    longest = float(lengths[low]) if low < len(lengths) else float(lengths[-1])
    covered, assigned = reach_of(case, opened, longest)
    return Plan(tuple(case.sites[opened]), longest, longest, 0.0, covered, assigned, proven, tuple(fixed))


def _assign(
    case: Case, cost: Floats, sites: int, time_limit_s: float, progress: Progress | None
) -> Plan:
    """Assign every place to one open site at least total cost; ``cost`` is per pair."""
    check_count(case, sites)
    demand, site = case.at_demand, case.at_site
    lonely = np.setdiff1d(np.flatnonzero(case.weight > 0), demand)
    if len(lonely):
        names = [str(case.demand[i]) for i in lonely]
        raise InfeasibleError(
            f"{len(names)} places are in reach of no site: {', '.join(names[:5])}" + (" ..." if len(names) > 5 else "."),
            "Enlarge the cutoff of the travel costs.",
            {"places": names},
        )
    needed = case.weight[demand] > 0
    rows, place = np.unique(demand[needed], return_inverse=True)
    problem = Problem()
    x = problem.add_columns(np.zeros(len(case.sites)), low=case.open.astype(float), integer=True)
    z = problem.add_columns(cost[needed])
    count = len(z)
    problem.add_rows(place, z, np.ones(count), count=len(rows), low=1.0, high=1.0)
    problem.add_rows(
        np.tile(np.arange(count), 2),
        np.concatenate([x[site[needed]], z]),
        np.concatenate([np.ones(count), -np.ones(count)]),
        count=count,
        low=0.0,
        high=math.inf,
    )
    problem.add_row(x, np.ones(len(x)), high=float(sites))
    solution = problem.solve(time_limit_s=time_limit_s, progress=progress)
    if solution.infeasible:
        raise InfeasibleError(f"{sites} sites cannot reach every place.", "Allow more sites or a longer way.")
    return plan_of(case, solution, math.inf)


def _filled(case: Case, chosen: Sequence[Any], sites: int) -> list[Any]:
    """The chosen sites, filled up to the number asked for with the first others by id (they can only help)."""
    others = [site for site in case.sites if site not in set(chosen)]
    return [*chosen, *others[: sites - len(chosen)]]
