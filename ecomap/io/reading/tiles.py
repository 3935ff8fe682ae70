"""Map tiles (MBTiles, PMTiles) with vectors in them: the pieces of the deepest zoom put together again."""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence
from contextlib import closing
from pathlib import Path
from typing import Any, Final

from attrs import evolve

from ecomap.io.reading.geodata import MapFile, read_map
from ecomap.io.reading.raw import RawSource
from ecomap.model.errors import InputError
from ecomap.model.report import ReportLine
from ecomap.model.said import name as named
from ecomap.model.said import say
from ecomap.model.units import format_number

MBTILES: Final = MapFile("MBTiles", ".mbtiles", ("MBTiles",))
PMTILES: Final = MapFile("PMTiles", ".pmtiles", ("PMTiles",))
_BY_TILES: Final = frozenset({"mvt_id", "geometry"})
_PICTURES: Final = {2: "PNG", 3: "JPEG", 4: "WebP", 5: "AVIF"}


def read_tiles(path: Path, kind: MapFile, sublayer: str = "", prefer: Sequence[str] | None = None) -> RawSource:
    """The shapes of vector tiles, each whole again.

    Raises
    ------
    InputError
        If the tiles are pictures, or nothing tells which pieces belong together.
    """
    raw = read_map(path, kind, sublayer, prefer)
    frame = raw.frame
    if not raw.has_geometry:
        raise _pictures(path)
    told = [column for column in frame.columns if column not in _BY_TILES and frame[column].notna().any()]
    numbered = "mvt_id" in frame.columns and frame["mvt_id"].nunique() > 1
    if not told and not numbered:
        raise InputError(
            say("{file} is a set of map tiles whose pieces carry no names: they cannot be put together again.", file=named(path.name)),
            say("Ask its publisher for the data the tiles were made of, as GeoPackage or GeoJSON."),
        )
    whole = _joined(frame, [*(["mvt_id"] if numbered else []), *told])
    lines = (ReportLine("caution", say(
        "These are map tiles, made for drawing: {pieces} pieces were put together to {rows} rows. Borders may be off by some metres and small "
        "shapes may be absent; ask for the original where numbers depend on it.", pieces=format_number(len(frame)), rows=format_number(len(whole)))),)
    return evolve(raw, frame=whole.drop(columns=[column for column in ("mvt_id",) if column in whole.columns]), read=len(whole), notes=(*raw.notes, *lines))


def _joined(frame: Any, by: list[str]) -> Any:
    """One row for all pieces that say the same."""
    import geopandas as gpd  # heavy
    import shapely

    marks = frame[by].astype(object).where(frame[by].notna(), "")
    group = marks.groupby(by, sort=False).ngroup().to_numpy()
    first = frame.drop(columns="geometry")[~marks.duplicated()].reset_index(drop=True)
    pieces: list[list[Any]] = [[] for _ in range(len(first))]
    for place, shape in zip(group, frame.geometry.to_numpy()):
        if shape is not None:
            pieces[place].append(shape)
    shapes = [parts[0] if len(parts) == 1 else shapely.union_all(shapely.make_valid(parts)) if parts else None for parts in pieces]
    return gpd.GeoDataFrame(first, geometry=[_single(shape) for shape in shapes], crs=frame.crs)


def _single(shape: Any) -> Any:
    """A collection of one part is that part."""
    parts = getattr(shape, "geoms", None)
    return parts[0] if parts is not None and len(parts) == 1 else shape


def is_tiles(path: Path) -> bool:
    """Whether a SQLite file is a set of map tiles.

    Raises
    ------
    InputError
        If its tiles are pictures.
    """
    try:
        with closing(sqlite3.connect(f"{path.resolve().as_uri()}?mode=ro&immutable=1", uri=True)) as base:
            tables = {row[0] for row in base.execute("select name from sqlite_master where type in ('table', 'view')")}
            if not {"tiles", "metadata"} <= tables or "gpkg_contents" in tables:
                return False
            told = base.execute("select value from metadata where name = 'format'").fetchone()
    except (sqlite3.Error, UnicodeDecodeError):
        return False
    if told is None or str(told[0]).lower() not in ("pbf", "mvt"):
        raise _pictures(path)
    return True


def require_vectors(path: Path) -> None:
    """Refuse PMTiles that hold pictures.

    Raises
    ------
    InputError
    """
    with path.open("rb") as stream:
        head = stream.read(127)
    if len(head) > 99 and head[99] in _PICTURES:
        raise _pictures(path)


def _pictures(path: Path) -> InputError:
    return InputError(say("{file} is a set of pictures of a map, without rows.", file=named(path.name)),
                      say("Ask its publisher for the data it was drawn from, as GeoPackage or GeoJSON."))
