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
    rooms: Any = field(default=None, repr=False)  # of the names, `ecomap.render.canvas.names.rooms_of`

    def serves(self, known: tuple[Any, ...], px_per_m: float) -> bool:
        """Whether it was placed for these names at this scale, maybe for another part of the ground."""
        same = len(known) == len(self.known) and all(one is other for one, other in zip(known, self.known))
        return same and px_per_m == self.px_per_m

    def shown(self, window: Any, kept_clear: Any, seen: Any) -> tuple[Any, ...]:
        """Those that the picture of a window shows."""
        from ecomap.render.canvas.names import showing  # heavy

        return tuple(self.names[number] for number in showing(self.rooms, window, kept_clear, seen)) if self.names else ()


def stand(known: tuple[Any, ...], window: Any, before: Standing, *, anew: bool = True) -> Standing:
    """The names of a window: those that stand already where nothing but the view has changed; ``anew`` false: also where
    another part of the ground has come into view, so that the picture need not wait for its names."""
    from ecomap.render.canvas.names import letterings, rooms_of  # heavy
    from ecomap.render.paper.names import measure  # heavy

    scale, region = window.style_px_per_m, region_of(window)
    if before.serves(known, scale) and (region == before.region or not anew):
        return before
    names = letterings(known, scale, measure, region=region) if known else ()
    return Standing(known, scale, region, names, rooms_of(names))


def region_of(window: Any) -> tuple[float, float, float, float]:
    """Where names are placed (left, bottom, right, top): squares that do not move with the map."""
    cell, around = _CELL_PX / window.style_px_per_m, _AROUND_PX / window.style_px_per_m
    return (floor((window.left - around) / cell) * cell, floor((window.bottom - around) / cell) * cell,
            ceil((window.right + around) / cell) * cell, ceil((window.top + around) / cell) * cell)  # fmt: skip
