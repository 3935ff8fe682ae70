"""The ground in pixels: water and parks under the data, roads above its fills, and the colours of the data as they were."""

from __future__ import annotations

from typing import Any

import geopandas as gpd
import numpy as np
import pytest
from attrs import evolve
from shapely.geometry import LineString, box

from ecomap.model import vocabulary as v
from ecomap.model.layer import POLYGON, Layer
from ecomap.model.style import GRADUATED, LayerStyle
from ecomap.render.canvas import raster
from ecomap.render.canvas.ground import build_ground, draw_around, ground_plate
from ecomap.render.canvas.idbuffer import Window
from ecomap.render.style.drawing import resolve
from ecomap.render.style.ground import LINES_FROM, ground_colours
from tests.grounds import CRS, made_up_ground

WINDOW = Window.around(4_000, 5_000, 0.04, 700, 560).on_grid()


def data(opacity: float = 1.0) -> tuple[Layer, Any]:
    """Four squares of 2.5 km in five classes, from 1 to 11 km east."""
    frame = gpd.GeoDataFrame({"id": list("abcd"), "need": [1.0, 2.0, 3.0, 4.0]}, crs=CRS,
                             geometry=[box(x, 0, x + 2_500, 10_000) for x in (1_000, 3_500, 6_000, 8_500)])  # fmt: skip
    style = LayerStyle(kind=GRADUATED, column="need", classes=4, fill_opacity=opacity)
    return Layer("need", "Need", v.NEED_AREA, POLYGON, style=style), frame


def picture(window: Window = WINDOW, *, ground: bool = True, layers: tuple[tuple[Layer, Any], ...] = (), dark: bool = False) -> np.ndarray:
    drawings = [resolve(layer, frame) for layer, frame in layers]
    sheet = raster.sheet_of(drawings, {layer.id: frame for layer, frame in layers})
    plates = [ground_plate(build_ground(made_up_ground()[1]), window, dark)] if ground else []
    by_id = {drawing.layer.id: drawing for drawing in drawings}
    return raster.compose(raster.render_plates(sheet, window), by_id, window, dark=dark, ground=plates)


def at(pixels: np.ndarray, x: float, y: float, window: Window = WINDOW) -> str:
    column, row = (int(part) for part in window.to_screen(x, y))
    return f"#{int(pixels[row, column]) & 0xFFFFFF:06X}"


@pytest.mark.parametrize("dark", [False, True])
def test_water_and_parks_are_seen_where_there_are_no_data(dark: bool) -> None:
    pixels, inks = picture(dark=dark), ground_colours(dark)
    assert at(pixels, -1_500, 4_000) == inks["water"]
    assert at(pixels, 7_800, 7_100) == inks["park"]
    assert at(pixels, 7_900, 8_150) == inks["water"]  # the pond in the park


def test_a_fill_hides_water_and_parks() -> None:
    layer, frame = data()
    pixels = picture(layers=((layer, frame),))
    drawing = resolve(layer, frame)
    assert at(pixels, 7_500, 7_200) == drawing.symbols[2].fill


@pytest.mark.parametrize("dark", [False, True])
def test_a_freeway_is_seen_above_every_class(dark: bool) -> None:
    layer, frame = data()
    with_ground, without = (picture(ground=on, layers=((layer, frame),), dark=dark) for on in (True, False))
    freeway = LineString([(-200, 5_000), (3_600, 5_200), (10_500, 4_500)])
    for x in (1_800.0, 5_000.0, 7_200.0, 9_800.0):
        y = freeway.intersection(LineString([(x, 0), (x, 10_000)])).y
        column, row = (int(part) for part in WINDOW.to_screen(x, y))
        across = with_ground[row - 4:row + 5, column]
        assert (across != without[row - 4:row + 5, column]).sum() >= 3
        assert at(with_ground, x, y) != at(without, x, y)


def test_away_from_lines_the_colours_are_those_of_the_legend() -> None:
    layer, frame = data()
    with_ground, without = (picture(ground=on, layers=((layer, frame),)) for on in (True, False))
    lines = ground_plate(build_ground(made_up_ground()[1]), WINDOW).position
    away = np.ones(with_ground.size, bool)
    away[lines] = False
    inside = np.isin(without, [raster.argb(symbol.fill) for symbol in resolve(layer, frame).symbols]).reshape(-1)
    assert (with_ground.reshape(-1) == without.reshape(-1))[away & inside].all()
    assert (away & inside).sum() > 0.85 * inside.sum()


