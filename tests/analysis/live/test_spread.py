"""Ground in pieces: nothing is lost at a border, and a piece lies in one area."""

from __future__ import annotations

import numpy as np
import pytest
import shapely

from ecomap.analysis.live.spread import spread, spread_of
from ecomap.model.progress import Progress
from tests import small_project as town


def test_the_pieces_of_an_area_are_its_ground_whatever_its_shape() -> None:
    """A triangle: the squares its long side cuts are in by as much as lies in it, and its middle is where it should be."""
    triangle = shapely.Polygon([(13, 7), (1013, 7), (13, 507)])
    made = spread(np.array([triangle]), spacing_m=80.0)
    assert made.share.sum() == pytest.approx(1.0)
    assert (made.xy * made.share[:, None]).sum(axis=0) == pytest.approx(shapely.get_coordinates(triangle.centroid)[0])
    assert (made.half_m <= 40).all()
    assert (made.half_m < 39).any()


def test_every_piece_belongs_to_the_area_its_middle_is_in() -> None:
    areas = np.array([shapely.box(0, 0, 130, 100), shapely.box(130, 0, 200, 100), None, shapely.Polygon()], dtype=object)
    made = spread(areas, spacing_m=50.0)
    assert set(made.area) == {0, 1}
    assert made.areas == 4
    assert all(areas[row].covers(point) for row, point in zip(made.area, shapely.points(made.xy)))
    assert np.bincount(made.area, made.share).tolist() == pytest.approx([1, 1])


def test_a_hole_and_an_island_count_as_ground_does() -> None:
    shape = shapely.MultiPolygon([shapely.box(0, 0, 300, 300).difference(shapely.box(100, 100, 200, 200)), shapely.box(1000, 0, 1100, 100)])
    made = spread(np.array([shape]), spacing_m=80.0)
    east = made.xy[:, 0] > 900
    assert made.share[east].sum() == pytest.approx(1 / 9)
    assert (made.xy * made.share[:, None]).sum(axis=0) == pytest.approx(shapely.get_coordinates(shape.centroid)[0])


def test_there_are_no_more_pieces_than_asked_for_however_much_ground_there_is() -> None:
    made = spread(np.array([shapely.box(0, 0, 10_000, 10_000)]), spacing_m=10.0, most=400)
    assert 400 <= len(made) <= 500
    assert made.share.sum() == pytest.approx(1.0)


def test_feet_are_told_as_metres() -> None:
    made = spread(np.array([shapely.box(0, 0, 1000, 1000)]), unit=0.3048, spacing_m=80.0)
    assert made.xy.max() < 304.8
    assert made.half_m.max() == pytest.approx(40.0)


def test_the_ground_asked_for_last_is_kept_and_another_is_made_anew() -> None:
    areas = town.need_areas()
    first = spread_of(areas, Progress())
    assert spread_of(areas, Progress()) is first
    assert spread_of(areas.copy(), Progress()) is not first
