"""The little picture of a symbol in the layer tree: the same intent as on the map."""

from __future__ import annotations

from PySide6.QtCore import QLineF, QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPen, QPolygonF

from ecomap.render.style import hatch, pattern
from ecomap.render.style.symbols import Symbol
from ecomap.ui.look.theme import look

STROKE = "stroke"  # the shape of a symbol that stands for lines


def paint_swatch(painter: QPainter, box: QRectF, symbol: Symbol) -> None:
    """Draw a symbol in a box: a patch for areas, a stroke for lines, the shape for points."""
    painter.save()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    if symbol.shape == STROKE:
        _stroke(painter, box, symbol)
    elif symbol.shape:
        _shape(painter, box, symbol)
    elif not symbol.fill and not symbol.hatch and symbol.line:
        _outline(painter, box, symbol)
    else:
        _patch(painter, box, symbol)
    painter.restore()


def _stroke(painter: QPainter, box: QRectF, symbol: Symbol) -> None:
    painter.setPen(_pen(symbol, min(max(symbol.line_width, 1.4), 3.0)))
    painter.drawLine(QPointF(box.left() + 1, box.center().y()), QPointF(box.right() - 1, box.center().y()))


def _pen(symbol: Symbol, width: float) -> QPen:
    pen = QPen(QColor(symbol.line), width)
    if symbol.dash:
        pen.setDashPattern([2.4, 1.8])
    return pen


def _patch(painter: QPainter, box: QRectF, symbol: Symbol) -> None:
    patch = box.adjusted(0.5, 1.5, -0.5, -1.5)
    edge = QPen(look().colour("line"), 1)
    if symbol.hatch:
        painter.setPen(edge)
        painter.setBrush(QColor(symbol.fill or hatch.ground()))
        painter.drawRoundedRect(patch, 2, 2)
        painter.setPen(QPen(QColor(hatch.ink()), hatch.WIDTH_PX))
        for line in hatch.sample_lines(patch.left() + 1, patch.top() + 1, patch.right() - 1, patch.bottom() - 1):
            painter.drawLine(QLineF(*line))
        return
    fill = QColor(symbol.fill or "#FFFFFF")
    fill.setAlphaF(symbol.fill_opacity)
    dark_edge = symbol.line and QColor(symbol.line).lightnessF() < 0.9
    painter.setPen(_pen(symbol, 1.4) if dark_edge else edge)
    painter.setBrush(fill)
    painter.drawRoundedRect(patch, 2, 2)
    if symbol.pattern:
        painter.setPen(QPen(QColor(symbol.fill), pattern.WIDTH_PX))
        inside = (patch.left() + 1, patch.top() + 1, patch.right() - 1, patch.bottom() - 1)
        for line in pattern.falling_samples(*inside, hatch.SAMPLE_PITCH_PX):
            painter.drawLine(QLineF(*line))


def _outline(painter: QPainter, box: QRectF, symbol: Symbol) -> None:
    painter.setPen(_pen(symbol, min(max(symbol.line_width, 1.4), 2.2)))
    painter.setBrush(Qt.BrushStyle.NoBrush)
    painter.drawRoundedRect(box.adjusted(1.5, 2, -1.5, -2), 2.5, 2.5)


def _shape(painter: QPainter, box: QRectF, symbol: Symbol) -> None:
    size = min(max(symbol.size, 7.0), 13.0) * max(look().scale, 1.0)
    middle = box.center()
    inside = QRectF(middle.x() - size / 2, middle.y() - size / 2, size, size)
    edge = QColor(symbol.line) if symbol.line else look().colour("surface")
    painter.setPen(QPen(edge, min(symbol.line_width, 1.6)))
    painter.setBrush(QColor(symbol.fill) if symbol.fill else Qt.BrushStyle.NoBrush)
    x, y, half = middle.x(), middle.y(), size / 2
    if symbol.shape == "circle":
        painter.drawEllipse(inside)
    elif symbol.shape == "diamond":
        far = half * 1.2
        painter.drawPolygon(QPolygonF([QPointF(x, y - far), QPointF(x + far, y), QPointF(x, y + far), QPointF(x - far, y)]))
    elif symbol.shape == "triangle":
        painter.drawPolygon(
            QPolygonF([QPointF(x, y - half), QPointF(x + half, y + half * 0.8), QPointF(x - half, y + half * 0.8)])
        )
    elif symbol.shape in ("plus", "cross"):
        painter.translate(middle)
        painter.rotate(45 if symbol.shape == "cross" else 0)
        painter.setPen(QPen(QColor(symbol.fill or symbol.line), 2.4))
        painter.drawLine(QPointF(-half, 0), QPointF(half, 0))
        painter.drawLine(QPointF(0, -half), QPointF(0, half))
    else:
        painter.drawRoundedRect(inside, 2.5, 2.5)
    if symbol.glyph and symbol.fill:
        painter.setPen(QColor("#FFFFFF"))
        painter.setFont(look().font(7.5, 700))
        painter.drawText(inside, int(Qt.AlignmentFlag.AlignCenter), symbol.glyph[:1])
