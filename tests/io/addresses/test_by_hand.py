"""A few streets that can be worked out by hand: which one is meant, and where along it."""

from __future__ import annotations

import geopandas as gpd
import pytest
from shapely.geometry import LineString

from ecomap.io.addresses import matching
from ecomap.io.addresses.matching import (
    FOUND,
    INSET_M,
    MIDDLE,
    NEAR,
    OFFSET_M,
    OTHER_ZIP,
    OUTSIDE,
    SEVERAL,
    Ranges,
    match,
    ranges_of,
)
from ecomap.io.addresses.parsing import address_of

Piece = tuple[str, str, str, str, str, str, LineString]


def ranges(*pieces: Piece) -> Ranges:
    """Pieces of street: name, numbers on the left (first, last), on the right, ZIP, line."""
    rows = [{"name": name, "left_from": one, "left_to": two, "right_from": three, "right_to": four, "left_zip": zip_code, "right_zip": zip_code}
            for name, one, two, three, four, zip_code, _ in pieces]
    return ranges_of(gpd.GeoDataFrame(rows, geometry=[piece[-1] for piece in pieces], crs="EPSG:3310"))


def east(y: float, length: float = 200.0, x: float = 0.0) -> LineString:
    return LineString([(x, y), (x + length, y)])


def piece(name: str, first: int, last: int, y: float, zip_code: str = "90012", line: LineString | None = None) -> Piece:
    """Even numbers on the left, the odd ones above them on the right."""
    return name, str(first), str(last), str(first + 1), str(last + 1), zip_code, line or east(y)


def told(text: str, of: Ranges, zip_code: str = "90012") -> tuple[str, str]:
    found = match(address_of(text, zip_code), of)
    return found.status, found.street


def test_halfway_along_the_range_is_halfway_along_the_line_on_the_side_of_its_parity() -> None:
    streets = ranges(piece("Elm St", 100, 200, 0.0))
    even, odd = match(address_of("150 Elm St"), streets), match(address_of("151 Elm St"), streets)
    assert (even.x, even.y, even.side) == (pytest.approx(100.0), pytest.approx(OFFSET_M), "left")
    assert (odd.x, odd.y, odd.side) == (pytest.approx(100.0), pytest.approx(-OFFSET_M), "right")
    ends = [match(address_of(f"{number} Elm St"), streets).x for number in (100, 200)]
    assert ends == [pytest.approx(INSET_M), pytest.approx(200.0 - INSET_M)]


def test_a_range_that_runs_backwards_is_counted_along_its_numbers() -> None:
    streets = ranges(piece("Elm St", 200, 100, 0.0))
    assert match(address_of("125 Elm St"), ranges(("Elm St", "", "", "199", "99", "90012", east(0.0)))).x == pytest.approx(INSET_M + 0.74 * (200 - 2 * INSET_M))
    assert match(address_of("100 Elm St"), streets).x == pytest.approx(200.0 - INSET_M)


def test_along_a_bend_the_way_counts_not_the_straight_line() -> None:
    bend = LineString([(0, 0), (100, 0), (100, 100)])
    found = match(address_of("175 Elm St"), ranges(("Elm St", "", "", "101", "199", "90012", bend)))
    assert (found.x, found.y) == (pytest.approx(100.0 + OFFSET_M), pytest.approx(INSET_M + (74 / 98) * (200 - 2 * INSET_M) - 100.0))


def test_the_street_that_is_called_just_so_is_meant() -> None:
    streets = ranges(piece("Main St", 100, 198, 0.0), piece("N Main St", 100, 298, 500.0))
    assert told("150 Main St", streets) == (FOUND, "Main St")
    assert told("250 Main St", streets) == (OUTSIDE, "Main St")   # its range may be missing: the other one would be a guess
    assert told("250 N Main St", streets) == (FOUND, "N Main St")
    assert told("150 S Main St", streets)[0] == NEAR              # one that says less has the number


def test_a_street_that_says_more_is_meant_only_where_there_is_one() -> None:
    assert told("150 Main", ranges(piece("N Main St", 100, 198, 0.0))) == (FOUND, "N Main St")
    both = ranges(piece("N Main St", 100, 198, 0.0), piece("S Main St", 100, 298, 500.0))
    assert told("250 Main St", both) == (NEAR, "S Main St")       # only one has the number, but either could be meant
    assert told("150 Main St", both)[0] == SEVERAL
    assert told("950 Main St", both)[0] == OUTSIDE
    said = match(address_of("250 Main St", "90012"), both, {"Main St": "S Main St"})
    assert (said.status, said.street) == (FOUND, "S Main St")


def test_two_streets_of_one_name_in_two_zips() -> None:
    streets = ranges(piece("Oak St", 100, 298, 0.0, "90012"), piece("Oak St", 100, 138, 9_000.0, "90077"), piece("Oak St", 160, 298, 9_000.0, "90077"))
    assert match(address_of("150 Oak St", "90012"), streets).status == FOUND
    assert match(address_of("150 Oak St"), streets).status == SEVERAL    # the gap in the other one may be where it is
    assert match(address_of("150 Oak St", "90077"), streets).status == OUTSIDE
    assert match(address_of("150 Oak St", "90001"), streets).status == OTHER_ZIP
    long = ranges(piece("Oak St", 100, 198, 0.0, "90012"), piece("Oak St", 200, 298, 0.0, "90077", east(0.0, x=200.0)))
    assert match(address_of("250 Oak St"), long).status == FOUND         # one street through two ZIPs


def test_a_number_on_both_sides_lies_between_them() -> None:
    found = match(address_of("150 Elm St"), ranges(("Elm St", "100", "198", "100", "198", "90012", east(0.0))))
    assert (found.status, found.side, found.y) == (MIDDLE, "", pytest.approx(0.0))


@pytest.mark.parametrize(("apart", "status"), [(matching.TOGETHER_M - 1, MIDDLE), (matching.TOGETHER_M + 1, SEVERAL)])
def test_places_are_one_only_where_they_are_near_each_other(apart: float, status: str) -> None:
    streets = ranges(("Elm St", "100", "198", "", "", "90012", east(0.0)), ("Elm St", "100", "198", "", "", "90012", east(apart)))
    assert match(address_of("150 Elm St", "90012"), streets).status == status


def test_a_range_without_a_zip_does_for_any() -> None:
    assert told("150 Elm St", ranges(piece("Elm St", 100, 198, 0.0, ""))) == (FOUND, "Elm St")


def test_hyphenated_numbers_and_those_of_a_grid() -> None:
    streets = ranges(("82nd St", "37-02", "37-98", "37-01", "37-99", "11372", east(0.0)), ("Bluemound Rd", "N6W23000", "N6W23098", "", "", "53188", east(900.0)))
    assert match(address_of("37-50 82nd Street, Jackson Heights, NY 11372"), streets).status == FOUND
    assert match(address_of("38-50 82nd Street, Jackson Heights, NY 11372"), streets).status == OUTSIDE
    assert match(address_of("3750 82nd Street, Jackson Heights, NY 11372"), streets).status == OUTSIDE
    assert match(address_of("N6W23050 Bluemound Road", "53188"), streets).status == FOUND
