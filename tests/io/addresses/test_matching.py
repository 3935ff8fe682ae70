"""A thousand made-up addresses of a made-up county: nearly all within 50 m, and none guessed."""

from __future__ import annotations

from collections import Counter
from pathlib import Path
from random import Random

import numpy as np
import pytest

from ecomap.io.addresses import matching, parsing
from ecomap.io.addresses.matching import Match, match, ranges_of
from ecomap.io.addresses.parsing import address_of
from ecomap.io.importers import guess_role, import_file
from tests.io.addresses.county import METRES, ZIPS, House, made

LONG = {"St": "Street", "Ave": "Avenue", "Blvd": "BOULEVARD", "Dr": "Drive", "Ln": "Lane", "Rd": "Road", "Pl": "Place", "N": "North", "S": "South", "W": "West"}


@pytest.fixture(scope="module")
def county(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, list[House]]:
    return made(tmp_path_factory.mktemp("county"))


@pytest.fixture(scope="module")
def ranges(county: tuple[Path, list[House]]) -> matching.Ranges:
    return ranges_of(import_file(county[0], "address_range", target_crs=METRES).frame)


def written(random: Random, house: House) -> tuple[str, str]:
    """An address as somebody might write it, and the ZIP of its own column."""
    words = [LONG.get(word, word) if random.random() < 0.4 else word for word in house.street.split()]
    words = [words[0], *words[1:]] if house.street != "St Marks Pl" else house.street.split()
    street = " ".join(words)
    street = street.upper() if random.random() < 0.2 else street
    number = house.number + ("A" if random.random() < 0.03 and house.number.isdigit() else "")
    tail = random.choice(["", "", " Apt 4", " #12", ", Suite 300"])
    way = random.random()
    if way < 0.4:
        return f"{number} {street}{tail}", house.zip
    if way < 0.8:
        return f"{number} {street}{tail}, Los Angeles, CA {house.zip}", ""
    return f"{number} {street}{tail}, Los Angeles, CA {house.zip}-1234", ""


def off(found: Match, house: House) -> float:
    return float(np.hypot(found.x - house.x, found.y - house.y))


def test_the_file_is_known_for_what_it_is(county: tuple[Path, list[House]]) -> None:
    assert guess_role(county[0]) == "address_range"
    report = import_file(county[0], "address_range", target_crs=METRES).report
    assert report.adds_up
    assert report.count("dropped") == 1  # the line without a name


def test_nineteen_of_twenty_known_addresses_lie_within_fifty_metres_and_the_unknown_are_not_placed(county: tuple[Path, list[House]], ranges: matching.Ranges) -> None:
    random = Random(7)
    known = [house for house in county[1] if house.known]
    unknown = [house for house in county[1] if not house.known]
    near = 0
    for house in random.sample(known, 1000):
        found = match(address_of(*written(random, house)), ranges)
        assert not found.placed or off(found, house) < 50.0, (house, found)
        near += found.placed
    assert near >= 990
    told = Counter(match(address_of(*written(random, house)), ranges).status for house in unknown)
    assert set(told) == {matching.OUTSIDE}


def test_without_a_zip_a_place_is_taken_only_where_there_is_one(county: tuple[Path, list[House]], ranges: matching.Ranges) -> None:
    for house in county[1]:
        found = match(address_of(f"{house.number} {house.street}"), ranges)
        assert not found.placed or off(found, house) < 50.0, (house, found)
        if house.street == "Oak St" and house.known:
            assert found.status == matching.SEVERAL


@pytest.mark.parametrize(("text", "zip_code", "status", "street"), [
    ("101 Nowhere Boulevard", ZIPS[0], matching.NO_STREET, ""),
    ("9999 Elm St", ZIPS[0], matching.OUTSIDE, "Elm St"),
    ("101 Oak St", "", matching.SEVERAL, "Oak St"),
    ("101 Elm St", "90001", matching.OTHER_ZIP, "Elm St"),
    ("105 Main St", ZIPS[0], matching.SEVERAL, "N Main St"),
    ("101 Elmm St", ZIPS[0], matching.NEAR, "Elm St"),
    ("101 N Elm St", ZIPS[0], matching.NEAR, "Elm St"),   # the ranges know of no direction
    ("101 Elm Ave", ZIPS[0], matching.NO_STREET, ""),     # another kind of street is another street
    ("P.O. Box 1200, Los Angeles, CA 90012", "", parsing.PO_BOX, ""),
    ("Elm St", ZIPS[0], parsing.NO_NUMBER, ""),
    ("Elm St & Oak St", ZIPS[0], parsing.NO_NUMBER, ""),
    ("call for directions", ZIPS[0], parsing.UNREADABLE, ""),
    ("   ", ZIPS[0], parsing.BLANK, ""),
])
def test_what_is_not_known_is_told_with_its_reason(ranges: matching.Ranges, text: str, zip_code: str, status: str, street: str) -> None:
    found = match(address_of(text, zip_code), ranges)
    assert (found.status, found.placed) == (status, False)
    assert not street or found.street == street


def test_a_near_spelling_is_placed_once_a_person_says_so(county: tuple[Path, list[House]], ranges: matching.Ranges) -> None:
    house = next(one for one in county[1] if one.street == "Elm St" and one.known)
    address = address_of(f"{house.number} Elmm St", house.zip)
    assert off(match(address, ranges, {"Elmm St": "Elm St"}), house) < 50.0
    assert match(address, ranges, {"Elmm St": "none"}).status == matching.NO_STREET


def test_the_side_is_told_by_parity(county: tuple[Path, list[House]], ranges: matching.Ranges) -> None:
    for house in [one for one in county[1] if one.street == "Elm St" and one.known]:
        found = match(address_of(f"{house.number} {house.street}", house.zip), ranges)
        line = min(ranges.shapes, key=lambda shape: shape.distance(_point(found)))
        assert (_side(line, _point(found)) > 0) == (_side(line, _point(house)) > 0)
        assert _point(found).distance(line) == pytest.approx(matching.OFFSET_M, abs=0.5)


def _point(of: House | Match) -> object:
    import shapely

    return shapely.Point(of.x, of.y)


def _side(line: object, point: object) -> float:
    """Positive on the left of the line, negative on its right."""
    along = line.project(point)  # type: ignore[attr-defined]
    one, other = line.interpolate(max(along - 1, 0)), line.interpolate(along + 1)  # type: ignore[attr-defined]
    return float((other.x - one.x) * (point.y - one.y) - (other.y - one.y) * (point.x - one.x))  # type: ignore[attr-defined]
