"""Schools: where they are, which levels they serve, who runs them, who attends."""

from __future__ import annotations

import re
from typing import Any

from attrs import evolve

from ecomap.io.importers.columns.fields import padding_counted, with_padding_marked
from ecomap.io.importers.columns.guessing import is_cds, is_code, is_count, is_number
from ecomap.io.importers.columns.places import (
    ADDRESS,
    CITY,
    LATITUDE,
    LONGITUDE,
    POSTCODE,
    SCHOOL_CODES,
    name_field,
)
from ecomap.io.importers.spec import Draft, FieldSpec, Importer
from ecomap.io.table import clean_cds, text_of
from ecomap.model import vocabulary as v
from ecomap.model.layer import Column
from ecomap.model.report import ReportLine
from ecomap.model.said import name as named
from ecomap.model.said import say
from ecomap.model.style import LayerStyle

_GRADES = {"p": -2, "pk": -2, "tk": -1, "k": 0, "kn": 0, "kg": 0, "kindergarten": 0, "adult": 20, "a": 20} | {
    str(n): n for n in range(13)} | {f"{n:02d}": n for n in range(1, 10)}
_LEVEL_WORDS = (
    (("elementary", "middle", "high"), r"k-?12|combination|elementary-high|span"),
    (("elementary",), r"element|primar"),
    (("middle",), r"middle|intermediate|junior|secundaria"),
    (("high",), r"high|continuation|preparatoria"),
)
_NO_HOME_INTAKE = r"continuation|alternative|community day|juvenile|special|adult|magnet|opportunity|charter|private|college|universit"


def levels_of(low: str, high: str) -> str:
    """Levels served by a range of grades, joined by "+".

    Elementary if grade 4 or below is served, middle if grade 7 or 8, high if any of grades 9 to 12.

    >>> levels_of("K", "5"), levels_of("K", "8"), levels_of("06", "12"), levels_of("9", "12"), levels_of("", "12")
    ('elementary', 'elementary+middle', 'middle+high', 'high', '')
    """
    first, last = _GRADES.get(low.strip().lower()), _GRADES.get(high.strip().lower())
    if first is None or last is None or first > 12:
        return ""
    serves = {"elementary": first <= 4, "middle": first <= 8 and last >= 7, "high": last >= 9}
    return "+".join(level for level in v.SCHOOL_LEVELS if serves[level])


def levels_in_words(text: str) -> str:
    """Levels that a school type names, "" if none.

    >>> levels_in_words("Elementary Schools (Public)"), levels_in_words("Intermediate/Middle/Junior High Schools")
    ('elementary', 'middle')
    """
    for levels, pattern in _LEVEL_WORDS:
        if levels == ("high",) and re.search(r"junior high", text.lower()) and not re.search(r"senior", text.lower()):
            continue
        if re.search(pattern, text.lower()):
            return "+".join(levels)
    return ""


def prepare(draft: Draft) -> Draft:
    """CDS codes whole, levels from grades or words, governance and shares where they can be told."""
    draft = _with_codes(draft)
    frame, lines, columns = draft.frame, list(draft.lines), list(draft.columns)
    if "grade_span" in frame.columns and v.GRADES_LOW not in frame.columns:
        span = frame["grade_span"].fillna("").str.extract(r"^\s*(?:Grades?\s*)?([A-Za-z]+|\d+)\s*(?:-|–|to)\s*(\d+|[A-Za-z]+)\s*$")
        frame = frame.assign(**{v.GRADES_LOW: span[0], v.GRADES_HIGH: span[1]})
    frame = frame.drop(columns=[c for c in ("grade_span",) if c in frame.columns])
    levels = _levels(frame)
    if levels is not None:
        frame = frame.assign(**{v.LEVELS: levels})
        columns = [c for c in columns if c.name != v.LEVELS] + [Column(v.LEVELS, say("Levels"))]
    if v.GOVERNANCE in frame.columns:
        frame = frame.assign(**{v.GOVERNANCE: frame[v.GOVERNANCE].map(_governance).astype("str")})
    frame, said = _with_share(frame)
    columns += said
    return evolve(draft, frame=frame, lines=tuple(lines), columns=tuple(columns))


