"""One or two numbers of a layer as a chart needs them: values with margins, bars of equal width, and who has no figure."""

from __future__ import annotations

import math
from typing import Any, Final

import numpy as np
from attrs import field, frozen

from ecomap.model.layer import Column, Layer

MOST_BARS: Final = 24
_STEPS: Final = (1.0, 2.0, 2.5, 5.0, 10.0)


@frozen(eq=False)
class Plotted:
    """Rows of a layer on one or two axes.

    Parameters
    ----------
    ids : tuple of str
    x, y : array of float
        NaN where there is no figure, infinite where it is out of reach; `y` is None for one number.
    x_moe, y_moe : array of float
        90 % margins; NaN where there is none.
    """

    ids: tuple[str, ...]
    x: np.ndarray = field(repr=False)
    x_moe: np.ndarray = field(repr=False)
    y: np.ndarray | None = field(default=None, repr=False)
    y_moe: np.ndarray | None = field(default=None, repr=False)

    @property
    def drawn(self) -> np.ndarray:
        """Rows that have a place in the chart."""
        return np.isfinite(self.x) if self.y is None else np.isfinite(self.x) & np.isfinite(self.y)

    @property
    def missing(self) -> np.ndarray:
        """Rows without a figure on one of the axes; what is out of reach is no such row."""
        return np.isnan(self.x) if self.y is None else np.isnan(self.x) | np.isnan(self.y)

    @property
    def beyond(self) -> np.ndarray:
        """Rows that are out of reach on an axis: farther than any number."""
        return ~self.drawn & ~self.missing


def number_columns(layer: Layer, frame: Any) -> tuple[Column, ...]:
    """The columns of a layer that can be drawn: numbers that are shown, without margins and ends of bands."""
    aside = {name for column in layer.columns for name in (column.moe, column.low, column.high) if name}
    return tuple(column for column in layer.columns
                 if column.name in frame and not column.hidden and column.name not in aside and column.unit not in ("flag", "date")
                 and frame[column.name].dtype.kind in "iuf" and frame[column.name].notna().any())


def plotted(layer: Layer, frame: Any, x: str, y: str = "") -> Plotted:
    """The rows of a layer on one axis, or on two."""
    return Plotted(tuple(str(one) for one in frame["id"]), _numbers(frame, x), _numbers(frame, layer.column(x).moe),
                   _numbers(frame, y) if y else None, _numbers(frame, layer.column(y).moe) if y else None)


def bar_edges(values: Any, most: int = MOST_BARS) -> np.ndarray:
    """Edges of bars of one round width that hold all finite values.

    Between a few and ``most`` bars, as many as the root of the count asks for; one bar where all are alike; none without values.

    >>> bar_edges([0.0, 1.0, 9.9, 10.0]).tolist()
    [0.0, 5.0, 10.0]
    >>> bar_edges([3.0, 3.0]).tolist(), bar_edges([]).tolist()
    ([2.5, 3.5], [])
    """
    known = np.asarray(values, dtype=float)
    known = known[np.isfinite(known)]
    if not len(known):
        return np.zeros(0)
    low, high = float(known.min()), float(known.max())
    if low == high:
        half = 0.5 * (10.0 ** math.floor(math.log10(abs(low) / 2)) if abs(low) >= 20 else 1.0)
        return np.array([low - half, low + half])
    step = round_step((high - low) / min(max(round(math.sqrt(len(known))), 2), most))
    first, last = math.floor(low / step + 1e-9), math.ceil(high / step - 1e-9)
    return np.round(np.arange(first, max(last, first + 1) + 1) * step, 12)


def bars_of(values: Any, edges: Any) -> np.ndarray:
    """The bar of each value, -1 where it has none; the last bar holds its upper edge.

    >>> bars_of([0.0, 4.9, 5.0, 10.0, float("nan"), float("inf")], [0.0, 5.0, 10.0]).tolist()
    [0, 0, 1, 1, -1, -1]
    """
    known = np.asarray(values, dtype=float)
    found = np.searchsorted(np.asarray(edges), known, side="right") - 1
    found = np.where(np.isfinite(known), np.minimum(found, len(edges) - 2), -1)
    return np.asarray(found, dtype=int)


def round_step(wanted: float) -> float:
    """The smallest round step that is not below a length.

    >>> round_step(0.3), round_step(7.0), round_step(0.021)
    (0.5, 10.0, 0.025)
    """
    size = 10.0 ** math.floor(math.log10(wanted))
    return next((step * size for step in _STEPS if step * size >= wanted * (1 - 1e-9)), 10.0 * size)


def ticks(low: float, high: float, most: int = 6) -> list[float]:
    """Round numbers between two ends, at most so many.

    >>> ticks(0.0, 0.83, 5), ticks(3.0, 3.0)
    ([0.0, 0.2, 0.4, 0.6, 0.8], [3.0])
    """
    if not high > low:
        return [low]
    step = round_step((high - low) / most)
    return [round(number * step, 12) for number in range(math.ceil(low / step - 1e-9), math.floor(high / step + 1e-9) + 1)]


def _numbers(frame: Any, name: str) -> np.ndarray:
    if not name or name not in frame:
        return np.full(len(frame), np.nan)
    return np.asarray(frame[name].to_numpy(dtype=float, na_value=np.nan))
