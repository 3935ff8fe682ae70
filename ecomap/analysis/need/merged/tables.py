"""The tables of merged areas: the areas with their numbers, who is in which, and what became of every column."""

from __future__ import annotations

from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from ecomap.analysis import columns as c
from ecomap.analysis.need.merged import words
from ecomap.analysis.need.merged.called import region_names
from ecomap.analysis.need.merged.merging import Merging
from ecomap.analysis.need.merged.values import merged_values, numbers
from ecomap.analysis.statistics.adding import variation
from ecomap.model import vocabulary as v
from ecomap.model.layer import NO_GEOMETRY, POLYGON, Column
from ecomap.model.result import Output
from ecomap.model.said import NOTHING, say
from ecomap.model.style import CATEGORISED, LayerStyle

AREAS, MEMBERS, STATE, LARGEST, WEAKEST = "areas", "members", "sureness", "largest_error", "least_sure"
REGION, REGION_NAME, BEFORE = "region", "region_name", "error_before"
REGIONS = "regions"
SEPARATOR = "; "
_LOOKS = {words.MERGED: "#26323F", words.ALONE: "#007A66", words.UNSURE: "#B3005E", words.NOT_JUDGED: "#98A2AD"}


def regions_output(merging: Merging) -> Output:
    """Every merged area: numbers with margins, what it is made of, its ground."""
    areas, found = merging.areas, merging.found
    size = np.bincount(found.label, minlength=found.regions)
    ids = areas[v.ID].astype(str).tolist()
    groups: list[list[int]] = [[] for _ in range(found.regions)]
    for area, region in enumerate(found.label.tolist()):
        groups[region].append(area)
    columns: dict[str, Any] = {
        v.ID: pd.Series([ids[group[0]] if len(group) == 1 else f"{ids[group[0]]}+{len(group) - 1}" for group in groups], dtype=object),
        v.NAME: pd.Series(region_names(areas[v.NAME].tolist(), ids, found.label, found.regions), dtype=object),
        STATE: c.messages(_states(merging, size), range(found.regions)), AREAS: size,
        **_errors(merging), **merged_values(areas, merging.held, found.label, found.regions),
        MEMBERS: pd.Series([SEPARATOR.join(ids[area] for area in group) for group in groups], dtype=object),
    }
    if v.CENSUS in areas:
        census = areas[v.CENSUS].astype(object).where(areas[v.CENSUS].notna(), "").astype(str).tolist()
        columns[v.CENSUS] = pd.Series([census[group[0]] if len({census[area] for area in group}) == 1 else "" for group in groups], dtype=object)
    shapes = areas.geometry.to_numpy()
    merged = [shapes[group[0]] if len(group) == 1 else shapely.union_all(shapes[group]) for group in groups]
    frame = gpd.GeoDataFrame(columns, geometry=merged, crs=areas.crs)
    style = LayerStyle(kind=CATEGORISED, column=STATE, line_width=1.6,  # outlines only: what differs within stays to be seen
                       symbols=tuple((state, colour, "") for state, colour in _LOOKS.items() if state in set(frame[STATE])))
    return Output(REGIONS, say("How sure merged areas are"), frame, _described(merging, frame), POLYGON, style=style, boundary=merging.layer.boundary)


def _states(merging: Merging, size: np.ndarray) -> list[Any]:
    alone = np.zeros(merging.found.regions, dtype=bool)
    alone[merging.found.label[merging.unjudged]] = True
    return [words.NOT_JUDGED if alone[region] else words.UNSURE if not merging.found.sure[region] else words.MERGED if size[region] > 1 else words.ALONE
            for region in range(merging.found.regions)]


def _errors(merging: Merging) -> dict[str, Any]:
    """The largest error of the judged numbers, and which of them has it."""
    added = merging.task.parts.together(merging.found.label, merging.found.regions)
    error = variation(added.sums, added.zeros, added.kinds)
    known = ~np.isnan(error).all(axis=1)
    plain = np.where(np.isnan(error), -1.0, error)
    which = plain.argmax(axis=1)
    largest = np.where(known & np.isfinite(plain.max(axis=1)), plain.max(axis=1), np.nan)
    told = [merging.judged[n].label if there else NOTHING for n, there in zip(which.tolist(), known.tolist(), strict=True)]
    return {LARGEST: largest, WEAKEST: c.messages(told, range(len(told)))}


def _described(merging: Merging, frame: Any) -> tuple[Column, ...]:
    columns = [*c.id_columns(), Column(STATE, say("How sure")), Column(AREAS, say("Need areas in it"), "count"),
               Column(LARGEST, say("Largest standard error"), "share", say("Of the numbers that had to be sure enough, as a share of the number.")),
               Column(WEAKEST, say("Which number that is"))]
    for one in merging.held:
        if one.parts is None:
            continue
        columns.append(Column(one.column, one.label, one.unit, words.help_of(one), one.digits, moe=one.moe))
        if one.moe:
            columns.append(c.margin_column(one.moe, one.label, one.unit))
        if one.column + v.REASON_SUFFIX in frame:
            columns.append(c.reason_column(one.column, one.label))
    columns.append(Column(MEMBERS, say("Codes of the need areas in it"), hidden=True))
    if v.CENSUS in frame:
        columns.append(Column(v.CENSUS, say("Census of the boundaries"), hidden=True))
    return tuple(columns)


def membership_output(merging: Merging, regions: Any) -> Output:
    """Every need area, the merged area it is in, and how sure its numbers were alone."""
    areas, label = merging.areas, merging.found.label
    error = variation(merging.task.parts.sums, merging.task.parts.zeros, merging.task.parts.kinds)
    known = ~np.isnan(error).all(axis=1)
    largest = np.where(np.isnan(error), -1.0, error).max(axis=1)
    frame = pd.DataFrame({
        v.ID: areas[v.ID].astype(str).to_numpy(), v.NAME: pd.Series(areas[v.NAME].tolist(), dtype=object),
        REGION: regions[v.ID].to_numpy()[label], REGION_NAME: pd.Series(regions[v.NAME].tolist(), dtype=object).iloc[label].reset_index(drop=True),
        AREAS: regions[AREAS].to_numpy()[label], BEFORE: np.where(known & np.isfinite(largest), largest, np.nan),
    })
    columns = (*c.id_columns(), Column(REGION, say("Merged area, code"), hidden=True), Column(REGION_NAME, say("Merged area")),
               Column(AREAS, say("Need areas in it"), "count"),
               Column(BEFORE, say("Largest standard error before"), "share", say("Of this area alone; empty where an estimate is 0 or nothing is known.")))
    return Output("membership", say("Which need area is in which merged area"), frame, columns, NO_GEOMETRY)


def columns_output(merging: Merging) -> Output:
    """What became of every count and indicator."""
    held = merging.held
    judged = {one.column for one in merging.judged}
    frame = pd.DataFrame({
        v.ID: [one.column for one in held], v.NAME: c.messages((one.label for one in held), range(len(held))),
        "how": c.messages((words.how(one) for one in held), range(len(held))),
        "judged": c.messages((words.JUDGED if one.column in judged else NOTHING for one in held), range(len(held))),
        "known": [int(np.isfinite(numbers(merging.areas, one.column)).sum()) for one in held],
    })
    columns = (*c.id_columns(), Column("how", say("What becomes of it")), Column("judged", say("Had to be sure enough")),
               Column("known", say("Need areas that have it"), "count"))
    return Output("columns", say("What becomes of every number"), frame, columns, NO_GEOMETRY)
