"""Covering people: the problem made small without losing a plan, with its wishes and a good first answer."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd
from attrs import evolve, field, frozen

from ecomap.analysis.optimise.case import (
    Budget,
    Case,
    Floats,
    Id,
    Plan,
    ReachFloor,
    ReachTarget,
    SiteCount,
    SiteQuota,
    Wish,
    check_count,
    reach_of,
)
from ecomap.analysis.optimise.solver import Problem, Solution
from ecomap.analysis.travel.costs import TravelCosts
from ecomap.model.errors import InputError, ParameterError
from ecomap.model.said import say

Bools = npt.NDArray[np.bool_]
_COMPARISONS = 50_000_000  # more pairs of sites than this are not compared: it would cost more than it saves
_ROUNDING = 1e-9
FLOOR_ROUNDING = 1e-6      # people that a floor may be missed by
_PRESSURES = (0.25, 0.5, 1.0, 2.0, 4.0, 8.0, 16.0)  # how much more the favoured weigh in a first answer


def limits_of(
    case: Case, sites: int | None, budget: float | None, site_costs: pd.Series | Mapping[Id, float] | None
) -> list[SiteCount | Budget]:
    """The number of sites and the money as wishes."""
    limits: list[SiteCount | Budget] = []
    if sites is not None:
        check_count(case, sites)
        limits.append(SiteCount(sites, f"at most {sites} {'site' if sites == 1 else 'sites'}"))
    if budget is not None:
        if site_costs is None:
            raise ParameterError(say("A budget needs the cost of each site."), say("Give site_costs."))
        cost = pd.Series(site_costs, dtype=np.float64).reindex(case.sites).to_numpy(dtype=np.float64)
        missing = np.isnan(cost) & ~case.open
        if missing.any():
            names = [str(name) for name in case.sites[missing]]
            raise InputError(
                say(f"{len(names)} sites have no cost: {', '.join(names[:5])}."),
                say("Give each a cost; missing is not free."),
                {"rows": names},
            )
        limits.append(Budget(budget, np.where(case.open, 0.0, np.nan_to_num(cost)), f"a budget of {budget:,.0f}"))
    return limits


def cover_for(
    costs: TravelCosts, weights: pd.Series, *, radius: float, sites: int | None = None, budget: float | None = None,
    site_costs: pd.Series | Mapping[Id, float] | None = None, fixed: Sequence[Id] = (), floors: Sequence[Wish] = (),
) -> Cover:
    """The problem of `location.maximum_cover`, where its arguments are described."""
    case = Case.of(costs, weights, fixed)
    if sites is None and budget is None:
        raise ParameterError(say("A plan needs a number of sites or a budget."), say("Give one of them."))
    return Cover.of(case, radius, [*limits_of(case, sites, budget, site_costs), *floors])


@frozen
class Cover:
    """People whom new sites could win, with places that see the same sites put together.

    Parameters
    ----------
    weight : ndarray
        By group of places that are in reach of exactly the same sites.
    sees : sparse, groups x sites
        1 where the site reaches the group.
    favoured : tuple of pairs
        Floor, and the share (0-1) of the weight of every group that it favours.
    already : float
        Weight that open sites reach.
    useful : ndarray of bool
        Sites worth looking at: the others reach nobody whom a useful one, as good for every wish, does not reach too.
    """

    case: Case
    radius: float
    wishes: tuple[Any, ...]
    weight: Floats = field(eq=False, repr=False)
    sees: Any = field(eq=False, repr=False)
    favoured: tuple[tuple[ReachFloor, Floats], ...] = field(eq=False, repr=False)
    already: float
    useful: Bools = field(eq=False, repr=False)

    @classmethod
    def of(cls, case: Case, radius: float, wishes: Sequence[Any], *, every_site: bool = False) -> Cover:
        """Build it; with ``every_site`` no site is left out as dominated."""
        demand, site = case.within(radius)
        already = np.isin(np.arange(len(case.demand)), demand[case.open[site]])
        winnable = np.zeros(len(case.demand), dtype=bool)
        winnable[demand] = True
        winnable &= ~already & (case.weight > 0)
        keep = winnable[demand]
        weight, sees, favoured = grouped(case, demand[keep], site[keep], wishes, len(case.sites))
        useful = np.ones(len(case.sites), dtype=bool) if every_site or favoured else ~_dominated(case, sees, wishes)
        return cls(
            case, radius, tuple(wishes), weight, sees, favoured, float(case.weight[already].sum()), useful
        )

    def gain(self, opened: Bools) -> float:
        """Weight newly reached."""
        return float(self.weight[self.reached(opened)].sum())

    def reached(self, opened: Bools) -> Bools:
        return np.asarray(self.sees @ opened.astype(np.float64) > 0.5)

    def within_limits(self, opened: Bools) -> bool:
        """Whether a set of sites stays within the number of sites, the budget and every "at most"."""
        least = [evolve(wish, at_least=0) if isinstance(wish, SiteQuota) else wish for wish in self.wishes]
        return keeps_limits(self.case, least, opened)

    def meets(self, opened: Bools) -> bool:
        """Whether a set of sites meets every wish."""
        if not keeps_limits(self.case, self.wishes, opened):
            return False
        reached = self.reached(opened)
        if any(float(self.weight[reached].sum()) < wish.people - FLOOR_ROUNDING for wish in self.targets()):
            return False
        return all(float(lean[reached].sum()) >= -FLOOR_ROUNDING for lean in self.leans())

    def targets(self) -> list[ReachTarget]:
        return [wish for wish in self.wishes if isinstance(wish, ReachTarget)]

    def leans(self) -> list[Floats]:
        """By floor, what reaching each group adds to the room above it; less than 0 where it uses room up."""
        return [self.weight * (favoured - floor.share) for floor, favoured in self.favoured]

    def burdens(self) -> Bools:
        """Groups that some floor would rather leave unreached: they count as soon as an open site reaches them."""
        return np.any([lean < 0 for lean in self.leans()] or [np.zeros(len(self.weight), dtype=bool)], axis=0)

    def hardest(self) -> npt.NDArray[np.int64]:
        """Groups that are enough to look at when all must be reached: whoever reaches these reaches the others too."""
        sees = self.sees[:, self.useful]
        size = np.diff(sees.tocsr().indptr)
        if float((np.diff(sees.tocsc().indptr).astype(np.float64) ** 2).sum()) > _COMPARISONS:
            return np.arange(len(size))
        shared = (sees @ sees.T).tocoo()
        small, large = shared.coords
        inside = (shared.data == size[small]) & (small != large) & ((size[small] < size[large]) | (small < large))
        needed = np.ones(len(size), dtype=bool)
        needed[large[inside]] = False
        return np.flatnonzero(needed)

    def problem(self, *, count_people: bool = True) -> tuple[Problem, npt.NDArray[np.int64], npt.NDArray[np.int64]]:
        """The problem, with the columns of the sites and of the groups; without ``count_people`` any plan will do."""
        case, (row, column) = self.case, self.sees.nonzero()
        problem = Problem()
        high = (self.useful | case.open).astype(float)
        x = problem.add_columns(np.zeros(len(case.sites)), low=case.open.astype(float), high=high, integer=True)
        y = problem.add_columns(-self.weight if count_people else np.zeros(len(self.weight)))
        count, inside = len(y), self.useful[column]
        row, column = row[inside], column[inside]
        problem.add_rows(
            np.concatenate([row, np.arange(count)]), np.concatenate([x[column], y]),
            np.concatenate([np.ones(len(row)), -np.ones(count)]), count=count, low=0.0, high=math.inf,
        )
        self._add_wishes(problem, x, y)
        # A floor is a share of what is really reached: its burdens count as soon as an open site reaches them.
        held = self.burdens()[row]
        row, column = row[held], column[held]
        problem.add_rows(
            np.tile(np.arange(len(row)), 2), np.concatenate([y[row], x[column]]),
            np.repeat([1.0, -1.0], len(row)), count=len(row), low=0.0, high=math.inf,
        )
        return problem, x, y

    def _add_wishes(self, problem: Problem, x: npt.NDArray[np.int64], y: npt.NDArray[np.int64]) -> None:
        for wish in self.wishes:
            add_limit(problem, self.case, wish, x)
        for lean in self.leans():
            problem.add_row(y, lean, low=-_ROUNDING)
        for target in self.targets():
            problem.add_row(y, self.weight, low=target.people - _ROUNDING)

    def values(self, opened: Bools) -> Floats:
        """The problem's columns for a set of sites."""
        return np.concatenate([opened, self.reached(opened)]).astype(np.float64)

    def first(self) -> Bools:
        """A good set of sites to start from; where possible one that keeps the floors.

        The best of a few greedy sets, each giving the favoured more weight than the one before; if none keeps the
        floors, the one that misses them least.
        """
        lean = sum(self.leans(), np.zeros(len(self.weight)))
        tried = [self.greedy()]
        if self.favoured:
            tried += [self.greedy(weight=self.weight + pressure * lean) for pressure in _PRESSURES]
        return max(tried, key=lambda opened: (-self.missing(opened), self.gain(opened)))

    def missing(self, opened: Bools) -> float:
        """People by whom a set of sites misses the floors, all floors together."""
        reached = self.reached(opened)
        short = [-float(lean[reached].sum()) for lean in self.leans()]
        return sum(people for people in short if people > FLOOR_ROUNDING)

    def greedy(self, opened: Bools | None = None, weight: Floats | None = None) -> Bools:
        """Site after site, each time the one that wins most (first by id of equals) within the limits.

        Sites that a quota still asks for come first. Floors are not looked at: the answer may miss them.
        """
        opened = (self.case.open if opened is None else opened).copy()
        weight = self.weight if weight is None else weight
        by_site = self.sees.T.tocsr()
        quotas = [wish for wish in self.wishes if isinstance(wish, SiteQuota)]
        inside = [self.case.sites.isin(list(wish.members)) for wish in quotas]
        while True:
            free = self._affordable(opened)
            wanted = free.copy()
            for quota, members in zip(quotas, inside, strict=True):
                if int((opened & members & ~self.case.open).sum()) < quota.at_least:
                    wanted &= members
            asked = bool((wanted != free).any()) and bool(wanted.any())
            gains = np.where(wanted if asked else free, by_site @ self._left(opened, weight), -math.inf)
            best = int(gains.argmax())
            if gains[best] == -math.inf or (gains[best] <= 0 and not asked):
                return opened
            opened[best] = True

    def _left(self, opened: Bools, weight: Floats) -> Floats:
        """What one more site would win of every group."""
        return np.where(self.reached(opened), 0.0, weight)

    def _affordable(self, opened: Bools) -> Bools:
        free = self.useful & ~opened
        new = opened & ~self.case.open
        for wish in self.wishes:
            if isinstance(wish, SiteCount) and int(opened.sum()) >= wish.most:
                free[:] = False
            elif isinstance(wish, Budget):
                free &= wish.cost <= wish.budget - wish.cost[new].sum()
            elif isinstance(wish, SiteQuota) and wish.at_most is not None:
                members = self.case.sites.isin(list(wish.members))
                if int((new & members).sum()) >= wish.at_most:
                    free &= ~members
        return free

    def plan(self, solution: Solution) -> Plan:
        """The plan of a solution: what it reaches is counted anew, the bound is the solver's."""
        if solution.values is None:
            raise InputError(say("No plan was found in the time given."), say("Allow more time, or ask for less."))
        opened = solution.values[: len(self.case.sites)] > 0.5
        objective = self.gain(opened) + self.already
        bound = objective if solution.proven else max(-solution.bound + self.already, objective)
        gap = 0.0 if solution.proven else (bound - objective) / max(abs(objective), 1e-12)
        covered, assigned = reach_of(self.case, opened, self.radius)
        return Plan(
            tuple(self.case.sites[opened]), objective, bound, gap, covered, assigned, solution.proven, self.case.fixed
        )


    def without_idle(self, plan: Plan) -> Plan:
        """The same plan without new sites that reach nobody new, as far as the wishes allow."""
        opened = np.asarray(self.case.sites.isin(list(plan.chosen)))
        reached = self.gain(opened)
        for site in np.flatnonzero(opened & ~self.case.open)[::-1]:
            opened[site] = False
            if self.gain(opened) < reached or not self.meets(opened):
                opened[site] = True
        covered, assigned = reach_of(self.case, opened, self.radius)
        return evolve(plan, chosen=tuple(self.case.sites[opened]), covered=covered, assigned=assigned)


