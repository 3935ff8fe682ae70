"""The tables of a test of the order of schools: the schools looked at, and the smallest change of each input."""

from __future__ import annotations

from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd

from ecomap.analysis import columns as c
from ecomap.analysis.notes import among_first, capital
from ecomap.analysis.plan.change import search as rc
from ecomap.analysis.plan.change.params import RankChangeParams
from ecomap.analysis.plan.change.words import INPUT, if_changed, no_such_change, nothing_does
from ecomap.model import vocabulary as v
from ecomap.model.frames import Frames
from ecomap.model.layer import NO_GEOMETRY, POINT, Column
from ecomap.model.result import Output
from ecomap.model.said import say
from ecomap.model.style import SINGLE, LayerStyle

CHOSEN, EASIEST, WAYS = "chosen", "easiest", "ways"
_NONE_DOES = "none_does"


def schools_output(
    given: rc.Ranking, found: dict[int, dict[str, rc.Change]], params: RankChangeParams, names: dict[str, str], frames: Frames
) -> Output:
    records: list[dict[str, Any]] = []
    for row, changes in found.items():
        easiest = rc.easiest_of(changes)
        measured = [changes[kind].margin for kind in (rc.VALUE, rc.PEOPLE) if kind in changes]
        records.append({
            v.ID: given.ids[row], v.NAME: names[given.ids[row]], c.RANK: float(given.rank(row)),
            CHOSEN: given.rank(row) <= params.top,
            EASIEST: if_changed(given, row, params.top, easiest) if easiest else nothing_does(given, params),
            "least_margin": min(measured) if measured else np.nan,
            "least_margin" + v.REASON_SUFFIX: "" if measured else _NONE_DOES, WAYS: float(len(changes)), c.SCORE: given.score[row],
        })
    columns = (
        *c.id_columns(), Column(c.RANK, say("Rank"), "rank", say("1 = reaches most need. Equal values share a rank.")),
        Column(CHOSEN, capital(among_first(params.top)), "flag"), Column(EASIEST, say("What would change that")),
        Column("least_margin", say("Smallest part of a margin of error that does it"), "share",
               say("None does it: no single estimate within its margin moves the school.")),
        c.reason_column("least_margin", say("Smallest part of a margin of error that does it")),
        Column(WAYS, say("Inputs that can do it, of 4"), "count"),
        Column(c.SCORE, say("Need-weighted {who}", who=given.now.who), "count", digits=1),
    )
    frame = pd.DataFrame(records, columns=[column.name for column in columns])
    frame[EASIEST] = c.messages((record[EASIEST] for record in records), frame.index)
    places = frames["schools"].set_index(frames["schools"][v.ID].astype(str)).geometry.reindex(frame[v.ID])
    rows = gpd.GeoDataFrame(frame, geometry=places.to_numpy(), crs=frames["schools"].crs)
    rows = rows.sort_values([c.RANK, v.ID], kind="stable").reset_index(drop=True)
    style = LayerStyle(kind=SINGLE, fill="result", line="#FFFFFF", shape="circle", size=11.0, label_column=c.RANK)
    return Output("schools", say("Schools looked at"), rows, columns, POINT, v.SCHOOL, style, told=(c.RANK, EASIEST))


def changes_output(
    given: rc.Ranking, found: dict[int, dict[str, rc.Change]], params: RankChangeParams, names: dict[str, str]
) -> Output:
    records: list[dict[str, Any]] = []
    for row, changes in found.items():
        for kind in rc.KINDS:
            change = changes.get(kind)
            records.append({
                v.ID: f"{given.ids[row]}:{kind}", v.NAME: names[given.ids[row]], "input": INPUT[kind],
                "change": if_changed(given, row, params.top, change) if change else no_such_change(kind, given, params),
                c.RANK: float(given.rank(row)), "rank_then": float(change.rank) if change else np.nan,
                "rank_then" + v.REASON_SUFFIX: "" if change else _NONE_DOES,
                "margin_used": change.margin if change else np.nan,
                "margin_used" + v.REASON_SUFFIX: _why_no_margin(kind, change),
                "before": change.before if change else np.nan, "after": change.after if change else np.nan,
            })
    columns = (
        Column(v.ID, say("Id"), hidden=True), Column(v.NAME, say("School")), Column("input", say("Input")),
        Column("change", say("Smallest change that moves it over the cut")), Column(c.RANK, say("Rank today"), "rank"),
        Column("rank_then", say("Rank then"), "rank", say("From ranking all schools again with this one input changed.")),
        c.reason_column("rank_then", say("Rank then")),
        Column("margin_used", say("Part of the margin of error"), "share", say("Only for estimates that have one.")),
        c.reason_column("margin_used", say("Part of the margin of error")),
        Column("before", say("Value today"), hidden=True, digits=6), Column("after", say("Value then"), hidden=True, digits=6),
    )
    frame = pd.DataFrame(records, columns=[column.name for column in columns])
    for column in ("input", "change"):
        frame[column] = c.messages((record[column] for record in records), frame.index)
    return Output("changes", say("The smallest change of each input"), frame, columns, NO_GEOMETRY)


def _why_no_margin(kind: str, change: rc.Change | None) -> str:
    if kind in (rc.EXPONENT, rc.RADIUS):
        return "not_applicable"
    return "" if change else _NONE_DOES
