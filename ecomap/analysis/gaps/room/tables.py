"""What an answer about room says: tables, key figures, words."""

from __future__ import annotations

from typing import Any, Final

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from attrs import evolve, field, frozen

from ecomap.analysis import columns as c
from ecomap.analysis.gaps.room import capacity as k
from ecomap.analysis.gaps.situation import Situation
from ecomap.analysis.notes import counted
from ecomap.analysis.statistics.ranks import FIFTHS
from ecomap.model import vocabulary as v
from ecomap.model.layer import NO_GEOMETRY, POINT, Column
from ecomap.model.result import KeyFigure, Note, Output
from ecomap.model.said import say
from ecomap.model.style import CATEGORISED, LayerStyle
from ecomap.model.units import format_number

SHARE_SERVED: Final = "share_served"
SHARE_NONE: Final = "share_without"
ASSUMED: Final = "capacity_assumed"
NEAR: Final = "in_reach_of_somebody"
LOW_FIFTHS = (1, 2)
GETS, FULL, OUT = "get a place", "reachable but full", "out of reach"
ALL_TAKEN, SOME_FREE, FREE_LOW, NOT_NEAR = "full", "places free", "places free where need is low", "in reach of nobody counted"
# Light to dark with what is missing: a place, then room, then reach. Told apart without hue as well.
AREA_STYLE: Final = LayerStyle(kind=CATEGORISED, column=c.STATE, fill="white", line="#FFFFFF", line_width=0.5, fill_opacity=0.9, symbols=(
    (GETS, "#DCE6EE", ""), (FULL, "#F0A04B", ""), (OUT, "#B3005E", ""), (c.NOBODY, "#F4F6F8", ""), (c.NO_DATA, "#98A2AD", "")))
SITE_STYLE: Final = LayerStyle(kind=CATEGORISED, column=c.STATE, line="#FFFFFF", size=7.0, symbols=(
    (ALL_TAKEN, "ink", "circle"), (SOME_FREE, "#2E9C8A", "diamond"), (FREE_LOW, "#2E9C8A", "square"),
    (NOT_NEAR, "#AEB8C2", "circle")))
_ONE_PLACE = 1 - 1e-6
STATES: Final = (k.DEMAND, k.SERVED, k.FULL, k.OUT)


@frozen
class Room:
    """An assignment added up by need area (rows of ``now.areas``) and by site (rows of the sites that count).

    ``assumed`` marks sites whose capacity is an assumption, ``near`` those that somebody counted can reach; ``fifth`` is
    the need fifth of the area a site stands in.
    """

    now: Situation
    found: k.Assignment
    areas: pd.DataFrame = field(repr=False)
    assumed: np.ndarray = field(eq=False, repr=False)
    near: np.ndarray = field(eq=False, repr=False)
    fifth: np.ndarray = field(eq=False, repr=False)

    @classmethod
    def of(
        cls, now: Situation, found: k.Assignment, area: np.ndarray, assumed: np.ndarray, near: np.ndarray
    ) -> Room:
        sums = {name: np.bincount(area, found.places[name], len(now.people)) for name in STATES}
        areas = pd.DataFrame(sums)
        areas.loc[~now.known] = np.nan
        fifth = np.full(len(now.supply.sites), np.nan)
        places = shapely.point_on_surface(np.asarray(now.supply.sites.geometry))
        site, inside = shapely.STRtree(now.ground).query(places, predicate="intersects")
        fifth[site[::-1]] = now.fifth[inside[::-1]]
        return cls(now, found, areas, assumed, near, fifth)

    def places(self, column: str) -> np.ndarray:
        """A count of places by site; sites that nobody counted can reach have none to give here."""
        return np.where(self.near, self.found.sites[column].to_numpy(), 0.0)

    def total(self, state: str, rows: np.ndarray | None = None) -> float:
        values = self.areas[state] if rows is None else self.areas.loc[rows, state]
        return float(values.sum())


def areas_output(room: Room) -> Output:
    """Every need area with its three states."""
    now, areas = room.now, room.areas
    frame = pd.DataFrame({
        v.ID: now.areas[v.ID].astype(str).to_numpy(), v.NAME: _names(now.areas), c.STATE: _states(room), **{name: areas[name] for name in STATES},
        SHARE_SERVED: _ratio(areas[k.SERVED], areas[k.DEMAND]),
        SHARE_NONE: _ratio(areas[k.FULL] + areas[k.OUT], areas[k.DEMAND]),
        c.SCORE: now.need[c.SCORE].to_numpy(), c.FIFTH: now.fifth,
    })
    largest = Column(c.STATE, say("Largest part"), "", say("Which of the three most of the area's {who} meet.", who=now.who))
    described = (*c.id_columns(), largest, *_state_columns(now), Column(SHARE_SERVED, say("Share who get a place"), "share"),
                 Column(SHARE_NONE, say("Share who get none"), "share"), c.score_column(), c.fifth_column())
    title = f"{now.who.capitalize()} without a place: {now.supply.target.phrase}"
    return Output("areas", title, frame, described, NO_GEOMETRY, now.layer.id,
                  with_states(AREA_STYLE, frame[c.STATE]), now.layer.boundary)


