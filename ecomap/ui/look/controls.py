"""Controls that nothing changes by accident: the wheel passes over them, and Return does what it says and no more."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QFocusEvent, QKeyEvent, QWheelEvent
from PySide6.QtWidgets import (
    QAbstractButton,
    QComboBox,
    QDateEdit,
    QDialog,
    QDoubleSpinBox,
    QPushButton,
    QSlider,
    QSpinBox,
    QTabBar,
    QToolButton,
    QWidget,
)

if TYPE_CHECKING:
    _Widget = QWidget
    _Button = QAbstractButton
else:
    _Widget = _Button = object

_RETURN = (Qt.Key.Key_Return, Qt.Key.Key_Enter)


class _Unscrolled(_Widget):
    """The wheel changes a field only while it has the focus; else it goes on to the panel around it.

    Qt's own fields take the focus and the wheel together, so that a hand that scrolls a form changes every field it passes.
    """

    def __init__(self, *args: object) -> None:
        super().__init__(*args)  # type: ignore[arg-type]
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)

    def wheelEvent(self, event: QWheelEvent) -> None:
        if self.hasFocus():
            super().wheelEvent(event)
        else:
            event.ignore()


class Choices(_Unscrolled, QComboBox):
    """A list to choose one of."""


class WholeNumber(_Unscrolled, QSpinBox):
    """A box for a whole number."""


class Number(_Unscrolled, QDoubleSpinBox):
    """A box for a number."""


class Slide(_Unscrolled, QSlider):
    """A slider; ``touched`` when the hand or the keyboard comes to it."""

    touched = Signal()

    def focusInEvent(self, event: QFocusEvent) -> None:
        super().focusInEvent(event)
        self.touched.emit()


class DateBox(_Unscrolled, QDateEdit):
    """A box for a day."""


class Tabs(QTabBar):
    """Tabs that only a click or a key changes."""

    def wheelEvent(self, event: QWheelEvent) -> None:
        event.ignore()


class _Pressed(_Button):
    """Return presses a button while it has the focus, as Space does."""

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in _RETURN and self.isEnabled():
            self.click()
        else:
            super().keyPressEvent(event)


class PushButton(_Pressed, QPushButton):
    """A button."""


class IconButton(_Pressed, QToolButton):
    """A button with an icon."""


class FormDialog(QDialog):
    """A dialog with more than one field: Return in a field settles that field, and only a button carries it out."""

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() not in _RETURN:
            super().keyPressEvent(event)
