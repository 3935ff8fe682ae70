"""People spread over ground, as points close enough to each other to plan with."""

from __future__ import annotations

import numpy as np
import shapely
from attrs import field, frozen

SPACING_M = 80.0
PARTS_OF_REACH = 16
MOST_POINTS = 300_000


@frozen
class Cells:
    """Points on a square lattice that stand for the ground around them.

    Parameters
    ----------
    area : ndarray of int
        Row of the area every point lies in, rising.
    xy : ndarray, shape (n, 2)
        Coordinates, in the units of the ground.
    share : ndarray
        The part of its area that a point stands for; over an area these add up to the share of its ground given.
    spacing : float
        Distance between neighbours, in the units of the ground.
    """

    area: np.ndarray = field(eq=False, repr=False)
    xy: np.ndarray = field(eq=False, repr=False)
    share: np.ndarray = field(eq=False, repr=False)
    spacing: float

    def __len__(self) -> int:
        return len(self.area)


def spacing_m(reach_m: float) -> float:
    """How far apart points should be for circles of a radius: 80 m, or a sixteenth of the radius if that is less.

    >>> spacing_m(2000), spacing_m(400)
    (80.0, 25.0)
    """
    return min(SPACING_M, reach_m / PARTS_OF_REACH)


def cells(ground: np.ndarray, share: np.ndarray, *, spacing: float, most: int = MOST_POINTS) -> Cells:
    """Lattice points on the ground of every area; an area that none falls on gets one inside point.

    Parameters
    ----------
    ground : ndarray of polygons
        The part of each area that matters; None or empty: no point.
    share : ndarray
        How much of each area that ground is, 0-1.
    spacing : float
        Distance between neighbours in units of the ground; widened where there would be more than ``most`` points.
    """
    rows = np.flatnonzero(~(shapely.is_missing(ground) | shapely.is_empty(ground)) & (share > 0))
    shapes = ground[rows]
    if not len(rows):
        return Cells(np.zeros(0, dtype=int), np.zeros((0, 2)), np.zeros(0), spacing)
    spacing = max(spacing, float(np.sqrt(shapely.area(shapes).sum() / most)))
    left, bottom, right, top = shapely.total_bounds(shapes)
    # The lattice hangs on the coordinate system, not on the data: another area more moves no point.
    x = (np.arange(np.floor(left / spacing), np.ceil(right / spacing)) + 0.5) * spacing
    y = (np.arange(np.floor(bottom / spacing), np.ceil(top / spacing)) + 0.5) * spacing
    lattice = np.stack(np.meshgrid(x, y), axis=-1).reshape(-1, 2)
    shapely.prepare(shapes)
    at, point = shapely.STRtree(shapely.points(lattice)).query(shapes, predicate="intersects")
    empty = np.flatnonzero(np.bincount(at, minlength=len(rows)) == 0)
    inside = shapely.get_coordinates(shapely.point_on_surface(shapes[empty]))
    at, xy = np.concatenate([at, empty]), np.concatenate([lattice[point], inside])
    order = np.lexsort((xy[:, 0], xy[:, 1], at))
    at, xy = at[order], xy[order]
    return Cells(rows[at], xy, share[rows][at] / np.bincount(at, minlength=len(rows))[at], spacing)
