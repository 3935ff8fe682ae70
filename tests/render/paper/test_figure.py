"""A map as a figure of a paper: type of nine points and more, the whole legend, as large as its ground lets it be."""

from __future__ import annotations

import re
from xml.etree import ElementTree

import pytest
from attrs import evolve
from PySide6.QtCore import QRectF

from ecomap.render.map_page import MapPage
from ecomap.render.paper.figure import map_figure
from ecomap.render.paper.laid_out import PX_PER_MM, laid_out
from ecomap.render.paper.legend import MapLegend, legend_height
from ecomap.render.paper.picture import prepare
from tests.render.pages import town_on_ground, town_page

LEAST_PX = 12.0  # nine points

pytestmark = pytest.mark.usefixtures("qapp")


@pytest.fixture(scope="module")
def page() -> MapPage:
    return town_on_ground()


@pytest.mark.parametrize("wide", [178.0, 120.0])
def test_no_type_is_smaller_than_nine_points(page: MapPage, wide: float) -> None:
    svg = map_figure(page, wide, 90.0).svg
    sizes = [float(size) for size in re.findall(r'<text[^>]*font-size="([\d.]+)', svg)]
    assert len(sizes) > 10
    assert min(sizes) >= LEAST_PX


def test_it_is_as_wide_as_asked_and_its_legend_is_whole(page: MapPage) -> None:
    made = map_figure(page, 178.0, 90.0)
    root = ElementTree.fromstring(made.svg)
    assert root.get("viewBox") == f"0 0 {made.width_mm * PX_PER_MM:.6g} {made.height_mm * PX_PER_MM:.6g}"
    told = " ".join(text.text or "" for text in root.iter("{http://www.w3.org/2000/svg}text"))
    for row in [row for drawing in prepare(page).drawings for row in drawing.legend if row.count]:
        assert str(row.label).split()[0] in told
        assert str(row.label) in made.words


def legend_of(page: MapPage) -> MapLegend:
    prepared = prepare(page)
    return MapLegend("", prepared.drawings, (), prepared.speak, counts=False)


@pytest.mark.parametrize("ground", [(1.0, 3.0), (1.0, 1.0), (3.0, 1.0)])
def test_every_block_of_the_legend_has_its_room_and_none_lies_over_another(ground: tuple[float, float]) -> None:
    legend = legend_of(town_page())
    layout = laid_out(legend, ground, 178 * PX_PER_MM, 90 * PX_PER_MM)
    shown = [one for _, part in layout.legends for one in part.only or ()]
    assert sorted(shown) == sorted(block.layer_id for block in legend.blocks())
    boxes = [layout.frame, *(box for box, _ in layout.legends)]
    assert not any(one.intersects(other) for place, one in enumerate(boxes) for other in boxes[:place])
    for box, part in layout.legends:
        assert legend_height(part, box.width() + 24) - 24 <= box.height() + 0.01
        assert QRectF(0, 0, 178 * PX_PER_MM + 0.01, layout.height + 0.01).contains(box)


def test_a_wide_ground_gets_a_wide_map() -> None:
    legend = legend_of(town_page())
    wide, tall = (laid_out(legend, ground, 178 * PX_PER_MM, 90 * PX_PER_MM).frame for ground in ((3.0, 1.0), (1.0, 2.0)))
    assert wide.width() > tall.width()


def test_what_lies_outside_of_the_view_is_counted(page: MapPage) -> None:
    left, bottom, right, top = prepare(page).extent
    near = evolve(page, extent=(left, bottom, left + (right - left) / 6, bottom + (top - bottom) / 6))
    assert map_figure(page, 178.0, 90.0).outside == ""
    assert re.fullmatch(r"\d+ places? lies? outside this view\.|\d+ places lie outside this view\.", map_figure(near, 178.0, 90.0).outside)
