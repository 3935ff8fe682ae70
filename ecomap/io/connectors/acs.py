"""The American Community Survey of the U.S. Census Bureau: tables of tracts or block groups, with their margins of error."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Annotated, Any, Final

from attrs import field, frozen

from ecomap.io.connectors.landing import landed_table
from ecomap.io.connectors.services import service_of
from ecomap.io.connectors.spec import Ask, Connector, Hints, Landed
from ecomap.io.connectors.survey import (
    BLOCK_GROUP,
    FIRST_YEAR,
    TRACT,
    Wanted,
    cell_of,
    census_of_year,
    period_of,
    set_choices,
    wanted_of,
)
from ecomap.io.counties import NEWEST, County, State, counties_of, county_of_code, state_of
from ecomap.io.web import Answer, Key, Web, host_of, parameter_key
from ecomap.io.web.faults import a_page, unreadable
from ecomap.io.web.keys import kept_key
from ecomap.model.errors import NetworkError, ParameterError
from ecomap.model.params import Choice, Param
from ecomap.model.progress import Progress
from ecomap.model.said import NOTHING, Said, joined, listed, say
from ecomap.model.said import name as named
from ecomap.model.vocabulary import CENSUS, ID, NEED_AREA

KEY: Final = "census"
LINES_AT_ONCE: Final = 12        # of four columns each: the service takes fifty columns in one question
YEARS_BACK: Final = 6            # that are tried for the newest survey
MOST_ROWS: Final = 300_000       # block groups of the whole country are fewer
MAX_ANSWER: Final = 64 << 20
CODE: Final = "GEOID"
_WIDTHS: Final[Mapping[str, int]] = {"state": 2, "county": 3, TRACT: 6, "block group": 1}
_UNKNOWN: Final = re.compile(r"unknown (?:variable|group)\s+'?(?:group\()?([A-Z0-9_]+)", re.IGNORECASE)
_VARIABLE: Final = re.compile(r"([BC]\d{5}[A-Z]{0,3})_(\d{3})(EA|MA|E|M)")
_NAMES_AT_MOST: Final = 4        # counties in a file's name and in a sentence


@frozen
class AcsParams:
    """What is asked of the survey."""

    state: Annotated[str, Param(say("State", context="of a country"), help=say("Its name, two letters or its code."))]
    county: Annotated[tuple[str, ...], Param(say("Counties"), help=say("Names or codes, with commas between them; none for the whole state."))] = ()
    year: Annotated[int, Param(
        say("Year of the survey"), help=say("The last of the five years it speaks of."), ge=0, le=2100, zero=say("the newest"))] = 0
    measures: Annotated[str, Param(say("What to ask for"), choices=set_choices())] = "need"
    tables: Annotated[tuple[str, ...], Param(
        say("Tables beside it"), help=say("Tables such as B17001 or single lines such as B19013_001, with commas between them."), advanced=True)] = ()
    areas: Annotated[str, Param(say("For which areas"), choices=(
        Choice(TRACT, say("Tracts: some 4,000 people each")), Choice(BLOCK_GROUP, say("Block groups: smaller, with wider margins and fewer tables"))))] = TRACT
    service: Annotated[str, Param(say("Address of the survey's service"), advanced=True)] = service_of("acs")


@frozen
class _Scope:
    """For which areas of which places of which year."""

    base: str
    areas: str
    state: State
    counties: tuple[County, ...]    # none: the whole state


@frozen
class _Held:
    """What was answered: area -> variable -> value, and whether all of it came from the cache."""

    cells: dict[str, dict[str, Any]] = field(factory=dict)
    addresses: list[str] = field(factory=list)
    times: list[str] = field(factory=list)
    cached: list[bool] = field(factory=list)


class _UnknownError(Exception):
    """The survey of that year has no such variable."""

    def __init__(self, variable: str) -> None:
        super().__init__(variable)
        self.variable = variable


def asks(params: AcsParams) -> tuple[Ask, ...]:
    """What will be asked of whom: nothing of the planner's own leaves."""
    state, wanted = state_of(params.state), _wanted(params)
    counties = counties_of(state, params.county, params.year or NEWEST) if params.county else ()
    areas = say("block groups") if params.areas == BLOCK_GROUP else say("tracts")
    year = str(_checked_year(params.year)) if params.year else "…"
    what = say("the {areas} of {place} in the American Community Survey, tables {tables}", tables=joined([named(one.table) for one in wanted], ", "), areas=areas,
               place=place_words(state, counties))
    told = [Ask(_base(params.service, year), what, key=KEY)]
    if not params.year:
        told.insert(0, Ask(params.service, say("which year of the survey is the newest"), key=KEY))
    return tuple(told)


