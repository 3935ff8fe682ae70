"""The sign of a layer of places that arrives: another than that of the layers of its kind, by shape and by lightness."""

from __future__ import annotations

from typing import Final

from attrs import evolve

from ecomap.model.layer import POINT, Layer
from ecomap.model.project import Project
from ecomap.model.style import SINGLE, LayerStyle

SHAPES: Final = ("circle", "triangle", "diamond", "square", "cross", "plus")
_LARGER: Final = 1.3    # other shapes have less ground than a circle as wide
_OTHER: Final = 0.45    # how far a colour goes to black, or one that is dark to white
_DARK: Final = 90       # of 255, on average


def told_apart(project: Project, layer: Layer) -> LayerStyle:
    """The style of a layer; where the project has places of its kind that look just so, with another shape, and every other one lighter or darker.

    >>> told_apart(Project(), Layer("s", "Schools", "school", POINT, style=LayerStyle(fill="#8A96A3"))).shape
    'circle'
    """
    style = layer.style
    others = [one.style for one in project.layers_of(layer.role) if one.geometry == POINT and not one.result_id]
    if layer.geometry != POINT or style.kind != SINGLE or not any((one.shape, one.fill) == (style.shape, style.fill) for one in others):
        return style
    shapes = (style.shape, *(shape for shape in SHAPES if shape != style.shape))
    used = {one.shape for one in others}
    number = next((number for number, shape in enumerate(shapes) if shape not in used), len(others) % len(shapes))
    return evolve(style, shape=shapes[number], fill=_other(style.fill) if number % 2 else style.fill, size=round(style.size * _LARGER, 1))


def _other(colour: str) -> str:
    """The same colour, clearly darker; a dark one clearly lighter; the name of a token as it is."""
    if not colour.startswith("#"):
        return colour
    parts = [int(colour[at:at + 2], 16) for at in (1, 3, 5)]
    end = 255 if sum(parts) < 3 * _DARK else 0
    return "#" + "".join(f"{round(part + (end - part) * _OTHER):02X}" for part in parts)
