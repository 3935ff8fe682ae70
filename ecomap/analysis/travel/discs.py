"""How much of areas lies inside circles of one size: measured along edges alone, so that nothing has to be cut.

What is in reach of something is bounded by the stretches of areas' edges that lie in a circle, and by the stretches of circles' edges that
lie in the area and in no other circle. By Green's theorem its size is the sum of the integrals of x dy along them, and so is the ground
inside two: along the stretches that one other holds. Crossings are found once and used by both sides, so that the stretches close.
"""

from __future__ import annotations

import itertools

import numpy as np
import shapely
from attrs import field, frozen

from ecomap.model.progress import Progress

_SAME = 8                      # roundings of a coordinate by which corners of circles of one size may differ
_AT_A_TIME = 500_000           # corners of areas, once for every circle that they meet
_COUPLES_AT_A_TIME = 20_000
_ALIKE = 1e-9                  # of a radius: sides of two circles this close to one line are left to the slow way


@frozen
class Circle:
    """A circle as a regular polygon around the origin, counter-clockwise, and where its copies stand."""

    corners: np.ndarray = field(eq=False, repr=False)
    centres: np.ndarray = field(eq=False, repr=False)

    @property
    def sides(self) -> int:
        return len(self.corners)


@frozen
class Covered:
    """Shares of the areas in reach of one and of two, the share of its area inside the shape of every pair, and what is not told."""

    share: np.ndarray
    twice: np.ndarray
    pair_share: np.ndarray
    untold: np.ndarray  # areas that meet circles whose sides lie in one line


def circle_of(shapes: np.ndarray, sides: int) -> Circle | None:
    """The one circle of so many sides that all these shapes are; None where they are not."""
    if not len(shapes) or not (shapely.get_type_id(shapes) == 3).all() or (shapely.get_num_coordinates(shapes) != sides + 1).any():
        return None
    corners = shapely.get_coordinates(shapes).reshape(len(shapes), sides + 1, 2)[:, :-1]
    centres = corners[:, 0] + (corners - corners[:, :1]).mean(axis=1)
    around = corners - centres[:, None]
    one = around.mean(axis=0)
    radius = np.hypot(*one.T)
    side = np.roll(one, -1, axis=0) - one
    turn = float(one[0, 0] * one[1, 1] - one[0, 1] * one[1, 0])
    least = _SAME * np.spacing(np.abs(corners).max())
    if not turn or np.abs(around - one).max() > least or np.ptp(radius) > 2 * least or np.ptp(np.hypot(*side.T)) > 4 * least:
        return None
    return Circle(one if turn > 0 else one[::-1].copy(), centres)


def covered(areas: np.ndarray, circle: Circle, source: np.ndarray, target: np.ndarray, whole: np.ndarray, count: np.ndarray, *,
            twice: bool, progress: Progress) -> Covered:
    """How much of every area lies in one and in two of the circles.

    Parameters
    ----------
    areas : ndarray of polygons
    source, target : ndarray of int
        Rows of areas and circles that meet, sorted by area.
    whole : ndarray of bool
        Which of these circles surely hold the whole area.
    count : ndarray
        How many sites each circle stands for.
    twice : bool
        False: what is in reach of two is not asked for; it is then not right.
    """
    over_all = np.bincount(source[whole], count[target[whole]], len(areas))
    size, share, doubled, pair_share = shapely.area(areas), np.zeros(len(areas)), np.zeros(len(areas)), np.ones(len(source))
    untold = np.zeros(len(areas), dtype=bool)
    asked = over_all[source] < (2 if twice else 1)
    edges, alone = _Edges.of(circle), _alone(circle, source[asked], target[asked], whole[asked], count, progress)
    untold[source[alone.alike[target] & asked & ~whole]] = True
    cut = np.flatnonzero(~whole)
    rows, at = np.unique(source[cut], return_inverse=True)
    ground = _Ground.of(areas[rows])
    upto = np.cumsum(ground.corners[at]) // _AT_A_TIME if len(cut) else np.zeros(0, dtype=int)
    begins = np.r_[np.flatnonzero(np.r_[True, np.diff(upto[np.searchsorted(at, at, side="right") - 1]) > 0]), len(cut)] if len(cut) else [0]
    for start, stop in itertools.pairwise(begins):
        progress.check()
        some = slice(start, stop)
        here = slice(at[start], at[stop - 1] + 1)
        pair = target[cut[some]]
        once, both, inside = _measured(circle, edges, alone, ground, here, at[some], pair, count, over_all[rows[here]])
        pair_share[cut[some]] = inside / size[source[cut[some]]]
        share[rows[here]], doubled[rows[here]] = once / size[rows[here]], both / size[rows[here]]
    share = np.where(over_all >= 1, 1.0, share)
    return Covered(share, np.where(over_all >= 2, 1.0, doubled), pair_share, untold)


