"""A file that was written, shown by whatever program the computer has for it."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QUrl
from PySide6.QtGui import QDesktopServices

from ecomap.model.said import name, say
from ecomap.ui.desk import Desk, Notice


def open_outside(desk: Desk, path: Path) -> None:
    """Open a file or a folder; where no program does, say where it lies."""
    if not QDesktopServices.openUrl(QUrl.fromLocalFile(str(path))):
        desk.say(Notice("caution", say("This computer names no program that opens {file}.", file=name(path.name)),
                        say("It is there, in {folder}: open it from a program of your choice.", folder=name(path.parent))))
