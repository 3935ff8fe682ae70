"""What a description may say: numbers of a style, of columns and of the view within bounds, colours that are colours.

What is out of bounds is drawn and written as usual instead, and its place is told.
"""

from __future__ import annotations

import json
import math
import re
from collections.abc import Callable, Iterable
from functools import cache
from typing import Any, Final

from attrs import evolve

from ecomap.model.assets import resources_dir
from ecomap.model.layer import LINE, MIXED, NO_GEOMETRY, POINT, POLYGON, Column, Layer
from ecomap.model.project import View
from ecomap.model.result import Output
from ecomap.model.style import CATEGORISED, GRADUATED, LINE_LOOKS, SINGLE, LayerStyle

GEOMETRIES: Final = (POLYGON, LINE, POINT, NO_GEOMETRY, MIXED)
FARTHEST_VIEW_M: Final = 1e8
CLOSEST_PX_PER_M: Final = 1e4
FARTHEST_PX_PER_M: Final = 1e-6
MOST_DIGITS: Final = 12
MOST_CLASSES: Final = 50
MOST_SYMBOLS: Final = 2_000

_RGB: Final = re.compile(r"#[0-9A-Fa-f]{6}")
_SCHEMES: Final = ("quantiles", "equal_interval", "fisher_jenks", "fixed")
_SHAPES: Final = ("circle", "diamond", "square", "triangle", "cross", "plus", *LINE_LOOKS)
_LONGEST_GLYPH: Final = 4


def sound_style(style: LayerStyle) -> tuple[LayerStyle, list[str]]:
    """A style within bounds, and the fields that were not.

    >>> sound_style(LayerStyle(line_width=math.inf, classes=7))[1]
    ['line_width']
    """
    wrong = [name for name, sound in _STYLE.items() if not sound(getattr(style, name))]
    if style.scheme == "fixed" and (not style.breaks or "breaks" in wrong):
        wrong.append("scheme")
    usual = LayerStyle()
    return evolve(style, **{name: getattr(usual, name) for name in wrong}) if wrong else style, list(dict.fromkeys(wrong))


def sound_columns(columns: Iterable[Column]) -> tuple[tuple[Column, ...], list[str]]:
    """Columns whose digits can be written, and the names of those whose could not."""
    given = tuple(columns)
    wrong = [column.name for column in given if not 0 <= column.digits <= MOST_DIGITS]
    return tuple(column if column.name not in wrong else evolve(column, digits=0) for column in given), wrong


def sound_view(view: View) -> tuple[View, list[str]]:
    """A view of somewhere on the earth, and what of it was none."""
    wrong = [name for name in ("x", "y") if not abs(getattr(view, name)) <= FARTHEST_VIEW_M]
    if view.px_per_m is not None and not FARTHEST_PX_PER_M <= view.px_per_m <= CLOSEST_PX_PER_M:
        wrong.append("px_per_m")
    return View() if wrong else view, wrong


def sound_layer(layer: Layer) -> tuple[Layer, list[str]]:
    """A layer whose description is within bounds, and the places of what was not."""
    style, wrong = sound_style(layer.style)
    columns, digits = sound_columns(layer.columns)
    told = [f"style.{name}" for name in wrong] + [f"columns.{name}.digits" for name in digits]
    view = layer.view
    if view is not None and not 0 <= view.top <= 1_000_000:
        view, told = evolve(view, top=0), [*told, "view.top"]
    stated = tuple(one for one in layer.known_of if one.believable)
    told += [f"known_of[{number}]" for number, one in enumerate(layer.known_of) if not one.believable]
    return evolve(layer, style=style, columns=columns, view=view, known_of=stated) if told else layer, told


def sound_output(output: Output) -> tuple[Output, list[str]]:
    """The table of an answer whose description is within bounds, and the places of what was not."""
    style, wrong = sound_style(output.style) if output.style is not None else (None, [])
    columns, digits = sound_columns(output.columns)
    told = [f"{output.name}.style.{name}" for name in wrong] + [f"{output.name}.columns.{name}.digits" for name in digits]
    return evolve(output, style=style, columns=columns) if told else output, told


@cache
def _tokens() -> frozenset[str]:
    found = json.loads((resources_dir() / "palettes" / "tokens.json").read_text(encoding="utf-8"))
    return frozenset(found["colours"])


@cache
def _ramps() -> frozenset[str]:
    """Ramps that ship with EcoMap."""
    found = (json.loads(path.read_text(encoding="utf-8")) | {"file": path.stem} for path in (resources_dir() / "palettes").glob("*.json"))
    return frozenset(one["file"] for one in found if one["kind"] == "sequential")


def _within(low: float, high: float) -> Callable[[Any], bool]:
    return lambda value: low <= value <= high


def _one_of(*known: Any) -> Callable[[Any], bool]:
    return lambda value: value in known


def _is_colour(value: str) -> bool:
    return not value or bool(_RGB.fullmatch(value)) or value in _tokens()


def _are_breaks(breaks: tuple[float, ...]) -> bool:
    return len(breaks) <= MOST_CLASSES and all(map(math.isfinite, breaks)) and list(breaks) == sorted(breaks)


def _are_symbols(symbols: tuple[tuple[str, str, str], ...]) -> bool:
    return len(symbols) <= MOST_SYMBOLS and all(_is_colour(colour) and (not shape or shape in _SHAPES) for _, colour, shape in symbols)


_STYLE: Final[dict[str, Callable[[Any], bool]]] = {
    "kind": _one_of(SINGLE, GRADUATED, CATEGORISED),
    "palette": lambda name: name in _ramps(),
    "scheme": _one_of(*_SCHEMES),
    "classes": _within(1, MOST_CLASSES),
    "breaks": _are_breaks,
    "class_labels": lambda labels: len(labels) <= MOST_CLASSES,
    "fill": _is_colour,
    "fill_opacity": _within(0, 1),
    "pattern": _one_of("", "lines"),
    "least_is_darkest": _one_of(False, True),
    "line": _is_colour,
    "line_width": _within(0, 50),
    "shape": _one_of(*_SHAPES),
    "size": _within(0.5, 200),
    "glyph": lambda glyph: len(glyph) <= _LONGEST_GLYPH,
    "symbols": _are_symbols,
    "min_scale_px_per_m": _within(0, CLOSEST_PX_PER_M),
}
