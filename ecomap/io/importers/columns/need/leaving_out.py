"""Columns that say nothing of the rows: empty ones, what mapping programs keep for themselves, coordinates beside shapes."""

from __future__ import annotations

import re
from typing import Any, Final

from ecomap.io.table import looks_numeric, parse_numbers, text_of
from ecomap.model.said import NOTHING, Said, say

_ROW_NUMBERS: Final = re.compile(r"^(objectid(_?\d+)?|fid(_\d+)?|ogc_fid|oid_?|gid|esri_oid|column_\d+|unnamed_\d+|index)$")
_SHAPES: Final = re.compile(r"^(st_?)?(shape|geom)(_+(leng?t?h?|area|are|len|star?ea|stlength))*(__?\d)?$|^shape_+st_?(area|length?)_*$|^the_geom$|^geometry(_wkt)?$|^wkt$")
_UNIQUE: Final = re.compile(r"^globalid$")
_OF_DRAWING: Final = re.compile(
    r"^(symbolid|altmode|base|clamped|extruded|tessellate|visibility|draworder|icon|snippet|folderpath|popupinfo|resource_uri|"
    r"slug(_\d)?|layer_id|metadata|stroke(_width|_opacity)?|fill(_opacity)?|marker_\w+|styleurl|stylehash)$"
)
_COORDINATES: Final = re.compile(r"^((stop_)?lat(itude)?|(stop_)?(lon|long|longitude|lng)|point_x|point_y|x|y|intptlat(\d\d)?|intptlon(\d\d)?|centroid_?[xy]|[xy]_?coord(inate)?)$")
EMPTY: Final = say("It is empty.")
ROW_NUMBERS: Final = say("It only numbers the rows.")
BOOKKEEPING: Final = say("A mapping program keeps it for itself.")
COORDINATES: Final = say("Coordinates: the places on the map stand for them.")


def reason_to_leave_out(plain_name: str, cells: Any, placed: bool = True) -> Said:
    """Why a column is not taken into the layer; nothing where it is.

    Its name alone never decides: a column "base" that tells the rows apart is no bookkeeping.

    Parameters
    ----------
    placed : bool
        Whether the rows have their place from elsewhere, so that coordinates are not needed.
    """
    if not _says_something(cells):
        return EMPTY
    if not any(pattern.match(plain_name) for pattern in (_UNIQUE, _SHAPES, _ROW_NUMBERS, _OF_DRAWING, _COORDINATES)):
        return NOTHING
    texts = text_of(cells).dropna()
    if _UNIQUE.match(plain_name) or (_SHAPES.match(plain_name) and _no_words(cells)):
        return BOOKKEEPING
    if _ROW_NUMBERS.match(plain_name) and looks_numeric(cells, share=1.0) and texts.is_unique:
        return ROW_NUMBERS
    if _OF_DRAWING.match(plain_name) and (texts.nunique() == 1 or (not looks_numeric(cells) and plain_name not in ("base", "visibility", "icon"))):
        return BOOKKEEPING
    if placed and _COORDINATES.match(plain_name) and looks_numeric(cells) and _like_coordinates(plain_name, cells):
        return COORDINATES
    return NOTHING


def _says_something(cells: Any) -> bool:
    known = cells.dropna()
    return bool(text_of(known.head(20)).notna().any() or text_of(known).notna().any())


def _no_words(cells: Any) -> bool:
    """Numbers, or shapes written as text."""
    texts = text_of(cells).dropna()
    return looks_numeric(cells) or bool(texts.str.match(r"(?i)^\s*(srid=\d+;)?(multi)?(point|linestring|polygon|geometrycollection)|^[0-9A-F]{20,}$|^\{").mean() > 0.9)


def _like_coordinates(plain_name: str, cells: Any) -> bool:
    """Numbers with decimals, or far from zero, as coordinates are; a column x of 1 and 2 is none."""
    values = parse_numbers(cells).values.dropna()
    return len(values) > 0 and bool((values % 1 != 0).any() or (values.abs() > 1000).all() or len(plain_name) > 2)
