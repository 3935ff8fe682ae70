"""Flags where something was agreed: filled while it is open, with a tick once it is done, with a bar where it was dropped; one recipe for window, wall and pictures."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Final

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QFont, QPainter, QPen, QPolygonF

from ecomap.model.commitment import DONE, OPEN
from ecomap.render.canvas.idbuffer import Window
from ecomap.render.map_page import Flag
from ecomap.render.paper.marks import font
from ecomap.render.style.palette import chrome

POLE, WIDE, MANY_WIDE, HIGH = 26.0, 16.0, 20.0, 12.0  # px
SMALLER: Final = 0.8                                  # in pictures, of which each shows the whole map
_TICK: Final = ((4.0, 6.0), (7.0, 9.0), (12.0, 3.0))
_BAR: Final = ((4.0, 6.0), (12.0, 6.0))
_TYPE, _LEAST = 11.0, 9.6  # px; of a picture, which paper draws a quarter larger


def cloth_of(foot: QPointF, many: int, size: float) -> QRectF:
    """Where the cloth of a flag hangs, above the foot of its pole."""
    return QRectF(foot.x(), foot.y() - POLE * size, (MANY_WIDE if many > 1 else WIDE) * size, HIGH * size)


def draw_flag(painter: QPainter, foot: QPointF, state: str, many: int, *, ink: QColor, surface: QColor, size: float = 1.0, type_: QFont | None = None) -> None:
    """One flag with its foot at a point; how many are in its state, where there is more than one."""
    cloth = cloth_of(foot, many, size)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setBrush(Qt.BrushStyle.NoBrush)
    for pen in (QPen(surface, 5.0 * size), QPen(ink, 2.0 * size)):
        painter.setPen(pen)
        painter.drawLine(foot, cloth.topLeft())
        painter.drawRect(cloth)
    front, back = (surface, ink) if state == OPEN else (ink, surface)
    painter.fillRect(cloth, back)
    painter.setPen(QPen(front, 2.0 * size))
    if many > 1:
        painter.setFont(type_ or font(_TYPE * size, 600))
        painter.drawText(cloth, Qt.AlignmentFlag.AlignCenter, str(many))
    elif state != OPEN:
        corners = _TICK if state == DONE else _BAR
        painter.drawPolyline(QPolygonF([cloth.topLeft() + QPointF(x * size, y * size) for x, y in corners]))


def draw_flags(painter: QPainter, flags: Iterable[Flag], window: Window, *, dark: bool = False) -> None:
    """All flags of a picture, those farther north under those farther south."""
    look = chrome(dark)
    for flag in sorted(flags, key=lambda one: -one.y):
        draw_flag(painter, QPointF(*window.to_screen(flag.x, flag.y)), flag.state, flag.many, ink=QColor(look["text"]), surface=QColor(look["paper"]), size=SMALLER * window.ratio,
                  type_=font(_LEAST * window.ratio, 600))


def rooms_of(flags: Sequence[Flag], window: Window) -> list[QRectF]:
    """The room that flags take in a picture, for names to keep clear of."""
    size = SMALLER * window.ratio
    feet = [(flag, QPointF(*window.to_screen(flag.x, flag.y))) for flag in flags]
    return [cloth_of(foot, flag.many, size).adjusted(-3, -3, 3, 3).united(QRectF(foot.x() - 2, foot.y() - POLE * size, 4, POLE * size)) for flag, foot in feet]
