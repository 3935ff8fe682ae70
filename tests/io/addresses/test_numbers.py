"""House numbers and ranges: every way they are written, and each side of every end."""

from __future__ import annotations

import pytest

from ecomap.io.addresses.numbers import BOTH, EVEN, ODD, HouseNumber, house_number, range_of
from ecomap.io.addresses.parsing import address_of
from ecomap.io.addresses.streets import street_of


@pytest.mark.parametrize(("first", "last", "parity", "held"), [
    ("100", "198", "E", {100, 150, 198}), ("198", "100", "E", {100, 150, 198}), ("101", "199", "", {101, 199}), ("100", "199", "", {100, 101, 150, 198, 199}),
    ("100", "100", "", {100}),
])
def test_a_range_holds_its_ends_and_its_side(first: str, last: str, parity: str, held: set[int]) -> None:
    found = range_of(first, last, parity)
    assert found is not None
    assert {n for n in (98, 99, 100, 101, 150, 198, 199, 200) if found.holds(HouseNumber("", n))} == held


def test_a_range_that_runs_backwards_is_counted_from_its_own_first_point() -> None:
    forward, back = range_of("100", "200"), range_of("200", "100")
    assert forward is not None
    assert back is not None
    assert (forward.share(HouseNumber("", 125)), back.share(HouseNumber("", 125))) == (0.25, 0.75)
    one = range_of("7", "7")
    assert one is not None
    assert one.share(HouseNumber("", 7)) == 0.5


def test_numbers_of_another_head_are_in_no_range() -> None:
    found = range_of("37-01", "37-99")
    assert found is not None
    assert found.parity == ODD
    assert found.holds(HouseNumber("37-", 21))
    assert not found.holds(HouseNumber("38-", 21))
    assert not found.holds(HouseNumber("", 21))
    assert not found.holds(HouseNumber("37-", 22))
    assert range_of("37-01", "38-99") is None


def test_parity_that_is_not_said_is_that_of_both_ends() -> None:
    told = [range_of(*ends) for ends in (("1", "9"), ("2", "8"), ("1", "8"))]
    assert [one.parity for one in told if one is not None] == [ODD, EVEN, BOTH]


@pytest.mark.parametrize(("text", "found"), [
    ("123", ("", 123)), ("0012", ("", 12)), ("123B", ("", 123)), ("123-B", ("", 123)), ("12 1/2", ("", 12)), ("37-21", ("37-", 21)), ("37 - 21", ("37-", 21)),
    ("n6w23001", ("N6W", 23001)), ("A12", ("A", 12)), ("12-14-16", None), ("", None), ("abc", None), ("1234567890", None), ("12/14", None),
])
def test_a_house_number_in_parts(text: str, found: tuple[str, int] | None) -> None:
    assert house_number(text) == (None if found is None else HouseNumber(*found))


@pytest.mark.parametrize(("one", "other"), [
    ("N Main St", "North Main Street"), ("N. MAIN ST.", "n main st"), ("Martin Luther King Jr Blvd", "Martin Luther King Junior Boulevard"),
    ("1st St", "First Street"), ("Saint Andrews Pl", "St. Andrew's Place"), ("Avenida Cesar Chavez", "Avenue Cesar Chavez"), ("Peñasco Rd", "Penasco Road"),
    ("Old Country Rd N", "Old Country Road North"),
])
def test_one_street_in_two_spellings(one: str, other: str) -> None:
    assert street_of(one) == street_of(other)


@pytest.mark.parametrize(("one", "other"), [
    ("N Main St", "S Main St"), ("N Main St", "Main St"), ("Main St", "Main Ave"), ("Avenue E", "Avenue F"), ("1st St", "21st St"),
])
def test_two_streets_are_two(one: str, other: str) -> None:
    assert street_of(one) != street_of(other)


def test_what_an_address_does_not_say_is_no_contradiction() -> None:
    assert street_of("Main").says_no_more_than(street_of("N Main St"))
    assert not street_of("N Main St").says_no_more_than(street_of("Main St"))
    assert street_of("N Main St").agrees(street_of("Main St"))
    assert not street_of("N Main St").agrees(street_of("S Main St"))


@pytest.mark.parametrize(("text", "postcode", "zip_code"), [
    ("1 Elm St, Los Angeles, CA 90012", "", "90012"), ("1 Elm St, Los Angeles, CA 90012-4444", "", "90012"), ("1 Elm St", "90012.0", "90012"),
    ("1 Elm St", "900124444", "90012"), ("1 Elm St", "2139", "02139"), ("1 Elm St, Los Angeles, CA 90012", "90013", "90013"), ("1 Elm St", "LA", ""),
])
def test_the_zip_of_its_own_column_goes_before_that_of_the_text(text: str, postcode: str, zip_code: str) -> None:
    assert address_of(text, postcode).zip == zip_code


@pytest.mark.parametrize("unit", [" #12", ", #12", " Apt 4", " Suite 300", ", Ste. B", " Unit 5-A"])
def test_a_flat_is_no_part_of_the_street(unit: str) -> None:
    found = address_of(f"648 Avenue of the Stars{unit}, Los Angeles, CA 90012")
    assert (found.written, found.zip, found.problem) == ("Avenue of the Stars", "90012", "")


def test_hostile_texts_are_read_in_bounds() -> None:
    for text in ("1 " * 100_000, "\x00" * 50, "'); drop table x; --", "#" * 5_000, "9" * 500 + " Elm St"):
        assert address_of(text).house is None or len(address_of(text).text) <= 300
