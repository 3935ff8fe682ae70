"""Public schools of the country: places and addresses of the newest school year, and pupils, grades and meals as the states reported them."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Annotated, Any, Final

from attrs import evolve, frozen

from ecomap.io.connectors.arcgis import Filter, Service, fetch_layer
from ecomap.io.connectors.cutting import plain_name
from ecomap.io.connectors.landing import landed_table
from ecomap.io.connectors.services import service_of
from ecomap.io.connectors.spec import Ask, Connector, Hints, Landed
from ecomap.io.counties import State, counties_of, state_of
from ecomap.io.table.words import WRITTEN_AS
from ecomap.io.web import Web, host_of
from ecomap.model import vocabulary as v
from ecomap.model.errors import NetworkError, ParameterError
from ecomap.model.params import Param
from ecomap.model.progress import Progress
from ecomap.model.said import Said, joined, say
from ecomap.model.said import name as named

PLACES, NUMBERS, DISTRICTS = "EDGE_GEOCODE_PUBLICSCH", "EDGE_ADMINDATA_PUBLICSCH", "EDGE_GEOCODE_PUBLICLEA"
CODE: Final = "NCESSCH"
LEAID: Final = "LEAID"
_STATES: Final = ("STATE", "LSTATE", "STABR", "ST", "MSTATE")
_NAMES: Final = ("NAME", "LEA_NAME", "LEANM")
# What stands for no number in the state's reports (NCES, Common Core of Data, documentation of the public school universe).
_REASONS: Final[Mapping[str, str]] = {"-1": "not_reported", "-2": "not_applicable", "-9": "unreliable"}
_OF_GRADES: Final[Mapping[str, str]] = {"M": "not_reported", "N": "not_applicable"}  # in GSLO and GSHI
# Field of EcoMap -> columns of the state's reports that hold it, the first of the year counts.
_FIELDS: Final[Mapping[str, tuple[str, ...]]] = {
    v.ENROLLMENT: ("MEMBER", "TOTAL"), v.FRPM_COUNT: ("TOTFRL",), v.GOVERNANCE: ("CHARTER_TEXT",), v.LEVELS: ("SCHOOL_LEVEL", "LEVEL_")}
_SHOWN: Final = 8
_PUBLISHER: Final = say("National Center for Education Statistics")


@frozen
class NcesParams:
    """What is asked of the country's list of schools."""

    state: Annotated[str, Param(say("State", context="of a country"), help=say("Its name, two letters or its code."))]
    district: Annotated[str, Param(say("District"), help=say("Its name, or its code of seven digits (NCES); none for the whole state."))] = ""
    county: Annotated[tuple[str, ...], Param(say("Counties"), help=say("In place of a district: names or codes, with commas between them."))] = ()
    numbers: Annotated[bool, Param(say("Pupils, grades and meals too"), help=say("As the state reported them; often of an earlier school year than the places."))] = True
    service: Annotated[str, Param(say("Address of the service"), advanced=True)] = service_of("nces")


@frozen
class District:
    """A school district as the country counts it: its code, its name, the county of its office (five digits, "" where not told)."""

    code: str
    name: str
    county: str = ""


def asks(params: NcesParams) -> tuple[Ask, ...]:
    """What will be asked of whom."""
    state = state_of(params.state)
    told = [Ask(params.service, say("which school years there are"))]
    if params.district and not _is_code(params.district):
        told.append(Ask(f"{params.service}/{DISTRICTS}…", say("the districts of {state}, to find the one called so", state=named(state.name))))
    place = named(params.district or state.name)
    told.append(Ask(f"{params.service}/{PLACES}…", say("the public schools of {place}: names, addresses, places", place=place)))
    if params.numbers:
        told.append(Ask(f"{params.service}/{NUMBERS}…", say("pupils, grades and meals of the schools of {place}", place=place)))
    return tuple(told)


def fetch(params: NcesParams, web: Web, folder: Path, *, progress: Progress) -> tuple[Landed, ...]:
    """The schools as points, and what the state reported of them as a table that joins them by code."""
    state = state_of(params.state)
    years = newest_services(params.service, web, progress)
    counties = counties_of(state, params.county) if params.county and not params.district else ()
    where, place = "", ", ".join(one.name for one in counties[:4]) or state.name
    if counties:
        where = "CNTY IN ({})".format(",".join(f"'{one.code}'" for one in counties))
    if params.district:
        found = district_of(params, state, years, web, folder, progress.part(0.0, 0.2))
        where, place = f"{LEAID}='{found.code}'", found.name
    places = _schools(params.service, years, PLACES, state, where, web, folder, progress.part(0.2, 0.6))
    told = _school_year(years[PLACES][1])
    landed = [evolve(places, role=v.SCHOOL, label=say("Public schools {year}, {place}", year=named(told), place=named(place)), publisher=_PUBLISHER, vintage=named(told),
                     licence=say("public domain"), hints=Hints(mapping={v.ID: CODE}))]
    if params.numbers:
        codes = {str(row.get(CODE)) for row in _rows(places.path)} if counties else set()
        landed.append(_numbers(params.service, years, state, "" if counties else where, place, codes, web, folder, progress.part(0.6, 1.0)))
    return tuple(landed)


