"""Widths of a table's columns: what its headings and first rows need, what is left to those that need more."""

from __future__ import annotations

from PySide6.QtWidgets import QTableView

from ecomap.model.vocabulary import NAME
from ecomap.ui.look.theme import look
from ecomap.ui.models.cells import BAND_WIDTH, BAR_WIDTH, ROW_HEIGHT, band_ends, grown
from ecomap.ui.models.table import BANDED, BARRED, REASONS, Band, FrameModel
from ecomap.ui.views.cells import two_lines

WIDEST, NAME_WIDEST, REASON_LEAST = 430, 230, 260
REASON_PLACES = 3    # columns among which a reason takes what is left of the window
MOST_OF_VIEW = 0.45  # a column of words takes no more at first
MEASURED = 40        # rows
SHORT_TABLE = 30     # rows; words that do not fit take two lines here, in longer tables they end in dots
TALL_ROW = 40
FIRST_COLUMNS = 5    # those that are read without scrolling; words cut off further right do not make the rows tall


def fit_columns(view: QTableView, model: FrameModel) -> None:
    """Give every column its width; what is left of the window goes to words that would be cut off, reasons first."""
    needs = [_needed(view, model, n) for n in range(len(model.columns))]
    widths = [min(need, _most(view, model, n)) for n, need in enumerate(needs)]
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


def _needed(view: QTableView, model: FrameModel, column: int) -> int:
    now, sizes, described = look(), view.fontMetrics(), model.columns[column]
    head = max(sizes.horizontalAdvance(part) for part in two_lines(described.label)) + now.px(34)
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
