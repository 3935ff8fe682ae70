"""What would change a school's place: the question as a planner asks it."""

from __future__ import annotations

from typing import Annotated

import geopandas as gpd
import numpy as np
import pandas as pd
from attrs import frozen

from ecomap.analysis import columns as c
from ecomap.analysis.gaps.situation import inputs_of, situation_notes, sources_of
from ecomap.analysis.notes import among_first, capital, how_many
from ecomap.analysis.plan.change import search as rc
from ecomap.analysis.plan.priority.question import INPUTS, RankingParams
from ecomap.analysis.registry import Analysis, Table
from ecomap.model import vocabulary as v
from ecomap.model.errors import ParameterError
from ecomap.model.frames import Frames
from ecomap.model.layer import NO_GEOMETRY, POINT, Column
from ecomap.model.params import Param, plain_params
from ecomap.model.progress import Progress
from ecomap.model.result import KeyFigure, Note, Output, Provenance, Result
from ecomap.model.said import NOTHING, say
from ecomap.model.style import SINGLE, LayerStyle
from ecomap.model.units import format_number

CHOSEN, EASIEST, WAYS = "chosen", "easiest", "ways"
_NONE_DOES = "none_does"
_INPUT = {rc.VALUE: "One indicator in one area", rc.PEOPLE: "The count of people in one area",
          rc.EXPONENT: "How much need weighs", rc.RADIUS: "How far is in reach"}


@frozen
class RankChangeParams(RankingParams):
    """What a planner decides about a test of the order of schools."""

    school: Annotated[str, Param(
        "Which school?", "None chosen: the schools next to the cut on either side.", choices_from="school")] = ""
    top: Annotated[int, Param("How many schools will be chosen?", "The cut lies after this many.", ge=1, le=1000)] = 12
    around: Annotated[int, Param(
        "How many schools on either side of the cut?", "Only if no school is chosen.", ge=1, le=20, advanced=True)] = 3
    other_distances: Annotated[bool, Param(
        "Try other distances too?", "A tenth, a quarter and a half nearer and further; each takes as long as a ranking.",
        advanced=True)] = True


def run_rank_change(frames: Frames, params: RankChangeParams, *, progress: Progress) -> Result:
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
    outputs = (_schools(given, found, params, names, frames), _changes(given, found, params, names))
    inputs = tuple(item.name for item in INPUTS)
    progress.at(1.0, say("Done"))
    return Result(
        id="rank-change", analysis="rank-change", title=say("What would change who comes next: {phrase}", phrase=given.now.supply.target.phrase),
        sentence=_sentence(given, found, params, names), outputs=outputs, figures=_figures(given, found, params),
        notes=(*_notes(given, params), *situation_notes(given.now)),
        provenance=Provenance("rank-change", ANALYSIS.version, plain_params(params), inputs_of(frames, inputs),
                              sources_of(frames, inputs)),
    )


def _rows(given: rc.Ranking, params: RankChangeParams, frames: Frames) -> np.ndarray:
    if not params.school:
        return rc.around_the_cut(given, params.top, params.around)
    row = np.flatnonzero(given.ids == params.school)
    if not len(row):
        listed = params.school in set(frames["schools"][v.ID].astype(str))
        what = _names(frames)[params.school] if listed else repr(params.school)
        why = ("is not among the schools that are ranked: it has it already, lacks a place on the map or is of another kind."
               if listed else "is no school of this project.")
        raise ParameterError(say(f"{what} {why}"), say("Choose another school, level or target."), {"parameter": "school"})
    return row


def _names(frames: Frames) -> dict[str, str]:
    schools = frames["schools"]
    names = schools[v.NAME if v.NAME in schools else v.ID].astype(str)
    return dict(zip(schools[v.ID].astype(str), names, strict=True))


def _in_words(given: rc.Ranking, change: rc.Change) -> str:
    """The change as the end of "if ...": the input, from what to what, and how much of its margin that is."""
    now = given.now
    if change.kind == rc.EXPONENT:
        return f"need were weighed with the power {change.after:.2f} instead of {change.before:.2f}"
    if change.kind == rc.RADIUS:
        return f"{format_number(change.after, 'm')} were in reach instead of {format_number(change.before, 'm')}"
    area = str(now.areas[v.NAME if v.NAME in now.areas else v.ID].iloc[change.area])
    used = f" ({format_number(change.margin, 'share')} of the margin of error)"
    if change.kind == rc.PEOPLE:
        return f"{area} had {change.after:,.0f} {now.who} instead of {change.before:,.0f}{used}"
    item = now.layer.indicator(change.column)
    label, unit = (item.label, item.unit) if item else (change.column, "")
    return (f"{label} in {area} were just past {format_number(change.after, unit, 1)} instead of "
            f"{format_number(change.before, unit, 1)}{used}")


