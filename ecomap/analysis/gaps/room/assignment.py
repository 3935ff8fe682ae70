"""Who finds room: people assigned to sites that can take only so many, added up by need area and by site."""

from __future__ import annotations

import math
from typing import Any, Final

import numpy as np
import numpy.typing as npt
import pandas as pd
import shapely
from attrs import field, frozen

from ecomap.analysis.gaps.situation import Situation
from ecomap.analysis.optimise.case import in_order_of_ids
from ecomap.analysis.optimise.solver import Problem
from ecomap.analysis.travel.costs import TravelCosts
from ecomap.model.errors import EcoMapError, InputError, ParameterError
from ecomap.model.progress import Progress
from ecomap.model.said import Said, joined, name, plural, say
from ecomap.model.units import format_number

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
STATES: Final = (DEMAND, SERVED, FULL, OUT)
LOW_FIFTHS: Final = (1, 2)  # of need

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


@frozen
class Room:
    """An assignment added up by need area (rows of ``now.areas``) and by site (rows of the sites that count).

    ``assumed`` marks sites whose capacity is an assumption, ``near`` those that somebody counted can reach; ``fifth`` is
    the need fifth of the area a site stands in.
    """

    now: Situation
    found: Assignment
    areas: pd.DataFrame = field(repr=False)
    assumed: np.ndarray = field(eq=False, repr=False)
    near: np.ndarray = field(eq=False, repr=False)
    fifth: np.ndarray = field(eq=False, repr=False)

    @classmethod
    def of(
        cls, now: Situation, found: Assignment, area: np.ndarray, assumed: np.ndarray, near: np.ndarray
    ) -> Room:
        sums = {state: np.bincount(area, found.places[state], len(now.people)) for state in STATES}
        areas = pd.DataFrame(sums)
        areas.loc[~now.known] = np.nan
        fifth = np.full(len(now.supply.sites), np.nan)
        places = shapely.point_on_surface(np.asarray(now.supply.sites.geometry))
        site, inside = shapely.STRtree(now.ground).query(places, predicate="intersects")
        fifth[site[::-1]] = now.fifth[inside[::-1]]
        return cls(now, found, areas, assumed, near, fifth)

    def places(self, column: str) -> np.ndarray:
        """A count of places by site; sites that nobody counted can reach have none to give here."""
        return np.where(self.near, self.found.sites[column].to_numpy(), 0.0)

    def total(self, state: str, rows: np.ndarray | None = None) -> float:
        values = self.areas[state] if rows is None else self.areas.loc[rows, state]
        return float(values.sum())


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
        raise ParameterError(say("There is no rule called '{rule}'.", rule=name(rule)),
                             say("Use {rules}.", rules=joined(RULES, ", ")))
    pairs = in_order_of_ids(costs if radius is None else costs.within(radius))
    people = _amounts(demand, pairs.demand_ids, say("demand"), say("places"))
    room = _amounts(capacity, pairs.supply_ids, say("capacity"), say("sites"))
    classes = np.zeros(len(people), dtype=np.int64)
    if rule == EQUITY_FIRST:
        if need is None:
            raise ParameterError(say("Serving the highest need first needs the need of every place."), say("Give need."))
        classes = np.unique(_amounts(need, pairs.demand_ids, say("need"), say("places"), least=-math.inf), return_inverse=True)[1]
    whole = bool((people == np.round(people)).all() and (room == np.round(room)).all())
    if rule == NEAREST_FIRST:
        flow = _nearest_first(pairs, people, room)
    else:
        flow = _least_distance(pairs, people, room, classes, whole, progress or Progress())
    return _assignment(rule, pairs, flow, demand, capacity, groups)


@frozen
class Matching:
    """How many of each school's pupils go to each place. Arrays follow the pairs, schools and places given."""

    amount: np.ndarray = field(eq=False)  # per pair, whole
    served: np.ndarray = field(eq=False)  # per school
    used: np.ndarray = field(eq=False)    # per place


