"""The table of an answer by a rule: every need area, whichever rule it was."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

import numpy as np

from ecomap.analysis import columns as c
from ecomap.analysis.gaps.room.tables import with_states
from ecomap.analysis.gaps.rules.verdict import GAP, NO_GAP, TOO_FEW, UNSURE, Verdict
from ecomap.analysis.people import NOBODY_WORDS
from ecomap.analysis.statistics.error import HIGH, LOW, MEDIUM, UNKNOWN
from ecomap.model import vocabulary as v
from ecomap.model.layer import POLYGON, Column
from ecomap.model.result import Output
from ecomap.model.said import Said, say
from ecomap.model.style import CATEGORISED, LayerStyle

RELIABILITY: Final = "reliability"
IN_GAP: Final = "people_in_gap"
_RELIABILITIES: Mapping[str, Said] = {
    HIGH: say("high", context="reliability"), MEDIUM: say("medium", context="reliability"), LOW: say("low", context="reliability"),
    UNKNOWN: say("unknown", context="reliability"),
}
STYLE: Final = LayerStyle(
    kind=CATEGORISED, column=c.STATE, fill="white", line="#FFFFFF", line_width=0.5, fill_opacity=0.9, symbols=(
        (GAP, "#B3005E", ""), (UNSURE, "#D98BB3", ""), (NO_GAP, "#DCE6EE", ""), (TOO_FEW, "#C3CBD3", ""),
        *((words, "#F4F6F8", "") for words in NOBODY_WORDS),
        (c.NO_DATA, "#7F8A95", "")))


def areas_output(verdict: Verdict) -> Output:
    """Every need area: the state, why, and the numbers the rule looked at."""
    kept, index = [column for column in (v.ID, v.NAME, v.GEOMETRY) if column in verdict.areas], verdict.areas.index
    values: dict[str, Any] = {c.STATE: c.messages(verdict.state, index), c.REASON: c.messages(verdict.reasons, index), "people": verdict.people}
    if verdict.moes is not None:
        values["people_moe"] = verdict.moes
    values |= {column.name: numbers for numbers, column in verdict.shown}
    values[IN_GAP] = np.where(verdict.state == GAP, verdict.people, np.where(np.isnan(verdict.people), np.nan, 0.0))
    frame = verdict.areas[kept].assign(**values, **{RELIABILITY: c.messages([_RELIABILITIES[code] for code in verdict.reliability], index)})
    columns = (
        *c.id_columns(), Column(c.STATE, say("By the rule")), Column(c.REASON, say("Why")),
        *c.children_columns(verdict.who.capitalize(), verdict.moes is not None, "people"),
        *(column for _, column in verdict.shown), Column(IN_GAP, say("{who} in a gap", who=verdict.who.capitalize()), "count"),
        Column(RELIABILITY, say("How far the count can be leaned on")),
    )
    ordered = [column.name for column in columns if column.name in frame] + [v.GEOMETRY]
    return Output("areas", say("Gaps by a rule: {what}", what=verdict.what), frame[ordered], columns, POLYGON, verdict.layer.id,
                  with_states(STYLE, verdict.state), verdict.layer.boundary)
