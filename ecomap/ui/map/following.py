"""The ground out of reach on the map, while a distance is dragged: how far every pixel is, once; which are beyond, at every move."""

from __future__ import annotations

from typing import TYPE_CHECKING

from attrs import field, frozen
from PySide6.QtGui import QImage

from ecomap.workspace import live

if TYPE_CHECKING:
    import numpy as np

    from ecomap.render.canvas.idbuffer import Window
    from ecomap.ui.map.canvas import MapCanvas

@frozen(eq=False)
class Shade:
    """Pixels over a window of the map: 0xAARRGGBB, the colours multiplied with their opacity."""

    window: Window
    pixels: np.ndarray = field(repr=False)

    def image(self) -> QImage:
        """The same for a painter."""
        wide, high = self.window.width, self.window.height
        return QImage(self.pixels.data, wide, high, wide * 4, QImage.Format.Format_ARGB32_Premultiplied).copy()


def window_in_pixels(canvas: MapCanvas) -> Window:
    """The part of the plane that a map shows, in pixels of the screen, on the grid of its pictures."""
    from ecomap.render.canvas.idbuffer import Window  # heavy

    view, ratio = canvas.view(), canvas.devicePixelRatioF()
    wide, high = round(canvas.width() * ratio), round(canvas.height() * ratio)
    return Window.around(view.x, view.y, (view.px_per_m or 1.0) * ratio, wide, high, ratio).on_grid()


@frozen(eq=False)
class Picture:
    """How far every pixel of a window is from the nearest site; -inf where nobody is counted."""

    window: Window
    away: np.ndarray = field(repr=False)
    pattern: np.ndarray = field(repr=False)  # how every pixel would look

    def shade(self, reach: float) -> Shade:
        """The pixels that lie further away."""
        import numpy as np

        return Shade(self.window, np.where(self.away > reach, self.pattern, np.uint32(0)).reshape(self.window.height, self.window.width))


def picture_of(ready: live.Ready, window: Window | None) -> Picture | None:
    """The picture of a question that is one of ground in and out of reach; None for any other, or without a map."""
    if window is None or window.width < 2 or not live.is_of_ground(ready):
        return None
    import numpy as np

    from ecomap.render.canvas.idbuffer import fill, visible_edges  # heavy
    from ecomap.render.canvas.levels import shapes_of

    shapes = shapes_of(live.areas_of(ready))
    area = fill(shapes, visible_edges(shapes, window), window).pixels().reshape(-1)
    row, column = np.divmod(np.arange(len(area), dtype=np.int32), np.int32(window.width))
    x, y = window.left + (column + 0.5) / window.px_per_m, window.top - (row + 0.5) / window.px_per_m
    away = live.gap_field(ready, area, x, y)
    return None if away is None else Picture(window, away, _pattern(window, row, column))


def _pattern(window: Window, row: np.ndarray, column: np.ndarray) -> np.ndarray:
    """Every pixel of a window as ground that nothing reaches looks."""
    import numpy as np

    from ecomap.render.style import pattern  # heavy
    from ecomap.render.style.palette import rgb
    from ecomap.workspace.result_layers import GAP_COLOUR, GAP_OPACITY

    period = round(pattern.PITCH_PX * window.ratio)
    at = pattern.place(row, column, window.left * window.px_per_m, window.top * window.px_per_m, period)
    return np.asarray(pattern.laid(period, window.ratio, rgb(GAP_COLOUR), GAP_OPACITY)[at])
