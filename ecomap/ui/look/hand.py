"""Where the hand was: what comes and goes over the window gives the keyboard back to whatever had it before."""

from __future__ import annotations

from PySide6.QtCore import QObject, Qt
from PySide6.QtWidgets import QApplication, QWidget
from shiboken6 import isValid


class Hand(QObject):
    """Remembers who had the keyboard when it came into a part of the window.

    Qt gives the focus of a part that is hidden to the next control in order, which is seldom where somebody was at work.
    """

    def __init__(self, part: QWidget) -> None:
        super().__init__(part)
        self._part = part
        self._before: QWidget | None = None
        app = QApplication.instance()
        assert isinstance(app, QApplication)
        app.focusChanged.connect(self._moved)

    def holds(self, widget: QWidget | None) -> bool:
        """Whether a control is the part or inside it."""
        return widget is not None and (widget is self._part or self._part.isAncestorOf(widget))

    def give_back(self) -> None:
        """Before the part goes: the keyboard to where it was, if it is in the part at all."""
        before = self._before
        if self.holds(self._part.window().focusWidget()) and before is not None and isValid(before) and before.isVisible() and before.isEnabled():
            before.setFocus(Qt.FocusReason.OtherFocusReason)

    def _moved(self, old: QWidget | None, new: QWidget | None) -> None:
        if old is not None and self.holds(new) and not self.holds(old) and old.window() is self._part.window():
            self._before = old
