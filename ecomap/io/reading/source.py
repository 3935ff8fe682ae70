"""Which kind of file it is, by its content first and its ending second, and how to read it."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from types import MappingProxyType
from typing import Final

from attrs import evolve

from ecomap.io.reading import content, strangers
from ecomap.io.reading.cells import with_shapes
from ecomap.io.reading.collection import read_collection, units_in
from ecomap.io.reading.delimited import read_delimited
from ecomap.io.reading.documents import read_json
from ecomap.io.reading.geodata import MapFile, read_map, read_shapefile
from ecomap.io.reading.layers import all_together
from ecomap.io.reading.letters import with_letters
from ecomap.io.reading.limits import require_columns, require_regular
from ecomap.io.reading.packed import unpacked_file
from ecomap.io.reading.parquet import read_parquet
from ecomap.io.reading.pictures import FORMAT, not_rows, read_pictures
from ecomap.io.reading.raw import (
    RawSource,
    fingerprint,
    with_short_cells,
    with_short_headings,
    without_collecting,
)
from ecomap.io.reading.staging import GEODATABASE, unpacked
from ecomap.io.reading.tidying import tidy_gml, tidy_gpx, tidy_kml, tidy_osm
from ecomap.io.reading.tiles import MBTILES, PMTILES, holds_pictures, is_tiles, read_tiles, require_vectors
from ecomap.io.reading.workbook import read_workbook
from ecomap.model.errors import InputError
from ecomap.model.formats import OF_THEIR_KIND
from ecomap.model.progress import Progress, silent
from ecomap.model.said import name as named
from ecomap.model.said import say

KNOWN = strangers.KNOWN
_TEXTS: Final = (".csv", ".tsv", ".txt", ".tab")
GEOPACKAGE: Final = MapFile("GeoPackage", ".gpkg", ("GPKG",))
SQLITE: Final = MapFile("SQLite", ".sqlite", ("SQLite", "GPKG"))
DATABASE: Final = MapFile("File geodatabase", ".gdb", ("OpenFileGDB",))
MAPS: Final[Mapping[str, MapFile]] = MappingProxyType({
    content.KML: MapFile("KML", ".kml", ("LIBKML", "KML"), tidy_kml),
    content.GML: MapFile("GML", ".gml", ("GML",), tidy_gml),
    content.GPX: MapFile("GPX", ".gpx", ("GPX",), tidy_gpx, False),
    content.OSM: MapFile("OpenStreetMap", ".osm", ("OSM",), tidy_osm, False),
    content.PBF: MapFile("OpenStreetMap", ".pbf", ("OSM",), tidy_osm, False),
    content.FLATGEOBUF: MapFile("FlatGeobuf", ".fgb", ("FlatGeobuf",)),
    content.MAPINFO: MapFile("MapInfo", ".tab", ("MapInfo File",)),
    content.MAPINFO_TEXT: MapFile("MapInfo", ".mif", ("MapInfo File",)),
    content.TABLE_OF_DBASE: MapFile("dBASE", ".dbf", ("ESRI Shapefile",)),
})


def read_source(
    path: Path | str, sublayer: str = "", *, prefer: Sequence[str] | None = None, progress: Progress | None = None
) -> RawSource:
    """Read a file as it is, without changing it.

    Parameters
    ----------
    path : path
        A map file, a table, a folder or zip of either, or one of them packed.
    sublayer : str
        A table or layer inside the file; "" takes the one that fits `prefer`, or looks most like data.
    prefer : sequence of str, optional
        Shapes that are wanted ("polygon", "line", "point"); empty for a table without places; None where nothing is known.
    progress : Progress, optional
        Looked at while a table of text is read, so that a long one can be stopped.

    Raises
    ------
    InputError
        If the file is absent, empty, not of a kind EcoMap reads, or holds no table.
    """
    path, progress = Path(path), progress or silent()
    try:
        if not path.exists():
            raise InputError(say("There is no file '{file}' at '{folder}'.", file=named(path.name), folder=named(path.parent)), say("Check the name and the folder."))
        require_regular(path)
        raw = _Reading(progress).read(path, sublayer, prefer)
        raw = evolve(raw, path=path, sha256=fingerprint(path))
        if raw.format == FORMAT:
            return raw
        raw = with_short_cells(with_shapes(with_short_headings(raw)))
        require_columns(len(raw.frame.columns), path.name)
        return raw if raw.format in ("CSV", "TSV") else with_letters(raw)
    except OSError as problem:
        raise InputError(
            say("{file} could not be opened: {reason}.", file=named(path.name), reason=named(problem.strerror or problem)),
            say("Check that the file is there, that it is not open elsewhere and that you may read it."),
        ) from problem


class _Reading:
    """One reading: files inside files are read the same way, a few deep."""

    DEEPEST = 4

    def __init__(self, progress: Progress, depth: int = 0) -> None:
        self._progress, self._depth = progress, depth

    def read(self, path: Path, sublayer: str, prefer: Sequence[str] | None) -> RawSource:
        """A file or folder as rows."""
        if self._depth > self.DEEPEST:
            raise InputError(say("{file} is packed in too many layers.", file=named(path.name)), say("Unpack it yourself and import the file inside."))
        inner = _Reading(self._progress, self._depth + 1).read
        if path.is_dir():
            return _read_folder(path, sublayer, prefer, inner, self._progress)
        with path.open("rb") as stream:
            head = stream.read(content.HEAD)
        if not head[:4096].strip(b"\x00 \t\r\n\xef\xbb\xbf"):
            raise InputError(say("{file} is empty.", file=named(path.name)), say("Download or export it again."))
        kind = content.kind_of(path, head)
        if kind == content.PACKED:
            with unpacked_file(path, head) as file:
                return inner(file, sublayer, prefer)
        if kind == content.ZIP:
            return self._read_zip(path, sublayer, prefer, inner)
        return self._read_file(path, head, kind, sublayer, prefer)

    def _read_file(self, path: Path, head: bytes, kind: str, sublayer: str, prefer: Sequence[str] | None) -> RawSource:
        suffix = path.suffix.lower()
        content.refuse_reaching_out(path, head)
        if kind == content.SHAPEFILE and suffix != ".shx":
            return read_shapefile(path)
        if kind != content.TABLE_OF_DBASE or suffix != ".dbf" or path.with_suffix(".shp").exists():
            strangers.refuse_part(path)
        if kind == content.KML:
            strangers.refuse_links(path, head)
        if kind in MAPS:
            return read_map(path, MAPS[kind], sublayer, prefer)
        if kind == content.SQLITE:
            return _read_tiles(path, sublayer, prefer) if is_tiles(path) else read_map(path, _database_of(path), sublayer, prefer)
        if kind == content.PMTILES:
            require_vectors(path)
            return read_tiles(path, PMTILES, sublayer, prefer)
        if kind == content.PARQUET:
            return read_parquet(path)
        if kind == content.OLE:
            return _read_old(path, sublayer, prefer, self._progress)
        strangers.refuse_stranger(path, head)
        strangers.refuse_page(path, head)
        strangers.refuse_ending(path)
        if kind == content.JSON and suffix not in _TEXTS:
            return read_json(path, sublayer, prefer)
        if suffix in OF_THEIR_KIND:
            raise InputError(
                say("{file} is not what its ending says: its content is not a {ending} file.", file=named(path.name), ending=named(suffix)),
                say("It may be a web page saved by mistake, or a broken download. Download it again."),
            )
        with without_collecting():
            return read_delimited(path, self._progress)

    def _read_zip(self, path: Path, sublayer: str, prefer: Sequence[str] | None, read: ReadFile) -> RawSource:
        with unpacked(path) as (folder, names):
            sheets = "content.xml" in names and _mimetype(path).startswith(b"application/vnd.oasis.opendocument.spreadsheet")
            if sheets or "xl/workbook.xml" in names or "xl/workbook.bin" in names:
                with without_collecting():
                    return read_workbook(path, sublayer, prefer, self._progress)
            strangers.refuse_members(path, [*names, _mimetype(path).decode("ascii", "replace")])
            strangers.refuse_ending(path)
            raw = read_collection(path, folder, sublayer, prefer, read, self._progress)
            if raw is None:
                raise InputError(say("{file} holds nothing that EcoMap reads.", file=named(path.name)), KNOWN)
            return evolve(raw, format="KMZ") if path.suffix.lower() == ".kmz" and raw.format == "KML" else raw


ReadFile = Callable[[Path, str, Sequence[str] | None], RawSource]


def _read_tiles(path: Path, sublayer: str, prefer: Sequence[str] | None) -> RawSource:
    """Vector tiles as rows; tiles that are pictures only where nothing else, or all that a map shows, is wanted."""
    if not holds_pictures(path):
        return read_tiles(path, MBTILES, sublayer, prefer)
    if prefer is None or all_together(prefer):
        return read_pictures(path)
    raise not_rows(path)


def _read_folder(path: Path, sublayer: str, prefer: Sequence[str] | None, read: ReadFile, progress: Progress) -> RawSource:
    if any(part.suffix.lower() == GEODATABASE for part in path.iterdir()):
        return read_map(path, DATABASE, sublayer, prefer)
    inside = units_in(path) if any(part.suffix.lower() in (".shp", ".gdb", ".gdbtable") for part in path.iterdir()) else []
    raw = read_collection(path, path, sublayer, prefer, read, progress) if inside else None
    directory = path / "locations.csv"  # of an Open Referral directory: stands for the tables beside it
    if raw is None and directory.is_file():
        return read(directory, "", prefer)
    if raw is None:
        raise InputError(
            say("The folder '{folder}' holds no shapefile.", folder=named(path.name)), say("Choose a file in it, for example a .csv or .geojson file.")
        )
    return raw


def _read_old(path: Path, sublayer: str, prefer: Sequence[str] | None, progress: Progress) -> RawSource:
    """A workbook of Excel 97, or another document in the same kind of container."""
    with path.open("rb") as stream:
        head = stream.read(1 << 20)
    if "EncryptedPackage".encode("utf-16-le") in head:
        raise strangers.locked(path)
    if not any(word.encode("utf-16-le") in head for word in ("Workbook", "Book")):
        strangers.refuse_ending(path)
    return read_workbook(path, sublayer, prefer, progress)


def _database_of(path: Path) -> MapFile:
    """GeoPackage or another SQLite, by what the header and its tables say."""
    with path.open("rb") as stream:
        head = stream.read(1 << 20)
    return GEOPACKAGE if head[68:72] in (b"GPKG", b"GP10", b"GP11", b"GP12") or b"gpkg_contents" in head else SQLITE


def _mimetype(path: Path) -> bytes:
    """What an OpenDocument says it is, in its first member."""
    with path.open("rb") as stream:
        head = stream.read(200)
    return head[38:120] if head[30:38] == b"mimetype" else b""
