"""How a cell of a view is drawn."""

from __future__ import annotations

from PySide6.QtCore import QModelIndex, QObject, QPersistentModelIndex, QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QPainter, QPen, QPolygonF
from PySide6.QtWidgets import QStyle, QStyledItemDelegate, QStyleOptionViewItem, QTableView

from ecomap.render.style.palette import ramp
from ecomap.ui.look.theme import look, text_width
from ecomap.ui.look.tokens import contrast
from ecomap.ui.speech import spoken
from ecomap.ui.views.sheet import BAR, HEAT, MARK, NAME, STACK, Cell, ViewColumn

PAD = 8
HEAT_STEPS = 5
_LEFT = int(Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft)
_RIGHT = int(Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignRight)
_CENTRE = int(Qt.AlignmentFlag.AlignCenter)


class ViewDelegate(QStyledItemDelegate):
    """Draws colours, marks, bars and words."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)

    def paint(
        self, painter: QPainter, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex
    ) -> None:
        model = index.model()
        column: ViewColumn = model.sheet.columns[index.column()]  # type: ignore[attr-defined]
        cell: Cell = model.cell(index.row(), index.column())  # type: ignore[attr-defined]
        now = look()
        box = QRectF(option.rect)
        view = self.parent()
        current = view.currentIndex() if isinstance(view, QTableView) else QModelIndex()
        on_row = current.isValid() and current.row() == index.row()
        over = bool(option.state & QStyle.StateFlag.State_MouseOver) and bool(cell.refs)
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.fillRect(box, now.colour("selected" if on_row else "hover" if over else "surface"))
        painter.setPen(QPen(now.colour("line"), 1))
        painter.drawLine(box.bottomLeft(), box.bottomRight())
        inside = box.adjusted(now.px(PAD), 0, -now.px(PAD), 0)
        if column.kind == HEAT and cell.text:
            _heat(painter, box, cell)
        elif column.kind == MARK and cell.text:
            _mark(painter, box, cell)
        elif column.kind in (HEAT, MARK):
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(now.colour("line"))
            painter.drawEllipse(box.center(), 1.6, 1.6)
        elif column.kind in (BAR, STACK) and cell.share is not None:
            _bar(painter, inside, cell)
        else:
            _words(painter, inside, cell, column)
        if on_row and current.column() == index.column() and option.state & QStyle.StateFlag.State_HasFocus:
            painter.setPen(QPen(now.colour("focus"), 2))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawRect(box.adjusted(1, 1, -1, -2))
        painter.restore()

    def sizeHint(self, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex) -> QSize:
        return QSize(super().sizeHint(option, index).width(), look().px(24))


def heat_colours(share: float) -> tuple[str, str]:
    """Fill and ink of a heat cell: the ink is whichever of black and white can be read on the fill."""
    steps = ramp("teals", HEAT_STEPS)
    fill = steps[min(round(share * (HEAT_STEPS - 1)), HEAT_STEPS - 1)]
    ink = max(("#000000", "#FFFFFF"), key=lambda colour: contrast(colour, fill))
    return fill, ink


def _heat(painter: QPainter, box: QRectF, cell: Cell) -> None:
    fill, ink = heat_colours(cell.share or 0.0)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(QColor(fill))
    painter.drawRoundedRect(box.adjusted(1.5, 1.5, -1.5, -2.5), 3, 3)
    painter.setFont(look().font(12, 600, tabular=True))
    painter.setPen(QColor(ink))
    painter.drawText(box, _CENTRE, spoken(cell.text))


def _mark(painter: QPainter, box: QRectF, cell: Cell) -> None:
    """The approach's own shape in its own colour, as on the map."""
    r = float(look().px(5.5))
    at = box.center()
    painter.setPen(QPen(look().colour("surface"), 1))
    painter.setBrush(QColor(cell.colour))
    if cell.shape == "diamond":
        r *= 1.2
        painter.drawPolygon(QPolygonF([QPointF(at.x(), at.y() - r), QPointF(at.x() + r, at.y()), QPointF(at.x(), at.y() + r),
                                       QPointF(at.x() - r, at.y())]))
    elif cell.shape == "square":
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.setPen(QPen(QColor(cell.colour), 2.4))
        painter.drawRoundedRect(QRectF(at.x() - r + 1, at.y() - r + 1, 2 * r - 2, 2 * r - 2), 1.5, 1.5)
    else:
        painter.drawEllipse(at, r, r)


def _bar(painter: QPainter, inside: QRectF, cell: Cell) -> None:
    """A bar, of one piece or of several, with its number at the end."""
    now = look()
    figures = now.font(12, 500, tabular=True)
    room = inside.width() - text_width(spoken(cell.text), figures) - now.px(8)
    thick = now.px(12)
    left, top = inside.left(), inside.center().y() - thick / 2
    parts = cell.parts or (((cell.share or 0.0), cell.colour or now.tokens.bar),)
    painter.setPen(Qt.PenStyle.NoPen)
    for share, colour in parts:
        wide = max(share * room, 1.5 if share > 0 else 0.0)
        fill = QColor(colour)
        painter.setPen(QPen(now.colour("control"), 0.8) if fill.lightnessF() > 0.9 else Qt.PenStyle.NoPen)
        painter.setBrush(fill)
        painter.drawRect(QRectF(left, top, wide, thick))
        left += wide
    painter.setFont(figures)
    painter.setPen(now.colour("text"))
    painter.drawText(QRectF(left + now.px(6), inside.top(), inside.right() - left, inside.height()), _LEFT, spoken(cell.text))


def _words(painter: QPainter, inside: QRectF, cell: Cell, column: ViewColumn) -> None:
    now = look()
    name = column.kind == NAME
    painter.setFont(now.font(12.5, 600 if name else 400, tabular=column.right))
    painter.setPen(now.colour("quiet" if cell.quiet else "text"))
    shown = painter.fontMetrics().elidedText(spoken(cell.text), Qt.TextElideMode.ElideRight, int(inside.width()))
    painter.drawText(inside, _RIGHT if column.right else _LEFT, shown)


def two_lines(text: str) -> tuple[str, str]:
    """A heading broken near its middle."""
    words = text.split()
    if len(words) < 2 or len(text) < 12:
        return text, ""
    cuts = [" ".join(words[:n]) for n in range(1, len(words))]
    first = min(cuts, key=lambda part: abs(len(part) - len(text) / 2))
    return first, text[len(first) + 1 :]
