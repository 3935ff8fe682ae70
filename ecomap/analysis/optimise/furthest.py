"""No one further than: sites so that the longest way to the nearest is as short as the wishes allow."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from ecomap.analysis.optimise.case import Case, Floats, InfeasibleError, Plan, plan_of
from ecomap.analysis.optimise.cover import Bools, Cover, keeps_limits
from ecomap.model import clock
from ecomap.model.progress import Progress
from ecomap.model.said import say


def shortest_longest(
    case: Case, wishes: Sequence[Any], *, time_limit_s: float, progress: Progress | None = None
) -> Plan:
    """The plan whose longest way to the nearest is shortest.

    Halves over the ways that occur; at each: is there a set of sites within the wishes that leaves no one further?

    Raises
    ------
    InfeasibleError
        If some place is in reach of no site, or the wishes leave no plan at all.
    """
    progress = progress or Progress()
    until = clock.moment_s() + time_limit_s
    lengths = np.unique(case.costs.cost)
    low, high, sure = 0, len(lengths) - 1, 0
    best: Bools | None = None
    while low <= high:
        progress.at(1 - (high - low + 1) / len(lengths), say("Looking for the shortest longest way"))
        middle = (low + high) // 2
        found, certain = _within(case, wishes, float(lengths[middle]), max(until - clock.moment_s(), 0.2) / 3, progress)
        if found is None:
            sure = middle + 1 if certain and sure == low else sure
            low = middle + 1
        else:
            best, high = found, middle - 1
    if best is None:
        raise InfeasibleError(say("No plan under these wishes reaches every place."), say("Allow more schools, or add candidates."))
    opened = _without_idle(case, wishes, best, float(lengths[low]))
    longest = float(_ways(case, opened).max(initial=0.0))
    bound = min(float(lengths[sure]), longest)
    return plan_of(case, opened, longest, bound, proven=bound >= longest)


def _within(
    case: Case, wishes: Sequence[Any], radius: float, time_limit_s: float, progress: Progress
) -> tuple[Bools | None, bool]:
    """Sites that leave nobody further than a radius, or None; and whether that None is certain."""
    demand, _ = case.within(radius)
    if len(np.unique(demand)) < len(case.demand):
        return None, True
    cover = Cover.of(case, radius, wishes, every_site=True)
    opened = cover.greedy()
    if cover.reached(opened).all() and cover.meets(opened):
        return opened, True
    problem, x = cover.problem_of_all()
    solution = problem.solve(time_limit_s=time_limit_s, progress=progress)
    return None if solution.values is None else solution.values[x] > 0.5, solution.infeasible


def _without_idle(case: Case, wishes: Sequence[Any], opened: Bools, longest: float) -> Bools:
    opened = opened.copy()
    for site in np.flatnonzero(opened & ~case.open)[::-1]:
        opened[site] = False
        opened[site] = not (keeps_limits(case, wishes, opened) and _ways(case, opened).max(initial=0.0) <= longest)
    return opened


def _ways(case: Case, opened: Bools) -> Floats:
    way = np.full(len(case.demand), np.inf)
    inside = opened[case.at_site]
    np.minimum.at(way, case.at_demand[inside], case.costs.cost[inside])
    return way
