"""Ground cut into pieces that lie wholly inside or wholly outside of every shape, so that counting pieces is counting ground.

Where the shapes are so many that there would be too many pieces, those that hold few people are left whole though a shape
lies across them. What surely is inside and what may be inside are then two counts, and the ground is between them.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import shapely
from attrs import field, frozen

from ecomap.analysis.ground.overlay import in_chunks, polygonal, without_slivers
from ecomap.model.progress import Progress, silent
from ecomap.model.said import say

MOST_PIECES = 100_000
MOST_PAIRS = 4_000_000
_ATTEMPTS = 6       # each with more ground left whole
_ROOM = 0.25        # of the pieces allowed are those of equal weight: the others are smaller
_SAMPLED = 16       # one ground in so many tells about how many pieces there would be
_SURELY = 1.25      # times too many, by that: nothing is cut that would be thrown away
_FEW_BATCHES = 8    # so few are cut as soon as a sample
_AT_ONCE = 4_000    # pairs of a ground and a shape on its edge that are cut together
_ASTRAY = 1e-7      # halves that miss their whole by more than this share were cut wrongly
_GRID = 1e-4        # units of the CRS
_SLIVER = 1e-10     # a part smaller than this share of the ground is the rounding of coordinates


@frozen
class Pieces:
    """Pieces of ground; one piece is all ground of an area that lies in the same shapes, in one part or many.

    Parameters
    ----------
    area : ndarray of int
        Row of the ground that each piece is cut from, rising.
    size : ndarray
        Square units of the CRS; those of an area add up to its ground.
    piece, shape : ndarray of int
        Pairs: the piece lies inside the shape. Sorted by piece, then shape.
    edge_piece, edge_shape : ndarray of int
        Pairs of a piece that was left whole and a shape that holds a part of it, sorted likewise; none where all is cut.
    edge_held : ndarray of bool
        Of these pairs: whether the shape holds a point inside the piece, which stands for most of it.
    """

    area: np.ndarray = field(eq=False, repr=False)
    size: np.ndarray = field(eq=False, repr=False)
    piece: np.ndarray = field(eq=False, repr=False)
    shape: np.ndarray = field(eq=False, repr=False)
    edge_piece: np.ndarray = field(eq=False, repr=False)
    edge_shape: np.ndarray = field(eq=False, repr=False)
    edge_held: np.ndarray = field(eq=False, repr=False)

    def __len__(self) -> int:
        return len(self.area)


def pieces(
    ground: np.ndarray, shapes: np.ndarray, weight: np.ndarray, *, most: int = MOST_PIECES, most_pairs: int = MOST_PAIRS,
    progress: Progress | None = None,
) -> Pieces:
    """Cut the ground of every area along the edges of the shapes.

    Every area is cut by itself, by the shapes that its ground lies across, one after the other; shapes that hold all of
    its ground cut nothing. Only some areas are in hand at a time, so what is held grows with the pieces and no faster.

    Parameters
    ----------
    ground : ndarray of polygons
        In one projected CRS; None and empty: no piece.
    shapes : ndarray of polygons
    weight : ndarray
        What the ground of each area holds (people), spread evenly over it: where not all can be cut, pieces that hold
        least are left whole.
    most, most_pairs : int
        About how many pieces, and pairs of pieces and shapes, there may be.
    """
    progress = progress or silent()
    rows = np.flatnonzero(~(shapely.is_missing(ground) | shapely.is_empty(ground)))
    meets = _meeting(ground[rows], shapes, progress)
    order = np.argsort(np.diff(meets.across_from), kind="stable")
    batches = _batches(order, meets)
    held, least = np.maximum(weight[rows], 1e-300), 0.0
    for attempt in range(_ATTEMPTS):
        last = attempt == _ATTEMPTS - 1
        share = np.full(len(rows), np.inf) if last else least / held
        found: list[tuple[np.ndarray, ...]] = []
        if not last and len(batches) > _FEW_BATCHES:
            found = _sampled(ground[rows], shapes, order, meets, share, progress)
            count, pairs = (_SAMPLED * int(many.sum()) for many in _many(found, len(rows)))
            if count > _SURELY * most or pairs > _SURELY * most_pairs:
                least = _next_least(least, weight[rows], count, pairs, most, most_pairs)
                continue
        known, paired = _many(found, len(rows))
        count = pairs = done = 0
        for some in batches:
            progress.at(done / len(rows), say("Cutting the ground"))
            found.append(_cut(ground[rows], shapes, some[known[some] == 0], meets, share, progress))
            done, count, pairs = done + len(some), count + len(found[-1][0]) + int(known[some].sum()), pairs + len(found[-1][2]) + int(paired[some].sum())
            if not last and (count > most or pairs > most_pairs):
                break
        else:
            break
        least = _next_least(least, weight[rows], count, pairs, most, most_pairs)
    return _joined(rows, found)


def _next_least(least: float, weight: np.ndarray, count: int, pairs: int, most: int, most_pairs: int) -> float:
    """How much ground left whole holds at most, after an attempt that gave too many pieces."""
    allowed = max(min(most, most_pairs * count // max(pairs, 1)) * _ROOM, 1.0)
    return max(float(weight.sum()) / allowed, 4 * least)


def _sampled(
    ground: np.ndarray, shapes: np.ndarray, order: np.ndarray, meets: _Meeting, share: np.ndarray, progress: Progress
) -> list[tuple[np.ndarray, ...]]:
    """Every so-manieth ground, in the order of how often they are cut, cut: it tells about how many pieces there would be."""
    return [_cut(ground, shapes, some, meets, share, progress) for some in _batches(order[_SAMPLED // 2 :: _SAMPLED], meets)]


def _many(found: Sequence[tuple[np.ndarray, ...]], grounds: int) -> tuple[np.ndarray, np.ndarray]:
    """By ground how many pieces, and pairs of pieces and shapes, were found; none of what was not cut."""
    count, pairs = np.zeros(grounds, dtype=int), np.zeros(grounds, dtype=int)
    for owner, _, piece, *_ in found:
        count += np.bincount(owner, minlength=grounds)
        pairs += np.bincount(owner[piece], minlength=grounds)
    return count, pairs


@frozen
class _Meeting:
    """Grounds and shapes that meet, sorted by ground: those across an edge and those wholly inside."""

    across: tuple[np.ndarray, np.ndarray]
    across_from: np.ndarray
    inside: tuple[np.ndarray, np.ndarray]
    inside_from: np.ndarray


def _meeting(ground: np.ndarray, shapes: np.ndarray, progress: Progress) -> _Meeting:
    shapely.prepare(shapes)
    progress.at(0.0, say("Cutting the ground"))
    shape, at = shapely.STRtree(ground).query(shapes, predicate="intersects")
    progress.check()
    order = np.lexsort((shape, at))
    at, shape = at[order], shape[order]
    whole = shapely.covers(shapes[shape], ground[at])
    ends = np.arange(len(ground) + 1)
    across, inside = (at[~whole], shape[~whole]), (at[whole], shape[whole])
    return _Meeting(across, np.searchsorted(across[0], ends), inside, np.searchsorted(inside[0], ends))


def _batches(order: np.ndarray, meets: _Meeting) -> list[np.ndarray]:
    """Runs of grounds, which stand in the order of how often they are cut, to take in hand one after the other."""
    turn = np.cumsum(np.diff(meets.across_from)[order] + 1) // _AT_ONCE
    return np.split(order, np.flatnonzero(np.diff(turn)) + 1) if len(order) else []


def _cut(ground: np.ndarray, shapes: np.ndarray, rows: np.ndarray, meets: _Meeting, least_share: np.ndarray, progress: Progress
         ) -> tuple[np.ndarray, ...]:
    """Some grounds cut: ground and size of every piece, the pairs of pieces and shapes, and those across an edge.

    Pieces smaller than ``least_share`` of their ground are left whole.
    """
    first, times = meets.across_from[rows], np.diff(meets.across_from)[rows]
    rounds = int(times.max(initial=0))
    parts, owner = ground[rows].copy(), np.arange(len(rows))
    inside = np.zeros((len(rows), rounds), dtype=bool)
    edge = inside.copy()
    least, enough = _SLIVER * shapely.area(parts), least_share[rows] * shapely.area(parts)
    for turn in range(rounds):
        progress.check()
        here = np.flatnonzero(times[owner] > turn)
        shape = shapes[meets.across[1][first[owner[here]] + turn]]
        met = shapely.intersects(shape, parts[here])
        here, shape = here[met], shape[met]
        held = shapely.covers(shape, parts[here])
        inside[here[held], turn] = True
        here, shape = here[~held], shape[~held]
        small = shapely.area(parts[here]) < enough[owner[here]]
        edge[here[small], turn] = True
        here, shape = here[~small], shape[~small]
        inner, outer = _halves(parts[here], shape, least[owner[here]])
        has_inner, has_outer = (shapely.area(half) > least[owner[here]] for half in (inner, outer))
        inside[here[has_inner & ~has_outer], turn] = True
        split = has_inner & has_outer
        new = here[split]
        parts[new] = outer[split]
        parts, owner = np.concatenate([parts, inner[split]]), np.concatenate([owner, owner[new]])
        more = inside[new].copy()
        more[:, turn] = True
        inside, edge = np.concatenate([inside, more]), np.concatenate([edge, edge[new]])
    piece, turn_of = np.nonzero(inside)
    across, turn_across = np.nonzero(edge)
    shape = meets.across[1][first[owner[piece]] + turn_of]
    edge_shape = meets.across[1][first[owner[across]] + turn_across]
    edge_held = shapely.intersects(shapes[edge_shape], shapely.point_on_surface(parts[across]))
    held_from, held = meets.inside_from[rows][owner], np.diff(meets.inside_from)[rows][owner]
    offset = np.arange(int(held.sum())) - np.repeat(np.cumsum(held) - held, held)
    return (
        rows[owner], shapely.area(parts), np.concatenate([piece, np.repeat(np.arange(len(owner)), held)]),
        np.concatenate([shape, meets.inside[1][np.repeat(held_from, held) + offset]]),
        across, edge_shape, edge_held,
    )


def _halves(parts: np.ndarray, shape: np.ndarray, least: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """What lies inside and what outside of a shape; together they are the whole, or they are cut again on a fine grid."""
    inner = without_slivers(polygonal(in_chunks(shapely.intersection, parts, shape)), least)
    outer = without_slivers(polygonal(in_chunks(shapely.difference, parts, shape)), least)
    whole = shapely.area(parts)
    astray = np.flatnonzero(np.abs(shapely.area(inner) + shapely.area(outer) - whole) > _ASTRAY * whole)
    if len(astray):
        inner[astray] = polygonal(shapely.intersection(parts[astray], shape[astray], grid_size=_GRID))
        outer[astray] = polygonal(shapely.difference(parts[astray], shape[astray], grid_size=_GRID))
    return inner, outer


def _joined(rows: np.ndarray, found: list[tuple[np.ndarray, ...]]) -> Pieces:
    """The pieces of all batches in the order of their areas."""
    if not found:
        none = np.zeros(0, dtype=int)
        return Pieces(none, np.zeros(0), none, none, none, none, none.astype(bool))
    starts = np.cumsum([0, *(len(part[0]) for part in found[:-1])])
    area, size, piece, shape, across, edge, edge_held = (np.concatenate(column) for column in zip(
        *((at, size, piece + start, shape, across + start, edge, edge_held)
          for (at, size, piece, shape, across, edge, edge_held), start in zip(found, starts.tolist(), strict=True)), strict=True))
    order = np.argsort(area, kind="stable")
    place = np.empty(len(order), dtype=int)
    place[order] = np.arange(len(order))
    piece = place[piece]
    pairs = np.lexsort((shape, piece))
    across = place[across]
    edges = np.lexsort((edge, across))
    return Pieces(rows[area[order]], size[order], piece[pairs], shape[pairs], across[edges], edge[edges], edge_held[edges])
