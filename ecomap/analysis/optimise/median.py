"""Short ways: every place assigned to one open site at the least total cost, with a bound that no plan can beat.

The bound relaxes "every place is assigned once" by Lagrange multipliers (Cornuejols, Fisher and Nemhauser 1977) and is
raised by subgradient steps; the plan is improved by exchanging one site at a time (Teitz and Bart 1968, in the form of
Resende and Werneck 2007) and by restarts from a shaken plan. The distance between both is the certified gap.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
import numpy.typing as npt
from attrs import evolve, field, frozen

from ecomap.analysis.optimise.case import (
    Case,
    Floats,
    InfeasibleError,
    Plan,
    SiteCount,
    check_count,
    first_of,
    plan_of,
)
from ecomap.analysis.optimise.cover import Bools, add_limit, keeps_limits, limits_problem
from ecomap.analysis.optimise.solver import Problem
from ecomap.model import clock
from ecomap.model.progress import Progress
from ecomap.model.said import NOTHING, Said, joined, name, plural, say

Ints = npt.NDArray[np.int64]

EXACT_PAIRS = 60_000   # up to this many open questions are handed to branch and bound
_STEPS = 400           # subgradient steps in one go
_MOMENTUM = 0.7        # how much of the last step's way is kept (Camerini, Fratta and Maffioli 1975)
_PATIENCE = 10         # steps without a better bound before the step is halved
_CLOSED = 1e-9         # a gap smaller than this share is closed
_SHAKEN = 0.15         # share of the sites exchanged at random for a restart
_TRIALS = 400          # exchanges that are checked against the wishes, best first
_FRUITLESS = 60        # restarts without a better plan before it is left at that


@frozen
class Medians:
    """Places to assign to sites: one entry per pair, sorted by place, then cost. ``cost`` is weight times distance.

    ``degree`` counts the pairs of every place. ``price`` is what a place costs that none of the open sites reaches: more
    than any pair, so that a plan which leaves nobody behind is always better.
    """

    place: Ints = field(eq=False, repr=False)
    site: Ints = field(eq=False, repr=False)
    cost: Floats = field(eq=False, repr=False)
    degree: Ints = field(eq=False, repr=False)
    places: int
    sites: int
    count: int
    open: Bools = field(eq=False, repr=False)
    price: float

    @classmethod
    def of(cls, place: Ints, site: Ints, cost: Floats, opened: Bools, count: int) -> Medians:
        places = int(place.max(initial=-1)) + 1
        price = (float(cost.max(initial=0.0)) + 1.0) * (places + 1)
        order = np.lexsort((site, cost, place))
        place, site, cost = place[order].astype(np.int32), site[order].astype(np.int32), cost[order]
        return cls(place, site, cost, np.bincount(place, minlength=places), places, len(opened), count, opened, price)


@frozen
class Found:
    """The best plan, its cost (infinite if it leaves a place behind), the bound, and the multipliers that gave it."""

    opened: Bools = field(eq=False, repr=False)
    objective: float
    bound: float
    multipliers: Floats = field(eq=False, repr=False)

    @property
    def gap(self) -> float:
        if not math.isfinite(self.objective):
            return math.inf
        return max(self.objective - self.bound, 0.0) / max(abs(self.objective), 1e-12)

    @property
    def closed(self) -> bool:
        return self.gap <= _CLOSED


def lonely(case: Case, places: Sequence[int] | Ints, hint: Said) -> InfeasibleError:
    """The error that names places which no site reaches."""
    ids = [str(case.demand[i]) for i in places]
    listed = joined([first_of(ids), name("...") if len(ids) > 5 else NOTHING])
    return InfeasibleError(
        plural("{n} place is in reach of no site: {places}.", "{n} places are in reach of no site: {places}.", len(ids), places=listed),
        hint, {"places": ids})


def shortest_ways(
    case: Case, wishes: Sequence[Any], alpha: float = 0.0, *, time_limit_s: float, progress: Progress | None = None
) -> Plan:
    """The plan of least mean way to the nearest or, with ``alpha`` above 0, of least Kolm-Pollak equivalent.

    Minimising the equivalent is the linear objective ``sum of w exp(alpha d) z`` with alpha = -kappa > 0 (Horton and
    others, arXiv 2401.15452): the far-away weigh more. Figures are in the unit of the ways.

    Parameters
    ----------
    wishes : sequence
        One of them a `SiteCount`; quotas and a budget may be among them, and can be met by themselves.
    """
    way = case.costs.cost
    count = next(wish.most for wish in wishes if isinstance(wish, SiteCount))
    top = float(way.max(initial=0.0))
    heavy = np.exp(alpha * (way - top)) if alpha > 0 else way
    rest = [wish for wish in wishes if not isinstance(wish, SiteCount)]
    found = assign(case, case.weight[case.at_demand] * heavy, min(count, len(case.sites)), time_limit_s, progress, rest)
    people = float(case.weight.sum())

    def told(total: float) -> float:
        mean = total / people if people > 0 else 0.0
        return (top + math.log(mean) / alpha if mean > 0 else 0.0) if alpha > 0 else mean

    value, bound = told(found.objective), told(max(found.bound, 0.0))
    return plan_of(case, found.opened, value, min(bound, value), proven=found.closed)


def assign(
    case: Case, cost: Floats, sites: int, time_limit_s: float, progress: Progress | None, wishes: Sequence[Any] = ()
) -> Found:
    """Open ``sites`` sites and assign every place with a weight; ``cost`` is per pair.

    A plan and a bound come from Lagrange multipliers and swaps; what they leave open is settled by branch and bound if
    it is small enough. Otherwise the plan is given with the gap that is certain. ``wishes`` (quotas, a budget) can be met
    by themselves: `conflict.check_limits` has been asked.
    """
    check_count(case, sites)
    progress = progress or Progress()
    until = clock.moment_s() + time_limit_s
    needed = case.weight[case.at_demand] > 0
    alone = np.setdiff1d(np.flatnonzero(case.weight > 0), case.at_demand)
    if len(alone):
        raise lonely(case, alone, say("Enlarge the cutoff of the travel costs."))
    if not needed.any():
        return Found(filled(case.open, sites), 0.0, 0.0, np.zeros(0))
    _, place = np.unique(case.at_demand[needed], return_inverse=True)
    problem = Medians.of(place, case.at_site[needed], cost[needed], case.open, sites)
    found = medians(problem, time_limit_s=time_limit_s / 3, progress=progress.part(0.0, 0.3))
    if wishes:
        found = _keeping(case, problem, found, wishes, until, progress)
    if not found.closed:
        found = _finished(case, problem, found, wishes, until, progress.part(0.3, 1.0))
    if not math.isfinite(found.objective):
        raise InfeasibleError(plural("{n} site cannot reach every place.", "{n} sites cannot reach every place.", sites),
                              say("Allow more sites or a longer way."))
    return found


def filled(opened: Bools, sites: int) -> Bools:
    """The open sites, filled up to the number asked for with the first others by id (they can only help)."""
    result = opened.copy()
    closed = np.flatnonzero(~opened)
    result[closed[: max(sites - int(opened.sum()), 0)]] = True
    return result


def _keeping(
    case: Case, problem: Medians, found: Found, wishes: Sequence[Any], until: float, progress: Progress
) -> Found:
    """A plan that keeps the wishes, and the bound that they raise: sites at their Lagrange price, chosen within them."""
    def allowed(opened: Bools) -> bool:
        return keeps_limits(case, wishes, opened)

    if allowed(found.opened):
        return found
    _, price = prices(problem, found.multipliers)
    limits = limits_problem(case, [*wishes, SiteCount(problem.count, NOTHING)])
    limits.price(np.arange(problem.sites), price)
    solution = limits.solve(time_limit_s=max(until - clock.moment_s(), 1.0) / 2, progress=progress)
    bound = max(found.bound, float(found.multipliers.sum()) + solution.bound)
    if solution.values is None:
        return Found(found.opened, math.inf, bound, found.multipliers)
    opened = swapped(problem, solution.values[:problem.sites] > 0.5, until, progress, allowed)
    objective = total(problem, opened)
    return Found(opened, objective, min(bound, objective), found.multipliers)


def _finished(
    case: Case, problem: Medians, found: Found, wishes: Sequence[Any], until: float, progress: Progress
) -> Found:
    """Settle by branch and bound what the bound leaves open, if that is not too much."""
    must, never = settled(problem, found)
    keep = _wanted_pairs(problem, must, never)
    if int(keep.sum()) > EXACT_PAIRS:
        return found if wishes else shaken(problem, found, until, progress=progress)
    model, x = _model(problem, must, never, keep)
    for wish in wishes:
        add_limit(model, case, wish, x)
    solution = model.solve(time_limit_s=max(until - clock.moment_s(), 1.0), progress=progress)
    if solution.infeasible:  # nothing is better than what was found
        return Found(found.opened, found.objective, found.objective, found.multipliers)
    bound = max(found.bound, min(solution.bound, found.objective))
    opened = found.opened
    objective = found.objective
    if solution.values is not None:
        better = solution.values[x] > 0.5
        better = better if wishes else filled(better, problem.count)
        cost = total(problem, better)
        if cost < objective:
            opened, objective = better, cost
    if solution.proven:
        bound = objective
    return Found(opened, objective, min(bound, objective), found.multipliers)


def _wanted_pairs(problem: Medians, must: Bools, never: Bools) -> Bools:
    """Pairs that a better plan could use: not with a site that stays closed, nor beyond one that is surely open."""
    sure = np.full(problem.places, math.inf)
    np.minimum.at(sure, problem.place[must[problem.site]], problem.cost[must[problem.site]])
    return np.asarray(~never[problem.site] & (problem.cost <= sure[problem.place]))


def _model(problem: Medians, must: Bools, never: Bools, keep: Bools) -> tuple[Problem, Ints]:
    """The problem in whole numbers, with the columns of the sites."""
    place, site, cost = problem.place[keep], problem.site[keep], problem.cost[keep]
    model = Problem()
    x = model.add_columns(
        np.zeros(problem.sites), low=must.astype(float), high=1.0 - never.astype(float), integer=True
    )
    z = model.add_columns(cost)
    count = len(z)
    model.add_rows(place, z, np.ones(count), count=problem.places, low=1.0, high=1.0)
    model.add_rows(
        np.tile(np.arange(count), 2), np.concatenate([x[site], z]),
        np.concatenate([np.ones(count), -np.ones(count)]), count=count, low=0.0, high=math.inf,
    )
    model.add_row(x, np.ones(len(x)), high=float(problem.count))
    return model, x


def medians(problem: Medians, *, time_limit_s: float, seed: int = 0, progress: Progress | None = None) -> Found:
    """A plan and its bound, as close together as the time allows."""
    progress = progress or Progress()
    until = clock.moment_s() + time_limit_s
    opened = swapped(problem, _first(problem), until, progress)
    _, first, second = _nearest_two(problem, opened)
    found = Found(opened, total(problem, opened), -math.inf, (first + second) / 2)
    found = _raised(problem, found, until, progress)
    return found if found.closed else shaken(problem, found, until, seed=seed, progress=progress)


def total(problem: Medians, opened: Bools) -> float:
    """What it costs to assign every place to its nearest open site; infinite if one is left behind."""
    _, first, _ = _nearest_two(problem, opened)
    return float(first.sum()) if (first < problem.price).all() else math.inf


def prices(problem: Medians, multipliers: Floats) -> tuple[float, Floats]:
    """The bound for some multipliers, and what opening each site would add to it (never more than 0)."""
    worth = problem.cost - np.repeat(multipliers, problem.degree)
    useful = np.flatnonzero(worth < 0)
    price = np.asarray(np.bincount(problem.site[useful], worth[useful], problem.sites), dtype=np.float64)
    chosen = _cheapest(problem, price)
    return float(multipliers.sum() + price[chosen].sum()), price


def settled(problem: Medians, found: Found) -> tuple[Bools, Bools]:
    """Sites that every plan better than the one found must open, and sites that none of them may."""
    bound, price = prices(problem, found.multipliers)
    chosen = _cheapest(problem, price)
    free_in, free_out = chosen & ~problem.open, ~chosen
    room = found.objective - bound + 1e-9 * max(abs(found.objective), 1.0)
    last = float(price[free_in].max(initial=-math.inf))
    next_ = float(price[free_out].min(initial=math.inf))
    must = problem.open | (free_in & (next_ - price > room))
    never = free_out & (price - last > room) if free_in.any() else free_out
    return must, never


def swapped(
    problem: Medians, opened: Bools, until: float, progress: Progress, allowed: Callable[[Bools], bool] | None = None
) -> Bools:
    """Exchange one open site for a closed one, always the best exchange that is allowed, until none helps."""
    opened = opened.copy()
    while not clock.over(until):
        progress.check()
        nearest, first, second = _nearest_two(problem, opened)
        slot = np.zeros(problem.sites, dtype=np.int64)
        inside = np.flatnonzero(opened)
        slot[inside] = np.arange(len(inside))
        near = np.flatnonzero(problem.cost < np.repeat(second, problem.degree))
        place, site, cost = problem.place[near], problem.site[near], problem.cost[near]
        gain = np.bincount(site, np.maximum(first[place] - cost, 0.0), problem.sites)
        served = nearest >= 0
        loss = np.bincount(slot[nearest[served]], (second - first)[served], len(inside))
        known = served[place]
        place, site, cost = place[known], site[known], cost[known]
        kept = second[place] - np.maximum(cost, first[place])
        cell = site.astype(np.int64) * len(inside) + slot[nearest[place]]
        both = np.bincount(cell, kept, problem.sites * len(inside)).reshape(problem.sites, len(inside))
        profit = gain[:, None] - loss[None, :] + both
        profit[opened] = -math.inf
        profit[:, problem.open[inside]] = -math.inf
        after = _exchanged(opened, inside, profit, 1e-9 * max(float(first.sum()), 1e-12), allowed)
        if after is None:
            break
        opened = after
    return opened


def _exchanged(
    opened: Bools, inside: Any, profit: Any, least: float, allowed: Callable[[Bools], bool] | None
) -> Bools | None:
    """The open sites after the exchange that wins most of those allowed; None if none wins anything."""
    flat = profit.ravel()
    cells = [int(flat.argmax())] if allowed is None else np.argsort(-flat, kind="stable")[:_TRIALS].tolist()
    for cell in cells:
        if not flat[cell] > least:
            return None
        enters, leaves = divmod(cell, len(inside))
        after = opened.copy()
        after[enters], after[inside[leaves]] = True, False
        if allowed is None or allowed(after):
            return after
    return None


def shaken(problem: Medians, found: Found, until: float, *, seed: int = 0, progress: Progress) -> Found:
    """Restart the swaps from the best plan with a few sites exchanged at random."""
    random = np.random.default_rng(seed)
    fruitless = 0
    movable = np.flatnonzero(~problem.open)
    while not clock.over(until) and not found.closed and fruitless < _FRUITLESS and len(movable):
        progress.at(fruitless / _FRUITLESS, say("Looking for a better plan"))
        opened = found.opened.copy()
        inside, outside = movable[opened[movable]], movable[~opened[movable]]
        moves = min(max(2, int(_SHAKEN * len(inside))), len(inside), len(outside))
        if moves == 0:
            break
        opened[random.choice(inside, moves, replace=False)] = False
        opened[random.choice(outside, moves, replace=False)] = True
        next_ = _better(problem, found, swapped(problem, opened, until, progress))
        fruitless = fruitless + 1 if next_ is found else 0
        found = next_
    return found


def _first(problem: Medians) -> Bools:
    """Site after site, each time the one that saves most."""
    opened = problem.open.copy()
    best = _nearest_two(problem, opened)[1]
    while opened.sum() < problem.count:
        less = np.repeat(best, problem.degree) - problem.cost
        useful = np.flatnonzero(less > 0)
        saved = np.bincount(problem.site[useful], less[useful], problem.sites)
        saved[opened] = -1.0
        new = int(saved.argmax())
        opened[new] = True
        mine = np.flatnonzero(problem.site == new)
        best[problem.place[mine]] = np.minimum(best[problem.place[mine]], problem.cost[mine])
    return opened


def _nearest_two(problem: Medians, opened: Bools) -> tuple[Ints, Floats, Floats]:
    """The nearest open site of every place (-1: none), what it costs, and what the next nearest would."""
    keep = np.flatnonzero(opened[problem.site])
    place, site, cost = problem.place[keep], problem.site[keep], problem.cost[keep]
    start = np.flatnonzero(np.r_[True, place[1:] != place[:-1]]) if len(place) else np.zeros(0, dtype=np.int64)
    nearest = np.full(problem.places, -1, dtype=np.int64)
    first, second = np.full(problem.places, problem.price), np.full(problem.places, problem.price)
    nearest[place[start]], first[place[start]] = site[start], cost[start]
    follows = np.append(start[1:], len(place)) - start > 1
    second[place[start[follows]]] = cost[start[follows] + 1]
    return nearest, first, second


def _cheapest(problem: Medians, price: Floats) -> Bools:
    """The open sites and, of the others, the cheapest up to the count (first by id of equals)."""
    order = np.argsort(np.where(problem.open, -math.inf, price), kind="stable")
    chosen = np.zeros(problem.sites, dtype=bool)
    chosen[order[: problem.count]] = True
    return chosen


def _raised(problem: Medians, found: Found, until: float, progress: Progress) -> Found:
    """Raise the bound by subgradient steps; the sites that the multipliers point at may be a better plan."""
    multipliers = np.minimum(found.multipliers, problem.price / (problem.places + 1))
    scale, waited, way = 1.5, 0, np.zeros(problem.places)
    pointed = found.opened
    for step in range(_STEPS):
        progress.at(step / _STEPS, say("Proving how good the plan is"))
        bound, price = prices(problem, multipliers)
        chosen = _cheapest(problem, price)
        waited = 0 if bound > found.bound + 1e-5 * abs(bound) else waited + 1
        if bound > found.bound:
            found = evolve(found, bound=min(bound, found.objective), multipliers=multipliers.copy())
            pointed = chosen
            found = _better(problem, found, chosen)
        if found.closed or scale < 1e-4 or clock.over(until):
            break
        if waited > _PATIENCE:
            scale, waited, multipliers, way = scale / 2, 0, found.multipliers.copy(), np.zeros(problem.places)
            bound, price = prices(problem, multipliers)
            chosen = _cheapest(problem, price)
        wanted = np.flatnonzero(chosen[problem.site])
        wanted = wanted[problem.cost[wanted] < multipliers[problem.place[wanted]]]
        way = 1.0 - np.bincount(problem.place[wanted], minlength=problem.places) + _MOMENTUM * way
        length = float(way @ way)
        if length == 0:
            break
        target = found.objective if math.isfinite(found.objective) else bound + abs(bound)
        multipliers = np.maximum(multipliers + scale * max(1.001 * target - bound, 1e-9) / length * way, 0.0)
    return _better(problem, found, swapped(problem, pointed, until, progress))


def _better(problem: Medians, found: Found, opened: Bools) -> Found:
    cost = total(problem, opened)
    return evolve(found, opened=opened, objective=cost) if cost < found.objective else found
