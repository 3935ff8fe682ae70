"""Flags over the map, where something was agreed: filled while it is open, with a tick once it is done, with a bar where it was dropped."""

from __future__ import annotations

from attrs import frozen
from PySide6.QtCore import QEvent, QObject, QPointF, QRectF, Qt
from PySide6.QtGui import QPainter, QPaintEvent, QPen, QPolygonF
from PySide6.QtWidgets import QWidget

from ecomap.model.commitment import DONE, OPEN, STATES
from ecomap.model.project import Project
from ecomap.model.said import say
from ecomap.ui.look.theme import look, named
from ecomap.ui.map.canvas import MapCanvas
from ecomap.workspace.agreed_page import spots

POLE, WIDE, MANY_WIDE, HIGH = 26.0, 16.0, 20.0, 12.0  # px


@frozen
class Flag:
    """One place: what stands there, and how many are in the state that the flag shows."""

    layer: str
    feature: str
    x: float
    y: float
    state: str
    many: int


def flags_of(project: Project) -> tuple[Flag, ...]:
    """A flag for every place that something was agreed for; it stands for what is open there, else for what is done."""
    if not project.commitments:
        return ()
    at = spots(project)
    here: dict[tuple[str, str], list[str]] = {}
    where: dict[tuple[str, str], tuple[float, float]] = {}
    for one in project.commitments:
        if one.id in at:
            here.setdefault((one.layer, one.feature), []).append(one.state)
            where[one.layer, one.feature] = at[one.id]
    found = []
    for key, states in here.items():
        state = next(one for one in STATES if one in states)
        found.append(Flag(*key, *where[key], state, states.count(state)))
    return tuple(found)


class Flags(QWidget):
    """Painted over a canvas; the mouse goes through it."""

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

    def flag_at(self, at: QPointF) -> Flag | None:
        """The flag under a point of the widget; the one drawn last first."""
        return next((one for one in reversed(self.flags) if self._cloth(one).adjusted(-2, -2, 2, 2).contains(at)), None)

    def foot(self, flag: Flag) -> QPointF:
        """Where its pole stands."""
        return QPointF(*self.canvas.window_shown().to_screen(flag.x, flag.y))

    def _cloth(self, flag: Flag) -> QRectF:
        foot, px = self.foot(flag), self._px
        return QRectF(foot.x(), foot.y() - px(POLE), px(MANY_WIDE if flag.many > 1 else WIDE), px(HIGH))

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
        now, foot, cloth, px = look(), self.foot(flag), self._cloth(flag), self._px
        ink, surface = now.colour("ink"), now.colour("surface")
        painter.setBrush(Qt.BrushStyle.NoBrush)
        for pen in (QPen(surface, px(5.0)), QPen(ink, px(2.0))):
            painter.setPen(pen)
            painter.drawLine(foot, cloth.topLeft())
            painter.drawRect(cloth)
        front, back = (surface, ink) if flag.state == OPEN else (ink, surface)
        painter.fillRect(cloth, back)
        painter.setPen(QPen(front, px(2.0)))
        if flag.many > 1:
            font = now.font(11.0 * self.size_of_type, 600)
            painter.setFont(font)
            painter.drawText(cloth, Qt.AlignmentFlag.AlignCenter, str(flag.many))
        elif flag.state == DONE:
            corners = ((4.0, 6.0), (7.0, 9.0), (12.0, 3.0))
            painter.drawPolyline(QPolygonF([cloth.topLeft() + QPointF(px(x), px(y)) for x, y in corners]))
        elif flag.state != OPEN:
            painter.drawLine(cloth.topLeft() + QPointF(px(4.0), px(6.0)), cloth.topLeft() + QPointF(px(12.0), px(6.0)))
