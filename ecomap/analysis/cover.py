"""Covering people: the problem with its wishes, and the smallest set of wishes that clash."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from ecomap.analysis.plan import (
    Budget,
    Case,
    Id,
    InfeasibleError,
    ReachFloor,
    SiteCount,
    SiteQuota,
    check_count,
)
from ecomap.analysis.solver import Problem
from ecomap.model.errors import InputError, ParameterError
from ecomap.model.progress import Progress


def limits_of(
    case: Case, sites: int | None, budget: float | None, site_costs: pd.Series | Mapping[Id, float] | None
) -> list[SiteCount | Budget]:
    limits: list[SiteCount | Budget] = []
    if sites is not None:
        check_count(case, sites)
        limits.append(SiteCount(sites, f"at most {sites} sites"))
    if budget is not None:
        if site_costs is None:
            raise ParameterError("A budget needs the cost of each site.", "Give site_costs.")
        cost = pd.Series(site_costs, dtype=np.float64).reindex(case.sites).to_numpy(dtype=np.float64)
        missing = np.isnan(cost) & ~case.open
        if missing.any():
            names = [str(name) for name in case.sites[missing]]
            raise InputError(
                f"{len(names)} sites have no cost: {', '.join(names[:5])}.",
                "Give each a cost; missing is not free.",
                {"rows": names},
            )
        limits.append(Budget(budget, np.where(case.open, 0.0, np.nan_to_num(cost)), f"a budget of {budget:,.0f}"))
    return limits


def cover_problem(case: Case, radius: float, wishes: Sequence[Any]) -> tuple[Problem, float]:
    """The problem of covering people, and the weight that open sites cover already.

    Columns: one per site (open or not), then one per demand place that a new site could win.
    """
    demand, site = case.within(radius)
    already = np.isin(np.arange(len(case.demand)), demand[case.open[site]])
    winnable = np.zeros(len(case.demand), dtype=bool)
    winnable[demand] = True
    winnable &= ~already & (case.weight > 0)
    place = np.full(len(case.demand), -1, dtype=np.int64)
    place[winnable] = np.arange(int(winnable.sum()))
    weight = case.weight[winnable]
    useful = place[demand] >= 0
    row, column = place[demand[useful]], site[useful]

    problem = Problem()
    x = problem.add_columns(np.zeros(len(case.sites)), low=case.open.astype(float), integer=True)
    y = problem.add_columns(-weight)
    count = len(weight)
    problem.add_rows(
        np.concatenate([row, np.arange(count)]),
        np.concatenate([x[column], y]),
        np.concatenate([np.ones(len(row)), -np.ones(count)]),
        count=count,
        low=0.0,
        high=math.inf,
    )
    for wish in wishes:
        _add_wish(problem, case, wish, x, y, np.flatnonzero(winnable))
    if any(isinstance(wish, ReachFloor) for wish in wishes):
        # A floor is a share of what is really reached: a place in reach of an open site counts, wanted or not.
        problem.add_rows(
            np.tile(np.arange(len(row)), 2),
            np.concatenate([y[row], x[column]]),
            np.concatenate([np.ones(len(row)), -np.ones(len(row))]),
            count=len(row),
            low=0.0,
            high=math.inf,
        )
    return problem, float(case.weight[already].sum())


def _add_wish(
    problem: Problem,
    case: Case,
    wish: Any,
    x: npt.NDArray[np.int64],
    y: npt.NDArray[np.int64],
    winnable: npt.NDArray[np.int64],
) -> None:
    if isinstance(wish, SiteCount):
        problem.add_row(x, np.ones(len(x)), high=float(wish.most))
    elif isinstance(wish, Budget):
        problem.add_row(x, wish.cost, high=wish.budget)
    elif isinstance(wish, SiteQuota):
        inside = case.sites.isin(list(wish.members)) & ~case.open
        high = math.inf if wish.at_most is None else float(wish.at_most)
        problem.add_row(x[inside], np.ones(int(inside.sum())), low=float(wish.at_least), high=high)
    else:
        favoured = case.demand[winnable].isin(list(wish.members))
        problem.add_row(y, case.weight[winnable] * (favoured - wish.share), low=-1e-9)


def conflict_of(case: Case, radius: float, wishes: Sequence[Any], progress: Progress | None) -> InfeasibleError:
    """A smallest set of wishes that cannot be met together: taking any one of them away makes it possible."""
    kept = list(wishes)
    for wish in tuple(wishes):
        fewer = [other for other in kept if other is not wish]
        if cover_problem(case, radius, fewer)[0].solve(progress=progress).infeasible:
            kept = fewer
    labels = [wish.label for wish in kept]
    return InfeasibleError(
        "These wishes cannot all be met: " + "; ".join(labels) + ".",
        "Give up or loosen any one of them.",
        {"conflict": labels},
    )
