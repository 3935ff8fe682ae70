"""JSON in its dialects: GeoJSON, Esri JSON, Socrata, Open Referral, plain lists of records."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from attrs import evolve

from ecomap.io.hsds.nested import entities_of_json, is_hsds_json
from ecomap.io.hsds.places import places_of
from ecomap.io.reading.curves import has_curves, straightened
from ecomap.io.reading.geodata import MapFile, read_gdal, read_map
from ecomap.io.reading.jsonlines import first_record, record_count, records_of_lines
from ecomap.io.reading.limits import require_cells
from ecomap.io.reading.raw import RawSource, loaded, text_bytes
from ecomap.io.reading.staging import copied
from ecomap.io.reading.tidying import tidy_topojson
from ecomap.model.errors import InputError
from ecomap.model.report import ReportLine
from ecomap.model.said import name as named
from ecomap.model.said import say
from ecomap.model.units import format_number

GEOMETRY_TYPES = {
    "Point", "MultiPoint", "LineString", "MultiLineString", "Polygon", "MultiPolygon", "GeometryCollection",
}
_SNIFF = 1 << 16
DEPTH = 2
_LIMIT = re.compile(rb'"exceededTransferLimit"\s*:\s*true')
_TOPOJSON = MapFile("TopoJSON", ".json", ("TopoJSON",), tidy_topojson)


def read_json(path: Path, sublayer: str = "", prefer: Sequence[str] | None = None) -> RawSource:
    """A table out of a JSON file, whichever dialect it speaks."""
    with path.open("rb") as stream:
        head = stream.read(_SNIFF)
    if b'"FeatureCollection"' in head and path.stat().st_size > 4 << 20:
        return _read_geojson(path)
    first = first_record(path)
    if isinstance(first, Mapping):
        return _read_feature_lines(path) if first.get("type") == "Feature" else _read_records(path, records_of_lines(path))
    document = parsed_json(path)
    if isinstance(document, Mapping):
        return _read_object(path, document, sublayer, prefer)
    if isinstance(document, Sequence) and not isinstance(document, str):
        return _read_records(path, document)
    raise InputError(say("{file} holds a single value, not a table.", file=named(path.name)), say("Choose another file."))


def parsed_json(path: Path) -> Any:
    """A JSON document, not trusted: too large, too deep or broken is said in words. One object per line makes a list."""
    data = text_bytes(path)
    for encoding in ("utf-8-sig", "utf-16" if data[:2] in (b"\xff\xfe", b"\xfe\xff") else "cp1252"):
        try:
            return loaded(data.decode(encoding))
        except UnicodeDecodeError:
            continue
        except RecursionError as problem:
            raise InputError(say("{file} is nested too deeply to be read.", file=named(path.name)),
                             say("Do not use this file; ask its publisher.")) from problem
        except ValueError as problem:
            if first_record(path) is not None:
                return list(records_of_lines(path))
            raise InputError(
                say("{file} is not valid JSON: {reason}.", file=named(path.name), reason=named(str(problem)[:80])),
                say("It is probably cut off or damaged; download it again."),
            ) from problem
    raise InputError(say("{file} is not text that can be read.", file=named(path.name)), say("Save it again as UTF-8."))


def _read_feature_lines(path: Path) -> RawSource:
    """GeoJSON with a feature per line."""
    records = record_count(path)
    with copied([path]) as folder:
        frame, crs = read_gdal((folder / path.name).rename(folder / "lines.geojsonl"), path)
    if "geometry" not in frame.columns:
        frame = _without_shapes(frame)
    lost = max(records - len(frame), 0)
    notes = (ReportLine("dropped", say("Lines that are not features."), lost),) if lost else ()
    return RawSource(path, "GeoJSON lines", frame, crs, (), "", len(frame) + lost, notes)


def _read_object(path: Path, document: Mapping[str, Any], sublayer: str, prefer: Sequence[str] | None) -> RawSource:
    kind = document.get("type")
    if not isinstance(kind, str | None):
        kind = None
    if kind == "FeatureCollection" or kind == "Feature" or kind in GEOMETRY_TYPES:
        return _read_geojson(path, document)
    if "features" in document and ("spatialReference" in document or "geometryType" in document):
        return _read_esri(path, document)
    if document.get("features") == []:
        raise InputError(say("{file} holds no features.", file=named(path.name)), say("Download or export it again."))
    if kind == "Topology":
        return read_map(path, _TOPOJSON, sublayer, prefer)
    if "error" in document and len(document) <= 3:
        raise InputError(say("{file} is the error message of a service, not data.", file=named(path.name)), say("Download it again."))
    if is_hsds_json(document):
        return _read_directory(path, document)
    if rows := _portal_rows(document):
        return _read_records(path, rows)
    lists = _lists_in(document, DEPTH)
    if "resources" in document or "$schema" in document or not lists:
        raise InputError(
            say("{file} describes data but holds no table.", file=named(path.name)), say("Import one of the files it describes instead.")
        )
    return _read_records(path, max(lists, key=len))


def _read_records(path: Path, records: Sequence[Any]) -> RawSource:
    if not records:
        raise InputError(say("{file} is an empty list.", file=named(path.name)), say("Download or export it again."))
    if _is_table(records):
        records = [dict(zip(records[0], row)) for row in records[1:]]
    if not all(isinstance(record, Mapping) for record in records):
        raise InputError(say("{file} is a list, but not of records.", file=named(path.name)), say("Choose another file."))
    if is_hsds_json(records):
        return _read_directory(path, records)
    place = _place_column(records)
    return _records_source(path, "Socrata JSON" if place else "JSON table", records, place)


def _is_table(records: Sequence[Any]) -> bool:
    """A list of lists of one length, the first of which holds the headings, as the Census API answers."""
    if len(records) < 2 or not all(isinstance(row, list) for row in records):
        return False
    head = records[0]
    return bool(head) and all(isinstance(name, str) and name for name in head) and len(set(head)) == len(head) and all(len(row) == len(head) for row in records)


def _portal_rows(document: Mapping[str, Any]) -> list[dict[str, Any]]:
    """The rows of a whole download of a Socrata portal: columns described in "meta", cells in lists under "data"."""
    meta, data = document.get("meta"), document.get("data")
    view = meta.get("view") if isinstance(meta, Mapping) else None
    columns = view.get("columns") if isinstance(view, Mapping) else None
    if not isinstance(columns, list) or not isinstance(data, list) or not data:
        return []
    if not all(isinstance(one, Mapping) and isinstance(one.get("name"), str) for one in columns) or not all(isinstance(row, list) for row in data):
        return []
    own = [n for n, one in enumerate(columns) if not str(one.get("fieldName", "")).startswith(":")]
    return [{columns[n]["name"]: _portal_cell(row[n]) for n in own if n < len(row)} for row in data]


def _portal_cell(value: Any) -> Any:
    """Places stand in lists: address, latitude, longitude, and two marks."""
    if isinstance(value, list) and len(value) == 5 and value[1] is not None and value[2] is not None:
        return f"POINT ({value[2]} {value[1]})"
    return value


def _read_directory(path: Path, document: Any) -> RawSource:
    rows, lines = places_of(entities_of_json(document, path.name))
    if not rows:
        raise InputError(say("{file} is a directory without services and places.", file=named(path.name)), say("Ask its publisher for the whole directory."))
    return evolve(_records_source(path, "HSDS JSON", rows), notes=lines)


def _lists_in(document: Mapping[str, Any], depth: int) -> list[Any]:
    """Lists of records in an object, or in the objects in it, as services wrap their answers."""
    here = [value for value in document.values() if _is_records(value)]
    if here or depth == 0:
        return here
    return [found for value in document.values() if isinstance(value, Mapping) for found in _lists_in(value, depth - 1)]


def _is_records(value: Any) -> bool:
    return isinstance(value, list) and bool(value) and all(isinstance(item, Mapping) for item in value)


def _place_column(records: Sequence[Mapping[str, Any]]) -> str:
    """The column that holds GeoJSON geometries, "" if none does."""
    for record in records[:50]:
        for name, value in record.items():
            if isinstance(value, Mapping) and value.get("type") in GEOMETRY_TYPES:
                return name
    return ""


def _records_source(path: Path, kind: str, records: Sequence[Mapping[str, Any]], place: str = "") -> RawSource:
    import geopandas as gpd  # heavy
    import pandas as pd  # heavy
    from shapely.errors import ShapelyError
    from shapely.geometry import shape

    names = list(dict.fromkeys(name for record in records for name in record if name != place))
    require_cells(len(records), len(names), path.name)
    plain = [[_cell(record.get(name)) for name in names] for record in records]
    frame = pd.DataFrame(plain, columns=names, dtype=object)
    if not place:
        return RawSource(path, kind, frame, None, (), "", len(frame))
    shapes, broken = [], 0
    for record in records:
        try:
            shapes.append(shape(record[place]) if record.get(place) else None)
        except (ShapelyError, KeyError, ValueError, TypeError, AttributeError, IndexError, OverflowError):
            shapes.append(None)
            broken += 1
    notes = (ReportLine("caution", say("Shapes that cannot be understood."), broken),) if broken else ()
    from pyproj import CRS

    located = gpd.GeoDataFrame(frame, geometry=shapes, crs="EPSG:4326")
    return RawSource(path, kind, located, CRS.from_epsg(4326), (), "", len(frame), notes)


def _cell(value: Any) -> Any:
    if isinstance(value, Mapping) and "latitude" in value and "longitude" in value:
        return f"POINT ({value['longitude']} {value['latitude']})"
    return json.dumps(value, ensure_ascii=False) if isinstance(value, Mapping | list) else value


def _read_geojson(path: Path, document: Mapping[str, Any] | None = None) -> RawSource:
    if document is not None and document.get("type") == "FeatureCollection" and not document.get("features"):
        raise InputError(say("{file} holds no features.", file=named(path.name)), say("Download or export it again."))
    with copied([path]) as folder:
        frame, crs = read_gdal(folder / path.name, path)
    if "geometry" not in frame.columns:
        frame = _without_shapes(frame)
    notes = []
    count = len(document["features"]) if document and isinstance(document.get("features"), list) else len(frame)
    lost = count - len(frame)
    if lost > 0:
        notes.append(ReportLine("dropped", say("Entries of the list that are not features."), lost))
    if _says_cut_off(path, document):
        notes.append(_cut_off(len(frame)))
    require_cells(len(frame), len(frame.columns), path.name)
    return RawSource(path, "GeoJSON", frame, crs, (), "", max(count, len(frame)), tuple(notes))


def _without_shapes(frame: Any) -> Any:
    import geopandas as gpd  # heavy

    return gpd.GeoDataFrame(frame, geometry=[None] * len(frame), crs="EPSG:4326")


def _read_esri(path: Path, document: Mapping[str, Any]) -> RawSource:
    if not document["features"]:
        raise InputError(say("{file} holds no features.", file=named(path.name)), say("Ask the service again without a filter."))
    notes = []
    with copied([path]) as folder:
        copy = folder / path.name
        if has_curves(document):
            copy, count = _straight_copy(copy, path, document)
            notes.append(ReportLine("mended", say("Shapes with curves: each curve was replaced by many short straight lines."), count))
        frame, crs = read_gdal(copy, path)
    if document.get("exceededTransferLimit"):
        notes.append(_cut_off(len(frame)))
    return RawSource(path, "Esri JSON", frame, crs, (), "", len(frame), tuple(notes))


def _straight_copy(copy: Path, path: Path, document: Mapping[str, Any]) -> tuple[Path, int]:
    try:
        straight, count = straightened(document)
        copy.write_text(json.dumps(straight), encoding="utf-8")
    except (ValueError, TypeError, IndexError, KeyError, OverflowError, StopIteration) as problem:
        raise InputError(say("{file} holds curves that are not written as such.", file=named(path.name)), say("Ask the service for plain shapes (returnTrueCurves=false).")) from problem
    return copy, count


def _cut_off(rows: int) -> ReportLine:
    return ReportLine("caution", say("The service cut its answer off after {count} features: there are more.", count=format_number(rows)))


def _says_cut_off(path: Path, document: Mapping[str, Any] | None) -> bool:
    if document is not None:
        told = document.get("properties")
        return document.get("exceededTransferLimit") is True or (isinstance(told, Mapping) and told.get("exceededTransferLimit") is True)
    with path.open("rb") as stream:
        head = stream.read(_SNIFF)
        stream.seek(max(path.stat().st_size - _SNIFF, 0))
        return bool(_LIMIT.search(head) or _LIMIT.search(stream.read(_SNIFF)))
