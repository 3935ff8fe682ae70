"""A frame with the ground under the map and names on it, beside the same frame without: Los Angeles at several scales, while panning.

    python -m benchmarks ground

A frame is everything from the wish for a picture to the picture on screen. Pans come with a rest between them, as in the window,
in which what lies ahead is drawn; that is not timed. Both maps take turns, frame by frame, in one run.
"""

from __future__ import annotations

import os
import statistics
import threading
import time
from typing import Any

from attrs import evolve

from benchmarks.measure import Measure

SIZE = (1100, 750)
ZOOMS = (1, 2, 4, 10, 30)
FRAMES = 24
STEP_PX = 190  # of a pan: three of them need a new picture
GOAL = 1.3


def run() -> list[Measure]:
    """One measure per scale, and one of all frames together."""
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    from PySide6.QtWidgets import QApplication

    from ecomap.ui.models.layers import mapped_layers
    from ecomap.workspace import operations

    app = QApplication.instance() or QApplication([])
    project, _ = operations.run_analysis(operations.new_project("los-angeles"), "need-index", {})
    placed = [(layer, project.frame(layer.id)) for layer in mapped_layers(project) if layer.visible or layer.role == "ground"]
    placed = [(evolve(layer, visible=True), frame) for layer, frame in placed]
    extent = tuple(project.frame("need_areas").total_bounds)
    maps = (Map(placed, extent, True), Map([one for one in placed if one[0].role != "ground"], extent, False))
    measures, everything = [], ([], [])  # type: list[Measure], tuple[list[float], list[float]]
    for zoom in ZOOMS:
        times: tuple[list[float], list[float]] = ([], [])
        for one in maps:
            one.go(zoom)
        for number in range(FRAMES):
            for one, taken in zip(maps, times):
                taken.append(one.pan(number))
                app.processEvents()
                one.rest()
        for all_, taken in zip(everything, times):
            all_ += taken
        measures.append(_measure(f"{zoom} x the whole district", *map(statistics.median, times)))
    measures.append(_measure("all frames together", *map(statistics.fmean, everything)))
    for one in maps:
        one.close()
    return measures


def _measure(where: str, with_ground: float, without: float) -> Measure:
    share = with_ground / without
    return Measure(f"Frame with ground and names, {where}", with_ground, f"{1 / GOAL:.2f}x", "the same without", without,
                   f"{share:.2f} of the time without; at most {GOAL}")  # fmt: skip


class Map:
    """A map of the window whose pictures are made when they are asked for, so that they can be timed."""

    def __init__(self, placed: list[Any], extent: tuple[float, ...], names: bool) -> None:
        from ecomap.ui.map.canvas import MapCanvas

        self.placed, self.extent, self.names = tuple(placed), extent, names
        self.canvas = MapCanvas()
        self.canvas.resize(*SIZE)
        self.canvas.show()
        self.canvas._maker.ask = lambda request: None  # type: ignore[method-assign]
        self.canvas.set_layers(placed, "EPSG:3310", names=names)

    def go(self, zoom: float) -> None:
        """A scale, with its names placed and the ground around it drawn."""
        self.canvas.fit(self.extent)  # type: ignore[arg-type]
        if zoom > 1:
            self.canvas.zoom_by(zoom)
        self.draw(names_anew=True)
        self.rest()

    def pan(self, number: int) -> float:
        """Milliseconds of a frame after a step there or back."""
        way = 1 if number % 8 < 4 else -1
        self.canvas.pan_by(STEP_PX * way, STEP_PX / 3 * way)
        start = time.perf_counter()
        self.draw(names_anew=False)
        return (time.perf_counter() - start) * 1000

    def draw(self, *, names_anew: bool) -> None:
        from ecomap.render.canvas.idbuffer import Window
        from ecomap.ui.map.canvas import OVERSIZE
        from ecomap.ui.map.scene import Request, build_scene

        canvas = self.canvas
        window = Window.around(canvas._x, canvas._y, canvas._px_per_m, round(SIZE[0] * OVERSIZE), round(SIZE[1] * OVERSIZE)).on_grid()
        scene = build_scene(Request(canvas._serial, self.placed, window, False, canvas.scene(), names=self.names), names_anew=names_anew)
        assert scene is not None
        canvas._take(scene)
        canvas.repaint()

    def rest(self) -> None:
        """What the window does while nobody waits."""
        from ecomap.render.paper.names import prepare_stamps
        from ecomap.ui.map.scene import draw_ahead

        scene = self.canvas.scene()
        assert scene is not None
        draw_ahead(scene, threading.Event())
        prepare_stamps(list(scene.standing.names), 1.0, False, 10.0)

    def close(self) -> None:
        self.canvas.close()
