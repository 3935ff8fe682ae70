"""A style resolved once: class index per row, symbols and legend, the same for canvas, HTML and PDF."""

from __future__ import annotations

from typing import Any

import numpy as np
from attrs import field, frozen

from ecomap.model.layer import Layer


@frozen
class Symbol:
    """How one class of a layer is drawn. Colours are ``#RRGGBB``; "" means not drawn."""

    fill: str = ""
    fill_opacity: float = 1.0
    line: str = ""
    line_width: float = 1.0
    dash: bool = False
    hatch: bool = False          # no data
    shape: str = ""              # points: circle diamond square triangle cross plus
    size: float = 8.0
    glyph: str = ""


@frozen
class LegendRow:
    """One row of the legend: a symbol, what it says, and how many rows of the layer it stands for."""

    label: str
    symbol: Symbol
    count: int
    class_index: int             # -1: no data


@frozen
class Drawing:
    """A layer ready to be drawn: ``symbols[class_index[i]]`` is row i's symbol, ``no_data`` where it is -1."""

    layer: Layer
    class_index: Any = field(eq=False, repr=False)  # int16 array, one per row of the frame
    symbols: tuple[Symbol, ...] = ()
    no_data: Symbol = Symbol(hatch=True)
    legend: tuple[LegendRow, ...] = ()
    legend_title: str = ""
    breaks: tuple[float, ...] = ()

    def symbol_of(self, row: int) -> Symbol:
        index = int(np.asarray(self.class_index)[row])
        return self.no_data if index < 0 else self.symbols[index]
