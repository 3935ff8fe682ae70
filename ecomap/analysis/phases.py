"""A plan in phases: what opens in which year, with nothing taken away again."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from itertools import pairwise
from typing import Any

import numpy as np
import pandas as pd
from attrs import field, frozen

from ecomap.analysis.conflict import check_limits, conflict_of
from ecomap.analysis.cover import Cover, limits_of
from ecomap.analysis.distance import TravelCosts
from ecomap.analysis.plan import Case, Id, Plan, Wish, reach_of
from ecomap.analysis.solver import Problem, Solution
from ecomap.model.errors import InputError, ParameterError
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


def phased_cover(
    costs: TravelCosts,
    weights: pd.Series,
    *,
    radius: float,
    sites_by_year: Sequence[int],
    worth_by_year: Sequence[float] | None = None,
    budget_by_year: Sequence[float] | None = None,
    site_costs: pd.Series | Mapping[Id, float] | None = None,
    fixed: Sequence[Id] = (),
    floors: Sequence[Wish] = (),
    time_limit_s: float = 60.0,
    progress: Progress | None = None,
) -> PhasedPlan:
    """Open sites year by year so that the most people are within reach over all the years together.

    A site that opens stays open (multi-period maximal covering; Schilling 1980).

    Parameters
    ----------
    sites_by_year : sequence of int
        How many new sites may open in each year; what is not used may be used later.
    worth_by_year : sequence of float, optional
        What reaching one person in each year is worth; 1 without it. ``(0, 0, 1)`` looks at the last year only.
    budget_by_year, site_costs
        Money for each year, unspent money may be spent later.
    floors : sequence of ReachFloor or SiteQuota
        Must hold when all is open, in the last year.
    """
    case = Case.of(costs, weights, fixed)
    worth = _checked(sites_by_year, worth_by_year, budget_by_year)
    years = len(worth)
    most = np.minimum(np.cumsum(sites_by_year) + len(case.fixed), len(case.sites))
    money = [None] * years if budget_by_year is None else list(np.cumsum(budget_by_year))
    limits = [limits_of(case, int(most[t]), money[t], site_costs) for t in range(years)]
    covers = [Cover.of(case, radius, limits[t] if t < years - 1 else [*limits[t], *floors], every_site=True)
              for t in range(years)]
    check_limits(covers[-1], progress)
    problem, columns = _problem(covers, worth)
    solution = problem.solve(start=_start(covers), time_limit_s=time_limit_s, progress=progress)
    if solution.infeasible:
        raise conflict_of(case, radius, covers[-1].wishes, progress)
    return _phased(covers, columns, worth, solution)


def _checked(
    sites: Sequence[int], worth: Sequence[float] | None, budget: Sequence[float] | None
) -> list[float]:
    if not sites or any(count < 0 for count in sites) or not sum(sites):
        raise ParameterError("A plan in phases needs a number of sites for every year.", "Give numbers like 4, 4, 4.")
    worth = [1.0] * len(sites) if worth is None else list(worth)
    if len(worth) != len(sites) or (budget is not None and len(budget) != len(sites)):
        raise ParameterError("Sites, worth and budget speak of different numbers of years.", "Give one for each year.")
    if any(not value >= 0 for value in worth) or not sum(worth) > 0:
        raise ParameterError("The worth of a year cannot be negative, nor all of them 0.", "Give numbers like 1, 1, 1.")
    return worth


def _problem(covers: Sequence[Cover], worth: Sequence[float]) -> tuple[Problem, list[Any]]:
    """The problems of all years side by side, each with the sites of the year before."""
    problem, columns = Problem(), []
    for cover, value in zip(covers, worth, strict=True):
        year, x, _ = cover.problem()
        columns.append(problem.append(year, scale=value) + x)
    for before, after in pairwise(columns):
        count = len(before)
        problem.add_rows(
            np.tile(np.arange(count), 2), np.concatenate([after, before]), np.repeat([1.0, -1.0], count), count=count,
            low=0.0, high=math.inf,
        )
    return problem, columns


def _start(covers: Sequence[Cover]) -> Any:
    """A first answer: each year the best next sites on top of those of the year before."""
    values, opened = [], covers[0].case.open
    for cover in covers:
        opened = cover.greedy(opened)
        values.append(cover.values(opened))
    return np.concatenate(values)


def _phased(covers: Sequence[Cover], columns: Sequence[Any], worth: Sequence[float], solution: Solution) -> PhasedPlan:
    if solution.values is None:
        raise InputError("No plan was found in the time given.", "Allow more time, or ask for less.")
    case, offset = covers[0].case, covers[0].already * sum(worth)
    open_by_year = [solution.values[x] > 0.5 for x in columns]
    reached = [cover.gain(opened) + cover.already for cover, opened in zip(covers, open_by_year, strict=True)]
    objective = float(np.dot(worth, reached))
    bound = objective if solution.proven else max(-solution.bound + offset, objective)
    plans = []
    for cover, opened, value in zip(covers, open_by_year, reached, strict=True):
        covered, assigned = reach_of(case, opened, cover.radius)
        most = cover.already + float(cover.weight.sum())  # everybody that any site reaches
        plans.append(Plan(tuple(case.sites[opened]), value, most, (most - value) / max(value, 1e-12), covered, assigned,
                          value >= most, case.fixed))
    gap = (bound - objective) / max(abs(objective), 1e-12)
    return PhasedPlan(tuple(plans), objective, bound, gap, solution.proven)
