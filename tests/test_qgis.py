"""QGIS draws every row of every layer of a GeoPackage as the window does: the same class, colours, outline, dash and hatch.

Needs QGIS for the Python of the system (Debian, Ubuntu: ``apt install python3-qgis``); without it these tests are skipped.
"""

from __future__ import annotations

import json
import os
import subprocess
from functools import cache
from pathlib import Path
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
from shapely.geometry import LineString, Point, box

from ecomap.model.layer import LINE, POINT, POLYGON, Column, Layer
from ecomap.model.project import Project
from ecomap.model.style import CATEGORISED, GRADUATED, LayerStyle
from ecomap.render.style import hatch
from ecomap.render.style.drawing import Drawing, resolve
from ecomap.render.style.symbols import Symbol
from ecomap.workspace import operations
from tests.small_project import small_project

PYTHON = Path("/usr/bin/python3")
READER = Path(__file__).parent / "qgis_reader.py"
CRS = "EPSG:3310"
SHAPES = {"circle": "circle 0", "square": "square 0", "diamond": "diamond 0", "triangle": "triangle 0", "plus": "cross_fill 0", "cross": "cross_fill 45"}


@cache
def why_not() -> str:
    """Why QGIS cannot be asked; "" where it can."""
    if not PYTHON.exists():
        return "there is no Python of the system that QGIS could be installed for"
    asked = subprocess.run([PYTHON, "-c", "import qgis.core"], env=clean(), capture_output=True, check=False)
    return "" if asked.returncode == 0 else "QGIS is not installed (python3-qgis)"


def clean() -> dict[str, str]:
    return {**{key: value for key, value in os.environ.items() if not key.startswith(("PYTHON", "GDAL", "PROJ"))}, "QT_QPA_PLATFORM": "offscreen"}


@pytest.fixture(autouse=True)
def qgis() -> None:
    if why_not():
        pytest.skip(why_not())


def seen(path: Path) -> dict[str, Any]:
    """What QGIS makes of the layers of a file."""
    told = subprocess.run([PYTHON, READER, path], env=clean(), capture_output=True, text=True, check=True)
    return json.loads(told.stdout)  # type: ignore[no-any-return]


def look(symbol: Symbol, geometry: str) -> list[list[Any]]:
    """A symbol of the window as the reader of QGIS tells it."""
    dashed = bool(symbol.dash and symbol.line)
    outline = ["SimpleLine", symbol.line.lower(), 255, "", dashed, ""]
    if geometry == LINE:
        return [outline]
    alpha = round(symbol.fill_opacity * 255)
    if geometry == POINT:
        lined = symbol.line.lower() if symbol.line and symbol.line != "#FFFFFF" else ""
        return [["SimpleMarker", (symbol.fill or "#FFFFFF").lower(), alpha if symbol.fill else 0, lined, False, f"{SHAPES[symbol.shape]} {symbol.size:g}"]]
    if not symbol.fill:
        return [outline]
    parts = [["SimpleFill", symbol.fill.lower(), alpha, symbol.line.lower(), dashed, ""]]
    if symbol.hatch:
        parts.append(["LinePatternFill", hatch.ink().lower(), 255, "", False, ""])
    if symbol.pattern:
        parts.append(["LinePatternFill", symbol.fill.lower(), 153, "", False, ""])
    return parts


def shown(layer: Layer, frame: Any, drawing: Drawing) -> dict[str, Any]:
    """Of each row of a layer the look it has in the window."""
    there = frame.geometry.notna() & ~frame.geometry.is_empty
    return {str(key): look(drawing.symbol_of(row), layer.geometry) for row, (key, here) in enumerate(zip(frame["id"], there)) if here}


def assert_alike(project: Project, path: Path, tables: dict[str, str]) -> dict[str, Any]:
    """Every layer in the file is drawn as in the window; ``tables``: id of a layer -> its table."""
    operations.export(project, path)
    found = seen(path)
    for layer_id, table in tables.items():
        layer, frame = project.layer(layer_id), project.frame(layer_id)
        drawing = resolve(layer, frame, project.day)
        wanted = shown(layer, frame, drawing)
        drawn = {key: what for key, what in found[table]["rows"].items() if what is not None}
        assert drawn == wanted, layer_id
    return found


SQUARES = [box(n * 1000, 0, n * 1000 + 900, 900) for n in range(8)]
POINTS = [Point(n * 1000, 5000) for n in range(8)]
LINES = [LineString([(n * 1000, 7000), (n * 1000 + 500, 7500)]) for n in range(8)]
NUMBERS = [0.0, 0.1, 0.30000000000000004, 2.5, 2.5, 7.0, np.nan, np.inf]
REASONS = [None, None, None, None, None, None, "out_of_reach", None]
WORDS = ["a", " a", "it's \"<b>\" & c", "other thing", "more", None, "", "\\n"]


def laid(project: Project, layer_id: str, style: LayerStyle, shapes: list[Any], role: str = "reference", **columns: Any) -> Project:
    geometry = POINT if shapes is POINTS else LINE if shapes is LINES else POLYGON
    frame = gpd.GeoDataFrame({"id": [f"{n}'\"" for n in range(8)], "name": [f"Place {n}" for n in range(8)], **columns}, geometry=shapes, crs=CRS)
    described = tuple(Column(name, name.capitalize()) for name in columns)
    return project.with_layer(Layer(layer_id, layer_id.capitalize(), role, geometry, described, style=style), frame)


