"""Backup: people in reach of two sites, as a covering problem with wishes."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

import numpy as np
import numpy.typing as npt
from attrs import field, frozen

from ecomap.analysis.optimise.case import Case, Floats
from ecomap.analysis.optimise.cover import Bools, Cover, grouped
from ecomap.analysis.optimise.solver import Problem
from ecomap.model import clock
from ecomap.model.progress import Progress
from ecomap.model.said import say

_ROUNDS = 40
_BROKEN = 1e-3   # a row broken by less than this is left alone
_HALF = 0.5      # what the first of two sites is worth in a first answer


@frozen
class Backup(Cover):
    """People whom new sites could bring into reach of a second site.

    ``once``: groups that one site reaches today; the others need two new ones.
    """

    once: Bools = field(eq=False, repr=False)

    @classmethod
    def twice(cls, case: Case, wishes: Sequence[Any], times: npt.NDArray[np.int64]) -> Backup:
        """Build it from all pairs of a case; ``times`` says how many sites reach each place today, 0 or 1."""
        demand, site = case.at_demand, case.at_site
        enough = np.bincount(demand, minlength=len(case.demand)) + times >= 2
        keep = (enough & (case.weight > 0))[demand]
        demand, site = demand[keep], site[keep]
        held = np.intersect1d(np.flatnonzero(times == 1), demand)
        place, seen = np.concatenate([demand, held]), np.concatenate([site, np.full(len(held), len(case.sites))])
        order = np.lexsort((seen, place))
        weight, sees, favoured = grouped(case, place[order], seen[order], wishes, len(case.sites) + 1)
        once = sees[:, [len(case.sites)]].toarray().ravel() > 0
        useful = np.ones(len(case.sites), dtype=bool)
        return cls(case, math.inf, tuple(wishes), weight, sees[:, : len(case.sites)], favoured, 0.0, useful, once)

    def reached(self, opened: Bools) -> Bools:
        return np.asarray(self._times(opened) > 1.5)

    def _times(self, opened: Bools) -> Floats:
        return np.asarray(self.sees @ opened.astype(np.float64) + self.once)

    def _left(self, opened: Bools, weight: Floats) -> Floats:
        times = self._times(opened)
        return np.where(times > 1.5, 0.0, np.where(times > 0.5, weight, _HALF * weight))

    def with_one_more(self, opened: Bools) -> Floats:
        """Weight newly reached twice with each of the sites added."""
        times = self._times(opened)
        gain = np.asarray(self.sees.T @ np.where((times > 0.5) & (times < 1.5), self.weight, 0.0))
        return self.gain(opened) + gain

    def problem(self, *, count_people: bool = True) -> tuple[Problem, npt.NDArray[np.int64], npt.NDArray[np.int64]]:
        """A place that nothing reaches today counts, whole or not at all, if two of its sites are open."""
        problem = Problem()
        x = problem.add_columns(np.zeros(len(self.case.sites)), low=self.case.open.astype(float), integer=True)
        cost = -self.weight if count_people else np.zeros(len(self.weight))
        y = np.empty(len(cost), dtype=np.int64)
        for groups in (self.once, ~self.once):
            y[groups] = problem.add_columns(cost[groups], integer=not groups[self.once].any())
        sees = self.sees.tocsr()
        row, column = np.repeat(np.arange(sees.shape[0]), np.diff(sees.indptr)), sees.indices
        count = len(y)
        problem.add_rows(
            np.concatenate([row, np.arange(count)]), np.concatenate([x[column], y]),
            np.concatenate([np.ones(len(row)), np.where(self.once, -1.0, -2.0)]), count=count, low=0.0, high=math.inf)
        self._add_wishes(problem, x, y)
        once = self.once[row]
        self._hold(problem, x, y, row[once], column[once], _pairs(row[~once], column[~once]))
        return problem, x, y

    def values(self, opened: Bools) -> Floats:
        reached = self.reached(opened)
        return np.concatenate([opened, reached[self.once], reached[~self.once], self.spread_values(opened)]).astype(np.float64)

    def tightened(self, problem: Problem, x: npt.NDArray[np.int64], y: npt.NDArray[np.int64], until: float,
                  progress: Progress) -> None:
        """Add what halves of sites break: a place is reached twice only if, whichever of its sites is left out, another is open.

        ``until`` is on the clock `ecomap.model.clock.moment_s`.
        """
        relaxed = problem.relaxed(time_limit_s=max(until - clock.moment_s(), 0.1))
        sees, groups = self.sees.tocsr(), np.flatnonzero(~self.once)
        for number in range(_ROUNDS):
            progress.at(number / _ROUNDS, say("Proving how good the plan is"))
            answer = relaxed.solve(progress)
            if not math.isfinite(answer.objective) or clock.over(until):
                return
            row: list[Any] = []
            column: list[Any] = []
            value: list[Any] = []
            for group in groups.tolist():
                sites = sees.indices[sees.indptr[group]:sees.indptr[group + 1]]
                parts = answer.values[x[sites]]
                largest = int(parts.argmax())
                if answer.values[y[group]] > parts.sum() - parts[largest] + _BROKEN:
                    others = np.delete(sites, largest)
                    row.append(np.full(len(others) + 1, len(row)))
                    column.append(np.append(x[others], y[group]))
                    value.append(np.append(np.ones(len(others)), -1.0))
            if not row:
                return
            triplets = np.concatenate(row), np.concatenate(column), np.concatenate(value)
            problem.add_rows(*triplets, count=len(row), low=0.0, high=math.inf)
            relaxed.add_rows(*triplets, count=len(row), low=0.0)

    def _hold(self, problem: Problem, x: npt.NDArray[np.int64], y: npt.NDArray[np.int64], row: npt.NDArray[np.int64],
              column: npt.NDArray[np.int64], pairs: tuple[npt.NDArray[np.int64], ...]) -> None:
        """A floor is a share of what is really reached twice: its burdens count as soon as they are."""
        burdens = self.burdens()
        row, column = row[burdens[row]], column[burdens[row]]
        count = len(row)
        problem.add_rows(np.tile(np.arange(count), 2), np.concatenate([y[row], x[column]]), np.repeat([1.0, -1.0], count),
                         count=count, low=0.0, high=math.inf)
        group, one, other = pairs
        keep = burdens[group] & (one < other)
        group, one, other = group[keep], one[keep], other[keep]
        count = len(group)
        problem.add_rows(np.tile(np.arange(count), 3), np.concatenate([y[group], x[one], x[other]]),
                         np.repeat([1.0, -1.0, -1.0], count), count=count, low=-1.0, high=math.inf)


def _pairs(row: npt.NDArray[np.int64], column: npt.NDArray[np.int64]) -> tuple[npt.NDArray[np.int64], ...]:
    """For every group and two different sites that see it, in both orders: group, one, other."""
    _, start, size = np.unique(row, return_index=True, return_counts=True)
    times = np.repeat(size, size)
    one = np.repeat(np.arange(len(row)), times)
    offset = np.arange(int(times.sum())) - np.repeat(np.cumsum(times) - times, times)
    other = np.repeat(np.repeat(start, size), times) + offset
    apart = one != other
    one, other = one[apart], other[apart]
    return row[one], column[one].astype(np.int64), column[other].astype(np.int64)
