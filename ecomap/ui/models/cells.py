"""How a cell of a table is drawn: figures that line up, rank bands, need bars, margins in the second voice."""

from __future__ import annotations

from PySide6.QtCore import QModelIndex, QObject, QPersistentModelIndex, QRectF, QSize, Qt
from PySide6.QtGui import QFontMetricsF, QPainter, QPen
from PySide6.QtWidgets import QStyle, QStyledItemDelegate, QStyleOptionViewItem

from ecomap.render.style.band import band_of
from ecomap.ui.look.parts import together
from ecomap.ui.look.theme import look, text_width
from ecomap.ui.models.table import MARK_ROLE, Band, Bar, FrameModel, Margin
from ecomap.ui.speech import number, spoken

ROW_HEIGHT = 24
PAD = 8
BAND_WIDTH = 72
LARGE = 1.3     # text size from which bars no longer grow with it
BAR_WIDTH = 60
_MIDDLE_LEFT = int(Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft)
_MIDDLE_RIGHT = int(Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignRight)


class CellDelegate(QStyledItemDelegate):
    """Draws one cell; the same for every table of the window."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)

    def paint(
        self, painter: QPainter, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex
    ) -> None:
        model = index.model()
        assert isinstance(model, FrameModel)
        now = look()
        box = QRectF(option.rect)
        selected = bool(option.state & QStyle.StateFlag.State_Selected)
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.fillRect(box, now.colour("selected" if selected else "surface"))
        painter.setPen(QPen(now.colour("line"), 1))
        painter.drawLine(box.bottomLeft(), box.bottomRight())
        if option.state & QStyle.StateFlag.State_HasFocus and selected:
            painter.setPen(QPen(now.colour("focus"), 1.5))
            painter.drawRect(box.adjusted(1, 1, -1, -2))
        inside = box.adjusted(now.px(PAD), 0, -now.px(PAD), 0)
        mark = index.data(MARK_ROLE)
        text = str(index.data() or "")
        if isinstance(mark, Band):
            paint_band(painter, inside, text, mark)
        elif isinstance(mark, Bar):
            paint_bar(painter, inside, text, mark.share)
        else:
            _paint_text(painter, inside, text, mark, model, index.column(), index.row())
        painter.restore()

    def sizeHint(self, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex) -> QSize:
        now = look()
        return QSize(super().sizeHint(option, index).width() + now.px(PAD), now.px(ROW_HEIGHT))


def _paint_text(
    painter: QPainter, inside: QRectF, text: str, mark: object, model: FrameModel, column: int, row: int
) -> None:
    now = look()
    figures = model.is_number(column)
    name = model.columns[column].name == "name"
    font = now.font(12.5, 600 if name or model.columns[column].unit == "rank" else 400, tabular=figures)
    quiet = now.font(11.5, tabular=True)
    right = inside.right()
    if isinstance(mark, Margin):
        painter.setFont(quiet)
        painter.setPen(now.colour("quiet"))
        margin = spoken(mark.text)
        painter.drawText(inside, _MIDDLE_RIGHT, margin)
        right -= text_width(margin, quiet) + now.px(5)
    painter.setFont(font)
    said = model.is_said(row, column)
    painter.setPen(now.colour("quiet" if said else "text"))
    place = QRectF(inside.left(), inside.top(), max(right - inside.left(), 4), inside.height())
    if not figures and place.height() > 2 * painter.fontMetrics().height():
        painter.drawText(place, _MIDDLE_LEFT, "\n".join(in_two_lines(text, QFontMetricsF(painter.fontMetrics()), place.width())))
        return
    shown = painter.fontMetrics().elidedText(text, Qt.TextElideMode.ElideRight, int(place.width()))
    painter.drawText(place, _MIDDLE_RIGHT if figures else _MIDDLE_LEFT, shown)


def paint_band(painter: QPainter, inside: QRectF, text: str, band: Band) -> None:
    """A rank as a dot on the bar of ranks it could be, with the ends written after it."""
    now = look()
    place = QRectF(inside.left(), inside.top(), now.px(34), inside.height())
    painter.setFont(now.font(12.5, 600, tabular=True))
    painter.setPen(now.colour("text"))
    painter.drawText(place, _MIDDLE_RIGHT, text)
    track = QRectF(place.right() + now.px(12), inside.center().y() - 2.5, grown(BAND_WIDTH), 5)

    draw_band(painter, track, band, 8.0)
    ends = QRectF(track.right() + now.px(10), inside.top(), inside.right() - track.right(), inside.height())
    painter.setFont(now.font(11.5, tabular=True))
    painter.setPen(now.colour("quiet"))
    painter.drawText(ends, _MIDDLE_LEFT, band_ends(band))


def draw_band(painter: QPainter, track: QRectF, band: Band, dot: float) -> None:
    """The bar of ranks it could be and the dot of the rank, on a track."""
    now = look()
    at = band_of(band.rank, band.low, band.high, band.of)
    round_ = track.height() / 2
    start, end, middle = (track.left() + track.width() * share for share in (at.start, at.end, at.dot))
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(now.colour("bar_track"))
    painter.drawRoundedRect(track, round_, round_)
    painter.setBrush(now.colour("control"))
    painter.drawRoundedRect(QRectF(start, track.top(), max(end - start, 3.0), track.height()), round_, round_)
    painter.setBrush(now.colour("text"))
    painter.drawEllipse(QRectF(middle - dot / 2, track.center().y() - dot / 2, dot, dot))


def grown(px: float) -> int:
    """The length of a bar: it grows with the text, but with large text leaves room for words."""
    return round(px * min(look().scale, LARGE))


def band_ends(band: Band) -> str:
    """The ranks it could be, as written after the bar."""
    return number(band.low) if band.low == band.high else f"{number(band.low)}–{number(band.high)}"


def paint_bar(painter: QPainter, inside: QRectF, text: str, share: float) -> None:
    """A number 0-1 as a bar with the number after it."""
    now = look()
    figures = max(text_width(text, now.font(12.5, tabular=True)) + now.px(8), now.px(42))
    track = QRectF(inside.right() - grown(BAR_WIDTH) - figures, inside.center().y() - 3, grown(BAR_WIDTH), 6)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(now.colour("bar_track"))
    painter.drawRoundedRect(track, 3, 3)
    painter.setBrush(now.colour("bar"))
    painter.drawRoundedRect(QRectF(track.left(), track.top(), max(track.width() * share, 2.0), track.height()), 3, 3)
    painter.setFont(now.font(12.5, tabular=True))
    painter.setPen(now.colour("text"))
    painter.drawText(inside, _MIDDLE_RIGHT, text)


def in_two_lines(text: str, metrics: QFontMetricsF, width: float) -> tuple[str, ...]:
    """Words in one line, or broken between words into two; what the second cannot hold is cut with an ellipsis."""
    if metrics.horizontalAdvance(text) <= width:
        return (text,)
    words = together(text).split(" ")
    fitting = [n for n in range(1, len(words)) if metrics.horizontalAdvance(" ".join(words[:n])) <= width]
    parts = (" ".join(words[: fitting[-1]]), " ".join(words[fitting[-1]:])) if fitting else (text,)
    return tuple(metrics.elidedText(part, Qt.TextElideMode.ElideRight, width) for part in parts)
