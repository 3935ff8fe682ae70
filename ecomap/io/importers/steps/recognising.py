"""Which role a file could play, by its shapes, its columns, its codes and its name."""

from __future__ import annotations

import re
from typing import Any

from ecomap.io.importers.columns.guessing import SAMPLE, guess_mapping, is_cds, is_geoid, is_tract_name, plain
from ecomap.io.importers.roles import allocation, funding_rate, position, spending
from ecomap.io.table import text_of
from ecomap.model import vocabulary as v

TRACT_10 = re.compile(r"^(geoid|tract|ct|tr).*(_|20)?10(g[ej])?$")
TRACT_20 = re.compile(r"^(geoid|tract|ct|tr).*(_|20)20(g[ej])?$|^(geoid|tract|ct)20$")
STREET_COLUMNS = frozenset({"highway", "fclass", "mtfcc", "linearid", "oneway", "road_class"})
_CODE_PARTS = {"county_code", "district_code", "school_code"}
_SITE = {v.SITE_FEDERAL, v.SITE_STATE_LOCAL, v.CENTRAL_FEDERAL, v.CENTRAL_STATE_LOCAL}
_FORMULA = {v.BASE_GRANT, v.SUPPLEMENTAL_GRANT, v.CONCENTRATION_GRANT}


def guess_role_of(frame: Any, geometry: str, file_name: str) -> str:
    """The role a table could play, from its shapes, its columns, its codes and its name."""
    if geometry == "none" and (money := money_role_of(frame)):
        return money
    names = {plain(column) for column in frame.columns}
    stem = plain(file_name)
    words = " ".join(sorted(names))
    if geometry == "line" and (names & STREET_COLUMNS or re.search(r"street|road|roads|highway|calles|osm", stem)):
        return v.STREET
    if geometry == "none" and any(TRACT_10.search(name) for name in names) and any(TRACT_20.search(name) for name in names):
        return v.TRACT_RELATIONSHIP
    if geometry == "none" and names & {"from_id", "origin", "from", "origin_id"} and names & {"to_id", "destination", "dest", "to"}:
        return v.TRAVEL_COST
    if names & {"approach"} or "linked_learning" in stem or "community_schools" in stem:
        return v.SITE
    if re.search(r"[emh]key_5|attendance_(area|zone|bound)", words) or re.search(r"attendance|one_address", stem):
        return v.ATTENDANCE_AREA
    if geometry in ("polygon", "none") and _has_census_codes(frame):
        return v.NEED_AREA if geometry == "polygon" or not names & {"hospital"} else v.SERVICE
    if _has_cds(frame) or re.search(r"cds_?code|ncessch|school_name|frpm|grades_", words):
        return v.SCHOOL if geometry != "polygon" else v.ATTENDANCE_AREA
    if geometry == "polygon":
        return _role_of_areas(stem, words)
    if re.search(r"station|transit|stop|park|sites_by_region", stem) or "stop_id" in names:
        return v.REFERENCE
    return v.SERVICE


def _role_of_areas(stem: str, words: str) -> str:
    if re.search(r"zone|promise|neighborhood_initiative", stem):
        return v.ZONE
    if re.search(r"school_?district|board|trustee|lausd|unified|school_districts", stem) or "trustee" in words:
        return v.DISTRICT
    if re.search(r"tract|block_?group|\bct_|\bda_|pop", stem):
        return v.NEED_AREA
    return v.REFERENCE


def _has_census_codes(frame: Any) -> bool:
    for column in frame.columns:
        if column == "geometry" or not re.search(r"geo_?id|fips|tract|external_i", plain(column)):
            continue
        cells = text_of(frame[column].head(SAMPLE)).dropna()
        if is_tract_name(cells) or (is_geoid(cells) and (len(cells) > 1 or len(str(cells.iloc[0])) > 5)):
            return True
    return False


def _has_cds(frame: Any) -> bool:
    return any(
        is_cds(text_of(frame[column].head(SAMPLE)).dropna()) for column in frame.columns if column != "geometry"
    )


def money_role_of(frame: Any) -> str:
    """One of `ecomap.model.roles.MONEY_ROLES`, or "" for a table that is not of money.

    Rates have base grants by grades and no schools. Everything else has school codes: positions have pay with a title
    or full-time equivalents; spending is split into site and central, or federal and state; the rest with an amount
    is an allocation.
    """
    if {"base_tk_3", "base_4_6", "base_7_8", "base_9_12"} <= set(guess_mapping(funding_rate.IMPORTER, frame)):
        return v.FUNDING_RATE
    staff = set(guess_mapping(position.IMPORTER, frame))
    if v.SCHOOL_ID not in staff and not staff >= _CODE_PARTS:
        return ""
    if v.SALARY in staff and staff & {v.TITLE, v.FTE}:
        return v.POSITION
    spent = {name.removeprefix(spending.FILED) for name in guess_mapping(spending.IMPORTER, frame)}
    if spent & _SITE or spent >= {v.FEDERAL, v.STATE_LOCAL}:
        return v.SPENDING
    return v.ALLOCATION if set(guess_mapping(allocation.IMPORTER, frame)) & {v.AMOUNT, *_FORMULA} else ""
