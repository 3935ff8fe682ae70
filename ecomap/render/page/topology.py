"""Borders written once: the polygons and lines of several layers as shared, quantised arcs in degrees.

Two neighbours, or two layers that follow the same border, refer to the same arc, so a page carries each border once
and a border that is simplified stays shared: no slivers, no overlaps.
"""

from __future__ import annotations

import base64
import itertools
import math
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import shapely
from attrs import field, frozen

STEPS_PER_DEGREE = 100_000  # the quantum: 1.1 m north-south
_GEOGRAPHIC = "EPSG:4326"
_METRES_PER_STEP = 40_007_863 / 360 / STEPS_PER_DEGREE
_POINT_BITS = 26            # |360 degrees| in steps needs 26 bits

Parts = list[list[list[int]]]  # polygons -> rings -> arc numbers; ~n is arc n walked backwards


@frozen
class Topology:
    """Arcs (whole steps of 1/100,000 degree: longitude, latitude) and, per layer and row, how they join to rings.

    ``shapes[name][row]`` lists polygons, each a list of rings (outer first), each a list of arc numbers; a line has
    one "ring" per part. Rows without a shape, or smaller than the quantum, have an empty list.
    """

    arcs: tuple[Any, ...] = field(eq=False, repr=False)  # int64 arrays of shape (n, 2)
    shapes: Mapping[str, list[Parts]] = field(eq=False, repr=False)

    @property
    def points(self) -> int:
        return sum(len(arc) for arc in self.arcs)


@frozen
class Borders:
    """The borders of all layers cut into shared arcs, before any point is left out."""

    points: Any = field(eq=False, repr=False)
    arcs: Sequence[Any] = field(eq=False, repr=False)
    shapes: Mapping[str, list[Parts]] = field(eq=False, repr=False)

    def simplified(self, metres: float) -> Topology:
        """As arcs that lie no further from the true border than so many metres."""
        return Topology(_simplified(self.arcs, self.points, metres) if len(self.arcs) else (), self.shapes)


def build_topology(layers: Mapping[str, Any], *, simplify_m: float = 0.0) -> Topology:
    """Cut the borders of all layers into shared arcs.

    Parameters
    ----------
    layers : mapping
        Name -> GeoSeries of polygons or lines with a CRS. Missing and empty geometries are allowed.
    simplify_m : float
        How far a simplified border may lie from the true one, in metres (Douglas and Peucker 1973). Points where
        three borders meet never move.
    """
    return cut_borders(layers).simplified(simplify_m)


def cut_borders(layers: Mapping[str, Any]) -> Borders:
    """Cut the borders of all layers into shared arcs, once for whatever is drawn of them."""
    chains = _Chains()
    for name, series in layers.items():
        chains.add(name, series)
    points, ids, starts = chains.joined()
    if not len(ids):
        return Borders(points, (), {name: [[] for _ in series] for name, series in layers.items()})
    node = _nodes(ids, starts, chains.closed)
    cutter = _Cutter(points)
    numbers = [
        cutter.cut(ids[start:end], node, closed)
        for start, end, closed in zip(starts[:-1], starts[1:], chains.closed)
    ]
    return Borders(points, cutter.arcs, chains.shapes(layers, numbers))


