"""Two-step catchments and coverage of one part of the ground: what it asks of every site, and what it gets of them.

The first step is a sum over the parts (who wants a site), the second needs no other part: ``R_j = S_j / Σ_parts Σ_i P_i f_ij``, then
``A_i = Σ_j R_j f_ij``, as in `ecomap.analysis.gaps.access.measures.two_step`. A part sees the sites as far around it as the distance.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise

import numpy as np
import numpy.typing as npt
import pandas as pd
from attrs import field, frozen

from ecomap.analysis.gaps.access.measures import DaiGaussianDecay, Decay, GaussianDecay, StepDecay
from ecomap.analysis.travel.costs import TravelCosts
from ecomap.analysis.travel.straight import straight_pairs
from ecomap.model.progress import Progress

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]
MOST_PAIRS = 2_000_000  # held at once
MOST_ROWS = 50_000
_ROUNDING = 1 + 1e-9
NO_DECAY, STEPS, GAUSSIAN, DAI = "none", "steps", "gaussian", "dai"


@frozen
class Way:
    """How far is in reach, and how much less a farther site counts; metres."""

    cutoff_m: float
    detour: float = 1.0
    decay: str = NO_DECAY
    width_share: float = 0.5

    def weights(self, cost: Floats) -> Floats:
        """What sites at these costs count, 0-1."""
        third = self.cutoff_m / 3
        decays: dict[str, Decay] = {
            NO_DECAY: np.ones_like, STEPS: StepDecay([(third, 1.0), (2 * third, 0.68), (self.cutoff_m, 0.22)]),
            GAUSSIAN: GaussianDecay(self.cutoff_m * self.width_share), DAI: DaiGaussianDecay(self.cutoff_m)}
        return np.asarray(decays[self.decay](cost), dtype=float)

    @property
    def radius_m(self) -> float:
        """The same as a straight line on the ground."""
        return self.cutoff_m / self.detour * _ROUNDING


@frozen
class Wanted:
    """What one part asks of the sites around it.

    Parameters
    ----------
    site : ndarray of int
        Positions of the sites within reach of anybody in the part, rising.
    wanted : ndarray
        People who want each of them, each counted as the distance says.
    people : ndarray
        People within reach of it, each counted in full.
    """

    site: Ints = field(eq=False)
    wanted: Floats = field(eq=False)
    people: Floats = field(eq=False)


@frozen
class Reached:
    """What the places of one part get, in their order: supply per person, how many sites, and the way to the nearest of them."""

    access: Floats = field(eq=False)
    sites: Ints = field(eq=False)
    nearest_m: Floats = field(eq=False)  # infinite where none is in reach


def wanted_of(xy: Floats, people: Floats, sites: Floats, way: Way, progress: Progress) -> Wanted:
    """The first step for one part; places whose count is missing want nothing.

    Parameters
    ----------
    xy, sites : ndarray, shape (n, 2)
        Metres; all sites, or at least those in reach.
    people : ndarray
        By place; NaN where missing.
    """
    asked, near = np.zeros(len(sites)), np.zeros(len(sites))
    any_near = np.zeros(len(sites), dtype=bool)
    counted = np.nan_to_num(people, nan=0.0)
    for rows, at, costs in _blocks(xy, sites, way, progress):
        here = counted[rows][costs.demand]
        asked[at] += np.bincount(costs.supply, here * way.weights(costs.cost), len(at))
        near[at] += np.bincount(costs.supply, here, len(at))
        any_near[at[np.unique(costs.supply)]] = True
    found = np.flatnonzero(any_near)
    return Wanted(found, asked[found], near[found])


def reached_of(xy: Floats, sites: Floats, per_person: Floats, way: Way, progress: Progress) -> Reached:
    """The second step for one part: what falls to a person at each place.

    Parameters
    ----------
    per_person : ndarray
        Supply per person who wants it, by site (see `per_person`).
    """
    access, count, nearest = np.zeros(len(xy)), np.zeros(len(xy), dtype=np.int64), np.full(len(xy), np.inf)
    for rows, at, costs in _blocks(xy, sites, way, progress):
        size = rows.stop - rows.start
        access[rows] = np.bincount(costs.demand, per_person[at][costs.supply] * way.weights(costs.cost), size)
        count[rows] = np.bincount(costs.demand, minlength=size)
        least = np.full(size, np.inf)
        np.minimum.at(least, costs.demand, costs.cost)
        nearest[rows] = least
    return Reached(access, count, nearest)


def per_person(capacity: Floats, wanted: Floats) -> Floats:
    """Supply per person who wants it; 0 where nobody does."""
    return np.divide(capacity, wanted, out=np.zeros(len(capacity)), where=wanted > 0)


def _blocks(xy: Floats, sites: Floats, way: Way, progress: Progress) -> Iterator[tuple[slice, Ints, TravelCosts]]:
    """The pairs of one run of places after the other: their rows, which sites are around them, the pairs by position in both."""
    if not len(xy):
        return
    around = _around(xy, sites, way.radius_m)
    for start, stop in _runs(xy, sites[around], way.radius_m):
        progress.check()
        rows = slice(start, stop)
        at = around[_around(xy[rows], sites[around], way.radius_m)]
        costs = straight_pairs(pd.RangeIndex(stop - start), xy[rows], pd.RangeIndex(len(at)), sites[at], cutoff_m=way.cutoff_m,
                               detour=way.detour, progress=Progress())
        yield rows, at, costs if costs.largest <= way.cutoff_m else costs.within(way.cutoff_m)


def _around(xy: Floats, sites: Floats, radius: float) -> Ints:
    """The sites in the box around places, as much larger as the radius: the halo of a part."""
    margin = radius + 1.0
    inside = ((sites >= xy.min(axis=0) - margin) & (sites <= xy.max(axis=0) + margin)).all(axis=1)
    return np.flatnonzero(inside)


def _runs(xy: Floats, sites: Floats, radius: float) -> Iterator[tuple[int, int]]:
    """Runs of places with no more pairs than may be held at once, as far as one place alone has no more."""
    from scipy.spatial import cKDTree  # heavy

    for begin in range(0, len(xy), MOST_ROWS):
        end = min(begin + MOST_ROWS, len(xy))
        if not len(sites):
            yield begin, end
            continue
        pairs = cKDTree(sites).query_ball_point(xy[begin:end], radius, return_length=True)
        turn = np.cumsum(pairs) // MOST_PAIRS
        bounds = [0, *(np.flatnonzero(turn[1:] != turn[:-1]) + 1).tolist(), end - begin]
        yield from ((begin + one, begin + other) for one, other in pairwise(bounds))
