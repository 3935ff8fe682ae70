"""What stands on every map with Qt: title, scale bar, sources, legend."""

from __future__ import annotations

from math import ceil

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QFont, QFontMetricsF, QPainter, QPen

from ecomap.render.paper.marks import font
from ecomap.render.paper.scale_bar import scale_bar
from ecomap.render.style.palette import chrome
from ecomap.render.words.language import IN_ENGLISH, Language
from ecomap.render.words.together import together

_LEFT_TOP = int(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignTop)
_WRAP = int(Qt.TextFlag.TextWordWrap)


def text_height(text: str, width: float, px: float, weight: int = 400) -> float:
    """How high a text is when it is wrapped to a width."""
    if not text:
        return 0.0
    return QFontMetricsF(font(px, weight)).boundingRect(QRectF(0, 0, width, 1e5), _LEFT_TOP | _WRAP, together(text)).height()


def draw_text(
    painter: QPainter, box: QRectF, text: str, px: float, ink: str, weight: int = 400, align: int = _LEFT_TOP
) -> float:
    """Draw wrapped text and return its height."""
    painter.setFont(font(px, weight))
    painter.setPen(QColor(ink))
    text = together(text)
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
