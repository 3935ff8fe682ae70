"""The legend of a map: one block per layer, in the order of the layers, nothing said twice."""

from __future__ import annotations

from collections.abc import Iterable

from attrs import frozen

from ecomap.model.said import NOTHING, Said
from ecomap.render.style.drawing import Drawing, LegendRow


@frozen
class LegendBlock:
    """One layer in the legend. A layer with one symbol is one row that carries the layer's name and no title.

    ``answer``: whose name the title begins with, and ``rest`` the title without it, for where that name stands above already.
    """

    layer_id: str
    title: Said
    rows: tuple[LegendRow, ...]
    answer: Said = NOTHING
    rest: Said = NOTHING


def legend_blocks(drawings: Iterable[Drawing]) -> tuple[LegendBlock, ...]:
    """The legend of drawings given top of the map first; classes that no row falls into are left out for categories.

    Where more than one answer is on the map, each block says of which it is.
    """
    blocks, drawings = [], tuple(drawings)
    several = len({drawing.layer.result_id for drawing in drawings if drawing.layer.result_id}) > 1
    for drawing in drawings:
        rows = tuple(row for row in drawing.legend if row.count or drawing.breaks)
        if not rows:
            continue
        alone = len(rows) == 1 and rows[0].label.startswith(drawing.layer.short)
        title = rest = NOTHING if alone else drawing.legend_title
        answer = drawing.layer.answer if several and drawing.layer.result_id else NOTHING
        if answer:
            title = answer if alone else drawing.layer.name
        blocks.append(LegendBlock(drawing.layer.id, title, rows, answer, rest))
    return tuple(blocks)
