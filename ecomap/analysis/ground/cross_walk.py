"""How much of each area lies in each area of another set: shares, and the counts and rates that they carry."""

from __future__ import annotations

import numpy as np
from attrs import evolve, field, frozen

# A target may lack the value of this share of its known ground before its count is called missing.
NEGLIGIBLE = 0.01


@frozen
class CrossWalk:
    """How much of each source area lies in each target area: computed once, used for every column.

    ``source`` and ``target`` are row positions of the pairs. ``share`` is the part of the source (0-1) that goes to
    the target: by area, or by the weights of the points inside. ``area_m2`` is the ground they share.
    """

    source: np.ndarray = field(eq=False, repr=False)
    target: np.ndarray = field(eq=False, repr=False)
    share: np.ndarray = field(eq=False, repr=False)
    area_m2: np.ndarray = field(eq=False, repr=False)
    sources: int
    targets: int

    def known_share(self, values: np.ndarray) -> np.ndarray:
        """The part of each target's covered ground (or weight) whose sources have a value; NaN where nothing covers it."""
        ground = self._ground()
        total = self._sum(ground)
        known = self._sum(np.where(np.isnan(values[self.source]), 0.0, ground))
        return np.divide(known, total, out=np.full(self.targets, np.nan), where=total > 0)

    def extensive(self, values: np.ndarray, *, allocate_total: bool = False) -> np.ndarray:
        """Counts: ``v_j = sum_i v_i share_ij``.

        A target more than 1 % of whose covered ground lies in sources without a value has no count either (a sum
        without one of its parts would read as if that part were zero); below that the rest is summed.
        """
        share = self._complete_share() if allocate_total else self.share
        given = values[self.source]
        total = self._sum(np.where(np.isnan(given), 0.0, given * share))
        known = self.known_share(values)
        return np.where(known >= 1 - NEGLIGIBLE, total, np.nan)

    def intensive(self, values: np.ndarray) -> np.ndarray:
        """Rates: the mean over the target's ground with a known value, ``sum_i v_i a_ij / sum_k a_kj``."""
        ground = np.where(np.isnan(values[self.source]), 0.0, self._ground())
        total = self._sum(ground)
        summed = self._sum(np.nan_to_num(values[self.source], nan=0.0) * ground)
        return np.divide(summed, total, out=np.full(self.targets, np.nan), where=total > 0)

    def extensive_moe(self, values: np.ndarray, moes: np.ndarray, *, allocate_total: bool = False) -> np.ndarray:
        """Margin of `extensive`: ``sqrt(sum (share_ij MOE_i)^2)``, zero counts with their largest margin once.

        NaN where the count, or the margin of any of its parts, is missing. Carries sampling error only.
        """
        share = self._complete_share() if allocate_total else self.share
        known = ~np.isnan(values[self.source])
        weighted = np.where(known, share * moes[self.source], 0.0)
        zero = known & (values[self.source] == 0)
        squares = self._sum(np.where(zero, 0.0, weighted**2))
        largest = np.zeros(self.targets)
        np.maximum.at(largest, self.target[zero], weighted[zero])
        result = np.sqrt(squares + largest**2)
        return np.where(np.isnan(self.extensive(values)), np.nan, result)

    def intensive_moe(self, values: np.ndarray, moes: np.ndarray) -> np.ndarray:
        """Margin of `intensive` with the ground shares taken as certain."""
        ground = np.where(np.isnan(values[self.source]), 0.0, self._ground())
        total = self._sum(ground)
        weighted = np.where(ground > 0, ground * moes[self.source], 0.0)
        return np.divide(np.sqrt(self._sum(weighted**2)), total, out=np.full(self.targets, np.nan), where=total > 0)

    def _ground(self) -> np.ndarray:
        return self.area_m2 if self.area_m2.any() else self.share

    def _complete_share(self) -> np.ndarray:
        given = np.bincount(self.source, self.share, self.sources)
        return self.share / given[self.source]

    def _sum(self, per_pair: np.ndarray) -> np.ndarray:
        return np.bincount(self.target, per_pair, self.targets)


def by_people(walk: CrossWalk, people: np.ndarray) -> CrossWalk:
    """The same shares with rates averaged over the people who live in each piece instead of over its ground.

    Parameters
    ----------
    people : ndarray
        People of each source; where they are not known its rate has no weight.
    """
    return evolve(walk, area_m2=np.nan_to_num(people[walk.source] * walk.share, nan=0.0))
