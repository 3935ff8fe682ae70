"""Geometries on their way into a table and back: GeoPackage's binary form, and single shapes kept single."""

from __future__ import annotations

import struct
from typing import Final

import numpy as np
import shapely
from attrs import frozen

# Shapely's type numbers -> the type name GeoPackage declares, with the collection a single shape may be promoted to.
_NAMES: Final = {
    0: "POINT", 1: "LINESTRING", 3: "POLYGON", 4: "MULTIPOINT", 5: "MULTILINESTRING", 6: "MULTIPOLYGON",
    7: "GEOMETRYCOLLECTION",
}
_COLLECTIONS: Final = {(0, 4): shapely.multipoints, (1, 5): shapely.multilinestrings, (3, 6): shapely.multipolygons}

_HEADER: Final = struct.Struct("<2sBBi")
_HEADER_WITH_BOX: Final = struct.Struct("<2sBBi4d")
_LITTLE_ENDIAN: Final = 0x01
_WITH_BOX: Final = 0x02
_EMPTY: Final = 0x10
_BOX_BYTES: Final = (0, 32, 48, 48, 64)  # by the envelope code in the header's flags
_STARTS: Final = {bytes((*b"GP", 0, _LITTLE_ENDIAN)): 8, bytes((*b"GP", 0, _LITTLE_ENDIAN | _WITH_BOX)): 40}  # as EcoMap writes them


@frozen
class GeometryRecord:
    """How a geometry column is stored.

    Singles and multis of one kind are declared as multis, because other programs want one type per layer;
    ``promoted`` says so, and ``one_part_multis`` are the rows that were multis with one part before.
    """

    name: str
    crs: str
    type_name: str
    has_z: bool = False
    promoted: bool = False
    one_part_multis: tuple[int, ...] = ()


@frozen
class BorrowedGeometry:
    """A geometry column that is not stored: each row has the shape of the row of its key in one of these layers."""

    name: str
    crs: str
    layers: tuple[str, ...]


def encode_geometry(
    name: str, geometries: np.ndarray, crs: str, srs_id: int
) -> tuple[GeometryRecord, list[bytes | None]]:
    """Geometries as GeoPackage blobs, with the record that brings them back exactly."""
    types = shapely.get_type_id(geometries)
    present = frozenset(int(kind) for kind in np.unique(types[types >= 0]))
    has_z = bool(shapely.has_z(geometries).any())
    record = GeometryRecord(name, crs, _declared(present), has_z)
    for (single, multi), promote in _COLLECTIONS.items():
        if present == {single, multi}:
            one_part = (types == multi) & (shapely.get_num_geometries(geometries) == 1)
            rows = tuple(int(row) for row in np.flatnonzero(one_part))
            record = GeometryRecord(name, crs, _NAMES[multi], has_z, True, rows)
            geometries = geometries.copy()
            for row in np.flatnonzero(types == single):
                geometries[row] = promote([geometries[row]])
    return record, _blobs(geometries, srs_id)


def geometries_of(record: GeometryRecord, shapes: np.ndarray) -> np.ndarray:
    """The geometries as they were, out of those that stand in the file."""
    if record.promoted:
        shapes = shapes.copy()
        single = shapely.get_num_geometries(shapes) == 1
        single[[row for row in record.one_part_multis if 0 <= row < len(single)]] = False
        shapes[single] = shapely.get_geometry(shapes[single], 0)
    return shapes


def wkb_of(blob: bytes) -> bytes | None:
    """The well-known bytes within GeoPackage's; None where these are none."""
    start = start_of(blob)
    return blob[start:] if start else None


def start_of(blob: bytes) -> int:
    """Where the well-known bytes begin within GeoPackage's, which the first four say; 0 where these are none."""
    return _STARTS.get(blob[:4]) or _start(blob)


def says_empty(blob: bytes) -> bool:
    """Whether GeoPackage's bytes say themselves that the shape within has no point, as EcoMap's do."""
    return len(blob) > 3 and bool(blob[3] & _EMPTY)


def _start(blob: bytes) -> int:
    """Where the well-known bytes begin; 0 where these are none."""
    box = (blob[3] >> 1) & 0x07 if blob[:2] == b"GP" and len(blob) > 3 else len(_BOX_BYTES)
    return _HEADER.size + _BOX_BYTES[box] if box < len(_BOX_BYTES) else 0


def bounds_of(geometries: np.ndarray) -> tuple[float, float, float, float] | None:
    """Left, bottom, right, top of all, or None where there is nothing."""
    box = shapely.total_bounds(geometries) if len(geometries) else np.full(4, np.nan)
    return None if np.isnan(box).any() else tuple(box.tolist())


def _declared(present: frozenset[int]) -> str:
    return _NAMES.get(next(iter(present)), "GEOMETRY") if len(present) == 1 else "GEOMETRY"


def _blobs(geometries: np.ndarray, srs_id: int) -> list[bytes | None]:
    boxes = shapely.bounds(geometries)
    boxed = ~np.isnan(boxes).any(axis=1) & (shapely.get_type_id(geometries) != 0)
    empty = shapely.is_empty(geometries)
    blobs: list[bytes | None] = []
    for wkb, box, with_box, is_empty in zip(
        shapely.to_wkb(geometries, flavor="iso", byte_order=1), boxes.tolist(), boxed.tolist(), empty.tolist()
    ):
        if wkb is None:
            blobs.append(None)
        elif with_box:
            left, bottom, right, top = box
            flags = _LITTLE_ENDIAN | _WITH_BOX
            blobs.append(_HEADER_WITH_BOX.pack(b"GP", 0, flags, srs_id, left, right, bottom, top) + wkb)
        else:
            flags = _LITTLE_ENDIAN | (_EMPTY if is_empty else 0)
            blobs.append(_HEADER.pack(b"GP", 0, flags, srs_id) + wkb)
    return blobs
