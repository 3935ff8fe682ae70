"""The hatch of "no data": thin grey lines that rise to the right, one recipe for map, paper, page, legend and layer tree.

Missing is never a colour of the scale. Every surface draws these lines from here: pixels on the canvas, vectors on paper, a tile
of the page's canvas. On maps they are held to the ground, so that they do not swim while it is moved.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

import numpy as np

from ecomap.render.style.palette import chrome, colour

PITCH_PX: Final = 8         # from line to line along a row of pixels, on maps
SAMPLE_PITCH_PX: Final = 5  # the same in the small boxes of legend and layer tree
WIDTH_PX: Final = 1.1       # of a line
_ALONG: Final = 0.71        # pixels across a line for each along the row, at 45 degrees
_STRONGEST: Final = 0.9     # how much of the ground a line covers on the canvas

Line = tuple[float, float, float, float]  # x0, y0, x1, y1


def ink() -> str:
    """The colour of the lines."""
    return colour("no_data")


def ground(dark: bool = False) -> str:
    """The colour between the lines."""
    return chrome(dark)["card"]


def cover(period: int, ratio: float) -> np.ndarray:
    """How much of each of the ``period`` pixels from one line to the next a line covers, 0-255.

    Of the pixel in column x and row y (down), the place in the period is (x + y) modulo ``period``.
    """
    step = np.arange(period)
    away = np.minimum(step, period - step)  # pixels from the nearest line
    return (np.clip(WIDTH_PX / 2 * ratio + 0.65 - away * _ALONG, 0, _STRONGEST) * 255).astype(np.uint8)


def ground_lines(left: float, bottom: float, right: float, top: float, step: float) -> Iterator[Line]:
    """Lines across a box of the ground (y upwards): x - y is a whole number of steps, wherever the box lies."""
    for number in range(int(np.floor((left - top) / step)), int(np.ceil((right - bottom) / step)) + 1):
        yield bottom + number * step, bottom, top + number * step, top


def sample_lines(left: float, top: float, right: float, bottom: float, pitch: float = SAMPLE_PITCH_PX) -> Iterator[Line]:
    """Lines within a small box (y downwards), from its lower left to its upper right.

    >>> list(sample_lines(0, 0, 4, 4, 4))
    [(0, 4, 4, 0)]
    """
    for number in range(1, int((right - left + bottom - top) // pitch) + 1):
        total = left + top + number * pitch  # x and y of a line's points, together
        x0, x1 = max(left, total - bottom), min(right, total - top)
        if x1 > x0:
            yield x0, total - x0, x1, total - x1


def tile() -> dict[str, float | str]:
    """The recipe as the page's scripts read it: a square tile whose corners one line joins."""
    return {"size": PITCH_PX, "width": WIDTH_PX, "ink": ink()}
