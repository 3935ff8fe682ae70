"""Things beside each other that go on in the next line where there is no more room."""

from __future__ import annotations

from PySide6.QtCore import QRect, QSize, Qt
from PySide6.QtWidgets import QLayout, QLayoutItem, QSizePolicy, QWidget


class Flow(QLayout):
    """A row that breaks into lines; a thing goes into the first line that has room for it. What may grow sideways (`QSizePolicy.Expanding`) takes what is left of its line, and begins
    at its least width; every other thing is as wide as it likes to be, or as the line."""

    def __init__(self, *items: QWidget, margins: tuple[int, int, int, int] = (0, 0, 0, 0), spacing: int = 8, between: int = 4) -> None:
        super().__init__()
        self._items: list[QLayoutItem] = []
        self._between = between
        self.setContentsMargins(*margins)
        self.setSpacing(spacing)
        for item in items:
            self.addWidget(item)

    def addItem(self, item: QLayoutItem) -> None:
        self._items.append(item)

    def count(self) -> int:
        return len(self._items)

    def itemAt(self, place: int) -> QLayoutItem | None:
        return self._items[place] if 0 <= place < len(self._items) else None

    def takeAt(self, place: int) -> QLayoutItem | None:
        return self._items.pop(place) if 0 <= place < len(self._items) else None

    def expandingDirections(self) -> Qt.Orientation:
        return Qt.Orientation(0)

    def hasHeightForWidth(self) -> bool:
        return True

    def heightForWidth(self, width: int) -> int:
        return self._set(QRect(0, 0, width, 0), move=False)

    def setGeometry(self, rect: QRect) -> None:
        super().setGeometry(rect)
        self._set(rect, move=True)

    def sizeHint(self) -> QSize:
        edges = self.contentsMargins()
        shown = self._shown()
        wide = sum(item.sizeHint().width() for item in shown) + self.spacing() * max(len(shown) - 1, 0)
        tall = max((item.sizeHint().height() for item in shown), default=0)
        return QSize(wide + edges.left() + edges.right(), tall + edges.top() + edges.bottom())

    def minimumSize(self) -> QSize:
        edges = self.contentsMargins()
        wide = max((item.minimumSize().width() for item in self._shown()), default=0)
        tall = max((item.minimumSize().height() for item in self._shown()), default=0)
        return QSize(wide + edges.left() + edges.right(), tall + edges.top() + edges.bottom())

    def _shown(self) -> list[QLayoutItem]:
        return [item for item in self._items if not item.isEmpty()]

    def _lines(self, room: int) -> list[list[QLayoutItem]]:
        lines: list[list[QLayoutItem]] = []
        rest: list[int] = []  # pixels left of each line
        for item in self._shown():
            wide = _begins_at(item)
            for line, left in enumerate(rest):
                if wide + self.spacing() <= left:
                    lines[line].append(item)
                    rest[line] -= wide + self.spacing()
                    break
            else:
                lines.append([item])
                rest.append(room - wide)
        return lines

    def _set(self, rect: QRect, *, move: bool) -> int:
        edges = self.contentsMargins()
        inside = rect.adjusted(edges.left(), edges.top(), -edges.right(), -edges.bottom())
        top, lines = inside.top(), self._lines(inside.width())
        for line in lines:
            widths = self._widths(line, inside.width())
            tall = max(_height(item, wide) for item, wide in zip(line, widths))
            x = inside.left()
            for item, wide in zip(line, widths):
                high = _height(item, wide)
                if move:
                    item.setGeometry(QRect(x, top + (tall - high) // 2, wide, high))
                x += wide + self.spacing()
            top += tall + self._between
        return top - (self._between if lines else 0) - rect.top() + edges.bottom()

    def _widths(self, line: list[QLayoutItem], room: int) -> list[int]:
        widths = [min(_begins_at(item), room) for item in line]
        left = room - sum(widths) - self.spacing() * (len(line) - 1)
        growing = [place for place, item in enumerate(line) if _grows(item)]
        for nth, place in enumerate(growing):
            share = left // (len(growing) - nth)
            widths[place] += share
            left -= share
        return widths


def _grows(item: QLayoutItem) -> bool:
    widget = item.widget()
    return widget is not None and widget.sizePolicy().horizontalPolicy() in (QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Ignored)


def _begins_at(item: QLayoutItem) -> int:
    return max(item.minimumSize().width(), 1) if _grows(item) else max(item.sizeHint().width(), item.minimumSize().width())


def _height(item: QLayoutItem, width: int) -> int:
    return item.heightForWidth(width) if item.hasHeightForWidth() else item.sizeHint().height()