def sites_output(room: Room) -> Output:
    """Every site: places, used, free; those with most free places where need is low are easy to find."""
    now, found = room.now, room.found
    sites = now.supply.sites
    states = found.sites.reindex(sites[v.ID].astype(str))
    frame = gpd.GeoDataFrame({
        v.ID: sites[v.ID].astype(str), v.NAME: _names(sites), v.KIND: sites[v.KIND], c.STATE: _site_states(room, states[k.FREE]),
        **{name: states[name].to_numpy() for name in (k.CAPACITY, k.USED, k.FREE)}, ASSUMED: room.assumed,
        NEAR: room.near, c.FIFTH: room.fifth,
    }, geometry=shapely.point_on_surface(np.asarray(sites.geometry)), crs=sites.crs)
    described = (
        *c.id_columns(), Column(v.KIND, say("Kind")), Column(c.STATE, say("Room left")), Column(k.CAPACITY, "Places", "count"), Column(k.USED, "Used", "count"),
        Column(k.FREE, say("Free"), "count", say("Places that nobody within the distance is left to take.")),
        Column(ASSUMED, say("Places are assumed"), "flag"),
        Column(NEAR, say("In reach of somebody counted"), "flag"),
        Column(c.FIFTH, say("Need fifth where it stands"), "", say("5 = highest need, 1 = lowest.")),
    )
    return Output("sites", say("Places: {phrase}", phrase=now.supply.target.phrase), frame, described, POINT, "", with_states(SITE_STYLE, frame[c.STATE]))


def with_states(style: LayerStyle, found: Any) -> LayerStyle:
    """The looks of the states that occur: a legend row for none would say nothing."""
    states = set(found)
    return evolve(style, symbols=tuple(symbol for symbol in style.symbols if symbol[0] in states))


def fifths_output(room: Room) -> Output:
    """The three states by need fifth, with the places that stay free there."""
    rows = []
    free = room.places(k.FREE)
    for fifth in range(FIFTHS, 0, -1):
        here = room.now.in_fifth(fifth)
        sums = {name: room.total(name, here) for name in STATES}
        rows.append({
            v.ID: f"fifth-{fifth}", v.NAME: c.FIFTH_LABELS[fifth], c.FIFTH: fifth, **sums,
            SHARE_SERVED: sums[k.SERVED] / sums[k.DEMAND] if sums[k.DEMAND] > 0 else np.nan,
            k.FREE: float(free[room.fifth == fifth].sum()),
        })
    described = (
        *c.id_columns(), Column(c.FIFTH, say("Need fifth"), "", hidden=True), *_state_columns(room.now),
        Column(SHARE_SERVED, say("Share who get a place"), "share"),
        Column(k.FREE, say("Free places at sites here"), "count"),
    )
    return Output("fifths", say("Places by need fifth"), pd.DataFrame(rows), described, NO_GEOMETRY)


def room_figures(room: Room) -> tuple[KeyFigure, ...]:
    """Served, full, out of reach; places, free, free where need is low."""
    free = room.places(k.FREE)
    low = free[np.isin(room.fifth, LOW_FIFTHS)].sum()
    who, demand = room.now.who, room.total(k.DEMAND)
    note = "No margin: the assignment takes the counts as certain."
    return (
        KeyFigure("children_without", say("{who} who get no place", who=who.capitalize()), room.total(k.FULL) + room.total(k.OUT), "count", note=note),
        KeyFigure("children_reachable_but_full", say("Could reach one, but it is full"), room.total(k.FULL), "count"),
        KeyFigure("children_out_of_reach", say("Have none in reach"), room.total(k.OUT), "count"),
        KeyFigure("children_served", say("{who} who get a place", who=who.capitalize()), room.total(k.SERVED), "count"),
        KeyFigure("share_served", say("Share who get a place"), room.total(k.SERVED) / demand if demand > 0 else None, "share"),
        KeyFigure("places", say("Places at sites in reach"), float(room.places(k.CAPACITY).sum()), "count"),
        KeyFigure("places_free", say("Places that stay free"), float(free.sum()), "count"),
        KeyFigure("places_free_low_need", say("Of these, in the two lowest-need fifths"), float(low), "count"),
    )


