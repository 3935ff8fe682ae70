"""The ground out of reach on the map, while a distance is dragged: how far every pixel is, once; which are beyond, at every move."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from attrs import field, frozen

from ecomap.workspace import live

if TYPE_CHECKING:
    import numpy as np

    from ecomap.render.canvas.idbuffer import Window

STRENGTH: Final = 0.30  # of the tint over what lies under it


@frozen(eq=False)
class Shade:
    """Pixels over a window of the map: 0xAARRGGBB, the colours multiplied with their opacity."""

    window: Window
    pixels: np.ndarray = field(repr=False)


@frozen(eq=False)
class Picture:
    """How far every pixel of a window is from the nearest site; -inf where nobody is counted."""

    window: Window
    away: np.ndarray = field(repr=False)

    def shade(self, reach: float) -> Shade:
        """The pixels that lie further away."""
        import numpy as np

        tint = _tint()
        return Shade(self.window, np.where(self.away > reach, tint, np.uint32(0)).reshape(self.window.height, self.window.width))


def picture_of(ready: live.Ready, window: Window | None) -> Picture | None:
    """The picture of a question that is one of ground in and out of reach; None for any other, or without a map."""
    if window is None or window.width < 2 or not live.is_of_ground(ready):
        return None
    import numpy as np

    from ecomap.render.canvas.idbuffer import fill, visible_edges  # heavy
    from ecomap.render.canvas.levels import shapes_of

    shapes = shapes_of(live.areas_of(ready))
    area = fill(shapes, visible_edges(shapes, window), window).pixels().reshape(-1)
    down, across = np.divmod(np.arange(len(area)), window.width)
    x, y = window.to_map(across + 0.5, down + 0.5)  # type: ignore[arg-type]
    away = live.gap_field(ready, area, np.asarray(x), np.asarray(y))
    return None if away is None else Picture(window, away)


def _tint() -> Any:
    """The colour of a gap, its strength in it."""
    import numpy as np

    from ecomap.render.style.palette import rgb  # heavy
    from ecomap.workspace.result_layers import GAP_COLOUR

    red, green, blue = (round(part * STRENGTH) for part in rgb(GAP_COLOUR))
    return np.uint32(round(255 * STRENGTH) << 24 | red << 16 | green << 8 | blue)
