"""As few sites as possible: everybody, or a share, brought into reach within the wishes."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

import numpy as np
from attrs import evolve

from ecomap.analysis.optimise.case import Case, Floats, Plan, ReachTarget, SiteCount, out_of_time, plan_of
from ecomap.analysis.optimise.conflict import check_limits, conflict_of
from ecomap.analysis.optimise.cover import FLOOR_ROUNDING, Bools, Cover
from ecomap.analysis.optimise.exchange import exchanged
from ecomap.analysis.optimise.solver import Ints, Problem, Solution
from ecomap.model import clock
from ecomap.model.progress import Progress
from ecomap.model.said import NOTHING, Said


def fewest_sites(
    case: Case, radius: float, wishes: Sequence[Any], label: Said, *, share: float = 1.0, time_limit_s: float,
    progress: Progress | None = None,
) -> tuple[Cover, Plan]:
    """The plan that opens as few sites as bring a share of all whom any site could reach into reach.

    Parameters
    ----------
    label : Said
        The wish for that share, for the error that names wishes which clash.

    Returns
    -------
    Cover, Plan
        The problem with that wish; the plan's ``objective`` and ``bound`` count sites, those open already too.
    """
    could = float(case.weight[np.unique(case.within(radius)[0])].sum())
    cover = Cover.of(case, radius, wishes)
    cover = evolve(cover, wishes=(*wishes, ReachTarget((could - cover.already) * share, label)))
    check_limits(cover, progress)
    solution = fewest(cover, time_limit_s=time_limit_s, progress=progress)
    if solution.infeasible:
        raise conflict_of(case, radius, cover.wishes, progress)
    if solution.values is None:
        raise out_of_time()
    before = float(case.open.sum())
    return cover, plan_of(case, solution.values[: len(case.sites)] > 0.5, solution.objective + before, solution.bound + before,
                          proven=solution.proven, radius=radius)


def fewest(cover: Cover, *, time_limit_s: float, progress: Progress | None = None) -> Solution:
    """The smallest number of new sites that meets every wish of a covering problem.

    Returns
    -------
    Solution
        ``values`` are the sites, 1 for open; ``objective`` and ``bound`` count new sites, whole numbers.
    """
    progress = progress or Progress()
    until = clock.moment_s() + time_limit_s
    if any(target.people >= float(cover.weight.sum()) * (1 - 1e-9) for target in cover.targets()):
        return _everybody(cover, until, progress)
    opened = _fewer(cover, pruned(cover, cover.greedy()), until, progress)
    if cover.meets(opened):
        return _closed_in(cover, opened, until, progress)
    problem, x, _ = cover.problem(count_people=False)
    return _searched(cover, problem, x, opened, None, until, progress)


def _everybody(cover: Cover, until: float, progress: Progress) -> Solution:
    """All must be reached: there is no room for fractions, so the sites alone are the problem."""
    if not cover.keeps_floors_for_all():
        return Solution(None, math.inf, math.inf, math.inf, True, True)
    opened = pruned(cover, cover.greedy())
    problem, x = cover.problem_of_all()
    start = np.concatenate([opened, cover.spread_values(opened)]).astype(np.float64) if cover.meets(opened) else None
    return _searched(cover, problem, x, opened, start, until, progress)


def _searched(
    cover: Cover, problem: Problem, x: Ints, opened: Bools, start: Floats | None, until: float, progress: Progress
) -> Solution:
    """Branch and bound over the number of new sites; ``start`` is ``opened`` as columns, where that meets the wishes."""
    free = ~cover.case.open
    problem.price(x[free], np.ones(int(free.sum())))
    solution = problem.solve(start=start, time_limit_s=max(until - clock.moment_s(), 0.1), progress=progress)
    if solution.infeasible or (solution.values is None and start is None):
        return solution
    if solution.values is not None:
        found = solution.values[x] > 0.5
        opened = found if start is None or found.sum() <= opened.sum() else opened
    return _counted(opened, free, solution.bound if not solution.proven else float((opened & free).sum()))


def _counted(opened: Bools, free: Bools, bound: float) -> Solution:
    """Some sites as an answer, with a bound on how many are needed: there are no half sites."""
    count = float((opened & free).sum())
    bound = min(float(math.ceil(bound - 1e-6)), count) if math.isfinite(bound) else 0.0
    return Solution(opened.astype(np.float64), count, bound, (count - bound) / max(count, 1.0), bound >= count, False)


def _within(cover: Cover, count: int) -> Cover:
    """The same people and wishes, but as many as possible with so many sites."""
    rest = tuple(wish for wish in cover.wishes if not isinstance(wish, ReachTarget | SiteCount))
    return evolve(cover, wishes=(*rest, SiteCount(count, NOTHING)))


def _fewer(cover: Cover, opened: Bools, until: float, progress: Progress) -> Bools:
    """One site less as long as exchanges find a plan that still meets the wishes."""
    while cover.meets(opened) and opened.sum() > cover.case.open.sum() + 1 and not clock.over(until):
        less = _within(cover, int(opened.sum()) - 1)
        other = exchanged(less, less.first(), progress)
        if not cover.meets(other):
            break
        opened = pruned(cover, other)
    return opened


def _closed_in(cover: Cover, opened: Bools, until: float, progress: Progress) -> Solution:
    """Ask whether one site less could still do, until that is ruled out or found."""
    free = ~cover.case.open
    wanted = sum(target.people for target in cover.targets())
    problem, x, _ = cover.problem(count_people=False)
    problem.price(x[free], np.ones(int(free.sum())))
    least = problem.relaxed(time_limit_s=max(until - clock.moment_s(), 0.1)).solve(progress).objective
    lowest = math.ceil(least - 1e-6) if math.isfinite(least) else 0
    while lowest < int((opened & free).sum()) and not clock.over(until):
        less = _within(cover, int(opened.sum()) - 1)
        model, columns, _ = less.problem()
        start = less.greedy()
        solution = model.solve(start=less.values(start) if less.meets(start) else None, enough=-wanted,
                               time_limit_s=max(until - clock.moment_s(), 0.1), progress=progress)
        other = None if solution.values is None else solution.values[columns] > 0.5
        if other is not None and cover.meets(other):
            opened = pruned(cover, other)
        else:
            if solution.infeasible or -solution.bound < wanted - FLOOR_ROUNDING:
                lowest = int((opened & free).sum())
            break
    return _counted(opened, free, float(lowest))


def pruned(cover: Cover, opened: Bools) -> Bools:
    """The same sites without those that are not needed to meet the wishes, the last by id first."""
    opened = opened.copy()
    if cover.meets(opened):
        for site in np.flatnonzero(opened & ~cover.case.open)[::-1]:
            opened[site] = False
            opened[site] = not cover.meets(opened)
    return opened
