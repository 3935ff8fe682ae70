"""States and counties by code and name."""

from __future__ import annotations

import pytest

from ecomap.io.counties import counties, counties_of, county_of_code, state_of, states
from ecomap.model.assets import resources_dir
from ecomap.model.errors import ParameterError


def names(state: str, *texts: str, year: int = 9999) -> list[str]:
    return [one.name for one in counties_of(state_of(state), texts, year)]


def test_every_state_has_counties_and_every_county_a_state() -> None:
    assert {one.state for one in counties()} == {one.letters for one in states()}
    assert all(one.code[:2] == state_of(one.state).code for one in counties())
    assert len({one.code for one in counties()}) == len(counties())


def test_how_many_counties_there_are() -> None:
    """3,144 counties and what stands for one in the fifty states and the capital since 2022, as the Census Bureau counts them; Puerto Rico has 78 of its own."""
    fifty = [one for one in counties() if one.used_in(2023) and int(one.code[:2]) <= 56]
    assert len(fifty) == 3_144
    assert len(names("PR")) == 78
    assert len(names("CA")) == 58


@pytest.mark.parametrize("text", ["Fresno", "fresno county", "019", "19", "06019", "6019"])
def test_a_county_by_name_or_code(text: str) -> None:
    assert names("California", text) == ["Fresno County"]


def test_accents_and_kinds_need_not_be_typed() -> None:
    assert names("nm", "dona ana") == ["Doña Ana County"]
    assert names("LA", "Orleans") == ["Orleans Parish"]
    assert names("AK", "juneau") == ["Juneau City and Borough"]


def test_two_of_one_name_are_asked_for() -> None:
    with pytest.raises(ParameterError, match=r"several counties called 'baltimore'.*Baltimore County, Baltimore city"):
        names("MD", "baltimore")
    assert names("MD", "Baltimore city", "Baltimore County") == ["Baltimore city", "Baltimore County"]


def test_one_that_is_not_there_is_told_with_those_that_are() -> None:
    with pytest.raises(ParameterError, match=r"no county called 'Fresmo'.*Fresno County"):
        names("CA", "Fresmo")
    with pytest.raises(ParameterError, match="'Calivornia' is no state"):
        state_of("Calivornia")


@pytest.mark.parametrize(("year", "first", "count"), [(2021, "Fairfield County", 8), (2022, "Capitol Planning Region", 9)])
def test_connecticut_has_other_counties_from_2022_on(year: int, first: str, count: int) -> None:
    assert (names("CT", year=year)[0], len(names("CT", year=year))) == (first, count)


@pytest.mark.parametrize(("code", "year", "there"), [
    ("02261", 2019, True), ("02261", 2020, False), ("02063", 2019, False), ("02063", 2020, True), ("46102", 2014, False), ("46102", 2015, True)])
def test_codes_hold_for_their_years(code: str, year: int, there: bool) -> None:
    county = county_of_code(code)
    assert county is not None
    assert county.used_in(year) is there


def test_the_lists_are_small() -> None:
    assert sum((resources_dir() / "census" / f"{name}.csv").stat().st_size for name in ("states", "counties")) < 100_000
