"""What a widget paints of its text beside the room it has: everything that is cut off, shortened, or out of reach."""

from __future__ import annotations

import html
import re
from collections.abc import Callable, Iterator

from attrs import frozen
from PySide6.QtCore import QBuffer, QIODevice, QPoint, QPointF, QRect, QRectF, QSize, Qt
from PySide6.QtGui import QFont, QFontMetricsF, QPainter, QRegion, QTransform
from PySide6.QtSvg import QSvgGenerator
from PySide6.QtWidgets import (
    QAbstractButton,
    QAbstractScrollArea,
    QHeaderView,
    QLabel,
    QLineEdit,
    QPlainTextEdit,
    QTabBar,
    QTableView,
    QTextBrowser,
    QWidget,
)

from ecomap.ui.look.parts import ElidedLabel
from ecomap.ui.speech import spoken
from ecomap.ui.views.table import ViewModel

SLACK = 1.5  # px that the side bearing of a letter may stand out
DOTS = "…"
_GROUP = re.compile(r"<g\b([^>]*)>|</g>|<text\b([^>]*)>(.*?)</text>", re.DOTALL)
_MATRIX = re.compile(r'transform="matrix\(([^)]*)\)"')


@frozen
class Cut:
    """A text that is not wholly there."""

    where: str
    text: str
    why: str

    def __str__(self) -> str:
        return f"{self.where}: “{self.text}” {self.why}"


@frozen
class Painted:
    """A line of text as a widget paints it, and where."""

    text: str
    box: QRectF


def painted(widget: QWidget) -> list[Painted]:
    """Every line of text that a widget paints by itself, its children left out, in its own coordinates."""
    return on_paper(widget.size(), widget.logicalDpiX(),
                     lambda painter: widget.render(painter, QPoint(0, 0), QRegion(), QWidget.RenderFlag(0)))


def _lines(picture: str) -> Iterator[Painted]:
    moved = [QTransform()]
    for found in _GROUP.finditer(picture):
        group, text, words = found.groups()
        if text is not None:
            if words.strip():
                yield Painted(html.unescape(words), moved[-1].mapRect(_box(text, html.unescape(words))))
        elif group is not None:
            matrix = _MATRIX.search(group)
            moved.append(QTransform(*(float(one) for one in matrix.group(1).split(","))) if matrix else moved[-1])
        else:
            moved.pop()


def on_paper(size: QSize, dots_per_inch: int, paint: Callable[[QPainter], None]) -> list[Painted]:
    """The lines of text that something paints."""
    buffer = QBuffer()
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    paper = QSvgGenerator()
    paper.setOutputDevice(buffer)
    paper.setSize(size)
    paper.setResolution(dots_per_inch)
    painter = QPainter(paper)
    paint(painter)
    painter.end()
    return list(_lines(bytes(buffer.data().data()).decode()))


def _cut_headings(header: QHeaderView) -> Iterator[Cut]:
    """Headings of columns, those too that have to be scrolled to."""
    tall, model = header.height(), header.model()
    groups = [spoken(column.group) for column in model.sheet.columns] if isinstance(model, ViewModel) else []
    for section in range(header.count()):
        wide = header.sectionSize(section)
        if header.isSectionHidden(section) or wide <= 0:
            continue
        place = QRect(0, 0, wide, tall)
        for line in on_paper(place.size(), header.logicalDpiX(), lambda painter, place=place, section=section: header.paintSection(painter, place, section)):
            if line.text in groups:  # over several columns
                room, left = sum(header.sectionSize(one) for one, group in enumerate(groups) if group == line.text), 0.0
            else:
                room, left = wide, line.box.left()
            if DOTS in line.text or left < -SLACK or left + line.box.width() > room + SLACK or line.box.bottom() > tall + SLACK:
                yield Cut(name_of(header), line.text, f"is {line.box.width():.0f} px wide in a column of {room} px")


def _box(attributes: str, words: str) -> QRectF:
    given = dict(re.findall(r'([\w-]+)="([^"]*)"', attributes))
    font = QFont(html.unescape(given.get("font-family", "")).strip("'"))
    font.setPixelSize(max(round(float(given.get("font-size", "12"))), 1))
    font.setWeight(QFont.Weight(int(given.get("font-weight", "400"))))
    metrics = QFontMetricsF(font)
    at = QPointF(float(given.get("x", "0")), float(given.get("y", "0")))
    return QRectF(at.x(), at.y() - metrics.ascent(), metrics.horizontalAdvance(words), metrics.height())


