"""The people a plan can win, as points, and which candidate school reaches which."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import shapely
from attrs import field, frozen

from ecomap.analysis.gaps.situation import Situation
from ecomap.analysis.ground.cells import Cells, cells, spacing_m
from ecomap.analysis.ground.overlay import metres_per_unit
from ecomap.analysis.optimise.case import Case
from ecomap.analysis.plan.candidates import Candidates
from ecomap.analysis.plan.expansion.params import HIGHEST
from ecomap.analysis.travel.costs import TravelCosts
from ecomap.model import vocabulary as v
from ecomap.model.progress import Progress
from ecomap.model.said import say

_METRES_A_MINUTE = 80.0  # of somebody walking: how finely to look where a table speaks of minutes


@frozen
class Points:
    """Points that stand for the ground of people to win.

    ``people`` and ``times`` are by point: how many live there, and how many sites reach it today (0, or 1 where a second
    one is wished).
    """

    cells: Cells
    people: np.ndarray = field(eq=False, repr=False)
    times: np.ndarray = field(eq=False, repr=False)
    case: Case
    spacing_m: float

    def __len__(self) -> int:
        return len(self.cells)

    def favoured(self, now: Situation) -> pd.Index:
        """The points in need areas of the highest fifth."""
        return self.case.demand[now.in_fifth(HIGHEST)[self.cells.area]]

    def reached(self, site: Any) -> np.ndarray:
        """Points that a site reaches."""
        return np.asarray(self.case.at_demand[self.case.at_site == self.case.sites.get_loc(site)])


def points_of(now: Situation, found: Candidates, progress: Progress, *, twice: bool = False) -> Points:
    """Spread the people who are not in reach (not in reach of two) over points and pair these with the schools."""
    progress.at(0.0, say("Placing those out of reach"))
    unit = metres_per_unit(now.areas.crs)
    people = np.nan_to_num(now.people)
    spacing = _spacing_m(now) / unit
    if twice:
        wide = now.known & (people > 0) & (now.reach.twice < 1)
        lattice = cells(now.ground, np.where(wide, 1.0, 0.0), spacing=spacing, progress=progress)
        times = _times(now, lattice.xy)
        keep = times < 2
        lattice = Cells(lattice.area[keep], lattice.xy[keep], lattice.share[keep], lattice.spacing)
        times = times[keep]
    else:
        given = now.known & (people > 0) & now.reach.has_gap
        lattice = cells(now.reach.gap, np.where(given, now.reach.out, 0.0), spacing=spacing, progress=progress)
        times = np.zeros(len(lattice), dtype=int)
    living = people[lattice.area] * lattice.share
    progress.at(0.5, say("Measuring which school would reach whom"))
    near = now.travel.pairs(lattice.xy, lattice.area, found.places, progress.part(0.5, 1.0))
    point, site, cost = by_school(found, near.demand, near.supply, near.cost)
    costs = TravelCosts(pd.RangeIndex(len(lattice)), pd.Index(found.schools[v.ID].astype(str)), point.astype(np.int32),
                        site.astype(np.int32), cost)
    case = Case.of(costs, pd.Series(living, index=costs.demand_ids), ())
    return Points(lattice, living, times, case, lattice.spacing * unit)


def by_school(
    found: Candidates, point: np.ndarray, place: np.ndarray, cost: np.ndarray
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Pairs with places as pairs with schools: several schools may stand at one place."""
    schools = np.argsort(found.place_of, kind="stable")
    count = np.bincount(found.place_of, minlength=len(found.places))
    first = np.cumsum(count) - count
    times = count[place]
    offset = np.arange(int(times.sum())) - np.repeat(np.cumsum(times) - times, times)
    return np.repeat(point, times), schools[np.repeat(first[place], times) + offset], np.repeat(cost, times)


def _times(now: Situation, xy: np.ndarray) -> np.ndarray:
    """How many sites reach each point today."""
    if not len(now.shapes):
        return np.zeros(len(xy), dtype=int)
    sites = np.bincount(now.shape_of, minlength=len(now.shapes))
    shape, point = shapely.STRtree(shapely.points(xy)).query(now.shapes, predicate="intersects")
    return np.asarray(np.bincount(point, sites[shape], len(xy)), dtype=int)


def _spacing_m(now: Situation) -> float:
    reach = now.travel.cutoff if now.travel.unit == "m" else now.travel.cutoff * _METRES_A_MINUTE
    return spacing_m(reach / now.params.detour)
