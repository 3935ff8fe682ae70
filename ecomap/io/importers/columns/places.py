"""Fields that many roles share."""

from __future__ import annotations

from typing import Any

from ecomap.io.importers.columns.guessing import is_number, is_unique
from ecomap.io.importers.spec import FieldSpec
from ecomap.model import vocabulary as v
from ecomap.model.said import say

LONGITUDE = FieldSpec(
    "longitude", say("Longitude"), "longitude", aliases=(
        "longitude", "lon", "lng", "long", "stop_lon", "longitud", "x_lon", "point_lon", "intptlon", "x",
    ), patterns=(r"longitud", r"(^|_)(lon|lng)(_|$)"), test=is_number, help=say("Degrees east, or x in the file's system."),
)
LATITUDE = FieldSpec(
    "latitude", say("Latitude"), "latitude", aliases=(
        "latitude", "lat", "stop_lat", "latitud", "y_lat", "point_lat", "intptlat", "y",
    ), patterns=(r"latitud", r"(^|_)lat(_|$)"), test=is_number, help=say("Degrees north, or y in the file's system."),
)
ADDRESS = FieldSpec(v.ADDRESS, say("Address"), aliases=(
    "address", "address_1", "address1", "addrln1", "street", "street_address", "full_address", "direccion", "domicilio",
    "physical_address", "streetabr", "address_line_1", "add1", "addr1", "location_address", "mailing_address",
), patterns=(r"^addr", r"direcc"))
CITY = FieldSpec(v.CITY, say("City"), aliases=("city", "ciudad", "municipio", "town", "locality"), patterns=(r"(^|_)city$",))
POSTCODE = FieldSpec(v.POSTCODE, say("ZIP code"), aliases=(
    "zip", "zip_code", "zipcode", "postal_code", "postcode", "codigo_postal", "zip_code_old",
), patterns=(r"^zip", r"postal"))


# Names that columns with the codes of schools have, best first.
SCHOOL_CODES = (
    "cdscode", "cds_code", "cds", "source_id", "school_id", "cds14", "schoolid", "pkey", "codigo_cds", "ncessch", "nces_school_id", "nces_id",
    "state_school_id", "state_id", "dbn", "system_code", "ats_system_code", "urn", "school_number", "school_no", "building_code", "beds_code",
    "campus_id", "irn", "seasch", "laestab", "school_id_number",
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
