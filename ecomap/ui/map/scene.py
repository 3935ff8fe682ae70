"""What the canvas shows, made off the main thread: drawings, id buffers, a picture, and what is under a pixel."""

from __future__ import annotations

import threading
import time
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from attrs import evolve, field, frozen
from PySide6.QtCore import QObject, Signal

from ecomap.model.errors import EcoMapError
from ecomap.model.kept import Kept
from ecomap.model.layer import NO_GEOMETRY, POINT, Layer
from ecomap.model.said import Said, joined, name
from ecomap.model.vocabulary import ID, PICTURE
from ecomap.ui.map.names import Standing, region_of, stand

PICK_PX = 5.0
LINE_PICK_PX = 3.0
SLOW_S = 0.15


@frozen(eq=False)
class Request:
    """A wish for a picture. ``placed`` are the visible layers with their rows, top of the map first."""

    serial: int
    placed: tuple[tuple[Layer, Any], ...]
    window: Any           # ecomap.render.canvas.idbuffer.Window
    dark: bool
    before: Scene | None  # the scene on screen: its buffers serve again where only colours changed
    day: str = ""         # of the project: what has ended by then is paler
    names: bool = True    # of the ground and of schools, where there is room
    language: str = "en"


@frozen(eq=False)
class Scene:
    """A picture of the map and everything needed to say what is where in it."""

    serial: int
    window: Any
    drawings: tuple[Any, ...]                      # top of the map first
    frames: Mapping[str, Any] = field(repr=False)
    plates: tuple[Any, ...] = field(repr=False)    # bottom first
    marks: Mapping[str, Any] = field(repr=False)
    picture: np.ndarray = field(repr=False)
    problems: tuple[Said, ...] = ()
    grounds: Mapping[str, tuple[Any, Any]] = field(factory=dict, repr=False)  # layer id -> rows and plate, bottom of the map first
    dark: bool = False
    standing: Standing = field(factory=Standing)                                       # what the ground and schools are called, and where
    passes: tuple[Any, ...] = ()                                                       # ecomap.render.style.stack.Pass, bottom first
    over: tuple[np.ndarray, ...] = field(default=(), repr=False)                       # the areas of every pass but the first

    def drawing(self, layer_id: str) -> Any | None:
        return next((drawing for drawing in self.drawings if drawing.layer.id == layer_id), None)


def build_scene(
    request: Request, stale: threading.Event | None = None, *, fine: bool = True, names_anew: bool = True
) -> Scene | None:
    """Make the scene of a request, with smooth lines or (``fine`` false) quick ones; None if it has become stale.

    ``names_anew`` false: the names that stand already serve, also where the map was moved farther than they were placed for.
    """
    from ecomap.render.canvas import raster  # heavy
    from ecomap.render.canvas.marks import place_all, points_of  # heavy
    from ecomap.render.canvas.names import all_names  # heavy
    from ecomap.render.style.drawing import resolved  # heavy
    from ecomap.render.style.ground import is_ground  # heavy
    from ecomap.render.style.stack import passes_of  # heavy

    drawings, frames = [], {}
    problems: list[Said] = []
    for layer, frame in request.placed:
        if layer.geometry == NO_GEOMETRY or is_ground(layer):
            continue
        try:
            drawings.append(resolved(layer, frame, request.day, request.dark))
        except EcoMapError as problem:
            problems.append(joined([problem.message, problem.hint]))
            continue
        frames[layer.id] = frame
    sheet = raster.sheet_of(drawings, frames)
    plates = []
    for drawing, shapes in zip(sheet.drawings, sheet.shapes):
        if stale is not None and stale.is_set():
            return None
        if request.window.style_px_per_m >= drawing.layer.style.min_scale_px_per_m:
            plates.append(
                _again(request, drawing, frames[drawing.layer.id])
                or raster.render_plate(drawing, shapes, request.window, fine=fine)
            )
    grounds = {layer.id: (frame, _ground_again(request, layer, frame)) for layer, frame in reversed(request.placed) if is_ground(layer)}
    if stale is not None and stale.is_set():
        return None
    frames.update((layer_id, rows) for layer_id, (rows, _) in grounds.items())
    by_id = {drawing.layer.id: drawing for drawing in drawings}
    ground = [plate for _, plate in grounds.values()]
    backdrop = _backdrop(request, [frame for frame, _ in grounds.values()])
    passes = passes_of(drawings)
    layered = [[plate for plate in plates if plate.layer_id in {area.layer.id for area in one.areas}] for one in passes]
    picture = raster.compose(layered[0], by_id, request.window, dark=request.dark, ground=ground, backdrop=backdrop)
    over = tuple(raster.lifted(above, by_id, request.window) for above in layered[1:])
    marks = place_all([(drawing, points_of(frames[drawing.layer.id])) for drawing in drawings if drawing.layer.geometry == POINT], request.window)
    known = all_names(request.placed, request.language) if request.names else ()
    before = request.before.standing if request.before is not None else Standing()
    standing = stand(known, request.window, before, anew=names_anew)
    return Scene(
        request.serial, request.window, tuple(drawings), frames, tuple(plates), marks, picture, tuple(problems), grounds,
        request.dark, standing, passes, over,
    )


