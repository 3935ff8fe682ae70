"""Rows of two lists put together: each side of every threshold by hand, and the same whatever the order of the rows."""

from __future__ import annotations

import numpy as np
import pytest

from ecomap.analysis.newer.pairing import (
    BY_CODE,
    BY_NAME,
    BY_PERSON,
    NEAR_M,
    SAME_GROUND_M,
    Pairing,
    Rows,
    pair_rows,
)


def rows(*told: tuple[str, str, float | None], kinds: tuple[frozenset[str], ...] = ()) -> Rows:
    """Rows of (id, name, metres to the east); None where there is no place."""
    xy = np.array([(np.nan if x is None else x, np.nan if x is None else 0.0) for _, _, x in told], dtype=float).reshape(-1, 2)
    return Rows([key for key, _, _ in told], [name for _, name, _ in told], kinds or (frozenset(),) * len(told), xy)


def by_id(found: Pairing, old: Rows, new: Rows) -> tuple[dict[str, tuple[str, str]], set[str], set[str], dict[str, tuple[str, ...]]]:
    return ({old.ids[p.old]: (new.ids[p.new], p.by) for p in found.pairs}, {new.ids[n] for n in found.added}, {old.ids[n] for n in found.gone},
            {old.ids[one.old]: tuple(new.ids[n] for n in one.candidates) for one in found.open})


def test_rows_of_one_code_are_one_thing_whatever_they_are_called() -> None:
    old, new = rows(("1", "oak", 0), ("2", "elm", 10)), rows(("2", "elm", 10), ("1", "hickory", 0))
    assert by_id(pair_rows(old, new), old, new) == ({"1": ("1", BY_CODE), "2": ("2", BY_CODE)}, set(), set(), {})


def test_what_only_one_list_has_is_new_or_gone() -> None:
    old, new = rows(("1", "oak", 0), ("2", "elm", 5_000)), rows(("1", "oak", 0), ("3", "ash", 9_000))
    assert by_id(pair_rows(old, new), old, new) == ({"1": ("1", BY_CODE)}, {"3"}, {"2"}, {})


@pytest.mark.parametrize(("apart", "paired"), [(NEAR_M, True), (NEAR_M + 1, False)])
def test_another_code_and_the_same_name_near_by_is_the_same_thing_and_farther_off_it_is_asked(apart: float, paired: bool) -> None:
    old, new = rows(("1", "oak", 0.0)), rows(("9", "oak", apart))
    pairs, added, gone, asked = by_id(pair_rows(old, new), old, new)
    assert (pairs, gone) == (({"1": ("9", BY_NAME)}, set()) if paired else ({}, set()))
    assert (added, asked) == ((set(), {}) if paired else ({"9"}, {"1": ("9",)}))


@pytest.mark.parametrize(("apart", "asked"), [(SAME_GROUND_M, True), (SAME_GROUND_M + 1, False)])
def test_another_name_on_the_same_ground_is_asked(apart: float, asked: bool) -> None:
    old, new = rows(("1", "oak", 0.0)), rows(("9", "hickory", apart))
    _, added, gone, opened = by_id(pair_rows(old, new), old, new)
    assert added == {"9"}
    assert (gone, opened) == ((set(), {"1": ("9",)}) if asked else ({"1"}, {}))


def test_several_of_one_name_near_by_are_asked_not_guessed() -> None:
    old, new = rows(("1", "oak", 0.0)), rows(("8", "oak", 300.0), ("9", "oak", 10.0))
    assert by_id(pair_rows(old, new), old, new) == ({}, {"8", "9"}, set(), {"1": ("8", "9")})
    old, new = rows(("1", "oak", 0.0), ("2", "oak", 10.0)), rows(("9", "oak", 5.0))
    assert by_id(pair_rows(old, new), old, new)[3] == {"1": ("9",), "2": ("9",)}


