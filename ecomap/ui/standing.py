"""Where the window stands: within its screen, and on each screen where it stood there last."""

from __future__ import annotations

from PySide6.QtCore import QByteArray, QSize
from PySide6.QtWidgets import QMainWindow, QSplitter, QWidget

from ecomap.ui.look.theme import look

WISHED = QSize(1440, 900)
LEAST = QSize(880, 560)
FRAME = QSize(2, 32)  # px that the system's own frame and title take
MOST_SCREENS = 6


def stand(window: QMainWindow) -> None:
    """As large as wished, and never larger than the screen."""
    room = window.screen().availableGeometry().size() - FRAME
    window.setMinimumSize(LEAST.boundedTo(room))
    window.resize(WISHED.boundedTo(room))


def sized(dialog: QWidget, wide: int, tall: int) -> None:
    """A dialog as large as it reads well at the present text size, and within the screen."""
    parent = dialog.parentWidget()
    room = dialog.screen().availableGeometry().size() - FRAME
    if parent is not None:
        room = room.expandedTo(parent.window().size())  # a window that stands there shows that there is room
    dialog.resize(QSize(look().px(wide), look().px(tall)).boundedTo(room))


def places_of(window: QMainWindow, *splitters: QSplitter) -> str:
    """Where the window and what divides it stand, as text."""
    states = (window.saveGeometry(), *(splitter.saveState() for splitter in splitters))
    return "|".join(bytes(state.toBase64().data()).decode() for state in states)


def remembered(kept: str, window: QMainWindow, *splitters: QSplitter) -> str:
    """What is remembered of all screens, with the places on this one first."""
    here = f"{_screen(window)}={places_of(window, *splitters)}"
    others = [line for line in kept.splitlines() if not line.startswith(f"{_screen(window)}=")]
    return "\n".join([here, *others][:MOST_SCREENS])


def restore(kept: str, window: QMainWindow, *splitters: QSplitter) -> None:
    """Stand as last time on this screen; on one that is new as wished. Nothing is ever outside of it."""
    lines = dict(line.split("=", 1) for line in kept.splitlines() if "x" in line.split("=", 1)[0] and "=" in line)
    found = lines.get(_screen(window), "")
    if not found:
        return
    geometry, *rest = found.split("|")
    window.restoreGeometry(QByteArray.fromBase64(geometry.encode()))
    for splitter, state in zip(splitters, rest):
        splitter.restoreState(QByteArray.fromBase64(state.encode()))
    room = window.screen().availableGeometry()
    if not room.contains(window.geometry()):
        window.resize(window.size().boundedTo(room.size() - FRAME))
        left = min(max(window.x(), room.left()), room.right() - window.width())
        window.move(left, min(max(window.y(), room.top()), room.bottom() - window.height()))


def _screen(window: QMainWindow) -> str:
    """The screen, and the size of the text: what divides a window well for large letters leaves little of the map for small ones."""
    size, scale = window.screen().geometry(), look().scale
    return f"{size.width()}x{size.height()}" + (f"@{scale:g}" if scale != 1.0 else "")
