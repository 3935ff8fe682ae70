"""Drawing a frame, panning, recolouring and picking, against matplotlib and QGIS on the same layer.

Frames are compared by processor time with all threads, ours and QGIS' in turn. QGIS is asked through ``$QGIS_PYTHON``, a Python that has
python3-qgis (the system's, where it is not set). It draws the whole frame anew also where only colours change; EcoMap colours its id buffer again.
"""

from __future__ import annotations

import contextlib
import json
import os
import statistics
import subprocess
import tempfile
import time
from collections.abc import Callable, Iterator
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

    plates = raster.render_plates(sheet, window)
    others = [resolve(layer.with_style(palette=palette, classes=5), frame) for palette in ("blues", "need")]

    def recolour() -> np.ndarray:
        others.reverse()
        return raster.compose(plates, {layer.id: others[0]}, window)

    work = {"smooth lines": lambda: draw(True), "while moving": lambda: draw(False), "other colours, the map stands still": recolour}
    plot = median_ms(lambda: plot_with_geopandas(frame, layer.style.column), 3, clock=time.process_time)
    ours, theirs = in_turn(work, frame, layer.style.column)
    rows = f"{len(frame):,} need areas, {WIDTH}x{HEIGHT}"
    measures = [Measure(f"Frame, {what}: {rows}", ours[what], "20x", "geopandas plot", plot) for what in work]
    if theirs is None:
        measures.append(Measure(f"Frame, smooth lines: {rows}", ours["smooth lines"], "", "QGIS", None, "not run: python3-qgis is not installed"))
        return measures
    return measures + [Measure(f"Frame, {what}: {rows}", ours[what], "20x", "QGIS parallel renderer, the whole frame", theirs) for what in work]


def in_turn(work: dict[str, Callable[[], object]], frame: Any, column: str, rounds: int = 15) -> tuple[dict[str, float], float | None]:
    """Medians of processor milliseconds: of each of our frames, and of QGIS', one of each in every round; None where QGIS is not installed."""
    ours: dict[str, list[float]] = {what: [] for what in work}
    theirs: list[float] = []
    with qgis(frame, column) as frame_of_qgis:
        for number in range(rounds):
            for what, one in work.items():
                ours[what] += samples_ms(one, 1, warm=int(number == 0), clock=time.process_time)
            if frame_of_qgis is not None:
                theirs.append(frame_of_qgis())
    return {what: statistics.median(taken) for what, taken in ours.items()}, statistics.median(theirs[1:]) if theirs else None


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


@contextlib.contextmanager
def qgis(frame: Any, column: str) -> Iterator[Callable[[], float] | None]:
    """QGIS in its own process, with the same rows: what draws a frame and says its processor milliseconds; None where QGIS is not installed."""
    python = os.environ.get("QGIS_PYTHON", "/usr/bin/python3")
    environment = {k: v for k, v in os.environ.items() if not k.startswith(("PYTHON", "VIRTUAL_ENV"))} | {"QT_QPA_PLATFORM": "offscreen"}
    if not Path(python).is_file() or subprocess.run([python, "-c", "import qgis.core"], capture_output=True, env=environment).returncode:
        yield None
        return
    CACHE.mkdir(parents=True, exist_ok=True)
    path = CACHE / "need_areas.gpkg"
    path.unlink(missing_ok=True)
    frame[[column, "geometry"]].to_file(path, engine="pyogrio")
    script = Path(__file__).with_name("qgis_frame.py")
    with subprocess.Popen([python, str(script), str(path), column, str(WIDTH), str(HEIGHT)], text=True, env=environment,
                          stdin=subprocess.PIPE, stdout=subprocess.PIPE) as there:
        assert there.stdin is not None
        assert there.stdout is not None

        def one() -> float:
            there.stdin.write("\n")
            there.stdin.flush()
            return float(json.loads(there.stdout.readline())["cpu_ms"])

        yield one


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
