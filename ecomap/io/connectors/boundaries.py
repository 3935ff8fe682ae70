"""Boundaries, streets and water of the U.S. Census Bureau: as files cut to the place asked for, or from its map service."""

from __future__ import annotations

import csv
import functools
import re
from collections.abc import Sequence
from pathlib import Path
from typing import Annotated, Any, Final

from attrs import evolve, field, frozen

from ecomap.io.connectors.arcgis import Filter, Service, fetch_layer
from ecomap.io.connectors.cutting import box_of_outline, called_so, cut
from ecomap.io.connectors.landing import landed_frame, require_archive
from ecomap.io.connectors.services import service_of
from ecomap.io.connectors.spec import Ask, Connector, Hints, Landed, landed_of
from ecomap.io.connectors.survey import FIRST_YEAR, census_of_year
from ecomap.io.counties import NEWEST, County, State, counties_of, state_of
from ecomap.io.reading import read_apart
from ecomap.io.web import Web, host_of
from ecomap.io.web.faults import unreadable
from ecomap.model.assets import resources_dir
from ecomap.model.errors import NetworkError, ParameterError
from ecomap.model.params import Choice, Param
from ecomap.model.progress import Progress
from ecomap.model.said import Said, joined, say, shipped
from ecomap.model.said import name as named
from ecomap.model.vocabulary import CENSUS, DISTRICT, ID, NAME

FILES, SERVICE = "files", "service"
YEARS_BACK: Final = 6
PER_COUNTRY, PER_COUNTY = "country", "county"
FULL_NAME: Final = "NAMELSAD"
ROADS: Final = "roads"
_SHOWN: Final = 8  # names in a sentence
CODES: Final = ("GEOID", "GEOID20", "GEOID10")
_SERVICE_OF_YEAR: Final = re.compile(r"(?:.*/)?tigerWMS_(?:ACS|Census)(20\d\d)$")
_PUBLISHER: Final = say("U.S. Census Bureau")


@frozen
class BoundaryKind:
    """What can be had: as a file per country, state or county, and under which name in the map service."""

    code: str
    label: Said
    per: str
    role: str
    of_census: bool          # its ground is another from census to census
    first: int
    path: str
    layer: str


@functools.cache
def kinds() -> dict[str, BoundaryKind]:
    """Every kind of ``resources/census/boundary_files.csv`` by its code."""
    with (resources_dir() / "census" / "boundary_files.csv").open(encoding="utf-8", newline="") as file:
        return {row["kind"]: BoundaryKind(row["kind"], shipped(row["label"]), row["per"], row["role"], row["census"] == "yes", int(row["first"]), row["path"],
                                          row["layer"]) for row in csv.DictReader(file)}


def _kind_choices() -> tuple[Choice, ...]:
    return tuple(Choice(one.code, one.label) for one in kinds().values())


@frozen
class BoundaryParams:
    """What is asked of the Census Bureau's maps."""

    state: Annotated[str, Param(say("State", context="of a country"), help=say("Its name, two letters or its code."))]
    county: Annotated[tuple[str, ...], Param(say("Counties"), help=say("Names or codes, with commas between them; none for the whole state."))] = ()
    kind: Annotated[str, Param(say("What to get"), choices=_kind_choices())] = "tract"
    year: Annotated[int, Param(say("Year"), help=say("For a survey take its own year: boundaries change with every census."), ge=0, le=2100,
                               zero=say("the newest"))] = 0
    only: Annotated[tuple[str, ...], Param(say("Only those called"), help=say("Names or codes, with commas between them."))] = ()
    within: Annotated[str, Param(say("Only inside an outline"), help=say("A file with the outline, such as that of a district."), advanced=True)] = ""
    source: Annotated[str, Param(say("From where"), advanced=True, choices=(
        Choice(FILES, say("Files drawn for maps: cut at the shore")), Choice(SERVICE, say("Map service: exact, with water"))))] = FILES
    files: Annotated[str, Param(say("Address of the files"), advanced=True)] = service_of("tiger")
    service: Annotated[str, Param(say("Address of the map service"), advanced=True)] = service_of("tigerweb")