def _easiest(changes: dict[str, rc.Change]) -> rc.Change | None:
    """The change within a margin of error that uses least of it; else a choice that can be made otherwise."""
    measured = [changes[kind] for kind in (rc.VALUE, rc.PEOPLE) if kind in changes]
    if measured:
        return min(measured, key=lambda change: change.margin)
    return next((changes[kind] for kind in (rc.EXPONENT, rc.RADIUS) if kind in changes), None)


def _verb(given: rc.Ranking, row: int, k: int) -> str:
    return "falls out" if given.rank(row) <= k else "comes in"


def _schools(
    given: rc.Ranking, found: dict[int, dict[str, rc.Change]], params: RankChangeParams, names: dict[str, str], frames: Frames
) -> Output:
    records = []
    for row, changes in found.items():
        easiest = _easiest(changes)
        measured = [changes[kind].margin for kind in (rc.VALUE, rc.PEOPLE) if kind in changes]
        verb = _verb(given, row, params.top)
        records.append({
            v.ID: given.ids[row], v.NAME: names[given.ids[row]], c.RANK: float(given.rank(row)),
            CHOSEN: given.rank(row) <= params.top,
            EASIEST: f"It {verb} if {_in_words(given, easiest)}" if easiest else _none(given, params),
            "least_margin": min(measured) if measured else np.nan,
            "least_margin" + v.REASON_SUFFIX: "" if measured else _NONE_DOES, WAYS: float(len(changes)), c.SCORE: given.score[row],
        })
    columns = (
        *c.id_columns(), Column(c.RANK, say("Rank"), "rank", say("1 = reaches most need. Equal values share a rank.")),
        Column(CHOSEN, capital(among_first(params.top)), "flag"), Column(EASIEST, "What would change that"),
        Column("least_margin", say("Smallest part of a margin of error that does it"), "share",
               say("None does it: no single estimate within its margin moves the school.")),
        c.reason_column("least_margin", "Smallest part of a margin of error that does it"),
        Column(WAYS, say("Inputs that can do it, of 4"), "count"),
        Column(c.SCORE, say("Need-weighted {who}", who=given.now.who), "count", digits=1),
    )
    frame = pd.DataFrame(records, columns=[column.name for column in columns])
    places = frames["schools"].set_index(frames["schools"][v.ID].astype(str)).geometry.reindex(frame[v.ID])
    rows = gpd.GeoDataFrame(frame, geometry=places.to_numpy(), crs=frames["schools"].crs)
    rows = rows.sort_values([c.RANK, v.ID], kind="stable").reset_index(drop=True)
    style = LayerStyle(kind=SINGLE, fill="result", line="#FFFFFF", shape="circle", size=11.0, label_column=c.RANK)
    return Output("schools", say("Schools looked at"), rows, columns, POINT, v.SCHOOL, style, told=(c.RANK, EASIEST))


def _changes(
    given: rc.Ranking, found: dict[int, dict[str, rc.Change]], params: RankChangeParams, names: dict[str, str]
) -> Output:
    records = []
    for row, changes in found.items():
        for kind in rc.KINDS:
            change = changes.get(kind)
            verb = _verb(given, row, params.top)
            records.append({
                v.ID: f"{given.ids[row]}:{kind}", v.NAME: names[given.ids[row]], "input": _INPUT[kind],
                "change": f"It {verb} if {_in_words(given, change)}" if change else _nothing(kind, given, params),
                c.RANK: float(given.rank(row)), "rank_then": float(change.rank) if change else np.nan,
                "rank_then" + v.REASON_SUFFIX: "" if change else _NONE_DOES,
                "margin_used": change.margin if change else np.nan,
                "margin_used" + v.REASON_SUFFIX: _why_no_margin(kind, change),
                "before": change.before if change else np.nan, "after": change.after if change else np.nan,
            })
    columns = (
        Column(v.ID, say("Id"), hidden=True), Column(v.NAME, say("School")), Column("input", "Input"),
        Column("change", say("Smallest change that moves it over the cut")), Column(c.RANK, say("Rank today"), "rank"),
        Column("rank_then", say("Rank then"), "rank", say("From ranking all schools again with this one input changed.")),
        c.reason_column("rank_then", "Rank then"),
        Column("margin_used", say("Part of the margin of error"), "share", say("Only for estimates that have one.")),
        c.reason_column("margin_used", "Part of the margin of error"),
        Column("before", say("Value today"), hidden=True, digits=6), Column("after", say("Value then"), hidden=True, digits=6),
    )
    frame = pd.DataFrame(records, columns=[column.name for column in columns])
    return Output("changes", say("The smallest change of each input"), frame, columns, NO_GEOMETRY)


