"""What is asked of the American Community Survey: sets of measures by name, the lines of tables, and what stands for no number."""

from __future__ import annotations

import csv
import functools
import re
from collections.abc import Iterable
from typing import Final

from attrs import frozen

from ecomap.io.importers.columns.need.acs_rates import rates
from ecomap.io.table.words import WRITTEN_AS
from ecomap.model.assets import resources_dir
from ecomap.model.errors import ParameterError
from ecomap.model.params import Choice
from ecomap.model.said import name as named
from ecomap.model.said import say, shipped

TRACT: Final = "tract"
BLOCK_GROUP: Final = "block_group"
FIRST_YEAR: Final = 2010   # earlier surveys have tracts of 2000, which EcoMap does not tell apart
NEW_TRACTS: Final = 2020   # first year of the survey on tracts of the census of 2020
PEOPLE: Final = "people"   # who lives there: asked with everything
NO_SET: Final = "none"
_TABLE: Final = re.compile(r"[BC]\d{5}[A-Z]{0,3}")
_LINE: Final = re.compile(r"([BC]\d{5}[A-Z]{0,3})_(\d{3})(?:E|M|EA|MA)?")
_ZERO: Final = "zero"


@frozen
class Wanted:
    """A table of the survey, and its lines that are asked for; none: all of them."""

    table: str
    lines: tuple[str, ...] = ()


def census_of_year(year: int) -> str:
    """The census whose tracts a year of the survey is of.

    >>> census_of_year(2019), census_of_year(2020)
    ('2010', '2020')
    """
    return "2020" if year >= NEW_TRACTS else "2010"


def period_of(year: int) -> str:
    """The five years that a survey of five years speaks of.

    >>> period_of(2023)
    '2019-23'
    """
    return f"{year - 4}-{year % 100:02d}"


def set_choices() -> tuple[Choice, ...]:
    """The sets of measures by name, and none of them."""
    labels = {row["set"]: row["label"] for row in reversed(_sets()) if row["label"]}
    listed = [Choice(one, shipped(labels[one])) for one in dict.fromkeys(row["set"] for row in _sets()) if one != PEOPLE]
    return (*listed, Choice(NO_SET, say("Only the tables named")))


def wanted_of(chosen: str, areas: str, tables: Iterable[str]) -> tuple[Wanted, ...]:
    """The tables of a set with the lines its measures are made of, those named beside it, and who lives there.

    Parameters
    ----------
    tables : iterable of str
        Tables ("B17001") or single lines ("B19013_001").

    Raises
    ------
    ParameterError
        If one is no table of the survey.
    """
    found: dict[str, dict[str, None]] = {}
    whole: set[str] = set()
    for row in _sets():
        if row["set"] in (chosen, PEOPLE) and areas in row["areas"].split():
            found.setdefault(row["table"].upper(), {}).update(dict.fromkeys(_lines(row["table"], row["measure"], row["lines"])))
    for text in tables:
        name = text.strip().upper()
        if match := _LINE.fullmatch(name):
            found.setdefault(match[1], {})[match[2]] = None
        elif _TABLE.fullmatch(name):
            found.setdefault(name, {})
            whole.add(name)
        else:
            raise ParameterError(say("'{text}' is no table of the survey.", text=named(text)), say("Tables are called like B17001, their lines like B17001_002."),
                                 {"parameter": "tables", "value": text})
    return tuple(Wanted(table, () if table in whole else tuple(sorted(lines))) for table, lines in found.items())


def cell_of(value: object, sign: object, *, margin: bool) -> str:
    """What the survey gives for a number, as a cell that says why there is none; "250,000+" stays what it is.

    >>> cell_of("1234", None, margin=False), cell_of("-666666666", "-", margin=False), cell_of("-555555555", "*****", margin=True)
    ('1234', 'unreliable', '0')
    >>> cell_of("250001", "250,000+", margin=False), cell_of(None, None, margin=False), cell_of("-999999999", None, margin=True)
    ('250,000+', '', '*')
    """
    text = "" if value is None else str(value).strip()
    said = "" if sign is None else str(sign).strip()
    kind = _signs().get(_plain_number(text)) or (_signs().get(said) if said else None)
    if kind is not None:
        reason = kind[1] if margin else kind[0]
        if reason != _ZERO:
            return WRITTEN_AS.get(reason, reason.replace("_", " "))
        return "0" if margin else text if _plain_number(text) not in _signs() else ""
    return said if not margin and re.fullmatch(r"[\d,.]+[+-]", said) else text


def _lines(table: str, measure: str, told: str) -> tuple[str, ...]:
    """The lines that a measure is made of: as the set says, by the rate of its table, else the first."""
    if told:
        return tuple(told.split())
    rate = next((one for one in rates() if one.table == table and one.measure == measure), None)
    return rate.lines if rate is not None else ("001",)


def _plain_number(text: str) -> str:
    return re.sub(r"\.0+$", "", text)


@functools.cache
def _sets() -> tuple[dict[str, str], ...]:
    with (resources_dir() / "indicators" / "sets.csv").open(encoding="utf-8", newline="") as file:
        return tuple(csv.DictReader(file))


@functools.cache
def _signs() -> dict[str, tuple[str, str]]:
    """Value or sign -> the reason it becomes in an estimate, and in a margin."""
    with (resources_dir() / "census" / "annotations.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    return {key: (row["estimate"], row["margin"]) for row in rows for key in (row["value"], row["sign"])}
