"""Regions grown from areas that are not sure enough alone: each takes the neighbour most like it until its margins are small enough."""

from __future__ import annotations

import heapq

import numpy as np

from ecomap.analysis.need.merged.regions import Division, Task

_JITTER = 0.5        # how far chance may bend what is alike, in every start but the first
_GIVEN_UP_AT_ONCE = 20  # of what cannot be made sure enough, one in so many is given up before it is tried again


def grown(task: Task, seed: int, start: int) -> tuple[Division, np.ndarray]:
    """Regions that are sure enough, and the areas that cannot be brought into any.

    The first start begins with the least sure area; the others, by chance. Where all that hangs together is not sure enough,
    the areas that are least sure alone are given up, and it is tried without them.
    """
    lost = ~task.free
    generator = np.random.default_rng([seed, start])
    order = _order(task, generator, start)
    jitter = _JITTER if start else 0.0
    division = Division(task)
    while True:
        stuck = _grow(division, lost, order, jitter, generator)
        if not stuck:
            return division, lost
        lost = lost.copy()
        for region in stuck:
            areas = division.members[region]
            excess = task.excess(task.parts.sums[areas], task.parts.zeros[areas])
            worst = sorted(range(len(areas)), key=lambda n: (-excess[n], areas[n]))
            lost[[areas[n] for n in worst[: max(1, len(areas) // _GIVEN_UP_AT_ONCE)]]] = True
            if task.most:  # the regions around it stand; what is left of it may still join them
                division.replace((region,), [[area] for area in areas])
        if not task.most:
            division = Division(task)


def _order(task: Task, generator: np.random.Generator, start: int) -> np.ndarray:
    if start:
        return generator.random(len(task.parts))
    return -task.excess(task.parts.sums, task.parts.zeros)


def _grow(division: Division, lost: np.ndarray, order: np.ndarray, jitter: float, generator: np.random.Generator) -> list[int]:
    """Merge until every region is sure enough; those that have no neighbour left to take, or none that is small enough, are returned."""
    stuck, task = [], division.task
    waiting = [(order[area], int(area)) for area in np.flatnonzero(~division.ok & ~lost)]
    heapq.heapify(waiting)
    while waiting:
        when, region = heapq.heappop(waiting)
        if region not in division.members or division.ok[region]:
            continue
        others = np.array([other for other in division.around(region) if not lost[division.members[other][0]]
                           and task.fits(len(division.members[other]) + len(division.members[region]))], dtype=int)
        if not len(others):
            stuck.append(region)
            continue
        division.merge(region, int(others[_best(division, region, others, jitter, generator)]))
        if not division.ok[region]:
            heapq.heappush(waiting, (when, region))
    return stuck


def _best(division: Division, region: int, others: np.ndarray, jitter: float, generator: np.random.Generator) -> int:
    """Which neighbour to take: first one that is itself not sure enough, which saves a region; of those the most alike."""
    task = division.task
    becomes = task.passes(division.sums[region] + division.sums[others], np.maximum(division.zeros[region], division.zeros[others]))
    kind = np.where(~division.ok[others], 0, np.where(becomes, 1, 2))
    cost = (division.unlike(division.alike[region] + division.alike[others]) - division.unlike(division.alike[others])
            - division.unlike(division.alike[region]))
    bent = cost * (1.0 + jitter * generator.random(len(others))) if jitter else cost
    return int(np.lexsort((others, bent, kind))[0])
