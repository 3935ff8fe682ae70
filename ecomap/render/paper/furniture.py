"""What stands on every map with Qt: title, scale bar, sources, legend."""

from __future__ import annotations

from collections.abc import Sequence
from math import ceil

from PySide6.QtCore import QLineF, QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QFont, QFontMetricsF, QPainter, QPen

from ecomap.model.layer import LINE
from ecomap.model.said import plural
from ecomap.render.canvas.strokes import DASH_PX
from ecomap.render.paper.marks import draw_symbol, font, glyphs_of
from ecomap.render.paper.scale_bar import scale_bar
from ecomap.render.style import hatch
from ecomap.render.style.drawing import Drawing
from ecomap.render.style.legend import LegendBlock, legend_blocks
from ecomap.render.style.palette import chrome
from ecomap.render.style.symbols import Symbol
from ecomap.render.words.language import IN_ENGLISH, Language

_LEFT_TOP = int(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignTop)
_WRAP = int(Qt.TextFlag.TextWordWrap)


def text_height(text: str, width: float, px: float, weight: int = 400) -> float:
    """How high a text is when it is wrapped to a width."""
    if not text:
        return 0.0
    return QFontMetricsF(font(px, weight)).boundingRect(QRectF(0, 0, width, 1e5), _LEFT_TOP | _WRAP, text).height()


def draw_text(
    painter: QPainter, box: QRectF, text: str, px: float, ink: str, weight: int = 400, align: int = _LEFT_TOP
) -> float:
    """Draw wrapped text and return its height."""
    painter.setFont(font(px, weight))
    painter.setPen(QColor(ink))
    painter.drawText(box, align | _WRAP, text)
    return text_height(text, box.width(), px, weight)


def draw_card(painter: QPainter, box: QRectF, dark: bool, opacity: float = 0.96) -> None:
    """A quiet ground for text on the map."""
    look = chrome(dark)
    fill = QColor(look["card"])
    fill.setAlphaF(opacity)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(Qt.PenStyle.NoPen)
    shade = QColor("#000000")
    for grow, strength in ((2.5, 0.03), (1.2, 0.05)):
        shade.setAlphaF(strength)
        painter.setBrush(shade)
        painter.drawRoundedRect(box.adjusted(-grow, -grow + 1, grow, grow + 1), 8 + grow, 8 + grow)
    painter.setBrush(fill)
    painter.drawRoundedRect(box, 8, 8)


def draw_title_box(
    painter: QPainter, place: QPointF, title: str, subtitle: str, width: float, *, dark: bool = False
) -> QRectF:
    """The map's title and what it is made of, on a card; returns the card's box."""
    look = chrome(dark)
    inner = width - 26
    widest = max(
        QFontMetricsF(font(14.5, 650)).horizontalAdvance(title), QFontMetricsF(font(12)).horizontalAdvance(subtitle)
    )
    inner = min(inner, widest + 2)
    high = text_height(title, inner, 14.5, 650)
    below = text_height(subtitle, inner, 12)
    box = QRectF(place.x(), place.y(), inner + 26, high + below + 22 + (3 if subtitle else 0))
    draw_card(painter, box, dark)
    text = QRectF(box.x() + 13, box.y() + 11, inner, high)
    draw_text(painter, text, title, 14.5, look["text"], 650)
    draw_text(painter, QRectF(text.x(), text.bottom() + 3, inner, below), subtitle, 12, look["quiet"])
    return box


def title_box_height(title: str, subtitle: str, width: float) -> float:
    """How high the title's card is at a width."""
    inner = width - 26
    return text_height(title, inner, 14.5, 650) + text_height(subtitle, inner, 12) + 22 + (3 if subtitle else 0)


def draw_scale_bar(
    painter: QPainter, left: float, bottom: float, px_per_m: float, *, dark: bool = False,
    speak: Language = IN_ENGLISH,
) -> QRectF:
    """A bar of a round length in miles or feet, standing on its lower left corner."""
    bar = scale_bar(px_per_m)
    label = speak.say(bar.label)
    look = chrome(dark)
    box = scale_bar_box(left, bottom, px_per_m, speak)
    draw_card(painter, box, dark, 0.86)
    painter.setFont(_bar_font())
    painter.setPen(QColor(look["text"]))
    painter.drawText(QPointF(box.x() + 9, box.y() + 15), label)
    painter.setPen(QPen(QColor(look["text"]), 1.6, Qt.PenStyle.SolidLine, Qt.PenCapStyle.FlatCap))
    start, end, base = box.x() + 9, box.x() + 9 + bar.length_px, box.bottom() - 9
    painter.drawPolyline(
        [QPointF(start, base - 5), QPointF(start, base), QPointF(end, base), QPointF(end, base - 5)]
    )
    return box


