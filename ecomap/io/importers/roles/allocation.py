"""Money by a published rule: the district's allocations to schools (SENI), the state's summary of the formula (LCFF)."""

from __future__ import annotations

import re
from typing import Any

from attrs import evolve

from ecomap.io.importers.columns import money
from ecomap.io.importers.columns.guessing import is_number, plain
from ecomap.io.importers.columns.money import (
    CODES,
    NAME,
    NO_STYLE,
    YEAR,
    amounts,
    identified,
    one_row_per,
)
from ecomap.io.importers.columns.years import stated_year
from ecomap.io.importers.spec import CONSTANT, Draft, FieldSpec, Importer
from ecomap.io.reading import RawSource, read_apart
from ecomap.model import vocabulary as v
from ecomap.model.errors import InputError
from ecomap.model.layer import Column
from ecomap.model.report import ReportLine
from ecomap.model.said import name as named
from ecomap.model.said import plural, say

SENI, LCFF, OTHER = "SENI", "LCFF", "Allocation"
_Y = r"\d{4}(_\d{2})?"
_CERTIFICATION = re.compile(r"(?<![A-Za-z0-9])(P-?[12]|AN(?:NUAL)?[ _-]*R-?\d+|R-?\d+|AN(?:NUAL)?)(?![A-Za-z0-9])", re.IGNORECASE)
_FORMULA = (v.BASE_GRANT, v.SUPPLEMENTAL_GRANT, v.CONCENTRATION_GRANT)


def certification_in(text: str) -> str:
    """The state's stage of certification that a text names, "" if none.

    >>> certification_in("LCFF Summary 24-25 P-2"), certification_in("LCFF Summary 23-24 ANR1"), certification_in("Annual")
    ('P-2', 'AN R1', 'AN')
    >>> certification_in("Data Descriptions")
    ''
    """
    found = _CERTIFICATION.search(text)
    if not found:
        return ""
    word = re.sub(r"[ _-]", "", found[1].upper()).replace("ANNUAL", "AN")
    if word.startswith("P"):
        return f"P-{word[1]}"
    return "AN" if word == "AN" else f"AN R{word.rpartition('R')[2]}"


def stage(certification: str) -> int:
    """Later certifications replace earlier ones: P-1 < P-2 < AN < AN R1 < AN R2 ...; not stated comes first.

    >>> [stage(word) for word in ("", "P-1", "P-2", "AN", "AN R1", "AN R3")]
    [0, 1, 2, 3, 4, 6]
    """
    known = certification_in(certification)
    if known.startswith("AN R"):
        return 3 + int(known[4:])
    return {"P-1": 1, "P-2": 2, "AN": 3}.get(known, 0)


def every_certification(raw: RawSource) -> RawSource:
    """All sheets of a state summary that are certifications of one year, below one another, unless one was chosen."""
    sheets = [name for name in raw.sublayers if certification_in(name)]
    chosen = not any("not read:" in note.text for note in raw.notes)
    if raw.format not in ("Excel", "OpenDocument") or chosen or len(sheets) < 2:
        return raw
    import pandas as pd  # heavy

    parts = [read_apart(raw.path, name) for name in sheets]
    frames = [part.frame.assign(**{v.CERTIFICATION: certification_in(name)}) for name, part in zip(sheets, parts)]
    notes = [note for part in parts for note in part.notes]
    said = ReportLine("note", plural("Read the sheets of {n} certification; of each district the latest is kept.",
                                     "Read the sheets of {n} certifications; of each district the latest is kept.", len(sheets)), None, tuple(sheets[:5]))
    return evolve(raw, frame=pd.concat(frames, ignore_index=True), read=sum(part.read for part in parts), notes=(said, *notes))


def prepare(draft: Draft) -> Draft:
    """Codes, the year that headings carry in them, the program, and need fifths as numbers."""
    if not any(draft.has(name) for name in (v.AMOUNT, *_FORMULA)):
        raise InputError(
            say("{file} has no column with an allocation in dollars.", file=named(draft.raw.path.name)),
            say("Say which column it is."), {"field": v.AMOUNT},
        )
    if v.YEAR not in draft.frame.columns:
        headings = [column for name, column in draft.mapping.items() if name in (v.NEED_SCORE, v.NEED_RANK, v.AMOUNT)
                    and not column.startswith(CONSTANT)]
        year = stated_year(headings)
        if year:
            line = ReportLine("note", say("Taken to be of {year}, as its headings say.", year=named(year)))
            draft = evolve(draft, frame=draft.frame.assign(**{v.YEAR: year}), lines=(*draft.lines, line),
                           columns=(*draft.columns, Column(v.YEAR, say("School year"))))
    draft = money.prepare(draft)
    frame, columns = draft.frame, list(draft.columns)
    if v.PROGRAM not in frame.columns:
        frame = frame.assign(**{v.PROGRAM: _program(draft)})
        columns.append(Column(v.PROGRAM, say("Program")))
    if v.NEED_QUINTILE in frame.columns:
        told = frame[v.NEED_QUINTILE]
        frame = frame.assign(**{v.NEED_QUINTILE: told.astype(object).map(_first_digit).astype(float)})
    office = frame[v.SCHOOL_ID].str.endswith("0000000").map({True: "district", False: "school"})
    columns.append(Column(v.SCOPE, say("School or district")))
    return evolve(draft, frame=frame.assign(**{v.SCOPE: office}), columns=tuple(columns))


