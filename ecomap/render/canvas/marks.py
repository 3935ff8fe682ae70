"""Points on the map: which are visible, which stand together as a count, and how big they are at a scale."""

from __future__ import annotations

from math import floor, log2
from typing import Any

import numpy as np
from attrs import field, frozen

from ecomap.render.canvas.idbuffer import Window
from ecomap.render.style.drawing import Drawing
from ecomap.render.style.kept import Kept

_CLUSTER_PX = 44.0
_CROWDED = 0.40       # share of symbols that hide another from which a layer gives way to counts
_SMALL_PX = 6.0       # dots this small are gathered only where they hide the map: until then their density is the message
_HIDING = 0.50        # share of the ground between them that dots lie on from which they hide it
_FEW = 60             # so few are each worth seeing
_REFERENCE_PX_PER_M = 0.02


@frozen(eq=False)
class Points:
    """Coordinates of a point layer in the project's CRS, nan where a row has no point."""

    x: np.ndarray = field(repr=False)
    y: np.ndarray = field(repr=False)


@frozen(eq=False)
class Marks:
    """What a point layer shows in a window, in pixels.

    ``rows`` are drawn one by one at ``x``, ``y``; ``counts`` stand at ``count_x``, ``count_y`` for the rows gathered there.
    """

    rows: np.ndarray = field(repr=False)
    x: np.ndarray = field(repr=False)
    y: np.ndarray = field(repr=False)
    counts: np.ndarray = field(repr=False)
    count_x: np.ndarray = field(repr=False)
    count_y: np.ndarray = field(repr=False)
    scale: float = 1.0


def points_of(frame: Any) -> Points:
    """The coordinates of a frame of points, read once per frame."""
    return _points.of(frame)


def read_points(frame: Any) -> Points:
    """The coordinates of a frame of points, several of one row at their middle; no number where there is no shape."""
    import shapely  # heavy

    geometry = np.asarray(frame.geometry, dtype=object)
    odd = shapely.is_empty(geometry) | (shapely.get_type_id(geometry) > 0)  # GEOS has no x of a point that is nowhere
    if odd.any():
        geometry = shapely.centroid(np.where(shapely.is_empty(geometry), np.array(None), geometry))
    return Points(shapely.get_x(geometry), shapely.get_y(geometry))


_points = Kept(read_points)


def symbol_scale(px_per_m: float) -> float:
    """How much bigger symbols are at a scale than in the style: gently, a fifth per doubling, within 0.7-1.7.

    >>> symbol_scale(0.02), round(symbol_scale(0.04), 2), symbol_scale(10)
    (1.0, 1.19, 1.7)
    """
    return float(np.clip((px_per_m / _REFERENCE_PX_PER_M) ** 0.25, 0.7, 1.7))


def place_marks(drawing: Drawing, points: Points, window: Window, *, margin_px: float = 20.0) -> Marks:
    """Symbols and counts of a point layer in a window.

    Where symbols crowd, those that share a square are gathered into one count at their mean place. The squares
    are held to the ground, so that a count does not change while the map is only moved.
    """
    scale = symbol_scale(window.style_px_per_m) * window.ratio
    empty = np.zeros(0)
    if window.style_px_per_m < drawing.layer.style.min_scale_px_per_m:
        return Marks(np.zeros(0, np.int64), empty, empty, empty, empty, empty, scale)
    x = (points.x - window.left) * window.px_per_m
    y = (window.top - points.y) * window.px_per_m
    with np.errstate(invalid="ignore"):
        near = (x > -margin_px) & (x < window.width + margin_px) & (y > -margin_px) & (y < window.height + margin_px)
    rows = np.flatnonzero(near)
    size = drawing.layer.style.size
    few = len(points.x) < _FEW
    sized = drawing.sizes is not None  # a count would hide what the sizes say
    crowded = _hide if size <= _SMALL_PX else _crowded
    if few or sized or not crowded(x[rows], y[rows], size * scale * 0.8):
        return Marks(rows, x[rows], y[rows], empty, empty, empty, scale)
    return _gather(points, rows, x, y, window, scale)


def _crowded(x: np.ndarray, y: np.ndarray, cell: float) -> bool:
    """Whether many symbols hide each other."""
    if len(x) < 12:
        return False
    key = np.floor(x / cell) * 1_000_003 + np.floor(y / cell)
    _, count = np.unique(key, return_counts=True)
    return float(count[count > 1].sum()) / len(x) > _CROWDED


def _hide(x: np.ndarray, y: np.ndarray, cell: float) -> bool:
    """Whether dots lie on so much of the ground between the outermost of them that they hide it."""
    if len(x) < _FEW:
        return False
    places = max(float(np.ptp(x)), cell) * max(float(np.ptp(y)), cell) / cell**2
    if len(x) < _HIDING * places:
        return False
    return len(np.unique(np.floor(x / cell) * 1_000_003 + np.floor(y / cell))) > _HIDING * places


def _gather(
    points: Points, rows: np.ndarray, x: np.ndarray, y: np.ndarray, window: Window, scale: float
) -> Marks:
    cell_m = _CLUSTER_PX / 2 ** floor(log2(window.style_px_per_m))
    key = np.floor(points.x[rows] / cell_m) * 1_000_003 + np.floor(points.y[rows] / cell_m)
    _, cell, count = np.unique(key, return_inverse=True, return_counts=True)
    alone = count[cell] < 3
    many = count >= 3
    mean_x = np.bincount(cell, x[rows], len(count)) / count
    mean_y = np.bincount(cell, y[rows], len(count)) / count
    single = rows[alone]
    return Marks(single, x[single], y[single], count[many], mean_x[many], mean_y[many], scale)