def styles() -> dict[str, tuple[LayerStyle, list[Any], dict[str, Any]]]:
    numbers = {"n": NUMBERS, "n_reason": REASONS}
    graduated = LayerStyle(GRADUATED, "n", classes=3, line="#FFFFFF", line_width=0.5)
    some = LayerStyle(CATEGORISED, "w", symbols=(("a", "#AA0000", "square"), ("more", "#00AA00", "cross")), fill="#123456")
    kinds = {"w": pd.Series(WORDS, dtype=object)}
    whole: dict[str, Any] = {"n": [1.0, 2, 3, 4, 5, 6, 7, 8]}
    return {
        "single": (LayerStyle(fill="#336699", fill_opacity=0.4, line="#000000", dash=True), SQUARES, {}),
        "outlined": (LayerStyle(line="#7D8893", dash=True), SQUARES, {}),
        "lined": (LayerStyle(fill="#B3005E", fill_opacity=0.1, pattern="lines", line="#B3005E"), SQUARES, {}),
        "ways": (LayerStyle(line="#404040", dash=True), LINES, {}),
        "flows": (LayerStyle(GRADUATED, "n", classes=3), LINES, whole),
        "numbers": (graduated, SQUARES, numbers),
        "whole": (LayerStyle(GRADUATED, "n", classes=4, scheme="equal_interval"), SQUARES, whole),
        "fixed": (LayerStyle(GRADUATED, "n", scheme="fixed", breaks=(0.3, 2.5), least_is_darkest=True), SQUARES, numbers),
        "zeros": (LayerStyle(GRADUATED, "n", classes=3, zero_label="None at all"), SQUARES, numbers),
        "dots": (LayerStyle(GRADUATED, "n", classes=3), POINTS, numbers),
        "kinds": (some, SQUARES, kinds),
        "signs": (some, POINTS, kinds),
        "plain_kinds": (LayerStyle(CATEGORISED, "w", fill="#123456"), SQUARES, {"w": ["a", "b", "a", "c", "c", "c", "b", "a"]}),
        "flags": (LayerStyle(CATEGORISED, "w", fill="#123456"), SQUARES, {"w": [True, False] * 4}),
        "fifths": (LayerStyle(CATEGORISED, "w", fill="#123456"), SQUARES, {"w": pd.array([1, 2, 3, 4, 5, 1, 2, None], dtype="Int64")}),
        "loose": (LayerStyle(GRADUATED, "n", classes=2, line="#000000"), SQUARES, {**whole, "boundary": ["official", "estimated", "approximate", ""] * 2}),
        "sized": (LayerStyle(fill="#0072B2", size=24.0, size_column="n"), POINTS, whole),
        "sized_gaps": (LayerStyle(fill="#0072B2", size=24.0, size_column="n"), POINTS, {"n": [1.0, 2, np.nan, 4, 5, 0, 7, 8]}),
        "quiet_kinds": (LayerStyle(CATEGORISED, "w", fill="#123456", quiet=("c",)), POINTS, {"w": ["a", "b", "a", "c", "c", "c", "b", ""]}),
    }


def test_every_kind_of_style_is_drawn_row_by_row_as_in_the_window(tmp_path: Path) -> None:
    project = Project(crs=CRS)
    for layer_id, (style, shapes, columns) in styles().items():
        project = laid(project, layer_id, style, shapes, **columns)
    project = laid(project, "over", LayerStyle(fill="#0072B2"), POINTS, role="site", status=["active", "ended"] * 4)
    found = assert_alike(project, tmp_path / "x.gpkg", {layer.id: layer.id for layer in project.layers})
    kinds = {name: one["type"] for name, one in found.items()}
    native = {"numbers": "graduatedSymbol", "fixed": "graduatedSymbol", "dots": "graduatedSymbol", "kinds": "categorizedSymbol",
              "plain_kinds": "categorizedSymbol", "single": "singleSymbol", "loose": "RuleRenderer", "over": "RuleRenderer"}
    assert {name: kinds[name] for name in native} == native


def test_the_answers_of_a_town_are_drawn_as_in_the_window_with_their_words(tmp_path: Path) -> None:
    project, need = operations.run_analysis(small_project(), "need-index", {})
    for radius in (500.0, 900.0):
        project, gaps = operations.run_analysis(project, "coverage-gap", {"radius_m": radius})
    project, _ = operations.run_analysis(project, "priority", {})
    every = [layer for layer in project.layers if layer.geometry in (POINT, POLYGON)]
    named = {layer.id: table_of(project, layer) for layer in every}
    assert len(set(named.values())) == len(named)
    found = assert_alike(project, tmp_path / "x.gpkg", named)
    areas = found[named[f"{gaps.id}-areas"]]
    title = next(one.title for one in project.results if one.id == gaps.id)
    assert areas["title"].startswith(title)
    assert gaps.sentence in areas["abstract"]
    assert areas["aliases"]["out_of_reach"] == "Children out of reach"
    legend = resolve(project.layer(f"{need.id}-areas"), project.frame(f"{need.id}-areas")).legend
    assert found[named[f"{need.id}-areas"]]["classes"] == [[row.label, row.symbol.fill.lower()] for row in legend]


def table_of(project: Project, layer: Layer) -> str:
    from ecomap.workspace.exports import file_stem

    result = next((one for one in project.results if one.id == layer.result_id), None)
    if result is None or layer.view is None:
        return layer.id
    return f"{file_stem(result.title)}_{layer.view.output}".replace("-", "_").replace(".", "_")
