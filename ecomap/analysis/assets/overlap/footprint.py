"""The ground that organisations reach, and where two of them reach the same children."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import shapely
from attrs import field, frozen

from ecomap.analysis.assets.presence import SEPARATOR, Presence, spoken, together
from ecomap.analysis.ground.overlay import metres_per_unit, pair_areas
from ecomap.analysis.people import weight_of
from ecomap.model import vocabulary as v
from ecomap.model.progress import Progress
from ecomap.model.said import name, say

_SIDES = 32
# Circles have so many sides and the circle's own area; their edge lies within 0.4 % of the radius.
_EQUAL_AREA = float(np.sqrt(np.pi / (_SIDES / 2 * np.sin(2 * np.pi / _SIDES))))
_SOME = 1e-6  # so that pairs over areas without children count as pairs


@frozen
class Footprints:
    """What every organisation that has a place reaches: circles around its places and the zones it leads.

    ``names`` and ``rows`` one per organisation; ``owner`` and ``places`` (points, or zones as polygons) one per place;
    ``radius`` in units of the CRS.
    """

    names: list[str]
    rows: list[str] = field(repr=False)
    owner: np.ndarray = field(eq=False, repr=False)
    places: np.ndarray = field(eq=False, repr=False)
    radius: float

    def reaches(self, points: np.ndarray) -> Any:
        """Sparse matrix organisations x points: 1 where a point is in reach."""
        from scipy.sparse import coo_array  # heavy

        round_ = shapely.get_type_id(self.places) == 0
        tree = shapely.STRtree(points)
        near = tree.query(self.places[round_], predicate="dwithin", distance=self.radius)
        inside = tree.query(self.places[~round_], predicate="intersects")
        owner = np.concatenate([self.owner[round_][near[0]], self.owner[~round_][inside[0]]])
        found = coo_array((np.ones(len(owner)), (owner, np.concatenate([near[1], inside[1]]))), shape=(len(self.names), len(points)))
        table = found.tocsr()
        table.data[:] = 1.0
        return table


def footprints(found: Presence, radius_m: float, detour: float) -> Footprints:
    """Gather the places of every named organisation: its services and sites, the schools it works at, the zones it leads."""
    actors = found.actors
    shapes = found.geometry.copy()
    at_school = np.full(len(actors), -1)
    own = found.place == 0
    at_school[found.actor[own]] = found.school[own]
    lacking = np.flatnonzero(shapely.is_missing(shapes) & (at_school >= 0))
    shapes[lacking] = np.asarray(found.schools.geometry)[at_school[lacking]]
    use = np.flatnonzero((actors["organisation"] != "").to_numpy() & ~shapely.is_missing(shapes))
    who, keys = pd.factorize(actors["who"].to_numpy()[use], sort=True)
    names = pd.Series(actors["organisation"].to_numpy()[use]).groupby(who).first().tolist() if len(use) else []
    place, _ = pd.factorize(pd.Series(shapely.to_wkb(shapes[use]), dtype=object))
    kept = np.flatnonzero(~pd.DataFrame({"who": who, "place": place}).duplicated().to_numpy())
    return Footprints(names, together(who, actors["ref"].to_numpy()[use], len(keys)), who[kept], shapes[use][kept],
                      radius_m / detour / metres_per_unit(found.schools.crs))


def overlap_table(here: Footprints, areas: Any, largest: int, progress: Progress) -> tuple[pd.DataFrame, int]:
    """Pairs of organisations whose footprints share ground, with the children in it, most first.

    Children (or who stands in for them) are spread evenly over their need area; what an organisation reaches of an area is merged before two are laid
    over each other, so a child in several circles counts once. Without need areas they are missing.

    Returns
    -------
    table : DataFrame
        At most `largest` pairs. Ground is counted within the need areas, if there are any.
    left_out : int
        How many further pairs reach the same need area (its middle; without need areas, the same place) and were not
        measured. Those with the most children in such areas are.
    """
    children = weight_of(areas) if areas is not None else np.zeros(0)
    one, two, left_out = _candidates(here, areas, children, largest)
    progress.at(0.3, say("Measuring what footprints share"))
    tiles = np.asarray(areas.geometry) if areas is not None else _lattice(here)
    size = shapely.area(tiles)
    cover = _cover(here, np.unique(np.concatenate([one, two])), tiles, progress.part(0.3, 0.7))
    pair, tile, shared = _shared(cover, tiles, one, two)
    ground = np.bincount(pair, shared, len(one))
    both, alone = np.full(len(one), np.nan), np.full(len(here.names), np.nan)
    if areas is not None:
        density = np.divide(np.nan_to_num(children), size, out=np.zeros(len(size)), where=size > 0)
        both = np.bincount(pair, shared * density[tile], len(one))
        alone = np.bincount(cover.owner, cover.area * density[cover.tile], len(here.names))
    progress.at(0.9, say("Measuring what footprints share"))
    touch = ground > 0
    one, two, ground, both = one[touch], two[touch], ground[touch], both[touch]
    names, rows = np.array(here.names, dtype=object), np.array(here.rows, dtype=object)
    frame = pd.DataFrame({
        v.ID: names[one] + "|" + names[two], v.NAME: spoken(say("{first} and {second}", first=name(first), second=name(second))
                       for first, second in zip(names[one], names[two], strict=True)), "first": names[one], "second": names[two],
        "children_in_both": both, "children_of_first": alone[one], "children_of_second": alone[two], "shared_m2": ground,
        "rows": rows[one] + SEPARATOR + rows[two],
    })
    ordered = frame.sort_values(["children_in_both", "shared_m2", v.ID], ascending=[False, False, True], kind="stable",
                                ignore_index=True)
    return ordered, left_out


@frozen
class _Cover:
    """What organisations reach of every tile: merged ground and its size, sorted by owner and tile."""

    owner: np.ndarray
    tile: np.ndarray
    piece: np.ndarray
    area: np.ndarray
    whole: np.ndarray


def _cover(here: Footprints, wanted: np.ndarray, tiles: np.ndarray, progress: Progress) -> _Cover:
    """Cut every place's ground by the tiles once, then merge what one organisation reaches of one tile."""
    use = np.flatnonzero(np.isin(here.owner, wanted))
    place, _ = pd.factorize(pd.Series(shapely.to_wkb(here.places[use]), dtype=object))
    first = np.unique(place, return_index=True)[1] if len(use) else np.zeros(0, dtype=int)
    ground = np.array(here.places[use][first], dtype=object, copy=True)
    points = shapely.get_type_id(ground) == 0
    ground[points] = shapely.buffer(ground[points], here.radius * _EQUAL_AREA, quad_segs=_SIDES // 4)
    cut = pair_areas(tiles, ground, keep_pieces=True, progress=progress)
    assert cut.piece is not None
    links = pd.DataFrame({"place": place, "owner": here.owner[use]})
    pairs = pd.DataFrame({"place": cut.target, "row": np.arange(len(cut.target)), "tile": cut.source, "whole": cut.whole})
    rows = links.merge(pairs, on="place").sort_values(["owner", "tile", "whole", "row"], ascending=[True, True, False, True])
    key = rows["owner"].to_numpy(dtype=np.int64) * max(len(tiles), 1) + rows["tile"].to_numpy()
    start = np.flatnonzero(np.r_[True, key[1:] != key[:-1]]) if len(key) else np.zeros(0, dtype=int)
    end = np.append(start[1:], len(key)) if len(key) else start
    piece = cut.piece[rows["row"].to_numpy()]
    whole = rows["whole"].to_numpy(dtype=bool)[start]
    merged = piece[start].copy()
    for group in np.flatnonzero((end - start > 1) & ~whole):
        merged[group] = shapely.union_all(piece[start[group] : end[group]])
    return _Cover(rows["owner"].to_numpy()[start], rows["tile"].to_numpy()[start], merged, shapely.area(merged), whole)


def _shared(cover: _Cover, tiles: np.ndarray, one: np.ndarray, two: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Ground that two organisations share: pair, tile and area of every tile they both reach."""
    width = max(len(tiles), 1)
    key = cover.owner.astype(np.int64) * width + cover.tile
    begin, stop = np.searchsorted(cover.owner, one), np.searchsorted(cover.owner, one, side="right")
    pair = np.repeat(np.arange(len(one)), stop - begin)
    left = np.arange(len(pair)) - np.repeat(np.cumsum(stop - begin) - (stop - begin), stop - begin) + np.repeat(begin, stop - begin)
    asked = two[pair].astype(np.int64) * width + cover.tile[left]
    right = np.minimum(np.searchsorted(key, asked), max(len(key) - 1, 0))
    meet = key[right] == asked if len(key) else np.zeros(0, dtype=bool)
    pair, left, right = pair[meet], left[meet], right[meet]
    area = np.minimum(cover.area[left], cover.area[right])
    cut = np.flatnonzero(~cover.whole[left] & ~cover.whole[right])
    area[cut] = shapely.area(shapely.intersection(cover.piece[left[cut]], cover.piece[right[cut]]))
    return pair, cover.tile[left], area


def _lattice(here: Footprints) -> np.ndarray:
    """Squares over everything that is reached, for cutting where there are no need areas."""
    if not len(here.places):
        return np.zeros(0, dtype=object)
    left, bottom, right, top = shapely.total_bounds(here.places) + here.radius * np.array([-1.01, -1.01, 1.01, 1.01])
    step = max(2 * here.radius, (right - left) / 200, (top - bottom) / 200)
    x, y = (grid.ravel() for grid in np.meshgrid(np.arange(left, right, step), np.arange(bottom, top, step)))
    return np.asarray(shapely.box(x, y, x + step, y + step))


def _candidates(here: Footprints, areas: Any, children: np.ndarray, largest: int) -> tuple[np.ndarray, np.ndarray, int]:
    """Which pairs to measure, and how many are left out: all where organisations are few, else by a rough count."""
    if len(here.names) * (len(here.names) - 1) // 2 <= largest:
        one, two = np.triu_indices(len(here.names), 1)
        return one, two, 0
    from scipy.sparse import triu  # heavy

    points = shapely.point_on_surface(np.asarray(areas.geometry if areas is not None else here.places))
    inside = here.reaches(points)
    weight = (np.nan_to_num(children) if areas is not None else np.ones(len(points))) + _SOME
    rough = triu((inside * weight[None, :]).tocsr() @ inside.T.tocsr(), k=1, format="coo")
    most = np.argpartition(-rough.data, min(largest, len(rough.data)) - 1)[:largest] if largest and len(rough.data) else np.zeros(0, int)
    keep = np.sort(most)
    return rough.row[keep], rough.col[keep], len(rough.data) - len(keep)
