"""The scale bar: a round distance in miles or feet, or in kilometres or metres, and how long it is."""

from __future__ import annotations

from collections.abc import Mapping

from attrs import frozen

from ecomap.model.said import Said, plural, say
from ecomap.model.units import METRES_PER_KILOMETRE, METRES_PER_MILE, METRIC, measured_in

_FEET = 0.3048
_MILES = (100, 50, 20, 10, 5, 2, 1, 0.5, 0.25)
_KILOMETRES = (200, 100, 50, 20, 10, 5, 2, 1)
_IN_METRES = (500, 200, 100, 50, 20, 10, 5)
_IN_FEET = (1000, 500, 200, 100, 50, 20, 10)
_PARTS: Mapping[float, Said] = {0.5: say("½ mile"), 0.25: say("¼ mile")}


@frozen
class ScaleBar:
    label: Said
    length_px: float


def scale_bar(px_per_m: float, most_px: float = 140.0) -> ScaleBar:
    """The longest round distance that fits.

    >>> scale_bar(100 / 1609.344).label, round(scale_bar(100 / 1609.344).length_px)
    ('1 mile', 100)
    """
    if measured_in() == METRIC:
        return _metric_bar(px_per_m, most_px)
    for miles in _MILES:
        length = miles * METRES_PER_MILE * px_per_m
        if length <= most_px:
            return ScaleBar(_PARTS.get(miles) or plural("{n} mile", "{n} miles", miles), length)
    for feet in _IN_FEET:
        length = feet * _FEET * px_per_m
        if length <= most_px:
            return ScaleBar(_feet(feet), length)
    return ScaleBar(_feet(10), 10 * _FEET * px_per_m)


def _metric_bar(px_per_m: float, most_px: float) -> ScaleBar:
    for kilometres in _KILOMETRES:
        length = kilometres * METRES_PER_KILOMETRE * px_per_m
        if length <= most_px:
            return ScaleBar(plural("{n} kilometre", "{n} kilometres", kilometres), length)
    metres = next((metres for metres in _IN_METRES if metres * px_per_m <= most_px), _IN_METRES[-1])
    return ScaleBar(plural("{n} metre", "{n} metres", metres), metres * px_per_m)


def _feet(feet: int) -> Said:
    return plural("{n} foot", "{n} feet", feet)
