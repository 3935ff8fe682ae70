"""Which stored shapes are what they should be: readable, of the layer's kind, and somewhere on the earth."""

from __future__ import annotations

import struct
from collections.abc import Sequence
from typing import Any, Final

import numpy as np
import shapely

from ecomap.io.store.geometry import GeometryRecord, geometries_of, says_empty, start_of, wkb_of
from ecomap.model.layer import LINE, POINT, POLYGON

FARTHEST_M: Final = 1e8         # from the origin of the coordinate system; the earth is 4e7 m around
_DEEPEST: Final = 32            # shapes within shapes
_AT_ONCE: Final = 5_000         # shapes
_NEVER_DEEP: Final = 2_000      # bytes: too short to nest dangerously
_DIMENSIONS: Final = {POINT: 0, LINE: 1, POLYGON: 2}
_TYPES: Final = {"POINT": 0, "MULTIPOINT": 0, "LINESTRING": 1, "MULTILINESTRING": 1, "POLYGON": 2, "MULTIPOLYGON": 2}
_POINT, _LINE, _POLYGON = 1, 2, 3


def believed_shapes(record: GeometryRecord, blobs: Sequence[Any], kind: str, *, thorough: bool) -> tuple[np.ndarray, list[int]]:
    """The shapes of a column, None where one is not believed, and the places of these.

    Parameters
    ----------
    kind : str
        Of the layer's geometry: "point", "line", "polygon"; anything else takes every kind.
    thorough : bool
        Whether shapes of another kind or that cross themselves are looked for: not needed where the rows are as they were written.
    """
    pieces = [_piece(blobs[first:first + _AT_ONCE]) for first in range(0, len(blobs), _AT_ONCE)]
    shapes = np.concatenate([piece for piece, _ in pieces]) if pieces else np.empty(0, dtype=object)
    given = np.fromiter((blob is not None for blob in blobs), dtype=bool, count=len(blobs)) if None in blobs else np.ones(len(blobs), dtype=bool)
    wrong = given & shapely.is_missing(shapes)
    wrong |= np.concatenate([far for _, far in pieces]) if pieces else wrong
    if thorough:
        wrong |= _unsound(record, shapes, kind, wrong)
        wrong |= _hollow(blobs, shapes)
    if wrong.any():
        shapes = shapes.copy()
        shapes[wrong] = None
    return geometries_of(record, shapes), [int(place) for place in np.flatnonzero(wrong)]


def _unsound(record: GeometryRecord, shapes: np.ndarray, kind: str, wrong: np.ndarray) -> np.ndarray:
    """Shapes of another kind than the column's, and those that cross themselves."""
    present = ~shapely.is_missing(shapes)
    unsound = present & ~wrong & ~shapely.is_valid(shapes)
    wanted = _TYPES.get(record.type_name, _DIMENSIONS.get(kind))
    if wanted is not None:
        collection = shapely.get_type_id(shapes) == 7
        unsound |= present & (shapely.get_dimensions(shapes) != wanted) & ~(collection & (record.type_name not in _TYPES))
    return unsound


def _hollow(blobs: Sequence[Any], shapes: np.ndarray) -> np.ndarray:
    """Shapes without a point that are not written as EcoMap writes those."""
    hollow = shapely.is_empty(shapes)
    for place in map(int, np.flatnonzero(hollow)):
        hollow[place] = not says_empty(blobs[place])
    return hollow


def _far(shapes: np.ndarray) -> np.ndarray:
    """Shapes with a coordinate that is no number or beyond anywhere on the earth."""
    far = np.zeros(len(shapes), dtype=bool)
    coordinates = shapely.get_coordinates(shapes)
    with np.errstate(invalid="ignore"):
        if len(coordinates) and not (np.abs(coordinates) <= FARTHEST_M).all():
            coordinates, row = shapely.get_coordinates(shapes, return_index=True)
            far[row[~(np.abs(coordinates) <= FARTHEST_M).all(axis=1)]] = True
    return far


def _piece(blobs: Sequence[Any]) -> tuple[np.ndarray, np.ndarray]:
    """Some shapes, and which of them lie too far away: few at once, since nothing else goes on while they are read."""
    with np.errstate(invalid="ignore"):
        shapes = shapely.from_wkb(np.array(_every_wkb(blobs), dtype=object), on_invalid="ignore")
    return shapes, _far(shapes)


def _every_wkb(blobs: Sequence[Any]) -> list[bytes | None]:
    """The shape within each cell; where all begin alike, the beginning is looked at once."""
    if set(map(type, blobs)) == {bytes} and len({blob[:4] for blob in blobs}) == 1 and (start := start_of(blobs[0])):
        return [blob[start:] if len(blob) <= _NEVER_DEEP else _safe_wkb(blob) for blob in blobs]
    return [_safe_wkb(blob) for blob in blobs]


def _safe_wkb(blob: Any) -> bytes | None:
    """The shape within a cell; None where it is no cell of ours, or one that nests deeper than any reader can follow."""
    if not isinstance(blob, bytes):
        return None
    wkb = wkb_of(blob)
    return wkb if len(blob) <= _NEVER_DEEP or (wkb is not None and _shallow(wkb)) else None


def _shallow(wkb: bytes) -> bool:
    """Whether shapes stand within shapes only a few deep, and take no more bytes than there are."""
    place, open_ = 0, [1]
    try:
        while open_:
            if open_[-1] == 0:
                open_.pop()
                continue
            open_[-1] -= 1
            order = "<" if wkb[place] else ">"
            code = struct.unpack_from(f"{order}I", wkb, place + 1)[0]
            kind, width = _kind_and_width(code)
            place += 5 + (4 if code & 0x20000000 else 0)
            if kind == _POINT:
                place += width
                continue
            count = struct.unpack_from(f"{order}I", wkb, place)[0]
            place += 4
            if kind == _LINE:
                place += count * width
            elif kind == _POLYGON:
                for _ in range(count):
                    place += 4 + width * struct.unpack_from(f"{order}I", wkb, place)[0]
            else:
                open_.append(count)
                if len(open_) > _DEEPEST:
                    return False
            if place > len(wkb):
                return False
    except (struct.error, IndexError):
        return False
    return True


def _kind_and_width(code: int) -> tuple[int, int]:
    """The kind of a shape, and the bytes of one of its points: ISO's thousands, or the high bits of PostGIS."""
    base = code & 0x0FFFFFFF
    dimensions = 2 + (1 if base // 1000 in (1, 2) else 2 if base // 1000 == 3 else 0)
    dimensions += bool(code & 0x80000000) + bool(code & 0x40000000)
    return base % 1000, 8 * dimensions
