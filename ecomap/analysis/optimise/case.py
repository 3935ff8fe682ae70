"""A plan, the case it answers, and the wishes it must meet."""

from __future__ import annotations

import math
from collections.abc import Hashable, Sequence
from typing import Any, TypeAlias

import numpy as np
import numpy.typing as npt
import pandas as pd
from attrs import field, frozen

from ecomap.analysis.travel.costs import TravelCosts
from ecomap.model.clash import ClashError
from ecomap.model.errors import InputError, ParameterError
from ecomap.model.said import Said, joined, name, plural, say

Floats: TypeAlias = npt.NDArray[np.float64]
Id: TypeAlias = Hashable
_FLOOR = say("a floor on who gains")
_QUOTA = say("a quota of sites")


@frozen
class ReachFloor:
    """A wish: at least ``share`` of the new reach must go to these demand places (the highest-need fifth, say)."""

    members: frozenset[Id] = field(converter=frozenset)
    share: float
    label: Said = _FLOOR


@frozen
class SiteQuota:
    """A wish: between ``at_least`` and ``at_most`` of the new sites among these (one per board district, say)."""

    members: frozenset[Id] = field(converter=frozenset)
    at_least: int = 0
    at_most: int | None = None
    label: Said = _QUOTA
    about: str = ""   # the setting it comes from


@frozen
class SiteSpread:
    """A wish: at least ``at_least`` new sites in each of at least ``groups`` of these groups, whichever (six of seven districts)."""

    members: tuple[frozenset[Id], ...]
    at_least: int
    groups: int
    label: Said = _QUOTA
    about: str = ""   # the setting it comes from


Wish: TypeAlias = ReachFloor | SiteQuota | SiteSpread


@frozen
class ReachTarget:
    """The wish that at least so many people are newly reached."""

    people: float
    label: Said


@frozen
class SiteCount:
    """The wish for a number of sites in all."""

    most: int
    label: Said


@frozen
class Budget:
    """The wish to stay within a budget."""

    budget: float
    cost: Floats
    label: Said


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


class InfeasibleError(ClashError):
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
                places = [str(place) for place in costs.demand_ids[wrong]]
                raise InputError(
                    plural("The weight of {n} place is missing or negative: {places}.",
                           "The weight of {n} places is missing or negative: {places}.", len(places), places=first_of(places)),
                    say("Fill it in or leave those places out on purpose: missing is not zero."),
                    {"rows": places},
                )
            weight = numbers
        unknown = [site for site in fixed if site not in costs.supply_ids]
        if unknown:
            raise InputError(say("The fixed site '{site}' is not among the candidates.", site=name(unknown[0])), say("Check its id."))
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
    demand_order = _order(costs.demand_ids, say("demand places"))
    supply_order = _order(costs.supply_ids, say("sites"))
    demand, supply = np.argsort(demand_order)[costs.demand], np.argsort(supply_order)[costs.supply]
    pairs = np.lexsort((supply, demand))
    return TravelCosts(
        costs.demand_ids[demand_order], costs.supply_ids[supply_order], demand[pairs].astype(np.int32),
        supply[pairs].astype(np.int32), costs.cost[pairs],
    )


def _order(ids: pd.Index, what: Said) -> npt.NDArray[np.int64]:
    if not ids.is_unique:
        twice = str(ids[ids.duplicated()][0])
        raise InputError(say("Two {what} share the id '{id}'.", what=what, id=name(twice)), say("Give each its own id."),
                         {"rows": [twice]})
    try:
        return np.asarray(ids.argsort(), dtype=np.int64)
    except TypeError:  # ids of several kinds have no order of their own
        return np.asarray(np.argsort(ids.astype(str).to_numpy(), kind="stable"), dtype=np.int64)


def _once(weights: pd.Series) -> pd.Series:
    if not weights.index.is_unique:
        twice = str(weights.index[weights.index.duplicated()][0])
        raise InputError(say("The place '{place}' has two weights.", place=name(twice)), say("Give each place one."),
                         {"rows": [twice]})
    return weights


def check_count(case: Case, sites: int) -> None:
    """Refuse a number of sites that cannot be opened."""
    if not len(case.fixed) <= sites <= len(case.sites) or sites < 1:
        raise ParameterError(
            say("{sites} sites cannot be chosen from {candidates} with {fixed} already open.", sites=sites,
                candidates=len(case.sites), fixed=len(case.fixed)),
            say("Give a number between these."),
        )


def first_of(ids: Sequence[str]) -> Said:
    """The first five of some ids."""
    return joined([*(name(one) for one in ids[:5])], ", ")


def out_of_time() -> InputError:
    """The error that says that the search ended with nothing."""
    return InputError(say("No plan was found in the time given."), say("Allow more time, or ask for less."))


def plan_of(case: Case, opened: npt.NDArray[np.bool_], objective: float, bound: float, *, proven: bool,
            radius: float = math.inf) -> Plan:
    """The plan that opens some sites, with what it achieves and what no plan can beat."""
    covered, assigned = reach_of(case, opened, radius)
    gap = 0.0 if proven else abs(objective - bound) / max(abs(objective), 1e-12)
    return Plan(tuple(case.sites[opened]), objective, objective if proven else bound, gap, covered, assigned, proven, case.fixed)


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
