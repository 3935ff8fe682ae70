"""The one chart of a panel: bars with their margins."""

from __future__ import annotations

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QColor, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QSizePolicy, QWidget

from ecomap.model.units import format_with_margin, missing
from ecomap.render.palette import ramp
from ecomap.ui.theme import look, named, text_width

Bars = tuple[tuple[str, float, float | None], ...]
ROW = 24
_LEFT = int(Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft)


class BarChart(QWidget):
    """Shares 0-1 as bars, one below the other, each with its 90 % margin and its number.

    Five bars from highest to lowest need take the colours of the need map.
    """

    def __init__(self, bars: Bars = (), title: str = "") -> None:
        super().__init__()
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.show_bars(bars, title)

    def show_bars(self, bars: Bars, title: str) -> None:
        self.bars = bars
        rows = "; ".join(f"{text}: {format_with_margin(share, moe, 'share')}" for text, share, moe in bars)
        named(self, f"{title}: {rows}", f"{title}\n" + rows.replace("; ", "\n") if bars else "")
        self.updateGeometry()
        self.update()

    def sizeHint(self) -> QSize:
        now = look()
        return QSize(now.px(260), now.px(ROW) * len(self.bars) + now.px(4))

    def minimumSizeHint(self) -> QSize:
        return QSize(look().px(180), self.sizeHint().height())

    def paintEvent(self, _event: QPaintEvent) -> None:
        if not self.bars:
            return
        now = look()
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        font, figures = now.font(11.5), now.font(11.5, 500, tabular=True)
        names = min(max(text_width(text, font) for text, _, _ in self.bars) + now.px(10), self.width() * 0.45)
        numbers = text_width("100 %", figures) + now.px(10)
        room = self.width() - names - numbers
        most = max(share + (moe or 0.0) for _, share, moe in self.bars if not missing(share)) or 1.0
        for row, ((text, share, moe), colour) in enumerate(zip(self.bars, bar_colours(self.bars), strict=True)):
            line = QRectF(0, row * now.px(ROW), self.width(), now.px(ROW))
            painter.setFont(font)
            painter.setPen(now.colour("text"))
            shown = painter.fontMetrics().elidedText(text, Qt.TextElideMode.ElideRight, int(names - now.px(6)))
            painter.drawText(line, _LEFT, shown)
            self._bar(painter, QRectF(names, line.top(), room, line.height()), share, moe, most, colour)

    def _bar(
        self, painter: QPainter, room: QRectF, share: float, moe: float | None, most: float, colour: str
    ) -> None:
        now = look()
        painter.setFont(now.font(11.5, 500, tabular=True))
        if missing(share):
            painter.setPen(now.colour("quiet"))
            painter.drawText(room, _LEFT, "no data")
            return
        margin = moe if moe is not None and not missing(moe) else 0.0
        unit = room.width() / most
        thick = now.px(12)
        bar = QRectF(room.left(), room.center().y() - thick / 2, max(share * unit, 2.0), thick)
        painter.setPen(QPen(now.colour("control"), 1) if QColor(colour).lightnessF() > 0.9 else Qt.PenStyle.NoPen)
        painter.setBrush(QColor(colour))
        painter.drawRoundedRect(bar, 2, 2)
        end = bar.right()
        if margin:
            low, high = room.left() + max(share - margin, 0.0) * unit, room.left() + (share + margin) * unit
            painter.setPen(QPen(now.colour("surface"), 4))
            painter.drawLine(int(low), int(bar.center().y()), int(high), int(bar.center().y()))
            painter.setPen(QPen(now.colour("text"), 1.6))
            painter.drawLine(int(low), int(bar.center().y()), int(high), int(bar.center().y()))
            end = max(high, end)
        painter.setPen(now.colour("text"))
        place = QRectF(end + now.px(7), room.top(), now.px(80), room.height())
        painter.drawText(place, _LEFT, f"{share * 100:.0f} %")


def bar_colours(bars: Bars) -> tuple[str, ...]:
    """One colour per bar: the need ramp where the bars are the need classes, else the same for all."""
    if len(bars) > 2 and "need" in f"{bars[0][0]} {bars[-1][0]}".lower():
        colours = ramp("need", len(bars))
        falling = "high" in bars[0][0].lower()
        return tuple(reversed(colours)) if falling else colours
    return (look().tokens.bar,) * len(bars)
