"""The plans that are nearly as good as the best: which sites all of them share, and which are a matter of choice."""

from __future__ import annotations

from typing import Any, Final

import numpy as np
import numpy.typing as npt
import pandas as pd
from attrs import field, frozen

from ecomap.analysis.optimise.case import Plan
from ecomap.analysis.optimise.conflict import check_limits, conflict_of
from ecomap.analysis.optimise.cover import Bools, Cover
from ecomap.analysis.optimise.exchange import rounded, solved
from ecomap.analysis.optimise.often import often
from ecomap.model import clock
from ecomap.model.progress import Progress
from ecomap.model.said import say

IN_ALL: Final = "all"
IN_SOME: Final = "some"
IN_NONE: Final = "none"
UNSETTLED: Final = "not settled"
UNTRIED: Final = "not by one exchange"   # no exchange of one site is nearly as good; more were not looked at

SEARCHING: Final = 0.6  # of the time of a family goes into what is proven, the rest into how often
_ROUNDING = 1e-9
_PROVEN = 1e-7   # a plan this close to belonging is not proven to be none: the solver is no more exact


@frozen
class NearBest:
    """The family of plans within a tolerance of the best.

    Parameters
    ----------
    plan : Plan
        The best one found; the family is measured against it.
    tolerance : float
        Share of the objective that a plan may fall short of the best.
    standing : Series
        By site: "all" (every plan of the family opens it), "some", "none", or "not settled" in the time given.
    plans : tuple of tuple
        The plans that were met on the way: examples, not the whole family.
    often : Series, optional
        By site, in what share of the plans that a walk of exchanges met it is (see `often`); None where no walk was made.
    walked : int
        How many different plans the walk met.
    apart : float
        How far two walks are apart at most for any site, 0-1.
    """

    plan: Plan
    tolerance: float
    standing: pd.Series = field(eq=False, repr=False)
    plans: tuple[tuple[Any, ...], ...] = field(repr=False)
    often: pd.Series | None = field(default=None, eq=False, repr=False)
    walked: int = 0
    apart: float = 0.0

    def sites(self, standing: str) -> tuple[Any, ...]:
        """The sites of one standing, in the order of their ids."""
        return tuple(self.standing.index[self.standing == standing])


def best_cover(cover: Cover, time_limit_s: float, progress: Progress | None = None) -> Plan:
    """The best plan of a covering problem, without sites that reach nobody new.

    Raises
    ------
    InfeasibleError
        If the wishes contradict each other; names a smallest set that does.
    """
    check_limits(cover, progress)
    solution = solved(cover, time_limit_s=time_limit_s, progress=progress)
    if solution.infeasible:
        raise conflict_of(cover.case, cover.radius, cover.wishes, progress)
    return cover.without_idle(cover.plan(solution))


def family_of(
    cover: Cover, plan: Plan, tolerance: float, *, time_limit_s: float, ruled_out: bool = True, progress: Progress | None = None
) -> NearBest:
    """Which sites are in all, in some and in none of the plans that reach nearly as many people as a plan that is known.

    The answer is exact: a site is in "some" because a plan with it was found, in "all" or "none" because it was proven
    that no plan of the family leaves it out or opens it. What time does not allow to prove is "not settled".

    Parameters
    ----------
    tolerance : float
        A plan belongs to the family if its objective is at least (1 - tolerance) times that of ``plan``; 0-1.
    ruled_out : bool
        Whether to prove what no plan of the family does; not where the problem counts less than there is.
    """
    progress = progress or Progress()
    cover = Cover.of(cover.case, cover.radius, cover.wishes, every_site=True)
    search = _Search(cover, plan, tolerance, clock.moment_s() + time_limit_s, progress.part(0.0, SEARCHING))
    search.try_exchanges()
    if ruled_out:
        search.price_out()
        search.settle()
    case = cover.case
    standing = np.full(len(case.sites), IN_SOME, dtype=object)
    standing[search.never] = IN_NONE
    standing[search.always] = IN_ALL
    standing[search.unseen | search.steady] = UNSETTLED
    plans = tuple(tuple(case.sites[np.frombuffer(key, dtype=bool)]) for key in search.plans)
    walk = often(cover, search.opened, search.least, ~search.never, progress.part(SEARCHING, 1.0))
    return NearBest(plan, tolerance, pd.Series(standing, index=case.sites, name="standing"), plans,
                    pd.Series(walk.share, index=case.sites, name="often"), walk.plans, walk.apart)


