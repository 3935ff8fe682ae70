"""Coordinates of a layer for drawing: one simplified copy per power of two of the scale, as flat arrays."""

from __future__ import annotations

import os
import threading
from concurrent.futures import ThreadPoolExecutor
from math import floor, log2
from operator import is_
from pathlib import Path
from typing import Any

import numpy as np
from attrs import field, frozen

from ecomap.model.errors import InputError
from ecomap.model.kept import Kept
from ecomap.model.said import say

FINEST = -2  # 0.25 m per pixel; closer than that the full coordinates are used
_MOST_EDGES = 2_000_000  # above this, looking for shared edges takes longer than drawing them twice
_SHARED_FROM = 10_000    # shapes to each processor
_POLYGONS = (3, 6)


@frozen(eq=False)
class Edges:
    """Straight pieces of the outlines of a layer, in metres from the layer's middle (float32).

    ``feature`` is the row each edge belongs to (ascending); ``turn`` is +1 or -1 so that ``turn * direction`` winds
    the same way round everything filled; ``along_m`` is the length from the start of the ring; ``first[f]`` to
    ``first[f + 1]`` are the edges of row f; ``lead`` is false where another row has drawn the same edge before.
    """

    x0: np.ndarray
    y0: np.ndarray
    x1: np.ndarray
    y1: np.ndarray
    feature: np.ndarray
    turn: np.ndarray
    along_m: np.ndarray
    lead: np.ndarray
    first: np.ndarray

    def __len__(self) -> int:
        return len(self.x0)

    def nbytes(self) -> int:
        return sum(array.nbytes for array in (self.x0, self.y0, self.x1, self.y1, self.feature, self.turn, self.along_m, self.lead, self.first))

    def of(self, visible: np.ndarray) -> Edges:
        """Only the edges of the rows where ``visible`` is true (``first`` is left empty)."""
        return self.part(np.repeat(visible, np.diff(self.first)))

    def part(self, take: slice | np.ndarray) -> Edges:
        """Some of the edges (``first`` is left empty)."""
        return Edges(
            self.x0[take],
            self.y0[take],
            self.x1[take],
            self.y1[take],
            self.feature[take],
            self.turn[take],
            self.along_m[take],
            self.lead[take],
            first=self.first[:0],
        )


@frozen(eq=False)
class Shapes:
    """The geometry of a layer, ready for drawing at any scale.

    ``bounds`` has (left, bottom, right, top) per row in the project's CRS, nan for rows without geometry;
    ``origin`` is what has been taken off the coordinates. Levels are made when first asked for and kept.
    """

    geometry: Any = field(repr=False)          # shapely array
    bounds: np.ndarray = field(repr=False)
    origin: tuple[float, float]
    filled: bool                               # polygons
    cache_dir: Path | None = None
    cache_key: str = ""
    _levels: dict[int, Edges] = field(factory=dict, repr=False)
    _lock: Any = field(factory=threading.Lock, repr=False)

    def __len__(self) -> int:
        return len(self.bounds)

    def level(self, px_per_m: float) -> Edges:
        """The edges for a scale, off by at most half a pixel."""
        number = max(floor(log2(1 / px_per_m)), FINEST)
        with self._lock:
            found = self._levels.get(number)
            if found is None:
                found = self._stored(number) or self._build(number)
                self._levels[number] = found
        return found

    def _build(self, number: int) -> Edges:
        geometry = self.geometry
        if number > FINEST:
            geometry = _simplified(geometry, 0.5 * 2.0**number)
        edges = edges_of(geometry, self.origin)
        if self.cache_dir is not None and self.cache_key:
            names = ("x0", "y0", "x1", "y1", "feature", "turn", "along_m", "lead", "first")
            self.cache_dir.mkdir(parents=True, exist_ok=True)
            np.savez(self._path(number), **{name: getattr(edges, name) for name in names})
        return edges

    def nbytes(self) -> int:
        """The bytes of the levels made so far."""
        with self._lock:
            levels = tuple(self._levels.values())
        return int(self.bounds.nbytes) + sum(level.nbytes() for level in levels)

    def _stored(self, number: int) -> Edges | None:
        if self.cache_dir is None or not self.cache_key or not self._path(number).is_file():
            return None
        with np.load(self._path(number)) as arrays:
            return Edges(**{name: arrays[name] for name in arrays.files})

    def _path(self, number: int) -> Path:
        assert self.cache_dir is not None
        return self.cache_dir / f"{self.cache_key}.{number}.npz"


def build_shapes(frame: Any, *, cache_dir: Path | None = None, cache_key: str = "") -> Shapes:
    """The shapes of a frame of polygons or lines.

    Parameters
    ----------
    frame : GeoDataFrame or array of geometries
        In a projected CRS, metres. Missing and empty geometries are allowed and never drawn.
    cache_dir, cache_key : Path, str, optional
        Where simplified coordinates are kept between runs, and a name that changes when the rows do.
    """
    import shapely  # heavy

    geometry = np.asarray(getattr(frame, "geometry", frame), dtype=object)
    bounds = shapely.bounds(geometry).reshape(-1, 4)
    if np.isnan(bounds).all():
        origin = (0.0, 0.0)
    else:
        origin = (
            float(np.nanmin(bounds[:, 0]) + np.nanmax(bounds[:, 2])) / 2,
            float(np.nanmin(bounds[:, 1]) + np.nanmax(bounds[:, 3])) / 2,
        )
    kinds = shapely.get_type_id(geometry)
    filled = bool(np.isin(kinds, _POLYGONS).any())
    if (kinds == 7).any():
        raise InputError(say("A layer mixes kinds of geometry in one row."), say("Split it into one kind per layer."))
    return Shapes(geometry, bounds, origin, filled, cache_dir, cache_key)


