"""Moves: every exchange, opening or closing of one site, what it wins and whether the wishes allow it."""

from __future__ import annotations

from typing import Any

import numpy as np

from ecomap.analysis.optimise.case import Budget, Floats, SiteCount, SiteQuota
from ecomap.analysis.optimise.cover import FLOOR_ROUNDING, Bools, Cover

_ROUNDING = 1e-9


class Moves:
    """All moves over one covering problem; what does not depend on the open sites is worked out once."""

    def __init__(self, cover: Cover) -> None:
        self.cover = cover
        sees = cover.sees.tocsr()
        self.group, self.site = np.repeat(np.arange(sees.shape[0]), np.diff(sees.indptr)), sees.indices
        self.leans = cover.leans()
        self.quotas = [(wish, cover.case.sites.isin(list(wish.members)).astype(np.float64) * ~cover.case.open)
                       for wish in cover.wishes if isinstance(wish, SiteQuota)]
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

    def missed(self, opened: Bools) -> float:
        """By how many people the floors are missed, and, weighing more than anybody, by how many schools the quotas."""
        new = (opened & ~self.cover.case.open).astype(np.float64)
        short = sum(max(quota.at_least - float(member @ new), 0.0) for quota, member in self.quotas)
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


def _added(amount: Floats, inside: np.ndarray) -> Any:
    """What every move adds of an amount that sites have: what enters less what leaves."""
    return np.append(amount, 0.0)[:, None] - np.append(amount[inside], 0.0)[None, :]
