"""How a key figure is written: no finer than it is known, with its margin and the range of what it rests on."""

from __future__ import annotations

import math
from collections.abc import Sequence

from ecomap.model.result import KeyFigure, Range
from ecomap.model.said import NOTHING, Said, say
from ecomap.model.units import Quantity, format_number, format_with_margin, missing

_ROUNDED = ("count", "usd", "pupils")  # units whose last digits may go; distances and scores have few
_TEN_POINTS = 0.1


def digits_known(value: float | None, error: float, unit: str) -> int | None:
    """How a number is rounded when it may be off by so much: to the second digit of the error; None: as it is.

    An error of 5,480 leaves hundreds, one of 37,000 leaves thousands. Never so far that nothing is left of the number. A share
    gets a decimal of its percents where it is known within ten points.

    Parameters
    ----------
    error : float
        Half-width, in the unit of the value.

    >>> digits_known(707337, 5480, "count"), digits_known(707337, 37002, "count"), digits_known(120, 8, "count")
    (-2, -3, None)
    >>> digits_known(0.533, 0.0156, "share"), digits_known(0.533, 0.12, "share")
    (1, None)
    """
    if unit == "share" and value is not None and 0 < error < _TEN_POINTS:
        return 1
    if unit not in _ROUNDED or value is None or missing(value) or not math.isfinite(value) or not 0 < error < math.inf:
        return None
    keep = int(f"{error:.1e}".partition("e")[2]) - 1
    largest = int(f"{abs(value):.0e}".partition("e")[2]) if value else keep
    keep = min(keep, largest)
    return -keep if keep > 0 else None


def error_of(moe: float | None, within: Range | None) -> float:
    """Margin and half the range together: how far off a figure may be; 0 where nothing is known of it."""
    half = 0.0 if within is None else (within.high - within.low) / 2
    return math.hypot(0.0 if moe is None or math.isnan(moe) else moe, half)


def figure_digits(figure: KeyFigure) -> int | None:
    """How the number of a figure is rounded.

    >>> figure_digits(KeyFigure("a", say("Children"), 707337.5, moe=5480.0, range=Range(667870.0, 741057.0, say("by ways"))))
    -3
    """
    return figure.digits if figure.digits is not None else digits_known(figure.value, error_of(figure.moe, figure.range), figure.unit)


def figure_value(figure: KeyFigure) -> float | None:
    """The number of a figure as it is written: a limit is rounded up, so that nothing counted is above it.

    >>> figure_value(KeyFigure("bound", say("At most"), 77118.3, limit=True, digits=-2)), figure_value(KeyFigure("a", say("Children"), 77118.3))
    (77200.0, 77118.3)
    """
    digits = figure_digits(figure)
    if not figure.limit or figure.value is None or digits is None or digits > 0 or not math.isfinite(figure.value):
        return figure.value
    return math.ceil(round(figure.value, 6) / 10.0**-digits) * 10.0**-digits


def figure_number(figure: KeyFigure) -> Quantity:
    """The number of a figure with its margin: ``707,000 ± 5,000``."""
    return format_with_margin(figure_value(figure), figure.moe, figure.unit, figure_digits(figure))


def range_words(figure: KeyFigure) -> Said:
    """The range beside a figure: ``668,000 to 741,000 for ways 1.2 to 1.4 times the straight line``; nothing without one.

    Nothing either where both ends read alike.

    >>> range_words(KeyFigure("a", say("Children"), 707337.5, moe=5480.0, range=Range(667870.0, 741057.0, say("by other ways"))))
    '668,000 to 741,000 by other ways'
    """
    ends = _range_ends(figure)
    return say("{low} to {high} {what}", low=ends[0], high=ends[1], what=figure.range.what) if ends and figure.range is not None else NOTHING


def range_ends(figure: KeyFigure) -> Said:
    """The two ends alone: ``668,000 to 741,000``; nothing where there is no range, or both read alike."""
    ends = _range_ends(figure)
    return say("{low} to {high}", low=ends[0], high=ends[1]) if ends else NOTHING


def _range_ends(figure: KeyFigure) -> tuple[Quantity, Quantity] | None:
    within = figure.range
    if within is None or figure.value is None:
        return None
    known = figure_digits(figure)
    ends = (within.low, within.high) if known is None or known > 0 else (round(within.low, known), round(within.high, known))  # no finer within either
    low, high = (format_number(end, figure.unit, known) for end in ends)
    return None if str(low) == str(high) else (low, high)


def range_sentence(figure: KeyFigure) -> Said:
    """The same as a sentence of its own; nothing without a range."""
    words = range_words(figure)
    if not words:
        return NOTHING
    number = format_number(figure.value, figure.unit, figure_digits(figure))
    return say("{figure}: about {number}; {range}.", figure=figure.label, number=number, range=words)


def same_number(said: Quantity, figures: Sequence[KeyFigure]) -> KeyFigure | None:
    """The figure whose number stands here, if it is one of them."""
    value, _, unit, _, part = said.parts
    if part != "whole" or value is None:
        return None
    return next((one for one in figures if one.value == value and one.unit == (unit or "count")), None)
