"""Tables with a row per place and year, or per place and group: the last year and everybody are taken, and that is said."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any, Final

from attrs import evolve, frozen

from ecomap.io.importers.columns.guessing import plain
from ecomap.io.importers.columns.keys.matching import file_columns
from ecomap.io.importers.columns.schools.levels import SPAN, are_single_grades
from ecomap.io.importers.spec import CONSTANT
from ecomap.io.reading import RawSource
from ecomap.io.table import looks_numeric, text_of
from ecomap.model import vocabulary as v
from ecomap.model.report import ReportLine
from ecomap.model.said import name as named
from ecomap.model.said import plural, say

ROLES: Final = frozenset({v.SCHOOL, v.NEED_AREA, v.ATTENDANCE_AREA, v.DISTRICT, v.ZONE})
_REPEATS: Final = 0.67      # share of different codes among the rows, below which the rows repeat their places
_MOST_YEARS: Final = 60
_MOST_PLACES: Final = 0.5   # of the places must be in the last year, else it is only begun
_YEARS: Final = re.compile(
    r"^((school|academic|data|report|reporting|fiscal|survey|collection|end|ending|begin|beginning|start|starting|calendar)_?)?(year|yr)(_?(code|label|name|id|text))?$"
    r"|^sy$|^time_?frame$|^time_period$|^vintage$|^ano$|^annee$|^ano_(escolar|lectivo)$|^ciclo(_escolar)?$|^schoolyear$|^academicyear$")
_YEAR: Final = re.compile(r"(?<!\d)(?:(?:19|20)\d\d)(?!\d)|(?<!\d)\d{2}[-/]\d{2}(?!\d)")
_ALL: Final = re.compile(
    r"^(all|total|overall|both|both sexes|everyone|everybody|t|ta|all (students?|pupils?|grades?|ages|persons|people|groups?|subgroups?|races|schools?|levels|categories|subjects)"
    r"|(students?|pupils?|grades?|total)[ -]*(all|total|enrollment|students?|population)|todos?|todas|todos los (estudiantes|alumnos)|tous|ensemble)$")


@frozen
class OneEach:
    """The file with the rows that are meant, and the mapping that fits them."""

    raw: RawSource
    mapping: dict[str, str]


def one_row_each(raw: RawSource, role: str, mapping: Mapping[str, str]) -> OneEach:
    """Of rows that repeat their places by year the last year's, of those by group everybody's, of those by grade one with all grades.

    A file in which every row is a place of its own is given back as it is.
    """
    out = OneEach(raw, dict(mapping))
    key = next((column for column in (mapping.get(v.ID, ""), mapping.get("school_code", ""), mapping.get(v.SCHOOL_ID, ""), mapping.get(v.NAME, ""))
                if column and not column.startswith(CONSTANT)), "") or _code_in(raw.frame)
    if role not in ROLES or key not in raw.frame.columns or len(raw.frame) < 2 or not _repeats(raw.frame, key):
        return out
    out = evolve(out, raw=_of_last_year(out.raw, key, set(mapping.values()) - {mapping.get(SPAN, "")}))
    if _repeats(out.raw.frame, key):
        out = evolve(out, raw=_of_everybody(out.raw, key, set(mapping.values()) - {mapping.get(SPAN, "")}))
    return _with_all_grades(out, key) if role == v.SCHOOL and _repeats(out.raw.frame, key) else out


def _code_in(frame: Any) -> str:
    """The column of codes that tells most rows apart, where no heading was recognised as the code."""
    codes = [(-cells.nunique(), place, str(column)) for place, (column, cells) in enumerate(file_columns(frame)) if not _YEARS.match(plain(str(column)))]
    return min(codes)[2] if codes else ""


def _repeats(frame: Any, key: str) -> bool:
    keys = text_of(frame[key]).dropna()
    return len(keys) > 1 and keys.nunique() <= _REPEATS * len(keys)


def _of_last_year(raw: RawSource, key: str, fields: set[str]) -> RawSource:
    """The rows of the last year that most places have; the file as it is where no column of years tells its rows apart."""
    keys = text_of(raw.frame[key])
    for column in raw.frame.columns:
        if column in fields or not _YEARS.match(plain(str(column))):
            continue
        years = text_of(raw.frame[column])
        told = years.dropna()
        if not 1 < told.nunique() <= _MOST_YEARS or not told.str.contains(_YEAR).mean() > 0.95:
            continue
        if keys.groupby(years).nunique().sum() <= 1.2 * keys.nunique():
            continue  # every place has one year: when it was counted, or opened
        counted = keys.groupby(years).nunique()
        last = max((year for year in counted.index if counted[year] >= _MOST_PLACES * counted.max()), key=lambda year: (_YEAR.findall(year)[:1] or [""], year))
        others = (years != last).to_numpy()
        line = ReportLine("dropped", say("Rows of other years than {year}, the last in the file.", year=named(last)), int(others.sum()),
                          tuple(sorted(set(years[others].dropna()))[:5]))
        return _only(raw, ~others, line)
    return raw


def _of_everybody(raw: RawSource, key: str, fields: set[str]) -> RawSource:
    """The rows that speak of everybody, where the others speak of groups."""
    keys = text_of(raw.frame[key])
    for column in raw.frame.columns:
        if column in fields or column == v.GEOMETRY:
            continue
        texts = text_of(raw.frame[column])
        if not 1 < texts.nunique() <= 100:
            continue
        everybody = texts.str.strip().str.casefold().str.fullmatch(_ALL).fillna(False).astype(bool).to_numpy()
        if everybody.any() and keys[everybody].nunique() >= 0.9 * keys.nunique():
            word = str(texts[everybody].iloc[0])
            line = ReportLine("dropped", say("Rows of groups other than '{all}' in column {column}.", all=named(word), column=named(str(column))),
                              int((~everybody).sum()), tuple(texts[~everybody].dropna().drop_duplicates().head(5)))
            return _only(raw, everybody, line)
    return raw


def _with_all_grades(out: OneEach, key: str) -> OneEach:
    """One row for a school that has a row per grade: all its grades, its pupils added up."""
    import pandas as pd  # heavy

    column = out.mapping.get(SPAN, "")
    if column not in out.raw.frame.columns:
        return out
    frame = out.raw.frame
    keys, grades = text_of(frame[key]), text_of(frame[column])
    if not are_single_grades(grades.dropna()) or keys.isna().any() or pd.concat([keys, grades], axis=1).duplicated().any():
        return out
    frame = frame.assign(**{column: grades.fillna("").groupby(keys).transform(lambda own: ", ".join(text for text in own if text))})
    pupils = out.mapping.get(v.ENROLLMENT, "") or next((c for c in frame.columns if plain(str(c)) in ("enrollment", "enrolment", "students", "pupils")), "")
    if pupils in frame.columns:
        counts = pd.to_numeric(text_of(frame[pupils]), errors="coerce")
        if counts.notna().all():
            frame = frame.assign(**{pupils: counts.groupby(keys).transform("sum").map(lambda count: f"{count:g}").astype(object)})
    differing = [c for c in frame.columns if c not in (key, column, pupils, v.GEOMETRY) and looks_numeric(frame[c])
                 and text_of(frame[c]).fillna("").groupby(keys).nunique().max() > 1]
    raw = evolve(out.raw, frame=frame.drop(columns=differing))
    if differing:
        raw = evolve(raw, notes=(*raw.notes, ReportLine("caution", say("Columns whose numbers differ from grade to grade were not kept."), None, tuple(map(str, differing[:5])))))
    further = keys.duplicated().to_numpy()
    line = ReportLine("merged", plural("{n} further row of a school with a row for each grade: its grades were put together, its pupils added up.",
                                       "{n} further rows of schools with a row for each grade: their grades were put together, their pupils added up.",
                                       int(further.sum())), int(further.sum()), tuple(keys[further].drop_duplicates().head(5)))
    return evolve(out, raw=_only(raw, ~further, line))


def _only(raw: RawSource, rows: Any, line: ReportLine) -> RawSource:
    return evolve(raw, frame=raw.frame[rows].reset_index(drop=True), notes=(*raw.notes, line))
