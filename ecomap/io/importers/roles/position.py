"""Staff positions of schools with their pay, by the template; names of people are not taken."""

from __future__ import annotations

import re
from typing import Any

from attrs import evolve

from ecomap.io.importers.columns.fields import original_name
from ecomap.io.importers.columns.guessing import is_number, plain
from ecomap.io.importers.columns.money import CODES, NAME, NO_STYLE, YEAR, amounts, identified, prepare
from ecomap.io.importers.spec import Draft, FieldSpec, Importer
from ecomap.model import vocabulary as v
from ecomap.model.layer import Column
from ecomap.model.report import ReportLine
from ecomap.model.said import say
from ecomap.model.units import format_number

LOWEST, HIGHEST = 10_000, 500_000  # dollars a year of one full-time position: outside is probably another unit
_PERSON = re.compile(r"employee|incumbent|(^|_)(first|last|middle|full)_?name|person|ssn|social_security|birth|e_?mail|phone")


def is_pay(cells: Any) -> bool:
    """Mostly numbers; the rest may say that a position is vacant, or why its pay is not told."""
    from ecomap.io.table import parse_numbers

    return bool((parse_numbers(cells).reasons != "not_a_number").mean() >= 0.5)


def without_people(draft: Draft) -> Draft:
    """Leave out the columns that name people: averages need none of them."""
    draft = prepare(draft)
    personal = [column for column in draft.rest if _PERSON.search(plain(original_name(column)))]
    if not personal:
        return draft
    line = ReportLine("note", say("Columns that name people were left out: they are not needed and are not stored."), None,
                      tuple(original_name(column) for column in personal[:5]))
    rest = tuple(column for column in draft.rest if column not in personal)
    return evolve(draft, frame=draft.frame.drop(columns=personal), rest=rest, lines=(*draft.lines, line))


def finish(draft: Draft) -> Draft:
    """One full-time position per row where no FTE is given; pay that cannot be a year's is said."""
    frame, lines, columns = draft.frame, list(draft.lines), list(draft.columns)
    if v.FTE not in frame.columns:
        frame = frame.assign(**{v.FTE: 1.0})
        columns.append(Column(v.FTE, say("Full-time equivalents"), "count", digits=2))
        lines.append(ReportLine("caution", say("No column with full-time equivalents was found: every row counts as one full-time position.")))
    odd = (frame[v.SALARY] < LOWEST) | (frame[v.SALARY] > HIGHEST)
    if odd.any():
        lines.append(ReportLine(
            "caution", say("Positions with a pay below {lowest} or above {highest}: pay is dollars a year of one full-time position, not per hour and not times FTE. Kept; check them.", lowest=format_number(LOWEST, "usd"), highest=format_number(HIGHEST, "usd")), int(odd.sum()),
            tuple(format_number(pay, "usd") for pay in frame[v.SALARY][odd].head(5)),
        ))
    columns = [evolve(c, digits=2) if c.name == v.FTE else c for c in columns]
    keys = (v.SCHOOL_ID, v.YEAR, v.TITLE) if v.TITLE in frame.columns else (v.SCHOOL_ID, v.YEAR)
    return identified(evolve(draft, frame=frame, lines=tuple(lines), columns=tuple(columns)), keys)


IMPORTER = Importer(
    role=v.POSITION,
    fields=(
        *CODES,
        FieldSpec(v.TITLE, say("Position"), aliases=("title", "position", "job_title", "classification", "puesto", "cargo"),
                  patterns=(r"title", r"position|classification")),
        NAME, YEAR,
        FieldSpec(v.FTE, say("Full-time equivalents"), "number", aliases=("fte", "ftes", "full_time_equivalent"),
                  patterns=(r"(^|_)fte",), test=is_number, unit="count"),
        amounts(v.AVERAGE_SALARY, say("Average pay charged"), "average_salary", "norm_salary", "district_average",
                patterns=(r"average|norm",), help_=say("What the school is charged for one full-time position, dollars a year.")),
        evolve(amounts(v.SALARY, say("Actual pay"), "salary", "actual_salary", "annual_salary", "salario",
                       patterns=(r"salary|pay",), help_=say("Of one full-time position, dollars a year; blank if vacant.")),
               required=True, test=is_pay),
        FieldSpec(v.ENROLLMENT, say("Pupils"), "number", aliases=("enrollment", "pupils", "matricula"), test=is_number, unit="count"),
    ),
    style=NO_STYLE,
    prepare=without_people,
    finish=finish,
)
