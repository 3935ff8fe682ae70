"""Where else does it work? Schools most alike in what a planner chooses, side by side."""

from __future__ import annotations

from typing import Annotated, Any

import numpy as np
import pandas as pd
from attrs import field, frozen

from ecomap.analysis import columns as c
from ecomap.analysis.assets import columns as a
from ecomap.analysis.assets.overlap.grid import in_words, taking_part
from ecomap.analysis.assets.overlap.question import schools_of
from ecomap.analysis.assets.presence import INPUTS as PRESENCE_INPUTS
from ecomap.analysis.assets.presence import SEPARATOR, date_note, labelled, presence, refs, terms_of, text
from ecomap.analysis.assets.school_need import AREAS, number, schools_called, surroundings
from ecomap.analysis.gaps.situation import MILE_M, inputs_of, sources_of
from ecomap.analysis.notes import counted, how_many
from ecomap.analysis.registry import Analysis, Input, Table
from ecomap.model import vocabulary as v
from ecomap.model.dates import day_of
from ecomap.model.errors import ParameterError
from ecomap.model.frames import Frames
from ecomap.model.layer import Column
from ecomap.model.params import Param, plain_params
from ecomap.model.progress import Progress
from ecomap.model.result import KeyFigure, Note, Output, Provenance, Result
from ecomap.model.said import say
from ecomap.model.terms import Terms

INPUTS = (
    *(item for item in PRESENCE_INPUTS if item.role not in (v.STAFF_ROLE, v.SERVICE)), AREAS,
    Input("practices", v.PRACTICE, say("Practice notes"), optional=True, many=True),
)
NEED, LEVEL = "need", "level"
LABELS = {NEED: "Need around the school", v.FRPM_SHARE: "Free or reduced-price meals", v.ENROLLMENT: "Pupils", LEVEL: "Level"}
DISTANCE, PEER, PRESENT = "distance", "peer", "variables_compared"
NOT_A_CAUSE = ("Likeness is not cause: schools alike in these numbers differ in much else, and what works at one may work for "
               "reasons no number here holds.")
_ROOT_TWO = float(np.sqrt(2.0))
_BLOCK = 256


@frozen
class PeersParams:
    """What a planner decides about likeness."""

    school: Annotated[str, Param("Which school?", "Its code or its name; none in particular for every school.",
                                        choices_from="school")] = ""
    variables: Annotated[tuple[str, ...], Param(
        "Alike in what?", "need (of the area around), frpm_share, enrollment, level, or any column of numbers the schools "
        "have.", choices_from="school_trait")] = (NEED, v.FRPM_SHARE, v.ENROLLMENT, LEVEL)
    count: Annotated[int, Param("How many peers?", ge=1, le=50)] = 5
    minimum_present: Annotated[float, Param(
        "Share of these that both schools must have", "Schools with fewer in common are not compared.", unit="share", gt=0, le=1,
        advanced=True)] = 0.75
    outcomes: Annotated[tuple[str, ...], Param(
        "Outcomes to lay side by side", "Columns of numbers the schools have, with commas between them; they do not decide who is "
        "alike.")] = ()
    radius_m: Annotated[float, Param("Area around a school", unit="m", gt=0, le=80_000, advanced=True)] = MILE_M
    as_of: Annotated[str, Param("On which day?", "For the approaches; empty for today.", advanced=True)] = ""


@frozen
class Traits:
    """The numbers likeness goes by: raw, and in standard deviations from the mean. Levels apart: one row of flags per school."""

    names: tuple[str, ...]
    raw: np.ndarray = field(eq=False, repr=False)
    standard: np.ndarray = field(eq=False, repr=False)
    levels: np.ndarray | None = field(eq=False, repr=False)
    notes: tuple[Note, ...]


