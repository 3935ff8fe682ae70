"""The map on screen: pan, zoom, pick; pictures come from the scene maker and are only moved here."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from math import exp2
from typing import Any

from attrs import evolve
from PySide6.QtCore import QEvent, QPoint, QPointF, QRect, QRectF, QSizeF, Qt, QTimer, Signal
from PySide6.QtGui import (
    QCloseEvent,
    QColor,
    QImage,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QResizeEvent,
    QWheelEvent,
)
from PySide6.QtWidgets import QWidget

from ecomap.model.layer import NO_GEOMETRY, Layer
from ecomap.model.project import View
from ecomap.model.said import Said, name, say
from ecomap.render.canvas.extent import everything, extent_of
from ecomap.render.canvas.idbuffer import Window
from ecomap.render.paper.furniture import draw_scale_bar, draw_sources, draw_title_box
from ecomap.render.paper.names import prepare_stamps, stamp_names
from ecomap.render.style.palette import chrome
from ecomap.render.words.language import language
from ecomap.ui.map.many import FEW, draw_many, veil_picture
from ecomap.ui.map.marks import (
    EDGE,
    draw_crosshair,
    draw_empty,
    draw_highlight,
    draw_points_and_labels,
    name_beside,
    title_place,
)
from ecomap.ui.map.scene import Request, Scene, SceneMaker, pick, rows_of
from ecomap.ui.speech import code, spoken

OVERSIZE = 1.5        # the picture kept is this much wider and higher than the widget
CLOSEST_PX_PER_M = 8.0
STEP, _CLICK_PX = 0.15, 4  # of the width, for one press of an arrow key; how far a click may slip
_AHEAD_S, _BETWEEN_MS = 0.004, 12  # how long at a time, and how often, letters are prepared ahead
ROOM_FOR_SCALE, LEAST_SOURCES = 172, 220  # px that the scale bar takes, and that sources need beside it
HIGH_ENOUGH = 230  # px of height for every step of text size
KEYS = say("Arrow keys move the map, plus and minus zoom, 0 shows everything, Enter tells what is in the middle.")
_EMPTY = (
    say("Nothing on the map yet"),
    say("Bring in a file with areas, schools or services, or open the example, the Los Angeles starter."),
)
_TO_PROJECT_EDGE = 0.04


class MapCanvas(QWidget):
    """The map. It shows the layers it is given and says what is pointed at; it changes nothing else.

    Signals: ``view_changed(View)`` once the map stands still; ``hovered(layer id, feature id or None)``;
    ``clicked(layer id, feature id or None, position)``; ``coordinates(longitude, latitude)`` under the cursor;
    ``drawn(Scene)`` after a new picture; ``failed(Said)`` where layers could not be drawn.
    """

    view_changed = Signal(object)
    hovered = Signal(str, object)
    clicked = Signal(str, object, QPoint)
    moved = Signal(object)       # View, with every step of a movement
    coordinates = Signal(float, float)
    drawn = Signal(object)
    failed = Signal(object)  # Said
    titled = Signal()        # the title takes another room

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("map")
        self.setAccessibleName(spoken(say("Map")))
        self.setAccessibleDescription(spoken(KEYS))
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setMouseTracking(True)
        self.setMinimumSize(240, 180)
        self.setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)
        self._placed: tuple[tuple[Layer, Any], ...] = ()
        self._day = ""
        self._names_on = True
        self._labelled: list[QRectF] = []   # the room of names that layers ask for, in the picture
        self._furniture: list[QRectF] = []  # the room of title, scale bar and sources, on the widget
        self._names: tuple[Any, ...] = ()   # of the ground and of schools, in the picture
        self._crs = ""
        self._to_degrees: Any = None
        self._title, self._subtitle, self._sources = "", "", ""
        self._text_size = 1.0
        self.title_box = QRect()  # where the title stands on the widget
        self.scale_top = 0        # where the scale bar begins; 0 before it is drawn
        self.kept_right = 86      # px at the right edge that the title leaves free
        self.covered: Callable[[], Sequence[QRect]] = tuple  # what floats over the map, which names keep clear of
        self.show_whole: Callable[[], None] = self.fit  # what the key 0 does
        self._empty = _EMPTY
        self._dark = False
        self._x, self._y, self._px_per_m = 0.0, 0.0, 0.0
        self._scene: Scene | None = None
        self._image: QImage | None = None
        self._selection: tuple[str, tuple[str, ...]] = ("", ())
        self._overlay: QImage | None = None
        self.shade: tuple[Any, QImage] | None = None  # what is laid over a window of the picture, and moves with it
        self._kept: tuple[str, tuple[str, ...]] | None = None  # by a filter; None where there is none
        self._veil: QImage | None = None
        self.modifiers = Qt.KeyboardModifier.NoModifier  # held at the last click
        self._hover: tuple[str, int] | None = None
        self._grabbed: QPointF | None = None
        self._moved = self._by_key = False
        self._serial = 0
        self._maker = SceneMaker(self)
        self._maker.made.connect(self._take)
        self._maker.failed.connect(self.failed)
        self._to_stamp: list[Any] = []  # names that the next picture may show
        self._ahead = QTimer(self)
        self._ahead.setInterval(_BETWEEN_MS)
        self._ahead.timeout.connect(self._stamp_ahead)
        self._still = QTimer(self, singleShot=True, interval=180)
        self._still.timeout.connect(self._rest)
        self.destroyed.connect(self._maker.stop)

    # --- what is shown -------------------------------------------------------------------------------------------

    def set_layers(self, placed: Sequence[tuple[Layer, Any]], crs: str = "", day: str = "", names: bool = True) -> None:
        """Show layers with their rows, top of the map first; hidden ones and those without geometry are left out.

        ``names``: whether the ground and schools are named where there is room.
        """
        first, self._day, self._names_on = not self._placed, day, names
        self._placed = tuple(
            (layer, frame) for layer, frame in placed if layer.visible and layer.geometry != NO_GEOMETRY and len(frame)
        )
        if crs != self._crs:
            self._crs, self._to_degrees = crs, None
        self._hover = None
        if not self._placed:
            self._scene = self._image = self._overlay = self._veil = None
        elif first and not self._px_per_m:
            self.fit()
        self._ask()
        self.update()

    def set_text_size(self, size: float) -> None:
        """How large title, scale bar and sources are; 1 is normal."""
        self._text_size = size
        self.update()

    def set_texts(self, title: str = "", subtitle: str = "", sources: str = "") -> None:
        """The title and what it is made of, and the one line of sources."""
        self._title, self._subtitle, self._sources = title, subtitle, sources
        self.setAccessibleName(spoken(say("Map: {place}", place=name(title)) if title else say("Map")))
        self.update()

    def set_empty_text(self, title: Said, hint: Said) -> None:
        """What an empty map says."""
        self._empty = (title, hint)
        self.update()

    def set_dark(self, dark: bool) -> None:
        """Light or dark ground."""
        if dark != self._dark:
            self._dark = dark
            self._ask()
            self.update()

    def set_selection(self, layer_id: str, ids: Sequence[str]) -> None:
        """Ring these features of a layer; an empty list rings none."""
        self._selection = (layer_id, tuple(ids))
        self._overlay = None
        self._still.start()  # the names around make room for that of what is chosen
        self.update()

    def set_filter(self, layer_id: str, ids: Sequence[str] | None) -> None:
        """Veil the places of a layer that a filter leaves out; None ends it."""
        self._kept = None if ids is None else (layer_id, tuple(ids))
        self._veil = None
        self.update()

    @property
    def crs(self) -> str:
        """The coordinate system of what is shown."""
        return self._crs

    def furniture_size(self) -> float:
        """How large words on the map are: as the text, but on a low map no larger than leaves the map itself in view."""
        return min(self._text_size, max(self.height() / HIGH_ENOUGH, 1.0))

    def title_share(self) -> float:
        """The part of the map's height that the title takes, whether it was painted yet or not."""
        size = self.furniture_size()
        wide, high = self.width() / size, max(self.height() / size, 1.0)
        below = title_place(self._title, self._subtitle, wide, high, self.kept_right / size)[3]
        return (EDGE + below) / high if below else 0.0

    def scene(self) -> Scene | None:
        """The picture on screen and what is in it, or None before the first one."""
        return self._scene

    # --- where the map is ----------------------------------------------------------------------------------------

    def view(self) -> View:
        """Middle of the map in the project's CRS, and scale."""
        return View(self._x, self._y, self._px_per_m or None)

    def set_view(self, view: View) -> None:
        """Go to a view; one without scale shows everything."""
        if view.px_per_m is None:
            self.fit()
        else:
            self._go(view.x, view.y, view.px_per_m)

    def window_shown(self) -> Window:
        """The part of the plane that the widget shows."""
        return Window.around(self._x, self._y, self._px_per_m or 1.0, self.width(), self.height())

    def show_extent(self, extent: tuple[float, float, float, float]) -> None:
        """Show just a part of the ground, as large as the map allows."""
        left, bottom, right, top = extent
        scale = min(self.width() / max(right - left, 1.0), self.height() / max(top - bottom, 1.0), CLOSEST_PX_PER_M)
        self._go((left + right) / 2, (bottom + top) / 2, scale)

    def fit(self, extent: tuple[float, float, float, float] | None = None) -> None:
        """Show an extent (left, bottom, right, top), or everything that is visible."""
        extent = extent or extent_of(self._placed)
        if extent is not None:
            found = Window.fitting(extent, max(self.width(), 50), max(self.height(), 50), _TO_PROJECT_EDGE)
            self._go((extent[0] + extent[2]) / 2, (extent[1] + extent[3]) / 2, min(found.px_per_m, CLOSEST_PX_PER_M / 4))

    def zoom_to(self, layer_id: str, ids: Sequence[str] = ()) -> None:
        """Show a layer, or some of its features with their surroundings."""
        placed = [(layer, frame) for layer, frame in self._placed if layer.id == layer_id]
        if not placed:
            return
        if not ids:
            self.fit(extent_of(placed))
            return
        frame = placed[0][1]
        rows = rows_of(frame, ids)
        if len(rows):
            left, bottom, right, top = frame.geometry.iloc[rows].total_bounds
            around = max(right - left, top - bottom, 800.0) * 0.6
            self.fit((left - around, bottom - around, right + around, top + around))

    def zoom_by(self, factor: float, at: QPointF | None = None) -> None:
        """Zoom, keeping the place under a point of the widget (its middle if not given) where it is."""
        if not self._px_per_m:
            return
        at = at or QPointF(self.width() / 2, self.height() / 2)
        window = self.window_shown()
        x, y = window.to_map(at.x(), at.y())
        scale = min(max(self._px_per_m * factor, self._farthest()), CLOSEST_PX_PER_M)
        self._go(
            x + (self.width() / 2 - at.x()) / scale,
            y - (self.height() / 2 - at.y()) / scale,
            scale,
        )

    def pan_by(self, dx: float, dy: float) -> None:
        """Move the view by pixels to the right and down."""
        if self._px_per_m:
            self._go(self._x + dx / self._px_per_m, self._y - dy / self._px_per_m, self._px_per_m)

    def _go(self, x: float, y: float, px_per_m: float) -> None:
        self._x, self._y, self._px_per_m = float(x), float(y), float(px_per_m)
        self._still.start()
        if self._outgrown():
            self._ask()
        self.update()
        self.moved.emit(self.view())

    def _farthest(self) -> float:
        extent = everything(self._placed)
        if extent is None:
            return 1e-5
        return Window.fitting(extent, max(self.width(), 50), max(self.height(), 50)).px_per_m / 4

    # --- pictures ------------------------------------------------------------------------------------------------

    def _ask(self) -> None:
        """Wish for a picture around the present view."""
        if not self._placed or not self._px_per_m or self.width() < 2:
            return
        self._serial += 1
        ratio = self.devicePixelRatioF()
        window = Window.around(
            self._x, self._y, self._px_per_m * ratio,
            round(self.width() * ratio * OVERSIZE), round(self.height() * ratio * OVERSIZE), ratio,
        ).on_grid()  # fmt: skip
        scene = self._scene
        if scene is not None and not self._outgrown():
            window = scene.window  # only colours or layers changed: the buffers serve again
        self._maker.ask(Request(self._serial, self._placed, window, self._dark, scene, self._day, self._names_on, code()))

    def _outgrown(self) -> bool:
        """Whether the picture kept no longer covers the view at its scale."""
        if self._scene is None:
            return True
        kept, now = self._scene.window, self.window_shown()
        ratio = self.devicePixelRatioF()
        if kept.ratio != ratio or abs(kept.px_per_m / ratio / now.px_per_m - 1) > 1e-6:
            return True
        return bool(
            now.left < kept.left or now.right > kept.right or now.top > kept.top or now.bottom < kept.bottom
        )

    def _take(self, scene: Scene) -> None:
        """Put a finished picture on screen, points and names drawn onto it."""
        if scene.serial < self._serial and self._image is not None and self._scene is not None:
            return  # a newer one is on its way
        window = scene.window
        image = QImage(
            scene.picture.data, window.width, window.height, window.width * 4, QImage.Format.Format_RGB32
        )
        painter = QPainter(image)
        self._labelled = draw_points_and_labels(painter, scene, dark=self._dark)
        self._scene = scene
        self._names = self._names_shown()
        stamp_names(painter, self._names, window, self._dark)
        painter.end()
        self._scene, self._image, self._overlay, self._veil = scene, image, None, None
        self._to_stamp = list(scene.standing.names)
        self._ahead.start()
        for problem in scene.problems:
            self.failed.emit(problem)
        self.drawn.emit(scene)
        self.update()
        if self._outgrown():
            self._ask()

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.fillRect(self.rect(), QColor(chrome(self._dark)["ground"]))
        if not self._placed:
            self._paint_empty(painter)
        elif self._image is not None and self._scene is not None:
            target = self._target(self._scene.window)
            exact = abs(target.width() * self.devicePixelRatioF() - self._image.width()) < 0.5
            painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform, not exact)
            painter.drawImage(target, self._image)
            if self.shade is not None:
                painter.drawImage(self._target(self.shade[0]), self.shade[1])
            self._paint_highlights(painter, target)
        self._paint_furniture(painter)
        painter.end()

    def _target(self, window: Any) -> QRectF:
        """Where the kept picture belongs in the widget, on whole device pixels if it needs no scaling."""
        shown = self.window_shown()
        left, top = shown.to_screen(window.left, window.top)
        scale = shown.px_per_m / window.px_per_m
        ratio = self.devicePixelRatioF()
        if abs(scale * ratio - 1) < 1e-6:
            left, top = round(left * ratio) / ratio, round(top * ratio) / ratio
        return QRectF(left, top, window.width * scale, window.height * scale)

    def _paint_highlights(self, painter: QPainter, target: QRectF) -> None:
        assert self._scene is not None
        if self._kept is not None and self._scene.drawing(self._kept[0]) is not None:
            if self._veil is None:
                self._veil = veil_picture(self._scene, self._kept[0], rows_of(self._scene.frames[self._kept[0]], self._kept[1]), self._dark)
            painter.drawImage(target, self._veil)
        layer_id, ids = self._selection
        if ids and self._scene.drawing(layer_id) is not None:
            if self._overlay is None:
                self._overlay = self._draw_selection()
            painter.drawImage(target, self._overlay)
        if self._hover is not None:
            import numpy as np

            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            look = chrome(self._dark)
            draw_highlight(
                painter, self._scene, self._hover[0], np.array([self._hover[1]]), self.window_shown(), look["hover"], 1.6
            )  # fmt: skip

    def _draw_selection(self) -> QImage:
        assert self._scene is not None
        layer_id, ids = self._selection
        window = self._scene.window
        image = QImage(window.width, window.height, QImage.Format.Format_ARGB32_Premultiplied)
        image.fill(0)
        painter = QPainter(image)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        rows = rows_of(self._scene.frames[layer_id], ids)
        if len(rows) > FEW:
            draw_many(painter, self._scene, layer_id, rows, self._dark)
        else:
            draw_highlight(painter, self._scene, layer_id, rows, window, chrome(self._dark)["selected"], 3.0)
        stamp_names(painter, self._chosen_name(), window, self._dark)
        painter.end()
        return image

    def _names_shown(self) -> tuple[Any, ...]:
        """What the ground and schools are called: clear of the names in the picture and of what stands on the map, and whole within
        what is seen. While the map is moved they move with the picture; once it stands still they are set anew."""
        scene = self._scene
        if scene is None:
            return ()
        target = self._target(scene.window)
        scale = scene.window.width / target.width()

        def inside(box: QRectF) -> tuple[float, float, float, float]:
            left, top = (box.x() - target.x()) * scale, (box.y() - target.y()) * scale
            return left, top, left + box.width() * scale, top + box.height() * scale

        clear = [inside(box) for box in (*self._furniture, *(QRectF(one) for one in self.covered()))]
        clear += [(box.left(), box.top(), box.right(), box.bottom()) for box in self._labelled]
        ratio = scene.window.ratio
        for chosen in self._chosen_name():
            left, top, right, bottom = chosen.box(scene.window.left, scene.window.top, scene.window.style_px_per_m)
            clear.append((left * ratio, top * ratio, right * ratio, bottom * ratio))
        return scene.standing.shown(scene.window, clear, inside(QRectF(self.rect())))

    def _chosen_name(self) -> tuple[Any, ...]:
        """The name of the one place that is chosen, beside its symbol."""
        scene, (layer_id, ids) = self._scene, self._selection
        drawing = scene.drawing(layer_id) if scene is not None and len(ids) == 1 else None
        return name_beside(scene, drawing, ids[0]) if scene is not None and drawing is not None else ()

    def _stamp_ahead(self) -> None:
        """Prepare the letters of some names that are not seen yet, a few milliseconds at a time."""
        if self._scene is None or not prepare_stamps(self._to_stamp, self._scene.window.ratio, self._dark, _AHEAD_S):
            self._ahead.stop()

    def _rest(self) -> None:
        """The map stands still."""
        if self._scene is not None and not self._outgrown() and self._names != self._names_shown():
            self._ask()  # the buffers serve again; only the names are others
        self.view_changed.emit(self.view())

    def _paint_furniture(self, painter: QPainter) -> None:
        """Title, scale bar and sources; the room they take is kept clear of names."""
        if not self._placed:
            return
        size = self.furniture_size()
        wide, high = self.width() / size, self.height() / size
        painter.save()
        painter.scale(size, size)
        box, bar = QRectF(), QRectF()
        title, second, most, _ = title_place(self._title, self._subtitle, wide, high, self.kept_right / size)
        if title:
            box = draw_title_box(painter, QPointF(EDGE, EDGE), title, second, most, dark=self._dark)
        title_box = QRectF(box.x() * size, box.y() * size, box.width() * size, box.height() * size).toAlignedRect()
        if title_box != self.title_box:
            self.title_box = title_box
        beside = wide - ROOM_FOR_SCALE
        narrow = beside <= LEAST_SOURCES and bool(self._sources)  # the scale bar then stands above the sources
        foot = draw_sources(painter, wide - 12, high - 12, self._sources, wide - 24 if narrow else beside, dark=self._dark)
        if self._px_per_m:
            bar = draw_scale_bar(painter, 14, foot.top() - 8 if narrow else high - 14, self._px_per_m / size, dark=self._dark, speak=language(code()))
        painter.restore()
        if self._by_key and self.hasFocus():
            draw_crosshair(painter, QPointF(self.width() / 2, self.height() / 2), self._dark)
        self.scale_top = round(bar.top() * size) if self._px_per_m else self.height()
        stands = [QRectF(one.x() * size, one.y() * size, one.width() * size, one.height() * size) for one in (box, bar, foot)]
        if stands != self._furniture:
            self._furniture = stands
            QTimer.singleShot(0, self.titled.emit)
            self._still.start()

    def _paint_empty(self, painter: QPainter) -> None:
        draw_empty(painter, QSizeF(self.size()), self.kept_right, self._empty, self.furniture_size(), dark=self._dark)

    # --- hands ---------------------------------------------------------------------------------------------------

    def wheelEvent(self, event: QWheelEvent) -> None:
        turned = event.angleDelta().y() or event.angleDelta().x()
        if turned:
            self._by_key = False
            self.zoom_by(exp2(turned / 240), event.position())
        event.accept()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        self._by_key = False
        if event.button() in (Qt.MouseButton.LeftButton, Qt.MouseButton.MiddleButton):
            self._grabbed, self._moved = event.position(), False

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        here = event.position()
        if self._grabbed is not None:
            gone = here - self._grabbed
            if self._moved or gone.manhattanLength() > _CLICK_PX:
                self._moved = True
                self.setCursor(Qt.CursorShape.ClosedHandCursor)
                self.pan_by(-gone.x(), -gone.y())
                self._grabbed = here
            return
        self._point_at(here)

    def let_go(self) -> None:
        """What was pressed has become something else: its release is no click."""
        self._grabbed = None
        self.unsetCursor()

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        if self._grabbed is None:
            return
        self._grabbed = None
        self.unsetCursor()
        if not self._moved and event.button() == Qt.MouseButton.LeftButton:
            self.modifiers = event.modifiers()
            self._click(event.position())

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        out = event.modifiers() & Qt.KeyboardModifier.ShiftModifier
        self.zoom_by(0.5 if out else 2.0, event.position())

    def leaveEvent(self, event: QEvent) -> None:
        self._set_hover(None)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        key, step = event.key(), STEP * min(self.width(), self.height())
        moves = {
            Qt.Key.Key_Left: (-step, 0.0), Qt.Key.Key_Right: (step, 0.0),
            Qt.Key.Key_Up: (0.0, -step), Qt.Key.Key_Down: (0.0, step),
        }  # fmt: skip
        self._by_key = True
        if key in moves:
            self.pan_by(*moves[Qt.Key(key)])
        elif key in (Qt.Key.Key_Plus, Qt.Key.Key_Equal):
            self.zoom_by(1.5)
        elif key in (Qt.Key.Key_Minus, Qt.Key.Key_Underscore):
            self.zoom_by(1 / 1.5)
        elif key == Qt.Key.Key_0:
            self.show_whole()
        elif key in (Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Space):
            self.modifiers = event.modifiers()
            self._click(QPointF(self.width() / 2, self.height() / 2))
        else:
            self._by_key = False
            super().keyPressEvent(event)
        self.update()

    def resizeEvent(self, event: QResizeEvent) -> None:
        if self._placed and not self._px_per_m:
            self.fit()
        elif self._outgrown():
            self._ask()

    def closeEvent(self, event: QCloseEvent) -> None:
        self._maker.stop()
        super().closeEvent(event)

    def by_key(self) -> None:
        """Somebody steers the map by keys: show what stands in its middle."""
        self._by_key = True
        self.update()

    # --- pointing ------------------------------------------------------------------------------------------------

    def pick_at(self, position: QPointF, only: str = "") -> tuple[str, str] | None:
        """The layer id and feature id under a point of the widget: points first, then lines and areas; ``only``: of one layer."""
        found = self._row_at(position, only)
        if found is None or self._scene is None:
            return None
        return found[0], str(self._scene.frames[found[0]]["id"].iloc[found[1]])

    def _row_at(self, position: QPointF, only: str = "") -> tuple[str, int] | None:
        if self._scene is None or not self._px_per_m:
            return None
        x, y = self.window_shown().to_map(position.x(), position.y())
        scene = evolve(self._scene, drawings=tuple(one for one in self._scene.drawings if one.layer.id == only)) if only else self._scene
        return pick(scene, x, y, self._px_per_m)

    def _point_at(self, position: QPointF) -> None:
        self._set_hover(self._row_at(position))
        if self._crs and self._px_per_m:
            x, y = self.window_shown().to_map(position.x(), position.y())
            self.coordinates.emit(*self._degrees(x, y))

    def _set_hover(self, found: tuple[str, int] | None) -> None:
        if found == self._hover:
            return
        self._hover = found
        if found is None or self._scene is None:
            self.hovered.emit("", None)
        else:
            self.hovered.emit(found[0], str(self._scene.frames[found[0]]["id"].iloc[found[1]]))
        self.update()

    def _click(self, position: QPointF) -> None:
        found = self.pick_at(position)
        layer_id, feature_id = found if found is not None else ("", None)
        self.clicked.emit(layer_id, feature_id, position.toPoint())

    def _degrees(self, x: float, y: float) -> tuple[float, float]:
        if self._to_degrees is None:
            from pyproj import Transformer  # heavy

            self._to_degrees = Transformer.from_crs(self._crs, "EPSG:4326", always_xy=True)
        longitude, latitude = self._to_degrees.transform(x, y)
        return float(longitude), float(latitude)
