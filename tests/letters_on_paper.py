"""How large the type of a PDF is, read out of what the file draws: letters of the text and of its pictures."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pikepdf

Matrix = tuple[float, float, float, float]
_SAME: Matrix = (1.0, 0.0, 0.0, 1.0)


def sizes_pt(path: Path) -> list[float]:
    """The size of every text that is shown, in points of the page."""
    with pikepdf.open(path) as pdf:
        return [size for page in pdf.pages for size in _sizes(page.obj, page.obj.Resources, _SAME)]


def _sizes(content: Any, resources: Any, outer: Matrix) -> Iterator[float]:
    now, kept, text, size = outer, [], _SAME, 0.0
    for operands, operator in pikepdf.parse_content_stream(content):
        word = str(operator)
        if word == "q":
            kept.append(now)
        elif word == "Q":
            now = kept.pop()
        elif word == "cm":
            now = _times(_matrix(operands), now)
        elif word == "BT":
            text = _SAME
        elif word == "Tf":
            size = float(operands[1])
        elif word == "Tm":
            text = _matrix(operands)
        elif word in ("Tj", "TJ", "'", '"'):
            a, b, c, d = _times(text, now)
            yield size * abs(a * d - b * c) ** 0.5
        elif word == "Do":
            inner = resources.XObject[str(operands[0])]
            if inner.Subtype == "/Form":
                form = _matrix(inner.Matrix) if "/Matrix" in inner else _SAME
                yield from _sizes(inner, inner.get("/Resources", resources), _times(form, now))


def _matrix(numbers: Any) -> Matrix:
    a, b, c, d = (float(one) for one in list(numbers)[:4])
    return a, b, c, d


def _times(inner: Matrix, outer: Matrix) -> Matrix:
    a, b, c, d = inner
    e, f, g, h = outer
    return a * e + b * g, a * f + b * h, c * e + d * g, c * f + d * h
