"""The script of the meeting file draws the ground as the window does: as large, and above the same layers."""

from __future__ import annotations

import json

import pytest
from PySide6.QtQml import QJSEngine

from ecomap.model.assets import resources_dir
from ecomap.render.page.ground import page_ground
from ecomap.render.style.ground import LINE_GROWTH, LINES, NAMES, TEXT_GROWTH, Growth
from tests.render.pages import town_on_ground

SCALES = (0.0001, 0.003, 0.01, 0.02, 0.1, 0.3, 20.0)  # pixels per metre: both bounds of either rule, and between
_BROWSER = """
var document = {createElement: function () { return {getContext: function () {}}; }}, getComputedStyle = function () { return {}; };
function comparing() { return false; }
function askParts() {}
var map = {options: {}, getZoom: function () { return 10; }, on: function () {}};
function Made() {}
var L = {Canvas: {extend: function (parts) { Made.prototype = parts; return Made; }}, CircleMarker: {extend: function () {}}};
"""
_ORDER = """(function (zoom) {
  var order = [];
  function layer(name, symbol, zoom) {
    var path = {options: {}, _map: map, _updatePath: function () { order.push(name); }};
    return {shown: true, zoom: zoom, geometry: 'polygon', symbols: [symbol], noData: {}, classes: [0], paths: [path]};
  }
  data.layers = [layer('fill above', {fill: '#123456', opacity: 1}, zoom), layer('outline', {fill: ''}, 0), layer('fill', {fill: '#654321', opacity: 1}, 0)];
  drawGroundAreas = drawLabels = function () {};
  drawGroundLines = function () { order.push('ground'); };
  painter._ctx = {save: function () {}, restore: function () {}};
  painter._draw();
  return order.join(', ');
})(%s)"""
_WIDTH = """(function (scale) {
  var drawn = [];
  pixelsPerMetre = function () { return scale; };
  paintGroundPart = function (part, symbol) { drawn.push(symbol.width); };
  ground.shown = true;
  groundParts.lines = [{ look: ground.recipe.lines[%d], from: 0 }];
  drawGroundLines();
  return drawn[drawn.length - 1];
})(%r)"""


@pytest.fixture
def script(qapp: object) -> QJSEngine:
    engine = QJSEngine()
    body = page_ground(town_on_ground()).body
    made = [engine.evaluate(_BROWSER), engine.evaluate(f"var data = {{ground: {json.dumps(body)}}};")]
    made += [engine.evaluate((resources_dir() / "templates" / "meeting" / name).read_text("utf-8")) for name in ("ground.js", "names.js", "map.js")]
    assert [one.toString() for one in made if one.isError()] == []
    return engine


@pytest.mark.parametrize("scale", SCALES)
def test_lines_and_names_grow_as_in_the_window(script: QJSEngine, scale: float) -> None:
    for number, look in enumerate(LINES):
        assert script.evaluate(_WIDTH % (number, scale)).toNumber() == pytest.approx(look.width * LINE_GROWTH.at(scale))
    for number, name in enumerate(NAMES.values()):
        height = name.px * TEXT_GROWTH.at(scale)
        assert abs(script.evaluate(f"namePx({number}, {scale})").toNumber() - height) <= 0.5


def test_another_rule_in_the_recipe_is_another_rule_in_the_script(script: QJSEngine) -> None:
    other = Growth(0.02, 0.5, 0.1, 90.0)
    script.evaluate(f"ground.recipe.growth = {{lines: {[0.02, 0.5, 0.1, 90.0]}, names: {[0.02, 0.5, 0.1, 90.0]}}};")
    assert script.evaluate(_WIDTH % (0, 2.0)).toNumber() == pytest.approx(LINES[0].width * other.at(2.0))
    assert script.evaluate("namePx(0, 2.0)").toNumber() == pytest.approx(next(iter(NAMES.values())).px * other.at(2.0))


@pytest.mark.parametrize(("zoom", "order"), [(10, "fill, outline, fill above, ground"), (10.01, "fill, ground, outline")])
def test_a_fill_that_waits_for_a_closer_view_lifts_no_road(script: QJSEngine, zoom: float, order: str) -> None:
    assert script.evaluate(_ORDER % zoom).toString() == order
