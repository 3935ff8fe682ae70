"""Where to open next so that the most people, or the worst-off people, gain: plans with proof.

Every plan is solved to its optimum where time allows, by HiGHS, and comes with the bound that no plan can beat. Travel
costs are `TravelCosts`: pairs; absent = out of reach. Sites already open are ``fixed`` and cost nothing. Ties are
settled by the order of the ids, so the same question has the same answer whatever the order of rows.
"""

from __future__ import annotations

import math
from collections.abc import Hashable, Mapping, Sequence
from typing import Any, TypeAlias

import numpy as np
import numpy.typing as npt
import pandas as pd
from attrs import field, frozen

from ecomap.analysis.distance import TravelCosts
from ecomap.analysis.solver import Problem, Solution
from ecomap.model.errors import InputError, ParameterError
from ecomap.model.progress import Progress

Floats: TypeAlias = npt.NDArray[np.float64]
Id: TypeAlias = Hashable


@frozen
class ReachFloor:
    """A wish: at least ``share`` of the new reach must go to these demand places (the highest-need fifth, say)."""

    members: frozenset[Id] = field(converter=frozenset)
    share: float
    label: str = "a floor on who gains"


@frozen
class SiteQuota:
    """A wish: between ``at_least`` and ``at_most`` of the new sites among these (one per board district, say)."""

    members: frozenset[Id] = field(converter=frozenset)
    at_least: int = 0
    at_most: int | None = None
    label: str = "a quota of sites"


Wish: TypeAlias = ReachFloor | SiteQuota


@frozen
class Plan:
    """Which sites to open, what that achieves and how good it is.

    ``objective`` is what the model counts (people covered, weighted distance, sites); ``bound`` is what no plan can
    beat; ``gap`` their distance as a share. ``covered`` says for each demand place whether it is in reach of an open
    site, ``assigned`` which open site is nearest (missing where none is in reach).
    """

    chosen: tuple[Any, ...]
    objective: float
    bound: float
    gap: float
    covered: pd.Series = field(eq=False, repr=False)
    assigned: pd.Series = field(eq=False, repr=False)
    proven: bool = True
    fixed: tuple[Any, ...] = ()

    @property
    def new(self) -> tuple[Any, ...]:
        """The chosen sites that are not open yet."""
        return tuple(site for site in self.chosen if site not in set(self.fixed))


class InfeasibleError(InputError):
    """The wishes cannot all be met; ``details["conflict"]`` lists a smallest set that contradicts itself."""


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
    case = _Case.of(costs, weights, fixed)
    if sites is None and budget is None:
        raise ParameterError("A plan needs a number of sites or a budget.", "Give one of them.")
    limits = _limits(case, sites, budget, site_costs)
    wishes = [*limits, *floors]
    problem, already = _cover_problem(case, radius, wishes)
    solution = problem.solve(time_limit_s=time_limit_s, progress=progress)
    if solution.infeasible:
        raise _conflict(case, radius, wishes, progress)
    return _plan(case, solution, radius, sign=-1.0, offset=already)


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
    case = _Case.of(costs, None, fixed)
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
    return _plan(case, solution, radius)


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
    case = _Case.of(costs, weights, fixed)
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
    case = _Case.of(costs, weights, fixed)
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
    case = _Case.of(costs, None, fixed)
    _check_count(case, sites)
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
    covered, assigned = _reach(case, opened, longest)
    return Plan(tuple(case.sites[opened]), longest, longest, 0.0, covered, assigned, proven, tuple(fixed))


@frozen
class _Case:
    """Demand and sites in the order of their ids, with the pairs between them."""

    costs: TravelCosts
    demand: pd.Index
    sites: pd.Index
    weight: Floats
    open: npt.NDArray[np.bool_]
    fixed: tuple[Id, ...]

    @classmethod
    def of(cls, costs: TravelCosts, weights: pd.Series | None, fixed: Sequence[Id]) -> _Case:
        if weights is None:
            weight = np.ones(len(costs.demand_ids))
        else:
            numbers = pd.to_numeric(weights.reindex(costs.demand_ids), errors="coerce").to_numpy(dtype=np.float64)
            wrong = ~np.isfinite(numbers) | (numbers < 0)
            if wrong.any():
                names = [str(name) for name in costs.demand_ids[wrong]]
                raise InputError(
                    f"The weight of {len(names)} places is missing or negative: {', '.join(names[:5])}.",
                    "Fill it in or leave those places out on purpose: missing is not zero.",
                    {"rows": names},
                )
            weight = numbers
        unknown = [site for site in fixed if site not in costs.supply_ids]
        if unknown:
            raise InputError(f"The fixed site {unknown[0]!r} is not among the candidates.", "Check its id.")
        return cls(costs, costs.demand_ids, costs.supply_ids, weight, costs.supply_ids.isin(list(fixed)), tuple(fixed))

    @property
    def at_demand(self) -> npt.NDArray[np.int64]:
        return self.costs.demand.astype(np.int64)

    @property
    def at_site(self) -> npt.NDArray[np.int64]:
        return self.costs.supply.astype(np.int64)

    def within(self, radius: float) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.int64]]:
        near = self.costs.cost <= radius
        return self.at_demand[near], self.at_site[near]


