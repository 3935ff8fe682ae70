"""Where the keyboard is: a ring around what has the focus and draws none itself."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QObject, QPoint, QRect, QRectF, Qt, QTimer
from PySide6.QtGui import QGuiApplication, QPainter, QPaintEvent, QPen, QRegion
from PySide6.QtWidgets import (
    QAbstractButton,
    QAbstractSpinBox,
    QApplication,
    QComboBox,
    QLineEdit,
    QPlainTextEdit,
    QTextBrowser,
    QWidget,
)
from shiboken6 import isValid

from ecomap.ui.look.theme import look

THICK = 3  # px
_DRAW_THEIR_OWN = (QAbstractButton, QAbstractSpinBox, QComboBox, QLineEdit, QPlainTextEdit, QTextBrowser)


class _Ring(QWidget):
    """The ring itself: nothing but an edge, which the mouse goes through."""

    def __init__(self, over: QWidget) -> None:
        super().__init__(over)
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self.setAttribute(Qt.WidgetAttribute.WA_NoSystemBackground)
        self.hide()

    def stand_at(self, place: QRect) -> None:
        self.setGeometry(place)
        inside = self.rect().adjusted(THICK, THICK, -THICK, -THICK)
        self.setMask(QRegion(self.rect()).subtracted(QRegion(inside)))
        self.raise_()
        self.show()

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.fillRect(self.rect(), look().colour("surface"))
        painter.setPen(QPen(look().colour("focus"), 2))
        painter.drawRect(QRectF(self.rect()).adjusted(1, 1, -1, -1))


class FocusRing(QObject):
    """Follows the focus from part to part of a window and its dialogs while it is moved with keys."""

    def __init__(self, window: QWidget) -> None:
        super().__init__(window)
        self._window = window
        self._at: QWidget | None = None
        self._ring: _Ring | None = None
        self._watched: list[QWidget] = []
        app = QApplication.instance()
        assert isinstance(app, QApplication)
        app.focusChanged.connect(self.follow)

    def follow(self, _before: QWidget | None, now: QWidget | None) -> None:
        for watched in filter(isValid, self._watched):
            watched.removeEventFilter(self)
        self._watched = []
        self._at = None
        if self._ring is not None:
            self._ring.hide()  # it goes when the program gets to it
            self._ring.deleteLater()
            self._ring = None
        by_mouse = QGuiApplication.mouseButtons() != Qt.MouseButton.NoButton
        if now is None or by_mouse or isinstance(now, _DRAW_THEIR_OWN) or not self._ours(now):
            return
        self._at, self._ring = now, _Ring(now.window())
        around: QWidget | None = now
        while around is not None and around is not now.window():  # whatever moves moves what stands in it
            around.installEventFilter(self)
            self._watched.append(around)
            around = around.parentWidget()
        self._stand()

    def shown(self) -> QWidget | None:
        """What the ring is around; None where none is drawn."""
        return self._at if self._ring is not None and self._ring.isVisible() else None

    def place(self) -> QRect:
        """Where the ring stands in its window."""
        return self._ring.geometry() if self._ring is not None else QRect()

    def _ours(self, widget: QWidget) -> bool:
        top: QWidget | None = widget.window()
        while top is not None and top is not self._window:
            parent = top.parentWidget()
            top = parent.window() if parent is not None else None
        return top is self._window

    def _stand(self) -> None:
        if self._at is None or self._ring is None or not isValid(self._at):  # its end is told by the next focus
            return
        seen = self._at.visibleRegion().boundingRect()
        if seen.isEmpty():
            self._ring.hide()
        else:
            self._ring.stand_at(QRect(self._at.mapTo(self._at.window(), QPoint(seen.x(), seen.y())), seen.size()))

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() in (QEvent.Type.Resize, QEvent.Type.Move, QEvent.Type.Hide, QEvent.Type.Show):
            QTimer.singleShot(0, self, self._stand)  # once all of them have moved
        elif watched is self._at and event.type() == QEvent.Type.MouseButtonPress and self._ring is not None:
            self._ring.hide()
        return False
