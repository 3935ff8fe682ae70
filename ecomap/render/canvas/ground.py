"""The ground of a map in pixels: water and parks as runs under the data, roads and the coast as strokes above its fills."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from contextlib import suppress
from typing import Any

import numpy as np
from attrs import field, frozen

from ecomap.model import vocabulary as v
from ecomap.render.canvas.idbuffer import NOTHING, Window, fill, to_pixels, visible_edges
from ecomap.render.canvas.levels import Edges, Shapes, build_shapes
from ecomap.render.canvas.strokes import DASH_PX, cover
from ecomap.render.style.ground import AREAS, CASING, INKS, LINES, LINES_FROM, USUAL_RANK, LineLook, growth
from ecomap.render.style.kept import Kept

_OFF_GRID = 0.02  # of a pixel: windows further apart than whole pixels by more share nothing
_AROUND_PX = 6    # more than the widest line reaches


@frozen(eq=False)
class GroundPlate:
    """The ground in one window, ready to be coloured: what covers every pixel, and which pixels lines touch and how much."""

    kinds: np.ndarray | None = field(repr=False)  # uint8, height x width: 0 or 1 + place in AREAS; None where there are no areas
    position: np.ndarray = field(repr=False)      # of the pixels that lines touch, flat and ascending
    covers: tuple[tuple[str, np.ndarray], ...]    # colour by name and cover 0-255 at these positions, bottom first


@frozen(eq=False)
class _Sheet:
    """The ground drawn last at a scale, kept so that a map that is moved draws only what is new."""

    window: Window
    kinds: np.ndarray | None = field(repr=False)
    covers: Mapping[str, np.ndarray] = field(repr=False)


@frozen(eq=False)
class Ground:
    """The shapes of a layer of ground, by kind: areas dissolved, lines apart by rank."""

    areas: Mapping[str, Shapes] = field(repr=False)
    lines: Mapping[tuple[str, int], Shapes] = field(repr=False)
    _last: list[_Sheet] = field(factory=list, repr=False)  # one or none

    def drawn(self, px_per_m: float) -> Iterable[tuple[LineLook, Shapes]]:
        """The lines worth drawing at a scale, bottom first."""
        for look in LINES:
            for (kind, rank), shapes in self.lines.items():
                if kind == look.kind and px_per_m >= LINES_FROM[rank]:
                    yield look, shapes


@frozen(eq=False)
class Runs:
    """A picture as runs of one colour: ``colours[i]`` fills the pixels ``starts[i]`` to ``starts[i + 1]``."""

    starts: np.ndarray = field(repr=False)
    colours: np.ndarray = field(repr=False)  # uint32

    def spread(self) -> np.ndarray:
        """One colour per pixel, flat."""
        return np.repeat(self.colours, np.diff(self.starts))


def ranks_of(frame: Any) -> np.ndarray:
    """The rank of every row, 1 to 5; the usual one where it says none."""
    if v.RANK not in frame.columns:
        return np.full(len(frame), USUAL_RANK)
    given = frame[v.RANK].to_numpy(dtype=float, na_value=np.nan)
    given = np.where(np.isfinite(given), given, USUAL_RANK)
    return np.clip(np.rint(given), 1, len(LINES_FROM)).astype(int)


def kinds_of(frame: Any) -> np.ndarray:
    """The kind of every row as text."""
    return np.asarray(frame[v.KIND].astype("string").fillna("").to_numpy(dtype=object)) if v.KIND in frame.columns else np.full(len(frame), "", object)


def build_ground(frame: Any) -> Ground:
    """The shapes of a frame of ground, sorted by what they are drawn as."""
    import shapely  # heavy

    geometry = np.asarray(frame.geometry, dtype=object)
    dimension, kind, rank = shapely.get_dimensions(geometry), kinds_of(frame), ranks_of(frame)
    areas = {code: shapes for code in AREAS if len(shapes := _dissolved(geometry[(kind == code) & (dimension == 2)]))}
    lines = {}
    for look in LINES:
        chosen = (kind == look.kind) & ((dimension == 1) | ((dimension == 2) & (look.kind not in AREAS)))
        for level in sorted(set(rank[chosen].tolist())):
            rows = geometry[chosen & (rank == level)]
            outlined = np.where(shapely.get_dimensions(rows) == 2, shapely.boundary(rows), rows)
            lines[look.kind, level] = build_shapes(outlined)
    return Ground(areas, lines)


def _dissolved(areas: np.ndarray) -> Shapes:
    """Areas of one kind without what they share, so that each pixel is filled once."""
    import shapely  # heavy

    with suppress(shapely.errors.GEOSException):  # shapes that no union can be made of are drawn as they are
        areas = shapely.get_parts(shapely.union_all(areas))
    return build_shapes(areas[shapely.get_dimensions(areas) == 2])


_grounds = Kept(build_ground)


def ground_of(frame: Any) -> Ground:
    """The ground of a frame, built once per frame."""
    return _grounds.of(frame)


def ground_plate(ground: Ground, window: Window) -> GroundPlate:
    """The ground in a window."""
    sheet = _moved(ground, window) or _drawn(ground, window)
    ground._last[:] = [sheet]
    covers = [(ink, sheet.covers[ink].reshape(-1)) for ink in INKS if ink in sheet.covers]
    if not covers:
        return GroundPlate(sheet.kinds, np.zeros(0, np.int64), ())
    touched = covers[0][1] != 0  # booleans are searched several times faster than numbers
    for _, cover_ in covers[1:]:
        touched |= cover_ != 0
    position = np.flatnonzero(touched)
    return GroundPlate(sheet.kinds, position, tuple((ink, cover_[position]) for ink, cover_ in covers))


def _moved(ground: Ground, window: Window) -> _Sheet | None:
    """The sheet drawn last, moved to a window of the same scale; only what comes into view is drawn. None where none serves."""
    last = ground._last[0] if ground._last else None
    if last is None or (last.window.px_per_m, last.window.ratio) != (window.px_per_m, window.ratio):
        return None
    right = (last.window.left - window.left) * window.px_per_m
    down = (window.top - last.window.top) * window.px_per_m
    if abs(right - round(right)) > _OFF_GRID or abs(down - round(down)) > _OFF_GRID:
        return None
    right, down = round(right), round(down)
    left, top = max(right, 0), max(down, 0)
    end, bottom = min(right + last.window.width, window.width), min(down + last.window.height, window.height)
    if end <= left or bottom <= top:
        return None
    sheet = _empty(ground, window)
    old, new = np.s_[top - down:bottom - down, left - right:end - right], np.s_[top:bottom, left:end]
    if sheet.kinds is not None and last.kinds is not None:
        sheet.kinds[new] = last.kinds[old]
    for ink, cover_ in last.covers.items():
        sheet.covers[ink][new] = cover_[old]
    for strip in ((0, 0, window.width, top), (0, bottom, window.width, window.height), (0, top, left, bottom), (end, top, window.width, bottom)):
        _draw_part(ground, sheet, *strip)
    return sheet


def _drawn(ground: Ground, window: Window) -> _Sheet:
    sheet = _empty(ground, window)
    _draw_part(ground, sheet, 0, 0, window.width, window.height)
    return sheet


def _empty(ground: Ground, window: Window) -> _Sheet:
    shape = (window.height, window.width)
    inks = {ink for look, _ in ground.drawn(window.style_px_per_m) for ink in ((CASING, look.ink) if look.casing else (look.ink,))}
    return _Sheet(window, np.zeros(shape, np.uint8) if ground.areas else None, {ink: np.zeros(shape, np.uint8) for ink in inks})


def _draw_part(ground: Ground, sheet: _Sheet, left: int, top: int, right: int, bottom: int) -> None:
    """Draw the pixels of a part of a sheet, with some around them so that lines go on where parts meet."""
    if right <= left or bottom <= top:
        return
    window, around = sheet.window, _AROUND_PX
    x, y = window.to_map(left - around, top - around)
    part = Window(x, y, window.px_per_m, right - left + 2 * around, bottom - top + 2 * around, window.ratio)
    inner = np.s_[around:-around, around:-around]
    outer = np.s_[top:bottom, left:right]
    for number, kind in enumerate(AREAS, start=1):
        if kind in ground.areas and sheet.kinds is not None:
            edges = visible_edges(ground.areas[kind], part)
            if len(edges):
                inside = fill(ground.areas[kind], edges, part).pixels()[inner] != NOTHING
                sheet.kinds[outer][inside] = number
    canvases: dict[str, np.ndarray] = {}
    for look, shapes in ground.drawn(window.style_px_per_m):
        edges = visible_edges(shapes, part)
        if len(edges):
            _draw(canvases, look, edges, to_pixels(edges, shapes, part), part)
    for ink, canvas in canvases.items():
        sheet.covers[ink][outer] = canvas.reshape(part.height, part.width)[inner]


def _draw(canvases: dict[str, np.ndarray], look: LineLook, edges: Edges, ends: tuple[np.ndarray, ...], window: Window) -> None:
    """One kind of lines, with its casing, onto the canvas of each colour: fewer are looked through than there are kinds."""
    width, height, ratio = window.width, window.height, window.ratio
    thick = look.width * growth(window.style_px_per_m) * ratio
    if look.casing:
        canvas = canvases.setdefault(CASING, np.zeros(width * height, np.uint8))
        cover(canvas, ends, width, height, line_width=thick + 2 * look.casing * ratio, share=look.casing_strength)
    canvas = canvases.setdefault(look.ink, np.zeros(width * height, np.uint8))
    dash = (DASH_PX[0] * ratio, DASH_PX[1] * ratio) if look.dash else None
    along = edges.along_m * np.float32(window.px_per_m) if look.dash else None
    cover(canvas, ends, width, height, line_width=thick, along_px=along, dash_px=dash, share=look.strength)


def under(plates: Sequence[GroundPlate], colours: Mapping[str, np.uint32], bare: np.uint32, size: int) -> Runs:
    """Bare ground with parks and water on it, as runs: cheap to lay a fill over."""
    covered = [plate.kinds for plate in plates if plate.kinds is not None]
    if not covered:
        return Runs(np.array([0, size], np.int64), np.array([bare], np.uint32))
    kinds = covered[0] if len(covered) == 1 else np.maximum.reduce(covered)
    flat = kinds.reshape(-1)
    starts = np.concatenate([[0], np.flatnonzero(flat[1:] != flat[:-1]) + 1, [size]])
    table = np.array([bare, *(colours[kind] for kind in AREAS)], np.uint32)
    return Runs(starts, table[flat[starts[:-1]]])


def over_picture(base: Runs, picture: np.ndarray, bare: np.uint32) -> Runs:
    """A picture with the parks and waters of the ground on it: one run per pixel."""
    spread = base.spread()
    return Runs(np.arange(len(picture) + 1), np.where(spread == bare, picture, spread))


def cut_runs(starts: np.ndarray, base: Runs) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Runs cut where the ground under them changes: their starts, which run each was, and the colour under each.

    Meant for many runs over few: only the places of the few are looked for.
    """
    cuts = base.starts[:-1]
    at = np.searchsorted(starts, cuts)
    new = starts[np.minimum(at, len(starts) - 1)] != cuts
    own = np.arange(len(starts) - 1)
    merged, own = np.insert(starts, at[new], cuts[new]), np.insert(own, at[new], at[new] - 1)
    step = np.zeros(len(own), np.int64)
    step[np.searchsorted(merged, cuts)] = 1
    return merged, own, base.colours[np.cumsum(step) - 1]
