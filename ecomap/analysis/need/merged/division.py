"""The best division into regions that a few starts find: as many as can be, of areas as alike as can be."""

from __future__ import annotations

from typing import Final

import numpy as np
from attrs import field, frozen

from ecomap.analysis.need.merged.growing import grown
from ecomap.analysis.need.merged.recutting import improved
from ecomap.analysis.need.merged.regions import Division, Task
from ecomap.model.progress import Progress
from ecomap.model.said import say

_CUT: Final = 1500  # areas that are cut again over all starts: of few areas every start is, of many the best


@frozen
class Divided:
    """Which region every area is in.

    Parameters
    ----------
    label : ndarray of int
        Region of every area, 0, 1, ... in the order of their first areas.
    regions : int
    sure : ndarray of bool
        Per region: whether its numbers are sure enough.
    within : float
        How unlike the areas of one region are (sum of squares, in standard deviations).
    grown : int
        How many regions there were before they were cut again.
    """

    label: np.ndarray = field(eq=False, repr=False)
    regions: int
    sure: np.ndarray = field(eq=False, repr=False)
    within: float
    grown: int


def divided(task: Task, *, starts: int, seed: int, progress: Progress) -> Divided:
    """Divide areas into regions that are sure enough, contiguous, and as many as a few starts find.

    After Spielman and Folch (2015): regions grow from areas that are not sure enough until they are, from several starts;
    the best division (of few areas, every one) is then cut again and areas are moved. Of two divisions the one that leaves fewer areas unsure is better,
    then the one with more regions, then the one whose areas are more alike. The same task and seed give the same division.
    """
    begun = []
    for start in range(starts):
        progress.at(0.3 * start / starts, say("Growing regions"))
        division, lost = grown(task, seed, start)
        begun.append((*_rank(division, lost, task), start, division, lost))
    begun.sort(key=lambda one: one[:4])
    made = len(begun[0][4].members)
    cut = []
    best = begun[: max(1, _CUT // max(len(task.parts), 1))]
    for place, (*_, start, division, lost) in enumerate(best):
        part = progress.part(0.3 + 0.7 * place / len(best), 0.3 + 0.7 * (place + 1) / len(best))
        division = improved(division, lost & ~division.ok, seed, part)
        cut.append((*_rank(division, lost, task), start, division))
    division = min(cut, key=lambda one: one[:4])[4]
    order = division.regions()
    order.sort(key=lambda region: division.members[region][0])
    called = {region: n for n, region in enumerate(order)}
    label = np.array([called[int(region)] for region in division.label])
    return Divided(label, len(order), division.ok[order], division.within(), made)


def _rank(division: Division, lost: np.ndarray, task: Task) -> tuple[float, float, float]:
    """Fewest areas unsure, then most regions, then most alike."""
    return float((lost & task.free).sum()), -float(len(division.members)), division.within()
