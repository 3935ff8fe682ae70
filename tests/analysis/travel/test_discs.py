"""Shares inside circles by edges alone: the same as by cutting, on ground of every kind, and by hand."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pytest
import shapely
from hypothesis import example, given, settings
from hypothesis import strategies as st
from shapely.geometry import MultiPolygon, Point, Polygon, box

from ecomap.analysis.travel import reach as room
from ecomap.analysis.travel.discs import circle_of
from ecomap.analysis.travel.reach import Reach, circles, reach

FAR = (382_000.0, 3_768_000.0)  # where coordinates of Los Angeles lie, metres
CLOSE = 1e-9


def towns(seed: int, side: float, at: tuple[float, float]) -> np.ndarray:
    """Ragged areas side by side; some in two parts, some with a hole, one inside another's hole, tiny ones."""
    dice = np.random.default_rng(seed)
    cells = shapely.get_parts(shapely.voronoi_polygons(shapely.multipoints(dice.uniform(0, 1, (14, 2)))))
    cells = shapely.intersection(cells, box(0, 0, 1, 1))
    hole = Point(dice.uniform(0.3, 0.7, 2)).buffer(0.1, quad_segs=3)
    cells = [*shapely.difference(cells, hole), hole]
    merged = shapely.union_all([cells.pop(), cells.pop(0)])
    spot = [Point(*dice.uniform(0, 1, 2)).buffer(0.0005, quad_segs=1) for _ in range(6)]
    ragged = shapely.segmentize(np.array([merged, *cells]), 0.04)
    return np.asarray(shapely.transform(np.r_[ragged, np.array(spot, dtype=object)], lambda xy: xy * side + at))


def by_cutting(areas: np.ndarray, shapes: np.ndarray, sites: np.ndarray, **how: Any) -> Reach:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(room, "circle_of", lambda shapes, sides: None)
        return reach(areas, shapes, sites, **how)


def same(one: Reach, other: Reach) -> None:
    for what in ("share", "twice", "sites"):
        np.testing.assert_allclose(getattr(one, what), getattr(other, what), atol=CLOSE, rtol=CLOSE, equal_nan=True, err_msg=what)

    def by_pair(found: Reach) -> dict[tuple[int, int], float]:
        pairs = zip(found.pair_area.tolist(), found.pair_shape.tolist(), found.pair_share.tolist(), strict=True)
        return {(area, shape): share for area, shape, share in pairs if share > CLOSE}

    first, second = by_pair(one), by_pair(other)
    for pair in first.keys() | second.keys():
        assert first.get(pair, 0.0) == pytest.approx(second.get(pair, 0.0), abs=2 * CLOSE)


unit = st.floats(-0.2, 1.2, allow_subnormal=False)
anywhere = st.lists(st.tuples(unit, unit), min_size=1, max_size=12)
on_a_grid = st.lists(st.tuples(st.integers(-1, 5), st.integers(-1, 5)).map(lambda at: (at[0] / 4, at[1] / 4)), min_size=1, max_size=12)


@settings(max_examples=150, deadline=None)
@given(st.integers(0, 10_000), st.one_of(anywhere, on_a_grid), st.floats(0.02, 0.9), st.sampled_from([(True, True), (False, True), (False, False)]),
       st.integers(0, 99))
def test_edges_tell_what_cutting_tells(seed: int, at: list, radius: float, asked: tuple[bool, bool], dice: int) -> None:
    side = 10_000.0
    areas = towns(seed, side, FAR)
    shapes = circles(shapely.points(np.array(at) * side + FAR), radius * side)
    sites = np.random.default_rng(dice).integers(1, 4, len(at))
    assert circle_of(shapes, 64) is not None
    same(reach(areas, shapes, sites, often=asked[0], twice=asked[1], ground=False),
         by_cutting(areas, shapes, sites, often=asked[0], twice=asked[1], ground=False))


@settings(max_examples=80, deadline=None)
@given(st.lists(st.tuples(st.integers(-2, 6), st.integers(-2, 6)), min_size=1, max_size=8), st.sampled_from([0.5, 1.0, 2.0, 3.0]))
@example([(0, 0), (0, 0)], 1.0)
@example([(0, 0), (2, 0)], 1.0)   # circles that touch in a corner
@example([(1, 1)], 1.0)
def test_corners_and_edges_that_meet_circles_just_so(at: list, radius: float) -> None:
    grid = np.array([box(x, y, x + 1, y + 1) for y in range(4) for x in range(4)])
    sites = np.ones(len(at), dtype=int)
    for shapes in (circles(shapely.points(np.array(at, dtype=float)), radius),
                   circles(shapely.points(np.array(at, dtype=float)), radius / room._EQUAL_AREA)):  # corners on the lines of the grid
        same(reach(grid, shapes, sites), by_cutting(grid, shapes, sites))


