"""The map around one place for a paper: need, streets, who is there, a ring at the place, and the legend beside it."""

from __future__ import annotations

import base64
import re
from collections.abc import Callable
from typing import Final

from attrs import evolve, frozen
from PySide6.QtCore import QBuffer, QByteArray, QIODevice, QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QFontMetricsF, QImage, QImageWriter, QPainter, QPen
from PySide6.QtSvg import QSvgGenerator

from ecomap.model.cell_text import in_xml
from ecomap.render.canvas.idbuffer import Window
from ecomap.render.paper.furniture import draw_text, text_height
from ecomap.render.paper.legend import MapLegend, draw_legend
from ecomap.render.paper.marks import font
from ecomap.render.paper.picture import Prepared, draw_map
from ecomap.render.style.palette import chrome

WIDE, HIGH, LEGEND = 1000, 520, 246  # units of the drawing
MAP: Final = WIDE - LEGEND - 12
_RING: Final = "#B3005E"
_FINER: Final = 2.0  # pixels per unit where it is pixels
_PROLOGUE: Final = re.compile(r"\A.*?<svg[^>]*>", re.DOTALL)
_DEFAULTS: Final = re.compile(r' vector-effect="none" fill-rule="evenodd"|\n?font-family="[^"]*" font-size="[^"]*" font-weight="[^"]*" font-style="[^"]*" ?\n?(?=>\n(?!<text))')


@frozen
class Around:
    """A place and how far around it the map goes, in the units of the map (metres)."""

    x: float
    y: float
    called: str
    radius_m: float
    reach: str        # what the circle says, in the reader's words


def legend_svg(prepared: Prepared, title: str, foot: tuple[str, ...] = ()) -> str:
    """What stands beside the maps of one run, drawn once."""
    legend = MapLegend(title, prepared.drawings, foot, prepared.speak, counts=False)
    return _vectors(LEGEND, lambda painter: draw_legend(painter, QRectF(-8, -8, LEGEND + 8, HIGH + 8), legend, card=False))


def neighbourhood_svg(prepared: Prepared, around: Around, legend: str, *, vector: bool = True) -> str:
    """The map around a place as SVG, the legend beside it: lines and letters, or (for papers on many places) a picture of pixels."""
    half = around.radius_m * 1.12
    prepared = evolve(prepared, extent=(around.x - half, around.y - half, around.x + half, around.y + half))

    def draw(painter: QPainter) -> None:
        _draw(painter, prepared, around, vector=vector)

    left = _vectors(MAP, draw) if vector else _pixels(draw)
    return (f'<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink" width="{WIDE}" height="{HIGH}" viewBox="0 0 {WIDE} {HIGH}">'
            f'{left}<g transform="translate({WIDE - LEGEND} 0)">{legend}</g></svg>')


def _vectors(wide: int, draw: Callable[[QPainter], object]) -> str:
    """What is drawn as a part of an SVG."""
    whole = QBuffer()
    whole.open(QIODevice.OpenModeFlag.WriteOnly)
    generator = QSvgGenerator()
    generator.setOutputDevice(whole)
    generator.setResolution(96)
    generator.setSize(QSize(wide, HIGH))
    generator.setViewBox(QRectF(0, 0, wide, HIGH))
    painter = QPainter(generator)
    try:
        draw(painter)
    finally:
        painter.end()
    drawn = _DEFAULTS.sub("", in_xml(bytes(whole.data().data()).decode("utf-8", errors="replace")))
    return _PROLOGUE.sub(f'<svg width="{wide}" height="{HIGH}" viewBox="0 0 {wide} {HIGH}">', drawn, count=1)


def _pixels(draw: Callable[[QPainter], object]) -> str:
    image = QImage(round(MAP * _FINER), round(HIGH * _FINER), QImage.Format.Format_RGB32)
    painter = QPainter(image)
    try:
        painter.scale(_FINER, _FINER)
        draw(painter)
    finally:
        painter.end()
    packed = QBuffer()
    packed.open(QIODevice.OpenModeFlag.WriteOnly)
    QImageWriter(packed, QByteArray(b"png")).write(image.convertToFormat(QImage.Format.Format_Indexed8))
    pixels = base64.b64encode(bytes(packed.data().data())).decode("ascii")
    return f'<image width="{MAP}" height="{HIGH}" xlink:href="data:image/png;base64,{pixels}"/>'


def _draw(painter: QPainter, prepared: Prepared, around: Around, *, vector: bool) -> None:
    look = chrome()
    frame = QRectF(0, 0, MAP, HIGH)
    painter.setClipRect(frame)
    draw_map(painter, prepared, frame, vector=vector, ratio=1.0 if vector else _FINER)
    _draw_ring(painter, prepared, around, frame)
    painter.setBrush(Qt.BrushStyle.NoBrush)
    painter.setPen(QPen(QColor(look["lines"]), 1.0))
    painter.drawRect(frame.adjusted(0.5, 0.5, -0.5, -0.5))


def _draw_ring(painter: QPainter, prepared: Prepared, around: Around, frame: QRectF) -> None:
    """A ring at the place with its name, and the circle of what is counted as around it."""
    window = Window.fitting(prepared.extent, round(frame.width()), round(frame.height()), 0.03, 1.0)
    centre = QPointF((around.x - window.left) * window.px_per_m, (window.top - around.y) * window.px_per_m)
    painter.save()
    painter.setClipRect(frame)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setBrush(Qt.BrushStyle.NoBrush)
    reach = around.radius_m * window.px_per_m
    for colour, wide, style in (("#FFFFFF", 3.6, Qt.PenStyle.SolidLine), (_RING, 1.6, Qt.PenStyle.DashLine)):
        painter.setPen(QPen(QColor(colour), wide, style))
        painter.drawEllipse(centre, reach, reach)
    for colour, wide in (("#FFFFFF", 6.5), (_RING, 3.2)):
        painter.setPen(QPen(QColor(colour), wide))
        painter.drawEllipse(centre, 11.0, 11.0)
    _draw_called(painter, around.called, QRectF(centre.x() - 130, centre.y() + 16, 260, 60), 14.0, 650)
    _draw_called(painter, around.reach, QRectF(centre.x() - 130, centre.y() - reach + 6, 260, 40), 12.0, 500)
    painter.restore()


def _draw_called(painter: QPainter, words: str, box: QRectF, px: float, weight: int) -> None:
    """A name on a ground of its own, so that it can be read over any fill."""
    high = text_height(words, box.width() - 12, px, weight)
    wide = min(QFontMetricsF(font(px, weight)).horizontalAdvance(words) + 14, box.width())
    ground = QRectF(box.center().x() - wide / 2, box.y(), wide, high + 5)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(QColor(255, 255, 255, 225))
    painter.drawRoundedRect(ground, 4, 4)
    draw_text(painter, ground.adjusted(6, 2, -6, 4), words, px, "#26323F", weight, int(Qt.AlignmentFlag.AlignHCenter | Qt.AlignmentFlag.AlignTop))
