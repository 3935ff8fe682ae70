"""What an answer about room says in words and key figures."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from ecomap.analysis import columns as c
from ecomap.analysis.gaps.room import assignment as k
from ecomap.analysis.notes import count_note
from ecomap.analysis.statistics.ranks import FIFTHS
from ecomap.model.result import KeyFigure, Note
from ecomap.model.said import Said, joined, plural, say
from ecomap.model.units import Quantity, format_number

_RULES: Mapping[str, Said] = {
    k.LEAST_DISTANCE: say("As many as can be get a place, with the shortest ways in all."),
    k.NEAREST_FIRST: say("Whoever lives nearest gets the place; others may be left out although there was room elsewhere."),
    k.EQUITY_FIRST: say("Areas of the highest need come first; as many get a place in all as could."),
}


def room_figures(room: k.Room) -> tuple[KeyFigure, ...]:
    """Served, full, out of reach; places, free, free where need is low."""
    free = room.places(k.FREE)
    low = free[np.isin(room.fifth, k.LOW_FIFTHS)].sum()
    who, demand = room.now.who.capitalize(), room.total(k.DEMAND)
    return (
        KeyFigure("children_without", say("{who} who get no place", who=who), room.total(k.FULL) + room.total(k.OUT), "count",
                  note=say("No margin: the assignment takes the counts as they are, without their sampling error.")),
        KeyFigure("children_reachable_but_full", say("Could reach one, but it is full"), room.total(k.FULL), "count"),
        KeyFigure("children_out_of_reach", say("Have none in reach"), room.total(k.OUT), "count"),
        KeyFigure("children_served", say("{who} who get a place", who=who), room.total(k.SERVED), "count"),
        KeyFigure("share_served", say("Share who get a place"), room.total(k.SERVED) / demand if demand > 0 else None, "share"),
        KeyFigure("places", say("Places at sites in reach"), float(room.places(k.CAPACITY).sum()), "count"),
        KeyFigure("places_free", say("Places that stay free"), float(free.sum()), "count"),
        KeyFigure("places_free_low_need", say("Of these, in the two lowest-need fifths"), float(low), "count"),
    )


def room_bars(room: k.Room) -> tuple[tuple[Said, float, float | None], ...]:
    """Share without a place by need fifth, highest need first."""
    bars: list[tuple[Said, float, float | None]] = []
    for fifth in range(FIFTHS, 0, -1):
        here = room.now.in_fifth(fifth)
        demand = room.total(k.DEMAND, here)
        if demand > 0:
            bars.append((c.FIFTH_LABELS[fifth], (room.total(k.FULL, here) + room.total(k.OUT, here)) / demand, None))
    return tuple(bars)


def room_sentence(room: k.Room) -> Said:
    """The finding in plain words."""
    now, demand = room.now, room.total(k.DEMAND)
    if not demand > 0:
        return say("No need area has a count of {who}, so nobody can be said to find a place or not.", who=now.who)
    full, out, served = (room.total(state) for state in (k.FULL, k.OUT, k.SERVED))
    who = now.who if now.params.share_who_want_it == 1 else say(
        "{who} who want a place ({share} of all)", who=now.who, share=format_number(now.params.share_who_want_it, "share"))
    found: dict[str, Said] = {"demand": format_number(demand), "who": who, "served": format_number(served),
                              "share": _percent(served, demand), "target": now.supply.target.phrase, "distance": now.travel.distance}
    if room.assumed.any():
        first = say("Of an estimated {demand} {who}, {served} ({share}) find a place at a {target} within {distance}, if every site "
                    "has {places} places." if room.assumed.all() else
                    "Of an estimated {demand} {who}, {served} ({share}) find a place at a {target} within {distance}, if the sites "
                    "that do not say have {places} places.", places=format_number(now.params.assumed_capacity), **found)
    else:
        first = say("Of an estimated {demand} {who}, {served} ({share}) find a place at a {target} within {distance}.", **found)
    without = say("{full} ({full_share}) could reach one but it is full, and {out} ({out_share}) have none in reach.",
                  full=format_number(full), full_share=_percent(full, demand), out=format_number(out), out_share=_percent(out, demand))
    free = float(room.places(k.FREE).sum())
    left = plural("{n} place stays free.", "{n} places stay free.", free) if free >= 1 else ""
    return joined([first, without, left, now.travel.sentence])


def room_notes(room: k.Room) -> tuple[Note, ...]:
    """What was assumed, what the rule was, and what the assignment does not know."""
    now, params = room.now, room.now.params
    notes = []
    if room.assumed.any():
        notes.append(count_note(plural(
            "{n} site does not say how many they can take: {places} places each are assumed.",
            "{n} sites do not say how many they can take: {places} places each are assumed.", int(room.assumed.sum()),
            places=format_number(params.assumed_capacity))))
    notes.append(Note("method", _RULES[params.rule]))
    if params.share_who_want_it < 1:
        notes.append(Note("caution", say("{share} of the {who} are taken to want a place, everywhere alike.",
                                         share=format_number(params.share_who_want_it, "share"), who=now.who)))
    notes.append(Note("caution", say("The assignment says what is possible, not who goes: language, cost, hours and trust are not in it.")))
    far = int((~room.near).sum())
    if far:
        notes.append(count_note(plural("{n} site is in reach of nobody counted here; their places are in no total.",
                                       "{n} sites are in reach of nobody counted here; their places are in no total.", far)))
    return tuple(notes)


def _percent(part: float, whole: float) -> Quantity:
    return format_number(part / whole, "share")
