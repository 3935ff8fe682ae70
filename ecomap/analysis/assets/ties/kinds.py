"""Ties between organisations: those that rows of the project imply, and those that somebody states."""

from __future__ import annotations

import datetime
from collections import defaultdict
from collections.abc import Iterable
from typing import Any, Final

import numpy as np
import pandas as pd
from attrs import field, frozen

from ecomap.analysis.assets.presence import Presence, refs, terms_of, text
from ecomap.analysis.at_work import ACTIVE, days, state_on
from ecomap.model import vocabulary as v
from ecomap.model.errors import ParameterError
from ecomap.model.frames import Frames
from ecomap.model.progress import Progress
from ecomap.model.said import say
from ecomap.model.units import format_number

SAME_SCHOOL, SAME_FUNCTION, REFERRAL = "same_school", "same_function", "referral"
SHARED_GRANT, SHARED_STAFF, OTHER = "shared_grant", "shared_staff", "other"
IMPLIED: Final = (SAME_SCHOOL, SAME_FUNCTION, SHARED_GRANT, SHARED_STAFF)
MOST_PAIRS: Final = 1_000_000  # of organisations in one place, place by place: some 2 GB and minutes
_LEADS: Final = (v.PARTICIPATION, v.SITE, v.ZONE)
_NONE = np.datetime64("NaT", "D")


@frozen
class Organisation:
    """An organisation as it is compared (small letters) and as it is called."""

    key: str
    called: str


@frozen
class Tie:
    """One way in which two organisations are tied.

    Parameters
    ----------
    one, two : str
        Keys; where the kind has a direction (a grant, a referral, staff) the first gives.
    stated : bool
        Whether somebody says so; otherwise rows imply it.
    since, until : datetime64
        NaT where not known. An implied tie is as old as the younger of the two rows of its oldest place.
    schools : tuple of int
        Positions of the schools where it holds; none where it is of no school.
    trust, quality : int
        1 to 5 as ``stated_by`` says, 0 where nobody does.
    rows : tuple of str
        The rows it rests on.
    """

    one: str
    two: str
    kind: str
    stated: bool
    since: Any = _NONE
    until: Any = _NONE
    schools: tuple[int, ...] = ()
    trust: int = 0
    quality: int = 0
    stated_by: str = ""
    function: str = ""
    rows: tuple[str, ...] = ()

    @property
    def pair(self) -> tuple[str, str]:
        """The two in the order of their keys."""
        return (self.one, self.two) if self.one < self.two else (self.two, self.one)


@frozen
class Ties:
    """All organisations by key, in order, and all ties; what was left out and why is counted."""

    organisations: dict[str, str] = field(repr=False)
    ties: tuple[Tie, ...] = field(repr=False)
    not_now: int = 0       # stated ties that have ended or not begun
    grants_to_schools: int = 0
    unsaid: int = 0        # trust or quality that nobody says


def key_of(name: str) -> str:
    """An organisation as it is compared: blanks and capitals do not count."""
    return " ".join(str(name).split()).casefold()


@frozen
class Which:
    """Which ties are asked for: kinds (none named: all), implied ones too, and without whom (keys)."""

    kinds: tuple[str, ...] = ()
    implied: bool = True
    left_out: frozenset[str] = frozenset()

    def counts(self, tie: Tie) -> bool:
        """Whether a tie is one of them."""
        return ((tie.stated or self.implied) and self._of(tie.kind) and tie.one != tie.two
                and tie.one not in self.left_out and tie.two not in self.left_out)

    def implies(self, kind: str) -> bool:
        """Whether rows are looked at for a kind."""
        return self.implied and self._of(kind)

    def _of(self, kind: str) -> bool:
        return not self.kinds or kind in self.kinds


