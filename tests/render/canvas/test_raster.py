"""Pixels have the colours of the drawing: the legend cannot disagree with the map."""

from __future__ import annotations

import geopandas as gpd
import numpy as np
import pytest
from attrs import evolve
from shapely.geometry import LineString, box

from ecomap.model.layer import LINE, POLYGON, Layer
from ecomap.model.style import LayerStyle
from ecomap.render.canvas import raster
from ecomap.render.canvas.idbuffer import Window
from ecomap.render.style.drawing import Drawing, resolve
from ecomap.render.style.palette import chrome

Placed = tuple[Layer, gpd.GeoDataFrame]
WINDOW = Window.fitting((0, 0, 1000, 1000), 500, 500, 0.0)


def picture(placed: list[Placed], window: Window = WINDOW, **more: bool) -> tuple[np.ndarray, dict[str, Drawing]]:
    drawings = [resolve(*one) for one in placed]
    sheet = raster.sheet_of(drawings, {layer.id: frame for layer, frame in placed})
    by_id = {d.layer.id: d for d in drawings}
    return raster.compose(raster.render_plates(sheet, window), by_id, window, **more), by_id


def centre(number: int) -> tuple[int, int]:
    """Row and column of a pixel near a corner of a square, off its middle where one has a hole."""
    return 500 - (50 * (number // 10) + 6), 50 * (number % 10) + 6


@pytest.mark.parametrize("palette", ["need", "greens"])
def test_every_pixel_has_the_colour_of_its_rows_symbol(squares: Placed, palette: str) -> None:
    layer, frame = squares
    pixels, drawings = picture([(layer.with_style(palette=palette), frame)])
    for number in range(100):
        if number not in (3, 77):
            symbol = drawings["squares"].symbol_of(number)
            assert pixels[centre(number)] == raster.argb(symbol.fill), number


def test_no_data_is_hatched_never_a_class(squares: Placed) -> None:
    pixels, drawings = picture([squares])
    y, x = centre(3)
    seen = {int(p) for p in pixels[y - 30 : y, x : x + 30].ravel()}
    assert len(seen) > 2
    assert not seen & {int(raster.argb(s.fill)) for s in drawings["squares"].symbols}


def test_the_hole_shows_the_ground(squares: Placed) -> None:
    pixels, _ = picture([squares])
    assert pixels[500 - 275, 275] == raster.argb(chrome()["ground"])


def test_see_through_fills_mix_with_what_is_below(squares: Placed) -> None:
    zone = Layer("zone", "Zone", "zone", POLYGON, style=LayerStyle(fill="#000000", fill_opacity=0.5))
    frame = gpd.GeoDataFrame({"id": ["1"]}, geometry=[box(0, 0, 1000, 1000)], crs=squares[1].crs)
    below, _ = picture([squares])
    above, _ = picture([(zone, frame), squares])
    at = centre(42)
    assert abs(int(above[at]) & 0xFF) - (int(below[at]) & 0xFF) // 2 in (-1, 0, 1)


def test_hatching_survives_a_see_through_style(squares: Placed) -> None:
    layer, frame = squares
    pixels, _ = picture([(layer.with_style(fill_opacity=0.9), frame)])
    y, x = centre(3)
    assert (pixels[y - 30 : y, x : x + 30] & 0xFF).min() > 100


def test_layers_lie_in_order_top_first(squares: Placed) -> None:
    cover = Layer("cover", "Cover", "reference", POLYGON, style=LayerStyle(fill="#123456"))
    frame = gpd.GeoDataFrame({"id": ["1"]}, geometry=[box(0, 0, 1000, 1000)], crs=squares[1].crs)
    assert picture([(cover, frame), squares])[0][centre(42)] == raster.argb("#123456")
    assert picture([squares, (cover, frame)])[0][centre(42)] != raster.argb("#123456")


def test_a_new_palette_colours_the_old_buffer(squares: Placed) -> None:
    layer, frame = squares
    sheet = raster.sheet_of([resolve(layer, frame)], {"squares": frame})
    (plate,) = raster.render_plates(sheet, WINDOW)
    blue = resolve(layer.with_style(palette="blues"), frame)
    assert raster.recolours(plate, blue)
    pixels = raster.compose([plate], {"squares": blue}, WINDOW)
    assert pixels[centre(99)] == raster.argb("#12466F")


def test_another_outline_needs_another_plate(squares: Placed) -> None:
    layer, frame = squares
    sheet = raster.sheet_of([resolve(layer, frame)], {"squares": frame})
    (plate,) = raster.render_plates(sheet, WINDOW)
    assert not raster.recolours(plate, resolve(layer.with_style(line_width=3.0), frame))


def test_outlines_are_drawn_between_areas_only(squares: Placed) -> None:
    layer, frame = squares
    pixels, _ = picture([(evolve(layer, style=LayerStyle(fill="#000000", line="#FFFFFF")), frame)])
    bright = (pixels & 0xFF) > 100
    assert bright[10:40, 49:51].any(axis=1).all()
    assert not bright[10:40, 10:40].any()


def test_layers_for_closer_views_wait(squares: Placed) -> None:
    layer, frame = squares
    late = layer.with_style(min_scale_px_per_m=1.0)
    pixels, _ = picture([(late, frame)])
    assert (pixels == raster.argb(chrome()["ground"])).all()


def test_picking_reads_the_buffer(squares: Placed) -> None:
    sheet = raster.sheet_of([resolve(*squares)], {"squares": squares[1]})
    plates = raster.render_plates(sheet, WINDOW)
    y, x = centre(42)
    assert raster.pick(plates, "squares", x, y) == 42
    assert raster.pick(plates, "elsewhere", x, y) == -1


def test_mixing_colours_at_both_ends_is_exact() -> None:
    under, over = np.array([0xFF123456], np.uint32), raster.argb("#FEDCBA")
    assert raster.mix(under, over, np.array([0], np.uint8))[0] == under[0]
    assert raster.mix(under, over, np.array([255], np.uint8))[0] == over


@pytest.mark.parametrize(("dash", "dark"), [(False, False), (True, False), (False, True)])
def test_lines_of_an_answer_are_seen_on_fills_of_their_own_colour(squares: Placed, dash: bool, dark: bool) -> None:
    """They stand on a line as light (or, in the dark, as dark) as the ground; lines of a file do not."""
    layer = Layer("ties", "Ties", "result", LINE, result_id="ties", style=LayerStyle(line="#26323F", line_width=2.0, dash=dash))
    frame = gpd.GeoDataFrame({"id": ["a"]}, geometry=[LineString([(100, 500), (900, 500)])], crs=squares[1].crs)
    ground = evolve(squares[0], style=LayerStyle(fill="#26323F"))
    for line, cased in ((layer, True), (evolve(layer, result_id="", role="reference"), False)):
        drawings = [resolve(line, frame, dark=dark), resolve(ground, squares[1], dark=dark)]
        sheet = raster.sheet_of(drawings, {"ties": frame, "squares": squares[1]})
        pixels = raster.compose(raster.render_plates(sheet, WINDOW), {d.layer.id: d for d in drawings}, WINDOW, dark=dark)
        across = pixels[240:260, 255]
        assert (raster.argb(chrome(dark)["halo"]) in across) is cased
        assert raster.argb(drawings[0].symbols[0].line) in pixels[240:260, 60:440]
