"""Official attendance areas: which addresses send their pupils to which school, per level."""

from __future__ import annotations

import re
from typing import Any

from attrs import evolve

from ecomap.io.importers.columns.guessing import is_code, plain
from ecomap.io.importers.columns.keys.matching import match_said
from ecomap.io.importers.columns.keys.school_codes import meant_schools, with_school_codes
from ecomap.io.importers.columns.names import with_names
from ecomap.io.importers.columns.places import SCHOOL_CODES, name_field
from ecomap.io.importers.columns.schools.grades import (
    are_levels,
    levels_in_name,
    levels_in_words,
    levels_of_grades,
)
from ecomap.io.importers.columns.schools.levels import (
    LEVEL_HELPERS,
    grade_fields,
    grades_of_rows,
    words_of_rows,
)
from ecomap.io.importers.columns.status import status_counted, status_fields, with_status
from ecomap.io.importers.spec import Draft, FieldSpec, Importer
from ecomap.io.table import text_of
from ecomap.model.errors import InputError
from ecomap.model.layer import Column
from ecomap.model.report import ReportLine
from ecomap.model.said import joined, plural, say
from ecomap.model.said import name as named
from ecomap.model.style import LayerStyle
from ecomap.model.understanding import Doubt, Option
from ecomap.model.units import format_number
from ecomap.model.vocabulary import (
    ATTENDANCE_AREA,
    BOUNDARIES,
    BOUNDARY,
    GRADES_HIGH,
    GRADES_LOW,
    ID,
    LEVEL,
    LEVEL_LABELS,
    LEVELS,
    NAME,
    SCHOOL_ID,
    SCHOOL_LEVELS,
)

# What only file and column names say: keys of a district's own files, a letter at either end.
_KEYS = (
    ("elementary", r"^ekey|(^|_)es($|_)|(^|_)elem|(^|_)e$|_e$"),
    ("middle", r"^mkey|(^|_)ms($|_)|_m$|(^|_)m$"),
    ("high", r"^hkey|(^|_)hs($|_)|_h$|(^|_)h$"),
)


_TAKEN_AS = {
    "elementary": say("Taken as areas of the elementary level, by the file's own names."),
    "middle": say("Taken as areas of the middle level, by the file's own names."),
    "high": say("Taken as areas of the high level, by the file's own names."),
}


def level_of(text: str) -> str:
    """The school levels a word means, joined by "+", "" if none.

    >>> level_of("ES"), level_of("High School"), level_of("EKEY_5"), level_of("K-8"), level_of("boundary")
    ('elementary', 'high', 'elementary', 'elementary+middle', '')
    """
    return levels_in_words(text) or _of_key(text)


def _of_key(text: str) -> str:
    found = [level for level, pattern in _KEYS if re.search(pattern, plain(text))]
    return found[0] if len(found) == 1 else ""


def _of_heading(text: str) -> str:
    """The one level that a heading or a file's name means: "Elementary school zones", "ES_ZONE"."""
    found = levels_in_words(text)
    return found if found in SCHOOL_LEVELS else _of_key(text)


def prepare(draft: Draft) -> Draft:
    """Every area gets its level; ids become ``level:key``."""
    import pandas as pd  # heavy

    draft = with_status(with_names(draft))
    levels, said = _levels(draft)
    frame, lines = _without_helpers(draft.frame), [*draft.lines, *said]
    draft = evolve(draft, columns=tuple(column for column in draft.columns if column.name in frame.columns or column.name == LEVEL))
    unknown = levels == ""
    if unknown.any():
        draft = evolve(draft, doubts=(*draft.doubts, _doubt(int(unknown.sum()))))
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
        called = [say("{level} area {code}", level=joined([LEVEL_LABELS[one] for one in level.split("+")], " · "), code=named(code if isinstance(code, str) else ""))
                  for level, code in zip(levels, texts)]
        frame = frame.assign(**{NAME: pd.Series(called, index=frame.index, dtype=object)})
    return evolve(draft, frame=frame, lines=tuple(lines))


def _levels(draft: Draft) -> tuple[Any, list[ReportLine]]:
    """The levels of every row, best evidence first, and what they rest on.

    The file's level of the row, its grades, its school's levels in the project; then what a person says of the file, or its
    headings and its name; then what the area is called.
    """
    import pandas as pd  # heavy

    frame, lines = draft.frame, list[ReportLine]()
    steps = (
        (_of_column(draft), None),
        ([levels_of_grades(found) for found in grades_of_rows(draft)],
         say("Levels were taken from the grades, where the file names no level.")),
        (_of_schools(draft), say("Levels were taken from the schools that the areas name.")),
    )
    out = [""] * len(frame)
    for found, line in steps:
        told = sum(1 for a, b in zip(out, found) if b and not a)
        out = [a or b for a, b in zip(out, found)]
        if told and line is not None:
            lines.append(ReportLine("note", line, told))
    clash = [bool(a and b) and not set(a.split("+")) & set(b.split("+")) for a, b in zip(steps[0][0], steps[1][0])]
    if any(clash):
        names = frame[NAME] if NAME in frame.columns else frame.index.to_series()
        lines.append(ReportLine("caution", say("Their level says something else than their grades; the level counts."), sum(clash),
                                tuple(str(one) for one in names[clash].head(5))))
    if not all(out) and (level := level_of(draft.answers.get("level", ""))):
        out = [one or level for one in out]
    elif not all(out) and (level := _of_file(draft, any(out))):
        lines.append(ReportLine("note", _TAKEN_AS[level]))
        out = [one or level for one in out]
    elif not all(out):
        by_name = _of_names(frame)
        told = sum(1 for a, b in zip(out, by_name) if b and not a)
        lines += [ReportLine("note", say("Levels were told by the areas' own names."), told)] if told else []
        out = [a or b for a, b in zip(out, by_name)]
    if not any(out):
        raise InputError(
            say("{file} does not say for which school level its areas are.", file=named(draft.raw.path.name)),
            say("Say which one all its areas are for: elementary, middle or high."),
            {"field": LEVEL, "example": "elementary"}, doubts=(_doubt(len(out), needed=True),),
        )
    return pd.Series(out, index=frame.index, dtype="str"), lines


