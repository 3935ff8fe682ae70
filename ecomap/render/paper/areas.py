"""Areas and lines as vectors with Qt, for SVG and paper: the same drawings and the same simplified edges."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import numpy as np
from PySide6.QtCore import QLineF, Qt
from PySide6.QtGui import QColor, QPainter, QPen

from ecomap.render.canvas.idbuffer import Window, visible_rows
from ecomap.render.canvas.levels import Edges, Shapes, shapes_of
from ecomap.render.canvas.strokes import DASH_PX
from ecomap.render.paper.outline import line_path, ring_path
from ecomap.render.style import hatch, pattern
from ecomap.render.style.drawing import Drawing
from ecomap.render.style.symbols import CASING_PX, Symbol


def draw_areas(painter: QPainter, drawing: Drawing, frame: Any, window: Window) -> None:
    """Fill, hatch and outline the rows of a layer of areas or lines that are in a window."""
    shapes = shapes_of(frame)
    visible = visible_rows(shapes, window)
    index = np.asarray(drawing.class_index)
    edges = shapes.level(window.px_per_m * 2)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    for number in range(-1, len(drawing.symbols)):
        rows = visible & ((index < 0) if number < 0 else (index == number))
        if shapes.filled and rows.any():
            symbol = drawing.no_data if number < 0 else drawing.symbols[number]
            _fill_class(painter, symbol, shapes, edges, rows, window)
    for number in range(-1, len(drawing.symbols)):
        rows = visible & ((index < 0) if number < 0 else (index == number))
        symbol = drawing.no_data if number < 0 else drawing.symbols[number]
        if symbol.line and rows.any():
            _outline(painter, symbol, shapes, edges, rows, window)


def _fill_class(
    painter: QPainter, symbol: Symbol, shapes: Shapes, edges: Edges, rows: np.ndarray, window: Window
) -> None:
    if symbol.fill:
        fill = QColor(symbol.fill)
        opaque = symbol.fill_opacity == 1 or symbol.hatch
        if not opaque:
            fill.setAlphaF(symbol.fill_opacity)
        # A hair of the same colour closes the seams that smooth edges leave between neighbours.
        painter.setPen(QPen(fill, 0.4 * window.ratio) if opaque else QPen(Qt.PenStyle.NoPen))
        painter.setBrush(fill)
        for row in np.flatnonzero(rows):
            painter.drawPath(ring_path(edges, shapes, window, int(row)))
        painter.setBrush(Qt.BrushStyle.NoBrush)
    if symbol.hatch:
        painter.setPen(QPen(QColor(hatch.ink()), hatch.WIDTH_PX * window.ratio))
        painter.drawLines(_lines_inside(shapes, rows, window, hatch.ground_lines, hatch.PITCH_PX))
    if symbol.pattern and symbol.fill:
        ink = QColor(symbol.fill)
        ink.setAlphaF(pattern.STRENGTH)
        painter.setPen(QPen(ink, pattern.WIDTH_PX * window.ratio))
        painter.drawLines(_lines_inside(shapes, rows, window, pattern.falling_lines, pattern.PITCH_PX))


def _outline(
    painter: QPainter, symbol: Symbol, shapes: Shapes, edges: Edges, rows: np.ndarray, window: Window
) -> None:
    width = symbol.line_width * window.ratio
    painter.setBrush(Qt.BrushStyle.NoBrush)
    if symbol.casing:
        _draw_lines(painter, QPen(QColor(symbol.casing), width + 2 * CASING_PX * window.ratio), shapes, edges, rows, window)
    pen = QPen(QColor(symbol.line), width)
    if symbol.dash:
        pen.setDashPattern([DASH_PX[0] * window.ratio / width, DASH_PX[1] * window.ratio / width])
        pen.setCapStyle(Qt.PenCapStyle.FlatCap)
    _draw_lines(painter, pen, shapes, edges, rows, window)


def _draw_lines(painter: QPainter, pen: QPen, shapes: Shapes, edges: Edges, rows: np.ndarray, window: Window) -> None:
    pen.setJoinStyle(Qt.PenJoinStyle.RoundJoin)
    painter.setPen(pen)
    for row in np.flatnonzero(rows):
        painter.drawPath(line_path(edges, shapes, window, int(row)))


def _lines_inside(
    shapes: Shapes, rows: np.ndarray, window: Window, across: Callable[..., Iterator[hatch.Line]], pitch_px: float
) -> list[QLineF]:
    """Diagonal lines inside the rows, cut by geometry so that they stay lines in every format."""
    import shapely  # heavy

    clip = shapely.clip_by_rect(
        shapes.geometry[rows], window.left, window.bottom, window.right, window.top
    )
    area = shapely.union_all(clip[~shapely.is_empty(clip)])
    if area.is_empty:
        return []
    left, bottom, right, top = area.bounds
    step = pitch_px * window.ratio / window.px_per_m
    ends = np.array(list(across(left, bottom, right, top, step)))
    cut = shapely.get_parts(shapely.intersection(shapely.linestrings(ends.reshape(-1, 2, 2)), area))
    lines = []
    for part in cut[(shapely.get_type_id(cut) == 1) & ~shapely.is_empty(cut)]:
        (ax, ay), (bx, by) = part.coords[0], part.coords[-1]
        lines.append(QLineF(*window.to_screen(ax, ay), *window.to_screen(bx, by)))
    return lines
