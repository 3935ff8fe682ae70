"""The family of plans nearly as good, school by school: certain, often, sometimes; as a column, as points on the map, in words."""

from __future__ import annotations

import math
from collections.abc import Iterable
from typing import Any, Final

import geopandas as gpd
import numpy as np

from ecomap.analysis import columns as c
from ecomap.analysis.optimise.near_best import IN_ALL, IN_NONE, IN_SOME
from ecomap.analysis.optimise.often import MOVES, WALKS
from ecomap.analysis.plan.expansion.proposal import Proposal
from ecomap.model import vocabulary as v
from ecomap.model.layer import POINT, Column
from ecomap.model.result import Note, Output
from ecomap.model.said import Said, say
from ecomap.model.style import CATEGORISED, LayerStyle
from ecomap.model.units import format_number

FAMILY: Final = "family"
HOW_OFTEN: Final = "how_often"
HALF: Final = 0.5            # from here on a school is often among them
SHOWN: Final = 0.05          # a school that is in fewer of them is no point on the map
_SELDOM = 0.0005             # shown of a school that is in some plans but in none that the walk met
CERTAIN, OFTEN, SOMETIMES = say("certain"), say("often"), say("sometimes")
NEVER, OPEN = say("never"), say("not settled")
_DARK, _MIDDLE, _LIGHT, _GREY = "#4A0027", "#B3005E", "#E47AB2", "#67737F"


def has_family(plan: Proposal) -> bool:
    """Whether a walk through the plans nearly as good was made."""
    return plan.family.often is not None and len(plan.order) > 0


def how_often(plan: Proposal, schools: Iterable[str]) -> np.ndarray:
    """In what share of the plans nearly as good schools are: proven where in all or in none, else by the walk; NaN: not known."""
    standing, often = plan.family.standing.loc[list(schools)].to_numpy(), plan.family.often
    assert often is not None
    share = often.loc[list(schools)].to_numpy(dtype=float)
    by_walk = np.where(standing == IN_SOME, np.clip(share, _SELDOM, 1 - _SELDOM), np.where((share > 0) & (share < 1), share, np.nan))
    return np.where(standing == IN_ALL, 1.0, np.where(standing == IN_NONE, 0.0, by_walk))


def family_words(plan: Proposal, schools: Iterable[str]) -> list[Said]:
    """How schools stand among the plans nearly as good."""
    ids = list(schools)
    return [_word(standing, share) for standing, share in zip(plan.family.standing.loc[ids], how_often(plan, ids).tolist(), strict=True)]


def _word(standing: str, share: float) -> Said:
    if standing == IN_ALL:
        return CERTAIN
    if standing == IN_NONE:
        return NEVER
    return OPEN if math.isnan(share) else OFTEN if share >= HALF else SOMETIMES


def family_columns(plan: Proposal) -> tuple[Column, ...]:
    """What is said of every school."""
    if not has_family(plan):
        return ()
    return (Column(FAMILY, say("In plans nearly as good"), "", say("Certain: in every one, which is proven. Often: in half of them or more. "
                                                                    "Sometimes: in fewer.")),
            Column(HOW_OFTEN, say("In what share of them"), "share", family_sample(plan)))


def family_sample(plan: Proposal) -> Said:
    """How the plans nearly as good were looked for."""
    return say("Of {count} different plans with as many schools that were met by exchanging one school after the other. A sample, not a list of "
               "all: two walks differ by up to {points} percentage points.", count=format_number(plan.family.walked),
               points=format_number(math.ceil(plan.family.apart * 100)))


def family_note(plan: Proposal) -> Note:
    """The same as a note on the method."""
    return Note("method", say(
        "How often a school is in plans nearly as good is a sample: {count} different plans with as many schools were met by {walks} walks of "
        "{moves} exchanges of one school each, which differ by up to {points} percentage points; what no chain of such exchanges leads to "
        "was not met. That a school is in every such plan, or in none, is proven.", count=format_number(plan.family.walked), walks=WALKS,
        moves=format_number(MOVES), points=format_number(math.ceil(plan.family.apart * 100))))


def plan_style() -> LayerStyle:
    """The planned schools, darker the firmer."""
    symbols = ((CERTAIN, _DARK, "circle"), (OFTEN, _MIDDLE, "circle"), (SOMETIMES, _LIGHT, "circle"), (OPEN, _GREY, "circle"))
    return LayerStyle(kind=CATEGORISED, column=FAMILY, line="#FFFFFF", shape="circle", size=13.0, label_column="order", symbols=symbols)


def family_output(plan: Proposal) -> Output | None:
    """The schools that are not planned and are in some of the other plans nearly as good, the most frequent first; None without any."""
    found = plan.found
    ids = found.schools[v.ID].astype(str)
    possible = plan.family.standing.loc[ids.tolist()].to_numpy() != IN_NONE
    rows = np.flatnonzero(~ids.isin(plan.order).to_numpy() & possible & (how_often(plan, ids) >= SHOWN))
    if not len(rows):
        return None
    schools = found.schools.iloc[rows]
    share = how_often(plan, ids.iloc[rows])
    columns: dict[str, Any] = {
        v.ID: ids.iloc[rows].to_numpy(), v.NAME: schools[v.NAME if v.NAME in schools else v.ID].astype(str).to_numpy(),
        FAMILY: c.messages(family_words(plan, ids.iloc[rows]), schools.index), HOW_OFTEN: share}
    frame = gpd.GeoDataFrame(columns, geometry=found.places[found.place_of[rows]], crs=plan.now.areas.crs)
    frame = frame.iloc[np.lexsort((frame[v.ID], -share))].reset_index(drop=True)
    style = LayerStyle(kind=CATEGORISED, column=FAMILY, line="#FFFFFF", shape="circle", size=7.0,
                       symbols=((OFTEN, _MIDDLE, "circle"), (SOMETIMES, _LIGHT, "circle")))
    described = (Column(v.ID, say("Id"), hidden=True), Column(v.NAME, say("Name")), *family_columns(plan))
    return Output("family", say("Schools of other plans nearly as good, in {share} of them or more", share=format_number(SHOWN, "share")), frame, described, POINT, v.SCHOOL, style)
