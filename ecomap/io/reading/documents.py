"""JSON in its dialects: GeoJSON, Esri JSON, Socrata, Open Referral, plain lists of records."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from attrs import evolve

from ecomap.io.hsds.nested import entities_of_json, is_hsds_json
from ecomap.io.hsds.places import places_of
from ecomap.io.reading.geodata import read_gdal
from ecomap.io.reading.raw import RawSource, text_bytes
from ecomap.io.reading.staging import copied
from ecomap.model.errors import InputError
from ecomap.model.report import ReportLine
from ecomap.model.said import name as named
from ecomap.model.said import say
from ecomap.model.units import format_number

GEOMETRY_TYPES = {
    "Point", "MultiPoint", "LineString", "MultiLineString", "Polygon", "MultiPolygon", "GeometryCollection",
}
_SNIFF = 1 << 16


def read_json(path: Path) -> RawSource:
    """A table out of a JSON file, whichever dialect it speaks."""
    with path.open("rb") as stream:
        head = stream.read(_SNIFF)
    if b'"FeatureCollection"' in head and path.stat().st_size > 4 << 20:
        return _read_geojson(path)
    document = parsed_json(path)
    if isinstance(document, Mapping):
        return _read_object(path, document)
    if isinstance(document, Sequence) and not isinstance(document, str):
        return _read_records(path, document)
    raise InputError(say("{file} holds a single value, not a table.", file=named(path.name)), say("Choose another file."))


def parsed_json(path: Path) -> Any:
    """A JSON document, not trusted: too large, too deep or broken is said in words."""
    data = text_bytes(path)
    for encoding in ("utf-8-sig", "utf-16" if data[:2] in (b"\xff\xfe", b"\xfe\xff") else "cp1252"):
        try:
            return json.loads(data.decode(encoding))
        except UnicodeDecodeError:
            continue
        except RecursionError as problem:
            raise InputError(say("{file} is nested too deeply to be read.", file=named(path.name)),
                             say("Do not use this file; ask its publisher.")) from problem
        except ValueError as problem:
            raise InputError(
                say("{file} is not valid JSON: {reason}.", file=named(path.name), reason=named(str(problem)[:80])),
                say("It is probably cut off or damaged; download it again."),
            ) from problem
    raise InputError(say("{file} is not text that can be read.", file=named(path.name)), say("Save it again as UTF-8."))


def _read_object(path: Path, document: Mapping[str, Any]) -> RawSource:
    kind = document.get("type")
    if not isinstance(kind, str | None):
        kind = None
    if kind == "FeatureCollection" or kind == "Feature" or kind in GEOMETRY_TYPES:
        return _read_geojson(path, document)
    if "features" in document and ("spatialReference" in document or "geometryType" in document):
        return _read_esri(path, document)
    if kind == "Topology":
        raise InputError(say("{file} is TopoJSON, which EcoMap does not read.", file=named(path.name)), say("Ask for GeoJSON instead."))
    if "error" in document and len(document) <= 3:
        raise InputError(say("{file} is the error message of a service, not data.", file=named(path.name)), say("Download it again."))
    if is_hsds_json(document):
        return _read_directory(path, document)
    lists = [value for value in document.values() if _is_records(value)]
    if "resources" in document or "$schema" in document or not lists:
        raise InputError(
            say("{file} describes data but holds no table.", file=named(path.name)), say("Import one of the files it describes instead.")
        )
    return _read_records(path, max(lists, key=len))


def _read_records(path: Path, records: Sequence[Any]) -> RawSource:
    if not records:
        raise InputError(say("{file} is an empty list.", file=named(path.name)), say("Download or export it again."))
    if not all(isinstance(record, Mapping) for record in records):
        raise InputError(say("{file} is a list, but not of records.", file=named(path.name)), say("Choose another file."))
    if is_hsds_json(records):
        return _read_directory(path, records)
    place = _place_column(records)
    return _records_source(path, "Socrata JSON" if place else "JSON table", records, place)


def _read_directory(path: Path, document: Any) -> RawSource:
    rows, lines = places_of(entities_of_json(document, path.name))
    if not rows:
        raise InputError(say("{file} is a directory without services and places.", file=named(path.name)), say("Ask its publisher for the whole directory."))
    return evolve(_records_source(path, "HSDS JSON", rows), notes=lines)


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
    return RawSource(path, "GeoJSON", frame, crs, (), "", max(count, len(frame)), tuple(notes))


def _without_shapes(frame: Any) -> Any:
    import geopandas as gpd  # heavy

    return gpd.GeoDataFrame(frame, geometry=[None] * len(frame), crs="EPSG:4326")


def _read_esri(path: Path, document: Mapping[str, Any]) -> RawSource:
    if not document["features"]:
        raise InputError(say("{file} holds no features.", file=named(path.name)), say("Ask the service again without a filter."))
    with copied([path]) as folder:
        frame, crs = read_gdal(folder / path.name, path)
    notes = []
    if document.get("exceededTransferLimit"):
        notes.append(ReportLine(
            "caution", say("The service cut its answer off after {count} features: there are more.", count=format_number(len(frame)))
        ))
    return RawSource(path, "Esri JSON", frame, crs, (), "", len(frame), tuple(notes))
