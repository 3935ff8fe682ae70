"""Good plans for covering people: exchange a site, shake, exchange again; and the search that ends with a proof."""

from __future__ import annotations

from typing import Any

import numpy as np
from attrs import evolve

from ecomap.analysis.optimise.case import Budget, Floats, SiteCount, SiteQuota, SiteSpread
from ecomap.analysis.optimise.cover import FLOOR_ROUNDING, Bools, Cover, members_of, tightened
from ecomap.analysis.optimise.prices import most_reached
from ecomap.analysis.optimise.solver import Ints, Problem, Relaxation, Solution
from ecomap.model import clock
from ecomap.model.progress import Progress
from ecomap.model.said import say

_SHORT_S = 3.0        # most questions are settled within this
_SHARE = 0.4          # of the time goes into exchanges where they are not
_ROUNDS = 12          # how often plans are made, shaken and merged
_STALE = 4            # rounds without a better plan before it is left at that
_STRANDS = 3          # plans in a round, beside the best one
_FRUITLESS = 25       # shakes without a better plan before it is left at that
_MERGE_S = 3.0
_PROOF = 0.5          # of the time at most goes into cuts
_PRICES = 0.25        # of the time at most goes into prices, which are the proof where they are close
_CLOSE = 0.005        # a plan this close to its bound only wants the proof
_POOL = 60            # sites more than those that an answer in fractions opens
_POOL_SHARE = 0.2
_SHAKEN = (2, 6)      # how many sites are exchanged at random in one shake
_ROUNDING = 1e-9
_EQUAL = 1e-8         # as exact as the solver is


def solved(cover: Cover, *, time_limit_s: float, progress: Progress | None = None, seed: int = 0) -> Solution:
    """Solve a covering problem: prices and the answer in fractions first, which often are the proof; then branch and bound.

    The bound is never worse than what the prices say, however short the time.
    """
    progress = progress or Progress()
    began = clock.moment_s()
    problem, x, y = cover.problem()
    opened = exchanged(cover, cover.first(), progress)
    most, other = most_reached(cover, opened, began + _PRICES * time_limit_s, progress)
    opened = _better(cover, opened, exchanged(cover, other, progress)) if cover.within_limits(other) else opened
    if _proven(cover, opened, most):
        return _ended(cover, opened, most)
    answer = tightened(cover, problem, x, y, began + _PROOF * time_limit_s, progress)
    if answer is not None:
        most = min(most, -answer.objective)
        opened = _better(cover, opened, exchanged(cover, rounded(cover, answer.values[x]), progress))
        if cover.favoured and _worth(cover, opened) < most * (1 - _CLOSE):
            opened = pooled(cover, problem, x, answer, opened, 0, _POOL_SHARE * _left(began, time_limit_s), progress)
    if _proven(cover, opened, most):
        return _ended(cover, opened, most)
    close = cover.favoured and answer is not None and _worth(cover, opened) >= most * (1 - _CLOSE)
    short = _left(began, time_limit_s) if close else min(_SHORT_S, _left(began, time_limit_s))
    low, high = _worth_opening(cover, x, answer, opened)
    problem.bound(x, low=low, high=high)
    first = problem.solve(start=_start(cover, opened), time_limit_s=short, progress=progress.part(0.0, 0.1))
    if first.proven or first.infeasible:
        return first
    if first.values is not None:
        opened = _better(cover, opened, first.values[x] > 0.5)
    most = min(most, -first.bound)
    if clock.over(began + time_limit_s):
        return _best_of(cover, first, opened, -most)
    left = _left(began, time_limit_s)
    if cover.favoured and answer is not None:
        opened = pooled(cover, problem, x, answer, opened, _POOL, _SHARE * left, progress.part(0.1, 0.4))
        problem.bound(x, low=low, high=high)
    else:
        parts = np.zeros(len(x)) if answer is None else answer.values[x]
        opened = shaken(cover, opened, parts, clock.moment_s() + _SHARE * left, progress.part(0.1, 0.4), seed)
    second = problem.solve(start=_start(cover, opened), time_limit_s=_left(began, time_limit_s),
                           progress=progress.part(0.4, 1.0))
    if second.proven or second.infeasible:
        return second
    return _best_of(cover, second, opened, max(-most, second.bound))


def _proven(cover: Cover, opened: Bools, most: float) -> bool:
    return _worth(cover, opened) >= most - _EQUAL * max(abs(most), 1.0)


