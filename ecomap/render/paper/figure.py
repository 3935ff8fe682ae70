"""A map as a figure of a paper: the map and beside it its legend, as a small SVG with type of nine points and more."""

from __future__ import annotations

from collections.abc import Sequence

from attrs import evolve, field, frozen
from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPen

from ecomap.model.said import plural
from ecomap.render.canvas.extent import beyond
from ecomap.render.canvas.idbuffer import Window
from ecomap.render.map_page import MapPage
from ecomap.render.paper.legend import MapLegend, draw_legend, legend_height, legend_words
from ecomap.render.paper.picture import Prepared, draw_map, prepare
from ecomap.render.paper.svg import painted_svg
from ecomap.render.style.palette import chrome

PX_PER_MM = 96 / 25.4   # of SVG
LEGEND_MM = 58.0        # beside the map
COLUMNS = 3             # of the legend below the map, for what has no room beside it
HIGHEST_MM = 220.0      # of the figure, where a long legend makes it grow
_LEGEND_SIZE = 1.05     # its smallest type is then 9 pt
_MAP_SIZE = 1.25        # names of small streets too, and lines in proportion
_GAP_MM = 4.0
_SHARES = (1.0, 0.94, 0.88, 0.82, 0.76, 0.7)  # of the figure that may be map


@frozen
class MapFigure:
    """A map with its legend: how large it stands on paper, what it says in words, and what of it lies outside."""

    svg: str = field(repr=False)
    width_mm: float
    height_mm: float
    words: str             # the legend, for those who hear it
    outside: str = ""      # "3 places lie outside this view."


def map_figure(page: MapPage, width_mm: float, height_mm: float) -> MapFigure:
    """The visible layers of a page as a figure, legend on the right of the map and, where that is long, below it.

    The map is as high as the legend lets it be when all together is to be no higher than ``height_mm``.

    Raises
    ------
    InputError
        If there is nothing to show.
    """
    prepared = prepare(page)
    legend = MapLegend("", prepared.drawings, (), prepared.speak)
    wide, aside = width_mm * PX_PER_MM, LEGEND_MM * PX_PER_MM
    high, standing, tall = _laid_out(legend, wide, aside, height_mm * PX_PER_MM)
    frame = QRectF(0, 0, wide - aside - _GAP_MM * PX_PER_MM, high)
    window = Window.fitting(prepared.extent, round(frame.width()), round(frame.height()), 0.03, _MAP_SIZE)
    astray = beyond([(drawing.layer, prepared.frames[drawing.layer.id]) for drawing in prepared.drawings],
                    (window.left, window.bottom, window.right, window.top))
    outside = prepared.speak.say(plural("{n} place lies outside this view.", "{n} places lie outside this view.", astray)) if astray else ""

    def draw(painter: QPainter) -> None:
        _draw(painter, prepared, standing, frame, wide, tall)

    return MapFigure(painted_svg(draw, wide, tall), width_mm, tall / PX_PER_MM, legend_words(legend), outside)


Standing = tuple[QRectF, MapLegend]  # where a part of the legend stands


def _laid_out(legend: MapLegend, width: float, aside: float, wanted: float) -> tuple[float, list[Standing], float]:
    """How high the map is, where the parts of its legend stand, and how high all of it is; the highest map that keeps within what is wanted."""
    made = []
    for share in _SHARES:
        high = wanted * share
        beside = evolve(legend, only=_fitting(legend, aside, high))
        rest = frozenset(block.layer_id for block in legend.blocks()) - (beside.only or frozenset())
        standing = [(QRectF(width - aside, 0, aside, high), beside), *_below(evolve(legend, only=rest), width, high)]
        tall = max(box.bottom() for box, _ in standing)
        made.append((high, standing, min(tall, HIGHEST_MM * PX_PER_MM)))
        if tall <= wanted:
            break
    return min(made, key=lambda one: max(one[2], wanted))


def _fitting(legend: MapLegend, width: float, height: float) -> frozenset[str]:
    """The blocks of a legend that a height has room for, the first ones first."""
    taken: list[str] = []
    for block in legend.blocks():
        if legend_height(evolve(legend, only=frozenset([*taken, block.layer_id])), width, _LEGEND_SIZE) <= height:
            taken.append(block.layer_id)
    return frozenset(taken)


def _below(legend: MapLegend, width: float, top: float) -> list[Standing]:
    """The rest of a legend in columns below the map, each block in the shortest of them."""
    wide = width / COLUMNS
    columns: list[list[str]] = [[] for _ in range(COLUMNS)]
    highs = [0.0] * COLUMNS
    for block in legend.blocks():
        shortest = highs.index(min(highs))
        columns[shortest].append(block.layer_id)
        highs[shortest] = legend_height(evolve(legend, only=frozenset(columns[shortest])), wide, _LEGEND_SIZE)
    return [(QRectF(number * wide, top, wide, high), evolve(legend, only=frozenset(ids)))
            for number, (ids, high) in enumerate(zip(columns, highs)) if ids]


def _draw(painter: QPainter, prepared: Prepared, standing: Sequence[Standing], frame: QRectF, width: float, height: float) -> None:
    draw_map(painter, prepared, frame, vector=True, size=_MAP_SIZE)
    cover = QColor(chrome()["paper"])  # over what sticks out of the map
    painter.fillRect(QRectF(frame.right(), -1, width - frame.right() + 1, height + 2), cover)
    painter.fillRect(QRectF(-1, frame.bottom(), width + 2, height - frame.bottom() + 2), cover)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setBrush(Qt.BrushStyle.NoBrush)
    painter.setPen(QPen(QColor(chrome()["lines"]), 1.0))
    painter.drawRect(frame.adjusted(0.5, 0.5, -0.5, -0.5))
    for box, legend in standing:
        draw_legend(painter, box, legend, size=_LEGEND_SIZE, card=False)
