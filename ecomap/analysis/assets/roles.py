"""Who to go to for what: the people at every school by function, what nobody holds and what several hold."""

from __future__ import annotations

import datetime
from typing import Annotated, Any

import geopandas as gpd
import numpy as np
import pandas as pd
from attrs import field, frozen

from ecomap.analysis import columns as c
from ecomap.analysis.assets import columns as a
from ecomap.analysis.assets.overlap.question import schools_of
from ecomap.analysis.assets.presence import (
    SEPARATOR,
    date_note,
    functions_of,
    joined,
    labelled,
    refs,
    terms_of,
    text,
)
from ecomap.analysis.assets.school_need import number, schools_called
from ecomap.analysis.dates import ACTIVE, date_in_words, state_on
from ecomap.analysis.gaps.situation import inputs_of, sources_of
from ecomap.analysis.notes import counted
from ecomap.analysis.registry import Analysis, Input, Table
from ecomap.model import vocabulary as v
from ecomap.model.dates import day_of
from ecomap.model.frames import Frames
from ecomap.model.layer import POINT, Column
from ecomap.model.params import Param, plain_params
from ecomap.model.progress import Progress
from ecomap.model.result import KeyFigure, Note, Output, Provenance, Result
from ecomap.model.said import say
from ecomap.model.style import CATEGORISED, LayerStyle
from ecomap.model.terms import Terms

INPUTS = (
    Input("schools", v.SCHOOL, say("Schools")),
    Input("roles", v.STAFF_ROLE, say("People in roles"), optional=True, many=True),
    Input("terms", v.TERM, say("Own words"), optional=True, many=True),
)
CLEAR, SHARED, SILENT, EMPTY = "one holder each", "some held by several", a.NOT_REPORTED, "nobody now"
NO_SCHOOL = "No school named"
SAME_TITLE = "The same title can mean different work at different schools; functions can be compared, titles cannot."


@frozen
class RolesParams:
    """What a planner decides about who does what."""

    as_of: Annotated[str, Param(
        "On which day?", "A date like 2026-06-30, or a year; empty for today. Who has left by then does not count.")] = ""
    level: Annotated[str, Param("Which schools?", "A school level, or all.", choices_from="level")] = "all"
    school: Annotated[str, Param("One school only?", "Its code or its name; none in particular for every school.",
                                 choices_from="school")] = ""


@frozen
class Roster:
    """The roles at work on a day, one row each, in the order of school, function and id.

    ``people``: ref, school (position, -1 without one), function, title, approach, employer, fte, contact, start.
    ``held`` and ``several``: schools x functions, True where somebody, and where more than one approach or employer,
    holds it.
    """

    schools: Any = field(eq=False, repr=False)
    people: pd.DataFrame = field(eq=False, repr=False)
    functions: tuple[str, ...]
    held: np.ndarray = field(eq=False, repr=False)
    several: np.ndarray = field(eq=False, repr=False)
    reported: np.ndarray = field(eq=False, repr=False)
    notes: tuple[Note, ...]


def run_roles(frames: Frames, params: RolesParams, *, progress: Progress) -> Result:
    """The roster of every school, and where it is not clear who holds a function."""
    progress.at(0.0, say("Reading who does what"))
    day, terms = day_of(params.as_of), terms_of(frames)
    roster = roster_of(frames, params.level, day, terms, params.school)
    progress.at(0.4, say("Finding what nobody and what several hold"))
    outputs = [_schools_output(roster, terms), _roster_output(roster, terms)]
    progress.at(0.7, say("Adding up the district"))
    outputs += [_shared_output(roster, terms), _functions_output(roster, terms)]
    progress.at(1.0, say("Done"))
    used = tuple(item.name for item in INPUTS)
    silent = int((~roster.reported).sum())
    notes = [Note("caution", SAME_TITLE), date_note(day), *roster.notes]
    if silent:
        notes.append(counted(silent, "school is not reported: nobody wrote down who works there.",
                             "schools are not reported: nobody wrote down who works there."))
    notes.append(Note("caution", say("A function several hold can be a team or a muddle; only the school can say which.")))
    return Result(
        id="roles", analysis="roles", title=say("Who does what on {date_in_words}", date_in_words=date_in_words(day)), sentence=_of_one(roster, terms) if params.school else _sentence(roster),
        outputs=tuple(outputs), figures=_of_one_first(roster) if params.school else _figures(roster), notes=tuple(notes),
        bars=() if params.school else _bars(roster, terms),
        bars_title=say("Share of reporting schools where somebody holds the function"),
        provenance=Provenance("roles", ANALYSIS.version, plain_params(params), inputs_of(frames, used), sources_of(frames, used)),
    )


