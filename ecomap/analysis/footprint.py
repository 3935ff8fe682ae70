"""The ground that organisations reach, and where two of them reach the same children."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import shapely
from attrs import field, frozen

from ecomap.analysis.overlay import metres_per_unit, pair_areas, polygonal
from ecomap.analysis.presence import Presence, joined
from ecomap.analysis.reach import circles
from ecomap.analysis.school_need import number
from ecomap.model import vocabulary as v
from ecomap.model.progress import Progress

_BLOCK = 2_000
_FEW = 60  # so many organisations are compared each with each


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

    def merged(self, which: np.ndarray) -> np.ndarray:
        """The ground that each of these organisations reaches, several of its places over one spot once."""
        wanted = np.isin(self.owner, which)
        owner, ground = self.owner[wanted], self.places[wanted].copy()
        points = shapely.get_type_id(ground) == 0
        ground[points] = circles(ground[points], self.radius)
        order = np.argsort(owner, kind="stable")
        ends = np.searchsorted(owner[order], which), np.searchsorted(owner[order], which, side="right")
        return np.array([shapely.union_all(ground[order[start:end]]) for start, end in zip(*ends, strict=True)], dtype=object)

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
    return Footprints(names, joined(who, actors["ref"].to_numpy()[use], len(keys)), who[kept], shapes[use][kept],
                      radius_m / detour / metres_per_unit(found.schools.crs))


def overlap_table(here: Footprints, areas: Any, largest: int, progress: Progress) -> tuple[pd.DataFrame, int]:
    """Pairs of organisations whose footprints share ground, with the children in it, most first.

    Children are spread evenly over their need area; the ground two organisations share is cut out once, so a child in
    several of their circles counts once. Without need areas the children are missing.

    Returns
    -------
    table : DataFrame
        At most `largest` pairs.
    left_out : int
        How many further pairs reach the same need area (its middle; without need areas, the same place) and were not
        measured. Those with the most children in such areas are.
    """
    children = number(areas, v.CHILDREN) if areas is not None else np.zeros(0)
    one, two, left_out = _candidates(here, areas, children, largest)
    progress.at(0.3, "Measuring what footprints share")
    every = np.unique(np.concatenate([one, two]))
    parts, owner = shapely.get_parts(here.merged(every), return_index=True)
    pair, pieces = _shared(parts, every[owner], one, two)
    ground = np.bincount(pair, shapely.area(pieces), len(one))
    both, alone = np.full(len(one), np.nan), np.full(len(here.names), np.nan)
    if areas is not None and len(one):
        both = _children(pieces, pair, len(one), areas, children, progress.part(0.4, 0.8))
        alone = _children(parts, every[owner], len(here.names), areas, children, progress.part(0.8, 1.0))
    touch = ground > 0
    one, two, ground, both = one[touch], two[touch], ground[touch], both[touch]
    names = np.array(here.names, dtype=object)
    frame = pd.DataFrame({
        v.ID: [f"{here.names[i]}|{here.names[j]}" for i, j in zip(one, two, strict=True)],
        v.NAME: [f"{here.names[i]} and {here.names[j]}" for i, j in zip(one, two, strict=True)],
        "first": names[one], "second": names[two], "children_in_both": both, "children_of_first": alone[one],
        "children_of_second": alone[two], "shared_m2": ground,
        "rows": [f"{here.rows[i]}; {here.rows[j]}" for i, j in zip(one, two, strict=True)],
    })
    ordered = frame.sort_values(["children_in_both", "shared_m2", v.ID], ascending=[False, False, True], kind="stable",
                                ignore_index=True)
    return ordered, left_out


def _candidates(here: Footprints, areas: Any, children: np.ndarray, largest: int) -> tuple[np.ndarray, np.ndarray, int]:
    """Which pairs to measure, and how many are left out: all where organisations are few, else by a rough count."""
    one, two = np.triu_indices(len(here.names), 1)
    few = len(here.names) <= _FEW
    if few and len(one) <= largest:
        return one, two, 0
    points = shapely.point_on_surface(np.asarray(areas.geometry if areas is not None else here.places))
    inside = here.reaches(points)
    weight = np.nan_to_num(children) if areas is not None else np.ones(len(points))
    rough = (inside * weight[None, :]).tocsr() @ inside.T.tocsr()
    meet = (inside @ inside.T).toarray()[one, two] > 0
    count = rough.toarray()[one, two]
    keep = np.sort(np.lexsort((-meet.astype(int), -count))[:largest])
    keep = keep if few else keep[meet[keep]]
    return one[keep], two[keep], int(meet.sum() - meet[keep].sum())


def _shared(parts: np.ndarray, owner: np.ndarray, one: np.ndarray, two: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """What two organisations share, in pieces that do not lie over each other, and the pair of every piece."""
    if not len(one):
        return np.zeros(0, dtype=int), np.zeros(0, dtype=object)
    shapely.prepare(parts)
    left, right = shapely.STRtree(parts).query(parts, predicate="intersects")
    width = int(owner.max()) + 1
    wanted = one.astype(np.int64) * width + two
    order = np.argsort(wanted, kind="stable")
    key = owner[left].astype(np.int64) * width + owner[right]
    at = np.minimum(np.searchsorted(wanted[order], key), len(wanted) - 1)
    known = wanted[order][at] == key
    pieces = polygonal(shapely.intersection(parts[left[known]], parts[right[known]]))
    some = shapely.area(pieces) > 0
    return order[at[known]][some], pieces[some]


def _children(
    pieces: np.ndarray, group: np.ndarray, count: int, areas: Any, children: np.ndarray, progress: Progress
) -> np.ndarray:
    """Children on the ground of every group of pieces; those of areas without a count are in no total."""
    ground = np.asarray(areas.geometry)
    size = shapely.area(ground)
    total = np.zeros(count)
    for start in range(0, len(pieces), _BLOCK):
        progress.at(start / len(pieces), "Counting children")
        pairs = pair_areas(ground, pieces[start : start + _BLOCK])
        counted = np.nan_to_num(children)[pairs.source] * np.minimum(pairs.area_m2 / size[pairs.source], 1.0)
        total += np.bincount(group[start : start + _BLOCK][pairs.target], counted, count)
    return total