@frozen
class _Scope:
    """What is asked for, checked."""

    kind: BoundaryKind
    state: State
    counties: tuple[County, ...]
    year: int
    notes: tuple[Said, ...] = field(default=())


def asks(params: BoundaryParams) -> tuple[Ask, ...]:
    """What will be asked of whom."""
    scope = _scope(params, params.year)
    if params.source == SERVICE and scope.kind.layer:
        return (Ask(params.service, say("{what}: which map of the year there is, and its shapes for {place}", what=scope.kind.label, place=_place(scope))),)
    if params.year:
        return tuple(Ask(address, say("{what}: a file", what=scope.kind.label)) for address in _addresses(params.files, scope))
    return (Ask(f"{params.files.rstrip('/')}/{scope.kind.path}", say("{what}: which year is the newest, and its file", what=scope.kind.label)),)


def fetch(params: BoundaryParams, web: Web, folder: Path, *, progress: Progress) -> tuple[Landed, ...]:
    """The shapes of the place asked for, of one year."""
    scope = _scope(params, params.year)
    if params.source == SERVICE and scope.kind.layer:
        landed = _from_service(params, scope, web, folder, progress)
        return (evolve(landed, notes=(*scope.notes, *landed.notes)),)
    scope = scope if params.year else _scope(params, _newest(params.files, scope, web, progress))
    found = []
    addresses = _addresses(params.files, scope)
    for number, address in enumerate(addresses):
        part = progress.part(number / len(addresses), (number + 1) / len(addresses))
        landed = landed_of(require_archive(web.download(address, folder, progress=part.part(0.0, 0.7)), web), **_known(scope))
        landed = _cut(landed, params, scope, folder, part.part(0.7, 1.0))
        found.append(evolve(landed, notes=(*scope.notes, *landed.notes)))
    return tuple(found)


def _scope(params: BoundaryParams, year: int) -> _Scope:
    state, kind = state_of(params.state), kinds()[params.kind]
    if year and year < FIRST_YEAR:
        raise ParameterError(say("Boundaries of {year} are older than EcoMap knows.", year=year), say("Choose {first} or later.", first=FIRST_YEAR),
                             {"parameter": "year", "value": year})
    counties = counties_of(state, params.county, year or NEWEST) if params.county or kind.per == PER_COUNTY else ()
    if kind.per == PER_COUNTY and not params.county:
        raise ParameterError(say("{what} come county by county.", what=kind.label), say("Name the counties."), {"parameter": "county"})
    if year and year < kind.first:
        note = say("The file of {first} is the oldest; its boundaries are of the same census.", first=kind.first)
        return _Scope(kind, state, counties, kind.first, (note,))
    return _Scope(kind, state, counties, year)


def _place(scope: _Scope) -> Said:
    return joined([named(one.name) for one in scope.counties[:4]], ", ") if scope.counties else named(scope.state.name)


def _addresses(files: str, scope: _Scope) -> tuple[str, ...]:
    codes = [one.code for one in scope.counties] if scope.kind.per == PER_COUNTY else [""]
    year = scope.year or "{year}"
    return tuple(f"{files.rstrip('/')}/{scope.kind.path.format(year=year, state=scope.state.code, county=code)}" for code in codes)


def _newest(files: str, scope: _Scope, web: Web, progress: Progress) -> int:
    """The newest year that there is a file of; asked, never guessed."""
    this_year = web.today.year
    for year in range(this_year, this_year - YEARS_BACK, -1):
        progress.check()
        if year < scope.kind.first:
            break
        if web.head(_addresses(files, evolve(scope, year=year))[0], progress=progress) is not None:
            return year
    raise NetworkError(say("{host} has no {what} of the last years.", host=named(host_of(files)), what=scope.kind.label.small()), say("Name the year you want."),
                       {"host": host_of(files), "kind": "gone"})


