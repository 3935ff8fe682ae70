"""The people a plan can win, by the piece of ground they live on, and which candidate school reaches which."""

from __future__ import annotations

import numpy as np
import pandas as pd
import shapely
from attrs import field, frozen

from ecomap.analysis.gaps.situation import Situation
from ecomap.analysis.ground.pieces import Pieces, pieces
from ecomap.analysis.optimise.case import Case
from ecomap.analysis.plan.candidates import Candidates
from ecomap.analysis.plan.expansion.params import HIGHEST
from ecomap.analysis.travel.costs import TravelCosts
from ecomap.model import vocabulary as v
from ecomap.model.progress import Progress


@frozen
class Winnable:
    """The ground of the people to win, cut along the edges of what the schools would reach.

    Who lives on a piece is reached by a school wholly or not at all, so what a plan counts on the pieces is what is
    counted by ground. Arrays are by piece, in the order of the case's demand.

    Parameters
    ----------
    area : ndarray of int
        Row of the need area.
    people : ndarray
        How many live there, spread evenly over their area.
    times : ndarray of int
        How many sites reach it today: 0, or 1 where a second one is wished.
    grounds : ndarray of polygons
        The ground from which each candidate place is in reach.
    inner, outer : Case, optional
        Where there were too many pieces to cut them all: the case with every school paired only with the pieces that it
        reaches wholly, and with all that it reaches a part of. What is counted by ground is between the two; the case itself
        takes a piece as reached where a point inside it is.
    """

    area: np.ndarray = field(eq=False, repr=False)
    people: np.ndarray = field(eq=False, repr=False)
    times: np.ndarray = field(eq=False, repr=False)
    case: Case
    grounds: np.ndarray = field(eq=False, repr=False)
    inner: Case | None = None
    outer: Case | None = None

    def __len__(self) -> int:
        return len(self.area)

    @property
    def unsure(self) -> float:
        """People on pieces that a school reaches a part of."""
        if self.inner is None or self.outer is None:
            return 0.0
        schools = np.bincount(self.inner.at_demand, minlength=len(self)) < np.bincount(self.outer.at_demand, minlength=len(self))
        return float(self.people[schools].sum())

    def favoured(self, now: Situation) -> pd.Index:
        """The pieces in need areas of the highest fifth."""
        return self.case.demand[now.in_fifth(HIGHEST)[self.area]]


def winnable(now: Situation, found: Candidates, progress: Progress, *, twice: bool = False) -> Winnable:
    """Cut the ground of those who are not in reach (not in reach of two) by what the candidate schools would reach."""
    grounds = now.travel.ground(found.places, progress.part(0.0, 0.3))
    living = now.known & (np.nan_to_num(now.people) > 0)
    some = living & ((now.reach.twice < 1) if twice else now.reach.has_gap)
    ground = np.array(now.ground if twice else now.reach.gap, dtype=object, copy=True)
    ground[~some] = None
    today = now.shapes if twice else now.shapes[:0]
    weight = np.nan_to_num(now.people) * (1.0 if twice else now.reach.out)
    cut = pieces(ground, np.concatenate([today, grounds]), weight, progress=progress.part(0.3, 1.0))
    times = np.zeros(len(cut), dtype=int)
    if twice:
        held = cut.shape < len(today)
        sites = np.bincount(now.shape_of, minlength=len(today))
        times = np.bincount(cut.piece[held], sites[cut.shape[held]], len(cut)).astype(int)
    return _paired(now, found, cut, times, len(today), grounds)


def _paired(now: Situation, found: Candidates, cut: Pieces, times: np.ndarray, today: int, grounds: np.ndarray) -> Winnable:
    """The pieces that one more school would help, paired with the schools."""
    kept = np.flatnonzero(times < 2)
    place = np.full(len(cut), -1)
    place[kept] = np.arange(len(kept))
    area = cut.area[kept]
    people = now.people[area] * cut.size[kept] / shapely.area(now.ground)[area]

    def case_of(piece: np.ndarray, shape: np.ndarray) -> Case:
        new = (shape >= today) & (place[piece] >= 0)
        at, site, none = by_school(found, place[piece[new]], shape[new] - today, np.zeros(int(new.sum())))
        costs = TravelCosts(pd.RangeIndex(len(kept)), pd.Index(found.schools[v.ID].astype(str)), at.astype(np.int32),
                            site.astype(np.int32), none)
        return Case.of(costs, pd.Series(people, index=costs.demand_ids), ())

    case, inner, outer = case_of(cut.piece, cut.shape), None, None
    if len(cut.edge_piece):
        inner = case
        case, outer = (case_of(np.concatenate([cut.piece, cut.edge_piece[some]]), np.concatenate([cut.shape, cut.edge_shape[some]]))
                       for some in (cut.edge_held, slice(None)))
    return Winnable(area, people, times[kept], case, grounds, inner, outer)


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
