"""Coordinates in the spellings that people use: one axis in a cell, both in a cell, links to maps."""

from __future__ import annotations

import pandas as pd
import pytest

from ecomap.io.table.places.coordinates import degrees_of, holds_pairs, is_coordinate, pair_of, parse_degrees


@pytest.mark.parametrize("cell", [
    "40°00'18.0\"N", "40 0 18 N", "40d0m18s", "40d00m18sN", "N40 00.300", "40:00:18", "400018N", "40°00′18″", "N 40° 0' 18\"", "40.005° N", "40° 0.3' N",
])
def test_spellings_of_a_latitude(cell: str) -> None:
    assert parse_degrees(pd.Series([cell])).values.tolist() == [pytest.approx(40.005)]


@pytest.mark.parametrize("cell", ["89°59'42\"W", "W89 59.700", "-89:59:42", "895942W", "89 59 42 O", "−89° 59′ 42″"])
def test_the_west_is_negative(cell: str) -> None:
    assert degrees_of(cell) == pytest.approx(-89.995)


@pytest.mark.parametrize("cell", ["12 Main St", "40 75 10 N", "N40N", "Elementary", "200° N", ""])
def test_what_is_no_coordinate(cell: str) -> None:
    assert degrees_of(cell) is None


@pytest.mark.parametrize("cell", [
    "(40.005, -89.995)", "40.005 -89.995", "40.005;-89.995", "POINT (-89.995 40.005)", "SRID=4326;POINT(-89.995 40.005)", '{"lat":40.005,"lng":-89.995}',
    "{'type': 'Point', 'coordinates': [-89.995, 40.005]}", "geo:40.005,-89.995?z=12", "https://www.google.com/maps/place/X/@40.005,-89.995,17z",
    "https://www.openstreetmap.org/#map=17/40.005/-89.995", "https://www.openstreetmap.org/?mlat=40.005&mlon=-89.995", "https://maps.google.com/?q=40.005,-89.995",
    "12 Main St\nTown, IL 62701\n(40.005, -89.995)", "40°00'18\"N 89°59'42\"W", "N40 00.300 W89 59.700", "lon: -89.995, lat: 40.005", "40,005; -89,995",
])
def test_both_in_one_cell(cell: str) -> None:
    assert pair_of(cell) == (pytest.approx(40.005), pytest.approx(-89.995))


@pytest.mark.parametrize("cell", ["10, 11", "1,234", "213 555 0100", "2019-2020", "Grades 3, 4", "12.5", "https://school.org/a/b"])
def test_what_is_no_pair(cell: str) -> None:
    assert pair_of(cell) is None


def test_a_column_is_taken_by_most_of_its_cells() -> None:
    good = "40.005, -89.995"
    assert holds_pairs(pd.Series([good] * 8 + ["closed"] * 2))
    assert not holds_pairs(pd.Series([good] * 7 + ["closed"] * 3))
    assert is_coordinate(pd.Series(["40°00'18\"N"] * 8 + ["?"] * 2))
    assert not is_coordinate(pd.Series(["40°00'18\"N", "north", "south"]))
