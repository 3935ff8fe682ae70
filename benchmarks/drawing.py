"""Drawing a frame, panning, recolouring and picking, against matplotlib and QGIS on the same layer."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

import numpy as np

from benchmarks.measure import Measure, median_ms, samples_ms
from benchmarks.synthetic import coverage

WIDTH, HEIGHT = 1600, 1000
CACHE = Path(tempfile.gettempdir()) / "ecomap-benchmarks"
MANY = 85_000


def run() -> list[Measure]:
    """All measures of drawing."""
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    layer, frame = need_areas()
    return [*frames(layer, frame), *canvas(layer, frame), *many()]


def need_areas() -> tuple[Any, Any]:
    """The starter's need areas, coloured by one indicator in five classes with thin outlines."""
    from ecomap.io.starter import load_starter
    from ecomap.model.style import GRADUATED, LayerStyle

    project = load_starter("los-angeles")
    layer = project.layers_of("need_area")[-1]
    style = LayerStyle(kind=GRADUATED, column=layer.indicators[0].column, line="edge", line_width=0.8)
    from attrs import evolve

    return evolve(layer, style=style), project.frames[layer.id]


def frames(layer: Any, frame: Any) -> list[Measure]:
    """One full-extent frame, coordinates cached: as while moving, and as when the map stands still."""
    from ecomap.render.canvas import raster
    from ecomap.render.canvas.idbuffer import Window
    from ecomap.render.style.drawing import resolve

    drawing = resolve(layer, frame)
    sheet = raster.sheet_of([drawing], {layer.id: frame})
    window = Window.fitting(tuple(frame.total_bounds), WIDTH, HEIGHT)

    def draw(fine: bool) -> np.ndarray:
        return raster.compose(raster.render_plates(sheet, window, fine=fine), {layer.id: drawing}, window)

    # Ours before, between and after the peers, so that a machine that is busy for a while does not favour either.
    ours: dict[bool, list[float]] = {True: samples_ms(lambda: draw(True)), False: samples_ms(lambda: draw(False))}
    plot = median_ms(lambda: plot_with_geopandas(frame, layer.style.column), 3)
    for smooth in ours:
        ours[smooth] += samples_ms(lambda smooth=smooth: draw(smooth))  # type: ignore[misc]
    qgis = qgis_ms(frame, layer.style.column)
    for smooth in ours:
        ours[smooth] += samples_ms(lambda smooth=smooth: draw(smooth))  # type: ignore[misc]
    fine, rough = (sorted(ours[smooth])[len(ours[smooth]) // 2] for smooth in (True, False))
    rows = f"{len(frame):,} need areas, {WIDTH}x{HEIGHT}"
    measures = [
        Measure(f"Frame, smooth lines: {rows}", fine, "20x", "geopandas plot", plot),
        Measure(f"Frame, while moving: {rows}", rough, "20x", "geopandas plot", plot),
    ]
    if qgis is None:
        measures.append(Measure(f"Frame, smooth lines: {rows}", fine, "", "QGIS", None, "not run: python3-qgis is not installed"))
        return measures
    measures.append(Measure(f"Frame, smooth lines: {rows}", fine, "4x", "QGIS parallel renderer", qgis))
    measures.append(Measure(f"Frame, while moving: {rows}", rough, "4x", "QGIS parallel renderer", qgis))
    return measures


def plot_with_geopandas(frame: Any, column: str) -> None:
    """The same picture with geopandas and matplotlib's Agg."""
    import matplotlib  # noqa: TID251

    matplotlib.use("Agg")
    from matplotlib import pyplot  # noqa: TID251

    figure, axes = pyplot.subplots(figsize=(WIDTH / 100, HEIGHT / 100), dpi=100)
    frame.plot(ax=axes, column=column, scheme="quantiles", k=5, cmap="Purples", edgecolor="white", linewidth=0.6,
               missing_kwds={"color": "lightgrey"})  # fmt: skip
    axes.set_axis_off()
    figure.canvas.draw()
    pyplot.close(figure)


def qgis_ms(frame: Any, column: str) -> float | None:
    """Median of QGIS' parallel renderer on the same rows, in its own process; None where QGIS is not installed."""
    python = "/usr/bin/python3"
    if not Path(python).is_file() or subprocess.run([python, "-c", "import qgis.core"], capture_output=True).returncode:
        return None
    CACHE.mkdir(parents=True, exist_ok=True)
    path = CACHE / "need_areas.gpkg"
    path.unlink(missing_ok=True)
    frame[[column, "geometry"]].to_file(path, engine="pyogrio")
    script = Path(__file__).with_name("qgis_frame.py")
    environment = {k: v for k, v in os.environ.items() if not k.startswith(("PYTHON", "VIRTUAL_ENV"))}
    environment["QT_QPA_PLATFORM"] = "offscreen"
    done = subprocess.run(
        [python, str(script), str(path), column, str(WIDTH), str(HEIGHT)],
        capture_output=True, text=True, timeout=300, env=environment,
    )  # fmt: skip
    if done.returncode:
        sys.stderr.write(done.stderr[-2000:])
        return None
    return float(json.loads(done.stdout.strip().splitlines()[-1])["median_ms"])


def canvas(layer: Any, frame: Any) -> list[Measure]:
    """What the planner feels: panning, recolouring, picking."""
    from PySide6.QtCore import QPointF
    from PySide6.QtWidgets import QApplication

    from ecomap.render.canvas import raster
    from ecomap.render.style.drawing import resolve
    from ecomap.ui.map.canvas import MapCanvas
    from ecomap.ui.map.scene import Request, build_scene

    app = QApplication.instance() or QApplication([])
    shown = MapCanvas()
    shown.resize(WIDTH, HEIGHT)
    shown.show()
    shown.set_layers([(layer, frame)], "EPSG:3310")
    while shown.scene() is None:
        app.processEvents()
    scene = shown.scene()
    assert scene is not None
    step = iter(range(10_000))

    def pan() -> None:
        shown.pan_by(3 if next(step) % 2 else -3, 0)
        shown.repaint()

    def recolour() -> None:
        palette = ("blues", "need")[next(step) % 2]
        styled = layer.with_style(palette=palette, classes=4 + next(step) % 3)
        drawing = resolve(styled, frame)
        raster.compose(scene.plates, {layer.id: drawing}, frame_window)

    frame_window = scene.window
    drawing_window = (frame_window.width, frame_window.height)
    rng = np.random.default_rng(0)
    places = [QPointF(x, y) for x, y in zip(rng.uniform(0, WIDTH, 50), rng.uniform(0, HEIGHT, 50))]

    def pick() -> None:
        for place in places:
            shown.pick_at(place)

    again = Request(1, ((layer, frame),), frame_window, False, None)
    measures = [
        Measure("Pan by a few pixels and repaint", median_ms(pan, 31), "5 ms"),
        Measure(f"Recolour the kept picture ({drawing_window[0]}x{drawing_window[1]})", median_ms(recolour, 15), "20 ms"),
        Measure("Pick the feature under the cursor", median_ms(pick, 15) / len(places), "1 ms"),
        Measure(f"New kept picture ({drawing_window[0]}x{drawing_window[1]}), off the main thread", median_ms(lambda: build_scene(again), 7)),
    ]
    shown.close()
    return measures


def many() -> list[Measure]:
    """A state's worth of areas: coordinates cached on disk and in memory."""
    import geopandas as gpd

    from ecomap.model.layer import POLYGON, Layer
    from ecomap.model.style import GRADUATED, LayerStyle
    from ecomap.render.canvas import raster
    from ecomap.render.canvas.idbuffer import Window
    from ecomap.render.canvas.levels import build_shapes
    from ecomap.render.style.drawing import resolve

    polygons = coverage(MANY, cache_dir=CACHE)
    frame = gpd.GeoDataFrame({"id": np.arange(MANY).astype(str), "need": np.random.default_rng(0).random(MANY)}, geometry=polygons, crs="EPSG:3310")
    layer = Layer("many", "Many", "need_area", POLYGON, style=LayerStyle(kind=GRADUATED, column="need", line="edge", line_width=0.8))
    drawing = resolve(layer, frame)
    shapes = build_shapes(frame, cache_dir=CACHE, cache_key=f"many-{MANY}")
    sheet = raster.Sheet((drawing,), (shapes,))
    window = Window.fitting((0, 0, 60_000, 60_000), WIDTH, HEIGHT, 0.0)
    wide = Window.around(30_000, 30_000, WIDTH / 60_000, WIDTH, HEIGHT)

    def draw(where: Any, fine: bool) -> np.ndarray:
        return raster.compose(raster.render_plates(sheet, where, fine=fine), {"many": drawing}, where)

    rows = f"{MANY:,} areas of 150 vertices, {WIDTH}x{HEIGHT}"
    return [
        Measure(f"Frame, while moving: {rows}", median_ms(lambda: draw(window, False), 7), "150 ms"),
        Measure(f"Frame, smooth lines: {rows}", median_ms(lambda: draw(window, True), 5), "", note="follows when the map stands still"),
        Measure(f"Frame, while moving, map as wide as the window: {rows}", median_ms(lambda: draw(wide, False), 5)),
    ]
