"""Who is near whom by straight line: ground in tiles, strips within a tile, so that what is worked on stays in fast memory."""

from __future__ import annotations

from typing import Final, TypeAlias

import numpy as np
from attrs import frozen

from ecomap.model import hands
from ecomap.model.progress import Progress
from ecomap.model.said import say

ROUNDING: Final = 1e-9  # a pair exactly at the cutoff is in reach, whatever the last bit says
_CHUNK = 7_000   # pairs looked at together, which stay in the fastest memory of the machine
_STRIPS = 2      # strips of demand as high together as the limit
_TILE = 25_000   # demand of a tile, where there is more of it: its pairs stay in the next fast memory
_WIDE = 4        # limits that a tile is wide at least: else most supply would stand in several
Pairs: TypeAlias = tuple[np.ndarray, np.ndarray, np.ndarray]  # how many each demand has; supply and metres, demand after demand
Tile: TypeAlias = tuple[np.ndarray, np.ndarray]  # rows of demand, rows of supply


def near_pairs(demand: np.ndarray, supply: np.ndarray, limit: float, progress: Progress) -> Pairs:
    """All pairs of demand and supply no further apart than a limit, sorted by demand, then supply.

    Parameters
    ----------
    demand, supply : ndarray, shape (n, 2)
        Metres.
    """
    within = _Within.of(demand, supply, limit)
    tiles = within.tiles()
    if len(tiles) < 2:
        return within.pairs(progress)
    return _together(tiles, _of_tiles(within, tiles, progress), len(demand))