class _Search:
    """What is known so far about the family.

    ``unseen``: in no plan met so far; ``steady``: in every plan met so far; ``never`` and ``always`` are the proven parts.
    """

    def __init__(self, cover: Cover, plan: Plan, tolerance: float, until: float, progress: Progress) -> None:
        self.cover, self.until, self.progress = cover, until, progress
        best = cover.case.sites.isin(list(plan.chosen))
        self.least = (1 - tolerance) * plan.objective - cover.already   # new reach a plan of the family must have
        self.least -= _ROUNDING * max(abs(plan.objective), 1.0)
        self.opened = np.asarray(best)
        self.never = np.zeros(len(best), dtype=bool)
        self.always = cover.case.open.copy()
        self.unseen, self.steady = ~self.opened, self.opened & ~self.always
        self.plans: dict[bytes, None] = {self.opened.tobytes(): None}

    def met(self, opened: Bools) -> None:
        """Learn from a plan of the family."""
        self.plans[opened.tobytes()] = None
        self.unseen &= ~opened
        self.steady &= opened

    def belongs(self, opened: Bools) -> bool:
        return self.cover.gain(opened) >= self.least and self.cover.meets(opened)

    def try_exchanges(self) -> None:
        """Plans one step away: a site left out, added, or exchanged for another."""
        cover, by_site = self.cover, self.cover.sees.T.tocsr()
        for leaves in [-1, *np.flatnonzero(self.opened & ~cover.case.open)]:
            self.progress.check()
            fewer = self.opened.copy()
            if leaves >= 0:
                fewer[leaves] = False
            base = cover.gain(fewer)
            if base >= self.least and cover.meets(fewer):
                self.met(fewer)
            left = np.where(cover.reached(fewer), 0.0, cover.weight)
            possible = np.flatnonzero(~self.opened & (base + by_site @ left >= self.least))
            for enters in possible:
                if self.unseen[enters] or (leaves >= 0 and self.steady[leaves]):
                    other = fewer.copy()
                    other[enters] = True
                    if self.belongs(other):
                        self.met(other)

    def price_out(self) -> None:
        """Prove what the problem without whole numbers proves: by its prices, then holding one site after the other."""
        problem, x, _ = self.cover.problem()
        relaxed = problem.relaxed(time_limit_s=max(self.until - clock.moment_s(), 0.1))
        root = relaxed.solve(self.progress)
        if not np.isfinite(root.objective):
            return
        rounding = _PROVEN * max(abs(root.objective), 1.0)
        room = -self.least - root.objective + rounding
        self._settled(self.unseen & (root.values[x] < 0.5) & (root.prices[x] > room),
                      self.steady & (root.values[x] > 0.5) & (-root.prices[x] > room))
        doubtful = [*np.flatnonzero(self.steady), *np.flatnonzero(self.unseen)]
        for done, site in enumerate(doubtful):
            if not (self.steady[site] or self.unseen[site]):
                continue
            if clock.over(self.until):
                return
            self.progress.at(done / len(doubtful), say("Comparing the plans that are nearly as good"))
            wanted = 1.0 if self.unseen[site] else 0.0
            answer = relaxed.held(int(x[site]), wanted)
            if answer.objective > -self.least + rounding:
                alone = np.arange(len(x)) == site
                self._settled(alone & self.unseen, alone & self.steady)
            elif np.isfinite(answer.objective):
                self._try_rounded(answer.values[x])

    def _settled(self, never: Bools, always: Bools) -> None:
        self.never |= never
        self.always |= always
        self.unseen &= ~never
        self.steady &= ~always

    def _try_rounded(self, values: npt.NDArray[np.float64]) -> None:
        """The plan that an answer in fractions points at."""
        opened = rounded(self.cover, values)
        if self.belongs(opened):
            self.met(opened)

    def settle(self) -> None:
        """Ask about every site that is still open in whole numbers: is there a plan with it (without it)?"""
        problem, x, _ = self.cover.problem()
        for done, site in enumerate(doubtful := [*np.flatnonzero(self.steady), *np.flatnonzero(self.unseen)]):
            if not (self.steady[site] or self.unseen[site]):
                continue
            if clock.over(self.until):
                return
            left = max(self.until - clock.moment_s(), 0.1)
            part = self.progress.part(done / len(doubtful), (done + 1) / len(doubtful))
            low, high = self.always.astype(float), 1.0 - self.never.astype(float)
            low[site] = high[site] = float(self.unseen[site])
            problem.bound(x, low=low, high=high)
            solution = problem.solve(time_limit_s=left, enough=-self.least, progress=part)
            opened = None if solution.values is None else solution.values[x] > 0.5
            if opened is not None and self.belongs(opened):
                self.met(opened)
            elif solution.infeasible or -solution.bound < self.least - _PROVEN * max(abs(self.least), 1.0):
                alone = np.arange(len(x)) == site
                self._settled(alone & self.unseen, alone & self.steady)
