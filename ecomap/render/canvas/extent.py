"""What "everything" is on a map: the bulk of the places the question is about, not the context around them, nor what lies astray.

One rule for window, picture, paper and page. What it leaves out is counted, so that it can be told.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

import numpy as np

from ecomap.model import vocabulary as v
from ecomap.model.kept import Kept
from ecomap.model.layer import NO_GEOMETRY, Layer
from ecomap.model.roles import ROLES

Extent = tuple[float, float, float, float]

_FIRST = ({v.NEED_AREA}, {v.ATTENDANCE_AREA, v.DISTRICT}, set(ROLES) - {v.REFERENCE, v.GROUND} | {v.RESULT})
CONTEXT: Final = (v.REFERENCE, v.GROUND, v.DISTRICT)  # lies around the places in question, and may reach far beyond them
BULK: Final = 0.8         # at least this part of the places is never astray
GAP: Final = 2.5          # what lies astray is this many times as far from the middle as all that does not
LEAST_M: Final = 1_000.0  # how far from the middle places may lie at least before any is called astray
FEWEST: Final = 5         # of fewer places none is astray


def extent_of(placed: Sequence[tuple[Layer, Any]]) -> Extent | None:
    """(left, bottom, right, top) of the bulk of the layers that matter most: need areas, else districts, else all but reference.

    None where there is nothing with a place.
    """
    shown = [(layer, frame) for layer, frame in placed if layer.geometry != NO_GEOMETRY and len(frame)]
    for roles in _FIRST:
        found = _around([frame for layer, frame in shown if layer.role in roles])
        if found is not None:
            return found
    return _around([frame for _, frame in shown])


def bulk(boxes: np.ndarray) -> np.ndarray:
    """Which boxes (rows of left, bottom, right, top) are no strays.

    From the middle of all outwards, the first wide gap ends the bulk: what lies beyond is at least two and a half times as far away
    as everything before. At least four fifths of the places always belong to it.

    >>> near = np.array([[x, 0.0, x, 0.0] for x in range(0, 9000, 1000)])
    >>> bulk(np.vstack([near, [[400_000.0, 0.0, 400_000.0, 0.0]]])).tolist() == [True] * 9 + [False]
    True
    """
    count = len(boxes)
    if count < FEWEST:
        return np.ones(count, bool)
    middles = (boxes[:, :2] + boxes[:, 2:]) / 2
    away = np.abs(middles - np.median(middles, axis=0)).max(axis=1)
    ordered = np.maximum(np.sort(away), LEAST_M)
    first = max(int(np.ceil(BULK * count)), 1)
    wide = np.flatnonzero(ordered[first:] > GAP * ordered[first - 1 : -1])
    return away < ordered[first + wide[0]] if len(wide) else np.ones(count, bool)


def everything(placed: Sequence[tuple[Layer, Any]]) -> Extent | None:
    """The extent of all places, those astray among them; context only where there is nothing else."""
    told = [frame for layer, frame in placed if layer.geometry != NO_GEOMETRY and layer.role not in CONTEXT]
    boxes = [box for frame in told or [frame for _, frame in placed] if (box := _whole.of(frame)) is not None]
    return _box_around(np.array(boxes)) if boxes else None


def beyond(placed: Sequence[tuple[Layer, Any]], view: Extent) -> int:
    """How many places of these layers (what is only context not counted) lie wholly outside a view; each place once."""
    boxes = _boxes([frame for layer, frame in placed if layer.geometry != NO_GEOMETRY and layer.role not in CONTEXT])
    left, bottom, right, top = view
    out = (boxes[:, 2] < left) | (boxes[:, 0] > right) | (boxes[:, 3] < bottom) | (boxes[:, 1] > top)
    return len(np.unique(boxes[out].round(), axis=0))


def _around(frames: Sequence[Any]) -> Extent | None:
    if len(frames) == 1:
        return _bulk.of(frames[0])
    boxes = _boxes(frames)
    return _box_around(boxes[bulk(boxes)]) if len(boxes) else None


def _box_around(boxes: np.ndarray) -> Extent:
    left, bottom = boxes[:, :2].min(axis=0)
    right, top = boxes[:, 2:].max(axis=0)
    return float(left), float(bottom), float(right), float(top)


def _boxes(frames: Sequence[Any]) -> np.ndarray:
    """The box of every row that has a place."""
    found = [_kept.of(frame) for frame in frames]
    return np.concatenate(found) if found else np.zeros((0, 4))


def _read(frame: Any) -> np.ndarray:
    import shapely  # heavy

    boxes = shapely.bounds(np.asarray(frame.geometry, dtype=object)).reshape(-1, 4)
    return np.asarray(boxes[np.isfinite(boxes).all(axis=1)])


def _read_bulk(frame: Any) -> Extent | None:
    boxes = _kept.of(frame)
    return _box_around(boxes[bulk(boxes)]) if len(boxes) else None


def _read_whole(frame: Any) -> Extent | None:
    boxes = _kept.of(frame)
    return _box_around(boxes) if len(boxes) else None


_kept: Kept[np.ndarray] = Kept(_read)
_bulk: Kept[Extent | None] = Kept(_read_bulk)
_whole: Kept[Extent | None] = Kept(_read_whole)
