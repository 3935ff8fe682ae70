"""What a hand draws on the map: a box, a lasso, corners one after the other; with the mouse or with the keys alone."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from attrs import frozen
from PySide6.QtCore import QEvent, QObject, QPointF, Qt, Signal
from PySide6.QtGui import QKeyEvent, QMouseEvent

from ecomap.model.said import Said, say
from ecomap.ui.map.canvas import MapCanvas
from ecomap.workspace.chosen import ADD, AWAY, KEEP, NEW

BOX, LASSO, POLYGON, PATH, AREA, NOTE = "box", "lasso", "polygon", "path", "area", "note"
DRAGGED: Final = frozenset({BOX, LASSO})
CHOOSING: Final = frozenset({BOX, LASSO, POLYGON})
MEASURING: Final = frozenset({PATH, AREA})
_CLICK_PX, _CLOSE_PX, _LASSO_PX = 4.0, 9.0, 3.0

Point = tuple[float, float]


@frozen
class Tool:
    """One tool: its words, its picture, its key while the map has the keyboard, and what to do with it."""

    key: str
    words: Said
    picture: str
    letter: str
    hint: Said


TOOLS: Final[Mapping[str, Tool]] = {tool.key: tool for tool in (
    Tool(BOX, say("Choose with a box"), "box", "B", say("Drag a box around places. Shift adds, Ctrl or Alt takes away, Esc ends.")),
    Tool(LASSO, say("Choose with a lasso"), "lasso", "L", say("Draw around places by hand. Shift adds, Ctrl or Alt takes away, Esc ends.")),
    Tool(POLYGON, say("Choose with corners"), "polygon", "P",
         say("Click corner after corner; double-click or Return twice closes. Shift adds, Ctrl or Alt takes away, Esc ends.")),
    Tool(PATH, say("Measure a distance"), "ruler", "D", say("Click point after point; double-click ends the line. Backspace takes back, Esc clears.")),
    Tool(AREA, say("Measure an area"), "area", "A", say("Click corner after corner; double-click closes. Backspace takes back, Esc clears.")),
    Tool(NOTE, say("Pin a note"), "note", "N", say("Click the place the note is about. Esc ends.")),
)}


class Hand(QObject):
    """Watches the canvas while a tool is taken; without one the canvas works as ever.

    Points are in the coordinate system of the map, so that what is drawn stays where it is while the map is moved. The wheel, the
    arrow keys and the middle button go on moving the map. With the keys alone Return sets a corner in the middle of the map.
    """

    taken = Signal(str)                    # key of the tool; "" when it is laid down
    moved = Signal()                       # what is drawn looks different
    finished = Signal(str, object, object)  # tool, points, modifiers
    clicked = Signal(object, object)       # position on the widget, modifiers: a click of a tool that is dragged

    def __init__(self, canvas: MapCanvas) -> None:
        super().__init__(canvas)
        self.canvas = canvas
        self.tool = ""
        self.points: list[Point] = []
        self.ahead: Point | None = None  # where the next corner would be
        self.closed = False              # what was measured stays until it is cleared
        self._pressed: QPointF | None = None
        self._dragging = False
        canvas.installEventFilter(self)

    # --- taking and laying down ----------------------------------------------------------------------------------

    def take(self, tool: str) -> None:
        """Take a tool; the one that is in the hand already is laid down."""
        tool = "" if tool == self.tool else tool
        self._forget()
        self.tool = tool
        if tool:
            self.canvas.setCursor(Qt.CursorShape.CrossCursor)
            self.canvas.setFocus()
        else:
            self.canvas.unsetCursor()
        self.taken.emit(tool)
        self.moved.emit()

    def lay_down(self) -> None:
        if self.tool:
            self.take(self.tool)

    def escape(self) -> bool:
        """What Escape does: what was measured is cleared first, then the tool is laid down. Whether there was anything to end."""
        if not self.tool:
            return False
        if self.tool in MEASURING and self.points:
            self._forget()
            self.moved.emit()
        else:
            self.lay_down()
        return True

    def _forget(self) -> None:
        self.points, self.ahead, self.closed, self._pressed, self._dragging = [], None, False, None, False

    def outline(self) -> list[Point]:
        """The corners as they are drawn now, the one under the pointer included."""
        if self.tool == BOX and self.points and self.ahead is not None:
            (x0, y0), (x1, y1) = self.points[0], self.ahead
            return [(x0, y0), (x1, y0), (x1, y1), (x0, y1)]
        return [*self.points, self.ahead] if self.points and self.ahead is not None and not self.closed else list(self.points)

    # --- events --------------------------------------------------------------------------------------------------

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if watched is not self.canvas:
            return False
        if isinstance(event, QKeyEvent):
            return event.type() == QEvent.Type.KeyPress and self._key(event)
        if not self.tool or not isinstance(event, QMouseEvent):
            return False
        if event.type() == QEvent.Type.MouseMove and not self._left(event):
            self._look_ahead(event.position())
            return False
        if event.type() == QEvent.Type.MouseMove:
            return self._drag(event)
        if event.button() != Qt.MouseButton.LeftButton:
            return False
        handlers = {QEvent.Type.MouseButtonPress: self._press, QEvent.Type.MouseButtonRelease: self._release, QEvent.Type.MouseButtonDblClick: self._twice}
        handler = handlers.get(event.type())
        return handler(event) if handler is not None else False

    def _left(self, event: QMouseEvent) -> bool:
        return self._pressed is not None and bool(event.buttons() & Qt.MouseButton.LeftButton)

    def _press(self, event: QMouseEvent) -> bool:
        self._pressed, self._dragging = event.position(), False
        self.canvas.setFocus(Qt.FocusReason.MouseFocusReason)
        return True

    def _drag(self, event: QMouseEvent) -> bool:
        here = event.position()
        assert self._pressed is not None
        gone = here - self._pressed
        if not self._dragging and gone.manhattanLength() <= _CLICK_PX:
            return True
        if self.tool not in DRAGGED:  # the map goes along, as without a tool
            self._dragging = True
            self.canvas.pan_by(-gone.x(), -gone.y())
            self._pressed = here
            return True
        if not self._dragging:
            self._dragging, self.points = True, [self._place(self._pressed)]
        if self.tool == BOX:
            self.ahead = self._place(here)
        elif self._far(self.points[-1], here):
            self.points.append(self._place(here))
        self.moved.emit()
        return True

    def _release(self, event: QMouseEvent) -> bool:
        if self._pressed is None:
            return True
        dragged, self._pressed, self._dragging = self._dragging, None, False
        if self.tool in DRAGGED:
            if dragged:
                self._finish(event.modifiers())
            elif self.points:  # a box begun with the keys
                self.add(event.position(), event.modifiers())
            else:
                self.clicked.emit(event.position(), event.modifiers())
        elif not dragged:
            self.add(event.position(), event.modifiers())
        return True

    def _twice(self, event: QMouseEvent) -> bool:
        self._pressed = None
        if self.tool in (POLYGON, PATH, AREA):
            self._finish(event.modifiers())
        return True

    def add(self, at: QPointF, modifiers: Qt.KeyboardModifier) -> None:
        """A corner; one on the last or the first corner closes what is drawn."""
        if self.closed:
            self._forget()
        if self.tool == NOTE:
            self.points = [self._place(at)]
            self._finish(modifiers)
            return
        again = bool(self.points) and not self._far(self.points[-1], at)
        round_ = self.tool in (POLYGON, AREA) and len(self.points) > 2 and not self._far(self.points[0], at, _CLOSE_PX)
        if (again and len(self.points) > 1) or round_:
            self._finish(modifiers)
            return
        if again:
            return
        if self.tool == BOX and self.points:
            self.ahead = self._place(at)
            self._finish(modifiers)
            return
        self.points.append(self._place(at))
        self.moved.emit()

    def _finish(self, modifiers: Qt.KeyboardModifier) -> None:
        """What is drawn is done; a line that was measured stays in sight, a shape that chose is gone."""
        tool, points = self.tool, self.outline() if self.tool == BOX else list(self.points)
        if tool in MEASURING:
            self.closed, self.ahead = len(points) > 1, None
        else:
            self._forget()
        self.moved.emit()
        if len(points) > 1 or tool == NOTE:
            self.finished.emit(tool, points, modifiers)

    def _key(self, event: QKeyEvent) -> bool:
        key = event.key()
        plain = not event.modifiers() & (Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.AltModifier | Qt.KeyboardModifier.MetaModifier)
        if key == Qt.Key.Key_Escape:
            return self.escape()
        letter = event.text().upper()
        found = next((tool.key for tool in TOOLS.values() if tool.letter == letter), "") if plain and letter else ""
        if found:
            self.take(found)
            return True
        if not self.tool:
            return False
        if key == Qt.Key.Key_Backspace and self.points:
            self.points, self.closed = self.points[:-1], False
            self.moved.emit()
            return True
        if key in (Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Space) and self.tool != LASSO:
            self.add(QPointF(self.canvas.width() / 2, self.canvas.height() / 2), event.modifiers())
            self.canvas.by_key()
            return True
        return False

    # --- places --------------------------------------------------------------------------------------------------

    def _look_ahead(self, at: QPointF) -> None:
        if self.points and not self.closed:
            self.ahead = self._place(at)
            self.moved.emit()

    def look_at_middle(self) -> None:
        """The map was moved by keys: the next corner would be in its middle."""
        if self.points and not self.closed and self.tool not in ("", LASSO) and self._pressed is None:
            self._look_ahead(QPointF(self.canvas.width() / 2, self.canvas.height() / 2))

    def _place(self, at: QPointF) -> Point:
        x, y = self.canvas.window_shown().to_map(at.x(), at.y())
        return float(x), float(y)

    def _far(self, from_: Point, at: QPointF, px: float = _LASSO_PX) -> bool:
        x, y = self.canvas.window_shown().to_screen(*from_)
        return (QPointF(x, y) - at).manhattanLength() > px


def manner_held(modifiers: Qt.KeyboardModifier) -> str:
    """What the keys that are held ask for: Shift adds, Ctrl or Alt takes away, both keep what is common."""
    adds = bool(modifiers & Qt.KeyboardModifier.ShiftModifier)
    takes = bool(modifiers & (Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.AltModifier))
    return KEEP if adds and takes else ADD if adds else AWAY if takes else NEW

