"""Bars to both sides of a line: who gains to the right, who loses to the left, one row per group."""

from __future__ import annotations

from attrs import frozen
from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QBrush, QColor, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QSizePolicy, QWidget

from ecomap.model.said import Said, joined, name, say
from ecomap.model.units import format_number
from ecomap.ui.look.charts import in_lines
from ecomap.ui.look.theme import look, named, text_width
from ecomap.ui.speech import spoken

ROW = 34
GAINS, LOSES = "#01665E", "#8C510A"
GAINS_DARK, LOSES_DARK = "#5AB4AC", "#D8B365"
_LEFT = int(Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft)
_RIGHT = int(Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignRight)


@frozen
class ChangeBar:
    """How many of a group gain and lose, and what that makes, with its 90 % margin."""

    words: Said
    gaining: float
    losing: float
    net: float
    moe: float | None = None

    def told(self) -> Said:
        """The row in words."""
        return say("{group}: {gain} gain, {loss} lose", group=self.words, gain=format_number(self.gaining), loss=format_number(self.losing))


class ChangeBars(QWidget):
    """A row per group; what is lost is striped, so that colour is not the only sign."""

    def __init__(self, bars: tuple[ChangeBar, ...], title: Said) -> None:
        super().__init__()
        self.bars = bars
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        rows = [bar.told() for bar in bars]
        named(self, joined([title, joined(rows, "; ")], ": "), joined([title, *rows], "\n"))

    def sizeHint(self) -> QSize:
        return QSize(look().px(260), look().px(ROW) * len(self.bars) + look().px(4))

    def minimumSizeHint(self) -> QSize:
        return QSize(look().px(200), self.sizeHint().height())

    def paintEvent(self, _event: QPaintEvent) -> None:
        if not self.bars:
            return
        now = look()
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        font, figures = now.font(11.5), now.font(11.5, 500, tabular=True)
        names = min(max(text_width(spoken(bar.words), font) for bar in self.bars) + now.px(10), self.width() * 0.38)
        numbers = max(text_width(text, figures) for bar in self.bars for text in _numbers(bar)) + now.px(8)
        room = max(self.width() - names - 2 * numbers, now.px(40))
        most_lost, most_gained = max(bar.losing for bar in self.bars), max(bar.gaining for bar in self.bars)
        unit = room / max(most_lost + most_gained, 1e-9)
        zero = names + numbers + most_lost * unit
        for number, bar in enumerate(self.bars):
            box = QRectF(0, number * now.px(ROW), self.width(), now.px(ROW))
            painter.setFont(font)
            painter.setPen(now.colour("text"))
            painter.drawText(box, _LEFT, "\n".join(in_lines(spoken(bar.words), font, names - now.px(8))))
            painter.setFont(figures)
            self._bar(painter, box, zero, unit, numbers, bar)
        painter.setPen(QPen(now.colour("control"), 1))
        painter.drawLine(round(zero), 0, round(zero), now.px(ROW) * len(self.bars))

    def _bar(self, painter: QPainter, box: QRectF, zero: float, unit: float, numbers: float, bar: ChangeBar) -> None:
        now = look()
        dark = now.tokens.name == "dark"
        thick, top = now.px(12), box.center().y() - now.px(6)
        gain = QRectF(zero, top, bar.gaining * unit, thick)
        loss = QRectF(zero - bar.losing * unit, top, bar.losing * unit, thick)
        lost, gained = QColor(LOSES_DARK if dark else LOSES), QColor(GAINS_DARK if dark else GAINS)
        for part, colour, striped in ((gain, gained, False), (loss, lost, True)):
            if part.width() < 0.5:
                continue
            painter.setPen(QPen(colour, 1))
            painter.setBrush(QBrush(colour, Qt.BrushStyle.BDiagPattern) if striped else colour)
            painter.drawRect(part)
        less, more = _numbers(bar)
        painter.setPen(now.colour("text"))
        painter.drawText(QRectF(gain.right() + now.px(5), box.top(), numbers, box.height()), _LEFT, more)
        painter.drawText(QRectF(loss.left() - numbers - now.px(5), box.top(), numbers, box.height()), _RIGHT, less)


def _numbers(bar: ChangeBar) -> tuple[str, str]:
    """What stands at the ends of a row; nobody is not written."""
    less = spoken(format_number(-bar.losing)) if bar.losing >= 0.5 else ""
    more = spoken(joined([name("+"), format_number(bar.gaining)], "")) if bar.gaining >= 0.5 else ""
    return less, more
