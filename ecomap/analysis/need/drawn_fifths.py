"""The need fifths of areas drawn again within the errors of their indicators."""

from __future__ import annotations

from typing import Any
from weakref import ref

import numpy as np

from ecomap.analysis.need.recipe import Recipe
from ecomap.analysis.need.scoring import allocation_range, need_draws
from ecomap.analysis.statistics.selection import fifths_of_draws
from ecomap.model.layer import Layer

DRAWS = 200  # a standard deviation within 5 %: what is shown of a share
_latest: list[tuple[Any, tuple[Any, ...], np.ndarray]] = []  # of which areas and indicators: one question asks several times


def drawn_fifths(areas: Any, layer: Layer) -> np.ndarray | None:
    """Fifths of the default need index (all indicators, percentile ranks, equal weights); None where no indicator has an error.

    Returns
    -------
    ndarray of int, shape (draws, areas)
        1 to 5; 0 for an area without a score. The same areas give the same fifths.
    """
    errors = [item for item in layer.indicators
              if (item.moe_column and item.moe_column in areas and areas[item.moe_column].notna().any())
              or allocation_range(areas, item) is not None]
    if not errors:
        return None
    if _latest and _latest[0][0]() is areas and _latest[0][1] == layer.indicators:
        return _latest[0][2]
    found = fifths_of_draws(need_draws(areas, Recipe(layer.indicators), draws=DRAWS))
    _latest[:] = [(ref(areas), layer.indicators, found)]
    return found