def limits_problem(case: Case, wishes: Sequence[Any]) -> Problem:
    """Only the limits and quotas, without people: a small problem that says whether any set of sites keeps to them."""
    problem = Problem()
    x = problem.add_columns(np.zeros(len(case.sites)), low=case.open.astype(float), integer=True)
    for wish in wishes:
        add_limit(problem, case, wish, x)
    return problem


def keeps_limits(case: Case, wishes: Sequence[Any], opened: Bools) -> bool:
    """Whether a set of sites keeps to the number of sites, the budget and the quotas."""
    new = opened & ~case.open
    for wish in wishes:
        if isinstance(wish, SiteCount) and int(opened.sum()) > wish.most:
            return False
        if isinstance(wish, Budget) and float(wish.cost[new].sum()) > wish.budget * (1 + _ROUNDING):
            return False
        if isinstance(wish, SiteQuota):
            count = int((new & case.sites.isin(list(wish.members))).sum())
            if count < wish.at_least or (wish.at_most is not None and count > wish.at_most):
                return False
    return True


def add_limit(problem: Problem, case: Case, wish: Any, x: npt.NDArray[np.int64]) -> None:
    if isinstance(wish, SiteCount):
        problem.add_row(x, np.ones(len(x)), high=float(wish.most))
    elif isinstance(wish, Budget):
        problem.add_row(x, wish.cost, high=wish.budget)
    elif isinstance(wish, SiteQuota):
        inside = case.sites.isin(list(wish.members)) & ~case.open
        high = math.inf if wish.at_most is None else float(wish.at_most)
        problem.add_row(x[inside], np.ones(int(inside.sum())), low=float(wish.at_least), high=high)


