"""The tables of an answer about room: need areas, sites, need fifths."""

from __future__ import annotations

from typing import Any, Final

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from attrs import evolve

from ecomap.analysis import columns as c
from ecomap.analysis.gaps.room import assignment as k
from ecomap.analysis.gaps.situation import Situation
from ecomap.analysis.people import NOBODY_WORDS
from ecomap.analysis.statistics.ranks import FIFTHS
from ecomap.model import vocabulary as v
from ecomap.model.layer import NO_GEOMETRY, POINT, Column
from ecomap.model.result import Output
from ecomap.model.said import say
from ecomap.model.style import CATEGORISED, LayerStyle

SHARE_SERVED: Final = "share_served"
SHARE_NONE: Final = "share_without"
ASSUMED: Final = "capacity_assumed"
NEAR: Final = "in_reach_of_somebody"
GETS, FULL, OUT = say("get a place"), say("reachable but full"), say("out of reach")
ALL_TAKEN, SOME_FREE = say("full"), say("places free")
FREE_LOW, NOT_NEAR = say("places free where need is low"), say("in reach of nobody counted")
# Light to dark with what is missing: a place, then room, then reach. Told apart without hue as well.
AREA_STYLE: Final = LayerStyle(kind=CATEGORISED, column=c.STATE, fill="white", line="#FFFFFF", line_width=0.5, fill_opacity=0.9, symbols=(
    (GETS, "#DCE6EE", ""), (FULL, "#D98BB3", ""), (OUT, "#B3005E", ""), *((words, "#F4F6F8", "") for words in NOBODY_WORDS), (c.NO_DATA, "#98A2AD", "")))
SITE_STYLE: Final = LayerStyle(kind=CATEGORISED, column=c.STATE, line="#FFFFFF", size=7.0, symbols=(
    (ALL_TAKEN, "ink", "circle"), (SOME_FREE, "#2E9C8A", "diamond"), (FREE_LOW, "#2E9C8A", "square"),
    (NOT_NEAR, "#AEB8C2", "circle")))
_ONE_PLACE = 1 - 1e-6


def areas_output(room: k.Room) -> Output:
    """Every need area with its three states."""
    now, areas = room.now, room.areas
    frame = pd.DataFrame({
        v.ID: now.areas[v.ID].astype(str).to_numpy(), v.NAME: _names(now.areas),
        c.STATE: c.messages(_states(room), areas.index), **{state: areas[state] for state in k.STATES},
        SHARE_SERVED: _ratio(areas[k.SERVED], areas[k.DEMAND]),
        SHARE_NONE: _ratio(areas[k.FULL] + areas[k.OUT], areas[k.DEMAND]),
        c.SCORE: now.need[c.SCORE].to_numpy(), c.FIFTH: now.fifth,
    })
    largest = Column(c.STATE, say("Largest part"), "", say("Which of the three most of the area's {who} meet.", who=now.who))
    described = (*c.id_columns(), largest, *_state_columns(now), Column(SHARE_SERVED, say("Share who get a place"), "share"),
                 Column(SHARE_NONE, say("Share who get none"), "share"), c.score_column(), c.fifth_column())
    title = say("{who} without a place: {target}", who=now.who.capitalize(), target=now.supply.target.phrase)
    return Output("areas", title, frame, described, NO_GEOMETRY, now.layer.id,
                  with_states(AREA_STYLE, frame[c.STATE]), now.layer.boundary)


