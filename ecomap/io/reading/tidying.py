"""What a format adds to every row by itself is left out; what it hides in one cell is spread into columns."""

from __future__ import annotations

import html
import re
from collections import Counter
from typing import Any, Final

from ecomap.model.report import ReportLine
from ecomap.model.said import plural, say

Lines = tuple[ReportLine, ...]
# KML's own columns, and what stands in them where nobody set them.
_KML_DEFAULTS: Final = {
    "timestamp": (), "begin": (), "end": (), "altitudeMode": ("clampToGround", "clampedToGround"), "tessellate": (-1, 0, 1), "extrude": (0, -1),
    "visibility": (-1, 0, 1), "drawOrder": (0, -1), "icon": (), "snippet": (), "description": (), "Name": (), "Description": (),
}
_RUNNING: Final = re.compile(r"^(?:[A-Za-z_][\w-]*[._-]|[A-Za-z_]*)?(\d{1,7})$")  # kml_12, ID_00001, tracts.7
_ROW: Final = re.compile(r"<tr[^>]*>\s*<t[dh][^>]*>(.*?)</t[dh]>\s*<td[^>]*>(.*?)</td>\s*</tr>", re.IGNORECASE | re.DOTALL)
_MARKUP: Final = re.compile(r"<[^>]+>")
_TAG: Final = re.compile(r'"((?:[^"\\]|\\.)*)"=>"((?:[^"\\]|\\.)*)"')
# Tags of OpenStreetMap that say something of streets, places and services; others stay together in one column.
OSM_TAGS: Final = (
    "amenity", "name", "name:en", "name:es", "alt_name", "highway", "foot", "access", "sidewalk", "footway", "bridge", "tunnel", "layer", "maxspeed",
    "oneway", "surface", "service", "lanes", "lit", "wheelchair", "operator", "operator:type", "ref", "addr:housenumber", "addr:street", "addr:city",
    "addr:state", "addr:postcode", "phone", "contact:phone", "website", "contact:website", "email", "opening_hours", "capacity", "school:type",
    "school", "school:level", "isced:level", "grades", "min_age", "max_age", "student_count", "capacity:persons", "religion", "healthcare",
    "healthcare:speciality", "social_facility", "social_facility:for", "community_centre", "leisure", "shop", "building", "landuse", "office",
    "natural", "water", "waterway", "railway", "place", "boundary", "admin_level", "population", "start_date", "end_date", "description", "short_name", "official_name", "fee",
)


def tidy_kml(frame: Any) -> tuple[Any, Lines]:
    """Placemarks with what their author said of them; tables in the descriptions become columns."""
    frame, lines = _with_tables(frame)
    idle = [column for column, usual in _KML_DEFAULTS.items() if column in frame.columns and _is_idle(frame[column], usual)]
    idle += _running_numbers(frame, "id")
    return frame.drop(columns=[column for column in dict.fromkeys(idle) if len(frame.columns) > len(idle)]), lines


def tidy_gml(frame: Any) -> tuple[Any, Lines]:
    return frame.drop(columns=[*_running_numbers(frame, "gml_id"), *_running_numbers(frame, "fid")]), ()


def tidy_topojson(frame: Any) -> tuple[Any, Lines]:
    return frame.drop(columns=[column for column in ("id",) if column in frame.columns and frame[column].isna().all()]), ()


def tidy_gpx(frame: Any) -> tuple[Any, Lines]:
    """Without the columns of the format that nobody filled."""
    return _filled(frame), ()


def tidy_osm(frame: Any) -> tuple[Any, Lines]:
    """Objects of OpenStreetMap with their tags as columns."""
    frame = _filled(frame)
    if "other_tags" not in frame.columns:
        return frame, ()
    tags = [dict(_TAG.findall(cell)) if isinstance(cell, str) else {} for cell in frame["other_tags"]]
    there = {tag for found in tags for tag in found}
    out, spread = {}, []
    for tag in OSM_TAGS:
        if tag in there:
            cells = [_unescaped(found.pop(tag, None)) for found in tags]
            out[tag] = [cell if cell is not None else before for cell, before in zip(cells, frame[tag])] if tag in frame.columns else cells
            spread.append(tag)
    rest = [", ".join(f"{key}={_unescaped(value)}" for key, value in found.items()) or None for found in tags]
    frame = frame.drop(columns="other_tags").assign(**out)
    if any(rest):
        frame = frame.assign(other_tags=rest)
    lines = (ReportLine("note", plural("{n} tag of OpenStreetMap became a column; the rarer ones stay together in 'other_tags'.",
                                       "{n} tags of OpenStreetMap became columns; the rarer ones stay together in 'other_tags'.", len(spread)),
                        None, tuple(spread[:5])),) if spread else ()
    return frame, lines


def _unescaped(value: str | None) -> str | None:
    return None if value is None else value.replace('\\"', '"').replace("\\\\", "\\")


def _filled(frame: Any) -> Any:
    return frame[[column for column in frame.columns if column == "geometry" or frame[column].notna().any()]]


def _is_idle(cells: Any, usual: tuple[Any, ...]) -> bool:
    told = [cell for cell in cells.dropna() if cell != ""]
    return not told or (bool(usual) and all(cell in usual for cell in told))


def _running_numbers(frame: Any, column: str) -> list[str]:
    """The column, if it holds only the numbers that a program gave to its rows."""
    if column not in frame.columns or len(frame.columns) <= 2:
        return []
    told = frame[column].dropna().astype(str)
    numbers = [int(found.group(1)) for text in told if (found := _RUNNING.match(text))]
    running = len(numbers) == len(told) and (not numbers or max(numbers) - min(numbers) <= 2 * len(numbers))
    return [column] if running else []


def _with_tables(frame: Any) -> tuple[Any, Lines]:
    """Descriptions that are HTML tables of a heading and a cell per row, as programs make them of their columns."""
    column = next((name for name in ("description", "Description") if name in frame.columns), "")
    if not column:
        return frame, ()
    texts = frame[column].tolist()
    told = sum(isinstance(text, str) for text in texts)
    found = [{_plain_text(key): _plain_text(value) for key, value in _ROW.findall(text)} if isinstance(text, str) else {} for text in texts]
    tables = sum(len(one) >= 2 for one in found)
    if not tables or tables < 0.9 * told:
        marked = sum(isinstance(text, str) and bool(_MARKUP.search(text)) for text in texts)
        line = ReportLine("note", say("Descriptions are written as web text (HTML); kept as they are, not split into columns."), marked)
        return frame, (line,) if marked else ()
    counts = Counter(key for one in found for key in one if key)
    taken = {str(name).lower() for name in frame.columns}
    names = [key for key, count in counts.items() if count >= 0.5 * tables and key.lower() not in taken]
    out = frame.drop(columns=column).assign(**{key: [one.get(key) or None for one in found] for key in names})
    return out, (ReportLine("note", say("The columns were read from the tables in the descriptions of the places."), tables, tuple(names[:5])),)


def _plain_text(markup: str) -> str:
    text = html.unescape(_MARKUP.sub("", markup)).strip()
    return "" if text.lower() in ("<null>", "null") else text
