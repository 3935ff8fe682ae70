"""Point symbols with Qt: shape, white halo, sign inside; counts where points crowd."""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache
from math import ceil

import numpy as np
from attrs import evolve
from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QFont, QFontMetricsF, QImage, QPainter, QPainterPath, QPen, QPolygonF

from ecomap.render.canvas.marks import Marks, halo_px
from ecomap.render.paper.outline import stroke
from ecomap.render.paper.type import families
from ecomap.render.style.drawing import NO_SIZE, Drawing
from ecomap.render.style.palette import chrome, linear
from ecomap.render.style.symbols import CIRCLE, Symbol, category_glyph, outline


def font(px: float, weight: int = 400) -> QFont:
    """The map's type at a height in pixels."""
    made = QFont()
    made.setFamilies(families())
    made.setPixelSize(max(round(px), 1))
    made.setWeight(QFont.Weight(weight))
    return made


LEAST_SEEN_PX = 10.0  # of a number on the screen
LEAST_TYPE_PX = 12.0  # of a number in a vector picture, which is 9 pt on paper


def draw_marks(
    painter: QPainter, drawing: Drawing, marks: Marks, *, dark: bool = False, vector: bool = False
) -> None:
    """Draw the symbols and counts of a point layer; no data first, so that it never hides a number."""
    index = np.asarray(drawing.class_index)[marks.rows]
    glyphs = glyphs_of(drawing)
    small_below = not drawing.layer.style.size_column  # what is quiet lies below what is not
    for number, share, here in _alike(index, None if drawing.sizes is None else drawing.sizes[marks.rows], small_below):
        symbol = drawing.no_data if number < 0 else drawing.symbols[number]
        symbol = evolve(symbol, size=symbol.size * share)
        glyph = "" if number < 0 else glyphs[number]
        if vector:
            for place in here:
                painter.save()
                painter.translate(float(marks.x[place]), float(marks.y[place]))
                draw_symbol(painter, symbol, marks.scale, glyph, dark=dark)
                painter.restore()
            continue
        stamp = _stamp(symbol, round(marks.scale, 2), glyph, dark)
        half = stamp.width() / 2
        for x, y in zip(marks.x[here].tolist(), marks.y[here].tolist()):
            painter.drawImage(QPointF(x - half, y - half), stamp)
    for count, x, y in zip(marks.counts.tolist(), marks.count_x.tolist(), marks.count_y.tolist()):
        _draw_count(painter, drawing, int(count), x, y, marks.scale, dark, LEAST_TYPE_PX if vector else LEAST_SEEN_PX * marks.ratio)


def _alike(index: np.ndarray, sizes: np.ndarray | None, small_below: bool) -> Iterator[tuple[int, float, np.ndarray]]:
    """Class, size and rows of the marks that look the same: no data first, then class by class, the largest first (or last)."""
    if sizes is None:
        for number in np.unique(index):
            yield int(number), 1.0, np.flatnonzero(index == number)
        return
    shares = np.where(np.isnan(sizes), NO_SIZE, sizes)
    for number, share in sorted({*zip(index.tolist(), shares.tolist())}, key=lambda one: (one[0] >= 0, one[1] if small_below else -one[1], one[0])):
        yield number, share, np.flatnonzero((index == number) & (shares == share))


def glyphs_of(drawing: Drawing) -> tuple[str, ...]:
    """The sign inside the symbol of each class: the style's own, else that of the category."""
    labels = {row.class_index: row.label for row in drawing.legend}
    return tuple(
        symbol.glyph or (category_glyph(labels.get(number, "")) if symbol.shape == "square" else "")
        for number, symbol in enumerate(drawing.symbols)
    )


def symbol_path(symbol: Symbol, radius: float) -> QPainterPath:
    """The shape of a symbol around (0, 0)."""
    path = QPainterPath()
    corners = outline(symbol.shape)
    if corners is not None:
        path.addPolygon(QPolygonF([QPointF(x * radius, y * radius) for x, y in corners]))
        path.closeSubpath()
    elif symbol.shape == CIRCLE or not symbol.shape:
        path.addEllipse(QPointF(0, 0), radius, radius)
    else:
        side = radius * 0.92
        path.addRoundedRect(QRectF(-side, -side, 2 * side, 2 * side), radius * 0.32, radius * 0.32)
    return path


