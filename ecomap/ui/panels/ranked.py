"""The top of a ranked list in a panel: place, band, name and the reason in words."""

from __future__ import annotations

from typing import Any

from attrs import frozen
from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QAccessible, QPainter, QPaintEvent, QPen, QResizeEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from ecomap.model.layer import Column
from ecomap.model.result import Result
from ecomap.model.said import joined, name, say
from ecomap.model.vocabulary import NAME
from ecomap.ui.look.lines import in_lines
from ecomap.ui.look.parts import together
from ecomap.ui.look.roles import is_a
from ecomap.ui.look.theme import look, named
from ecomap.ui.models.cells import band_ends, draw_band
from ecomap.ui.models.table import Band
from ecomap.ui.speech import spoken

TOP = 5
LINE = 16  # of words
_LEFT = int(Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft)

class RankedList(QWidget):
    """The first five of a ranked result, each with the ranks it could be and why it stands there."""

    def __init__(self, result: Result) -> None:
        super().__init__()
        is_a(self, QAccessible.Role.List)
        policy = QSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Minimum)
        policy.setHeightForWidth(True)
        self.setSizePolicy(policy)
        self.show_result(result)

    def show_result(self, result: Result) -> None:
        """Show the first of another ranking."""
        rank = _rank(result)
        assert rank is not None
        frame = result.main.frame
        self.of = max(len(frame), 2)
        self.rows = [_line(row, rank) for row in frame.sort_values(rank.name).head(TOP).to_dict("records")]
        told = [joined([name(f"{line['rank']:.0f}. {line['name']}"), name(line["why"])], ": ") for line in self.rows]
        self.updateGeometry()
        self.update()
        named(self, say("The first {n}: {rows}", n=len(self.rows), rows=joined(told, "; ")))

    @staticmethod
    def suits(result: Result) -> bool:
        """Whether a result ranks named places and is about them (a plan, not an index of areas)."""
        return result.analysis == "priority" and _rank(result) is not None and NAME in result.main.frame

    def sizeHint(self) -> QSize:
        return QSize(look().px(240), self.heightForWidth(look().px(240)))

    def heightForWidth(self, width: int) -> int:
        return round(sum(line.height for line in self._lines(width)))

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self.updateGeometry()

    def _lines(self, width: int) -> list[_Line]:
        """Name and reason of each row in as many lines as they need."""
        now, made = look(), []
        name_font, why_font = now.font(12.5, 600), now.font(11.5)
        for line in self.rows:
            band = now.px(84) if line["low"] is not None else 0
            inside = width - now.px(30)
            names = in_lines(line["name"], name_font, inside - band - now.px(8))
            whys = in_lines(together(spoken(name(line["why"]))), why_font, inside)
            height = now.px(8) + now.px(20) * len(names) + now.px(LINE) * len(whys) + now.px(8)
            made.append(_Line(names, whys, band, height))
        return made

    def paintEvent(self, _event: QPaintEvent) -> None:
        now, top = look(), 0.0
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        for line, shown in zip(self.rows, self._lines(self.width())):
            box = QRectF(0, top, self.width(), shown.height)
            top = box.bottom()
            painter.setPen(QPen(now.colour("line"), 1))
            painter.drawLine(box.bottomLeft(), box.bottomRight())
            step, names = now.px(20), now.px(20) * len(shown.names)
            first = QRectF(now.px(30), box.top() + now.px(8), box.width() - now.px(30), step)
            painter.setFont(now.font(15, 600, tabular=True))
            painter.setPen(now.colour("text"))
            painter.drawText(QRectF(0, first.top(), now.px(28), step), _LEFT, f"{line['rank']:.0f}")
            painter.setFont(now.font(12.5, 600))
            painter.drawText(QRectF(first.left(), first.top(), first.width(), names), _LEFT, "\n".join(shown.names))
            painter.setFont(now.font(11.5))
            painter.setPen(now.colour("quiet"))
            for number, text in enumerate(shown.whys):
                place = QRectF(first.left(), first.top() + names + now.px(LINE) * number, first.width(), now.px(LINE))
                painter.drawText(place, _LEFT, text)
            if shown.band:
                self._band(painter, QRectF(box.right() - shown.band, first.top(), shown.band, step), line)

    def _band(self, painter: QPainter, box: QRectF, line: dict[str, Any]) -> None:
        now = look()
        band = Band(line["rank"], line["low"], line["high"], self.of)
        painter.drawText(box, int(Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignRight), band_ends(band))
        draw_band(painter, QRectF(box.left(), box.center().y() - 2, now.px(40), 4), band, 7.0)


@frozen
class _Line:
    """A row as it is painted."""

    names: tuple[str, ...]
    whys: tuple[str, ...]
    band: int
    height: float


def _rank(result: Result) -> Column | None:
    return next((c for c in result.main.columns if c.unit == "rank" and c.name in result.main.frame), None)


def _line(row: dict[Any, Any], rank: Column) -> dict[str, Any]:
    return {
        "rank": row[rank.name], "name": str(row[NAME]), "why": name(row.get("why") or row.get("reason") or ""),
        "low": row.get(rank.low) if rank.low else None, "high": row.get(rank.high) if rank.high else None,
    }
