"""Points on the map: which are visible, which stand together as a count, and how big they are at a scale."""

from __future__ import annotations

from collections.abc import Sequence
from math import ceil, floor, log2, pi, sqrt
from typing import Any

import numpy as np
from attrs import field, frozen

from ecomap.model.kept import Kept
from ecomap.render.canvas.idbuffer import Window
from ecomap.render.style.drawing import Drawing

_CLUSTER_PX = 44.0
_CROWDED = 0.40       # share of symbols that hide another from which a layer gives way to counts
_SMALL_PX = 6.0       # dots this small are gathered only where they hide the map, and not each other: their density is the message
_HIDING = 0.50        # share of the ground about them that the symbols of all layers together cover from which they hide it
_STACKED_PX = 34.0    # from the count of one layer to that of another at the same place
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
    ratio: float = 1.0  # pixels of the picture per pixel of the style


@frozen(eq=False)
class _Seen:
    """The points of a layer in a window, in pixels, and the squares of the ground that they cover and stand in.

    ``covers``: pixels, 0 where single points are the message; ``about``: squares in which any of them stands.
    """

    drawing: Drawing
    points: Points
    rows: np.ndarray = field(repr=False)
    x: np.ndarray = field(repr=False)
    y: np.ndarray = field(repr=False)
    crowded: bool
    covers: float
    about: np.ndarray = field(repr=False)
    square: float = _CLUSTER_PX  # its side, in pixels


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


def halo_px(size: float) -> float:
    """What the halo around a symbol adds to its size, both sides together.

    >>> halo_px(5), halo_px(12)
    (1.5, 2.4)
    """
    return min(2.4, size * 0.3)


def place_marks(drawing: Drawing, points: Points, window: Window, *, margin_px: float = 20.0) -> Marks:
    """Symbols and counts of one point layer in a window, as if it stood alone."""
    return place_all([(drawing, points)], window, margin_px=margin_px)[drawing.layer.id]


def place_all(placed: Sequence[tuple[Drawing, Points]], window: Window, *, margin_px: float = 20.0) -> dict[str, Marks]:
    """Symbols and counts of all point layers of a map in a window, by layer.

    Where symbols crowd, or dots hide the map, those that share a square are gathered into one count at their mean place. The squares
    are held to the ground, so that a count does not change while the map is only moved. Counts of several layers stand one below the other.
    """
    seen = [_seen(drawing, points, window, margin_px) for drawing, points in placed]
    giving_way = _giving_way(seen)
    gathered = [one.drawing.layer.id for one in seen if one in giving_way]
    marks = {}
    for one in seen:
        layer_id, scale = one.drawing.layer.id, symbol_scale(window.style_px_per_m) * window.ratio
        if layer_id in gathered:
            place = gathered.index(layer_id) - (len(gathered) - 1) / 2
            marks[layer_id] = _gather(one, window, scale, place * _STACKED_PX * scale)
        else:
            none = np.zeros(0)
            marks[layer_id] = Marks(one.rows, one.x, one.y, none, none, none, scale, window.ratio)
    return marks


def _seen(drawing: Drawing, points: Points, window: Window, margin_px: float) -> _Seen:
    nowhere = np.zeros((0, 0), dtype=bool)
    style = drawing.layer.style
    if window.style_px_per_m < style.min_scale_px_per_m:
        return _Seen(drawing, points, np.zeros(0, np.int64), np.zeros(0), np.zeros(0), False, 0.0, nowhere)
    x = (points.x - window.left) * window.px_per_m
    y = (window.top - points.y) * window.px_per_m
    with np.errstate(invalid="ignore"):
        near = (x > -margin_px) & (x < window.width + margin_px) & (y > -margin_px) & (y < window.height + margin_px)
    rows = np.flatnonzero(near)
    x, y = x[rows], y[rows]
    cell = style.size * symbol_scale(window.style_px_per_m) * window.ratio * 0.8
    single = len(points.x) < _FEW or drawing.sizes is not None  # few are each worth seeing; a count would hide what sizes say
    crowded = not single and style.size > _SMALL_PX and _crowded(x, y, cell)
    if single or crowded or len(rows) < _FEW:
        return _Seen(drawing, points, rows, x, y, crowded, 0.0, nowhere)
    square = _CLUSTER_PX * window.ratio
    side = sqrt(pi) / 2 * (style.size + halo_px(style.size)) * symbol_scale(window.style_px_per_m) * window.ratio  # of a square as large as a symbol
    covers = float(_squares(x, y, side, window, margin_px).sum()) * side**2
    return _Seen(drawing, points, rows, x, y, False, covers, _squares(x, y, square, window, margin_px), square)


def _giving_way(seen: Sequence[_Seen]) -> list[_Seen]:
    """The layers whose points are gathered: those that crowd, and of what hides the map the most, until it is seen between the rest."""
    gathered = [one for one in seen if one.crowded]
    standing = sorted((one for one in seen if one.covers), key=lambda one: one.covers)
    while standing and _covered(standing) > _HIDING:
        gathered.append(standing.pop())
    return gathered


def _covered(seen: Sequence[_Seen]) -> float:
    """The share of the ground about some points that their symbols cover, as if those of one layer lay by chance among those of another."""
    about = seen[0].about.copy()
    for one in seen[1:]:
        about |= one.about
    ground = float(about.sum()) * seen[0].square**2
    return 1 - float(np.prod([1 - min(one.covers / ground, 1.0) for one in seen]))


def _squares(x: np.ndarray, y: np.ndarray, side: float, window: Window, margin_px: float) -> np.ndarray:
    """Which squares of the ground, as a grid over the window, have a point in them."""
    across = x + margin_px + (window.left * window.px_per_m) % side
    down = y + margin_px + (-window.top * window.px_per_m) % side
    high, wide = (ceil((size + 2 * margin_px) / side) + 2 for size in (window.height, window.width))
    grid = np.zeros((high, wide), dtype=bool)
    grid[(down / side).astype(np.int64), (across / side).astype(np.int64)] = True
    return grid


def _crowded(x: np.ndarray, y: np.ndarray, cell: float) -> bool:
    """Whether many symbols hide each other."""
    if len(x) < 12:
        return False
    key = np.floor(x / cell) * 1_000_003 + np.floor(y / cell)
    _, count = np.unique(key, return_counts=True)
    return float(count[count > 1].sum()) / len(x) > _CROWDED


def _gather(seen: _Seen, window: Window, scale: float, lowered: float) -> Marks:
    points, rows, x, y = seen.points, seen.rows, seen.x, seen.y
    cell_m = _CLUSTER_PX / 2 ** floor(log2(window.style_px_per_m))
    key = np.floor(points.x[rows] / cell_m) * 1_000_003 + np.floor(points.y[rows] / cell_m)
    _, cell, count = np.unique(key, return_inverse=True, return_counts=True)
    alone = count[cell] < 3
    many = count >= 3
    mean_x = np.bincount(cell, x, len(count)) / np.maximum(count, 1)
    mean_y = np.bincount(cell, y, len(count)) / np.maximum(count, 1)
    return Marks(rows[alone], x[alone], y[alone], count[many], mean_x[many], mean_y[many] + lowered, scale, window.ratio)
