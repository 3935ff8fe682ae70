"""The tables of who does what: schools, their roster, what several hold, and the functions of the district."""

from __future__ import annotations

import geopandas as gpd
import numpy as np
import pandas as pd

from ecomap.analysis import columns as c
from ecomap.analysis.assets import columns as a
from ecomap.analysis.assets.presence import SEPARATOR, labelled, spoken, together
from ecomap.analysis.assets.roles.roster import Roster
from ecomap.analysis.assets.roles.words import CLEAR, EMPTY, NO_SCHOOL, SAME_TITLE, SHARED, SILENT
from ecomap.model import vocabulary as v
from ecomap.model.layer import POINT, Column
from ecomap.model.result import Output
from ecomap.model.said import joined, say
from ecomap.model.style import CATEGORISED, LayerStyle
from ecomap.model.terms import Terms


def schools_output(roster: Roster, terms: Terms) -> Output:
    """Every school: how many roles, and which functions nobody and which several hold."""
    schools, count = roster.schools, len(roster.schools)
    labels = labelled(terms, "function", roster.functions).to_numpy()
    here = roster.people[roster.people["school"] >= 0]
    at = here["school"].to_numpy(dtype=int)
    known = here[v.FTE].notna().to_numpy()
    fte = np.where(np.bincount(at[known], minlength=count) > 0, np.bincount(at[known], here[v.FTE].to_numpy()[known], count), np.nan)
    people = np.bincount(at, minlength=count).astype(float)
    state = [SILENT if not told else EMPTY if not number else SHARED if several else CLEAR
             for told, number, several in zip(roster.reported, people, roster.several.sum(axis=1), strict=True)]
    frame = gpd.GeoDataFrame({
        v.ID: schools[v.ID].astype(str), v.NAME: schools[v.NAME].astype(str), c.STATE: spoken(state),
        "people": np.where(roster.reported, people, np.nan), v.FTE: fte,
        "functions_held": np.where(roster.reported, roster.held.sum(axis=1), np.nan),
        "held_by_nobody": spoken(joined(labels[~held], SEPARATOR) if told else a.NOT_REPORTED
                                 for held, told in zip(roster.held, roster.reported, strict=True)),
        "held_by_several": spoken(joined(labels[row], SEPARATOR) for row in roster.several),
        a.REPORTED: roster.reported, a.ROWS: together(at, here["ref"].to_numpy(), count),
    }, geometry=np.asarray(schools.geometry), crs=schools.crs)
    columns = (
        *c.id_columns(), Column(c.STATE, say("Who holds what")), Column("people", say("Roles held"), "count", say("Missing: not reported.")),
        Column(v.FTE, say("Full-time equivalents"), "", say("Of those that state it."), digits=1),
        Column("functions_held", say("Functions somebody holds"), "count", say("Missing: not reported.")),
        Column("held_by_nobody", say("Functions nobody holds"), "", say("Of the functions held anywhere in the project.")),
        Column("held_by_several", say("Functions more than one approach or employer holds")),
        Column(a.REPORTED, say("Somebody reported on this school"), "flag"), a.rows_column(say("the roster of this school")),
    )
    style = LayerStyle(kind=CATEGORISED, column=c.STATE, line="#FFFFFF", size=9.0)
    return Output("schools", say("Schools: who to go to for what"), frame, columns, POINT, v.SCHOOL, style)