def _ended(cover: Cover, opened: Bools, most: float) -> Solution:
    """A plan that reaches as many as any can."""
    gain = cover.gain(opened)
    return Solution(cover.values(opened), -gain, -max(most, gain), 0.0, True, False)


def _worth_opening(cover: Cover, x: Ints, answer: Relaxation | None, opened: Bools) -> tuple[Floats, Floats]:
    """Bounds of the sites: those whose price in the answer in fractions rules out a better plan stay closed, or open."""
    low, high = cover.case.open.astype(float), (cover.useful | cover.case.open).astype(float)
    worth = _worth(cover, opened)
    if answer is None or not np.isfinite(worth):
        return low, high
    room = -answer.objective - worth + _EQUAL * max(abs(worth), 1.0)
    parts, price = answer.values[x], answer.prices[x]
    high[(parts < 0.5) & (price > room) & ~opened] = 0.0
    low[(parts > 0.5) & (-price > room) & opened] = 1.0
    return low, high


def _left(began: float, time_limit_s: float) -> float:
    """Seconds left, at least a tenth of one."""
    return max(time_limit_s - (clock.moment_s() - began), 0.1)


def pooled(
    cover: Cover, problem: Problem, x: Ints, answer: Relaxation, opened: Bools, more: int, time_limit_s: float,
    progress: Progress,
) -> Bools:
    """The best plan with no other sites than those of a plan and of an answer in fractions, and some more promising ones.

    Parameters
    ----------
    more : int
        How many sites more: those that the answer would open for the lowest price.
    """
    pool = opened | (answer.values[x] > 1e-6)
    closed = np.flatnonzero(~pool & cover.useful)
    pool[closed[np.argsort(answer.prices[x][closed], kind="stable")[:more]]] = True
    problem.bound(x, low=cover.case.open.astype(float), high=pool.astype(float))
    found = problem.solve(start=_start(cover, opened), time_limit_s=time_limit_s, progress=progress)
    problem.bound(x, low=cover.case.open.astype(float), high=(cover.useful | cover.case.open).astype(float))
    return opened if found.values is None else _better(cover, opened, found.values[x] > 0.5)


def _best_of(cover: Cover, solution: Solution, opened: Bools, bound: float) -> Solution:
    """What the search ended with, or the plan it began with where that is better; never less than what is known."""
    if solution.values is None and not np.isfinite(_worth(cover, opened)):
        return evolve(solution, bound=bound)
    if solution.values is None or _worth(cover, opened) > -solution.objective:
        solution = evolve(solution, values=cover.values(opened), objective=-cover.gain(opened))
    gap = abs(solution.objective - bound) / max(abs(solution.objective), 1e-12)
    return evolve(solution, bound=bound, gap=gap)


def _better(cover: Cover, one: Bools, other: Bools) -> Bools:
    return other if _worth(cover, other) > _worth(cover, one) else one


def _start(cover: Cover, opened: Bools) -> Floats | None:
    """A plan as the start of the search, if it meets the wishes."""
    return cover.values(opened) if cover.meets(opened) else None


def exchanged(cover: Cover, opened: Bools, progress: Progress) -> Bools:
    """Exchange, open or close one site, always the best move that the wishes allow, until none helps."""
    moves = Moves(cover)
    after: Bools | None = opened
    while after is not None:
        progress.check()
        opened, after = after, moves.best(after)
    return opened


def shaken(cover: Cover, opened: Bools, parts: Floats, until: float, progress: Progress, seed: int = 0) -> Bools:
    """Shake a few plans close to the one in fractions, then find the best plan among all their sites; again and again.

    Parameters
    ----------
    parts : ndarray
        By site, how much of it the answer in fractions opens, 0-1: sites with more are tried more often.
    """
    random = np.random.default_rng(seed)
    best, reached, last = opened, _worth(cover, opened), 0
    for round_ in range(_ROUNDS):
        if round_ - last > _STALE:
            break
        pool = [best]
        for strand in range(_STRANDS):
            if clock.over(until):
                return best
            progress.at(round_ / _ROUNDS, say("Comparing plans"))
            noise = (round_ + strand > 0) * random.random(len(parts)) * (parts > 0)
            start = exchanged(cover, rounded(cover, parts + noise), progress)
            pool.append(_strand(cover, start, parts, until, progress, random))
        pool.append(_merged(cover, pool, until, progress))
        for found in pool:
            if _worth(cover, found) > reached:
                best, reached, last = found, _worth(cover, found), round_
    return best


