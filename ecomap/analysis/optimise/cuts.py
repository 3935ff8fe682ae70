"""Cuts: rows that every plan keeps but fractions of sites do not, so that the bound of a plan with floors is honest and close.

A floor is a share of what is really reached. In fractions a problem cheats: many sites opened by a little reach all of
the favoured between them, and of the others only as much as the largest of these parts. Whoever reaches a favoured
group f by a site that also reaches the group u reaches u too: ``y_u >= y_f - sum of x_j over the sites of f that do
not reach u``. There are too many of these rows to write them all down; those that the answer in fractions breaks are
added, and it is asked again.
"""

from __future__ import annotations

import math
import time

import numpy as np

from ecomap.analysis.optimise.case import Floats
from ecomap.analysis.optimise.cover import Cover
from ecomap.analysis.optimise.solver import Ints, Problem, Relaxation
from ecomap.model.progress import Progress
from ecomap.model.said import say

_ROUNDS = 30
_BROKEN = 1e-3          # a row broken by less than this is left alone
_PAIRS = 5_000_000      # more pairs of groups than this are not compared


def tightened(
    cover: Cover, problem: Problem, x: Ints, y: Ints, until: float, progress: Progress | None = None
) -> Relaxation | None:
    """Add the cuts to a problem as long as they help and time allows; gives its last answer in fractions.

    Parameters
    ----------
    x, y : ndarray of int
        Columns of the sites and of the groups of the problem.
    until : float
        On the clock `time.monotonic`.

    Returns
    -------
    Relaxation or None
        None if there was no time for one, or no answer.
    """
    progress = progress or Progress()
    relaxed = problem.relaxed(time_limit_s=max(until - time.monotonic(), 0.1))
    pairs = _Pairs(cover)
    best: Relaxation | None = None
    for number in range(_ROUNDS):
        progress.at(number / _ROUNDS, say("Proving how good the plan is"))
        answer = relaxed.solve(progress)
        if not math.isfinite(answer.objective):
            return best
        best = answer
        chosen = pairs.broken(answer.values[x], answer.values[y])
        if not len(chosen) or time.monotonic() > until:
            return best
        row, column, value = pairs.rows(chosen, x, y)
        problem.add_rows(row, column, value, count=len(chosen), low=0.0, high=math.inf)
        relaxed.add_rows(row, column, value, count=len(chosen), low=0.0)
    return best


class _Pairs:
    """Pairs of a burden and another group that share two sites or more: each may become a row."""

    def __init__(self, cover: Cover) -> None:
        self.sees = cover.sees.tocsr()
        self.sees.sort_indices()
        size = np.diff(self.sees.indptr).astype(np.float64)
        burden = cover.burdens() & (size >= 2)
        by_site = np.asarray(self.sees.sum(axis=0)).ravel()
        self.burden = self.other = np.zeros(0, dtype=np.int64)
        if float((self.sees[np.flatnonzero(burden)] @ by_site).sum()) > _PAIRS or not burden.any():
            return
        rows = np.flatnonzero(burden)
        shared = (self.sees[rows] @ self.sees.T).tocoo()
        first, other = shared.coords
        keep = (shared.data >= 2) & (rows[first] != other)
        self.burden, self.other = rows[first[keep]].astype(np.int64), other[keep].astype(np.int64)
        self.used = np.zeros(len(self.burden), dtype=bool)

    def broken(self, parts: Floats, reached: Floats) -> Ints:
        """For every burden the pair whose row the answer breaks most."""
        from scipy.sparse import diags_array  # heavy

        if not len(self.burden):
            return np.zeros(0, dtype=np.int64)
        total = self.sees @ parts
        weighed = self.sees @ diags_array(parts)
        shared = np.asarray(weighed[self.burden].multiply(self.sees[self.other]).sum(axis=1)).ravel()
        by = reached[self.other] - (total[self.other] - shared) - reached[self.burden]
        open_ = np.flatnonzero((by > _BROKEN) & ~self.used)
        open_ = open_[np.lexsort((open_, -by[open_], self.burden[open_]))]
        first = np.r_[True, self.burden[open_][1:] != self.burden[open_][:-1]] if len(open_) else np.zeros(0, dtype=bool)
        chosen = open_[first]
        self.used[chosen] = True
        return np.asarray(chosen, dtype=np.int64)

    def rows(self, chosen: Ints, x: Ints, y: Ints) -> tuple[Ints, Ints, Floats]:
        """The rows of some pairs as triplets."""
        row, column, value = [], [], []
        for number, pair in enumerate(chosen.tolist()):
            apart = np.setdiff1d(self._sites(self.other[pair]), self._sites(self.burden[pair]))
            row.append(np.full(2 + len(apart), number, dtype=np.int64))
            column.append(np.concatenate([y[[self.burden[pair], self.other[pair]]], x[apart]]))
            value.append(np.concatenate([[1.0, -1.0], np.ones(len(apart))]))
        return np.concatenate(row), np.concatenate(column), np.concatenate(value)

    def _sites(self, group: int) -> Ints:
        return np.asarray(self.sees.indices[self.sees.indptr[group]:self.sees.indptr[group + 1]], dtype=np.int64)
