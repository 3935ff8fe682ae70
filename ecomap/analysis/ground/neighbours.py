"""Which areas touch."""

from __future__ import annotations

from typing import Any

import numpy as np
import shapely
from attrs import field, frozen

from ecomap.model.errors import InputError
from ecomap.model.said import say


@frozen
class Neighbours:
    """Pairs of areas that touch, in both directions, sorted; no area is its own neighbour.

    ``first`` and ``second`` are row positions, ``size`` the number of areas.
    """

    first: np.ndarray = field(eq=False, repr=False)
    second: np.ndarray = field(eq=False, repr=False)
    size: int

    @property
    def count(self) -> np.ndarray:
        """How many neighbours each area has; 0 for an island."""
        return np.bincount(self.first, minlength=self.size)

    def among(self, rows: np.ndarray) -> Neighbours:
        """Only the pairs of which both areas are in `rows` (a mask); the others have no neighbours then."""
        kept = rows[self.first] & rows[self.second]
        return Neighbours(self.first[kept], self.second[kept], self.size)

    def sums(self, values: np.ndarray) -> np.ndarray:
        """The sum of each area's neighbours' values."""
        return np.bincount(self.first, values[self.second], self.size)


def touching(areas: Any, *, within: float = 0.0) -> Neighbours:
    """Neighbours that share at least a point of their outlines (queen contiguity).

    Parameters
    ----------
    areas : sequence of polygons
        One projected CRS. None and empty ones have no neighbours.
    within : float
        Also those no further apart than this, in units of the CRS: for outlines that were generalised one by one and
        leave slits.
    """
    shapes = np.asarray(areas, dtype=object)
    tree = shapely.STRtree(shapes)
    if within > 0:
        first, second = tree.query(shapes, predicate="dwithin", distance=within)
    else:
        first, second = tree.query(shapes, predicate="intersects")
    other = first != second
    order = np.lexsort((second[other], first[other]))
    return Neighbours(first[other][order], second[other][order], len(shapes))


def sharing_a_side(areas: Any, *, within: float = 0.0) -> Neighbours:
    """Neighbours that share a stretch of their outlines, not only a corner (rook contiguity), in either direction alike.

    Parameters
    ----------
    areas : sequence of polygons
        One projected CRS. None and empty ones have no neighbours.
    within : float
        Also where the outlines run beside each other no further apart than this, for a stretch of more than four times as much.
    """
    shapes = np.asarray(areas, dtype=object)
    near = touching(shapes, within=within)
    once = near.first < near.second
    first, second = near.first[once], near.second[once]
    outlines = shapely.boundary(shapes)
    if within > 0:
        grown = shapely.buffer(outlines, within, quad_segs=2)
        shared = shapely.length(shapely.intersection(outlines[first], grown[second]))
    else:
        shared = shapely.length(shapely.intersection(outlines[first], outlines[second]))
    long = shared > 4 * within
    return from_pairs(np.column_stack([first[long], second[long]]).tolist(), len(shapes))


def from_pairs(pairs: Any, size: int) -> Neighbours:
    """Neighbours from a list of pairs of row positions, each pair named once or twice."""
    both = np.asarray([*pairs, *((b, a) for a, b in pairs)], dtype=int).reshape(-1, 2)
    if len(both) and (both.min() < 0 or both.max() >= size or (both[:, 0] == both[:, 1]).any()):
        raise InputError(say("A pair of neighbours names an area that is not there, or one area twice."), say("Check the pairs."))
    unique = np.unique(both, axis=0)
    return Neighbours(unique[:, 0], unique[:, 1], size)
