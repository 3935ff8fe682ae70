"""Good plans for covering people: exchange a site, shake, exchange again; and the search that ends with a proof."""

from __future__ import annotations

import time

import numpy as np
from attrs import evolve

from ecomap.analysis.cover import Bools, Cover
from ecomap.analysis.plan import Floats
from ecomap.analysis.solver import Solution
from ecomap.model.progress import Progress

_SHORT_S = 3.0        # most questions are settled within this
_SHARE = 0.4          # of the time goes into exchanges where they are not
_ROUNDS = 12          # how often plans are made, shaken and merged
_STALE = 4            # rounds without a better plan before it is left at that
_STRANDS = 3          # plans in a round, beside the best one
_FRUITLESS = 25       # shakes without a better plan before it is left at that
_MERGE_S = 3.0
_SHAKEN = (2, 6)      # how many sites are exchanged at random in one shake
_TRIALS = 40          # exchanges that are checked against the wishes, best first


def solved(cover: Cover, *, time_limit_s: float, progress: Progress | None = None, seed: int = 0) -> Solution:
    """Solve a covering problem: branch and bound at once, and again from a better start where that takes long."""
    progress = progress or Progress()
    began = time.monotonic()
    problem, _, _ = cover.problem()
    opened = exchanged(cover, cover.first(), progress)
    short = min(_SHORT_S, time_limit_s)
    first = problem.solve(start=cover.values(opened), time_limit_s=short, progress=progress.part(0.0, 0.1))
    if first.proven or first.infeasible or short >= time_limit_s:
        return first
    if first.values is not None:
        opened = first.values[: len(cover.case.sites)] > 0.5
    until = began + short + _SHARE * (time_limit_s - short)
    parts = problem.relaxed(time_limit_s=until - time.monotonic()).solve(progress).values[: len(opened)]
    opened = shaken(cover, opened, parts, until, progress.part(0.1, 0.4), seed)
    left = max(time_limit_s - (time.monotonic() - began), 0.1)
    second = problem.solve(start=cover.values(opened), time_limit_s=left, progress=progress.part(0.4, 1.0))
    if second.proven or second.infeasible:
        return second
    bound = max(first.bound, second.bound)
    return evolve(second, bound=bound, gap=abs(second.objective - bound) / max(abs(second.objective), 1e-12))


def exchanged(cover: Cover, opened: Bools, progress: Progress) -> Bools:
    """Exchange one new site for a closed one, always the best exchange that the wishes allow, until none helps."""
    if not cover.meets(opened):
        return opened
    opened = opened.copy()
    least = 1e-9 * max(float(cover.weight.sum()), 1e-12)
    while True:
        progress.check()
        inside = np.flatnonzero(opened & ~cover.case.open)
        if not len(inside):
            return opened
        profit = _profit(cover, opened, inside)
        for cell in _largest(profit):
            enters, leaves = divmod(int(cell), len(inside))
            if not profit[enters, leaves] > least:
                return opened
            opened[enters], opened[inside[leaves]] = True, False
            if cover.meets(opened):
                break
            opened[enters], opened[inside[leaves]] = False, True
        else:
            return opened


def _profit(cover: Cover, opened: Bools, inside: np.ndarray) -> np.ndarray:
    """What every exchange wins, sites x sites inside: a group counts as lost only if the one that leaves alone holds it."""
    sees, sites = cover.sees, len(opened)
    group, site = np.repeat(np.arange(sees.shape[0]), np.diff(sees.indptr)), sees.indices
    slot = np.full(sites, -1, dtype=np.int64)
    slot[inside] = np.arange(len(inside))
    held = opened[site]
    times = np.bincount(group[held], minlength=len(cover.weight))
    holder = np.bincount(group[held], slot[site[held]], len(cover.weight)).astype(np.int64)
    weight = cover.weight[group]
    gain = np.bincount(site, np.where(times[group] == 0, weight, 0.0), sites)
    alone = (times == 1) & (holder >= 0)
    loss = np.bincount(holder[alone], cover.weight[alone], len(inside))
    kept = np.flatnonzero(alone[group])
    both = np.bincount(site[kept] * len(inside) + holder[group[kept]], weight[kept], sites * len(inside))
    profit = (gain[:, None] - loss[None, :] + both.reshape(sites, len(inside))).astype(np.float64)
    profit[opened | ~cover.useful] = -np.inf
    return np.asarray(profit)


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
            if time.monotonic() > until:
                return best
            progress.at(round_ / _ROUNDS, "Comparing plans")
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
    left = max(min(_MERGE_S, until - time.monotonic()), 0.1)
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
    while time.monotonic() < until and fruitless < _FRUITLESS:
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


def _largest(profit: np.ndarray) -> np.ndarray:
    """Positions of the largest entries, largest first (first of equals)."""
    flat = profit.ravel()
    count = min(_TRIALS, len(flat))
    some = np.argpartition(-flat, count - 1)[:count]
    some.sort()
    return some[np.argsort(-flat[some], kind="stable")]
