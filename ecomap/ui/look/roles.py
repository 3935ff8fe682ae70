"""What painted things are for those who hear the window: a map is a graphic, bars are a chart."""

from __future__ import annotations

from typing import Final

from PySide6.QtCore import QObject
from PySide6.QtGui import QAccessible, QAccessibleInterface
from PySide6.QtWidgets import QAccessibleWidget, QWidget

ROLE: Final = "spoken_role"  # the property that holds it
_kept: list[QAccessibleInterface] = []  # Qt asks for them from its own side: Python must not drop them before
_installed: list[bool] = []


def is_a(widget: QWidget, role: QAccessible.Role) -> None:
    """Say what a widget that paints itself is."""
    if not _installed:
        QAccessible.installFactory(_made)
        _installed.append(True)
    widget.setProperty(ROLE, int(role.value))


def _made(_kind: str, thing: QObject) -> QAccessibleInterface | None:
    role = thing.property(ROLE) if isinstance(thing, QWidget) else None
    if role is None or not isinstance(thing, QWidget):
        return None
    made = QAccessibleWidget(thing, QAccessible.Role(role))
    _kept.append(made)
    return made
