"""How a line of the layer tree is drawn."""

from __future__ import annotations

from PySide6.QtCore import QModelIndex, QObject, QPersistentModelIndex, QRectF, QSize, Qt
from PySide6.QtGui import QFont, QPainter, QPen
from PySide6.QtWidgets import QStyle, QStyledItemDelegate, QStyleOptionViewItem, QTreeView

from ecomap.ui.look.icons import pixmap
from ecomap.ui.look.lines import in_lines
from ecomap.ui.look.swatch import paint_swatch
from ecomap.ui.look.theme import look, text_width
from ecomap.ui.models.layers import ANSWER, COUNT, EARLIER, GROUP, KIND, LAYER, SYMBOL

Index = QModelIndex | QPersistentModelIndex
BOX, GAP, EDGE = 14, 9, 12
STEP = 16  # px from line to line of words
HEIGHTS = {GROUP: 34, LAYER: 27, ANSWER: 25, EARLIER: 27, "legend": 21}
_LEFT = int(Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft)
_RIGHT = int(Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignRight)


class LayerLineDelegate(QStyledItemDelegate):
    """Headings, layers with box, symbol, name and count, and legend rows."""

    def __init__(self, view: QTreeView, parent: QObject | None = None) -> None:
        super().__init__(parent or view)
        self._view = view

    def sizeHint(self, _option: QStyleOptionViewItem, index: Index) -> QSize:
        now = look()
        kind = index.data(KIND)
        tall = now.px(HEIGHTS[kind])
        return QSize(now.px(120), tall + now.px(STEP) * (len(self._lines(index)) - 1))

    def _lines(self, index: Index) -> tuple[str, ...]:
        """The words of a line, broken where they are too long for the tree."""
        now, kind = look(), index.data(KIND)
        room = self._view.viewport().width() - 2 * now.px(EDGE)
        if kind == GROUP:
            return in_lines(str(index.data()).upper(), _heading_font(), room)
        if kind == ANSWER:
            return in_lines(str(index.data()), now.font(12.5, 600), room)
        room -= now.px(BOX) + now.px(GAP)
        if kind == EARLIER:
            return in_lines(str(index.data()), now.font(12.5), room)
        room -= now.px(16) + text_width(str(index.data(COUNT) or ""), now.font(11.5, tabular=True))
        beside = 0 if index.data(SYMBOL) is None else 23 if kind == LAYER else 28
        return in_lines(str(index.data()), now.font(12.5, 500) if kind == LAYER else now.font(11.5), room - now.px(beside or 0.1))

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        box = QRectF(0, option.rect.top(), self._view.viewport().width(), option.rect.height())
        kind = index.data(KIND)
        if kind == GROUP:
            self._heading(painter, box, self._lines(index))
        elif kind == LAYER:
            self._layer(painter, box, option, index)
        elif kind == ANSWER:
            self._answer(painter, box, option, index)
        elif kind == EARLIER:
            self._earlier(painter, box, option, index)
        else:
            self._legend(painter, box, index)
        painter.restore()

    def box_rect(self, index: Index) -> QRectF:
        """Where the box to tick stands, in the viewport."""
        line = self._view.visualRect(index)
        return _box(QRectF(0, line.top(), self._view.viewport().width(), line.height()))

    def fold_rect(self, index: Index) -> QRectF:
        """Where the sign that opens and closes the legend stands, in the viewport."""
        line = self._view.visualRect(index)
        size = look().px(16)
        return QRectF(self._view.viewport().width() - size - 3, line.center().y() - size / 2, size, size)

    def _heading(self, painter: QPainter, box: QRectF, lines: tuple[str, ...]) -> None:
        now = look()
        painter.setFont(_heading_font())
        painter.setPen(now.colour("quiet"))
        _draw_lines(painter, box.adjusted(now.px(EDGE), now.px(8), -now.px(EDGE), 0), lines)

    def _ground(self, painter: QPainter, box: QRectF, option: QStyleOptionViewItem) -> None:
        """Chosen, pointed at, or where the keyboard is."""
        now = look()
        if option.state & QStyle.StateFlag.State_Selected:
            painter.fillRect(box, now.colour("selected"))
        elif option.state & QStyle.StateFlag.State_MouseOver:
            painter.fillRect(box, now.colour("hover"))
        if option.state & QStyle.StateFlag.State_HasFocus and self._view.hasFocus():
            painter.setPen(QPen(now.colour("focus"), 1.5))
            painter.drawRoundedRect(box.adjusted(2, 1, -2, -1), 4, 4)

    def _earlier(self, painter: QPainter, box: QRectF, option: QStyleOptionViewItem, index: Index) -> None:
        now = look()
        self._ground(painter, box, option)
        below = index.sibling(index.row() + 1, 0)
        folded = self._view.isRowHidden(below.row(), index.parent())
        size = now.px(16)
        place = QRectF(_box(box).center().x() - size / 2, box.center().y() - size / 2, size, size)
        painter.drawPixmap(place.toRect(), pixmap("chevron-right" if folded else "chevron-down", now.tokens.quiet, 32))
        left = _box(box).right() + now.px(GAP)
        painter.setFont(now.font(12.5))
        painter.setPen(now.colour("quiet"))
        _draw_lines(painter, QRectF(left, box.top(), box.right() - left, box.height()), self._lines(index))

    def _answer(self, painter: QPainter, box: QRectF, option: QStyleOptionViewItem, index: Index) -> None:
        now = look()
        self._ground(painter, box, option)
        painter.setFont(now.font(12.5, 600))
        painter.setPen(now.colour("text"))
        _draw_lines(painter, box.adjusted(now.px(EDGE), 0, -now.px(EDGE), 0), self._lines(index))

    def _layer(self, painter: QPainter, box: QRectF, option: QStyleOptionViewItem, index: Index) -> None:
        now = look()
        self._ground(painter, box, option)
        ticked = Qt.CheckState(index.data(Qt.ItemDataRole.CheckStateRole)) == Qt.CheckState.Checked
        self._tick(painter, _box(box), ticked)
        left = _box(box).right() + now.px(GAP)
        symbol = index.data(SYMBOL)
        if symbol is not None:
            size = now.px(15)
            painter.setOpacity(1.0 if ticked else 0.45)
            paint_swatch(painter, QRectF(left, box.center().y() - size / 2, size, size), symbol)
            painter.setOpacity(1.0)
            left += size + now.px(8)
        right = box.right() - now.px(EDGE)
        children = index.model().rowCount(index) if index.model() else 0
        if children:
            fold = self.fold_rect(index)
            picture = "chevron-down" if self._view.isExpanded(index) else "chevron-right"
            painter.drawPixmap(fold.toRect(), pixmap(picture, now.tokens.quiet, 32))
        right -= now.px(8)
        count = str(index.data(COUNT) or "")
        figures = now.font(11.5, tabular=True)
        painter.setFont(figures)
        painter.setPen(now.colour("quiet"))
        painter.drawText(QRectF(left, box.top(), right - left, box.height()), _RIGHT, count)
        right -= text_width(count, figures) + now.px(8)
        painter.setFont(now.font(12.5, 500))
        painter.setPen(now.colour("text" if ticked else "quiet"))
        _draw_lines(painter, QRectF(left, box.top(), right - left, box.height()), self._lines(index))

    def _tick(self, painter: QPainter, place: QRectF, ticked: bool) -> None:
        now = look()
        painter.setPen(QPen(now.colour("ink" if ticked else "control"), 1))
        painter.setBrush(now.colour("ink" if ticked else "surface"))
        painter.drawRoundedRect(place, 3.5, 3.5)
        if ticked:
            inner = place.adjusted(1, 1, -1, -1)
            painter.drawPixmap(inner.toRect(), pixmap("check", now.tokens.on_ink, 32))

    def _legend(self, painter: QPainter, box: QRectF, index: Index) -> None:
        now = look()
        left = _box(box).right() + now.px(GAP)
        shown = Qt.CheckState(index.parent().data(Qt.ItemDataRole.CheckStateRole)) == Qt.CheckState.Checked
        painter.setOpacity(1.0 if shown else 0.45)
        symbol = index.data(SYMBOL)
        if symbol is not None:
            wide, tall = now.px(20), now.px(15)
            paint_swatch(painter, QRectF(left, box.center().y() - tall / 2, wide, tall), symbol)
            left += wide + now.px(8)
        painter.setOpacity(1.0)
        right = box.right() - now.px(EDGE) - now.px(8)
        count = str(index.data(COUNT) or "")
        figures = now.font(11.5, tabular=True)
        painter.setPen(now.colour("quiet"))
        painter.setFont(figures)
        painter.drawText(QRectF(left, box.top(), right - left, box.height()), _RIGHT, count)
        right -= text_width(count, figures) + now.px(8)
        painter.setFont(now.font(11.5))
        painter.setPen(now.colour("text" if shown and symbol is not None else "quiet"))
        _draw_lines(painter, QRectF(left, box.top(), right - left, box.height()), self._lines(index))


def _draw_lines(painter: QPainter, place: QRectF, lines: tuple[str, ...]) -> None:
    """Words line by line, in the middle of the height."""
    step = look().px(STEP)
    top = place.center().y() - step * len(lines) / 2
    for number, text in enumerate(lines):
        painter.drawText(QRectF(place.left(), top + number * step, place.width(), step), _LEFT, text)


def _heading_font() -> QFont:
    font = look().font(10.5, 600)
    font.setLetterSpacing(font.SpacingType.AbsoluteSpacing, 0.5)
    return font


def _box(line: QRectF) -> QRectF:
    now = look()
    return QRectF(now.px(EDGE), line.center().y() - now.px(BOX) / 2, now.px(BOX), now.px(BOX))
