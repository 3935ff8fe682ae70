"""A plan in phases: what opens in which year, with nothing taken away again."""

from __future__ import annotations

import math
from collections.abc import Sequence
from itertools import pairwise
from typing import Any

import numpy as np
from attrs import evolve, field, frozen

from ecomap.analysis.optimise.case import Plan, out_of_time, plan_of
from ecomap.analysis.optimise.conflict import check_limits, conflict_of
from ecomap.analysis.optimise.cover import Bools, Cover, tightened
from ecomap.analysis.optimise.exchange import solved
from ecomap.analysis.optimise.solver import Problem
from ecomap.model import clock
from ecomap.model.progress import Progress


@frozen
class PhasedPlan:
    """What is open in every year; each year holds the sites of the year before.

    ``objective`` is the sum over the years of the people in reach, times the worth of the year; ``bound`` is what no
    phasing can beat.
    """

    years: tuple[Plan, ...] = field(repr=False)
    objective: float
    bound: float
    gap: float
    proven: bool

    @property
    def opened(self) -> tuple[tuple[Any, ...], ...]:
        """The sites that open in every year."""
        before = set(self.years[0].fixed)
        steps = []
        for plan in self.years:
            steps.append(tuple(site for site in plan.chosen if site not in before))
            before |= set(plan.chosen)
        return tuple(steps)


def phased(
    covers: Sequence[Cover], worth: Sequence[float], *, time_limit_s: float, progress: Progress | None = None
) -> PhasedPlan:
    """Open sites year by year so that the most people are within reach over all the years together.

    A site that opens stays open (multi-period maximal covering; Schilling 1980). The problems of the years before the
    last hold only the limits up to then (what is not opened or spent may be used later); floors and quotas hold when all
    is open, in the last. ``worth`` is what reaching one person in each year is worth.

    Every year is first solved by itself: that is a plan to start from and a bound, as nobody can reach more in a year
    than the best plan for that year alone.
    """
    progress = progress or Progress()
    until = clock.moment_s() + time_limit_s
    check_limits(covers[-1], progress)
    alone, bounds = [], []
    for number, cover in enumerate(covers):
        share = (until - clock.moment_s()) / (2 * (len(covers) - number))
        solution = solved(cover, time_limit_s=max(share, 0.1), progress=progress.part(0.5 * number / len(covers), 0.5 * (number + 1) / len(covers)))
        if solution.infeasible:
            raise conflict_of(cover.case, cover.radius, covers[-1].wishes, progress)
        alone.append(None if solution.values is None else solution.values[: len(cover.case.sites)] > 0.5)
        bounds.append(float(cover.weight.sum()) if not math.isfinite(solution.bound) else -solution.bound)
    start = _start(covers, worth, alone)
    most = float(np.dot(worth, bounds))
    found = None if start is None else float(np.dot(worth, [cover.gain(o) for cover, o in zip(covers, start, strict=True)]))
    if start is None or found is None or found < most - 1e-9 * max(abs(most), 1.0):
        start, bound, proven = _together(covers, worth, start, until, progress.part(0.5, 1.0))
        most = min(most, bound)
        found = float(np.dot(worth, [cover.gain(o) for cover, o in zip(covers, start, strict=True)]))
    else:
        proven = True
    proven = proven or found >= most - 1e-9 * max(abs(most), 1.0)
    return _phased(covers, start, bounds, worth, found if proven else max(most, found), proven)


def _problem(covers: Sequence[Cover], worth: Sequence[float], until: float, progress: Progress) -> tuple[Problem, list[Any]]:
    """The problems of all years side by side, each with the sites of the year before."""
    problem, columns = Problem(), []
    for cover, value in zip(covers, worth, strict=True):
        year, x, y = cover.problem()
        if cover.favoured:
            tightened(cover, year, x, y, clock.moment_s() + (until - clock.moment_s()) / 3, progress)
        columns.append(problem.append(year, scale=value) + x)
    for before, after in pairwise(columns):
        count = len(before)
        problem.add_rows(
            np.tile(np.arange(count), 2), np.concatenate([after, before]), np.repeat([1.0, -1.0], count), count=count,
            low=0.0, high=math.inf,
        )
    return problem, columns


def _start(covers: Sequence[Cover], worth: Sequence[float], alone: Sequence[Bools | None]) -> list[Bools] | None:
    """The best first answer: the plans of single years, with the years before and after built around each."""
    tried = [_around(covers, None)] + [_around(covers, opened) for opened in (alone[-1],) if opened is not None]
    kept = [years for years in tried if covers[-1].meets(years[-1])]
    return max(kept, key=lambda years: float(np.dot(worth, [cover.gain(o) for cover, o in zip(covers, years, strict=True)])),
               default=None)


def _around(covers: Sequence[Cover], last: Bools | None) -> list[Bools]:
    """Each year the best next sites on top of those of the year before; only sites of the last year, if that is given."""
    years, opened = [], covers[0].case.open
    for cover in covers:
        inside = cover if last is None else evolve(cover, useful=last)
        opened = inside.greedy(opened)
        years.append(opened)
    if last is not None:
        years[-1] = years[-1] | last
    return years


def _together(
    covers: Sequence[Cover], worth: Sequence[float], start: list[Bools] | None, until: float, progress: Progress
) -> tuple[list[Bools], float, bool]:
    """All years in one problem: the sites of every year, the bound, and whether it is closed."""
    problem, columns = _problem(covers, worth, until, progress.part(0.0, 0.2))
    values = None if start is None else np.concatenate([cover.values(o) for cover, o in zip(covers, start, strict=True)])
    solution = problem.solve(start=values, time_limit_s=max(until - clock.moment_s(), 0.1), progress=progress.part(0.2, 1.0))
    if solution.infeasible:
        raise conflict_of(covers[-1].case, covers[-1].radius, covers[-1].wishes, progress)
    if solution.values is None and start is None:
        raise out_of_time()
    found = start if solution.values is None else [solution.values[x] > 0.5 for x in columns]
    if start is not None and found is not None and found is not start:
        value = [float(np.dot(worth, [c.gain(o) for c, o in zip(covers, years, strict=True)])) for years in (start, found)]
        found = found if value[1] >= value[0] else start
    assert found is not None
    return found, -solution.bound if math.isfinite(solution.bound) else math.inf, solution.proven


def _phased(covers: Sequence[Cover], years: Sequence[Bools], bounds: Sequence[float], worth: Sequence[float], most: float,
            proven: bool) -> PhasedPlan:
    """The plans of the years; the bound of each is that of its year alone."""
    case, offset = covers[0].case, covers[0].already * sum(worth)
    plans = []
    for cover, opened, bound in zip(covers, years, bounds, strict=True):
        value = cover.gain(opened) + cover.already
        highest = max(bound + cover.already, value)
        alone = highest - value <= 1e-9 * max(value, 1e-12)   # the best that this year by itself can be
        plans.append(plan_of(case, opened, value, highest, proven=alone, radius=cover.radius))
    objective = float(np.dot(worth, [plan.objective for plan in plans]))
    bound = objective if proven else max(most + offset, objective)
    gap = (bound - objective) / max(abs(objective), 1e-12)
    return PhasedPlan(tuple(plans), objective, bound, gap, proven)
