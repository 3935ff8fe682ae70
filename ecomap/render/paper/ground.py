"""The ground as vectors with Qt, for SVG and paper: water and parks under the data, roads and the coast above its fills."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from PySide6.QtCore import Qt
from PySide6.QtGui import QColor, QPainter, QPainterPath, QPen

from ecomap.render.canvas.ground import Ground
from ecomap.render.canvas.idbuffer import Window, visible_rows
from ecomap.render.canvas.levels import Shapes
from ecomap.render.canvas.strokes import DASH_PX
from ecomap.render.paper.outline import line_path, ring_path, stroke
from ecomap.render.style.ground import AREAS, CASING, LINE_GROWTH, ground_colours


def draw_ground_areas(painter: QPainter, grounds: Sequence[Ground], window: Window, *, dark: bool = False) -> None:
    """Parks, then water, in the pixels of a window."""
    inks = ground_colours(dark)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(Qt.PenStyle.NoPen)
    for kind in AREAS:
        painter.setBrush(QColor(inks[kind]))
        for ground in grounds:
            if kind in ground.areas:
                painter.drawPath(_path(ground.areas[kind], window))
    painter.setBrush(Qt.BrushStyle.NoBrush)


def draw_ground_lines(painter: QPainter, grounds: Sequence[Ground], window: Window, *, dark: bool = False) -> None:
    """Casings of all roads, then roads, coast and rail."""
    inks = ground_colours(dark)
    drawn = [(look, _path(shapes, window)) for ground in grounds for look, shapes in ground.drawn(window.style_px_per_m)]
    wider = LINE_GROWTH.at(window.style_px_per_m) * window.ratio
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setBrush(Qt.BrushStyle.NoBrush)
    for look, path in drawn:
        if look.casing:
            _stroke(painter, path, inks[CASING], look.width * wider + 2 * look.casing * window.ratio, look.casing_strength)
    for look, path in drawn:
        _stroke(painter, path, inks[look.ink], look.width * wider, look.strength, window.ratio if look.dash else 0.0)


def _stroke(painter: QPainter, path: QPainterPath, ink: str, width: float, strength: float, dash: float = 0.0) -> None:
    colour = QColor(ink)
    colour.setAlphaF(strength)
    pen = QPen(colour, width)
    pen.setJoinStyle(Qt.PenJoinStyle.RoundJoin)
    if dash:
        pen.setDashPattern([part * dash / width for part in DASH_PX])
    stroke(painter, path, pen)


def _path(shapes: Shapes, window: Window) -> QPainterPath:
    """Everything of one kind in the window as one path, so that see-through lines do not grow stronger where they meet."""
    edges, rows = shapes.level(window.px_per_m * 2), visible_rows(shapes, window)
    if not shapes.filled:
        return line_path(edges, shapes, window, rows)
    path = QPainterPath()
    path.setFillRule(Qt.FillRule.OddEvenFill)
    for row in np.flatnonzero(rows):
        path.addPath(ring_path(edges, shapes, window, int(row)))
    return path
