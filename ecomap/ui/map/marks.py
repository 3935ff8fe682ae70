"""What is drawn onto the canvas's picture: points, names, and rings around what is pointed at or selected."""

from __future__ import annotations

from typing import Any

import numpy as np
from PySide6.QtCore import QPointF, QRectF, QSizeF, Qt
from PySide6.QtGui import QColor, QImage, QPainter, QPainterPath, QPen

from ecomap.model.layer import POINT
from ecomap.model.said import Said
from ecomap.model.vocabulary import NAME
from ecomap.render.style.palette import LEAST_CONTRAST, chrome, contrast
from ecomap.ui.map.scene import rows_of
from ecomap.ui.speech import spoken

EDGE = 14             # px between the map's edge and what stands on it
WIDEST_TITLE, LEAST_TITLE = 430.0, 120.0
HIGHEST_TITLE = 0.45  # of the map's height; a title that would take more is left to the panel and the legend
MOST_TITLE = 0.2      # of the map's height; a second line that would take more is left to the panel


def draw_points_and_labels(painter: QPainter, scene: Any, *, dark: bool) -> list[QRectF]:
    """Symbols of the point layers and the areas above them, as the list has them; then the names that layers ask for: their room."""
    from ecomap.render.paper.labels import draw_labels, labels_of  # heavy
    from ecomap.render.paper.marks import draw_marks  # heavy

    for number, one in enumerate(scene.passes):
        if number:  # areas that stand above points
            painter.drawImage(0, 0, _picture(scene.over[number - 1], QImage.Format.Format_ARGB32_Premultiplied))
        for drawing in one.points:
            draw_marks(painter, drawing, scene.marks[drawing.layer.id], dark=dark)
    labels = []
    for drawing in scene.drawings:
        labels += labels_of(drawing, scene.frames[drawing.layer.id], scene.window)
    return draw_labels(painter, labels, scene.window, dark=dark)


def _picture(pixels: np.ndarray, kind: QImage.Format) -> QImage:
    high, wide = pixels.shape
    return QImage(pixels.data, wide, high, wide * 4, kind)


def name_beside(scene: Any, drawing: Any, feature_id: str) -> tuple[Any, ...]:
    """The name of a point that is chosen, as it is written beside its symbol; nothing for areas, lines and what has no name."""
    from ecomap.render.canvas.marks import points_of  # heavy
    from ecomap.render.canvas.names import beside  # heavy
    from ecomap.render.paper.names import measure  # heavy

    frame = scene.frames[drawing.layer.id]
    if drawing.layer.geometry != POINT or NAME not in frame.columns:
        return ()
    found = rows_of(frame, (feature_id,))
    if not len(found):
        return ()
    text, points = frame[NAME].iloc[found[0]], points_of(frame)
    x, y = float(points.x[found[0]]), float(points.y[found[0]])
    if not isinstance(text, str) or not text.strip() or not np.isfinite(x):
        return ()
    return (beside(text, x, y, drawing.layer.style.size, scene.window.style_px_per_m, measure),)


def draw_highlight(
    painter: QPainter, scene: Any, layer_id: str, rows: np.ndarray, window: Any, ink: str, width: float
) -> None:
    """Outline areas and lines, ring points, in the pixels of a window."""
    drawing = scene.drawing(layer_id)
    if drawing is None or not len(rows):
        return
    halo = QColor("#FFFFFF" if contrast(ink, "#FFFFFF") >= LEAST_CONTRAST else "#1F2933")
    halo.setAlphaF(0.75)
    if drawing.layer.geometry == POINT:
        path = _rings(drawing, scene.frames[layer_id], rows, window)
    else:
        path = outlines(scene.frames[layer_id], rows, window)
    width *= window.ratio
    join = Qt.PenJoinStyle.RoundJoin
    painter.strokePath(path, QPen(halo, width + 2 * window.ratio, Qt.PenStyle.SolidLine, Qt.PenCapStyle.RoundCap, join))
    painter.strokePath(path, QPen(QColor(ink), width, Qt.PenStyle.SolidLine, Qt.PenCapStyle.RoundCap, join))


