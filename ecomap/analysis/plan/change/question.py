"""What would change a school's place: the question as a planner asks it."""

from __future__ import annotations

import numpy as np

from ecomap.analysis.gaps.situation import situation_notes
from ecomap.analysis.plan.candidates import INPUTS
from ecomap.analysis.plan.change import search as rc
from ecomap.analysis.plan.change.params import RankChangeParams
from ecomap.analysis.plan.change.tables import changes_output, schools_output
from ecomap.analysis.plan.change.words import change_figures, change_notes, change_sentence
from ecomap.analysis.registry import Analysis, Answer, Table
from ecomap.model import vocabulary as v
from ecomap.model.errors import ParameterError
from ecomap.model.frames import Frames
from ecomap.model.progress import Progress
from ecomap.model.said import name, say


def run_rank_change(frames: Frames, params: RankChangeParams, *, progress: Progress) -> Answer:
    """For each school the smallest change of each input that moves it over the cut."""
    given = rc.ranking(frames, params, progress=progress.part(0.0, 0.2))
    k = params.top
    rows = _rows(given, params, frames)
    found: dict[int, dict[str, rc.Change]] = {int(row): {} for row in rows}
    movable = len(given.ids) > k
    for number, row in enumerate(rows if movable else ()):
        part = progress.part(0.2 + 0.3 * number / len(rows), 0.2 + 0.3 * (number + 1) / len(rows))
        changes = (rc.exponent_change(given, row, k), rc.people_change(given, row, k),
                   rc.indicator_change(given, row, k, progress=part))
        found[int(row)] = {change.kind: change for change in changes if change is not None}
    if movable and params.other_distances:
        for row, change in rc.radius_changes(frames, given, rows, k, progress=progress.part(0.5, 0.98)).items():
            found[row][rc.RADIUS] = change
    names = _names(frames)
    outputs = (schools_output(given, found, params, names, frames), changes_output(given, found, params, names))
    progress.at(1.0, say("Done"))
    return Answer(
        title=say("What would change who comes next: {target}", target=given.now.supply.target.title),
        sentence=change_sentence(given, found, params, names), outputs=outputs, figures=change_figures(given, found, params),
        notes=(*change_notes(given, params), *situation_notes(given.now)), first=min(params.top, len(given.ids)),
    )


def _rows(given: rc.Ranking, params: RankChangeParams, frames: Frames) -> np.ndarray:
    if not params.school:
        return rc.around_the_cut(given, params.top, params.around)
    row = np.flatnonzero(given.ids == params.school)
    if not len(row):
        listed = params.school in set(frames["schools"][v.ID].astype(str))
        what = (say("{school} is not among the schools that are ranked: it has it already, lacks a place on the map or is of another "
                    "kind.", school=name(_names(frames)[params.school])) if listed else
                say("'{school}' is no school of this project.", school=name(params.school)))
        raise ParameterError(what, say("Choose another school, level or target."), {"parameter": "school"})
    return row


def _names(frames: Frames) -> dict[str, str]:
    schools = frames["schools"]
    names = schools[v.NAME if v.NAME in schools else v.ID].astype(str)
    return dict(zip(schools[v.ID].astype(str), names, strict=True))


ANALYSIS = Analysis(
    name="rank-change",
    title=say("What would change a school's place"),
    question=say("What would change a school's place?"),
    summary=say("For one school, or for those next to the cut: the smallest change of one input that moves it into or out of "
            "the schools to be chosen. Every answer is proved by ranking all schools again."),
    step="plan",
    params=RankChangeParams,
    inputs=INPUTS,
    asked_again=False,  # it asks again itself, and its figures are numbers of schools
    run=run_rank_change,
    method=say("The order is that of \"Schools to expand to next\". Looked for are: the nearest weight of need between 0 and 2, to "
           "0.01; the smallest change of the count of people in one area that the school reaches, within its margin "
           "(a school's score is a straight line in it, so only crossings count), made up to whole people; the smallest change "
           "of one indicator in one such area within its margin (need rests on percentile ranks, so only passing another "
           "area's value counts, and every such step is looked at; shares stay between 0 and 1); and the nearest of six other "
           "distances. Changes of estimates are compared by the part of their margin they use up. Each is then put in "
           "and all schools are ranked again; what does not hold is dropped. Areas without a need score keep the mean "
           "they take while steps are looked for, and take it anew when the order is proved."),
    sources=(
        "OECD/JRC (2008). Handbook on Constructing Composite Indicators, step 7. doi 10.1787/9789264043466-en",
        "Saltelli, A. et al. (2008). Global Sensitivity Analysis. The Primer, chapter 1. doi 10.1002/9780470725184",
    ),
    tables=(
        Table("schools", say("The schools looked at: rank, on which side of the cut, and the easiest change.")),
        Table("changes", say("For every school and input the smallest change that moves it over the cut, and its rank then.")),
    ),
)
