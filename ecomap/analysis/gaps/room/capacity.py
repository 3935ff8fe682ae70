"""Who finds room: demand assigned to sites that can take only so many."""

from __future__ import annotations

import math
from typing import Any, Final

import numpy as np
import numpy.typing as npt
import pandas as pd
from attrs import field, frozen

from ecomap.analysis.optimise.case import in_order_of_ids
from ecomap.analysis.optimise.solver import Problem
from ecomap.analysis.travel.costs import TravelCosts
from ecomap.model.errors import EcoMapError, InputError, ParameterError
from ecomap.model.progress import Progress
from ecomap.model.said import say

Floats = npt.NDArray[np.float64]

LEAST_DISTANCE: Final = "least_distance"
NEAREST_FIRST: Final = "nearest_first"
EQUITY_FIRST: Final = "equity_first"
RULES: Final = (LEAST_DISTANCE, NEAREST_FIRST, EQUITY_FIRST)

DEMAND: Final = "demand"
SERVED: Final = "served"
FULL: Final = "reachable_but_full"
OUT: Final = "out_of_reach"
MEAN_COST: Final = "mean_cost"
CAPACITY: Final = "capacity"
USED: Final = "used"
FREE: Final = "free"

_ROUNDING = 1e-9
_LIMIT_S = 600.0


@frozen
class Assignment:
    """Who was assigned where.

    Parameters
    ----------
    places : DataFrame
        By demand id, in the order given: demand = served + reachable_but_full + out_of_reach; mean_cost of the served
        (missing where nobody is).
    sites : DataFrame
        By site id, in the order given: capacity = used + free.
    flows : DataFrame
        origin, dest, amount, cost: one row per pair that is used.
    groups : DataFrame or None
        By group: demand, served, reachable_but_full, out_of_reach.
    """

    rule: str
    places: pd.DataFrame = field(repr=False)
    sites: pd.DataFrame = field(repr=False)
    flows: pd.DataFrame = field(repr=False)
    groups: pd.DataFrame | None = field(default=None, repr=False)


def assign_to_capacity(
    costs: TravelCosts,
    demand: pd.Series,
    capacity: pd.Series,
    *,
    rule: str = LEAST_DISTANCE,
    need: pd.Series | None = None,
    radius: float | None = None,
    groups: pd.DataFrame | None = None,
    progress: Progress | None = None,
) -> Assignment:
    """Assign people to the places that sites have, so that nobody is counted twice and no site takes more than it can.

    Parameters
    ----------
    costs : TravelCosts
        Pairs; absent = out of reach.
    demand, capacity : Series
        People and places by id; neither missing nor negative. Ids without a pair are out of reach (or stay unused).
    rule : {"least_distance", "nearest_first", "equity_first"}
        ``least_distance``: as many as can be are served, at the least total distance (minimum-cost flow).
        ``nearest_first``: the nearest pair goes first, then the next; of equals the first by id. Who comes late may find
        all in reach full although others could have gone elsewhere: fewer may be served.
        ``equity_first``: the place with the highest need is served as far as can be, then the next, and so on; as many
        are served in all as under ``least_distance``. Places of equal need share, at the least distance.
    need : Series
        Need by demand id, higher first; needed for ``equity_first``.
    radius : float, optional
        Largest cost in reach, inclusive; without it every pair is.
    groups : DataFrame, optional
        People of each group (columns) by demand id, adding up to the demand. The members of all groups at one place
        are taken to be served alike.

    Raises
    ------
    InputError
        If demand, capacity or need is missing or negative (names the rows), or the groups do not add up.
    """
    if rule not in RULES:
        raise ParameterError(say("There is no rule called '{rule}'.", rule=rule), say("Use ") + ", ".join(RULES) + ".")
    pairs = in_order_of_ids(costs if radius is None else costs.within(radius))
    people = _amounts(demand, pairs.demand_ids, "demand", "places")
    room = _amounts(capacity, pairs.supply_ids, "capacity", "sites")
    classes = np.zeros(len(people), dtype=np.int64)
    if rule == EQUITY_FIRST:
        if need is None:
            raise ParameterError(say("Serving the highest need first needs the need of every place."), say("Give need."))
        classes = np.unique(_amounts(need, pairs.demand_ids, "need", "places", least=-math.inf), return_inverse=True)[1]
    whole = bool((people == np.round(people)).all() and (room == np.round(room)).all())
    if rule == NEAREST_FIRST:
        flow = _nearest_first(pairs, people, room)
    else:
        flow = _least_distance(pairs, people, room, classes, whole, progress or Progress())
    return _assignment(rule, pairs, flow, demand, capacity, groups)