def run_peers(frames: Frames, params: PeersParams, *, progress: Progress) -> Result:
    """Find the schools most alike and lay their approaches, outcomes and practice notes side by side."""
    progress.at(0.0, say("Reading what schools are like"))
    schools, terms = schools_of(frames, "all"), terms_of(frames)
    asked = schools_called(schools, params.school)
    traits = traits_of(frames, schools, params)
    progress.at(0.3, say("Comparing schools"))
    one, two, distance, present = nearest_peers(traits, asked, params.count, params.minimum_present, progress.part(0.3, 0.7))
    found = presence(frames, schools, day_of(params.as_of))
    part = taking_part(found)
    approaches = np.array(in_words(part, terms), dtype=object)
    progress.at(0.8, say("Laying them side by side"))
    outcomes = _outcomes(schools, params.outcomes)
    outputs = (_peers_output(schools, traits, one, two, distance, present, approaches, outcomes),
               _variables_output(traits), _practices_output(frames, schools, np.unique(np.concatenate([asked, two])), terms))
    progress.at(1.0, say("Done"))
    used = tuple(item.name for item in INPUTS)
    alone = int(len(asked) - len(np.unique(one)))
    notes = [Note("caution", NOT_A_CAUSE), *traits.notes, date_note(found.day)]
    if alone:
        notes.append(counted(alone, "school has", "schools have", " too few numbers in common with any other to be compared."))
    if "practices" not in frames:
        notes.append(Note("caution", say("The project has no practice notes: what works where is not reported.")))
    return Result(
        id="peers", analysis="peers", title=say("Schools most alike"), sentence=_sentence(schools, asked, one, two, approaches),
        outputs=outputs, figures=_figures(asked, one, two, distance, approaches), notes=tuple(notes),
        provenance=Provenance("peers", ANALYSIS.version, plain_params(params), inputs_of(frames, used), sources_of(frames, used)),
    )


def traits_of(frames: Frames, schools: Any, params: PeersParams) -> Traits:
    """The chosen variables of every school.

    Raises
    ------
    ParameterError
        If a variable is no column of numbers, or none can be had.
    """
    names, values, notes = [], [], []
    levels = None
    for name in params.variables:
        if name == LEVEL and v.LEVELS in schools:
            levels = np.column_stack([schools[v.LEVELS].fillna("").astype(str).map(lambda text, one=one: one in text.split("+"))
                                      .to_numpy(dtype=bool) for one in v.SCHOOL_LEVELS])
        elif name == NEED and "areas" in frames and frames.layer("areas").indicators:
            names.append(name)
            values.append(surroundings(frames, schools, params.radius_m))
        elif name in (NEED, LEVEL):
            what = "need areas with indicators" if name == NEED else "levels of schools"
            notes.append(Note("caution", say("The project has no {what}, so {labels} is left out.", what=what, labels=LABELS[name].lower())))
        else:
            names.append(name)
            values.append(_numbers(schools, name))
    if not names and levels is None:
        raise ParameterError(say("There is nothing to compare schools by."), say("Choose other variables, or import them."))
    raw = np.column_stack(values) if values else np.zeros((len(schools), 0))
    known = ~np.isnan(raw)
    count = np.maximum(known.sum(axis=0), 1)
    mean = np.where(known, raw, 0.0).sum(axis=0) / count
    spread = np.sqrt((np.where(known, raw - mean, 0.0) ** 2).sum(axis=0) / count)
    standard = np.divide(raw - mean, spread, out=np.where(known, 0.0, np.nan), where=spread > 0)
    notes += [counted(int(missing), "school has", "schools have", f" no number for {LABELS.get(name, name).lower()}: compared by "
                      "the others, if enough of them.") for name, missing in zip(names, (~known).sum(axis=0), strict=True) if missing]
    return Traits(tuple(names), raw, standard, levels, tuple(notes))


def nearest_peers(
    traits: Traits, asked: np.ndarray, count: int, minimum_present: float, progress: Progress
) -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]:
    """The schools nearest to each one asked about.

    Distance = sqrt(mean of squared differences in standard deviations, over the variables both schools have); levels differ
    by sqrt(2) times the share of their levels the two do not have in common (Jaccard), which is as far as two random
    schools are apart in any other variable.

    Returns
    -------
    one, two : ndarray of int
        Positions of the school and its peer, the nearest first; equal distances in the order of the schools.
    distance : ndarray
    present : ndarray of int
        Variables compared.
    """
    total = traits.standard.shape[1] + (traits.levels is not None)
    parts: list[tuple[np.ndarray, ...]] = []
    for start in range(0, len(asked), _BLOCK):
        progress.at(start / max(len(asked), 1), say("Comparing schools"))
        here = asked[start : start + _BLOCK]
        squares, present = np.zeros((len(here), len(traits.raw))), np.zeros((len(here), len(traits.raw)), dtype=int)
        for column in traits.standard.T:
            apart = (column[here][:, None] - column[None, :]) ** 2
            squares += np.nan_to_num(apart)
            present += ~np.isnan(apart)
        if traits.levels is not None:
            common = traits.levels[here].astype(int) @ traits.levels.T.astype(int)
            size = traits.levels.sum(axis=1)
            either = size[here][:, None] + size[None, :] - common
            told = (size[here][:, None] > 0) & (size[None, :] > 0)
            squares += np.where(told, (_ROOT_TWO * (1 - common / np.maximum(either, 1))) ** 2, 0.0)
            present += told
        enough = present >= np.ceil(minimum_present * total - 1e-9)
        distance = np.where(enough & (present > 0), np.sqrt(squares / np.maximum(present, 1)), np.inf)
        distance[np.arange(len(here)), here] = np.inf
        order = np.argsort(np.round(distance, 9), axis=1, kind="stable")[:, :count]
        near = np.take_along_axis(distance, order, axis=1)
        row, rank = np.nonzero(np.isfinite(near))
        peer = order[row, rank]
        parts.append((here[row], peer, near[row, rank], present[row, peer]))
    one, two, distance, present = (np.concatenate([part[k] for part in parts]) for k in range(4))
    return one, two, distance, present