def scale_bar_box(left: float, bottom: float, px_per_m: float, speak: Language = IN_ENGLISH) -> QRectF:
    """The room that `draw_scale_bar` takes."""
    bar = scale_bar(px_per_m)
    wide = max(bar.length_px, QFontMetricsF(_bar_font()).horizontalAdvance(speak.say(bar.label)))
    return QRectF(left, bottom - 36, wide + 18, 36)


def _bar_font() -> QFont:
    return font(11.5, 550)


def draw_sources(painter: QPainter, right: float, bottom: float, text: str, most: float, *, dark: bool = False) -> QRectF:
    """The sources, quiet, on their lower right corner; on as many lines as they need."""
    if not text:
        return QRectF()
    measure = QFontMetricsF(font(10.5))
    broken = int(Qt.AlignmentFlag.AlignRight) | int(Qt.TextFlag.TextWordWrap)
    words = measure.boundingRect(QRectF(0, 0, max(most - 16, 60), 10_000), broken, text)
    wide, tall = ceil(words.width()) + 16, ceil(words.height()) + 21 - measure.height()
    box = QRectF(right - wide, bottom - tall, wide, tall)
    draw_card(painter, box, dark, 0.82)
    painter.setFont(font(10.5))
    painter.setPen(QColor(chrome(dark)["quiet"]))
    painter.drawText(box.adjusted(7, 0, -7, 0), int(Qt.AlignmentFlag.AlignVCenter) | broken, text)
    return box


def draw_legend(
    painter: QPainter,
    box: QRectF,
    drawings: Sequence[Drawing],
    *,
    dark: bool = False,
    size: float = 1.0,
    speak: Language = IN_ENGLISH,
) -> float:
    """Draw the legend into a column and return the y where it ends; what has no room is said, never cut in silence."""
    y = box.y()
    blocks = legend_blocks(drawings)
    by_id = {drawing.layer.id: drawing for drawing in drawings}
    for number, block in enumerate(blocks):
        high = _block_height(block, box.width(), size)
        rest = len(blocks) - number
        if y + high > box.bottom() and rest:
            draw_text(
                painter, QRectF(box.x(), y, box.width(), 20 * size),
                speak.say(plural("and {n} more layer", "and {n} more layers", rest)), 11.5 * size, chrome(dark)["quiet"],
            )  # fmt: skip
            return y + 18 * size
        y = _draw_block(painter, block, by_id[block.layer_id], QRectF(box.x(), y, box.width(), high), dark, size)
    return y


_ROW, _GAP, _PATCH = 19.0, 11.0, 26.0


def _block_height(block: LegendBlock, width: float, size: float) -> float:
    title = text_height(block.title, width, 12.5 * size, 600) + 3 * size if block.title else 0
    rows = sum(_row_height(row.label, width, size) for row in block.rows)
    return title + rows + _GAP * size


def _row_height(label: str, width: float, size: float) -> float:
    return max(_ROW * size, text_height(label, width - (_PATCH + 56) * size, 12 * size) + 4 * size)


def _draw_block(
    painter: QPainter, block: LegendBlock, drawing: Drawing, box: QRectF, dark: bool, size: float
) -> float:
    look = chrome(dark)
    y = box.y()
    if block.title:
        y += draw_text(painter, QRectF(box.x(), y, box.width(), 60), block.title, 12.5 * size, look["text"], 600)
        y += 3 * size
    glyphs = glyphs_of(drawing)
    for row in block.rows:
        high = _row_height(row.label, box.width(), size)
        patch = QRectF(box.x(), y + (_ROW * size - 13 * size) / 2, 22 * size, 13 * size)
        glyph = glyphs[row.class_index] if row.class_index >= 0 else ""
        draw_patch(painter, patch, row.symbol, drawing.layer.geometry == LINE, glyph, dark=dark, size=size)
        text = QRectF(box.x() + _PATCH * size + 4 * size, y + 2 * size, box.width() - (_PATCH + 56) * size, high)
        draw_text(painter, text, row.label, 12 * size, look["text"], 400 if block.title else 500)
        count = QRectF(box.right() - 52 * size, y + 2 * size, 52 * size, _ROW * size)
        right = int(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignTop)
        draw_text(painter, count, f"{row.count:,}", 11.5 * size, look["quiet"], 400, right)
        y += high
    return y + _GAP * size


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
    if symbol.hatch:
        painter.setPen(QPen(QColor(hatch.ink()), hatch.WIDTH_PX * size))
        inside = box.adjusted(1, 1, -1, -1)
        pitch = hatch.SAMPLE_PITCH_PX * size
        for stroke in hatch.sample_lines(inside.left(), inside.top(), inside.right(), inside.bottom(), pitch):
            painter.drawLine(QLineF(*stroke))
