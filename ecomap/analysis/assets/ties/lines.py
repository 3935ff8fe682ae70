"""Ties as lines on the map: between the middles of the places where two organisations are at work, thicker where more ways tie them."""

from __future__ import annotations

from collections import defaultdict
from typing import Any, Final

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from ecomap.analysis import columns as c
from ecomap.analysis.assets.presence import SEPARATOR, labelled, spoken, text
from ecomap.analysis.assets.ties import words
from ecomap.analysis.assets.ties.kinds import Tie, key_of
from ecomap.analysis.assets.ties.tied import Tied
from ecomap.analysis.at_work import ACTIVE, state_on
from ecomap.model import vocabulary as v
from ecomap.model.frames import Frames
from ecomap.model.layer import LINE, NO_GEOMETRY, Column
from ecomap.model.result import Note, Output
from ecomap.model.said import joined, name, plural, say
from ecomap.model.style import CATEGORISED, LayerStyle

WAYS: Final = "ways"
BASIS: Final = "basis"
_COLOUR: Final = "#26323F"


def places_of(frames: Frames, tied: Tied) -> dict[str, tuple[float, float]]:
    """Where every organisation that has a place on record is at work: the middle of its schools, else of its services."""
    points = np.asarray(tied.found.schools.geometry)
    known = ~(shapely.is_missing(points) | shapely.is_empty(points))
    at: dict[str, list[Any]] = defaultdict(list)
    for school, there in enumerate(tied.where.at):
        if known[school]:
            for key in there:
                at[key].append(points[school])
    found = {key: _middle(several) for key, several in at.items()}
    return {**_by_services(frames, tied, set(found)), **found}


def _by_services(frames: Frames, tied: Tied, placed: set[str]) -> dict[str, tuple[float, float]]:
    if "services" not in frames or v.GEOMETRY not in frames["services"]:
        return {}
    rows = frames["services"]
    rows = rows[state_on(rows, tied.found.day) == ACTIVE]
    shapes, keys = np.asarray(rows[v.GEOMETRY]), text(rows, v.ORGANISATION).map(key_of).tolist()
    at: dict[str, list[Any]] = defaultdict(list)
    for key, shape in zip(keys, shapes, strict=True):
        if key in tied.ties.organisations and key not in placed and shape is not None and not shapely.is_empty(shape):
            at[key].append(shapely.centroid(shape))
    return {key: _middle(several) for key, several in at.items()}


def _middle(points: list[Any]) -> tuple[float, float]:
    middle = np.mean([(point.x, point.y) for point in points], axis=0)
    return float(middle[0]), float(middle[1])


def lines_output(frames: Frames, tied: Tied) -> tuple[Output, Note | None]:
    """A line per pair that is tied and whose places are known, and what could not be drawn."""
    places = places_of(frames, tied)
    pairs: dict[tuple[str, str], list[Tie]] = defaultdict(list)
    for tie in tied.ties.ties:
        pairs[tie.pair].append(tie)
    drawn = {pair: some for pair, some in sorted(pairs.items()) if all(key in places for key in pair) and places[pair[0]] != places[pair[1]]}
    said = [words.STATED if any(tie.stated for tie in some) else words.INFERRED for some in drawn.values()]
    ways = [len({tie.kind for tie in some}) for some in drawn.values()]
    how = {kinds: joined(labelled(tied.terms, "tie_kind", kinds).tolist(), SEPARATOR) for kinds in {_kinds(some) for some in drawn.values()}}
    columns: dict[str, Any] = {
        v.ID: pd.Series([f"{one}|{two}" for one, two in drawn], dtype=object),
        v.NAME: spoken(say("{one} and {two}", one=name(tied.called(one)), two=name(tied.called(two))) for one, two in drawn),
        c.STATE: spoken(_look(count, basis)[0] for count, basis in zip(ways, said, strict=True)), BASIS: spoken(said), WAYS: ways,
        "how": spoken(how[_kinds(some)] for some in drawn.values()),
    }
    described = (
        Column(v.ID, say("Id"), hidden=True), Column(v.NAME, say("Between")), Column(c.STATE, say("Ties between two organisations"), "", say(
            "A line joins the middles of the places where each is at work, and is no way that anybody goes.")),
        Column(BASIS, say("Stated or inferred")), Column(WAYS, say("Ways in which they are tied"), "count"), Column("how", say("How")),
    )
    title, missing = say("Lines between organisations that are tied"), len(pairs) - len(drawn)
    note = Note("caution", plural("{n} tied pair has no line on the map: one of the two has no place on record, or both are at work around the same middle.",
                                  "{n} tied pairs have no line on the map: one of the two has no place on record, or both are at work around the same middle.", missing),
                missing) if missing else None
    if not drawn:
        return Output("lines", title, pd.DataFrame(columns), described, NO_GEOMETRY, told_by=v.NAME), note
    frame = gpd.GeoDataFrame(columns, geometry=[shapely.LineString([places[one], places[two]]) for one, two in drawn], crs=tied.found.schools.crs)
    looks = sorted({_look(count, basis) for count, basis in zip(ways, said, strict=True)}, key=lambda look: (look[1].startswith("dash"), look[1]))
    style = LayerStyle(kind=CATEGORISED, column=c.STATE, symbols=tuple((label, _COLOUR, shape) for label, shape in looks))
    return Output("lines", title, frame, described, LINE, "", style, told_by=v.NAME), note


def _kinds(ties: list[Tie]) -> tuple[str, ...]:
    return tuple(sorted({tie.kind for tie in ties}))


def _look(ways: int, basis: Any) -> tuple[Any, str]:
    """What a line is called and how it is drawn: full where somebody states the tie, dashed where rows imply it."""
    step = min(ways, 3)
    if basis == words.STATED:
        return (words.STATED_ONE, words.STATED_TWO, words.STATED_MORE)[step - 1], f"line_{step}"
    return (words.INFERRED_ONE, words.INFERRED_TWO, words.INFERRED_MORE)[step - 1], f"dash_{step}"
