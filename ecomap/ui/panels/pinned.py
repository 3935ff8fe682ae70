"""The button of a step at the foot of its panel, as long as the one it stands for lies further down."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QObject, QPoint, Qt, QTimer
from PySide6.QtWidgets import QFrame, QPushButton, QWidget

from ecomap.model.said import NOTHING
from ecomap.ui.look.parts import Scroll, button, column, rule
from ecomap.ui.look.theme import look

MARGIN = 10  # px around the button


class PinnedButton(QFrame):
    """Stands for the first dark button of a panel that scrolls, where that one begins below what can be seen.

    It is for the mouse: keys reach the button itself, which scrolls into view then, and so do screen readers.
    """

    def __init__(self, area: Scroll, inside: QWidget) -> None:
        super().__init__(area)
        self.area, self.inside = area, inside
        self.setObjectName("surface")
        self.go = button(NOTHING, "primary")
        self.go.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.go.clicked.connect(self._press)
        holder = QWidget()  # what lies right in a part of a scrolling area takes the area's own ground
        holder.setLayout(column(rule(), column(self.go, margins=(18, MARGIN, 18, MARGIN)), spacing=0))
        self.setLayout(column(holder))
        self._of: QPushButton | None = None
        self._soon = QTimer(self, singleShot=True, interval=0)
        self._soon.timeout.connect(self.settle)
        bar = area.verticalScrollBar()
        bar.valueChanged.connect(self._soon.start)
        bar.rangeChanged.connect(lambda *_: self._soon.start())
        area.installEventFilter(self)
        inside.installEventFilter(self)
        self.hide()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if watched is self.area and event.type() == QEvent.Type.Resize and self.isVisible():
            self._stand()  # at once: a panel that gets narrower never has it stand out of it
        if event.type() in (QEvent.Type.Resize, QEvent.Type.LayoutRequest, QEvent.Type.Show) or (watched is self._of and event.type() in (QEvent.Type.EnabledChange, QEvent.Type.Hide)):
            self._soon.start()
        return super().eventFilter(watched, event)

    def settle(self) -> None:
        """Stand at the foot of the panel, or go, as the panel is scrolled now."""
        of = next((one for one in self.inside.findChildren(QPushButton) if one.property("kind") == "primary" and one.isVisibleTo(self.inside)), None)
        if of is not self._of:
            if self._of is not None:
                self._of.removeEventFilter(self)
            self._of = of
            if of is not None:
                of.installEventFilter(self)
        below = of is not None and self.area.isVisible() and self._bottom(of) > self.area.height()
        if of is not None and below:
            self.go.setText(of.text())
            self.go.setAccessibleName(of.accessibleName())
            self.go.setToolTip(of.toolTip())
            self.go.setEnabled(of.isEnabled())
            self.area.keep_foot(self._stand())
        else:
            self.area.keep_foot(0)
        self.setVisible(below)

    def _stand(self) -> int:
        """At the foot of the panel, clear of its scroll bar; how high it is."""
        tall, bar = self.sizeHint().height(), self.area.verticalScrollBar().sizeHint().width()
        self.setGeometry(0, self.area.height() - tall, self.area.width() - bar, tall)
        return tall

    def _bottom(self, of: QWidget) -> int:
        """Where a button ends, from the top of what can be seen."""
        return of.mapTo(self.inside, QPoint(0, of.height())).y() + self.inside.y() + look().px(MARGIN)

    def _press(self) -> None:
        if self._of is not None:
            self._of.click()