class _Chains:
    """All rings and lines, one after another, with the layer, row and part that each belongs to."""

    def __init__(self) -> None:
        self._coordinates: list[Any] = []
        self._lengths: list[Any] = []
        self._owners: list[tuple[str, int, int]] = []  # layer, row, part
        self.closed: list[bool] = []

    def add(self, name: str, series: Any) -> None:
        """Take the rings of polygons (or the parts of lines) of one layer, re-projected to degrees."""
        geometries = np.asarray(series.to_crs(_GEOGRAPHIC).array)
        filled = np.flatnonzero(~(shapely.is_missing(geometries) | shapely.is_empty(geometries)))
        parts, row = shapely.get_parts(geometries[filled], return_index=True)
        areal = shapely.get_type_id(parts) == shapely.GeometryType.POLYGON
        part_number = np.arange(len(parts))
        lines, line_part = parts[~areal], part_number[~areal]
        rings, ring_part = shapely.get_rings(parts[areal], return_index=True)
        chains = np.concatenate([rings, lines])
        part = np.concatenate([part_number[areal][ring_part], line_part]).astype(int)
        order = np.argsort(part, kind="stable")
        chains, part = chains[order], part[order]
        steps = np.rint(shapely.get_coordinates(chains) * STEPS_PER_DEGREE).astype(np.int64)
        self._coordinates.append(steps)
        self._lengths.append(shapely.get_num_coordinates(chains))
        self._owners += [(name, int(filled[row[p]]), int(p)) for p in part]
        self.closed += [bool(areal[p]) for p in part]

    def joined(self) -> tuple[Any, Any, Any]:
        """Distinct points, the point number of every vertex, and where each chain starts. No point twice in a row."""
        if not self._coordinates:
            return np.empty((0, 2), np.int64), np.empty(0, np.int64), np.zeros(1, np.int64)
        steps = np.concatenate(self._coordinates)
        lengths = np.concatenate(self._lengths).astype(np.int64)
        chain = np.repeat(np.arange(len(lengths)), lengths)
        packed = ((steps[:, 0] + (1 << _POINT_BITS)) << (_POINT_BITS + 1)) + steps[:, 1] + (1 << _POINT_BITS)
        _, first, ids = np.unique(packed, return_index=True, return_inverse=True)
        keep = np.ones(len(ids), bool)
        keep[1:] = (ids[1:] != ids[:-1]) | (chain[1:] != chain[:-1])
        counts = np.bincount(chain[keep], minlength=len(lengths))
        return steps[first], ids[keep], np.concatenate([[0], np.cumsum(counts)])

    def shapes(self, layers: Mapping[str, Any], numbers: Sequence[list[int]]) -> dict[str, list[Parts]]:
        """Per layer and row, the arc numbers grouped into parts."""
        found: dict[str, list[Parts]] = {name: [[] for _ in range(len(series))] for name, series in layers.items()}
        last: tuple[str, int, int] | None = None
        for owner, arcs in zip(self._owners, numbers):
            name, row, _part = owner
            if owner != last:
                last = owner
                found[name][row].append([])
            if arcs:
                found[name][row][-1].append(arcs)
        for rows in found.values():
            for row_parts in rows:
                row_parts[:] = [part for part in row_parts if part]
        return found


def _nodes(ids: Any, starts: Any, closed: Sequence[bool]) -> Any:
    """True for every point where borders part: its two neighbours are not the same pair everywhere it is passed."""
    before, after = np.roll(ids, 1), np.roll(ids, -1)
    ring = np.asarray(closed)
    filled = np.diff(starts) > 0
    first, last = starts[:-1][filled], starts[1:][filled] - 1
    before[first] = np.where(ring[filled], ids[np.maximum(last - 1, first)], -1)
    after[last] = np.where(ring[filled], ids[np.minimum(first + 1, last)], -1)
    pair = np.stack([ids, np.minimum(before, after), np.maximum(before, after)])
    order = np.lexsort(pair[::-1])
    pair = pair[:, order]
    differs = (pair[0, 1:] == pair[0, :-1]) & ((pair[1:, 1:] != pair[1:, :-1]).any(axis=0))
    node = np.zeros(int(ids.max()) + 1, bool)
    node[pair[0, 1:][differs]] = True
    open_ends = ~ring[filled]
    node[ids[first[open_ends]]] = True
    node[ids[last[open_ends]]] = True
    return node


class _Cutter:
    """Cuts chains at nodes and keeps each distinct arc once."""

    def __init__(self, points: Any) -> None:
        self._points = points
        self._known: dict[bytes, int] = {}
        self.arcs: list[Any] = []

    def cut(self, chain: Any, node: Any, closed: bool) -> list[int]:
        """The arc numbers of one chain; empty if it is smaller than the quantum."""
        if len(chain) < (4 if closed else 2):
            return []
        if closed:
            ring = chain[:-1]
            cuts = np.flatnonzero(node[ring])
            turn = int(cuts[0]) if len(cuts) else int(np.argmin(ring))
            ring = np.roll(ring, -turn)
            chain = np.append(ring, ring[0])
        inner = np.flatnonzero(node[chain[1:-1]]) + 1
        ends = [0, *inner.tolist(), len(chain) - 1]
        return [self._number(chain[a : b + 1]) for a, b in itertools.pairwise(ends)]

    def _number(self, arc: Any) -> int:
        reverse = tuple(arc[::-1][:2]) < tuple(arc[:2])
        ordered = np.ascontiguousarray(arc[::-1] if reverse else arc)
        key = ordered.tobytes()
        number = self._known.get(key)
        if number is None:
            number = self._known[key] = len(self.arcs)
            self.arcs.append(ordered)
        return ~number if reverse else number