def _numbers(schools: Any, name: str) -> np.ndarray:
    values = number(schools, name)
    if np.isnan(values).all():
        raise ParameterError(say("The schools have no numbers in a column '{name}'.", name=name),
                             say("Choose need, level or a column of numbers of the schools."))
    return values


def _outcomes(schools: Any, names: tuple[str, ...]) -> dict[str, np.ndarray]:
    return {name: _numbers(schools, name) for name in names}


def _peers_output(
    schools: Any, traits: Traits, one: np.ndarray, two: np.ndarray, distance: np.ndarray, present: np.ndarray,
    approaches: np.ndarray, outcomes: dict[str, np.ndarray],
) -> Output:
    ids, names = schools[v.ID].astype(str).to_numpy(), schools[v.NAME].astype(str).to_numpy()
    first = np.ones(len(one), dtype=bool)
    first[1:] = one[1:] != one[:-1]
    rank = np.arange(len(one)) - np.maximum.accumulate(np.where(first, np.arange(len(one)), 0)) + 1
    columns: dict[str, Any] = {
        v.ID: pd.Series(ids[one], dtype=object) + "|" + pd.Series(ids[two], dtype=object), v.NAME: names[one],
        v.SCHOOL_ID: ids[one], c.RANK: rank, PEER: names[two], "peer_id": ids[two], DISTANCE: distance, PRESENT: present,
        a.APPROACHES: approaches[one], "peer_approaches": approaches[two],
    }
    described = [
        Column(v.ID, say("Id"), hidden=True), Column(v.NAME, say("School")), Column(v.SCHOOL_ID, "School, code", hidden=True),
        Column(c.RANK, say("Peer number"), "rank", say("1 is most alike.")), Column(PEER, say("Alike"), "", NOT_A_CAUSE), Column("peer_id", "Its code", hidden=True),
        Column(DISTANCE, say("How far apart"), "score", say("Standard deviations, on average over the variables both have; 0 is the same."), digits=2),
        Column(PRESENT, say("Variables compared"), "count"), Column(a.APPROACHES, say("Approaches of the school")),
        Column("peer_approaches", say("Approaches of the peer")),
    ]
    shown = {name: traits.raw[:, n] for n, name in enumerate(traits.names)} | outcomes
    for name, values in shown.items():
        label, unit, digits = LABELS.get(name, name.replace("_", " ").capitalize()), *_unit(name)
        columns |= {f"school_{name}": values[one], f"peer_{name}": values[two]}
        described += [Column(f"school_{name}", label, unit, digits=digits), Column(f"peer_{name}", f"{label}, peer", unit, digits=digits)]
    columns[a.ROWS] = [f"{v.SCHOOL}/{i}{SEPARATOR}{v.SCHOOL}/{j}" for i, j in zip(ids[one], ids[two], strict=True)]
    return Output("peers", say("Schools and those most like them; likeness is not cause"), pd.DataFrame(columns), (*described, a.rows_column("this line")),
                  told=(PEER, DISTANCE))


def _unit(name: str) -> tuple[str, int]:
    if name == NEED:
        return "score", 2
    if name == v.ENROLLMENT:
        return a.PUPILS, 0
    return ("share", 0) if name.endswith("_share") else ("", 2)


