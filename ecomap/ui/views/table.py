"""A view on screen: a table whose cells are colours, marks and bars; a click or Return opens the rows behind a cell."""

from __future__ import annotations

from itertools import groupby
from typing import Any

from PySide6.QtCore import (
    QAbstractTableModel,
    QItemSelectionModel,
    QModelIndex,
    QPersistentModelIndex,
    QRect,
    QSize,
    Qt,
    Signal,
)
from PySide6.QtGui import QKeyEvent, QMouseEvent, QPainter, QPen
from PySide6.QtWidgets import QAbstractItemView, QFrame, QHeaderView, QWidget

from ecomap.model.said import NOTHING, Said, joined, say
from ecomap.ui.look.parts import follow_theme
from ecomap.ui.look.theme import look, named, text_width
from ecomap.ui.models.table import row_count
from ecomap.ui.speech import spoken
from ecomap.ui.views.cells import ViewDelegate, two_lines
from ecomap.ui.views.sheet import BAR, HEAT, MARK, NAME, STACK, TEXT, Cell, ViewColumn, ViewRow, ViewSheet
from ecomap.ui.views.sticky import StickyHeader, StickyTable

Index = QModelIndex | QPersistentModelIndex
HEAD, GROUP = 44, 20
LINE = 24
LARGE = 1.3          # text size from which columns are only as wide as they need
MOST_OF_VIEW = 0.4   # of the width, for one column of large text
MEASURED = 40        # rows


