"""What lies over the map without being of it: the line in the hand, what it measures, and notes pinned on places."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Final

from attrs import frozen
from PySide6.QtCore import QEvent, QObject, QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QFontMetricsF, QPainter, QPaintEvent, QPen, QPolygonF
from PySide6.QtWidgets import QWidget

from ecomap.model.said import NOTHING, Said
from ecomap.render.style.palette import chrome
from ecomap.ui.look.theme import look
from ecomap.ui.map.canvas import MapCanvas
from ecomap.ui.map.hand import AREA, MEASURING, PATH, Hand
from ecomap.ui.speech import spoken
from ecomap.workspace.measuring import area_words, path_words

PIN: Final = 9.0  # px, radius of a pin's head
_FILL: Final = 40


@frozen
class Pin:
    """A note on the map: where its tip stands, whether it is settled, whether it is the one that is looked at, and whether a reader wrote it."""

    id: str
    x: float
    y: float
    settled: bool = False
    chosen: bool = False
    reader: bool = False


class Sketch(QWidget):
    """Painted over the canvas; the mouse goes through it."""

    def __init__(self, canvas: MapCanvas, hand: Hand) -> None:
        super().__init__(canvas)
        self.canvas, self.hand = canvas, hand
        self.pins: tuple[Pin, ...] = ()
        self.kept_right: Callable[[], int] = lambda: 0  # px at the right edge where tools stand
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.setGeometry(canvas.rect())
        canvas.installEventFilter(self)
        hand.moved.connect(self.update)
        self.show()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if watched is self.canvas and event.type() == QEvent.Type.Resize:
            self.setGeometry(self.canvas.rect())
        return False

    def show_pins(self, pins: Sequence[Pin]) -> None:
        self.pins = tuple(pins)
        self.update()

    def pin_at(self, at: QPointF) -> str:
        """The note whose pin is under a point of the widget, "" where there is none; the one drawn last first."""
        for pin in reversed(self.pins):
            head = self._head(pin)
            if (head - at).manhattanLength() <= look().px(PIN) * 1.6:
                return pin.id
        return ""

    def measured(self) -> Said:
        """What the line in the hand measures now."""
        measure: Callable[[Sequence[tuple[float, float]], str], Said] | None = {PATH: path_words, AREA: area_words}.get(self.hand.tool)
        return measure(self.hand.outline(), self.canvas.crs) if measure is not None and self.canvas.crs else NOTHING

    # --- painting ------------------------------------------------------------------------------------------------

    def paintEvent(self, _event: QPaintEvent) -> None:
        if not self.pins and not self.hand.points:
            return
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        for pin in self.pins:
            self._paint_pin(painter, pin)
        if self.hand.points:
            self._paint_line(painter)
        painter.end()

    def _paint_line(self, painter: QPainter) -> None:
        dark = look().tokens.name == "dark"
        ink = QColor(look().tokens.ink if self.hand.tool in MEASURING else chrome(dark)["selected"])
        halo = QColor("#1F2933" if dark else "#FFFFFF")
        corners = [self._at(place) for place in self.hand.outline()]
        closed = self.hand.tool != PATH and len(corners) > 2
        shape = QPolygonF([*corners, corners[0]] if closed else corners)
        if closed:
            fill = QColor(ink)
            fill.setAlpha(_FILL)
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(fill)
            painter.drawPolygon(shape)
        painter.setBrush(Qt.BrushStyle.NoBrush)
        for pen in (QPen(halo, 4.5), QPen(ink, 2.0, Qt.PenStyle.SolidLine if self.hand.closed else Qt.PenStyle.DashLine)):
            painter.setPen(pen)
            painter.drawPolyline(shape)
        if self.hand.tool in MEASURING:
            painter.setPen(QPen(halo, 1.5))
            painter.setBrush(ink)
            for corner in corners:
                painter.drawEllipse(corner, 4, 4)
            self._paint_words(painter, spoken(self.measured()), corners[-1])

    def _paint_words(self, painter: QPainter, words: str, at: QPointF) -> None:
        """What is measured, in a box beside the last corner that does not leave the map."""
        if not words:
            return
        now = look()
        font = now.font(12.5, 600, tabular=True)
        metrics = QFontMetricsF(font)
        wide, high = metrics.horizontalAdvance(words) + now.px(16), metrics.height() + now.px(8)
        left = min(at.x() + now.px(12), self.width() - wide - self.kept_right())
        top = at.y() - high - now.px(10)
        box = QRectF(max(left, 4), top if top > 4 else at.y() + now.px(12), wide, high)
        painter.setPen(QPen(now.colour("line"), 1))
        painter.setBrush(now.colour("surface"))
        painter.drawRoundedRect(box, 5, 5)
        painter.setFont(font)
        painter.setPen(now.colour("text"))
        painter.drawText(box, Qt.AlignmentFlag.AlignCenter, words)

    def _paint_pin(self, painter: QPainter, pin: Pin) -> None:
        """A head on a stem, square where a reader wrote it; a settled one is hollow with a tick, so that colour is not the only sign."""
        now = look()
        tip, head, radius = self._at((pin.x, pin.y)), self._head(pin), now.px(PIN)
        ink, surface = now.colour("ink"), now.colour("surface")
        for pen in (QPen(surface, 4.5), QPen(now.colour("focus") if pin.chosen else ink, 2.0)):
            painter.setPen(pen)
            painter.drawLine(tip, head)
        painter.setPen(QPen(surface, 2.0))
        painter.setBrush(surface if pin.settled else ink)
        _paint_head(painter, head, radius + 1, pin.reader)
        painter.setPen(QPen(now.colour("focus"), 3.0) if pin.chosen else QPen(ink, 1.5))
        _paint_head(painter, head, radius, pin.reader)
        sign = QPen(ink if pin.settled else surface, 1.6)
        painter.setPen(sign)
        part = radius * 0.45
        if pin.settled:
            painter.drawPolyline(QPolygonF([head + QPointF(-part, 0), head + QPointF(-part * 0.2, part * 0.8), head + QPointF(part, -part * 0.8)]))
        else:
            for step in (-0.6, 0.0, 0.6):
                painter.drawLine(head + QPointF(-part, part * step * 1.4), head + QPointF(part, part * step * 1.4))

    def _head(self, pin: Pin) -> QPointF:
        return self._at((pin.x, pin.y)) + QPointF(0, -look().px(PIN) * 2.4)

    def _at(self, place: tuple[float, float]) -> QPointF:
        return QPointF(*self.canvas.window_shown().to_screen(*place))


def _paint_head(painter: QPainter, middle: QPointF, radius: float, square: bool) -> None:
    if square:
        painter.drawRoundedRect(QRectF(middle.x() - radius, middle.y() - radius, 2 * radius, 2 * radius), radius / 4, radius / 4)
    else:
        painter.drawEllipse(middle, radius, radius)
