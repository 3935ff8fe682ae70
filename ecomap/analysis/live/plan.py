"""Which schools together, while the number or the distance is dragged: one after the other, a first look at what the plan will find."""

from __future__ import annotations

from collections.abc import Sequence

import geopandas as gpd
import numpy as np
from attrs import frozen

from ecomap.analysis import columns as c
from ecomap.analysis.gaps.situation import Situation
from ecomap.analysis.live.promise import promised
from ecomap.analysis.live.ranking import LiveSchools
from ecomap.analysis.plan.expansion.params import REACH, PlanParams
from ecomap.analysis.registry import Answer
from ecomap.model import vocabulary as v
from ecomap.model.frames import Frames
from ecomap.model.layer import POINT, Column
from ecomap.model.progress import Progress
from ecomap.model.result import KeyFigure, Output
from ecomap.model.said import Said, say
from ecomap.model.style import SINGLE, LayerStyle

EXACT = ("schools_in_plan",)


@frozen
class LivePlan:
    """A preview of the plan: the school that adds most, then each time the one that adds most to those before it.

    It looks at how many schools there may be (by number and by money) and at the distance; the other wishes, and whether another
    choice of so many reaches more, are for the plan itself.
    """

    schools: LiveSchools

    @classmethod
    def of(cls, frames: Frames, params: PlanParams, progress: Progress) -> LivePlan:
        return cls(LiveSchools.of(frames, params, progress))

    @property
    def limit_m(self) -> float:
        """The longest way it can be asked with, metres."""
        return self.schools.gains.limit_m

    def at(self, params: PlanParams) -> Answer:
        """The preview with these parameters; nothing where the plan aims at something else than reach."""
        now = self.schools.live.at(params)
        chosen, added = self._chosen(now)
        out, _ = now.total(now.reach.out)
        figures = (
            KeyFigure("children_newly_reached", say("{who} newly in reach", who=now.who.capitalize()), float(added.sum())),
            KeyFigure("share_of_gap_closed", say("Share of those out of reach today"), float(added.sum()) / out if out > 0 else None, "share"),
            KeyFigure("schools_in_plan", say("Schools in the plan"), float(len(chosen))),
        )
        return Answer(title=say("Plan: {target}", target=now.supply.target.title), sentence=PREVIEW,
                      outputs=(self._table(now, chosen, added),), figures=promised(figures, self.schools.live.everybody, EXACT))

    def _chosen(self, now: Situation) -> tuple[np.ndarray, np.ndarray]:
        """Places in the order of adding, and people whom each adds."""
        params = now.params
        if params.aim != REACH:
            return np.zeros(0, dtype=int), np.zeros(0)
        together = self.schools.gains.together(self.schools.shares(now), np.nan_to_num(now.people))
        return together.greedy(how_many(params), self._places(params.pinned_in), self._places(params.pinned_out))

    def _places(self, schools: Sequence[str]) -> list[int]:
        """Where schools stand that a planner named."""
        found = self.schools.found
        return [int(place) for place in found.place_of[found.schools[v.ID].astype(str).isin(list(schools)).to_numpy()]]

    def _table(self, now: Situation, chosen: np.ndarray, added: np.ndarray) -> Output:
        found, who = self.schools.found, now.who.capitalize()
        first = np.searchsorted(np.sort(found.place_of), chosen)  # of the schools on one campus the first by id
        rows = np.argsort(found.place_of, kind="stable")[first] if len(chosen) else np.zeros(0, dtype=int)
        schools = found.schools.iloc[rows]
        frame = gpd.GeoDataFrame({
            v.ID: schools[v.ID].to_numpy(), v.NAME: schools.get(v.NAME, schools[v.ID]).to_numpy(),
            c.RANK: np.arange(1, len(rows) + 1, dtype=float), c.NEWLY_REACHED: added,
        }, geometry=found.places[chosen], crs=found.schools.crs)
        columns = (Column(v.ID, say("Id"), hidden=True), c.rank_column(say("adds most"), low="", high=""), Column(v.NAME, say("Name")),
                   *c.children_columns(say("{who} newly in reach", who=who), False, c.NEWLY_REACHED))
        return Output("plan", say("First look: schools one after the other"), frame, columns, POINT, v.SCHOOL,
                      LayerStyle(kind=SINGLE, fill="result", shape="circle", label_column=c.RANK))


def how_many(params: PlanParams) -> int:
    """How many schools there may be, by number and by money; where as few as possible are wished, by the number too."""
    count = sum(params.count_by_year)
    if params.budget_usd > 0 and params.cost_per_site_usd > 0:
        count = min(count, int(params.budget_usd // params.cost_per_site_usd))
    return count


PREVIEW: Said = say("A first look: one school after the other, each the one that adds most. The plan itself looks for the best choice "
                    "together and keeps to all wishes; it follows when you let go.")
