"""Which part of every area lies within reach of something."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np
import shapely
from attrs import field, frozen

from ecomap.analysis.ground.overlay import in_chunks, meeting, polygonal, without_slivers
from ecomap.analysis.travel.discs import Circle, circle_of, covered
from ecomap.model.progress import Progress, silent
from ecomap.model.said import say

QUARTER_SEGMENTS = 16
# A circle is drawn with 64 sides and made so much larger that the polygon has the circle's area; its edge is out by less
# than a thousandth of the radius.
_SIDES = 4 * QUARTER_SEGMENTS
_EQUAL_AREA = float(np.sqrt(np.pi / (_SIDES / 2 * np.sin(2 * np.pi / _SIDES))))
_SLIVER = 1e-10               # a part of a gap smaller than this share of its area is the rounding of coordinates
_IN_HAND = 20_000             # pairs of an area and a shape on its edge that are cut before the next are looked at
_ROUNDING = 1e-12             # shares this close to 0 or 1 are the rounding of coordinates


@frozen
class _Met:
    """The shapes that every area meets, sorted by area, and the ground inside them of areas that were cut."""

    source: np.ndarray
    target: np.ndarray
    whole: np.ndarray
    shapes: np.ndarray
    kept: np.ndarray  # the ground in reach, None where it was not looked for

    def once(self, areas: np.ndarray, rows: np.ndarray) -> np.ndarray:
        """The ground in reach of some areas that are partly so, in order."""
        found = self.kept[rows]
        lacking = np.flatnonzero(shapely.is_missing(found))
        if len(lacking):
            at = np.searchsorted(rows[lacking], self.source)
            pair = np.flatnonzero(rows[lacking][np.minimum(at, len(lacking) - 1)] == self.source)
            some, shape = areas[rows[lacking]], self.shapes[self.target[pair]]
            _, _, found[lacking], _ = _reach_of(some, shapely.area(some), at[pair], shape, self.whole[pair], np.ones(len(pair)), False, silent())
        return found


@frozen
class Left:
    """What of every area is out of reach, worked out for the rows that are asked for: an array for whoever asks for all."""

    areas: np.ndarray = field(eq=False, repr=False)
    share: np.ndarray = field(eq=False, repr=False)
    met: _Met = field(eq=False, repr=False)

    def __len__(self) -> int:
        return len(self.areas)

    def __getitem__(self, rows: Any) -> np.ndarray:
        rows = np.arange(len(self.areas))[rows]
        areas, share = self.areas[rows], self.share[rows]
        partly = np.flatnonzero((share > 0) & (share < 1))
        once = np.full(len(rows), shapely.Polygon(), dtype=object)
        if len(partly):
            which, back = np.unique(rows[partly], return_inverse=True)
            once[partly] = self.met.once(self.areas, which)[back]
        found = _left(areas, once, share, silent())
        found[share == 1] = None
        return found

    def __array__(self, dtype: Any = None, copy: bool | None = None) -> np.ndarray:
        return self[np.arange(len(self.areas))]


@frozen
class Reach:
    """What lies within reach of a set of shapes (circles around sites, zones), for every area.

    Shares are of the area's ground, 0-1; where people live evenly over it, they are shares of its people.

    Parameters
    ----------
    share, twice : ndarray
        In reach of at least one, and of at least two sites (NaN where that was not asked for).
    sites : ndarray
        How many sites are in reach, on average over the area.
    gap : ndarray of geometry
        The part of each area that is out of reach: None where all is in reach, the area itself where nothing is. Where only numbers
        are asked for, a `Left`, by rows.
    pair_area, pair_shape, pair_share : ndarray
        For every area and shape that meet: rows of both, and the share of the area inside the shape.
    """

    share: np.ndarray
    twice: np.ndarray
    sites: np.ndarray
    gap: Any = field(eq=False, repr=False)
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


def not_asked(areas: int) -> Reach:
    """Of so many areas, nothing: every share is missing."""
    unknown, none = np.full(areas, np.nan), np.zeros(0, dtype=int)
    return Reach(unknown, unknown, unknown, np.full(areas, None, dtype=object), none, none, np.zeros(0))


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
    areas: np.ndarray, shapes: np.ndarray, sites_per_shape: np.ndarray, *, often: bool = True, twice: bool = True, ground: bool = True,
    progress: Progress | None = None,
) -> Reach:
    """How much of every area lies inside the shapes.

    Areas wholly inside a shape are recognised without cutting; only areas on the edge of a shape are cut, so that
    several shapes over one area are counted once in `Reach.share` and twice in `Reach.twice`. Some areas are in hand at a time, so
    that what is held does not grow with the number of pieces.

    Parameters
    ----------
    areas, shapes : ndarray of polygons
        In one projected CRS.
    sites_per_shape : ndarray of int
        How many sites a shape stands for (two services at one address: 2).
    often : bool
        False: only `share`, `twice` and `gap` are asked for. Areas that lie wholly inside two shapes are then not cut by any.
    twice : bool
        False: `twice` is not asked for either. Without `often` areas wholly inside one shape are then not cut by any.
    ground : bool
        False: what is out of reach is worked out by rows, when it is asked for.
    """
    progress = progress or silent()
    source, target, whole = meeting(areas, shapes, progress.part(0.0, 0.2))
    count, size = sites_per_shape.astype(float), shapely.area(areas)
    if not often:
        surely = np.bincount(source[whole], count[target[whole]], len(areas))
        kept = whole | (surely[source] < (2 if twice else 1))
        source, target, whole = source[kept], target[kept], whole[kept]
    share, doubled, once = np.zeros(len(areas)), np.zeros(len(areas)), np.full(len(areas), None, dtype=object)
    pair_share = np.ones(len(source))
    circle = circle_of(shapes, _SIDES)
    to_cut = np.arange(len(source))
    if circle is not None:
        to_cut = _measured(areas, circle, (source, target, whole), count, share, doubled, pair_share, twice, progress.part(0.2, 0.8))
    for some in _in_hand(source, whole, to_cut):
        rows, at = np.unique(source[some], return_inverse=True)
        found = _reach_of(areas[rows], size[rows], at, shapes[target[some]], whole[some], count[target[some]], twice,
                          progress.part(0.2 + 0.7 * some[0] / len(source), 0.2 + 0.7 * (some[-1] + 1) / len(source)))
        share[rows], doubled[rows], once[rows], pair_share[some] = found
    left: Any = Left(np.asarray(areas), share, _Met(source, target, whole, shapes, once))
    if ground:
        progress.at(0.9, say("Adding up what is in reach"))
        left = left[np.arange(len(areas))]
    met = pair_share > 0
    sites = np.bincount(source[met], pair_share[met] * count[target[met]], len(areas)) if often else np.full(len(areas), np.nan)
    return Reach(share, doubled if twice else np.full(len(areas), np.nan), sites, left, source[met], target[met], pair_share[met])


def _measured(
    areas: np.ndarray, circle: Circle, pairs: tuple[np.ndarray, np.ndarray, np.ndarray], count: np.ndarray, share: np.ndarray,
    doubled: np.ndarray, pair_share: np.ndarray, twice: bool, progress: Progress,
) -> np.ndarray:
    """Fill in the shares inside circles of one size, which nothing has to be cut for; gives the pairs of areas that have to be, all the same."""
    source, _, _ = pairs
    found = covered(areas, circle, *pairs, count, twice=twice, progress=progress)
    share[:], doubled[:], pair_share[:] = _snapped(found.share), _snapped(found.twice), _snapped(found.pair_share)
    return np.flatnonzero(found.untold[source])


def _in_hand(source: np.ndarray, whole: np.ndarray, to_cut: np.ndarray) -> Iterator[np.ndarray]:
    """The pairs to cut, so many at a time, those of an area together."""
    if not len(to_cut):
        return
    source = source[to_cut]
    turn = np.cumsum(~whole[to_cut]) // _IN_HAND
    last = np.searchsorted(source, source, side="right") - 1
    yield from np.split(to_cut, np.flatnonzero(np.diff(turn[last])) + 1)


def _reach_of(
    areas: np.ndarray, size: np.ndarray, area: np.ndarray, shape: np.ndarray, whole: np.ndarray, count: np.ndarray, twice: bool,
    progress: Progress,
) -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]:
    """Of some areas: share in reach, share in reach of two, the ground in reach, and the share inside each shape they meet."""
    cut = np.flatnonzero(~whole)
    pieces = np.empty(len(area), dtype=object)
    pieces[cut] = polygonal(in_chunks(shapely.intersection, areas[area[cut]], shape[cut], progress=progress.part(0.0, 0.4)))
    pair_share = np.ones(len(area))
    pair_share[cut] = np.minimum(shapely.area(pieces[cut]) / size[area[cut]], 1.0)
    pair_share[pair_share > 1 - _ROUNDING] = 1.0
    whole = pair_share == 1.0
    over_all = np.bincount(area[whole], count[whole], len(areas))
    edge = ~whole & (over_all[area] < (2 if twice else 1)) & (pair_share > 0)
    once, both = _layered(area[edge], pieces[edge], count[edge], len(areas), twice, progress.part(0.4, 1.0))
    share, doubled = _share(once, size), _share(both, size)
    twice_share = np.where(over_all >= 2, 1.0, np.where(over_all == 1, share, doubled))
    return np.where(over_all >= 1, 1.0, share), twice_share, once, pair_share


def _left(areas: np.ndarray, once: np.ndarray, share: np.ndarray, progress: Progress) -> np.ndarray:
    """What of some areas is out of reach, from the ground that is in reach."""
    found = np.array(areas, dtype=object, copy=True)
    partly = np.flatnonzero((share > 0) & (share < 1))
    left = polygonal(in_chunks(shapely.difference, areas[partly], once[partly], progress=progress))
    found[partly] = without_slivers(left, _SLIVER * shapely.area(areas[partly]))
    return found


def _layered(
    area: np.ndarray, piece: np.ndarray, count: np.ndarray, areas: int, often: bool, progress: Progress
) -> tuple[np.ndarray, np.ndarray]:
    """Ground covered at least once, and where it is asked for at least twice, by the pieces of each area, piece after piece."""
    once = np.full(areas, shapely.Polygon(), dtype=object)
    twice = once.copy()
    position = np.arange(len(area)) - np.searchsorted(area, area, side="left")
    rounds = int(position.max()) + 1 if len(position) else 0
    for number in range(rounds):
        progress.at(number / rounds, say("Adding up what is in reach"))
        turn = np.flatnonzero(position == number)
        here, new = area[turn], piece[turn]
        before, once[here] = once[here], new if number == 0 else in_chunks(shapely.union, once[here], new)
        if not often:
            continue
        repeated = new.copy() if number == 0 else polygonal(in_chunks(shapely.intersection, before, new))
        single = count[turn] < 2
        if number == 0:
            repeated[single] = shapely.Polygon()
        else:
            repeated[~single] = new[~single]
        grown = ~shapely.is_empty(repeated)
        twice[here[grown]] = in_chunks(shapely.union, twice[here[grown]], repeated[grown])
    return once, twice


def _share(part: np.ndarray, size: np.ndarray) -> np.ndarray:
    return _snapped(np.divide(shapely.area(part), size, out=np.zeros(len(size)), where=size > 0))


def _snapped(share: np.ndarray) -> np.ndarray:
    """Shares from 0 to 1, where rounding left them a little beside."""
    share = np.clip(share, 0.0, 1.0)
    share[share > 1 - _ROUNDING] = 1.0
    share[share < _ROUNDING] = 0.0
    return share