def _rings(drawing: Any, frame: Any, rows: np.ndarray, window: Any) -> QPainterPath:
    from ecomap.render.canvas.marks import points_of, symbol_scale  # heavy

    points = points_of(frame)
    radius = (drawing.layer.style.size / 2 * symbol_scale(window.style_px_per_m) + 4) * window.ratio
    path = QPainterPath()
    for row in rows[np.isfinite(points.x[rows])]:
        path.addEllipse(QPointF(*window.to_screen(points.x[row], points.y[row])), radius, radius)
    return path


def outlines(frame: Any, rows: np.ndarray, window: Any) -> QPainterPath:
    """The lines of some rows, and those around areas, in the pixels of a window."""
    from ecomap.render.canvas.idbuffer import to_pixels  # heavy
    from ecomap.render.canvas.levels import shapes_of  # heavy

    shapes = shapes_of(frame)
    wanted = np.zeros(len(shapes), bool)
    wanted[rows] = True
    edges = shapes.level(window.px_per_m).of(wanted)
    x0, y0, x1, y1 = (end.astype(float) for end in to_pixels(edges, shapes, window))
    path = QPainterPath()
    last = None
    for ax, ay, bx, by in zip(x0.tolist(), y0.tolist(), x1.tolist(), y1.tolist()):
        if last != (ax, ay):
            path.moveTo(ax, ay)
        path.lineTo(bx, by)
        last = (bx, by)
    return path


def title_place(title: str, subtitle: str, wide: float, high: float, kept: float) -> tuple[str, str, float, float]:
    """How a map of a size shows its title: nothing where it would cover a low map; the second line, if it leaves the map most of its
    height; the width; the height.

    All in units of the furniture; ``kept`` is what the zoom buttons take on the right.
    """
    from ecomap.render.paper.furniture import title_box_height  # heavy

    most = max(min(WIDEST_TITLE, wide - EDGE - kept), LEAST_TITLE)
    if not title or title_box_height(title, "", most) > high * HIGHEST_TITLE:
        return "", "", most, 0.0
    second = subtitle if title_box_height(title, subtitle, most) <= high * MOST_TITLE else ""
    return title, second, most, title_box_height(title, second, most)


def draw_crosshair(painter: QPainter, at: QPointF, dark: bool) -> None:
    """The place that Enter asks about, while the map is steered by keys."""
    for ink, width in ((chrome(dark)["halo"], 3.5), (chrome(dark)["text"], 1.5)):
        painter.setPen(QPen(QColor(ink), width))
        for dx, dy in ((1, 0), (-1, 0), (0, 1), (0, -1)):
            painter.drawLine(QPointF(at.x() + 4 * dx, at.y() + 4 * dy), QPointF(at.x() + 11 * dx, at.y() + 11 * dy))


def draw_empty(painter: QPainter, size: QSizeF, kept_right: float, words: tuple[Said, Said], scale: float, *, dark: bool) -> None:
    """What an empty map says, as large as its other words, in the middle of what its tools leave free."""
    from ecomap.render.paper.furniture import draw_text  # heavy

    look, middle = chrome(dark), int(Qt.AlignmentFlag.AlignHCenter | Qt.AlignmentFlag.AlignTop)
    free = (size.width() - kept_right) / scale - 2 * EDGE
    width = max(min(420.0, free), LEAST_TITLE)
    painter.save()
    painter.scale(scale, scale)
    high_up = max(0.4 * size.height() / scale - 66, 4)  # with large text the tools fill the lower half
    box = QRectF(EDGE + max(free - width, 0.0) / 2, high_up, width, 200)
    high = draw_text(painter, box, spoken(words[0]), 17, look["text"], 600, middle)
    draw_text(painter, box.translated(0, high + 8), spoken(words[1]), 13, look["quiet"], 400, middle)
    painter.restore()
