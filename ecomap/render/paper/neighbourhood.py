"""The map around one place for a paper: need, streets, who is there, a ring at the place, and the legend beside it."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Final

from attrs import evolve, frozen
from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QFontMetricsF, QPainter, QPen

from ecomap.model.short_names import short_name
from ecomap.render.canvas.idbuffer import Window
from ecomap.render.canvas.spots import LONGEST, Spots
from ecomap.render.paper.furniture import draw_text, text_height
from ecomap.render.paper.laid_out import GAP, PX_PER_MM
from ecomap.render.paper.legend import INSET, MapLegend, draw_legend, legend_height
from ecomap.render.paper.marks import font
from ecomap.render.paper.picture import Prepared, draw_map
from ecomap.render.paper.svg import painted_svg
from ecomap.render.style.palette import chrome

WIDE: Final = 178.0 * PX_PER_MM    # of the text of a paper: type of 12 is 9 pt
LEGEND: Final = 62.0 * PX_PER_MM
MAP: Final = WIDE - LEGEND - GAP
LEAST, MOST = 92.0 * PX_PER_MM, 150.0 * PX_PER_MM  # how high: as much as its legend needs
SIZE: Final = 1.25                  # of names on the map, the smallest of which are 9 pt then, and of lines in proportion
PITCH: Final = 0.84                 # of the legend's rows
_RING: Final = "#B3005E"
_RING_PX: Final = 11.0
_SVG: Final = re.compile(r'\A.*?<svg[^>]*?viewBox="0 0 (\S+) (\S+)"[^>]*>', re.DOTALL)


@frozen
class Around:
    """A place and how far around it the map goes, in the units of the map (metres)."""

    x: float
    y: float
    called: str
    radius_m: float
    reach: str        # what the circle says, in the reader's words


@frozen
class Beside:
    """What stands beside the maps of one run, drawn once, and how high it is."""

    svg: str
    high: float


def legend_beside(prepared: Prepared, title: str) -> Beside:
    """The legend of the maps of one run, and how high they are to be beside it."""
    legend = MapLegend(title, prepared.drawings, (), prepared.speak, counts=False, pitch=PITCH)
    room = QRectF(-INSET, -INSET, LEGEND + 2 * INSET, 0.0)
    high = min(max(legend_height(legend, room.width()) - 2 * INSET, LEAST), MOST)
    room.setHeight(high + 2 * INSET)
    return Beside(_part(LEGEND, high, "legend", lambda painter: draw_legend(painter, room, legend, card=False)), high)


def neighbourhood_svg(prepared: Prepared, around: Around, beside: Beside) -> str:
    """The map around a place as SVG, the legend beside it."""
    half = around.radius_m * 1.12
    prepared = evolve(prepared, extent=(around.x - half, around.y - half, around.x + half, around.y + half))
    left = _part(MAP, beside.high, "map", lambda painter: _draw(painter, prepared, around, beside.high))
    return (f'<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink" width="{WIDE:.1f}" height="{beside.high:.1f}" '
            f'viewBox="0 0 {WIDE:.1f} {beside.high:.1f}">{left}<g transform="translate({WIDE - LEGEND:.1f} 0)">{beside.svg}</g></svg>')


def _part(wide: float, high: float, called: str, draw: Callable[[QPainter], object]) -> str:
    """What is drawn as a part of an SVG, cut at its own edge."""
    drawn = painted_svg(lambda painter: (draw(painter), None)[1], wide, high).replace('id="edge"', f'id="{called}"').replace("url(#edge)", f"url(#{called})")
    return _SVG.sub(r'<svg width="\1" height="\2" viewBox="0 0 \1 \2">', drawn, count=1)


def _draw(painter: QPainter, prepared: Prepared, around: Around, high: float) -> None:
    look = chrome()
    frame = QRectF(0, 0, MAP, high)
    painter.setClipRect(frame)
    ring = _ring(prepared, around, frame)
    draw_map(painter, _without_name(prepared, around), frame, vector=True, size=SIZE, clear=ring.rooms)
    _draw_ring(painter, ring, frame)
    painter.setBrush(Qt.BrushStyle.NoBrush)
    painter.setPen(QPen(QColor(look["lines"]), 1.0))
    painter.drawRect(frame.adjusted(0.5, 0.5, -0.5, -0.5))


@frozen
class _Sign:
    """Words on a ground of their own, so that they can be read over any fill."""

    words: str
    room: QRectF
    px: float
    weight: int


@frozen
class _Ring:
    """The ring at the place, the circle of what is around it, and what both are called, in pixels of the frame."""

    centre: QPointF
    reach: float
    signs: tuple[_Sign, ...]

    @property
    def rooms(self) -> tuple[QRectF, ...]:
        """Where no name of the ground may stand."""
        x, y = self.centre.x(), self.centre.y()
        return (QRectF(x - _RING_PX - 4, y - _RING_PX - 4, 2 * _RING_PX + 8, 2 * _RING_PX + 8), *(sign.room for sign in self.signs))


def _ring(prepared: Prepared, around: Around, frame: QRectF) -> _Ring:
    window = Window.fitting(prepared.extent, round(frame.width()), round(frame.height()), 0.03, 1.0)
    x, y = (around.x - window.left) * window.px_per_m, (window.top - around.y) * window.px_per_m
    reach = around.radius_m * window.px_per_m
    return _Ring(QPointF(x, y), reach, (_sign(around.called, QRectF(x - 130, y + 16, 260, 60), 14.0, 650),
                                        _sign(around.reach, QRectF(x - 130, y - reach + 6, 260, 40), 12.0, 500)))


def _sign(words: str, within: QRectF, px: float, weight: int) -> _Sign:
    high = text_height(words, within.width() - 12, px, weight)
    wide = min(QFontMetricsF(font(px, weight)).horizontalAdvance(words) + 14, within.width())
    return _Sign(words, QRectF(within.center().x() - wide / 2, within.y(), wide, high + 5), px, weight)


def _without_name(prepared: Prepared, around: Around) -> Prepared:
    """The map without the name of the place itself, which its ring has."""
    called = short_name(around.called, LONGEST)
    names = [evolve(known, spots=Spots(spot for spot in known.spots if spot.text != called or abs(spot.x - around.x) + abs(spot.y - around.y) > 1.0))
             for known in prepared.names]
    return evolve(prepared, names=tuple(names))


def _draw_ring(painter: QPainter, ring: _Ring, frame: QRectF) -> None:
    painter.save()
    painter.setClipRect(frame)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setBrush(Qt.BrushStyle.NoBrush)
    for colour, wide, style in (("#FFFFFF", 3.6, Qt.PenStyle.SolidLine), (_RING, 1.6, Qt.PenStyle.DashLine)):
        painter.setPen(QPen(QColor(colour), wide, style))
        painter.drawEllipse(ring.centre, ring.reach, ring.reach)
    for colour, wide in (("#FFFFFF", 6.5), (_RING, 3.2)):
        painter.setPen(QPen(QColor(colour), wide))
        painter.drawEllipse(ring.centre, _RING_PX, _RING_PX)
    for sign in ring.signs:
        _draw_sign(painter, sign)
    painter.restore()


def _draw_sign(painter: QPainter, sign: _Sign) -> None:
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(QColor(255, 255, 255, 225))
    painter.drawRoundedRect(sign.room, 4, 4)
    draw_text(painter, sign.room.adjusted(6, 2, -6, 4), sign.words, sign.px, "#26323F", sign.weight, int(Qt.AlignmentFlag.AlignHCenter | Qt.AlignmentFlag.AlignTop))
