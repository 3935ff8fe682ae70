"""No data is hatched by one recipe on every surface: canvas, picture, SVG, PDF, meeting file, legend and layer tree."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import geopandas as gpd
import numpy as np
import pytest
from attrs import evolve
from PySide6.QtCore import QRectF
from PySide6.QtGui import QColor, QImage, QPainter

from ecomap.model.layer import Layer
from ecomap.render.canvas import raster
from ecomap.render.canvas.idbuffer import Window
from ecomap.render.map_page import MapPage, PageLayer
from ecomap.render.page.file import write_html
from ecomap.render.paper.figure import map_figure
from ecomap.render.paper.legend import draw_patch
from ecomap.render.paper.picture import write_svg
from ecomap.render.style import hatch
from ecomap.render.style.drawing import resolve
from ecomap.ui.look.swatch import paint_swatch
from tests.render.pages import town_page

Placed = tuple[Layer, gpd.GeoDataFrame]
WINDOW = Window(0.0, 1000.0, 1.0, 1000, 1000)
INK, GROUND = QColor(hatch.ink()), QColor(hatch.ground())


@pytest.fixture
def page(squares: Placed) -> MapPage:
    return MapPage("Squares", "", "EPSG:3310", (PageLayer(*squares),), made_on="2026-01-02")


def assert_rising_lines(dark: np.ndarray, pitch: float) -> None:
    """A patch where True is ink: lines that rise to the right, one every ``pitch`` pixels along a row."""
    runs = [np.flatnonzero(np.diff(row.astype(int)) == 1) for row in dark]
    gaps = np.concatenate([np.diff(run) for run in runs if len(run) > 1])
    assert len(gaps), "no lines"
    assert abs(gaps.mean() - pitch) < 0.7
    assert 0.05 < dark.mean() < 0.5
    along = (dark[1:, :-1] == dark[:-1, 1:]).mean()  # one up and one right is the same place of a line
    across = (dark[1:, 1:] == dark[:-1, :-1]).mean()
    assert along > 0.9 > across


def painted(width: int, height: int, draw: Any) -> np.ndarray:
    """What a painter draws on white: True where it is nearer to ink than to the ground."""
    image = QImage(width, height, QImage.Format.Format_RGB32)
    image.fill(GROUND)
    painter = QPainter(image)
    draw(painter)
    painter.end()
    grey = np.array([[image.pixelColor(x, y).blue() for x in range(width)] for y in range(height)])
    return np.asarray(grey < (INK.blue() + 255) / 2)


def test_the_recipe_is_the_token_of_no_data_and_lines_that_one_can_tell_apart() -> None:
    assert hatch.ink() == "#7F8A95"
    assert hatch.PITCH_PX > 4 * hatch.WIDTH_PX
    assert hatch.tile() == {"size": hatch.PITCH_PX, "width": hatch.WIDTH_PX, "ink": hatch.ink()}


@pytest.mark.parametrize("ratio", [1, 2])
def test_on_the_canvas(squares: Placed, ratio: int) -> None:
    layer, frame = squares
    drawing = resolve(layer, frame)
    sheet = raster.sheet_of([drawing], {layer.id: frame})
    window = evolve(WINDOW, px_per_m=float(ratio), width=1000 * ratio, height=1000 * ratio, ratio=float(ratio))
    pixels = raster.compose(raster.render_plates(sheet, window), {layer.id: drawing}, window)
    patch = pixels[(1000 - 90) * ratio : (1000 - 10) * ratio, 310 * ratio : 390 * ratio]  # the square without a number
    assert_rising_lines((patch & 0xFF) < 215, hatch.PITCH_PX * ratio)


def test_in_the_legend(squares: Placed, qapp: object) -> None:
    symbol = resolve(*squares).no_data
    dark = painted(66, 46, lambda painter: draw_patch(painter, QRectF(3, 3, 60, 40), evolve(symbol, line=""), False))
    assert_rising_lines(dark[6:40, 6:60], hatch.SAMPLE_PITCH_PX)


def test_in_the_layer_tree(squares: Placed, qapp: object) -> None:
    symbol = resolve(*squares).no_data
    dark = painted(66, 46, lambda painter: paint_swatch(painter, QRectF(3, 3, 60, 40), symbol))
    assert_rising_lines(dark[8:38, 8:58], hatch.SAMPLE_PITCH_PX)


def assert_vector_lines(lines: np.ndarray) -> None:
    """Lines as x0, y0, x1, y1 (y downwards): they rise at 45 degrees, and from each to the next it is equally far."""
    assert len(lines) > 5
    wide, high = lines[:, 2] - lines[:, 0], lines[:, 3] - lines[:, 1]
    assert np.allclose(wide, -high, atol=0.6)
    offsets = np.unique((lines[:, 0] + lines[:, 1]).round(1))
    steps = np.diff(offsets)
    steps = steps[steps > 0.5]
    assert np.allclose(steps / steps.min(), np.round(steps / steps.min()), atol=0.12)


@pytest.mark.parametrize("surface", ["svg", "paper"])
def test_in_vectors(page: MapPage, tmp_path: Path, qapp: object, surface: str) -> None:
    if surface == "svg":
        write_svg(page, tmp_path / "map.svg", size=(1500, 1000))
        text = (tmp_path / "map.svg").read_text("utf-8").lower()
    else:
        text = map_figure(page, 178, 120).svg.lower()  # what the report sets into its pages
    drawn = [(float(width), points) for width, body in re.findall(
        rf'stroke="{hatch.ink().lower()}"[^>]*stroke-width="([\d.]+)"[^>]*>(.*?)</g>', text, re.S)
        for points in re.findall(r'points="([^"]+)"', body)]
    lines = np.array([[float(number) for number in re.findall(r"-?[\d.]+", points)] for _, points in drawn
                      if len(re.findall(r"-?[\d.]+", points)) == 4])
    on_map = lines[np.hypot(*(lines[:, 2:] - lines[:, :2]).T) > 30]
    assert_vector_lines(on_map)
    assert any(width == pytest.approx(hatch.WIDTH_PX, rel=0.5) for width, _ in drawn)


def test_in_the_meeting_file(tmp_path: Path) -> None:
    write_html(town_page(), tmp_path / "page.html", packing=False)
    text = (tmp_path / "page.html").read_text("utf-8")
    found = re.search(r'id="page-data">(.*?)</script>', text, re.S)
    assert found
    data = json.loads(found[1])
    assert data["hatch"] == hatch.tile()
    assert any(layer["noData"]["hatch"] for layer in data["layers"])
    assert "pen.strokeStyle = data.hatch.ink" in text
    assert re.search(r"if \(symbol\.hatch\) \{[^}]*pen\.fillStyle = hatch\(pen\);\s*pen\.fill\('evenodd'\)", text)  # map and legend
    assert "tile.width = tile.height = size" in text
    assert "#8a95a0" not in text  # no second recipe in the scripts
