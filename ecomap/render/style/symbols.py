"""What a symbol is, and the shapes of point symbols as plain coordinates, the same for every picture."""

from __future__ import annotations

import re
from collections.abc import Mapping
from math import sqrt

from attrs import frozen

Outline = tuple[tuple[float, float], ...]

CIRCLE = "circle"
SQUARE = "square"  # with round corners
CASING_PX = 1.4     # to either side of a line

# Within a circle of radius 1, y downwards; sizes balanced so that no shape looks bigger than another.
_D = 1.16
_T = 1.14
_P, _Q = 0.34, 0.98
OUTLINES: Mapping[str, Outline] = {
    "diamond": ((0, -_D), (_D, 0), (0, _D), (-_D, 0)),
    "triangle": ((0, -_T), (_T * sqrt(3) / 2 * 1.06, _T * 0.62), (-_T * sqrt(3) / 2 * 1.06, _T * 0.62)),
    "plus": (
        (-_P, -_Q), (_P, -_Q), (_P, -_P), (_Q, -_P), (_Q, _P), (_P, _P),
        (_P, _Q), (-_P, _Q), (-_P, _P), (-_Q, _P), (-_Q, -_P), (-_P, -_P),
    ),
}  # fmt: skip
_TURN = sqrt(0.5)
CROSS: Outline = tuple(((x - y) * _TURN, (x + y) * _TURN) for x, y in OUTLINES["plus"])

# The first of these words that a category holds gives its sign.
_GLYPHS: tuple[tuple[str, str], ...] = (
    ("mental", "m"), ("counsel", "m"), ("behavior", "m"), ("medical", "+"), ("health", "+"), ("clinic", "+"),
    ("dental", "d"), ("vision", "v"), ("food", "f"), ("meal", "f"), ("nutrition", "f"), ("housing", "h"),
    ("shelter", "h"), ("legal", "§"), ("immigra", "§"), ("academic", "a"), ("tutor", "a"), ("college", "c"),
    ("career", "c"), ("job", "c"), ("art", "r"), ("sport", "s"), ("recreation", "s"), ("park", "s"),
    ("parent", "p"), ("family", "p"), ("mentor", "e"), ("youth", "y"), ("safety", "!"),
)  # fmt: skip


@frozen
class Symbol:
    """How one class of a layer is drawn. Colours are ``#RRGGBB``; "" means not drawn."""

    fill: str = ""
    fill_opacity: float = 1.0
    line: str = ""
    line_width: float = 1.0
    dash: bool = False
    casing: str = ""             # lines: what they stand on, so that they are seen on dark fills, too
    hatch: bool = False          # no data
    pattern: str = ""            # areas: lines over the fill, see `ecomap.render.style.pattern`
    shape: str = ""              # points: circle diamond square triangle cross plus
    size: float = 8.0
    glyph: str = ""


def outline(shape: str) -> Outline | None:
    """The corners of a shape in a circle of radius 1, y downwards; None for circle and square."""
    return CROSS if shape == "cross" else OUTLINES.get(shape)


def category_glyph(category: str) -> str:
    """One short sign for a kind of service, so that colour is not the only signal; "" where none fits.

    >>> category_glyph("Mental health"), category_glyph("Medical / health"), category_glyph("Several partners")
    ('m', '+', '')
    """
    text = category.lower()
    return next((glyph for word, glyph in _GLYPHS if re.search(rf"\b{word}", text)), "")
