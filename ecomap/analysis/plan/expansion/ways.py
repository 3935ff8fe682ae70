"""How far everybody has to the nearest, today and with each candidate school."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
from attrs import evolve, field, frozen

from ecomap.analysis.gaps.situation import Situation, interior_points
from ecomap.analysis.optimise.case import Case
from ecomap.analysis.plan.candidates import Candidates
from ecomap.analysis.plan.expansion.ground import by_school
from ecomap.analysis.travel.costs import TravelCosts
from ecomap.analysis.travel.pairs import travel_for
from ecomap.model import vocabulary as v
from ecomap.model.errors import InputError
from ecomap.model.frames import Frames
from ecomap.model.progress import Progress
from ecomap.model.said import say

TODAY = ""        # stands for everything that is open already
_FURTHEST_M = 200_000.0


@frozen
class Ways:
    """The way from one point inside every need area with people to the nearest site.

    ``case`` pairs the areas with the schools that would be nearer than what they have today, and with ``TODAY``, a site
    that is open and stands for all of that. ``today`` is that way by area, infinite where there is none; ``unit`` is that
    of the ways.
    """

    case: Case
    rows: np.ndarray = field(eq=False, repr=False)
    people: np.ndarray = field(eq=False, repr=False)
    today: np.ndarray = field(eq=False, repr=False)
    unit: str

    def with_sites(self, sites: Any) -> np.ndarray:
        """The way by area with some new schools open."""
        case = self.case
        way = self.today.copy()
        inside = case.sites.isin(list(sites))[case.at_site]
        np.minimum.at(way, case.at_demand[inside], case.costs.cost[inside])
        return way

    def average(self, way: np.ndarray) -> float:
        """The mean over all people."""
        return float(np.average(way, weights=self.people))


def ways_of(frames: Frames, now: Situation, found: Candidates, progress: Progress) -> Ways:
    """Measure the ways.

    Raises
    ------
    InputError
        If there are people whom neither a site nor a candidate school can be reached by.
    """
    progress.at(0.0, say("Measuring how far everybody has to go"))
    rows = np.flatnonzero(now.known & (np.nan_to_num(now.people) > 0))
    areas = now.areas.iloc[rows]
    points = interior_points(areas)
    far = travel_for(frames, evolve(now.params, radius_m=_FURTHEST_M, minutes=0.0), progress.part(0.0, 0.3))
    today = far.nearest(points, now.supply)
    xy = np.array([(point.x, point.y) for point in points])
    pairs = far.pairs(xy, rows, found.places, progress.part(0.3, 1.0))
    nearer = pairs.cost < today[pairs.demand]
    point, site, cost = by_school(found, pairs.demand[nearer], pairs.supply[nearer], pairs.cost[nearer])
    has = np.flatnonzero(np.isfinite(today))
    alone = np.setdiff1d(np.arange(len(rows)), np.concatenate([has, point]))
    if len(alone):
        raise InputError(say("{alone} need areas with people are out of reach of every site and every school.", alone=len(alone)),
                         say("Choose another way to get there, or a plan that brings most people into reach."))
    open_ = [TODAY] if len(has) else []
    ids = pd.Index([*open_, *found.schools[v.ID].astype(str)])
    costs = TravelCosts(pd.RangeIndex(len(rows)), ids, np.concatenate([has, point]).astype(np.int32),
                        np.concatenate([np.zeros(len(has), dtype=int), site + len(open_)]).astype(np.int32),
                        np.concatenate([today[has], cost]))
    people = now.people[rows]
    case = Case.of(costs, pd.Series(people, index=costs.demand_ids), open_)
    return Ways(case, rows, people, today, far.unit)
