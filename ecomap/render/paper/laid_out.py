"""Where a map and the parts of its legend stand in a figure: the map as large as its ground lets it be, nothing of the legend cut."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import cache

from attrs import evolve, frozen
from PySide6.QtCore import QRectF

from ecomap.render.paper.legend import INSET, MapLegend, legend_height

PX_PER_MM = 96 / 25.4   # of SVG
GAP = 4.0 * PX_PER_MM
_BESIDE = (62.0 * PX_PER_MM, 43.0 * PX_PER_MM)    # a column of the legend, where one stands right of the map, where two do
_BELOW = 3                                        # columns below the map, for what has no room beside it
_SHARES = (1.05, 1.0, 0.95, 0.9, 0.85, 0.8, 0.75, 0.7)  # of the wanted height that the map may have
_MOST = 1.12                                      # of the wanted height, for all together
_HIGHEST = 220.0 * PX_PER_MM                      # where a legend is as long as a list


@frozen
class LaidOut:
    """The frame of the map, the parts of the legend in their boxes, and how high all of it is."""

    frame: QRectF
    legends: tuple[tuple[QRectF, MapLegend], ...]
    height: float


def laid_out(legend: MapLegend, ground: tuple[float, float], width: float, wanted: float) -> LaidOut:
    """The layout that shows the ground largest on about so much paper.

    Parameters
    ----------
    ground : tuple of float
        How wide and high what the map shows is, in any unit.
    width, wanted : float
        Of the figure, in pixels; it may be an eighth higher, and higher still only where the legend is that long.
    """
    made = list(_layouts(legend, width, wanted))
    within = [one for one in made if one.height <= wanted * _MOST] or [min(made, key=lambda one: one.height)]
    return max(within, key=lambda one: (min(one.frame.width() / ground[0], one.frame.height() / ground[1]), -one.height))


def box_for(legend_box: QRectF) -> QRectF:
    """The box to draw a legend into so that its words begin at the edge of another."""
    return legend_box.adjusted(-INSET, -INSET, INSET, INSET)


def _layouts(legend: MapLegend, width: float, wanted: float) -> Iterator[LaidOut]:
    ids = [block.layer_id for block in legend.blocks()]

    @cache
    def high_of(layer_id: str, wide: float) -> float:
        return legend_height(evolve(legend, only=frozenset([layer_id])), wide + 2 * INSET) - 2 * INSET

    for beside in range(len(_BESIDE) + 1):
        wide = _BESIDE[beside - 1] if beside else 0.0
        for share in _SHARES:
            high = wanted * share
            frame = QRectF(0, 0, width - beside * (wide + GAP), high)
            heights = {one: high_of(one, wide) for one in ids} if beside else {}
            columns, rest = _filled(ids, heights, beside, high)
            boxes = [QRectF(frame.right() + GAP + number * (wide + GAP), 0, wide, high) for number in range(beside)]
            below = (width - (_BELOW - 1) * GAP) / _BELOW
            under, deep = _spread(rest, {one: high_of(one, below) for one in rest})
            deep = min(deep, _HIGHEST - high - GAP)
            boxes += [QRectF(number * (below + GAP), high + GAP, below, deep) for number in range(_BELOW)]
            legends = tuple((box, evolve(legend, only=frozenset(column))) for box, column in zip(boxes, [*columns, *under]) if column)
            yield LaidOut(frame, legends, high + (GAP + deep if rest else 0.0))


def _filled(ids: Sequence[str], heights: dict[str, float], columns: int, high: float) -> tuple[list[list[str]], list[str]]:
    """Blocks in columns of a height, the first ones first, and those that have no room there."""
    made: list[list[str]] = [[] for _ in range(columns)]
    rest: list[str] = []
    for one in ids:
        room = next((column for column in made if sum(heights[other] for other in column) + heights[one] <= high), None)
        (rest if room is None else room).append(one)
    return made, rest


def _spread(ids: Sequence[str], heights: dict[str, float]) -> tuple[list[list[str]], float]:
    """Blocks in columns below the map, each in the shortest, and how deep the deepest is."""
    made: list[list[str]] = [[] for _ in range(_BELOW)]
    deep = [0.0] * _BELOW
    for one in ids:
        shortest = deep.index(min(deep))
        made[shortest].append(one)
        deep[shortest] += heights[one]
    return made, max(deep)
