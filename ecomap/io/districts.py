"""School districts by name and code, as they ship with EcoMap, and the one that somebody means."""

from __future__ import annotations

import csv
import unicodedata
from collections.abc import Sequence
from pathlib import Path

from attrs import frozen

from ecomap.model.assets import boundaries_dir
from ecomap.model.errors import ProjectError
from ecomap.model.said import NOTHING, Said, joined, say
from ecomap.model.said import name as named

TABLE = "districts.csv"
_CLOSE, _SHOWN = 70.0, 5


@frozen
class District:
    """One school district.

    Parameters
    ----------
    code : str
        The state's code, county and district: seven digits in California.
    county : str
        What tells districts of the same name apart.
    nces_id : str
        The federal code, "" where it is not known.
    schools, pupils : int
        As the state lists them; charter schools of the district are counted with it.
    """

    code: str
    name: str
    county: str
    nces_id: str
    schools: int
    pupils: int

    @property
    def full_name(self) -> str:
        return f"{self.name} ({self.county})"


def shipped_districts(state: str = "california") -> tuple[District, ...]:
    """The districts of a state that ship with EcoMap, by name; none of a state that does not."""
    path = boundaries_dir() / state / TABLE
    return read_districts(path) if path.is_file() else ()


def read_districts(path: Path) -> tuple[District, ...]:
    """The districts of a table that ships with EcoMap."""
    try:
        with path.open(encoding="utf-8", newline="") as stream:
            return tuple(District(row["code"], row["name"], row["county"], row["nces_id"], int(row["schools"]), int(row["pupils"]))
                         for row in csv.DictReader(stream))
    except (OSError, KeyError, ValueError) as problem:
        raise ProjectError(say("The list of districts cannot be read."), say("Install EcoMap again."), {"why": str(problem)}) from problem


def matching(districts: Sequence[District], text: str) -> tuple[District, ...]:
    """Every district that a text names wholly: by name, by name and county, or by a code.

    >>> fresno = District("1062166", "Fresno Unified", "Fresno", "0614550", 109, 70000)
    >>> [len(matching([fresno], text)) for text in ("fresno unified", "Fresno Unified (Fresno)", "10621660000000", "0614550", "Fresno")]
    [1, 1, 1, 1, 0]
    """
    wanted, digits = plain(text), text.strip()
    return tuple(one for one in districts if wanted in (plain(one.name), plain(one.full_name), plain(f"{one.name}, {one.county}"))
                 or wanted in (plain(f"{one.name} school district"),)
                 or (digits.isdecimal() and (digits in (one.code, one.nces_id) or digits == one.code + "0000000")))


def find_district(districts: Sequence[District], text: str) -> District:
    """The district that a text means.

    Raises
    ------
    ProjectError
        If no text was given, no district is called so, or several are: the hint names those that may be meant.
    """
    if not text.strip():
        raise ProjectError(say("This starter holds a whole state: say which district."), say("By its name or its code, for example {district}.",
                           district=named(_largest(districts))))
    found = matching(districts, text)
    if len(found) == 1:
        return found[0]
    if found:
        raise ProjectError(say("{n} districts are called '{name}'.", n=len(found), name=named(text.strip())), _choose(found))
    near = close_to(districts, text)
    raise ProjectError(say("No district is called '{name}'.", name=named(text.strip())), _choose(near) if near else say("Look at how the state writes its name."))


def close_to(districts: Sequence[District], text: str) -> tuple[District, ...]:
    """The districts whose names hold the text or are spelt much like it, the likeliest first."""
    from rapidfuzz import fuzz, process  # heavy

    wanted = plain(text)
    if not wanted:
        return ()
    holding = sorted((one for one in districts if wanted in plain(one.full_name)), key=lambda one: (-one.pupils, one.code))
    alike = process.extract(wanted, [plain(one.name) for one in districts], scorer=fuzz.WRatio, limit=_SHOWN, score_cutoff=_CLOSE)
    return tuple(dict.fromkeys([*holding, *(districts[at] for _, _, at in alike)]))[:_SHOWN]


def plain(text: str) -> str:
    """A name as it is compared: small letters without accents, single blanks.

    >>> plain("  La Cañada   Unified ")
    'la canada unified'
    """
    bare = "".join(letter for letter in unicodedata.normalize("NFKD", text) if not unicodedata.combining(letter))
    return " ".join(bare.casefold().split())


def _choose(found: Sequence[District]) -> Said:
    return say("Perhaps: {districts}.", districts=joined((named(f"{one.full_name}, {one.code}") for one in found[:_SHOWN]), "; ")) if found else NOTHING


def _largest(districts: Sequence[District]) -> str:
    return max(districts, key=lambda one: one.pupils).name if districts else ""
