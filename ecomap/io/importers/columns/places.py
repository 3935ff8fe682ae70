"""Fields that many roles share."""

from __future__ import annotations

import re
from typing import Any

from attrs import evolve

from ecomap.io.importers.columns.guessing import is_number, is_unique, plain
from ecomap.io.importers.spec import FieldSpec
from ecomap.io.reading import RawSource
from ecomap.io.table.keys import text_of
from ecomap.io.table.places.bulk import find_bulk
from ecomap.io.table.places.coordinates import holds_pairs, is_coordinate, pair_of
from ecomap.io.table.places.regions import Box
from ecomap.model import vocabulary as v
from ecomap.model.layer import NO_GEOMETRY
from ecomap.model.project import Project
from ecomap.model.report import ReportLine
from ecomap.model.said import name as named
from ecomap.model.said import say

_OF_A_PLACE = r"loc|coord|lat|lon|lng|geo|gps|pos|map|point|place|wkt|shape|where|link|url|ubicac"

LONGITUDE = FieldSpec(
    "longitude", say("Longitude"), "longitude", aliases=(
        "longitude", "lon", "lng", "long", "stop_lon", "longitud", "x_lon", "point_lon", "intptlon", "lange", "laenge", "long_", "x",
        "x_coord", "xcoord", "x_coordinate", "coord_x", "point_x", "gps_x", "geo_x", "map_x", "pos_x", "easting", "eastings", "x_easting", "rechtswert", "ostwert", "este",
    ), patterns=(r"longitud", r"^intptlon", r"(^|_)(lon|lng|longit)(_|\d|$)", r"(^|_)long(_|$)", r"^(gps|geo|y|x)?lon[g]?$", r"langengrad|laengengrad",
                 r"(^|_)lange$", r"(^|_)x(_|$)|(^|_)xco", r"easting", r"^(nztm|osgb|bng|itm|utm|mga|grid|map|gda\d+|coord)_?e(ast)?$|^e(ast)?_?(coord|utm|nztm|osgb|bng|itm|mga)\w*$", r"^lon(dd|wgs)?\d*$"),
    test=is_coordinate, help=say("Degrees east, or x in the file's system."),
)
LATITUDE = FieldSpec(
    "latitude", say("Latitude"), "latitude", aliases=(
        "latitude", "lat", "stop_lat", "latitud", "y_lat", "point_lat", "intptlat", "breite", "lat_", "y",
        "y_coord", "ycoord", "y_coordinate", "coord_y", "point_y", "gps_y", "geo_y", "map_y", "pos_y", "northing", "northings", "y_northing", "hochwert", "nordwert", "norte",
    ), patterns=(r"latitud", r"^intptlat", r"(^|_)(lat|latit)(_|\d|$)", r"^(gps|geo|y|x)?lat$", r"breitengrad", r"(^|_)breite$",
                 r"(^|_)y(_|$)|(^|_)yco", r"northing", r"^(nztm|osgb|bng|itm|utm|mga|grid|map|gda\d+|coord)_?n(orth)?$|^n(orth)?_?(coord|utm|nztm|osgb|bng|itm|mga)\w*$", r"^lat(dd|wgs)?\d*$"),
    test=is_coordinate, help=say("Degrees north, or y in the file's system."),
)
ADDRESS = FieldSpec(v.ADDRESS, say("Address"), aliases=(
    "address", "address_1", "address1", "addrln1", "street", "street_address", "full_address", "direccion", "domicilio",
    "physical_address", "streetabr", "address_line_1", "add1", "addr1", "location_address", "mailing_address",
), patterns=(r"^addr", r"direcc"))
CITY = FieldSpec(v.CITY, say("City"), aliases=("city", "ciudad", "municipio", "town", "locality"), patterns=(r"(^|_)city$",))
POSTCODE = FieldSpec(v.POSTCODE, say("ZIP or postal code"), aliases=(
    "zip", "zip_code", "zipcode", "postal_code", "postcode", "codigo_postal", "zip_code_old",
), patterns=(r"^zip", r"postal"))


