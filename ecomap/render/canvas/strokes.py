"""Smooth lines in numpy: how much of each pixel a line covers, for outlines of any width, full or dashed."""

from __future__ import annotations

import numpy as np
from attrs import field, frozen

DASH_PX = (7.0, 4.0)
_THIN = 1.2  # up to this width two pixels side by side are enough


@frozen(eq=False)
class Strokes:
    """Pixels touched by lines: flat positions, ascending, and cover 0-255."""

    position: np.ndarray = field(repr=False)  # int64
    cover: np.ndarray = field(repr=False)     # uint8

    def __len__(self) -> int:
        return len(self.position)


@frozen(eq=False)
class Casing:
    """What is drawn under lines from the same samples: on which canvas, how wide in pixels, at which share of its strength."""

    canvas: np.ndarray = field(repr=False)
    width: float
    share: float


def stroke(
    ends: tuple[np.ndarray, ...],
    width: int,
    height: int,
    *,
    line_width: float = 1.0,
    along_px: np.ndarray | None = None,
    dash_px: tuple[float, float] | None = None,
) -> Strokes:
    """Cover of lines given by their ends in pixels.

    Every line is sampled once per pixel along its longer direction; the pixels beside a sample are covered by
    how near their centre is to the line. Lines drawn twice (shared edges) cover no more than once.

    Parameters
    ----------
    ends : x0, y0, x1, y1
        Float arrays, pixels, y downwards.
    along_px : array, optional
        Length from the start of the ring to each line's start; needed for dashes.
    dash_px : (on, off), optional
    """
    canvas = np.zeros(width * height, np.uint8)
    cover(canvas, ends, width, height, line_width=line_width, along_px=along_px, dash_px=dash_px)
    return covered(canvas)


def covered(canvas: np.ndarray) -> Strokes:
    """What has been drawn into a flat canvas."""
    position = np.flatnonzero(canvas != 0)  # booleans are searched several times faster than numbers
    return Strokes(position, canvas[position])


def cover(
    canvas: np.ndarray,
    ends: tuple[np.ndarray, ...],
    width: int,
    height: int,
    *,
    line_width: float = 1.0,
    along_px: np.ndarray | None = None,
    dash_px: tuple[float, float] | None = None,
    share: float = 1.0,
    casing: Casing | None = None,
) -> None:
    """Draw lines into a flat canvas of covers, at a share of their strength: several kinds of lines may stand on one canvas.

    ``casing``: what is drawn under them, wider, from the same samples.
    """
    x0, y0, x1, y1 = (np.asarray(end, dtype=np.float32) for end in ends)
    steep = np.abs(y1 - y0) > np.abs(x1 - x0)
    along = np.zeros(len(x0), np.float32) if along_px is None else along_px.astype(np.float32)
    for upright in (False, True):
        here = steep if upright else ~steep
        if not here.any():
            continue
        u0, v0, u1, v1 = (e[here] for e in ((y0, x0, y1, x1) if upright else (x0, y0, x1, y1)))
        sizes = (height, width) if upright else (width, height)
        steps = (width, 1) if upright else (1, width)
        _stamp(canvas, (u0, v0, u1, v1), sizes, steps, line_width, along[here], dash_px, share, casing)


def _stamp(
    canvas: np.ndarray,
    ends: tuple[np.ndarray, ...],
    sizes: tuple[int, int],
    steps: tuple[int, int],
    line_width: float,
    along: np.ndarray,
    dash_px: tuple[float, float] | None,
    strength: float,
    casing: Casing | None,
) -> None:
    """Cover pixels along lines that run mostly along the first axis ``u``."""
    u0, v0, u1, v1 = ends
    span = u1 - u0
    safe = np.where(np.abs(span) < 1e-6, np.float32(1e-6), span)
    slope = np.where(np.abs(span) < 1e-6, np.float32(0), (v1 - v0) / safe)
    first = np.floor(np.minimum(u0, u1)).clip(0, sizes[0]).astype(np.int32)
    end = (np.floor(np.maximum(u0, u1)) + 1).clip(0, sizes[0]).astype(np.int32)
    widest = max(line_width, casing.width if casing is not None else 0.0)
    reach = (max(widest, 1.0) + 1) / 2 * 1.42
    hit = (end > first) & (np.maximum(v0, v1) > -reach) & (np.minimum(v0, v1) < sizes[1] + reach)
    pick = np.flatnonzero(hit)
    if not len(pick):
        return
    first, count, slope = first[pick], (end - first)[pick], slope[pick]
    cosine = 1 / np.sqrt(1 + slope * slope)
    base = v0[pick] + (np.float32(0.5) - u0[pick]) * slope
    before = (np.cumsum(count) - count).astype(np.int32)
    line = np.repeat(np.arange(len(pick)), count)
    u = np.arange(len(line), dtype=np.int32)
    u += (first - before).take(line)
    v = slope.take(line)
    v *= u
    v += base.take(line)
    keep = None
    if dash_px is not None:
        length = np.hypot(span[pick], (v1 - v0)[pick])
        share = np.abs(u + np.float32(0.5) - u0[pick][line]) / np.maximum(np.abs(span[pick]), 1e-6)[line]
        phase = (along[pick][line] + share * length[line]) % np.float32(sum(dash_px))
        keep = phase < dash_px[0]
        line, u, v = line[keep], u[keep], v[keep]
    if widest <= _THIN:
        _cover_thin(canvas, u, v, cosine.take(line), sizes[1], steps, min(line_width, 1.0) * strength)
        return
    nearness = cosine[line]
    half = np.float32(max(line_width, 1.0) / 2 + 0.5)
    outer = np.float32(max(widest, 1.0) / 2 + 0.5)
    full = np.float32(min(line_width, 1.0) * strength * 255)
    middle = np.floor(v).astype(np.int32)
    flat = u.astype(np.int64) * steps[0] if steps[0] > 1 else u.astype(np.int64)
    for offset in range(-int(np.ceil(reach - 0.5)), int(np.ceil(reach - 0.5)) + 1):
        row = middle + np.int32(offset)
        away = np.abs(row + np.float32(0.5) - v)
        away *= nearness
        inside = (away < outer - np.float32(0.02)) & (row >= 0) & (row < sizes[1])
        position, away = flat[inside] + row[inside].astype(np.int64) * steps[1], away[inside]
        np.maximum.at(canvas, position, (np.clip(half - away, 0, 1) * full).astype(np.uint8))
        if casing is not None:
            np.maximum.at(casing.canvas, position, (np.clip(outer - away, 0, 1) * np.float32(casing.share * 255)).astype(np.uint8))


def _cover_thin(
    canvas: np.ndarray, u: np.ndarray, v: np.ndarray, cosine: np.ndarray, size: int, steps: tuple[int, int], share: float
) -> None:
    """Share a hairline between the two pixels beside it (X. Wu, 1991); slanted ones are longer, so a little stronger."""
    v -= np.float32(0.5)
    row = np.floor(v).astype(np.int32)
    inside = (row >= 0) & (row < size - 1)
    if not inside.all():
        u, v, row, cosine = u[inside], v[inside], row[inside], cosine[inside]
    part = v - row
    strength = np.float32(255 * share) / np.maximum(cosine, np.float32(0.8))
    flat = u.astype(np.intp)
    flat *= steps[0]
    flat += row * np.int32(steps[1])
    for offset, weight in ((0, 1 - part), (steps[1], part)):
        weight *= strength
        np.minimum(weight, np.float32(255), out=weight)
        np.maximum.at(canvas, flat + offset, weight.astype(np.uint8))
