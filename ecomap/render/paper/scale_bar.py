"""The scale bar: a round distance in miles or feet and how long it is."""

from __future__ import annotations

from attrs import frozen

from ecomap.model.units import METRES_PER_MILE

_FEET = 0.3048
_MILES = (100, 50, 20, 10, 5, 2, 1, 0.5, 0.25)
_IN_FEET = (1000, 500, 200, 100, 50, 20, 10)


@frozen
class ScaleBar:
    label: str
    length_px: float


def scale_bar(px_per_m: float, most_px: float = 140.0) -> ScaleBar:
    """The longest round distance that fits.

    >>> scale_bar(100 / 1609.344).label, round(scale_bar(100 / 1609.344).length_px)
    ('1 mile', 100)
    """
    for miles in _MILES:
        length = miles * METRES_PER_MILE * px_per_m
        if length <= most_px:
            words = {1: "1 mile", 0.5: "½ mile", 0.25: "¼ mile"}
            return ScaleBar(words.get(miles, f"{miles:g} miles"), length)
    for feet in _IN_FEET:
        length = feet * _FEET * px_per_m
        if length <= most_px:
            return ScaleBar(f"{feet:,} feet", length)
    return ScaleBar("10 feet", 10 * _FEET * px_per_m)
