"""An answer's bars: their colours, those of the need map where they are its classes, and from where to where they reach."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from ecomap.model.said import Said
from ecomap.render.style.palette import ramp

FEWEST_CLASSES = 3
_SMALL = 0.1  # shares below this get a decimal, or they would all read alike


def need_colours(labels: Sequence[Said], *, dark: bool = False) -> tuple[str, ...]:
    """One colour per bar where they are the classes of need, from highest to lowest or back; none where they are something else."""
    if len(labels) < FEWEST_CLASSES or "need" not in f"{labels[0]} {labels[-1]}".lower():
        return ()
    colours = ramp("need", len(labels), dark)
    return tuple(reversed(colours)) if "high" in labels[0].lower() else colours


def span_of(bars: Iterable[tuple[float | None, float | None]]) -> tuple[float, float]:
    """From where to where bars and their margins reach: from 0, or from below it where a bar is a difference under 0.

    >>> span_of([(0.2, 0.3), (0.4, None)]), span_of([(-0.1, 0.05), (0.2, 0.1)])
    ((0.0, 0.5), (-0.15, 0.3))
    """
    known = [(share, margin or 0.0) for share, margin in bars if share is not None and share == share]
    least = min((share - margin for share, margin in known), default=0.0) if any(share < 0 for share, _ in known) else 0.0
    most = max((share + margin for share, margin in known), default=0.0)
    return round(min(least, 0.0), 9), round(max(most, 0.0), 9)


def digits_of(values: Sequence[float], unit: str) -> int:
    """The decimals that bars are told with: none for counts of things, nor for shares unless all of them are small.

    >>> digits_of([7.0, 2.0], "count"), digits_of([0.62, 0.01], "share"), digits_of([0.04, 0.01], "share"), digits_of([-4.2], "points")
    (0, 0, 1, 1)
    """
    if unit in ("count", "pupils", "usd"):
        return 0
    return int(unit != "share" or (bool(values) and max(map(abs, values)) < _SMALL))
