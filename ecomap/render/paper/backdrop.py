"""A picture of a map under the data: tiles of the web map put into the map's own projection, quietly."""

from __future__ import annotations

import base64
import binascii
from collections.abc import Mapping, Sequence
from typing import Any, Final

import numpy as np
from attrs import field, frozen
from pyproj import Transformer
from PySide6.QtGui import QImage

from ecomap.model import vocabulary as v
from ecomap.model.kept import Kept
from ecomap.render.canvas.idbuffer import Window
from ecomap.render.canvas.raster import argb
from ecomap.render.style.palette import chrome

STEP_PX: Final = 48          # between places that are projected exactly; those between lie on straight lines
MOST_TILES: Final = 120      # decoded for one picture
TILE_PX: Final = (256, 512)
QUIET: Final = 0.4           # how far the picture is drawn back into the bare ground, so that the data stands before it
QUIET_DARK: Final = 0.6


@frozen(eq=False)
class Backdrop:
    """The tiles of a layer: zoom -> (column, row) -> picture as base64; and those decoded so far."""

    crs: Any
    tiles: Mapping[int, Mapping[tuple[int, int], str]] = field(repr=False)
    decoded: dict[tuple[int, int, int], np.ndarray | None] = field(factory=dict, repr=False)


def _built(frame: Any) -> Backdrop | None:
    """The backdrop of a frame of ground; None where it has no pictures."""
    if v.PICTURE not in frame.columns:
        return None
    tiles: dict[int, dict[tuple[int, int], str]] = {}
    for key, picture in zip(frame[v.ID].astype(str), frame[v.PICTURE]):
        parts = key.split("/")
        if len(parts) == 3 and all(part.isdigit() for part in parts) and isinstance(picture, str):
            zoom, column, row = map(int, parts)
            if zoom <= 24:
                tiles.setdefault(zoom, {})[column, row] = picture
    return Backdrop(frame.crs, tiles) if tiles else None


_kept = Kept(_built)


def backdrops_of(frames: Sequence[Any]) -> tuple[Backdrop, ...]:
    """The pictures among frames of ground, bottom of the map first."""
    found = (_kept.of(frame) for frame in frames)
    return tuple(one for one in found if one is not None)


def pixels_of(backdrops: Sequence[Backdrop], window: Window, *, dark: bool = False) -> np.ndarray | None:
    """The pictures in a window, over bare ground.

    Returns
    -------
    flat uint32 array of height * width, or None where no tile touches the window
    """
    out: np.ndarray | None = None
    bare = int(argb(chrome(dark)["ground"]))
    for backdrop in backdrops:
        shown = _shown(backdrop, window)
        if shown is None:
            continue
        out = np.full(window.width * window.height, bare, np.uint32) if out is None else out
        colours, there = shown
        out[there] = _drawn_back(colours[there], bare, QUIET_DARK if dark else QUIET)
    return out


def _drawn_back(colours: np.ndarray, bare: int, share: float) -> np.ndarray:
    """Colours mixed with the bare ground."""
    mixed = np.full(len(colours), 0xFF000000, np.uint32)
    for shift in (16, 8, 0):
        own, ground = (colours >> np.uint32(shift)) & np.uint32(0xFF), (bare >> shift) & 0xFF
        mixed |= np.rint(own * (1 - share) + ground * share).astype(np.uint32) << np.uint32(shift)
    return mixed


