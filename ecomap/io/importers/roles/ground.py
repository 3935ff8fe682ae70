"""Ground: what a map is recognised by, whatever its file: coast, water, roads, names of places, parks."""

from __future__ import annotations

from typing import Any, Final

from attrs import evolve

from ecomap.io.importers.columns.places import LATITUDE, LONGITUDE, id_field, name_field
from ecomap.io.importers.spec import Draft, FieldSpec, Importer
from ecomap.io.table import text_of
from ecomap.model import vocabulary as v
from ecomap.model.layer import Column
from ecomap.model.report import ReportLine
from ecomap.model.said import say
from ecomap.model.style import LayerStyle

RANK_OF: Final = {v.COAST: 1, v.WATER: 3, v.FREEWAY: 1, v.MAIN_ROAD: 2, v.ROAD: 3, v.SMALL_STREET: 4, v.RAIL: 3, v.NEIGHBOURHOOD: 3, v.CITY_NAME: 2, v.PARK: 3}


def is_kind(cells: Any) -> bool:
    """Words of the closed list."""
    return len(cells) > 0 and bool(cells.str.strip().isin(list(v.GROUND_KINDS)).all())


def prepare(draft: Draft) -> Draft:
    """Rows whose kind is one of the list; the others are left out."""
    frame, lines = draft.frame, list(draft.lines)
    kind = text_of(frame[v.KIND]).fillna("").str.strip() if v.KIND in frame.columns else ""
    frame = frame.assign(**{v.KIND: kind})
    known = frame[v.KIND].isin(list(v.GROUND_KINDS))
    if (~known).any():
        lines.append(ReportLine("dropped", say("Rows that are none of the things a map is recognised by."), int((~known).sum())))
    frame = frame[known]
    shield = text_of(frame[v.SHIELD]).fillna("") if v.SHIELD in frame.columns else ""
    names = text_of(frame[v.NAME]).fillna("") if v.NAME in frame.columns else ""
    frame = frame.assign(**{v.SHIELD: shield, v.NAME: names, v.RANK: frame[v.KIND].map(RANK_OF).astype(float)})
    columns = [column for column in draft.columns if column.name in (v.ID,)]
    columns += [Column(v.NAME, say("Name")), Column(v.KIND, say("Kind of ground")), Column(v.SHIELD, say("Road number")),
                Column(v.RANK, say("Seen from", context="scale of a map"), hidden=True)]
    return evolve(draft, frame=frame, lines=tuple(lines), columns=tuple(columns))


def finish(draft: Draft) -> Draft:
    return draft


IMPORTER = Importer(
    role=v.GROUND,
    fields=(
        name_field("fullname", "street_name", "park_name"),
        id_field(),
        FieldSpec(v.KIND, say("Kind of ground"), aliases=("kind",), test=is_kind, choices=tuple(v.GROUND_KINDS)),
        FieldSpec(v.SHIELD, say("Road number"), aliases=("shield", "ref")),
        LONGITUDE, LATITUDE,
    ),
    style=LayerStyle(line="#8A94A0", line_width=0.8),
    prepare=prepare,
    finish=finish,
)