def fetch(params: AcsParams, web: Web, folder: Path, *, progress: Progress) -> tuple[Landed, ...]:
    """One table: a row per area, estimates with their margins, and the reason where there is no number."""
    state, wanted = state_of(params.state), _wanted(params)
    key = key_of(params.service)
    year = _checked_year(params.year) if params.year else newest_year(params.service, web, progress, key)
    counties = counties_of(state, params.county, year) if params.county else ()
    scope = _Scope(_base(params.service, year), params.areas, state, counties)
    held, there, notes = _held(web, scope, wanted, key, progress)
    kept, empty = _published(held, there)
    notes += [_not_there(empty, year, params.areas)] if empty else []
    if not kept:
        raise NetworkError(say("The survey of {year} has none of the tables that were asked for.", year=year), say("Choose another year, or tracts instead of block groups."),
                           {"host": host_of(params.service), "kind": "gone"})
    rows = [(code, *_cells(found, kept)) for code, found in sorted(held.cells.items())]
    where = "-".join(county.code for county in counties[:_NAMES_AT_MOST]) or state.code
    return (landed_table(
        folder / f"acs5_{year}_{where}_{params.measures}_{params.areas}.csv", (CODE, *_headings(kept)), rows,
        address=held.addresses[0], fetched=max(held.times), unchanged=all(held.cached), role=NEED_AREA,
        label=say("American Community Survey {period}, {place}", period=named(period_of(year)), place=place_words(state, counties)),
        publisher=say("U.S. Census Bureau, American Community Survey"), vintage=named(period_of(year)), licence=say("public domain"),
        hints=Hints(mapping={ID: CODE}, constants={CENSUS: census_of_year(year)}), notes=tuple(notes)),)


def place_words(state: State, counties: Sequence[County]) -> Said:
    """The counties by name, or the state."""
    if not counties:
        return named(state.name)
    if len(counties) > _NAMES_AT_MOST:
        return say("{n} counties of {state}", n=len(counties), state=named(state.name))
    return say("{counties}, {state}", counties=listed([named(one.name) for one in counties]), state=named(state.name))


def newest_year(service: str, web: Web, progress: Progress, key: Key | None) -> int:
    """The newest year that the service has; asked, never guessed.

    Raises
    ------
    NetworkError
        If it has none of the last years.
    """
    this_year = web.today.year
    for year in range(this_year - 1, this_year - 1 - YEARS_BACK, -1):
        progress.check()
        answer = web.get(f"{_base(service, year)}.json", key=key, also=(404,), pages=True, progress=progress)
        _refuse_page(answer, web)
        if answer.status != 404:
            return year
    raise NetworkError(say("{host} has no survey of the last years.", host=named(host_of(service))), say("Name the year you want."), {"host": host_of(service), "kind": "gone"})


def key_of(service: str) -> Key | None:
    """The key that is kept for the service, or None."""
    secret = kept_key(KEY)
    return parameter_key(service, key=secret) if secret else None


def _base(service: str, year: int | str) -> str:
    return f"{service.rstrip('/')}/{year}/acs/acs5"


def _checked_year(year: int) -> int:
    if year < FIRST_YEAR:
        raise ParameterError(say("The survey of {year} stands on tracts that EcoMap does not know.", year=year), say("Choose {first} or later.", first=FIRST_YEAR),
                             {"parameter": "year", "value": year})
    return year


def _wanted(params: AcsParams) -> tuple[Wanted, ...]:
    return wanted_of(params.measures, params.areas, params.tables)


