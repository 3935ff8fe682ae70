"""A division of areas into regions while it is made: who is in which, what each adds up to, how alike its areas are."""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Sequence
from typing import Any

import numpy as np
from attrs import field, frozen

from ecomap.analysis.ground.neighbours import Neighbours
from ecomap.analysis.statistics.adding import Parts, estimates, sure_enough, variation_of


@frozen
class Task:
    """What is to be divided, and when a region's numbers are sure enough.

    Parameters
    ----------
    parts : Parts
        What each area adds to the numbers that are judged.
    near : Neighbours
        Only areas that may stand in one region.
    alike : ndarray, shape (areas, columns)
        Numbers by which areas are alike, in standard deviations; NaN where missing.
    limit : float
        Largest coefficient of variation (share).
    points : ndarray, one per number
        A margin up to this passes whatever the coefficient; 0 where there is no such limit.
    free : ndarray of bool
        Areas that may be merged; the others stay as they are.
    most : int
        How many areas a region may have; 0: any number.
    """

    parts: Parts = field(repr=False)
    near: Neighbours = field(repr=False)
    alike: np.ndarray = field(eq=False, repr=False)
    limit: float
    points: np.ndarray = field(eq=False, repr=False)
    free: np.ndarray = field(eq=False, repr=False)
    most: int = 0

    def fits(self, areas: Any) -> Any:
        """Whether a region may have so many areas."""
        return (areas <= self.most) | (self.most <= 0)

    def passes(self, sums: np.ndarray, zeros: np.ndarray) -> Any:
        """Whether every number that is there is sure enough, and at least one is there."""
        if sums.ndim == 2:  # one region, the usual case by far
            return np.bool_(sure_enough(sums, zeros, self.parts.kinds, self.limit, self.points.tolist()))
        value, margin = estimates(sums, zeros, self.parts.kinds)
        known = sums[..., 6] > 0
        with np.errstate(invalid="ignore"):
            sure = (variation_of(value, margin, known) <= self.limit) | (margin <= self.points) & (self.points > 0)
        return np.asarray((sure | ~known).all(axis=-1) & known.any(axis=-1))

    def excess(self, sums: np.ndarray, zeros: np.ndarray) -> np.ndarray:
        """The largest coefficient of variation as a multiple of the limit; infinite where nothing is known."""
        value, margin = estimates(sums, zeros, self.parts.kinds)
        found = variation_of(value, margin, sums[..., 6] > 0) / self.limit
        return np.where(np.isnan(found).all(axis=-1), np.inf, np.max(np.where(np.isnan(found), 0.0, found), axis=-1))


class Division:
    """Regions of areas; each area is in exactly one. A region is called by a number that another may take when it has gone."""

    def __init__(self, task: Task) -> None:
        size = len(task.parts)
        self.task = task
        self.label = np.arange(size)
        self.members: dict[int, list[int]] = {area: [area] for area in range(size)}
        self.sums, self.zeros = task.parts.sums.copy(), task.parts.zeros.copy()
        known = np.isfinite(task.alike)
        plain = np.where(known, task.alike, 0.0)
        self.of_area = np.stack([plain**2, plain, known.astype(float)], axis=-1)
        self.alike = self.of_area.copy()
        self.ok = task.passes(self.sums, self.zeros)
        self.alone = self.ok.copy()  # which areas are sure enough by themselves
        starts = np.searchsorted(task.near.first, np.arange(size + 1))
        self.next_to = [task.near.second[a:b].tolist() for a, b in itertools.pairwise(starts)]
        unlike = ((np.nan_to_num(task.alike)[task.near.first] - np.nan_to_num(task.alike)[task.near.second]) ** 2).sum(axis=1)
        self.unlike_next = [unlike[a:b].tolist() for a, b in itertools.pairwise(starts)]  # how unlike each of those is

    def regions(self) -> list[int]:
        """The numbers of all regions, in order."""
        return sorted(self.members)

    def around(self, region: int) -> list[int]:
        """The regions that touch one, in order."""
        found = {int(self.label[other]) for area in self.members[region] for other in self.next_to[area]}
        return sorted(found - {region})

    def unlike(self, alike: np.ndarray) -> np.ndarray:
        """The sum of squares within regions, from their sums: 0 where all areas are the same."""
        squares, total, count = alike[..., 0], alike[..., 1], alike[..., 2]
        return np.asarray((squares - np.divide(total**2, count, out=np.zeros_like(total), where=count > 0)).sum(axis=-1))

    def within(self) -> float:
        """How unlike the areas of one region are, over all regions."""
        return float(self.unlike(self.alike[self.regions()]).sum())

    def merge(self, region: int, other: int) -> int:
        """Put two regions together under the number of the first."""
        self.label[self.members[other]] = region
        self.members[region] = sorted(self.members[region] + self.members.pop(other))
        self.sums[region] += self.sums[other]
        self.zeros[region] = np.maximum(self.zeros[region], self.zeros[other])
        self.alike[region] += self.alike[other]
        self.ok[region] = self.task.passes(self.sums[region], self.zeros[region])
        return region

    def replace(self, regions: Iterable[int], groups: Sequence[Sequence[int]]) -> list[int]:
        """Put other groups of the same areas in the place of some regions; each is called by its first area."""
        for region in regions:
            del self.members[region]
        called = []
        for group in groups:
            kept = sorted(group)
            self.members[kept[0]] = kept
            self.label[kept] = kept[0]
            self.sums[kept[0]], self.zeros[kept[0]] = self.added(kept)
            self.alike[kept[0]] = self.of_area[kept].sum(axis=0)
            self.ok[kept[0]] = self.task.passes(self.sums[kept[0]], self.zeros[kept[0]])
            called.append(kept[0])
        return called

    def added(self, areas: Sequence[int]) -> tuple[np.ndarray, np.ndarray]:
        """What some areas add up to."""
        return self.task.parts.sums[areas].sum(axis=0), self.task.parts.zeros[areas].max(axis=0)

    def in_one_piece(self, areas: Sequence[int]) -> bool:
        """Whether every area can be reached from the first without leaving them."""
        inside, seen, waiting = set(areas), {areas[0]}, [areas[0]]
        while waiting:
            for other in self.next_to[waiting.pop()]:
                if other in inside and other not in seen:
                    seen.add(other)
                    waiting.append(other)
        return len(seen) == len(inside)
