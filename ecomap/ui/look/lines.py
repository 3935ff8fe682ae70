"""Words broken into as many lines as their room needs: text is never cut, its box grows."""

from __future__ import annotations

from functools import lru_cache
from math import ceil

from PySide6.QtGui import QFont, QFontMetricsF, QTextLayout, QTextOption


def in_lines(text: str, font: QFont, width: float) -> tuple[str, ...]:
    """Words in lines no wider than so many pixels, broken between words; a word that is wider by itself is broken too."""
    return _lines(text, font.key(), max(ceil(width), 1)) if text else ("",)


@lru_cache(maxsize=4096)
def _lines(text: str, font_key: str, width: int) -> tuple[str, ...]:
    font = QFont()
    font.fromString(font_key)
    found: list[str] = []
    for part in text.split("\n"):
        layout = QTextLayout(part, font)
        option = QTextOption()
        option.setWrapMode(QTextOption.WrapMode.WrapAtWordBoundaryOrAnywhere)
        layout.setTextOption(option)
        layout.beginLayout()
        while (line := layout.createLine()).isValid():
            line.setLineWidth(width)
            found.append(part[line.textStart() : line.textStart() + line.textLength()].rstrip(" "))
        layout.endLayout()
    return tuple(found) or ("",)


def widest_word(text: str, font: QFont) -> int:
    """Pixels that the longest word takes: text is not broken within words before its box is narrower."""
    metrics = QFontMetricsF(font)
    return max((ceil(metrics.horizontalAdvance(word)) for word in text.split()), default=0)


def in_halves(text: str, longest: int) -> str:
    """A name of more letters than that on two lines, broken where these are most alike."""
    words = text.split()
    if len(text) <= longest or len(words) < 2:
        return text
    cuts = [" ".join(words[:n]) for n in range(1, len(words))]
    first = min(cuts, key=lambda part: abs(2 * len(part) + 1 - len(text)))
    return f"{first}\n{text[len(first) + 1 :]}"
