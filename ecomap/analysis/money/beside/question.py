"""Spending beside an outcome: four corners around the district's middle, the error of both, and questions instead of a ranking."""

from __future__ import annotations

from typing import Annotated, Final

import numpy as np
from attrs import frozen

from ecomap.analysis.assets.outcomes import INPUT as OUTCOMES
from ecomap.analysis.assets.outcomes import chosen_outcome
from ecomap.analysis.assets.school_need import AREAS, CHOICES, PUPILS, SURROUNDINGS, school_fifths
from ecomap.analysis.assets.schools import schools_of
from ecomap.analysis.day import AsOf
from ecomap.analysis.money.beside import words
from ecomap.analysis.money.beside.case import EVERYTHING, SITE, beside
from ecomap.analysis.money.beside.tables import corners_output, fifths_output, schools_output
from ecomap.analysis.money.schools import CHARTER
from ecomap.analysis.registry import Analysis, Answer, Input, Table
from ecomap.model import vocabulary as v
from ecomap.model.dates import day_of
from ecomap.model.frames import Frames
from ecomap.model.params import Choice, Param
from ecomap.model.progress import Progress
from ecomap.model.said import joined, say
from ecomap.model.units import METRES_PER_MILE

PARTS: Final = (Choice(SITE, say("Spent at the site")), Choice(EVERYTHING, say("Spent at the site and centrally for it")))
INPUTS: Final[tuple[Input, ...]] = (
    Input("schools", v.SCHOOL, say("Schools")), OUTCOMES, Input("spending", v.SPENDING, say("Money spent"), optional=True, many=True), AREAS,
)


@frozen
class BesideParams:
    """What a planner decides about spending and the outcome beside them."""

    outcome: Annotated[str, Param(say("Which outcome?"), say("A column of the table of outcomes; none: the first of them."),
                                  choices_from="school_outcome", first=True)] = ""
    dollars: Annotated[str, Param(say("Which spending?"), say("Money of all sources together."), choices=PARTS)] = SITE
    level: Annotated[str, Param(say("Schools of which level?"), say("Levels differ in spending and in outcomes: one at a time says more."), choices_from="level")] = "all"
    dollars_error: Annotated[float, Param(
        say("How far may spending per pupil be off?"), say("An assumption, as a share of it: no file states it."), unit="share", ge=0, le=0.5)] = 0.05
    year: Annotated[str, Param(say("School year of the spending"), say("Like 2024-25. None: the latest."), advanced=True)] = ""
    charters: Annotated[bool, Param(say("Show charter schools too?"), say("They file as districts of their own."), advanced=True)] = False
    fifths_by: Annotated[str, Param(say("Need fifths of schools by"), choices=CHOICES, advanced=True)] = PUPILS
    radius_m: Annotated[float, Param(say("Area around a school"), unit="m", gt=0, le=80_000, advanced=True)] = METRES_PER_MILE
    as_of: AsOf = ""


def run_beside(frames: Frames, params: BesideParams, *, progress: Progress) -> Answer:
    """Lay spending per pupil beside an outcome, school by school and by need fifth."""
    progress.at(0.0, say("Reading spending and outcomes"))
    schools = schools_of(frames, params.level)
    if v.GOVERNANCE in schools and not params.charters:
        schools = schools[(schools[v.GOVERNANCE] != CHARTER).fillna(True).to_numpy(dtype=bool)].reset_index(drop=True)
    outcome = chosen_outcome(frames, params.outcome, needs_direction=False)
    found = beside(frames, schools, outcome, day_of(params.as_of), parts=params.dollars, error=params.dollars_error, year=params.year)
    progress.at(0.4, say("Placing schools in need fifths"))
    fifth, fifth_notes = school_fifths(frames, schools, params.fifths_by, params.radius_m) if len(schools) else (np.zeros(0), ())
    progress.at(0.7, say("Laying them side by side"))
    outputs = (schools_output(found, fifth, params.fifths_by), corners_output(found, fifth), fifths_output(found, fifth, params.fifths_by))
    progress.at(1.0, say("Done"))
    return Answer(
        title=say("Spending per pupil beside '{outcome}'", outcome=outcome.label), sentence=joined([words.sentence(found), words.years(found)]), outputs=outputs,
        figures=words.figures(found), notes=(*words.notes(found, params.dollars_error), *fifth_notes), bars=words.bars(found),
        bars_title=say("Share of the schools in every corner"),
        of=("schools", "outcomes", "spending", *(("areas",) if params.fifths_by == SURROUNDINGS else ())),
    )


ANALYSIS = Analysis(
    name="spending-outcome",
    title=say("Spending beside an outcome"),
    question=say("What do spending and outcomes look like side by side?"),
    summary=say("Lays what is spent per pupil beside an outcome in four corners around the middle of the district, both with their error, and "
                "gives the meeting a question for every corner. It ranks nobody."),
    step="money",
    params=BesideParams,
    inputs=INPUTS,
    run=run_beside,
    method=say("Spending per pupil = money of all sources spent at the site (or with what is spent centrally for it) / the pupils it was "
               "filed for; where federal, state and local money are told apart, a part that is missing makes it missing. The cross: medians weighed by pupils of the schools with both numbers. A school "
               "is on a side only where its whole 90 % band is: of spending, the assumed share of it; of a share of pupils, half of Wilson's "
               "interval; of other outcomes the margin in the table, and without one it is on no side. Schools with too few pupils to show, suppressed and "
               "unreported numbers stand apart with the reason. Schools stand by name: no table holds or follows spending over outcome. Fifths hold "
               "equally many schools, 5 is the highest need."),
    sources=(
        "Wilson, E. B. (1927). Probable inference, the law of succession, and statistical inference, doi:10.1080/01621459.1927.10502953",
        "California Department of Education, Every Student Succeeds Act per-pupil expenditure data",
    ),
    tables=(
        Table("schools", say("Every school by name: spending per pupil and outcome with their errors, its corner, and what to ask.")),
        Table("corners", say("The corners, how many schools lie in each, and what to ask there.")),
        Table("fifths", say("The middle of both numbers and the corners by need fifth.")),
    ),
    asked_again=False,
    when=say("When a meeting wants to speak of money and outcomes together. For what schools generate and are given, ask about money generated and spent."),
)