def found_ties(frames: Frames, found: Presence, day: datetime.date, which: Which, progress: Progress) -> Ties:
    """The ties of some kinds on a day, implied or stated, and every organisation at work that day or named in one.

    Raises
    ------
    ParameterError
        If so many meet at schools or in grants that their pairs cannot be told one by one.
    """
    called: dict[str, str] = {}
    for name in [*found.actors["organisation"], *_listed(frames, day)]:
        _meet(called, name)
    started = _starts(frames)
    ties = [*_at_schools(found, started, called, which, progress), *_staff(found, started, called)]
    grants, to_schools = _grants(frames, found, day, called, which)
    stated, not_now, unsaid = _stated(frames, found, day, called)
    ties = [tie for tie in (*ties, *grants, *stated) if which.counts(tie)]
    ties.sort(key=lambda tie: (tie.pair, tie.kind, tie.stated, tie.one, tie.stated_by, tie.rows))
    names = {key: called[key] for key in sorted(called) if key not in which.left_out}
    return Ties(names, tuple(ties), not_now, to_schools, unsaid)


def _meet(called: dict[str, str], name: str) -> str:
    """The key of an organisation; the first way of writing it in the order of letters is how it is called."""
    shown = " ".join(str(name).split())
    key = key_of(name)
    if key and (key not in called or shown < called[key]):
        called[key] = shown
    return key


def _listed(frames: Frames, day: datetime.date) -> list[str]:
    """The organisations of the list of organisations that are at work on the day."""
    if "organisations" not in frames:
        return []
    rows = frames["organisations"]
    return text(rows, v.NAME)[state_on(rows, day) == ACTIVE].tolist()


def _starts(frames: Frames) -> dict[str, Any]:
    """When every row that says who is where began."""
    found: dict[str, Any] = {}
    for part, role in (("participations", v.PARTICIPATION), ("sites", v.SITE), ("zones", v.ZONE), ("roles", v.STAFF_ROLE), ("services", v.SERVICE)):
        if part in frames:
            found |= dict(zip(refs(role, frames[part][v.ID]), days(frames[part], v.START), strict=True))
    return found


def _at_schools(found: Presence, started: dict[str, Any], called: dict[str, str], which: Which, progress: Progress) -> list[Tie]:
    """Two organisations at one school, and two that do the same there."""
    refs_, who, function = (found.actors[name].to_numpy() for name in ("ref", "organisation", "function"))
    keys_of = [key_of(name) for name in who]
    at_all, doing = which.implies(SAME_SCHOOL), which.implies(SAME_FUNCTION)
    places: dict[tuple[str, int], dict[str, list[int]]] = defaultdict(lambda: defaultdict(list))
    for school, actor in zip(found.school.tolist(), found.actor.tolist(), strict=True):
        key = keys_of[actor]
        if key in called and key not in which.left_out:
            if at_all:
                places["", school][key].append(actor)
            if doing and function[actor]:
                places[function[actor], school][key].append(actor)
    _refuse_too_many([len(there) for there in places.values()])
    shared: dict[tuple[str, str, str], list[tuple[int, str, Any, list[int]]]] = defaultdict(list)
    for number, ((word, school), there) in enumerate(places.items()):
        if number % 500 == 0:
            progress.at(number / len(places), say("Finding who works with whom"))
        keys = sorted(there)
        since = {key: _oldest([started.get(refs_[actor], _NONE) for actor in there[key]]) for key in keys}
        for n, one in enumerate(keys):
            for two in keys[n + 1:]:
                shared[one, two, SAME_FUNCTION if word else SAME_SCHOOL].append((school, word, _younger((since[one], since[two])), [*there[one], *there[two]]))
    return [Tie(one, two, kind, False, _oldest([since for _, _, since, _ in where]), schools=tuple(sorted({school for school, *_ in where})),
                function="; ".join(sorted({word for _, word, _, _ in where} - {""})),
                rows=tuple(sorted({refs_[actor] for *_, actors in where for actor in actors})))
            for (one, two, kind), where in shared.items()]


