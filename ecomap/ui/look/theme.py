"""The theme of the moment: which tokens at which text size, and what Qt is told from them."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from attrs import evolve
from PySide6.QtCore import QObject, Qt, Signal
from PySide6.QtGui import QColor, QFont, QFontMetricsF, QGuiApplication, QPalette
from PySide6.QtWidgets import QApplication, QWidget

from ecomap.model.said import NOTHING, Said
from ecomap.render.paper.type import families
from ecomap.ui.look.style_sheet import style_sheet
from ecomap.ui.look.tokens import DARK, LIGHT, SYSTEM, TOKENS, Look, Tokens
from ecomap.ui.speech import spoken


class Theme(QObject):
    """The living choice of theme and text size; `changed` after either moved."""

    changed = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.mode = SYSTEM
        self.look = Look()

    def start(self, app: QApplication, mode: str = SYSTEM, scale: float = 1.0) -> None:
        """Dress the application, and follow the system from now on where the mode says so."""
        app.setStyle("Fusion")
        app.styleHints().colorSchemeChanged.connect(self._system_changed, Qt.ConnectionType.UniqueConnection)
        self.look = evolve(self.look, families=tuple(families()))
        self.set(mode, scale)

    def set(self, mode: str | None = None, scale: float | None = None) -> None:
        """Change theme, text size or both."""
        self.mode = self.mode if mode is None else mode
        wanted = self.look.scale if scale is None else min(max(scale, 0.8), 2.5)
        tokens = TOKENS[self._name()]
        self.look = evolve(self.look, tokens=tokens, scale=wanted)
        app = QApplication.instance()
        if isinstance(app, QApplication):
            app.setPalette(palette(tokens))
            app.setFont(self.look.font())
            app.setStyleSheet(style_sheet(self.look))
        self.changed.emit()

    @contextmanager
    def magnified(self, factor: float) -> Iterator[Look]:
        """A larger look for the painting of one widget, such as a chart on a wall; nobody else is told of it."""
        kept = self.look
        self.look = evolve(kept, scale=kept.scale * factor)
        try:
            yield self.look
        finally:
            self.look = kept

    def _name(self) -> str:
        if self.mode in TOKENS:
            return self.mode
        return DARK if QGuiApplication.styleHints().colorScheme() == Qt.ColorScheme.Dark else LIGHT

    def _system_changed(self) -> None:
        if self.mode == SYSTEM:
            self.set()


def palette(tokens: Tokens) -> QPalette:
    """Qt's own colours, for what the style sheet does not reach."""
    role = QPalette.ColorRole
    colours = {
        role.Window: tokens.surface, role.WindowText: tokens.text, role.Base: tokens.surface,
        role.AlternateBase: tokens.raised, role.Text: tokens.text, role.Button: tokens.surface,
        role.ButtonText: tokens.text, role.ToolTipBase: tokens.ink, role.ToolTipText: tokens.on_ink,
        role.Highlight: tokens.selected, role.HighlightedText: tokens.text, role.PlaceholderText: tokens.quiet,
        role.Link: tokens.focus, role.Mid: tokens.line, role.Dark: tokens.control, role.Light: tokens.surface,
        role.Midlight: tokens.raised, role.Shadow: tokens.line, role.BrightText: tokens.on_bad,
    }
    made = QPalette()
    for name, colour in colours.items():
        made.setColor(name, QColor(colour))
    for name in (role.WindowText, role.Text, role.ButtonText):
        made.setColor(QPalette.ColorGroup.Disabled, name, QColor(tokens.control))
    return made


THEME = Theme()


def look() -> Look:
    """The look of this moment."""
    return THEME.look


def text_width(text: str, font: QFont) -> int:
    """Pixels a line of text takes."""
    return int(QFontMetricsF(font).horizontalAdvance(text) + 0.999)


def named(widget: QWidget, name: Said, help_text: Said = NOTHING) -> None:
    """Give a control the name that screen readers say and the tooltip that explains it."""
    widget.setAccessibleName(spoken(name))
    if help_text:
        widget.setToolTip(spoken(help_text))
        widget.setAccessibleDescription(spoken(help_text))
