"""On what share of the shortest ways between two others every point of a graph lies, of many starts at once. Numbers only."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

import numpy as np
from attrs import field, frozen

from ecomap.analysis.assets.ties.graph import Graph, parts_of
from ecomap.model import hands
from ecomap.model.progress import Progress
from ecomap.model.said import Said, say

MOST_STEPS: Final = 6_000_000_000  # pairs, either way, times starts that are looked at; a part that has more is drawn from
_FEWEST: Final = 1_000   # starts drawn, however large the graph
_HELD: Final = 2_000_000  # points times starts held at once
_AT_ONCE: Final = 128    # starts of a piece
_SHARED: Final = 8       # pieces that others are given at a time
_DENSE: Final = 8         # a look at one pair of a sparse product costs as much as at so many of a dense one
_LARGE: Final = 2.0**300  # ways are counted in powers of two of this, so that no count of them runs over
_WIDE: Final = 2.0       # standard errors: a few starts weigh much, so that 1.645 of a bell curve would hold for fewer than nine of ten


@frozen
class Between:
    """Who stands between whom.

    Parameters
    ----------
    share : ndarray of float
        Per point: of all pairs of other points, the share whose shortest ways go through it (equally short ways count in part); 0 to 1.
    moe : ndarray of float
        Margin of error of every share at 90 %; 0 where every start was asked.
    starts, of : int
        How many starts were drawn, of how many, in the parts that were drawn from; both 0 where every start was asked.
    """

    share: np.ndarray = field(eq=False, repr=False)
    moe: np.ndarray = field(eq=False, repr=False)
    starts: int = 0
    of: int = 0


def between(graph: Graph, progress: Progress, *, most_steps: int = 0, seed: int = 0) -> Between:
    """On what share of the shortest ways between two others every point lies (Brandes 2001), from many starts at once.

    Ways between points that do not hang together do not exist and count as ways that no point lies on. The work grows with points times
    pairs; of a part that would take more than ``most_steps`` as many starts are drawn by chance as that allows (Brandes and Pich 2007), every
    one as likely as another, and what they come to stands for all with its error (a sample without putting back). A way counts by how far
    along it a point is (Geisberger, Sanders and Schultes 2008): with all starts the same number, with some of them a smaller error.
    """
    through, variance = np.zeros(graph.size), np.zeros(graph.size)
    dice, drawn, of, done = np.random.default_rng(seed), 0, 0, 0
    for members in _members(graph):
        size = len(members)
        if size > 2:  # alone or in twos nobody stands between
            among = _among(graph, members)
            count = min(size, max(_FEWEST, (most_steps or MOST_STEPS) // among.nnz))
            starts = np.arange(size) if count == size else np.sort(dice.choice(size, count, replace=False))
            total, squares = _sums(among, starts, progress.part(done / graph.size, (done + size) / graph.size))
            through[members] = total * (size / count)
            if count < size:
                drawn, of = drawn + count, of + size
                spread = np.maximum(squares - total**2 / count, 0.0) / (count - 1)
                variance[members] = size**2 * (1 - count / size) * spread / count
        done += size
    pairs = max((graph.size - 1) * (graph.size - 2), 1)
    return Between(through / pairs, _WIDE * np.sqrt(variance) / pairs, drawn, of)


def _members(graph: Graph) -> list[np.ndarray]:
    """The points of every part, in order."""
    part = parts_of(graph)
    order = np.argsort(part, kind="stable")
    return np.split(order, np.cumsum(np.bincount(part))[:-1]) if graph.size else []


def _among(graph: Graph, members: np.ndarray) -> Any:
    """Who touches whom in one part, as a sparse matrix of ones."""
    from scipy import sparse  # heavy

    ends = np.cumsum([0, *(len(graph.around[point]) for point in members)])
    others = np.concatenate([graph.around[point] for point in members])
    return sparse.csr_array((np.ones(len(others)), np.searchsorted(members, others), ends), shape=(len(members), len(members)))


def _sums(among: Any, starts: np.ndarray, progress: Progress) -> tuple[np.ndarray, np.ndarray]:
    """What lies on the shortest ways from all starts, per point, and the squares of what lies on those of each; by others where they take a part."""
    at_once = int(np.clip(_HELD // among.shape[0], 1, _AT_ONCE))
    pieces = [starts[first:first + at_once] for first in range(0, len(starts), at_once)]
    others = hands.ready()
    if others is not None and len(pieces) > _SHARED:
        jobs = [(among, pieces[first:first + _SHARED]) for first in range(0, len(pieces), _SHARED)]
        found = [sums for job in others(_of_pieces, jobs, progress, _text()) for sums in job]
    else:
        found = _of_pieces(among, pieces, progress)
    total, squares = np.zeros(among.shape[0]), np.zeros(among.shape[0])
    for one, two in found:
        total += one
        squares += two
    return total, squares


def _of_pieces(among: Any, pieces: Sequence[np.ndarray], progress: Progress | None = None) -> list[tuple[np.ndarray, np.ndarray]]:
    """The sums of some starts, piece by piece, wherever it is done."""
    whole, sums = progress or Progress(), []
    for number, some in enumerate(pieces):
        found = _Ways(among, some).through(whole.part(number / len(pieces), (number + 1) / len(pieces)))
        sums.append((found.sum(axis=1), np.einsum("ij,ij->i", found, found)))
    return sums


class _Ways:
    """The shortest ways from some starts: a table of points by starts, filled step by step away from them and added up on the way back."""

    def __init__(self, among: Any, starts: np.ndarray) -> None:
        self._among, self._degree = among, np.diff(among.indptr)
        self._shape = (among.shape[0], len(starts))
        self._cells = among.shape[0] * len(starts)
        self._first = starts * len(starts) + np.arange(len(starts))  # the cell of each start

    def through(self, progress: Progress) -> np.ndarray:
        """Per point and start: what of the ways from the start lies on the point, a way counting by how far along it the point is.

        A way counts from both of its ends, so that by twice this every way counts once; and that a point stands beside a start tells little.
        """
        steps = self._away(progress)
        share, near = np.zeros(self._cells), np.zeros(self._cells)
        for number in range(len(steps) - 1, 1, -1):
            progress.at(1 - number / (2 * len(steps)), _text())
            at, into, _ = steps[number]
            before, _, ways = steps[number - 1]
            cells, values = self._next(at, (1 / number + share[at]) / into)
            near[cells] = values
            share[before] = ways * near[before]
            near[cells] = 0.0
        for number, (at, _, _) in enumerate(steps):
            share[at] *= 2 * number
        return share.reshape(self._shape)

    def _away(self, progress: Progress) -> list[tuple[np.ndarray, np.ndarray, np.ndarray]]:
        """Every step's cells with the ways into each, counted as the step before counts them, and the same as the next step counts them."""
        seen = np.zeros(self._cells, dtype=bool)
        at = self._first
        into = ways = np.ones(len(at))
        steps, reached = [(at, into, ways)], len(at)
        seen[at] = True
        while reached < self._cells:
            progress.at(0.5 * reached / self._cells, _text())
            cells, values = self._next(at, ways)
            fresh = ~seen[cells]
            at, into = cells[fresh], values[fresh]
            ways = into / _LARGE if into.max() > _LARGE else into
            seen[at] = True
            steps.append((at, into, ways))
            reached += len(at)
        return steps

    def _next(self, at: np.ndarray, values: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """What the values of some cells come to at the neighbours of their points, summed: cells and values."""
        from scipy import sparse  # heavy

        point, start = np.divmod(at, self._shape[1])
        if self._degree[point].sum() * _DENSE > self._among.nnz * self._shape[1]:
            table = np.zeros(self._cells)
            table[at] = values
            near = np.asarray(self._among @ table.reshape(self._shape)).ravel()
            cells = np.flatnonzero(near)
            return cells, near[cells]
        few = sparse.csr_array((values, (start, point)), shape=self._shape[::-1]) @ self._among
        return few.indices * self._shape[1] + np.repeat(np.arange(self._shape[1]), np.diff(few.indptr)), few.data


def _text() -> Said:
    return say("Finding who stands between whom")
