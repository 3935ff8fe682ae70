"""Who is where: every active participation, role, service and zone, and the schools it stands at or reaches."""

from __future__ import annotations

import datetime
from collections.abc import Callable, Iterable
from functools import partial
from itertools import pairwise
from typing import Any, Final

import numpy as np
import pandas as pd
import shapely
from attrs import field, frozen

from ecomap.analysis.assets import words
from ecomap.analysis.at_work import ACTIVE, state_of
from ecomap.analysis.ground.overlay import metres_per_unit, same_crs
from ecomap.analysis.registry import Input
from ecomap.analysis.travel.straight import straight_pairs
from ecomap.analysis.travel.taking_part import (
    ON_SITE_M,
    online_only,
    school_points,
    schools_named,
    takes_part,
)
from ecomap.model import vocabulary as v
from ecomap.model.dates import ENDED, PLANNED
from ecomap.model.frames import Frames
from ecomap.model.progress import silent
from ecomap.model.result import Note
from ecomap.model.said import Said, joined, name, say
from ecomap.model.terms import Terms, shipped_terms

SEPARATOR: Final = "; "

INPUTS: Final = (
    Input("schools", v.SCHOOL, say("Schools")),
    Input("participations", v.PARTICIPATION, say("Approaches at schools"), optional=True, many=True),
    Input("sites", v.SITE, say("Approach sites"), optional=True, many=True),
    Input("zones", v.ZONE, say("Zones"), optional=True, many=True),
    Input("roles", v.STAFF_ROLE, say("People in roles"), optional=True, many=True),
    Input("services", v.SERVICE, say("Services"), optional=True, many=True),
    Input("terms", v.TERM, say("Own words"), optional=True, many=True),
)
_PARTS: Final = (
    # input, role, column of the organisation
    ("participations", v.PARTICIPATION, v.LEAD_ORGANISATION),
    ("sites", v.SITE, v.LEAD_ORGANISATION),
    ("zones", v.ZONE, v.LEAD_ORGANISATION),
    ("roles", v.STAFF_ROLE, v.EMPLOYER),
    ("services", v.SERVICE, v.ORGANISATION),
)


NO_APPROACH: Final = say("Cannot be said: no approach at any school is on record.")


@frozen
class Presence:
    """Who works at which school or within its reach.

    Parameters
    ----------
    schools : GeoDataFrame
        The schools asked about.
    actors : DataFrame
        Every active row: ref ("staff_role/r12": role of its table and id), role, name, approach, function, organisation,
        called (the organisation, or its own name where none is given), who (the organisation in small letters, or the row itself).
    school, actor : ndarray of int
        Positions in both, one entry per pair; `place` 0 at the school, 1 in the zone around it, 2 within reach.
    distance_m : ndarray
        0 at the school and in a zone; along an estimated way else.
    reported : ndarray of bool
        Per school: whether any row of any date names it or stands on its grounds.
    functions : tuple of str
        Every function that occurs in the project, also where it has ended.
    """

    schools: Any = field(eq=False, repr=False)
    actors: pd.DataFrame = field(eq=False, repr=False)
    school: np.ndarray = field(eq=False, repr=False)
    actor: np.ndarray = field(eq=False, repr=False)
    place: np.ndarray = field(eq=False, repr=False)
    distance_m: np.ndarray = field(eq=False, repr=False)
    reported: np.ndarray = field(eq=False, repr=False)
    functions: tuple[str, ...]
    day: datetime.date
    notes: tuple[Note, ...]
    geometry: np.ndarray = field(eq=False, repr=False)  # of every actor; None where it has no place of its own
    part: pd.DataFrame = field(eq=False, repr=False)    # which school takes part in which approach: `takes_part`

    def pairs(self, which: np.ndarray) -> Presence:
        """The same with only some of the pairs."""
        from attrs import evolve

        return evolve(self, school=self.school[which], actor=self.actor[which], place=self.place[which],
                      distance_m=self.distance_m[which])

    @property
    def role(self) -> np.ndarray:
        """Role of the table behind every pair."""
        return self.actors["role"].to_numpy()[self.actor]