def test_names_that_contradict_in_kind_are_not_one() -> None:
    old = rows(("1", "oak", 0.0), kinds=(frozenset({"elementary"}),))
    for kind, paired in (("elementary", True), ("high", False)):
        new = rows(("9", "oak", 500.0), kinds=(frozenset({kind}),))
        assert bool(pair_rows(old, new).pairs) is paired


def test_a_place_is_needed_for_a_name_to_tell() -> None:
    old, new = rows(("1", "oak", None)), rows(("9", "oak", None))
    assert by_id(pair_rows(old, new), old, new)[3] == {"1": ("9",)}


def test_a_person_settles_what_is_open() -> None:
    old, new = rows(("1", "oak", 0.0)), rows(("8", "oak", 300.0), ("9", "oak", 10.0))
    assert by_id(pair_rows(old, new, answers={"1": "8"}), old, new) == ({"1": ("8", BY_PERSON)}, {"9"}, set(), {})
    assert by_id(pair_rows(old, new, answers={"1": ""}), old, new) == ({}, {"8", "9"}, {"1"}, {})


def test_one_newer_row_is_never_two_former_ones() -> None:
    old, new = rows(("1", "oak", 0.0), ("2", "elm", 0.0)), rows(("9", "oak", 5_000.0))
    assert pair_rows(old, new, answers={"1": "9", "2": "9"}).pairs == ()


def test_running_numbers_that_meet_by_chance_put_nothing_together() -> None:
    old = rows(("1", "oak", 0.0), ("2", "elm", 5_000.0), ("3", "ash", 10_000.0))
    new = rows(("1", "ash", 10_000.0), ("2", "oak", 0.0), ("3", "elm", 5_000.0))
    found = pair_rows(old, new)
    assert found.by_chance
    assert by_id(found, old, new)[0] == {"1": ("2", BY_NAME), "2": ("3", BY_NAME), "3": ("1", BY_NAME)}


def test_half_of_the_codes_agreeing_is_enough() -> None:
    old = rows(("1", "oak", 0.0), ("2", "elm", 5_000.0))
    new = rows(("1", "oak", 0.0), ("2", "fir", 50_000.0))
    assert not pair_rows(old, new).by_chance
    old, new = rows(*((key, key, 0.0) for key in "1"), ("2", "elm", 0.0), ("3", "ash", 0.0)), rows(
        ("1", "1", 0.0), ("2", "fir", 50_000.0), ("3", "yew", 60_000.0))
    assert pair_rows(old, new).by_chance


def test_areas_are_put_together_by_code_only() -> None:
    old, new = rows(("1", "oak", 0.0)), rows(("9", "oak", 0.0))
    assert by_id(pair_rows(old, new, names=False), old, new) == ({}, {"9"}, {"1"}, {})
    assert by_id(pair_rows(old, new, names=False, meets={"9": "1"}), old, new)[0] == {"1": ("9", BY_CODE)}


def test_every_row_ends_once_and_the_order_of_the_rows_does_not_matter() -> None:
    random = np.random.default_rng(5)
    names = ["oak", "elm", "ash", "fir", "yew"]
    for _ in range(60):
        old_told = [(f"{n:02d}", str(random.choice(names)), float(random.integers(0, 6) * 400)) for n in range(8)]
        new_told = [(f"{random.integers(0, 40):02d}", str(random.choice(names)), float(random.integers(0, 6) * 400)) for n in range(8)]
        new_told = list({key: (key, *rest) for key, *rest in new_told}.values())
        old, new = rows(*old_told), rows(*new_told)
        found = pair_rows(old, new)
        olds = [p.old for p in found.pairs] + list(found.gone) + [one.old for one in found.open]
        news = [p.new for p in found.pairs] + list(found.added)
        assert sorted(olds) == list(range(len(old_told)))
        assert sorted(news) == list(range(len(new_told)))
        old_again, new_again = rows(*[old_told[n] for n in random.permutation(len(old_told))]), rows(*[new_told[n] for n in random.permutation(len(new_told))])
        assert by_id(pair_rows(old_again, new_again), old_again, new_again) == by_id(found, old, new)
