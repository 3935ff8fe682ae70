"""A plan counted by ground: whom each of its schools newly reaches, after the ones before it."""

from __future__ import annotations

import numpy as np
import shapely
from attrs import field, frozen

from ecomap.analysis.gaps.situation import Situation
from ecomap.analysis.ground.overlay import pair_areas, polygonal
from ecomap.analysis.optimise.near_best import NearBest
from ecomap.analysis.plan.candidates import Candidates
from ecomap.analysis.plan.expansion.aims import Openings
from ecomap.analysis.plan.expansion.ground import Winnable
from ecomap.analysis.plan.expansion.params import REACH, PlanParams
from ecomap.analysis.plan.expansion.possible import Sureness
from ecomap.model import vocabulary as v
from ecomap.model.progress import Progress
from ecomap.model.said import say


@frozen
class Proposal:
    """A plan counted by ground. ``added``: chosen schools in order x need areas, share of the area each newly reaches.

    ``alone``: people whom each candidate would newly reach on its own; ``cost``: what each costs. ``won`` is the ground
    that the search counted, None for a plan that measures ways. ``sureness``: what became of the plan in possible truths,
    None where that was not looked at.
    """

    now: Situation
    found: Candidates
    openings: Openings
    cost: np.ndarray = field(eq=False, repr=False)
    added: np.ndarray = field(eq=False, repr=False)
    alone: np.ndarray = field(eq=False, repr=False)
    won: Winnable | None = field(eq=False, repr=False)
    sureness: Sureness | None = None

    @classmethod
    def of(cls, now: Situation, found: Candidates, openings: Openings, cost: np.ndarray, won: Winnable | None,
           progress: Progress, sureness: Sureness | None = None) -> Proposal:
        row = {school: position for position, school in enumerate(found.schools[v.ID].astype(str))}
        chosen = np.array([row[school] for school in openings.order], dtype=int)
        grounds = now.travel.ground(found.places, progress.part(0.0, 0.2)) if won is None else won.grounds
        alone = _alone(now, grounds, progress.part(0.2, 0.5))[found.place_of]
        added = _added(now, grounds[found.place_of[chosen]], progress.part(0.5, 1.0))
        if won is not None and won.outer is not None and now.params.aim == REACH:
            openings = openings.counting(now.total(added.sum(axis=0))[0])
        return cls(now, found, openings, cost, added, alone, won, sureness)

    @property
    def params(self) -> PlanParams:
        params: PlanParams = self.now.params
        return params

    @property
    def family(self) -> NearBest:
        return self.openings.family

    @property
    def order(self) -> tuple[str, ...]:
        return self.openings.order

    @property
    def spent(self) -> float:
        """What the plan costs."""
        return float(self.cost[self.rows].sum())

    @property
    def gained(self) -> np.ndarray:
        """Share of every need area newly in reach."""
        return np.asarray(self.added.sum(axis=0))

    @property
    def rows(self) -> np.ndarray:
        """Rows of the chosen schools among the candidates, in the order of opening."""
        row = {school: position for position, school in enumerate(self.found.schools[v.ID].astype(str))}
        return np.array([row[school] for school in self.order], dtype=int)


def _alone(now: Situation, discs: np.ndarray, progress: Progress) -> np.ndarray:
    rows = np.flatnonzero(now.reach.has_gap & now.known)
    pairs = pair_areas(now.reach.gap[rows], discs, progress=progress)
    area = rows[pairs.source]
    share = np.minimum(pairs.area_m2 / shapely.area(now.ground)[area], now.reach.out[area])
    return np.asarray(np.bincount(pairs.target, share * now.people[area], len(discs)), dtype=float)


def _added(now: Situation, discs: np.ndarray, progress: Progress) -> np.ndarray:
    """What each disc newly reaches of every area, after the discs before it."""
    left = np.array(now.reach.gap, dtype=object, copy=True)
    left[~(now.reach.has_gap & now.known)] = None
    size, added = shapely.area(now.ground), np.zeros((len(discs), len(left)))
    tree = shapely.STRtree(left)
    for position, disc in enumerate(discs):
        progress.at(position / len(discs), say("Counting by ground whom the plan reaches"))
        near = tree.query(disc, predicate="intersects")
        part = shapely.area(polygonal(shapely.intersection(left[near], disc)))
        added[position, near] = np.minimum(part / size[near], 1.0)
        left[near] = polygonal(shapely.difference(left[near], disc))
    return added
