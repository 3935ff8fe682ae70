"""The column that names a row: it stays at the left edge while the rest of a table is scrolled sideways."""

from __future__ import annotations

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QPoint, QRect, Qt
from PySide6.QtGui import QMouseEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QAbstractItemView, QHeaderView, QStyle, QStyleOptionViewItem, QTableView

from ecomap.ui.look.theme import look

MOST_OF_VIEW = 0.6  # of the width; a wider column is not kept, the others could not be seen


class StickyHeader(QHeaderView):
    """Headings of which one stays where it can be seen."""

    def __init__(self) -> None:
        super().__init__(Qt.Orientation.Horizontal)
        self.sticky = -1
        self._pressed = False

    def stuck(self) -> int:
        """How wide the kept heading is that stands over the others now; 0 while it stands in its own place."""
        if not 0 <= self.sticky < self.count() or self.sectionViewportPosition(self.sticky) >= 0:
            return 0
        wide = self.sectionSize(self.sticky)
        return wide if wide < self.viewport().width() * MOST_OF_VIEW else 0

    def paintEvent(self, event: QPaintEvent) -> None:
        super().paintEvent(event)
        if wide := self.stuck():
            painter = QPainter(self.viewport())
            self.paintSection(painter, QRect(0, 0, wide, self.viewport().height()), self.sticky)
            _edge(painter, wide, self.viewport().height())

    def mousePressEvent(self, event: QMouseEvent) -> None:
        self._pressed = event.position().x() < self.stuck() and event.button() == Qt.MouseButton.LeftButton
        if not self._pressed:
            super().mousePressEvent(event)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        if not self._pressed:
            super().mouseReleaseEvent(event)
            return
        self._pressed = False
        if event.position().x() < self.stuck():
            self._click_kept()

    def _click_kept(self) -> None:
        """As if the kept heading had been clicked in its own place."""
        if self.isSortIndicatorShown():
            up = self.sortIndicatorSection() == self.sticky and self.sortIndicatorOrder() == Qt.SortOrder.AscendingOrder
            self.setSortIndicator(self.sticky, Qt.SortOrder.DescendingOrder if up else Qt.SortOrder.AscendingOrder)
        self.sectionClicked.emit(self.sticky)


class StickyTable(QTableView):
    """A table of which one column stays where it can be seen; its headings are a `StickyHeader`."""

    def keep(self, column: int) -> None:
        """The column that stays; -1 for none."""
        self._header().sticky = column
        self.viewport().update()

    def _header(self) -> StickyHeader:
        header = self.horizontalHeader()
        assert isinstance(header, StickyHeader)
        return header

    def paintEvent(self, event: QPaintEvent) -> None:
        super().paintEvent(event)
        wide, model = self._header().stuck(), self.model()
        if not wide or model is None:
            return
        painter = QPainter(self.viewport())
        first, last = self.rowAt(0), self.rowAt(self.viewport().height() - 1)
        for row in range(max(first, 0), (last if last >= 0 else model.rowCount() - 1) + 1):
            index = model.index(row, self._header().sticky)
            option = QStyleOptionViewItem()
            self.initViewItemOption(option)
            option.rect = QRect(0, self.rowViewportPosition(row), wide, self.rowHeight(row))
            if self.selectionModel().isSelected(index):
                option.state |= QStyle.StateFlag.State_Selected
            if index == self.currentIndex() and self.hasFocus():
                option.state |= QStyle.StateFlag.State_HasFocus
            self.itemDelegate().paint(painter, option, index)
        _edge(painter, wide, self.viewport().height())

    def scrollContentsBy(self, dx: int, dy: int) -> None:
        super().scrollContentsBy(dx, dy)
        if dx:
            self.viewport().update()
            self._header().viewport().update()

    def indexAt(self, at: QPoint) -> QModelIndex:
        if self.model() is not None and 0 <= at.x() < self._header().stuck() and (row := self.rowAt(at.y())) >= 0:
            return self.model().index(row, self._header().sticky)
        return super().indexAt(at)

    def scrollTo(
        self, index: QModelIndex | QPersistentModelIndex,
        hint: QAbstractItemView.ScrollHint = QAbstractItemView.ScrollHint.EnsureVisible,
    ) -> None:
        """So that the kept column does not cover what is scrolled to."""
        super().scrollTo(index, hint)
        header = self._header()
        hidden = header.stuck() - header.sectionViewportPosition(index.column())
        if index.column() != header.sticky and hidden > 0:
            self.horizontalScrollBar().setValue(self.horizontalScrollBar().value() - hidden)


def _edge(painter: QPainter, wide: int, tall: int) -> None:
    painter.setPen(QPen(look().colour("control"), 1))
    painter.drawLine(wide - 1, 0, wide - 1, tall)