def _built_once(frame: Any) -> Shapes:
    """The shapes of a frame; rows that have the very shapes of another frame, as those of an answer, are drawn from its."""
    geometry = np.asarray(frame.geometry, dtype=object)
    known = next((shapes for shapes in _shapes.all() if len(shapes) == len(geometry) and all(map(is_, shapes.geometry, geometry))), None)
    return known or build_shapes(frame)


_shapes = Kept(_built_once, weigh=Shapes.nbytes)


def shapes_of(frame: Any) -> Shapes:
    """The shapes of a frame, built once per frame."""
    return _shapes.of(frame)


def _simplified(geometry: Any, off_by_m: float) -> Any:
    """The shapes with fewer corners; of many, a part on every processor, since GEOS needs no lock for it."""
    import shapely  # heavy

    parts = np.array_split(geometry, min(os.cpu_count() or 1, max(len(geometry) // _SHARED_FROM, 1)))
    if len(parts) < 2:
        return shapely.simplify(geometry, off_by_m, preserve_topology=False)
    with ThreadPoolExecutor(len(parts), "simplify") as pool:
        return np.concatenate(list(pool.map(lambda part: shapely.simplify(part, off_by_m, preserve_topology=False), parts)))


def edges_of(geometry: np.ndarray, origin: tuple[float, float]) -> Edges:
    """Flat edges of polygons (rings, holes turned the other way) or lines, row by row."""
    import shapely  # heavy

    kinds = shapely.get_type_id(geometry)
    rows = np.flatnonzero((kinds >= 0) & ~shapely.is_empty(geometry))
    polygons = np.isin(kinds[rows], _POLYGONS)
    parts, part_of = shapely.get_parts(geometry[rows[polygons]], return_index=True)
    rings, ring_of = shapely.get_rings(parts, return_index=True)
    exterior = np.ones(len(rings), bool)
    exterior[1:] = ring_of[1:] != ring_of[:-1]
    ring_row = rows[polygons][part_of[ring_of]] if len(rings) else np.zeros(0, np.int64)
    if polygons.all():
        return _flat_edges(rings, ring_row, exterior, origin, len(geometry))
    lines, line_of = shapely.get_parts(geometry[rows[~polygons]], return_index=True)
    line_row = rows[~polygons][line_of]
    everything = np.concatenate([rings, lines])
    row = np.concatenate([ring_row, line_row])
    order = np.argsort(row, kind="stable")
    outer = np.concatenate([exterior, np.ones(len(lines), bool)])
    return _flat_edges(everything[order], row[order], outer[order], origin, len(geometry))


def _flat_edges(
    rings: np.ndarray, row: np.ndarray, exterior: np.ndarray, origin: tuple[float, float], count: int
) -> Edges:
    import shapely  # heavy

    coordinates, ring = shapely.get_coordinates(rings, return_index=True)
    x = (coordinates[:, 0] - origin[0]).astype(np.float32)
    y = (coordinates[:, 1] - origin[1]).astype(np.float32)
    same = ring[1:] == ring[:-1]
    x0, x1, y0, y1 = x[:-1][same], x[1:][same], y[:-1][same], y[1:][same]
    ring = ring[:-1][same]
    double_area = np.bincount(ring, x0.astype(float) * y1 - x1.astype(float) * y0, len(rings))
    turn = np.where((double_area > 0) == exterior, 1, -1).astype(np.int8)
    length = np.hypot(x1 - x0, y1 - y0).astype(np.float64)
    run = np.cumsum(length) - length
    start = np.searchsorted(ring, np.arange(len(rings)))
    base = run[np.minimum(start, max(len(run) - 1, 0))] if len(run) else run
    feature = row[ring].astype(np.int32)
    first = np.searchsorted(feature, np.arange(count + 1)).astype(np.int64)
    along = (run - base[ring]).astype(np.float32) if len(run) else run.astype(np.float32)
    return Edges(x0, y0, x1, y1, feature, turn[ring], along, _first_of_equals(x0, y0, x1, y1), first)


def _first_of_equals(x0: np.ndarray, y0: np.ndarray, x1: np.ndarray, y1: np.ndarray) -> np.ndarray:
    """Whether an edge is the first between its two ends: neighbours share edges, and one line is enough."""
    if len(x0) > _MOST_EDGES:
        return np.ones(len(x0), bool)
    start, end = x0.astype(float) + 1j * y0, x1.astype(float) + 1j * y1
    low = np.where((start.real < end.real) | ((start.real == end.real) & (start.imag < end.imag)), start, end)
    key = low + (start + end - low) * np.pi
    lead = np.zeros(len(key), bool)
    lead[np.unique(key, return_index=True)[1]] = True
    return lead
