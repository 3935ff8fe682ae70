"""How what is only supposed is drawn: a dashed ring where something opens, a cross where it closes, an arrow where it moves or goes."""

from __future__ import annotations

from math import atan2, cos, hypot, pi, sin

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPainterPath, QPen

from ecomap.model.scenario import CAPACITY, CLOSE, MERGE, MOVE, OPEN
from ecomap.render.paper.marks import font
from ecomap.render.style.palette import chrome

RADIUS_PX = 10.0
_PEN_PX, _HALO_PX = 2.2, 5.2
_DASH = [2.2, 1.6]   # in widths of the pen
_HEAD_PX = 9.0       # of an arrow
_TEXT_PX = 12.0


def draw_change(
    painter: QPainter, kind: str, at: QPointF, other: QPointF | None = None, text: str = "", *, size: float = 1.0, dark: bool = False
) -> None:
    """Draw one change of a scenario.

    Parameters
    ----------
    kind : str
        Of `ecomap.model.scenario.KINDS`.
    at, other : QPointF
        Where it is, and where it moves or its pupils go to, in the painter's units.
    text : str
        What is written beside it, "" nothing.
    size : float
        1 is normal.
    """
    painter.save()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    path, dashed = QPainterPath(), QPainterPath()
    radius = RADIUS_PX * size
    ring = other if kind == MOVE and other is not None else at
    if kind in (OPEN, MOVE):
        dashed.addEllipse(ring, radius, radius)
    if kind == OPEN:
        _sign(path, ring, radius * 0.45)
    if kind in (CLOSE, MERGE):
        _cross(path, at, radius * 0.8)
    if kind == CAPACITY:
        dashed.addRect(QRectF(at.x() - radius, at.y() - radius, 2 * radius, 2 * radius))
    if kind == MOVE:
        path.addEllipse(at, radius * 0.3, radius * 0.3)
    if kind in (MOVE, MERGE) and other is not None:
        _arrow(path, dashed, at, other, radius * (0.4 if kind == MOVE else 0.9), radius * (1.1 if kind == MOVE else 0.6), size)
    _stroke(painter, path, dashed, ring if kind in (OPEN, MOVE) else None, radius, size, dark)
    if text:
        _beside(painter, ring, text, radius, size, dark)
    painter.restore()


def _stroke(painter: QPainter, path: QPainterPath, dashed: QPainterPath, ring: QPointF | None, radius: float, size: float, dark: bool) -> None:
    look = chrome(dark)
    if ring is not None:
        paper = QColor(look["paper"])
        paper.setAlphaF(0.8)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(paper)
        painter.drawEllipse(ring, radius, radius)
    cap, join = Qt.PenCapStyle.RoundCap, Qt.PenJoinStyle.RoundJoin
    for part in (path, dashed):
        painter.strokePath(part, QPen(QColor(look["halo"]), _HALO_PX * size, Qt.PenStyle.SolidLine, cap, join))
    ink = QPen(QColor(look["text"]), _PEN_PX * size, Qt.PenStyle.SolidLine, cap, join)
    painter.strokePath(path, ink)
    ink.setCapStyle(Qt.PenCapStyle.FlatCap)
    ink.setDashPattern(_DASH)
    painter.strokePath(dashed, ink)


def _sign(path: QPainterPath, at: QPointF, reach: float) -> None:
    for dx, dy in ((1, 0), (0, 1)):
        path.moveTo(at.x() - dx * reach, at.y() - dy * reach)
        path.lineTo(at.x() + dx * reach, at.y() + dy * reach)


def _cross(path: QPainterPath, at: QPointF, reach: float) -> None:
    for dy in (1, -1):
        path.moveTo(at.x() - reach, at.y() - dy * reach)
        path.lineTo(at.x() + reach, at.y() + dy * reach)


def _arrow(path: QPainterPath, dashed: QPainterPath, start: QPointF, end: QPointF, off: float, short: float, size: float) -> None:
    """A dashed line with a head, that leaves the symbols at both ends free."""
    away = hypot(end.x() - start.x(), end.y() - start.y())
    if away <= off + short:
        return
    angle = atan2(end.y() - start.y(), end.x() - start.x())
    tip = QPointF(end.x() - short * cos(angle), end.y() - short * sin(angle))
    dashed.moveTo(start.x() + off * cos(angle), start.y() + off * sin(angle))
    dashed.lineTo(tip)
    for turn in (pi * 0.83, -pi * 0.83):
        path.moveTo(tip)
        path.lineTo(tip.x() + _HEAD_PX * size * cos(angle + turn), tip.y() + _HEAD_PX * size * sin(angle + turn))


def _beside(painter: QPainter, at: QPointF, text: str, radius: float, size: float, dark: bool) -> None:
    look = chrome(dark)
    letters = QPainterPath()
    letters.addText(at.x() + radius + 5 * size, at.y() + _TEXT_PX * size * 0.36, font(_TEXT_PX * size, 600), text)
    painter.strokePath(letters, QPen(QColor(look["halo"]), 3.4 * size, Qt.PenStyle.SolidLine, Qt.PenCapStyle.RoundCap, Qt.PenJoinStyle.RoundJoin))
    painter.fillPath(letters, QColor(look["label"]))
