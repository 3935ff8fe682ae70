"""Who runs a school, in the words of many places."""

from __future__ import annotations

import pytest

from ecomap.io.importers.columns.schools.run_by import by_address, run_by, takes_by_address


@pytest.mark.parametrize(("text", "who"), [
    ("Y", "charter"), ("No", "district"), ("Charter", "charter"), ("Not a charter school", "district"), ("Public", "district"), ("PUBLIC", "district"),
    ("Private", "private"), ("Non-public", "private"), ("Academy", "charter"), ("Academy converter", "charter"), ("Free school", "charter"),
    ("Voluntary aided school", "district"), ("Foundation and voluntary aided", "district"), ("Community Primary", "district"),
    ("Independent school", "private"), ("LOCAL GOVERNMENT AUTHORITY", "district"), ("CENTRAL GOVERNMENT/DEB", "district"),
    ("PRIVATE INDIVIDUAL", "private"), ("RELIGIOUS ORGANIZATION", "private"), ("Pública", "district"), ("Privada", "private"),
    ("Catholic District School Board", "district"), ("Francophone", "district"), ("English Public", "district"), ("District-run", "district"),
    ("Traditional", ""), ("Unknown", ""), ("", ""),
])
def test_the_words_of_many_places(text: str, who: str) -> None:
    assert run_by(text) == who


@pytest.mark.parametrize(("text", "takes"), [
    ("Adams Elementary", True), ("Community Junior", True), ("Lincoln Continuation High", False), ("Online Academy", False), ("Virtual School", False),
    ("Juvenile Hall", False), ("Special Education Center", False), ("Independent school", False), ("Houston Independent School District", True),
    ("Pupil referral unit", False), ("Early College High", False), ("Highland Park", True),
])
def test_who_takes_pupils_by_home_address(text: str, takes: bool) -> None:
    assert takes_by_address(text) is takes


def test_academies_take_by_address_and_charters_do_not() -> None:
    assert [by_address(text) for text in ("Academy", "Free school", "Charter academy", "Y")] == [True, True, False, False]
