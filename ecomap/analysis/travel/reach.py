"""Which part of every area lies within reach of something."""

from __future__ import annotations

from typing import Any

import numpy as np
import shapely
from attrs import field, frozen

from ecomap.analysis.ground.overlay import in_chunks, pair_areas, polygonal, without_slivers
from ecomap.model.progress import Progress, silent
from ecomap.model.said import say

QUARTER_SEGMENTS = 16
# A circle is drawn with 64 sides and made so much larger that the polygon has the circle's area; its edge is out by less
# than a thousandth of the radius.
_SIDES = 4 * QUARTER_SEGMENTS
_EQUAL_AREA = float(np.sqrt(np.pi / (_SIDES / 2 * np.sin(2 * np.pi / _SIDES))))
_SLIVER = 1e-10               # a part of a gap smaller than this share of its area is the rounding of coordinates
_ROUNDING = 1e-12             # shares this close to 0 or 1 are the rounding of coordinates


@frozen
class Reach:
    """What lies within reach of a set of shapes (circles around sites, zones), for every area.

    Shares are of the area's ground, 0-1; where people live evenly over it, they are shares of its people.

    Parameters
    ----------
    share, twice : ndarray
        In reach of at least one, and of at least two sites.
    sites : ndarray
        How many sites are in reach, on average over the area.
    gap : ndarray of geometry
        The part of each area that is out of reach: None where all is in reach, the area itself where nothing is.
    pair_area, pair_shape, pair_share : ndarray
        For every area and shape that meet: rows of both, and the share of the area inside the shape.
    """

    share: np.ndarray
    twice: np.ndarray
    sites: np.ndarray
    gap: np.ndarray = field(eq=False, repr=False)
    pair_area: np.ndarray = field(eq=False, repr=False)
    pair_shape: np.ndarray = field(eq=False, repr=False)
    pair_share: np.ndarray = field(eq=False, repr=False)

    @property
    def out(self) -> np.ndarray:
        """Share of each area out of reach."""
        return 1.0 - self.share

    @property
    def has_gap(self) -> np.ndarray:
        return self.share < 1


def circles(points: Any, radius: float) -> np.ndarray:
    """Circles as 64-sided polygons of the circle's own area; the edge lies within 0.09 % of the radius.

    Parameters
    ----------
    points : sequence of points
    radius : float
        In units of the CRS.
    """
    return np.asarray(shapely.buffer(np.asarray(points), radius * _EQUAL_AREA, quad_segs=QUARTER_SEGMENTS))


def reach(
    areas: np.ndarray, shapes: np.ndarray, sites_per_shape: np.ndarray, *, progress: Progress | None = None
) -> Reach:
    """How much of every area lies inside the shapes.

    Areas wholly inside a shape are recognised without cutting; only areas on the edge of a shape are cut, so that
    several shapes over one area are counted once in `Reach.share` and twice in `Reach.twice`.

    Parameters
    ----------
    areas, shapes : ndarray of polygons
        In one projected CRS.
    sites_per_shape : ndarray of int
        How many sites a shape stands for (two services at one address: 2).
    """
    progress = progress or silent()
    pairs = pair_areas(areas, shapes, keep_pieces=True, progress=progress.part(0.0, 0.4))
    size = shapely.area(areas)
    pair_share = np.minimum(pairs.area_m2 / size[pairs.source], 1.0)
    pair_share[pair_share > 1 - _ROUNDING] = 1.0
    whole = pair_share == 1.0
    count = sites_per_shape[pairs.target].astype(float)
    sites = np.bincount(pairs.source, pair_share * count, len(areas))
    over_all = np.bincount(pairs.source[whole], count[whole], len(areas))
    assert pairs.piece is not None
    edge = ~whole & (over_all[pairs.source] < 2)
    once, twice = _layered(pairs.source[edge], pairs.piece[edge], count[edge], len(areas), progress.part(0.4, 0.9))
    share, doubled = _share(once, size), _share(twice, size)
    twice_share = np.where(over_all >= 2, 1.0, np.where(over_all == 1, share, doubled))
    share = np.where(over_all >= 1, 1.0, share)
    gap = np.array(areas, dtype=object, copy=True)
    cut = np.flatnonzero((share > 0) & (share < 1))
    left = polygonal(in_chunks(shapely.difference, areas[cut], once[cut], progress=progress.part(0.9, 1.0)))
    gap[cut] = without_slivers(left, _SLIVER * size[cut])
    gap[share == 1] = None
    return Reach(share, twice_share, sites, gap, pairs.source, pairs.target, pair_share)


def _layered(
    area: np.ndarray, piece: np.ndarray, count: np.ndarray, areas: int, progress: Progress
) -> tuple[np.ndarray, np.ndarray]:
    """Ground covered at least once and at least twice by the pieces of each area, piece after piece."""
    once = np.full(areas, shapely.Polygon(), dtype=object)
    twice = once.copy()
    position = np.arange(len(area)) - np.searchsorted(area, area, side="left")
    rounds = int(position.max()) + 1 if len(position) else 0
    for number in range(rounds):
        progress.at(number / rounds, say("Adding up what is in reach"))
        turn = np.flatnonzero(position == number)
        here, new = area[turn], piece[turn]
        repeated = new.copy() if number == 0 else polygonal(in_chunks(shapely.intersection, once[here], new))
        single = count[turn] < 2
        if number == 0:
            repeated[single] = shapely.Polygon()
            once[here] = new
        else:
            repeated[~single] = new[~single]
            once[here] = in_chunks(shapely.union, once[here], new)
        grown = ~shapely.is_empty(repeated)
        twice[here[grown]] = in_chunks(shapely.union, twice[here[grown]], repeated[grown])
    return once, twice


def _share(part: np.ndarray, size: np.ndarray) -> np.ndarray:
    share = np.clip(np.divide(shapely.area(part), size, out=np.zeros(len(size)), where=size > 0), 0.0, 1.0)
    share[share > 1 - _ROUNDING] = 1.0
    share[share < _ROUNDING] = 0.0
    return share