def roster_of(frames: Frames, level: str, day: datetime.date, terms: Terms, only: str = "") -> Roster:
    """Read the roles at work on a day and mark what is held, and what is held by several. `only`: a school's code or name."""
    schools = schools_of(frames, "all" if only else level)
    schools = schools.iloc[schools_called(schools, only)].reset_index(drop=True)
    empty = pd.DataFrame({name: pd.Series(dtype=object) for name in (v.ID, v.SCHOOL_ID, v.FUNCTION)})
    rows = frames["roles"].reset_index(drop=True) if "roles" in frames else empty
    named = text(rows, v.SCHOOL_ID)
    school = pd.Index(schools[v.ID].astype(str)).get_indexer(pd.Index(named))
    reported = np.isin(np.arange(len(schools)), school[school >= 0])
    active = np.flatnonzero((state_on(rows, day) == ACTIVE) & ((school >= 0) | (named == "").to_numpy()))
    function = functions_of(rows, v.STAFF_ROLE, terms)
    people = pd.DataFrame({
        "ref": refs(v.STAFF_ROLE, rows[v.ID]).to_numpy(), "school": school, v.FUNCTION: function.to_numpy(),
        **{name: text(rows, name).to_numpy() for name in (v.TITLE, v.APPROACH, v.EMPLOYER, v.CONTACT, v.START)},
        v.FTE: number(rows, v.FTE),
    }).iloc[active].sort_values(["school", v.FUNCTION, "ref"], kind="stable", ignore_index=True)
    functions = tuple(sorted(set(function) - {""}))
    at = pd.Index(functions).get_indexer(pd.Index(people[v.FUNCTION]))
    held = np.zeros((len(schools), len(functions)), dtype=bool)
    several = held.copy()
    usable = people.assign(at=at)[(at >= 0) & (people["school"] >= 0)]
    held[usable["school"], usable["at"]] = True
    for column in (v.APPROACH, v.EMPLOYER):
        stated = usable[usable[column] != ""]
        different = stated[column].str.casefold().groupby([stated["school"], stated["at"]]).nunique()
        twice = different[different > 1].index
        several[twice.get_level_values(0), twice.get_level_values(1)] = True
    return Roster(schools, people, functions, held, several, reported, _notes(rows, people, named, school, day))


def _notes(rows: Any, people: pd.DataFrame, named: pd.Series, school: np.ndarray, day: datetime.date) -> tuple[Note, ...]:
    notes = []
    if not len(rows):
        notes.append(Note("caution", say("The project has no people in roles: every school is not reported.")))
    for count, one, many, rest in (
        (int((state_on(rows, day) != ACTIVE).sum()), "role is", "roles are", " not held that day: ended or still to come."),
        (int(((school < 0) & (named != "").to_numpy()).sum()), "role names", "roles name",
         " a school that is not among those asked about."),
        (int((people["school"] < 0).sum()), "role is", "roles are", " held at no school; the roster lists them apart."),
        (int((people[v.FUNCTION] == "").sum()), "role states", "roles state",
         " no function; the roster lists it, the table of functions cannot."),
    ):
        if count:
            notes.append(counted(count, one, many, rest))
    return tuple(notes)


def _schools_output(roster: Roster, terms: Terms) -> Output:
    schools, count = roster.schools, len(roster.schools)
    labels = np.array(labelled(terms, "function", roster.functions), dtype=object)
    here = roster.people[roster.people["school"] >= 0]
    at = here["school"].to_numpy(dtype=int)
    known = here[v.FTE].notna().to_numpy()
    fte = np.where(np.bincount(at[known], minlength=count) > 0, np.bincount(at[known], here[v.FTE].to_numpy()[known], count), np.nan)
    people = np.bincount(at, minlength=count).astype(float)
    state = np.select([~roster.reported, people == 0, roster.several.any(axis=1)], [SILENT, EMPTY, SHARED], CLEAR)
    frame = gpd.GeoDataFrame({
        v.ID: schools[v.ID].astype(str), v.NAME: schools[v.NAME].astype(str), c.STATE: state.astype(object),
        "people": np.where(roster.reported, people, np.nan), v.FTE: fte,
        "functions_held": np.where(roster.reported, roster.held.sum(axis=1), np.nan),
        "held_by_nobody": [SEPARATOR.join(labels[~held]) if told else a.NOT_REPORTED
                           for held, told in zip(roster.held, roster.reported, strict=True)],
        "held_by_several": [SEPARATOR.join(labels[row]) for row in roster.several],
        a.REPORTED: roster.reported, a.ROWS: joined(at, here["ref"].to_numpy(), count),
    }, geometry=np.asarray(schools.geometry), crs=schools.crs)
    columns = (
        *c.id_columns(), Column(c.STATE, say("Who holds what")), Column("people", say("Roles held"), "count", say("Missing: not reported.")),
        Column(v.FTE, say("Full-time equivalents"), "", say("Of those that state it."), digits=1),
        Column("functions_held", say("Functions somebody holds"), "count", say("Missing: not reported.")),
        Column("held_by_nobody", say("Functions nobody holds"), "", say("Of the functions held anywhere in the project.")),
        Column("held_by_several", say("Functions more than one approach or employer holds")),
        Column(a.REPORTED, say("Somebody reported on this school"), "flag"), a.rows_column("the roster of this school"),
    )
    style = LayerStyle(kind=CATEGORISED, column=c.STATE, line="#FFFFFF", size=9.0)
    return Output("schools", say("Schools: who to go to for what"), frame, columns, POINT, v.SCHOOL, style)


