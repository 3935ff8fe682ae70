"""Countries, states and the land of the Earth, roughly: where degrees lie, and which ground a code or a name stands for."""

from __future__ import annotations

import csv
import re
import unicodedata
from functools import cache
from typing import Any, Final

from attrs import frozen

from ecomap.model.assets import resources_dir
from ecomap.model.said import Said, say
from ecomap.model.said import name as named

CELL_DEG: Final = 0.5          # of the table of land
LOWEST_LIVED_IN: Final = -56.5  # degrees: nobody has a school south of it
SMALL_SQUARE_DEG: Final = 4.0
FARTHEST: Final = 1e9
NEAR, NEAR_TINY = 3.5, 8.0     # times as far from the middle of another country's box: the place may lie there (of a town's box more)
SEA, SHORE, LAND = 0, 1, 2     # nothing but water, a cell with little land, land
Box = tuple[float, float, float, float]  # west, south, east, north in degrees


@frozen
class Region:
    """A country or a part of one, by the boxes around its parts.

    Parameters
    ----------
    kind : {"country", "state"}
    code : str
        Two letters of ISO for a country, the usual letters of a state.
    within : str
        Country of a state.
    """

    kind: str
    code: str
    name: str
    within: str
    boxes: tuple[Box, ...]

    def holds(self, longitude: Any, latitude: Any, slack: float = 0.0) -> Any:
        """Mask: degrees in one of the boxes, or no more than `slack` outside."""
        import numpy as np

        inside = np.zeros(np.shape(longitude), dtype=bool)
        for west, south, east, north in self.boxes:
            inside |= (longitude >= west - slack) & (longitude <= east + slack) & (latitude >= south - slack) & (latitude <= north + slack)
        return inside

    @property
    def scattered(self) -> bool:
        """Islands and villages a thousand kilometres from the next belong together here."""
        return (self.within, self.code) in (("US", "AK"), ("US", "HI"))


@cache
def regions() -> tuple[Region, ...]:
    """All of ``resources/places/regions.csv``."""
    boxes: dict[tuple[str, str, str], tuple[str, list[Box]]] = {}
    with (resources_dir() / "places" / "regions.csv").open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            key = (row["kind"], row["within"], row["code"])
            box = (float(row["west"]), float(row["south"]), float(row["east"]), float(row["north"]))
            boxes.setdefault(key, (row["name"], []))[1].append(box)
    return tuple(Region(kind, code, name, within, tuple(parts)) for (kind, within, code), (name, parts) in boxes.items())


def region(kind: str, code: str, within: str = "") -> Region:
    """The region of that code."""
    return _by_code()[kind, within, code]


@cache
def _by_code() -> dict[tuple[str, str, str], Region]:
    return {(one.kind, one.within, one.code): one for one in regions()}


@cache
def _long_codes() -> dict[str, str]:
    with (resources_dir() / "places" / "regions.csv").open(encoding="utf-8", newline="") as file:
        return {row["code3"]: row["code"] for row in csv.DictReader(file) if row["code3"]}


_OTHER_NAMES: Final = {
    "usa": "US", "us": "US", "united states of america": "US", "estados unidos": "US", "eeuu": "US", "uk": "GB", "great britain": "GB", "britain": "GB",
    "england": "GB", "scotland": "GB", "wales": "GB", "northern ireland": "GB", "deutschland": "DE", "espana": "ES",
    "turkey": "TR", "czech republic": "CZ", "ivory coast": "CI", "korea": "KR", "republic of korea": "KR", "viet nam": "VN",
    "osterreich": "AT", "schweiz": "CH", "suisse": "CH", "italia": "IT", "brasil": "BR", "polska": "PL", "nederland": "NL", "holland": "NL",
}


def country_of(text: str) -> Region | None:
    """The country a cell names, by name or by a code of two or three letters."""
    said = _plain(text)
    code = _country_names().get(said) or _OTHER_NAMES.get(said, "")
    if not code and re.fullmatch(r"[A-Z]{2,3}", text.strip()):
        letters = text.strip()
        code = _long_codes().get(letters, letters)
    return _by_code().get(("country", "", code))


def state_of(text: str, country: str = "") -> Region | None:
    """The state, province or nation a cell names: of that country, else of the United States, then of the others."""
    letters, said = text.strip().upper(), _plain(text)
    for within in (country,) if country else ("US", "CA", "AU", "GB"):
        found = _by_code().get(("state", within, letters)) if within != "GB" else None
        found = found or _state_names().get((within, said))
        if found is not None:
            return found
    return None


@cache
def _country_names() -> dict[str, str]:
    return {_plain(one.name): one.code for one in regions() if one.kind == "country"}


@cache
def _state_names() -> dict[tuple[str, str], Region]:
    return {(one.within, _plain(one.name)): one for one in regions() if one.kind == "state"}


@cache
def code_table(kind: str) -> dict[str, Region]:
    """First characters of a kind of code -> the state they stand for: "fips", "zip", "canadian_postcode", "uk_statistics"."""
    table: dict[str, Region] = {}
    with (resources_dir() / "places" / "codes.csv").open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            if row["kind"] != kind:
                continue
            found = region("state", row["state"], row["within"])
            if row["first"] == row["last"]:
                table[row["first"]] = found
            else:
                width = len(row["first"])
                table |= {f"{number:0{width}d}": found for number in range(int(row["first"]), int(row["last"]) + 1)}
    return table


def _plain(text: str) -> str:
    letters = unicodedata.normalize("NFKD", text.replace(".", "")).encode("ascii", "ignore").decode()
    return re.sub(r"^the ", "", " ".join(re.findall(r"[a-z]+", letters.lower())))