def grouped(
    case: Case, demand: npt.NDArray[np.int64], site: npt.NDArray[np.int64], wishes: Sequence[Any], sites: int
) -> tuple[Floats, Any, tuple[tuple[ReachFloor, Floats], ...]]:
    """Places that see the same sites put together: weight, groups x sites, and what each floor favours of them.

    Parameters
    ----------
    demand, site : ndarray of int
        Pairs, sorted by place, then site.
    """
    from scipy.sparse import csr_array  # heavy

    group, groups, first = _groups(demand, site, len(case.demand))

    def summed(weights: Floats) -> Floats:
        return np.asarray(np.bincount(group[group >= 0], weights[group >= 0], groups), dtype=np.float64)

    weight = summed(case.weight)
    pairs = np.isin(demand, first)
    sees = csr_array((np.ones(int(pairs.sum())), (group[demand[pairs]], site[pairs])), shape=(groups, sites))
    favoured = tuple(
        (wish, summed(case.weight * case.demand.isin(list(wish.members))) / weight)
        for wish in wishes if isinstance(wish, ReachFloor)
    )
    return weight, sees, favoured


def _groups(
    demand: npt.NDArray[np.int64], site: npt.NDArray[np.int64], count: int
) -> tuple[npt.NDArray[np.int64], int, npt.NDArray[np.int64]]:
    """Which places see exactly the same sites: group of each place (-1: none), how many, and the first of each."""
    places, start = np.unique(demand, return_index=True)
    ends = np.append(start, len(demand))[1:]
    known: dict[bytes, int] = {}
    group = np.full(count, -1, dtype=np.int64)
    first: list[int] = []
    for place, low, high in zip(places.tolist(), start.tolist(), ends.tolist(), strict=True):
        number = known.setdefault(site[low:high].tobytes(), len(known))
        if number == len(first):
            first.append(place)
        group[place] = number
    return group, len(first), np.asarray(first, dtype=np.int64)


