"""A plan, the case it answers, and the wishes it must meet."""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from typing import Any, TypeAlias

import numpy as np
import numpy.typing as npt
import pandas as pd
from attrs import field, frozen

from ecomap.analysis.optimise.solver import Solution
from ecomap.analysis.travel.costs import TravelCosts
from ecomap.model.errors import InputError, ParameterError
from ecomap.model.said import say

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
class ReachTarget:
    """The wish that at least so many people are newly reached."""

    people: float
    label: str


def told_together(labels: Sequence[str]) -> list[str]:
    """Wishes in words, with three or more that differ in their last word only said at once.

    >>> told_together(["at most 2 sites", "one in district 1", "one in district 2", "one in district 3"])
    ['at most 2 sites', 'one in districts 1, 2, 3, each']
    """
    groups: dict[str, list[str]] = {}
    for label in labels:
        start, _, last = label.rpartition(" ")
        groups.setdefault(start, []).append(last)
    told = []
    for start, words in groups.items():
        if len(words) > 2 and start:
            told.append(f"{start}s {', '.join(words)}, each")
        else:
            told += [f"{start} {word}".strip() for word in words]
    return told


@frozen
class SiteCount:
    """The wish for a number of sites in all."""

    most: int
    label: str


@frozen
class Budget:
    """The wish to stay within a budget."""

    budget: float
    cost: Floats
    label: str


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


@frozen
class Case:
    """Demand and sites in the order of their ids, with the pairs between them.

    Whatever the order of the rows a planner brings, the case is the same, and so is the plan.
    """

    costs: TravelCosts
    demand: pd.Index
    sites: pd.Index
    weight: Floats
    open: npt.NDArray[np.bool_]
    fixed: tuple[Id, ...]

    @classmethod
    def of(cls, costs: TravelCosts, weights: pd.Series | None, fixed: Sequence[Id]) -> Case:
        costs = in_order_of_ids(costs)
        if weights is None:
            weight = np.ones(len(costs.demand_ids))
        else:
            numbers = pd.to_numeric(_once(weights).reindex(costs.demand_ids), errors="coerce").to_numpy(dtype=np.float64)
            wrong = ~np.isfinite(numbers) | (numbers < 0)
            if wrong.any():
                names = [str(name) for name in costs.demand_ids[wrong]]
                raise InputError(
                    say(f"The weight of {len(names)} places is missing or negative: {', '.join(names[:5])}."),
                    say("Fill it in or leave those places out on purpose: missing is not zero."),
                    {"rows": names},
                )
            weight = numbers
        unknown = [site for site in fixed if site not in costs.supply_ids]
        if unknown:
            raise InputError(say("The fixed site '{unknown}' is not among the candidates.", unknown=unknown[0]), say("Check its id."))
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


def in_order_of_ids(costs: TravelCosts) -> TravelCosts:
    """The same pairs with demand and supply in the order of their ids.

    Raises
    ------
    InputError
        If an id stands for two places.
    """
    demand_order, supply_order = _order(costs.demand_ids, "demand places"), _order(costs.supply_ids, "sites")
    demand, supply = np.argsort(demand_order)[costs.demand], np.argsort(supply_order)[costs.supply]
    pairs = np.lexsort((supply, demand))
    return TravelCosts(
        costs.demand_ids[demand_order], costs.supply_ids[supply_order], demand[pairs].astype(np.int32),
        supply[pairs].astype(np.int32), costs.cost[pairs],
    )


def _order(ids: pd.Index, what: str) -> npt.NDArray[np.int64]:
    if not ids.is_unique:
        twice = str(ids[ids.duplicated()][0])
        raise InputError(say("Two {what} share the id '{twice}'.", what=what, twice=twice), say("Give each its own id."), {"rows": [twice]})
    try:
        return np.asarray(ids.argsort(), dtype=np.int64)
    except TypeError:  # ids of several kinds have no order of their own
        return np.asarray(np.argsort(ids.astype(str).to_numpy(), kind="stable"), dtype=np.int64)


def _once(weights: pd.Series) -> pd.Series:
    if not weights.index.is_unique:
        twice = str(weights.index[weights.index.duplicated()][0])
        raise InputError(say("The place '{twice}' has two weights.", twice=twice), say("Give each place one."), {"rows": [twice]})
    return weights


def check_count(case: Case, sites: int) -> None:
    if not len(case.fixed) <= sites <= len(case.sites) or sites < 1:
        raise ParameterError(
            say("{sites} sites cannot be chosen from {sites_2} with {fixed} already open.", sites=sites, sites_2=len(case.sites), fixed=len(case.fixed)),
            say("Give a number between these."),
        )


def plan_of(case: Case, solution: Solution, radius: float, *, sign: float = 1.0, offset: float = 0.0) -> Plan:
    if solution.values is None:
        raise InputError(say("No plan was found in the time given."), say("Allow more time, or ask for less."))
    opened = solution.values[: len(case.sites)] > 0.5
    covered, assigned = reach_of(case, opened, radius)
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


def reach_of(case: Case, opened: npt.NDArray[np.bool_], radius: float) -> tuple[pd.Series, pd.Series]:
    """Who is in reach of an open site, and of which (the nearest; of equals the first by id)."""
    near = (case.costs.cost <= radius) & opened[case.at_site]
    demand, site, cost = case.at_demand[near], case.at_site[near], case.costs.cost[near]
    order = np.lexsort((site, cost, demand))
    demand, site = demand[order], site[order]
    first = np.r_[True, demand[1:] != demand[:-1]] if len(demand) else np.zeros(0, dtype=bool)
    assigned = pd.Series([None] * len(case.demand), index=case.demand, dtype=object, name="assigned")
    assigned.iloc[demand[first]] = np.asarray(case.sites, dtype=object)[site[first]]
    return assigned.notna().rename("covered"), assigned
