"""In which of several places an area lies: the one that has the largest share of it, else the nearest."""

from __future__ import annotations

from typing import Any, Final

import numpy as np
import shapely
from attrs import field, frozen

LEAST_SHARE: Final = 0.2     # of an area that a place must have, so that it is said to lie there
CLEARLY: Final = 0.001       # of an area by which the largest share must lead the next, otherwise it is a tie
NEAR_M: Final = 20_000.0


@frozen
class Placed:
    """For every area the position of its place.

    Parameters
    ----------
    place : array of int
        -1 where there is none.
    near : array of bool
        Whether the area does not lie in the place but near it.
    tied : array of bool
        Whether two places have as much of it; it has none then, unless one of another rank holds it.
    """

    place: Any = field(eq=False, repr=False)
    near: Any = field(eq=False, repr=False)
    tied: Any = field(eq=False, repr=False)


def placed_in(areas: Any, finer: Any, coarser: Any) -> Placed:
    """The place of every area: the finer one with the largest share of it, else the coarser one, else the nearest coarser one.

    Parameters
    ----------
    areas : array of polygons
        In metres.
    finer, coarser : array of shapes
        Neighbourhoods and cities; those that are no areas hold nothing, but may be near. Positions count on from the finer to
        the coarser ones.

    Examples
    --------
    >>> from shapely import box
    >>> placed_in([box(0, 0, 1, 1), box(3, 0, 4, 1), box(0, 0, 2, 1)], [box(0, 0, 1, 1), box(1, 0, 2, 1)], [box(0, 0, 2, 1)]).place.tolist()
    [0, 2, 2]
    """
    areas = np.asarray(areas, dtype=object)
    finer, coarser = np.asarray(finer, dtype=object), np.asarray(coarser, dtype=object)
    first, tied = _largest(areas, finer)
    second, _ = _largest(areas, coarser)
    place = np.where(first >= 0, first, np.where(second >= 0, second + len(finer), -1))
    lost = (place < 0) & ~tied & ~shapely.is_missing(areas) & ~shapely.is_empty(areas)
    near = np.zeros(len(areas), dtype=bool)
    there = np.flatnonzero(~shapely.is_missing(coarser) & ~shapely.is_empty(coarser))
    if lost.any() and len(there):
        (asked, found), _ = shapely.STRtree(coarser[there]).query_nearest(areas[lost], max_distance=NEAR_M, all_matches=False, return_distance=True)
        rows = np.flatnonzero(lost)[asked]
        place[rows], near[rows] = there[found] + len(finer), True
    return Placed(place, near, tied & (place < 0))


def _largest(areas: Any, places: Any) -> tuple[Any, Any]:
    """The place with the largest share of each area, -1 where none has enough; and where two have as much."""
    best, tied = np.full(len(areas), -1), np.zeros(len(areas), dtype=bool)
    whole = np.flatnonzero(shapely.get_dimensions(places) == 2) if len(places) else np.array([], dtype=int)
    if not len(whole) or not len(areas):
        return best, tied
    area, place = shapely.STRtree(places[whole]).query(areas, predicate="intersects")
    size = shapely.area(areas)
    with np.errstate(divide="ignore", invalid="ignore"):
        share = shapely.area(shapely.intersection(areas[area], places[whole][place])) / size[area]
    order = np.lexsort((place, -share, area))
    area, place, share = area[order], place[order], share[order]
    first = np.r_[True, area[1:] != area[:-1]] if len(area) else np.array([], dtype=bool)
    lead = np.where(np.r_[first[1:], True], share, share - np.r_[share[1:], 0.0]) if len(area) else share
    enough = first & (share >= LEAST_SHARE)
    clear = enough & (lead >= CLEARLY)
    best[area[clear]] = whole[place[clear]]
    tied[area[enough & ~clear]] = True
    return best, tied
