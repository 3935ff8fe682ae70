"""What a layer should look like: intent only. `ecomap.render.style.drawing` turns it into a picture."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from attrs import field, frozen

from ecomap.model.said import NOTHING, Said, as_said, name

SINGLE = "single"            # one symbol for every row
GRADUATED = "graduated"      # numbers in classes
CATEGORISED = "categorised"  # one symbol per value


# How categories of lines are told apart beside their colour: how thick in pixels, and whether dashed.
LINE_LOOKS: Final = {"line_1": (1.4, False), "line_2": (2.4, False), "line_3": (4.0, False), "dash_1": (1.4, True), "dash_2": (2.4, True), "dash_3": (4.0, True)}


def as_symbols(symbols: Iterable[tuple[str, str, str]]) -> tuple[tuple[Said, str, str], ...]:
    """Symbols with values that keep what was said, so that a class nothing is in is read in every language too."""
    return tuple((value if isinstance(value, Said) else name(value), colour, shape) for value, colour, shape in symbols)


@frozen
class LayerStyle:
    """How a layer is drawn.

    Colours are ``#RRGGBB`` or the name of a token in the palette. ``classes`` counts graduated classes;
    ``scheme`` is ``quantiles``, ``equal_interval``, ``fisher_jenks`` or ``fixed`` (with ``breaks``: upper bounds).
    ``symbols`` maps a category value to ``(colour, shape)``. Missing values are always hatched.
    """

    kind: str = SINGLE
    column: str = ""
    palette: str = "need"
    scheme: str = "quantiles"
    classes: int = 5
    least_is_darkest: bool = False  # graduated: the lowest number is the worst, so it has the strongest colour
    breaks: tuple[float, ...] = ()
    class_labels: tuple[Said, ...] = ()
    zero_label: Said = field(default=NOTHING, converter=as_said)  # zeros as a class of their own, called so; "" = zeros are like other numbers
    fill: str = ""               # "" = not filled
    fill_opacity: float = 1.0
    pattern: str = ""            # areas: "lines" of the fill's colour over it, for a surface that is read over another
    line: str = ""               # "" = no outline
    line_width: float = 1.0      # px
    dash: bool = False           # dashed outline: estimated or approximate
    shape: str = "circle"        # circle diamond square triangle cross plus
    size: float = 8.0            # px
    size_column: str = ""        # points: the area of a symbol follows this number; ``size`` is the largest
    glyph: str = ""              # one short sign inside the symbol
    symbols: tuple[tuple[Said, str, str], ...] = field(default=(), converter=as_symbols)  # (value, colour, shape)
    quiet: tuple[str, ...] = ()  # points: values most rows have, where nothing is found; drawn small, so that the others are seen
    label_column: str = ""
    min_scale_px_per_m: float = 0.0  # drawn only when zoomed in further than this
