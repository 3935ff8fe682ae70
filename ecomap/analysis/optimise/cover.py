"""Covering people: the problem made small without losing a plan, with its wishes, a good first answer and the cuts that tighten it.

A floor is a share of what is really reached. In fractions a problem cheats: many sites opened by a little reach all of
the favoured between them, and of the others only as much as the largest of these parts. Whoever reaches a favoured
group f by a site that also reaches the group u reaches u too: ``y_u >= y_f - sum of x_j over the sites of f that do
not reach u``. There are too many of these rows to write them all down; those that the answer in fractions breaks are
added, and it is asked again.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

import numpy as np
import numpy.typing as npt
from attrs import evolve, field, frozen

from ecomap.analysis.optimise.alike import alike
from ecomap.analysis.optimise.case import (
    Budget,
    Case,
    Floats,
    Plan,
    ReachFloor,
    ReachTarget,
    SiteCount,
    SiteQuota,
    SiteSpread,
    out_of_time,
    plan_of,
    reach_of,
)
from ecomap.analysis.optimise.solver import Ints, Problem, Relaxation, Solution
from ecomap.model import clock
from ecomap.model.progress import Progress
from ecomap.model.said import say

Bools = npt.NDArray[np.bool_]
_COMPARISONS = 50_000_000  # more pairs of sites than this are not compared: it would cost more than it saves
_ROUNDING = 1e-9
FLOOR_ROUNDING = 1e-6      # people that a floor may be missed by
_PRESSURES = (0.25, 0.5, 1.0, 2.0, 4.0, 8.0, 16.0)  # how much more the favoured weigh in a first answer
_ROUNDS = 30               # of cuts
_BROKEN = 1e-3             # a row broken by less than this is left alone
_PAIRS = 5_000_000         # more pairs of groups than this are not compared


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
        least = [evolve(wish, at_least=0) if isinstance(wish, SiteQuota) else wish for wish in self.wishes if not isinstance(wish, SiteSpread)]
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

    def problem_of_all(self) -> tuple[Problem, npt.NDArray[np.int64]]:
        """Every group must be reached, within the limits: the problem with the columns of the sites, which cost nothing yet.

        Floors say nothing about the sites then: they hold or not, whatever is opened (see `keeps_floors_for_all`).
        """
        case, high = self.case, (self.useful | self.case.open).astype(float)
        problem = Problem()
        x = problem.add_columns(np.zeros(len(case.sites)), low=case.open.astype(float), high=high, integer=True)
        for wish in self.wishes:
            add_limit(problem, case, wish, x)
        rows = self.sees[self.hardest()].tocoo()
        row, column = rows.coords
        problem.add_rows(row, x[column], np.ones(len(row)), count=rows.shape[0], low=1.0, high=math.inf)
        return problem, x

    def keeps_floors_for_all(self) -> bool:
        """Whether every floor holds when everybody is reached."""
        return all(float(lean.sum()) >= -FLOOR_ROUNDING for lean in self.leans())

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
        return np.concatenate([opened, self.reached(opened), self.spread_values(opened)]).astype(np.float64)

    def spread_values(self, opened: Bools) -> Bools:
        """The columns that stand for groups of sites which are full, for a set of sites."""
        return spread_values(self.case, self.wishes, opened)

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
        spreads = [wish for wish in self.wishes if isinstance(wish, SiteSpread)]
        while True:
            free = self._affordable(opened)
            wanted = free.copy()
            for quota, members in zip(quotas, inside, strict=True):
                if int((opened & members & ~self.case.open).sum()) < quota.at_least:
                    wanted &= members
            for spread in spreads:
                wanted &= _to_fill(self.case, spread, opened)
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
        """The plan of a solution: what it reaches is counted anew, the bound is the solver's, or all there are where it had none yet."""
        if solution.values is None:
            raise out_of_time()
        opened = solution.values[: len(self.case.sites)] > 0.5
        objective = self.gain(opened) + self.already
        bound = objective if solution.proven else max(min(-solution.bound, float(self.weight.sum())) + self.already, objective)
        return plan_of(self.case, opened, objective, bound, proven=solution.proven, radius=self.radius)

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
        if isinstance(wish, SiteSpread) and int(full_groups(case, wish, opened).sum()) < wish.groups:
            return False
    return True


def full_groups(case: Case, wish: SiteSpread, opened: Bools) -> Bools:
    """Which groups of a spread have as many new sites as is wished."""
    return np.array([int((opened & member).sum()) >= wish.at_least for member in members_of(case, wish)], dtype=bool)


def members_of(case: Case, wish: SiteSpread) -> list[Bools]:
    """The sites of every group that could be new."""
    return [np.asarray(case.sites.isin(list(members)) & ~case.open) for members in wish.members]


def spread_values(case: Case, wishes: Sequence[Any], opened: Bools) -> Bools:
    """What `add_limit` adds as columns for spreads, for a set of sites."""
    none = np.zeros(0, dtype=bool)
    return np.concatenate([none, *(full_groups(case, wish, opened) for wish in wishes if isinstance(wish, SiteSpread))])


def _to_fill(case: Case, wish: SiteSpread, opened: Bools) -> Bools:
    """Sites of the groups to fill next: those that lack least; all sites where enough groups are full."""
    members = members_of(case, wish)
    count = np.array([int((opened & member).sum()) for member in members])
    lack = wish.at_least - count
    if int((lack <= 0).sum()) >= wish.groups:
        return np.ones(len(opened), dtype=bool)
    room = np.array([bool((member & ~opened).any()) for member in members])
    short = (lack > 0) & room
    if not short.any():
        return np.ones(len(opened), dtype=bool)
    next_ = short & (lack == lack[short].min())
    return np.any([member for member, now in zip(members, next_, strict=True) if now], axis=0)


