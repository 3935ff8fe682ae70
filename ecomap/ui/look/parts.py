"""Small parts that the panels are put together from."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final, TypeVar

from PySide6.QtCore import QEvent, QObject, QPoint, QRect, QSize, Qt, Signal
from PySide6.QtGui import QEnterEvent, QPainter, QPaintEvent, QPen, QResizeEvent
from PySide6.QtWidgets import (
    QAbstractButton,
    QAbstractSpinBox,
    QBoxLayout,
    QButtonGroup,
    QFrame,
    QHBoxLayout,
    QLabel,
    QLayout,
    QLayoutItem,
    QProgressBar,
    QPushButton,
    QScrollArea,
    QSizePolicy,
    QStyle,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from ecomap.model.result import KeyFigure
from ecomap.model.said import NOTHING, Said, joined, name, say
from ecomap.model.units import format_margin, format_number, missing
from ecomap.ui.look.icons import icon
from ecomap.ui.look.theme import RHYTHM, THEME, look, named, text_width
from ecomap.ui.speech import spoken

READY: Final = say("Ready")
Box = TypeVar("Box", bound=QBoxLayout)


def label(text: Said, voice: str = "", *, wrap: bool = True) -> QLabel:
    """A label in one of the window's voices: title, quiet, heading, label, strong, figure, problem."""
    made = QLabel(written(text, voice))
    made.setTextFormat(Qt.TextFormat.PlainText)
    made.setProperty("voice", voice)
    made.setWordWrap(wrap and voice not in ("heading", "figure", "pill", "key"))
    if made.wordWrap():
        policy = QSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Minimum)
        policy.setHeightForWidth(True)
        made.setSizePolicy(policy)
    return made


def written(text: Said, voice: str = "") -> str:
    """How a label writes its text: headings in capitals, numbers together with their signs."""
    words = spoken(text)
    return together(words.upper() if voice == "heading" else words)


def together(text: str) -> str:
    """The text with numbers that do not part from their percent sign and margin at the end of a line."""
    return text.replace(" %", "\u00a0%").replace("± ", "±\u00a0").replace(" ±", "\u00a0±")


def button(text: Said, kind: str = "", name: Said = NOTHING, help_text: Said = NOTHING) -> QPushButton:
    """A button; ``kind``: primary, plain, choice or ordinary."""
    made = QPushButton(spoken(text))
    made.setProperty("kind", kind)
    made.setCursor(Qt.CursorShape.PointingHandCursor)
    named(made, name or text, help_text)
    return made


def icon_button(picture: str, words: Said, help_text: Said = NOTHING) -> QToolButton:
    """A square button with an icon that follows the theme."""
    made = QToolButton()

    def dress() -> None:
        made.setIcon(icon(picture))
        made.setIconSize(QSize(look().px(18), look().px(18)))

    dress()
    follow_theme(made, dress)
    named(made, words, help_text or words)
    return made


class _Follower(QObject):
    """Lives with its widget, so that Qt takes the connection away with it."""

    def __init__(self, widget: QWidget, dress: Callable[[], None]) -> None:
        super().__init__(widget)
        self._dress = dress
        THEME.changed.connect(self.follow)

    def follow(self) -> None:
        self._dress()


def follow_theme(widget: QWidget, dress: Callable[[], None]) -> None:
    """Dress a widget again whenever the theme or the text size changes, for as long as it lives."""
    _Follower(widget, dress)


def keep_width(widget: QWidget, px: float) -> None:
    """A width that grows with the text."""

    def dress() -> None:
        widget.setFixedWidth(look().px(px))

    dress()
    follow_theme(widget, dress)


def airy(box: QAbstractSpinBox) -> QAbstractSpinBox:
    """A number box whose text keeps its distance from the border."""
    box.lineEdit().setTextMargins(7, 0, 0, 0)
    return box


