"""The need fifths of areas in truths that could be behind their indicators, and in surveys of them."""

from __future__ import annotations

from typing import Any
from weakref import ref

from ecomap.analysis.need.recipe import Recipe
from ecomap.analysis.need.scoring import allocation_range, margin_of
from ecomap.analysis.need.truths import need_surveys
from ecomap.analysis.statistics.error import CORRELATION
from ecomap.analysis.statistics.selection import DrawnFifths
from ecomap.model.layer import Layer

DRAWS = 200  # a margin within 5 % of itself: what is shown of a share
_latest: list[tuple[Any, tuple[Any, ...], DrawnFifths]] = []  # of which areas and settings: one question asks several times


def drawn_fifths(areas: Any, layer: Layer, correlation: float = CORRELATION) -> DrawnFifths | None:
    """Fifths of the default need index (all indicators, percentile ranks, equal weights); None where no indicator has an error.

    Parameters
    ----------
    correlation : float
        Between the sampling errors of one area's indicators, 0-1.
    """
    if all(margin_of(areas, item) is None and allocation_range(areas, item) is None for item in layer.indicators):
        return None
    asked = (layer.indicators, correlation)
    if _latest and _latest[0][0]() is areas and _latest[0][1] == asked:
        return _latest[0][2]
    found = DrawnFifths.of(need_surveys(areas, Recipe(layer.indicators), draws=DRAWS, correlation=correlation))
    _latest[:] = [(ref(areas), asked, found)]
    return found
