"""How many of those who are there an answer knows by name, counted from its rows and put beside what is stated of them."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Iterable
from typing import Any, Final

import numpy as np
import pandas as pd
import shapely
from attrs import field, frozen

from ecomap.analysis.at_work import ACTIVE, day_spoken_of, state_of
from ecomap.model import vocabulary as v
from ecomap.model.frames import Frames
from ecomap.model.known import SCHOOLS, Known, KnownOf
from ecomap.model.layer import Layer
from ecomap.model.roles import PRESENCE, role

_LAYER_ID: Final = "layer_id"  # which layer a row is of, where several stand together
_APPROACH: Final = ((v.SITE, v.PARTICIPATION), (v.ZONE,))  # a zone is one for itself; its member schools are sites
_GROUPS: Final = (*_APPROACH, (v.SERVICE,), (v.STAFF_ROLE,))


@frozen
class _Rows:
    """Rows at work that say who is there: of which kind each is, the layer it is of, and whatever tells it from others."""

    role: str
    stated: tuple[KnownOf, ...]
    table: pd.DataFrame = field(eq=False, repr=False)  # kind (small letters), as_written, layer, school, name, place


def known_by(frames: Frames, params: Any, given: Collection[str] | None = None) -> tuple[Known, ...]:
    """How much of who is there a question knows by name, of the kind it asks about or, where it asks about none, of every kind.

    Parameters
    ----------
    given : collection of str, optional
        Names of the inputs that the answer is made of; all by default.
    """
    target = str(getattr(params, "target", ""))
    if target == v.NOBODY_YET:
        return ()
    counts = getattr(params, "counts", lambda part: True)
    keys = [key for key in frames if (given is None or key in given) and counts(key)]
    return known_in([(frames.layers[key], frames[key]) for key in keys], day_spoken_of(params), target)


def known_in(layers: Iterable[tuple[Layer, Any]], day: dt.date, target: str = "") -> tuple[Known, ...]:
    """How many of every kind the rows of layers know by name on a day, beside what the layers state of them.

    Parameters
    ----------
    target : str
        "service:Food" or "approach:linked_learning" asks for that kind alone, "approach:*" for any; "" for all there is.
    """
    of, _, kind = target.partition(":")
    kind = "" if kind == "*" else kind.casefold()
    groups = {"approach": _APPROACH, "service": ((v.SERVICE,),)}.get(of, _GROUPS)
    here = [(layer, frame) for layer, frame in layers if layer.role in PRESENCE]
    stated = any(one.believable for layer, _ in here for one in layer.known_of)
    rows = [_rows(layer, frame, day, "" if stated else kind) for layer, frame in here]
    found: list[Known] = []
    for group in groups:
        members = [one for one in rows if one.role in group]
        found += _of_kind(members, kind) if kind else _of_every_kind(members)
    told = [one for one in found if one.stated is not None]
    if kind:
        return tuple(told or found[:1])
    kinds = {one.kind.casefold() for one in told}
    return (*told, *_each_once(one for one in found if one.stated is None and one.kind.casefold() not in kinds))


def _each_once(found: Iterable[Known]) -> list[Known]:
    """Of kinds that several groups list and nobody states, each once."""
    return list({(one.kind.casefold() or one.role): one for one in reversed(list(found))}.values())[::-1]


def _of_kind(members: list[_Rows], kind: str) -> list[Known]:
    """What is known of one kind: by statements on it, else by those on whole layers, else that nobody states anything."""
    own = [(one, stated) for one in members for stated in one.stated if stated.kind.casefold() == kind]
    if own:
        return [Known(one.role, stated.kind, _count(members, one, stated, alone=len(own) == 1), stated) for one, stated in own]
    here = [one for one in members if (one.table["kind"] == kind).any()]
    whole = [(one, stated) for one in here or members for stated in one.stated if not stated.kind]
    if whole:
        return [Known(one.role, "", _count(members, one, stated, alone=False), stated) for one, stated in whole]
    if not here:
        return []
    written = here[0].table.loc[here[0].table["kind"] == kind, "as_written"].iloc[0]
    return [Known(here[0].role, str(written), sum(int((one.table["kind"] == kind).sum()) for one in here))]


def _of_every_kind(members: list[_Rows]) -> list[Known]:
    """What is known of every kind that is stated or listed; services and people are one list where nothing is stated of their kinds."""
    stated = [(one, said) for one in members for said in one.stated]
    kinds = dict.fromkeys([said.kind.casefold() for _, said in stated if said.kind])
    found = [known for kind in kinds for known in _of_kind(members, kind)]
    found += [Known(one.role, "", _count(members, one, said, alone=False), said) for one, said in stated if not said.kind]
    if any(not said.kind for _, said in stated):
        return found
    if members and members[0].role in (v.SERVICE, v.STAFF_ROLE):
        rest = sum(int((~one.table["kind"].isin(list(kinds))).sum()) for one in members)
        return [*found, Known(members[0].role, "", rest)] if rest else found
    listed = dict.fromkeys(kind for one in members for kind in one.table["kind"] if kind and kind not in kinds)
    return [*found, *(known for kind in listed for known in _of_kind(members, kind))]


def _rows(layer: Layer, frame: Any, day: dt.date, only: str = "") -> _Rows:
    """The rows of a layer that are at work on a day, without those that only repeat another in another spelling.

    ``only``: of this kind alone (small letters): where nobody states anything, the others are not looked at.
    """
    rows = frame[state_of(frame, layer.role, day) == ACTIVE] if len(frame) else frame
    rows = rows[~_texts(rows, v.SAME_AS).isin(set(frame[v.ID].astype(str))).to_numpy()] if v.SAME_AS in rows else rows
    written = _texts(rows, role(layer.role).presence)
    if only:
        wanted = written.str.casefold() == only
        rows, written = rows[wanted], written[wanted]
    place = pd.Series("", index=rows.index, dtype=object)
    if v.GEOMETRY in rows and len(rows):
        place = pd.Series(shapely.to_wkb(np.asarray(rows[v.GEOMETRY], dtype=object), hex=True), index=rows.index, dtype=object).fillna("")
    table = pd.DataFrame({
        "kind": written.str.casefold(), "as_written": written, "layer": _texts(rows, _LAYER_ID) if _LAYER_ID in rows else layer.id,
        "school": _texts(rows, v.SCHOOL_ID), "name": _texts(rows, v.NAME).str.casefold(), "who": _texts(rows, v.ORGANISATION).str.casefold(),
        "place": place, "id": rows[v.ID].astype(str) if v.ID in rows else "",
    }, index=rows.index).reset_index(drop=True)
    return _Rows(layer.role, tuple(one for one in layer.known_of if one.believable), table)


def _count(members: list[_Rows], owner: _Rows, stated: KnownOf, *, alone: bool) -> int:
    """How many of those a statement speaks of are known by name: the rows of its layer, and those of lists that state nothing.

    A row of another list counts where it names a school, or has a name, that the statement's own layer does not have: what may
    be the same is not counted twice.
    """
    own = _of(owner.table, stated)
    if stated.layer:
        others = [owner.table[owner.table["layer"] != stated.layer]]
        own = own[own["layer"] == stated.layer]
    else:
        others = []
    rest = [_of(one, stated) for one in [*others, *(one.table for one in members if one is not owner)]] if alone else []
    return _one_by_one(own, rest, once=stated.counts == SCHOOLS)


def _one_by_one(own: pd.DataFrame, rest: list[pd.DataFrame], *, once: bool) -> int:
    if once:
        together = pd.concat([own, *rest]) if rest else own
        return int(_school_or_place(together).nunique())
    count = len(own.drop_duplicates(["school", "name", "who", "place"]))
    schools, names = set(own["school"]) - {""}, set(own["name"])
    for rows in rest:
        new = rows[~_school_or_name(rows, schools, names)].drop_duplicates(["school", "name", "who", "place"])
        count += len(new)
        schools |= set(new["school"]) - {""}
        names |= set(new["name"])
    return count


def _school_or_place(rows: pd.DataFrame) -> pd.Series:
    """What makes rows one school: its code, else its place, else nothing but the row."""
    return rows["school"].where(rows["school"] != "", rows["place"].where(rows["place"] != "", rows["id"]))


def _school_or_name(rows: pd.DataFrame, schools: set[str], names: set[str]) -> pd.Series:
    return rows["school"].isin(schools) | ((rows["school"] == "") & rows["name"].isin(names))


def _of(table: pd.DataFrame, stated: KnownOf) -> pd.DataFrame:
    return table[table["kind"] == stated.kind.casefold()] if stated.kind else table


def _texts(rows: Any, column: str) -> pd.Series:
    if column not in rows:
        return pd.Series("", index=rows.index, dtype=object)
    return rows[column].astype(object).where(rows[column].notna(), "").astype(str).str.strip()

