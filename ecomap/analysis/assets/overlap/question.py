"""Who is where, and where does work overlap? Schools by approaches and functions, side by side."""

from __future__ import annotations

from typing import Annotated

from attrs import frozen

from ecomap.analysis.assets.overlap import words
from ecomap.analysis.assets.overlap.footprint import footprints, overlap_table
from ecomap.analysis.assets.overlap.tables import (
    areas_output,
    co_location_output,
    footprints_output,
    functions_output,
    grid_output,
    schools_output,
    sets_output,
)
from ecomap.analysis.assets.presence import INPUTS as PRESENCE_INPUTS
from ecomap.analysis.assets.presence import presence, terms_of
from ecomap.analysis.assets.school_need import AREAS, CHOICES, PUPILS, number, school_fifths
from ecomap.analysis.assets.schools import schools_of
from ecomap.analysis.day import ON_WHICH_DAY
from ecomap.analysis.people import EACH_AREA, counted_in
from ecomap.analysis.registry import Analysis, Answer, Table
from ecomap.analysis.travel.params import DETOUR, Detour
from ecomap.model import vocabulary as v
from ecomap.model.dates import date_in_words, day_of
from ecomap.model.frames import Frames
from ecomap.model.params import Choice, Param
from ecomap.model.progress import Progress
from ecomap.model.said import say
from ecomap.model.units import METRES_PER_MILE

INPUTS = (*PRESENCE_INPUTS, AREAS)
SCHOOL_ONLY, WITHIN_REACH = "school", "reach"


@frozen
class OverlapParams:
    """What a planner decides about who is where."""

    as_of: Annotated[str, ON_WHICH_DAY] = ""
    radius_m: Annotated[float, Param(
        say("How far does a service reach?"), say("From its place to a school, along an estimated way."), unit="m", gt=0,
        le=80_000)] = METRES_PER_MILE
    where: Annotated[str, Param(
        say("Where does work overlap?"), choices=(Choice(WITHIN_REACH, say("At the school or within reach of it")),
                                             Choice(SCHOOL_ONLY, say("Only at the school"))))] = WITHIN_REACH
    fifths_by: Annotated[str, Param(say("Need fifths of schools by"), choices=CHOICES, advanced=True)] = PUPILS
    level: Annotated[str, Param(say("Which schools?"), say("A school level, or all."), choices_from="level")] = "all"
    detour: Detour = DETOUR
    pairs: Annotated[int, Param(
        say("Pairs of organisations to measure"), say("Those whose footprints share most children."), ge=0, le=2000,
        advanced=True)] = 25


def run_overlap(frames: Frames, params: OverlapParams, *, progress: Progress) -> Answer:
    """Who works at and around every school, and where two or more do the same."""
    progress.at(0.0, say("Finding who is at work"))
    day, terms = day_of(params.as_of), terms_of(frames)
    schools = schools_of(frames, params.level)
    found = presence(frames, schools, day, radius_m=params.radius_m, detour=params.detour)
    fifth, fifth_notes = school_fifths(frames, found.schools, params.fifths_by, params.radius_m)
    progress.at(0.3, say("Laying schools, approaches and functions side by side"))
    asked = found if params.where == WITHIN_REACH else found.pairs(found.place == 0)
    pupils = number(found.schools, v.ENROLLMENT)
    outputs = [
        schools_output(found, asked, fifth, pupils, terms, fifths_by=params.fifths_by, in_reach=params.where == WITHIN_REACH),
        grid_output(asked, terms), sets_output(found, fifth, pupils, terms), co_location_output(asked, terms),
        functions_output(asked, terms),
    ]
    progress.at(0.5, say("Laying footprints over each other"))
    areas = frames.get("areas")
    reached = footprints(found, params.radius_m, params.detour)
    shared, left_out = overlap_table(reached, areas, params.pairs, progress.part(0.5, 0.9))
    outputs.append(footprints_output(shared, (counted_in(areas) or EACH_AREA) if areas is not None else v.CHILDREN))
    if areas is not None:
        outputs.append(areas_output(frames, found, params.radius_m, params.detour))
    notes = (*words.notes(frames, found, left_out, params.pairs, params.detour), *fifth_notes, *found.notes)
    figures = words.figures(frames, outputs[0].frame, found, fifth)
    progress.at(1.0, say("Done"))
    return Answer(
        title=say("Who is where on {day}", day=date_in_words(day)),
        sentence=words.sentence(found, figures), outputs=tuple(outputs), figures=figures, notes=notes,
        bars=words.bars(outputs[2].frame), bars_title=say("Share of schools by combination of approaches"),
    )


ANALYSIS = Analysis(
    name="overlap",
    title=say("Who is where"),
    question=say("Who is where, and where does work overlap?"),
    summary=say("Lays schools, approaches and functions side by side: who works at each school or within reach of it on a day, "
            "which schools have none, one or all of the approaches, and where two or more organisations do the same work."),
    step="assets",
    params=OverlapParams,
    inputs=INPUTS,
    run=run_overlap,
    method=say("A row counts if it is at work on the day: not planned, not paused, started by then and not ended on or before it. "
           "It stands at the school it names; a site or service that names none stands at every school within 100 m. A zone "
           "stands around the schools inside it. A service reaches schools by straight line x detour up to the distance. "
           "Organisations are told apart by name; a row without one counts as its own. Per school and function: "
           "beyond the first = max(0, organisations - 1), missing = nobody. Combinations of approaches put every school in "
           "exactly one row; a school takes part by a participation, an approach site or a zone around it. A footprint is the "
           "ground within distance / detour of an organisation's places, merged, and the zones it leads; children are "
           "spread evenly over their need area and counted once in what two footprints share. Small groups of pupils are "
           "hidden in what is exported."),
    sources=(
        "Potochnik, T. and Romans, A. (2015). Collaborating for Equity: a scan of the Los Angeles educational ecosystem",
        "Open Referral (2022). Human Services Data Specification 3.0",
        "Lex, A. et al. (2014). UpSet: visualization of intersecting sets, doi:10.1109/TVCG.2014.2346248",
    ),
    tables=(
        Table("schools", say("Every school: approaches, organisations, functions covered, missing and co-located.")),
        Table("grid", say("Every school, approach and function somebody works at.")),
        Table("sets", say("Schools with each combination of approaches, by need fifth.")),
        Table("co-location", say("Every school and function with two or more organisations.")),
        Table("functions", say("Every function: schools served, organisations beyond the first, schools with nobody.")),
        Table("footprints", say("Pairs of organisations that reach the same ground, with the children there.")),
        Table("areas", say("Need areas with nothing within reach."), optional=True),
    ),
)
