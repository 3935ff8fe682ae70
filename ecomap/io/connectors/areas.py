"""Outlines as people write them: west, south, east and north in degrees."""

from __future__ import annotations

import math

from ecomap.model.errors import ParameterError
from ecomap.model.said import name as named
from ecomap.model.said import say

Box = tuple[float, float, float, float]


def box_of(text: str) -> Box | None:
    """West, south, east and north; None for nothing.

    Raises
    ------
    ParameterError
        If it is no such outline.

    >>> box_of("-118.7, 33.6, -117.6, 34.9"), box_of(" ")
    ((-118.7, 33.6, -117.6, 34.9), None)
    """
    if not text.strip():
        return None
    try:
        sides = [float(part) for part in text.replace(";", ",").split(",")]
    except ValueError:
        sides = []
    if len(sides) == 4 and all(map(math.isfinite, sides)) and -180 <= sides[0] < sides[2] <= 180 and -90 <= sides[1] < sides[3] <= 90:
        return sides[0], sides[1], sides[2], sides[3]
    raise ParameterError(say("'{area}' is not an area.", area=named(text[:80])),
                         say("Give west, south, east and north in degrees, such as -118.7,33.6,-117.6,34.9."), {"parameter": "area"})