def sites_output(room: k.Room) -> Output:
    """Every site: places, used, free; those with most free places where need is low are easy to find."""
    now, found = room.now, room.found
    sites = now.supply.sites
    states = found.sites.reindex(sites[v.ID].astype(str))
    frame = gpd.GeoDataFrame({
        v.ID: sites[v.ID].astype(str), v.NAME: _names(sites), v.KIND: sites[v.KIND],
        c.STATE: c.messages(_site_states(room, states[k.FREE]), sites.index),
        **{column: states[column].to_numpy() for column in (k.CAPACITY, k.USED, k.FREE)}, ASSUMED: room.assumed,
        NEAR: room.near, c.FIFTH: room.fifth,
    }, geometry=shapely.point_on_surface(np.asarray(sites.geometry)), crs=sites.crs)
    described = (
        *c.id_columns(), Column(v.KIND, say("Kind")), Column(c.STATE, say("Room left")), Column(k.CAPACITY, say("Places"), "count"),
        Column(k.USED, say("Used"), "count"),
        Column(k.FREE, say("Free"), "count", say("Places that nobody within the distance is left to take.")),
        Column(ASSUMED, say("Places are assumed"), "flag"),
        Column(NEAR, say("In reach of somebody counted"), "flag"),
        Column(c.FIFTH, say("Need fifth where it stands"), "", say("5 = highest need, 1 = lowest.")),
    )
    return Output("sites", say("Places: {target}", target=now.supply.target.phrase), frame, described, POINT, "",
                  with_states(SITE_STYLE, frame[c.STATE]))


def with_states(style: LayerStyle, found: Any) -> LayerStyle:
    """The looks of the states that occur: a legend row for none would say nothing."""
    states = set(found)
    return evolve(style, symbols=tuple(symbol for symbol in style.symbols if symbol[0] in states))


def fifths_output(room: k.Room) -> Output:
    """The three states by need fifth, with the places that stay free there."""
    rows = []
    free = room.places(k.FREE)
    for fifth in range(FIFTHS, 0, -1):
        here = room.now.in_fifth(fifth)
        sums = {state: room.total(state, here) for state in k.STATES}
        rows.append({
            v.ID: f"fifth-{fifth}", v.NAME: c.FIFTH_LABELS[fifth], c.FIFTH: fifth, **sums,
            SHARE_SERVED: sums[k.SERVED] / sums[k.DEMAND] if sums[k.DEMAND] > 0 else np.nan,
            k.FREE: float(free[room.fifth == fifth].sum()),
        })
    frame = pd.DataFrame(rows)
    frame[v.NAME] = c.messages([c.FIFTH_LABELS[fifth] for fifth in frame[c.FIFTH]], frame.index)
    described = (
        *c.id_columns(), Column(c.FIFTH, say("Need fifth"), "", hidden=True), *_state_columns(room.now),
        Column(SHARE_SERVED, say("Share who get a place"), "share"),
        Column(k.FREE, say("Free places at sites here"), "count"),
    )
    return Output("fifths", say("Places by need fifth"), frame, described, NO_GEOMETRY)


def _states(room: k.Room) -> np.ndarray:
    """The largest of the three parts of every area; of equal parts the one that lacks more."""
    parts = room.areas[[k.OUT, k.FULL, k.SERVED]].to_numpy(dtype=float)
    largest = np.array([OUT, FULL, GETS], dtype=object)[np.argmax(np.nan_to_num(parts), axis=1)]
    demand = room.areas[k.DEMAND].to_numpy(dtype=float)
    return np.asarray(c.picked([~room.now.known, demand == 0], [c.NO_DATA, room.now.nobody], largest))


def _site_states(room: k.Room, free: pd.Series) -> np.ndarray:
    """Whether a site is full, has places left, has them where need is low, or is too far from everybody."""
    low = np.isin(room.fifth, k.LOW_FIFTHS)
    left = free.to_numpy(dtype=float) >= _ONE_PLACE
    return np.asarray(c.picked([~room.near, left & low, left], [NOT_NEAR, FREE_LOW, SOME_FREE], ALL_TAKEN))


def _state_columns(now: Situation) -> tuple[Column, ...]:
    who = now.who.capitalize()
    return (
        Column(k.DEMAND, say("{who} who want a place", who=who), "count"), Column(k.SERVED, say("Get a place"), "count"),
        Column(k.FULL, say("Reachable but full"), "count"), Column(k.OUT, say("Out of reach"), "count"),
    )


def _ratio(part: Any, whole: Any) -> np.ndarray:
    return np.asarray(np.divide(part, whole, out=np.full(len(whole), np.nan), where=np.asarray(whole > 0)))


def _names(frame: Any) -> Any:
    return (frame[v.NAME] if v.NAME in frame else frame[v.ID]).astype(str).to_numpy()
