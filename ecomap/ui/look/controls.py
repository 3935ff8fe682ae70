"""Controls that nothing changes by accident: the wheel passes over them, and Return does what it says and no more."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QPoint, QRect, QSize, Qt, Signal
from PySide6.QtGui import QFocusEvent, QIcon, QKeyEvent, QPaintEvent, QResizeEvent, QWheelEvent
from PySide6.QtWidgets import (
    QAbstractButton,
    QCheckBox,
    QComboBox,
    QDateEdit,
    QDialog,
    QDoubleSpinBox,
    QListView,
    QPushButton,
    QSizePolicy,
    QSlider,
    QSpinBox,
    QStyle,
    QStyleOptionButton,
    QStyleOptionComboBox,
    QStylePainter,
    QTabBar,
    QTabWidget,
    QToolButton,
    QWidget,
)

from ecomap.ui.look.lines import in_lines, widest_word

if TYPE_CHECKING:
    _Widget = QWidget
    _Button = QAbstractButton
else:
    _Widget = _Button = object

_BESIDE_ICON = 4  # px
_AIR = 6  # px between chosen words and the sign that opens their list
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
    """A list to choose one of; the chosen words take as many lines as they need."""

    def __init__(self, *args: object) -> None:
        super().__init__(*args)
        self.currentTextChanged.connect(self._grow)

    def showPopup(self) -> None:
        """The list breaks its words into lines where the box is narrower."""
        view = self.view()
        if isinstance(view, QListView):
            view.setWordWrap(True)
        view.setTextElideMode(Qt.TextElideMode.ElideNone)
        super().showPopup()
        list_ = view.window()
        most = self.screen().availableGeometry()
        needed = min(view.sizeHintForColumn(0) + view.verticalScrollBar().sizeHint().width() + 4 * _AIR, most.right() - list_.x())
        if needed > list_.width():
            list_.resize(needed, list_.height())

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._grow()

    def sizeHint(self) -> QSize:
        return QSize(super().sizeHint().width(), self.heightForWidth(self.width()))

    def hasHeightForWidth(self) -> bool:
        return True

    def heightForWidth(self, width: int) -> int:
        lines = in_lines(self._words(), self.font(), width - (self.width() - self._room().width()))
        return super().sizeHint().height() + self.fontMetrics().lineSpacing() * (len(lines) - 1)

    def minimumSizeHint(self) -> QSize:
        frame = self.width() - self._room().width() + _AIR
        return QSize(widest_word(self._words(), self.font()) + frame, super().sizeHint().height())

    def paintEvent(self, event: QPaintEvent) -> None:
        if self.isEditable():
            super().paintEvent(event)
            return
        option = QStyleOptionComboBox()
        self.initStyleOption(option)
        painter = QStylePainter(self)
        painter.drawComplexControl(QStyle.ComplexControl.CC_ComboBox, option)
        role = self.palette().ColorRole.PlaceholderText if not self.currentText() else self.palette().ColorRole.Text
        painter.setPen(self.palette().color(role))
        picture = self.itemIcon(self.currentIndex())
        if not picture.isNull():
            size, room = self.iconSize(), self._room()
            picture.paint(painter, room.left() - size.width() - _BESIDE_ICON, room.center().y() - size.height() // 2, size.width(), size.height())
        painter.drawText(self._room(), int(Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft), "\n".join(self._lines()))

    def _words(self) -> str:
        return "" if self.isEditable() else self.currentText() or self.placeholderText()

    def _room(self) -> QRect:
        option = QStyleOptionComboBox()
        self.initStyleOption(option)
        field = QStyle.SubControl.SC_ComboBoxEditField
        beside = 0 if self.itemIcon(self.currentIndex()).isNull() else self.iconSize().width() + _BESIDE_ICON
        return self.style().subControlRect(QStyle.ComplexControl.CC_ComboBox, option, field, self).adjusted(beside, 0, -_AIR, 0)

    def _lines(self) -> tuple[str, ...]:
        return in_lines(self._words(), self.font(), self._room().width())

    def _grow(self, _text: str = "") -> None:
        if self.sizeHint().height() != self.height():
            self.updateGeometry()


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


class TabPages(QTabWidget):
    """Pages behind such tabs."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setTabBar(Tabs())


