"""A table on screen: headings that explain themselves, rows of one height, columns as wide as their words need."""

from __future__ import annotations

from PySide6.QtCore import QRect, QSize, Qt
from PySide6.QtGui import QFontMetrics, QPainter, QPen
from PySide6.QtWidgets import QAbstractItemView, QFrame, QHeaderView, QTableView

from ecomap.model.said import NOTHING, say
from ecomap.model.vocabulary import NAME
from ecomap.ui.look.icons import pixmap
from ecomap.ui.look.theme import look, named
from ecomap.ui.models.cells import BAND_WIDTH, BAR_WIDTH, ROW_HEIGHT, CellDelegate, band_ends, grown
from ecomap.ui.models.table import BANDED, BARRED, REASONS, Band, FrameModel
from ecomap.ui.speech import spoken
from ecomap.ui.views.cells import two_lines
from ecomap.ui.views.sticky import StickyHeader, StickyTable

WIDEST, NAME_WIDEST, REASON_LEAST = 430, 230, 260
REASON_PLACES = 3    # columns among which a reason takes what is left of the window
MOST_OF_VIEW = 0.45  # a column of words takes no more at first
MEASURED = 40        # rows
SHORT_TABLE = 30     # rows; words that do not fit take two lines here, in longer tables they end in dots
TALL_ROW = 40
FIRST_COLUMNS = 5    # those that are read without scrolling; words cut off further right do not make the rows tall


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
        size = now.px(12) if sorted_here else 0
        painter.setFont(now.font(11.5, 600 if sorted_here else 500))
        lines = _lines(text, painter.fontMetrics(), inside.width() - (size and size + 4))
        if sorted_here:
            up = self.sortIndicatorOrder() == Qt.SortOrder.AscendingOrder
            mark = pixmap("chevron-up" if up else "chevron-down", now.tokens.text, 32)
            after = inside.left() + max(map(painter.fontMetrics().horizontalAdvance, lines), default=0) + 4
            left = inside.left() if right else min(after, inside.right() - size)
            place = QRect(left, inside.center().y() - size // 2, size, size)
            painter.drawPixmap(place, mark)
            inside.adjust(size + 2 if right else 0, 0, 0 if right else -size - 2, 0)
        painter.setPen(now.colour("text" if sorted_here else "quiet"))
        step = painter.fontMetrics().height()
        top = inside.center().y() - step * len(lines) // 2 + 1
        for number, part in enumerate(lines):
            shown = painter.fontMetrics().elidedText(part, Qt.TextElideMode.ElideRight, inside.width())
            place = QRect(inside.left(), top + number * step, inside.width(), step)
            painter.drawText(place, int(side | Qt.AlignmentFlag.AlignVCenter), shown)
        painter.restore()


def _lines(text: str, sizes: QFontMetrics, room: int) -> list[str]:
    """A heading on one line where it has the room, else on two."""
    return [text] if sizes.horizontalAdvance(text) <= room else [part for part in two_lines(text) if part]


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


def fit_columns(view: QTableView, model: FrameModel) -> None:
    """Give every column its width; what is left of the window goes to words that would be cut off, reasons first."""
    needs = [_needed(view, model, n) for n in range(len(model.columns))]
    widths = [max(min(need, _most(view, model, n)), _heading(view, model, n)) for n, need in enumerate(needs)]
    left = view.viewport().width()
    for n, described in enumerate(model.columns[:REASON_PLACES]):  # why it stands there is read before what else is known
        if described.name in REASONS:
            widths[n] = max(widths[n], min(needs[n], left - sum(widths[:n])))
    left -= sum(widths)
    for n in sorted(range(len(widths)), key=lambda n: (model.columns[n].name not in REASONS, n)):
        more = min(max(left, 0), needs[n] - widths[n])
        widths[n] += more
        left -= more
    for n, width in enumerate(widths):
        view.setColumnWidth(n, width)
    words = [n for n, column in enumerate(model.columns[:FIRST_COLUMNS]) if column.name != NAME and not model.is_number(n)]
    cut = any(needs[n] > widths[n] for n in words)
    tall = cut and model.rowCount() <= SHORT_TABLE
    view.verticalHeader().setDefaultSectionSize(look().px(TALL_ROW if tall else ROW_HEIGHT))


def _heading(view: QTableView, model: FrameModel, column: int) -> int:
    """What a heading needs on its two lines: it is never cut."""
    return max(view.fontMetrics().horizontalAdvance(part) for part in two_lines(spoken(model.columns[column].label))) + look().px(34)


def _needed(view: QTableView, model: FrameModel, column: int) -> int:
    now, sizes, described = look(), view.fontMetrics(), model.columns[column]
    head = _heading(view, model, column)
    texts = (model.text(row, column) for row in range(min(model.rowCount(), MEASURED)))
    body = max((sizes.horizontalAdvance(text) for text in texts), default=0) + now.px(30 if described.name == NAME else 26)
    kind = model.kind(column)
    if kind == BANDED:
        marks = [model.mark(row, column) for row in range(min(model.rowCount(), MEASURED))]
        ends = max((sizes.horizontalAdvance(band_ends(mark)) for mark in marks if isinstance(mark, Band)), default=0)
        body = now.px(34 + 12 + 10 + 26) + grown(BAND_WIDTH) + ends
    elif kind == BARRED:
        body = body + grown(BAR_WIDTH) + now.px(12)
    elif described.moe:
        body += now.px(54)
    return max(head, body, now.px(64))


def _most(view: QTableView, model: FrameModel, column: int) -> int:
    """The most a column takes while others still need room."""
    now, described = look(), model.columns[column]
    if model.is_number(column):
        return now.px(WIDEST)
    most = NAME_WIDEST if described.name == NAME else REASON_LEAST if described.name in REASONS else WIDEST
    return min(now.px(most), max(round(view.viewport().width() * MOST_OF_VIEW), 120))