def roster_output(roster: Roster, terms: Terms) -> Output:
    """Every role held, in the order of school and function."""
    people = roster.people
    school = people["school"].to_numpy(dtype=int)
    names = np.array([*roster.schools[v.NAME].astype(str), NO_SCHOOL], dtype=object)
    ids = np.append(roster.schools[v.ID].astype(str).to_numpy(), "")
    at = pd.Index(roster.functions).get_indexer(pd.Index(people[v.FUNCTION]))
    shared = np.zeros(len(people), dtype=bool)
    use = (at >= 0) & (school >= 0)
    shared[use] = roster.several[school[use], at[use]]
    frame = pd.DataFrame({
        v.ID: people["ref"].astype(str), v.NAME: spoken(names[school]), v.SCHOOL_ID: ids[school], v.FUNCTION: people[v.FUNCTION],
        a.FUNCTION_LABEL: spoken(label or a.NOT_REPORTED for label in labelled(terms, "function", people[v.FUNCTION])),
        v.TITLE: people[v.TITLE], v.EMPLOYER: people[v.EMPLOYER], v.APPROACH: people[v.APPROACH],
        a.APPROACH_LABEL: labelled(terms, "approach", people[v.APPROACH]), v.FTE: people[v.FTE],
        v.CONTACT: people[v.CONTACT], v.START: people[v.START], "shared": shared, a.ROWS: people["ref"],
    })
    columns = (
        Column(v.ID, say("Id"), hidden=True), Column(v.NAME, say("School")), Column(v.SCHOOL_ID, say("School, code"), hidden=True),
        Column(v.FUNCTION, say("Function, code"), hidden=True), Column(a.FUNCTION_LABEL, say("Who to go to for")),
        Column(v.TITLE, say("Title as used there"), "", SAME_TITLE), Column(v.EMPLOYER, say("Employer")),
        Column(v.APPROACH, say("Approach, code"), hidden=True), Column(a.APPROACH_LABEL, say("Approach")),
        Column(v.FTE, say("Full-time equivalents"), "", say("Missing: not stated."), digits=2), Column(v.CONTACT, say("Contact")),
        Column(v.START, say("Since"), "date"), Column("shared", say("Held by several there"), "flag"), a.rows_column(say("this line")),
    )
    return Output("roster", say("Roster by school and function"), frame, columns)


def shared_output(roster: Roster, terms: Terms) -> Output:
    """Every school and function that more than one approach or employer holds."""
    school, function = np.nonzero(roster.several)
    place = {(s, f): n for n, (s, f) in enumerate(zip(school, function, strict=True))}
    at = pd.Index(roster.functions).get_indexer(pd.Index(roster.people[v.FUNCTION]))
    group = np.array([place.get(pair, -1) for pair in zip(roster.people["school"], at, strict=True)], dtype=int)
    some, people = group >= 0, roster.people
    code = np.array(roster.functions, dtype=object)[function]
    ids = roster.schools[v.ID].astype(str).to_numpy()[school]
    labels = labelled(terms, "approach", people[v.APPROACH]).to_numpy()
    lists = {}
    for name, said in (("titles", people[v.TITLE]), ("employers", people[v.EMPLOYER]), (a.APPROACHES, labels), (a.ROWS, people["ref"])):
        given = np.asarray(said, dtype=object)
        stated = some & (given != "")
        lists[name] = spoken(together(group[stated], given[stated], len(place)))
    frame = pd.DataFrame({
        v.ID: pd.Series(ids, dtype=object) + "|" + pd.Series(code, dtype=object),
        v.NAME: roster.schools[v.NAME].astype(str).to_numpy()[school], v.SCHOOL_ID: ids, v.FUNCTION: code,
        a.FUNCTION_LABEL: labelled(terms, "function", code.tolist()),
        "holders": np.bincount(group[some], minlength=len(place)), **lists,
    })
    columns = (
        *c.id_columns(), Column(v.SCHOOL_ID, say("School, code"), hidden=True), Column(v.FUNCTION, say("Function, code"), hidden=True),
        Column(a.FUNCTION_LABEL, say("Function")), Column("holders", say("Roles that hold it"), "count"), Column("titles", say("Titles")),
        Column("employers", say("Employers")), Column(a.APPROACHES, say("Approaches")), a.rows_column(),
    )
    return Output("shared", say("Functions that more than one approach or employer holds"), frame, columns)


def functions_output(roster: Roster, terms: Terms) -> Output:
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
        lists[name] = together(at[stated], roster.people[column].to_numpy()[stated], len(words))
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