def cut_in(top: QWidget) -> list[Cut]:
    """Every text in a window or dialog that is cut, shortened or out of reach."""
    found: list[Cut] = []
    for widget in (top, *top.findChildren(QWidget)):
        if widget.isVisible() and widget.width() > 0 and not _elsewhere(widget, top):
            found += _cut_by_itself(widget)
    return found


def _elsewhere(widget: QWidget, top: QWidget) -> bool:
    """What stands in a window of its own, or draws cells: these have a row for themselves when they are opened."""
    return widget is not top and (widget.isWindow() or widget.window() is not top.window())


def _cut_by_itself(widget: QWidget) -> Iterator[Cut]:
    if _is_cells(widget):
        return
    if isinstance(widget.parentWidget(), QHeaderView):
        yield from _cut_headings(widget.parentWidget())
        return
    lines = painted(widget)
    room = QRectF(widget.rect()).adjusted(-SLACK, -SLACK, SLACK, SLACK)
    free_x, free_y = _scrolls_itself(widget)
    for line in lines:
        if DOTS in line.text and not _said_so(widget, line.text):
            yield Cut(name_of(widget), line.text, "is shortened")
        elif not free_x and (line.box.left() < room.left() or line.box.right() > room.right()):
            yield Cut(name_of(widget), line.text, f"is {line.box.width():.0f} px wide at {line.box.left():.0f} in {widget.width()} px")
        elif not free_y and (line.box.top() < room.top() - 1 or line.box.bottom() > room.bottom() + 2):
            yield Cut(name_of(widget), line.text, f"is at {line.box.top():.0f} to {line.box.bottom():.0f} in {widget.height()} px of height")
    if lines and (lost := _lost(widget)):
        yield Cut(name_of(widget), lines[0].text, lost)


def _said_so(widget: QWidget, text: str) -> bool:
    """Whether the dots are part of what a button or label says: what asks first has them after its words."""
    said = widget.text() if isinstance(widget, QAbstractButton | QLabel) and not isinstance(widget, ElidedLabel) else ""
    return text.strip() in said.replace("&", "")


def _is_cells(widget: QWidget) -> bool:
    """Cells of tables: their columns are made wider with the mouse or the keyboard, and the card says them whole."""
    view = widget.parentWidget()
    return isinstance(view, QTableView) and view.viewport() is widget


def _scrolls_itself(widget: QWidget) -> tuple[bool, bool]:
    """Whether the text of a widget can be scrolled to, across and down."""
    if isinstance(widget, QLineEdit):
        return bool(widget.text()) and not widget.isReadOnly(), False
    if isinstance(widget, QTabBar):
        return widget.usesScrollButtons(), False
    parent = widget.parentWidget()
    if isinstance(parent, QAbstractScrollArea) and parent.viewport() is widget:
        if isinstance(parent, QHeaderView):
            return True, False
        return parent.horizontalScrollBarPolicy() != Qt.ScrollBarPolicy.ScrollBarAlwaysOff, True
    return isinstance(widget, QTextBrowser | QPlainTextEdit), isinstance(widget, QTextBrowser | QPlainTextEdit)


def _lost(widget: QWidget) -> str:
    """Why a part of a widget can never be seen: its surroundings are smaller and do not scroll; "" where it can."""
    here = QRect(QPoint(0, 0), widget.size())
    inside = widget
    while (around := inside.parentWidget()) is not None and not inside.isWindow():
        here = QRect(inside.mapTo(around, here.topLeft()), here.size())
        area = around.parentWidget()
        across = down = False
        if isinstance(area, QAbstractScrollArea) and area.viewport() is around:
            across = area.horizontalScrollBar().maximum() > 0 and area.horizontalScrollBarPolicy() != Qt.ScrollBarPolicy.ScrollBarAlwaysOff
            down = area.verticalScrollBarPolicy() != Qt.ScrollBarPolicy.ScrollBarAlwaysOff
        if not across and (here.left() < -SLACK or here.right() > around.width() + SLACK):
            return f"stands at {here.left()} to {here.right()} in {around.width()} px of {name_of(around)}"
        if not down and (here.top() < -SLACK or here.bottom() > around.height() + SLACK):
            return f"stands at {here.top()} to {here.bottom()} in {around.height()} px of height of {name_of(around)}"
        if across or down:
            here = here.intersected(around.rect()) or around.rect()
        inside = around
    return ""


def name_of(widget: QWidget) -> str:
    """A widget by its kind and what screen readers say."""
    return " ".join(filter(None, (type(widget).__name__, widget.objectName(), widget.accessibleName()[:40])))
