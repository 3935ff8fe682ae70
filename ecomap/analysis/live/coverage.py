"""Who has nothing in reach, while the distance is dragged: shares by area in a millisecond, words and tables as the question has them."""

from __future__ import annotations

from typing import Any

import numpy as np
import shapely
from attrs import evolve, field, frozen

from ecomap.analysis import columns as c
from ecomap.analysis.gaps.coverage.tables import areas_output, fifths_output
from ecomap.analysis.gaps.coverage.words import coverage_bars, coverage_figures, coverage_sentence
from ecomap.analysis.gaps.situation import Situation, situation
from ecomap.analysis.ground.cells import SPACING_M
from ecomap.analysis.ground.overlay import metres_per_unit
from ecomap.analysis.live.nearness import Beyond, nearest_site, two_nearest
from ecomap.analysis.live.promise import promised
from ecomap.analysis.live.spread import Spread, spread_of
from ecomap.analysis.registry import Answer
from ecomap.analysis.travel.costs import TravelCosts
from ecomap.analysis.travel.params import ESTIMATED, STREETS, ReachParams, settled
from ecomap.analysis.travel.reach import Reach
from ecomap.analysis.travel.way import Travel
from ecomap.model.frames import Frames
from ecomap.model.progress import Progress
from ecomap.model.result import Output
from ecomap.model.said import say

EXACT = ("sites_counted", "children_total")
WALKED_LIMIT_M = 3_218.688  # along streets: as far as ways are followed beforehand, two miles
_ROUNDING, _EDGE = 1e-9, 1e-3


@frozen
class LiveSituation:
    """A situation whose reach is a function of the distance.

    ``once`` and ``twice``: the ground by its distance from the nearest and the second nearest site; ``today_m`` the former for
    every piece in the order of ``ground``.
    """

    base: Situation
    ground: Spread
    once: Beyond
    twice: Beyond
    today_m: np.ndarray = field(eq=False, repr=False)
    limit_m: float  # the longest way it can be asked with, metres

    @classmethod
    def of(cls, frames: Frames, params: ReachParams, progress: Progress) -> LiveSituation:
        """Everything that does not depend on the distance, made once."""
        base = situation(frames, params, progress=progress.part(0.0, 0.2))
        ground = spread_of(base.areas, progress.part(0.2, 0.6), spacing_m=SPACING_M if base.params.travel == STREETS else 0.0)
        if base.params.travel != ESTIMATED:  # a square is as far as its middle, an area as the table says: all of it, or nothing
            ground = evolve(ground, half_m=np.full(len(ground), _EDGE))
        limit_m = float("inf") if base.params.travel == ESTIMATED else max(WALKED_LIMIT_M, float(base.params.radius_m))
        first, second = _two_nearest(base, ground, limit_m, progress.part(0.6, 1.0))
        zones = _times_inside(ground.xy / metres_per_unit(base.areas.crs), np.asarray(base.supply.zones.geometry))
        second = np.where(zones > 1, -np.inf, np.where(zones == 1, first, second))
        first = np.where(zones > 0, -np.inf, first)
        return cls(base, ground, Beyond.of(ground, first), Beyond.of(ground, second), first, limit_m)

    @property
    def everybody(self) -> float:
        return float(np.nansum(self.base.people))

    def reach(self, params: ReachParams) -> float:
        """The distance of some settled parameters as the arrays hold distances: in a straight line, or as the way has it."""
        if params.travel == ESTIMATED:
            return float(params.radius_m) / float(params.detour)
        return evolve(self.base.travel, params=params).cutoff

    def away(self, xy: np.ndarray) -> np.ndarray:
        """How far points, in the units of the areas, are from the nearest site: -inf inside a zone."""
        unit = metres_per_unit(self.base.areas.crs)
        if self.base.params.travel == ESTIMATED:
            points = shapely.get_coordinates(np.asarray(self.base.supply.points.geometry)) * unit
            away = nearest_site(xy * unit, points)
            return np.where(_times_inside(xy, np.asarray(self.base.supply.zones.geometry)) > 0, -np.inf, away)
        from scipy.spatial import cKDTree  # heavy

        return self.today_m[cKDTree(self.ground.xy).query(xy * unit)[1]]

    def at(self, params: ReachParams) -> Situation:
        """The situation with these parameters; which sites reach which area is not in it."""
        params = settled(params)
        reach = self.reach(params)
        share, twice = (_whole(1.0 - one.share_of(reach)) for one in (self.once, self.twice))
        none = np.zeros(0, dtype=int)
        reached = Reach(share, twice, np.full(len(share), np.nan), self.base.reach.gap[:0], none, none, none.astype(float))
        return evolve(self.base, params=params, travel=evolve(self.base.travel, params=params), reach=reached)


