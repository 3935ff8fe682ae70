"""Where to open next so that the most people, or the worst-off people, gain: the five classic questions, each with its proof.

What answers them is what the question "plan" runs: `near_best.best_cover`, `fewest.fewest_sites`, `median.shortest_ways` and
`furthest.shortest_longest`. Plans are solved to the optimum where time allows, and come with the bound that no plan can beat.
Travel costs are `TravelCosts`: pairs; absent = out of reach. Sites already open are ``fixed`` and cost nothing. Ties are
settled by the order of the ids, so the same question has the same answer whatever the order of rows.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd
from attrs import evolve

from ecomap.analysis.optimise.case import (
    Budget,
    Case,
    Id,
    InfeasibleError,
    Plan,
    ReachFloor,
    SiteCount,
    SiteQuota,
    Wish,
    check_count,
    first_of,
    plan_of,
)
from ecomap.analysis.optimise.cover import Cover
from ecomap.analysis.optimise.fewest import fewest_sites
from ecomap.analysis.optimise.furthest import shortest_longest
from ecomap.analysis.optimise.median import filled, lonely, shortest_ways
from ecomap.analysis.optimise.near_best import best_cover
from ecomap.analysis.travel.costs import TravelCosts
from ecomap.model.errors import InputError, ParameterError
from ecomap.model.progress import Progress
from ecomap.model.said import name, plural, say
from ecomap.model.units import format_number

__all__ = [
    "InfeasibleError", "Plan", "ReachFloor", "SiteQuota", "kolm_pollak", "maximum_cover", "p_center", "p_median", "set_cover",
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
        How many sites in all, ``fixed`` included; fewer are opened if more would reach nobody new.
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
        raise ParameterError(say("A plan needs a number of sites or a budget."), say("Give one of them."))
    limits: list[Any] = [] if sites is None else [_count(case, sites)]
    if budget is not None:
        limits.append(_budget(case, budget, site_costs))
    return best_cover(Cover.of(case, radius, [*limits, *floors]), time_limit_s, progress)


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
    alone = np.setdiff1d(np.arange(len(case.demand)), case.within(radius)[0])
    if len(alone):
        raise lonely(case, alone, say("Enlarge the radius or add candidate sites near them."))
    return fewest_sites(case, radius, [], say("every place in reach"), time_limit_s=time_limit_s, progress=progress)[1]


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
    plan = shortest_ways(case, [_count(case, sites)], time_limit_s=time_limit_s, progress=progress)
    people = float(case.weight.sum())
    return evolve(plan, objective=plan.objective * people, bound=plan.bound * people)


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

    ``objective`` and ``bound`` are the equivalent distance, in the unit of the costs; see `median.shortest_ways`.
    """
    if not alpha > 0:
        raise ParameterError(say("alpha cannot be {alpha}.", alpha=name(f"{alpha:g}")), say("Give more than 0; 0 would be the p-median."))
    case = Case.of(costs, weights, fixed)
    return shortest_ways(case, [_count(case, sites)], alpha, time_limit_s=time_limit_s, progress=progress)


def p_center(
    costs: TravelCosts,
    *,
    sites: int,
    fixed: Sequence[Id] = (),
    time_limit_s: float = 60.0,
    progress: Progress | None = None,
) -> Plan:
    """Open ``sites`` sites so that the longest way to the nearest is shortest (Hakimi 1964)."""
    case = Case.of(costs, None, fixed)
    plan = shortest_longest(case, [_count(case, sites)], time_limit_s=time_limit_s, progress=progress)
    opened = filled(np.asarray(case.sites.isin(list(plan.chosen))), sites)
    return plan_of(case, opened, plan.objective, plan.bound, proven=plan.proven, radius=plan.objective)


def _count(case: Case, sites: int) -> SiteCount:
    """The number of sites as a wish."""
    check_count(case, sites)
    return SiteCount(sites, plural("at most {n} site", "at most {n} sites", sites))


def _budget(case: Case, budget: float, site_costs: pd.Series | Mapping[Id, float] | None) -> Budget:
    """The money as a wish."""
    if site_costs is None:
        raise ParameterError(say("A budget needs the cost of each site."), say("Give site_costs."))
    cost = pd.Series(site_costs, dtype=np.float64).reindex(case.sites).to_numpy(dtype=np.float64)
    missing = np.isnan(cost) & ~case.open
    if missing.any():
        ids = [str(site) for site in case.sites[missing]]
        raise InputError(
            plural("{n} site has no cost: {sites}.", "{n} sites have no cost: {sites}.", len(ids), sites=first_of(ids)),
            say("Give each a cost; missing is not free."), {"rows": ids})
    return Budget(budget, np.where(case.open, 0.0, np.nan_to_num(cost)), say("a budget of {budget}", budget=format_number(budget)))