def _held(web: Web, scope: _Scope, wanted: Sequence[Wanted], key: Key | None, progress: Progress) -> tuple[_Held, tuple[Wanted, ...], list[Said]]:
    """Everything that was asked for; a table that the year does not have is left out and told."""
    lacking: list[str] = []
    notes: list[Said] = []
    signs = True
    while True:
        kept = tuple(one for one in wanted if one.table not in lacking)
        held = _Held()
        try:
            questions = list(_questions(kept, signs))
            for number, get in enumerate(questions):
                part = progress.part(number / len(questions), (number + 1) / len(questions))
                part.at(0.0, say("Asking {host} for the survey", host=named(host_of(scope.base))))
                _take(web, scope, get, key, held, part)
        except _UnknownError as unknown:
            found = _VARIABLE.fullmatch(unknown.variable)
            table = found[1] if found else unknown.variable
            if found and found[3] in ("EA", "MA") and signs:
                signs = False
                notes.append(say("The survey of this year gives no signs beside its numbers; what stands for no number is told by the numbers themselves."))
            elif table in {one.table for one in kept}:
                lacking.append(table)
            else:
                raise unreadable(host_of(scope.base)) from None
            continue
        if lacking:
            notes.append(say("The survey of this year has no {tables}.", tables=listed([named(one) for one in lacking])))
        _require_whole(held, scope)
        return held, kept, notes


def _questions(wanted: Sequence[Wanted], signs: bool) -> Iterator[str]:
    """What is got in each question: whole tables one by one, lines of others together, never over fifty columns."""
    for one in wanted:
        if not one.lines:
            yield f"group({one.table})"
    kinds = ("E", "M", "EA", "MA") if signs else ("E", "M")
    lines = [f"{one.table}_{line}" for one in wanted for line in one.lines]
    for start in range(0, len(lines), LINES_AT_ONCE):
        yield ",".join(line + kind for line in lines[start : start + LINES_AT_ONCE] for kind in kinds)


def _take(web: Web, scope: _Scope, get: str, key: Key | None, held: _Held, progress: Progress) -> None:
    """One question, county by county; its cells join those that are held."""
    places = [county.code[2:] for county in scope.counties] or ["*"]
    for place in places:
        progress.check()
        inside = [f"state:{scope.state.code}"] + ([f"county:{place}"] if place != "*" or scope.areas == BLOCK_GROUP else [])
        inside += ["tract:*"] if scope.areas == BLOCK_GROUP else []
        params = {"get": get, "for": f"{'block group' if scope.areas == BLOCK_GROUP else TRACT}:*", "in": " ".join(inside)}
        answer = web.get(scope.base, params, key=key, also=(400, 404), pages=True, max_bytes=MAX_ANSWER, progress=progress)
        _refuse_page(answer, web)
        if answer.status in (400, 404):
            _refuse(answer, scope)
        head, rows = _laid_out(answer)
        if not rows:
            raise _nothing_in(scope, place)
        for row in rows:
            found = dict(zip(head, row))
            held.cells.setdefault(_code(found, scope.areas, answer.host), {}).update(found)
        held.addresses.append(answer.address)
        held.times.append(answer.fetched)
        held.cached.append(answer.cached)


def _laid_out(answer: Answer) -> tuple[list[str], list[list[Any]]]:
    """Header and rows of an answer; no rows where the service has nothing there."""
    if answer.status == 204 or not answer.body.strip():
        return [], []
    table = answer.json()
    sound = isinstance(table, list) and table and len(table) <= MOST_ROWS and all(isinstance(row, list) and len(row) == len(table[0]) for row in table)
    if not sound or not all(isinstance(name, str) for name in table[0]) or not all(isinstance(cell, str | int | float | None) for row in table for cell in row):
        raise unreadable(answer.host)
    return table[0], table[1:]


def _code(found: Mapping[str, Any], areas: str, host: str) -> str:
    """The code of an area, put together of the parts that the service gives."""
    parts = ("state", "county", TRACT, "block group") if areas == BLOCK_GROUP else ("state", "county", TRACT)
    texts = [str(found.get(part, "")) for part in parts]
    if any(not text.isdigit() or len(text) != _WIDTHS[part] for part, text in zip(parts, texts)):
        raise unreadable(host)
    return "".join(texts)


