"""The pattern of a surface that is read over another: lines that fall to the right over a breath of the same colour.

It is how ground looks that nothing reaches: the purple of need stays readable between the lines, and "no data", whose grey lines
rise to the right, is never taken for it. Canvas, paper, page, legend and layer tree draw it from here.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

import numpy as np

from ecomap.render.style.hatch import Line, ground_lines, sample_lines

LINES: Final = "lines"      # the name of the pattern in a style
PATTERNS: Final = ("", LINES)
PITCH_PX: Final = 8         # from line to line along a row of pixels
WIDTH_PX: Final = 1.2       # of a line
STRENGTH: Final = 0.7       # how much of the ground a line covers: 3 to 1 against what lies between (docs/contrast.md)
_ALONG: Final = 0.71        # pixels across a line for each along the row, at 45 degrees


def cover(period: int, ratio: float) -> np.ndarray:
    """How much of each of the ``period`` pixels from one line to the next a line covers, 0-255.

    Of the pixel in column x and row y (down), the place in the period is (x - y) modulo ``period``.
    """
    step = np.arange(period)
    away = np.minimum(step, period - step)  # pixels from the nearest line
    return (np.clip(WIDTH_PX / 2 * ratio + 0.5 - away * _ALONG, 0, 1) * STRENGTH * 255).astype(np.uint8)


def laid(period: int, ratio: float, ink: tuple[int, int, int], opacity: float) -> np.ndarray:
    """The pattern over a fill of its colour as pixels to lay over a picture, for each pixel from one line to the next.

    Returns
    -------
    ndarray of uint32
        0xAARRGGBB, the colours multiplied with their opacity.
    """
    strength = 1 - (1 - opacity) * (1 - cover(period, ratio) / 255)
    parts = [np.round(strength * part).astype(np.uint32) for part in (255, *ink)]
    return np.asarray(parts[0] << np.uint32(24) | parts[1] << np.uint32(16) | parts[2] << np.uint32(8) | parts[3])


def place(row: np.ndarray, column: np.ndarray, left_px: float, top_px: float, period: int) -> np.ndarray:
    """Which of the pixels from one line to the next each pixel of a window is, held to the ground so that lines do not swim.

    Parameters
    ----------
    left_px, top_px : float
        The corner of the window, in its pixels.
    """
    return (column - row + np.int32((int(left_px) + int(top_px)) % period)) % np.int32(period)


def falling_lines(left: float, bottom: float, right: float, top: float, step: float) -> Iterator[Line]:
    """Lines across a box of the ground (y upwards) that fall to the right, held to the ground wherever the box lies."""
    for x0, y0, x1, y1 in ground_lines(-right, bottom, -left, top, step):
        yield -x0, y0, -x1, y1


def falling_samples(left: float, top: float, right: float, bottom: float, pitch: float) -> Iterator[Line]:
    """Lines within a small box (y downwards), from its upper left to its lower right.

    >>> list(falling_samples(0, 0, 4, 4, 4))
    [(4, 4, 0, 0)]
    """
    for x0, y0, x1, y1 in sample_lines(left, top, right, bottom, pitch):
        yield left + right - x0, y0, left + right - x1, y1


def tile() -> dict[str, float]:
    """The recipe as the page's scripts read it: a square tile whose corners one line joins."""
    return {"size": PITCH_PX, "width": WIDTH_PX, "strength": STRENGTH}