def _merged(cover: Cover, pool: list[Bools], until: float, progress: Progress) -> Bools:
    """The best plan with no other sites than those of some plans."""
    best = max(pool, key=lambda opened: _worth(cover, opened))
    problem, x, _ = cover.problem()
    problem.bound(x, low=cover.case.open.astype(float), high=np.any(pool, axis=0).astype(float))
    left = max(min(_MERGE_S, until - clock.moment_s()), 0.1)
    values = problem.solve(start=cover.values(best), time_limit_s=left, progress=progress).values
    return best if values is None else values[x] > 0.5


def rounded(cover: Cover, parts: Floats) -> Bools:
    """Sites from the largest part down, as far as the limits go."""
    opened = cover.case.open.copy()
    for site in np.argsort(-parts, kind="stable"):
        if parts[site] < 1e-6:
            break
        opened[site] = True
        if not cover.within_limits(opened):
            opened[site] = False
    return opened


def _strand(
    cover: Cover, best: Bools, parts: Floats, until: float, progress: Progress, random: np.random.Generator
) -> Bools:
    """Shake the best plan so far again and again; one that is as good takes its place."""
    reached, fruitless = _worth(cover, best), 0
    while not clock.over(until) and fruitless < _FRUITLESS:
        inside, outside = np.flatnonzero(best & ~cover.case.open), np.flatnonzero(~best & cover.useful)
        moves = min(int(random.integers(*_SHAKEN, endpoint=True)), len(inside), len(outside))
        if not moves:
            break
        other = best.copy()
        other[_some(inside, 1.01 - parts[inside], moves, random)] = False
        other[_some(outside, 0.01 + parts[outside], moves, random)] = True
        other = exchanged(cover, other, progress)
        worth = _worth(cover, other)
        fruitless = 0 if worth > reached else fruitless + 1
        if worth >= reached:
            best, reached = other, worth
    return best


def _worth(cover: Cover, opened: Bools) -> float:
    return cover.gain(opened) if cover.meets(opened) else -np.inf


def _some(sites: np.ndarray, weight: Floats, count: int, random: np.random.Generator) -> np.ndarray:
    return random.choice(sites, count, replace=False, p=weight / weight.sum())


