"""Which role a file could play: by its shapes, its columns, its codes, its words and its name, with the evidence."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from attrs import frozen

from ecomap.io.importers.columns.ground.kinds import ENOUGH, kind_by_name, kinds_of
from ecomap.io.importers.columns.guessing import (
    guess_mapping,
    is_cds,
    is_geoid,
    is_number,
    is_tract_name,
    plain,
)
from ecomap.io.importers.columns.headings import words_of
from ecomap.io.importers.columns.looks import Looks, is_bookkeeping, is_code, is_rounded, is_words
from ecomap.io.importers.roles import allocation, funding_rate, position, spending
from ecomap.model import vocabulary as v
from ecomap.model.roles import role
from ecomap.model.said import Said, say
from ecomap.model.said import name as named

SAMPLE = 400  # rows that are looked at, from the whole of the file
TRACT_10 = re.compile(r"^(geoid|tract|ct|tr).*(_|20)?10(g[ej])?$")
TRACT_20 = re.compile(r"^(geoid|tract|ct|tr).*(_|20)20(g[ej])?$|^(geoid|tract|ct)20$")
STREET_COLUMNS = frozenset({"highway", "fclass", "mtfcc", "linearid", "oneway", "road_class"})
TOLD_BY = frozenset({"Census", "OpenStreetMap", "Geofabrik"})   # schemas whose words need no layer's name beside them
RANGE_COLUMNS = frozenset({"lfromhn", "ltohn", "rfromhn", "rtohn"})
_CODE_PARTS = {"county_code", "district_code", "school_code"}
_SITE = {v.SITE_FEDERAL, v.SITE_STATE_LOCAL, v.CENTRAL_FEDERAL, v.CENTRAL_STATE_LOCAL}
_FORMULA = {v.BASE_GRANT, v.SUPPLEMENTAL_GRANT, v.CONCENTRATION_GRANT}

_CENSUS_HEADING = re.compile(r"geo_?id|fips|tract|external_i|block")
# Codes of small areas in the statistics of countries.
_AREA_HEADING = re.compile(
    r"^(data_?zone|datazone.*|lsoa.*|msoa.*|oa\d*(cd)?|sa[12](_.*)?|da_?uid|ct_?uid|cve_?geo|ageb|iris(_.*)?|code_iris|gss_?code|"
    r"(community_|statistical_|planning_|small_)?area_(num|number|code|id|no|numbe)|grid(_id)?|cell(_id)?|hex(_id)?|zcta.*|soa.*|meshblock.*)$"
)
_AREA_NAME = re.compile(r"(community|statistical|planning|local|neighbou?rhood|census|council).*(area|tract|zone|ward).*name|^(neighbou?rhood|data_?zone)(_name)?$")
_NUMBERS_OF_PEOPLE = re.compile(r"(^|_)(pop|population|poverty|unemploy\w*|income|hardship|deprivation|children|households?|index|rate|percent|pct|rank|score)(_|$)")
_CATCHMENT = re.compile(r"attendance_(area|zone|bound)|[emh]key_5|(^|_)(es|ms|hs|elem|elementary|middle|high|primary|secondary)_(zone|area|sch|school|bound\w*|att\w*|name)(_|$)|catchment|"
                        r"school_(zone|bound\w*|area)")
_DISTRICT = re.compile(r"school_?district|board_?district|trustee|unified|(^|_)district_?(n|name|nam|id|code)?$|districtname|lea_?name|leaid|unsd|sduni")
_SERVICE_WORDS = frozenset(["service", "provider", "partner", "program", "programme", "agency", "taxonomy", "eligibility", "shelter", "clinic", "hospital", "pantry", "vendor", "store", "category"])
_SCHOOL_HEADINGS = frozenset(["pupil", "pupils", "students", "enrollment", "gsoffered", "gsserved", "frpm", "ncessch", "principal", "headteacher", "kindergarten", "nursery", "reception", "classroom"])
_SCHOOL_TEXT = (r"(?i)\b(?:schools?|elementary|elem|primary|secondary|academy|middle|high|infants?|juniors?|kindergarten|preschool|montessori|escuela|colegio|primaria|"
                r"secundaria|preparatoria|[ée]cole|coll[èe]ge|lyc[ée]e|schule|grundschule|gymnasium|es|ms|hs|ps)\b")
_LEVEL_TEXT = r"(?i)\b(?:es|ms|hs|jhs|elem|elementary|middle school|middle|junior high|high school|high|k-?8|k-?12|primary|secondary|infants?|primaria|secundaria)\b"
_FROM = re.compile(r"^(from(_id|_code)?|orig(in)?(_id|_code)?|origen|geoid(_\d+)?|geo_id|tract(_id|_code)?|block_group|bg|area_id|source_id)$")
_TO = re.compile(r"^(to(_id|_code)?|dest(ination)?(_id|_code)?|destino|(school|site|service|facility|place|target)_?(id|code|no)|ncessch)$")
_COST = re.compile(r"min(ute)?s?(_|$)|(^|_)time|duration|dist(ance)?(_|$)|metres?|meters?|(^|_)km(_|$)|miles?|cost|seconds?|travel|drive|walk")


@frozen
class Recognised:
    """The role that a file could best play, why, and what else it could be, the likeliest first."""

    role: str
    why: Said
    others: tuple[tuple[str, Said], ...] = ()


def guess_role_of(frame: Any, geometry: str, file_name: str) -> str:
    """The role a table could play, from its shapes, its columns, its codes and its name."""
    return recognised(frame, geometry, file_name).role


def recognised(frame: Any, geometry: str, file_name: str) -> Recognised:
    """The role a table could play, with the evidence, and the others that something speaks for."""
    found: dict[str, Said] = {}
    frame = frame.iloc[::-(-len(frame) // SAMPLE)] if len(frame) > 2 * SAMPLE else frame
    for code, why in _clues(frame, geometry, plain(file_name)):
        if geometry == "none" or not role(code).shapes or geometry in role(code).shapes:
            found.setdefault(code, why)
    first, *others = found.items()
    return Recognised(*first, tuple(others))


def _clues(frame: Any, geometry: str, stem: str) -> Iterator[tuple[str, Said]]:
    """What speaks for a role, the strongest first; a reference always fits."""
    looks = Looks(frame)
    names = {plain(str(column)): str(column) for column in looks.columns}
    words = " ".join(sorted(names))
    if geometry == "none" and (money := money_role_of(frame)):
        yield money, say("It has the columns of such a table.")
    if geometry == "line" and names.keys() >= RANGE_COLUMNS:
        yield v.ADDRESS_RANGE, say("It holds streets with house numbers along them.")
    if geometry == "line" and (names.keys() & STREET_COLUMNS or re.search(r"street|road|roads|highway|calles|osm", stem)):
        yield v.STREET, say("It holds lines with the columns or the name of streets.")
    if geometry == "none":
        yield from _clues_of_tables(names)
    elif (ground := kinds_of(frame)).schema in TOLD_BY and ground.share >= ENOUGH:
        yield v.GROUND, say("Its rows are roads, water, places or parks in the words of {schema}.", schema=named(ground.schema))
    if "approach" in names or "linked_learning" in stem or "community_schools" in stem:
        yield v.SITE, say("It speaks of an approach.")
    if geometry != "point" and (re.search(r"[emh]key_5|attendance_(area|zone|bound)", words) or re.search(r"attendance|one_address|catchment", stem)):
        yield v.ATTENDANCE_AREA, say("Its name or its columns speak of attendance areas.")
    if geometry in ("polygon", "none"):
        yield from _clues_of_need(looks, names, geometry)
    if geometry == "polygon" and (found := next((column for name, column in sorted(names.items()) if _CATCHMENT.search(name)), "")):
        yield v.ATTENDANCE_AREA, say("It holds areas, and its column {column} is called like those of schools.", column=named(found))
    yield from _clues_of_schools(looks, names, geometry, stem)
    if geometry == "polygon":
        yield from _clues_of_areas(stem, words)
    if re.search(r"station|transit|stop|park|sites_by_region", stem) or "stop_id" in names:
        yield v.REFERENCE, say("Its name speaks of stations, stops or parks.")
    if geometry != "polygon":
        yield v.SERVICE, say("It holds places, and nothing says that they are anything else.")
    yield v.REFERENCE, say("It can be shown on the map.")
    if geometry != "none" and kind_by_name(stem, geometry):
        yield v.GROUND, say("Its name speaks of what one finds one's way by.")


def _clues_of_tables(names: dict[str, str]) -> Iterator[tuple[str, Said]]:
    if any(TRACT_10.search(name) for name in names) and any(TRACT_20.search(name) for name in names):
        yield v.TRACT_RELATIONSHIP, say("It has tracts of two censuses beside each other.")
    start, end = [name for name in names if _FROM.match(name)], [name for name in names if _TO.match(name)]
    cost = [name for name in names if _COST.search(name) and name not in (*start, *end)]
    stated = bool({"from_id", "origin", "from", "origin_id"} & names.keys()) and bool({"to_id", "destination", "dest", "to"} & names.keys())
    if stated or (start and end and cost and len(names) <= 8):
        yield v.TRAVEL_COST, say("It has a column of where from, one of where to and one of what it costs.")


def _clues_of_need(looks: Looks, names: dict[str, str], geometry: str) -> Iterator[tuple[str, Said]]:
    """Codes of small areas under any heading; names of areas with numbers of people beside them."""
    hospital = "hospital" in names
    for column in names.values():
        cells = looks.cells(column)
        if not len(cells) or is_bookkeeping(column):
            continue
        tracts = is_tract_name(cells) or (is_geoid(cells) and (len(cells) > 1 or len(str(cells.iloc[0])) > 5))
        called = bool(_CENSUS_HEADING.search(plain(column)))
        if called and (tracts or is_rounded(cells)):
            yield (v.NEED_AREA if not hospital else v.SERVICE), say("Column {column} has census codes.", column=named(column))
            return
        if tracts and geometry == "polygon" and len(cells) > 1 and bool(cells.str.fullmatch(r"\d{11,12}|\d{15}").mean() > 0.9) and looks.distinct(column) == 1.0:
            yield v.NEED_AREA, say("Column {column} has census codes.", column=named(column))
            return
    placed = any(re.fullmatch(r"lat(itude)?|y|point_y|latitud", name) for name in names)
    for name, column in names.items():
        cells = looks.cells(column)
        if len(cells) and _AREA_HEADING.match(name) and is_code(cells) and looks.distinct(column) >= 0.9 and not placed:
            yield v.NEED_AREA, say("Column {column} has codes of small areas.", column=named(column))
            return
    told = [name for name in names if _NUMBERS_OF_PEOPLE.search(name)]
    for name, column in names.items():
        if geometry == "none" and not placed and _AREA_NAME.search(name) and told:
            yield v.NEED_AREA, say("Column {column} names areas, and others have numbers of their people.", column=named(column))
            return


def _clues_of_schools(looks: Looks, names: dict[str, str], geometry: str, stem: str) -> Iterator[tuple[str, Said]]:
    what = v.SCHOOL if geometry != "polygon" else v.ATTENDANCE_AREA
    if (column := next((one for one in names.values() if is_cds(looks.cells(one))), "")):
        yield what, say("Column {column} has school codes.", column=named(column))
    words = " ".join(sorted(names))
    if re.search(r"cds_?code|ncessch|school_name|frpm|grades_|(^| )(dbn|ats_system_code|beds_code|seasch|laestab)( |$)", words):
        yield what, say("Its columns are called like those of schools.")
    every = {name: words_of(column) for name, column in names.items()}
    offered = any(words & _SERVICE_WORDS for words in every.values())
    called = next((names[name] for name, words in sorted(every.items())
                   if words == {"school"} or ("school" in words and words & {"name", "id", "code", "number", "level", "type"} and "district" not in words)), "")
    if called and not offered:
        yield what, say("Column {column} is called like those of schools.", column=named(called))
    if geometry == "polygon":
        return
    said = [names[name] for name, words in every.items() if words & _SCHOOL_HEADINGS]
    texts = [column for column in names.values() if not is_number(looks.cells(column)) and is_words(looks.cells(column))]
    speak = {column: float(looks.cells(column).str.contains(_SCHOOL_TEXT).mean()) for column in texts if looks.distinct(column) >= 0.7}
    level = next((column for column in names.values() if looks.cells(column).nunique() <= 12 and len(looks.cells(column)) > 1
                  and looks.cells(column).str.len().max() <= 40 and looks.cells(column).str.contains(_LEVEL_TEXT).mean() >= 0.8 and not is_number(looks.cells(column))), "")
    schools = re.search(r"(^|_)(schools?|sch|escuelas?|ecoles?)(_|$)", stem)
    named_so = max(speak, key=lambda column: speak[column], default="")
    kind = next((column for column in texts if looks.distinct(column) < 0.3 and looks.cells(column).str.contains(r"(?i)(?:^|\W)schools?(?:\W|$)").mean() >= 0.8), "")
    if kind and not offered:
        yield v.SCHOOL, say("The cells of {column} are kinds of schools.", column=named(kind))
    if level and not offered:
        yield v.SCHOOL, say("The cells of {column} are levels of schools.", column=named(level))
    if named_so and speak[named_so] >= 0.5 and (said or schools):
        yield v.SCHOOL, say("Most cells of {column} name schools.", column=named(named_so))
    if len(said) >= 2 and not offered:
        yield v.SCHOOL, say("Its columns are called like those of schools.")


def _clues_of_areas(stem: str, words: str) -> Iterator[tuple[str, Said]]:
    if re.search(r"zone|promise|neighborhood_initiative", stem):
        yield v.ZONE, say("Its name speaks of a zone.")
    if re.search(r"school_?district|board|trustee|lausd|unified|school_districts", stem) or "trustee" in words:
        yield v.DISTRICT, say("Its name or its columns speak of districts.")
    if re.search(r"tract|block_?group|\bct_|\bda_|pop", stem):
        yield v.NEED_AREA, say("Its name speaks of tracts or of people.")
    if re.search(r"districtname|school_district|lea_name|leaid", words.replace(" ", "|")):
        yield v.DISTRICT, say("Its name or its columns speak of districts.")


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
