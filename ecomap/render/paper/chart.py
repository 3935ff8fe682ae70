"""The one chart of an answer on paper: bars with their margins, as a small SVG with type of nine points."""

from __future__ import annotations

from attrs import frozen
from PySide6.QtCore import QLineF, QRectF, Qt
from PySide6.QtGui import QColor, QFontMetricsF, QPainter, QPen

from ecomap.model.layer import Column
from ecomap.model.result import Result
from ecomap.model.said import NOTHING, Said, joined, name
from ecomap.render.paper.furniture import draw_text, text_height
from ecomap.render.paper.laid_out import PX_PER_MM
from ecomap.render.paper.marks import font
from ecomap.render.paper.picture import ensure_gui
from ecomap.render.paper.svg import painted_svg
from ecomap.render.style.bars import digits_of, need_colours, span_of
from ecomap.render.style.palette import chrome, ramp
from ecomap.render.words.cells import format_margin, format_value, number_of
from ecomap.render.words.language import Language

_TYPE = 12.0           # px, 9 pt
_ROW, _THICK = 17.5, 10.5
_MOST_LABEL = 0.5      # of the width
_GAP = 8.0


@frozen
class _Bar:
    label: str
    share: float | None
    moe: float
    text: str
    colour: str


@frozen
class Chart:
    """A picture of bars, what is above it, and what it shows in words."""

    svg: str
    title: Said
    words: Said


def chart_of(result: Result, speak: Language, width_mm: float) -> Chart | None:
    """The bars of an answer; None where it has none.

    A bar that is not known is said to be so, and never drawn as nothing.
    """
    bars = _bars(result, speak)
    if not bars:
        return None
    ensure_gui()
    wide = width_mm * PX_PER_MM
    label_wide = min(max(QFontMetricsF(font(_TYPE)).horizontalAdvance(bar.label) for bar in bars) + _GAP, wide * _MOST_LABEL)
    value_wide = max(QFontMetricsF(font(_TYPE, 500)).horizontalAdvance(bar.text) for bar in bars) + 2 * _GAP
    highs = [max(_ROW, text_height(bar.label, label_wide - _GAP, _TYPE) + 3) for bar in bars]

    def draw(painter: QPainter) -> None:
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        room, y = wide - label_wide - value_wide, 0.0
        least, most = span_of((bar.share, bar.moe) for bar in bars)
        for bar, high in zip(bars, highs):
            _draw(painter, bar, QRectF(0, y, wide, high), label_wide, room / ((most - least) or 1.0), least)
            y += high

    told = joined([name(f"{bar.label}: {bar.text}") for bar in bars], "; ")
    title = speak.kept(result.bars_title)
    return Chart(painted_svg(draw, wide, sum(highs)), title, joined([title, told], ": "))


def _bars(result: Result, speak: Language) -> list[_Bar]:
    shares = [share for _, share, _ in result.bars if number_of(share) is not None]
    column = Column("share", NOTHING, result.bars_unit, digits=digits_of(shares, result.bars_unit))
    colours = need_colours([label for label, _, _ in result.bars]) or (ramp("need", 5)[-2],) * len(result.bars)
    made = []
    for (label, share, moe), colour in zip(result.bars, colours):
        margin = number_of(moe)
        said = joined([format_value(number_of(share), column), format_margin(margin, column)])
        made.append(_Bar(speak.say(label), number_of(share), margin or 0.0, speak.say(said), colour))
    return made


def _width(text: str) -> float:
    return float(QFontMetricsF(font(_TYPE, 500)).horizontalAdvance(text))


def _draw(painter: QPainter, bar: _Bar, row: QRectF, label_wide: float, unit: float, least: float) -> None:
    look, middle = chrome(), row.center().y()
    high = text_height(bar.label, label_wide - _GAP, _TYPE)
    draw_text(painter, QRectF(0, middle - high / 2, label_wide - _GAP, high + 2), bar.label, _TYPE, look["text"])
    end = label_wide
    if bar.share is not None:
        zero = label_wide - least * unit
        box = QRectF(zero + min(bar.share, 0.0) * unit, middle - _THICK / 2, max(abs(bar.share) * unit, 2.0), _THICK)
        painter.setPen(QPen(QColor(look["quiet"]), 0.6))
        painter.setBrush(QColor(bar.colour))
        painter.drawRect(box)
        painter.setBrush(Qt.BrushStyle.NoBrush)
        end = box.right()
        if bar.moe:
            low, end = zero + max(bar.share - bar.moe, least) * unit, zero + (bar.share + bar.moe) * unit
            for ink, thick in (("paper", 4.0), ("text", 1.6)):
                painter.setPen(QPen(QColor(look[ink]), thick))
                painter.drawLine(QLineF(low, middle, end, middle))
        if least < 0:
            painter.setPen(QPen(QColor(look["quiet"]), 0.8))
            painter.drawLine(QLineF(zero, row.top(), zero, row.bottom()))
            end = row.width() - 2 * _GAP - _width(bar.text)
    draw_text(painter, QRectF(end + _GAP, middle - 7.5, 400, _ROW), bar.text, _TYPE, look["text"], 500)
