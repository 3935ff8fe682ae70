"""The legend that stands on the map with Qt: the name of the answer, classes, no data, who says so; one recipe for window and pictures."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from attrs import evolve, frozen
from PySide6.QtCore import QLineF, QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPen

from ecomap.model.commitment import STATES
from ecomap.model.layer import LINE
from ecomap.model.said import NOTHING, name, plural
from ecomap.render.canvas.strokes import DASH_PX
from ecomap.render.map_page import Flag
from ecomap.render.paper.flags import draw_flag
from ecomap.render.paper.furniture import draw_card, draw_text, text_height
from ecomap.render.paper.marks import draw_symbol, glyphs_of
from ecomap.render.style import hatch, pattern
from ecomap.render.style.drawing import Drawing, LegendRow
from ecomap.render.style.legend import LegendBlock, legend_blocks
from ecomap.render.style.palette import chrome
from ecomap.render.style.symbols import Symbol
from ecomap.render.words.agreed import AGREED, STATE_WORDS
from ecomap.render.words.language import IN_ENGLISH, Language

FLAGS: Final = "agreed-flags"  # the block of what was agreed, which no layer has
WIDTH = 236.0             # px of the card at normal size
INSET = 12.0              # between the card's edge and what it says
_ROW, _GAP, _PATCH = 19.0, 9.0, 26.0
_MORE = 20.0              # the line that tells how many layers are not told
_TITLE, _FOOT = 13.0, 10.5  # px of type


@frozen
class MapLegend:
    """What a legend says: the name of the answer, the drawings on the map (top first), and lines at its foot in the reader's words."""

    title: str
    drawings: tuple[Drawing, ...]
    foot: tuple[str, ...] = ()
    speak: Language = IN_ENGLISH
    counts: bool = True        # how many places each row stands for
    pitch: float = 1.0         # of its rows, beside that on a screen; blocks stand closer by more
    flags: tuple[Flag, ...] = ()  # on the map, where something was agreed
    above: str = ""            # what stands over it already, and is not said again
    only: frozenset[str] | None = None  # ids of the layers it speaks of, where another legend speaks of the rest

    def blocks(self) -> tuple[LegendBlock, ...]:
        """One block per layer: answers and what is coloured by numbers first, they are what the map is about; then what was agreed."""
        about = {drawing.layer.id for drawing in self.drawings if drawing.layer.result_id or drawing.breaks}
        blocks = legend_blocks(self.drawings)
        blocks = (*(block for block in blocks if block.layer_id in about), *self._agreed(), *(block for block in blocks if block.layer_id not in about))
        return tuple(self._under(block, self.title or self.above) for block in blocks if self.only is None or block.layer_id in self.only)

    def _under(self, block: LegendBlock, above: str) -> LegendBlock:
        """A block without the name that stands above it."""
        if above and self.speak.say(block.answer) == above:
            return evolve(block, title=block.rest)
        return evolve(block, title=NOTHING) if above and self.speak.say(block.title) == above else block

    def _agreed(self) -> Iterator[LegendBlock]:
        """What the flags say: a row per state that one of them shows."""
        shown = {state: sum(flag.state == state for flag in self.flags) for state in STATES}
        rows = tuple(LegendRow(name(self.speak.say(STATE_WORDS[state])), Symbol(glyph=state), many, 0) for state, many in shown.items() if many)
        if rows:
            yield LegendBlock(FLAGS, name(self.speak.say(AGREED)), rows)


def legend_height(legend: MapLegend, width: float, size: float = 1.0) -> float:
    """How high the legend is at a width, with all it says."""
    inner = width - 2 * INSET * size
    high = text_height(legend.title, inner, _TITLE * size, 600) + 8 * size if legend.title else 0.0
    high += sum(_block_height(block, inner, size, legend) for block in legend.blocks())
    return high + sum(text_height(line, inner, _FOOT * size) + 3 * size for line in legend.foot) + 2 * INSET * size


def draw_legend(painter: QPainter, box: QRectF, legend: MapLegend, *, dark: bool = False, size: float = 1.0, card: bool = True) -> QRectF:
    """Draw the legend into a box, from its top; what has no room is said, never cut in silence. Returns the room it takes."""
    look = chrome(dark)
    box = QRectF(box.x(), box.y(), box.width(), min(box.height(), legend_height(legend, box.width(), size)))
    if card:
        draw_card(painter, box, dark)
    inside = box.adjusted(INSET * size, INSET * size, -INSET * size, -INSET * size)
    foot = sum(text_height(line, inside.width(), _FOOT * size) + 3 * size for line in legend.foot)
    y = inside.y()
    if legend.title:
        y += draw_text(painter, inside, legend.title, _TITLE * size, look["text"], 600) + 8 * size
    _draw_blocks(painter, legend, QRectF(inside.x(), y, inside.width(), inside.bottom() - foot - y), dark, size)
    y = inside.bottom() - foot + 3 * size
    for line in legend.foot:
        y += draw_text(painter, QRectF(inside.x(), y, inside.width(), 400), line, _FOOT * size, look["quiet"]) + 3 * size
    return box


def _draw_blocks(painter: QPainter, legend: MapLegend, room: QRectF, dark: bool, size: float) -> None:
    by_id = {drawing.layer.id: drawing for drawing in legend.drawings}
    blocks, y, gap = legend.blocks(), room.y(), _GAP * legend.pitch**4 * size
    heights = [_block_height(block, room.width(), size, legend) for block in blocks]
    bottom = room.bottom() + 0.5 - (_MORE * size if sum(heights) - gap > room.height() + 0.5 else 0.0)  # the line that tells of the rest
    for number, (block, high) in enumerate(zip(blocks, heights)):
        if y + high - gap > bottom:
            more = legend.speak.say(plural("and {n} more layer", "and {n} more layers", len(blocks) - number))
            draw_text(painter, QRectF(room.x(), y, room.width(), _MORE * size), more, 11.5 * size, chrome(dark)["quiet"])
            return
        y = _draw_block(painter, block, by_id.get(block.layer_id), QRectF(room.x(), y, room.width(), high), dark, size, legend)


