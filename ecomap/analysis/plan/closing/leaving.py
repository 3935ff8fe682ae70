"""What leaves with schools that close: supports and partners by name and function, and which were the only one within reach."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final

import numpy as np
import pandas as pd
import shapely
from attrs import frozen

from ecomap.analysis.at_work import ACTIVE, state_of
from ecomap.analysis.ground.overlay import metres_per_unit
from ecomap.analysis.travel.at_school import SAME_ADDRESS, AtSchool
from ecomap.model import vocabulary as v
from ecomap.model.roles import role
from ecomap.model.said import NOTHING, Said, name
from ecomap.model.terms import Terms

KIND_COLUMN: Final[Mapping[str, str]] = {v.SITE: v.APPROACH, v.SERVICE: v.CATEGORY, v.STAFF_ROLE: v.FUNCTION, v.PARTICIPATION: v.APPROACH}
_ORGANISATION: Final[Mapping[str, str]] = {v.SITE: v.LEAD_ORGANISATION, v.SERVICE: v.ORGANISATION, v.STAFF_ROLE: v.EMPLOYER, v.PARTICIPATION: v.LEAD_ORGANISATION}


@frozen
class Table:
    """Rows of one layer today, what of them goes, and the rows of the same layer then."""

    layer: str
    role: str
    rows: Any
    goes: AtSchool
    then: Any


@frozen
class Support:
    """One thing that leaves: of which school, what it does, who runs it, and whether another of its kind is within reach of the school.

    ``only`` is None where its kind is not said, so that nobody can say what is another of it. ``count``: posts in one role, in
    full-time equivalents where they are said.
    """

    id: str
    school: int
    role: str
    called: Said
    kind: Said
    organisation: str
    only: bool | None
    by_address: bool
    count: float = 1.0


def supports_leaving(tables: Sequence[Table], schools: Any, terms: Terms, day: Any, reach_m: float, detour: float) -> tuple[Support, ...]:
    """Everything at work that leaves, people in roles counted by what they do and never by name.

    Parameters
    ----------
    schools : GeoDataFrame
        Today's, to whose rows the positions speak.
    reach_m, detour : float
        How far another one of the kind may be: straight line times detour, metres.
    """
    found: list[Support] = []
    seen: set[tuple[object, ...]] = set()
    for table in sorted(tables, key=lambda one: list(KIND_COLUMN).index(one.role) if one.role in KIND_COLUMN else 99):
        if table.role not in KIND_COLUMN or not len(table.rows):
            continue
        at_work = state_of(table.rows, table.role, day) == ACTIVE
        rows = np.flatnonzero(table.goes.leaves & at_work)
        kinds, whose = _texts(table.rows, KIND_COLUMN[table.role]), _texts(table.rows, _ORGANISATION[table.role])
        if table.role == v.STAFF_ROLE:
            found += _people(table, rows, kinds, whose, tables, schools, terms, day, reach_m / detour)
            continue
        called = _texts(table.rows, v.NAME)
        for row in rows:
            school = int(table.goes.school[row])
            thing = _thing(table, int(row), school, kinds[row], whose[row] or called[row])
            if thing in seen or _repeats(table)[row]:
                continue
            seen.add(thing)
            only = _only(tables, table.role, kinds[row], schools, school, day, reach_m / detour)
            found.append(Support(f"{table.layer}/{table.rows[v.ID].iloc[row]}", school, table.role, name(called[row]), _kind_words(table.role, kinds[row], terms),
                                 whose[row], only, table.goes.how[row] == SAME_ADDRESS))
    return tuple(found)


def _thing(table: Table, row: int, school: int, kind: str, who: str) -> tuple[object, ...]:
    """What makes two rows one support: an approach at a school, in whichever list; a service by its kind, its organisation and its place."""
    if table.role in (v.SITE, v.PARTICIPATION) and kind:
        return (school, kind)
    place = shapely.to_wkb(table.rows.geometry.iloc[row]) if v.GEOMETRY in table.rows else row
    return (table.role, school, kind, who.casefold(), place)


def _repeats(table: Table) -> np.ndarray:
    """Rows that are likely another spelling of one that is listed too."""
    repeated: np.ndarray = np.isin(_texts(table.rows, v.SAME_AS).astype(str), table.rows[v.ID].astype(str).to_numpy().astype(str))
    return repeated


def _people(table: Table, rows: np.ndarray, kinds: np.ndarray, whose: np.ndarray, tables: Sequence[Table], schools: Any, terms: Terms, day: Any, reach_m: float) -> list[Support]:
    """People in roles, counted by school, function and employer."""
    groups: dict[tuple[int, str, str], float] = {}
    fte = pd.to_numeric(table.rows[v.FTE], errors="coerce").fillna(1.0).to_numpy() if v.FTE in table.rows else np.ones(len(table.rows))
    for row in rows:
        key = (int(table.goes.school[row]), str(kinds[row]), str(whose[row]))
        groups[key] = groups.get(key, 0.0) + float(fte[row])
    return [Support(f"{table.layer}/{school}/{kind}/{employer}", school, table.role, role(table.role).label, _kind_words(table.role, kind, terms), employer,
                    _only(tables, table.role, kind, schools, school, day, reach_m), False, count)
            for (school, kind, employer), count in groups.items()]


def _kind_words(of: str, kind: str, terms: Terms) -> Said:
    if not kind:
        return NOTHING
    if of == v.SERVICE:
        return v.SERVICE_KINDS.get(kind) or name(kind)
    return terms.label("function", kind) if of == v.STAFF_ROLE else v.APPROACH_LABELS.get(kind) or terms.label("approach", kind)


def _only(tables: Sequence[Table], of: str, kind: str, schools: Any, school: int, day: Any, reach: float) -> bool | None:
    """Whether nothing of the kind is at work within reach of the school then; None where the kind is not said."""
    if not kind:
        return None
    here = np.asarray(schools.geometry)[school]
    if here is None or shapely.is_empty(here):
        return None
    limit = reach / metres_per_unit(schools.crs) * (1 + 1e-9)
    points = dict(zip(schools[v.ID].astype(str), np.asarray(schools.geometry)))
    kin = (v.SITE, v.PARTICIPATION) if of in (v.SITE, v.PARTICIPATION) else (of,)
    for table in tables:
        if table.role not in kin or not len(table.then):
            continue
        same = (_texts(table.then, KIND_COLUMN[table.role]) == kind) & (state_of(table.then, table.role, day) == ACTIVE)
        places = np.asarray(table.then[v.GEOMETRY]) if v.GEOMETRY in table.then else np.array(
            [points.get(key) for key in _texts(table.then, v.SCHOOL_ID)], dtype=object)
        places = places[same]
        places = places[~shapely.is_missing(places)]
        if len(places) and (shapely.distance(places, here) <= limit).any():
            return False
    return True


def _texts(rows: Any, column: str) -> np.ndarray:
    if column not in rows:
        return np.full(len(rows), "", dtype=object)
    return np.array([str(one).strip() for one in pd.Series(rows[column]).astype(object).where(rows[column].notna(), "")], dtype=object)
