"""People spread over ground, as points close enough to each other to plan with."""

from __future__ import annotations

import numpy as np
import shapely
from attrs import field, frozen

from ecomap.model.progress import Progress, silent
from ecomap.model.said import say

SPACING_M = 80.0
PARTS_OF_REACH = 16
MOST_POINTS = 300_000
_AT_ONCE = 200_000  # points of the lattice looked at between two looks whether to stop
_FEW = 16           # so few points are asked about that a shape need not be prepared for them


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


def cells(
    ground: np.ndarray, share: np.ndarray, *, spacing: float, most: int = MOST_POINTS, progress: Progress | None = None
) -> Cells:
    """Lattice points on the ground of every area; an area that none falls on gets one inside point.

    Parameters
    ----------
    ground : ndarray of polygons
        The part of each area that matters; None or empty: no point.
    share : ndarray
        How much of each area that ground is, 0-1.
    spacing : float
        Distance between neighbours in units of the ground; widened where there would be more than ``most`` points.
    progress : Progress, optional
        Asked between steps whether to stop.
    """
    progress = progress or silent()
    rows = np.flatnonzero(~(shapely.is_missing(ground) | shapely.is_empty(ground)) & (share > 0))
    shapes = ground[rows]
    if not len(rows):
        return Cells(np.zeros(0, dtype=int), np.zeros((0, 2)), np.zeros(0), spacing)
    spacing = max(spacing, float(np.sqrt(shapely.area(shapes).sum() / most)))
    at, lattice = _on(shapes, spacing, progress)
    progress.check()
    empty = np.flatnonzero(np.bincount(at, minlength=len(rows)) == 0)
    inside = shapely.get_coordinates(shapely.point_on_surface(shapes[empty]))
    at, xy = np.concatenate([at, empty]), np.concatenate([lattice, inside])
    order = np.lexsort((xy[:, 0], xy[:, 1], at))
    at, xy = at[order], xy[order]
    return Cells(rows[at], xy, share[rows][at] / np.bincount(at, minlength=len(rows))[at], spacing)


def _on(shapes: np.ndarray, spacing: float, progress: Progress) -> tuple[np.ndarray, np.ndarray]:
    """Which points of the lattice lie on which shape: looked for in the box of each of its parts, so that ground far apart costs nothing.

    The lattice hangs on the coordinate system, not on the data: another area more moves no point.
    """
    parts, of = shapely.get_parts(shapes, return_index=True)
    low, high = np.floor(shapely.bounds(parts)[:, :2] / spacing), np.ceil(shapely.bounds(parts)[:, 2:] / spacing)
    wide, tall = (high - low).astype(np.int64).T
    part = np.repeat(np.arange(len(parts)), tall)
    row = np.arange(len(part)) - np.repeat(np.cumsum(tall) - tall, tall)
    found = []
    for some in np.split(np.arange(len(part)), np.flatnonzero(np.diff(np.cumsum(wide[part]) // _AT_ONCE)) + 1) if len(part) else []:
        progress.check()
        many = wide[part[some]]
        here, up = np.repeat(part[some], many), np.repeat(row[some], many)
        along = np.arange(len(here)) - np.repeat(np.cumsum(many) - many, many)
        xy = (low[here] + np.column_stack([along, up]) + 0.5) * spacing
        asked = parts[np.flatnonzero(np.bincount(here, minlength=len(parts)) > _FEW)]
        shapely.prepare(asked)
        held = shapely.intersects_xy(parts[here], xy[:, 0], xy[:, 1])
        shapely.destroy_prepared(asked)  # what is prepared takes many times the memory of a shape
        found.append((of[here[held]], xy[held]))
    at = np.concatenate([np.zeros(0, dtype=np.intp), *(one for one, _ in found)])
    xy = np.concatenate([np.zeros((0, 2)), *(one for _, one in found)])
    once = np.unique(np.column_stack([at, xy]), axis=0, return_index=True)[1]  # a point where two parts of a shape touch
    return at[once], xy[once]


@frozen
class Squares:
    """Squares of one lattice that together hold some ground.

    Parameters
    ----------
    xy : ndarray, shape (n, 2)
        Their middles, in the units of the ground.
    area, square : ndarray of int
        Which squares stand for which area: those with their middle in it, else all that meet it.
    spacing : float
        Their side, in the units of the ground.
    """

    xy: np.ndarray = field(eq=False, repr=False)
    area: np.ndarray = field(eq=False, repr=False)
    square: np.ndarray = field(eq=False, repr=False)
    spacing: float

    def __len__(self) -> int:
        return len(self.xy)

    def together(self, which: np.ndarray) -> shapely.Geometry:
        """Some of the squares as one polygon."""
        return shapely.coverage_union_all(self.boxes(which))

    def boxes(self, which: np.ndarray) -> np.ndarray:
        # The sides are multiples of the spacing, so that neighbours share them to the last bit.
        corner = np.round(self.xy[which] / self.spacing - 0.5)
        return np.asarray(shapely.box(*(corner * self.spacing).T, *((corner + 1) * self.spacing).T))


def squares(
    ground: np.ndarray, *, spacing: float, most: int = MOST_POINTS, progress: Progress | None = None
) -> Squares:
    """The squares of a lattice that meet the ground.

    Parameters
    ----------
    ground : ndarray of polygons
    spacing : float
        Side of a square in units of the ground; widened where there would be more than ``most``.
    """
    progress = progress or silent()
    rows = np.flatnonzero(~(shapely.is_missing(ground) | shapely.is_empty(ground)))
    shapes = ground[rows]
    if not len(rows):
        return Squares(np.zeros((0, 2)), np.zeros(0, dtype=int), np.zeros(0, dtype=int), spacing)
    spacing = max(spacing, float(np.sqrt(shapely.area(shapes).sum() / most)))
    left, bottom, right, top = np.floor(np.array(shapely.total_bounds(shapes)) / spacing)
    middles = np.stack(np.meshgrid((np.arange(left, right + 1) + 0.5) * spacing, (np.arange(bottom, top + 1) + 0.5) * spacing),
                       axis=-1).reshape(-1, 2)
    progress.at(0.1, say("Dividing the ground"))
    tree = shapely.STRtree(shapely.points(middles))
    progress.at(0.3, say("Dividing the ground"))
    area, square = tree.query(shapes, predicate="intersects")
    progress.at(0.6, say("Dividing the ground"))
    edge = shapely.boundary(shapes)
    rim_area, rim = tree.query(edge, predicate="dwithin", distance=spacing * np.sqrt(0.5))
    empty = np.bincount(area, minlength=len(rows)) == 0
    alone = empty[rim_area]
    area, square = np.concatenate([area, rim_area[alone]]), np.concatenate([square, rim[alone]])
    kept, position = np.unique(np.concatenate([square, rim]), return_inverse=True)
    return Squares(middles[kept], rows[area], position[: len(square)], spacing)