# --- the circle's own edge --------------------------------------------------------------------------------------------------


@frozen
class _Edges:
    """What is asked of the sides of the circle: where they face, how far out they are, and the integral of x dy up to each."""

    circle: Circle
    normals: np.ndarray
    offset: np.ndarray
    along: np.ndarray     # of each side: its direction by its length squared
    upto: np.ndarray      # integral of x dy from the first corner to each
    inner: float
    outer: float

    @classmethod
    def of(cls, circle: Circle) -> _Edges:
        first = circle.corners
        side = np.roll(first, -1, axis=0) - first
        length = np.hypot(*side.T)
        normals = np.column_stack([side[:, 1], -side[:, 0]]) / length[:, None]
        offset = (normals * first).sum(axis=1)
        upto = np.r_[0.0, np.cumsum((first[:, 0] + side[:, 0] / 2) * side[:, 1])]
        return cls(circle, normals, offset, side / length[:, None] ** 2, upto, float(offset.min()), float(np.hypot(*first.T).max()))

    def holds(self, x: np.ndarray, y: np.ndarray) -> np.ndarray:
        """Whether points, from the centre, lie inside; those far from the edge are told by their distance."""
        far = x * x + y * y
        inside = far <= self.inner**2
        near = np.flatnonzero(~inside & (far <= self.outer**2))
        if len(near):
            begin = self.circle.corners[0]
            angle = np.arctan2(y[near], x[near]) - np.arctan2(begin[1], begin[0])
            side = (np.floor(angle % (2 * np.pi) / (2 * np.pi / len(self.offset))).astype(int)) % len(self.offset)
            inside[near] = self.normals[side, 0] * x[near] + self.normals[side, 1] * y[near] <= self.offset[side]
        return inside

    def integral(self, at: np.ndarray, east: np.ndarray) -> np.ndarray:
        """The integral of x dy along the edge from its first corner up to a place on it, where the centre lies so far east."""
        side = np.minimum(at.astype(int), len(self.offset) - 1)
        first, step = self.circle.corners[side], self.circle.corners[(side + 1) % len(self.offset)] - self.circle.corners[side]
        part = at - side
        return (self.upto[side] + part * step[:, 1] * (first[:, 0] + part * step[:, 0] / 2)
                + east * (first[:, 1] + part * step[:, 1] - self.circle.corners[0, 1]))

    def places(self, at: np.ndarray) -> np.ndarray:
        """The points of places on the edge."""
        side = np.minimum(at.astype(int), len(self.offset) - 1)
        first = self.circle.corners[side]
        return np.asarray(first + (at - side)[:, None] * (self.circle.corners[(side + 1) % len(self.offset)] - first))


@frozen
class _Stretches:
    """Which edges of rings lie inside a circle: those that do so whole, and the stretches of others."""

    whole: np.ndarray    # by corner: whether the edge that begins there lies inside
    edge: np.ndarray     # of every stretch: the corner where its edge begins
    begin: np.ndarray    # of its edge, 0-1
    end: np.ndarray
    enters: np.ndarray   # places on the circle, NaN where it does not cross it there
    leaves: np.ndarray


def _stretches(edges: _Edges, x: np.ndarray, y: np.ndarray, goes_on: np.ndarray) -> _Stretches:
    """What of rings lies inside; coordinates are from the centre, and an edge goes on from a corner to the next where it is said."""
    inside = edges.holds(x, y)
    there = np.r_[inside[1:], False]
    dx, dy = np.r_[np.diff(x), 0.0], np.r_[np.diff(y), 0.0]
    towards, length = x * dx + y * dy, dx * dx + dy * dy
    passes = ~inside & ~there & (towards < 0) & (towards + length > 0) & ((x * dy - y * dx) ** 2 <= edges.outer**2 * length)
    edge = np.flatnonzero(goes_on & ((inside != there) | passes))
    x, y, dx, dy = x[edge], y[edge], dx[edge], dy[edge]
    into, out = ~inside[edge], ~there[edge]
    begin, end, first, last = (np.zeros(len(edge)), np.ones(len(edge)), np.zeros(len(edge), dtype=int), np.zeros(len(edge), dtype=int))
    for start in range(0, len(edge), _COUPLES_AT_A_TIME):
        some = slice(start, start + _COUPLES_AT_A_TIME)
        begin[some], end[some], first[some], last[some] = _clipped(edges, x[some], y[some], dx[some], dy[some])
    begin, end = np.where(into, np.clip(begin, 0.0, 1.0), 0.0), np.where(out, np.clip(end, 0.0, 1.0), 1.0)
    some = ~(into & out) | (begin < end)
    edge, x, y, dx, dy, into, out, begin, end, first, last = (part[some] for part in (edge, x, y, dx, dy, into, out, begin, end, first, last))
    enters = np.where(into, _place(edges, first, x + begin * dx, y + begin * dy), np.nan)
    leaves = np.where(out, _place(edges, last, x + end * dx, y + end * dy), np.nan)
    return _Stretches(goes_on & inside & there, edge, begin, end, enters, leaves)


