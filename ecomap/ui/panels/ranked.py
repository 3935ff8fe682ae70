"""The top of a ranked list in a panel: place, band, name and the reason in words."""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QFontMetricsF, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QSizePolicy, QWidget

from ecomap.model.layer import Column
from ecomap.model.result import Result
from ecomap.model.said import joined, name, say
from ecomap.model.vocabulary import NAME
from ecomap.ui.look.charts import in_two_lines
from ecomap.ui.look.theme import look, named
from ecomap.ui.models.cells import band_ends, draw_band
from ecomap.ui.models.table import Band
from ecomap.ui.speech import spoken

TOP = 5
LINE = 68
_LEFT = int(Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft)

_TOP_LEFT = int(Qt.AlignmentFlag.AlignTop | Qt.AlignmentFlag.AlignLeft)

class RankedList(QWidget):
    """The first five of a ranked result, each with the ranks it could be and why it stands there."""

    def __init__(self, result: Result) -> None:
        super().__init__()
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.show_result(result)

    def show_result(self, result: Result) -> None:
        """Show the first of another ranking."""
        rank = _rank(result)
        assert rank is not None
        frame = result.main.frame
        self.of = max(len(frame), 2)
        self.rows = [_line(row, rank) for row in frame.sort_values(rank.name).head(TOP).to_dict("records")]
        told = [joined([name(f"{line['rank']:.0f}. {line['name']}"), name(line["why"])], ": ") for line in self.rows]
        self.update()
        named(self, say("The first {n}: {rows}", n=len(self.rows), rows=joined(told, "; ")))

    @staticmethod
    def suits(result: Result) -> bool:
        """Whether a result ranks named places and is about them (a plan, not an index of areas)."""
        return result.analysis == "priority" and _rank(result) is not None and NAME in result.main.frame

    def sizeHint(self) -> QSize:
        return QSize(look().px(240), look().px(LINE) * len(self.rows))

    def paintEvent(self, _event: QPaintEvent) -> None:
        now = look()
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        for number, line in enumerate(self.rows):
            box = QRectF(0, number * now.px(LINE), self.width(), now.px(LINE))
            painter.setPen(QPen(now.colour("line"), 1))
            painter.drawLine(box.bottomLeft(), box.bottomRight())
            half = now.px(20)
            first = QRectF(now.px(30), box.top() + now.px(6), box.width() - now.px(30), half)
            second = QRectF(first.left(), first.bottom(), first.width(), box.bottom() - first.bottom() - now.px(6))
            painter.setFont(now.font(15, 600, tabular=True))
            painter.setPen(now.colour("text"))
            painter.drawText(QRectF(0, box.top() + now.px(6), now.px(28), half), _LEFT, f"{line['rank']:.0f}")
            band = now.px(84) if line["low"] is not None else 0
            painter.setFont(now.font(12.5, 600))
            place = QRectF(first.left(), first.top(), first.width() - band - now.px(8), half)
            _text(painter, place, line["name"])
            painter.setFont(now.font(11.5))
            painter.setPen(now.colour("quiet"))
            lines = in_two_lines(spoken(name(line["why"])), QFontMetricsF(painter.fontMetrics()), second.width())
            painter.drawText(second, _TOP_LEFT, "\n".join(lines))
            if band:
                self._band(painter, QRectF(box.right() - band, first.top(), band, half), line)

    def _band(self, painter: QPainter, box: QRectF, line: dict[str, Any]) -> None:
        now = look()
        band = Band(line["rank"], line["low"], line["high"], self.of)
        painter.drawText(box, int(Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignRight), band_ends(band))
        draw_band(painter, QRectF(box.left(), box.center().y() - 2, now.px(40), 4), band, 7.0)


def _text(painter: QPainter, box: QRectF, text: str) -> None:
    painter.drawText(box, _LEFT, painter.fontMetrics().elidedText(text, Qt.TextElideMode.ElideRight, int(box.width())))


def _rank(result: Result) -> Column | None:
    return next((c for c in result.main.columns if c.unit == "rank" and c.name in result.main.frame), None)


def _line(row: dict[Any, Any], rank: Column) -> dict[str, Any]:
    return {
        "rank": row[rank.name], "name": str(row[NAME]), "why": name(row.get("why") or row.get("reason") or ""),
        "low": row.get(rank.low) if rank.low else None, "high": row.get(rank.high) if rank.high else None,
    }
