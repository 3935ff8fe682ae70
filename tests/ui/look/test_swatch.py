"""A sample of lines is a stroke, a sample of areas an outline."""

from __future__ import annotations

from PySide6.QtCore import QRectF
from PySide6.QtGui import QImage, QPainter

from ecomap.render.style.symbols import Symbol
from ecomap.ui.look.swatch import STROKE, paint_swatch


def inked(symbol: Symbol) -> set[int]:
    """The rows of a 16 px picture in which the middle column is painted."""
    image = QImage(16, 16, QImage.Format.Format_ARGB32)
    image.fill(0)
    painter = QPainter(image)
    paint_swatch(painter, QRectF(0, 0, 16, 16), symbol)
    painter.end()
    return {y for y in range(16) if image.pixelColor(8, y).alpha() > 40}


def test_lines_are_a_stroke_through_the_middle() -> None:
    assert inked(Symbol(line="#8A94A0", shape=STROKE)) <= {7, 8}
    assert inked(Symbol(line="#8A94A0", shape=STROKE))
    assert not inked(Symbol(line="#8A94A0")) & {7, 8}
