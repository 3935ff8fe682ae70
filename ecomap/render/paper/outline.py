"""Outlines in the pixels of a picture, cut to it: a coast of a thousand miles takes no more room than what is seen of it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

import numpy as np
from PySide6.QtCore import QPointF, Qt
from PySide6.QtGui import QPainter, QPainterPath, QPen, QPolygonF

from ecomap.render.canvas.idbuffer import Window, to_pixels
from ecomap.render.canvas.levels import Edges, Shapes

BEYOND_PX: Final = 24.0  # of the frame that is kept, so that no edge of a cut and no end of a wide line is seen
_DIGITS: Final = 2


def ring_path(edges: Edges, shapes: Shapes, window: Window, row: int) -> QPainterPath:
    """The ground that one row covers, as a path to fill; holes stay holes."""
    path = _path()
    for ring in _rings(edges.part(_of_row(edges, row)), shapes, window):
        _add(path, cut_ring(ring, *_reach(window)))
    return path


def line_path(edges: Edges, shapes: Shapes, window: Window, rows: np.ndarray | int) -> QPainterPath:
    """The lines of one row, or of some (true or false for every row), as one path to stroke: without the pieces beyond the frame."""
    piece = edges.of(rows) if isinstance(rows, np.ndarray) else edges.part(_of_row(edges, rows))
    x0, y0, x1, y1 = _pixels(piece, shapes, window)
    (left, right), (top, bottom) = _reach(window)
    seen = (np.maximum(x0, x1) >= left) & (np.minimum(x0, x1) <= right) & (np.maximum(y0, y1) >= top) & (np.minimum(y0, y1) <= bottom)
    starts = seen & ((piece.along_m == 0) | ~np.r_[False, seen[:-1]])
    firsts = np.flatnonzero(starts)
    ends = np.flatnonzero(seen & np.r_[starts[1:] | ~seen[1:], True])
    path = _path()
    for first, last in zip(firsts.tolist(), ends.tolist()):
        _add(path, np.column_stack((np.r_[x0[first:last + 1], x1[last]], np.r_[y0[first:last + 1], y1[last]])))
    return path


def stroke(painter: QPainter, path: QPainterPath, pen: QPen) -> None:
    """Draw along a path as `QPainter.strokePath` does: as a line in every format, where that writes both edges of the line into an SVG."""
    before, ground = painter.pen(), painter.brush()
    painter.setPen(pen)
    painter.setBrush(Qt.BrushStyle.NoBrush)
    painter.drawPath(path)
    painter.setPen(before)
    painter.setBrush(ground)


def cut_ring(ring: np.ndarray, across: tuple[float, float], down: tuple[float, float]) -> np.ndarray:
    """A closed ring as far as it lies within a frame (Sutherland and Hodgman, 1974, doi:10.1145/360767.360802).

    Parameters
    ----------
    ring : array
        Corners, the first one again at the end.
    across, down : tuple of float
        The frame from left to right and from top to bottom.

    Examples
    --------
    >>> square = np.array([[0, 0], [4, 0], [4, 4], [0, 4], [0, 0]], dtype=float)
    >>> cut_ring(square, (1, 9), (-9, 3)).tolist()
    [[1.0, 0.0], [4.0, 0.0], [4.0, 3.0], [1.0, 3.0], [1.0, 0.0]]
    """
    for axis, bound, sign in ((0, across[0], 1.0), (0, across[1], -1.0), (1, down[0], 1.0), (1, down[1], -1.0)):
        inside = sign * (ring[:, axis] - bound) >= 0
        if inside.all():
            continue
        if not inside.any():
            return ring[:0]
        start, end = ring[:-1], ring[1:]
        with np.errstate(divide="ignore", invalid="ignore"):  # along the bound nothing is crossed
            share = (bound - start[:, axis]) / (end[:, axis] - start[:, axis])
            corners = np.stack((start + share[:, None] * (end - start), end), axis=1)
        ring = corners[np.column_stack((inside[:-1] != inside[1:], inside[1:]))]
        ring = np.concatenate((ring, ring[:1]))
    return ring


def _of_row(edges: Edges, row: int) -> slice:
    return slice(int(edges.first[row]), int(edges.first[row + 1]))


def _rings(piece: Edges, shapes: Shapes, window: Window) -> Iterator[np.ndarray]:
    x0, y0, x1, y1 = _pixels(piece, shapes, window)
    breaks = np.flatnonzero(piece.along_m == 0).tolist()
    for first, last in zip(breaks, [*breaks[1:], len(piece)]):
        yield np.column_stack((np.r_[x0[first:last], x1[last - 1]], np.r_[y0[first:last], y1[last - 1]]))


def _pixels(piece: Edges, shapes: Shapes, window: Window) -> tuple[np.ndarray, ...]:
    return tuple(np.asarray(ends, dtype=float) for ends in to_pixels(piece, shapes, window))


def _reach(window: Window) -> tuple[tuple[float, float], tuple[float, float]]:
    beyond = BEYOND_PX * window.ratio
    return (-beyond, window.width + beyond), (-beyond, window.height + beyond)


def _path() -> QPainterPath:
    path = QPainterPath()
    path.setFillRule(Qt.FillRule.OddEvenFill)
    return path


def _add(path: QPainterPath, corners: np.ndarray) -> None:
    if len(corners):
        path.addPolygon(QPolygonF([QPointF(x, y) for x, y in corners.round(_DIGITS).tolist()]))
