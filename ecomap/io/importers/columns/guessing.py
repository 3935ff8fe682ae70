"""Which column is which field, and which role a file could play."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from ecomap.io.importers.spec import CONSTANT, FieldSpec, Importer
from ecomap.io.table import text_of
from ecomap.io.table.keys import slug
from ecomap.model.errors import InputError
from ecomap.model.said import joined, say
from ecomap.model.said import name as named
from ecomap.model.vocabulary import (
    ATTENDANCE_AREA,
    DISTRICT,
    NEED_AREA,
    REFERENCE,
    SCHOOL,
    SERVICE,
    SITE,
    STREET,
    TRACT_RELATIONSHIP,
    TRAVEL_COST,
    ZONE,
)

SAMPLE = 400
TRACT_10 = re.compile(r"^(geoid|tract|ct|tr).*(_|20)?10(g[ej])?$")
TRACT_20 = re.compile(r"^(geoid|tract|ct|tr).*(_|20)20(g[ej])?$|^(geoid|tract|ct)20$")
STREET_COLUMNS = frozenset({"highway", "fclass", "mtfcc", "linearid", "oneway", "road_class"})


def plain(name: str) -> str:
    """A column name in plain small letters: "Low Grade\\n(K-12)" -> low_grade_k_12."""
    return slug(name).replace("-", "_")


def guess_mapping(importer: Importer, frame: Any) -> dict[str, str]:
    """Field -> column: by name, then by pattern; a column serves once, and only if its cells fit."""
    columns = [column for column in frame.columns if column != "geometry"]
    names = {column: plain(column) for column in columns}
    sample = frame[columns].head(SAMPLE)
    mapping: dict[str, str] = {}
    for spec in importer.fields:
        found = _find(spec, names, set(mapping.values()), sample)
        if found:
            mapping[spec.name] = found
    if ("latitude" in mapping) != ("longitude" in mapping):
        mapping.pop("latitude", None)
        mapping.pop("longitude", None)
    return mapping


def _find(spec: FieldSpec, names: Mapping[str, str], used: set[str], sample: Any) -> str:
    def fits(column: str) -> bool:
        cells = text_of(sample[column]).dropna()
        return len(cells) > 0 and (spec.test is None or spec.test(cells))

    free = [column for column in names if column not in used]
    for alias in spec.aliases:
        for column in free:
            if names[column] == alias and fits(column):
                return column
    for pattern in spec.patterns:
        for column in free:
            if re.search(pattern, names[column]) and fits(column):
                return column
    for alias in spec.loose:
        for column in free:
            if names[column] == alias and is_unique(text_of(sample[column]).dropna()):
                return column
    return ""


def settled_mapping(importer: Importer, frame: Any, given: Mapping[str, str]) -> dict[str, str]:
    """The guess, corrected by the planner. An empty column name takes a guess away.

    Raises
    ------
    InputError
        If a field or a column does not exist.
    """
    mapping = guess_mapping(importer, frame)
    for name, column in given.items():
        if name not in importer.field_names:
            raise InputError(
                say("'{field}' is not something the role '{role}' takes.", field=named(name), role=named(importer.role)),
                say("It takes: {fields}.", fields=joined(map(named, importer.field_names), ", ")), {"unknown": name},
            )
        if not column:
            mapping.pop(name, None)
            continue
        mapping[name] = column if column.startswith(CONSTANT) else _column(frame, column)
        for other in [key for key, value in mapping.items() if value == mapping[name] and key not in given]:
            mapping.pop(other)
    return mapping


def _column(frame: Any, wanted: str) -> str:
    for match in (lambda c: c == wanted, lambda c: c.lower() == wanted.lower(), lambda c: plain(c) == plain(wanted)):
        found = [column for column in frame.columns if column != "geometry" and match(column)]
        if found:
            return str(found[0])
    raise InputError(
        say("The file has no column called '{column}'.", column=named(wanted)),
        say("It has: {names}.", names=joined((named(c) for c in list(frame.columns)[:30] if c != "geometry"), ", ")), {"column": wanted},
    )


def guess_role_of(frame: Any, geometry: str, file_name: str) -> str:
    """The role a table could play, from its shapes, its columns, its codes and its name."""
    names = {plain(column) for column in frame.columns}
    stem = plain(file_name)
    words = " ".join(sorted(names))
    if geometry == "line" and (names & STREET_COLUMNS or re.search(r"street|road|roads|highway|calles|osm", stem)):
        return STREET
    if geometry == "none" and any(TRACT_10.search(name) for name in names) and any(TRACT_20.search(name) for name in names):
        return TRACT_RELATIONSHIP
    if geometry == "none" and names & {"from_id", "origin", "from", "origin_id"} and names & {"to_id", "destination", "dest", "to"}:
        return TRAVEL_COST
    if names & {"approach"} or "linked_learning" in stem or "community_schools" in stem:
        return SITE
    if re.search(r"[emh]key_5|attendance_(area|zone|bound)", words) or re.search(r"attendance|one_address", stem):
        return ATTENDANCE_AREA
    if geometry in ("polygon", "none") and _has_census_codes(frame):
        return NEED_AREA if geometry == "polygon" or not names & {"hospital"} else SERVICE
    if _has_cds(frame) or re.search(r"cds_?code|ncessch|school_name|frpm|grades_", words):
        return SCHOOL if geometry != "polygon" else ATTENDANCE_AREA
    if geometry == "polygon":
        return _role_of_areas(stem, words)
    if re.search(r"station|transit|stop|park|sites_by_region", stem) or "stop_id" in names:
        return REFERENCE
    return SERVICE


def _role_of_areas(stem: str, words: str) -> str:
    if re.search(r"zone|promise|neighborhood_initiative", stem):
        return ZONE
    if re.search(r"school_?district|board|trustee|lausd|unified|school_districts", stem) or "trustee" in words:
        return DISTRICT
    if re.search(r"tract|block_?group|\bct_|\bda_|pop", stem):
        return NEED_AREA
    return REFERENCE


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


def is_geoid(cells: Any) -> bool:
    """True if most cells are codes of census tracts, block groups, blocks or counties, in any usual spelling."""
    pattern = r"^(\d{3}[0-9A-Z]{0,6}US\d{2,15}|\d{10,12}|\d{14,15})(\.0)?$"
    counties = r"^(0[1-9]|[1-4]\d|5[0-6]|72)\d{3}$"
    return len(cells) > 0 and (cells.str.match(pattern).mean() > 0.8 or cells.str.match(counties).mean() > 0.98)


def is_unique(cells: Any) -> bool:
    return len(cells) > 0 and bool(cells.is_unique)


def is_tract_name(cells: Any) -> bool:
    return len(cells) > 0 and cells.str.match(r"(?i)^census tract \d{1,4}(\.\d{2})?").mean() > 0.8


def is_cds(cells: Any) -> bool:
    """True if most cells are 14-digit county-district-school codes of California (13 with a lost zero)."""
    return len(cells) > 0 and cells.str.match(r"^(?:[0-5]\d{13}|[1-9]\d{12}|\d{2}-\d{5}-\d{7})$").mean() > 0.8


def is_number(cells: Any) -> bool:
    from ecomap.io.table import looks_numeric

    return looks_numeric(cells)


def is_count(cells: Any) -> bool:
    """Whole numbers, some of them above 100: counts of people, not percentages."""
    from ecomap.io.table import parse_numbers

    numbers = parse_numbers(cells)
    values = numbers.values.dropna()
    return len(values) > 0 and numbers.percent == 0 and float((values % 1 == 0).mean()) > 0.95 and float(values.max()) > 100