def test_a_see_through_fill_is_laid_over_the_ground_exactly() -> None:
    """Run by run or pixel by pixel, the mixture is the same."""
    layer, frame = data(0.9)
    pixels = picture(layers=((layer, frame),)).reshape(-1)
    bare = picture()
    drawing = resolve(layer, frame)
    plate = raster.render_plates(raster.sheet_of([drawing], {"need": frame}), WINDOW)[0]
    assert plate.ids is not None
    colours, opacity = raster.colour_table(drawing)
    ids = plate.ids.pixels().reshape(-1)
    mixed = raster.mix(bare.reshape(-1), colours[ids], opacity[ids])
    away = np.ones(pixels.size, bool)
    away[ground_plate(build_ground(made_up_ground()[1]), WINDOW).position] = False
    for _, strokes in plate.lines:
        away[strokes.position] = False
    assert (pixels[away] == mixed[away]).all()


def test_roads_lie_above_the_topmost_fill_and_below_outlines() -> None:
    layer, frame = data()
    outline = Layer("district", "District", v.DISTRICT, POLYGON, style=LayerStyle(line="#FF0000", line_width=7.0))
    around = gpd.GeoDataFrame({"id": ["d"]}, geometry=[box(2_000, 4_000, 9_000, 9_000)], crs=CRS)
    pixels = picture(layers=((outline, around), (layer, frame)))
    crossing = LineString([(1_000, 10_500), (3_500, 6_000), (4_000, 0), (4_200, -1_500)]).intersection(LineString([(0, 4_000), (9_000, 4_000)]))
    assert at(pixels, crossing.x, 4_000) == "#FF0000"


@pytest.mark.parametrize(("kind", "rank"), [("road", 3), ("street", 4)])
def test_a_line_is_drawn_from_the_scale_of_its_rank_on(kind: str, rank: int) -> None:
    ground = build_ground(made_up_ground()[1])
    drawn = {look.kind for look, _ in ground.drawn(LINES_FROM[rank])}
    before = {look.kind for look, _ in ground.drawn(LINES_FROM[rank] * 0.999)}
    assert kind in drawn
    assert kind not in before


def test_a_picture_moved_is_the_picture_drawn_anew() -> None:
    """Only what comes into view is drawn; nothing shows where the parts meet."""
    ground = build_ground(made_up_ground()[1])
    ground_plate(ground, WINDOW)
    step = 1 / WINDOW.px_per_m
    for dx, dy in ((130, 0), (-40, 77), (-300, -200), (5_000, 0), (-4_900, 3)):
        window = evolve(WINDOW, left=WINDOW.left + dx * step, top=WINDOW.top + dy * step).on_grid()
        moved, anew = ground_plate(ground, window), ground_plate(build_ground(made_up_ground()[1]), window)
        assert moved.kinds is not None
        assert anew.kinds is not None
        assert (moved.kinds == anew.kinds).all()
        dense = [np.full(window.height * window.width, 0xFF808080, np.uint32) for _ in range(2)]
        for canvas, plate in zip(dense, (moved, anew)):
            canvas[plate.position] = raster.mix(canvas[plate.position], plate.colour, plate.cover)
        away = np.abs(dense[0].view(np.uint8).astype(int) - dense[1].view(np.uint8).astype(int))
        assert away.max() <= 2


def test_what_was_drawn_ahead_is_the_picture_too() -> None:
    ground, fresh = build_ground(made_up_ground()[1]), build_ground(made_up_ground()[1])
    ground_plate(ground, WINDOW)
    draw_around(ground, WINDOW, False, lambda: False)
    assert ground._last[0].frame.right - ground._last[0].frame.left > 1.5 * WINDOW.width
    window = evolve(WINDOW, left=WINDOW.left + 200 / WINDOW.px_per_m).on_grid()
    ahead, anew = ground_plate(ground, window), ground_plate(fresh, window)
    assert sorted(ahead.position.tolist()) == sorted(anew.position.tolist())
    draw_around(fresh, window, False, lambda: True)  # somebody waits: nothing is drawn ahead
    assert fresh._last[0].frame.right - fresh._last[0].frame.left == window.width


def test_without_ground_the_picture_is_as_before() -> None:
    layer, frame = data(0.9)
    drawing = resolve(layer, frame)
    sheet = raster.sheet_of([drawing], {"need": frame})
    plates = raster.render_plates(sheet, WINDOW)
    assert (raster.compose(plates, {"need": drawing}, WINDOW) == picture(ground=False, layers=((layer, frame),))).all()


def test_rows_without_rank_kind_or_shape_are_no_trouble() -> None:
    frame = gpd.GeoDataFrame({"id": ["a", "b", "c"], "kind": ["freeway", None, "moon"], "rank": [np.nan, 9.0, -1.0]},
                             geometry=[LineString([(0, 0), (100, 0)]), None, box(0, 0, 1, 1)], crs=CRS)  # fmt: skip
    ground = build_ground(frame)
    assert list(ground.lines) == [("freeway", 3)]
    assert not ground.areas
    assert not build_ground(frame[["id", "geometry"]]).lines
    assert not build_ground(frame[:0]).lines
