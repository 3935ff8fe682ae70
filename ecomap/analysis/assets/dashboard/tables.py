"""The tables of the system by year: every indicator, and schools taking part by need fifth."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

from ecomap.analysis import columns as c
from ecomap.analysis.assets import columns as a
from ecomap.analysis.assets.dashboard.years import COMPUTED, KEPT, REMARK
from ecomap.analysis.assets.presence import spoken
from ecomap.model import vocabulary as v
from ecomap.model.layer import Column
from ecomap.model.result import Output
from ecomap.model.said import NOTHING, say


def numbers_table(rows: list[dict[str, Any]]) -> pd.DataFrame:
    """Every indicator and year, in their order."""
    frame = pd.DataFrame([{**row, REMARK: NOTHING} for row in rows]).assign(
        **{column: spoken(row.get(column, NOTHING) for row in rows) for column in (v.NAME, v.UNIT, "kind", REMARK)})
    ids = frame[v.INDICATOR] + "|" + frame[v.APPROACH] + "|" + frame[v.YEAR] + "|" + frame["kind"].map({COMPUTED: "", KEPT: "kept"})
    again = ids.duplicated(keep=False)
    frame.insert(0, v.ID, ids.where(~again, ids + "|" + frame[a.ROWS]))
    return frame.sort_values([v.YEAR, v.INDICATOR, v.APPROACH, v.ID], kind="stable", ignore_index=True)


def numbers_output(frame: pd.DataFrame) -> Output:
    """The table of years."""
    columns = (
        *c.id_columns(), Column(v.INDICATOR, say("Indicator, code"), hidden=True), Column(v.APPROACH, say("Approach, code"), hidden=True),
        Column(v.YEAR, say("Year"), "date"), Column(v.VALUE, say("Value"), "", say("Missing: not reported.")), Column(v.UNIT, say("Unit")),
        Column("kind", say("Where it is from")), Column(v.SOURCE, say("Source")), Column(REMARK, say("Remark")),
        a.rows_column(),
    )
    return Output("years", say("System indicators by year"), frame, columns)


def fifths_output(rows: list[dict[str, Any]], fifth: np.ndarray, fifths_by: str) -> Output:
    """Schools taking part by year and need fifth, and what share of the fifth they are."""
    frame = pd.DataFrame(rows).assign(**{v.NAME: spoken(row[v.NAME] for row in rows)})
    size = {number_: int((fifth == number_).sum()) for number_ in (5, 4, 3, 2, 1)}
    every = frame[a.SCHOOL_FIFTH].map(size).to_numpy(dtype=float)
    frame = frame.assign(**{
        v.ID: frame[v.APPROACH] + "|" + frame[v.YEAR] + "|" + frame[a.SCHOOL_FIFTH].astype(str), a.SCHOOLS: every,
        "share": np.divide(frame[v.VALUE].to_numpy(), every, out=np.full(len(frame), np.nan), where=every > 0),
    })[[v.ID, v.NAME, v.APPROACH, v.YEAR, a.SCHOOL_FIFTH, v.VALUE, a.SCHOOLS, "share", a.ROWS]]
    columns = (
        *c.id_columns(), Column(v.APPROACH, say("Approach, code"), hidden=True), Column(v.YEAR, say("Year"), "date"),
        a.school_fifth_column(fifths_by), Column(v.VALUE, say("Schools taking part"), "count"),
        Column(a.SCHOOLS, say("Schools in the fifth"), "count"), Column("share", say("Share of these"), "share"), a.rows_column(),
    )
    return Output("fifths", say("Schools taking part by year and need fifth"), frame, columns)
