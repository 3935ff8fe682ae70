"""Longitudes around the line where the day begins: counted on from 180 to 360, and shapes that lie on both sides of it."""

from __future__ import annotations

from typing import Any, Final

from ecomap.io.table.places.regions import SEA, ground
from ecomap.model.report import ReportLine
from ecomap.model.said import say

HALF: Final = 180.0
WHOLE: Final = 360.0
ROUNDED: Final = 0.01    # degrees by which a corner may lie beyond the line and mean the line
JUST_OVER_DEG: Final = 10.0
NEAR_DEG: Final = 3.0    # rows on both sides of the line and as near as this to it are neighbours


def to_east_and_west(values: Any, names: Any, *, known: bool) -> tuple[Any, list[ReportLine]]:
    """Shapes whose longitudes run from 0 to 360 with those from -180 to 180; any others as they are.

    Parameters
    ----------
    values : array of geometries
    known : bool
        Whether the file says that its numbers are degrees; else they must lie on land where they are put.
    """
    import numpy as np
    import shapely

    box = shapely.bounds(values)
    there = np.isfinite(box).all(axis=1)
    if not there.any():
        return values, []
    low, high = box[there][:, [0, 1]].min(axis=0), box[there][:, [2, 3]].max(axis=0)
    just_over = known and high[0] < HALF + JUST_OVER_DEG  # the other rows may be written the usual way
    if (low[0] < 0 and not just_over) or not HALF + ROUNDED < high[0] <= WHOLE or low[1] < -90 or high[1] > 90:
        return values, []
    middle = (box[:, 0] + box[:, 2]) / 2
    with np.errstate(invalid="ignore"):
        beyond = there & (middle > HALF)
    if not beyond.any() or not (known or (ground(middle[beyond] - WHOLE, (box[beyond, 1] + box[beyond, 3]) / 2) != SEA).mean() > 0.5):
        return values, []
    values = values.copy()
    values[beyond] = shapely.transform(values[beyond], lambda corners: corners - [WHOLE, 0])
    text = say("Longitudes that run from 0 to 360 degrees were read as east and west of Greenwich.")
    return values, [ReportLine("mended", text, int(beyond.sum()), tuple(names[beyond][:5]))]


def in_one_piece(values: Any) -> tuple[Any, Any]:
    """Shapes with corners on both sides of the line, each in one piece across it, and the mask of these."""
    import numpy as np
    import shapely

    box = shapely.bounds(values)
    with np.errstate(invalid="ignore"):
        wide = (box[:, 2] - box[:, 0] > HALF) & (box[:, 0] >= -HALF - ROUNDED) & (box[:, 2] <= HALF + ROUNDED)
    for n in np.flatnonzero(wide):
        wide[n] = _only_at_the_line(values[n])
    if wide.any():
        values = values.copy()
        values[wide] = shapely.transform(values[wide], _across)
    with np.errstate(invalid="ignore"):
        over = (np.abs(box[:, [0, 2]]) <= WHOLE).all(axis=1) & (box[:, 0] < HALF) & (box[:, 2] > HALF) & (box[:, 2] - box[:, 0] < HALF)
    return values, wide | over


def _only_at_the_line(shape: Any) -> bool:
    """Whether no corner lies in the half of the Earth around Greenwich: a shape that is as wide as it looks has some there."""
    import numpy as np
    import shapely

    return bool((np.abs(shapely.get_coordinates(shape)[:, 0]) > HALF / 2).all())


def _across(corners: Any) -> Any:
    import numpy as np

    moved = corners.copy()
    moved[:, 0] = np.where(corners[:, 0] < 0, corners[:, 0] + WHOLE, corners[:, 0])
    return moved