class Moves:
    """All moves over one covering problem; what does not depend on the open sites is worked out once."""

    def __init__(self, cover: Cover) -> None:
        self.cover = cover
        sees = cover.sees.tocsr()
        self.group, self.site = np.repeat(np.arange(sees.shape[0]), np.diff(sees.indptr)), sees.indices
        self.leans = cover.leans()
        self.quotas = [(wish, cover.case.sites.isin(list(wish.members)).astype(np.float64) * ~cover.case.open)
                       for wish in cover.wishes if isinstance(wish, SiteQuota)]
        self.spreads = [(wish, [member.astype(np.float64) for member in members_of(cover.case, wish)])
                        for wish in cover.wishes if isinstance(wish, SiteSpread)]
        self.least = 1e-9 * max(float(cover.weight.sum()), 1e-12)
        self.heavy = float(cover.weight.sum()) + 1.0  # a school short of a quota weighs more than anybody reached

    def best(self, opened: Bools) -> Bools | None:
        """The open sites after the best move, or None if no move is better.

        As long as a floor or an "at least" is missed, that move is best which misses them least; then the one that
        reaches most. Of equals the first by id enters, for the first by id that leaves.
        """
        inside = np.flatnonzero(opened & ~self.cover.case.open)
        profit = self._changes(opened, inside, self.cover.weight)
        missed = self._missed(opened, inside)
        allowed = self._allowed(opened, inside)
        now = self.missed(opened)
        if now > 0:
            better = allowed & (missed < now - self.least)
            if not better.any():
                return None
            lowest = float(missed[better].min())
            score = np.where(better & (missed <= lowest + self.least), profit, -np.inf)
        else:
            score = np.where(allowed & (missed <= 0) & (profit > self.least), profit, -np.inf)
            if not score.max() > -np.inf:
                return None
        enters, leaves = divmod(int(score.argmax()), len(inside) + 1)
        after = opened.copy()
        if leaves < len(inside):
            after[inside[leaves]] = False
        if enters < len(opened):
            after[enters] = True
        return after

    def kept(self, opened: Bools, enters: Ints, leaves: Ints) -> Bools:
        """Which of some exchanges of one site keep to the number of sites, the budget, the quotas and the spreads."""
        new = (opened & ~self.cover.case.open).astype(np.float64)
        result = np.ones(len(enters), dtype=bool)
        for wish in self.cover.wishes:
            if isinstance(wish, Budget):
                result &= float(wish.cost @ new) + wish.cost[enters] - wish.cost[leaves] <= wish.budget * (1 + _ROUNDING)
        for quota, member in self.quotas:
            count = float(member @ new) + member[enters] - member[leaves]
            result &= count >= quota.at_least
            if quota.at_most is not None:
                result &= count <= quota.at_most
        for spread, members in self.spreads:
            result &= _lack(spread, np.array([float(member @ new) + member[enters] - member[leaves] for member in members])) <= 0
        return result

    def missed(self, opened: Bools) -> float:
        """By how many people the floors are missed, and, weighing more than anybody, by how many schools the quotas."""
        new = (opened & ~self.cover.case.open).astype(np.float64)
        short = sum(max(quota.at_least - float(member @ new), 0.0) for quota, member in self.quotas)
        short += sum(float(_lack(wish, np.array([[float(member @ new)] for member in members]))[0]) for wish, members in self.spreads)
        return self.cover.missing(opened) + self.heavy * short

    def _changes(self, opened: Bools, inside: np.ndarray, weight: Floats) -> Floats:
        """What every move adds to the weight reached, sites (and nobody) who enter x sites inside (and nobody) who leave.

        A group counts as lost only if the one that leaves alone holds it.
        """
        group, site, sites = self.group, self.site, len(opened)
        slot = np.full(sites, -1, dtype=np.int64)
        slot[inside] = np.arange(len(inside))
        held = opened[site]
        times = np.bincount(group[held], minlength=len(weight))
        holder = np.bincount(group[held], slot[site[held]], len(weight)).astype(np.int64)
        gain = np.bincount(site, np.where(times[group] == 0, weight[group], 0.0), sites)
        alone = (times == 1) & (holder >= 0)
        loss = np.bincount(holder[alone], weight[alone], len(inside))
        kept = np.flatnonzero(alone[group])
        both = np.bincount(site[kept] * len(inside) + holder[group[kept]], weight[group[kept]], sites * len(inside))
        result = np.zeros((sites + 1, len(inside) + 1))
        result[:sites, :-1] = gain[:, None] - loss[None, :] + both.reshape(sites, len(inside))
        result[:sites, -1] = gain
        result[sites, :-1] = -loss
        return result

    def _missed(self, opened: Bools, inside: np.ndarray) -> Floats:
        """By how much the floors and quotas are missed after every move; see `missed`."""
        shape = (len(opened) + 1, len(inside) + 1)
        result, reached = np.zeros(shape), self.cover.reached(opened)
        for lean in self.leans:
            short = -(float(lean[reached].sum()) + self._changes(opened, inside, lean))
            result += np.where(short > FLOOR_ROUNDING, short, 0.0)
        new = (opened & ~self.cover.case.open).astype(np.float64)
        for quota, member in self.quotas:
            if quota.at_least:
                count = float(member @ new) + _added(member, inside)
                result += self.heavy * np.maximum(quota.at_least - count, 0.0)
        for wish, members in self.spreads:
            result += self.heavy * _lack(wish, np.array([float(member @ new) + _added(member, inside) for member in members]))
        return result

    def _allowed(self, opened: Bools, inside: np.ndarray) -> Bools:
        """Moves that stay within the number of sites, the budget and every "at most"."""
        result = np.ones((len(opened) + 1, len(inside) + 1), dtype=bool)
        result[:-1][opened | ~self.cover.useful] = False
        result[-1, -1] = False
        new = (opened & ~self.cover.case.open).astype(np.float64)
        for wish in self.cover.wishes:
            if isinstance(wish, SiteCount):
                result &= float(opened.sum()) + _added(np.ones(len(opened)), inside) <= wish.most
            elif isinstance(wish, Budget):
                result &= float(wish.cost @ new) + _added(wish.cost, inside) <= wish.budget * (1 + _ROUNDING)
        for quota, member in self.quotas:
            if quota.at_most is not None:
                result &= float(member @ new) + _added(member, inside) <= max(quota.at_most, float(member @ new))
        return result


def _lack(wish: SiteSpread, count: Floats) -> Floats:
    """By how many sites a spread is missed: those that the groups lack which lack least, as many groups as are wished."""
    lack = np.sort(np.maximum(wish.at_least - count, 0.0), axis=0)
    return np.asarray(lack[:wish.groups].sum(axis=0))


def _added(amount: Floats, inside: np.ndarray) -> Any:
    """What every move adds of an amount that sites have: what enters less what leaves."""
    return np.append(amount, 0.0)[:, None] - np.append(amount[inside], 0.0)[None, :]
