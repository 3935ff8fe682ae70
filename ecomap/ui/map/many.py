"""Many places at once on the map, as pixels instead of paths: what is chosen, and what a filter leaves out."""

from __future__ import annotations

from math import ceil
from typing import Any, Final

import numpy as np
from PySide6.QtCore import QPointF, Qt
from PySide6.QtGui import QColor, QImage, QPainter, QPen

from ecomap.model.layer import LINE, POINT
from ecomap.render.style.palette import chrome
from ecomap.ui.map.marks import outlines

FEW: Final = 40           # so many are outlined one by one
_TINT, _VEIL = 46, 200    # of 255: over what is chosen, over what a filter leaves out
_RING, _HALO = 4.0, 1.0   # px around a symbol


def draw_many(painter: QPainter, scene: Any, layer_id: str, rows: np.ndarray, dark: bool) -> None:
    """Tint the ground of chosen areas and draw the line around them as one; ring chosen points. In the pixels of the scene."""
    colour, halo = QColor(chrome(dark)["selected"]), QColor("#1F2933")
    drawing = scene.drawing(layer_id)
    if drawing.layer.geometry == POINT:
        _ring(painter, scene, drawing, rows, colour, halo)
        return
    if drawing.layer.geometry == LINE:
        painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)
        painter.strokePath(outlines(scene.frames[layer_id], rows, scene.window), QPen(colour, round(2 * scene.window.ratio)))
        return
    window = scene.window
    inside = _pixels_of(scene, layer_id, rows)
    edge = _grown(_edge(inside), max(round(window.ratio) - 1, 0))
    around = _grown(edge, max(round(window.ratio), 1)) & ~edge
    picture = np.zeros(inside.shape, np.uint32)
    picture[inside] = _premultiplied(colour, _TINT)
    picture[around] = _premultiplied(halo, 190)
    picture[edge] = _premultiplied(colour, 255)
    painter.drawImage(0, 0, _image(picture))


def veil_picture(scene: Any, layer_id: str, rows: np.ndarray, dark: bool) -> QImage:
    """A veil over the places of a layer that are not among some rows, so that those stand out; the rest of the map stays."""
    window, drawing = scene.window, scene.drawing(layer_id)
    ground = QColor(chrome(dark)["ground"])
    if drawing.layer.geometry not in (POINT, LINE):
        every = np.arange(len(scene.frames[layer_id]))
        picture = np.zeros((window.height, window.width), np.uint32)
        picture[_pixels_of(scene, layer_id, np.setdiff1d(every, rows))] = _premultiplied(ground, _VEIL)
        return _image(picture)
    image = QImage(window.width, window.height, QImage.Format.Format_ARGB32_Premultiplied)
    image.fill(0)
    painter = QPainter(image)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    ground.setAlpha(_VEIL)
    if drawing.layer.geometry == LINE:
        gone = np.setdiff1d(np.arange(len(scene.frames[layer_id])), rows)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)
        painter.strokePath(outlines(scene.frames[layer_id], gone, window), QPen(ground, round(3 * window.ratio)))
        painter.end()
        return image
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(ground)
    marks = scene.marks[layer_id]
    radius = drawing.layer.style.size / 2 * marks.scale + 1.5 * window.ratio
    gone = ~np.isin(marks.rows, rows)
    for x, y in zip(marks.x[gone].tolist(), marks.y[gone].tolist()):
        painter.drawEllipse(QPointF(x, y), radius, radius)
    painter.end()
    return image


def _ring(painter: QPainter, scene: Any, drawing: Any, rows: np.ndarray, colour: QColor, halo: QColor) -> None:
    """Rings around points; those that gave way to a count are ringed where they stand."""
    from ecomap.render.canvas.marks import points_of, symbol_scale  # heavy

    window = scene.window
    points = points_of(scene.frames[drawing.layer.id])
    radius = (drawing.layer.style.size / 2 * symbol_scale(window.style_px_per_m) + _RING) * window.ratio
    x, y = (points.x[rows] - window.left) * window.px_per_m, (window.top - points.y[rows]) * window.px_per_m
    with np.errstate(invalid="ignore"):
        seen = (x > -radius) & (x < window.width + radius) & (y > -radius) & (y < window.height + radius)
    stamp = _ring_stamp(radius, window.ratio, colour, halo)
    half = stamp.width() / 2
    for place in zip((x[seen] - half).tolist(), (y[seen] - half).tolist()):
        painter.drawImage(QPointF(*place), stamp)


def _ring_stamp(radius: float, ratio: float, colour: QColor, halo: QColor) -> QImage:
    """One ring, drawn once and stamped wherever it is wanted."""
    side = ceil(2 * radius + (4 + 2 * _HALO) * ratio)
    image = QImage(side, side, QImage.Format.Format_ARGB32_Premultiplied)
    image.fill(0)
    painter = QPainter(image)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setBrush(Qt.BrushStyle.NoBrush)
    for ink, width in ((halo, 2.0 + 2 * _HALO), (colour, 2.0)):
        painter.setPen(QPen(ink, width * ratio))
        painter.drawEllipse(QPointF(side / 2, side / 2), radius, radius)
    painter.end()
    return image


def _pixels_of(scene: Any, layer_id: str, rows: np.ndarray) -> np.ndarray:
    """Which pixels some areas cover."""
    from ecomap.render.canvas.idbuffer import fill, visible_edges  # heavy
    from ecomap.render.canvas.levels import shapes_of  # heavy

    plate = next((plate for plate in scene.plates if plate.layer_id == layer_id and plate.ids is not None), None)
    shapes = shapes_of(scene.frames[layer_id])
    ids = plate.ids if plate is not None else fill(shapes, visible_edges(shapes, scene.window), scene.window)
    among = np.zeros(len(scene.frames[layer_id]) + 1, bool)  # NOTHING is the last entry
    among[rows] = True
    return np.asarray(ids.spread(among[ids.ids]))


def _edge(inside: np.ndarray) -> np.ndarray:
    """The pixels along the border of a mask, within it."""
    edge = np.zeros_like(inside)
    edge[1:] |= inside[1:] & ~inside[:-1]
    edge[:-1] |= inside[:-1] & ~inside[1:]
    edge[:, 1:] |= inside[:, 1:] & ~inside[:, :-1]
    edge[:, :-1] |= inside[:, :-1] & ~inside[:, 1:]
    return _grown(edge, 1)


def _grown(mask: np.ndarray, times: int) -> np.ndarray:
    """A mask grown by a pixel on every side, several times."""
    for _ in range(times):
        more = mask.copy()
        more[1:] |= mask[:-1]
        more[:-1] |= mask[1:]
        more[:, 1:] |= mask[:, :-1]
        more[:, :-1] |= mask[:, 1:]
        mask = more
    return mask


def _premultiplied(colour: QColor, alpha: int) -> int:
    red, green, blue = (round(part * alpha / 255) for part in (colour.red(), colour.green(), colour.blue()))
    return alpha << 24 | red << 16 | green << 8 | blue


def _image(picture: np.ndarray) -> QImage:
    high, wide = picture.shape
    return QImage(picture.tobytes(), wide, high, wide * 4, QImage.Format.Format_ARGB32_Premultiplied).copy()
