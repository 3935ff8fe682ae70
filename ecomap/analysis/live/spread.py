"""People spread over the ground in small pieces: squares, cut where the border of an area runs through them."""

from __future__ import annotations

from typing import Any
from weakref import ref

import numpy as np
import shapely
from attrs import field, frozen

from ecomap.analysis.ground.cells import MOST_POINTS, SPACING_M
from ecomap.analysis.ground.overlay import metres_per_unit
from ecomap.model.progress import Progress
from ecomap.model.said import say

LEAST_M, _ENOUGH = 20.0, 150_000
_NOTHING = 1e-9   # of a square: less ground than this is the rounding of coordinates
_AT_ONCE = 5_000  # squares cut between two looks whether to stop
_latest: list[tuple[Any, float, Spread]] = []  # of which areas and spacing: several questions are asked of the same ground


@frozen
class Spread:
    """The ground of areas in pieces, each small enough to be as far from a place as its middle is.

    Parameters
    ----------
    area : ndarray of int
        Row of the area every piece belongs to.
    xy : ndarray, shape (n, 2)
        The middle of its ground, metres.
    share : ndarray
        The part of its area it is, 0-1; over an area these add up to 1.
    half_m : ndarray
        Half the side of a square of its size, metres: how far its ground reaches around its middle.
    areas : int
        How many areas there are, with or without pieces.
    side_m : float
        Side of a whole square.
    """

    area: np.ndarray = field(eq=False, repr=False)
    xy: np.ndarray = field(eq=False, repr=False)
    share: np.ndarray = field(eq=False, repr=False)
    half_m: np.ndarray = field(eq=False, repr=False)
    areas: int
    side_m: float

    def __len__(self) -> int:
        return len(self.area)

    @property
    def middles(self) -> np.ndarray:
        """The middle of the whole square that each piece is cut from, metres."""
        return np.asarray((np.floor(self.xy / self.side_m) + 0.5) * self.side_m)


def spread_of(areas: Any, progress: Progress, *, spacing_m: float = 0.0) -> Spread:
    """The pieces of a frame of areas in a projected CRS; those of the frame asked for last are kept.

    ``spacing_m``: 0 lets the ground decide, see `spacing_for`.
    """
    unit = metres_per_unit(areas.crs)
    if _latest and _latest[0][0]() is areas and _latest[0][1] == spacing_m:
        return _latest[0][2]
    found = spread(np.asarray(areas.geometry), unit=unit, spacing_m=spacing_m or spacing_for(areas, unit), progress=progress)
    _latest[:] = [(ref(areas), spacing_m, found)]
    return found


def spacing_for(areas: Any, unit: float) -> float:
    """The side of a square, metres: 80 m, less where there is little ground, never under 20 m."""
    return float(np.clip(np.sqrt(float(np.nansum(areas.geometry.area)) / _ENOUGH) * unit, LEAST_M, SPACING_M))


def spread(
    ground: np.ndarray, *, unit: float = 1.0, spacing_m: float = SPACING_M, most: int = MOST_POINTS, progress: Progress | None = None
) -> Spread:
    """Divide the ground of areas into squares; a square that a border runs through is cut along it.

    So a piece lies in one area, and the pieces of an area are its ground, to the last square metre.

    Parameters
    ----------
    ground : ndarray of polygons
        None or empty: no piece.
    unit : float
        Metres per unit of the ground's coordinates.
    spacing_m : float
        Side of a square; widened where there would be more than ``most``.

    Examples
    --------
    >>> made = spread(np.array([shapely.box(0, 0, 100, 40)]), spacing_m=80.0)
    >>> made.share.round(2).tolist(), made.xy.tolist()
    ([0.8, 0.2], [[40.0, 20.0], [90.0, 20.0]])
    """
    progress = progress or Progress()
    rows = np.flatnonzero(~(shapely.is_missing(ground) | shapely.is_empty(ground)))
    shapes = np.asarray(ground[rows], dtype=object)
    if not len(rows):
        return Spread(np.zeros(0, dtype=int), np.zeros((0, 2)), np.zeros(0), np.zeros(0), len(ground), spacing_m)
    side = max(spacing_m / unit, float(np.sqrt(shapely.area(shapes).sum() / most)))
    whole, cut = _squares(shapes, side, progress.part(0.0, 0.5))
    size, middle = _cut(shapes, *cut, side, progress.part(0.5, 1.0))
    some = size > _NOTHING * side**2
    area = np.concatenate([whole[0], cut[0][some]])
    xy = np.concatenate([whole[1], middle[some]])
    ground_m2 = np.concatenate([np.full(len(whole[0]), side**2), size[some]])
    every = np.bincount(area, ground_m2, len(rows))
    return Spread(rows[area], xy * unit, ground_m2 / every[area], np.sqrt(ground_m2) / 2 * unit, len(ground), side * unit)


def _squares(shapes: np.ndarray, side: float, progress: Progress) -> tuple[tuple[np.ndarray, np.ndarray], tuple[np.ndarray, np.ndarray]]:
    """Areas and middles of the squares wholly inside one, and of those that the border of one may run through."""
    left, bottom, right, top = np.floor(np.array(shapely.total_bounds(shapes)) / side)
    # The lattice hangs on the coordinate system, not on the data: another area more moves no piece.
    middles = np.stack(np.meshgrid((np.arange(left, right + 1) + 0.5) * side, (np.arange(bottom, top + 1) + 0.5) * side),
                       axis=-1).reshape(-1, 2)
    tree = shapely.STRtree(shapely.points(middles))
    progress.at(0.2, say("Dividing the ground"))
    rim_area, rim = tree.query(shapely.boundary(shapes), predicate="dwithin", distance=side * np.sqrt(0.5))
    progress.at(0.6, say("Dividing the ground"))
    area, square = tree.query(shapes, predicate="intersects")
    progress.at(1.0, say("Dividing the ground"))
    inner = ~np.isin(area * len(middles) + square, rim_area * len(middles) + rim)
    return (area[inner], middles[square[inner]]), (rim_area, middles[rim])


def _cut(shapes: np.ndarray, area: np.ndarray, middle: np.ndarray, side: float, progress: Progress) -> tuple[np.ndarray, np.ndarray]:
    """How much of each square lies in its area, and the middle of that; 0 where nothing does."""
    low, high = middle - side / 2, middle + side / 2
    parts = np.empty(len(area), dtype=object)
    for start in range(0, len(area), _AT_ONCE):
        progress.at(start / len(area), say("Dividing the ground"))
        for n in range(start, min(start + _AT_ONCE, len(area))):
            parts[n] = shapely.clip_by_rect(shapes[area[n]], low[n, 0], low[n, 1], high[n, 0], high[n, 1])
    size, centre = shapely.area(parts), middle.copy()
    there = size > 0
    centre[there] = shapely.get_coordinates(shapely.centroid(parts[there]))
    return size, centre
