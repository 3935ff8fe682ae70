"""Which parts of a graph hang together, and what holds them together alone. Numbers only."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from attrs import field, frozen


@frozen
class Graph:
    """Points 0..size-1 and who touches whom: every pair once in either direction, none touches itself."""

    size: int
    around: tuple[tuple[int, ...], ...] = field(repr=False)


def graph_of(size: int, pairs: Sequence[tuple[int, int]]) -> Graph:
    """A graph of pairs, each named any number of times."""
    around: list[set[int]] = [set() for _ in range(size)]
    for one, two in pairs:
        if one != two:
            around[one].add(two)
            around[two].add(one)
    return Graph(size, tuple(tuple(sorted(others)) for others in around))


def parts_of(graph: Graph, without: int = -1) -> np.ndarray:
    """The part every point is in, 0, 1, ... in the order of first points; -1 for the point that is left out."""
    part = np.full(graph.size, -1)
    count = 0
    for start in range(graph.size):
        if part[start] >= 0 or start == without:
            continue
        part[start], waiting = count, [start]
        while waiting:
            for other in graph.around[waiting.pop()]:
                if part[other] < 0 and other != without:
                    part[other] = count
                    waiting.append(other)
        count += 1
    return part


@frozen
class Holding:
    """What holds a graph together alone.

    Parameters
    ----------
    cut_off : ndarray of int
        Per point: how many others would lose the largest of what is left of its part, were it gone; 0 where none would.
    bridges : tuple of pairs
        Pairs without which their part would fall in two, the smaller position first, in order.
    """

    cut_off: np.ndarray = field(eq=False, repr=False)
    bridges: tuple[tuple[int, int], ...]


def holding(graph: Graph) -> Holding:
    """Points and pairs that hold a part together alone (Tarjan's low points, one walk)."""
    reached = np.full(graph.size, -1)
    low, size = np.zeros(graph.size, dtype=int), np.ones(graph.size, dtype=int)
    pieces: list[list[int]] = [[] for _ in range(graph.size)]  # below each point: what hangs on it alone
    bridges, part = [], parts_of(graph)
    whole, time = np.bincount(part, minlength=1), 0
    for root in range(graph.size):
        if reached[root] >= 0:
            continue
        reached[root] = low[root] = time
        time += 1
        walk = [(root, -1, iter(graph.around[root]))]
        while walk:
            point, before, others = walk[-1]
            other = next((one for one in others if one != before), None)
            if other is not None:
                if reached[other] >= 0:
                    low[point] = min(low[point], reached[other])
                    continue
                reached[other] = low[other] = time
                time += 1
                walk.append((other, point, iter(graph.around[other])))
                continue
            walk.pop()
            if before >= 0:
                size[before] += size[point]
                low[before] = min(low[before], low[point])
                if low[point] >= reached[before]:
                    pieces[before].append(int(size[point]))
                if low[point] > reached[before]:
                    bridges.append((min(before, point), max(before, point)))
    cut = np.zeros(graph.size, dtype=int)
    for point in range(graph.size):
        rest = int(whole[part[point]]) - 1
        left = [*pieces[point], rest - sum(pieces[point])]
        cut[point] = rest - max(left) if rest else 0
    return Holding(cut, tuple(sorted(bridges)))