def _amounts(given: pd.Series, ids: pd.Index, word: str, what: str, least: float = 0.0) -> Floats:
    """The amounts in the order of the ids, checked for all that were given."""
    if not given.index.is_unique:
        twice = str(given.index[given.index.duplicated()][0])
        raise InputError(say("'{twice}' has two numbers for {word}.", twice=twice, word=word), say("Give each id one."), {"rows": [twice]})
    every = given.index.union(ids)
    numbers = pd.to_numeric(given.reindex(every), errors="coerce").to_numpy(dtype=np.float64)
    wrong = ~np.isfinite(numbers) | (numbers < least)
    if wrong.any():
        names = [str(name) for name in every[wrong]]
        some = ", ".join(names[:5]) + (" ..." if len(names) > 5 else "")
        raise InputError(
            say("The {word} of {names} {what} is missing or negative: {some}.", word=word, names=len(names), what=what, some=some),
            say("Fill it in, or leave them out on purpose: missing is not zero."), {"rows": names},
        )
    return pd.to_numeric(given.reindex(ids)).to_numpy(dtype=np.float64)


def _nearest_first(pairs: TravelCosts, people: Floats, room: Floats) -> Floats:
    """Pair after pair by cost, then demand id, then site id: as many as are left and find room."""
    order = np.lexsort((pairs.supply, pairs.demand, pairs.cost))
    left, free = people.tolist(), room.tolist()
    flow = np.zeros(len(pairs))
    sequence = zip(order.tolist(), pairs.demand[order].tolist(), pairs.supply[order].tolist(), strict=True)
    for pair, place, site in sequence:
        amount = min(left[place], free[site])
        if amount > 0:
            flow[pair] = amount
            left[place] -= amount
            free[site] -= amount
    return flow


def _least_distance(
    pairs: TravelCosts, people: Floats, room: Floats, classes: npt.NDArray[np.int64], whole: bool, progress: Progress
) -> Floats:
    """First how many of each class can be served, higher classes before lower; then that at the least distance.

    Who can be served together forms a polymatroid, so that any weights that fall with the class give the lexicographic
    answer (Edmonds 1970), and none of them lowers the total.
    """
    count = int(classes.max(initial=0)) + 1
    if not len(pairs):
        return np.zeros(0)
    weight = (classes + 1.0) / count
    first = _solved(_network(pairs, people, room, -weight[pairs.demand]), progress.part(0.0, 0.5))
    in_class = classes[pairs.demand]
    sums = np.asarray(np.bincount(in_class, first, count), dtype=np.float64)
    served = np.round(sums) if whole else sums * (1 - _ROUNDING)
    scale = max(float(pairs.cost.max()), 1e-12)
    second = _network(pairs, people, room, pairs.cost / scale)
    second.add_rows(in_class, np.arange(len(pairs)), np.ones(len(pairs)), count=count, low=served, high=math.inf)
    flow = np.maximum(_solved(second, progress.part(0.5, 1.0)), 0.0)
    if whole:
        return np.asarray(np.round(flow), dtype=np.float64)
    flow = _fitted(pairs, flow, people, room)
    # The crumbs that rounding left find room, too.
    left = np.maximum(people - np.bincount(pairs.demand, flow, len(people)), 0.0)
    free = np.maximum(room - np.bincount(pairs.supply, flow, len(room)), 0.0)
    return flow + _nearest_first(pairs, left, free)


