"""The id buffer says what shapely says, pixel by pixel."""

from __future__ import annotations

import numpy as np
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st
from shapely.geometry import LineString, MultiPolygon, Polygon, box

from benchmarks.synthetic import coverage
from ecomap.render.canvas.idbuffer import NOTHING, IdBuffer, Window, fill, visible_edges, visible_rows
from ecomap.render.canvas.levels import build_shapes

SMALL = Window(0, 100, 1.0, 100, 100)


def filled(shapes: list, window: Window = SMALL) -> IdBuffer:
    made = build_shapes(np.array(shapes, dtype=object))
    return fill(made, visible_edges(made, window), window)


def truth(shapes: list, window: Window) -> np.ndarray:
    """The last polygon that holds each pixel's centre."""
    y, x = np.mgrid[0 : window.height, 0 : window.width]
    points = shapely.points(*window.to_map(x.ravel() + 0.5, y.ravel() + 0.5))
    found = np.full(len(points), NOTHING)
    for number, shape in enumerate(shapes):
        found[shapely.contains_xy(shape, shapely.get_x(points), shapely.get_y(points))] = number
    return found.reshape(window.height, window.width)


def test_a_square_fills_its_pixels() -> None:
    pixels = filled([box(10, 20, 30, 60)]).pixels()
    assert (pixels >= 0).sum() == 20 * 40
    assert (pixels[40:80, 10:30] == 0).all()


def test_a_hole_is_not_filled_and_an_island_in_it_is() -> None:
    ring = Polygon(box(10, 10, 90, 90).exterior.coords, [box(30, 30, 70, 70).exterior.coords])
    pixels = filled([MultiPolygon([ring, box(45, 45, 55, 55)])]).pixels()
    assert pixels[50, 20] == 0
    assert pixels[50, 35] == NOTHING
    assert pixels[50, 50] == 0
    assert (pixels == 0).sum() == 80 * 80 - 40 * 40 + 100


def test_a_neighbour_fills_the_hole_of_another() -> None:
    ring = Polygon(box(10, 10, 90, 90).exterior.coords, [box(30, 30, 70, 70).exterior.coords])
    pixels = filled([ring, box(30, 30, 70, 70)]).pixels()
    assert (pixels == 1).sum() == 1600
    assert (pixels[10:90, 10:90] >= 0).all()


def test_where_polygons_overlap_the_later_row_wins() -> None:
    shapes = [box(10, 10, 60, 60), box(40, 40, 90, 90), box(50, 50, 55, 55)]
    assert (filled(shapes).pixels() == truth(shapes, SMALL)).all()


def test_a_sliver_thinner_than_a_pixel_leaves_no_wrong_pixel() -> None:
    shapes = [box(0, 0, 50, 100), Polygon([(50, 0), (50.3, 50), (50, 100)]), box(50.3, 0, 100, 100)]
    pixels = filled(shapes).pixels()
    assert set(np.unique(pixels)) <= {0, 1, 2}
    assert (pixels[:, :50] == 0).all()
    assert (pixels[:, 51:] == 2).all()


def test_direction_of_rings_does_not_matter() -> None:
    square = box(10, 10, 30, 30)
    turned = Polygon(list(square.exterior.coords)[::-1])
    assert (filled([square]).pixels() == filled([turned]).pixels()).all()


def test_polygons_that_reach_out_of_the_window_on_all_sides() -> None:
    shapes = [box(-500, -500, 50, 600), box(50, -500, 700, 600)]
    assert (filled(shapes).pixels() == truth(shapes, SMALL)).all()


def test_empty_and_missing_geometry_draw_nothing() -> None:
    buffer = filled([None, Polygon(), box(10, 10, 20, 20)])
    assert set(np.unique(buffer.pixels())) == {NOTHING, 2}


def test_lines_are_not_filled() -> None:
    shapes = build_shapes(np.array([LineString([(0, 0), (50, 50)])], dtype=object))
    assert not shapes.filled


def test_looking_up_one_pixel_is_the_same_as_the_picture() -> None:
    buffer = filled([box(10, 20, 30, 60), box(30, 20, 70, 60)])
    pixels = buffer.pixels()
    assert all(buffer.at(x + 0.5, y + 0.5) == pixels[y, x] for x in range(0, 100, 7) for y in range(0, 100, 7))
    assert buffer.at(-1, 5) == NOTHING
    assert buffer.at(5, 100) == NOTHING


def test_a_crooked_coverage_matches_shapely() -> None:
    shapes = coverage(300, 60)
    window = Window.around(30_000, 30_000, 400 / 60_000, 400, 400)
    made = build_shapes(shapes)
    pixels = fill(made, visible_edges(made, window), window).pixels()
    y, x = np.mgrid[0:400:7, 0:400:7]
    pairs = shapely.STRtree(shapes).query(shapely.points(*window.to_map(x.ravel() + 0.5, y.ravel() + 0.5)), "intersects")
    right = pixels[y.ravel()[pairs[0]], x.ravel()[pairs[0]]] == pairs[1]
    assert right.mean() > 0.985  # coordinates are simplified by up to half a pixel
    assert (pixels == NOTHING).mean() < 0.001


def test_at_full_detail_a_crooked_coverage_matches_exactly() -> None:
    shapes = coverage(300, 60)
    window = Window.around(31_000, 29_000, 5.0, 200, 200)
    made = build_shapes(shapes)
    pixels = fill(made, visible_edges(made, window), window).pixels()
    assert (pixels == truth(list(shapes), window)).mean() > 0.999


def test_only_rows_in_the_window_are_looked_at() -> None:
    shapes = build_shapes(np.array([box(0, 0, 10, 10), box(1000, 1000, 1010, 1010)], dtype=object))
    assert visible_rows(shapes, SMALL).tolist() == [True, False]


@settings(max_examples=40, deadline=None)
@given(st.lists(st.tuples(*[st.integers(0, 9)] * 4), min_size=1, max_size=8))
def test_any_boxes_match_shapely(corners: list[tuple[int, int, int, int]]) -> None:
    shapes = [
        box(10 * min(a, c), 10 * min(b, d), 10 * max(a, c) + 10, 10 * max(b, d) + 10) for a, b, c, d in corners
    ]
    assert (filled(shapes).pixels() == truth(shapes, SMALL)).all()


def test_coordinates_are_kept_between_runs(tmp_path: pytest.TempPathFactory) -> None:
    shapes = coverage(30, 20)
    first = build_shapes(shapes, cache_dir=tmp_path, cache_key="thirty").level(0.01)  # type: ignore[arg-type]
    again = build_shapes(np.array([box(0, 0, 1, 1)] * 30), cache_dir=tmp_path, cache_key="thirty").level(0.01)  # type: ignore[arg-type]
    assert (again.x0 == first.x0).all()
    assert (again.first == first.first).all()