def _with_codes(draft: Draft) -> Draft:
    """The 14-digit code, whole or put together from county (2), district (5) and school (7)."""
    frame, lines, columns = draft.frame, list(draft.lines), list(draft.columns)
    parts = ("county_code", "district_code", "school_code")
    if v.ID not in frame.columns and "school_code" in frame.columns and not all(part in frame.columns for part in parts):
        frame = frame.assign(**{v.ID: frame["school_code"]})  # a district's own number, which is whole as it stands
        columns.append(Column(v.ID, say("School code")))
    if v.ID not in frame.columns and all(part in frame.columns for part in parts):
        pieces = [text_of(frame[part]).str.zfill(width) for part, width in zip(parts, (2, 5, 7))]
        frame = frame.assign(**{v.ID: pieces[0] + pieces[1] + pieces[2]})
        columns.append(Column(v.ID, say("CDS code")))
        lines.append(ReportLine("note", say("School codes (CDS) were put together from county, district and school code.")))
    frame = frame.drop(columns=[part for part in parts if part in frame.columns])
    columns = [c for c in columns if c.name not in parts]
    if v.ID in frame.columns and is_cds(text_of(frame[v.ID]).dropna()):
        columns = [evolve(column, label=say("CDS code")) if column.name == v.ID else column for column in columns]
        codes = clean_cds(frame[v.ID])
        frame = frame.assign(**{v.ID: codes.values})
        if codes.padded:
            frame = with_padding_marked(frame, codes.marks)
        offices = codes.values.fillna("").str.endswith("0000000").to_numpy()
        if offices.any():
            lines.append(ReportLine("dropped", say("Rows of districts and county offices, not of schools."), int(offices.sum())))
            frame = frame[~offices]
    return evolve(draft, frame=frame, lines=tuple(lines), columns=tuple(columns))


def _levels(frame: Any) -> Any:
    """The best word on each school's levels: grades, else the level column, else its type."""
    import pandas as pd  # heavy

    out = pd.Series("", index=frame.index, dtype="str")
    if v.GRADES_LOW in frame.columns and v.GRADES_HIGH in frame.columns:
        pairs = zip(frame[v.GRADES_LOW].fillna(""), frame[v.GRADES_HIGH].fillna(""))
        out = pd.Series([levels_of(low, high) for low, high in pairs], index=frame.index, dtype="str")
    for column in (v.LEVELS, v.SCHOOL_TYPE):
        if column in frame.columns:
            words = frame[column].fillna("").map(levels_in_words).astype("str")
            out = out.where(out != "", words)
    return out if (out != "").any() else None


def _governance(text: object) -> str:
    """district, charter or private, from Y/N flags or words."""
    words = str(text).strip().lower() if isinstance(text, str) else ""
    if "private" in words:
        return "private"
    if words in ("y", "yes", "true", "1") or "charter" in words:
        return "charter"
    return "district" if words in ("n", "no", "false", "0") or "public" in words or "district" in words else ""


def _with_share(frame: Any) -> tuple[Any, list[Column]]:
    """The share eligible for free or reduced-price meals, from the counts where only those are given."""
    if v.FRPM_SHARE in frame.columns or not {v.FRPM_COUNT, v.ENROLLMENT} <= set(frame.columns):
        return frame, []
    enrolled = frame[v.ENROLLMENT].where(frame[v.ENROLLMENT] > 0)
    return frame.assign(**{v.FRPM_SHARE: (frame[v.FRPM_COUNT] / enrolled).round(4)}), [
        Column(v.FRPM_SHARE, say("Eligible for free or reduced-price meals"), "share")
    ]


def finish(draft: Draft) -> Draft:
    """Say which schools take pupils by home address, where type and governance tell it, and what that rests on."""
    draft = padding_counted(draft, say("School codes (CDS) that had lost their leading zero."))
    frame, lines = draft.frame, [*draft.lines, *_cautions(draft.frame)]
    columns = list(draft.columns)
    placed = v.GEOMETRY in frame.columns
    if placed and v.RESIDENTIAL_INTAKE not in frame.columns and v.GOVERNANCE in frame.columns:
        district = frame[v.GOVERNANCE] == "district"
        told = [frame[c].fillna("").str.lower() for c in (v.SCHOOL_TYPE, v.NAME) if c in frame.columns]
        special = sum((t.str.contains(_NO_HOME_INTAKE).astype(int) for t in told), start=0)
        frame = frame.assign(**{v.RESIDENTIAL_INTAKE: (district & (special == 0)).astype(bool)})
        columns.append(Column(v.RESIDENTIAL_INTAKE, say("Takes pupils by home address"), "flag"))
        lines.append(ReportLine(
            "note", say("Taken to admit pupils by home address: district-run schools whose type and name are not special."),
            int(frame[v.RESIDENTIAL_INTAKE].sum()),
        ))
    return evolve(draft, frame=frame, lines=tuple(lines), columns=tuple(columns))


def _cautions(frame: Any) -> list[ReportLine]:
    """What is doubtful about the rows that are kept."""
    lines = []
    names = frame[v.NAME if v.NAME in frame.columns else v.ID].astype(str)
    strange = ~frame[v.ID].str.match(r"^\d{14}(-\d+)?$").fillna(False).astype(bool)
    if strange.any() and strange.mean() < 0.5:
        lines.append(ReportLine(
            "note", say("Rows whose code is not a 14-digit CDS code: probably colleges or private schools; kept."),
            int(strange.sum()), tuple(names[strange].head(5)),
        ))
    if v.LEVELS in frame.columns and (frame[v.LEVELS] == "").any():
        unknown = frame[v.LEVELS] == ""
        lines.append(ReportLine(
            "note", say("Schools whose level cannot be told from grades or type."), int(unknown.sum()), tuple(names[unknown].head(5))
        ))
    private = int((frame[v.GOVERNANCE] == "private").sum()) if v.GOVERNANCE in frame.columns else 0
    if private:
        lines.append(ReportLine(
            "caution", say("Private schools are among the rows; analyses of public schools should leave them out."), private
        ))
    return lines


