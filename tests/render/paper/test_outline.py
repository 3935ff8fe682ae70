"""Outlines cut to the picture: what is seen stays as it is, what lies beyond takes no room."""

from __future__ import annotations

import geopandas as gpd
import numpy as np
import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st

from ecomap.render.canvas.idbuffer import Window
from ecomap.render.canvas.levels import build_shapes
from ecomap.render.paper.outline import BEYOND_PX, cut_ring, line_path, ring_path

WINDOW = Window(0.0, 100.0, 1.0, 100, 100)
REACH = (-BEYOND_PX, 100 + BEYOND_PX)
corner = st.tuples(st.integers(-300, 300), st.integers(-300, 300))


@given(st.lists(corner, min_size=3, max_size=9, unique=True))
def test_a_cut_ring_covers_what_the_frame_shows_of_it(corners: list[tuple[int, int]]) -> None:
    """Against GEOS, for rings that do not cross themselves."""
    whole = shapely.Polygon(corners)
    if not whole.is_valid or whole.area == 0:
        return
    ring = cut_ring(np.array([*corners, corners[0]], dtype=float), (-40, 60), (-10, 90))
    expected = whole.intersection(shapely.box(-40, -10, 60, 90)).area
    found = shapely.Polygon(ring).area if len(ring) > 3 else 0.0
    x, y = ring[:, 0], ring[:, 1]
    signed = abs(float(np.dot(x[:-1], y[1:]) - np.dot(x[1:], y[:-1]))) / 2 if len(ring) else 0.0
    assert signed == pytest.approx(expected, abs=1e-6)
    assert found <= expected + 1e-6 or not shapely.Polygon(ring).is_valid
    assert not len(ring) or ((ring.min(axis=0) >= (-40 - 1e-9, -10 - 1e-9)).all() and (ring.max(axis=0) <= (60 + 1e-9, 90 + 1e-9)).all())


def shapes(geometry: shapely.Geometry) -> gpd.GeoDataFrame:
    return gpd.GeoDataFrame(geometry=[geometry], crs="EPSG:3310")


def test_a_shape_far_larger_than_the_picture_fills_it_and_no_more() -> None:
    made = build_shapes(shapes(shapely.Point(50, 50).buffer(5_000, quad_segs=400)))
    path = ring_path(made.level(2.0), made, WINDOW, 0)
    box = path.boundingRect()
    assert (box.left(), box.right()) == REACH
    assert path.elementCount() < 12
    assert path.contains(box.center())


def test_a_line_leaves_out_what_lies_beyond_and_stays_one_where_it_is_seen() -> None:
    coast = shapely.LineString([(-4_000, 900), (-3_000, 950), (10, 10), (50, 60), (90, 20), (3_000, 950), (4_000, 900)])
    made = build_shapes(shapes(coast))
    path = line_path(made.level(100.0), made, WINDOW, 0)
    points = [(round(path.elementAt(n).x), round(path.elementAt(n).y)) for n in range(path.elementCount())]
    assert points == [(-3000, -850), (10, 90), (50, 40), (90, 80), (3000, -850)]


def test_two_stretches_of_a_line_in_view_are_not_joined() -> None:
    made = build_shapes(shapes(shapely.LineString([(10, 50), (20, 50), (20, 5_000), (80, 5_000), (80, 50), (90, 50)])))
    path = line_path(made.level(100.0), made, WINDOW, np.array([True]))
    moves = [n for n in range(path.elementCount()) if path.elementAt(n).isMoveTo()]
    assert len(moves) == 2
