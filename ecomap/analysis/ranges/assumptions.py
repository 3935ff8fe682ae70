"""What a question takes for granted, with the range in which it may be otherwise, and what to ask at the ends of it."""

from __future__ import annotations

import datetime
from collections.abc import Callable, Iterator, Mapping
from typing import Any, Final

import numpy as np
import shapely
from attrs import evolve, field, frozen

from ecomap.analysis.at_work import state_on
from ecomap.analysis.need.index.choice import OWN
from ecomap.analysis.registry import Analysis
from ecomap.model import vocabulary as v
from ecomap.model.dates import date_in_words, day_of
from ecomap.model.frames import Frames
from ecomap.model.indicator import BY_NAME, BY_PERSON
from ecomap.model.layer import POLYGON
from ecomap.model.params import param_specs
from ecomap.model.said import Said, filled, say
from ecomap.model.units import format_given, format_number

SPREAD, DAY, DIRECTION, CHOICE = "spread", "day", "direction", "choice"  # what no single setting holds
_TINY = 1e-3        # of an area's own size: where its people stand when they all stand at one point
_FEWEST_LEFT = 2    # indicators that must stay for one to be left out
_SUPPLIES = ("services", "sites", "zones")


@frozen
class Assumption:
    """One thing taken for granted. ``ends``: rows and settings to ask with, one pair for every end of its range."""

    name: str
    words: Said
    ends: tuple[tuple[Frames, Any], ...] = field(repr=False, eq=False)


def assumptions_of(asked: Analysis, frames: Frames, params: Any) -> tuple[Assumption, ...]:
    """Everything that a question takes for granted of these rows and with these settings, settings first."""
    found = [*_declared(frames, params)]
    for name in asked.assumes:
        found += _OTHERS[name](frames, params)
    return tuple(found)


def _declared(frames: Frames, params: Any) -> Iterator[Assumption]:
    """The settings that declare a range."""
    for spec in param_specs(type(params)):
        uncertain, value = spec.param.uncertain, getattr(params, spec.name)
        if uncertain is None or (uncertain.only is not None and not uncertain.only(params)):
            continue
        low, high = uncertain.ends(value)
        ends = [round(end) if spec.kind == "int" else end for end in (low, high)]
        share = spec.param.unit == "share"
        told = [format_number(end, "share") if share else format_given(end) for end in ends]
        yield Assumption(spec.name, filled(uncertain.words, low=told[0], high=told[1]),
                         tuple((frames, evolve(params, **{spec.name: end})) for end in ends if end != value))


def _spread(frames: Frames, params: Any) -> list[Assumption]:
    """Everybody at one point inside their area instead of evenly over its ground."""
    areas = frames.get("areas")
    if areas is None or not len(areas) or frames.layer("areas").geometry != POLYGON or getattr(params, "count", "") == v.EACH_AREA:
        return []
    ground = np.asarray(areas.geometry)
    points = shapely.point_on_surface(ground)
    tiny = shapely.buffer(points, np.sqrt(shapely.area(ground)) * _TINY, quad_segs=1)
    at_points = Frames({**frames.frames, "areas": areas.set_geometry(tiny, crs=areas.crs)}, frames.layers)
    return [Assumption(SPREAD, say("for people spread evenly over their area or all at one point inside it"), ((at_points, params),))]


def _day(frames: Frames, params: Any) -> list[Assumption]:
    """The day a year earlier and a year later, where that changes what is at work."""
    day = day_of(params.as_of)
    ends = [_a_year_from(day, years) for years in (-1, 1)]
    rows = [frames[key] for key in _SUPPLIES if key in frames and {v.START, v.END} & set(frames[key])]
    moved = [end for end in ends if any((state_on(frame, end) != state_on(frame, day)).any() for frame in rows)]
    if not moved:
        return []
    words = say("for days from {first} to {last}", first=date_in_words(ends[0]), last=date_in_words(ends[1]))
    return [Assumption(DAY, words, tuple((frames, evolve(params, as_of=end.isoformat())) for end in moved))]


def _a_year_from(day: datetime.date, years: int) -> datetime.date:
    last_of_february = (day.month, day.day) == (2, 29)
    return day.replace(year=day.year + years, day=28 if last_of_february else day.day)


def _direction(frames: Frames, params: Any) -> list[Assumption]:
    """Each indicator the other way round whose direction a person said or its name alone tells."""
    layer = frames.layer("areas")
    used = _used(frames, params)
    doubtful = [item for item in used if item.settled_by in (BY_NAME, BY_PERSON)]
    if not doubtful or len(used) < _FEWEST_LEFT:
        return []
    turned = [evolve(layer, indicators=tuple(evolve(one, direction=-one.direction) if one == item else one for one in layer.indicators))
              for item in doubtful]
    words = (say("if {indicator} runs the other way", indicator=doubtful[0].label.small()) if len(doubtful) == 1 else
             say("if one of the {count} indicators whose direction a person or a name settled runs the other way", count=len(doubtful)))
    return [Assumption(DIRECTION, words, tuple((Frames(frames.frames, {**frames.layers, "areas": one}), params) for one in turned))]


def _choice(frames: Frames, params: Any) -> list[Assumption]:
    """Each indicator left out in turn."""
    used = _used(frames, params)
    if len(used) <= _FEWEST_LEFT:
        return []
    columns = [item.column for item in used]
    return [Assumption(CHOICE, say("whichever one of the {count} indicators is left out", count=len(used)), tuple(
        (frames, evolve(params, indicators=tuple(other for other in columns if other != column),
                        weights=tuple(pair for pair in params.weights if pair[0] != column))) for column in columns))]


def _used(frames: Frames, params: Any) -> list[Any]:
    """The indicators that count, where they are chosen by hand; a method with a name has its own."""
    if getattr(params, "preset", "") not in ("", OWN):
        return []
    chosen = set(params.indicators)
    none = {name for name, weight in params.weights if weight == 0}
    return [item for item in frames.layer("areas").indicators
            if (not chosen or item.column in chosen) and item.column not in none and not item.column.endswith(v.ALLOCATION_SUFFIX)]


_OTHERS: Final[Mapping[str, Callable[[Frames, Any], list[Assumption]]]] = {
    SPREAD: _spread, DAY: _day, DIRECTION: _direction, CHOICE: _choice,
}