class ViewModel(QAbstractTableModel):
    """A view sheet as Qt sees it, filtered by words."""

    def __init__(self, sheet: ViewSheet, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.sheet = sheet
        self.rows: tuple[ViewRow, ...] = sheet.rows
        self._ordered = sheet.rows
        self._wanted: list[str] = []
        self._texts: list[str] | None = None

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008
        return 0 if parent.isValid() else len(self.rows)

    def columnCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008
        return 0 if parent.isValid() else len(self.sheet.columns)

    def cell(self, row: int, column: int) -> Cell:
        return self.rows[row].cells[column]

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        cell = self.cell(index.row(), index.column())
        if role == Qt.ItemDataRole.DisplayRole:
            return spoken(cell.text)
        if role == Qt.ItemDataRole.ToolTipRole:
            return spoken(cell.tip or (cell.text if len(cell.text) > 20 else NOTHING))
        if role == Qt.ItemDataRole.AccessibleTextRole:
            described = self.sheet.columns[index.column()]
            return spoken(cell.tip or joined([described.label, cell.text or say("nothing on record")], ": "))
        return None

    def headerData(self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        if orientation != Qt.Orientation.Horizontal:
            return None
        described = self.sheet.columns[section]
        if role == Qt.ItemDataRole.DisplayRole:
            return spoken(described.label)
        if role == Qt.ItemDataRole.ToolTipRole:
            return spoken(described.tip or joined([described.group, described.label], ": "))
        return None

    def sort_by(self, column: int, descending: bool) -> None:
        """Order the rows by a column; what has nothing there stands last, ties keep their order."""
        self.layoutAboutToBeChanged.emit()
        here = [row for row in self._ordered if _weight(row.cells[column]) is not None]
        gone = [row for row in self._ordered if _weight(row.cells[column]) is None]
        here.sort(key=lambda row: _weight(row.cells[column]) or (0, ""), reverse=descending)
        self._ordered, self._texts = (*here, *gone), None
        self.rows = self._kept()
        self.layoutChanged.emit()

    def set_filter(self, words: str) -> None:
        """Keep the rows in whose cells and tips every word occurs."""
        wanted = words.casefold().split()
        if wanted == self._wanted:
            return
        self.beginResetModel()
        self._wanted = wanted
        self.rows = self._kept()
        self.endResetModel()

    def _kept(self) -> tuple[ViewRow, ...]:
        if not self._wanted:
            return self._ordered
        if self._texts is None:
            self._texts = [" ".join(f"{spoken(c.text)} {spoken(c.tip)}" for c in row.cells).casefold() for row in self._ordered]
        pairs = zip(self._ordered, self._texts, strict=True)
        return tuple(row for row, text in pairs if all(word in text for word in self._wanted))

    @property
    def count(self) -> Said:
        """How many rows are shown, of how many."""
        return row_count(len(self.rows), len(self.sheet.rows))

    @property
    def summary(self) -> Said:
        return self.count


def _weight(cell: Cell) -> tuple[float, str] | None:
    """What a cell is sorted by: its share, its number, its words; None where it says that there is nothing."""
    if cell.quiet or not cell.text:
        return None
    try:
        return (cell.share if cell.share is not None else float(cell.text.replace(",", "").replace("$", ""))), ""
    except ValueError:
        return 0.0, spoken(cell.text).casefold()


class ViewTable(StickyTable):
    """Cells to look at; the arrow keys move, Return or a click opens what is behind a cell."""

    opened = Signal(object, object)  # ViewRow, Cell
    chosen = Signal(str)             # id of the school of the row

    def __init__(self) -> None:
        super().__init__()
        self.setHorizontalHeader(_GroupedHeader())
        self._sorted = (-1, False)
        self.horizontalHeader().sectionClicked.connect(self.sort_column)
        self.setItemDelegate(ViewDelegate(self))
        self.setShowGrid(False)
        self.setWordWrap(False)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setCornerButtonEnabled(False)
        self.setMouseTracking(True)
        self.setTabKeyNavigation(False)
        self.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectItems)
        self.setHorizontalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.verticalHeader().hide()
        self.verticalHeader().setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        named(self, say("View"), NOTHING)
        follow_theme(self, self._dress)
        self._dress()

    def show_sheet(self, model: ViewModel) -> None:
        """Show a view; the choice of a row is told, opening a cell too."""
        if model is not self.model():
            self.setModel(model)
            self.selectionModel().currentChanged.connect(self._on_current)
            self.horizontalScrollBar().setValue(0)
        named(self, model.sheet.title, NOTHING)
        self.setAccessibleDescription(spoken(joined([model.sheet.caption, say("Return opens what is behind a cell.")])))
        self.keep(next((n for n, described in enumerate(model.sheet.columns) if described.kind == NAME), -1))
        self._widths()

    def sort_column(self, column: int) -> None:
        """By a heading: numbers and colours strongest first, words from A; a second click turns it round."""
        model = self.view_model()
        if model is None:
            return
        words = model.sheet.columns[column].kind in (NAME, TEXT)
        descending = not self._sorted[1] if self._sorted[0] == column else not words
        self._sorted = (column, descending)
        model.sort_by(column, descending)
        self.scrollToTop()

    def view_model(self) -> ViewModel | None:
        found = self.model()
        return found if isinstance(found, ViewModel) else None

    def go_to(self, row_id: str) -> None:
        """Go to a row by its id."""
        model = self.view_model()
        row = next((n for n, row in enumerate(model.rows) if row.id == row_id), -1) if model is not None else -1
        if model is not None and row >= 0:
            self.setCurrentIndex(model.index(row, 0))

    def follow(self, place: str) -> None:
        """Go to the row of a school that was chosen elsewhere."""
        model = self.view_model()
        if model is None or not place:
            return
        here = self.currentIndex()
        if here.isValid() and model.rows[here.row()].place == place:
            return
        row = next((n for n, row in enumerate(model.rows) if row.place == place), -1)
        if row >= 0:
            blocked = self.selectionModel().blockSignals(True)
            index = model.index(row, max(here.column(), 0))
            self.selectionModel().setCurrentIndex(index, QItemSelectionModel.SelectionFlag.ClearAndSelect)
            self.selectionModel().blockSignals(blocked)
            self.scrollTo(index, QAbstractItemView.ScrollHint.PositionAtCenter)
            self.viewport().update()

    def _on_current(self, index: QModelIndex, _before: QModelIndex) -> None:
        model = self.view_model()
        self.viewport().update()
        if model is not None and index.isValid() and model.rows[index.row()].place:
            self.chosen.emit(model.rows[index.row()].place)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        super().mouseReleaseEvent(event)
        if event.button() == Qt.MouseButton.LeftButton:
            self._open(self.indexAt(event.position().toPoint()))

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self._open(self.currentIndex())
        else:
            super().keyPressEvent(event)

    def _open(self, index: QModelIndex) -> None:
        model = self.view_model()
        if model is not None and index.isValid() and model.cell(index.row(), index.column()).refs:
            self.opened.emit(model.rows[index.row()], model.cell(index.row(), index.column()))

    def _dress(self) -> None:
        self.verticalHeader().setDefaultSectionSize(look().px(LINE))
        self._widths()

    def _widths(self) -> None:
        model = self.view_model()
        if model is None:
            return
        widths = [self._width(model, n, described) for n, described in enumerate(model.sheet.columns)]
        for group, places in groupby(range(len(widths)), key=lambda n: model.sheet.columns[n].group):
            own, now = list(places), look()
            short = text_width(spoken(group), now.font(10.5, 600)) + now.px(16) - sum(widths[n] for n in own) if group else 0
            for n in own if short > 0 else ():
                widths[n] += -(-short // len(own))
        for n, wide in enumerate(widths):
            self.setColumnWidth(n, wide)

    def _width(self, model: ViewModel, column: int, described: ViewColumn) -> int:
        """As wide as was asked for or as its words need; with large text no wider than leaves room for others."""
        now, lines = look(), two_lines(spoken(described.label))
        if described.kind in (HEAT, MARK):
            head = max(text_width(line, now.font(11, 500)) for line in lines) + now.px(14)
            return head if now.scale > LARGE else max(now.px(described.px), head)
        if described.px and now.scale <= LARGE:
            return max(now.px(described.px), max(text_width(line, now.font(11.5, 500)) for line in lines) + now.px(16))
        texts = [spoken(model.cell(row, column).text) for row in range(min(model.rowCount(), MEASURED))]
        head = max(text_width(part, now.font(11.5, 600)) for part in lines)
        body = max((text_width(text, now.font(12.5, 600 if described.kind == NAME else 400)) for text in texts), default=0)
        if described.kind in (BAR, STACK):
            body += now.px(described.px) // 3
        need = max(head, body) + now.px(26)
        if now.scale > LARGE:
            return max(min(need, now.px(described.px or 320), max(round(self.viewport().width() * MOST_OF_VIEW), 120)), head + now.px(16))
        return max(min(need, now.px(320)), head + now.px(16))


class _GroupedHeader(StickyHeader):
    """Headings on up to two lines, with what several columns have in common above them."""

    def __init__(self) -> None:
        super().__init__()
        self.setHighlightSections(False)
        self.setSectionsClickable(True)

    def _grouped(self) -> bool:
        model = self.model()
        return isinstance(model, ViewModel) and any(column.group for column in model.sheet.columns)

    def sizeHint(self) -> QSize:
        return QSize(super().sizeHint().width(), self._tall(HEAD) + (self._tall(GROUP) if self._grouped() else 0))

    @staticmethod
    def _tall(px: float) -> int:
        """Heights of headings; with large text the air around the words does not grow."""
        return look().px(px) if look().scale <= LARGE else look().px(px * 0.76)

    def paintSection(self, painter: QPainter, rect: QRect, section: int) -> None:
        model = self.model()
        if not isinstance(model, ViewModel) or not rect.isValid():
            return
        now, columns = look(), model.sheet.columns
        described = columns[section]
        painter.save()
        painter.fillRect(rect, now.colour("surface"))
        painter.setPen(QPen(now.colour("line"), 1))
        painter.drawLine(rect.bottomLeft(), rect.bottomRight())
        top = rect.top() + (self._tall(GROUP) if self._grouped() else 0)
        first = section == 0 or columns[section - 1].group != described.group
        if described.group:
            last = max(n for n in range(section, len(columns)) if all(c.group == described.group for c in columns[section : n + 1]))
            start = min(n for n in range(section, -1, -1) if all(c.group == described.group for c in columns[n : section + 1]))
            left = self.sectionViewportPosition(start)
            wide = self.sectionViewportPosition(last) + self.sectionSize(last) - left
            painter.setClipRect(rect)
            painter.setFont(now.font(10.5, 600))
            painter.setPen(now.colour("quiet"))
            seen = QRect(max(left, 0) + now.px(8), rect.top() + 2, wide - now.px(12), self._tall(GROUP))
            painter.drawText(seen, int(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter), spoken(described.group))
            if first:
                painter.setPen(QPen(now.colour("line"), 1))
                painter.drawLine(rect.left(), rect.top() + 4, rect.left(), rect.bottom())
        centred = described.kind in (HEAT, MARK)
        side = Qt.AlignmentFlag.AlignHCenter if centred else Qt.AlignmentFlag.AlignRight if described.right else Qt.AlignmentFlag.AlignLeft
        inside = QRect(rect.left() + now.px(5 if centred else 8), top, rect.width() - now.px(10 if centred else 16), rect.bottom() - top)
        painter.setFont(now.font(11 if centred else 11.5, 600 if described.kind == NAME else 500))
        painter.setPen(now.colour("quiet"))
        lines = [part for part in two_lines(spoken(described.label)) if part]
        if painter.fontMetrics().horizontalAdvance(spoken(described.label)) <= inside.width():
            lines = [spoken(described.label)]
        step = painter.fontMetrics().height()
        start_y = inside.center().y() - step * len(lines) // 2 + 1
        for number, part in enumerate(lines):
            shown = painter.fontMetrics().elidedText(part, Qt.TextElideMode.ElideRight, inside.width())
            painter.drawText(QRect(inside.left(), start_y + number * step, inside.width(), step),
                             int(side | Qt.AlignmentFlag.AlignVCenter), shown)
        painter.restore()
