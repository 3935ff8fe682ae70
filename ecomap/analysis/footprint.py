"""The ground that organisations reach, and where two of them reach the same children."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import shapely
from attrs import field, frozen

from ecomap.analysis.overlay import metres_per_unit, pair_areas
from ecomap.analysis.presence import Presence, joined
from ecomap.analysis.reach import circles
from ecomap.analysis.school_need import number
from ecomap.model import vocabulary as v
from ecomap.model.progress import Progress

_BLOCK = 200


@frozen
class Footprints:
    """One polygon per organisation that has a place: circles around its places and the zones it leads, merged.

    ``names``, ``rows`` and ``places`` (how many) follow ``shapes``.
    """

    shapes: np.ndarray = field(eq=False, repr=False)
    names: list[str]
    rows: list[str] = field(repr=False)
    places: np.ndarray = field(eq=False, repr=False)


def footprints(found: Presence, radius_m: float, detour: float) -> Footprints:
    """Merge what every named organisation reaches: around its services, sites and schools, and inside its zones."""
    actors = found.actors
    shapes = found.geometry.copy()
    unit = metres_per_unit(found.schools.crs)
    at_school = np.full(len(actors), -1)
    own = found.place == 0
    at_school[found.actor[own]] = found.school[own]
    lacking = np.flatnonzero(shapely.is_missing(shapes) & (at_school >= 0))
    shapes[lacking] = np.asarray(found.schools.geometry)[at_school[lacking]]
    use = np.flatnonzero((actors["organisation"] != "").to_numpy() & ~shapely.is_missing(shapes))
    points = shapely.get_type_id(shapes[use]) == 0
    who, keys = pd.factorize(actors["who"].to_numpy()[use], sort=True)
    place = pd.DataFrame({"who": who, "place": shapely.to_wkb(shapes[use])}).drop_duplicates()
    kept = place.index.to_numpy()
    ground = shapes[use][kept]
    ground[points[kept]] = circles(ground[points[kept]], radius_m / detour / unit)
    order = np.argsort(who[kept], kind="stable")
    ends = np.searchsorted(who[kept][order], np.arange(len(keys) + 1))
    merged = np.array([
        ground[order[ends[n]]] if ends[n + 1] - ends[n] == 1 else shapely.union_all(ground[order[ends[n] : ends[n + 1]]])
        for n in range(len(keys))
    ], dtype=object)
    names = actors["organisation"].to_numpy()[use]
    first = np.searchsorted(np.sort(who), np.arange(len(keys)))
    named = names[np.argsort(who, kind="stable")][first].tolist() if len(keys) else []
    return Footprints(merged, named, joined(who, actors["ref"].to_numpy()[use], len(keys)),
                      np.bincount(who[kept], minlength=len(keys)))


def overlap_table(here: Footprints, areas: Any, largest: int, progress: Progress) -> tuple[pd.DataFrame, int]:
    """Pairs of organisations whose footprints share ground, with the children in it, most first.

    Children are spread evenly over their need area; the ground two organisations share is cut out once, so a child in
    several of their circles counts once. Without need areas the children are missing.

    Returns
    -------
    table : DataFrame
        At most `largest` pairs.
    left_out : int
        How many pairs share ground and were not measured. Where there are more pairs than `largest`, those with the
        most children in need areas whose middle both reach are measured.
    """
    one, two = _meeting(here.shapes)
    children = number(areas, v.CHILDREN) if areas is not None else np.zeros(0)
    left_out = 0
    if len(one) > largest:
        rough = _rough(here.shapes, one, two, areas, children)
        keep = np.sort(np.argsort(-rough, kind="stable")[:largest])
        left_out = len(one) - largest
        one, two = one[keep], two[keep]
    progress.at(0.3, "Measuring what footprints share")
    shared = np.array(shapely.intersection(here.shapes[one], here.shapes[two]), dtype=object)
    ground = shapely.area(shared)
    touch = ground > 0
    one, two, shared, ground = one[touch], two[touch], shared[touch], ground[touch]
    both = _children(shared, areas, children, progress.part(0.4, 0.8)) if areas is not None else np.full(len(one), np.nan)
    every = np.unique(np.concatenate([one, two])) if len(one) else np.zeros(0, dtype=int)
    alone = np.full(len(here.names), np.nan)
    if areas is not None and len(every):
        alone[every] = _children(here.shapes[every], areas, children, progress.part(0.8, 1.0))
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


def _meeting(shapes: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Pairs of footprints whose ground meets, each once."""
    if not len(shapes):
        return np.zeros(0, dtype=int), np.zeros(0, dtype=int)
    shapely.prepare(shapes)
    one, two = shapely.STRtree(shapes).query(shapes, predicate="intersects")
    pairs = np.column_stack([one, two])[one < two]
    pairs = pairs[np.lexsort((pairs[:, 1], pairs[:, 0]))]
    return pairs[:, 0], pairs[:, 1]


def _rough(shapes: np.ndarray, one: np.ndarray, two: np.ndarray, areas: Any, children: np.ndarray) -> np.ndarray:
    """Children of the need areas whose middle both reach; without areas the smaller footprint, square units."""
    if areas is None:
        size = shapely.area(shapes)
        return np.minimum(size[one], size[two])
    from scipy.sparse import csr_array  # heavy

    middles = shapely.point_on_surface(np.asarray(areas.geometry))
    shape, area = shapely.STRtree(middles).query(shapes, predicate="intersects")
    inside = csr_array((np.ones(len(shape)), (shape, area)), shape=(len(shapes), len(middles)))
    weighted = csr_array(inside.multiply(np.nan_to_num(children)[None, :]))
    return np.asarray((weighted @ inside.T).tocsr()[one, two]).ravel()


def _children(shapes: np.ndarray, areas: Any, children: np.ndarray, progress: Progress) -> np.ndarray:
    """Children on the ground of every polygon; those of areas without a count are in no total."""
    ground = np.asarray(areas.geometry)
    size = shapely.area(ground)
    total = np.zeros(len(shapes))
    for start in range(0, len(shapes), _BLOCK):
        progress.at(start / len(shapes), "Counting children")
        pairs = pair_areas(ground, shapes[start : start + _BLOCK])
        counted = np.nan_to_num(children)[pairs.source] * np.minimum(pairs.area_m2 / size[pairs.source], 1.0)
        total[start : start + _BLOCK] = np.bincount(pairs.target, counted, len(shapes[start : start + _BLOCK]))
    return total
