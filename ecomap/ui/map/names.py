"""The names on screen: placed once for a scale, so that they stay where they are while the map is moved."""

from __future__ import annotations

from math import ceil, floor
from typing import Any

from attrs import field, frozen

_CELL_PX = 2048.0   # of the squares of the ground that names are placed in, all that a picture touches
_AROUND_PX = 256.0  # what lies this near to a picture counts as touched


@frozen(eq=False)
class Standing:
    """Names that stand, and what they were placed for: what could be named, the scale, the part of the ground."""

    known: tuple[Any, ...] = ()
    px_per_m: float = 0.0
    region: tuple[float, float, float, float] = (0.0, 0.0, 0.0, 0.0)
    names: tuple[Any, ...] = field(default=(), repr=False)


def stand(known: tuple[Any, ...], window: Any, before: Standing) -> Standing:
    """The names of a window; those that stand already where nothing but the view has changed."""
    from ecomap.render.canvas.names import letterings  # heavy
    from ecomap.render.paper.names import measure  # heavy

    scale, region = window.style_px_per_m, _region(window)
    same = len(known) == len(before.known) and all(one is other for one, other in zip(known, before.known))
    if same and (scale, region) == (before.px_per_m, before.region):
        return before
    return Standing(known, scale, region, letterings(known, scale, measure, region=region) if known else ())


def _region(window: Any) -> tuple[float, float, float, float]:
    """Where names are placed (left, bottom, right, top): squares that do not move with the map."""
    cell, around = _CELL_PX / window.style_px_per_m, _AROUND_PX / window.style_px_per_m
    return (floor((window.left - around) / cell) * cell, floor((window.bottom - around) / cell) * cell,
            ceil((window.right + around) / cell) * cell, ceil((window.top + around) / cell) * cell)  # fmt: skip