def _known(scope: _Scope) -> dict[str, Any]:
    """What is known of a file beside its content."""
    kind = scope.kind
    constants = {CENSUS: census_of_year(scope.year)} if kind.of_census else {}
    return {
        "role": kind.role, "label": say("{what} {year}, {place}", what=kind.label, year=scope.year, place=_place(scope)), "publisher": _PUBLISHER,
        "vintage": named(scope.year), "licence": say("public domain"), "hints": Hints(constants=constants, mapping={ID: CODES[0]} if kind.layer else {}, answers={"walking": "yes"} if kind.code == ROADS else {}),
    }


def _cut(landed: Landed, params: BoundaryParams, scope: _Scope, folder: Path, progress: Progress) -> Landed:
    """The rows of the place out of a file of the state or the country; the file as it came where all of it is wanted."""
    codes = [one.code for one in scope.counties] if scope.kind.of_census or scope.kind.code == PER_COUNTY else []
    if scope.kind.per == PER_COUNTRY and not codes:
        codes = [scope.state.code]
    if scope.kind.per == PER_COUNTY or not (codes or params.only or params.within) or not scope.kind.layer:
        return landed
    raw = read_apart(landed.path, progress=progress)
    frame, notes = cut(raw.frame, _code_column(raw.frame, landed), codes, params.only, params.within, progress)
    _require_some(frame, landed, scope)
    _require_one_each(frame, params, scope)
    where = "-".join(codes[:4]) or scope.state.code
    return landed_frame(folder / f"{scope.kind.code}_{scope.year}_{where}.geojson", frame, _named_in_full(landed, frame), notes)


def _require_some(frame: Any, landed: Landed, scope: _Scope) -> None:
    if not len(frame):
        raise NetworkError(say("{file} has nothing of {place}.", file=named(landed.path.name), place=_place(scope)), say("Check names and year."),
                           {"host": host_of(landed.address), "kind": "gone"})


def _require_one_each(frame: Any, params: BoundaryParams, scope: _Scope) -> None:
    """Districts that share a name are never taken for one: a person says which."""
    if scope.kind.role != DISTRICT:
        return
    code = next(name for name in CODES if name in frame.columns)
    for text in params.only:
        same = frame[called_so(frame, code, (text,))]
        if len(same) > 1:
            called = next((same[name].astype(str) for name in (FULL_NAME, "NAME", "BASENAME") if name in same.columns), same[code].astype(str))
            each = [say("{district} ({code})", district=named(one), code=named(key)) for one, key in zip(called, same[code].astype(str))]
            raise ParameterError(say("{n} districts are called '{name}'.", n=len(same), name=named(text)),
                                 say("Say which, by code: {names}.", names=joined(each[:_SHOWN], ", ")), {"parameter": "only", "value": text})


def _named_in_full(landed: Landed, frame: Any) -> Landed:
    """With the column that calls a tract "Census Tract 1.02" and not only "1.02", where there is one."""
    if FULL_NAME not in frame.columns:
        return landed
    return evolve(landed, hints=evolve(landed.hints, mapping={**landed.hints.mapping, NAME: FULL_NAME}))


def _code_column(frame: Any, landed: Landed) -> str:
    found = next((name for name in CODES if name in frame.columns), "")
    if not found:
        raise unreadable(host_of(landed.address))
    return found