def _doubt(count: int, needed: bool = False) -> Doubt:
    """The question on areas of which nothing tells a level."""
    options = (*(Option(level, LEVEL_LABELS[level]) for level in SCHOOL_LEVELS),
               Option("elementary+middle", say("Elementary and middle (kindergarten to 8)")), Option("middle+high", say("Middle and high")))
    return Doubt("level", plural("For which school level is the {n} area of which nothing tells it?",
                                 "For which school level are the {n} areas of which nothing tells it?", count),
                 options=options, needed=needed)


def _of_column(draft: Draft) -> list[str]:
    if LEVEL not in draft.frame.columns:
        return [""] * len(draft.frame)
    said = words_of_rows(draft, (LEVEL,))
    return [a or (_of_key(text) if isinstance(text, str) else "") for a, text in zip(said, draft.frame[LEVEL])]


def _of_schools(draft: Draft) -> list[str]:
    """The levels of the schools that the rows name by their code."""
    if SCHOOL_ID not in draft.frame.columns or draft.project is None:
        return [""] * len(draft.frame)
    known: dict[str, str] = {}
    for layer in draft.project.layers_of("school"):
        schools = draft.project.frame(layer.id)
        if LEVELS in schools.columns:
            known |= dict(zip(schools[ID].astype(str), schools[LEVELS].fillna("").astype(str)))
    return [known.get(code, "") if isinstance(code, str) else "" for code in draft.frame[SCHOOL_ID]]


def _of_names(frame: Any) -> list[str]:
    if NAME not in frame.columns:
        return [""] * len(frame)
    return [levels_in_name(text) if isinstance(text, str) else "" for text in frame[NAME]]


def _of_file(draft: Draft, some: bool) -> str:
    """The level that a key's heading, any heading or the file's own name means; where some rows say theirs, only the file's."""
    headings = [] if some else [draft.mapping.get(ID, ""), *map(str, draft.raw.frame.columns)]
    hints = [*headings, draft.raw.path.stem, draft.raw.sublayer]
    return next((found for found in map(_of_heading, hints) if found), "")


def _without_helpers(frame: Any) -> Any:
    return frame.drop(columns=[name for name in (*LEVEL_HELPERS, GRADES_LOW, GRADES_HIGH) if name in frame.columns])


def finish(draft: Draft) -> Draft:
    """The layer's level and its kind of boundary: official, unless the file or the planner says otherwise."""
    draft = status_counted(draft)
    frame = draft.frame
    said = [b for b in frame[BOUNDARY].dropna().unique() if b in BOUNDARIES] if BOUNDARY in frame.columns else []
    boundary = said[0] if len(said) == 1 else "official"
    frame = frame.assign(**{BOUNDARY: boundary})
    levels = [str(level) for level in frame[LEVEL].unique()]
    columns = (*draft.columns, Column(LEVEL, say("Level")), Column(BOUNDARY, say("Boundary")))
    dash = boundary != "official"
    layer = {
        "boundary": boundary, "level": levels[0] if len(levels) == 1 and levels[0] in SCHOOL_LEVELS else "",
        "style": evolve(IMPORTER.style, dash=dash),
    }
    lines = list(draft.lines)
    if len(levels) > 1 or "+" in levels[0]:
        served = frame[LEVEL].str.split("+")
        counts = joined((say("{count} {level}", count=format_number(int(served.map(lambda own, one=level: one in own).sum())),
                             level=LEVEL_LABELS[level].small())
                         for level in SCHOOL_LEVELS if any(level in one.split("+") for one in levels)), ", ")
        lines.append(ReportLine("note", say("Areas of several levels in one layer: {counts}.", counts=counts)))
    lines.extend(_school_lines(draft))
    return evolve(draft, frame=frame, columns=columns, layer={**draft.layer, **layer}, lines=tuple(lines))


def _school_lines(draft: Draft) -> list[ReportLine]:
    if not draft.has(SCHOOL_ID):
        return [ReportLine("note", say("The file names no schools by a code; areas are linked to the schools that they are called "
                                        "after, the others to those inside them."))]
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
            "level", "school_level", "sch_level", "map_type", "sch_type", "nivel", "type", "openenroll_level", "level_", "schoollevel", "zone_type",
            "boundary_type", "school_type", "phase", "phaseofeducation_name", "grade_level", "level_of_education", "niveau", "status", "category",
        ), patterns=(r"level", r"(^|_)(type|phase|nivel)(_|$)"), test=are_levels),
        *grade_fields(),
        name_field("school_name", "school", "attendance_area", "area_name", "escuela"),
        FieldSpec(BOUNDARY, say("Boundary"), aliases=("boundary",), choices=BOUNDARIES,
                  test=lambda cells: bool(cells.isin(BOUNDARIES).mean() > 0.8)),
        *status_fields(),
    ),
    style=LayerStyle(line="#7D8893", line_width=1.2),
    prepare=prepare,
    finish=finish,
)
