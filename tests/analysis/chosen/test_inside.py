"""Which rows lie in what was drawn: three squares of 2 km, a drawn shape whose edge moves across the middle one."""

from __future__ import annotations

import numpy as np
import pytest
import shapely

from ecomap.analysis.chosen.inside import drawn_shape, inside, share_ground, standing_in, within_reach
from ecomap.analysis.chosen.ways import MIDDLE, MOST, TOUCHED

SQUARES = [shapely.box(0, 0, 2, 2), shapely.box(2, 0, 4, 2), shapely.box(4, 0, 6, 2)]


@pytest.mark.parametrize(("edge", "how", "expected"), [
    (2.99, MOST, [True, False, False]), (3.0, MOST, [True, False, False]), (3.01, MOST, [True, True, False]),
    (2.99, MIDDLE, [True, False, False]), (3.01, MIDDLE, [True, True, False]),
    (2.01, TOUCHED, [True, True, False]), (1.99, TOUCHED, [True, False, False]),
])  # fmt: skip
def test_each_way_has_its_own_edge(edge: float, how: str, expected: list[bool]) -> None:
    assert inside(SQUARES, shapely.box(-1, -1, edge, 3), how).tolist() == expected


def test_half_of_the_ground_is_not_most_of_it_and_both_halves_do_not_get_it() -> None:
    left, right = inside(SQUARES, shapely.box(0, 0, 3, 2)), inside(SQUARES, shapely.box(3, 0, 6, 2))
    assert not (left & right).any()
    assert not (left | right)[1]


def test_a_ring_is_in_its_own_ground_by_a_point_on_its_surface_not_by_its_centre() -> None:
    ring = shapely.Polygon(shapely.box(0, 0, 10, 10).exterior, [shapely.box(1, 1, 9, 9).exterior])
    hole = shapely.box(2, 2, 8, 8)
    assert inside([ring], hole, MIDDLE).tolist() == [False]
    assert inside([ring], hole, MOST).tolist() == [False]


def test_rows_without_a_shape_are_never_chosen() -> None:
    rows = np.array([None, shapely.Polygon(), shapely.Point(), shapely.Point(1, 1)], dtype=object)
    for how in (MOST, MIDDLE, TOUCHED):
        assert inside(rows, shapely.box(0, 0, 2, 2), how).tolist() == [False, False, False, True]


def test_points_on_the_edge_count_and_lines_count_by_their_length() -> None:
    rows = [shapely.Point(2, 1), shapely.Point(2.001, 1), shapely.LineString([(0, 1), (3.9, 1)]), shapely.LineString([(0, 1), (4.1, 1)])]
    assert inside(rows, shapely.box(0, 0, 2, 2)).tolist() == [True, False, True, False]


def test_a_line_that_crosses_itself_encloses_both_lobes() -> None:
    eight = drawn_shape([(0, 0), (4, 4), (4, 0), (0, 4)])
    assert inside(shapely.points([[0.5, 2], [3.5, 2], [2, 0.5]]), eight).tolist() == [True, True, False]


def test_what_has_no_area_chooses_nothing() -> None:
    for points in ([], [(0, 0)], [(0, 0), (2, 2)], [(0, 0), (1, 1), (2, 2)], [(0, 0), (float("nan"), 1), (2, 2)]):
        assert not inside(SQUARES, drawn_shape(points), TOUCHED).any()


def test_distance_is_from_the_nearest_part_of_any_place() -> None:
    places = [shapely.box(0, 0, 2, 2), shapely.Point(100, 0)]
    dots = shapely.points([[5, 0], [5.001, 0], [97, 0], [50, 0]])
    assert within_reach(dots, places, 3.0).tolist() == [True, False, True, False]
    assert within_reach(dots, [], 3.0).tolist() == [False] * 4


@pytest.mark.parametrize(("reach", "how", "expected"), [
    (0.9, TOUCHED, [True, True, False]), (0.9, MOST, [True, False, False]), (1.1, MOST, [True, True, False]),
    (0.9, MIDDLE, [True, False, False]), (1.1, MIDDLE, [True, True, False]),
])  # fmt: skip
def test_areas_within_a_distance_count_as_they_do_within_a_shape(reach: float, how: str, expected: list[bool]) -> None:
    assert within_reach(SQUARES, [SQUARES[0]], reach, how).tolist() == expected


def test_points_stand_in_areas() -> None:
    assert standing_in(shapely.points([[1, 1], [2, 1], [9, 9]]), SQUARES[:2]).tolist() == [True, True, False]
    assert standing_in(shapely.points([[1, 1]]), []).tolist() == [False]


def test_areas_share_ground_from_a_hundredth_on() -> None:
    assert not share_ground([shapely.box(0, 0, 10, 10), shapely.box(9.91, 0, 20, 10)])
    assert share_ground([shapely.box(0, 0, 10, 10), shapely.box(9.85, 0, 20, 10)])
    assert share_ground([shapely.box(0, 0, 10, 10), shapely.box(2, 2, 3, 3)])
    assert not share_ground(SQUARES)