def _clipped(edges: _Edges, x: np.ndarray, y: np.ndarray, dx: np.ndarray, dy: np.ndarray) -> tuple[np.ndarray, ...]:
    """Where lines come in and go out of the circle (Cyrus and Beck, 1978), and through which sides."""
    room = edges.offset - (x[:, None] * edges.normals[:, 0] + y[:, None] * edges.normals[:, 1])
    rate = dx[:, None] * edges.normals[:, 0] + dy[:, None] * edges.normals[:, 1]
    with np.errstate(divide="ignore", invalid="ignore"):
        when = room / rate
    never = (rate == 0) & (room < 0)  # along a side, outside it
    coming, going = np.where(rate < 0, when, np.where(never, np.inf, -np.inf)), np.where(rate > 0, when, np.inf)
    first, last = coming.argmax(axis=1), going.argmin(axis=1)
    row = np.arange(len(x))
    return coming[row, first], going[row, last], first, last


def _place(edges: _Edges, side: np.ndarray, x: np.ndarray, y: np.ndarray) -> np.ndarray:
    """Where on the edge of the circle a point of one of its sides is."""
    first = edges.circle.corners[side]
    part = (x - first[:, 0]) * edges.along[side, 0] + (y - first[:, 1]) * edges.along[side, 1]
    return np.asarray(side + np.clip(part, 0.0, 1.0))


# --- circles among each other -----------------------------------------------------------------------------------------------


@frozen
class _Alone:
    """The stretches of every circle's edge that none or one of the others holds, sorted by circle."""

    starts: np.ndarray   # of every circle: its first stretch; one more at the end
    begin: np.ndarray
    end: np.ndarray
    held: np.ndarray     # by how many sites, 0 or 1
    alike: np.ndarray    # circles with a side in one line with that of another


def _alone(circle: Circle, source: np.ndarray, target: np.ndarray, whole: np.ndarray, count: np.ndarray, progress: Progress) -> _Alone:
    """Where the edges of circles lie free of the others that meet the same areas."""
    edges, total = _Edges.of(circle), len(circle.centres)
    one, other = _couples(circle, source, target, whole)
    apart = circle.centres[one] - circle.centres[other]
    alike = np.zeros(total, dtype=bool)
    owner, at, change, held = [np.repeat(np.arange(total), 2)], [np.tile([0.0, float(circle.sides)], total)], [np.zeros(2 * total)], np.zeros(total)
    side = float(np.hypot(*(circle.corners[1] - circle.corners[0])))
    for start in range(0, len(one), _COUPLES_AT_A_TIME):
        progress.check()
        some = slice(start, start + _COUPLES_AT_A_TIME)
        here, weight = one[some], count[other[some]]
        close = np.flatnonzero(np.hypot(*apart[some].T) <= side * (1 + _ALIKE))
        lined = close[(np.abs(apart[some][close] @ edges.normals.T) < _ALIKE * edges.outer).any(axis=1)]
        alike[here[lined]] = True
        ring = np.r_[circle.corners, circle.corners[:1]]
        corner = apart[some][:, None] + ring
        goes_on = np.tile(np.r_[np.ones(circle.sides, dtype=bool), False], len(here))
        found = _stretches(edges, corner[..., 0].ravel(), corner[..., 1].ravel(), goes_on)
        held += np.bincount(here, weight * edges.holds(corner[:, 0, 0], corner[:, 0, 1]), total)
        couple, where = np.divmod(found.edge, circle.sides + 1)
        for crosses, part, sign in ((found.enters, found.begin, 1), (found.leaves, found.end, -1)):
            does = ~np.isnan(crosses)
            owner.append(here[couple[does]])
            at.append(where[does] + part[does])
            change.append(sign * weight[couple[does]])
    return _swept(np.concatenate(owner), np.concatenate(at), np.concatenate(change), held, alike)