def assign(
    need: np.ndarray, free: np.ndarray, school: np.ndarray, place: np.ndarray, cost: np.ndarray, worth: np.ndarray
) -> Matching:
    """Match need to places.

    First as much worth as can be: sum over schools of worth x served. As worth belongs to the school alone, that is the same
    as serving the schools of the highest worth as far as can be, then the next (Edmonds 1970), and it serves the most pupils;
    then the least travel. So it is `assign_to_capacity` with the highest need first, in whole pupils.

    Parameters
    ----------
    need : ndarray of int
        Pupils of every school.
    free : ndarray of int
        Free places of every service.
    school, place, cost : ndarray
        Pairs in reach: positions in both, and the way between them.
    worth : ndarray of float
        What serving one pupil of a school counts, above 0.

    Raises
    ------
    InputError
        If need or places are below zero or missing, or a worth is not above zero.

    Examples
    --------
    >>> found = assign(np.array([3, 2]), np.array([4]), np.array([0, 1]), np.array([0, 0]), np.array([1.0, 1]), np.array([1.0, 2]))
    >>> found.served.tolist()
    [2, 2]
    """
    for values, what in ((need, say("need")), (free, say("free places"))):
        if not (np.asarray(values, dtype=float) >= 0).all():
            raise InputError(say("Some {what} are missing or below zero.", what=what), say("Leave those rows out."))
    if not (worth > 0).all():
        raise InputError(say("Serving a pupil must be worth something."), say("Give a weight of need of 0 or more."))
    useful = np.flatnonzero((need[school] > 0) & (free[place] > 0))
    amount = np.zeros(len(school), dtype=int)
    if len(useful):
        ways = TravelCosts.from_pairs(pd.RangeIndex(len(need)), pd.RangeIndex(len(free)), school[useful], place[useful], cost[useful])
        found = assign_to_capacity(
            ways, pd.Series(need, dtype=float), pd.Series(free, dtype=float), rule=EQUITY_FIRST, need=pd.Series(worth, dtype=float))
        at = pd.Series(useful, index=school[useful] * len(free) + place[useful])
        flows = found.flows
        amount[at.loc[flows["origin"].to_numpy(dtype=int) * len(free) + flows["dest"].to_numpy(dtype=int)]] = flows["amount"]
    served = np.bincount(school, amount, len(need)).astype(int)
    return Matching(amount, served, np.bincount(place, amount, len(free)).astype(int))


def _amounts(given: pd.Series, ids: pd.Index, what: Said, where: Said, least: float = 0.0) -> Floats:
    """The amounts in the order of the ids, checked for all that were given."""
    if not given.index.is_unique:
        twice = str(given.index[given.index.duplicated()][0])
        raise InputError(say("'{id}' has two numbers for {what}.", id=name(twice), what=what), say("Give each id one."), {"rows": [twice]})
    every = given.index.union(ids)
    numbers = pd.to_numeric(given.reindex(every), errors="coerce").to_numpy(dtype=np.float64)
    wrong = ~np.isfinite(numbers) | (numbers < least)
    if wrong.any():
        names = [str(one) for one in every[wrong]]
        some = joined(names[:5], ", ")
        raise InputError(
            say("The {what} of {count} {where} is missing or negative: {names}.", what=what, count=format_number(len(names)), where=where,
                names=say("{names} ...", names=some) if len(names) > 5 else some),
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
        names = [str(one) for one in places.index[wrong]]
        raise InputError(
            plural("The groups of {n} place do not add up to their demand: {names}.",
                   "The groups of {n} places do not add up to their demand: {names}.", len(names), names=joined(names[:5], ", ")),
            say("Give every group of every place, and an 'other' if some are not counted."), {"rows": names},
        )
    share = given.div(pd.Series(np.where(people > 0, people, 1.0), index=places.index), axis=0)
    rows: dict[Any, dict[str, float]] = {
        group: {state: float((share[group] * places[state]).sum()) for state in STATES} for group in groups
    }
    return pd.DataFrame.from_dict(rows, orient="index", columns=list(STATES))
