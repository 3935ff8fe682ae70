"""The band of a rank as a small picture for paper: the same bar as in the window and on the page."""

from __future__ import annotations

from typing import Final

from ecomap.render.style.band import band_of, rank_place
from ecomap.render.style.typeface import FAMILY

_WIDE, _HIGH = 480.0, 36.0
_LEFT, _RIGHT = 8.0, 472.0
_LINE, _BAND, _DOT, _WORDS = "#C9D0D8", "#8F86BF", "#26323F", "#55616D"
_MARKS: Final = (1, 10, 100, 1000, 10_000)


def band_svg(rank: float, low: float, high: float, of: float) -> str:
    """A rank among so many as a dot on a bar, with the ranks it could have as a band.

    >>> band_svg(2, 1, 4, 16).count("<circle")
    1
    """
    band = band_of(rank, low, high, of)
    start, end, dot = (_LEFT + (_RIGHT - _LEFT) * share for share in (band.start, band.end, band.dot))
    marks = [mark for mark in _MARKS if mark < of * 0.6] + [round(of)]
    words = "".join(_mark(mark, of) for mark in marks)
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{_WIDE:g}" height="{_HIGH:g}" viewBox="0 0 {_WIDE:g} {_HIGH:g}">'
        f'<rect x="{_LEFT:g}" y="7" width="{_RIGHT - _LEFT:g}" height="2" fill="{_LINE}"/>'
        f'<rect x="{start:.1f}" y="4" width="{max(end - start, 3.0):.1f}" height="8" rx="3" fill="{_BAND}"/>'
        f'<circle cx="{dot:.1f}" cy="8" r="5" fill="{_DOT}" stroke="#FFFFFF" stroke-width="1.5"/>{words}</svg>'
    )


def _mark(rank: float, of: float) -> str:
    x = _LEFT + (_RIGHT - _LEFT) * rank_place(rank, of)
    anchor = "start" if x < _LEFT + 10 else "end" if x > _RIGHT - 20 else "middle"
    return f'<text x="{x:.1f}" y="29" font-family="{FAMILY}" font-size="13" fill="{_WORDS}" text-anchor="{anchor}">{rank:g}</text>'
