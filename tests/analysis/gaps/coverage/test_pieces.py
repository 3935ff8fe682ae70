"""Gaps as pieces of ground: who lives in each is what cutting everything tells, and areas are put together as they always were."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st
from shapely.geometry import box

from ecomap.analysis.gaps.coverage import pieces as room
from ecomap.analysis.gaps.coverage.pieces import gap_pieces, shares_in
from ecomap.analysis.ground.overlay import dissolved
from ecomap.analysis.travel.reach import circles, reach
from ecomap.model.progress import silent
from tests.analysis.travel.test_discs import FAR, towns

SIDE = 10_000.0
places = st.lists(st.tuples(st.floats(0, 1), st.floats(0, 1)), min_size=1, max_size=14)


def by_cutting(gap: np.ndarray, pieces: np.ndarray, size: np.ndarray) -> np.ndarray:
    """On a grid of a tenth of a millimetre: where edges run along each other but for the last bits, cutting without one goes astray."""
    return np.asarray(shapely.area(shapely.intersection(gap[:, None], pieces[None, :], grid_size=1e-4)) / size[:, None])


@settings(max_examples=80, deadline=None)
@given(st.integers(0, 10_000), places, st.floats(0.05, 0.4))
def test_who_lives_in_which_piece_is_what_cutting_everything_tells(seed: int, at: list, radius: float) -> None:
    areas = towns(seed, SIDE, FAR)[:-6]
    shapes = circles(shapely.points(np.array(at) * SIDE + FAR), radius * SIDE)
    found = reach(areas, shapes, np.ones(len(at), dtype=int))
    rows = np.flatnonzero(found.has_gap)
    pieces = gap_pieces(areas[rows], shapes)
    area, piece, share = shares_in(pieces, areas[rows], found.out[rows], lambda some: found.gap[rows[some]], silent())
    told = dict(zip(zip(area.tolist(), piece.tolist(), strict=True), share.tolist(), strict=True))
    assert list(told) == sorted(told)
    slow = by_cutting(found.gap[rows], pieces, shapely.area(areas[rows]))
    for pair in np.ndindex(slow.shape):
        assert told.get(pair, 0.0) == pytest.approx(slow[pair], abs=1e-5), pair


def test_an_area_across_two_pieces_is_cut_and_others_are_not(monkeypatch: pytest.MonkeyPatch) -> None:
    areas = np.array([box(0, 0, 10, 4), box(0, 4, 3, 8), box(7, 4, 10, 8)])
    shapes = np.array([box(3, 0, 7, 9)])
    found = reach(areas, shapes, np.ones(1, dtype=int), ground=False)
    pieces = gap_pieces(areas, shapes)
    asked: list[int] = []

    def left(some: np.ndarray) -> Any:
        asked.extend(some.tolist())
        return found.gap[some]

    area, piece, share = shares_in(pieces, areas, found.out, left, silent())
    assert asked == [0]
    west = int(shapely.bounds(pieces)[:, 0].argmin())
    assert list(zip(area.tolist(), piece.tolist(), share.tolist(), strict=True)) == [
        *sorted([(0, west, 0.3), (0, 1 - west, 0.3)]), (1, west, 1.0), (2, 1 - west, 1.0)]


def test_no_ground_makes_no_pieces() -> None:
    assert len(gap_pieces(np.zeros(0, dtype=object), circles([shapely.Point(0, 0)], 1.0))) == 0
    assert shapely.area(gap_pieces(np.array([box(0, 0, 1, 1)]), np.zeros(0, dtype=object))).tolist() == [1.0]


@settings(max_examples=60, deadline=None)
@given(st.integers(0, 10_000), st.sampled_from(["as they are", "one pushed", "one twice", "one gone", "a corner more"]))
def test_areas_put_together_by_their_edges_are_those_put_together(seed: int, what: str) -> None:
    areas = towns(seed, SIDE, FAR)[:-6]
    if what == "one pushed":
        areas[2] = shapely.transform(areas[2], lambda xy: xy + [40.0, 25.0])
    elif what == "one twice":
        areas = np.r_[areas, areas[3:4]]
    elif what == "one gone":
        areas = np.r_[areas[:4], areas[5:], np.array([shapely.Polygon()], dtype=object)]
    elif what == "a corner more":
        areas[1] = shapely.segmentize(areas[1], 170.0)
    one, other = dissolved(areas), shapely.union_all(areas)
    assert shapely.area(shapely.symmetric_difference(one, other)) < 1e-3
    assert len(shapely.get_parts(one)) == len(shapely.get_parts(other))


def test_ground_of_areas_that_fit_is_put_together_by_edges(monkeypatch: pytest.MonkeyPatch) -> None:
    grid = np.array([box(x, y, x + 1, y + 1) for y in range(4) for x in range(4)])
    monkeypatch.setattr(shapely, "union_all", None)
    assert dissolved(grid).equals(box(0, 0, 4, 4))
    assert room.gap_pieces(grid, np.zeros(0, dtype=object))[0].area == 16.0