@frozen
class LiveCoverage:
    """The question of gaps, ready to be asked again and again with another distance."""

    live: LiveSituation

    @classmethod
    def of(cls, frames: Frames, params: Any, progress: Progress) -> LiveCoverage:
        return cls(LiveSituation.of(frames, params, progress))

    @property
    def limit_m(self) -> float:
        """The longest way it can be asked with, metres."""
        return self.live.limit_m

    @property
    def lived(self) -> np.ndarray:
        """By need area: whether somebody is counted there."""
        return np.asarray(np.nan_to_num(self.live.base.people) > 0)

    def away(self, xy: np.ndarray) -> np.ndarray:
        """How far points are from the nearest site, as `reach` counts; for a map of what is out of reach.

        Parameters
        ----------
        xy : ndarray, shape (n, 2)
            In the units of the areas.
        """
        return self.live.away(xy)

    def reach(self, params: Any) -> float:
        """The distance of some parameters as `away` counts."""
        return self.live.reach(settled(params))

    def at(self, params: Any) -> Answer:
        """The answer with these parameters: figures, bars, the table of need areas and that of fifths."""
        now = self.live.at(params)
        return Answer(
            title=say("Gaps: {target}", target=now.supply.target.title), sentence=coverage_sentence(now),
            outputs=(without(areas_output(now), c.SITES_IN_REACH), fifths_output(now)),
            figures=promised(coverage_figures(now), self.live.everybody, EXACT), bars=coverage_bars(now),
            bars_title=say("Share of {who} out of reach, by need fifth", who=now.who),
        )


def ways_from(travel: Travel, ground: Spread, places: np.ndarray, limit_m: float, progress: Progress) -> TravelCosts:
    """Pieces of ground and places along the ways that people take, no further apart than a limit."""
    far = evolve(travel, params=evolve(travel.params, radius_m=limit_m))
    return far.pairs(ground.middles / metres_per_unit(travel.areas.crs), ground.area, places, progress)


def _two_nearest(base: Situation, ground: Spread, limit_m: float, progress: Progress) -> tuple[np.ndarray, np.ndarray]:
    """How far every piece is from the nearest and the second nearest site with a place of its own."""
    progress.at(0.0, say("Measuring distances"))
    places = np.asarray(base.supply.points.geometry)
    if base.params.travel == ESTIMATED:
        return two_nearest(ground.xy, shapely.get_coordinates(places) * metres_per_unit(base.areas.crs))
    costs = ways_from(base.travel, ground, places, limit_m, progress)
    order = np.lexsort((costs.cost, costs.demand))
    piece, cost = costs.demand[order], costs.cost[order]
    first = np.flatnonzero(np.r_[True, piece[1:] != piece[:-1]][: len(piece)])
    second = first[first + 1 < len(piece)] + 1
    second = second[piece[second] == piece[second - 1]]
    found = np.full((2, len(ground)), np.inf)
    found[0, piece[first]], found[1, piece[second]] = cost[first], cost[second]
    return found[0], found[1]


def without(output: Output, *names: str) -> Output:
    """A table without some of its columns."""
    return evolve(output, frame=output.frame.drop(columns=list(names)), columns=tuple(one for one in output.columns if one.name not in names))


def _whole(share: np.ndarray) -> np.ndarray:
    """Shares of which rounding has left almost nothing, or almost everything."""
    return np.where(share > 1 - _ROUNDING, 1.0, np.where(share < _ROUNDING, 0.0, share))


def _times_inside(xy: np.ndarray, zones: np.ndarray) -> np.ndarray:
    """In how many zones each point lies."""
    if not len(zones):
        return np.zeros(len(xy), dtype=int)
    shapely.prepare(zones)
    return np.asarray(sum(shapely.contains_xy(zone, xy[:, 0], xy[:, 1]).astype(int) for zone in zones))
