"""The ground inside circles: areas by hand, circles against pi, and against one union of everything."""

from __future__ import annotations

import math

import numpy as np
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st
from shapely.geometry import box

from ecomap.analysis.travel.reach import circles, reach

GRID = np.array([box(x, y, x + 1, y + 1) for y in range(4) for x in range(4)])


def test_a_circle_has_its_own_area_and_nearly_its_own_edge() -> None:
    circle = circles([shapely.Point(3, 4)], 2.0)[0]
    assert circle.area == pytest.approx(math.pi * 4, rel=1e-12)
    edge = shapely.distance(shapely.get_exterior_ring(circle), shapely.Point(3, 4))
    assert abs(edge / 2 - 1) <= 0.0009


def test_shares_counts_and_twice_by_hand() -> None:
    area = np.array([box(0, 0, 4, 1)])
    found = reach(area, np.array([box(0, 0, 2, 1), box(1, 0, 3, 1)]), np.array([1, 1]))
    assert found.share[0] == pytest.approx(0.75)
    assert found.twice[0] == pytest.approx(0.25)
    assert found.sites[0] == pytest.approx(1.0)
    assert found.gap[0].equals(box(3, 0, 4, 1))


def test_two_sites_at_one_address_reach_twice() -> None:
    found = reach(np.array([box(0, 0, 4, 1)]), np.array([box(0, 0, 2, 1)]), np.array([2]))
    assert found.share[0] == found.twice[0] == pytest.approx(0.5)
    assert found.sites[0] == pytest.approx(1.0)


def test_inside_outside_and_touching_are_exact() -> None:
    found = reach(np.array([box(1, 1, 2, 2), box(8, 8, 9, 9), box(4, 0, 5, 4)]), np.array([box(0, 0, 4, 4)]), np.array([1]))
    assert found.share.tolist() == [1.0, 0.0, 0.0]
    assert found.gap[0] is None
    assert found.gap[1].equals(box(8, 8, 9, 9))


def test_one_whole_and_one_partial_cover_reach_the_part_twice() -> None:
    found = reach(np.array([box(1, 1, 3, 2)]), np.array([box(0, 0, 9, 9), box(0, 0, 2, 9)]), np.array([1, 1]))
    assert found.share.tolist() == [1.0]
    assert found.twice[0] == pytest.approx(0.5)


def test_without_shapes_everything_is_out_of_reach() -> None:
    found = reach(GRID, np.zeros(0, dtype=object), np.zeros(0, dtype=int))
    assert found.share.tolist() == found.twice.tolist() == [0.0] * 16


sites = st.lists(st.tuples(st.floats(-1, 5), st.floats(-1, 5)), min_size=1, max_size=8)


@settings(max_examples=40, deadline=None)
@given(sites, st.floats(0.1, 3))
def test_the_covered_ground_is_that_of_one_union(at: list, radius: float) -> None:
    shapes = circles(shapely.points(at), radius)
    found = reach(GRID, shapes, np.ones(len(at), dtype=int))
    union = shapely.union_all(shapes)
    np.testing.assert_allclose(found.share, shapely.area(shapely.intersection(GRID, union)), atol=1e-9)
    np.testing.assert_allclose(found.sites, [sum(shapely.area(shapely.intersection(cell, shapes))) for cell in GRID], atol=1e-9)
    assert (found.twice <= found.share + 1e-12).all()
    gap = np.array([0.0 if piece is None else shapely.area(piece) for piece in found.gap])
    np.testing.assert_allclose(gap, found.out, atol=1e-9)


@settings(max_examples=30, deadline=None)
@given(sites, st.floats(0.1, 3))
def test_one_site_more_never_covers_less(at: list, radius: float) -> None:
    shapes = circles(shapely.points(at), radius)
    ones = np.ones(len(at), dtype=int)
    fewer, more = reach(GRID, shapes[1:], ones[1:]), reach(GRID, shapes, ones)
    assert (more.share >= fewer.share - 1e-12).all()
    assert (more.twice >= fewer.twice - 1e-12).all()


@settings(max_examples=30, deadline=None)
@given(sites, st.floats(0.1, 3))
def test_what_is_asked_for_is_the_same_where_not_everything_is(at: list, radius: float) -> None:
    shapes = circles([shapely.Point(xy) for xy in at], radius)
    squares = np.array([box(x, y, x + 1, y + 1) for x in (0, 1, 2) for y in (0, 1)], dtype=object)
    one, other = (reach(squares, shapes, np.ones(len(at), dtype=int), often=often) for often in (True, False))
    assert (one.share == other.share).all()
    assert (one.twice == other.twice).all()
    assert (shapely.is_missing(one.gap) == shapely.is_missing(other.gap)).all()
    assert (shapely.area(one.gap[one.has_gap]) == shapely.area(other.gap[other.has_gap])).all()
    assert np.isnan(other.sites).all()


def test_some_areas_in_hand_at_a_time_give_the_same(monkeypatch: pytest.MonkeyPatch) -> None:
    from ecomap.analysis.travel import reach as module

    at = np.random.default_rng(5).uniform(0, 1000, (60, 2))
    squares = np.array([box(x, y, x + 100, y + 100) for x in range(0, 1000, 100) for y in range(0, 1000, 100)], dtype=object)
    shapes, sites = circles(shapely.points(at), 90.0), np.ones(60, dtype=int)
    whole = reach(squares, shapes, sites)
    monkeypatch.setattr(module, "_IN_HAND", 5)
    parts = reach(squares, shapes, sites)
    for name in ("share", "twice", "sites", "pair_area", "pair_shape", "pair_share"):
        assert (getattr(whole, name) == getattr(parts, name)).all(), name
    assert (shapely.area(whole.gap[whole.has_gap]) == shapely.area(parts.gap[parts.has_gap])).all()


@given(at=sites, radius=st.floats(0.2, 3), counts=st.lists(st.integers(1, 2), min_size=8, max_size=8))
@settings(max_examples=30, deadline=None)
def test_what_is_not_asked_for_changes_nothing_of_the_rest(at: list[tuple[float, float]], radius: float, counts: list[int]) -> None:
    shapes, count = circles(shapely.points(at), radius), np.array(counts[: len(at)])
    whole = reach(GRID, shapes, count)
    numbers = reach(GRID, shapes, count, often=False, ground=False)
    once = reach(GRID, shapes, count, often=False, twice=False, ground=False)
    assert numbers.share.tolist() == once.share.tolist() == whole.share.tolist()
    assert numbers.twice.tolist() == whole.twice.tolist()
    assert np.isnan(once.twice).all()
    some = np.array([3, 9, 0])
    for found in (numbers, once):
        assert shapely.to_wkb(np.asarray(found.gap)).tolist() == shapely.to_wkb(whole.gap).tolist()
        assert shapely.to_wkb(found.gap[some]).tolist() == shapely.to_wkb(whole.gap[some]).tolist()
        assert len(found.gap) == len(GRID)
