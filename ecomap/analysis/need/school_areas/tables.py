"""The table of carried indicators: score and rank first, then every number with its two errors; and how it is drawn."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ecomap.analysis import columns as c
from ecomap.analysis.need.bands import band_columns
from ecomap.analysis.need.carrying import Carried
from ecomap.analysis.need.error_split import (
    ALONE,
    HIGH_ALLOCATION,
    HIGH_SAMPLING,
    LOW_ALLOCATION,
    LOW_SAMPLING,
)
from ecomap.analysis.need.index.tables import contribution_columns, need_style
from ecomap.analysis.need.scoring import ALLOCATION, BOTH, SAMPLING
from ecomap.analysis.people import EACH_AREA, WHO, column_label
from ecomap.analysis.statistics.ranks import ON_ITS_OWN
from ecomap.model import vocabulary as v
from ecomap.model.layer import POLYGON, Column, Layer
from ecomap.model.result import Output
from ecomap.model.said import Said, say

COUNT_LABELS: Mapping[str, Said] = {column: column_label(column) for column in WHO if column != EACH_AREA}
# Which error is drawn -> the columns with the ends of the band of ranks.
BANDS: Mapping[str, tuple[str, str]] = {
    BOTH: (c.RANK_LOW, c.RANK_HIGH), SAMPLING: (LOW_SAMPLING, HIGH_SAMPLING), ALLOCATION: (LOW_ALLOCATION, HIGH_ALLOCATION),
}


def areas_output(frame: Any, carried: Carried, target: Layer) -> Output:
    """One row per area."""
    columns = _columns(frame, carried)
    ordered = [column.name for column in columns] + [v.GEOMETRY]
    joins = v.ATTENDANCE_AREA if target.role == v.ATTENDANCE_AREA else target.id
    return Output("areas", say("Need of these areas"), frame[ordered], columns, POLYGON, joins, need_style(), target.boundary)


def _columns(frame: Any, carried: Carried) -> tuple[Column, ...]:
    """Score and rank first, then children and residents, then every indicator; each value followed by its two errors."""
    described = [
        *c.id_columns(), Column(v.LEVEL, say("Level")), c.score_column(),
        c.rank_column(say("highest need, among the areas of its level"), c.RANK_LOW, c.RANK_HIGH),
        *band_columns(ON_ITS_OWN),
        *ALONE,
        Column(c.FIFTH, say("Need fifth"), "", say("5 = the fifth of these areas with the highest need, 1 = the lowest.")),
    ]
    labels = {item.column: item.label for item in carried.indicators}
    for name in carried.counts:
        described += _measured(frame, name, COUNT_LABELS.get(name) or labels[name], "count")
    for item in carried.indicators:
        if item.column not in carried.counts:
            described += _measured(frame, item.column, item.label, item.unit)
    described += [
        Column(c.SHARE_KNOWN, say("Ground with need areas"), "share", say("Part of the area that need areas cover.")),
        Column(c.SHARE_PRESENT, say("Indicators present"), "share", say("Share of the indicators that have a value here.")),
        Column(c.REASON, say("Why there is no score")), Column(v.BOUNDARY, say("Boundary")),
        Column(v.SCHOOL_ID, say("School"), hidden=True), *contribution_columns(carried.indicators),
    ]
    return tuple(column for column in described if column.name in frame)


def _measured(frame: Any, name: str, label: Said, unit: str) -> list[Column]:
    """A value, its margin, what spreading may move it, and why it is missing."""
    margin = name + v.MOE_SUFFIX
    digits = 0 if unit in ("count", "usd", "share") else 1
    found = [Column(name, label, unit, digits=digits, moe=margin if margin in frame else "")]
    if margin in frame:
        found.append(c.margin_column(margin, label, unit))
    found.append(Column(name + v.ALLOCATION_SUFFIX, say("{label}: error of spreading people", label=label), unit,
                        say("Half the distance between two ways of placing people within the need areas; beside the margin of error, "
                            "which is the survey's alone."), digits=digits))
    return [*found, c.reason_column(name, label)]