def _backdrop(request: Request, grounds: list[Any]) -> Any | None:
    """The pictures of a map that lie under everything in the window of a request."""
    if not any(PICTURE in frame.columns for frame in grounds):
        return None
    from ecomap.render.paper.backdrop import backdrops_of, pixels_of  # heavy

    return pixels_of(backdrops_of(grounds), request.window, dark=request.dark)


def _ground_again(request: Request, layer: Layer, frame: Any) -> Any:
    """The ground in the window of a request, from the scene on screen if that shows the same rows in the same window."""
    from ecomap.render.canvas.ground import ground_of, ground_plate  # heavy

    before = request.before
    if before is not None and (before.window, before.dark) == (request.window, request.dark):
        rows, plate = before.grounds.get(layer.id, (None, None))
        if rows is frame:
            return plate
    return ground_plate(ground_of(frame), request.window, request.dark)


def draw_ahead(scene: Scene, stale: threading.Event) -> None:
    """Draw the ground around a scene while nobody waits for another."""
    from ecomap.render.canvas.ground import draw_around, ground_of  # heavy

    for rows, _ in scene.grounds.values():
        draw_around(ground_of(rows), scene.window, scene.dark, stale.is_set)


def _again(request: Request, drawing: Any, frame: Any) -> Any | None:
    """The plate of the scene on screen, if it is of the same rows in the same window with the same outlines."""
    from ecomap.render.canvas import raster  # heavy

    before = request.before
    if before is None or before.window != request.window or before.frames.get(drawing.layer.id) is not frame:
        return None
    for plate in before.plates:
        if plate.layer_id == drawing.layer.id and plate.fine and raster.recolours(plate, drawing):
            return plate
    return None


def pick(scene: Scene, x: float, y: float, px_per_m: float) -> tuple[str, int] | None:
    """The layer and row at a place in the project's CRS: points first, then lines and areas, each top first."""
    for drawing in scene.drawings:
        if drawing.layer.geometry == POINT:
            row = _pick_point(scene, drawing, x, y, px_per_m)
            if row >= 0:
                return drawing.layer.id, row
    plates = {plate.layer_id: plate for plate in scene.plates}
    at = scene.window.to_screen(x, y)
    for drawing in scene.drawings:
        plate = plates.get(drawing.layer.id)
        if plate is None:
            continue
        if plate.ids is not None:
            row = plate.ids.at(*at)
        else:
            row = _pick_line(scene.frames[drawing.layer.id], x, y, LINE_PICK_PX / px_per_m)
        if row >= 0:
            return drawing.layer.id, row
    return None


def points_at(scene: Scene, x: float, y: float, reach: float) -> list[tuple[str, str]]:
    """Layer and id of every point within a reach (in the units of the map) of a place, the nearest of every layer first."""
    found = []
    for drawing in scene.drawings:
        if drawing.layer.geometry != POINT:
            continue
        frame = scene.frames[drawing.layer.id]
        tree, points = _point_trees.of(frame)
        near = np.array(list(tree.intersection((x - reach, y - reach, x + reach, y + reach))), dtype=int)
        away = np.hypot(points.x[near] - x, points.y[near] - y)
        found += [(drawing.layer.id, str(frame[ID].iloc[near[place]])) for place in np.argsort(away, kind="stable") if away[place] <= reach]
    return found


