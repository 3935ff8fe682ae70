"""The ways to ask for the menu of a place on the map: the right button, a long press, and the keys for menus."""

from __future__ import annotations

from typing import Final

from PySide6.QtCore import QEvent, QObject, QPoint, QPointF, Qt, QTimer, Signal
from PySide6.QtGui import QContextMenuEvent, QKeyEvent, QMouseEvent
from PySide6.QtWidgets import QApplication

from ecomap.ui.map.canvas import MapCanvas

LONG_PRESS_MS: Final = 600
_STILL_PX: Final = 4


class MenuWishes(QObject):
    """Listens to a canvas; a wish by key is for its middle."""

    asked = Signal(QPoint)  # on the canvas

    def __init__(self, canvas: MapCanvas) -> None:
        super().__init__(canvas)
        self._canvas = canvas
        self._at = QPointF()
        self._held = QTimer(self, singleShot=True, interval=LONG_PRESS_MS)
        self._held.timeout.connect(self._pressed_long)
        canvas.installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if watched is not self._canvas:
            return False
        if isinstance(event, QContextMenuEvent):
            self._held.stop()
            if event.reason() == QContextMenuEvent.Reason.Keyboard:
                self._by_key()
            else:
                self.asked.emit(event.pos())
            return True
        if isinstance(event, QMouseEvent):
            self._mouse(event)
        elif isinstance(event, QKeyEvent) and event.type() == QEvent.Type.KeyPress and _is_for_menus(event):
            self._by_key()
            return True
        return False

    def _mouse(self, event: QMouseEvent) -> None:
        if event.type() == QEvent.Type.MouseButtonPress and event.button() == Qt.MouseButton.LeftButton:
            self._at = event.position()
            self._held.start()
        elif event.type() != QEvent.Type.MouseMove or (event.position() - self._at).manhattanLength() > _STILL_PX:
            self._held.stop()

    def _pressed_long(self) -> None:
        self._canvas.let_go()
        self.asked.emit(self._at.toPoint())

    def _by_key(self) -> None:
        if QApplication.activePopupWidget() is None:  # some systems tell of the key twice
            self._canvas.by_key()
            self.asked.emit(self._canvas.rect().center())


def _is_for_menus(event: QKeyEvent) -> bool:
    shift = bool(event.modifiers() & Qt.KeyboardModifier.ShiftModifier)
    return event.key() == Qt.Key.Key_Menu or (event.key() == Qt.Key.Key_F10 and shift)