def _from_service(params: BoundaryParams, scope: _Scope, web: Web, folder: Path, progress: Progress) -> Landed:
    """The shapes out of the map service: the map of the year by its name, the layer by its name, never by a number."""
    service, year, notes = _service_of(params.service, scope, web, progress)
    scope = evolve(scope, year=year)
    layer = _layer_of(service, scope.kind.layer, web, progress)
    name = f"{scope.kind.code}_{scope.year}_{'-'.join(one.code for one in scope.counties[:4]) or scope.state.code}"
    landed = fetch_layer(f"{service}/{layer}", web, folder, wanted=Filter(_where(scope, params.only), box_of_outline(params.within, progress)), name=name, progress=progress)
    landed = evolve(landed, **_known(scope), notes=(*landed.notes, *notes))
    if scope.kind.role == DISTRICT and params.only:
        try:
            _require_one_each(read_apart(landed.path, progress=progress).frame, params, scope)
        except ParameterError:
            landed.path.unlink()
            raise
    return _cut_inside(landed, params, scope, folder, progress)


def _cut_inside(landed: Landed, params: BoundaryParams, scope: _Scope, folder: Path, progress: Progress) -> Landed:
    if not params.within:
        return landed
    raw = read_apart(landed.path, progress=progress)
    frame, notes = cut(raw.frame, _code_column(raw.frame, landed), (), (), params.within, progress)
    _require_some(frame, landed, scope)
    landed.path.unlink()
    return landed_frame(folder / f"{scope.kind.code}_{scope.year}_inside.geojson", frame, landed, notes)


def _service_of(base: str, scope: _Scope, web: Web, progress: Progress) -> tuple[str, int, tuple[Said, ...]]:
    """The map of the year, or of the nearest year of the same census; what is there is read, never guessed."""
    found: dict[int, str] = {}
    for one in Service.at(base, web, progress).listed("services"):
        match = _SERVICE_OF_YEAR.match(str(one.get("name", "")))
        if match:
            found.setdefault(int(match[1]), str(one["name"]).rpartition("/")[2])
    wanted = scope.year or max(found, default=0)
    census = census_of_year(wanted)
    same = [year for year in found if census_of_year(year) == census] if scope.kind.of_census else list(found)
    if not same:
        raise NetworkError(say("{host} has no map of the census of {census}.", host=named(host_of(base)), census=named(census)),
                           say("Take the files instead."), {"host": host_of(base), "kind": "gone"})
    year = min(same, key=lambda one: (abs(one - wanted), -one))
    notes = () if year == wanted else (say("There is no map of {wanted}; that of {year} was taken, which is of the same census.", wanted=wanted, year=year),)
    return f"{base.rstrip('/')}/{found[year]}/MapServer", year, notes


def _layer_of(service: str, name: str, web: Web, progress: Progress) -> int:
    """The number of a layer, by its name as the service lists it."""
    found = [one.get("id") for one in Service.at(service, web, progress).listed("layers") if str(one.get("name", "")).strip().lower() == name.lower()
             and not one.get("subLayerIds") and one.get("type", "Feature Layer") == "Feature Layer"]
    if not found or not isinstance(found[0], int):
        raise NetworkError(say("{host} has no layer called '{name}'.", host=named(host_of(service)), name=named(name)), say("Take the files instead."),
                           {"host": host_of(service), "kind": "gone"})
    return found[0]


def _where(scope: _Scope, only: Sequence[str]) -> str:
    """The question to the service: the state, its counties where the layer has such, and what is called so."""
    parts = [f"STATE='{scope.state.code}'"]
    if scope.counties and (scope.kind.of_census or scope.kind.code == PER_COUNTY):
        parts.append("COUNTY IN ({})".format(",".join(f"'{one.code[2:]}'" for one in scope.counties)))
    if only:
        texts = ",".join("'{}'".format(text.strip().replace("'", "''")) for text in only)
        parts.append(f"(GEOID IN ({texts}) OR NAME IN ({texts}) OR BASENAME IN ({texts}))")
    return " AND ".join(parts)


CONNECTOR = Connector(
    "boundaries", say("Boundaries, streets and water"),
    say("Tracts, block groups, school districts, counties and cities of any year, streets and water of a county, and how the tracts of 2010 and 2020 overlap. "
        "Boundaries of two censuses are never mixed: take the year of your survey."),
    BoundaryParams, asks, fetch, positional=("state", "county"),
)
