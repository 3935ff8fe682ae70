"""Which schools next, while the distance or the weight of need is dragged: scores, ranks and the first of them in words."""

from __future__ import annotations

from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from attrs import field, frozen

from ecomap.analysis import columns as c
from ecomap.analysis.gaps.situation import Situation
from ecomap.analysis.ground.overlay import metres_per_unit
from ecomap.analysis.live.coverage import LiveSituation, ways_from
from ecomap.analysis.live.gains import Gains, Pairs, straight_pairs
from ecomap.analysis.live.promise import promised
from ecomap.analysis.plan.candidates import Candidates, candidates_for, check_level
from ecomap.analysis.plan.priority.gain import DIGITS, need_of_areas, powered
from ecomap.analysis.plan.priority.tables import CARRIED
from ecomap.analysis.plan.priority.words import (
    priority_bars,
    priority_figures,
    ranking_title,
    reasons,
    score_column,
)
from ecomap.analysis.registry import Answer
from ecomap.analysis.statistics.ranks import ranks
from ecomap.analysis.travel.params import ESTIMATED
from ecomap.model import vocabulary as v
from ecomap.model.frames import Frames
from ecomap.model.layer import POINT, Column
from ecomap.model.progress import Progress
from ecomap.model.result import Output
from ecomap.model.said import NOTHING, say
from ecomap.model.style import SINGLE, LayerStyle

LIMIT_M = 8_046.72  # the way pairs are looked for: five miles, as far as a hand drags
_FIRST = 25         # schools that are given their reason in words
EXACT = ("schools_ranked", "schools_reaching_nobody")  # counts of schools, not of people


@frozen
class LiveSchools:
    """The schools that could be next, and what each would newly bring into reach, as functions of the distance."""

    live: LiveSituation
    found: Candidates
    gains: Gains
    need: np.ndarray = field(eq=False, repr=False)      # by area; the mean where there is no score
    imputed: np.ndarray = field(eq=False, repr=False)
    nearest: np.ndarray = field(eq=False, repr=False)   # by school, as the way has it

    @classmethod
    def of(cls, frames: Frames, params: Any, progress: Progress) -> LiveSchools:
        """Everything that does not depend on the distance, made once."""
        check_level(params.level)
        live = LiveSituation.of(frames, params, progress.part(0.0, 0.7))
        now = live.base
        found = candidates_for(frames, now)
        limit_m = min(max(LIMIT_M, float(now.params.radius_m)), live.limit_m)
        gains = Gains.of(live.ground, live.today_m, len(found.places), _pairs(live, found, limit_m, progress.part(0.7, 1.0)), limit_m=limit_m)
        need, _, imputed = need_of_areas(now)
        return cls(live, found, gains, need, imputed, now.travel.nearest(found.places, now.supply)[found.place_of])

    def shares(self, now: Situation) -> Pairs:
        """Which school newly reaches what of the ground, with these parameters."""
        return self.gains.shares(self.live.reach(now.params))

    def newly(self, now: Situation, reached: Pairs) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        """People whom every school newly reaches on its own, its score, and the mean need of these people."""
        people = np.nan_to_num(now.people, nan=0.0)
        scored = np.where(self.imputed, 0.0, people)
        newly, score, counted, needs = self.gains.newly(
            reached, people, people * powered(self.need, now.params.need_weight), scored, scored * self.need,
        )[:, self.found.place_of]
        mean = np.divide(needs, counted, out=np.full(len(counted), np.nan), where=(counted > 0) & bool(now.layer.indicators))
        return newly, score, mean


def _pairs(live: LiveSituation, found: Candidates, limit_m: float, progress: Progress) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Distance, place and piece of ground of all that lie no further apart than a way."""
    now = live.base
    if now.params.travel != ESTIMATED:
        costs = ways_from(now.travel, live.ground, found.places, limit_m, progress)
        return costs.cost, costs.supply, costs.demand
    return straight_pairs(live.ground, live.today_m, shapely.get_coordinates(found.places) * metres_per_unit(now.areas.crs),
                          limit_m=limit_m / float(now.params.detour), lived=np.nan_to_num(now.people) > 0, progress=progress)


@frozen
class LiveRanking:
    """The ranking of schools, ready to be asked again and again."""

    schools: LiveSchools

    @classmethod
    def of(cls, frames: Frames, params: Any, progress: Progress) -> LiveRanking:
        return cls(LiveSchools.of(frames, params, progress))

    @property
    def limit_m(self) -> float:
        """The longest way it can be asked with, metres."""
        return self.schools.gains.limit_m

    def at(self, params: Any) -> Answer:
        """The answer with these parameters: every school's rank, the people it newly reaches and their need.

        The bands of the ranks, and what schools chosen together would reach, are looked for when the hand rests.
        """
        now = self.schools.live.at(params)
        reached = self.schools.shares(now)
        frame = self._ranked(now, reached)
        top = min(now.params.top, len(frame))
        together = self.schools.gains.together(reached, np.nan_to_num(now.people))
        first = together.reached(np.unique(frame["_place"].to_numpy()[:top]))
        frame = frame.drop(columns="_place")
        return Answer(
            title=say("Next schools: {target}", target=now.supply.target.title), sentence=NOTHING,
            outputs=(Output("schools", ranking_title(now), frame, _columns(now), POINT, v.SCHOOL, LayerStyle(kind=SINGLE, fill="result", shape="circle", label_column=c.RANK)),),
            figures=promised(priority_figures(now, frame, (first, None)), self.schools.live.everybody, EXACT),
            bars=priority_bars(now, frame), bars_title=say("Share of the {who} now out of reach that each school would reach on its own", who=now.who),
            first=top,
        )

    def _ranked(self, now: Situation, reached: Pairs) -> Any:
        """All schools, best rank first, equals in the order of their ids; the first few with their reason."""
        found, schools = self.schools.found, self.schools.found.schools
        newly, score, need = self.schools.newly(now, reached)
        rank = ranks(pd.Series(np.round(score, DIGITS))).to_numpy()
        order = np.lexsort((np.arange(len(rank)), rank))  # schools stand in the order of their ids
        frame = pd.DataFrame({
            c.RANK: rank[order], v.ID: schools[v.ID].to_numpy()[order], v.NAME: schools.get(v.NAME, schools[v.ID]).to_numpy()[order],
            c.NEWLY_REACHED: newly[order], c.NEED: need[order], c.SCORE: score[order], c.NEAREST: self.schools.nearest[order],
            "_place": found.place_of[order],
        })
        frame[c.HAS_ALREADY] = found.already.to_numpy()[order]
        for carried in CARRIED:
            if carried in schools:
                frame[carried] = schools[carried].to_numpy()[order]
        told = reasons(frame.head(_FIRST), now)
        frame[c.REASON] = c.messages([*told, *[NOTHING] * (len(frame) - len(told))], frame.index)
        return gpd.GeoDataFrame(frame, geometry=found.places[found.place_of[order]], crs=schools.crs)


def _columns(now: Situation) -> tuple[Column, ...]:
    who = now.who.capitalize()
    return (
        Column(v.ID, say("Id"), hidden=True), c.rank_column(say("reaches most need"), low="", high=""), Column(v.NAME, say("Name")),
        Column(c.REASON, say("Why")), *c.children_columns(say("{who} newly in reach", who=who), False, c.NEWLY_REACHED),
        score_column(now), Column(c.NEED, say("Their need score"), "score", say("Mean need score of those newly in reach."), digits=2),
    )
