"""The tables of a plan: its schools, all that could be chosen, and who gains by need fifth."""

from __future__ import annotations

from typing import Any, Final

import geopandas as gpd
import numpy as np
import pandas as pd

from ecomap.analysis import columns as c
from ecomap.analysis.gaps.situation import Situation
from ecomap.analysis.optimise.near_best import IN_ALL, IN_NONE, IN_SOME, UNSETTLED
from ecomap.analysis.plan.expansion.family import (
    FAMILY,
    HOW_OFTEN,
    family_columns,
    family_words,
    has_family,
    how_often,
    plan_style,
)
from ecomap.analysis.plan.expansion.params import HIGHEST
from ecomap.analysis.plan.expansion.proposal import Proposal
from ecomap.analysis.plan.expansion.sureness import (
    HOW_SURE,
    LEAST_REGRET,
    SHARE_OF_TRUTHS,
    calm_column,
    has_shares,
    share_column,
    sure_column,
    sure_shares,
    sure_words,
)
from ecomap.analysis.plan.expansion.words import standing_word, tolerance_words, year_word
from ecomap.analysis.plan.expansion.years import OPENS_IN, year_style
from ecomap.model import vocabulary as v
from ecomap.model.layer import NO_GEOMETRY, POINT, Column
from ecomap.model.result import Output
from ecomap.model.said import Said, say
from ecomap.model.style import SINGLE, LayerStyle

ORDER: Final = "order"
IN_PLAN: Final = "in_plan"
STANDING: Final = "standing"
ALONE: Final = "children_alone"
SHARE_OF_GAIN: Final = "share_of_gain"
SHARE_OUT_AFTER: Final = "share_out_after"
COST: Final = "cost_usd"
_CARRIED = (
    Column(v.BOARD_DISTRICT, say("Board district")), Column(v.LEVELS, say("Levels")), Column(v.GOVERNANCE, say("Run by")),
    Column(v.ENROLLMENT, say("Pupils"), "count"),
)


def plan_output(plan: Proposal) -> Output:
    """The chosen schools in the order of opening."""
    now, found = plan.now, plan.found
    people, moes = _each(now, plan.added)
    schools = found.schools.iloc[plan.rows]
    columns: dict[str, Any] = {
        v.ID: schools[v.ID].astype(str).to_numpy(), ORDER: np.arange(1, len(schools) + 1), v.NAME: _names(schools),
        c.NEWLY_REACHED: people, ALONE: plan.alone[plan.rows], c.NEED: _mean_need(now, plan.added),
        STANDING: c.messages((standing_word(plan, plan.family.standing[school], True) for school in plan.order), schools.index),
        c.HAS_ALREADY: found.already.iloc[plan.rows],
    }
    if has_family(plan):
        columns[FAMILY] = c.messages(family_words(plan, plan.order), schools.index)
        columns[HOW_OFTEN] = how_often(plan, plan.order)
    if has_shares(plan):
        columns[HOW_SURE] = c.messages(iter(sure_words(plan, plan.order)), schools.index)
    if moes is not None:
        columns[c.NEWLY_REACHED_MOE] = moes
    if plan.params.in_years:
        columns[OPENS_IN] = c.messages((year_word(year) for year in plan.openings.year), schools.index)
    if plan.params.cost_column:
        columns[COST] = plan.cost[plan.rows]
    columns |= {column.name: schools[column.name].to_numpy() for column in _CARRIED if column.name in schools}
    places = found.places[found.place_of[plan.rows]]
    frame = gpd.GeoDataFrame(columns, geometry=places, crs=now.areas.crs).reset_index(drop=True)
    who = now.who.capitalize()
    described = (
        Column(v.ID, say("Id"), hidden=True), Column(ORDER, say("Opens as"), "rank", say("Each adds most of those whom the ones before do not reach.")),
        Column(v.NAME, say("Name")), *((Column(OPENS_IN, say("Opens in")),) if plan.params.in_years else ()), *c.children_columns(say("{who} newly in reach", who=who), moes is not None, c.NEWLY_REACHED),
        Column(ALONE, say("{who} on its own", who=who), "count", say("Whom the school would reach if it were the only new one.")),
        Column(STANDING, say("How firm"), "", tolerance_words(plan)), *family_columns(plan), *((sure_column(),) if has_shares(plan) else ()),
        Column(c.NEED, say("Their need score"), "score", say("Mean need score of those newly in reach."), digits=2),
        *((Column(COST, say("Cost"), "usd"),) if plan.params.cost_column else ()),
        *(column for column in _CARRIED if column.name in frame), Column(c.HAS_ALREADY, say("Takes part in")),
    )
    style = LayerStyle(kind=SINGLE, fill="result", line="#FFFFFF", shape="circle", size=13.0, label_column=ORDER)
    if has_family(plan):
        style = plan_style()
    if plan.params.in_years:
        style = year_style(plan.params.years)
    return Output("plan", say("Planned schools for {one}", one=now.supply.target.one), frame, described, POINT, v.SCHOOL, style)


