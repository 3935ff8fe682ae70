"""Map tiles (MBTiles, PMTiles) with vectors in them: the pieces of the deepest zoom put together again."""

from __future__ import annotations

import math
import sqlite3
import struct
import zlib
from collections.abc import Callable, Sequence
from contextlib import closing
from pathlib import Path
from typing import Any, Final

from attrs import evolve

from ecomap.io.reading.geodata import MapFile, read_map
from ecomap.io.reading.layers import all_together
from ecomap.io.reading.pictures import not_rows
from ecomap.io.reading.raw import RawSource
from ecomap.model.errors import InputError
from ecomap.model.report import ReportLine
from ecomap.model.said import name as named
from ecomap.model.said import say
from ecomap.model.units import format_number

MBTILES: Final = MapFile("MBTiles", ".mbtiles", ("MBTiles",))
PMTILES: Final = MapFile("PMTiles", ".pmtiles", ("PMTiles",))
_BY_TILES: Final = frozenset({"mvt_id", "geometry"})
MOST_TILES: Final = 4_096          # that are put together to be drawn: a county at zoom 14
MOST_TILE_BYTES: Final = 32 << 20  # of one tile, unpacked
DEEPEST: Final = 24
_PICTURES: Final = {2: "PNG", 3: "JPEG", 4: "WebP", 5: "AVIF"}


def read_tiles(path: Path, kind: MapFile, sublayer: str = "", prefer: Sequence[str] | None = None) -> RawSource:
    """The shapes of vector tiles, each whole again.

    Raises
    ------
    InputError
        If the tiles are pictures, or nothing tells which pieces belong together.
    """
    together = all_together(prefer) and not sublayer
    zoom = _zoom_for(path, kind) if together else None
    raw = read_map(path, kind if zoom is None else evolve(kind, options={"ZOOM_LEVEL": str(zoom)}), sublayer, prefer)
    frame = raw.frame
    if not raw.has_geometry:
        raise not_rows(path)
    told = [column for column in frame.columns if column not in _BY_TILES and frame[column].notna().any()]
    numbered = "mvt_id" in frame.columns and frame["mvt_id"].nunique() > 1
    if not told and not numbered:
        raise InputError(
            say("{file} is a set of map tiles whose pieces carry no names: they cannot be put together again.", file=named(path.name)),
            say("Ask its publisher for the data the tiles were made of, as GeoPackage or GeoJSON."),
        )
    whole = _joined(frame, [*(["mvt_id"] if numbered else []), *told], _quickly if together else _exactly)
    lines = (ReportLine("caution", say(
        "These are map tiles, made for drawing: {pieces} pieces were put together to {rows} rows. Borders may be off by some metres and small "
        "shapes may be absent; ask for the original where numbers depend on it.", pieces=format_number(len(frame)), rows=format_number(len(whole)))),)
    return evolve(raw, frame=whole.drop(columns=[column for column in ("mvt_id",) if column in whole.columns]), read=len(whole), notes=(*raw.notes, *lines))


def _joined(frame: Any, by: list[str], join: Callable[[list[Any]], Any]) -> Any:
    """One row for all pieces that say the same."""
    import geopandas as gpd  # heavy

    marks = frame[by].astype(object).where(frame[by].notna(), "")
    group = marks.groupby(by, sort=False).ngroup().to_numpy()
    first = frame.drop(columns="geometry")[~marks.duplicated()].reset_index(drop=True)
    pieces: list[list[Any]] = [[] for _ in range(len(first))]
    for place, shape in zip(group, frame.geometry.to_numpy()):
        if shape is not None:
            pieces[place].append(shape)
    shapes = [parts[0] if len(parts) == 1 else join(parts) if parts else None for parts in pieces]
    return gpd.GeoDataFrame(first, geometry=[_single(shape) for shape in shapes], crs=frame.crs)


def _exactly(parts: list[Any]) -> Any:
    """The pieces as one shape, with a corner wherever lines meet: people walk along them."""
    import shapely

    return shapely.union_all(shapely.make_valid(parts))


def _quickly(parts: list[Any]) -> Any:
    """The pieces as one shape to be drawn: lines end to end, areas without the seams of the tiles."""
    import numpy as np
    import shapely

    flat = shapely.get_parts(np.array(parts, dtype=object))
    if (shapely.get_dimensions(flat) == 1).all():
        return shapely.line_merge(shapely.multilinestrings(flat))
    return shapely.union_all(shapely.make_valid(flat))


