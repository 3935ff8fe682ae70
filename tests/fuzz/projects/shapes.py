"""Damage to the shapes: headers, lengths, counts, rings, types, places."""

from __future__ import annotations

import math
import random
import sqlite3
import struct
from typing import Final

import shapely
from shapely.geometry import GeometryCollection, LineString, MultiPoint, Point, Polygon, box

from tests.fuzz.projects.damage import GEOMETRY, NotHereError, columns, on_tables, quoted, tables

_BOXES: Final = (0, 32, 48, 48, 64)


def _shape(dice: random.Random, db: sqlite3.Connection) -> tuple[str, int, bytes]:
    found = [table for table in tables(db) if "geom" in columns(db, table)]
    found = [table for table in found if db.execute(f"SELECT count(geom) FROM {quoted(table)}").fetchone()[0]]
    if not found:
        raise NotHereError
    table = dice.choice(found)
    row, blob = dice.choice(db.execute(f"SELECT rowid, geom FROM {quoted(table)} WHERE geom IS NOT NULL").fetchall())
    return table, row, blob


def _put(db: sqlite3.Connection, table: str, row: int, blob: object) -> str:
    db.execute(f"UPDATE {quoted(table)} SET geom = ? WHERE rowid = ?", (blob, row))
    return f"{table} row {row}"


def _start(blob: bytes) -> int:
    return 8 + _BOXES[(blob[3] >> 1) & 7]


def header(dice: random.Random, db: sqlite3.Connection) -> str:
    table, row, blob = _shape(dice, db)
    place, value = dice.choice(((0, b"XX"), (2, b"\x63"), (3, b"\xff"), (3, b"\x00"), (3, b"\x0e"), (3, b"\x10"), (3, b"\x20"), (4, b"\xff\xff\xff\xff"), (4, struct.pack("<i", 4326)), (4, struct.pack("<i", 99))))
    return f"{_put(db, table, row, blob[:place] + value + blob[place + len(value):])} at {place}: {value!r}"


def envelope(dice: random.Random, db: sqlite3.Connection) -> str:
    """The box in the header says something else than the shape."""
    table, row, blob = _shape(dice, db)
    if _start(blob) < 40:
        raise NotHereError
    box_ = struct.pack("<4d", *dice.choice(((0, 1, 0, 1), (math.nan,) * 4, (1e308, -1e308, 1e308, -1e308), (math.inf,) * 4)))
    return _put(db, table, row, blob[:8] + box_ + blob[40:])


def many_points(dice: random.Random, db: sqlite3.Connection) -> str:
    """A count that says more points, rings or parts than there can be."""
    table, row, blob = _shape(dice, db)
    start = _start(blob)
    at = start + dice.choice((5, 9, 14, 18))
    count = dice.choice((2**31, 2**32 - 1, 2**30, 10**6, 0))
    return f"{_put(db, table, row, blob[:at] + struct.pack('<I', count) + blob[at + 4:])} {count}"


def kind(dice: random.Random, db: sqlite3.Connection) -> str:
    table, row, blob = _shape(dice, db)
    start = _start(blob)
    code = dice.choice((0, 1, 2, 3, 4, 5, 6, 7, 8, 10, 17, 99, 1003, 3003, 2**31 + 3, 2**29 + 3))
    return f"{_put(db, table, row, blob[:start + 1] + struct.pack('<I', code) + blob[start + 5:])} {code}"


def cut(dice: random.Random, db: sqlite3.Connection) -> str:
    table, row, blob = _shape(dice, db)
    return _put(db, table, row, blob[: dice.randrange(len(blob))])


def no_shape(dice: random.Random, db: sqlite3.Connection) -> str:
    table, row, _ = _shape(dice, db)
    value = dice.choice((b"", b"\x00", b"GP", bytes.fromhex("4750000100000000deadbeef"), "POINT (1 1)", 5, 1.5, None, b"\x00" * 1000, b"\xff" * 1000))
    return f"{_put(db, table, row, value)} = {value!r:.30}"


def no_shapes(dice: random.Random, db: sqlite3.Connection) -> str:
    table, _, _ = _shape(dice, db)
    value = dice.choice((None, b"", "x", bytes.fromhex("4750000100000000deadbeef"), 0))
    db.execute(f"UPDATE {quoted(table)} SET geom = ?", (value,))
    return f"{table} = {value!r:.20}"