@frozen
class _Count:
    """The wish for a number of sites in all."""

    most: int
    label: str


@frozen
class _Money:
    """The wish to stay within a budget."""

    budget: float
    cost: Floats
    label: str


def _limits(
    case: _Case, sites: int | None, budget: float | None, site_costs: pd.Series | Mapping[Id, float] | None
) -> list[_Count | _Money]:
    limits: list[_Count | _Money] = []
    if sites is not None:
        _check_count(case, sites)
        limits.append(_Count(sites, f"at most {sites} sites"))
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
        limits.append(_Money(budget, np.where(case.open, 0.0, np.nan_to_num(cost)), f"a budget of {budget:,.0f}"))
    return limits


def _check_count(case: _Case, sites: int) -> None:
    if not len(case.fixed) <= sites <= len(case.sites) or sites < 1:
        raise ParameterError(
            f"{sites} sites cannot be chosen from {len(case.sites)} with {len(case.fixed)} already open.",
            "Give a number between these.",
        )


def _cover_problem(case: _Case, radius: float, wishes: Sequence[Any]) -> tuple[Problem, float]:
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
    case: _Case,
    wish: Any,
    x: npt.NDArray[np.int64],
    y: npt.NDArray[np.int64],
    winnable: npt.NDArray[np.int64],
) -> None:
    if isinstance(wish, _Count):
        problem.add_row(x, np.ones(len(x)), high=float(wish.most))
    elif isinstance(wish, _Money):
        problem.add_row(x, wish.cost, high=wish.budget)
    elif isinstance(wish, SiteQuota):
        inside = case.sites.isin(list(wish.members)) & ~case.open
        high = math.inf if wish.at_most is None else float(wish.at_most)
        problem.add_row(x[inside], np.ones(int(inside.sum())), low=float(wish.at_least), high=high)
    else:
        favoured = case.demand[winnable].isin(list(wish.members))
        problem.add_row(y, case.weight[winnable] * (favoured - wish.share), low=-1e-9)


def _conflict(case: _Case, radius: float, wishes: Sequence[Any], progress: Progress | None) -> InfeasibleError:
    """A smallest set of wishes that cannot be met together: taking any one of them away makes it possible."""
    kept = list(wishes)
    for wish in tuple(wishes):
        fewer = [other for other in kept if other is not wish]
        if _cover_problem(case, radius, fewer)[0].solve(progress=progress).infeasible:
            kept = fewer
    labels = [wish.label for wish in kept]
    return InfeasibleError(
        "These wishes cannot all be met: " + "; ".join(labels) + ".",
        "Give up or loosen any one of them.",
        {"conflict": labels},
    )


def _assign(
    case: _Case, cost: Floats, sites: int, time_limit_s: float, progress: Progress | None
) -> Plan:
    """Assign every place to one open site at least total cost; ``cost`` is per pair."""
    _check_count(case, sites)
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
    return _plan(case, solution, math.inf)


def _plan(case: _Case, solution: Solution, radius: float, *, sign: float = 1.0, offset: float = 0.0) -> Plan:
    if solution.values is None:
        raise InputError("No plan was found in the time given.", "Allow more time, or ask for less.")
    opened = solution.values[: len(case.sites)] > 0.5
    covered, assigned = _reach(case, opened, radius)
    return Plan(
        chosen=tuple(case.sites[opened]),
        objective=sign * solution.objective + offset,
        bound=sign * solution.bound + offset,
        gap=solution.gap,
        covered=covered,
        assigned=assigned,
        proven=solution.proven,
        fixed=case.fixed,
    )


def _reach(case: _Case, opened: npt.NDArray[np.bool_], radius: float) -> tuple[pd.Series, pd.Series]:
    """Who is in reach of an open site, and of which (the nearest; of equals the first by id)."""
    near = (case.costs.cost <= radius) & opened[case.at_site]
    demand, site, cost = case.at_demand[near], case.at_site[near], case.costs.cost[near]
    order = np.lexsort((site, cost, demand))
    demand, site = demand[order], site[order]
    first = np.r_[True, demand[1:] != demand[:-1]] if len(demand) else np.zeros(0, dtype=bool)
    assigned = pd.Series([None] * len(case.demand), index=case.demand, dtype=object, name="assigned")
    assigned.iloc[demand[first]] = np.asarray(case.sites, dtype=object)[site[first]]
    return assigned.notna().rename("covered"), assigned


def _filled(case: _Case, chosen: Sequence[Any], sites: int) -> list[Any]:
    """The chosen sites, filled up to the number asked for with the first others by id (they can only help)."""
    others = [site for site in case.sites if site not in set(chosen)]
    return [*chosen, *others[: sites - len(chosen)]]
