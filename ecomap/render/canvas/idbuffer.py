"""Which polygon is under which pixel: scan lines filled in numpy, kept as runs of equal pixels."""

from __future__ import annotations

import numpy as np
from attrs import evolve, field, frozen

from ecomap.render.canvas.levels import Edges, Shapes

NOTHING = -1
_FEATURE_BITS = 30
_MOST_TORN = 0.03      # share of pixels that may be left to a neighbour
_LONGEST_TEAR_PX = 8
_CHUNK = 32_768  # edges at a time: what is worked on stays in the processor's cache


@frozen
class Window:
    """The part of the plane that a picture shows: its top left corner, metres in the project's CRS, and its scale.

    ``ratio`` is how many pixels stand for one pixel of the style (2 on a fine screen): lines and symbols grow by it.
    """

    left: float
    top: float
    px_per_m: float
    width: int
    height: int
    ratio: float = 1.0

    @classmethod
    def around(
        cls, x: float, y: float, px_per_m: float, width: int, height: int, ratio: float = 1.0
    ) -> Window:
        """The window of a size with a point in its middle."""
        return cls(x - width / px_per_m / 2, y + height / px_per_m / 2, px_per_m, width, height, ratio)

    @classmethod
    def fitting(
        cls,
        extent: tuple[float, float, float, float],
        width: int,
        height: int,
        margin: float = 0.04,
        ratio: float = 1.0,
    ) -> Window:
        """The window of a size that shows all of (left, bottom, right, top), with a margin as share of the size."""
        left, bottom, right, top = extent
        wide, high = max(right - left, 1.0), max(top - bottom, 1.0)
        scale = min(width * (1 - 2 * margin) / wide, height * (1 - 2 * margin) / high)
        return cls.around((left + right) / 2, (bottom + top) / 2, scale, width, height, ratio)

    def on_grid(self) -> Window:
        """The window moved by less than a pixel, so that all of one scale lie whole pixels apart."""
        return evolve(self, left=round(self.left * self.px_per_m) / self.px_per_m, top=round(self.top * self.px_per_m) / self.px_per_m)

    @property
    def right(self) -> float:
        return self.left + self.width / self.px_per_m

    @property
    def bottom(self) -> float:
        return self.top - self.height / self.px_per_m

    @property
    def style_px_per_m(self) -> float:
        """The scale in pixels of the style, whatever the screen."""
        return self.px_per_m / self.ratio

    def to_screen(self, x: float, y: float) -> tuple[float, float]:
        return (x - self.left) * self.px_per_m, (self.top - y) * self.px_per_m

    def to_map(self, px: float, py: float) -> tuple[float, float]:
        return self.left + px / self.px_per_m, self.top - py / self.px_per_m


@frozen(eq=False)
class IdBuffer:
    """A picture of row numbers as runs: ``ids[i]`` fills the pixels ``starts[i]`` to ``starts[i + 1]``, row by row."""

    starts: np.ndarray = field(repr=False)  # int64, first is 0, the last entry is width * height
    ids: np.ndarray = field(repr=False)     # int32, NOTHING where there is no polygon
    width: int
    height: int

    def at(self, px: float, py: float) -> int:
        """The row number under a pixel, or NOTHING."""
        column, row = int(px), int(py)
        if not (0 <= column < self.width and 0 <= row < self.height):
            return NOTHING
        run = int(np.searchsorted(self.starts, row * self.width + column, side="right")) - 1
        return int(self.ids[run])

    def spread(self, values: np.ndarray) -> np.ndarray:
        """One value per run, spread over the pixels: an array of height x width."""
        return np.repeat(values, np.diff(self.starts)).reshape(self.height, self.width)

    def pixels(self) -> np.ndarray:
        """The row number of every pixel."""
        return self.spread(self.ids)


def visible_rows(shapes: Shapes, window: Window, margin_px: float = 8.0) -> np.ndarray:
    """Rows whose bounding box touches the window (with a margin for wide lines)."""
    grow = margin_px / window.px_per_m
    bounds = shapes.bounds
    return np.asarray(
        (bounds[:, 0] <= window.right + grow)
        & (bounds[:, 2] >= window.left - grow)
        & (bounds[:, 1] <= window.top + grow)
        & (bounds[:, 3] >= window.bottom - grow)
    )


def visible_edges(shapes: Shapes, window: Window) -> Edges:
    """The edges, simplified for the scale, of the rows in the window."""
    edges = shapes.level(window.px_per_m)
    visible = visible_rows(shapes, window)
    return edges if visible.all() else edges.of(visible)


def to_pixels(edges: Edges, shapes: Shapes, window: Window) -> tuple[np.ndarray, ...]:
    """The ends of edges in pixels (float32): x0, y0, x1, y1; y grows downwards."""
    scale = np.float32(window.px_per_m)
    dx = np.float32((shapes.origin[0] - window.left) * window.px_per_m)
    dy = np.float32((window.top - shapes.origin[1]) * window.px_per_m)
    return edges.x0 * scale + dx, dy - edges.y0 * scale, edges.x1 * scale + dx, dy - edges.y1 * scale


