"""The levels of every row, by the best evidence there is: grades, then a level, then a type, then its name."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Any, Final

from ecomap.io.importers.columns.fields import original_name
from ecomap.io.importers.columns.guessing import plain
from ecomap.io.importers.columns.schools.grades import (
    AGE,
    GRADE,
    NO_GRADES,
    YEAR,
    Grades,
    are_grades,
    are_levels,
    grade_of,
    grades_between,
    grades_in,
    levels_in_name,
    levels_in_words,
    levels_of_grades,
    shown,
    unit_of,
)
from ecomap.io.importers.spec import CONSTANT, Draft, FieldSpec
from ecomap.io.table import text_of
from ecomap.model import vocabulary as v
from ecomap.model.report import ReportLine
from ecomap.model.said import say

_LOOKED_AT = 2_000  # cells

SPAN: Final = "grade_span"
AGE_LOW, AGE_HIGH = "age_low", "age_high"
LEVEL_HELPERS: Final = (SPAN, AGE_LOW, AGE_HIGH)
_EXAMPLES = 5
_SPANS = re.compile(r"grade|grado|(^|_)gs|age_range|year_(level|group|range)|span")   # headings of further spans
_WORDS = re.compile(r"level|type|phase|nivel|niveau|class|descr|categ|kind|group")     # and of further words


def are_single_grades(cells: Any) -> bool:
    """True if most cells are one grade each."""
    return len(cells) > 0 and sum(grade_of(cell, YEAR if "ear" in cell else GRADE) is not None for cell in cells) > 0.5 * len(cells)


def are_ages(cells: Any) -> bool:
    return len(cells) > 0 and bool(cells.str.fullmatch(r"\d{1,2}(\.0)?").mean() > 0.8)


def grade_fields() -> tuple[FieldSpec, ...]:
    """Lowest and highest grade, a span or list of grades, lowest and highest age."""
    return (
        FieldSpec(v.GRADES_LOW, say("Lowest grade"), aliases=(
            "low_grade", "grades_low", "grade_low", "lograde", "gslo", "lowest_grade", "lowest_grade_offered", "grades_lo", "grade_lo", "lo_grade",
            "min_grade", "mingrade", "grade_min", "from_grade", "grade_from", "fromgrade", "start_grade", "grade_start", "beg_grade", "lowgrade",
            "low_grd", "lo_grd", "grado_minimo", "grado_inicial", "first_grade", "gs_lo", "lowest_year", "year_from", "min_year", "entry_grade",
        ), patterns=(r"(^|_)(lo|low|lowest|min|minimum|start|from|beg\w*)_?(grade|grd|gr)s?(_|$)", r"(^|_)(grade|grd|gr)s?_?(lo|low|lowest|min|start|from)$"),
            test=are_single_grades),
        FieldSpec(v.GRADES_HIGH, say("Highest grade"), aliases=(
            "high_grade", "grades_high", "grade_high", "higrade", "gshi", "highest_grade", "highest_grade_offered", "grades_hi", "grade_hi", "hi_grade",
            "max_grade", "maxgrade", "grade_max", "to_grade", "grade_to", "tograde", "end_grade", "grade_end", "highgrade", "high_grd", "hi_grd",
            "grado_maximo", "grado_final", "last_grade", "gs_hi", "highest_year", "year_to", "max_year", "exit_grade",
        ), patterns=(r"(^|_)(hi|high|highest|max|maximum|end|to)_?(grade|grd|gr)s?(_|$)", r"(^|_)(grade|grd|gr)s?_?(hi|high|highest|max|end|to)$"),
            test=are_single_grades),
        FieldSpec(SPAN, say("Grades offered"), aliases=(
            "gsserved", "gsoffered", "grade_span", "gradespan", "grades", "grado", "grados", "grade_range", "graderange", "grades_served",
            "grades_offered", "gradesserved", "grades_taught", "grade_levels", "gradelevels", "grade_level", "grade_config", "grade_configuration",
            "grade_structure", "current_grade_structure", "grades_text", "grade_cat", "gradecat", "location_category_grades", "year_levels",
            "year_groups", "year_range", "years", "age_range", "agerange", "ages", "student_age_range", "span", "grades_list", "grades_current",
        ), patterns=(r"(^|_)grades?(_|$)", r"grade_?(span|range|level|struct)", r"(^|_)age_?range$", r"year_?(level|group|range)s?$"), test=are_grades),
        FieldSpec(AGE_LOW, say("Lowest age"), aliases=(
            "statutorylowage", "statutory_low_age", "low_age", "lowage", "minage", "min_age", "lowest_age", "age_low", "age_from", "age_min",
            "from_age", "lower_age", "edad_minima",
        ), test=are_ages),
        FieldSpec(AGE_HIGH, say("Highest age"), aliases=(
            "statutoryhighage", "statutory_high_age", "high_age", "highage", "maxage", "max_age", "highest_age", "age_high", "age_to", "age_max",
            "to_age", "upper_age", "edad_maxima",
        ), test=are_ages),
    )


def with_levels(draft: Draft, column: str, *, by_names: bool = True) -> tuple[Any, list[ReportLine]]:
    """The rows of a draft with their levels and their lowest and highest grade, and what was found on the way.

    Parameters
    ----------
    column : str
        Where the file's own word of a level stands, and the levels go.
    by_names : bool
        Whether the schools' names may tell what nothing else says.
    """
    import pandas as pd  # heavy

    frame = draft.frame
    lines: list[ReportLine] = []
    grades = grades_of_rows(draft)
    by_grades = [levels_of_grades(found) for found in grades]
    by_words = words_of_rows(draft, (column, v.SCHOOL_TYPE))
    levels = [a or b for a, b in zip(by_grades, by_words)]
    names = frame[v.NAME].fillna("").astype(str) if v.NAME in frame.columns else None
    if names is not None and by_names:
        by_name = [levels_in_name(text) if not found else "" for text, found in zip(names, levels)]
        told = sum(map(bool, by_name))
        if told:
            lines.append(ReportLine("note", say("Levels were told by the schools' own names, where nothing else says them."), told,
                                    tuple(text for text, found in zip(names, by_name) if found)[:_EXAMPLES]))
        levels = [a or b for a, b in zip(levels, by_name)]
    clash = [bool(a and b) and not set(a.split("+")) & set(b.split("+")) for a, b in zip(by_grades, by_words)]
    if any(clash):
        said = names if names is not None else frame.index.to_series().astype(str)
        lines.append(ReportLine("caution", say("Their level says something else than their grades; the grades count."), sum(clash),
                                tuple(said[clash].head(_EXAMPLES))))
    made: dict[str, Any] = {}
    if any(levels):
        made[column] = pd.Series(levels, index=frame.index, dtype="str")
    if any(grades) and any(name in frame.columns for name in LEVEL_HELPERS):
        made |= _shown(frame, grades)
    helpers = [name for name in LEVEL_HELPERS if name in frame.columns]
    out = frame.drop(columns=helpers).assign(**made)
    if not any(levels) and column in out.columns:
        out = out.drop(columns=column)
    return out, lines


def grades_of_rows(draft: Draft) -> list[Grades]:
    """The grades of every row: from its lowest and highest grade, else its span or list, else further spans, else its ages."""
    frame, mapping = draft.frame, draft.mapping
    out = [NO_GRADES] * len(frame)
    for low, high in ((v.GRADES_LOW, v.GRADES_HIGH), (AGE_LOW, AGE_HIGH)):
        if {low, high} <= set(frame.columns):
            unit = AGE if low == AGE_LOW else unit_of(_heading(mapping, low), ())
            pairs = zip(frame[low].fillna("").astype(str), frame[high].fillna("").astype(str))
            found = [grades_between(a, b, unit) for a, b in pairs]
            out = [a or b for a, b in zip(out, found)]
        if low == v.GRADES_LOW and SPAN in frame.columns:
            out = _with_spans(out, frame[SPAN], _heading(mapping, SPAN))
    for column in _further(draft, _SPANS, are_grades) if not all(out) else ():
        out = _with_spans(out, text_of(frame[column]), original_name(column))
    return out


def _with_spans(so_far: list[Grades], values: Any, heading: str) -> list[Grades]:
    cells = values.fillna("").astype(str)
    unit = unit_of(heading, cells)
    return [a or grades_in(b, unit) for a, b in zip(so_far, cells)]


def words_of_rows(draft: Draft, columns: tuple[str, ...]) -> list[str]:
    """What the words of every row say, the first column that says something; a level that is unknown looks on.

    After the columns named, others are looked at whose heading and cells speak of levels.
    """
    frame, out = draft.frame, [""] * len(draft.frame)
    for column in columns:
        if column in frame.columns:
            heading = _heading(draft.mapping, column)
            out = [a or levels_in_words(b, heading) for a, b in zip(out, frame[column].fillna("").astype(str))]
    for column in _further(draft, _WORDS, are_levels) if not all(out) else ():
        out = [a or levels_in_words(b, original_name(column)) for a, b in zip(out, text_of(frame[column]).fillna("").astype(str))]
    return out


def _further(draft: Draft, headings: re.Pattern[str], fits: Callable[[Any], bool]) -> list[str]:
    """Columns that are no field, whose heading and cells fit."""
    named_so = [column for column in draft.rest if headings.search(plain(original_name(column)))]
    samples = {column: text_of(draft.frame[column].dropna().head(_LOOKED_AT)).dropna() for column in named_so}
    return [column for column in named_so if len(samples[column]) and fits(samples[column])]


def _heading(mapping: Mapping[str, str], field: str) -> str:
    return mapping.get(field, "").removeprefix(CONSTANT)


def _shown(frame: Any, grades: list[Grades]) -> dict[str, Any]:
    """Lowest and highest grade where the file has them in another form; its own words stay where it has them."""
    import pandas as pd  # heavy

    made = {}
    for name, pick in ((v.GRADES_LOW, min), (v.GRADES_HIGH, max)):
        told = [shown(pick(found)) if found else "" for found in grades]
        own = frame[name].fillna("").astype(str).tolist() if name in frame.columns else [""] * len(frame)
        made[name] = pd.Series([a or b for a, b in zip(own, told)], index=frame.index, dtype="str")
    return made
