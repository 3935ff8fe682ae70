"""The ground of a map in pixels: water and parks as runs under the data, roads and the coast as strokes above its fills."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import suppress
from typing import Any

import numpy as np
from attrs import field, frozen

from ecomap.model import vocabulary as v
from ecomap.model.kept import Kept
from ecomap.render.canvas.idbuffer import NOTHING, Window, fill, to_pixels, visible_edges
from ecomap.render.canvas.levels import Edges, Shapes, build_shapes
from ecomap.render.canvas.strokes import DASH_PX, Casing, cover
from ecomap.render.style.ground import (
    AREAS,
    CASING,
    INKS,
    LINE_GROWTH,
    LINES,
    LINES_FROM,
    USUAL_RANK,
    LineLook,
    ground_colours,
)
from ecomap.render.style.palette import rgb

_OFF_GRID = 0.02  # of a pixel: windows further apart than whole pixels by more share nothing
_AHEAD = 0.4      # of a window's size, drawn on every side of it while there is time
_AROUND_PX = 6    # more than the widest line reaches


@frozen(eq=False)
class GroundPlate:
    """The ground in one window, ready to be coloured: what covers every pixel, and which pixels lines touch and how much."""

    kinds: np.ndarray | None = field(repr=False)  # uint8, height x width: 0 or 1 + place in AREAS; None where there are no areas
    position: np.ndarray = field(repr=False)      # of the pixels that lines touch, flat, each once
    colour: np.ndarray = field(repr=False)        # uint32, of casing and lines together at these positions
    cover: np.ndarray = field(repr=False)         # uint8, how much of what lies below they hide


@frozen
class _Frame:
    """A rectangle of the endless grid of pixels of one scale: columns to the right, rows downwards, ends not included."""

    left: int
    top: int
    right: int
    bottom: int

    @property
    def empty(self) -> bool:
        return self.right <= self.left or self.bottom <= self.top

    def holds(self, other: _Frame) -> bool:
        return self.left <= other.left and self.top <= other.top and self.right >= other.right and self.bottom >= other.bottom

    def shared(self, other: _Frame) -> _Frame:
        return _Frame(max(self.left, other.left), max(self.top, other.top), min(self.right, other.right), min(self.bottom, other.bottom))

    def grown(self, columns: int, rows: int) -> _Frame:
        return _Frame(self.left - columns, self.top - rows, self.right + columns, self.bottom + rows)

    def without(self, hole: _Frame) -> tuple[_Frame, ...]:
        """What is left around a hole within it."""
        around = (_Frame(self.left, self.top, self.right, hole.top), _Frame(self.left, hole.bottom, self.right, self.bottom),
                  _Frame(self.left, hole.top, hole.left, hole.bottom), _Frame(hole.right, hole.top, self.right, hole.bottom))  # fmt: skip
        return tuple(part for part in around if not part.empty)

    def part(self, of: _Frame) -> tuple[slice, slice]:
        """Where it lies in the array of a frame that holds it."""
        return np.s_[self.top - of.top:self.bottom - of.top, self.left - of.left:self.right - of.left]


@frozen(eq=False)
class _Sheet:
    """The ground drawn last at a scale, kept so that a map that is moved draws only what is new: areas pixel by pixel, lines as
    the pixels they touch."""

    scale: tuple[float, float, bool]              # pixels per metre, their ratio to those of the style, dark or light
    frame: _Frame
    kinds: np.ndarray | None = field(repr=False)  # of every pixel of the frame
    column: np.ndarray = field(repr=False)        # of the pixels that lines touch, on the grid of the scale
    row: np.ndarray = field(repr=False)
    colour: np.ndarray = field(repr=False)
    cover: np.ndarray = field(repr=False)


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


def ground_plate(ground: Ground, window: Window, dark: bool = False) -> GroundPlate:
    """The ground in a window."""
    frame = _frame_of(window)
    sheet = _sheet(ground, window, dark, frame)
    ground._last[:] = [sheet]
    kinds = None if sheet.kinds is None else sheet.kinds[frame.part(sheet.frame)]
    column, row, colour, cover_ = sheet.column - frame.left, sheet.row - frame.top, sheet.colour, sheet.cover
    if sheet.frame != frame:
        seen = (column >= 0) & (column < window.width) & (row >= 0) & (row < window.height)
        column, row, colour, cover_ = column[seen], row[seen], colour[seen], cover_[seen]
    return GroundPlate(kinds, row.astype(np.int64) * window.width + column, colour, cover_)


def draw_around(ground: Ground, window: Window, dark: bool, stale: Callable[[], bool]) -> None:
    """Draw what lies around a window too, while there is time: what comes into view next is there then."""
    frame = _frame_of(window).grown(round(window.width * _AHEAD), round(window.height * _AHEAD))
    if ground._last and not stale():
        sheet = _sheet(ground, window, dark, frame, stale)
        if sheet.frame == frame:
            ground._last[:] = [sheet]


def _frame_of(window: Window) -> _Frame:
    left, top = round(window.left * window.px_per_m), round(-window.top * window.px_per_m)
    return _Frame(left, top, left + window.width, top + window.height)


def _on_grid(window: Window) -> bool:
    return all(abs(side * window.px_per_m - round(side * window.px_per_m)) < _OFF_GRID for side in (window.left, window.top))


def _sheet(ground: Ground, window: Window, dark: bool, frame: _Frame, stale: Callable[[], bool] = bool) -> _Sheet:
    """A sheet that holds a frame: the one kept, or what of it serves with the rest drawn anew. Windows between the pixels of the
    grid share nothing. Where it becomes ``stale``, the one kept."""
    last = ground._last[0] if ground._last and _on_grid(window) else None
    if last is None or last.scale != (window.px_per_m, window.ratio, dark) or frame.shared(last.frame).empty:
        return _drawn(ground, window, dark, frame)
    if last.frame.holds(frame):
        return last
    made = []
    for part in frame.without(frame.shared(last.frame)):
        if stale():
            return last
        made.append(_drawn(ground, window, dark, part))
    return _joined(frame, last, made)


def _joined(frame: _Frame, last: _Sheet, made: Sequence[_Sheet]) -> _Sheet:
    """One sheet of what serves of the one kept and what was drawn beside it."""
    shared = frame.shared(last.frame)
    kinds = None
    if last.kinds is not None:
        kinds = np.zeros((frame.bottom - frame.top, frame.right - frame.left), np.uint8)
        kinds[shared.part(frame)] = last.kinds[shared.part(last.frame)]
        for piece in made:
            if piece.kinds is not None:
                kinds[piece.frame.part(frame)] = piece.kinds
    kept = (last.column >= shared.left) & (last.column < shared.right) & (last.row >= shared.top) & (last.row < shared.bottom)
    column, row, colour, cover_ = (
        np.concatenate([getattr(last, name)[kept], *(getattr(piece, name) for piece in made)]) for name in ("column", "row", "colour", "cover")
    )
    return _Sheet(last.scale, frame, kinds, column, row, colour, cover_)


def _drawn(ground: Ground, window: Window, dark: bool, frame: _Frame) -> _Sheet:
    """The ground in a frame of the grid, drawn with some pixels around it so that lines go on where frames meet."""
    around, scale = _AROUND_PX, window.px_per_m
    here = _frame_of(window)
    left, top = window.left + (frame.left - around - here.left) / scale, window.top - (frame.top - around - here.top) / scale
    part = Window(left, top, scale, frame.right - frame.left + 2 * around, frame.bottom - frame.top + 2 * around, window.ratio)
    inner = np.s_[around:-around, around:-around]
    kinds = np.zeros((frame.bottom - frame.top, frame.right - frame.left), np.uint8) if ground.areas else None
    for number, kind in enumerate(AREAS, start=1):
        if kinds is not None and kind in ground.areas:
            edges = visible_edges(ground.areas[kind], part)
            if len(edges):
                kinds[fill(ground.areas[kind], edges, part).pixels()[inner] != NOTHING] = number
    canvases: dict[str, np.ndarray] = {}
    for look, shapes in ground.drawn(window.style_px_per_m):
        edges = visible_edges(shapes, part)
        if len(edges):
            _draw(canvases, look, edges, to_pixels(edges, shapes, part), part)
    wide = frame.right - frame.left
    covers = [(ink, np.ascontiguousarray(canvases[ink].reshape(part.height, part.width)[inner]).reshape(-1)) for ink in INKS if ink in canvases]
    touched = np.zeros(wide * (frame.bottom - frame.top), bool)
    for _, cover_ in covers:
        touched |= cover_ != 0  # booleans are searched several times faster than numbers
    position = np.flatnonzero(touched)
    row, column = np.divmod(position.astype(np.int32), np.int32(wide))
    colour, together = _together([(ink, cover_[position]) for ink, cover_ in covers], len(position), dark)
    return _Sheet((scale, window.ratio, dark), frame, kinds, column + np.int32(frame.left), row + np.int32(frame.top), colour, together)


def _together(covers: Sequence[tuple[str, np.ndarray]], count: int, dark: bool) -> tuple[np.ndarray, np.ndarray]:
    """Several see-through colours laid over each other, bottom first, as one colour and how much it hides."""
    inks = ground_colours(dark)
    mixed, rest = np.zeros((3, count), np.float32), np.ones(count, np.float32)
    for ink, cover_ in covers:
        share = cover_ * np.float32(1 / 255)
        mixed = mixed * (1 - share) + np.array(rgb(inks[ink]), np.float32)[:, None] * share
        rest *= 1 - share
    hidden = np.maximum(1 - rest, np.float32(1 / 512))
    red, green, blue = np.rint(mixed / hidden).clip(0, 255).astype(np.uint32)
    return np.uint32(0xFF000000) | red << np.uint32(16) | green << np.uint32(8) | blue, np.rint((1 - rest) * 255).astype(np.uint8)


def _draw(canvases: dict[str, np.ndarray], look: LineLook, edges: Edges, ends: tuple[np.ndarray, ...], window: Window) -> None:
    """One kind of lines, with its casing, onto the canvas of each colour: fewer are looked through than there are kinds."""
    width, height, ratio = window.width, window.height, window.ratio
    thick = look.width * LINE_GROWTH.at(window.style_px_per_m) * ratio
    for ink in (CASING, look.ink) if look.casing else (look.ink,):
        if ink not in canvases:
            canvases[ink] = np.zeros(width * height, np.uint8)
    casing = Casing(canvases[CASING], thick + 2 * look.casing * ratio, look.casing_strength) if look.casing else None
    dash = (DASH_PX[0] * ratio, DASH_PX[1] * ratio) if look.dash else None
    along = edges.along_m * np.float32(window.px_per_m) if look.dash else None
    cover(canvases[look.ink], ends, width, height, line_width=thick, along_px=along, dash_px=dash, share=look.strength, casing=casing)


def under(plates: Sequence[GroundPlate], colours: Mapping[str, np.uint32], bare: np.uint32, size: int) -> Runs:
    """Bare ground with parks and water on it, as runs: cheap to lay a fill over."""
    covered = [plate.kinds for plate in plates if plate.kinds is not None]
    if not covered:
        return Runs(np.array([0, size], np.int64), np.array([bare], np.uint32))
    kinds = covered[0] if len(covered) == 1 else np.maximum.reduce(covered)
    flat = np.ascontiguousarray(kinds).reshape(-1)
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
