"""What was measured on the map, in words: miles or kilometres, on the ground."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from ecomap.model.said import NOTHING, Said, joined, say
from ecomap.model.units import format_number, long_unit

_FINE: Final = 10.0  # miles or kilometres under which two decimals are told
Points = Sequence[tuple[float, float]]


def path_words(points: Points, crs: str) -> Said:
    """The length of a line, and of its last piece where it has several; "" before there is one."""
    if len(points) < 2:
        return NOTHING
    from ecomap.analysis.chosen.measured import path_m  # heavy

    whole = path_m(points, crs)
    if len(points) == 2:
        return _length(whole)
    return joined([_length(whole), say("last piece {length}", length=_length(path_m(points[-2:], crs)))], " · ")


def area_words(points: Points, crs: str) -> Said:
    """The ground within corners and the way around it; "" before there are three."""
    if len(points) < 3:
        return path_words(points, crs)
    from ecomap.analysis.chosen.measured import area_m2, path_m  # heavy

    ground = area_m2(points, crs)
    digits = 2 if ground < _FINE * long_unit() ** 2 else 1
    return joined([format_number(ground, "m2", 3 if ground < 0.1 * long_unit() ** 2 else digits),
                   say("{length} around", length=_length(path_m([*points, points[0]], crs)))], " · ")


def _length(metres: float) -> Said:
    return format_number(metres, "m", 2 if metres < _FINE * long_unit() else 1)
