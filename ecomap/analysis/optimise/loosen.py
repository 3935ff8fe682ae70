"""The smallest change of one wish that makes it possible beside the others; numbers only.

Each function is given a covering problem with the other wishes and says how far the one left out must be loosened: the
fewest sites, the least money, the most groups that can be filled, the highest share. Where the problem holds no floor and no
target, people do not matter and the answer is exact at once; else it is searched for until a time, and `Loosened` says
whether it is proven.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
from attrs import evolve, field, frozen

from ecomap.analysis.optimise.case import Floats, ReachFloor, SiteQuota, SiteSpread
from ecomap.analysis.optimise.cover import FLOOR_ROUNDING, Bools, Cover, limits_problem, members_of
from ecomap.analysis.optimise.exchange import exchanged, solved
from ecomap.analysis.optimise.fewest import fewest
from ecomap.analysis.optimise.solver import Ints, Problem, Solution
from ecomap.model import clock
from ecomap.model.progress import Progress

_LEAST_S = 0.1
_ROUNDS = 30   # of a ratio; it closes in faster than by halves


@frozen
class Loosened:
    """How far a wish must give.

    Parameters
    ----------
    value : float or None
        What surely does; None where nothing was found.
    bound : float
        What nothing can do better than, as far as it is proven.
    opened : ndarray of bool, optional
        Sites that show it.
    impossible : bool
        Proven that the other wishes cannot be met whatever becomes of this one.
    """

    value: float | None
    bound: float
    opened: Bools | None = field(default=None, eq=False, repr=False)
    impossible: bool = False

    @property
    def proven(self) -> bool:
        """Whether no smaller change would do."""
        return self.value is not None and abs(self.value - self.bound) <= 1e-6 * max(abs(self.value), 1.0)


IMPOSSIBLE = Loosened(None, math.inf, impossible=True)


def least_cost(cover: Cover, cost: Floats, until: float, progress: Progress) -> Loosened:
    """What the new sites must cost at least, together, for the wishes to be met. With costs of 1: how many there must be."""
    new = ~cover.case.open
    if any(target.people > float(cover.weight.sum()) + FLOOR_ROUNDING for target in cover.targets()):
        return IMPOSSIBLE
    if cover.targets() and len(set(cost[new].tolist())) == 1:
        return _times(fewest(cover, time_limit_s=_left(until), progress=progress), cover, float(cost[new][0]))
    problem, x = _problem(cover)
    problem.price(x, np.where(new, cost, 0.0))
    return _answer(cover, problem, x, until, progress, lambda some: float(cost[some & new].sum()))


def _times(solution: Solution, cover: Cover, cost: float) -> Loosened:
    """The fewest sites as money, where all cost the same."""
    if solution.infeasible:
        return IMPOSSIBLE
    opened = None if solution.values is None else np.asarray(solution.values[: len(cover.case.sites)] > 0.5)
    if opened is None or not cover.meets(opened):
        return Loosened(None, 0.0)
    return Loosened(solution.objective * cost, solution.bound * cost, opened)


def lowest_most(cover: Cover, groups: Sequence[frozenset[Any]], until: float, progress: Progress) -> Loosened:
    """How many new sites one of the groups must be allowed at least."""
    problem, x = _problem(cover)
    members = members_of(cover.case, SiteSpread(tuple(groups), 0, 0))
    most = problem.add_columns(np.ones(1), high=float(len(x)), integer=True)
    for member in members:
        problem.add_row(np.append(x[member], most), np.append(np.ones(int(member.sum())), -1.0), high=0.0)

    def worth(some: Bools) -> float:
        return float(max(int((some & member).sum()) for member in members))

    return _answer(cover, problem, x, until, progress, worth, lambda some: np.array([worth(some)]))


def most_groups(cover: Cover, groups: Sequence[frozenset[Any]], at_least: int, until: float, progress: Progress) -> Loosened:
    """In how many of the groups there can be so many new sites at once, at most."""
    problem, x = _problem(cover)
    members = members_of(cover.case, SiteSpread(tuple(groups), at_least, 0))
    full = problem.add_columns(-np.ones(len(members)), integer=True)
    for group, member in zip(full, members, strict=True):
        problem.add_row(np.append(x[member], group), np.append(np.ones(int(member.sum())), -float(at_least)), low=0.0)

    def filled(some: Bools) -> Floats:
        return np.array([int((some & member).sum()) >= at_least for member in members], dtype=np.float64)

    return _turned(_answer(cover, problem, x, until, progress, lambda some: -float(filled(some).sum()), filled))


def most_kept(cover: Cover, quotas: Sequence[SiteQuota], until: float, progress: Progress) -> Loosened:
    """How many of some quotas can be kept at once, at most."""
    problem, x = _problem(cover)
    members = [np.asarray(cover.case.sites.isin(list(quota.members)) & ~cover.case.open) for quota in quotas]
    given_up = problem.add_columns(np.ones(len(quotas)), integer=True)
    for column, quota, member in zip(given_up, quotas, members, strict=True):
        count = float(member.sum())
        row, ones = np.append(x[member], column), np.ones(int(count))
        if quota.at_least:
            problem.add_row(row, np.append(ones, float(quota.at_least)), low=float(quota.at_least))
        if quota.at_most is not None:
            problem.add_row(row, np.append(ones, -count), high=float(quota.at_most))

    def missed(some: Bools) -> Floats:
        return np.where(_kept(quotas, members, some), 0.0, 1.0)

    found = _answer(cover, problem, x, until, progress, lambda some: float(missed(some).sum()), missed)
    return found if found.value is None else evolve(found, value=len(quotas) - found.value, bound=len(quotas) - found.bound)


def kept_quotas(cover: Cover, quotas: Sequence[SiteQuota], opened: Bools) -> Bools:
    """Which of some quotas a set of sites keeps."""
    return _kept(quotas, [np.asarray(cover.case.sites.isin(list(quota.members)) & ~cover.case.open) for quota in quotas], opened)


def _kept(quotas: Sequence[SiteQuota], members: Sequence[Bools], opened: Bools) -> Bools:
    counts = [int((opened & member).sum()) for member in members]
    return np.array([quota.at_least <= count <= (math.inf if quota.at_most is None else quota.at_most)
                     for quota, count in zip(quotas, counts, strict=True)], dtype=bool)


def most_people(cover: Cover, until: float, progress: Progress) -> Loosened:
    """How many people the wishes let be reached, at most."""
    solution = solved(cover, time_limit_s=_left(until), progress=progress)
    if solution.infeasible:
        return IMPOSSIBLE
    opened = None if solution.values is None else np.asarray(solution.values[: len(cover.case.sites)] > 0.5)
    if opened is None or not cover.meets(opened):
        return Loosened(None, -solution.bound)
    value = cover.gain(opened)
    return Loosened(value, value if solution.proven else -solution.bound, opened)


def highest_share(cover_of: Callable[[Sequence[Any]], Cover], rest: Sequence[Any], floor: ReachFloor, until: float,
                  progress: Progress) -> Loosened:
    """Which share of those newly reached can be among the favoured, at most, when at least somebody is.

    Dinkelbach (1967): the plan that is best for "favoured less so much of all" has a higher share than that, until none has.
    Each round is a covering problem of its own; where time runs out, the share of the best plan met is what surely does.
    """
    cover = cover_of([*rest, evolve(floor, share=0.0)])
    (wish, favoured), = [pair for pair in cover.favoured if pair[0].label is floor.label]
    others = tuple(pair for pair in cover.favoured if pair[0] is not wish)
    cover = evolve(cover, favoured=others, wishes=tuple(one for one in cover.wishes if one is not wish))
    problem, x, y = cover.problem(count_people=False)
    _hold_unwanted(problem, cover, x, y)
    best: Bools | None = None
    share, bound = 0.0, 1.0
    for _ in range(_ROUNDS):
        progress.check()
        worth = cover.weight * (favoured - share)
        problem.price(y, -worth)
        solution = problem.solve(time_limit_s=_left(until), progress=progress)
        if solution.infeasible:
            return IMPOSSIBLE
        opened = None if solution.values is None else np.asarray(solution.values[x] > 0.5)
        gained = 0.0 if opened is None or not cover.meets(opened) else _share(cover, favoured, opened)
        if opened is not None and cover.meets(opened) and cover.gain(opened) > FLOOR_ROUNDING and (best is None or gained > share):
            found, best, share = gained - share, opened, gained
        else:
            found = 0.0
        if solution.proven and found <= 1e-9:
            bound = share
            break
        if clock.over(until):
            break
    return Loosened(share if best is not None else None, bound, best)


def _hold_unwanted(problem: Problem, cover: Cover, x: Ints, y: Ints) -> None:
    """Whoever an open site reaches counts, wanted or not: a share is one of all who are reached."""
    row, column = cover.sees.nonzero()
    problem.add_rows(np.tile(np.arange(len(row)), 2), np.concatenate([y[row], x[column]]), np.repeat([1.0, -1.0], len(row)),
                     count=len(row), low=0.0, high=math.inf)


def _share(cover: Cover, favoured: Floats, opened: Bools) -> float:
    reached = cover.reached(opened)
    everybody = float(cover.weight[reached].sum())
    return float((cover.weight * favoured)[reached].sum()) / everybody if everybody > 0 else 0.0


def can_be_met(cover: Cover, until: float, progress: Progress) -> bool | None:
    """Whether all wishes can be met at once; None where that was not found out in time."""
    if _about_people(cover) and _start(cover) is not None:
        return True
    problem, x = _problem(cover)
    solution = problem.solve(time_limit_s=_left(until), progress=progress)
    if solution.infeasible:
        return False
    return None if solution.values is None or not cover.meets(np.asarray(solution.values[x] > 0.5)) else True


def _problem(cover: Cover) -> tuple[Problem, Ints]:
    """Any plan that meets the wishes, for nothing: without people where no wish is about them."""
    if _about_people(cover):
        problem, x, _ = cover.problem(count_people=False)
        return problem, x
    return limits_problem(cover.case, cover.wishes), np.arange(len(cover.case.sites))


def _about_people(cover: Cover) -> bool:
    return bool(cover.favoured or cover.targets())


def _start(cover: Cover) -> Bools | None:
    """A plan that meets the wishes, if one is soon found."""
    opened = exchanged(cover, cover.first(), Progress())
    return opened if cover.meets(opened) else None


def _answer(cover: Cover, problem: Problem, x: Ints, until: float, progress: Progress, value: Callable[[Bools], float],
            columns: Callable[[Bools], Floats] | None = None) -> Loosened:
    """The least value of a problem; ``columns`` gives those that were added to it for some sites, for a plan to start from."""
    start = _start(cover) if _about_people(cover) else None
    more = np.zeros(0) if columns is None or start is None else columns(start)
    values = None if start is None else np.concatenate([cover.values(start), more])
    solution: Solution = problem.solve(start=values, time_limit_s=_left(until), progress=progress)
    if solution.infeasible:
        return IMPOSSIBLE
    tried = [] if solution.values is None else [np.asarray(solution.values[x] > 0.5)]
    tried += [] if start is None else [start]
    kept = [some for some in tried if cover.meets(some)]
    if not kept:
        return Loosened(None, solution.bound)
    best = min(kept, key=value)
    least = value(best)
    return Loosened(least, least if solution.proven else min(solution.bound, least), best)


def _turned(found: Loosened) -> Loosened:
    return found if found.value is None else evolve(found, value=-found.value, bound=-found.bound)


def _left(until: float) -> float:
    return max(until - clock.moment_s(), _LEAST_S)
