"""Map tiles that are pictures (raster MBTiles): a bounded pyramid of them, each a row with its place and its bytes."""

from __future__ import annotations

import base64
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any, Final

from ecomap.io.reading.raw import RawSource, Sublayer
from ecomap.model.errors import InputError
from ecomap.model.report import ReportLine
from ecomap.model.said import name as named
from ecomap.model.said import say
from ecomap.model.vocabulary import PICTURE, WEB_MAP_HALF_M

FORMAT: Final = "MBTiles with pictures"
MOST_TILES: Final = 600
MOST_BYTES: Final = 12 << 20       # of all tiles that are kept: they lie in the project, and travel with it
MOST_TILE_BYTES: Final = 400 << 10
FIRST_ZOOM: Final = 8              # a tile of it is about 150 km wide; those further out show countries
LAST_ZOOM: Final = 22
_SIGNS: Final = (b"\x89PNG", b"\xff\xd8\xff", b"RIFF")


def read_pictures(path: Path) -> RawSource:
    """The tiles of all zooms that fit into the bounds together, from afar to near.

    Raises
    ------
    InputError
        If it holds no such tiles, or one that is no picture.
    """
    zooms, deeper = _zooms(path)
    if not zooms:
        raise not_rows(path)
    rows = list(_tiles(path, zooms))
    frame = _frame(rows)
    notes = [ReportLine("note", say("A picture of a map for under the data: {n} tiles of zoom {first} to {last}.", n=len(rows), first=zooms[0], last=zooms[-1]))]
    if deeper:
        notes.append(ReportLine("caution", say("Its finer pictures (from zoom {zoom} on) would make the project too large and are not taken: closer up it is blurred.",
                                               zoom=deeper)))
    layer = Sublayer(path.stem, "polygon", len(rows), 2)
    return RawSource(path, FORMAT, frame, frame.crs, (layer.name,), layer.name, len(rows), tuple(notes), layers=(layer,))


def not_rows(path: Path) -> InputError:
    """What is said of pictures where rows are wanted."""
    return InputError(say("{file} is a set of pictures of a map, without rows.", file=named(path.name)),
                      say("Bring it in as ground to see it under the data, or ask its publisher for the data it was drawn from."))


def _zooms(path: Path) -> tuple[list[int], int]:
    """The zooms that fit together, and the first that does not (0 if all do)."""
    taken: list[int] = []
    tiles = size = 0
    with closing(_opened(path)) as base:
        try:
            found = [(int(zoom), int(count)) for zoom, count in base.execute("select zoom_level, count(*) from tiles group by zoom_level order by zoom_level")]
            for zoom, count in found:
                if not FIRST_ZOOM <= zoom <= LAST_ZOOM:
                    continue
                if tiles + count > MOST_TILES:
                    return taken, zoom
                total, largest = base.execute("select sum(length(tile_data)), max(length(tile_data)) from tiles where zoom_level = ?", (zoom,)).fetchone()
                if size + (total or 0) > MOST_BYTES or (largest or 0) > MOST_TILE_BYTES:
                    return taken, zoom
                taken, tiles, size = [*taken, zoom], tiles + count, size + (total or 0)
        except (sqlite3.Error, TypeError, ValueError) as problem:
            raise not_rows(path) from problem
    return taken, 0


def _tiles(path: Path, zooms: list[int]) -> Iterator[tuple[int, int, int, bytes]]:
    """Zoom, column, row counted from the north, and the picture."""
    with closing(_opened(path)) as base:
        for zoom in zooms:
            for column, row, data in base.execute("select tile_column, tile_row, tile_data from tiles where zoom_level = ? order by 1, 2", (zoom,)):
                most = (1 << zoom) - 1
                if not (isinstance(column, int) and isinstance(row, int) and 0 <= column <= most and 0 <= row <= most):
                    raise _strange(path)
                if not isinstance(data, bytes) or not data.startswith(_SIGNS):
                    raise _strange(path)
                yield zoom, column, most - row, data


def _strange(path: Path) -> InputError:
    return InputError(say("{file} has map tiles that are damaged.", file=named(path.name)), say("Download it again."))


def _opened(path: Path) -> sqlite3.Connection:
    return sqlite3.connect(f"{path.resolve().as_uri()}?mode=ro&immutable=1", uri=True)


def _frame(rows: list[tuple[int, int, int, bytes]]) -> Any:
    import geopandas as gpd  # heavy
    from shapely.geometry import box

    shapes = []
    for zoom, column, row, _ in rows:
        wide = 2 * WEB_MAP_HALF_M / (1 << zoom)
        west, north = -WEB_MAP_HALF_M + column * wide, WEB_MAP_HALF_M - row * wide
        shapes.append(box(west, north - wide, west + wide, north))
    told = {"id": [f"{zoom}/{column}/{row}" for zoom, column, row, _ in rows], PICTURE: [base64.b64encode(data).decode("ascii") for *_, data in rows]}
    return gpd.GeoDataFrame(told, geometry=shapes, crs="EPSG:3857")
