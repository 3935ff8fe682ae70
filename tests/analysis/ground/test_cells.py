"""People spread over points: nobody lost, nobody moved out of their area."""

from __future__ import annotations

import numpy as np
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from ecomap.analysis.ground import cells as ground_cells
from ecomap.analysis.ground.cells import cells


@settings(max_examples=40, deadline=None)
@given(st.floats(5, 90), st.floats(0, 50), st.integers(0, 1000))
def test_the_points_of_an_area_stand_for_all_of_it(spacing: float, shift: float, seed: int) -> None:
    random = np.random.default_rng(seed)
    ground = np.array([shapely.box(shift, 0, shift + 100, 80), None, shapely.Point(300, 40).buffer(3), shapely.Polygon(),
                       shapely.box(400, shift, 500, shift + 30)], dtype=object)
    share = random.random(5)
    points = cells(ground, share, spacing=spacing)
    stood_for = np.bincount(points.area, points.share, 5)
    assert stood_for == pytest.approx([share[0], 0, share[2], 0, share[4]])
    assert all(ground[area].intersects(point) for area, point in zip(points.area, shapely.points(points.xy), strict=True))


def test_points_lie_on_one_lattice_whatever_else_is_there() -> None:
    one = np.array([shapely.box(0, 0, 40, 40)], dtype=object)
    two = np.array([shapely.box(0, 0, 40, 40), shapely.box(-333, -77, -300, -20)], dtype=object)
    alone, among = cells(one, np.ones(1), spacing=10), cells(two, np.ones(2), spacing=10)
    assert alone.xy.tolist() == [[x, y] for y in (5, 15, 25, 35) for x in (5, 15, 25, 35)]
    assert among.xy[among.area == 0].tolist() == alone.xy.tolist()


def test_too_many_points_are_spread_wider() -> None:
    points = cells(np.array([shapely.box(0, 0, 1000, 1000)], dtype=object), np.ones(1), spacing=1, most=100)
    assert points.spacing == pytest.approx(100)
    assert len(points) == 100


def test_a_circle_holds_its_share_of_the_points() -> None:
    points = cells(np.array([shapely.box(0, 0, 4000, 4000)], dtype=object), np.ones(1), spacing=100)
    inside = np.hypot(*(points.xy - 2000).T) <= 1000
    assert points.share[inside].sum() == pytest.approx(np.pi / 16, rel=0.01)


@settings(max_examples=60, deadline=None)
@given(st.floats(3, 90), st.integers(0, 1000), st.sampled_from([7, 60, 5_000]))
def test_points_are_those_of_the_lattice_over_everything(spacing: float, seed: int, at_once: int) -> None:
    dice = np.random.default_rng(seed)
    spots = shapely.buffer(shapely.points(dice.uniform(-400, 400, (12, 2))), dice.uniform(0.1, 90, 12), quad_segs=2)
    squares = [shapely.box(spacing * 1.5, spacing * 0.5, spacing * 4.5, spacing * 2.5), shapely.box(0, 0, 90, 90)]  # points on their edges
    touching = shapely.MultiPolygon([shapely.box(0, 0, spacing * 1.5, spacing * 1.5), shapely.box(spacing * 1.5, spacing * 1.5, spacing * 5, spacing * 5)])
    ground = np.array([*spots[:6], shapely.union_all(spots[6:]), *squares, touching, None], dtype=object)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(ground_cells, "_AT_ONCE", at_once)
        found = cells(ground, np.ones(len(ground)), spacing=spacing)
    steps = (np.arange(-600 // found.spacing, 600 // found.spacing) + 0.5) * found.spacing
    lattice = np.stack(np.meshgrid(steps, steps), axis=-1).reshape(-1, 2)
    for area, shape in enumerate(ground):
        on = lattice[shapely.intersects_xy(shape, lattice[:, 0], lattice[:, 1])] if shape is not None else np.zeros((0, 2))
        if len(on) or shape is None:
            assert found.xy[found.area == area].tolist() == on.tolist()
        else:
            assert (found.area == area).sum() == 1


def test_ground_far_apart_takes_no_lattice_between() -> None:
    tiny = shapely.buffer(shapely.points([[0, 0], [4e7, 4e7]]), 0.01, quad_segs=1)
    found = cells(tiny, np.ones(2), spacing=10)
    assert found.area.tolist() == [0, 1]
    assert found.spacing == 10


def test_no_ground_no_points() -> None:
    assert len(cells(np.array([None], dtype=object), np.zeros(1), spacing=10)) == 0