def presence(
    frames: Frames, schools: Any, day: datetime.date, *, radius_m: float = 0.0, detour: float = 1.0,
) -> Presence:
    """Find who is at, around and within reach of every school on a day.

    A row stands at the school that its ``school_id`` names; a site or service without one at every school within 100 m.
    A zone stands around the schools inside it. Services reach schools by distance; people and approaches do not: a
    coordinator of one school is none of the next.

    Parameters
    ----------
    schools : GeoDataFrame
        The schools asked about, in the projected CRS of the other layers.
    radius_m, detour : float
        How far a service reaches: straight line x detour, metres; 0: only services at the school.
    """
    schools = schools.reset_index(drop=True)
    notes: list[Note] = []
    actors, geometry, named, functions, reported = _at_work(frames, schools, day, notes)
    if actors is None:
        return _nobody(schools, day, notes, takes_part(frames, schools, day))
    found = _pairs(schools, actors, geometry, named, radius_m / detour, detour, frames)
    reported[found[0][found[2] == 0]] = True
    nowhere = (named < 0) & shapely.is_missing(geometry)
    lost = int((nowhere & actors["role"].isin([v.SERVICE, v.SITE, v.ZONE]).to_numpy()).sum())
    if lost:
        notes.append(words.nowhere(lost))
    return Presence(schools, actors, *found, reported, functions, day, tuple(notes), geometry, takes_part(frames, schools, day))


def on_record(frames: Frames, found: Presence) -> frozenset[str]:
    """The approaches that any row of the project names, at work that day or not: of others nobody can say how many schools have them."""
    named = {word for part in ("participations", "sites", "zones") if part in frames for word in text(frames[part], v.APPROACH)}
    return frozenset((named | {word for word in found.part if found.part[word].any()}) - {""})


def organisations_on_record(frames: Frames) -> bool:
    """Whether any row of the project names an organisation."""
    return any((text(frames[part], column) != "").any() for part, _, column in _PARTS if part in frames)


def _at_work(
    frames: Frames, schools: Any, day: datetime.date, notes: list[Note]
) -> tuple[pd.DataFrame | None, np.ndarray, np.ndarray, tuple[str, ...], np.ndarray]:
    """The rows of every table that are at work on a day: they, their shapes, the schools they name, every function that
    occurs, and which schools any row names; no rows where no table has any."""
    terms = terms_of(frames)
    parts, shapes, at_school, functions = [], [], [], set()
    reported = np.zeros(len(schools), dtype=bool)
    for part, role, organisation in _PARTS:
        if part not in frames or not len(frames[part]):
            continue
        rows = frames[part]
        everything = _actors(rows, role, organisation, terms)
        functions |= set(everything["function"]) - {""}
        state = state_of(rows, role, day)
        places = _geometries(rows)
        school_of = schools_named(rows, schools)
        known = school_of[school_of >= 0]
        reported[known] = True
        _tell(notes, role, state, school_of)
        active = _counting(rows, everything, np.flatnonzero(state == ACTIVE), role, notes)
        parts.append(everything.iloc[active])
        shapes.append(places[active])
        at_school.append(school_of[active])
    if not parts:
        return None, np.zeros(0, dtype=object), np.zeros(0, dtype=int), (), reported
    return (pd.concat(parts, ignore_index=True), np.concatenate(shapes), np.concatenate(at_school), tuple(sorted(functions)),
            reported)


def text(rows: Any, column: str) -> pd.Series:
    """A text column without missing values; "" everywhere where there is no such column."""
    if column not in rows:
        return pd.Series("", index=rows.index, dtype=object)
    codes, found = pd.factorize(rows[column].astype(object).where(rows[column].notna(), ""))
    plain = np.array([str(word).strip() for word in found], dtype=object)
    return pd.Series(plain[codes] if len(codes) else codes.astype(object), index=rows.index, dtype=object)


def refs(role: str, ids: Any) -> pd.Series:
    """How tables name the rows behind a number: role and id. `rows_behind` reads them."""
    return role + "/" + pd.Series(ids).astype(str)


def rows_behind(cell: str) -> tuple[tuple[str, str], ...]:
    """The rows a number was counted from, as (role of the layer, id of the row).

    >>> rows_behind("staff_role/r1; service/hsds/7")
    (('staff_role', 'r1'), ('service', 'hsds/7'))
    """
    return tuple((one.partition("/")[0], one.partition("/")[2]) for one in cell.split(SEPARATOR) if one)


