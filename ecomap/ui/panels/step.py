"""What the panels of the steps share: a question on top, few controls, the answer, the next step."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QVBoxLayout, QWidget

from ecomap.model.change import Change
from ecomap.ui.desk import Desk
from ecomap.ui.parts import Scroll, column, label
from ecomap.ui.theme import look

PANEL_WIDTH = 356


class StepPanel(QWidget):
    """One step of the work. Subclasses fill `body` and say what to do in `refresh`."""

    asked_method = Signal(str)  # analysis name

    def __init__(self, desk: Desk, title: str, subtitle: str) -> None:
        super().__init__()
        self.desk = desk
        self.body = QVBoxLayout()
        self.body.setContentsMargins(0, 0, 0, 0)
        self.body.setSpacing(12)
        self._title, self._subtitle = label(title, "title"), label(subtitle, "quiet")
        inside = QWidget()
        inside.setLayout(
            column(
                column(self._title, self._subtitle, spacing=3), self.body, -1,
                margins=(18, 16, 18, 18), spacing=14,
            )
        )
        self.area = Scroll(inside, title)
        self.setLayout(column(self.area))
        self.setMinimumWidth(min(look().px(280), 420))
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        desk.replaced.connect(self.refresh_all)
        desk.changed.connect(self.refresh)

    def say(self, title: str, subtitle: str) -> None:
        """Another question on top."""
        self._title.setText(title)
        self._subtitle.setText(subtitle)
        self._subtitle.setVisible(bool(subtitle))

    def refresh_all(self) -> None:
        """Another project."""

    def refresh(self, change: Change) -> None:
        """The project changed."""
