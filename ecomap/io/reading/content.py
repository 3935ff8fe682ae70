"""What kind of file it is, told by its first bytes; its ending is asked only where they say nothing."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Final

from ecomap.io.reading.packed import is_packed
from ecomap.model.errors import InputError
from ecomap.model.said import name as named
from ecomap.model.said import say

HEAD: Final = 1 << 16
PACKED, ZIP, SQLITE, SHAPEFILE, OLE, PARQUET, JSON, TEXT, TABLE_OF_DBASE = "packed", "zip", "sqlite", "shapefile", "ole", "parquet", "json", "text", "dbf"
KML, GML, GPX, OSM, PBF, FLATGEOBUF, MAPINFO, MAPINFO_TEXT, PMTILES = "kml", "gml", "gpx", "osm", "pbf", "fgb", "tab", "mif", "pmtiles"
_MARKS: Final = (
    (b"SQLite format 3\x00", SQLITE), (b"\x00\x00\x27\x0a", SHAPEFILE), (b"\xd0\xcf\x11\xe0", OLE), (b"PAR1", PARQUET), (b"fgb\x03", FLATGEOBUF),
    (b"PMTiles", PMTILES), (b"PK\x03\x04", ZIP), (b"PK\x05\x06", ZIP),
)
_ROOT: Final = re.compile(rb"<(?:[\w.-]+:)?([A-Za-z][\w.-]*)[\s>/]")
_ROOTS: Final = {b"kml": KML, b"gpx": GPX, b"osm": OSM, b"osmChange": OSM}
_DBASE: Final = frozenset((0x02, 0x03, 0x04, 0x05, 0x30, 0x31, 0x32, 0x43, 0x63, 0x7B, 0x83, 0x8B, 0xCB, 0xF5, 0xFB))
# Descriptions by which a reader of maps would open other files or the network.
_REACHING_OUT: Final = (b"<OGRVRT", b"<VRTDataset", b"<OGRWFS", b"<OGRCSW", b"gdal_streamed_alg", b"<GDAL_WMS", b"<OGROAPIF")


def kind_of(path: Path, head: bytes) -> str:
    """The kind of a file that begins like this: one of this module's words; "" for bytes that are neither text nor known."""
    if is_packed(head):
        return PACKED
    for mark, kind in _MARKS:
        if head.startswith(mark):
            return kind
    if b"OSMHeader" in head[:32]:
        return PBF
    if _is_dbase(head):
        return TABLE_OF_DBASE
    start = head.lstrip(b"\xef\xbb\xbf\x1e \t\r\n")
    if start[:1] in (b"{", b"["):
        return JSON
    if start[:1] == b"<":
        return _kind_of_xml(start)
    if start[:6].lower() == b"!table":
        return MAPINFO
    if re.match(rb"version\s+\d+\s", start[:20].lower()) and b"columns" in start.lower():
        return MAPINFO_TEXT
    return TEXT


def _kind_of_xml(start: bytes) -> str:
    root = next((match.group(1) for match in _ROOT.finditer(start) if not match.group(1).lower().startswith(b"xml")), b"")
    if root in _ROOTS:
        return _ROOTS[root]
    if b"opengis.net/gml" in start[:4096] or (root == b"FeatureCollection" and b"gml" in start[:4096]):
        return GML
    return ""


def _is_dbase(head: bytes) -> bool:
    """A header whose own figures fit together: a day, a length, and a field's name behind it."""
    if len(head) < 65 or head[0] not in _DBASE or not (1 <= head[2] <= 12 and 1 <= head[3] <= 31):
        return False
    length, width = int.from_bytes(head[8:10], "little"), int.from_bytes(head[10:12], "little")
    return length >= 65 and width >= 2 and bytes((head[43],)) in (b"C", b"N", b"F", b"D", b"L", b"M", b"I", b"T", b"B", b"Y", b"@", b"+", b"O", b"G")


def refuse_reaching_out(path: Path, head: bytes) -> None:
    """Refuse a file that would make the reader of maps open other files or the network.

    Raises
    ------
    InputError
    """
    if any(mark in head for mark in _REACHING_OUT) or (b"<!ENTITY" in head and head.lstrip(b"\xef\xbb\xbf \t\r\n")[:1] == b"<"):
        raise InputError(say("{file} is built to open other files or to fill the memory.", file=named(path.name)),
                         say("Do not use this file; ask its publisher for a clean one."))