def _shown(backdrop: Backdrop, window: Window) -> tuple[np.ndarray, np.ndarray] | None:
    """Colour of every pixel and where there is one, flat."""
    x, y = _web_places(backdrop.crs, window)
    finest = float(np.hypot(x[0, -1] - x[0, 0], y[0, -1] - y[0, 0])) / max(window.width, 1)  # of the square 0-1, per pixel
    zooms = sorted(backdrop.tiles)
    zoom = next((one for one in zooms if TILE_PX[0] * 2**one * finest >= 0.75), zooms[-1])
    while True:
        first, last = (int(np.floor(x.min() * 2**zoom)), int(np.floor(y.min() * 2**zoom))), (int(np.floor(x.max() * 2**zoom)), int(np.floor(y.max() * 2**zoom)))
        there = [(column, row) for column, row in backdrop.tiles[zoom] if first[0] <= column <= last[0] and first[1] <= row <= last[1]]
        coarser = [one for one in zooms if one < zoom]
        if len(there) <= MOST_TILES or not coarser:
            break
        zoom = coarser[-1]
    pictures = {place: picture for place in there[:MOST_TILES] if (picture := _picture(backdrop, zoom, *place)) is not None}
    return _sampled(pictures, _spread(x, window) * 2**zoom, _spread(y, window) * 2**zoom) if pictures else None


def _web_places(crs: Any, window: Window) -> tuple[np.ndarray, np.ndarray]:
    """Places of a grid of pixels on the web map's square: 0-1 from the west and from the north."""
    columns = np.linspace(0, window.width, max(2, window.width // STEP_PX + 2))
    rows = np.linspace(0, window.height, max(2, window.height // STEP_PX + 2))
    across, down = np.meshgrid(window.left + columns / window.px_per_m, window.top - rows / window.px_per_m)
    x, y = Transformer.from_crs(crs, "EPSG:3857", always_xy=True).transform(across, down)
    half = v.WEB_MAP_HALF_M
    across, down = (x + half) / (2 * half), (half - y) / (2 * half)
    return np.clip(np.nan_to_num(across, posinf=2, neginf=-1), -1, 2), np.clip(np.nan_to_num(down, posinf=2, neginf=-1), -1, 2)


def _spread(grid: np.ndarray, window: Window) -> np.ndarray:
    """Values of a grid for the middle of every pixel, on straight lines between."""
    down, across = grid.shape
    row = (np.arange(window.height) + 0.5) / window.height * (down - 1)
    column = (np.arange(window.width) + 0.5) / window.width * (across - 1)
    top, left = np.minimum(row.astype(int), down - 2), np.minimum(column.astype(int), across - 2)
    part = (row - top)[:, None]
    rows = grid[top] * (1 - part) + grid[top + 1] * part
    share = column - left
    return np.asarray(rows[:, left] * (1 - share) + rows[:, left + 1] * share)


def _sampled(pictures: Mapping[tuple[int, int], np.ndarray], x: np.ndarray, y: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """The pixel of the tile at every place."""
    columns, rows = np.floor(x).astype(np.int64), np.floor(y).astype(np.int64)
    out, there = np.zeros(x.shape, np.uint32), np.zeros(x.shape, bool)
    for (column, row), picture in pictures.items():
        inside = (columns == column) & (rows == row)
        if inside.any():
            high, wide = picture.shape
            out[inside] = picture[((y[inside] - row) * high).astype(int), ((x[inside] - column) * wide).astype(int)]
            there[inside] = out[inside] >> np.uint32(24) > 127
    return out.reshape(-1), there.reshape(-1)


def _picture(backdrop: Backdrop, zoom: int, column: int, row: int) -> np.ndarray | None:
    """A tile decoded; None where it is none of the sizes that tiles have, or damaged."""
    key = (zoom, column, row)
    if key not in backdrop.decoded:
        while len(backdrop.decoded) >= 2 * MOST_TILES:
            backdrop.decoded.pop(next(iter(backdrop.decoded)))
        backdrop.decoded[key] = _pixels(backdrop.tiles[zoom][column, row])
    return backdrop.decoded[key]


def _pixels(text: str) -> np.ndarray | None:
    try:
        image = QImage.fromData(base64.b64decode(text, validate=True))
    except (binascii.Error, ValueError):
        return None
    if image.isNull() or image.width() not in TILE_PX or image.height() != image.width():
        return None
    image = image.convertToFormat(QImage.Format.Format_ARGB32)
    return np.frombuffer(bytes(image.constBits()), np.uint32).reshape(image.height(), image.bytesPerLine() // 4)[:, :image.width()].copy()