def room_bars(room: Room) -> tuple[tuple[str, float, float | None], ...]:
    """Share without a place by need fifth, highest need first."""
    bars: list[tuple[str, float, float | None]] = []
    for fifth in range(FIFTHS, 0, -1):
        here = room.now.in_fifth(fifth)
        demand = room.total(k.DEMAND, here)
        if demand > 0:
            bars.append((c.FIFTH_LABELS[fifth], (room.total(k.FULL, here) + room.total(k.OUT, here)) / demand, None))
    return tuple(bars)


def room_sentence(room: Room) -> str:
    """The finding in plain words."""
    now, demand = room.now, room.total(k.DEMAND)
    what = now.supply.target.phrase
    if not demand > 0:
        return f"No need area has a count of {now.who}, so nobody can be said to find a place or not."
    want = "" if now.params.share_who_want_it == 1 else (
        f" who want a place ({format_number(now.params.share_who_want_it, 'share')} of all)")
    assumed = ""
    if room.assumed.any():
        which = "every site has" if room.assumed.all() else "the sites that do not say have"
        assumed = f", if {which} {format_number(now.params.assumed_capacity)} places"
    full, out, served = (room.total(name) for name in (k.FULL, k.OUT, k.SERVED))
    text = (f"Of an estimated {format_number(demand)} {now.who}{want}, {format_number(served)} ({_percent(served, demand)}) find a "
            f"place at a {what} within {now.travel.distance}{assumed}. {format_number(full)} "
            f"({_percent(full, demand)}) could reach one but it is full, and {format_number(out)} ({_percent(out, demand)}) have "
            "none in reach")
    free = float(room.places(k.FREE).sum())
    return text + (f". {format_number(free)} places stay free." if free >= 1 else ".") + now.travel.sentence


def room_notes(room: Room) -> tuple[Note, ...]:
    """What was assumed, what the rule was, and what the assignment does not know."""
    now, params = room.now, room.now.params
    notes = []
    if room.assumed.any():
        notes.append(counted(int(room.assumed.sum()), "site does", "sites do", " not say how many they can take: "
                             f"{format_number(params.assumed_capacity)} places each are assumed."))
    words = {
        k.LEAST_DISTANCE: "As many as can be get a place, with the shortest ways in all.",
        k.NEAREST_FIRST: "Whoever lives nearest gets the place; others may be left out although there was room elsewhere.",
        k.EQUITY_FIRST: "Areas of the highest need come first; as many get a place in all as could.",
    }
    notes.append(Note("method", words[params.rule]))
    if params.share_who_want_it < 1:
        notes.append(Note("caution", say("{share_who_want_it} of the {who} are taken to want a place, everywhere alike.", share_who_want_it=format_number(params.share_who_want_it, 'share'), who=now.who)))
    notes.append(Note("caution", say("The assignment says what is possible, not who goes: language, cost, hours and trust are not in it.")))
    far = int((~room.near).sum())
    if far:
        notes.append(counted(far, "site is", "sites are", " in reach of nobody counted here; their places are in no total."))
    return tuple(notes)


def _states(room: Room) -> np.ndarray:
    """The largest of the three parts of every area; of equal parts the one that lacks more."""
    parts = room.areas[[k.OUT, k.FULL, k.SERVED]].to_numpy(dtype=float)
    largest = np.array([OUT, FULL, GETS], dtype=object)[np.argmax(np.nan_to_num(parts), axis=1)]
    demand = room.areas[k.DEMAND].to_numpy(dtype=float)
    return np.asarray(np.select([~room.now.known, demand == 0], [c.NO_DATA, c.NOBODY], largest), dtype=object)


def _site_states(room: Room, free: pd.Series) -> np.ndarray:
    """Whether a site is full, has places left, has them where need is low, or is too far from everybody."""
    low = np.isin(room.fifth, LOW_FIFTHS)
    left = free.to_numpy(dtype=float) >= _ONE_PLACE
    return np.asarray(np.select([~room.near, left & low, left], [NOT_NEAR, FREE_LOW, SOME_FREE], ALL_TAKEN), dtype=object)


def _state_columns(now: Situation) -> tuple[Column, ...]:
    who = now.who.capitalize()
    return (
        Column(k.DEMAND, say("{who} who want a place", who=who), "count"), Column(k.SERVED, say("Get a place"), "count"),
        Column(k.FULL, say("Reachable but full"), "count"), Column(k.OUT, say("Out of reach"), "count"),
    )


def _ratio(part: Any, whole: Any) -> np.ndarray:
    return np.asarray(np.divide(part, whole, out=np.full(len(whole), np.nan), where=np.asarray(whole > 0)))


def _percent(part: float, whole: float) -> str:
    return format_number(part / whole, "share")


def _names(frame: Any) -> Any:
    return (frame[v.NAME] if v.NAME in frame else frame[v.ID]).astype(str).to_numpy()