def _variables_output(traits: Traits) -> Output:
    known = ~np.isnan(traits.raw)
    rows = [{v.ID: name, v.NAME: LABELS.get(name, name.replace("_", " ").capitalize()), "schools": int(known[:, n].sum()),
             "mean": float(np.mean(traits.raw[known[:, n], n])), "spread": float(np.std(traits.raw[known[:, n], n]))}
            for n, name in enumerate(traits.names) if known[:, n].any()]
    if traits.levels is not None:
        rows.append({v.ID: LEVEL, v.NAME: LABELS[LEVEL], "schools": int(traits.levels.any(axis=1).sum()), "mean": np.nan, "spread": np.nan})
    columns = (*c.id_columns(), Column("schools", say("Schools that have it"), "count"), Column("mean", say("Mean"), digits=2),
               Column("spread", say("Standard deviation"), "", say("One unit of distance in this variable."), digits=2))
    frame = pd.DataFrame(rows, columns=[v.ID, v.NAME, "schools", "mean", "spread"])
    return Output("variables", say("What likeness goes by"), frame, columns)


def _practices_output(frames: Frames, schools: Any, wanted: np.ndarray, terms: Terms) -> Output:
    """Practice notes of the schools asked about and their peers."""
    names = (v.TITLE, v.SINCE, v.EVIDENCE, v.CONTACT)
    empty = pd.DataFrame({name: pd.Series(dtype=object) for name in (v.ID, v.SCHOOL_ID, v.APPROACH, v.FUNCTION, *names)})
    rows = frames["practices"].reset_index(drop=True) if "practices" in frames else empty
    school = pd.Index(schools[v.ID].astype(str)).get_indexer(pd.Index(text(rows, v.SCHOOL_ID)))
    use = np.flatnonzero(np.isin(school, wanted) & (school >= 0))
    rows = rows.iloc[use]
    ids = refs(v.PRACTICE, rows[v.ID]).to_numpy()
    frame = pd.DataFrame({
        v.ID: pd.Series(ids, dtype=object), v.NAME: schools[v.NAME].astype(str).to_numpy()[school[use]],
        v.SCHOOL_ID: schools[v.ID].astype(str).to_numpy()[school[use]],
        a.APPROACH_LABEL: labelled(terms, "approach", text(rows, v.APPROACH)),
        a.FUNCTION_LABEL: labelled(terms, "function", text(rows, v.FUNCTION)),
        **{name: text(rows, name).to_numpy() for name in names}, a.ROWS: ids,
    }).sort_values([v.SCHOOL_ID, v.ID], kind="stable", ignore_index=True)
    columns = (
        Column(v.ID, say("Id"), hidden=True), Column(v.NAME, say("School")), Column(v.SCHOOL_ID, "School, code", hidden=True),
        Column(a.APPROACH_LABEL, say("Approach")), Column(a.FUNCTION_LABEL, say("Function")), Column(v.TITLE, "What works"),
        Column(v.SINCE, say("Since"), "date"), Column(v.EVIDENCE, say("Evidence")), Column(v.CONTACT, "Whom to ask"), a.rows_column("this note"),
    )
    return Output("practices", say("Practice notes of these schools"), frame, columns)


def _figures(
    asked: np.ndarray, one: np.ndarray, two: np.ndarray, distance: np.ndarray, approaches: np.ndarray
) -> tuple[KeyFigure, ...]:
    other = (approaches[one] == "") & (approaches[two] != "")
    return (
        KeyFigure("schools_compared", say("Schools with peers"), float(len(np.unique(one)))),
        KeyFigure("schools_asked", say("Schools asked about"), float(len(asked))),
        KeyFigure("peers_with_approach", say("Schools without an approach that have a peer with one"), float(len(np.unique(one[other])))),
        KeyFigure("nearest_distance", say("How far the nearest peer is, in the middle"),
                  float(np.median(distance[np.r_[True, one[1:] != one[:-1]]])) if len(one) else None, "score",
                  note=say("Standard deviations; half of the schools have a nearer one.")),
    )


def _sentence(schools: Any, asked: np.ndarray, one: np.ndarray, two: np.ndarray, approaches: np.ndarray) -> str:
    if not len(one):
        return "No school has enough numbers in common with another to be compared."
    if len(asked) == 1:
        names = schools[v.NAME].astype(str).to_numpy()
        taking = int((approaches[two] != "").sum())
        if len(two) == 1:
            return f"Most like {names[asked[0]]} is {names[two[0]]}, which takes part in {'an' if taking else 'no'} approach."
        return (f"Most like {names[asked[0]]} are {', '.join(names[two])}; {taking} of these {len(two)} "
                f"{'takes' if taking == 1 else 'take'} part in an approach.")
    other = len(np.unique(one[(approaches[one] == "") & (approaches[two] != "")]))
    return (f"{how_many(len(np.unique(one)), 'school was', 'schools were')} compared; "
            + (f"{other:,} that take part in no approach have a school much like them that does." if other != 1 else
               "1 that takes part in no approach has a school much like it that does."))


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