def terms_of(frames: Frames) -> Terms:
    """The words that ship and those the project added."""
    if "terms" not in frames:
        return shipped_terms()
    rows = frames["terms"]
    parts = (text(rows, name).tolist() for name in (v.VOCABULARY, v.CODE, v.LABEL, v.PARENT))
    return shipped_terms().with_own(zip(*parts, strict=True))


_UNSORTED = "not sorted"  # how older projects hold a service of no stated kind


def functions_of(rows: Any, role: str, terms: Terms) -> pd.Series:
    """The code of what every row does; a word the vocabulary does not know stays as it is, "" where none is given.

    A service without a function has the one its category means.
    """
    given = text(rows, v.FUNCTION)
    if role == v.SERVICE:
        category = text(rows, v.CATEGORY)
        given = given.where(given != "", category.where(category.str.casefold() != _UNSORTED, ""))
    codes = {word: terms.code("function", word) or word for word in given.unique()}
    return given.map(codes)


def together(keys: np.ndarray, said: Any, count: int) -> list[str]:
    """For every key 0..count-1 its words, each once, in order; messages stay messages."""
    codes, different = pd.factorize(np.asarray(said, dtype=object), sort=True)
    return codes_together(keys, codes, different, count)


def codes_together(keys: np.ndarray, codes: np.ndarray, said: Any, count: int) -> list[str]:
    """The same for words given as positions in a sorted list of them."""
    size = max(len(said), 1)
    flat = np.unique(np.asarray(keys, dtype=np.int64) * size + codes)
    listed = np.asarray(said, dtype=object)[flat % size].tolist()
    ends = np.searchsorted(flat // size, np.arange(count + 1))
    message = np.array([isinstance(word, Said) for word in said], dtype=bool)
    if not message.any():
        return [SEPARATOR.join(listed[start:end]) for start, end in pairwise(ends.tolist())]
    so_far = np.concatenate([[0], np.cumsum(message[flat % size])])
    any_message = so_far[ends[1:]] > so_far[ends[:-1]]
    return [joined(listed[start:end], SEPARATOR) if one else SEPARATOR.join(listed[start:end])
            for (start, end), one in zip(pairwise(ends.tolist()), any_message.tolist(), strict=True)]


def spoken(said: Iterable[str]) -> pd.Series:
    """A column of messages and names that keeps what each of them is."""
    return pd.Series(list(said), dtype=object)


def labelled(terms: Terms, vocabulary: str, codes: Iterable[str]) -> pd.Series:
    """What people read for each code; several codes in one text are read one by one."""
    known = {term.code: term.label for term in terms.of(vocabulary)}
    texts: dict[str, Said] = {}
    found = list(codes)
    for text_ in found:
        if text_ not in texts:
            texts[text_] = joined([known.get(code) or name(code) for code in text_.split(SEPARATOR)], SEPARATOR)
    return spoken(texts[text_] for text_ in found)


def _actors(rows: Any, role: str, organisation: str, terms: Terms) -> pd.DataFrame:
    function = functions_of(rows, role, terms)
    ref = refs(role, rows[v.ID]).to_numpy()
    who = text(rows, organisation).to_numpy()
    codes, names = pd.factorize(who)
    small = np.array([str(name).casefold() for name in names], dtype=object)
    name, approach = text(rows, v.NAME).to_numpy(), text(rows, v.APPROACH).to_numpy()
    unnamed = spoken(map(words.lead_not_named, labelled(terms, "approach", approach))).to_numpy() if role == v.PARTICIPATION else name
    return pd.DataFrame({
        "ref": ref, "role": role, "name": name, "title": text(rows, v.TITLE).to_numpy(),
        "approach": approach, "function": function.to_numpy(), "organisation": who,
        "called": np.where(who == "", unnamed, who),
        "who": np.where(who == "", ref, small[codes] if len(who) else who),
    })


def _geometries(rows: Any) -> np.ndarray:
    if v.GEOMETRY not in rows:
        return np.full(len(rows), None, dtype=object)
    shapes = np.array(rows[v.GEOMETRY], dtype=object, copy=True)
    shapes[shapely.is_empty(shapes)] = None
    return shapes


def _tell(notes: list[Note], role: str, state: np.ndarray, school_of: np.ndarray) -> None:
    for word in (ENDED, PLANNED, v.PAUSED):
        number = int((state == word).sum())
        if number:
            notes.append(words.not_at_work(role, word, number))
    strange = int((school_of == -1).sum())
    if strange:
        notes.append(words.not_asked_about(role, strange))


def _counting(rows: Any, everything: pd.DataFrame, active: np.ndarray, role: str, notes: list[Note]) -> np.ndarray:
    """Of the rows at work those that can stand at a school: not online only, and zones only where they are of an approach."""
    if v.ONLINE_ONLY in rows:
        active = _without(active, online_only(rows), notes, partial(words.online_only, role))
    if role == v.ZONE:
        active = _without(active, (everything["approach"] == "").to_numpy(), notes, words.zones_of_no_approach)
    return active


def _without(active: np.ndarray, drop: np.ndarray, notes: list[Note], note: Callable[[int], Note]) -> np.ndarray:
    number = int(drop[active].sum())
    if number:
        notes.append(note(number))
    return active[~drop[active]]


def _nobody(schools: Any, day: datetime.date, notes: list[Note], part: pd.DataFrame) -> Presence:
    none = np.zeros(0, dtype=int)
    empty = pd.DataFrame({name: pd.Series(dtype=object) for name in
                          ("ref", "role", "name", "title", "approach", "function", "organisation", "called", "who")})
    return Presence(schools, empty, none, none, none, np.zeros(0), np.zeros(len(schools), bool), (), day, tuple(notes),
                    np.zeros(0, dtype=object), part)


def _pairs(
    schools: Any, actors: pd.DataFrame, geometry: np.ndarray, named: np.ndarray, straight_m: float, detour: float,
    frames: Frames,
) -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]:
    """Schools and actors that belong together, each pair once with the closest way it holds."""
    role = actors["role"].to_numpy()
    by_id = np.flatnonzero(named >= 0)
    found = [(named[by_id], by_id, np.zeros(len(by_id), int), np.zeros(len(by_id)))]
    points = school_points(schools)
    zones = np.flatnonzero((role == v.ZONE) & ~shapely.is_missing(geometry))
    if len(zones):
        same_crs(schools, frames["zones"], say("schools"), say("zones"))
        zone, school = shapely.STRtree(points).query(geometry[zones], predicate="intersects")
        found.append((school, zones[zone], np.ones(len(zone), int), np.zeros(len(zone))))
    reaching = np.flatnonzero(np.isin(role, (v.SERVICE, v.SITE)) & ~shapely.is_missing(geometry))
    if len(reaching):
        services = "services" in frames
        unit = metres_per_unit(same_crs(schools, frames["services" if services else "sites"], say("schools"),
                                        say("services") if services else say("sites")))
        near = _near(points, geometry[reaching], max(straight_m, ON_SITE_M), unit)
        school, actor, straight = near[0], reaching[near[1]], near[2]
        on_site = (named[actor] == -2) & (straight <= ON_SITE_M)
        use = on_site | ((role[actor] == v.SERVICE) & (straight <= straight_m * (1 + 1e-9)))
        place = np.where(on_site, 0, 2)[use]
        found.append((school[use], actor[use], place, np.where(on_site, 0.0, straight * detour)[use]))
    school, actor, place, distance = (np.concatenate([part[k] for part in found]) for k in range(4))
    order = np.lexsort((place, actor, school))
    school, actor = school[order], actor[order]
    first = np.ones(len(school), dtype=bool)
    first[1:] = (school[1:] != school[:-1]) | (actor[1:] != actor[:-1])
    return school[first], actor[first], place[order][first], distance[order][first]


def _near(points: np.ndarray, shapes: np.ndarray, limit_m: float, unit: float) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Pairs of schools and places at most this far apart in a straight line."""
    here = np.flatnonzero(~(shapely.is_missing(points) | shapely.is_empty(points)))
    places = np.where(shapely.get_type_id(shapes) == 0, shapes, shapely.point_on_surface(shapes))
    near = straight_pairs(pd.RangeIndex(len(here)), shapely.get_coordinates(points[here]) * unit, pd.RangeIndex(len(places)),
                          shapely.get_coordinates(places) * unit, cutoff_m=limit_m, detour=1.0, progress=silent())
    return here[near.demand], near.supply, near.cost