def fill(shapes: Shapes, edges: Edges, window: Window) -> IdBuffer:
    """Fill the polygons of a layer: a pixel belongs to the polygon that holds its centre; later rows win.

    Every crossing of an outline with the middle of a pixel row switches its polygon on or off. Sorted along the
    picture, a running sum of the switches says which polygon is on; holes switch off and on again.
    """
    width, height = window.width, window.height
    packed = np.concatenate(
        [np.zeros(0, np.int64)]
        + [
            _crossings(shapes, edges.part(slice(start, start + _CHUNK)), window)
            for start in range(0, len(edges), _CHUNK)
        ]
    )
    if not len(packed):
        return IdBuffer(np.array([0, width * height]), np.array([NOTHING], np.int32), width, height)
    packed.sort()
    position = packed >> (_FEATURE_BITS + 1)
    feature = packed >> 1
    feature &= (1 << _FEATURE_BITS) - 1
    on = feature + (np.int64(1) << 40)
    on *= ((packed & 1) << 1) - 1
    np.cumsum(on, out=on)
    last = np.flatnonzero(np.append(position[1:] != position[:-1], True))
    alone = np.diff(last, prepend=-1) == 1  # one switch at this place: its polygon is the one that came or went
    return _settle(position[last], on[last], np.where(alone, feature[last], NOTHING), packed, window)


def _crossings(shapes: Shapes, edges: Edges, window: Window) -> np.ndarray:
    """Every crossing of an edge with a pixel row's middle, packed into one number that sorts along the picture.

    From the highest bits down: position (row * width + column), row of the layer, and whether it is switched on.
    """
    x0, y0, x1, y1 = to_pixels(edges, shapes, window)
    start, end = _rows_below(y0, window.height), _rows_below(y1, window.height)
    crossing = np.flatnonzero(start != end)
    if not len(crossing):
        return np.zeros(0, np.int64)
    start, end = start[crossing], end[crossing]
    x0, y0, x1, y1 = x0[crossing], y0[crossing], x1[crossing], y1[crossing]
    slope = (x1 - x0) / (y1 - y0)
    base = x0 + (np.float32(0.5) - y0) * slope - np.float32(0.5)
    owner = edges.feature[crossing].astype(np.int64) << 1
    owner |= (end > start) == (edges.turn[crossing] > 0)
    count = np.abs(end - start)
    edge = np.repeat(np.arange(len(count)), count)
    skip = np.minimum(start, end) - (np.cumsum(count, dtype=np.int32) - count)
    row = skip.take(edge)
    row += np.arange(len(row), dtype=np.int32)
    column = slope.take(edge)
    column *= row
    column += base.take(edge)
    np.ceil(column, out=column)
    np.clip(column, 0, window.width, out=column)
    packed = row.astype(np.int64)
    packed *= window.width
    packed += column.astype(np.int32)
    packed <<= _FEATURE_BITS + 1
    packed |= owner.take(edge)
    return packed


def _rows_below(y: np.ndarray, height: int) -> np.ndarray:
    """The first pixel row whose middle lies at or below y, within the picture."""
    rows = np.ceil(y - np.float32(0.5))
    np.clip(rows, 0, height, out=rows)
    return rows.astype(np.int32)


def _settle(
    position: np.ndarray, on: np.ndarray, switched: np.ndarray, packed: np.ndarray, window: Window
) -> IdBuffer:
    """Turn running sums into runs; the later row wins where two overlap, and slits between neighbours are closed.

    ``switched`` is the row that came or went where only one did. Overlaps that cannot be told apart so are painted
    in order if there is more of them than two simplified neighbours leave along their border.
    """
    size = window.width * window.height
    inside = position < size
    position, on, switched = position[inside], on[inside], switched[inside]
    starts = np.concatenate([[0], position, [size]])
    layers = np.concatenate([[0], (on + (np.int64(1) << 39)) >> 40])
    ids = np.concatenate([[NOTHING], on - (layers[1:] << 40)])
    ids[layers == 0] = NOTHING
    length = np.diff(starts)
    odd = (layers != 0) & (layers != 1)
    joined = odd[1:] & (layers[1:] == 2) & (layers[:-1] == 1) & (switched != NOTHING)
    ids[1:][joined] = np.maximum(ids[:-1][joined], switched[joined])
    odd[1:] &= ~joined
    torn = length[odd]
    too_long = (torn > _LONGEST_TEAR_PX) | ((layers[odd] > 2) & (torn > 2))
    if too_long.any() or torn.sum() > _MOST_TORN * max(length[layers > 0].sum(), 1):
        return _fill_in_order(packed, window)
    slit = (layers == 0) & (length == 1)
    slit[0] = slit[-1] = False
    slit[1:-1] &= (layers[:-2] == 1) & (layers[2:] == 1)
    borrow = odd | slit
    if borrow.any():
        ids = ids[np.maximum.accumulate(np.where(borrow, 0, np.arange(len(ids))))]
    return IdBuffer(starts, ids.astype(np.int32), window.width, window.height)


def _fill_in_order(packed: np.ndarray, window: Window) -> IdBuffer:
    """Overlapping polygons: paint them one after the other, in the order of their rows."""
    size = window.width * window.height
    position = packed >> (_FEATURE_BITS + 1)
    feature = (packed >> 1) & ((1 << _FEATURE_BITS) - 1)
    # Pair crossings of one polygon: sorted by polygon, then position, every second one ends a span. A span that
    # leaves the picture on the right ends at the start of the next row, so positions pair up without the row.
    key = np.sort((feature << 33) | position)
    start, end, owner = key[0::2], key[1::2], (key[0::2] >> 33).astype(np.int32)
    start, end = start & ((1 << 33) - 1), end & ((1 << 33) - 1)
    length = end - start
    offset = np.cumsum(length) - length
    pixel = np.arange(int(length.sum())) + np.repeat(start - offset, length)
    flat = np.full(size + 1, NOTHING, np.int32)
    flat[pixel] = np.repeat(owner, length)
    flat = flat[:size]
    change = np.flatnonzero(flat[1:] != flat[:-1]) + 1
    starts = np.concatenate([[0], change, [size]])
    return IdBuffer(starts, flat[starts[:-1]], window.width, window.height)
