"""Flags over the map, where something was agreed: filled while it is open, with a tick once it is done, with a bar where it was dropped."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QObject, QPointF, QRectF, Qt, Signal
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QWidget

from ecomap.model.said import say
from ecomap.ui.look.theme import look, named
from ecomap.ui.map.canvas import MapCanvas

if TYPE_CHECKING:
    from ecomap.render.map_page import Flag


class Flags(QWidget):
    """Painted over a canvas; the mouse goes through it."""

    changed = Signal()

    def __init__(self, canvas: MapCanvas) -> None:
        super().__init__(canvas)
        self.canvas = canvas
        self.flags: tuple[Flag, ...] = ()
        self.size_of_type = 1.0
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        named(self, say("Flags where something was agreed"))
        self.setGeometry(canvas.rect())
        canvas.installEventFilter(self)
        canvas.drawn.connect(lambda _scene: self.update())
        canvas.view_changed.connect(lambda _view: self.update())
        self.show()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if watched is self.canvas and event.type() == QEvent.Type.Resize:
            self.setGeometry(self.canvas.rect())
        return False

    def show_flags(self, flags: tuple[Flag, ...]) -> None:
        self.flags = flags
        self.update()
        self.changed.emit()

    def flag_at(self, at: QPointF) -> Flag | None:
        """The flag under a point of the widget; the one drawn last first."""
        return next((one for one in reversed(self.flags) if self._cloth(one).adjusted(-2, -2, 2, 2).contains(at)), None)

    def foot(self, flag: Flag) -> QPointF:
        """Where its pole stands."""
        return QPointF(*self.canvas.window_shown().to_screen(flag.x, flag.y))

    def _cloth(self, flag: Flag) -> QRectF:
        from ecomap.render.paper.flags import cloth_of  # heavy

        return cloth_of(self.foot(flag), flag.many, self._px(1.0))

    def _px(self, size: float) -> float:
        return look().px(size) * self.size_of_type

    def paintEvent(self, _event: QPaintEvent) -> None:
        if not self.flags:
            return
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        for flag in self.flags:
            self._paint(painter, flag)
        painter.end()

    def _paint(self, painter: QPainter, flag: Flag) -> None:
        from ecomap.render.paper.flags import draw_flag  # heavy

        now = look()
        draw_flag(painter, self.foot(flag), flag.state, flag.many, ink=now.colour("ink"), surface=now.colour("surface"), size=self._px(1.0), type_=now.font(11.0 * self.size_of_type, 600))