def legend_words(legend: MapLegend) -> str:
    """The legend as text, for those who hear it."""
    rows = [f"{block.title}: " * bool(block.title) + ", ".join(row.label for row in block.rows) for block in legend.blocks()]
    return ". ".join([*filter(None, (legend.title,)), *rows, *legend.foot])


def _block_height(block: LegendBlock, width: float, size: float, legend: MapLegend) -> float:
    title = text_height(block.title, width, 12.5 * size, 600) + 3 * size if block.title else 0
    rows = sum(_row_height(row.label, width, size, legend, _weight(block)) for row in block.rows)
    return title + rows + _GAP * legend.pitch**4 * size


def _row_height(label: str, width: float, size: float, legend: MapLegend, weight: int) -> float:
    return max(_ROW * legend.pitch * size, text_height(label, _row_width(width, size, legend.counts), 12 * size, weight) + 4 * legend.pitch * size)


def _weight(block: LegendBlock) -> int:
    """Of the type of its rows: a row without a heading is one itself."""
    return 400 if block.title else 500


def _row_width(width: float, size: float, counts: bool) -> float:
    return width - (_PATCH + (56 if counts else 4)) * size


def _draw_block(painter: QPainter, block: LegendBlock, drawing: Drawing | None, box: QRectF, dark: bool, size: float, legend: MapLegend) -> float:
    look = chrome(dark)
    y = box.y()
    if block.title:
        y += draw_text(painter, QRectF(box.x(), y, box.width(), 120 * size), block.title, 12.5 * size, look["text"], 600)
        y += 3 * size
    glyphs = glyphs_of(drawing) if drawing is not None else ()
    for row in block.rows:
        high = _row_height(row.label, box.width(), size, legend, _weight(block))
        patch = QRectF(box.x(), y + (_ROW * legend.pitch * size - 13 * size) / 2, 22 * size, 13 * size)
        if drawing is None:
            draw_flag(painter, QPointF(patch.x() + 4 * size, patch.bottom()), row.symbol.glyph, 1, ink=QColor(look["text"]), surface=QColor(look["paper"]), size=0.6 * size)
        else:
            glyph = glyphs[row.class_index] if row.class_index >= 0 else ""
            draw_patch(painter, patch, row.symbol, drawing.layer.geometry == LINE, glyph, dark=dark, size=size)
        text = QRectF(box.x() + (_PATCH + 4) * size, y + 2 * legend.pitch * size, _row_width(box.width(), size, legend.counts), high)
        draw_text(painter, text, row.label, 12 * size, look["text"], _weight(block))
        if legend.counts:
            count = QRectF(box.right() - 52 * size, y + 2 * size, 52 * size, _ROW * size)
            right = int(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignTop)
            draw_text(painter, count, f"{row.count:,}", 11.5 * size, look["quiet"], 400, right)
        y += high
    return y + _GAP * legend.pitch**4 * size


def draw_patch(
    painter: QPainter, box: QRectF, symbol: Symbol, line: bool, glyph: str = "", *, dark: bool = False, size: float = 1.0
) -> None:
    """A sample of a symbol: shape for points, stroke for lines, filled or outlined patch for areas."""
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    if symbol.shape:
        painter.save()
        painter.translate(box.center())
        draw_symbol(painter, symbol, min(1.1 * size, 15 * size / max(symbol.size, 1)), glyph, dark=dark)
        painter.restore()
        return
    pen = QPen(Qt.PenStyle.NoPen)
    if symbol.line:
        pale = symbol.line == "#FFFFFF"
        pen = QPen(QColor(chrome(dark)["lines"] if pale else symbol.line), max(1.0, symbol.line_width) * size)
        if symbol.dash:
            wide = max(symbol.line_width, 1.0)
            pen.setDashPattern([DASH_PX[0] * 0.55 / wide, DASH_PX[1] * 0.75 / wide])
            pen.setCapStyle(Qt.PenCapStyle.FlatCap)
    painter.setPen(pen)
    if line:
        painter.drawLine(QPointF(box.left(), box.center().y()), QPointF(box.right(), box.center().y()))
        return
    fill = QColor(symbol.fill) if symbol.fill else QColor(0, 0, 0, 0)
    if symbol.fill:
        fill.setAlphaF(symbol.fill_opacity)
    painter.setBrush(fill)
    painter.drawRoundedRect(box, 2.5 * size, 2.5 * size)
    inside = box.adjusted(1, 1, -1, -1)
    if symbol.pattern:
        painter.setPen(QPen(QColor(symbol.fill), pattern.WIDTH_PX * size))
        for stroke in pattern.falling_samples(inside.left(), inside.top(), inside.right(), inside.bottom(), hatch.SAMPLE_PITCH_PX * size):
            painter.drawLine(QLineF(*stroke))
    if symbol.hatch:
        painter.setPen(QPen(QColor(hatch.ink()), hatch.WIDTH_PX * size))
        pitch = hatch.SAMPLE_PITCH_PX * size
        for stroke in hatch.sample_lines(inside.left(), inside.top(), inside.right(), inside.bottom(), pitch):
            painter.drawLine(QLineF(*stroke))
