"""Who does what, and who to go to for which of these things?"""

from __future__ import annotations

from typing import Annotated

from attrs import frozen

from ecomap.analysis.assets.presence import terms_of
from ecomap.analysis.assets.roles import words
from ecomap.analysis.assets.roles.roster import roster_of
from ecomap.analysis.assets.roles.tables import functions_output, roster_output, schools_output, shared_output
from ecomap.analysis.assets.words import date_note
from ecomap.analysis.day import ON_WHICH_DAY
from ecomap.analysis.registry import Analysis, Answer, Input, Table
from ecomap.model import vocabulary as v
from ecomap.model.dates import date_in_words, day_of
from ecomap.model.frames import Frames
from ecomap.model.params import Param
from ecomap.model.progress import Progress
from ecomap.model.result import Note
from ecomap.model.said import say

INPUTS = (
    Input("schools", v.SCHOOL, say("Schools")),
    Input("roles", v.STAFF_ROLE, say("People in roles"), optional=True, many=True),
    Input("terms", v.TERM, say("Own words"), optional=True, many=True),
)


@frozen
class RolesParams:
    """What a planner decides about who does what."""

    as_of: Annotated[str, ON_WHICH_DAY] = ""
    level: Annotated[str, Param(say("Which schools?"), say("A school level, or all."), choices_from="level")] = "all"
    school: Annotated[str, Param(say("One school only?"), say("Its code or its name; none in particular for every school."),
                                 choices_from="school")] = ""


def run_roles(frames: Frames, params: RolesParams, *, progress: Progress) -> Answer:
    """The roster of every school, and where it is not clear who holds a function."""
    progress.at(0.0, say("Reading who does what"))
    day, terms = day_of(params.as_of), terms_of(frames)
    roster = roster_of(frames, params.level, day, terms, params.school)
    progress.at(0.4, say("Finding what nobody and what several hold"))
    outputs = [schools_output(roster, terms), roster_output(roster, terms)]
    progress.at(0.7, say("Adding up the district"))
    outputs += [shared_output(roster, terms), functions_output(roster, terms)]
    progress.at(1.0, say("Done"))
    silent = int((~roster.reported).sum())
    return Answer(
        title=say("Who does what on {day}", day=date_in_words(day)),
        sentence=words.of_one(roster, terms) if params.school else words.sentence(roster), outputs=tuple(outputs),
        figures=words.of_one_first(roster) if params.school else words.figures(roster),
        notes=(Note("caution", words.SAME_TITLE), date_note(day), *roster.notes, *words.not_reported(silent),
               Note("caution", say("A function several hold can be a team or a muddle; only the school can say which."))),
        bars=() if params.school else words.bars(roster, terms),
        bars_title=say("Share of reporting schools where somebody holds the function"),
    )


ANALYSIS = Analysis(
    name="roles",
    title=say("Role clarity"),
    question=say("Who does what, and who to go to for which of these things?"),
    summary=say("Lists the people at every school by what they do, finds the functions nobody holds and those that more than one "
            "approach or employer holds, and adds the same up for the district. Schools nobody reported on stay not reported."),
    step="assets",
    params=RolesParams,
    inputs=INPUTS,
    run=run_roles,
    method=say("A role counts if it is held on the day: started by then and not ended on or before it. A function is held by several "
           "at a school if its holders name more than one approach or more than one employer; two people of one employer "
           "for one approach are a team. A function is held by nobody at a school if the school has reported and no holder "
           "is on record, out of the functions held anywhere in the project. A school without any row is not reported. "
           "Titles are never compared: the same title stands for different work at different schools."),
    sources=(
        "Potochnik, T. and Romans, A. (2015). Collaborating for Equity: a scan of the Los Angeles educational ecosystem",
    ),
    tables=(
        Table("schools", say("Every school: functions held, held by nobody and held by several.")),
        Table("roster", say("Every role held: school, function, title, employer, approach.")),
        Table("shared", say("Every school and function that more than one approach or employer holds.")),
        Table("functions", say("Every function across the district.")),
    ),
)
