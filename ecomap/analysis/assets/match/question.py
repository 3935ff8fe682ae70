"""Which services could meet which school's need, within their places and reach, and what is left unmet."""

from __future__ import annotations

from typing import Annotated, Any

import numpy as np
import pandas as pd
from attrs import frozen

from ecomap.analysis.assets.match import words
from ecomap.analysis.assets.match.need import estimated_need
from ecomap.analysis.assets.match.places import APART, ASSUME, PARTS, REFUSE, matched, places_of
from ecomap.analysis.assets.match.tables import (
    functions_output,
    matches_output,
    schools_output,
    services_output,
    unmet_output,
    unmet_table,
)
from ecomap.analysis.assets.presence import presence, terms_of
from ecomap.analysis.assets.school_need import surroundings
from ecomap.analysis.assets.schools import schools_of
from ecomap.analysis.assets.words import date_note
from ecomap.analysis.day import ON_WHICH_DAY
from ecomap.analysis.registry import Analysis, Answer, Input, Table
from ecomap.analysis.travel.params import DETOUR, Detour
from ecomap.model import vocabulary as v
from ecomap.model.dates import day_of
from ecomap.model.frames import Frames
from ecomap.model.params import Choice, Param, Uncertain
from ecomap.model.progress import Progress
from ecomap.model.result import Note
from ecomap.model.said import say
from ecomap.model.units import METRES_PER_MILE

INPUTS = (
    Input("schools", v.SCHOOL, say("Schools")),
    Input("areas", v.NEED_AREA, say("Need areas")),
    Input("services", v.SERVICE, say("Services"), optional=True, many=True),
    Input("need_links", v.NEED_LINK, say("Needs and what answers them"), optional=True, many=True),
    Input("terms", v.TERM, say("Own words"), optional=True, many=True),
)


def _assumes_places(params: Any) -> bool:
    return params.unknown_places == ASSUME


@frozen
class MatchParams:
    """What a planner decides about matching services to need."""

    as_of: Annotated[str, ON_WHICH_DAY] = ""
    radius_m: Annotated[float, Param(
        say("How far can a service be?"), say("Along an estimated way from the school."), unit="m", gt=0, le=80_000)] = METRES_PER_MILE
    unknown_places: Annotated[str, Param(
        say("Services that do not say how many places are free"), say("Not known is never taken for zero."),
        choices=(Choice(APART, say("Keep apart: what they could serve is not known")),
                 Choice(ASSUME, say("Assume the number given below")), Choice(REFUSE, say("Stop and name them"))))] = APART
    assumed_places: Annotated[int, Param(
        say("Places to assume"), say("Only where they are assumed."), ge=0, le=100_000, advanced=True, uncertain=Uncertain(
            0.5, 2.0, say("for {low} to {high} places at each service that names none"), say("A guess: from half to twice as many"),
            times=True, only=_assumes_places))] = 20
    need_weight: Annotated[float, Param(
        say("How much does need weigh?"), say("Where places are short: 0 serves every pupil alike, 1 counts a pupil of the school with "
        "the highest need twice as much as one of the lowest."), ge=0, le=10)] = 1.0
    level: Annotated[str, Param(say("Which schools?"), say("A school level, or all."), choices_from="level")] = "all"
    detour: Detour = DETOUR


def run_match(frames: Frames, params: MatchParams, *, progress: Progress) -> Answer:
    """Propose who could serve whom, function by function."""
    progress.at(0.0, say("Estimating need"))
    terms = terms_of(frames)
    schools = schools_of(frames, params.level)
    need, need_notes, margin = estimated_need(frames, schools, params.radius_m, terms)
    progress.at(0.3, say("Finding services in reach"))
    found = presence(Frames({"services": frames["services"]}, {"services": frames.layer("services")})
                     if "services" in frames else Frames({}, {}), schools, day_of(params.as_of),
                     radius_m=params.radius_m, detour=params.detour)
    places = places_of(frames, found, params.unknown_places, params.assumed_places)
    score = np.nan_to_num(surroundings(frames, found.schools, params.radius_m), nan=0.5)
    worth = 1.0 + params.need_weight * score
    reported = "services" in frames
    unmet, matches = [], []
    left = places.free.copy()
    for position, function in enumerate(need):
        progress.at(0.3 + 0.5 * position / max(len(need.columns), 1), say("Matching {function}", function=terms.label("function", function).small()))
        state, match = matched(found, need[function].to_numpy(), places.free, worth, function, left)
        if not reported:
            state = state.assign(**dict.fromkeys(PARTS, np.nan))
        unmet.append(state)
        matches.append(match)
    progress.at(0.85, say("Writing down what is left"))
    per_need = unmet_table(found, pd.concat(unmet, ignore_index=True) if unmet else pd.DataFrame(), terms)
    outputs = (schools_output(found, per_need), matches_output(found, matches, terms), unmet_output(per_need),
               functions_output(per_need, need, terms), services_output(found, places.free, left, terms))
    notes = [*need_notes, *places.notes, *found.notes, date_note(found.day)]
    if not reported:
        notes.insert(0, Note("caution", say("The project has no services: what is offered is not reported, so no need can be matched.")))
    progress.at(1.0, say("Done"))
    return Answer(
        title=say("Services matched to need"), sentence=words.sentence(per_need, margin, reported=reported), outputs=outputs,
        figures=words.figures(per_need, left, places.free, margin, reported=reported), notes=tuple(notes), bars=words.bars(per_need, reported=reported),
        bars_title=say("Where the estimated need of pupils stands"),
    )


ANALYSIS = Analysis(
    name="match",
    title=say("Services matched to need"),
    question=say("Which services could meet which school's need?"),
    summary=say("Links needs to the kinds of service that answer them, estimates how many pupils of every school may need each, and "
            "proposes which free places in reach could serve them; says what is left, and whether for want of places or of reach."),
    step="assets",
    params=MatchParams,
    inputs=INPUTS,
    run=run_match,
    method=say("Need of a school for a function = pupils x mean of the linked shares around it (need areas whose middle is within "
           "reach, weighed by children; links weighed as the table says), rounded. Free places are those stated as free, else "
           "all places; a service that states neither is kept apart unless a number is assumed. Per function a transport "
           "problem: most served, a pupil counting 1 + weight x need score of the surroundings; then least way. Nobody is "
           "counted twice within a function: served + full + out of reach + places not known = need, and no service gets "
           "more than its places. A proposal for the table, not a placement."),
    sources=(
        "Ford, L. R. and Fulkerson, D. R. (1956). Solving the transportation problem, Management Science 3",
        "Hitchcock, F. L. (1941). The distribution of a product from several sources to numerous localities",
    ),
    tables=(
        Table("schools", say("Every school: estimated need over all functions and what becomes of it.")),
        Table("matches", say("Every proposed match of a school and a service.")),
        Table("unmet", say("Every school and function: need, served, full, out of reach, not known.")),
        Table("functions", say("The same by function.")),
        Table("services", say("Every service: places free, proposed and left.")),
    ),
)
