"""Which kind of file it is, by its content first and its ending second, and how to read it."""

from __future__ import annotations

from pathlib import Path

from attrs import evolve

from ecomap.io.reading.delimited import read_delimited
from ecomap.io.reading.documents import read_json
from ecomap.io.reading.geodata import read_geopackage, read_shapefile
from ecomap.io.reading.raw import RawSource, fingerprint
from ecomap.io.reading.staging import unpacked
from ecomap.io.reading.wkt import with_shapes
from ecomap.io.reading.workbook import read_workbook
from ecomap.model.errors import InputError
from ecomap.model.formats import OF_THEIR_KIND, SHAPEFILE_PARTS, SHAPEFILE_REST
from ecomap.model.progress import Progress, silent
from ecomap.model.said import joined, say
from ecomap.model.said import name as named

KNOWN = say("EcoMap reads GeoJSON, GeoPackage, shapefiles (also zipped), CSV and Excel files (.xlsx).")


def read_source(path: Path | str, sublayer: str = "", *, progress: Progress | None = None) -> RawSource:
    """Read a file as it is, without changing it.

    Parameters
    ----------
    path : path
        GeoJSON, Esri JSON, Socrata JSON, HSDS JSON, GeoPackage, shapefile (.shp, its folder or a zip), CSV, TSV, XLSX.
    sublayer : str
        A table or layer inside the file; "" takes the one that looks most like data.
    progress : Progress, optional
        Looked at while a table of text is read, so that a long one can be stopped.

    Raises
    ------
    InputError
        If the file is absent, empty, not one of these formats, or holds no table.
    """
    path, progress = Path(path), progress or silent()
    if not path.exists():
        raise InputError(say("There is no file '{file}' at '{folder}'.", file=named(path.name), folder=named(path.parent)), say("Check the name and the folder."))
    try:
        raw = _read_folder(path, sublayer) if path.is_dir() else _read_file(path, sublayer, progress)
        return with_shapes(evolve(raw, path=path, sha256=fingerprint(path)))
    except OSError as problem:
        raise InputError(
            say("{file} could not be opened: {reason}.", file=named(path.name), reason=named(problem.strerror or problem)),
            say("Check that the file is there, that it is not open elsewhere and that you may read it."),
        ) from problem


def _read_folder(path: Path, sublayer: str) -> RawSource:
    shapes = sorted(part for part in path.iterdir() if part.suffix.lower() == ".shp")
    if not shapes:
        raise InputError(
            say("The folder '{folder}' holds no shapefile.", folder=named(path.name)), say("Choose a file in it, for example a .csv or .geojson file.")
        )
    return read_shapefile(shapes, sublayer)


def _read_file(path: Path, sublayer: str, progress: Progress) -> RawSource:
    with path.open("rb") as stream:
        head = stream.read(4096)
    suffix = path.suffix.lower()
    if not head.strip(b"\x00 \t\r\n\xef\xbb\xbf"):
        raise InputError(say("{file} is empty.", file=named(path.name)), say("Download or export it again."))
    if head.startswith(b"PK\x03\x04"):
        return _read_zip(path, sublayer, progress)
    if head.startswith(b"SQLite format 3\x00"):
        return read_geopackage(path, sublayer)
    if head.startswith(b"\x00\x00\x27\x0a") and suffix not in (".shx",):
        return read_shapefile([path], "")
    _refuse_known_strangers(path, head, suffix)
    first = head.lstrip(b"\xef\xbb\xbf \t\r\n")[:1]
    if first in (b"{", b"[") and suffix not in (".csv", ".tsv", ".txt", ".tab"):
        return read_json(path)
    if suffix in OF_THEIR_KIND:
        raise InputError(
            say("{file} is not what its ending says: its content is not a {ending} file.", file=named(path.name), ending=named(suffix)),
            say("It may be a web page saved by mistake, or a broken download. Download it again."),
        )
    return read_delimited(path, progress)


def _read_zip(path: Path, sublayer: str, progress: Progress) -> RawSource:
    with unpacked(path) as (folder, names):
        if "xl/workbook.xml" in names:
            return read_workbook(path, sublayer)
        shapes = sorted(part for part in folder.rglob("*") if part.suffix.lower() == ".shp" and part.is_file())
        if shapes:
            return read_shapefile(shapes, sublayer)
        others = sorted(part for part in folder.rglob("*") if part.is_file())
        if sublayer:
            others = [part for part in others if part.name == sublayer]
        if len(others) == 1:
            return _read_file(others[0], "", progress)
        raise InputError(
            say("{file} holds no shapefile and not exactly one table.", file=named(path.name)),
            say("Unpack it and import the files one by one.") if others else KNOWN,
        )


def _refuse_known_strangers(path: Path, head: bytes, suffix: str) -> None:
    if suffix in (*SHAPEFILE_PARTS, *SHAPEFILE_REST):
        raise InputError(say("{file} is only one part of a shapefile.", file=named(path.name)), say("Choose the .shp file beside it."))
    if head.startswith(b"\xd0\xcf\x11\xe0"):
        raise InputError(say("{file} is an old Excel file (.xls).", file=named(path.name)), say("Open it in Excel and save it as .xlsx or CSV."))
    if head.startswith(b"%PDF"):
        raise InputError(say("{file} is a PDF, not a table.", file=named(path.name)), say("Ask its publisher for the table as CSV or Excel."))
    if head.lstrip()[:9].lower() in (b"<!doctype", b"<html>") or head.lstrip()[:5].lower() in (b"<html", b"<?xml"):
        raise InputError(
            say("{file} is a web page or an XML file, not a table.", file=named(path.name)), joined([say("Download the data itself."), KNOWN])
        )
