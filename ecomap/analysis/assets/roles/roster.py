"""The people at every school on a day, by what they do: what is held there, and what several hold."""

from __future__ import annotations

import datetime
from typing import Any

import numpy as np
import pandas as pd
from attrs import field, frozen

from ecomap.analysis.assets.presence import functions_of, refs, text
from ecomap.analysis.assets.school_need import number
from ecomap.analysis.assets.schools import schools_called, schools_of
from ecomap.analysis.at_work import ACTIVE, state_on
from ecomap.analysis.notes import count_note
from ecomap.model import vocabulary as v
from ecomap.model.frames import Frames
from ecomap.model.result import Note
from ecomap.model.said import plural, say
from ecomap.model.terms import Terms


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
    not_held, elsewhere = int((state_on(rows, day) != ACTIVE).sum()), int(((school < 0) & (named != "").to_numpy()).sum())
    at_no_school, without_function = int((people["school"] < 0).sum()), int((people[v.FUNCTION] == "").sum())
    if not len(rows):
        notes.append(Note("caution", say("The project has no people in roles: every school is not reported.")))
    if not_held:
        notes.append(count_note(plural("{n} role is not held that day: ended or still to come.",
                                       "{n} roles are not held that day: ended or still to come.", not_held)))
    if elsewhere:
        notes.append(count_note(plural("{n} role names a school that is not among those asked about.",
                                       "{n} roles name a school that is not among those asked about.", elsewhere)))
    if at_no_school:
        notes.append(count_note(plural("{n} role is held at no school; the roster lists them apart.",
                                       "{n} roles are held at no school; the roster lists them apart.", at_no_school)))
    if without_function:
        notes.append(count_note(plural(
            "{n} role states no function; the roster lists it, the table of functions cannot.",
            "{n} roles state no function; the roster lists it, the table of functions cannot.", without_function)))
    return tuple(notes)
