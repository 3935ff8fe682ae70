"""Files that EcoMap does not read, each called what it is, with the way out."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from ecomap.model.errors import InputError
from ecomap.model.formats import (
    PARTS_BESIDE,
    SHAPEFILE_PARTS,
    SHAPEFILE_REST,
    STRANGERS,
    Stranger,
    stranger_by_ending,
)
from ecomap.model.said import joined, say
from ecomap.model.said import name as named

KNOWN = say(
    "EcoMap reads GeoJSON, GeoPackage, shapefiles, geodatabases, KML and other map files, and tables as CSV, Excel or OpenDocument; also zipped."
)
_MAIN_OF = {part: ending for ending, parts in PARTS_BESIDE.items() for part in parts}


def refused(file: str, stranger: Stranger) -> InputError:
    return InputError(say("EcoMap cannot read {file}: it is {what}.", file=named(file), what=stranger.what), stranger.way_out)


def refuse_stranger(path: Path, head: bytes) -> None:
    """Refuse a file whose content shows that EcoMap does not read its kind.

    Raises
    ------
    InputError
    """
    for one in STRANGERS:
        if any(head[place:].startswith(mark) for place, mark in one.marks) or (one.holds and one.holds in head):
            raise refused(path.name, one)


def refuse_members(path: Path, names: Iterable[str]) -> None:
    """Refuse a zip that is another program's document.

    Raises
    ------
    InputError
    """
    lowered = [name.lower() for name in names]
    for one in STRANGERS:
        if any(name.endswith(ending) for ending in one.members for name in lowered):
            raise refused(path.name, one)


def refuse_part(path: Path) -> None:
    """Refuse one of the parts of a map file, naming the one to choose.

    Raises
    ------
    InputError
    """
    suffix = path.suffix.lower()
    if suffix in (*SHAPEFILE_PARTS, *SHAPEFILE_REST):
        raise InputError(say("{file} is only one part of a shapefile.", file=named(path.name)), say("Choose the .shp file beside it."))
    main = _MAIN_OF.get(suffix)
    if main and path.with_suffix(main).exists():
        raise InputError(say("{file} is only one part of a map file.", file=named(path.name)), say("Choose the {ending} file beside it.", ending=named(main)))


def refuse_page(path: Path, head: bytes) -> None:
    """Refuse a web page or a kind of XML that holds no map.

    Raises
    ------
    InputError
    """
    start = head.lstrip(b"\xef\xbb\xbf \t\r\n")
    if b"<table" in start.lower() and path.suffix.lower() in (".xls", ".xlsx"):
        raise InputError(say("{file} is a web page with a table, not an Excel file.", file=named(path.name)),
                         say("Open it in Excel and save it as .xlsx or CSV."))
    if start[:9].lower() in (b"<!doctype", b"<html>") or start[:5].lower() in (b"<html", b"<?xml"):
        raise InputError(
            say("{file} is a web page or an XML file, not a table.", file=named(path.name)), joined([say("Download the data itself."), KNOWN])
        )


def refuse_links(path: Path, head: bytes) -> None:
    """Refuse a KML file that only points to others.

    Raises
    ------
    InputError
    """
    if b"<NetworkLink" in head and b"<Placemark" not in path.read_bytes():
        raise InputError(say("{file} holds only a link to a map on the network, no places.", file=named(path.name)),
                         say("Open it in Google Earth, save the places themselves as KML and import that."))


def refuse_ending(path: Path) -> None:
    """Refuse a file whose content says nothing, by its ending.

    Raises
    ------
    InputError
    """
    one = stranger_by_ending(path.suffix)
    if one is not None:
        raise refused(path.name, one)


def locked(path: Path) -> InputError:
    """A workbook that only its password opens."""
    return InputError(say("{file} is locked with a password.", file=named(path.name)),
                      say("Open it in Excel, take the password away (File, Info, Protect Workbook) and save it again."))
