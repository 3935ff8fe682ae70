"""The one chart of a panel: bars with their margins."""

from __future__ import annotations

from PySide6.QtCore import QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import (
    QAccessible,
    QColor,
    QFocusEvent,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QPen,
)
from PySide6.QtWidgets import QSizePolicy, QWidget

from ecomap.model.said import NOTHING, Said, joined
from ecomap.model.units import NO_DATA, format_number, format_with_margin, missing
from ecomap.render.style.bars import span_of
from ecomap.render.style.palette import ramp
from ecomap.ui.look.lines import in_lines
from ecomap.ui.look.parts import together
from ecomap.ui.look.roles import is_a
from ecomap.ui.look.theme import look, named, text_width
from ecomap.ui.speech import spoken

Bars = tuple[tuple[Said, float, float | None], ...]
ROW = 24
LINE = 15  # what a second line of words adds to a row
_LEFT = int(Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft)


class BarChart(QWidget):
    """Shares 0-1 as bars, one below the other, each with its 90 % margin and its number.

    Five bars from highest to lowest need take the colours of the need map. A click on a bar, or Return on the one the arrow
    keys chose, asks for the rows behind it.
    """

    asked = Signal(object)  # Said: words before the bar

    def __init__(self, bars: Bars = (), title: Said = NOTHING, unit: str = "share") -> None:
        super().__init__()
        policy = QSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Minimum)
        policy.setHeightForWidth(True)
        self.setSizePolicy(policy)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.current = 0
        is_a(self, QAccessible.Role.Chart)
        self.show_bars(bars, title, unit)

    def show_bars(self, bars: Bars, title: Said, unit: str = "share") -> None:
        self.bars, self.unit = bars, unit
        rows = [joined([text, format_with_margin(share, moe, unit)], ": ") for text, share, moe in bars]
        named(self, joined([title, joined(rows, "; ")], ": "), joined([title, *rows], "\n") if bars else NOTHING)
        self.updateGeometry()
        self.update()

    # --- asking for the rows behind a bar ------------------------------------------------------------------------

    def _boxes(self) -> list[QRectF]:
        """Where each bar stands with its words and number."""
        now, top = look(), 0.0
        made = []
        for lines in self._labels(self.width())[1]:
            made.append(QRectF(0, top, self.width(), now.px(ROW) + now.px(LINE) * (len(lines) - 1)))
            top = made[-1].bottom()
        return made

    def bar_at(self, at: QPointF) -> int:
        """The bar at a point, or -1."""
        return next((n for n, box in enumerate(self._boxes()) if box.contains(at)), -1)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        place = self.bar_at(event.position())
        if event.button() == Qt.MouseButton.LeftButton and place >= 0:
            self.current = place
            self.asked.emit(self.bars[place][0])

    def keyPressEvent(self, event: QKeyEvent) -> None:
        step = {Qt.Key.Key_Down: 1, Qt.Key.Key_Up: -1}.get(Qt.Key(event.key()), 0)
        if step:
            self.current = min(max(self.current + step, 0), len(self.bars) - 1)
            self.update()
        elif event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Space) and self.bars:
            self.asked.emit(self.bars[self.current][0])
        else:
            super().keyPressEvent(event)

    def focusInEvent(self, event: QFocusEvent) -> None:
        super().focusInEvent(event)
        self.update()

    def focusOutEvent(self, event: QFocusEvent) -> None:
        super().focusOutEvent(event)
        self.update()

    # --- drawing -------------------------------------------------------------------------------------------------

    def sizeHint(self) -> QSize:
        width = look().px(260)
        return QSize(width, self.heightForWidth(width))

    def minimumSizeHint(self) -> QSize:
        return QSize(look().px(180), look().px(ROW) * len(self.bars) + look().px(4))

    def heightForWidth(self, width: int) -> int:
        now = look()
        _, lines = self._labels(width)
        return sum(now.px(ROW) + now.px(LINE) * (len(shown) - 1) for shown in lines) + now.px(4)

    def _labels(self, width: int) -> tuple[float, list[tuple[str, ...]]]:
        """How wide the words before the bars are, and the lines each takes there."""
        now = look()
        font = now.font(11.5)
        names = min(max((text_width(spoken(text), font) for text, _, _ in self.bars), default=0) + now.px(10), width * 0.45)
        return names, [in_lines(together(spoken(text)), font, names - now.px(8)) for text, _, _ in self.bars]

    def paintEvent(self, _event: QPaintEvent) -> None:
        if not self.bars:
            return
        now = look()
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        names, labels = self._labels(self.width())
        span = span_of((share, None if missing(moe) else moe) for _, share, moe in self.bars)
        said = [format_number(1.0, "share"), *(self._number(share, span) for _, share, _ in self.bars if not missing(share))]
        numbers = max(text_width(spoken(one), now.font(11.5, 500, tabular=True)) for one in said) + now.px(10)
        room = self.width() - names - numbers
        for line, lines, (_, share, moe), colour in zip(self._boxes(), labels, self.bars, bar_colours(self.bars), strict=True):
            painter.setFont(now.font(11.5))
            painter.setPen(now.colour("text"))
            painter.drawText(line, _LEFT, "\n".join(lines))
            self._bar(painter, QRectF(names, line.top(), room, line.height()), share, moe, span, colour)
        if self.hasFocus():
            painter.setPen(QPen(now.colour("focus"), 1.6))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawRoundedRect(self._boxes()[min(self.current, len(self.bars) - 1)].adjusted(1, 1, -1, -1), 3, 3)

    def _bar(
        self, painter: QPainter, room: QRectF, share: float, moe: float | None, span: tuple[float, float], colour: str
    ) -> None:
        now = look()
        painter.setFont(now.font(11.5, 500, tabular=True))
        if missing(share):
            painter.setPen(now.colour("quiet"))
            painter.drawText(room, _LEFT, spoken(NO_DATA))
            return
        margin = moe if moe is not None and not missing(moe) else 0.0
        least, most = span
        unit = room.width() / ((most - least) or 1.0)
        zero, thick = room.left() - least * unit, now.px(12)
        bar = QRectF(zero + min(share, 0.0) * unit, room.center().y() - thick / 2, max(abs(share) * unit, 2.0), thick)
        if least < 0:
            painter.setPen(QPen(now.colour("control"), 1))
            painter.drawLine(round(zero), int(room.top()), round(zero), int(room.bottom()))
        painter.setPen(QPen(now.colour("control"), 1) if QColor(colour).lightnessF() > 0.9 else Qt.PenStyle.NoPen)
        painter.setBrush(QColor(colour))
        painter.drawRoundedRect(bar, 2, 2)
        end = bar.right()
        if margin:
            low, high = zero + max(share - margin, least) * unit, zero + (share + margin) * unit
            painter.setPen(QPen(now.colour("surface"), 4))
            painter.drawLine(int(low), int(bar.center().y()), int(high), int(bar.center().y()))
            painter.setPen(QPen(now.colour("text"), 1.6))
            painter.drawLine(int(low), int(bar.center().y()), int(high), int(bar.center().y()))
            end = max(high, end)
        if least < 0:
            end = room.right()
        painter.setPen(now.colour("text"))
        place = QRectF(end + now.px(7), room.top(), now.px(120), room.height())
        painter.drawText(place, _LEFT, spoken(self._number(share, span)))

    def _number(self, value: float, span: tuple[float, float]) -> Said:
        """What a bar is long, with a decimal where some reach below zero."""
        return format_number(value, self.unit, 1 if span[0] < 0 else None)


def bar_colours(bars: Bars) -> tuple[str, ...]:
    """One colour per bar: the need ramp where the bars are the need classes, else the same for all."""
    if len(bars) > 2 and "need" in f"{bars[0][0]} {bars[-1][0]}".lower():
        colours = ramp("need", len(bars), look().tokens.name == "dark")
        falling = "high" in bars[0][0].lower()
        return tuple(reversed(colours)) if falling else colours
    return (look().tokens.bar,) * len(bars)
