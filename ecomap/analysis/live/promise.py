"""What a live figure promises: how far it may be from the exact one, and how it is rounded for that."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Final

from attrs import evolve

from ecomap.model.figures import figure_digits
from ecomap.model.result import KeyFigure

SHARE_OF_ALL: Final = 0.0003   # of all who are counted: pieces of 80 m against exact ground
SHARE: Final = 0.001           # of a share: a unit of its last shown digit


def digits_for(tolerance: float) -> int:
    """Where a number ends that is known within so much: two such numbers differ by a unit of their last digit at most.

    >>> digits_for(300.0), digits_for(30.0), digits_for(0.2)
    (-3, -2, 0)
    """
    return min(-math.ceil(math.log10(tolerance)), 0) if tolerance > 0 else 0


def promised(figures: Sequence[KeyFigure], everybody: float, exact: Sequence[str] = ()) -> tuple[KeyFigure, ...]:
    """Figures rounded to what they can promise; never finer than their margins let them be.

    Parameters
    ----------
    everybody : float
        All who are counted.
    exact : sequence of str
        Names of figures that are the exact ones: counts of places, of all people.
    """
    coarse = digits_for(SHARE_OF_ALL * everybody)
    return tuple(one if one.name in exact else evolve(one, digits=_digits(one, coarse)) for one in figures)


def _digits(figure: KeyFigure, coarse: int) -> int | None:
    known = figure_digits(figure)
    if figure.unit != "count" or figure.value is None:
        return known
    return coarse if known is None else min(known, coarse)