def column(
    *items: QWidget | QLayout | int, margins: tuple[int, int, int, int] = (0, 0, 0, 0), spacing: int = RHYTHM
) -> QVBoxLayout:
    """Things below each other; a number is extra space."""
    return _filled(QVBoxLayout(), items, margins, spacing)


def row(
    *items: QWidget | QLayout | int, margins: tuple[int, int, int, int] = (0, 0, 0, 0), spacing: int = RHYTHM
) -> QHBoxLayout:
    """Things beside each other; a number is extra space, -1 takes what is left."""
    return _filled(QHBoxLayout(), items, margins, spacing)


def _filled(
    layout: Box, items: tuple[QWidget | QLayout | int, ...], margins: tuple[int, int, int, int], spacing: int
) -> Box:
    layout.setContentsMargins(*margins)
    layout.setSpacing(spacing)
    for item in items:
        if isinstance(item, QWidget):
            layout.addWidget(item)
        elif isinstance(item, QLayout):
            layout.addLayout(item)
        elif item < 0:
            layout.addStretch(1)
        else:
            layout.addSpacing(item)
    return layout


def clear(layout: QLayout) -> None:
    """Take everything out of a layout."""
    while layout.count():
        item: QLayoutItem | None = layout.takeAt(0)
        if item is None:
            continue
        if (widget := item.widget()) is not None:
            widget.hide()
            widget.deleteLater()
        elif (inner := item.layout()) is not None:
            clear(inner)


def rule() -> QFrame:
    """A thin line across."""
    made = QFrame()
    made.setProperty("box", "line")
    made.setFixedHeight(1)
    return made


class Scroll(QScrollArea):
    """A panel that scrolls up and down only: it is never narrower than what it holds needs, in any font and language."""

    def __init__(self, inside: QWidget, name: Said) -> None:
        super().__init__()
        self.setObjectName("surface")
        inside.setObjectName("surface")
        self.setWidget(inside)
        self.setWidgetResizable(True)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        named(self, name)

    def minimumSizeHint(self) -> QSize:
        least, inside = super().minimumSizeHint(), self.widget()
        bar = self.style().pixelMetric(QStyle.PixelMetric.PM_ScrollBarExtent, None, self)
        return QSize(max(least.width(), inside.minimumSizeHint().width() + bar), least.height())

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.LayoutRequest and watched is self.widget():
            self.updateGeometry()
        return super().eventFilter(watched, event)


class FigureBox(QFrame):
    """One key figure: the number large, what it counts and its margin below."""

    def __init__(self, figure: KeyFigure) -> None:
        super().__init__()
        self.setProperty("box", "raised")
        value = format_number(figure.value, figure.unit, fine_digits(figure))
        number = label(value, "figure")
        number.setObjectName(figure.name)
        lines = [label(figure.label, "quiet")]
        second = figure_margin(figure)
        if second:
            lines.append(label(second, "quiet"))
        self.setLayout(column(number, *lines, -1, margins=(12, 10, 10, 10), spacing=2))
        named(self, joined([joined([figure.label, value], ": "), second], ". "))
        if figure.note:
            self.setToolTip(spoken(figure.note))


def fine_digits(figure: KeyFigure) -> int | None:
    """One decimal where a share's margin would otherwise read as nothing."""
    small = figure.unit == "share" and figure.moe is not None and not missing(figure.moe) and figure.moe < 0.01
    return 1 if small else None


def figure_margin(figure: KeyFigure) -> Said:
    """The margin of a key figure in words: ``± 6,100``; else its note if that is short."""
    parts: list[Said] = []
    margin = format_margin(figure.moe, figure.unit, fine_digits(figure))
    if margin and (figure.value or figure.moe):  # nobody, for certain, has no margin
        parts.append(joined(["±", margin]))
    if figure.note and len(figure.note) <= 48:
        parts.append(figure.note)
    return joined(parts, " · ")


