"""Official attendance areas: which addresses send their pupils to which school, per level."""

from __future__ import annotations

import re
from typing import Any

from attrs import evolve

from ecomap.io.importers.columns.guessing import is_code, plain
from ecomap.io.importers.columns.matching import match_said
from ecomap.io.importers.columns.places import SCHOOL_CODES, name_field
from ecomap.io.importers.columns.school_codes import meant_schools, with_school_codes
from ecomap.io.importers.spec import Draft, FieldSpec, Importer
from ecomap.io.table import text_of
from ecomap.model.errors import InputError
from ecomap.model.layer import Column
from ecomap.model.report import ReportLine
from ecomap.model.said import joined, say
from ecomap.model.said import name as named
from ecomap.model.style import LayerStyle
from ecomap.model.units import format_number
from ecomap.model.vocabulary import (
    ATTENDANCE_AREA,
    BOUNDARIES,
    BOUNDARY,
    ID,
    LEVEL,
    LEVEL_LABELS,
    NAME,
    SCHOOL_ID,
    SCHOOL_LEVELS,
)

_WORDS = (
    ("elementary", r"element|(^|_)es($|_)|(^|_)elem|primaria|(^|_)e$|_e$|\bekey|^ekey"),
    ("middle", r"middle|intermediate|junior|(^|_)ms($|_)|secundaria|_m$|^mkey|(^|_)m$"),
    ("high", r"high|senior|(^|_)hs($|_)|preparatoria|_h$|^hkey|(^|_)h$"),
)


_TAKEN_AS = {
    "elementary": say("Taken as areas of the elementary level, by the file's own names."),
    "middle": say("Taken as areas of the middle level, by the file's own names."),
    "high": say("Taken as areas of the high level, by the file's own names."),
}


def level_of(text: str) -> str:
    """The school level a word means, "" if none or several.

    >>> level_of("ES"), level_of("High School"), level_of("EKEY_5"), level_of("boundary")
    ('elementary', 'high', 'elementary', '')
    """
    found = [level for level, pattern in _WORDS if re.search(pattern, plain(text))]
    return found[0] if len(found) == 1 else ""


def prepare(draft: Draft) -> Draft:
    """Every area gets its level; ids become ``level:key``."""
    import pandas as pd  # heavy

    frame, lines = draft.frame, list(draft.lines)
    levels, said = _levels(draft)
    lines.extend(said)
    unknown = levels == ""
    if unknown.any():
        names = frame[NAME][unknown] if NAME in frame.columns else levels[unknown]
        lines.append(ReportLine("dropped", say("Areas without a school level."), int(unknown.sum()), tuple(str(n) for n in names.head(5))))
        frame, levels = frame[~unknown], levels[~unknown]
    frame = frame.assign(**{LEVEL: levels})
    if SCHOOL_ID in frame.columns:
        frame, said = with_school_codes(frame)
        lines.extend(said)
    key = frame[ID] if ID in frame.columns else frame[NAME] if NAME in frame.columns else None
    texts = text_of(key) if key is not None else text_of(frame.index.to_series() + 1)
    frame = frame.assign(**{ID: (levels + ":" + texts.fillna("")).where(texts.notna()).astype("str")})
    if NAME not in frame.columns:
        called = [say("{level} area {code}", level=LEVEL_LABELS[level], code=named(code if isinstance(code, str) else ""))
                  for level, code in zip(levels, texts)]
        frame = frame.assign(**{NAME: pd.Series(called, index=frame.index, dtype=object)})
    return evolve(draft, frame=frame, lines=tuple(lines))


def _levels(draft: Draft) -> tuple[Any, list[ReportLine]]:
    """The level of every row: from its column, else from the name of a key column or of the file."""
    import pandas as pd  # heavy

    if LEVEL in draft.frame.columns:
        return draft.frame[LEVEL].map(lambda text: level_of(text) if isinstance(text, str) else "").astype("str"), []
    hints = [draft.mapping.get(ID, ""), *(str(c) for c in draft.raw.frame.columns), draft.raw.path.stem, draft.raw.sublayer]
    level = next((found for found in map(level_of, hints) if found), "")
    if not level:
        raise InputError(
            say("{file} does not say for which school level its areas are.", file=named(draft.raw.path.name)),
            say("Say which one all its areas are for: elementary, middle or high."), {"field": LEVEL, "example": "elementary"},
        )
    values = pd.Series(level, index=draft.frame.index, dtype="str")
    return values, [ReportLine("note", _TAKEN_AS[level])]


