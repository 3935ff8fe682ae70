"""Where else does it work? Schools most alike in what a planner chooses, side by side."""

from __future__ import annotations

from typing import Annotated

import numpy as np
from attrs import frozen

from ecomap.analysis.assets.overlap.grid import in_words
from ecomap.analysis.assets.peers import words
from ecomap.analysis.assets.peers.likeness import LEVEL, NEED, nearest_peers, numbers, traits_of
from ecomap.analysis.assets.peers.tables import peers_output, practices_output, variables_output
from ecomap.analysis.assets.presence import INPUTS as PRESENCE_INPUTS
from ecomap.analysis.assets.presence import presence, terms_of
from ecomap.analysis.assets.school_need import AREAS
from ecomap.analysis.assets.schools import schools_called, schools_of
from ecomap.analysis.assets.words import date_note
from ecomap.analysis.day import AsOf
from ecomap.analysis.notes import count_note
from ecomap.analysis.registry import Analysis, Answer, Input, Table
from ecomap.model import vocabulary as v
from ecomap.model.dates import day_of
from ecomap.model.frames import Frames
from ecomap.model.params import Param
from ecomap.model.progress import Progress
from ecomap.model.result import Note
from ecomap.model.said import plural, say
from ecomap.model.units import METRES_PER_MILE

INPUTS = (
    *(item for item in PRESENCE_INPUTS if item.role not in (v.STAFF_ROLE, v.SERVICE)), AREAS,
    Input("practices", v.PRACTICE, say("Practice notes"), optional=True, many=True),
)


@frozen
class PeersParams:
    """What a planner decides about likeness."""

    school: Annotated[str, Param(say("Which school?"), say("Its code or its name; none in particular for every school."),
                                        choices_from="school")] = ""
    variables: Annotated[tuple[str, ...], Param(
        say("Alike in what?"), say("need (of the area around), frpm_share, enrollment, level, or any column of numbers the schools "
        "have."), choices_from="school_trait")] = (NEED, v.FRPM_SHARE, v.ENROLLMENT, LEVEL)
    count: Annotated[int, Param(say("How many peers?"), ge=1, le=50)] = 5
    minimum_present: Annotated[float, Param(
        say("Share of these that both schools must have"), say("Schools with fewer in common are not compared."), unit="share", gt=0, le=1,
        advanced=True)] = 0.75
    outcomes: Annotated[tuple[str, ...], Param(
        say("Outcomes to lay side by side"), say("Columns of numbers the schools have, with commas between them; they do not decide who is "
        "alike."))] = ()
    radius_m: Annotated[float, Param(say("Area around a school"), unit="m", gt=0, le=80_000, advanced=True)] = METRES_PER_MILE
    as_of: AsOf = ""


def run_peers(frames: Frames, params: PeersParams, *, progress: Progress) -> Answer:
    """Find the schools most alike and lay their approaches, outcomes and practice notes side by side."""
    progress.at(0.0, say("Reading what schools are like"))
    schools, terms = schools_of(frames, "all"), terms_of(frames)
    asked = schools_called(schools, params.school)
    traits = traits_of(frames, schools, params.variables, params.radius_m)
    progress.at(0.3, say("Comparing schools"))
    one, two, distance, present = nearest_peers(traits, asked, params.count, params.minimum_present, progress.part(0.3, 0.7))
    found = presence(frames, schools, day_of(params.as_of))
    approaches = in_words(found.part, terms).to_numpy()
    progress.at(0.8, say("Laying them side by side"))
    outcomes = {column: numbers(schools, column) for column in params.outcomes}
    outputs = (peers_output(schools, traits, one, two, distance, present, approaches, outcomes),
               variables_output(traits), practices_output(frames, schools, np.unique(np.concatenate([asked, two])), terms))
    progress.at(1.0, say("Done"))
    alone = int(len(asked) - len(np.unique(one)))
    notes = [Note("caution", words.NOT_A_CAUSE), *traits.notes, date_note(found.day)]
    if alone:
        notes.append(count_note(plural("{n} school has too few numbers in common with any other to be compared.",
                                       "{n} schools have too few numbers in common with any other to be compared.", alone)))
    if "practices" not in frames:
        notes.append(Note("caution", say("The project has no practice notes: what works where is not reported.")))
    return Answer(
        title=say("Schools most alike"), sentence=words.sentence(schools, asked, one, two, approaches),
        outputs=outputs, figures=words.figures(asked, one, two, distance, approaches), notes=tuple(notes),
    )


ANALYSIS = Analysis(
    name="peers",
    title=say("Schools most alike"),
    question=say("Where else does it work?"),
    summary=say("Finds for each school, or for one you name, the schools most alike in need, size, level or other numbers you "
            "choose, and lays their approaches, outcomes and practice notes side by side. Likeness is not cause."),
    step="assets",
    params=PeersParams,
    inputs=INPUTS,
    run=run_peers,
    method=say("Each variable is put in standard deviations from its mean over the schools that have it. Distance = sqrt(mean of the "
           "squared differences over the variables both schools have); two schools are compared only if they share at least the "
           "chosen part of the variables. Levels differ by sqrt(2) times the share of levels not in common. Need around "
           "a school is the mean need score of the need areas whose middle is within reach, weighed by children. Equal "
           "distances stand in the order of the schools' codes."),
    sources=(
        "Gower, J. C. (1971). A general coefficient of similarity and some of its properties, doi:10.2307/2528823",
        "Jaccard, P. (1912). The distribution of the flora in the alpine zone, doi:10.1111/j.1469-8137.1912.tb05611.x",
    ),
    tables=(
        Table("peers", say("Every school asked about beside each of its peers.")),
        Table("variables", say("What likeness goes by: mean and standard deviation.")),
        Table("practices", say("Practice notes of the schools asked about and their peers.")),
    ),
)
