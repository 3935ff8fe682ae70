"""Points: which are seen, when they give way to counts, and what "everything" on a map is."""

from __future__ import annotations

import gc

import geopandas as gpd
import numpy as np
import pytest
from attrs import evolve
from shapely.geometry import MultiPoint, Point, box

from ecomap.model.kept import Kept
from ecomap.model.layer import POINT, POLYGON, Layer
from ecomap.model.style import LayerStyle
from ecomap.render.canvas.extent import extent_of
from ecomap.render.canvas.idbuffer import Window
from ecomap.render.canvas.marks import place_all, place_marks, points_of, read_points
from ecomap.render.paper.scale_bar import scale_bar
from ecomap.render.style.drawing import resolve
from ecomap.render.style.symbols import category_glyph, outline

Placed = tuple[Layer, gpd.GeoDataFrame]


def crowd(count: int, size: float) -> Placed:
    rng = np.random.default_rng(1)
    frame = gpd.GeoDataFrame(
        {"id": [str(i) for i in range(count)]},
        geometry=gpd.points_from_xy(rng.uniform(0, 10_000, count), rng.uniform(0, 10_000, count)), crs="EPSG:3310",
    )  # fmt: skip
    return Layer("crowd", "Services", "service", POINT, style=LayerStyle(fill="#26323F", shape="square", size=size)), frame


def test_a_row_without_a_place_is_not_drawn(dots: Placed) -> None:
    layer, frame = dots
    marks = place_marks(resolve(layer, frame), points_of(frame), Window.fitting((0, 0, 1000, 1000), 400, 400))
    assert marks.rows.tolist() == [0, 1]


def test_crowded_symbols_give_way_to_counts_and_none_is_lost() -> None:
    layer, frame = crowd(3000, 12)
    marks = place_marks(resolve(layer, frame), points_of(frame), Window.fitting((0, 0, 10_000, 10_000), 400, 400))
    assert len(marks.counts) > 10
    assert marks.counts.sum() + len(marks.rows) == 3000


@pytest.mark.parametrize(("count", "gathered"), [(1_900, False), (2_700, True)])  # 43 and 55 % of the ground is covered
def test_dots_are_shown_one_by_one_while_half_of_the_map_is_seen_between_them(count: int, gathered: bool) -> None:
    layer, frame = crowd(count, 5)
    marks = place_marks(resolve(layer, frame), points_of(frame), Window.fitting((0, 0, 10_000, 10_000), 400, 400))
    assert (len(marks.rows) < count) == gathered
    assert marks.counts.sum() + len(marks.rows) == count


def test_what_counts_is_the_ground_about_the_dots_and_not_the_empty_ground_between_towns() -> None:
    layer, frame = crowd(7_200, 5)
    town = 7_500.0 * (np.arange(7_200) % 2)
    in_towns = frame.set_geometry(gpd.points_from_xy(frame.geometry.x / 4 + town, frame.geometry.y / 4 + town))
    window = Window.fitting((0, 0, 10_000, 10_000), 1600, 1600)
    assert not len(place_marks(resolve(layer, frame), points_of(frame), window).counts)
    assert len(place_marks(resolve(layer, in_towns), points_of(in_towns), window).counts)


@pytest.mark.parametrize(("apart_m", "gathered"), [(330.0, True), (450.0, False)])  # 60 and 32 % of the ground is covered
def test_large_symbols_that_hide_the_map_without_hiding_each_other_give_way_too(apart_m: float, gathered: bool) -> None:
    side = np.arange(0.0, 10_000.0, apart_m)
    x, y = (axis.ravel() for axis in np.meshgrid(side, side))
    frame = gpd.GeoDataFrame({"id": [str(n) for n in range(len(x))]}, geometry=gpd.points_from_xy(x, y), crs="EPSG:3310")
    layer = Layer("grid", "Services", "service", POINT, style=LayerStyle(fill="#26323F", shape="square", size=7))
    marks = place_marks(resolve(layer, frame), points_of(frame), Window.fitting((0, 0, 10_000, 10_000), 400, 400))
    assert bool(len(marks.counts)) == gathered


def test_two_layers_that_hide_the_map_only_together_let_the_larger_give_way() -> None:
    (one, many), (other, few) = crowd(1_900, 5), crowd(1_200, 5)
    other = evolve(other, id="other")
    few = few.set_geometry(few.geometry.translate(37, 53))
    window = Window.fitting((0, 0, 10_000, 10_000), 400, 400)
    placed = [(resolve(one, many), points_of(many)), (resolve(other, few), points_of(few))]
    alone = [place_marks(*each, window) for each in placed]
    assert not any(len(marks.counts) for marks in alone)
    together = place_all(placed, window)
    assert len(together["crowd"].counts)
    assert together["other"].rows.tolist() == list(range(1_200))


