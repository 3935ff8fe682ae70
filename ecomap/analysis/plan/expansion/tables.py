"""What a plan for the next schools says: tables, key figures, words."""

from __future__ import annotations

from typing import Any, Final

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from attrs import field, frozen

from ecomap.analysis import columns as c
from ecomap.analysis.gaps.situation import Situation
from ecomap.analysis.ground.overlay import pair_areas, polygonal
from ecomap.analysis.optimise.near_best import IN_ALL, IN_NONE, IN_SOME, UNSETTLED, UNTRIED, NearBest
from ecomap.analysis.plan.candidates import Candidates
from ecomap.analysis.plan.expansion.aims import Answer
from ecomap.analysis.plan.expansion.ground import Points
from ecomap.analysis.plan.expansion.params import HIGHEST, REACH, PlanParams
from ecomap.analysis.plan.expansion.years import OPENS_IN, year_style, year_word
from ecomap.model import vocabulary as v
from ecomap.model.layer import NO_GEOMETRY, POINT, Column
from ecomap.model.progress import Progress
from ecomap.model.result import Output
from ecomap.model.said import say
from ecomap.model.style import SINGLE, LayerStyle
from ecomap.model.units import format_number

ORDER: Final = "order"
IN_PLAN: Final = "in_plan"
STANDING: Final = "standing"
ALONE: Final = "children_alone"
SHARE_OF_GAIN: Final = "share_of_gain"
SHARE_OUT_AFTER: Final = "share_out_after"
COST: Final = "cost_usd"
STANDING_WORDS = {
    IN_ALL: "in every plan nearly as good", IN_SOME: "in some plans nearly as good", IN_NONE: "in no plan nearly as good",
    UNSETTLED: "not settled in the time given", UNTRIED: "no single exchange is nearly as good",
}
_CARRIED = (
    Column(v.BOARD_DISTRICT, say("Board district")), Column(v.LEVELS, say("Levels")), Column(v.GOVERNANCE, "Run by"),
    Column(v.ENROLLMENT, say("Pupils"), "count"),
)


@frozen
class Proposal:
    """A plan counted by ground. ``added``: chosen schools in order x need areas, share of the area each newly reaches.

    ``alone``: people whom each candidate would newly reach on its own; ``cost``: what each costs. ``points`` are those the
    search looked at, None for a plan that measures ways.
    """

    now: Situation
    found: Candidates
    answer: Answer
    cost: np.ndarray = field(eq=False, repr=False)
    added: np.ndarray = field(eq=False, repr=False)
    alone: np.ndarray = field(eq=False, repr=False)
    points: Points | None = field(eq=False, repr=False)

    @classmethod
    def of(cls, now: Situation, found: Candidates, answer: Answer, cost: np.ndarray, points: Points | None,
           progress: Progress) -> Proposal:
        row = {school: position for position, school in enumerate(found.schools[v.ID].astype(str))}
        chosen = np.array([row[school] for school in answer.order], dtype=int)
        grounds = now.travel.ground(found.places, progress.part(0.0, 0.2))
        alone = _alone(now, grounds, progress.part(0.2, 0.5))[found.place_of]
        added = _added(now, grounds[found.place_of[chosen]], progress.part(0.5, 1.0))
        return cls(now, found, answer, cost, added, alone, points)

    @property
    def params(self) -> PlanParams:
        params: PlanParams = self.now.params
        return params

    @property
    def family(self) -> NearBest:
        return self.answer.family

    @property
    def order(self) -> tuple[str, ...]:
        return self.answer.order

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


