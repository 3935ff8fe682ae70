"""The strip on top: the steps of the work, left to right."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QRect, QSize, Qt, Signal
from PySide6.QtGui import QEnterEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import (
    QAbstractButton,
    QButtonGroup,
    QSizePolicy,
    QWidget,
)

from ecomap.model.said import Said, joined, name, say
from ecomap.ui.look.flow import Flow
from ecomap.ui.look.parts import follow_theme
from ecomap.ui.look.theme import look, named, text_width
from ecomap.ui.speech import spoken

LARGE = 1.3               # text size from which the air around words no longer grows with them
AIR, AIR_LARGE = 30, 18   # px


class StepButton(QAbstractButton):
    """One step of the work: its number quiet, its name clear."""

    def __init__(self, number: int, text: Said, question: Said) -> None:
        super().__init__()
        self.number = number
        self.setText(spoken(text))
        self.setCheckable(True)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        named(self, say("Step {number}: {text}", number=number, text=text), joined([question, name(f"(Ctrl+{number})")], "  "))
        follow_theme(self, self.updateGeometry)

    def sizeHint(self) -> QSize:
        now = look()
        wide = text_width(f"{self.number}  {self.text()}", now.font(12.5, 600))
        air = AIR if now.scale <= LARGE else AIR_LARGE
        return QSize(wide + now.px(air), now.px(32))

    def paintEvent(self, _event: QPaintEvent) -> None:
        now = look()
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        box = self.rect().adjusted(1, 1, -1, -1)
        if self.isChecked():
            painter.setPen(QPen(now.colour("line"), 1))
            painter.setBrush(now.colour("surface"))
            painter.drawRoundedRect(box, 6, 6)
        elif self.underMouse():
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(now.colour("hover" if now.tokens.name == "dark" else "line"))
            painter.drawRoundedRect(box, 6, 6)
        if self.hasFocus():
            painter.setPen(QPen(now.colour("focus"), 2))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawRoundedRect(box, 6, 6)
        quiet, strong = now.font(12.5, 400, tabular=True), now.font(12.5, 600 if self.isChecked() else 500)
        left = (self.width() - text_width(f"{self.number}", quiet) - now.px(8) - text_width(self.text(), strong)) // 2
        painter.setFont(quiet)
        painter.setPen(now.colour("quiet"))
        middle = int(Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft)
        painter.drawText(QRect(left, 0, self.width(), self.height()), middle, str(self.number))
        left += text_width(f"{self.number}", quiet) + now.px(8)
        painter.setFont(strong)
        painter.setPen(now.colour("text"))
        painter.drawText(QRect(left, 0, self.width(), self.height()), middle, self.text())

    def enterEvent(self, event: QEnterEvent) -> None:
        self.update()
        super().enterEvent(event)

    def leaveEvent(self, event: QEvent) -> None:
        self.update()
        super().leaveEvent(event)


class StepStrip(QWidget):
    """The order of work, left to right."""

    chosen = Signal(str)

    def __init__(self, steps: tuple[tuple[str, Said, Said], ...]) -> None:
        super().__init__()
        self.buttons: dict[str, StepButton] = {}
        group = QButtonGroup(self)
        places = Flow(margins=(3, 3, 3, 3), spacing=2, between=2)
        for number, (key, text, question) in enumerate(steps, start=1):
            made = StepButton(number, text, question)
            made.clicked.connect(lambda _checked=False, key=key: self.chosen.emit(key))
            group.addButton(made)
            places.addWidget(made)
            self.buttons[key] = made
        self.setLayout(places)
        named(self, say("Steps in the order of work"))
        policy = QSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)
        policy.setHeightForWidth(True)
        self.setSizePolicy(policy)

    def show_step(self, key: str) -> None:
        self.buttons[key].setChecked(True)

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(look().colour("ground"))
        painter.drawRoundedRect(self.rect(), 8, 8)