def newest_services(base: str, web: Web, progress: Progress) -> dict[str, tuple[str, str]]:
    """Kind of list -> the address of its newest layer and its school year ("2425"), as the folder lists them.

    Raises
    ------
    NetworkError
        If it lists none.
    """
    found: dict[str, tuple[str, str]] = {}
    for one in Service.at(base, web, progress).listed("services"):
        match = re.fullmatch(rf"(?:.*/)?({PLACES}|{NUMBERS}|{DISTRICTS})_(\d{{4}})", str(one.get("name", "")))
        if match and (match[1] not in found or match[2] > found[match[1]][1]) and str(one.get("type", "MapServer")) in ("MapServer", "FeatureServer"):
            found[match[1]] = (f"{base.rstrip('/')}/{match[0].rpartition('/')[2]}/{one.get('type') or 'MapServer'}", match[2])
    if PLACES not in found:
        raise NetworkError(say("{host} lists no schools.", host=named(host_of(base))), say("Its lists may have moved; look for the new address on its pages."),
                           {"host": host_of(base), "kind": "gone"})
    return found


def district_of(params: NcesParams, state: State, years: Mapping[str, tuple[str, str]], web: Web, folder: Path, progress: Progress) -> District:
    """The district of a code or a whole name; part of a name is asked about, never taken.

    Raises
    ------
    ParameterError
        If none is called so, or several are.
    """
    if _is_code(params.district):
        return District(params.district, params.district)
    here = districts_of(state, years, web, folder, progress)
    wanted = plain_name(params.district)
    found = [one for one in here if plain_name(one.name) == wanted]
    if len(found) == 1:
        return found[0]
    if not found:
        near = sorted((one for one in here if wanted and wanted in plain_name(one.name)), key=lambda one: not plain_name(one.name).startswith(wanted))
        raise ParameterError(say("{state} has no district called '{text}'.", state=named(state.name), text=named(params.district)),
                             say("Perhaps: {districts}.", districts=_listed(near)) if near else say("Give its code of seven digits, or more or less of its name."),
                             {"parameter": "district", "value": params.district})
    raise ParameterError(say("{state} has several districts called '{text}'.", state=named(state.name), text=named(params.district)),
                         say("Say which, by code: {names}.", names=_listed(found)),
                         {"parameter": "district", "value": params.district})


def _listed(found: Sequence[District]) -> Said:
    return joined([say("{district} ({code})", district=named(one.name), code=named(one.code)) for one in found[:_SHOWN]], ", ")


def districts_of(state: State, years: Mapping[str, tuple[str, str]], web: Web, folder: Path, progress: Progress) -> tuple[District, ...]:
    """The districts of a state, as the country counts them."""
    if DISTRICTS not in years:
        raise NetworkError(say("The service lists no districts."), say("Give the district's code of seven digits (NCES)."), {"kind": "gone"})
    landed = _layer(years[DISTRICTS][0], state, "", web, folder / "districts", "districts", progress)
    rows = _rows(landed.path)
    landed.path.unlink()
    return tuple(sorted((District(str(row[LEAID]), str(next((row[name] for name in _NAMES if row.get(name)), "")), str(row.get("CNTY") or ""))
                         for row in rows if row.get(LEAID)), key=lambda one: one.name))


def _is_code(text: str) -> bool:
    return bool(re.fullmatch(r"\d{7}", text.strip()))


def _school_year(year: str) -> str:
    """
    >>> _school_year("2425")
    '2024-25'
    """
    return f"20{year[:2]}-{year[2:]}"


def _schools(base: str, years: Mapping[str, tuple[str, str]], kind: str, state: State, where: str, web: Web, folder: Path, progress: Progress) -> Landed:
    if kind not in years:
        raise NetworkError(say("{host} lists no reports of the states.", host=named(host_of(base))), say("Ask for the places of the schools alone."),
                           {"host": host_of(base), "kind": "gone"})
    address, year = years[kind]
    return _layer(address, state, where, web, folder, f"nces_{'schools' if kind == PLACES else 'reports'}_{year}_{state.letters}", progress)


