"""What the list shows on top is painted on top: every layer of every answer, over and under areas and points, by pixels."""

from __future__ import annotations

from typing import Any

import geopandas as gpd
import numpy as np
import pytest
from attrs import evolve
from PySide6.QtCore import QRectF
from PySide6.QtGui import QImage, QPainter

from ecomap.analysis import registry
from ecomap.model.errors import EcoMapError
from ecomap.model.layer import NO_GEOMETRY, POINT, POLYGON, Layer
from ecomap.model.params import param_specs
from ecomap.model.progress import silent
from ecomap.model.project import Project
from ecomap.model.said import name as named
from ecomap.model.style import LayerStyle
from ecomap.model.vocabulary import AREA_LINK, GROUND
from ecomap.render.canvas.idbuffer import Window
from ecomap.render.map_page import MapPage, PageLayer
from ecomap.render.page.data import page_layers, resolve_page
from ecomap.render.paper.picture import draw_map, ensure_gui, prepare
from ecomap.render.words.language import language
from ecomap.ui.map.marks import draw_points_and_labels
from ecomap.ui.map.scene import Request, build_scene
from ecomap.workspace import operations
from ecomap.workspace.map_order import grouped, mapped_layers
from ecomap.workspace.pages import map_page
from tests.small_project import BOTTOM, CRS, LEFT, SIDE, centre, small_project, square

GIVEN = {"draws": 20, "radius_m": 800, "at_least": 1, "assumed_capacity": 20}
SIZE = 400  # px; the scale bar in the corner leaves every place free
EXTENT = (LEFT, BOTTOM, LEFT + 3 * SIDE, BOTTOM + 3 * SIDE)
COVER = Layer("cover", named("Cover"), "reference", geometry=POLYGON, style=LayerStyle(fill="#00AA00", line="#00AA00"))
BLOB = Layer("blob", named("Blob"), "reference", geometry=POINT, style=LayerStyle(fill="#00AA00", line="#00AA00", shape="square", size=230.0))
FRAMES = {
    COVER.id: gpd.GeoDataFrame({"id": ["c"], "name": ["Cover"]}, geometry=[square(-1, -1, 5, 5)], crs=CRS),
    BLOB.id: gpd.GeoDataFrame({"id": ["b"], "name": ["Blob"]}, geometry=[centre(1, 1)], crs=CRS),
}


@pytest.fixture(scope="module")
def asked() -> Project:
    """The small town with every question that it can answer."""
    project, refused = small_project(), set()
    for question in registry.names():
        asks = {spec.name for spec in param_specs(registry.analysis(question).params)}
        try:
            project, _ = operations.run_analysis(project, question, {key: value for key, value in GIVEN.items() if key in asks})
        except EcoMapError:
            refused.add(question)
    assert refused <= {"norming", "helped", "spending-outcome"}, refused  # it has no staff positions, and no outcomes of schools
    return project


@pytest.fixture(scope="module")
def drawn(asked: Project) -> list[tuple[Layer, Any]]:
    """Every layer that an answer brought, without its names: those stand above everything."""
    layers = [layer for layer in asked.layers if layer.result_id and len(asked.frame(layer.id))]
    assert len({layer.result_id for layer in layers}) > 12
    return [(evolve(layer, visible=True, style=evolve(layer.style, label_column="", min_scale_px_per_m=0.0)), asked.frame(layer.id)) for layer in layers]


def in_window(placed: list[tuple[Layer, Any]]) -> np.ndarray:
    """The picture of the window, points and all."""
    ensure_gui()
    window = Window.fitting(EXTENT, SIZE, SIZE, 0.0)
    scene = build_scene(Request(1, tuple(placed), window, False, None, names=False))
    assert scene is not None
    assert not scene.problems
    image = QImage(scene.picture.data, window.width, window.height, window.width * 4, QImage.Format.Format_RGB32).copy()
    painter = QPainter(image)
    draw_points_and_labels(painter, scene, dark=False)
    painter.end()
    return pixels(image)


def on_paper(placed: list[tuple[Layer, Any]], vector: bool) -> np.ndarray:
    """The map of a picture (PNG), or as vectors (SVG and PDF)."""
    page = MapPage("T", "", CRS, tuple(PageLayer(layer, frame) for layer, frame in placed), extent=EXTENT, names=False)
    image = QImage(SIZE, SIZE, QImage.Format.Format_RGB32)
    image.fill(0)
    prepared = prepare(page)
    painter = QPainter(image)
    draw_map(painter, prepared, QRectF(0, 0, SIZE, SIZE), vector=vector)
    painter.end()
    return pixels(image)


def as_picture(placed: list[tuple[Layer, Any]]) -> np.ndarray:
    return on_paper(placed, vector=False)


def as_vectors(placed: list[tuple[Layer, Any]]) -> np.ndarray:
    return on_paper(placed, vector=True)


def pixels(image: QImage) -> np.ndarray:
    return np.frombuffer(image.constBits(), np.uint32).reshape(image.height(), image.width()) & 0xFFFFFF


@pytest.mark.parametrize("paint", [in_window, as_picture, as_vectors])
@pytest.mark.parametrize("probe", [COVER, BLOB])
def test_the_list_is_the_order_of_paint(paint: Any, probe: Layer, drawn: list[tuple[Layer, Any]]) -> None:
    alone = paint([(probe, FRAMES[probe.id])])
    inside = alone == 0x00AA00
    assert inside.sum() > 5_000
    for layer, frame in drawn:
        under = paint([(probe, FRAMES[probe.id]), (layer, frame)])
        assert (under[inside] == 0x00AA00).all(), f"{layer.id} is seen through what the list has above it"
        over = paint([(layer, frame), (probe, FRAMES[probe.id])])
        assert (over[inside] != 0x00AA00).any(), f"{layer.id} is hidden by what the list has below it"


def test_the_page_has_the_order_of_the_list(asked: Project) -> None:
    page = map_page(asked)
    bodies = page_layers(page, resolve_page(page), (), language("en"), silent()).bodies
    assert [body["id"] for body in bodies] == [layer.id for layer in mapped_layers(asked) if layer.role != GROUND]


def test_a_heading_keeps_its_layers_together_and_the_ground_is_last(asked: Project) -> None:
    ground = Layer("ground", named("Ground"), GROUND, geometry="mixed")
    project = evolve(asked, layers=(ground, *asked.layers), frames={**asked.frames, "ground": FRAMES["cover"]})
    listed = [layer.id for _, layers in grouped(project) for layer in layers]
    assert listed == [layer.id for layer in mapped_layers(project)]
    assert listed[-1] == "ground"
    assert set(listed) == {layer.id for layer in project.layers if layer.geometry != NO_GEOMETRY and layer.role != AREA_LINK}


def test_answers_lie_under_the_points_and_their_fills_under_all_outlines(asked: Project) -> None:
    order = [layer.id for layer in mapped_layers(asked)]
    gaps = next(i for i in order if i.startswith("coverage-gap") and i.endswith("-gaps"))
    fill = next(i for i in order if i.startswith("coverage-gap") and i.endswith("-areas"))
    need = next(i for i in order if i.startswith("need-index"))
    lines = next(i for i in order if i.startswith("merged-areas"))
    assert order.index("schools") < order.index(lines) < order.index("elementary-areas"), "outlines, though of need"
    assert order.index("schools") < order.index(gaps) < order.index("elementary-areas") < order.index(fill) < order.index(need)