def _dominated(case: Case, sees: Any, wishes: Sequence[Any]) -> Bools:
    """Sites that reach nobody whom another, as good for every wish, does not reach too; of equals the first stays."""
    by_site = sees.T.tocsr()
    if float((np.diff(sees.tocsr().indptr).astype(np.float64) ** 2).sum()) > _COMPARISONS:
        return np.zeros(len(case.sites), dtype=bool)
    size = np.diff(by_site.indptr)
    shared = (by_site @ by_site.T).tocoo()
    inside = shared.data == size[shared.coords[0]]
    small, large = (places[inside] for places in shared.coords)
    apart = small != large
    small, large = small[apart], large[apart]
    better = np.ones(len(small), dtype=bool)   # large is as good as small for every wish
    same = size[small] == size[large]          # and small as good as large
    needed = case.open.copy()
    for wish in wishes:
        if isinstance(wish, Budget):
            better &= wish.cost[large] <= wish.cost[small]
            same &= wish.cost[large] == wish.cost[small]
        elif isinstance(wish, SiteQuota):
            member = case.sites.isin(list(wish.members))
            if wish.at_least:
                needed |= member
            better &= member[small] | ~member[large]
            same &= member[small] == member[large]
    gone = better & (~same | (large < small)) & ~needed[small]
    result = np.zeros(len(case.sites), dtype=bool)
    result[small[gone]] = True
    result |= (size == 0) & ~needed
    return result
