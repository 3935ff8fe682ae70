"""Is the whole moving? Schools taking part, partners and money by year and by need, beside figures the partners keep."""

from __future__ import annotations

import datetime
from typing import Annotated, Any

from attrs import frozen

from ecomap.analysis.assets.dashboard import words
from ecomap.analysis.assets.dashboard.tables import fifths_output, numbers_output, numbers_table
from ecomap.analysis.assets.dashboard.years import count_money, count_partners, count_schools, dated, kept
from ecomap.analysis.assets.presence import INPUTS as PRESENCE_INPUTS
from ecomap.analysis.assets.presence import presence, terms_of
from ecomap.analysis.assets.school_need import AREAS, CHOICES, PUPILS, school_fifths
from ecomap.analysis.assets.schools import schools_of
from ecomap.analysis.gaps.situation import MILE_M
from ecomap.analysis.registry import Analysis, Answer, Input, Table
from ecomap.model import vocabulary as v
from ecomap.model.dates import day_of
from ecomap.model.errors import ParameterError
from ecomap.model.frames import Frames
from ecomap.model.params import Param
from ecomap.model.progress import Progress
from ecomap.model.said import say

INPUTS = (
    *PRESENCE_INPUTS, AREAS,
    Input("funding", v.FUNDING, say("Funding"), optional=True, many=True),
    Input("system_indicators", v.SYSTEM_INDICATOR, say("System indicators"), optional=True, many=True),
)
COUNTED_ON = (10, 1)  # 1 October: about when California counts its pupils


@frozen
class DashboardParams:
    """What a planner decides about the years."""

    first_year: Annotated[int, Param(say("First year"), ge=1990, le=2100)] = 2012
    last_year: Annotated[int, Param(say("Last year"), say("0: this year."), ge=0, le=2100, zero=say("this year"))] = 0
    fifths_by: Annotated[str, Param(say("Need fifths of schools by"), choices=CHOICES, advanced=True)] = PUPILS
    radius_m: Annotated[float, Param(say("Area around a school"), unit="m", gt=0, le=80_000, advanced=True)] = MILE_M


def run_dashboard(frames: Frames, params: DashboardParams, *, progress: Progress) -> Answer:
    """Count schools taking part, partners and money for every year."""
    progress.at(0.0, say("Reading what is on record"))
    years = _years(params)
    schools, terms = schools_of(frames, "all"), terms_of(frames)
    fifth, fifth_notes = school_fifths(frames, schools, params.fifths_by, params.radius_m)
    dated_rows, undated = dated(frames)
    rows: list[dict[str, Any]] = []
    by_fifth: list[dict[str, Any]] = []
    for position, year in enumerate(years):
        progress.at(0.1 + 0.7 * position / len(years), say("Counting {year}", year=year))
        day = datetime.date(year, *COUNTED_ON)
        found = presence(dated_rows, schools, day)
        count_schools(rows, by_fifth, found, fifth, year, terms)
        count_partners(rows, found, year)
        count_money(rows, frames, day, year)
    progress.at(0.85, say("Adding the figures the partners keep"))
    rows += kept(frames, terms)
    table = numbers_table(rows)
    outputs = (numbers_output(table), fifths_output(by_fifth, fifth, params.fifths_by))
    progress.at(1.0, say("Done"))
    return Answer(
        title=say("The system from {first} to {last}", first=years[0], last=years[-1]),
        sentence=words.sentence(table, years),
        outputs=outputs, figures=words.figures(table, years), notes=(*words.notes(frames, undated), *fifth_notes),
    )


def _years(params: DashboardParams) -> list[int]:
    last = params.last_year or day_of("").year
    if last < params.first_year:
        raise ParameterError(say("The last year, {last}, is before the first, {first}.", last=last, first=params.first_year), say("Turn them round."))
    return list(range(params.first_year, last + 1))


ANALYSIS = Analysis(
    name="dashboard",
    title=say("System indicators"),
    question=say("Is the whole system moving?"),
    summary=say("Counts for every year the schools taking part in each approach, the partner organisations at work and the dollars a "
            "year of grants, by need fifth where schools are counted, beside the figures the partners keep themselves."),
    step="assets",
    params=DashboardParams,
    inputs=INPUTS,
    run=run_dashboard,
    method=say("A year stands for its 1 October. A school takes part by a participation, an approach site or a zone around it that "
           "was at work on that day; it counts once per approach and once in any. Partners are organisations that lead, offer or "
           "employ, told apart by name. Dollars a year = amount / days x 365.25 of every grant that pays. Rows without a start are "
           "in no year. Fifths are today's and hold for all years. The figures the partners keep are shown as they are."),
    sources=(
        "Potochnik, T. and Romans, A. (2015). Collaborating for Equity: a scan of the Los Angeles educational ecosystem, figure 2",
    ),
    tables=(
        Table("years", say("Every indicator and year.")),
        Table("fifths", say("Schools taking part by approach, year and need fifth.")),
    ),
)
