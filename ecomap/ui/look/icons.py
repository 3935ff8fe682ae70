"""The window's own icons, in the colour of the theme."""

from __future__ import annotations

from functools import lru_cache

from PySide6.QtCore import QByteArray, QRectF, Qt
from PySide6.QtGui import QIcon, QPainter, QPixmap
from PySide6.QtSvg import QSvgRenderer

from ecomap.model.assets import resources_dir
from ecomap.ui.look.theme import look


def icon(name: str, token: str = "text") -> QIcon:
    """An icon by name, in a colour of the current theme; disabled it is as pale as disabled text."""
    tokens = look().tokens
    made = QIcon()
    for size in (16, 20, 32, 48):
        made.addPixmap(pixmap(name, getattr(tokens, token), size))
        made.addPixmap(pixmap(name, tokens.line, size), QIcon.Mode.Disabled)
    return made


@lru_cache(maxsize=512)
def pixmap(name: str, colour: str, size: int) -> QPixmap:
    """One picture of an icon, ``size`` device pixels square."""
    body = (resources_dir() / "icons" / f"{name}.svg").read_text(encoding="utf-8")
    renderer = QSvgRenderer(QByteArray(body.replace("currentColor", colour).encode()))
    picture = QPixmap(size, size)
    picture.fill(Qt.GlobalColor.transparent)
    painter = QPainter(picture)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    renderer.render(painter, QRectF(0, 0, size, size))
    painter.end()
    return picture


def window_icon() -> QIcon:
    """The program's mark."""
    return QIcon(str(resources_dir() / "icons" / "ecomap.svg"))