def nested(dice: random.Random, db: sqlite3.Connection) -> str:
    """Collections in collections."""
    table, row, blob = _shape(dice, db)
    depth = dice.choice((10, 1000, 20_000))
    inner = struct.pack("<BI2d", 1, 1, 1.0, 1.0)
    return f"{_put(db, table, row, blob[:8][:3] + bytes([1]) + blob[4:8] + struct.pack('<BII', 1, 7, 1) * depth + inner)} {depth}"


def numbers(dice: random.Random, db: sqlite3.Connection) -> str:
    """One coordinate that is not finite, far or zero."""
    table, row, blob = _shape(dice, db)
    start = _start(blob)
    doubles = (len(blob) - start - 9) // 8
    if doubles < 1:
        raise NotHereError
    at = len(blob) - 8 * (1 + dice.randrange(doubles))
    value = dice.choice((math.nan, math.inf, -math.inf, 1e308, 1e15, -1e9, 0.0, 5e-324))
    return f"{_put(db, table, row, blob[:at] + struct.pack('<d', value) + blob[at + 8:])} {value}"


def other_shape(dice: random.Random, db: sqlite3.Connection) -> str:
    """A sound shape that does not belong there: of another kind, elsewhere, crossing itself, not closed, with a third coordinate."""
    table, row, blob = _shape(dice, db)
    shape = dice.choice((Point(1, 1), Point(), Polygon(), LineString([(0, 0), (1, 1)]), MultiPoint([(0, 0), (1, 1)]), GeometryCollection([Point(1, 1), box(0, 0, 1, 1)]), Polygon([(0, 0), (1, 1), (1, 0), (0, 1)]),
                         box(1e12, 1e12, 2e12, 2e12), box(-118.3, 34.0, -118.2, 34.1), Point(1, 2, 3), box(0, 0, 0, 0), box(-1e9, -1e9, 1e9, 1e9), Point(math.nan, 1), Polygon([(0, 0, 1), (1, 0, 1), (1, 1, 1)])))
    return f"{_put(db, table, row, b'GP' + bytes([0, 1]) + blob[4:8] + shapely.to_wkb(shape, flavor='iso', byte_order=1))} {shape.wkt[:40]}"


def open_ring(dice: random.Random, db: sqlite3.Connection) -> str:
    table, row, blob = _shape(dice, db)
    ring = [(150_000.0, -450_000.0), (151_000.0, -450_000.0), (151_000.0, -449_000.0)]
    points = ring[: dice.choice((0, 1, 2, 3))]
    wkb = struct.pack("<BIII", 1, 3, 1, len(points)) + b"".join(struct.pack("<2d", *point) for point in points)
    return f"{_put(db, table, row, b'GP' + bytes([0, 1]) + blob[4:8] + wkb)} {len(points)} points"


def swapped(dice: random.Random, db: sqlite3.Connection) -> str:
    """The shape of another row: sound, and not this one's."""
    table, row, _ = _shape(dice, db)
    db.execute(f"UPDATE {quoted(table)} SET geom = (SELECT geom FROM {quoted(table)} WHERE rowid <> ?1 LIMIT 1) WHERE rowid = ?1", (row,))
    return f"{table} row {row}"


def moved(dice: random.Random, db: sqlite3.Connection) -> str:
    """Every shape of a table somewhere else."""
    table, _, _ = _shape(dice, db)
    by = dice.choice((1.0, 1e3, 1e7, 1e300))
    for row, blob in db.execute(f"SELECT rowid, geom FROM {quoted(table)} WHERE geom IS NOT NULL").fetchall():
        shape = shapely.from_wkb(blob[_start(blob):])
        _put(db, table, row, blob[:3] + bytes([1]) + blob[4:8] + shapely.to_wkb(shapely.transform(shape, lambda xy: xy + by), flavor="iso", byte_order=1))
    return f"{table} by {by}"


ALL: Final = tuple(on_tables(GEOMETRY, one) for one in (
    header, header, envelope, many_points, many_points, kind, kind, cut, cut, no_shape, no_shape, no_shapes, nested, numbers, numbers, other_shape, other_shape, other_shape, open_ring, swapped, moved,
))
