"""How often each site is in plans that are nearly as good: a walk from plan to plan by exchanging one site for another.

Every step proposes to exchange a site of the plan for one outside, each pair as likely as any other, and takes the exchange
if the plan then belongs to the family (within the tolerance, within every wish); else it stays. As going there is as likely as
coming back, the walk is in every plan that exchanges lead to equally often in the long run (Metropolis 1953). It is no list
of the family: plans of another number of sites, and such as no chain of single exchanges leads to, are not met.
"""

from __future__ import annotations

from typing import Any, Final

import numpy as np
from attrs import field, frozen

from ecomap.analysis.optimise.case import Budget, Floats, SiteCount, SiteQuota, SiteSpread
from ecomap.analysis.optimise.cover import FLOOR_ROUNDING, Bools, Cover, members_of
from ecomap.model.progress import Progress
from ecomap.model.said import say

STEPS: Final = 20_000
_UNHEARD: Final = 2_000   # steps until where the walk began no longer counts
_LOOK_EVERY = 500
_ROUNDING = 1e-9


@frozen
class Often:
    """What a walk met. ``share``: by site, in what share of the steps the plan had it; ``plans``: how many different plans that were."""

    share: Floats = field(eq=False, repr=False)
    plans: int


def walked(cover: Cover, opened: Bools, least: float, possible: Bools, progress: Progress, *, steps: int = STEPS, seed: int = 0) -> Often:
    """Walk through the plans that reach at least so many people.

    Parameters
    ----------
    opened : ndarray of bool
        A plan of the family, where the walk begins.
    least : float
        People newly reached.
    possible : ndarray of bool
        Sites that may be exchanged: a site of the plan that is not among them stays, another never enters.
    """
    inside = np.flatnonzero(opened & possible & ~cover.case.open)
    outside = np.flatnonzero(~opened & possible)
    share = opened.astype(np.float64)
    if not len(inside) or not len(outside):
        return Often(share, 1)
    walk = _Walk(cover, opened, least)
    random = np.random.default_rng(seed)
    leaves, enters = random.integers(len(inside), size=steps), random.integers(len(outside), size=steps)
    times = np.zeros(len(opened))
    met: set[bytes] = {opened.tobytes()}
    for number in range(steps):
        if number % _LOOK_EVERY == 0:
            progress.at(number / steps, say("Walking through the plans that are nearly as good"))
        one, other = int(leaves[number]), int(enters[number])
        if walk.exchange(int(inside[one]), int(outside[other])):
            inside[one], outside[other] = outside[other], inside[one]
            met.add(walk.opened.tobytes())
        if number >= _UNHEARD:
            times += walk.opened
    share = times / max(steps - _UNHEARD, 1)
    return Often(share, len(met))


class _Walk:
    """A plan that changes by one site at a time, with what it reaches and how it stands with the limits."""

    def __init__(self, cover: Cover, opened: Bools, least: float) -> None:
        by_site = cover.sees.T.tocsr()
        self.groups = [by_site.indices[low:high] for low, high in zip(by_site.indptr[:-1], by_site.indptr[1:], strict=True)]
        self.opened, self.least = opened.copy(), least
        self.times = np.asarray(cover.sees @ opened.astype(np.float64)).astype(np.int64)
        self.worth = np.vstack([cover.weight, *cover.leans()])   # people, then the room above each floor
        self.value = self.worth[:, self.times > 0].sum(axis=1)
        self.limits, self.low, self.high, self.spreads = _limits(cover)
        new = (opened & ~cover.case.open).astype(np.float64)
        self.amount = self.limits @ new
        self.filled = [(wish, np.array([int(member @ new) for member in members]), members) for wish, members in self.spreads]

    def exchange(self, leaves: int, enters: int) -> bool:
        """Exchange two sites if the plan then still belongs to the family; says whether it did."""
        amount = self.amount + self.limits[:, enters] - self.limits[:, leaves]
        if (amount < self.low).any() or (amount > self.high).any():
            return False
        filled = [(wish, count + members[:, enters] - members[:, leaves], members) for wish, count, members in self.filled]
        if any(int((count >= wish.at_least).sum()) < wish.groups for wish, count, _ in filled):
            return False
        gone, come = self.groups[leaves], self.groups[enters]
        self.times[gone] -= 1
        lost = gone[self.times[gone] == 0]
        won = come[self.times[come] == 0]
        self.times[come] += 1
        value = self.value - self.worth[:, lost].sum(axis=1) + self.worth[:, won].sum(axis=1)
        if value[0] < self.least or (value[1:] < -FLOOR_ROUNDING).any():
            self.times[come] -= 1
            self.times[gone] += 1
            return False
        self.value, self.amount, self.filled = value, amount, filled
        self.opened[leaves], self.opened[enters] = False, True
        return True


def _limits(cover: Cover) -> tuple[Floats, Floats, Floats, list[tuple[SiteSpread, Any]]]:
    """Number, budget and quotas as rows over new sites, between two ends; spreads with their groups."""
    rows: list[tuple[Floats, float, float]] = []
    spreads: list[tuple[SiteSpread, Any]] = []
    case = cover.case
    for wish in cover.wishes:
        if isinstance(wish, SiteCount):
            rows.append((np.ones(len(case.sites)), 0.0, wish.most - float(case.open.sum())))
        elif isinstance(wish, Budget):
            rows.append((wish.cost, -np.inf, wish.budget * (1 + _ROUNDING)))
        elif isinstance(wish, SiteQuota):
            member = case.sites.isin(list(wish.members)) & ~case.open
            rows.append((member.astype(np.float64), float(wish.at_least), np.inf if wish.at_most is None else float(wish.at_most)))
        elif isinstance(wish, SiteSpread):
            spreads.append((wish, np.array(members_of(case, wish), dtype=np.int64)))
    matrix = np.array([row for row, _, _ in rows]) if rows else np.zeros((0, len(case.sites)))
    return matrix, np.array([low for _, low, _ in rows]), np.array([high for _, _, high in rows]), spreads