@frozen
class _Within:
    """Demand and supply counted from one corner, and how far apart they may be; the numbers are the same in whatever tile they stand."""

    demand: np.ndarray
    supply: np.ndarray
    limit: float

    @classmethod
    def of(cls, demand: np.ndarray, supply: np.ndarray, limit: float) -> _Within:
        if not len(demand) or not len(supply):
            return cls(demand, supply, limit)
        corner = demand.min(axis=0)
        demand, supply = demand - corner, supply - corner
        farthest = float(np.hypot(*np.maximum(demand.max(axis=0), np.abs(supply).max(axis=0))))
        return cls(demand, supply, min(limit, farthest * 2 + 1))

    def tiles(self) -> list[Tile]:
        """Which demand stands in each tile of the ground, and which supply can be near it, both in their order; the whole where it is small."""
        share = len(self.demand) / _TILE
        whole = np.arange(len(self.demand)), np.arange(len(self.supply))
        if share <= 1 or not len(self.supply):
            return [whole]
        wide = np.ptp(self.demand, axis=0)
        side = max(float(np.sqrt(wide.prod() / share)), float(wide.max()) / share, _WIDE * self.limit)
        if not wide.max() >= side:
            return [whole]
        columns = int(wide[0] // side) + 1
        at = (self.demand // side).astype(np.int64)
        cell = at[:, 1] * columns + at[:, 0]
        order = np.argsort(cell.astype(np.min_scalar_type(int(cell.max(initial=0)))), kind="stable")
        cells, begins = np.unique(cell[order], return_index=True)
        margin = self.limit * (1 + ROUNDING) + 1e-14 * float(wide.max())
        found = []
        for one, rows in zip(cells.tolist(), np.split(order, begins[1:])):
            low = np.array([one % columns, one // columns]) * side
            near = ((self.supply >= low - margin) & (self.supply <= low + side + margin)).all(axis=1)
            found.append((rows, np.flatnonzero(near)))
        return found

    def pairs(self, progress: Progress | None = None) -> Pairs:
        """All pairs, demand after demand: how many each has, which supply, and how far."""
        from scipy.sparse import csc_array  # heavy

        row, count, away = _near(self.demand, self.supply, self.limit, progress)
        begins = np.zeros(len(count) + 1, dtype=np.int32 if len(away) < 2**31 else np.int64)
        np.cumsum(count, out=begins[1:])
        by_demand = csc_array((away, row, begins), shape=(len(self.demand), len(self.supply))).tocsr()
        return np.diff(by_demand.indptr), by_demand.indices.astype(np.int32, copy=False), by_demand.data


def _of_tiles(within: _Within, tiles: list[Tile], progress: Progress) -> list[Pairs]:
    """The pairs of every tile, by others where they take a part."""
    jobs = [(within.demand[rows], within.supply[columns], within.limit) for rows, columns in tiles]
    others = hands.ready()
    if others is not None:
        return others(_of_tile, jobs, progress, say("Measuring distances"))
    found = []
    for number, job in enumerate(jobs):
        progress.at(number / len(jobs), say("Measuring distances"))
        found.append(_of_tile(*job))
    return found


def _of_tile(demand: np.ndarray, supply: np.ndarray, limit: float) -> Pairs:
    """One tile, wherever it is done."""
    return _Within(demand, supply, limit).pairs()


def _together(tiles: list[Tile], found: list[Pairs], demand: int) -> Pairs:
    """The pairs of all tiles in the order of the demand; what a tile held is let go as soon as it is in its place."""
    counts = np.zeros(demand, dtype=np.int64)
    for (rows, _), (count, _, _) in zip(tiles, found, strict=True):
        counts[rows] = count
    begins = np.cumsum(counts) - counts
    supply, distance = np.empty(int(counts.sum()), dtype=np.int32), np.empty(int(counts.sum()))
    for rows, columns in reversed(tiles):
        count, at, away = found.pop()
        place = np.repeat(begins[rows] - (np.cumsum(count, dtype=np.int64) - count), count)
        place += np.arange(len(place))
        supply[place] = columns.astype(np.int32).take(at)
        distance[place] = away
    return counts, supply, distance


def _near(
    demand: np.ndarray, supply: np.ndarray, limit: float, progress: Progress | None = None
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """All demand within the limit of each supply: positions of the demand, how many there are per supply, and how far.

    Demand is sorted by strips as high as the limit and from west to east within them, so that what can be near a supply
    stands in few runs.
    """
    if not len(demand) or not len(supply):
        return np.zeros(0, dtype=np.int32), np.zeros(len(supply), dtype=np.int64), np.zeros(0)
    place, to_place = (np.ascontiguousarray(xy).view(np.complex128).ravel() for xy in (demand, supply))  # both numbers fetched at once
    x, y, to_x, to_y = place.real, place.imag, to_place.real, to_place.imag
    high, runs = limit / _STRIPS, 2 * _STRIPS + 1
    span = float(x.max()) + 4 * limit + 1
    key = np.floor(y / high) * span + x
    order = np.argsort(key)
    key, place = key[order], place[order]
    order = order.astype(np.int32)
    strip = np.floor(to_y / high)
    below = (to_y - strip * high)[:, None]
    turn = np.arange(-_STRIPS, _STRIPS + 1)
    least = np.maximum(np.maximum(turn * high - below, below - (turn + 1) * high), 0.0)  # how far the strip is at its nearest edge
    half = np.sqrt(np.maximum(limit**2 - least**2, 0.0))
    half += limit * ROUNDING + 1e-14 * (float(np.abs(key).max()) + span)  # what rounding could have moved
    middle = (strip[:, None] + turn) * span + to_x[:, None]
    first = np.searchsorted(key, (middle - half).ravel())
    run = np.searchsorted(key, (middle + half).ravel(), side="right") - first
    candidates = np.add.reduceat(run, np.arange(0, len(run), runs))
    turn = np.cumsum(candidates) // _CHUNK
    bounds = np.r_[0, np.flatnonzero(turn[1:] != turn[:-1]) + 1, len(supply)]
    ramp = np.arange(int(np.add.reduceat(candidates, bounds[:-1]).max()))
    most = int(candidates.sum())  # room for all that could be near: what stays empty is never touched and takes no memory
    row, away, count, filled = np.empty(most, dtype=np.int32), np.empty(most), np.empty(len(supply), dtype=np.int64), 0
    for start, stop in zip(bounds[:-1].tolist(), bounds[1:].tolist()):
        if progress is not None:
            progress.at(start / len(supply), say("Measuring distances"))
        length, per = run[runs * start : runs * stop], candidates[start:stop]
        at = np.repeat(first[runs * start : runs * stop] - (np.cumsum(length) - length), length)
        at += ramp[: len(at)]
        between = place.take(at)
        between -= np.repeat(to_place[start:stop], per)
        squared = between.view(np.float64)
        squared *= squared
        apart = squared[::2] + squared[1::2]
        kept = np.flatnonzero(apart <= limit**2)
        count[start:stop] = np.diff(np.searchsorted(kept, np.cumsum(per)), prepend=0)
        end = filled + len(kept)
        row[filled:end] = order.take(at.take(kept))
        np.sqrt(apart.take(kept), out=away[filled:end])
        filled = end
    return row[:filled], count, away[:filled]