def _require_whole(held: _Held, scope: _Scope) -> None:
    """Every area in every answer, or none is kept: a part of a survey is no survey."""
    wide = {len(found) for found in held.cells.values()}
    if len(wide) > 1:
        raise NetworkError(say("The answers of {host} do not fit together: some areas are in one and not in another.", host=named(host_of(scope.base))),
                           say("Try again later; nothing of it was kept."), {"host": host_of(scope.base), "kind": "unreadable"})


def _published(held: _Held, wanted: Sequence[Wanted]) -> tuple[tuple[tuple[str, tuple[str, ...]], ...], list[str]]:
    """The tables with their lines as they came, and those that are empty throughout: not published for these areas."""
    names = next(iter(held.cells.values()), {})
    found = {one.table: tuple(sorted({match[2] for name in names if (match := _VARIABLE.fullmatch(name)) and match[1] == one.table and match[3] == "E"})) for one in wanted}
    empty = [table for table, lines in found.items()
             if not any(cells.get(f"{table}_{line}E") is not None for cells in held.cells.values() for line in lines)]
    return tuple((table, lines) for table, lines in found.items() if table not in empty), empty


def _headings(kept: Sequence[tuple[str, tuple[str, ...]]]) -> tuple[str, ...]:
    return tuple(f"{table}_{line}{kind}" for table, lines in kept for line in lines for kind in ("E", "M"))


def _cells(found: Mapping[str, Any], kept: Sequence[tuple[str, tuple[str, ...]]]) -> Iterator[str]:
    for table, lines in kept:
        for line in lines:
            name = f"{table}_{line}"
            yield cell_of(found.get(name + "E"), found.get(name + "EA"), margin=False)
            yield cell_of(found.get(name + "M"), found.get(name + "MA"), margin=True)


def _not_there(tables: Sequence[str], year: int, areas: str) -> Said:
    told = listed([named(one) for one in tables])
    if areas == BLOCK_GROUP:
        return say("Not published for block groups in {year}: {tables}.", year=year, tables=told)
    return say("Not published for tracts in {year}: {tables}.", year=year, tables=told)


def _refuse_page(answer: Answer, web: Web) -> None:
    """A web page in place of data: the service's way of saying that it wants a key."""
    if not answer.is_page:
        return
    web.forget(answer)
    if b"key" not in answer.body.lower():
        raise a_page(answer.host)
    raise NetworkError(say("{host} wants a key for this, or does not know yours.", host=named(answer.host)),
                       say("The Census Bureau sends one by mail at no cost: api.census.gov/data/key_signup.html. EcoMap keeps it in the keyring of this computer."),
                       {"host": answer.host, "kind": "key", "key": KEY})


def _refuse(answer: Answer, scope: _Scope) -> None:
    """What the service does not take, in its own words where it has any."""
    text = answer.text()
    if match := _UNKNOWN.search(text):
        raise _UnknownError(match[1].upper())
    if answer.status == 404:
        raise NetworkError(say("{host} has no survey at {address}.", host=named(answer.host), address=named(scope.base)),
                           say("It may not be published yet. Choose an earlier year."), {"host": answer.host, "kind": "gone", "status": 404})
    own = re.sub(r"\s+", " ", re.sub(r"<[^>]*>", " ", text)).strip()[:200]
    raise NetworkError(say("{host} does not take this question: {words}", host=named(answer.host), words=named(own)) if own
                       else say("{host} does not take this question.", host=named(answer.host)), NOTHING, {"host": answer.host, "kind": "refused", "status": answer.status})


def _nothing_in(scope: _Scope, place: str) -> NetworkError:
    county = county_of_code(scope.state.code + place)
    return NetworkError(say("The survey has nothing for {place}.", place=named(county.name if county else scope.state.name)),
                        say("Codes of counties change; choose another year, or the whole state."), {"host": host_of(scope.base), "kind": "gone"})


CONNECTOR = Connector(
    "acs", say("American Community Survey"),
    say("Income, poverty, schooling, language, homes and more for every tract or block group of a county, each with its margin of error. "
        "They join the boundaries of the same census: ask for those first. The Census Bureau wants a key, which it sends at no cost."),
    AcsParams, asks, fetch, positional=("state", "county"), key=KEY,
)