def _network(pairs: TravelCosts, people: Floats, room: Floats, cost: Floats) -> Problem:
    problem = Problem()
    columns = problem.add_columns(cost, high=np.minimum(people[pairs.demand], room[pairs.supply]))
    for row, most in ((pairs.demand, people), (pairs.supply, room)):
        problem.add_rows(row, columns, np.ones(len(columns)), count=len(most), low=-math.inf, high=most)
    return problem


def _solved(problem: Problem, progress: Progress) -> Floats:
    values = problem.solve(time_limit_s=_LIMIT_S, progress=progress).values
    if values is None:
        raise EcoMapError(say("No assignment was found in the time given."), say("Use a shorter distance, or nearest first."))
    return values


def _fitted(pairs: TravelCosts, flow: Floats, people: Floats, room: Floats) -> Floats:
    """Take off what the last bits of the solver put over a limit."""
    for at, most in ((pairs.demand, people), (pairs.supply, room)):
        total = np.bincount(at, flow, len(most))
        over = np.divide(most, total, out=np.ones(len(most)), where=total > most)
        flow = flow * over[at]
    return np.asarray(flow)


def _assignment(
    rule: str, pairs: TravelCosts, flow: Floats, demand: pd.Series, capacity: pd.Series, groups: pd.DataFrame | None
) -> Assignment:
    def by_place(values: Floats) -> Floats:
        sums = pd.Series(np.bincount(pairs.demand, values, len(pairs.demand_ids)), index=pairs.demand_ids)
        return sums.reindex(demand.index, fill_value=0.0).to_numpy(dtype=np.float64)

    people, room = demand.to_numpy(dtype=np.float64), capacity.to_numpy(dtype=np.float64)
    reached = by_place(np.ones(len(pairs))) > 0
    served = np.minimum(by_place(flow), people)
    cost = by_place(flow * pairs.cost)
    places = pd.DataFrame({
        DEMAND: people, SERVED: served, FULL: np.where(reached, people - served, 0.0), OUT: np.where(reached, 0.0, people),
        MEAN_COST: np.divide(cost, served, out=np.full(len(people), np.nan), where=served > 0),
    }, index=demand.index)
    taken = pd.Series(np.bincount(pairs.supply, flow, len(pairs.supply_ids)), index=pairs.supply_ids)
    used = np.minimum(taken.reindex(capacity.index, fill_value=0.0).to_numpy(dtype=np.float64), room)
    sites = pd.DataFrame({CAPACITY: room, USED: used, FREE: room - used}, index=capacity.index)
    kept = np.flatnonzero(flow > 0)
    flows = pd.DataFrame({
        "origin": pairs.demand_ids[pairs.demand[kept]], "dest": pairs.supply_ids[pairs.supply[kept]],
        "amount": flow[kept], "cost": pairs.cost[kept],
    })
    return Assignment(rule, places, sites, flows, None if groups is None else _by_group(places, groups))


def _by_group(places: pd.DataFrame, groups: pd.DataFrame) -> pd.DataFrame:
    """The states of every group, its members served like the others at their place."""
    given = groups.reindex(places.index).apply(pd.to_numeric, errors="coerce")
    people = places[DEMAND].to_numpy()
    total = given.to_numpy(dtype=np.float64).sum(axis=1)
    wrong = ~(np.abs(total - people) <= 1e-6 * np.maximum(people, 1.0)) | (given.to_numpy(dtype=np.float64) < 0).any(axis=1)
    if wrong.any():
        names = [str(name) for name in places.index[wrong]]
        raise InputError(
            say(f"The groups of {len(names)} places do not add up to their demand: {', '.join(names[:5])}."),
            say("Give every group of every place, and an 'other' if some are not counted."), {"rows": names},
        )
    share = given.div(pd.Series(np.where(people > 0, people, 1.0), index=places.index), axis=0)
    rows: dict[Any, dict[str, float]] = {
        name: {state: float((share[name] * places[state]).sum()) for state in (DEMAND, SERVED, FULL, OUT)} for name in groups
    }
    return pd.DataFrame.from_dict(rows, orient="index", columns=[DEMAND, SERVED, FULL, OUT])
