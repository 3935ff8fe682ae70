"""The table on screen: headings that explain themselves, rows of one height."""

from __future__ import annotations

from PySide6.QtCore import QRect, QSize, Qt
from PySide6.QtGui import QPainter, QPen
from PySide6.QtWidgets import QAbstractItemView, QFrame, QHeaderView

from ecomap.model.said import NOTHING, say
from ecomap.ui.look.icons import pixmap
from ecomap.ui.look.theme import look, named, text_width
from ecomap.ui.models.cells import CellDelegate
from ecomap.ui.views.cells import two_lines
from ecomap.ui.views.sticky import StickyHeader, StickyTable


class Header(StickyHeader):
    """Column headings on up to two lines, with the sign of the sorted one."""

    def __init__(self) -> None:
        super().__init__()
        self.setSectionsClickable(True)
        self.setHighlightSections(False)
        self.setSectionsMovable(True)

    def sizeHint(self) -> QSize:
        return QSize(super().sizeHint().width(), look().px(40))

    def paintSection(self, painter: QPainter, rect: QRect, section: int) -> None:
        model = self.model()
        if model is None or not rect.isValid():
            return
        now = look()
        painter.save()
        painter.fillRect(rect, now.colour("surface"))
        painter.setPen(QPen(now.colour("line"), 1))
        painter.drawLine(rect.bottomLeft(), rect.bottomRight())
        text = str(model.headerData(section, Qt.Orientation.Horizontal) or "")
        side = Qt.AlignmentFlag(model.headerData(section, Qt.Orientation.Horizontal, Qt.ItemDataRole.TextAlignmentRole))
        right = bool(side & Qt.AlignmentFlag.AlignRight)
        sorted_here = self.isSortIndicatorShown() and self.sortIndicatorSection() == section
        inside = rect.adjusted(now.px(8), 0, -now.px(8), 0)
        if sorted_here:
            size = now.px(12)
            up = self.sortIndicatorOrder() == Qt.SortOrder.AscendingOrder
            mark = pixmap("chevron-up" if up else "chevron-down", now.tokens.text, 32)
            after = inside.left() + text_width(max(two_lines(text), key=len), now.font(11.5, 600)) + 4
            left = inside.left() if right else min(after, inside.right() - size)
            place = QRect(left, inside.center().y() - size // 2, size, size)
            painter.drawPixmap(place, mark)
            inside.adjust(size + 2 if right else 0, 0, 0 if right else -size - 2, 0)
        painter.setFont(now.font(11.5, 600 if sorted_here else 500))
        painter.setPen(now.colour("text" if sorted_here else "quiet"))
        lines = [part for part in two_lines(text) if part]
        if painter.fontMetrics().horizontalAdvance(text) <= inside.width():
            lines = [text]
        step = painter.fontMetrics().height()
        top = inside.center().y() - step * len(lines) // 2 + 1
        for number, part in enumerate(lines):
            shown = painter.fontMetrics().elidedText(part, Qt.TextElideMode.ElideRight, inside.width())
            place = QRect(inside.left(), top + number * step, inside.width(), step)
            painter.drawText(place, int(side | Qt.AlignmentFlag.AlignVCenter), shown)
        painter.restore()


def table_view() -> StickyTable:
    view = StickyTable()
    view.setHorizontalHeader(Header())
    view.setItemDelegate(CellDelegate(view))
    view.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
    view.setSelectionMode(QAbstractItemView.SelectionMode.ExtendedSelection)
    view.setShowGrid(False)
    view.setWordWrap(False)
    view.setSortingEnabled(True)
    view.setCornerButtonEnabled(False)
    view.setFrameShape(QFrame.Shape.NoFrame)
    view.setHorizontalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
    view.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
    view.verticalHeader().hide()
    view.verticalHeader().setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
    view.setTabKeyNavigation(False)
    named(view, say("Table"), NOTHING)
    return view
