"""A map page on paper: the map as vectors, then the tables of its results."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from attrs import frozen
from PySide6.QtCore import QBuffer, QIODevice, QMarginsF, QPointF, QRectF, QSizeF, Qt
from PySide6.QtGui import QColor, QFontMetricsF, QPageLayout, QPageSize, QPainter, QPdfWriter, QPen

from ecomap.model.errors import InputError
from ecomap.model.figures import figure_number, range_words
from ecomap.model.files import write_whole
from ecomap.model.layer import Column
from ecomap.model.progress import Progress, silent
from ecomap.model.result import Output, Result
from ecomap.model.said import Said, joined, say
from ecomap.model.said import name as kept
from ecomap.model.units import format_number, format_with_margin
from ecomap.model.vocabulary import REASON_SUFFIX
from ecomap.render.first_rows import first_rows
from ecomap.render.map_page import MapPage, Settings
from ecomap.render.paper.furniture import draw_text, text_height
from ecomap.render.paper.marks import font
from ecomap.render.paper.picture import Prepared, draw_page, prepare, short_sources
from ecomap.render.style.palette import chrome
from ecomap.render.words.cells import format_date, format_value, number_of
from ecomap.render.words.closed import word
from ecomap.render.words.language import Language

PAPERS = {"letter": QPageSize.PageSizeId.Letter, "a4": QPageSize.PageSizeId.A4}
MOST_ROWS = 25
_DPI = 144      # units of the drawing; text and lines are vectors whatever this is
_MARGIN = 44.0
_ROW = 25.0
_MOST_COLUMNS = 8


def write_pdf(page: MapPage, path: Path | str, *, paper: str = "letter", progress: Progress | None = None) -> None:
    """Write the page as PDF, landscape: map with title, legend, scale and sources; then tables and notes.

    The file appears whole or not at all.

    Raises
    ------
    InputError
        If the paper is unknown, the file cannot be written, or there is nothing to show.
    """
    if paper not in PAPERS:
        raise InputError(say("There is no paper called '{paper}'.", paper=kept(paper)),
                         say("Use one of: {names}.", names=joined(PAPERS, ", ")))
    progress = progress or silent()
    prepared = prepare(page)
    whole = QBuffer()
    whole.open(QIODevice.OpenModeFlag.WriteOnly)
    writer = QPdfWriter(whole)
    writer.setTitle(prepared.page.title)
    writer.setCreator("EcoMap")
    writer.setResolution(_DPI)
    writer.setPageLayout(
        QPageLayout(QPageSize(PAPERS[paper]), QPageLayout.Orientation.Landscape, QMarginsF(0, 0, 0, 0))
    )
    painter = QPainter()
    if not painter.begin(writer):
        raise InputError(say("The file cannot be written to {path}.", path=kept(path)), say("Choose a folder you may write to."))
    try:
        size = QSizeF(writer.width(), writer.height())
        _draw(painter, writer, prepared, size, progress)
    finally:
        painter.end()
    write_whole(Path(path), bytes(whole.data().data()))


def _draw(painter: QPainter, writer: QPdfWriter, prepared: Prepared, size: QSizeF, progress: Progress) -> None:
    progress.check()
    draw_page(painter, prepared, size.width(), size.height(), vector=True)
    for number, result in enumerate(prepared.page.results, start=1):
        progress.at(number / (len(prepared.page.results) + 1), result.title)
        writer.newPage()
        sheet = _Sheet(painter, writer, size, prepared.page, prepared.speak)
        _draw_result(sheet, result, prepared.page.settings.get(result.id))
    if prepared.page.sources or prepared.page.cautions or prepared.page.people:
        writer.newPage()
        sheet = _Sheet(painter, writer, size, prepared.page, prepared.speak)
        sheet.text(sheet.speak.say(say("What to keep in mind, and where the numbers are from")), 21, weight=700, after=10)
        for text in prepared.page.cautions:
            sheet.text(f"•  {text}", 12.5, after=4)
        sheet.y += 10
        for text in prepared.page.sources:
            sheet.text(text, 11.5, "quiet", after=4)
        sheet.y += 10
        for text in prepared.page.people:
            sheet.text(text, 11.5, "quiet", after=4)


class _Sheet:
    """A page being filled from top to bottom; goes on to the next one where there is no room."""

    def __init__(self, painter: QPainter, writer: QPdfWriter, size: QSizeF, page: MapPage, speak: Language) -> None:
        self.painter, self._writer, self._size, self._page = painter, writer, size, page
        self.look = chrome()
        self.speak = speak
        self.width = size.width() - 2 * _MARGIN
        self.y = _MARGIN
        self._foot()

    def need(self, height: float) -> bool:
        """Make sure of room; true if a new page was begun."""
        if self.y + height <= self._size.height() - _MARGIN - 24:
            return False
        self._writer.newPage()
        self.y = _MARGIN
        self._foot()
        return True

    def text(self, text: str, px: float, ink: str = "text", weight: int = 400, after: float = 6.0) -> None:
        """A paragraph."""
        if not text:
            return
        high = text_height(text, self.width, px, weight)
        self.need(high)
        draw_text(self.painter, QRectF(_MARGIN, self.y, self.width, high + 4), text, px, self.look[ink], weight)
        self.y += high + after

    def _foot(self) -> None:
        words = " · ".join(part for part in (self._page.title, *short_sources(self._page)) if part)
        date = self.speak.say(format_date(self._page.made_on))
        made = f"   EcoMap, {date}" if date else "   EcoMap"
        face = font(11.5)
        room = self.width - QFontMetricsF(face).horizontalAdvance(made)
        cut = QFontMetricsF(face).elidedText(words, Qt.TextElideMode.ElideRight, room)
        box = QRectF(_MARGIN, self._size.height() - _MARGIN, self.width, 20)
        draw_text(self.painter, box, cut + made, 11.5, self.look["quiet"])


def _draw_result(sheet: _Sheet, result: Result, asked: Settings | None = None) -> None:
    sheet.text(result.title, 25, weight=700, after=4)
    sheet.text(result.sentence, 16, after=14)
    _draw_figures(sheet, result)
    for output in result.outputs:
        if len(output.frame):
            _draw_table(sheet, output)
    if result.notes:
        sheet.need(60)
        sheet.text(sheet.speak.say(say("Notes")), 15, weight=650)
        for note in result.notes:
            sheet.text(f"•  {note.text}", 12.5, "quiet", after=4)
    if result.provenance is not None:
        title, chosen = asked or (result.title, ())
        method = say("Method: {analysis} {version}", analysis=title, version=kept(result.provenance.version))
        settings = [joined([_with_colon(label), value]) for label, value in chosen]
        sheet.text(sheet.speak.say(joined([method, *settings], "; ")), 11.5, "quiet")


def _with_colon(label: Said) -> Said:
    return label if label.endswith("?") else joined([label, ":"], "")


def _draw_figures(sheet: _Sheet, result: Result) -> None:
    shown = result.figures[:5]
    if not shown:
        return
    wide = sheet.width / len(shown)
    labels = [joined([figure.label, sheet.speak.say(range_words(figure))], "; ") for figure in shown]
    high = 40 + max(text_height(text, wide - 20, 12.5) for text in labels)
    sheet.need(high)
    for number, figure in enumerate(shown):
        left = _MARGIN + number * wide
        value = sheet.speak.say(figure_number(figure))
        draw_text(sheet.painter, QRectF(left, sheet.y, wide - 20, 40), value, 23, sheet.look["text"], 650)
        draw_text(sheet.painter, QRectF(left, sheet.y + 34, wide - 20, high), labels[number], 12.5, sheet.look["quiet"])
    sheet.y += high + 14


def shown_columns(output: Output) -> tuple[Column, ...]:
    """The columns of an output that a printed table has room for."""
    known = [c for c in output.columns if not c.hidden and c.name in output.frame.columns]
    beside = {name for c in known for name in (c.moe, c.low, c.high) if name}  # shown with the number they belong to
    return tuple([c for c in known if c.name not in beside][:_MOST_COLUMNS])


def cells(output: Output, columns: Sequence[Column]) -> Iterator[tuple[Said, ...]]:
    """The rows of an output that fit, in words; missing says why where the reason is known."""
    for row in first_rows(output, MOST_ROWS).frame.to_dict("records"):
        yield tuple(_cell(row, column) for column in columns)


def _cell(row: Mapping[Any, Any], column: Column) -> Said:
    value = row[column.name]
    if isinstance(value, str):
        return word(value, column.name)
    number = number_of(value)
    if isinstance(value, bool) or number is None or column.unit == "flag":
        return format_value(value, column, row.get(column.name + REASON_SUFFIX))
    said = format_with_margin(number, number_of(row.get(column.moe)), column.unit, column.digits or None)
    if column.low and column.high:
        low, high = (format_number(number_of(row[end])) for end in (column.low, column.high))
        return say("{rank} ({low}–{high})", rank=said, low=low, high=high)
    return said


@frozen
class _Track:
    """Where a column of a table stands."""

    left: float
    width: float
    right_aligned: bool


def _draw_table(sheet: _Sheet, output: Output) -> None:
    columns = shown_columns(output)
    if not columns:
        return
    rows = [tuple(sheet.speak.say(cell) for cell in row) for row in cells(output, columns)]
    sheet.need(110)
    sheet.text(output.title, 15, weight=650, after=6)
    tracks = _tracks(sheet.width, columns, rows, output)
    _draw_header(sheet, columns, tracks)
    for number, row in enumerate(rows):
        if sheet.need(_ROW):
            _draw_header(sheet, columns, tracks)
        _draw_row(sheet, row, tracks, shaded=number % 2 == 1)
    sheet.text(sheet.speak.say(first_rows(output, MOST_ROWS).words), 12, "quiet", after=4)
    sheet.y += 12


def _tracks(
    width: float, columns: Sequence[Column], rows: Sequence[tuple[str, ...]], output: Output
) -> list[_Track]:
    measure = QFontMetricsF(font(12.5))
    wanted = []
    for number, column in enumerate(columns):
        widest = max([measure.horizontalAdvance(row[number]) for row in rows], default=0.0)
        wanted.append(max(58.0, min(widest + 18, 300.0), min(measure.horizontalAdvance(column.label) * 0.6 + 18, 150.0)))
    share = width / sum(wanted)
    tracks, left = [], _MARGIN
    for number, column in enumerate(columns):
        wide = wanted[number] * share
        tracks.append(_Track(left, wide, output.frame[column.name].dtype.kind in "iuf"))
        left += wide
    return tracks


def _align(track: _Track) -> int:
    side = Qt.AlignmentFlag.AlignRight if track.right_aligned else Qt.AlignmentFlag.AlignLeft
    return int(side | Qt.AlignmentFlag.AlignVCenter)


def _draw_header(sheet: _Sheet, columns: Sequence[Column], tracks: Sequence[_Track]) -> None:
    high = max(text_height(c.label, t.width - 14, 12, 600) for c, t in zip(columns, tracks)) + 8
    for column, track in zip(columns, tracks):
        side = Qt.AlignmentFlag.AlignRight if track.right_aligned else Qt.AlignmentFlag.AlignLeft
        box = QRectF(track.left + 5, sheet.y, track.width - 14, high - 4)
        align = int(side | Qt.AlignmentFlag.AlignBottom)
        draw_text(sheet.painter, box, column.label, 12, sheet.look["quiet"], 600, align)
    sheet.y += high
    sheet.painter.setPen(QPen(QColor(sheet.look["quiet"]), 1.0))
    sheet.painter.drawLine(QPointF(_MARGIN, sheet.y), QPointF(_MARGIN + sheet.width, sheet.y))


def _draw_row(sheet: _Sheet, row: Sequence[str], tracks: Sequence[_Track], *, shaded: bool) -> None:
    if shaded:
        sheet.painter.fillRect(QRectF(_MARGIN, sheet.y, sheet.width, _ROW), QColor("#F5F7F9"))
    face = font(12.5)
    measure = QFontMetricsF(face)
    sheet.painter.setFont(face)
    sheet.painter.setPen(QColor(sheet.look["text"]))
    for text, track in zip(row, tracks):
        cut = measure.elidedText(text, Qt.TextElideMode.ElideRight, track.width - 12)
        sheet.painter.drawText(QRectF(track.left + 5, sheet.y, track.width - 14, _ROW), _align(track), cut)
    sheet.y += _ROW