def _roster_output(roster: Roster, terms: Terms) -> Output:
    people = roster.people
    school = people["school"].to_numpy(dtype=int)
    names = np.append(roster.schools[v.NAME].astype(str).to_numpy(), NO_SCHOOL)
    ids = np.append(roster.schools[v.ID].astype(str).to_numpy(), "")
    at = pd.Index(roster.functions).get_indexer(pd.Index(people[v.FUNCTION]))
    shared = np.zeros(len(people), dtype=bool)
    use = (at >= 0) & (school >= 0)
    shared[use] = roster.several[school[use], at[use]]
    frame = pd.DataFrame({
        v.ID: people["ref"].astype(str), v.NAME: names[school], v.SCHOOL_ID: ids[school], v.FUNCTION: people[v.FUNCTION],
        a.FUNCTION_LABEL: [word or a.NOT_REPORTED for word in labelled(terms, "function", people[v.FUNCTION])],
        v.TITLE: people[v.TITLE], v.EMPLOYER: people[v.EMPLOYER], v.APPROACH: people[v.APPROACH],
        a.APPROACH_LABEL: labelled(terms, "approach", people[v.APPROACH]), v.FTE: people[v.FTE],
        v.CONTACT: people[v.CONTACT], v.START: people[v.START], "shared": shared, a.ROWS: people["ref"],
    })
    columns = (
        Column(v.ID, say("Id"), hidden=True), Column(v.NAME, say("School")), Column(v.SCHOOL_ID, "School, code", hidden=True),
        Column(v.FUNCTION, say("Function, code"), hidden=True), Column(a.FUNCTION_LABEL, say("Who to go to for")),
        Column(v.TITLE, say("Title as used there"), "", SAME_TITLE), Column(v.EMPLOYER, say("Employer")),
        Column(v.APPROACH, say("Approach, code"), hidden=True), Column(a.APPROACH_LABEL, say("Approach")),
        Column(v.FTE, say("Full-time equivalents"), "", say("Missing: not stated."), digits=2), Column(v.CONTACT, say("Contact")),
        Column(v.START, say("Since"), "date"), Column("shared", say("Held by several there"), "flag"), a.rows_column("this line"),
    )
    return Output("roster", say("Roster by school and function"), frame, columns)


def _shared_output(roster: Roster, terms: Terms) -> Output:
    """Every school and function that more than one approach or employer holds."""
    school, function = np.nonzero(roster.several)
    place = {(s, f): n for n, (s, f) in enumerate(zip(school, function, strict=True))}
    at = pd.Index(roster.functions).get_indexer(pd.Index(roster.people[v.FUNCTION]))
    group = np.array([place.get(pair, -1) for pair in zip(roster.people["school"], at, strict=True)], dtype=int)
    some, people = group >= 0, roster.people
    code = np.array(roster.functions, dtype=object)[function]
    ids = roster.schools[v.ID].astype(str).to_numpy()[school]
    labels = np.array(labelled(terms, "approach", people[v.APPROACH]), dtype=object)
    lists = {}
    for name, words in (("titles", people[v.TITLE]), ("employers", people[v.EMPLOYER]), (a.APPROACHES, labels), (a.ROWS, people["ref"])):
        words = np.asarray(words, dtype=object)
        stated = some & (words != "")
        lists[name] = joined(group[stated], words[stated], len(place))
    frame = pd.DataFrame({
        v.ID: pd.Series(ids, dtype=object) + "|" + pd.Series(code, dtype=object),
        v.NAME: roster.schools[v.NAME].astype(str).to_numpy()[school], v.SCHOOL_ID: ids, v.FUNCTION: code,
        a.FUNCTION_LABEL: labelled(terms, "function", code.tolist()),
        "holders": np.bincount(group[some], minlength=len(place)), **lists,
    })
    columns = (
        *c.id_columns(), Column(v.SCHOOL_ID, say("School, code"), hidden=True), Column(v.FUNCTION, say("Function, code"), hidden=True),
        Column(a.FUNCTION_LABEL, say("Function")), Column("holders", say("Roles that hold it"), "count"), Column("titles", "Titles"),
        Column("employers", say("Employers")), Column(a.APPROACHES, say("Approaches")), a.rows_column(),
    )
    return Output("shared", say("Functions that more than one approach or employer holds"), frame, columns)


