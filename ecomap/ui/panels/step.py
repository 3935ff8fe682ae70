"""What the panels of the steps share: a question on top, few controls, the answer, the next step."""

from __future__ import annotations

from itertools import pairwise

from PySide6.QtCore import QPoint, QSize, Qt, QTimer, Signal
from PySide6.QtWidgets import QLayout, QVBoxLayout, QWidget
from shiboken6 import isValid

from ecomap.model.change import Change
from ecomap.model.said import Said
from ecomap.ui.desk import Desk
from ecomap.ui.look.parts import Scroll, column, label, written
from ecomap.ui.look.theme import look
from ecomap.ui.panels.pinned import PinnedButton

PANEL_WIDTH = 356
LEAST_WIDTH, MOST_LEAST_WIDTH = 280, 420  # px; a panel with little in it is not narrower
HIGH_UP = 0.55   # of the panel's height: what begins above can be read without scrolling
TITLE_GAP = 6   # px left above a part that was scrolled to


def controls_in(widget: QWidget) -> list[QWidget]:
    """What can be reached with Tab inside a widget, in the order of its layout; hidden parts too."""
    layout = widget.layout()
    return [] if layout is None else _controls_of(layout)


def _controls_of(layout: QLayout) -> list[QWidget]:
    found: list[QWidget] = []
    for place in range(layout.count()):
        item = layout.itemAt(place)
        assert item is not None
        if (widget := item.widget()) is not None:
            reached = bool(widget.focusPolicy() & Qt.FocusPolicy.TabFocus)
            found += [widget] if reached else controls_in(widget)
        elif (inner := item.layout()) is not None:
            found += _controls_of(inner)
    return found


class StepPanel(QWidget):
    """One step of the work. Subclasses fill `body` and say what to do in `refresh`."""

    asked_method = Signal(str)  # analysis name

    def __init__(self, desk: Desk, title: Said, subtitle: Said) -> None:
        super().__init__()
        self.desk = desk
        self.body = QVBoxLayout()
        self.body.setContentsMargins(0, 0, 0, 0)
        self.body.setSpacing(12)
        self._title, self._subtitle = label(title, "title"), label(subtitle, "quiet")
        inside = self._inside = QWidget()
        inside.setLayout(
            column(
                column(self._title, self._subtitle, spacing=3), self.body, -1,
                margins=(18, 16, 18, 18), spacing=14,
            )
        )
        self.area = Scroll(inside, title, steady=True)
        self.pinned = PinnedButton(self.area, inside)
        self.setLayout(column(self.area))
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        desk.replaced.connect(self.refresh_all)
        desk.changed.connect(self.refresh)

    def minimumSizeHint(self) -> QSize:
        least = super().minimumSizeHint()
        return QSize(max(least.width(), min(look().px(LEAST_WIDTH), MOST_LEAST_WIDTH)), least.height())

    def say(self, title: Said, subtitle: Said) -> None:
        """Another question on top."""
        self._title.setText(written(title))
        self._subtitle.setText(written(subtitle))
        self._subtitle.setVisible(bool(subtitle))

    def bring_up(self, part: QWidget) -> None:
        """Scroll so that a part of the panel can be read: to the top of the panel where it then begins in the upper part,
        else so that it begins at the top itself."""
        QTimer.singleShot(0, part, lambda: self._scroll_to(part))  # once the layout has settled

    def _scroll_to(self, part: QWidget) -> None:
        layout = self._inside.layout()
        assert layout is not None
        layout.activate()
        top = part.mapTo(self._inside, QPoint(0, 0)).y()
        self.area.verticalScrollBar().setValue(0 if top <= self.area.viewport().height() * HIGH_UP else top - TITLE_GAP)

    def take_hand(self, last: QWidget | None) -> None:
        """Take the keyboard: where it was last in this step, else at the first control."""
        there = last is not None and isValid(last) and self.isAncestorOf(last) and last.isVisibleTo(self) and last.isEnabled()
        at = last if there else next(iter(controls_in(self._inside)), None)
        if at is not None:
            at.setFocus(Qt.FocusReason.TabFocusReason)

    def order_of_keys(self) -> None:
        """Tab goes through the panel from top to bottom, however late its controls were made."""
        for one, then in pairwise(controls_in(self._inside)):
            QWidget.setTabOrder(one, then)

    def refresh_all(self) -> None:
        """Another project."""

    def refresh(self, change: Change) -> None:
        """The project changed."""
