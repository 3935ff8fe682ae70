"""The best division into regions that a few starts find: as many as can be, of areas as alike as can be."""

from __future__ import annotations

import numpy as np
from attrs import field, frozen

from ecomap.analysis.need.merged.growing import grown
from ecomap.analysis.need.merged.recutting import improved
from ecomap.analysis.need.merged.regions import Division, Task
from ecomap.model.progress import Progress
from ecomap.model.said import say


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
    the best division is then cut again and areas are moved. Of two divisions the one that leaves fewer areas unsure is better,
    then the one with more regions, then the one whose areas are more alike. The same task and seed give the same division.
    """
    best: tuple[tuple[float, ...], Division, np.ndarray] | None = None
    for start in range(starts):
        progress.at(0.3 * start / starts, say("Growing regions"))
        division, lost = grown(task, seed, start)
        rank = (float((lost & task.free).sum()), -float(len(division.members)), division.within())
        if best is None or rank < best[0]:
            best = rank, division, lost
    assert best is not None
    rank, division, lost = best
    made = len(division.members)
    division = improved(division, lost & ~division.ok, seed, progress.part(0.3, 1.0))
    order = division.regions()
    order.sort(key=lambda region: division.members[region][0])
    place = {region: n for n, region in enumerate(order)}
    label = np.array([place[int(region)] for region in division.label])
    return Divided(label, len(order), division.ok[order], division.within(), made)