class _Pressed(_Button):
    """Return presses a button while it has the focus, as Space does."""

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in _RETURN and self.isEnabled():
            self.click()
        else:
            super().keyPressEvent(event)


class _Wrapped(_Button):
    """A button whose words take as many lines as they need where it is narrower than they are."""

    def __init__(self, *args: object) -> None:
        self._narrow = False
        super().__init__(*args)  # type: ignore[arg-type]
        policy = self.sizePolicy()
        policy.setHorizontalPolicy(QSizePolicy.Policy.Preferred)
        policy.setHeightForWidth(True)
        self.setSizePolicy(policy)

    def sizeHint(self) -> QSize:
        """As high as its words are at its present width: a button does not grow beyond this."""
        whole = super().sizeHint()
        return QSize(whole.width(), self.heightForWidth(self.width()) if self._narrow or self.layout() else whole.height())

    def minimumSizeHint(self) -> QSize:
        whole = super().sizeHint()
        return QSize(min(widest_word(self._words(), self.font()) + self._around(), whole.width()), whole.height())

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        narrow = len(self._lines(self.width())) > 1
        if narrow or narrow != self._narrow or self.layout():
            self._narrow = narrow
            self.updateGeometry()

    def hasHeightForWidth(self) -> bool:
        return True

    def heightForWidth(self, width: int) -> int:
        if (inside := self.layout()) is not None:
            return inside.totalHeightForWidth(width)
        return super().sizeHint().height() + self.fontMetrics().lineSpacing() * (len(self._lines(width)) - 1)

    def _words(self) -> str:
        return self.text().replace("&&", "&")

    def _around(self) -> int:
        """Pixels beside the words: edges, the icon or the box to tick."""
        return max(super().sizeHint().width() - self.fontMetrics().horizontalAdvance(self._words()), 0)

    def _lines(self, width: int) -> tuple[str, ...]:
        if width >= super().sizeHint().width():
            return (self._words(),)
        return in_lines(self._words(), self.font(), width - self._around())

    def _paint_lines(self, painter: QStylePainter, option: QStyleOptionButton, room: QRect, label: QStyle.ControlElement) -> None:
        """The words line by line in the middle of a room, each as the style writes a line."""
        lines, step = self._lines(self.width()), self.fontMetrics().lineSpacing()
        top = room.center().y() - step * len(lines) // 2 + 1
        for number, text in enumerate(lines):
            option.text = text.replace("&", "&&")
            option.rect = QRect(room.left(), top + number * step, room.width(), step)
            painter.drawControl(label, option)


class PushButton(_Wrapped, _Pressed, QPushButton):
    """A button."""

    def paintEvent(self, event: QPaintEvent) -> None:
        if len(self._lines(self.width())) < 2:
            super().paintEvent(event)
            return
        option = QStyleOptionButton()
        self.initStyleOption(option)
        painter = QStylePainter(self)
        room = self.style().subElementRect(QStyle.SubElement.SE_PushButtonContents, option, self)
        icon, size = option.icon, option.iconSize
        option.icon = QIcon()
        painter.drawControl(QStyle.ControlElement.CE_PushButtonBevel, option)
        if not icon.isNull():
            icon.paint(painter, QRect(room.left(), room.center().y() - size.height() // 2, size.width(), size.height()))
            room.setLeft(room.left() + size.width() + _BESIDE_ICON)
        self._paint_lines(painter, option, room, QStyle.ControlElement.CE_PushButtonLabel)


class TickBox(_Wrapped, QCheckBox):
    """A box to tick with its words."""

    def paintEvent(self, event: QPaintEvent) -> None:
        if len(self._lines(self.width())) < 2:
            super().paintEvent(event)
            return
        option = QStyleOptionButton()
        self.initStyleOption(option)
        painter = QStylePainter(self)
        room = self.style().subElementRect(QStyle.SubElement.SE_CheckBoxContents, option, self)
        option.text = ""
        painter.drawControl(QStyle.ControlElement.CE_CheckBox, option)
        self._paint_lines(painter, option, room, QStyle.ControlElement.CE_CheckBoxLabel)

    def hitButton(self, at: QPoint) -> bool:
        return self.rect().contains(at)


class IconButton(_Pressed, QToolButton):
    """A button with an icon."""


class FormDialog(QDialog):
    """A dialog with more than one field: Return in a field settles that field, and only a button carries it out."""

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() not in _RETURN:
            super().keyPressEvent(event)
