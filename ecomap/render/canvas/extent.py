"""What "everything" is on a map: the areas the question is about, not the context around them."""

from __future__ import annotations

from collections.abc import Sequence
from math import isfinite
from typing import Any

from ecomap.model import vocabulary as v
from ecomap.model.layer import NO_GEOMETRY, Layer
from ecomap.model.roles import ROLES

Extent = tuple[float, float, float, float]

_FIRST = ({v.NEED_AREA}, {v.ATTENDANCE_AREA, v.DISTRICT}, set(ROLES) - {v.REFERENCE, v.GROUND} | {v.RESULT})


def extent_of(placed: Sequence[tuple[Layer, Any]]) -> Extent | None:
    """(left, bottom, right, top) of the layers that matter most: need areas, else districts, else all but reference.

    None where there is nothing with a place.
    """
    shown = [(layer, frame) for layer, frame in placed if layer.geometry != NO_GEOMETRY and len(frame)]
    for roles in _FIRST:
        chosen = [frame for layer, frame in shown if layer.role in roles]
        if chosen:
            found = _around(chosen)
            if found is not None:
                return found
    return _around([frame for _, frame in shown])


def _around(frames: Sequence[Any]) -> Extent | None:
    boxes = [tuple(float(side) for side in frame.total_bounds) for frame in frames]
    boxes = [box for box in boxes if all(isfinite(side) for side in box)]
    if not boxes:
        return None
    lefts, bottoms, rights, tops = zip(*boxes)
    return min(lefts), min(bottoms), max(rights), max(tops)