# Names that columns with the codes of schools have, best first.
SCHOOL_CODES = (
    "cdscode", "cds_code", "cds", "source_id", "school_id", "cds14", "schoolid", "pkey", "codigo_cds", "ncessch", "nces_school_id", "nces_id",
    "state_school_id", "state_id", "dbn", "system_code", "ats_system_code", "urn", "school_number", "school_no", "building_code", "beds_code",
    "campus_id", "irn", "seasch", "laestab", "school_id_number", "clave_del_centro_de_trabajo", "cct", "codigo_de_centro", "codigo_centro",
    "cod_centro", "codigo_dane", "rbd", "uai", "code_uai", "numero_uai", "schulnummer", "codigo_inep", "brin", "vestigingsnummer",
)


def is_named(cells: Any) -> bool:
    """True unless the cells are numbers: those name nothing without their heading."""
    return not is_number(cells)


def name_field(*first: str, patterns: tuple[str, ...] = ()) -> FieldSpec:
    """The name of a row; `first` are aliases tried before the usual ones."""
    return FieldSpec(v.NAME, say("Name"), aliases=(
        *first, "name", "official_name", "public_name", "facility_name", "site_name", "label", "title", "nombre", "fullname", "full_name",
        "display_name", "display_na", "namelsad",
    ), patterns=(*patterns, r"(^|_)name(_|$|\d)", r"nombre", r"(^|_)(nm|nme)(_|$)"), test=is_named)


def id_field(*first: str) -> FieldSpec:
    """What tells rows apart in the source."""
    return FieldSpec(v.ID, say("Code"), "code", aliases=(
        *first, "id", "geoid", "external_id", "external_i", "code", "unit_id", "identifier", "stop_id", "post_id",
    ), test=is_unique, help=say("A code that is different in every row."))


def with_coordinates(raw: RawSource) -> RawSource:
    """A file whose places stand in one column, "(40.005, -89.995)" or a link to a map, with a column for each axis.

    A file that has shapes, or a column for each axis, is as it is.
    """
    import pandas as pd  # heavy

    if raw.has_geometry or not len(raw.frame) or _has_axes(raw):
        return raw
    columns = sorted(raw.frame.columns, key=lambda column: not re.search(_OF_A_PLACE, plain(str(column))))
    found = next((column for column in columns if holds_pairs(raw.frame[column])), None)
    if found is None:
        return raw
    pairs = [pair_of(text) if isinstance(text, str) else None for text in text_of(raw.frame[found])]
    axes = {f"{axis} ({found})": pd.Series([None if pair is None else repr(pair[n]) for pair in pairs], index=raw.frame.index, dtype=object)
            for n, axis in enumerate(("latitude", "longitude"))}
    count = sum(pair is not None for pair in pairs)
    note = ReportLine("note", say("Latitude and longitude were read from the column '{column}', which holds both.", column=named(str(found))), count)
    return evolve(raw, frame=raw.frame.assign(**axes), notes=(*raw.notes, note))


def _has_axes(raw: RawSource) -> bool:
    """Whether a column for each axis is there, by name and content."""
    names = {column: plain(str(column)) for column in raw.frame.columns}
    for spec in (LONGITUDE, LATITUDE):
        if not any((name in spec.aliases or any(re.search(pattern, name) for pattern in spec.patterns))
                   and is_coordinate(text_of(raw.frame[column].head(400)).dropna()) for column, name in names.items()):
            return False
    return True


def extent_of(project: Project | None) -> Box | None:
    """West, south, east, north in degrees of the bulk of a project's places; None where it has none."""
    import geopandas as gpd  # heavy
    import numpy as np
    import shapely

    if project is None:
        return None
    lon, lat = [], []
    for layer in project.layers:
        if layer.geometry == NO_GEOMETRY or layer.result_id:
            continue
        box = shapely.bounds(np.asarray(project.frame(layer.id).geometry, dtype=object))
        box = box[np.isfinite(box).all(axis=1)]
        corners = gpd.GeoSeries(shapely.points(np.vstack([box[:, :2], box[:, 2:]])), crs=project.crs).to_crs("EPSG:4326")
        lon.append(corners.x.to_numpy())
        lat.append(corners.y.to_numpy())
    if not lon or not sum(map(len, lon)):
        return None
    bulk = find_bulk(np.concatenate(lon), np.concatenate(lat))
    return None if bulk is None else bulk.box
