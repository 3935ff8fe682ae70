"""One sound little file of every format, each with the role it fits."""

from __future__ import annotations

import bz2
import gzip
import json
import lzma
import zipfile
from collections.abc import Callable, Mapping
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import geopandas as gpd
import pandas as pd
import pyogrio
from attrs import frozen
from shapely.geometry import Point, box

ROWS = 9
AREAS, SCHOOLS, SERVICES = "need_area", "school", "service"


@frozen
class Seed:
    """A sound file, with the files that belong to it (by name), and the role it is imported as."""

    format: str
    name: str
    role: str
    files: Mapping[str, bytes]


def seeds(folder: Path) -> list[Seed]:
    """A seed of every format that can be written here; the others are left out."""
    folder.mkdir(parents=True, exist_ok=True)
    found = [*_tables(), *_documents(), *_maps(folder)]
    return [*found, *_packed(found)]


def schools() -> pd.DataFrame:
    return pd.DataFrame({
        "school_id": [f"01{n:04d}" for n in range(ROWS)],
        "school_name": [f"Peña School {n}" for n in range(ROWS)],
        "level": ["Elementary", "Middle", "High"] * (ROWS // 3),
        "enrollment": [100 + 17 * n for n in range(ROWS)],
        "opened": [f"08/{n + 1:02d}/2011" for n in range(ROWS)],
        "longitude": [round(-89.9 + 0.01 * n, 4) for n in range(ROWS)],
        "latitude": [round(40.1 + 0.01 * n, 4) for n in range(ROWS)],
    })


def areas() -> gpd.GeoDataFrame:
    shapes = [box(-90 + 0.02 * (n % 3), 40 + 0.02 * (n // 3), -89.98 + 0.02 * (n % 3), 40.02 + 0.02 * (n // 3)) for n in range(ROWS)]
    return gpd.GeoDataFrame({
        "GEOID": [f"17001{n:06d}" for n in range(ROWS)], "NAME": [f"Tract {n}" for n in range(ROWS)],
        "population": [1000 + 31 * n for n in range(ROWS)], "pct_poverty": [3.5 * n for n in range(ROWS)],
    }, geometry=shapes, crs="EPSG:4326")


def places() -> gpd.GeoDataFrame:
    frame = schools().drop(columns=["longitude", "latitude"])
    return gpd.GeoDataFrame(frame, geometry=[Point(-89.9 + 0.01 * n, 40.1 + 0.01 * n) for n in range(ROWS)], crs="EPSG:4326")


def _one(format: str, name: str, role: str, content: bytes) -> Seed:
    return Seed(format, name, role, {name: content})


def _tables() -> list[Seed]:
    table = schools()
    text = table.to_csv(index=False)
    wkb = areas().assign(geom=areas().geometry.to_wkb(hex=True)).drop(columns="geometry")
    wkt = areas().assign(geom=areas().geometry.to_wkt()).drop(columns="geometry")
    return [
        _one("csv", "schools.csv", SCHOOLS, text.encode()),
        _one("csv;", "semicolons.csv", SCHOOLS, table.to_csv(index=False, sep=";", decimal=",").encode("cp1252")),
        _one("tsv", "schools.tsv", SCHOOLS, table.to_csv(index=False, sep="\t").encode("utf-16")),
        _one("wkb", "areas.csv", AREAS, wkb.to_csv(index=False).encode()),
        _one("wkt", "shapes.csv", AREAS, wkt.to_csv(index=False).encode()),
    ]


def _documents() -> list[Seed]:
    collection = json.loads(areas().to_json(drop_id=True))
    features = collection["features"]
    lines = "\n".join(json.dumps(feature) for feature in features)
    records = [{**row, "location": {"type": "Point", "coordinates": [row["longitude"], row["latitude"]]}} for row in schools().to_dict("records")]
    return [
        _one("geojson", "areas.geojson", AREAS, json.dumps(collection).encode()),
        _one("geojsonl", "areas.geojsonl", AREAS, lines.encode()),
        _one("esrijson", "areas.json", AREAS, json.dumps(_esri(features)).encode()),
        _one("topojson", "areas.topojson", AREAS, json.dumps(_topology(features)).encode()),
        _one("json", "records.json", SCHOOLS, json.dumps(records).encode()),
        _one("hsds", "directory.json", SERVICES, json.dumps(_directory()).encode()),
        _one("osm", "map.osm", SCHOOLS, _osm().encode()),
    ]


def _esri(features: list[dict[str, Any]]) -> dict[str, Any]:
    return {
        "geometryType": "esriGeometryPolygon", "spatialReference": {"wkid": 4326},
        "fields": [{"name": "GEOID", "type": "esriFieldTypeString"}, {"name": "population", "type": "esriFieldTypeInteger"}],
        "features": [{"attributes": {k: one["properties"][k] for k in ("GEOID", "population")},
                      "geometry": {"rings": one["geometry"]["coordinates"]}} for one in features],
    }


def _topology(features: list[dict[str, Any]]) -> dict[str, Any]:
    arcs = [one["geometry"]["coordinates"][0] for one in features]
    shapes = [{"type": "Polygon", "arcs": [[n]], "properties": one["properties"]} for n, one in enumerate(features)]
    return {"type": "Topology", "objects": {"areas": {"type": "GeometryCollection", "geometries": shapes}}, "arcs": arcs}


def _directory() -> list[dict[str, Any]]:
    return [{
        "id": f"s{n}", "name": f"Pantry {n}", "status": "active", "organization": {"id": f"o{n % 2}", "name": f"Partner {n % 2}"},
        "service_at_locations": [{"id": f"l{n}", "location": {"id": f"p{n}", "location_type": "physical", "latitude": 40.1 + n / 100, "longitude": -89.9}}],
    } for n in range(ROWS)]


def _osm() -> str:
    nodes = "".join(f'<node id="{n + 1}" version="1" lat="{40.1 + n / 100}" lon="-89.9"><tag k="amenity" v="school"/><tag k="name" v="School {n}"/></node>'
                    for n in range(ROWS))
    return f'<?xml version="1.0" encoding="UTF-8"?><osm version="0.6" generator="by hand">{nodes}</osm>'


def _maps(folder: Path) -> list[Seed]:
    """What GDAL, openpyxl and pyarrow write; a writer that is not there gives no seed."""
    written: list[tuple[str, str, str, Callable[[Path], object]]] = [
        ("gpkg", "areas.gpkg", AREAS, lambda path: areas().to_file(path, driver="GPKG")),
        ("shp", "areas.shp", AREAS, lambda path: areas().to_file(path)),
        ("fgb", "areas.fgb", AREAS, lambda path: areas().to_file(path, driver="FlatGeobuf")),
        ("kml", "areas.kml", AREAS, lambda path: areas().rename(columns={"NAME": "Name"}).to_file(path, driver="KML")),
        ("gml", "areas.gml", AREAS, lambda path: areas().to_file(path, driver="GML")),
        ("gpx", "places.gpx", SCHOOLS, lambda path: places()[["school_name", "geometry"]].rename(columns={"school_name": "name"}).to_file(path, driver="GPX", layer="waypoints")),
        ("tab", "areas.tab", AREAS, lambda path: areas().to_file(path, driver="MapInfo File")),
        ("mif", "areas.mif", AREAS, lambda path: areas().to_file(path, driver="MapInfo File", FORMAT="MIF")),
        ("sqlite", "areas.sqlite", AREAS, lambda path: areas().to_file(path, driver="SQLite")),
        ("mbtiles", "places.mbtiles", SCHOOLS, lambda path: places().to_file(path, driver="MBTILES", MINZOOM=8, MAXZOOM=9)),
        ("pmtiles", "places.pmtiles", SCHOOLS, lambda path: places().to_file(path, driver="PMTiles", MINZOOM=8, MAXZOOM=9)),
        ("ods", "schools.ods", SCHOOLS, lambda path: pyogrio.write_dataframe(schools(), path, driver="ODS")),
        ("pbf", "map.osm.pbf", SCHOOLS, lambda path: pyogrio.write_dataframe(places(), path, driver="OSM")),
        ("xlsx", "schools.xlsx", SCHOOLS, lambda path: schools().to_excel(path, index=False)),
        ("gdb", "areas.gdb", AREAS, lambda path: areas().to_file(path, driver="OpenFileGDB")),
    ]
    if find_spec("pyarrow"):
        written.append(("parquet", "areas.parquet", AREAS, lambda path: areas().to_parquet(path)))
    found = []
    for format, name, role, write in written:
        place = folder / format
        place.mkdir(exist_ok=True)
        try:
            write(place / name)
        except (pyogrio.errors.DataSourceError, ValueError, RuntimeError):
            continue
        files = {path.relative_to(place).as_posix(): path.read_bytes() for path in sorted(place.rglob("*")) if path.is_file()}
        found.append(Seed(format, name, role, files))
    return found


def _packed(found: list[Seed]) -> list[Seed]:
    one = {seed.format: seed for seed in found}
    csv = next(iter(one["csv"].files.values()))
    packed = [
        _one("csv.gz", "schools.csv.gz", SCHOOLS, gzip.compress(csv, mtime=0)),
        _one("csv.bz2", "schools.csv.bz2", SCHOOLS, bz2.compress(csv)),
        _one("csv.xz", "schools.csv.xz", SCHOOLS, lzma.compress(csv)),
    ]
    for format, of, name in (("zip", "shp", "areas.zip"), ("gdb.zip", "gdb", "areas.gdb.zip"), ("kmz", "kml", "areas.kmz")):
        if of in one:
            packed.append(_one(format, name, one[of].role, zipped(one[of].files)))
    return packed


def zipped(files: Mapping[str, bytes]) -> bytes:
    """A zip of these files, the same bytes every time."""
    import io

    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files.items():
            archive.writestr(zipfile.ZipInfo(name), content, zipfile.ZIP_DEFLATED)
    return out.getvalue()
