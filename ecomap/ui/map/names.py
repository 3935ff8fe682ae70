"""The names on screen: placed once for a scale, so that they stay where they are while the map is moved."""

from __future__ import annotations

from math import ceil, floor
from typing import Any

from ecomap.ui.map.scene import Scene

_FEW = 3_000       # so many names are placed all at once, whatever part of the map is seen
_CELL_PX = 2048.0  # beyond that, those of the squares of the ground that the picture touches, with one more around


class StandingNames:
    """The names placed last, and what they were placed for."""

    def __init__(self) -> None:
        self._asked: Any = None
        self._standing: tuple[Any, ...] = ()

    def of(self, scene: Scene) -> tuple[Any, ...]:
        """The names of a scene, placed anew only for another scale or other names."""
        from ecomap.render.canvas.names import letterings  # heavy
        from ecomap.render.paper.names import measure  # heavy

        scale = scene.window.style_px_per_m
        asked = (scale, _region(scene), *map(id, scene.names))
        if asked != self._asked:
            self._standing = letterings(scene.names, scale, measure, region=asked[1])
            self._asked, self._held = asked, scene.names  # held, so that an id stays theirs
        return self._standing


def _region(scene: Scene) -> tuple[float, float, float, float] | None:
    """Where names are placed (left, bottom, right, top): everywhere, or in squares that do not move with the map."""
    if sum(len(known.spots) + len(known.roads) for known in scene.names) <= _FEW:
        return None
    window, cell = scene.window, _CELL_PX / scene.window.style_px_per_m
    return ((floor(window.left / cell) - 1) * cell, (floor(window.bottom / cell) - 1) * cell,
            (ceil(window.right / cell) + 1) * cell, (ceil(window.top / cell) + 1) * cell)  # fmt: skip
