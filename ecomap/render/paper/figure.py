"""A map as a figure of a paper: the map and beside it its legend, as a small SVG with type of nine points and more."""

from __future__ import annotations

from attrs import field, frozen
from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPen

from ecomap.model.said import plural
from ecomap.render.canvas.extent import beyond
from ecomap.render.canvas.idbuffer import Window
from ecomap.render.map_page import MapPage
from ecomap.render.paper.laid_out import PX_PER_MM, LaidOut, box_for, laid_out
from ecomap.render.paper.legend import MapLegend, draw_legend, legend_words
from ecomap.render.paper.picture import Prepared, draw_map, prepare
from ecomap.render.paper.svg import painted_svg
from ecomap.render.style.palette import chrome

_PITCH = 0.84           # rows of the legend stand closer than on a screen
_MAP_SIZE = 1.25        # of names of small streets too, which are 9 pt then, and of lines in proportion


@frozen
class MapFigure:
    """A map with its legend: how large it stands on paper, what it says in words, and what of it lies outside."""

    svg: str = field(repr=False)
    width_mm: float
    height_mm: float
    words: str             # the legend, for those who hear it
    outside: str = ""      # "3 places lie outside this view."


def map_figure(page: MapPage, width_mm: float, height_mm: float) -> MapFigure:
    """The visible layers of a page as a figure of about a height, with the legend beside the map or below it.

    Raises
    ------
    InputError
        If there is nothing to show.
    """
    prepared = prepare(page)
    legend = MapLegend("", prepared.drawings, (), prepared.speak, counts=False, pitch=_PITCH, flags=page.flags)
    left, bottom, right, top = prepared.extent
    wide = width_mm * PX_PER_MM
    layout = laid_out(legend, (max(right - left, 1.0), max(top - bottom, 1.0)), wide, height_mm * PX_PER_MM)
    window = Window.fitting(prepared.extent, round(layout.frame.width()), round(layout.frame.height()), 0.03, _MAP_SIZE)
    astray = beyond([(drawing.layer, prepared.frames[drawing.layer.id]) for drawing in prepared.drawings],
                    (window.left, window.bottom, window.right, window.top))
    outside = prepared.speak.say(plural("{n} place lies outside this view.", "{n} places lie outside this view.", astray)) if astray else ""
    svg = painted_svg(lambda painter: _draw(painter, prepared, layout, wide), wide, layout.height)
    return MapFigure(svg, width_mm, layout.height / PX_PER_MM, legend_words(legend), outside)


def _draw(painter: QPainter, prepared: Prepared, layout: LaidOut, width: float) -> None:
    frame, height = layout.frame, layout.height
    draw_map(painter, prepared, frame, vector=True, size=_MAP_SIZE)
    cover = QColor(chrome()["paper"])  # over what sticks out of the map
    painter.fillRect(QRectF(frame.right(), -1, width - frame.right() + 1, height + 2), cover)
    painter.fillRect(QRectF(-1, frame.bottom(), width + 2, height - frame.bottom() + 2), cover)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setBrush(Qt.BrushStyle.NoBrush)
    painter.setPen(QPen(QColor(chrome()["lines"]), 1.0))
    painter.drawRect(frame.adjusted(0.5, 0.5, -0.5, -0.5))
    for box, legend in layout.legends:
        draw_legend(painter, box_for(box), legend, card=False)