def _refuse_too_many(together: list[int]) -> None:
    """Refuse what would be more pairs than a table, a map or a memory holds: they grow with the square of those that meet in one place."""
    pairs = sum(count * (count - 1) // 2 for count in together)
    if pairs > MOST_PAIRS:
        raise ParameterError(
            say("Organisations meet in {pairs} pairs, of which up to {most} can be told one by one; {together} meet in one place alone.",
                pairs=format_number(pairs), most=format_number(MOST_PAIRS), together=format_number(max(together))),
            say("Let services reach less far, ask for a level of schools or for some kinds of ties, or leave out organisations that are everywhere."))


def _staff(found: Presence, started: dict[str, Any], called: dict[str, str]) -> list[Tie]:
    """Somebody employed by one works at a school for the approach that another leads there."""
    refs_, role, who, approach = (found.actors[name].to_numpy() for name in ("ref", "role", "organisation", "approach"))
    leads: dict[tuple[int, str], list[int]] = defaultdict(list)
    people: list[tuple[int, int]] = []
    for school, actor in zip(found.school.tolist(), found.actor.tolist(), strict=True):
        if not approach[actor] or key_of(who[actor]) not in called:
            continue
        if role[actor] in _LEADS:
            leads[school, approach[actor]].append(actor)
        elif role[actor] == v.STAFF_ROLE:
            people.append((school, actor))
    shared: dict[tuple[str, str], list[tuple[int, int, int]]] = defaultdict(list)
    for school, person in people:
        for lead in leads[school, approach[person]]:
            one, two = key_of(who[person]), key_of(who[lead])
            if one != two:
                shared[one, two].append((school, person, lead))
    return [Tie(one, two, SHARED_STAFF, False,
                _oldest([_younger([started.get(refs_[person], _NONE), started.get(refs_[lead], _NONE)]) for _, person, lead in where]),
                schools=tuple(sorted({school for school, _, _ in where})), rows=tuple(sorted({refs_[n] for _, person, lead in where for n in (person, lead)})))
            for (one, two), where in shared.items()]


def _grants(frames: Frames, found: Presence, day: datetime.date, called: dict[str, str], which: Which) -> tuple[list[Tie], int]:
    """Who pays whom, and who are paid out of one grant (rows with a code in common)."""
    if "funding" not in frames:
        return [], 0
    rows = frames["funding"][state_on(frames["funding"], day) == ACTIVE]
    schools = {key_of(name) for name in found.schools[v.NAME].astype(str)}
    ref = refs(v.FUNDING, rows[v.ID]).tolist()
    funder, recipient, codes, at = (text(rows, name).tolist() for name in (v.FUNDER, v.RECIPIENT, v.IDENTIFIERS, v.SCHOOL_ID))
    since, until = days(rows, v.START), days(rows, v.END, last=True)
    position = {key: n for n, key in enumerate(found.schools[v.ID].astype(str))}
    paid: dict[str, list[int]] = defaultdict(list)
    ties, to_schools = [], 0
    for n in range(len(rows)):
        if key_of(recipient[n]) in schools:
            to_schools += 1
            continue
        one, two = _meet(called, funder[n]), _meet(called, recipient[n])
        where = (position[at[n]],) if at[n] in position else ()
        if one and two and one != two:
            ties.append(Tie(one, two, SHARED_GRANT, False, since[n], until[n], where, rows=(ref[n],)))
        for code in {code.strip().casefold() for code in codes[n].split(";")} - {""}:
            paid[code].append(n)
    if not which.implies(SHARED_GRANT):
        return ties, to_schools
    _refuse_too_many([len(together) for together in paid.values()])
    for together in paid.values():
        for k, n in enumerate(together):
            for m in together[k + 1:]:
                one, two = sorted((key_of(recipient[n]), key_of(recipient[m])))
                if one and two and one != two:
                    ties.append(Tie(one, two, SHARED_GRANT, False, _younger([since[n], since[m]]), _oldest([until[n], until[m]]), rows=(ref[n], ref[m])))
    return ties, to_schools


def _stated(frames: Frames, found: Presence, day: datetime.date, called: dict[str, str]) -> tuple[list[Tie], int, int]:
    """What somebody states; trust and quality only where it is said whose word it is."""
    if "ties" not in frames:
        return [], 0, 0
    rows = frames["ties"]
    active = state_on(rows, day) == ACTIVE
    rows = rows[active]
    terms = terms_of(frames)
    columns = {name: text(rows, name).tolist() for name in (
        v.FROM_ORGANISATION, v.TO_ORGANISATION, v.KIND, v.TRUST, v.QUALITY, v.STATED_BY, v.SCHOOL_ID)}
    ref = refs(v.TIE, rows[v.ID]).tolist()
    since, until = days(rows, v.START), days(rows, v.END, last=True)
    position = {key: n for n, key in enumerate(found.schools[v.ID].astype(str))}
    ties, unsaid = [], 0
    for n in range(len(rows)):
        one, two = (_meet(called, columns[name][n]) for name in (v.FROM_ORGANISATION, v.TO_ORGANISATION))
        if not one or not two or one == two:
            continue
        by, trust, quality = columns[v.STATED_BY][n], _grade(columns[v.TRUST][n]), _grade(columns[v.QUALITY][n])
        if not by and (trust or quality):
            unsaid, trust, quality = unsaid + 1, 0, 0
        kind = terms.code("tie_kind", columns[v.KIND][n]) or columns[v.KIND][n] or OTHER
        where = (position[columns[v.SCHOOL_ID][n]],) if columns[v.SCHOOL_ID][n] in position else ()
        ties.append(Tie(one, two, kind, True, since[n], until[n], where, trust, quality, by, rows=(ref[n],)))
    return ties, int((~active).sum()), unsaid


def _grade(said: str) -> int:
    try:
        number = float(said)
    except ValueError:
        return 0
    return int(number) if number in (1, 2, 3, 4, 5) else 0


def _oldest(when: Iterable[Any]) -> Any:
    """The first of some days, those that are not known left out."""
    known = [day for day in when if not np.isnat(day)]
    return min(known) if known else _NONE


def _younger(when: Iterable[Any]) -> Any:
    """The last of some days; not known where any is not."""
    found = list(when)
    return _NONE if any(np.isnat(day) for day in found) else max(found)


def kinds_in(ties: Iterable[Tie]) -> tuple[str, ...]:
    """The kinds that occur, those that rows imply first."""
    found = {tie.kind for tie in ties}
    return (*(kind for kind in IMPLIED if kind in found), *sorted(found - set(IMPLIED)))


def frames_without(frames: Frames, organisation: str) -> Frames:
    """The project's rows as if an organisation had left: what it offers, employs, leads, pays or is paid, and its ties are gone."""
    key = key_of(organisation)
    columns = {"participations": (v.LEAD_ORGANISATION,), "sites": (v.LEAD_ORGANISATION,), "zones": (v.LEAD_ORGANISATION,), "roles": (v.EMPLOYER,),
               "services": (v.ORGANISATION,), "funding": (v.FUNDER, v.RECIPIENT), "ties": (v.FROM_ORGANISATION, v.TO_ORGANISATION), "organisations": (v.NAME,)}
    kept = dict(frames.frames)
    for part, names in columns.items():
        if part in kept:
            gone = pd.concat([text(kept[part], name).map(key_of) == key for name in names], axis=1).any(axis=1)
            kept[part] = kept[part][~gone.to_numpy()].reset_index(drop=True)
    return Frames({name: rows for name, rows in kept.items() if len(rows) or name in ("schools",)},
                  {name: layer for name, layer in frames.layers.items() if name in kept and (len(kept[name]) or name == "schools")})


def kinds_of_pairs(ties: Iterable[Tie]) -> dict[str, int]:
    """How many pairs each kind ties."""
    pairs: dict[str, set[tuple[str, str]]] = defaultdict(set)
    for tie in ties:
        pairs[tie.kind].add(tie.pair)
    return {kind: len(found) for kind, found in pairs.items()}
