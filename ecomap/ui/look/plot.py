"""A histogram or a scatter of a layer's numbers: margins as whiskers, those without a figure apart, brushed with the mouse or by keys.

Painted here as the bars of `charts` are, not with a charting library: pyqtgraph takes 0.3 s of the window's thread to import, brings
menus of its own that speak English only, and none of its points can be reached by keys or by a screen reader.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import numpy as np
from attrs import frozen
from PySide6.QtCore import QLineF, QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import (
    QBrush,
    QColor,
    QFocusEvent,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QPen,
    QPixmap,
    QPolygonF,
    QResizeEvent,
)
from PySide6.QtWidgets import QSizePolicy, QWidget

from ecomap.analysis.chosen.plotted import Plotted, bar_edges, bars_of, ticks
from ecomap.model.layer import Column
from ecomap.model.said import NOTHING, Said, joined, plural, say
from ecomap.model.units import format_margin, format_number
from ecomap.render.style.palette import chrome
from ecomap.ui.look.parts import follow_theme
from ecomap.ui.look.theme import look, named, text_width
from ecomap.ui.speech import spoken

MOST_WHISKERS: Final = 1_500  # places; of more, only the chosen ones show their margins
MOST_OUTLINED: Final = 4_000
_DOT: Final = 3.2
_NEAR: Final = 7.0
_CENTRE = int(Qt.AlignmentFlag.AlignCenter)


@frozen(eq=False)
class Drawn:
    """What is drawn: rows on axes, what the axes are, and the colour of each row ("" for none of a class)."""

    rows: Plotted
    x: Column
    y: Column | None = None
    colours: tuple[str, ...] = ()


class Plot(QWidget):
    """Dragging chooses what lies in the box, a click the bar or dot under it; Shift adds, Ctrl or Alt takes away.

    Arrow keys go from bar to bar or from dot to dot, Return chooses; those without a figure stand at the left and are chosen like a bar.
    """

    brushed = Signal(object, object)  # ids, modifiers

    def __init__(self) -> None:
        super().__init__()
        self.drawn: Drawn | None = None
        self.current = -1
        self._chosen = np.zeros(0, bool)
        self._edges = self._bars = np.zeros(0)
        self._base: QPixmap | None = None
        self._from: QPointF | None = None
        self._to: QPointF | None = None
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setMouseTracking(True)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        follow_theme(self, self._again)

    def sizeHint(self) -> QSize:
        return QSize(look().px(420), look().px(300))

    def minimumSizeHint(self) -> QSize:
        return QSize(look().px(220), look().px(180))

    # --- what is shown -------------------------------------------------------------------------------------------

    def show_rows(self, drawn: Drawn | None) -> None:
        self.drawn, self.current = drawn, -1
        self._chosen = np.zeros(len(drawn.rows.ids) if drawn else 0, bool)
        if drawn is not None and drawn.y is None:
            self._edges = bar_edges(drawn.rows.x)
            self._bars = bars_of(drawn.rows.x, self._edges) if len(self._edges) else np.full(len(drawn.rows.ids), -1)
        self._again()

    def choose(self, ids: Sequence[str]) -> None:
        """Show which rows are chosen elsewhere."""
        if self.drawn is not None:
            wanted = set(ids)
            self._chosen = np.array([one in wanted for one in self.drawn.rows.ids], bool)
            self._describe()
            self.update()

    def _again(self) -> None:
        self._base = None
        self._describe()
        self.update()

    def summary(self) -> Said:
        """How many are drawn, and who is not and why."""
        if self.drawn is None:
            return NOTHING
        rows = self.drawn.rows
        parts = [plural("{n} place drawn", "{n} places drawn", int(rows.drawn.sum()))]
        if rows.missing.any():
            parts.append(plural("{n} has no figure", "{n} have no figure", int(rows.missing.sum())))
        if rows.beyond.any():
            parts.append(plural("{n} is out of reach", "{n} are out of reach", int(rows.beyond.sum())))
        if self._chosen.any():
            parts.append(plural("{n} chosen", "{n} chosen", int(self._chosen.sum())))
        if self.drawn.y is not None and int(rows.drawn.sum()) > MOST_WHISKERS:
            parts.append(say("margins are drawn for chosen places only"))
        return joined(parts, " · ")

    def _describe(self) -> None:
        if self.drawn is None:
            named(self, say("Chart"))
            return
        axes = (say("Chart of {x} and {y}", x=self.drawn.x.label, y=self.drawn.y.label) if self.drawn.y is not None
                else say("Histogram of {x}", x=self.drawn.x.label))
        named(self, joined([axes, self.summary(), self._said_of_current()], ". "))

    def _said_of_current(self) -> Said:
        """The bar or dot that the keys are on."""
        if self.drawn is None or self.current < 0:
            return NOTHING
        if self.drawn.y is None:
            if self.current == 0:
                return say("No figure")
            low, high = (format_number(float(end), self.drawn.x.unit, self.drawn.x.digits or None) for end in self._edges[self.current - 1 : self.current + 1])
            return joined([say("{low} to {high}", low=low, high=high), plural("{n} place", "{n} places", int((self._bars == self.current - 1).sum()))], ": ")
        row = self._in_order()[self.current]
        return joined([format_number(float(self.drawn.rows.x[row]), self.drawn.x.unit), format_number(float(self.drawn.rows.y[row]), self.drawn.y.unit)], ", ")  # type: ignore[index]

    # --- where things stand --------------------------------------------------------------------------------------

    def room(self) -> QRectF:
        """The room of the axes; left of it stand those without a figure."""
        now = look()
        left = now.px(62) + self._gutter()
        return QRectF(left, now.px(12), max(self.width() - left - now.px(14), 10), max(self.height() - now.px(60), 10))

    def _gutter(self) -> int:
        return look().px(64) if self.drawn is not None and not self.drawn.rows.drawn.all() else 0

    def gutter(self) -> QRectF:
        """The room of those that have no place on the axes."""
        room = self.room()
        return QRectF(look().px(54), room.top(), max(self._gutter() - look().px(10), 0), room.height())

    def _ends(self) -> tuple[float, float, float, float]:
        """Left, right, bottom, top of the axes, with the whiskers that are drawn."""
        assert self.drawn is not None
        rows = self.drawn.rows
        if rows.y is None:
            counts = np.bincount(self._bars[self._bars >= 0]) if (self._bars >= 0).any() else np.array([1])
            edges = self._edges if len(self._edges) else np.array([0.0, 1.0])
            return float(edges[0]), float(edges[-1]), 0.0, float(max(counts.max(), rows.missing.sum() + rows.beyond.sum(), 1))
        found = []
        for values in (rows.x, rows.y):
            shown = values[rows.drawn]
            low, high = (float(shown.min()), float(shown.max())) if len(shown) else (0.0, 1.0)
            around = (high - low) * 0.04 or 0.5
            found += [low - around, high + around]
        return found[0], found[1], found[2], found[3]

    def places(self) -> tuple[np.ndarray, np.ndarray]:
        """Pixels of every row of a scatter; NaN for those that are not drawn."""
        assert self.drawn is not None
        assert self.drawn.rows.y is not None
        room, (left, right, bottom, top) = self.room(), self._ends()
        x = np.where(self.drawn.rows.drawn, self.drawn.rows.x, np.nan)
        y = np.where(self.drawn.rows.drawn, self.drawn.rows.y, np.nan)
        return room.left() + (x - left) / (right - left) * room.width(), room.bottom() - (y - bottom) / (top - bottom) * room.height()

    def bar_box(self, bar: int) -> QRectF:
        """Where a bar of a histogram stands; -1 is that of those without a figure."""
        assert self.drawn is not None
        room, (left, right, _, top) = self.room(), self._ends()
        if bar < 0:
            gutter = self.gutter()
            share = (~self.drawn.rows.drawn).sum() / (top if self.drawn.y is None else max(len(self.drawn.rows.ids), 1))
            high = max(float(share) * room.height(), look().px(6))
            return QRectF(gutter.left(), room.bottom() - high, gutter.width(), high)
        x0, x1 = (room.left() + (float(self._edges[n]) - left) / (right - left) * room.width() for n in (bar, bar + 1))
        high = float((self._bars == bar).sum()) / top * room.height()
        return QRectF(x0, room.bottom() - high, x1 - x0 - 1, high)

    def _in_order(self) -> np.ndarray:
        """Rows of a scatter from left to right, for the keys."""
        assert self.drawn is not None
        rows = np.flatnonzero(self.drawn.rows.drawn)
        return np.asarray(rows[np.argsort(self.drawn.rows.x[rows], kind="stable")])

    # --- hands ---------------------------------------------------------------------------------------------------

    def mousePressEvent(self, event: QMouseEvent) -> None:
        if event.button() == Qt.MouseButton.LeftButton and self.drawn is not None:
            self._from = self._to = event.position()

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        if self._from is not None:
            self._to = event.position()
            self.update()

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        if self._from is None or self.drawn is None:
            return
        box = QRectF(self._from, event.position()).normalized()
        self._from = self._to = None
        self.brush(box, event.modifiers())
        self.update()

    def brush(self, box: QRectF, modifiers: Qt.KeyboardModifier) -> None:
        """Choose what lies in a box of the widget; a box of no size is a click."""
        if self.drawn is None:
            return
        rows = self.drawn.rows
        if self._gutter() and box.right() < self.room().left() - 2:
            self._send(~rows.drawn, modifiers)
        elif rows.y is None:
            met = [bar for bar in range(len(self._edges) - 1) if self._spans(bar, box)]
            self._send(np.isin(self._bars, met) & (self._bars >= 0), modifiers)
        else:
            x, y = self.places()
            near = _NEAR if max(box.width(), box.height()) < _NEAR else 0.0
            with np.errstate(invalid="ignore"):
                found = (x >= box.left() - near) & (x <= box.right() + near) & (y >= box.top() - near) & (y <= box.bottom() + near)
            self._send(found, modifiers)

    def _spans(self, bar: int, box: QRectF) -> bool:
        """Whether a bar's whole height of the chart meets a box from side to side."""
        own = self.bar_box(bar)
        return own.left() <= box.right() and box.left() < own.right() + 1

    def _send(self, found: np.ndarray, modifiers: Qt.KeyboardModifier) -> None:
        assert self.drawn is not None
        self.brushed.emit(tuple(one for one, is_in in zip(self.drawn.rows.ids, found.tolist()) if is_in), modifiers)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        step = {Qt.Key.Key_Right: 1, Qt.Key.Key_Left: -1, Qt.Key.Key_Up: 1, Qt.Key.Key_Down: -1}.get(Qt.Key(event.key()), 0)
        if self.drawn is None or not (step or event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Space)):
            super().keyPressEvent(event)
            return
        many = len(self._edges) if self.drawn.y is None else int(self.drawn.rows.drawn.sum())
        if step:
            self.current = min(max(self.current + step, 0), many - 1)
            self._describe()
            self.update()
        elif self.current >= 0 and self.drawn.y is None:
            self._send(self._bars == self.current - 1 if self.current else ~self.drawn.rows.drawn, event.modifiers())
        elif self.current >= 0:
            found = np.zeros(len(self.drawn.rows.ids), bool)
            found[self._in_order()[self.current]] = True
            self._send(found, event.modifiers())

    def focusInEvent(self, event: QFocusEvent) -> None:
        super().focusInEvent(event)
        self.update()

    def focusOutEvent(self, event: QFocusEvent) -> None:
        super().focusOutEvent(event)
        self.update()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._base = None

    # --- painting ------------------------------------------------------------------------------------------------

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.fillRect(self.rect(), look().colour("surface"))
        if self.drawn is None:
            return
        if self._base is None:
            self._base = self._painted()
        painter.drawPixmap(0, 0, self._base)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        strong = QColor(chrome(look().tokens.name == "dark")["selected"])
        if self.drawn.y is None:
            self._paint_bars(painter, self._chosen, strong)
        else:
            self._paint_dots(painter, self._chosen & self.drawn.rows.drawn, strong, ring=True)
        self._paint_apart(painter, self._chosen, strong)
        if self._from is not None and self._to is not None:
            painter.setPen(QPen(look().colour("focus"), 1.2, Qt.PenStyle.DashLine))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawRect(QRectF(self._from, self._to))
        if self.hasFocus():
            self._paint_focus(painter)
        painter.end()

    def _painted(self) -> QPixmap:
        """All that does not change while somebody chooses."""
        assert self.drawn is not None
        ratio = self.devicePixelRatioF()
        picture = QPixmap(round(self.width() * ratio), round(self.height() * ratio))
        picture.setDevicePixelRatio(ratio)
        picture.fill(look().colour("surface"))
        painter = QPainter(picture)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        self._paint_axes(painter)
        every = np.ones(len(self.drawn.rows.ids), bool)
        if self.drawn.y is None:
            self._paint_bars(painter, every, None)
        else:
            if int(self.drawn.rows.drawn.sum()) <= MOST_WHISKERS:
                self._paint_whiskers(painter, self.drawn.rows.drawn, look().colour("line"))
            self._paint_dots(painter, self.drawn.rows.drawn, None)
        self._paint_apart(painter, every, None)
        self._paint_usual_margin(painter)
        painter.end()
        return picture

    def _paint_apart(self, painter: QPainter, rows: np.ndarray, colour: QColor | None) -> None:
        """Those without a figure, or out of reach, in a bar of their own."""
        assert self.drawn is not None
        apart = ~self.drawn.rows.drawn
        share = float((apart & rows).sum()) / max(float(apart.sum()), 1.0)
        if share:
            box = self.bar_box(-1)
            box.setTop(box.bottom() - box.height() * share)
            painter.setPen(QPen(look().colour("control"), 1))
            painter.setBrush(colour or QBrush(look().colour("quiet"), Qt.BrushStyle.BDiagPattern))
            painter.drawRect(box)

    def _paint_usual_margin(self, painter: QPainter) -> None:
        """How wide the margin of the middle one of all places is, as a whisker to hold against the bars of a histogram."""
        assert self.drawn is not None
        known = self.drawn.rows.x_moe[np.isfinite(self.drawn.rows.x_moe) & self.drawn.rows.drawn]
        if self.drawn.y is not None or not len(known):
            return
        now, room, (left, right, _, _) = look(), self.room(), self._ends()
        half = min(float(np.median(known)) / (right - left) * room.width(), room.width() / 2)
        y, x = room.top() + now.px(24), room.right() - half - 4
        painter.setPen(QPen(now.colour("text"), 1.6))
        painter.drawLines([QLineF(x - half, y, x + half, y), QLineF(x - half, y - 4, x - half, y + 4), QLineF(x + half, y - 4, x + half, y + 4)])
        digits = 1 if self.drawn.x.unit == "share" else self.drawn.x.digits or None
        words = say("usual margin ± {margin}", margin=format_margin(float(np.median(known)), self.drawn.x.unit, digits))
        self._words(painter, QRectF(room.left(), room.top() + now.px(2), room.width() - 4, now.px(16)), words,
                    int(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter))

    def _paint_axes(self, painter: QPainter) -> None:
        assert self.drawn is not None
        now, room, (left, right, bottom, top) = look(), self.room(), self._ends()
        painter.setFont(now.font(11, 400, tabular=True))
        most = max(int(room.width() / max(text_width(spoken(format_number(right, self.drawn.x.unit, self.drawn.x.digits or None)), now.font(11)) + now.px(18), 1)), 2)
        for value in ticks(left, right, most):
            x = room.left() + (value - left) / (right - left) * room.width()
            painter.setPen(QPen(now.colour("line"), 1))
            painter.drawLine(QLineF(x, room.top(), x, room.bottom() + 4))
            self._words(painter, QRectF(x - 60, room.bottom() + now.px(5), 120, now.px(16)), format_number(value, self.drawn.x.unit, self.drawn.x.digits or None))
        of = self.drawn.y
        for value in ticks(bottom, top, max(int(room.height() / now.px(34)), 2)):
            if of is None and value != round(value):
                continue
            y = room.bottom() - (value - bottom) / (top - bottom) * room.height()
            painter.setPen(QPen(now.colour("line"), 1))
            painter.drawLine(QLineF(room.left() - 4, y, room.right(), y))
            self._words(painter, QRectF(0, y - 8, now.px(50), 16), format_number(value, of.unit if of is not None else "", (of.digits or None) if of is not None else None),
                        int(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter))
        self._words(painter, QRectF(room.left(), self.height() - now.px(22), room.width(), now.px(18)), self.drawn.x.label)
        if self._gutter():
            gutter = self.gutter()
            self._words(painter, QRectF(gutter.left() - 14, room.bottom() + now.px(5), gutter.width() + 28, now.px(30)),
                        self._said_apart(), int(Qt.AlignmentFlag.AlignHCenter | Qt.TextFlag.TextWordWrap))

    def _said_apart(self) -> Said:
        """How many stand apart, and why."""
        assert self.drawn is not None
        gone, beyond = int(self.drawn.rows.missing.sum()), int(self.drawn.rows.beyond.sum())
        return joined([plural("{n} no figure", "{n} no figure", gone) if gone else NOTHING, plural("{n} out of reach", "{n} out of reach", beyond) if beyond else NOTHING], ", ")

    def _words(self, painter: QPainter, box: QRectF, words: Said, side: int = _CENTRE) -> None:
        painter.setPen(look().colour("quiet"))
        painter.drawText(box, side, spoken(words))

    def _paint_bars(self, painter: QPainter, rows: np.ndarray, colour: QColor | None) -> None:
        """Bars of some rows; the classes of the map give their colours where the chart shows what the map shows."""
        assert self.drawn is not None
        now = look()
        for bar in range(len(self._edges) - 1):
            whole = self._bars == bar
            share = float((whole & rows).sum()) / max(float(whole.sum()), 1.0)
            if not share:
                continue
            box = self.bar_box(bar)
            box.setTop(box.bottom() - box.height() * share)
            painter.setPen(QPen(now.colour("control"), 1))
            painter.setBrush(colour or QColor(self._bar_colour(whole)))
            painter.drawRect(box)

    def _bar_colour(self, whole: np.ndarray) -> str:
        """The class that most rows of a bar are of."""
        assert self.drawn is not None
        found = [colour for colour, is_in in zip(self.drawn.colours, whole.tolist()) if is_in and colour]
        return max(set(found), key=found.count) if found else look().tokens.bar

    def _paint_dots(self, painter: QPainter, rows: np.ndarray, colour: QColor | None, *, ring: bool = False) -> None:
        assert self.drawn is not None
        now, (x, y), size = look(), self.places(), look().px(_DOT) * (1.4 if ring else 1.0)
        if int(rows.sum()) > MOST_OUTLINED:
            self._paint_many(painter, rows, colour, x, y, size)
            return
        if ring and int(rows.sum()) <= MOST_WHISKERS:
            self._paint_whiskers(painter, rows, now.colour("text"))
        painter.setPen(QPen(now.colour("control"), 0.8))
        for row in np.flatnonzero(rows).tolist():
            own = self.drawn.colours[row] if self.drawn.colours else ""
            painter.setBrush(colour or QColor(own or now.tokens.bar))
            painter.drawEllipse(QPointF(float(x[row]), float(y[row])), size, size)

    def _paint_many(self, painter: QPainter, rows: np.ndarray, colour: QColor | None, x: np.ndarray, y: np.ndarray, size: float) -> None:
        """Thousands of dots, all of one colour at once and without an outline."""
        assert self.drawn is not None
        own = np.array([one or look().tokens.bar for one in self.drawn.colours] if self.drawn.colours and colour is None else [look().tokens.bar] * len(x))
        painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)
        for ink in np.unique(own[rows]).tolist():
            here = np.flatnonzero(rows & (own == ink))
            painter.setPen(QPen(colour or QColor(ink), 2 * size, Qt.PenStyle.SolidLine, Qt.PenCapStyle.RoundCap))
            painter.drawPoints(QPolygonF([QPointF(*place) for place in zip(x[here].tolist(), y[here].tolist())]))

    def _paint_whiskers(self, painter: QPainter, rows: np.ndarray, colour: QColor) -> None:
        """Margins of both numbers, cut at the edge of the chart."""
        assert self.drawn is not None
        room, (left, right, bottom, top), (x, y) = self.room(), self._ends(), self.places()
        across, up = self.drawn.rows.x_moe / (right - left) * room.width(), (self.drawn.rows.y_moe if self.drawn.rows.y_moe is not None else np.full(len(x), np.nan)) / (top - bottom) * room.height()
        lines = []
        for row in np.flatnonzero(rows & np.isfinite(across)).tolist():
            lines.append(QLineF(max(x[row] - across[row], room.left()), y[row], min(x[row] + across[row], room.right()), y[row]))
        for row in np.flatnonzero(rows & np.isfinite(up)).tolist():
            lines.append(QLineF(x[row], max(y[row] - up[row], room.top()), x[row], min(y[row] + up[row], room.bottom())))
        painter.setPen(QPen(colour, 1))
        painter.drawLines(lines)

    def _paint_focus(self, painter: QPainter) -> None:
        assert self.drawn is not None
        painter.setPen(QPen(look().colour("focus"), 1.8))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        if self.current < 0:
            painter.drawRoundedRect(QRectF(self.rect()).adjusted(1, 1, -1, -1), 4, 4)
        elif self.drawn.y is None:
            painter.drawRect(self.bar_box(self.current - 1).adjusted(-2, -2, 2, 2))
        else:
            x, y = self.places()
            row = self._in_order()[self.current]
            painter.drawEllipse(QPointF(float(x[row]), float(y[row])), look().px(7), look().px(7))