def _swept(owner: np.ndarray, at: np.ndarray, change: np.ndarray, held: np.ndarray, alike: np.ndarray) -> _Alone:
    order = np.lexsort((at, owner))
    owner, at, change = owner[order], at[order], change[order]
    depth = np.cumsum(change) + held[owner]  # of each, the changes come to nothing
    free = np.flatnonzero((owner[:-1] == owner[1:]) & (at[:-1] < at[1:]) & (depth[:-1] < 2))
    return _Alone(np.searchsorted(owner[free], np.arange(len(held) + 1)), at[free], at[free + 1], depth[free], alike)


def _couples(circle: Circle, source: np.ndarray, target: np.ndarray, whole: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Circles that meet an area and each other, the first of them on the area's edge; each couple once."""
    total, across = len(circle.centres), 2 * float(np.hypot(*circle.corners.T).max())
    first, last = np.searchsorted(source, source, side="left"), np.searchsorted(source, source, side="right")
    with_others = np.flatnonzero(~whole & (last - first > 1))
    found = np.zeros(0, dtype=np.int64)
    turn = np.cumsum((last - first)[with_others]) // (4 * _AT_A_TIME)
    for some in np.split(with_others, np.flatnonzero(np.diff(turn)) + 1):
        many = last[some] - first[some]
        one = np.repeat(target[some], many)
        other = target[np.repeat(first[some] - (np.cumsum(many) - many), many) + np.arange(len(one))]
        near = np.flatnonzero((one != other) & (np.hypot(*(circle.centres[one] - circle.centres[other]).T) < across))
        found = np.unique(np.r_[found, one[near] * total + other[near]])
    return np.divmod(found, total)


# --- areas and circles ------------------------------------------------------------------------------------------------------


@frozen
class _Ground:
    """Corners of areas one after the other, each from a corner of its area, with the ground to the left of every edge."""

    areas: np.ndarray
    corners: np.ndarray   # how many there are of each
    starts: np.ndarray
    x: np.ndarray
    y: np.ndarray
    goes_on: np.ndarray   # whether an edge goes from a corner to the next
    beside: np.ndarray    # the integral of x dy along that edge
    origin: np.ndarray

    @classmethod
    def of(cls, areas: np.ndarray) -> _Ground:
        parts, of_part = shapely.get_parts(shapely.orient_polygons(areas), return_index=True)
        rings, of_ring = shapely.get_rings(parts, return_index=True)
        xy, ring = shapely.get_coordinates(rings, return_index=True)
        area = of_part[of_ring[ring]]
        corners = np.bincount(area, minlength=len(areas))
        starts = np.cumsum(corners) - corners
        origin = xy[np.minimum(starts, max(len(xy) - 1, 0))] if len(xy) else np.zeros((len(areas), 2))
        x, y = (xy - origin[area]).T
        goes_on = np.r_[ring[1:] == ring[:-1], False] if len(ring) else np.zeros(0, dtype=bool)
        beside = np.zeros(len(x))
        beside[:-1] = (x[:-1] + x[1:]) / 2 * np.diff(y) * goes_on[:-1]
        return cls(areas, corners, starts, x, y, goes_on, beside, origin)


def _measured(
    circle: Circle, edges: _Edges, alone: _Alone, ground: _Ground, here: slice, area: np.ndarray, shape: np.ndarray, count: np.ndarray,
    over_all: np.ndarray,
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Of some areas the ground in one and in two, and of their pairs the ground inside the circle."""
    many = ground.corners[area]
    pair = np.repeat(np.arange(len(area)), many)
    corner = np.repeat(ground.starts[area] - (np.cumsum(many) - many), many) + np.arange(len(pair))
    centre = circle.centres[shape] - ground.origin[area]
    found = _stretches(edges, ground.x[corner] - centre[pair, 0], ground.y[corner] - centre[pair, 1], ground.goes_on[corner])
    base, last = ground.starts[here.start], ground.starts[here.stop - 1] + ground.corners[here.stop - 1]
    owner = np.repeat(np.arange(here.stop - here.start), ground.corners[here])
    local, on = corner - base, found.edge
    depth = over_all[owner] + np.bincount(local[found.whole], count[shape[pair[found.whole]]], last - base)
    along = _along(ground, corner[on], found.begin, found.end)
    inside = (np.bincount(pair[found.whole], ground.beside[corner[found.whole]], len(area)) + np.bincount(pair[on], along, len(area)))
    once, both = _along_areas(ground, base, owner, depth, local[on], found, count[shape[pair[on]]])
    rim, free, free_twice = _along_circles(circle, edges, alone, ground, area, shape, centre, pair[on], found, count)
    at = area - here.start
    once += np.bincount(at, free, len(once))
    both += np.bincount(at, free_twice, len(both))
    return once, both, inside + rim


def _along(ground: _Ground, corner: np.ndarray, begin: np.ndarray, end: np.ndarray) -> np.ndarray:
    """The integral of x dy along parts of edges."""
    x, dx, dy = ground.x[corner], ground.x[corner + 1] - ground.x[corner], ground.y[corner + 1] - ground.y[corner]
    return np.asarray(dy * (end - begin) * (x + (begin + end) / 2 * dx))


def _along_areas(
    ground: _Ground, base: int, owner: np.ndarray, depth: np.ndarray, edge: np.ndarray, found: _Stretches, count: np.ndarray
) -> tuple[np.ndarray, np.ndarray]:
    """By area the integrals along its edges, where they lie in one and in two circles."""
    parted = np.unique(edge)
    whole = np.ones(len(owner), dtype=bool)
    whole[parted] = False
    on = np.r_[edge, edge, parted, parted]
    at = np.r_[found.begin, found.end, np.zeros(len(parted)), np.ones(len(parted))]
    order = np.lexsort((at, on))
    on, at = on[order], at[order]
    held = np.cumsum(np.r_[count, -count, np.zeros(2 * len(parted))][order]) + depth[on]
    step = np.flatnonzero(on[:-1] == on[1:])
    part = _along(ground, on[step] + base, at[step], at[step + 1])
    beside = ground.beside[base : base + len(owner)]
    areas = int(owner[-1]) + 1
    one, two = (np.bincount(owner, np.where(whole & (depth >= least), beside, 0.0), areas)
                + np.bincount(owner[on[step]], np.where(held[step] >= least, part, 0.0), areas) for least in (1, 2))
    return one, two


def _along_circles(
    circle: Circle, edges: _Edges, alone: _Alone, ground: _Ground, area: np.ndarray, shape: np.ndarray, centre: np.ndarray,
    pair: np.ndarray, found: _Stretches, count: np.ndarray,
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """By pair the integrals along the circle's edge inside the area: all of it, where no other holds it, and where two begin."""
    pairs, sides = len(area), float(circle.sides)
    into, out = ~np.isnan(found.leaves), ~np.isnan(found.enters)  # where the area's edge leaves, the circle's comes into the area
    owner = np.r_[np.arange(pairs), np.arange(pairs), pair[into], pair[out]]
    at = np.r_[np.zeros(pairs), np.full(pairs, sides), found.leaves[into], found.enters[out]]
    change = np.r_[np.zeros(2 * pairs), np.ones(int(into.sum())), -np.ones(int(out.sum()))]
    kind = np.r_[np.zeros(pairs), np.full(pairs, 2), np.ones(len(owner) - 2 * pairs)]  # the first and the last stay so
    order = np.lexsort((kind, at, owner))
    owner, at, change = owner[order], at[order], change[order]
    starts = np.searchsorted(owner, np.arange(pairs))
    depth = np.cumsum(change)
    length = np.r_[np.diff(at), 0.0]
    longest = np.lexsort((length, owner))[np.r_[starts[1:], len(owner)] - 1]
    middle = edges.places(at[longest] + length[longest] / 2) + centre + ground.origin[area]
    lies = shapely.contains_xy(ground.areas[area], middle[:, 0], middle[:, 1])
    depth += (lies - depth[longest])[owner]
    along = edges.integral(at, centre[owner, 0])
    step = np.r_[0.0, depth[:-1] * np.diff(along)]
    step[starts] = 0.0
    total = np.add.reduceat(step, starts)
    step[starts[1:]] = -total[:-1]  # so that a sum that goes on over all pairs stays as small as one of them
    upto = np.cumsum(step)
    many = alone.starts[shape + 1] - alone.starts[shape]
    of = np.repeat(np.arange(pairs), many)
    piece = np.repeat(alone.starts[shape] - (np.cumsum(many) - many), many) + np.arange(len(of))
    key = owner * (sides + 1) + at
    ends = []
    for place in (alone.begin[piece], alone.end[piece]):
        row = np.maximum(np.searchsorted(key, of * (sides + 1) + place, side="right") - 1, starts[of])
        ends.append(upto[row] - upto[starts[of]] + depth[row] * (edges.integral(place, centre[of, 0]) - along[row]))
    part, held, own = ends[1] - ends[0], alone.held[piece], count[shape][of]
    free = np.bincount(of, np.where(held < 1, part, 0.0), pairs)
    return total, free, np.bincount(of, np.where(held + own >= 2, part, 0.0), pairs)