def _layer(service: str, state: State, where: str, web: Web, folder: Path, name: str, progress: Progress) -> Landed:
    """The rows of a state, or those that meet a condition."""
    layer = f"{service}/{_first_layer(service, web, progress)}"
    if not where:
        fields = {str(one["name"]).upper(): str(one["name"]) for one in Service.at(layer, web, progress).about().fields}
        column = next((fields[one] for one in _STATES if one in fields), "")
        where = f"{column}='{state.letters}'" if column else f"{LEAID} LIKE '{state.code}%'"
    return fetch_layer(layer, web, folder, wanted=Filter(where), name=name, progress=progress)


def _first_layer(service: str, web: Web, progress: Progress) -> int:
    """The number of the layer of a service: read, since it is 0 in one year and 1 in another."""
    found = [one["id"] for one in Service.at(service, web, progress).listed("layers") if isinstance(one.get("id"), int) and not one.get("subLayerIds")]
    if not found:
        raise NetworkError(say("{host} lists no layer of schools.", host=named(host_of(service))), say("Try again later."), {"host": host_of(service), "kind": "gone"})
    return int(found[0])


def _numbers(base: str, years: Mapping[str, tuple[str, str]], state: State, where: str, place: str, codes: set[str], web: Web, folder: Path,
             progress: Progress) -> Landed:
    """The state's reports as a table, of these schools alone where codes are given; what stands for no number is a word that says why."""
    landed = _schools(base, years, NUMBERS, state, where, web, folder / "reports", progress)
    rows = [row for row in _rows(landed.path) if not codes or str(row.get(CODE)) in codes]
    head = list(dict.fromkeys(name for row in rows for name in row))
    if CODE not in head:
        raise NetworkError(say("The reports of {host} have no codes of schools.", host=named(host_of(base))), say("Ask for the places of the schools alone."),
                           {"host": host_of(base), "kind": "unreadable"})
    landed.path.unlink()
    kept = [name for name in head if name not in _LEFT_OUT]
    year = _school_year(years[NUMBERS][1])
    mapping = {field: next(column for column in columns if column in kept) for field, columns in _FIELDS.items() if any(column in kept for column in columns)}
    return landed_table(
        folder / f"nces_reports_{years[NUMBERS][1]}_{state.letters}.csv", kept, [[_cell(row.get(name), name) for name in kept] for row in rows],
        address=landed.address, fetched=landed.fetched, unchanged=landed.unchanged, role=v.SCHOOL,
        label=say("Reports on public schools {year}, {place}", year=named(year), place=named(place)), publisher=_PUBLISHER, vintage=named(year),
        licence=say("public domain"), hints=Hints(mapping={v.ID: CODE, **mapping}), notes=_year_note(years))


_LEFT_OUT: Final = frozenset(("OBJECTID", "LAT", "LON", "LATCOD", "LONCOD", "X", "Y", "NAME", "SCH_NAME", "FID", "Shape", "SHAPE"))  # the places are of the other list


def _year_note(years: Mapping[str, tuple[str, str]]) -> tuple[Said, ...]:
    places, numbers = years[PLACES][1], years[NUMBERS][1]
    if places == numbers:
        return ()
    return (say("Places are of {places}, pupils and meals of {numbers}: the newest of each.", places=named(_school_year(places)), numbers=named(_school_year(numbers))),)


def _cell(value: Any, column: str) -> str:
    """
    >>> _cell(-1, "TOTAL"), _cell("M", "GSLO"), _cell("M", "SEX"), _cell(0, "TOTAL"), _cell(None, "TOTAL"), _cell(512.0, "TOTAL")
    ('not reported', 'not reported', 'M', '0', '', '512')
    """
    if value is None:
        return ""
    text = str(int(value)) if isinstance(value, float) and value.is_integer() else str(value).strip()
    reason = _REASONS.get(text) or (_OF_GRADES.get(text) if column.upper().startswith("GS") else None)
    return WRITTEN_AS.get(reason, reason.replace("_", " ")) if reason else text


def _rows(path: Path) -> list[dict[str, Any]]:
    """The cells of a file that was just written."""
    told = json.loads(path.read_text(encoding="utf-8"))
    features: Sequence[Mapping[str, Any]] = told["features"] if isinstance(told, dict) else [{"attributes": row} for row in told]
    return [dict(one.get("properties") or one.get("attributes") or {}) for one in features]


CONNECTOR = Connector(
    "nces", say("Public schools of the country"),
    say("Every public school of a state or a district, from the National Center for Education Statistics: where it stands, and how many pupils, which grades and "
        "how many with free or reduced-price meals it has. The newest list of each kind is taken."),
    NcesParams, asks, fetch, positional=("state", "district"),
)