@cache
def _ground() -> Any:
    """Half-degree cells from the south-west: SEA, SHORE or LAND."""
    import numpy as np

    cells = np.zeros((round(180 / CELL_DEG), round(360 / CELL_DEG)), dtype=np.int8)
    with (resources_dir() / "places" / "land.csv").open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            line = cells[round((float(row["south"]) + 90) / CELL_DEG)]
            for column, mark in (("land", LAND), ("shore", SHORE)):
                for run in row[column].split():
                    first, last = run.split(":")
                    line[round((float(first) + 180) / CELL_DEG):round((float(last) + 180) / CELL_DEG)] = mark
    for west, south, east, north in (box for one in regions() for box in one.boxes):
        if (east - west) * (north - south) < SMALL_SQUARE_DEG:  # islands too small for the cells
            part = cells[int((south + 90) / CELL_DEG):int((north + 90) / CELL_DEG) + 1, int((west + 180) / CELL_DEG):int((east + 180) / CELL_DEG) + 1]
            np.maximum(part, SHORE, out=part)
    return cells


def ground(longitude: Any, latitude: Any) -> Any:
    """SEA, SHORE or LAND for each pair of degrees; what is no degree, or where nobody lives, is SEA."""
    import numpy as np

    lon, lat = np.asarray(longitude, dtype=float), np.asarray(latitude, dtype=float)
    with np.errstate(invalid="ignore"):
        real = (np.abs(lon) <= 180) & (np.abs(lat) <= 90)
    column = np.clip(np.where(real, (lon + 180) / CELL_DEG, 0), 0, 360 / CELL_DEG - 1).astype(int)
    row = np.clip(np.where(real, (lat + 90) / CELL_DEG, 0), 0, 180 / CELL_DEG - 1).astype(int)
    return np.where(real, _ground()[row, column], SEA)


def region_at(longitude: float, latitude: float) -> Region | None:
    """The country or state whose box is most closely around a place; boxes overlap, so this is rough."""
    best, closest = None, FARTHEST
    for one in regions():
        found = _off_region(one, longitude, latitude)
        if one.kind == "country" and _has_states(one.code):
            found *= 50  # a state says more than its country
        if found < closest:
            best, closest = one, found
    return best


def _off_region(one: Region, longitude: float, latitude: float) -> float:
    """How far a place is from the middle of the closest box of a region around it, large boxes counting as farther."""
    closest = FARTHEST
    for west, south, east, north in one.boxes:
        if west <= longitude <= east and south <= latitude <= north:
            off = max(_off_centre(longitude, west, east), _off_centre(latitude, south, north))
            closest = min(closest, off * max((east - west) * (north - south), 0.01) ** 0.35)
    return closest


def _other_countries(found: Region, longitude: float, latitude: float) -> list[Region]:
    """Countries whose boxes are nearly as closely around a place: near a border boxes do not tell which one it is in."""
    here = found.within or found.code
    closest = _off_region(found, longitude, latitude)
    tiny = all((east - west) * (north - south) < 1 for west, south, east, north in found.boxes)
    off: dict[str, float] = {}
    for one in regions():
        country = one.within or one.code
        if country != here and not (one.kind == "country" and _has_states(one.code)):
            off[country] = min(off.get(country, FARTHEST), _off_region(one, longitude, latitude))
    near = sorted((value, country) for country, value in off.items() if value <= (NEAR_TINY if tiny else NEAR) * closest)
    return [region("country", country) for _, country in near[:2]]


def _off_centre(value: float, low: float, high: float) -> float:
    return abs(2 * (value - low) / max(high - low, 0.01) - 1) + 0.3


@cache
def _has_states(country: str) -> bool:
    return any(one.within == country for one in regions())


def where(longitude: float, latitude: float) -> Said:
    """Where on Earth a place is, in the words of a planner: "Illinois, United States", "Kenya", "Antarctica", "the open sea"."""
    if abs(latitude) > 90 or abs(longitude) > 180:
        return say("nowhere on Earth")
    if latitude < -60:
        return say("Antarctica")
    found = region_at(longitude, latitude)
    others = [] if found is None or found.within == "GB" else _beside(found, longitude, latitude)
    if not others and int(ground(longitude, latitude)) == SEA and (found is None or _wide(found)):
        return say("the open sea")
    if found is None:
        return say("the open sea") if latitude < 70 else say("the Arctic")
    place = called(found) if not others else say("{state} or {other}, {country}", state=named(found.name), other=named(others[0].name),
                                                 country=named(region("country", found.within).name))
    abroad = [named(one.name) for one in _other_countries(found, longitude, latitude)]
    if len(abroad) == 1:
        return say("{place} or {country}", place=place, country=abroad[0])
    return say("{place}, {country} or {another}", place=place, country=abroad[0], another=abroad[1]) if abroad else place


def _beside(found: Region, longitude: float, latitude: float) -> list[Region]:
    """Other states of the same country whose boxes are around the place too."""
    return [one for one in regions() if found.kind == "state" and one != found and (one.kind, one.within) == ("state", found.within)
            and bool(one.holds(longitude, latitude))]


def called(found: Region) -> Said:
    """A region's name with its country's."""
    if found.kind == "state":
        return say("{state}, {country}", state=named(found.name), country=named(region("country", found.within).name))
    return named(found.name)


def _wide(found: Region) -> bool:
    return all(east - west > 2 or north - south > 2 for west, south, east, north in found.boxes)

