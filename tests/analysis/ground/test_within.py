"""In which place an area lies: by the largest share, on each side of every threshold."""

from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st
from shapely import Point, Polygon, box

from ecomap.analysis.ground import within
from ecomap.analysis.ground.within import placed_in

WEST, EAST = box(0, 0, 1000, 1000), box(1000, 0, 2000, 1000)


def test_the_larger_share_decides_and_a_tie_falls_to_the_coarser_place() -> None:
    areas = [box(400, 0, 1400, 1000), box(499, 0, 1499, 1000), box(500, 0, 1500, 1000)]
    assert placed_in(areas, [WEST, EAST], []).place.tolist() == [0, 0, -1]
    assert placed_in(areas, [WEST, EAST], [box(0, 0, 2000, 1000)]).place.tolist() == [0, 0, 2]
    assert placed_in(areas, [WEST, EAST], []).tied.tolist() == [False, False, True]
    assert placed_in(areas[2:], [WEST, EAST], [Point(9000, 0)]).place.tolist() == [-1]  # between two places, not near a third


def test_a_sliver_is_no_place_to_lie_in() -> None:
    for right, place in ((1000 + 4000, 0), (1000 + 4001, -1)):
        assert placed_in([box(0, 0, right, 1000)], [WEST], []).place.tolist() == [place]  # a fifth of it, and less


def test_what_lies_in_none_is_near_the_nearest_city_and_not_near_a_far_one() -> None:
    far = box(5000, 0, 6000, 1000)
    for distance, near in ((within.NEAR_M, True), (within.NEAR_M + 1, False)):
        found = placed_in([far], [WEST], [Point(6000 + distance, 500), Point(-90_000, 0)])
        assert (found.place.tolist(), found.near.tolist()) == ([1 if near else -1], [near])
    inside = placed_in([box(10, 10, 20, 20)], [WEST], [Point(15, 15)])
    assert (inside.place.tolist(), inside.near.tolist()) == ([0], [False])


def test_a_city_holds_what_no_neighbourhood_does() -> None:
    assert placed_in([box(3000, 0, 3100, 100)], [WEST], [box(2500, -500, 4000, 500)]).place.tolist() == [1]


def test_areas_without_shape_and_no_places_at_all_are_borne() -> None:
    assert placed_in([None, Polygon()], [WEST], [Point(0, 0)]).place.tolist() == [-1, -1]
    assert placed_in([WEST], [], []).place.tolist() == [-1]
    assert placed_in([], [WEST], []).place.tolist() == []


@given(st.permutations(range(6)))
def test_the_order_of_places_does_not_matter(order: list[int]) -> None:
    places = [box(300 * n, 0, 300 * n + 290 + n, 800) for n in range(6)]
    areas = [box(211 * n, 100, 211 * n + 400, 700) for n in range(8)]
    plain = placed_in(areas, places, []).place
    found = placed_in(areas, [places[n] for n in order], []).place
    assert [order[one] if one >= 0 else -1 for one in found] == plain.tolist()
    assert np.all(plain >= 0)