def draw_symbol(
    painter: QPainter, symbol: Symbol, scale: float = 1.0, glyph: str = "", *, dark: bool = False, path: QPainterPath | None = None
) -> None:
    """One symbol around (0, 0): halo, shape (another one than its own where a ``path`` is given), sign."""
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    radius = symbol.size * scale / 2
    path = path or symbol_path(symbol, radius)
    edge = symbol.line_width * scale if symbol.line else 0.0
    join = Qt.PenJoinStyle.RoundJoin
    if symbol.line != "#FFFFFF":  # a white edge is a halo already
        halo = QColor(chrome(dark)["halo"])
        around = edge + halo_px(symbol.size) * scale
        stroke(painter, path, QPen(halo, around, Qt.PenStyle.SolidLine, Qt.PenCapStyle.RoundCap, join))
    else:
        edge *= 2  # half of it lies under the shape
        stroke(painter, path, QPen(QColor("#FFFFFF"), edge, Qt.PenStyle.SolidLine, Qt.PenCapStyle.RoundCap, join))
    if symbol.fill:
        fill = QColor(symbol.fill)
        fill.setAlphaF(symbol.fill_opacity)
        painter.fillPath(path, fill)
    if symbol.line and symbol.line != "#FFFFFF":
        stroke(painter, path, QPen(QColor(symbol.line), edge, Qt.PenStyle.SolidLine, Qt.PenCapStyle.RoundCap, join))
    if glyph and symbol.fill and radius >= 4:
        _draw_glyph(painter, glyph, radius, ink_on(symbol.fill))


def _draw_glyph(painter: QPainter, glyph: str, radius: float, ink: QColor) -> None:
    if glyph == "+":
        arm, thick = radius * 0.52, max(radius * 0.30, 1.2)
        painter.setPen(QPen(ink, thick, Qt.PenStyle.SolidLine, Qt.PenCapStyle.FlatCap))
        painter.drawLine(QPointF(-arm, 0), QPointF(arm, 0))
        painter.drawLine(QPointF(0, -arm), QPointF(0, arm))
        return
    painter.setPen(ink)
    painter.setFont(font(radius * 1.45, 700))
    box = QRectF(-radius, -radius * 1.06, 2 * radius, 2 * radius)
    painter.drawText(box, int(Qt.AlignmentFlag.AlignCenter), glyph[:1])


def ink_on(fill: str) -> QColor:
    """White or near-black, whichever is read better on a colour."""
    light = float(np.dot(linear(fill), [0.2126, 0.7152, 0.0722]))
    return QColor("#FFFFFF") if 1.05 / (light + 0.05) > (light + 0.05) / 0.06 else QColor("#1F2933")


@lru_cache(maxsize=512)
def _stamp(symbol: Symbol, scale: float, glyph: str, dark: bool) -> QImage:
    side = 2 * ceil(symbol.size * scale * 0.62 + (symbol.line_width + 3) * scale) + 1
    image = QImage(side, side, QImage.Format.Format_ARGB32_Premultiplied)
    image.fill(0)
    painter = QPainter(image)
    painter.translate(side / 2, side / 2)
    draw_symbol(painter, symbol, scale, glyph, dark=dark)
    painter.end()
    return image


def _draw_count(
    painter: QPainter, drawing: Drawing, count: int, x: float, y: float, scale: float, dark: bool, least: float
) -> None:
    """A sign with the number of points gathered there, in the layer's shape and colour; one with room for it where it is too long for that."""
    shown = [s for s in drawing.symbols if s.fill]
    fill = shown[0].fill if len({s.fill for s in shown}) == 1 else chrome(dark)["quiet"]
    radius = (8.5 + 1.6 * min(len(str(count)) - 1, 3) + min(count, 100) ** 0.5 * 0.35) * scale
    base = Symbol(fill=fill, shape=shown[0].shape if shown else CIRCLE, size=radius * 2 / scale)
    text, type_ = f"{count:,}", font(max(10.5 * scale, least), 700)
    wide = QFontMetricsF(type_).horizontalAdvance(text)
    painter.save()
    painter.translate(x, y)
    draw_symbol(painter, base, scale, dark=dark, path=None if wide <= 1.7 * radius else _long(base, wide / 2 + radius * 0.4, radius))
    painter.setPen(ink_on(fill))
    painter.setFont(type_)
    painter.drawText(QRectF(-wide, -radius, 2 * wide, 2 * radius), int(Qt.AlignmentFlag.AlignCenter), text)
    painter.restore()


def _long(symbol: Symbol, half_wide: float, radius: float) -> QPainterPath:
    """A sign as wide as a long number: square where the layer's symbols are, else round at its ends."""
    high = radius * 0.8
    corner = radius * (0.32 if symbol.shape != CIRCLE and outline(symbol.shape) is None and symbol.shape else 0.8)
    path = QPainterPath()
    path.addRoundedRect(QRectF(-half_wide, -high, 2 * half_wide, 2 * high), corner, corner)
    return path