def _program(draft: Draft) -> str:
    names = " ".join(plain(str(column)) for column in draft.raw.frame.columns)
    if re.search(r"(^|[ _])seni", names) or "seni" in plain(draft.raw.path.stem):
        return SENI
    return LCFF if any(draft.has(name) for name in _FORMULA) else OTHER


def _first_digit(cell: Any) -> float:
    """The number in "1 - HIGHEST"."""
    found = re.match(r"\s*([1-5])(\D|$)", str(cell))
    return float(found[1]) if found else float("nan")


def finish(draft: Draft) -> Draft:
    """The latest certification of each district and year; one row per school, year and program."""
    frame, lines = draft.frame, list(draft.lines)
    if v.AMOUNT not in frame.columns:
        there = [name for name in _FORMULA if name in frame.columns]
        total = frame[there].sum(axis=1, skipna=False)
        frame = frame.assign(**{v.AMOUNT: total.round(2)})
        draft = evolve(draft, columns=(*draft.columns, Column(v.AMOUNT, say("Amount"), "usd")))
        lines.append(ReportLine("note", say("No column with a total was found: it is the sum of base, supplemental and concentration grant.")
                                if len(there) == len(_FORMULA) else
                                say("No column with a total was found, nor all of base, supplemental and concentration grant: it is the sum of those there are, "
                                    "and no total of the formula.")))
    if v.CERTIFICATION in frame.columns:
        order = frame[v.CERTIFICATION].fillna("").map(stage)
        latest = order.groupby([frame[v.SCHOOL_ID], frame[v.YEAR], frame[v.PROGRAM]]).transform("max")
        earlier = (order < latest).to_numpy()
        if earlier.any():
            lines.append(ReportLine("dropped", say("Earlier certifications, which a later one of the same year replaces."), int(earlier.sum())))
            frame = frame[~earlier]
    draft = one_row_per(evolve(draft, frame=frame, lines=tuple(lines)), (v.SCHOOL_ID, v.YEAR, v.PROGRAM), say(
        "Rows that repeat a school, year and program with other numbers: the first of each was used, nothing was added up."))
    return identified(draft, (v.SCHOOL_ID, v.YEAR, v.PROGRAM))


IMPORTER = Importer(
    role=v.ALLOCATION,
    fields=(
        *CODES, NAME, YEAR,
        FieldSpec(v.PROGRAM, say("Program"), aliases=("program", "resource", "fund_name", "programa")),
        FieldSpec(v.CERTIFICATION, say("Certification"), aliases=("certification", "certification_period", "cert"), patterns=(r"certification",)),
        amounts(v.AMOUNT, say("Amount"), "amount", "allocation", "total_lcff_entitlement", "monto", patterns=(
            r"seni_total_allocation", r"total.*entitlement", r"total_allocation", r"allocation.*(dollar|amount|usd)",
        )),
        amounts(v.BASE_GRANT, say("Base grant"), "base_grant", patterns=(r"(?<!adjusted_)base_grant", r"base_grant")),
        amounts(v.SUPPLEMENTAL_GRANT, say("Supplemental grant"), "supplemental_grant", patterns=(r"total_supplemental|supplemental_grant",)),
        amounts(v.CONCENTRATION_GRANT, say("Concentration grant"), "concentration_grant", patterns=(r"total_concentration|concentration_grant",)),
        FieldSpec(v.UNDUPLICATED_SHARE, say("Unduplicated pupils"), "share", aliases=("unduplicated_share", "unduplicated_pupil_percentage", "upp"),
                  patterns=(r"unduplicated.*percent",), test=is_number),
        *(FieldSpec(column, say("Funded attendance, {grades}", grades=named(span)), "number", aliases=(column, f"funded_{column}"), test=is_number, unit="count",
                    patterns=(rf"ada.*{pattern}|{pattern}.*ada",))
          for (span, column), pattern in zip(v.ADA_COLUMNS.items(), (r"t?k_3", r"(?<!\d)4_6", r"(?<!\d)7_8", r"(?<!\d)9_12"))),
        FieldSpec(v.NEED_SCORE, say("Need score (SENI)"), "number", aliases=("seni_score",), patterns=(rf"^seni_score_{_Y}$", r"^seni_score"),
                  test=is_number, unit="score"),
        FieldSpec(v.NEED_RANK, say("Need rank (SENI)"), "number", aliases=("seni_rank",), patterns=(rf"^seni_rank_for_{_Y}_allocation$", r"^seni_rank"),
                  test=is_number, unit="rank"),
        FieldSpec(v.NEED_QUINTILE, say("Need fifth (1 = highest)"), aliases=("seni_quintile",), patterns=(rf"^seni_({_Y}_)?quintile$", r"quintile")),
        FieldSpec(v.ENROLLMENT, say("Pupils"), "number", aliases=("enrollment", "total_enrollment"), patterns=(rf"^total_enrollment_{_Y}$",),
                  test=is_number, unit="count"),
    ),
    style=NO_STYLE,
    prepare=prepare,
    finish=finish,
    enrich=every_certification,
)
