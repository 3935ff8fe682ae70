"""The country's states and counties by code and name, as the Census Bureau counts them, with the years in which a code was used."""

from __future__ import annotations

import csv
import functools
import re
from collections.abc import Iterable
from typing import Final

from attrs import frozen

from ecomap.io.districts import plain
from ecomap.model.assets import resources_dir
from ecomap.model.errors import ParameterError
from ecomap.model.said import joined, say
from ecomap.model.said import name as named

NEWEST: Final = 9_999  # the year of what is in use now
_KINDS: Final = re.compile(
    r"\s+(county|parish|borough|census area|municipality|city and borough|municipio|planning region|district|island district|city)$", re.IGNORECASE)
_SHOWN: Final = 6  # names in a sentence


@frozen
class State:
    """A state or territory: two digits, two letters, its name."""

    code: str
    letters: str
    name: str


@frozen
class County:
    """A county or what stands for one: five digits, its name, the letters of its state, and the years in which the code was used."""

    code: str
    name: str
    state: str
    first: int
    last: int

    def used_in(self, year: int) -> bool:
        return self.first <= year <= self.last


@functools.cache
def states() -> tuple[State, ...]:
    """All states and territories, by their code."""
    return tuple(State(row["code"], row["state"], row["name"]) for row in _rows("states"))


@functools.cache
def counties() -> tuple[County, ...]:
    """All counties, by their code; those that were redrawn in their old and their new form."""
    return tuple(County(row["code"], row["county"], row["state"], int(row["first"] or 0), int(row["last"] or NEWEST)) for row in _rows("counties"))


def state_of(text: str) -> State:
    """The state of a name, two letters or a code.

    Raises
    ------
    ParameterError
        If there is none.

    >>> state_of("06").name, state_of("ca").code, state_of("new  york").letters
    ('California', '06', 'NY')
    """
    wanted = plain(text)
    found = [one for one in states() if wanted in (one.code, one.code.lstrip("0"), one.letters.lower(), plain(one.name))]
    if not found:
        raise ParameterError(say("'{text}' is no state.", text=named(text)), say("Give its name, its two letters (CA) or its code (06)."),
                             {"parameter": "state", "value": text})
    return found[0]


def counties_of(state: State, texts: Iterable[str], year: int = NEWEST) -> tuple[County, ...]:
    """The counties of a state that are called so, each once, in the order given; none named: all of them.

    Parameters
    ----------
    texts : iterable of str
        Names ("Fresno", "Fresno County") or codes ("019", "06019").
    year : int
        Only codes that were used in this year count: Connecticut has planning regions from 2022 on.

    Raises
    ------
    ParameterError
        If one is not there, or two are called so.
    """
    here = [one for one in counties() if one.state == state.letters and one.used_in(year)]
    wanted = [text for text in texts if text.strip()]
    return tuple(dict.fromkeys(_one_of(here, text, state) for text in wanted)) if wanted else tuple(here)


def county_of_code(code: str) -> County | None:
    """The county of five digits, or None."""
    return _by_code().get(code)


def _one_of(here: list[County], text: str, state: State) -> County:
    wanted = plain(text)
    if wanted.isdigit():
        found = [one for one in here if one.code == state.code + wanted.zfill(3) or one.code == wanted.zfill(5)]
    else:
        found = [one for one in here if plain(one.name) == wanted] or [one for one in here if _bare(one.name) == wanted]
    if len(found) == 1:
        return found[0]
    if found:
        raise ParameterError(say("{state} has several counties called '{text}'.", state=named(state.name), text=named(text)),
                             say("Say which: {names}.", names=joined((one.name for one in found), ", ")), {"parameter": "county", "value": text})
    near = [one.name for one in here if _bare(one.name).startswith(wanted[:3])][:_SHOWN] or [one.name for one in here[:_SHOWN]]
    raise ParameterError(say("{state} has no county called '{text}'.", state=named(state.name), text=named(text)),
                         say("Counties of that state: {names}.", names=joined(near, ", ")), {"parameter": "county", "value": text})


def _bare(text: str) -> str:
    return _KINDS.sub("", plain(text))


@functools.cache
def _by_code() -> dict[str, County]:
    return {one.code: one for one in counties()}


def _rows(which: str) -> list[dict[str, str]]:
    with (resources_dir() / "census" / f"{which}.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))
