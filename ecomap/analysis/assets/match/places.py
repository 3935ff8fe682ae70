"""Which free places could serve whom: what every service has, and the best way to give it out, function by function."""

from __future__ import annotations

import numpy as np
import pandas as pd
from attrs import field, frozen

from ecomap.analysis.assets import columns as a
from ecomap.analysis.assets.presence import Presence, text, together
from ecomap.analysis.assets.school_need import number
from ecomap.analysis.gaps.room.assignment import assign
from ecomap.analysis.notes import count_note
from ecomap.model import vocabulary as v
from ecomap.model.errors import InputError
from ecomap.model.frames import Frames
from ecomap.model.result import Note
from ecomap.model.said import Said, joined, plural, say
from ecomap.model.units import format_number

APART, ASSUME, REFUSE = "apart", "assume", "refuse"
NEED, SERVED, FULL, OUT, NOT_KNOWN = "need_pupils", "served", "full", "out_of_reach", "places_not_known"
PARTS = (SERVED, FULL, OUT, NOT_KNOWN)
_LISTED = 10


@frozen
class Places:
    """Free places of every service at work: NaN where they are not known."""

    free: np.ndarray = field(eq=False, repr=False)
    notes: tuple[Note, ...]


def places_of(frames: Frames, found: Presence, unknown_places: str, assumed: int) -> Places:
    """Free places by service: those stated as free, else all places; not known else.

    Raises
    ------
    InputError
        If some have fewer than none, or if those that do not say are refused.
    """
    if "services" not in frames or not len(found.actors):
        return Places(np.zeros(len(found.actors)), ())
    rows = frames["services"]
    at = pd.Index(v.SERVICE + "/" + rows[v.ID].astype(str)).get_indexer(pd.Index(found.actors["ref"]))
    available, capacity = number(rows, v.AVAILABLE)[at], number(rows, v.CAPACITY)[at]
    unit = text(rows, v.CAPACITY_UNIT).str.casefold().to_numpy()[at]
    free = np.floor(np.where(np.isnan(available), capacity, available))
    if (free < 0).any():
        raise InputError(say("Some services have fewer than no places."), say("Correct their places."))
    notes = []
    other = ~np.isin(unit, ["", "pupils", "pupil", "students", "children", "people", "places", "slots"]) & ~np.isnan(free)
    if other.any():
        free = np.where(other, np.nan, free)
        notes.append(count_note(plural(
            "{n} service counts places in something else than pupils: how many pupils that is, is not known.",
            "{n} services count places in something else than pupils: how many pupils that is, is not known.", int(other.sum()))))
    whole = int((np.isnan(available) & ~np.isnan(free)).sum())
    if whole:
        notes.append(count_note(plural(
            "{n} service says how many places there are, not how many are free: all were taken as free.",
            "{n} services say how many places there are, not how many are free: all were taken as free.", whole)))
    unknown = np.isnan(free)
    if not unknown.any():
        return Places(free, tuple(notes))
    return _with_unknown(found, free, unknown, unknown_places, assumed, notes)


def _with_unknown(
    found: Presence, free: np.ndarray, unknown: np.ndarray, unknown_places: str, assumed: int, notes: list[Note]
) -> Places:
    """What becomes of services that do not say: refused, assumed or kept apart."""
    count = int(unknown.sum())
    if unknown_places == REFUSE:
        named = found.actors.loc[unknown, "ref"].tolist()
        raise InputError(_refused(named), say("Fill in their places, keep them apart, or assume a number."), {"rows": named})
    if unknown_places == ASSUME:
        notes.append(count_note(plural(
            "{n} service does not say how many places are free: {places} were assumed for each, as you asked.",
            "{n} services do not say how many places are free: {places} were assumed for each, as you asked.", count,
            places=format_number(assumed))))
        free = np.where(unknown, float(assumed), free)
    else:
        notes.append(count_note(plural(
            "{n} service does not say how many places are free: kept apart, neither full nor free.",
            "{n} services do not say how many places are free: kept apart, neither full nor free.", count)))
    return Places(free, tuple(notes))


def _refused(named: list[str]) -> Said:
    first = joined(named[:_LISTED], ", ")
    if len(named) > _LISTED:
        return say("{services} services do not say how many places are free: {first} and more.", services=format_number(len(named)),
                   first=first)
    return plural("{n} service does not say how many places are free: {first}.", "{n} services do not say how many places are free: {first}.",
                  len(named), first=first)


def matched(
    found: Presence, need: np.ndarray, free: np.ndarray, worth: np.ndarray, function: str, left: np.ndarray
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """One function: where the need of every school stands, and who would serve whom. Takes the places from `left`.

    What rests on places that nobody states is missing, never 0: how many are served where no service in reach says how many it
    can take, and how many find services full where any does not say.
    """
    pair = np.flatnonzero(found.actors["function"].to_numpy()[found.actor] == function)
    school, service = found.school[pair], found.actor[pair]
    wanted = np.nan_to_num(need).astype(int)
    known = ~np.isnan(free[service])
    done = assign(wanted, np.nan_to_num(free).astype(int), school[known], service[known], found.distance_m[pair][known], worth)
    left -= np.where(np.isnan(left), 0, done.used)
    rest = wanted - done.served
    in_reach = np.bincount(school, minlength=len(need)) > 0
    some_unknown = (np.bincount(school[~known], minlength=len(need)) > 0) & (rest > 0)
    none_known = some_unknown & (np.bincount(school[known], minlength=len(need)) == 0)
    state = pd.DataFrame({
        "at": np.arange(len(need)), v.FUNCTION: function, NEED: need, SERVED: np.where(none_known, np.nan, done.served),
        FULL: np.where(some_unknown, np.nan, np.where(in_reach, rest, 0)), OUT: np.where(in_reach, 0, rest),
        NOT_KNOWN: np.where(some_unknown, rest, 0),
        a.ROWS: together(school, found.actors["ref"].to_numpy()[service], len(need)),
    })
    given = np.flatnonzero(done.amount)
    match = pd.DataFrame({
        "at": school[known][given], "service": service[known][given], v.FUNCTION: function, SERVED: done.amount[given],
        "distance_m": found.distance_m[pair][known][given],
    })
    return state[~np.isnan(need)], match
