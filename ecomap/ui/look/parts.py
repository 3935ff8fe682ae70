"""Small parts that the panels are put together from."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

from PySide6.QtCore import QEvent, QMargins, QObject, QPoint, QSize, Qt
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import (
    QAbstractSpinBox,
    QBoxLayout,
    QFrame,
    QHBoxLayout,
    QLabel,
    QLayout,
    QLayoutItem,
    QMenu,
    QPushButton,
    QScrollArea,
    QSizePolicy,
    QStyle,
    QToolButton,
    QVBoxLayout,
    QWidget,
    QWidgetAction,
)

from ecomap.model.said import NOTHING, Said, say
from ecomap.ui.look.controls import IconButton, PushButton
from ecomap.ui.look.icons import icon
from ecomap.ui.look.theme import THEME, look, named
from ecomap.ui.look.tokens import RHYTHM
from ecomap.ui.speech import spoken

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
    made = PushButton(spoken(text))
    made.setProperty("kind", kind)
    made.setCursor(Qt.CursorShape.PointingHandCursor)
    named(made, name or text, help_text)
    return made


def dress(made: QPushButton, kind: str) -> None:
    """Make a button of another kind than it was made as."""
    if made.property("kind") != kind:
        made.setProperty("kind", kind)
        made.style().unpolish(made)
        made.style().polish(made)
        made.updateGeometry()


def icon_button(picture: str, words: Said, help_text: Said = NOTHING) -> QToolButton:
    """A square button with an icon that follows the theme."""
    made = IconButton()

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


def keep_most(widget: QWidget, px: float) -> None:
    """A width that is never passed, and grows with the text."""

    def dress() -> None:
        widget.setMaximumWidth(look().px(px))

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


def menu_heading(menu: QMenu, text: str) -> None:
    """A line of a menu that says what the entries below are about; a section of Qt's own shows no words under a style sheet."""
    if menu.actions():
        menu.addSeparator()
    words = QLabel(text)
    words.setTextFormat(Qt.TextFormat.PlainText)
    words.setProperty("voice", "menu")
    line = QWidgetAction(menu)
    line.setDefaultWidget(words)
    line.setText(text.replace("&", "&&"))
    line.setEnabled(False)
    menu.addAction(line)


class Scroll(QScrollArea):
    """A panel that scrolls up and down only: it is never narrower than what it holds needs, in any font and language."""

    def __init__(self, inside: QWidget, name: Said, *, steady: bool = False) -> None:
        super().__init__()
        self._steady, self._foot = steady, 0
        self.setObjectName("surface")
        inside.setObjectName("surface")
        self.setWidget(inside)
        self.setWidgetResizable(True)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.verticalScrollBar().rangeChanged.connect(lambda *_: self._keep())
        self._keep()
        named(self, name)

    def keep_foot(self, high: int) -> None:
        """Leave room at the foot for what does not scroll."""
        self._foot = high
        self._keep()

    def _keep(self) -> None:
        """Steady: the room of the scroll bar stays free where there is none, so that no line breaks otherwise when it comes."""
        bar = self.verticalScrollBar()
        beside = bar.sizeHint().width() if self._steady and bar.maximum() <= bar.minimum() else 0
        kept = QMargins(0, 0, beside, self._foot)
        if self.viewportMargins() != kept:
            self.setViewportMargins(kept)

    def minimumSizeHint(self) -> QSize:
        least, inside = super().minimumSizeHint(), self.widget()
        if inside is None:
            return least
        bar = self.style().pixelMetric(QStyle.PixelMetric.PM_ScrollBarExtent, None, self)
        return QSize(max(least.width(), inside.minimumSizeHint().width() + bar), least.height())

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.LayoutRequest and watched is self.widget():
            self.updateGeometry()
        return super().eventFilter(watched, event)


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
