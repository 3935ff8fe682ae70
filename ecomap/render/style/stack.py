"""What is painted in which order: from the bottom of the list to its top, whatever kind of layer it is."""

from __future__ import annotations

from collections.abc import Sequence

from attrs import frozen

from ecomap.model.layer import POINT
from ecomap.render.style.drawing import Drawing


@frozen
class Pass:
    """Areas and lines, then the points right above them, each bottom first."""

    areas: tuple[Drawing, ...] = ()
    points: tuple[Drawing, ...] = ()


def passes_of(drawings: Sequence[Drawing]) -> tuple[Pass, ...]:
    """The passes of drawings given top of the map first; the first one is painted first. There is always one.

    Usually all points stand above all areas, and one pass paints everything; areas above points need one more.
    """
    made: list[Pass] = [Pass()]
    for drawing in reversed(drawings):
        last = made[-1]
        if drawing.layer.geometry == POINT:
            made[-1] = Pass(last.areas, (*last.points, drawing))
        elif last.points:
            made.append(Pass((drawing,)))
        else:
            made[-1] = Pass((*last.areas, drawing))
    return tuple(made)
