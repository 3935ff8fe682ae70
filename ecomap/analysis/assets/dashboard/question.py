"""Is the whole moving? Schools taking part, partners and money by year and by need, beside figures the partners keep."""

from __future__ import annotations

from typing import Annotated, Any

from attrs import frozen

from ecomap.analysis.assets.dashboard import words
from ecomap.analysis.assets.dashboard.tables import fifths_output, numbers_output, numbers_table
from ecomap.analysis.assets.dashboard.years import (
    count_money,
    count_partners,
    count_schools,
    days_of_years,
    kept,
    undated,
)
from ecomap.analysis.assets.presence import INPUTS as PRESENCE_INPUTS
from ecomap.analysis.assets.presence import presence, terms_of
from ecomap.analysis.assets.school_need import AREAS, CHOICES, PUPILS, school_fifths
from ecomap.analysis.assets.schools import schools_of
from ecomap.analysis.day import AsOf
from ecomap.analysis.registry import Analysis, Answer, Input, Table
from ecomap.model import vocabulary as v
from ecomap.model.dates import day_of
from ecomap.model.frames import Frames
from ecomap.model.params import Param
from ecomap.model.progress import Progress
from ecomap.model.said import say
from ecomap.model.units import METRES_PER_MILE

INPUTS = (
    *PRESENCE_INPUTS, AREAS,
    Input("funding", v.FUNDING, say("Funding"), optional=True, many=True),
    Input("system_indicators", v.SYSTEM_INDICATOR, say("System indicators"), optional=True, many=True),
)


@frozen
class DashboardParams:
    """What a planner decides about the years."""

    first_year: Annotated[int, Param(say("First year"), ge=1990, le=2100)] = 2012
    last_year: Annotated[int, Param(say("Last year"), say("0: year of its day. No later year is shown."), ge=0, le=2100,
                                         zero=say("year of its day"))] = 0
    fifths_by: Annotated[str, Param(say("Need fifths of schools by"), choices=CHOICES, advanced=True)] = PUPILS
    radius_m: Annotated[float, Param(say("Area around a school"), unit="m", gt=0, le=80_000, advanced=True)] = METRES_PER_MILE
    as_of: AsOf = ""


def run_dashboard(frames: Frames, params: DashboardParams, *, progress: Progress) -> Answer:
    """Count schools taking part, partners and money for every year."""
    progress.at(0.0, say("Reading what is on record"))
    day = day_of(params.as_of)
    days = days_of_years(params.first_year, params.last_year, day)
    years = list(days)
    schools, terms = schools_of(frames, "all"), terms_of(frames)
    fifth, fifth_notes = school_fifths(frames, schools, params.fifths_by, params.radius_m)
    rows: list[dict[str, Any]] = []
    by_fifth: list[dict[str, Any]] = []
    since = undated(frames)
    for position, (year, on) in enumerate(days.items()):
        progress.at(0.1 + 0.7 * position / len(years), say("Counting {year}", year=year))
        found = presence(frames, schools, on)
        count_schools(rows, by_fifth, frames, found, fifth, year, terms, since)
        count_partners(rows, frames, found, year, since)
        count_money(rows, frames, on, year)
    progress.at(0.85, say("Adding the figures the partners keep"))
    told, to_come = kept(frames, terms, day)
    rows += told
    table = numbers_table(rows)
    outputs = (numbers_output(table), fifths_output(by_fifth, fifth, params.fifths_by))
    progress.at(1.0, say("Done"))
    return Answer(
        title=say("The system from {first} to {last}", first=years[0], last=years[-1]),
        sentence=words.sentence(table, years),
        outputs=outputs, figures=words.figures(table, years), notes=(*words.notes(frames, days, to_come, params.last_year), *fifth_notes),
    )


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
    method=say("A year stands for its 1 October, the year of the day asked for that day itself, and no later year is shown. A school takes part by a participation, an approach site or a zone around it that "
           "was at work on that day; it counts once per approach and once in any. Partners are organisations that lead, offer or "
           "employ, told apart by name. Dollars a year = amount / days x 365.25 of every grant that pays. Rows without a "
           "start count until they end, as in every other question, and a remark says how many rest on them. Fifths are those of the "
           "day and hold for all years. The figures the partners keep are shown as they are."),
    sources=(
        "Potochnik, T. and Romans, A. (2015). Collaborating for Equity: a scan of the Los Angeles educational ecosystem, figure 2",
    ),
    tables=(
        Table("years", say("Every indicator and year.")),
        Table("fifths", say("Schools taking part by approach, year and need fifth.")),
    ),
)