def _simplified(arcs: Sequence[Any], points: Any, simplify_m: float) -> tuple[Any, ...]:
    """The arcs as steps, with points left out where the border stays within the tolerance."""
    steps = [points[arc] for arc in arcs]
    if simplify_m <= 0:
        return tuple(steps)
    middle = math.radians(float(points[:, 1].mean()) / STEPS_PER_DEGREE)
    metres = np.array([math.cos(middle), 1.0]) * _METRES_PER_STEP
    lengths = [len(arc) for arc in steps]
    index = np.repeat(np.arange(len(steps)), lengths)
    lines = shapely.linestrings(np.concatenate(steps) * metres, indices=index)
    lines = shapely.simplify(lines, simplify_m, preserve_topology=False)
    coordinates, index = shapely.get_coordinates(lines, return_index=True)
    fewer = np.rint(coordinates / metres).astype(np.int64)
    bounds = np.searchsorted(index, np.arange(len(steps) + 1))
    thin = [fewer[a:b] for a, b in itertools.pairwise(bounds)]
    return tuple(_kept(full, short) for full, short in zip(steps, thin))


def _kept(full: Any, short: Any) -> Any:
    """The simplified arc, or a coarse triangle's worth of the full one where a loop would collapse."""
    loop = bool((full[0] == full[-1]).all())
    if len(short) >= (4 if loop else 2):
        return short
    if not loop:
        return full[[0, -1]]
    third = max(len(full) // 3, 1)
    return full[[0, third, min(2 * third, len(full) - 2), -1]]


def encode_arcs(arcs: Sequence[Any]) -> str:
    """Arcs as text: per arc its length, then steps from point to point; zigzag, 7 bits a byte, base64."""
    if not arcs:
        return ""
    lengths = np.array([len(arc) for arc in arcs])
    points = np.concatenate(arcs)
    moves = np.diff(points, axis=0, prepend=np.zeros((1, 2), np.int64)).ravel()
    zigzag = (moves << 1) ^ (moves >> 63)
    heads = np.concatenate([[0], np.cumsum(lengths)[:-1]]) * 2
    return base64.b64encode(_varint(np.insert(zigzag, heads, lengths))).decode("ascii")


def decode_arcs(text: str) -> tuple[Any, ...]:
    """The arcs that `encode_arcs` wrote."""
    values, value, shift = [], 0, 0
    for byte in base64.b64decode(text):
        value |= (byte & 0x7F) << shift
        shift += 7
        if byte < 0x80:
            values.append(value)
            value, shift = 0, 0
    arcs, at, here = [], 0, np.zeros(2, np.int64)
    while at < len(values):
        count = values[at]
        moves = np.array(values[at + 1 : at + 1 + 2 * count], np.int64).reshape(-1, 2)
        arc = here + np.cumsum((moves >> 1) ^ -(moves & 1), axis=0)
        arcs.append(arc)
        here = arc[-1]
        at += 1 + 2 * count
    return tuple(arcs)


def _varint(values: Any) -> bytes:
    """Whole numbers as 7 bits a byte, low bits first, the high bit set on all but a number's last byte."""
    rest = values.astype(np.uint64)
    sizes = np.ones(len(rest), np.int64)
    bound = rest >> np.uint64(7)
    while bound.any():
        sizes += bound > 0
        bound >>= np.uint64(7)
    starts = np.concatenate([[0], np.cumsum(sizes)])
    out = np.zeros(int(starts[-1]), np.uint8)
    for place in range(int(sizes.max())):
        here = sizes > place
        byte = (rest[here] >> np.uint64(7 * place)) & np.uint64(0x7F)
        more = (sizes[here] > place + 1).astype(np.uint64) << np.uint64(7)
        out[starts[:-1][here] + place] = (byte | more).astype(np.uint8)
    return out.tobytes()


def rings(topology: Topology, parts: Parts) -> list[list[Any]]:
    """The rings of one row in degrees, joined from their arcs: polygons -> rings -> array (n, 2) of lon, lat."""
    return [[_joined(topology, ring) / STEPS_PER_DEGREE for ring in part] for part in parts]


def _joined(topology: Topology, ring: Sequence[int]) -> Any:
    pieces = [topology.arcs[n] if n >= 0 else topology.arcs[~n][::-1] for n in ring]
    return np.concatenate([pieces[0], *(piece[1:] for piece in pieces[1:])])
