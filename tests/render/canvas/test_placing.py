"""Names never hide each other, the important ones stand, and what stands in the way of one goes elsewhere if it can."""

from __future__ import annotations

import itertools

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from ecomap.render.canvas.placing import Places, overlapping, place

Box = tuple[float, float, float, float]


def places(names: list[list[list[Box]]], groups: list[int] | None = None, apart: float = 0.0) -> Places:
    """Names in order of importance, each with its places, each of these with its boxes."""
    flat = [(n, at) for n, tries in enumerate(names) for at in tries]
    boxes = [(c, box) for c, (_, at) in enumerate(flat) for box in at]
    return Places(
        np.array([box for _, box in boxes], float).reshape(-1, 4), np.array([c for c, _ in boxes], int),
        np.array([n for n, _ in flat], int), np.array(groups or range(len(names))), np.full(len(names), apart),
    )  # fmt: skip


def box(x: float, y: float, wide: float = 40.0, high: float = 14.0) -> Box:
    return x - wide / 2, y - high / 2, x + wide / 2, y + high / 2


def overlap(a: Box, b: Box) -> bool:
    return a[0] < b[2] and b[0] < a[2] and a[1] < b[3] and b[1] < a[3]


corners = st.tuples(st.integers(-300, 300), st.integers(-300, 300), st.integers(1, 120), st.integers(1, 60))
boxes = corners.map(lambda c: (float(c[0]), float(c[1]), float(c[0] + c[2]), float(c[1] + c[3])))
tries = st.lists(st.lists(boxes, min_size=1, max_size=3), min_size=1, max_size=4)


@given(st.lists(tries, min_size=1, max_size=25), st.lists(boxes, max_size=3))
def test_no_two_names_overlap_and_none_stands_on_what_is_taken(names: list[list[list[Box]]], taken: list[Box]) -> None:
    chosen = place(places(names), np.array(taken, float).reshape(-1, 4))
    flat = [at for candidates in names for at in candidates]
    stand = [flat[c] for c in chosen if c >= 0]
    for one, other in itertools.combinations(stand, 2):
        assert not any(overlap(a, b) for a in one for b in other)
    assert not any(overlap(a, b) for at in stand for a in at for b in taken)


@given(st.lists(tries, min_size=1, max_size=25))
def test_a_name_is_left_out_only_where_others_stand_in_all_its_places(names: list[list[list[Box]]]) -> None:
    chosen = place(places(names))
    flat = [at for candidates in names for at in candidates]
    stand = [flat[c] for c in chosen if c >= 0]
    for candidates, c in zip(names, chosen):
        if c < 0:
            assert all(any(overlap(a, b) for a in at for other in stand for b in other) for at in candidates)


@given(st.lists(boxes, max_size=30), st.lists(boxes, max_size=30))
def test_pairs_that_overlap_are_all_found_once(ones: list[Box], others: list[Box]) -> None:
    i, j = overlapping(np.array(ones, float).reshape(-1, 4), np.array(others, float).reshape(-1, 4))
    brute = [(n, m) for n, a in enumerate(ones) for m, b in enumerate(others) if overlap(a, b)]
    assert sorted(zip(i.tolist(), j.tolist())) == brute


def test_the_more_important_name_stands() -> None:
    assert place(places([[[box(0, 0)]], [[box(10, 0)]]])).tolist() == [0, -1]


def test_names_that_only_touch_both_stand() -> None:
    assert place(places([[[box(0, 0)]], [[box(40, 0)]]])).tolist() == [0, 1]
    assert place(places([[[box(0, 0)]], [[box(39.9, 0)]]])).tolist() == [0, -1]


def test_the_second_place_is_taken_where_the_first_is_not_free() -> None:
    assert place(places([[[box(0, 0)]], [[box(10, 0)], [box(0, 20)]]])).tolist() == [0, 2]


def test_a_name_makes_way_for_one_that_can_stand_nowhere_else() -> None:
    """The first could stand in two places, the second only where the first stood."""
    assert place(places([[[box(0, 0)], [box(0, 40)]], [[box(5, 0)]]])).tolist() == [1, 2]


def test_nobody_makes_way_for_a_place_that_is_taken_for_good() -> None:
    names = places([[[box(0, 0)], [box(0, 40)]], [[box(5, 0)]]])
    assert place(names, np.array([box(20, 0)])).tolist() == [1, -1]


def test_the_same_sign_is_not_there_twice_in_one_spot() -> None:
    near, far = [[[box(0, 0)]], [[box(89, 0)]]], [[[box(0, 0)]], [[box(90, 0)]]]
    assert place(places(near, [7, 7], 90.0)).tolist() == [0, -1]
    assert place(places(far, [7, 7], 90.0)).tolist() == [0, 1]
    assert place(places(near, [7, 8], 90.0)).tolist() == [0, 1]


def test_nothing_to_place() -> None:
    assert place(places([])).tolist() == []
