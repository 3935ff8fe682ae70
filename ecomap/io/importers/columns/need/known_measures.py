"""The dictionary of known measures: whose column it is, what it says, and which way it runs; read from resources/indicators."""

from __future__ import annotations

import csv
import functools
import re
from collections.abc import Iterable
from typing import Final

from attrs import evolve, field, frozen

from ecomap.io.importers.columns.need.acs_codes import acs_code
from ecomap.model.assets import resources_dir
from ecomap.model.said import NOTHING, Said, shipped
from ecomap.model.said import name as named

ACS: Final = "acs"
SVI: Final = "svi"
HIDDEN: Final = "hidden"         # the unit of what is kept in files and not shown in tables
PART, DOMAIN, OVERALL = 0, 1, 2  # how much of a published index a number sums up
_NEVER: Final = re.compile(r"(?!)")


@frozen
class Measure:
    """What a known column says.

    Parameters
    ----------
    name : str
        EcoMap's own name of it, the same whoever publishes it; "" where it is no measure.
    direction : {1, -1, 0}
        +1: a higher value means more need; 0: never counted, for the reason in ``note``.
    divide : float
        Turns the publisher's unit into EcoMap's (percent to share: 100); 0: told by the cells.
    moe : str
        Plain name of the margin's column.
    tier : {0, 1, 2}
        0: a measure; 1: a published score of one domain; 2: a published score of everything.
    family : str
        Whose it is, a code of resources/indicators/families.csv; "" if known by its plain name only.
    """

    name: str
    label: Said = NOTHING
    unit: str = "share"
    direction: int = 1
    domain: Said = NOTHING
    divide: float = 1.0
    digits: int = 0
    moe: str = ""
    tier: int = PART
    family: str = ""
    note: Said = NOTHING


@frozen
class Family:
    """A publisher whose files are known by some of their columns."""

    code: str
    publisher: Said
    telltale: re.Pattern[str] = field(repr=False)
    least: int = 1
    parts: frozenset[str] = frozenset()   # measures of others that its score is made of


@frozen
class _Entry:
    pattern: re.Pattern[str]
    measure: Measure
    margin: str


def families_of(plain_names: Iterable[str]) -> tuple[str, ...]:
    """Whose columns a file holds, by its column names; more than one where it was put together.

    >>> families_of(["geoid", "ep_pov", "b19013_001e"])
    ('acs', 'svi')
    """
    names = list(plain_names)
    found = [ACS] if any(acs_code(name) for name in names) else []
    return (*found, *(one.code for one in _families().values()
                      if one.code != ACS and sum(bool(one.telltale.fullmatch(name)) for name in names) >= one.least))


def known_measure(plain_name: str, families: Iterable[str]) -> Measure | None:
    """The measure behind a column of one of these publishers, or None; the same word means different things in different files.

    >>> known_measure("b19013_001e", ["acs"]).direction, known_measure("poverty", []), known_measure("poverty", ["ces"]).name
    (-1, None, 'poverty_200')
    """
    for family in families:
        if family == ACS:
            found = _acs_measure(plain_name)
            if found:
                return found
            continue
        for entry in _known().get(family, ()):
            if match := entry.pattern.fullmatch(plain_name):
                return _with_margin(entry, match.expand(entry.margin) if entry.margin else "")
    return None


def publisher_of(family: str) -> Said:
    """Who publishes the measures of a family."""
    return _families()[family].publisher if family in _families() else NOTHING


@functools.cache
def measures_by_name() -> dict[str, Measure]:
    """Every counted measure of the dictionary, by its own name."""
    return {entry.measure.name: entry.measure for entries in _known().values() for entry in entries if entry.measure.name}


@functools.cache
def parts_of_score(name: str) -> frozenset[str]:
    """The measures that a published score is made of, those of finer scores of the same publisher among them; none for a part.

    >>> "poverty" in parts_of_score("svi_rank"), parts_of_score("poverty")
    (True, frozenset())
    """
    score = measures_by_name().get(name)
    if score is None or not score.tier:
        return frozenset()
    family = _families()[score.family]
    own = {entry.measure.name for entry in _known()[score.family] if entry.measure.name and entry.measure.tier < score.tier}
    return frozenset(own | (family.parts if score.tier == OVERALL else set())) - {name}


def _acs_measure(plain_name: str) -> Measure | None:
    code = acs_code(plain_name)
    if code is None or code[1] not in ("e", "pe"):
        return None
    wanted = (f"{code[0]} percent", code[0]) if code[1] == "pe" else (code[0],)
    for name in wanted:
        for entry in _known()[ACS]:
            if entry.pattern.fullmatch(name):
                return _with_margin(entry, code[0] + code[1].replace("e", "m"))
    return None


def _with_margin(entry: _Entry, margin: str) -> Measure:
    return evolve(entry.measure, moe=margin)


@functools.cache
def _known() -> dict[str, tuple[_Entry, ...]]:
    found: dict[str, list[_Entry]] = {}
    for row in rows_of("known"):
        measure = Measure(
            row["measure"], shipped(row["label"]), row["unit"], int(row["direction"]), shipped(row["domain"]), _divisor(row),
            int(row["digits"] or 0), tier=int(row["tier"] or PART), family=row["family"], note=shipped(row["note"]),
        )
        found.setdefault(row["family"], []).append(_Entry(re.compile(row["pattern"]), measure, row["margin"]))
    return {family: tuple(entries) for family, entries in found.items()}


@functools.cache
def _families() -> dict[str, Family]:
    return {
        row["family"]: Family(
            row["family"], named(row["publisher"]), re.compile(row["telltale"]) if row["telltale"] else _NEVER, int(row["least"]),
            frozenset(row["parts"].split()),
        ) for row in rows_of("families")
    }


def _divisor(row: dict[str, str]) -> float:
    """What the publisher's figures are divided by; 0, told by the cells, for shares of which that is not known."""
    return float(row["divide"] or (0 if row["unit"] == "share" else 1))


def rows_of(table: str) -> list[dict[str, str]]:
    """The rows of one list of resources/indicators."""
    with (resources_dir() / "indicators" / f"{table}.csv").open(encoding="utf-8", newline="") as stream:
        return list(csv.DictReader(stream))