def test_counts_of_two_layers_do_not_stand_on_each_other() -> None:
    layer, frame = crowd(9_000, 5)
    window = Window.fitting((0, 0, 10_000, 10_000), 400, 400)
    drawing, points = resolve(layer, frame), points_of(frame)
    other = resolve(evolve(layer, id="other"), frame)
    one, two = place_all([(drawing, points), (other, points)], window).values()
    assert (two.count_y - one.count_y).min() > 2 * 16.8 * one.scale  # the height of a sign for many
    np.testing.assert_array_equal(one.count_x, two.count_x)
    np.testing.assert_allclose((one.count_y + two.count_y) / 2, place_marks(drawing, points, window).count_y)


def test_dots_that_hide_the_map_give_way_to_counts_and_none_is_lost() -> None:
    layer, frame = crowd(9000, 5)
    marks = place_marks(resolve(layer, frame), points_of(frame), Window.fitting((0, 0, 10_000, 10_000), 400, 400))
    assert len(marks.counts) > 10
    assert marks.counts.sum() + len(marks.rows) == 9000
    closer = place_marks(resolve(layer, frame), points_of(frame), Window.around(5000, 5000, 0.2, 400, 400))
    assert not len(closer.counts)


def test_coming_closer_lets_the_symbols_stand_alone() -> None:
    layer, frame = crowd(3000, 12)
    marks = place_marks(resolve(layer, frame), points_of(frame), Window.around(5000, 5000, 2.0, 400, 400))
    assert len(marks.counts) == 0


def test_counts_stay_while_the_map_is_only_moved() -> None:
    layer, frame = crowd(3000, 12)
    drawing, points = resolve(layer, frame), points_of(frame)
    first = place_marks(drawing, points, Window.around(5000, 5000, 0.03, 400, 400))
    moved = place_marks(drawing, points, Window.around(5100, 4900, 0.03, 400, 400))
    assert sorted(first.counts.tolist()) == sorted(moved.counts.tolist())


def test_everything_is_the_need_areas_not_the_county() -> None:
    county = Layer("county", "County", "reference", POLYGON), gpd.GeoDataFrame({"id": ["1"]}, geometry=[box(-9, -9, 99, 99)])
    need = Layer("need", "Need", "need_area", POLYGON), gpd.GeoDataFrame({"id": ["1"]}, geometry=[box(0, 0, 10, 20)])
    far = Layer("far", "Services", "service", POINT), gpd.GeoDataFrame({"id": ["1"]}, geometry=[Point(500, 500)])
    assert extent_of([far, county, need]) == (0, 0, 10, 20)
    assert extent_of([county]) == (-9, -9, 99, 99)
    assert extent_of([far, county]) == (500, 500, 500, 500)
    assert extent_of([]) is None


def test_what_is_kept_goes_with_its_frame() -> None:
    made: list[int] = []
    kept: Kept[int] = Kept(lambda frame: made.append(len(frame)) or len(made))  # type: ignore[func-returns-value]
    frame = gpd.GeoDataFrame({"id": ["1"]})
    assert kept.of(frame) == kept.of(frame) == 1
    del frame
    gc.collect()
    kept.of(gpd.GeoDataFrame({"id": ["1", "2"]}))
    assert made == [1, 2]


@pytest.mark.parametrize(("px_per_m", "label"), [(0.002, "20 miles"), (0.05, "1 mile"), (0.2, "¼ mile"), (2.0, "200 feet")])
def test_the_scale_bar_is_a_round_distance_that_fits(px_per_m: float, label: str) -> None:
    bar = scale_bar(px_per_m)
    assert bar.label == label
    assert 30 < bar.length_px <= 140


def test_shapes_have_balanced_sizes_and_services_a_sign() -> None:
    areas = {}
    for shape in ("diamond", "triangle"):
        corners = np.array(outline(shape))
        x, y = corners.T
        areas[shape] = abs(np.dot(x, np.roll(y, 1)) - np.dot(y, np.roll(x, 1))) / 2
    assert all(0.45 < area / np.pi < 1.0 for area in areas.values())
    assert outline("circle") is None
    assert category_glyph("Health: medical") == "+"
    assert category_glyph("one partner alone") == ""  # no art


def test_rows_without_a_shape_have_no_place_and_several_points_one_in_their_middle() -> None:
    shapes = [Point(1, 2), None, Point(), MultiPoint([(0, 0), (2, 4)]), MultiPoint()]
    points = read_points(gpd.GeoDataFrame({"id": list("abcde")}, geometry=shapes, crs="EPSG:3310"))
    np.testing.assert_array_equal(points.x, [1, np.nan, np.nan, 1, np.nan])
    np.testing.assert_array_equal(points.y, [2, np.nan, np.nan, 2, np.nan])
