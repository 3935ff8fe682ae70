"""Regions made better: cut again wherever more of them come out, or areas more alike, and every one stays sure enough."""

from __future__ import annotations

import heapq
from collections.abc import Sequence

import numpy as np

from ecomap.analysis.need.merged.regions import Division
from ecomap.model.progress import Progress
from ecomap.model.said import say

_ROUNDS = 6
_TREES = 3            # ways of cutting that are tried for each pair
_BETTER = 1e-9


def improved(division: Division, fixed: np.ndarray, seed: int, progress: Progress) -> Division:
    """Cut regions and pairs of neighbouring regions again, and move single areas, until nothing gets better.

    First comes the number of regions, then how alike their areas are. Areas in `fixed` stay alone.
    """
    generator = np.random.default_rng([seed, len(division.label)])
    settled: set[tuple[int, ...]] = set()
    for turn in range(_ROUNDS):
        before = (len(division.members), division.within())
        pairs = _pairs(division, fixed)
        for place, pair in enumerate(pairs):
            if place % 50 == 0:
                progress.at((turn + place / max(len(pairs), 1)) / _ROUNDS, say("Cutting regions again"))
            if any(region not in division.members for region in pair):
                continue
            areas = tuple(area for region in pair for area in division.members[region])
            key = (len(pair), *areas)
            if key not in settled and not _cut_again(division, pair, areas, generator):
                settled.add(key)
        _moved(division, fixed)
        if (len(division.members), division.within()) == before:
            break
    progress.at(1.0, say("Cutting regions again"))
    return division


def _pairs(division: Division, fixed: np.ndarray) -> list[tuple[int, ...]]:
    """Every region alone, then every two that touch."""
    ours = [region for region in division.regions() if not fixed[region]]
    touching = [(region, other) for region in ours for other in division.around(region) if other > region and not fixed[other]]
    return [*((region,) for region in ours if len(division.members[region]) > 1), *touching]


def _cut_again(division: Division, pair: Sequence[int], areas: Sequence[int], generator: np.random.Generator) -> bool:
    """Try a few ways of cutting what some regions hold; the best takes their place where it is better."""
    if len(areas) <= len(pair) or not division.in_one_piece(areas):  # another region may have taken the number of one that touched
        return False
    now = float(division.unlike(division.alike[list(pair)]).sum())
    best: tuple[int, float, list[list[int]]] | None = None
    for _ in range(_TREES):
        tree = _tree(division, areas, generator)
        groups = _cut(division, tree) if len(tree) == len(areas) else None  # cut before, they may touch no longer
        if groups is None:
            continue
        unlike = sum(float(division.unlike(division.of_area[group].sum(axis=0))) for group in groups)
        if best is None or (-len(groups), unlike) < (-best[0], best[1]):
            best = len(groups), unlike, groups
    if best is None or not (best[0] > len(pair) or (best[0] == len(pair) and best[1] < now - _BETTER)):
        return False
    division.replace(pair, best[2])
    return True


def _tree(division: Division, areas: Sequence[int], generator: np.random.Generator) -> list[tuple[int, int]]:
    """A tree over the areas along likenesses bent by chance (Prim): (area, the one it hangs on), the root first."""
    inside, chance = set(areas), iter(generator.random(8 * len(areas) + 64).tolist())
    root = areas[int(generator.integers(len(areas)))]
    seen, tree = {root}, [(root, -1)]
    edges: list[tuple[float, int, int]] = []

    def offer(area: int) -> None:
        for other, unlike in zip(division.next_to[area], division.unlike_next[area], strict=True):
            if other in inside and other not in seen:
                heapq.heappush(edges, ((unlike + 0.1) * next(chance, 0.5), other, area))

    offer(root)
    while edges:
        _, area, under = heapq.heappop(edges)
        if area not in seen:
            seen.add(area)
            tree.append((area, under))
            offer(area)
    return tree


def _cut(division: Division, tree: Sequence[tuple[int, int]]) -> list[list[int]] | None:
    """Cut a tree into as many groups as are sure enough, from the leaves on; what is left at the root joins one beside it."""
    parts, task = division.task.parts, division.task
    held: dict[int, list[int]] = {area: [area] for area, _ in tree}
    sums = {area: parts.sums[area] for area, _ in tree}
    zeros = {area: parts.zeros[area] for area, _ in tree}
    groups: list[tuple[int, list[int]]] = []
    for area, under in reversed(tree):
        if bool(division.alone[area] if len(held[area]) == 1 else task.passes(sums[area], zeros[area])):
            groups.append((under, held[area]))
        elif under >= 0:
            held[under] = held[under] + held[area]
            sums[under] = sums[under] + sums[area]
            zeros[under] = np.maximum(zeros[under], zeros[area])
        else:
            return _with_the_rest(division, groups, held[area])
    return [group for _, group in groups] if all(task.fits(len(group)) for _, group in groups) else None


def _with_the_rest(division: Division, groups: list[tuple[int, list[int]]], rest: list[int]) -> list[list[int]] | None:
    """The groups with what is left over added to the one beside it where they are most alike."""
    inside = set(rest)
    found = []
    for place, (under, group) in enumerate(groups):
        if under in inside:
            together = group + rest
            if division.task.fits(len(together)) and bool(division.task.passes(*division.added(together))):
                more = float(division.unlike(division.of_area[together].sum(axis=0)) - division.unlike(division.of_area[group].sum(axis=0)))
                found.append((more, place))
    if not found:
        return None
    place = min(found)[1]
    if not all(division.task.fits(len(group)) for n, (_, group) in enumerate(groups) if n != place):
        return None
    return [group + rest if n == place else group for n, (_, group) in enumerate(groups)]


def _moved(division: Division, fixed: np.ndarray) -> None:
    """Move single areas to the neighbouring region they are more like, while both stay sure enough and in one piece."""
    for area in range(len(division.label)):
        home = int(division.label[area])
        stay = [other for other in division.members[home] if other != area]
        if fixed[area] or not stay:
            continue
        goals = sorted({int(division.label[other]) for other in division.next_to[area]} - {home})
        goals = [goal for goal in goals if not fixed[goal] and division.task.fits(len(division.members[goal]) + 1)]
        if not goals or not bool(division.task.passes(*division.added(stay))) or not division.in_one_piece(stay):
            continue
        own = division.of_area[area]
        saved = division.unlike(division.alike[home]) - division.unlike(division.alike[home] - own)
        cost = division.unlike(division.alike[goals] + own) - division.unlike(division.alike[goals])
        sure = division.task.passes(division.sums[goals] + division.task.parts.sums[area], np.maximum(division.zeros[goals], division.task.parts.zeros[area]))
        best = int(np.argmin(np.where(sure, cost, np.inf)))
        if sure[best] and cost[best] < saved - _BETTER:
            goal = goals[best]
            division.replace((home, goal), (stay, [*division.members[goal], area]))