def add_limit(problem: Problem, case: Case, wish: Any, x: npt.NDArray[np.int64]) -> None:
    if isinstance(wish, SiteCount):
        problem.add_row(x, np.ones(len(x)), high=float(wish.most))
    elif isinstance(wish, Budget):
        problem.add_row(x, wish.cost, high=wish.budget)
    elif isinstance(wish, SiteQuota):
        inside = case.sites.isin(list(wish.members)) & ~case.open
        high = math.inf if wish.at_most is None else float(wish.at_most)
        problem.add_row(x[inside], np.ones(int(inside.sum())), low=float(wish.at_least), high=high)
    elif isinstance(wish, SiteSpread):
        full = problem.add_columns(np.zeros(len(wish.members)), integer=True)
        for group, member in zip(full, members_of(case, wish), strict=True):
            problem.add_row(np.append(x[member], group), np.append(np.ones(int(member.sum())), -float(wish.at_least)), low=0.0)
        problem.add_row(full, np.ones(len(full)), low=float(wish.groups))


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
    number = alike(np.append(start, len(demand)), site)
    group = np.full(count, -1, dtype=np.int64)
    group[places] = number
    first = np.unique(number, return_index=True)[1]
    return group, len(first), np.asarray(places[first], dtype=np.int64)


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
        elif isinstance(wish, SiteSpread) and wish.at_least:
            needed |= np.any(members_of(case, wish), axis=0)
    gone = better & (~same | (large < small)) & ~needed[small]
    result = np.zeros(len(case.sites), dtype=bool)
    result[small[gone]] = True
    result |= (size == 0) & ~needed
    return result


def tightened(
    cover: Cover, problem: Problem, x: Ints, y: Ints, until: float, progress: Progress | None = None
) -> Relaxation | None:
    """Add the cuts to a problem as long as they help and time allows; gives its last answer in fractions.

    Parameters
    ----------
    x, y : ndarray of int
        Columns of the sites and of the groups of the problem.
    until : float
        On the clock `ecomap.model.clock.moment_s`.

    Returns
    -------
    Relaxation or None
        None if there was no time for one, or no answer.
    """
    progress = progress or Progress()
    relaxed = problem.relaxed(time_limit_s=max(until - clock.moment_s(), 0.1))
    pairs = _Pairs(cover)
    best: Relaxation | None = None
    for number in range(_ROUNDS):
        if number:
            progress.at(number / _ROUNDS, say("Proving how good the plan is"))
        answer = relaxed.solve(progress)
        if not math.isfinite(answer.objective):
            return best
        best = answer
        chosen = pairs.broken(answer.values[x], answer.values[y])
        if not len(chosen) or clock.over(until):
            return best
        row, column, value = pairs.rows(chosen, x, y)
        problem.add_rows(row, column, value, count=len(chosen), low=0.0, high=math.inf)
        relaxed.add_rows(row, column, value, count=len(chosen), low=0.0)
    return best


class _Pairs:
    """Pairs of a burden and another group that share two sites or more: each may become a row."""

    def __init__(self, cover: Cover) -> None:
        self.sees = cover.sees.tocsr()
        self.sees.sort_indices()
        size = np.diff(self.sees.indptr).astype(np.float64)
        burden = cover.burdens() & (size >= 2)
        by_site = np.asarray(self.sees.sum(axis=0)).ravel()
        self.burden = self.other = np.zeros(0, dtype=np.int64)
        if float((self.sees[np.flatnonzero(burden)] @ by_site).sum()) > _PAIRS or not burden.any():
            return
        rows = np.flatnonzero(burden)
        shared = (self.sees[rows] @ self.sees.T).tocoo()
        first, other = shared.coords
        keep = (shared.data >= 2) & (rows[first] != other)
        self.burden, self.other = rows[first[keep]].astype(np.int64), other[keep].astype(np.int64)
        self.used = np.zeros(len(self.burden), dtype=bool)

    def broken(self, parts: Floats, reached: Floats) -> Ints:
        """For every burden the pair whose row the answer breaks most."""
        from scipy.sparse import diags_array  # heavy

        if not len(self.burden):
            return np.zeros(0, dtype=np.int64)
        total = self.sees @ parts
        weighed = self.sees @ diags_array(parts)
        shared = np.asarray(weighed[self.burden].multiply(self.sees[self.other]).sum(axis=1)).ravel()
        by = reached[self.other] - (total[self.other] - shared) - reached[self.burden]
        open_ = np.flatnonzero((by > _BROKEN) & ~self.used)
        open_ = open_[np.lexsort((open_, -by[open_], self.burden[open_]))]
        first = np.r_[True, self.burden[open_][1:] != self.burden[open_][:-1]] if len(open_) else np.zeros(0, dtype=bool)
        chosen = open_[first]
        self.used[chosen] = True
        return np.asarray(chosen, dtype=np.int64)

    def rows(self, chosen: Ints, x: Ints, y: Ints) -> tuple[Ints, Ints, Floats]:
        """The rows of some pairs as triplets."""
        row, column, value = [], [], []
        for number, pair in enumerate(chosen.tolist()):
            apart = np.setdiff1d(self._sites(self.other[pair]), self._sites(self.burden[pair]))
            row.append(np.full(2 + len(apart), number, dtype=np.int64))
            column.append(np.concatenate([y[[self.burden[pair], self.other[pair]]], x[apart]]))
            value.append(np.concatenate([[1.0, -1.0], np.ones(len(apart))]))
        return np.concatenate(row), np.concatenate(column), np.concatenate(value)

    def _sites(self, group: int) -> Ints:
        return np.asarray(self.sees.indices[self.sees.indptr[group]:self.sees.indptr[group + 1]], dtype=np.int64)