def plan_output(plan: Proposal) -> Output:
    """The chosen schools in the order of opening."""
    now, found = plan.now, plan.found
    people, moes = _each(now, plan.added)
    schools = found.schools.iloc[plan.rows]
    columns: dict[str, Any] = {
        v.ID: schools[v.ID].astype(str).to_numpy(), ORDER: np.arange(1, len(schools) + 1), v.NAME: _names(schools),
        c.NEWLY_REACHED: people, ALONE: plan.alone[plan.rows], c.NEED: _mean_need(now, plan.added),
        STANDING: [standing_word(plan, plan.family.standing[school], True) for school in plan.order],
        c.HAS_ALREADY: found.already.iloc[plan.rows].to_numpy(),
    }
    if moes is not None:
        columns[c.NEWLY_REACHED_MOE] = moes
    if plan.params.in_years:
        columns[OPENS_IN] = [year_word(year) for year in plan.answer.year]
    if plan.params.cost_column:
        columns[COST] = plan.cost[plan.rows]
    columns |= {column.name: schools[column.name].to_numpy() for column in _CARRIED if column.name in schools}
    places = found.places[found.place_of[plan.rows]]
    frame = gpd.GeoDataFrame(columns, geometry=places, crs=now.areas.crs)
    who = now.who.capitalize()
    described = (
        Column(v.ID, say("Id"), hidden=True), Column(ORDER, say("Opens as"), "rank", say("Each adds most of those whom the ones before do not reach.")),
        Column(v.NAME, say("Name")), *((Column(OPENS_IN, say("Opens in")),) if plan.params.in_years else ()), *c.children_columns(f"{who} newly in reach", moes is not None, c.NEWLY_REACHED),
        Column(ALONE, say("{who} on its own", who=who), "count", say("Whom the school would reach if it were the only new one.")),
        Column(STANDING, say("How firm"), "", tolerance_words(plan)),
        Column(c.NEED, say("Their need score"), "score", say("Mean need score of those newly in reach."), digits=2),
        *((Column(COST, say("Cost"), "usd"),) if plan.params.cost_column else ()),
        *(column for column in _CARRIED if column.name in frame), Column(c.HAS_ALREADY, say("Takes part in")),
    )
    style = LayerStyle(kind=SINGLE, fill="result", line="#FFFFFF", shape="circle", size=13.0, label_column=ORDER)
    if plan.params.in_years:
        style = year_style(plan.params.years)
    return Output("plan", say("Planned schools for a {phrase}", phrase=now.supply.target.phrase), frame, described, POINT, v.SCHOOL, style)


def schools_output(plan: Proposal) -> Output:
    """Every candidate: the plan first, then those in plans nearly as good, most people first."""
    schools, standing = plan.found.schools, plan.family.standing.reindex(plan.found.schools[v.ID].astype(str))
    chosen = schools[v.ID].astype(str).isin(plan.order).to_numpy()
    columns: dict[str, Any] = {
        v.ID: schools[v.ID].astype(str), v.NAME: _names(schools), IN_PLAN: chosen,
        STANDING: [standing_word(plan, known, new) for known, new in zip(standing, chosen, strict=True)], ALONE: plan.alone,
    }
    columns |= {column.name: schools[column.name] for column in _CARRIED if column.name in schools}
    frame = pd.DataFrame(columns)
    firm = standing.map({IN_ALL: 0, IN_SOME: 1, UNSETTLED: 2, IN_NONE: 3}).to_numpy()
    order = np.lexsort((frame[v.ID], -frame[ALONE], firm, ~chosen))
    described = (
        *c.id_columns(), Column(IN_PLAN, say("In the plan"), "flag"), Column(STANDING, say("How firm"), "", tolerance_words(plan)),
        Column(ALONE, say("{who} on its own", who=plan.now.who.capitalize()), "count", say("Whom the school would reach if it were the only new one.")),
        *(column for column in _CARRIED if column.name in frame),
    )
    return Output("schools", say("Schools that could be chosen"), frame.iloc[order].reset_index(drop=True), described, NO_GEOMETRY)