def _pick_point(scene: Scene, drawing: Any, x: float, y: float, px_per_m: float) -> int:
    marks = scene.marks[drawing.layer.id]
    if not len(marks.rows):
        return -1
    reach = (PICK_PX / 2 + drawing.layer.style.size / 2 * marks.scale / scene.window.ratio) / px_per_m
    tree, points = _point_trees.of(scene.frames[drawing.layer.id])
    near = list(tree.intersection((x - reach, y - reach, x + reach, y + reach)))
    if not near:
        return -1
    shown = np.array(near)[np.isin(near, marks.rows)]
    if not len(shown):
        return -1
    away = np.hypot(points.x[shown] - x, points.y[shown] - y)
    best = int(away.argmin())
    return int(shown[best]) if away[best] <= reach * 1.2 else -1


def _plant_points(frame: Any) -> tuple[Any, Any]:
    from rtree import index  # heavy

    from ecomap.render.canvas.marks import points_of  # heavy

    points = points_of(frame)
    rows = np.flatnonzero(np.isfinite(points.x))
    corners = np.column_stack([points.x[rows], points.y[rows]])
    tree = index.Index((rows.astype(np.int64), corners, corners)) if len(rows) else index.Index()
    return tree, points


def _pick_line(frame: Any, x: float, y: float, reach_m: float) -> int:
    import shapely  # heavy

    tree = _line_trees.of(frame)
    found = tree.query(shapely.Point(x, y), predicate="dwithin", distance=reach_m)
    return int(found[-1]) if len(found) else -1


def _plant_lines(frame: Any) -> Any:
    import shapely  # heavy

    geometry = np.asarray(frame.geometry, dtype=object)
    areas = shapely.get_dimensions(geometry) == 2
    return shapely.STRtree(np.where(areas, shapely.boundary(geometry), geometry))


_point_trees = Kept(_plant_points)
_line_trees = Kept(_plant_lines)


class SceneMaker(QObject):
    """One worker that makes scenes; only the latest request counts, and earlier ones are dropped on the way."""

    made = Signal(object)     # Scene
    failed = Signal(object)  # Said

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._wake = threading.Condition()
        self._wanted: Request | None = None
        self._stale = threading.Event()
        self._stopped = False
        self._thread: threading.Thread | None = None
        self._took_s = 0.0

    def ask(self, request: Request) -> None:
        """Wish for a scene; a wish not yet fulfilled is forgotten."""
        with self._wake:
            self._wanted = request
            self._stale.set()
            if self._thread is None:
                self._thread = threading.Thread(target=self._work, name="map", daemon=True)
                self._thread.start()
            self._wake.notify()

    def stop(self) -> None:
        """End the worker and wait for it."""
        with self._wake:
            self._stopped = True
            self._stale.set()
            self._wake.notify()
        if self._thread is not None:
            self._thread.join(timeout=5)
            self._thread = None

    def _work(self) -> None:
        while True:
            with self._wake:
                while self._wanted is None and not self._stopped:
                    self._wake.wait()
                if self._stopped:
                    return
                request, self._wanted = self._wanted, None
                self._stale = threading.Event()
                stale = self._stale
            assert request is not None
            try:
                scene = self._make(request, stale)
            except Exception as problem:  # noqa: BLE001 - one bad picture must not end the worker
                self._tell(self.failed, name(problem))
                del request
                continue
            if scene is not None and not stale.is_set():
                self._tell(self.made, scene)
                draw_ahead(scene, stale)
            del request, scene  # they hold rows, and the next wish may be long in coming

    def _make(self, request: Request, stale: threading.Event) -> Scene | None:
        """The scene; where the last one took long, a quick one is shown first; names of the ground that came into view follow."""
        start = time.perf_counter()
        if self._took_s > SLOW_S:
            quick = build_scene(request, stale, fine=False, names_anew=False)
            if quick is None or stale.is_set():
                return None
            self._tell(self.made, quick)
            request = evolve(request, before=quick)  # its ground and its names serve again
        scene = build_scene(request, stale, names_anew=False)
        if scene is None:
            return None
        self._took_s = time.perf_counter() - start
        if not scene.standing.known or scene.standing.region == region_of(request.window) or stale.is_set():
            return scene
        picture = scene.picture.copy()  # who is told of a scene draws points and names into its picture
        self._tell(self.made, scene)
        return evolve(scene, picture=picture, standing=stand(scene.standing.known, request.window, scene.standing))

    def _tell(self, signal: Any, what: Any) -> None:
        if not self._stopped:
            signal.emit(what)


def rows_of(frame: Any, ids: Sequence[str]) -> np.ndarray:
    """The rows of a frame with these ids."""
    return np.flatnonzero(frame[ID].isin(list(ids)).to_numpy())
