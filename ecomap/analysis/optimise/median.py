"""Assigning every place to one open site at the least total cost."""

from __future__ import annotations

import math
import time
from collections.abc import Sequence
from typing import Any

import numpy as np

from ecomap.analysis.optimise.case import Case, InfeasibleError, Plan, SiteCount, check_count, reach_of
from ecomap.analysis.optimise.cover import add_limit, keeps_limits, limits_problem
from ecomap.analysis.optimise.lagrange import (
    Bools,
    Floats,
    Found,
    Ints,
    Medians,
    medians,
    prices,
    settled,
    shaken,
    swapped,
    total,
)
from ecomap.analysis.optimise.solver import Problem
from ecomap.model.progress import Progress
from ecomap.model.said import say

EXACT_PAIRS = 60_000  # up to this many open questions are handed to branch and bound


def lonely(case: Case, places: Sequence[int] | Ints, hint: str) -> InfeasibleError:
    """The error that names places which no site reaches."""
    names = [str(case.demand[i]) for i in places]
    which = ", ".join(names[:5]) + (" ..." if len(names) > 5 else "")
    return InfeasibleError(say("{names} places are in reach of no site: {which}.", names=len(names), which=which), hint, {"places": names})


def assign(
    case: Case, cost: Floats, sites: int, time_limit_s: float, progress: Progress | None, wishes: Sequence[Any] = ()
) -> Plan:
    """Open ``sites`` sites and assign every place with a weight; ``cost`` is per pair.

    A plan and a bound come from Lagrange multipliers and swaps; what they leave open is settled by branch and bound if
    it is small enough. Otherwise the plan is given with the gap that is certain. ``wishes`` (quotas, a budget) can be met
    by themselves: `conflict.check_limits` has been asked.
    """
    check_count(case, sites)
    progress = progress or Progress()
    until = time.monotonic() + time_limit_s
    needed = case.weight[case.at_demand] > 0
    alone = np.setdiff1d(np.flatnonzero(case.weight > 0), case.at_demand)
    if len(alone):
        raise lonely(case, alone, "Enlarge the cutoff of the travel costs.")
    if not needed.any():
        return _plan(case, Found(filled(case.open, sites), 0.0, 0.0, np.zeros(0)))
    _, place = np.unique(case.at_demand[needed], return_inverse=True)
    problem = Medians.of(place, case.at_site[needed], cost[needed], case.open, sites)
    found = medians(problem, time_limit_s=time_limit_s / 3, progress=progress.part(0.0, 0.3))
    if wishes:
        found = _keeping(case, problem, found, wishes, until, progress)
    if not found.closed:
        found = _finished(case, problem, found, wishes, until, progress.part(0.3, 1.0))
    if not math.isfinite(found.objective):
        raise InfeasibleError(say("{sites} sites cannot reach every place.", sites=sites), say("Allow more sites or a longer way."))
    return _plan(case, found)


def filled(opened: Bools, sites: int) -> Bools:
    """The open sites, filled up to the number asked for with the first others by id (they can only help)."""
    result = opened.copy()
    closed = np.flatnonzero(~opened)
    result[closed[: max(sites - int(opened.sum()), 0)]] = True
    return result


def _keeping(
    case: Case, problem: Medians, found: Found, wishes: Sequence[Any], until: float, progress: Progress
) -> Found:
    """A plan that keeps the wishes, and the bound that they raise: sites at their Lagrange price, chosen within them."""
    def allowed(opened: Bools) -> bool:
        return keeps_limits(case, wishes, opened)

    if allowed(found.opened):
        return found
    _, price = prices(problem, found.multipliers)
    limits = limits_problem(case, [*wishes, SiteCount(problem.count, "")])
    limits.price(np.arange(problem.sites), price)
    solution = limits.solve(time_limit_s=max(until - time.monotonic(), 1.0) / 2, progress=progress)
    bound = max(found.bound, float(found.multipliers.sum()) + solution.bound)
    if solution.values is None:
        return Found(found.opened, math.inf, bound, found.multipliers)
    opened = swapped(problem, solution.values > 0.5, until, progress, allowed)
    objective = total(problem, opened)
    return Found(opened, objective, min(bound, objective), found.multipliers)


def _finished(
    case: Case, problem: Medians, found: Found, wishes: Sequence[Any], until: float, progress: Progress
) -> Found:
    """Settle by branch and bound what the bound leaves open, if that is not too much."""
    must, never = settled(problem, found)
    keep = _wanted_pairs(problem, must, never)
    if int(keep.sum()) > EXACT_PAIRS:
        return found if wishes else shaken(problem, found, until, progress=progress)
    model, x = _model(problem, must, never, keep)
    for wish in wishes:
        add_limit(model, case, wish, x)
    solution = model.solve(time_limit_s=max(until - time.monotonic(), 1.0), progress=progress)
    if solution.infeasible:  # nothing is better than what was found
        return Found(found.opened, found.objective, found.objective, found.multipliers)
    bound = max(found.bound, min(solution.bound, found.objective))
    opened = found.opened
    objective = found.objective
    if solution.values is not None:
        better = solution.values[x] > 0.5
        better = better if wishes else filled(better, problem.count)
        cost = _total(problem, better)
        if cost < objective:
            opened, objective = better, cost
    if solution.proven:
        bound = objective
    return Found(opened, objective, min(bound, objective), found.multipliers)


def _wanted_pairs(problem: Medians, must: Bools, never: Bools) -> Bools:
    """Pairs that a better plan could use: not with a site that stays closed, nor beyond one that is surely open."""
    sure = np.full(problem.places, math.inf)
    np.minimum.at(sure, problem.place[must[problem.site]], problem.cost[must[problem.site]])
    return np.asarray(~never[problem.site] & (problem.cost <= sure[problem.place]))


def _model(problem: Medians, must: Bools, never: Bools, keep: Bools) -> tuple[Problem, Ints]:
    """The problem in whole numbers, with the columns of the sites."""
    place, site, cost = problem.place[keep], problem.site[keep], problem.cost[keep]
    model = Problem()
    x = model.add_columns(
        np.zeros(problem.sites), low=must.astype(float), high=1.0 - never.astype(float), integer=True
    )
    z = model.add_columns(cost)
    count = len(z)
    model.add_rows(place, z, np.ones(count), count=problem.places, low=1.0, high=1.0)
    model.add_rows(
        np.tile(np.arange(count), 2), np.concatenate([x[site], z]),
        np.concatenate([np.ones(count), -np.ones(count)]), count=count, low=0.0, high=math.inf,
    )
    model.add_row(x, np.ones(len(x)), high=float(problem.count))
    return model, x


def _total(problem: Medians, opened: Bools) -> float:
    inside = opened[problem.site]
    best = np.full(problem.places, math.inf)
    np.minimum.at(best, problem.place[inside], problem.cost[inside])
    return float(best.sum())


def _plan(case: Case, found: Found) -> Plan:
    covered, assigned = reach_of(case, found.opened, math.inf)
    proven = found.closed
    bound = found.objective if proven else found.bound
    gap = 0.0 if proven else found.gap
    return Plan(
        tuple(case.sites[found.opened]), found.objective, bound, gap, covered, assigned, proven, case.fixed
    )