@pytest.mark.parametrize("shift", [0.0, 1e-13, 1e-10, 1e-7, 0.01])
def test_circles_with_sides_in_one_line(shift: float) -> None:
    turn = math.pi / 64  # a side of 64 faces this way, and the next circle lies along it
    along = np.array([-math.sin(turn), math.cos(turn)])
    at = np.array([[0.0, 0.0], along * 0.03, along * 0.05 + shift, [0.4, 0.1]])
    shapes, sites = circles(shapely.points(at), 1.0), np.array([1, 1, 2, 1])
    areas = np.array([box(-2, -2, 0.2, 2), box(0.2, -2, 2, 0.3), box(0.2, 0.3, 2, 2)])
    same(reach(areas, shapes, sites), by_cutting(areas, shapes, sites))


def test_sides_that_run_along_a_side_just_outside_it() -> None:
    """They come nearer than the corners are, and never in."""
    turns = (np.arange(64) + 0.5) * math.pi / 32
    out, along = np.column_stack([np.cos(turns), np.sin(turns)]), np.column_stack([-np.sin(turns), np.cos(turns)])
    areas = np.array([box(-2, -2, 0.2, 2), box(0.2, -2, 2, 0.3), box(0.2, 0.3, 2, 2)])
    for number in range(64):
        shapes = circles(shapely.points([[0.0, 0.0], out[number] * 0.0005 + along[number] * 0.03]), 1.0)
        same(reach(areas, shapes, np.ones(2, dtype=int)), by_cutting(areas, shapes, np.ones(2, dtype=int)))


def test_a_circle_in_an_area_and_around_its_hole() -> None:
    ring = Polygon(box(0, 0, 10, 10).exterior.coords, [box(4, 4, 6, 6).exterior.coords])
    two = MultiPolygon([box(20, 0, 22, 2), box(30, 0, 32, 2)])
    shapes = circles([Point(5, 5), Point(31, 1), Point(5, 5)], 3.0)[:2]
    found = reach(np.array([ring, two, box(4, 4, 6, 6)]), shapes, np.array([1, 1]))
    assert found.share == pytest.approx([(9 * math.pi - 4) / 96, 0.5, 1.0], abs=1e-12)
    assert found.gap[1].area == pytest.approx(4.0)
    assert found.gap[2] is None


def test_what_is_left_is_the_ground_that_cutting_leaves() -> None:
    areas = towns(4, 10_000.0, FAR)
    shapes = circles(shapely.points(np.random.default_rng(4).uniform(0, 10_000, (9, 2)) + FAR), 2_000.0)
    one, other = reach(areas, shapes, np.ones(9, dtype=int)), by_cutting(areas, shapes, np.ones(9, dtype=int))
    assert (shapely.equals_exact(one.gap, other.gap, 0) | (shapely.is_missing(one.gap) & shapely.is_missing(other.gap))).all()
    later = reach(areas, shapes, np.ones(9, dtype=int), ground=False).gap
    assert [one.gap[row] == later[[row]][0] for row in range(len(areas))] == [True] * len(areas)
    assert later[np.arange(len(areas))[::-1]].tolist() == one.gap[::-1].tolist()


def test_only_circles_of_one_size_are_told_so() -> None:
    points = shapely.points(np.random.default_rng(0).uniform(0, 9e4, (50, 2)) + FAR)
    shapes = circles(points, 1_600.0)
    assert circle_of(shapes, 64) is not None
    assert circle_of(shapely.reverse(shapes), 64) is not None
    other: Any
    for other in (circles(points[:1], 1_600.1), circles(points[:1], 1_600.00001), np.array([box(*FAR, 4e5, 4e6)]), shapely.boundary(shapes[:1]),
                  shapely.transform(shapes[:1], lambda xy: xy * [1, 1.0001])):
        assert circle_of(np.r_[shapes, other], 64) is None
    assert circle_of(shapely.transform(shapes[:1], lambda xy: (xy - FAR) * [1, 1.01]), 64) is None
    assert circle_of(np.zeros(0, dtype=object), 64) is None


def test_areas_are_measured_a_few_at_a_time_all_the_same(monkeypatch: pytest.MonkeyPatch) -> None:
    from ecomap.analysis.travel import discs

    areas = towns(5, 10_000.0, FAR)
    shapes = circles(shapely.points(np.random.default_rng(5).uniform(0, 10_000, (20, 2)) + FAR), 2_500.0)
    whole = reach(areas, shapes, np.ones(20, dtype=int), ground=False)
    monkeypatch.setattr(discs, "_AT_A_TIME", 40)
    monkeypatch.setattr(discs, "_COUPLES_AT_A_TIME", 3)
    parts = reach(areas, shapes, np.ones(20, dtype=int), ground=False)
    same(parts, whole)