def fifths_output(plan: Proposal) -> Output:
    """Who gains, by need fifth."""
    now, gained = plan.now, plan.gained
    everybody = now.total(gained)[0]
    rows = []
    for fifth in (5, 4, 3, 2, 1):
        here = now.in_fifth(fifth)
        people, moe = now.total(gained, here)
        rows.append({
            v.ID: f"fifth-{fifth}", v.NAME: c.FIFTH_LABELS[fifth], c.FIFTH: fifth, c.NEWLY_REACHED: people,
            c.NEWLY_REACHED_MOE: moe, SHARE_OF_GAIN: people / everybody if everybody > 0 else np.nan,
            c.SHARE_OUT: now.share(now.reach.out, here)[0], SHARE_OUT_AFTER: now.share(now.reach.out - gained, here)[0],
        })
    frame = pd.DataFrame(rows)
    numbers = [c.NEWLY_REACHED, c.NEWLY_REACHED_MOE, SHARE_OF_GAIN, c.SHARE_OUT, SHARE_OUT_AFTER]
    frame[numbers] = frame[numbers].astype(float)
    banded = now.moes is not None
    frame = frame if banded else frame.drop(columns=c.NEWLY_REACHED_MOE)
    described = (
        *c.id_columns(), Column(c.FIFTH, say("Need fifth"), "", hidden=True),
        *c.children_columns(f"{now.who.capitalize()} newly in reach", banded, c.NEWLY_REACHED),
        Column(SHARE_OF_GAIN, say("Share of all newly in reach"), "share"), Column(c.SHARE_OUT, say("Share out of reach today"), "share"),
        Column(SHARE_OUT_AFTER, say("Share out of reach with the plan"), "share"),
    )
    return Output("fifths", say("{who} newly in reach by need fifth", who=now.who.capitalize()), frame, described, NO_GEOMETRY)


def plan_bars(plan: Proposal) -> tuple[tuple[str, float, float | None], ...]:
    """Share of the newly reached by need fifth, highest need first."""
    everybody = plan.now.total(plan.gained)[0]
    if not everybody > 0 or not plan.now.in_fifth(HIGHEST).any():
        return ()
    return tuple(
        (c.FIFTH_LABELS[fifth], plan.now.total(plan.gained, plan.now.in_fifth(fifth))[0] / everybody, None)
        for fifth in (5, 4, 3, 2, 1)
    )


def standing_word(plan: Proposal, standing: str, chosen: bool) -> str:
    """How firm a school is: as the aim allows to say."""
    if plan.params.aim != REACH and standing == IN_SOME:
        return "could be exchanged for another school" if chosen else "could take the place of a planned school"
    return STANDING_WORDS[standing]


def tolerance_words(plan: Proposal) -> str:
    """What the plans are that this one is compared with."""
    share = tolerance(plan)
    if plan.params.aim == REACH:
        return f"Among all plans that reach at least as many as the best less {share}."
    return f"Whether exchanging it for one other school gives a plan within {share} of this one; more than one exchange is not tried."


def tolerance(plan: Proposal) -> str:
    """The tolerance in words."""
    share = plan.params.tolerance
    return format_number(share, "share", 0 if abs(share * 100 - round(share * 100)) < 1e-9 else 1)


def _each(now: Situation, shares: np.ndarray) -> tuple[np.ndarray, np.ndarray | None]:
    totals = [now.total(share) for share in shares]
    people = np.array([value for value, _ in totals], dtype=float)
    return people, None if now.moes is None else np.array([moe for _, moe in totals], dtype=float)


def _mean_need(now: Situation, shares: np.ndarray) -> np.ndarray:
    score = now.need[c.SCORE].to_numpy(dtype=float)
    people = np.where(np.isnan(score), 0.0, np.nan_to_num(now.people))
    weight = shares @ people
    summed = shares @ (people * np.nan_to_num(score))
    return np.asarray(np.divide(summed, weight, out=np.full(len(weight), np.nan), where=weight > 0))


def _names(schools: Any) -> Any:
    return (schools[v.NAME] if v.NAME in schools else schools[v.ID]).astype(str).to_numpy()