def _single(shape: Any) -> Any:
    """A collection of one part is that part."""
    parts = getattr(shape, "geoms", None)
    return parts[0] if parts is not None and len(parts) == 1 else shape


def _zoom_for(path: Path, kind: MapFile) -> int | None:
    """The deepest zoom whose tiles are not too many to be drawn at once; None where the file does not tell.

    Raises
    ------
    InputError
        If a tile of that zoom is damaged, or unpacks to an absurd size.
    """
    counts = _counted(path) if kind is MBTILES else _reckoned(path)
    if not counts:
        return None
    zoom = max((one for one, count in counts.items() if count <= MOST_TILES), default=min(counts))
    if kind is MBTILES:
        _require_whole(path, zoom)
    return zoom


def _counted(path: Path) -> dict[int, int]:
    with closing(sqlite3.connect(f"{path.resolve().as_uri()}?mode=ro&immutable=1", uri=True)) as base:
        try:
            return {int(zoom): int(count) for zoom, count in base.execute("select zoom_level, count(*) from tiles group by zoom_level") if 0 <= int(zoom) <= DEEPEST}
        except (sqlite3.Error, TypeError, ValueError):
            return {}


def _reckoned(path: Path) -> dict[int, int]:
    """Zoom -> tiles that the box of a PMTiles file covers, from its header."""
    with path.open("rb") as stream:
        head = stream.read(127)
    if len(head) < 118 or head[7] != 3 or not head[100] <= head[101] <= DEEPEST:
        return {}
    west, south, east, north = (one / 1e7 for one in struct.unpack("<4i", head[102:118]))
    if not (-180 <= west < east <= 180 and -85.1 <= south < north <= 85.1):
        return {}
    across = (east - west) / 360
    down = (math.asinh(math.tan(math.radians(north))) - math.asinh(math.tan(math.radians(south)))) / (2 * math.pi)
    return {zoom: math.ceil(across * 2**zoom + 1) * math.ceil(down * 2**zoom + 1) for zoom in range(head[100], head[101] + 1)}


def _require_whole(path: Path, zoom: int) -> None:
    """Refuse tiles that do not unpack: the reader of maps would pass over them in silence, and half a map would look whole."""
    with closing(sqlite3.connect(f"{path.resolve().as_uri()}?mode=ro&immutable=1", uri=True)) as base:
        try:
            for (data,) in base.execute("select tile_data from tiles where zoom_level = ?", (zoom,)):
                if isinstance(data, bytes) and data[:2] == b"\x1f\x8b":
                    unpack = zlib.decompressobj(31)
                    unpack.decompress(data, MOST_TILE_BYTES)
                    if unpack.unconsumed_tail or not unpack.eof:
                        raise _broken_tile(path)
                elif not isinstance(data, bytes):
                    raise _broken_tile(path)
        except (zlib.error, sqlite3.Error) as problem:
            raise _broken_tile(path) from problem


def _broken_tile(path: Path) -> InputError:
    return InputError(say("{file} has map tiles that are damaged.", file=named(path.name)), say("Download it again."))


def is_tiles(path: Path) -> bool:
    """Whether a SQLite file is a set of map tiles."""
    try:
        with closing(sqlite3.connect(f"{path.resolve().as_uri()}?mode=ro&immutable=1", uri=True)) as base:
            tables = {row[0] for row in base.execute("select name from sqlite_master where type in ('table', 'view')")}
            if not {"tiles", "metadata"} <= tables or "gpkg_contents" in tables:
                return False
    except (sqlite3.Error, UnicodeDecodeError):
        return False
    return True


def holds_pictures(path: Path) -> bool:
    """Whether a set of map tiles says that they are pictures, or says nothing of them."""
    with closing(sqlite3.connect(f"{path.resolve().as_uri()}?mode=ro&immutable=1", uri=True)) as base:
        try:
            told = base.execute("select value from metadata where name = 'format'").fetchone()
        except sqlite3.Error:
            return True
    return told is None or str(told[0]).lower() not in ("pbf", "mvt")


def require_vectors(path: Path) -> None:
    """Refuse PMTiles that hold pictures.

    Raises
    ------
    InputError
    """
    with path.open("rb") as stream:
        head = stream.read(127)
    if len(head) > 99 and head[99] in _PICTURES:
        raise not_rows(path)