def finish(draft: Draft) -> Draft:
    """The layer's level and its kind of boundary: official, unless the file or the planner says otherwise."""
    frame = draft.frame
    said = [b for b in frame[BOUNDARY].dropna().unique() if b in BOUNDARIES] if BOUNDARY in frame.columns else []
    boundary = said[0] if len(said) == 1 else "official"
    frame = frame.assign(**{BOUNDARY: boundary})
    levels = frame[LEVEL].unique().tolist()
    columns = (*draft.columns, Column(LEVEL, say("Level")), Column(BOUNDARY, say("Boundary")))
    dash = boundary != "official"
    layer = {
        "boundary": boundary, "level": levels[0] if len(levels) == 1 else "",
        "style": evolve(IMPORTER.style, dash=dash),
    }
    lines = list(draft.lines)
    if len(levels) > 1:
        counts = joined((say("{count} {level}", count=format_number(int((frame[LEVEL] == level).sum())), level=LEVEL_LABELS[level].small())
                         for level in SCHOOL_LEVELS if level in levels), ", ")
        lines.append(ReportLine("note", say("Areas of several levels in one layer: {counts}.", counts=counts)))
    lines.extend(_school_lines(draft))
    return evolve(draft, frame=frame, columns=columns, layer={**draft.layer, **layer}, lines=tuple(lines))


def _school_lines(draft: Draft) -> list[ReportLine]:
    if not draft.has(SCHOOL_ID):
        return [ReportLine("note", say("The file names no schools by a code; areas are linked to the schools inside them."))]
    if draft.project is None:
        return []
    known = {code for layer in draft.project.layers_of("school") for code in draft.project.frame(layer.id)[ID]}
    if not known:
        return []
    codes = draft.frame[SCHOOL_ID].dropna()
    found = meant_schools(codes, draft.project)
    unmatched = codes[~codes.isin(known) & ~codes.isin(found.ids if found is not None else {})]
    said = [ReportLine("note", match_said(draft.mapping.get(SCHOOL_ID, SCHOOL_ID), found))] if found is not None and not found.exact else []
    return said + [ReportLine(
        "caution", say("School codes of areas that no school of the project has."), len(unmatched), tuple(unmatched.head(5))
    )] if len(unmatched) else []


IMPORTER = Importer(
    role=ATTENDANCE_AREA,
    fields=(
        FieldSpec(SCHOOL_ID, say("School code"), "code", aliases=(*SCHOOL_CODES, "school_code", "es_sch_id", "elem_id"),
                  patterns=(r"cds", r"ncessch", r"(^|_)sch(ool)?(_(id|no|num|code|number))?$"), test=is_code),
        FieldSpec(ID, say("Area code"), "code", aliases=(
            "ekey_5", "mkey_5", "hkey_5", "ekey_5s", "mkey_5s", "hkey_5s", "area_id", "key", "key_5", "attendance_area_id", "id", "code", "objectid",
        ), patterns=(r"[emh]key", r"(^|_)key_?\d*$")),
        FieldSpec(LEVEL, say("School level"), aliases=(
            "level", "school_level", "map_type", "sch_type", "nivel", "type", "openenroll_level",
        ), test=lambda cells: bool((cells.map(level_of) != "").mean() > 0.8)),
        name_field("school_name", "school", "attendance_area", "area_name", "escuela"),
        FieldSpec(BOUNDARY, say("Boundary"), aliases=("boundary",), choices=BOUNDARIES,
                  test=lambda cells: bool(cells.isin(BOUNDARIES).mean() > 0.8)),
    ),
    style=LayerStyle(line="#7D8893", line_width=1.2),
    prepare=prepare,
    finish=finish,
)
