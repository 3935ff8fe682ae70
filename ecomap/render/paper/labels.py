"""Names on the map with Qt: with a halo, never on top of each other."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

import numpy as np
from attrs import frozen
from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QFontMetricsF, QPainter, QPainterPath, QPen

from ecomap.model.layer import POINT
from ecomap.model.short_names import short_name
from ecomap.render.canvas.idbuffer import Window
from ecomap.render.canvas.spots import LONGEST
from ecomap.render.paper.marks import font
from ecomap.render.paper.outline import stroke
from ecomap.render.style.drawing import Drawing
from ecomap.render.style.palette import chrome

_MOST = 80


@frozen
class Label:
    """A name and the place it belongs to, in pixels. ``beside`` labels stand to the right of a symbol."""

    text: str
    x: float
    y: float
    px: float = 12.5
    weight: int = 600
    beside: float = 0.0   # radius of the symbol


def labels_of(drawing: Drawing, frame: Any, window: Window, rows: np.ndarray | None = None) -> list[Label]:
    """The names of a layer that fall into a window: those of its label column, or of the rows asked for."""
    import shapely  # heavy

    style = drawing.layer.style
    column = style.label_column or ("name" if rows is not None else "")
    if not column or column not in frame.columns or window.style_px_per_m < style.min_scale_px_per_m:
        return []
    take = np.arange(len(frame)) if rows is None else rows
    geometry = np.asarray(frame.geometry, dtype=object)[take]
    bounds = shapely.bounds(geometry).reshape(-1, 4)
    with np.errstate(invalid="ignore"):
        near = (bounds[:, 2] > window.left) & (bounds[:, 0] < window.right)
        near &= (bounds[:, 3] > window.bottom) & (bounds[:, 1] < window.top)
    seen = np.flatnonzero(near)[:_MOST]
    point = drawing.layer.geometry == POINT
    inside = shapely.centroid(geometry[seen]) if point else shapely.point_on_surface(_shown_part(geometry[seen], window))
    names = [_text(value) for value in frame[column].iloc[take[seen]]]
    beside = style.size / 2 * window.ratio if point else 0.0
    made = []
    for name, place in zip(names, inside):
        if name and not place.is_empty:
            x, y = window.to_screen(place.x, place.y)
            made.append(Label(name, x, y, 12.0 * window.ratio, 600, beside))
    return made


def _text(value: Any) -> str:
    """A name as text; a whole number without decimals, nothing for missing."""
    if value is None or value != value:
        return ""
    if isinstance(value, float) and value.is_integer():
        return f"{value:.0f}"
    return short_name(str(value).strip(), LONGEST)


def _shown_part(geometry: np.ndarray, window: Window) -> np.ndarray:
    import shapely  # heavy

    return np.asarray(shapely.clip_by_rect(geometry, window.left, window.bottom, window.right, window.top))


def draw_labels(
    painter: QPainter, labels: Iterable[Label], window: Window, *, dark: bool = False, taken: Sequence[QRectF] = ()
) -> list[QRectF]:
    """Draw labels in the order given, each only where it hides none before it; the boxes taken are returned."""
    boxes = list(taken)
    edge = QRectF(0, 0, window.width, window.height)
    for label in labels:
        face = font(label.px, label.weight)
        measure = QFontMetricsF(face)
        wide, high = measure.horizontalAdvance(label.text), measure.height()
        left = label.x + label.beside + 4 if label.beside else label.x - wide / 2
        box = QRectF(left, label.y - high / 2, wide, high)
        roomy = box.adjusted(-4, -2, 4, 2)
        if not edge.contains(box) or any(roomy.intersects(other) for other in boxes):
            continue
        boxes.append(roomy)
        path = QPainterPath()
        path.addText(QPointF(left, label.y - high / 2 + measure.ascent()), face, label.text)
        draw_haloed(painter, path, dark=dark, width=4.4 * window.ratio)
    return boxes


def draw_haloed(painter: QPainter, path: QPainterPath, *, dark: bool, width: float) -> None:
    """Fill a path of text over its halo."""
    look = chrome(dark)
    halo = QColor(look["halo"])
    halo.setAlphaF(1.0)  # a name must be read on the darkest fill too
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    pen = QPen(halo, width, Qt.PenStyle.SolidLine, Qt.PenCapStyle.RoundCap, Qt.PenJoinStyle.RoundJoin)
    stroke(painter, path, pen)
    painter.fillPath(path, QColor(look["label"]))