def _functions_output(roster: Roster, terms: Terms) -> Output:
    """The district: every function people at schools can hold, also those nobody holds anywhere."""
    known = {term.code for term in terms.of("function") if term.kind in ("role", "both") or term.own}
    words = sorted(known | set(roster.functions))
    place = {word: n for n, word in enumerate(roster.functions)}
    told = roster.reported
    held = {word: int(roster.held[told, place[word]].sum()) if word in place else 0 for word in words}
    shared = {word: int(roster.several[:, place[word]].sum()) if word in place else 0 for word in words}
    at = pd.Index(words).get_indexer(pd.Index(roster.people[v.FUNCTION]))
    lists = {}
    for name, column in (("titles", v.TITLE), ("employers", v.EMPLOYER), (a.ROWS, "ref")):
        stated = (at >= 0) & (roster.people[column] != "").to_numpy()
        lists[name] = joined(at[stated], roster.people[column].to_numpy()[stated], len(words))
    frame = pd.DataFrame({
        v.ID: words, v.NAME: labelled(terms, "function", words),
        "schools_held": [held[word] for word in words], "schools_several": [shared[word] for word in words],
        "schools_nobody": [int(told.sum()) - held[word] for word in words], "schools_not_reported": int((~told).sum()), **lists,
    })
    columns = (
        Column(v.ID, say("Function, code"), hidden=True), Column(v.NAME, say("Function")),
        Column("schools_held", say("Schools where somebody holds it"), "count"),
        Column("schools_several", say("Schools where several hold it"), "count"),
        Column("schools_nobody", say("Reporting schools where nobody holds it"), "count"),
        Column("schools_not_reported", say("Schools not reported"), "count"), Column("titles", say("Titles used"), "", SAME_TITLE),
        Column("employers", say("Employers")), a.rows_column(),
    )
    return Output("functions", say("Functions across the district"), frame, columns)


def _figures(roster: Roster) -> tuple[KeyFigure, ...]:
    told = int(roster.reported.sum())
    missing = (~roster.held[roster.reported]).sum() if told else None
    return (
        KeyFigure("schools_reported", say("Schools that reported"), float(told)),
        KeyFigure("schools_not_reported", say("Schools not reported"), float(len(roster.schools) - told)),
        KeyFigure("roles_held", say("Roles held"), float(len(roster.people)) if told else None, note="" if told else a.NOT_REPORTED),
        KeyFigure("functions_shared", say("Functions at schools that several hold"), float(roster.several.sum()) if told else None),
        KeyFigure("functions_nobody", say("Functions at reporting schools that nobody holds"), None if missing is None else float(missing)),
    )


def _of_one_first(roster: Roster) -> tuple[KeyFigure, ...]:
    """For one school: what is held there before how many schools reported."""
    figures = _figures(roster)
    return (*figures[2:], *figures[:2])


def _sentence(roster: Roster) -> str:
    told = int(roster.reported.sum())
    if not told:
        return "No school has reported who does what, so it cannot be said what nobody and what several hold."
    return (f"{told:,} of {len(roster.schools):,} schools have reported who does what: at {int(roster.several.any(axis=1).sum()):,} "
            f"of them several approaches or employers hold the same function, and at "
            f"{int((~roster.held[roster.reported]).any(axis=1).sum()):,} some function is held by nobody.")


def _of_one(roster: Roster, terms: Terms) -> str:
    """Who to go to for what at the one school asked about, and what several hold there."""
    name, people = str(roster.schools[v.NAME].iloc[0]), roster.people[roster.people["school"] == 0]
    if not len(people):
        return f"At {name} who does what is {a.NOT_REPORTED}." if not roster.reported[0] else f"At {name} nobody is on record that day."
    lines = [f"{label or a.NOT_REPORTED}: {', '.join(f'{title} ({employer})' if employer else title for title, employer in who)}"
             for label, who in ((terms.label("function", function), zip(group[v.TITLE], group[v.EMPLOYER], strict=True))
                                for function, group in people.groupby(v.FUNCTION, sort=True))]
    shared = labelled(terms, "function", [word for word, several in zip(roster.functions, roster.several[0], strict=True) if several])
    more = f" Held by several there: {', '.join(shared)}." if shared else ""
    return f"Who to go to at {name}: {'; '.join(lines)}.{more}"


def _bars(roster: Roster, terms: Terms) -> tuple[tuple[str, float, float | None], ...]:
    told = int(roster.reported.sum())
    if not told:
        return ()
    shares = [(terms.label("function", word), float(roster.held[roster.reported, n].sum()) / told, None)
              for n, word in enumerate(roster.functions)]
    return tuple(sorted(shares, key=lambda bar: (-bar[1], bar[0]))[:12])


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
