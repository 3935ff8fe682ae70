"""Raster map tiles for tests: each tile one colour, made with Qt, in an MBTiles file."""

from __future__ import annotations

import math
import sqlite3
from collections.abc import Callable, Iterable
from contextlib import closing
from pathlib import Path

from PySide6.QtCore import QBuffer, QIODevice
from PySide6.QtGui import QColor, QImage

Place = tuple[int, int, int]  # zoom, column, row from the north


def tile_at(longitude: float, latitude: float, zoom: int) -> Place:
    """The tile that holds a place (Web Mercator)."""
    wide = 2**zoom
    return zoom, int((longitude + 180) / 360 * wide), int((1 - math.asinh(math.tan(math.radians(latitude))) / math.pi) / 2 * wide)


def picture(colour: str, size: int = 256, kind: str = "PNG", corner: str = "") -> bytes:
    """A tile of one colour; its quarter in the north-west may have another."""
    image = QImage(size, size, QImage.Format.Format_RGB32)
    image.fill(QColor(colour))
    if corner:
        for column in range(size // 2):
            for row in range(size // 2):
                image.setPixelColor(column, row, QColor(corner))
    out = QBuffer()
    out.open(QIODevice.OpenModeFlag.WriteOnly)
    image.save(out, kind)
    return bytes(out.data().data())


def around(longitude: float, latitude: float, zoom: int, reach: int = 1) -> list[Place]:
    _, column, row = tile_at(longitude, latitude, zoom)
    return [(zoom, column + across, row + down) for across in range(-reach, reach + 1) for down in range(-reach, reach + 1)]


def raster_tiles(path: Path, places: Iterable[Place], paint: Callable[[Place], bytes]) -> Path:
    """An MBTiles file; its rows are counted from the south, as the format wants it."""
    with closing(sqlite3.connect(path)) as base:
        base.executescript("create table metadata(name text, value text); insert into metadata values('format', 'png');"
                           "create table tiles(zoom_level integer, tile_column integer, tile_row integer, tile_data blob)")
        base.executemany("insert into tiles values(?, ?, ?, ?)", [(zoom, column, 2**zoom - 1 - row, paint((zoom, column, row))) for zoom, column, row in places])
        base.commit()
    return path