def schools_output(plan: Proposal) -> Output:
    """Every candidate: the plan first, then those in plans nearly as good, most people first."""
    schools, standing = plan.found.schools, plan.family.standing.reindex(plan.found.schools[v.ID].astype(str))
    chosen = schools[v.ID].astype(str).isin(plan.order).to_numpy()
    columns: dict[str, Any] = {
        v.ID: schools[v.ID].astype(str), v.NAME: _names(schools), IN_PLAN: chosen,
        STANDING: c.messages((standing_word(plan, known, new) for known, new in zip(standing, chosen, strict=True)), schools.index),
        ALONE: plan.alone,
    }
    if has_family(plan):
        columns[FAMILY] = c.messages(family_words(plan, schools[v.ID].astype(str)), schools.index)
        columns[HOW_OFTEN] = how_often(plan, schools[v.ID].astype(str))
    if has_shares(plan) and plan.sureness is not None:
        columns[SHARE_OF_TRUTHS] = sure_shares(plan, schools[v.ID].astype(str))
        if plan.sureness.calm:
            columns[LEAST_REGRET] = schools[v.ID].astype(str).isin(plan.sureness.calm)
    columns |= {column.name: schools[column.name] for column in _CARRIED if column.name in schools}
    frame = pd.DataFrame(columns)
    firm = standing.map({IN_ALL: 0, IN_SOME: 1, UNSETTLED: 2, IN_NONE: 3}).to_numpy()
    order = np.lexsort((frame[v.ID], -frame[ALONE], firm, ~chosen))
    described = (
        *c.id_columns(), Column(IN_PLAN, say("In the plan"), "flag"), Column(STANDING, say("How firm"), "", tolerance_words(plan)),
        *family_columns(plan), *((share_column(),) if has_shares(plan) else ()), *((calm_column(),) if LEAST_REGRET in frame else ()),
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
    frame[v.NAME] = c.messages((c.FIFTH_LABELS[fifth] for fifth in frame[c.FIFTH]), frame.index)
    numbers = [c.NEWLY_REACHED, c.NEWLY_REACHED_MOE, SHARE_OF_GAIN, c.SHARE_OUT, SHARE_OUT_AFTER]
    frame[numbers] = frame[numbers].astype(float)
    banded = now.moes is not None
    frame = frame if banded else frame.drop(columns=c.NEWLY_REACHED_MOE)
    described = (
        *c.id_columns(), Column(c.FIFTH, say("Need fifth"), "", hidden=True),
        *c.children_columns(say("{who} newly in reach", who=now.who.capitalize()), banded, c.NEWLY_REACHED),
        Column(SHARE_OF_GAIN, say("Share of all newly in reach"), "share"), Column(c.SHARE_OUT, say("Share out of reach today"), "share"),
        Column(SHARE_OUT_AFTER, say("Share out of reach with the plan"), "share"),
    )
    return Output("fifths", say("{who} newly in reach by need fifth", who=now.who.capitalize()), frame, described, NO_GEOMETRY)


def plan_bars(plan: Proposal) -> tuple[tuple[Said, float, float | None], ...]:
    """Share of the newly reached by need fifth, highest need first."""
    everybody = plan.now.total(plan.gained)[0]
    if not everybody > 0 or not plan.now.in_fifth(HIGHEST).any():
        return ()
    return tuple(
        (c.FIFTH_LABELS[fifth], plan.now.total(plan.gained, plan.now.in_fifth(fifth))[0] / everybody, None)
        for fifth in (5, 4, 3, 2, 1)
    )


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