def _why_no_margin(kind: str, change: rc.Change | None) -> str:
    if kind in (rc.EXPONENT, rc.RADIUS):
        return "not_applicable"
    return "" if change else _NONE_DOES


def _none(given: rc.Ranking, params: RankChangeParams) -> str:
    if len(given.ids) <= params.top:
        return "Nothing: there are not more schools than will be chosen"
    return "No change of one input within what was tried does it"


def _nothing(kind: str, given: rc.Ranking, params: RankChangeParams) -> str:
    if len(given.ids) <= params.top:
        return _none(given, params)
    if kind == rc.EXPONENT:
        return "No weight of need between 0 and 2 does it"
    if kind == rc.RADIUS:
        return "None of the distances tried does it" if params.other_distances else "Not tried"
    return "No change within the margins of error does it"


def _sentence(
    given: rc.Ranking, found: dict[int, dict[str, rc.Change]], params: RankChangeParams, names: dict[str, str]
) -> str:
    if len(given.ids) == 1:
        return "Only one school is ranked, so no place is at stake."
    if len(given.ids) <= params.top:
        return f"All {len(given.ids):,} ranked schools are among the {params.top:,} to be chosen, so no place is at stake."
    if params.school:
        row, changes = next(iter(found.items()))
        easiest = _easiest(changes)
        place = f"{names[given.ids[row]]} ranks {given.rank(row):,} of {len(given.ids):,}"
        if easiest is None:
            return f"{place}; no change of one input within what was tried moves it over the cut after {params.top:,}."
        verb = "falls out of" if given.rank(row) <= params.top else "comes into"
        first = "first place" if params.top == 1 else f"the first {params.top:,}"
        return f"{place}; it {verb} {first} if {_in_words(given, easiest)}."
    loose = sum(any(kind in changes for kind in (rc.VALUE, rc.PEOPLE)) for changes in found.values())
    return (f"Of the {how_many(len(found), 'school', 'schools')} next to the cut after {params.top:,}, {loose:,} would change sides if one single "
            f"estimate were off within its margin of error; {len(found) - loose:,} would not.")


def _figures(
    given: rc.Ranking, found: dict[int, dict[str, rc.Change]], params: RankChangeParams
) -> tuple[KeyFigure, ...]:
    def count(*kinds: str) -> float:
        return float(sum(any(kind in changes for kind in kinds) for changes in found.values()))

    return (
        KeyFigure("schools_looked_at", say("Schools looked at"), float(len(found)), "count"),
        KeyFigure("loose_by_margin", say("Change sides within one margin of error"), count(rc.VALUE, rc.PEOPLE), "count"),
        KeyFigure("loose_by_weight", say("Change sides with another weight of need"), count(rc.EXPONENT), "count"),
        KeyFigure("loose_by_distance", say("Change sides with another distance"), count(rc.RADIUS) if params.other_distances else None,
                  "count", note=NOTHING if params.other_distances else say("Other distances were not tried.")),
        KeyFigure("schools_ranked", say("Schools ranked"), float(len(given.ids)), "count"),
    )


def _notes(given: rc.Ranking, params: RankChangeParams) -> tuple[Note, ...]:
    held = [item.label for item in given.now.layer.indicators
            if not item.moe_column or item.moe_column not in given.now.areas]
    notes = [
        Note("method", say("Every change named here was tried: all schools were ranked again with that one input changed and "
             "everything else as it is, and the school stood on the other side of the cut.")),
        Note("caution", say("One input at a time, and only areas that the school reaches. Several small errors together can do "
             "what none does alone: see the band of ranks of the ranking.")),
    ]
    if given.now.moes is None:
        notes.append(Note("caution", say("The counts of people have no margin of error, so none of them was changed.")))
    if held:
        notes.append(Note("caution", say("No margin of error is published for these, so they were not changed: ")
                          + ", ".join(held) + ".", len(held)))
    if params.other_distances:
        notes.append(Note("method", say("Distances tried: a tenth, a quarter and a half nearer and further than the one chosen.")))
    return tuple(notes)


ANALYSIS = Analysis(
    name="rank-change",
    title=say("What would change a school's place"),
    question=say("What would change a school's place?"),
    summary=say("For one school, or for those next to the cut: the smallest change of one input that moves it into or out of "
            "the schools to be chosen. Every answer is proved by ranking all schools again."),
    step="plan",
    params=RankChangeParams,
    inputs=INPUTS,
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