class Fold(QWidget):
    """A heading that opens what is one level down."""

    def __init__(self, title: Said, inside: QWidget, *, opened: bool = False) -> None:
        super().__init__()
        self.head = button(title, "plain", title, say("Show or hide: {title}", title=title.small()))
        self.head.setCheckable(True)
        self.head.toggled.connect(self._toggle)
        self.inside = inside
        self.setLayout(column(self.head, inside, spacing=6))
        follow_theme(self, self._dress)
        self.head.setChecked(opened)
        self._toggle(opened)

    def _toggle(self, opened: bool) -> None:
        self.inside.setVisible(opened)
        self._dress()

    def _dress(self) -> None:
        self.head.setIcon(icon("chevron-down" if self.head.isChecked() else "chevron-right", "quiet"))
        self.head.setIconSize(QSize(look().px(15), look().px(15)))


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
        return QSize(wide + now.px(30), now.px(32))

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
        places = row(margins=(3, 3, 3, 3), spacing=2)
        for number, (key, text, question) in enumerate(steps, start=1):
            made = StepButton(number, text, question)
            made.clicked.connect(lambda _checked=False, key=key: self.chosen.emit(key))
            group.addButton(made)
            places.addWidget(made)
            self.buttons[key] = made
        self.setLayout(places)
        named(self, say("Steps in the order of work"))
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)

    def show_step(self, key: str) -> None:
        self.buttons[key].setChecked(True)

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(look().colour("ground"))
        painter.drawRoundedRect(self.rect(), 8, 8)


class ElidedLabel(QLabel):
    """One line that ends in dots where there is no room, and says itself whole in the tooltip."""

    def __init__(self, text: Said = NOTHING, voice: str = "") -> None:
        super().__init__()
        self.setProperty("voice", voice)
        self._whole = ""
        self.setMinimumWidth(20)
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
        self.say(text)

    def say(self, text: Said) -> None:
        self._whole = spoken(text)
        self._fit()

    def _fit(self) -> None:
        shown = self.fontMetrics().elidedText(self._whole, Qt.TextElideMode.ElideRight, max(self.width(), 20))
        self.setText(shown)
        self.setToolTip(self._whole if shown != self._whole else "")

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit()


class JobStrip(QWidget):
    """What is being worked on: name, progress, and a way to stop it."""

    def __init__(self, stop: Callable[[], None]) -> None:
        super().__init__()
        self.name = label(READY, "quiet", wrap=False)
        self.bar = QProgressBar()
        self.bar.setRange(0, 1000)
        self.bar.setTextVisible(False)
        keep_width(self.bar, 140)
        named(self.bar, say("Progress"))
        self.cancel = button(say("Cancel"), "plain", say("Cancel the work"), say("Stop; nothing is changed"))
        self.cancel.clicked.connect(lambda: stop())
        self.setLayout(row(self.name, self.bar, self.cancel, spacing=10))
        self.rest()

    def rest(self, text: Said = READY) -> None:
        self.name.setText(spoken(text))
        self.bar.hide()
        self.cancel.hide()

    def begin(self, work: Said) -> None:
        self.name.setText(spoken(work))
        self.bar.setValue(0)
        self.bar.show()
        self.cancel.setEnabled(True)
        self.cancel.show()

    def at(self, share: float, text: Said) -> None:
        self.bar.setValue(round(share * 1000))
        if text:
            self.name.setText(spoken(text))


class Overlay(QObject):
    """Keeps a widget at its place over another one, whatever size that takes."""

    def __init__(self, over: QWidget, widget: QWidget, place: Callable[[QSize, QWidget], QPoint]) -> None:
        super().__init__(widget)
        self._over, self._widget, self._place = over, widget, place
        over.installEventFilter(self)
        self.settle()

    def settle(self) -> None:
        self._widget.move(self._place(self._over.size(), self._widget))

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if watched is self._over and event.type() == QEvent.Type.Resize:
            self.settle()
        return False