IMPORTER = Importer(
    role=v.SCHOOL,
    fields=(
        FieldSpec(v.ID, say("School code"), "code", aliases=SCHOOL_CODES, patterns=(r"cds", r"(^|_)ncessch", r"^sch(ool)?_(id|no|num)"), test=is_code,
                  help=say("The number or code that tells one school from another."), loose=("id", "code", "key", "number", "site_id", "facility_id")),
        FieldSpec("county_code", say("County code"), "code", aliases=("county_code",)),
        FieldSpec("district_code", say("District code"), "code", aliases=("district_code",)),
        FieldSpec("school_code", say("School code"), "code", aliases=("school_code",), test=is_code),
        name_field("school_name", "school", "sch_name", "schoolname", "label", "school_name_y", "school_name_x", "nombre_escuela"),
        FieldSpec(v.GRADES_LOW, say("Lowest grade"), aliases=("low_grade", "grades_low", "lograde", "gslo", "lowest_grade")),
        FieldSpec(v.GRADES_HIGH, say("Highest grade"), aliases=("high_grade", "grades_high", "higrade", "gshi", "highest_grade")),
        FieldSpec("grade_span", say("Grades offered"), aliases=("gsserved", "gsoffered", "grade_span", "grades", "grados")),
        FieldSpec(v.LEVELS, say("Levels"), aliases=("levels", "level", "school_level", "eilname", "cat2", "eilcode", "nivel"),
                  test=lambda cells: bool((cells.map(levels_in_words) != "").mean() > 0.3)),
        FieldSpec(v.GOVERNANCE, say("Run by"), aliases=(
            "governance", "charter_school_y_n", "charter", "charteryn", "charter_y_n", "cat3",
        ), test=lambda cells: bool((cells.map(_governance) != "").mean() > 0.3)),
        FieldSpec(v.SCHOOL_TYPE, say("Type"), aliases=(
            "educational_option_type", "school_type", "edopsname", "soctype", "cat2", "tipo",
        ), patterns=(r"educational_option",)),
        FieldSpec(v.ENROLLMENT, say("Pupils"), "number", aliases=(
            "enrollment", "enrollment_k_12", "enrolment", "total_enrollment", "enroll", "students", "matricula", "enr_total",
        ), patterns=(r"^enroll",), test=is_count, unit="count"),
        FieldSpec(v.FRPM_COUNT, say("Eligible for free or reduced-price meals"), "number", aliases=(
            "frpm_count_k_12", "frpm_count", "frpm",
        ), patterns=(r"frpm_count",), test=is_count, unit="count"),
        FieldSpec(v.FRPM_SHARE, say("Eligible for free or reduced-price meals"), "share", aliases=(
            "frpm_share", "percent_eligible_frpm_k_12", "percent_percent_eligible_frpm_k_12", "percent_frpm",
        ), patterns=(r"percent.*frpm.*k_12", r"frpm.*(pct|percent)"), test=is_number),
        FieldSpec(v.UNDUPLICATED, say("Unduplicated pupils"), "number", aliases=(
            "unduplicated_count", "calpads_unduplicated_pupil_count_upc", "unduplicated_pupil_count", "upc",
        ), patterns=(r"unduplicated_pupil_count",), test=is_number, unit="count",
            help=say("English learners, foster youth or eligible for free or reduced-price meals, each counted once.")),
        *(FieldSpec(column, say("Average daily attendance, {grades}", grades=named(span)), "number", aliases=(column,), test=is_number, unit="count")
          for span, column in v.ADA_COLUMNS.items()),
        FieldSpec(v.NONSTABILITY, say("Pupils who came or left during the year"), "share", aliases=(
            "nonstability_share", "nonstability_rate", "non_stability_rate"), test=is_number),
        FieldSpec(v.DISADVANTAGED, say("Socioeconomically disadvantaged"), "share", aliases=("sed_share", "sed_rate"), test=is_number),
        FieldSpec(v.RESIDENTIAL_INTAKE, say("Takes pupils by home address"), "flag", aliases=("residential_intake",)),
        LONGITUDE, LATITUDE, ADDRESS, CITY, POSTCODE,
    ),
    style=LayerStyle(fill="#8A96A3", line="#FFFFFF", line_width=0.8, shape="circle", size=5.0),
    prepare=prepare,
    finish=finish,
    joins=v.SCHOOL,
    join_key=v.ID,
)
