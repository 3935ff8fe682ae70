"""Which polygons share ground, and how much of it."""

from __future__ import annotations

import os
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import numpy as np
import shapely
from attrs import field, frozen
from pyproj import CRS

from ecomap.model import hands
from ecomap.model.errors import InputError
from ecomap.model.progress import Progress, silent
from ecomap.model.said import Said, name, say

_CHUNK = 1024
_ASTRAY = 1e-7    # parts that miss their whole by more than this share of it are not just those of it
_PREPARED = 4096  # shapes made ready for many questions at a time


@frozen
class Pairs:
    """Pairs of a source and a target polygon with ground in common.

    ``source`` and ``target`` are row positions; ``area_m2`` is the ground they share; ``whole`` is True where the
    target holds the whole source. ``piece`` is the shared ground itself (None where it was not asked for).
    """

    source: np.ndarray
    target: np.ndarray
    area_m2: np.ndarray
    whole: np.ndarray
    piece: np.ndarray | None = field(default=None, eq=False, repr=False)


def projected_crs(frame: Any, what: Said) -> CRS:
    """The CRS of a frame, refused unless it is projected: areas and distances in degrees mean nothing.

    Parameters
    ----------
    what : Said
        What the rows are, as the refusal calls them: "need areas".

    Raises
    ------
    InputError
        If there is no CRS or it is geographic.
    """
    crs = getattr(frame, "crs", None)
    if crs is None:
        raise InputError(say("The {what} have no coordinate system.", what=what),
                         say("Set one, then re-project to a projected one."))
    if not crs.is_projected:
        raise InputError(
            say("The {what} are in degrees ({system}), where areas and distances mean nothing.", what=what, system=name(crs.to_string())),
            say("Re-project them to a projected system in metres, such as the UTM zone of the place."),
        )
    return crs


def same_crs(first: Any, second: Any, what: Said, other: Said) -> CRS:
    """The projected CRS two frames share.

    Raises
    ------
    InputError
        If they differ or are not projected.
    """
    one, two = projected_crs(first, what), projected_crs(second, other)
    if one != two:
        raise InputError(
            say("The {what} are in {system}, the {other} in {other_system}.", what=what, system=name(one.to_string()), other=other,
                other_system=name(two.to_string())),
            say("Re-project one to the other."),
        )
    return one


def metres_per_unit(crs: CRS) -> float:
    """Length of one unit of a projected CRS in metres (0.3048 for feet)."""
    return float(crs.axis_info[0].unit_conversion_factor)


def polygonal(geometries: np.ndarray) -> np.ndarray:
    """The same geometries with only their areas: points and lines, left where polygons touch, are taken away."""
    kinds = shapely.get_type_id(geometries)
    result = np.array(geometries, dtype=object, copy=True)
    result[np.isin(kinds, (0, 1, 2, 4, 5))] = shapely.Polygon()
    for position in np.flatnonzero(kinds == 7):
        parts = shapely.get_parts(result[position])
        result[position] = shapely.union_all(parts[np.isin(shapely.get_type_id(parts), (3, 6))])
    return result


def without_slivers(geometries: np.ndarray, least: np.ndarray) -> np.ndarray:
    """The same geometries without parts smaller than ``least``, which are the rounding of coordinates.

    They are no ground, and they lead the overlay of a next shape astray: it has taken a circle far from an area for one
    that lies in it.
    """
    many = np.flatnonzero((shapely.get_type_id(geometries) == 6) & (shapely.get_num_geometries(geometries) > 1))
    parts, of = shapely.get_parts(geometries[many], return_index=True)
    small = shapely.area(parts) < least[many][of]
    if not small.any():
        return geometries
    result = np.array(geometries, dtype=object, copy=True)
    for position in np.unique(of[small]):
        kept = parts[(of == position) & ~small]
        result[many[position]] = shapely.multipolygons(kept) if len(kept) != 1 else kept[0]
    return result


def in_chunks(work: Callable[..., np.ndarray], *arrays: np.ndarray, progress: Progress | None = None) -> np.ndarray:
    """Apply a shapely function to arrays in chunks on a few threads; stops between chunks when asked to."""
    progress = progress or silent()
    total = len(arrays[0])
    result = np.empty(total, dtype=object)
    starts = range(0, total, _CHUNK)
    others = hands.ready()
    if others is not None and total > _CHUNK:
        jobs = [(work, *(array[start : start + _CHUNK] for array in arrays)) for start in starts]
        result[:] = np.concatenate(others(_on_shapes, jobs, progress, say("Comparing areas")))
        return result

    def one(start: int) -> None:
        progress.check()
        part = slice(start, start + _CHUNK)
        result[part] = work(*(array[part] for array in arrays))

    with ThreadPoolExecutor(max_workers=min(4, os.cpu_count() or 1)) as pool:
        for done, _ in enumerate(pool.map(one, starts)):
            progress.at(done * _CHUNK / max(total, 1), say("Comparing areas"))
    return result


def _on_shapes(work: Callable[..., np.ndarray], *arrays: np.ndarray) -> np.ndarray:
    """One chunk, wherever it is done."""
    return work(*arrays)


def pair_areas(
    sources: np.ndarray, targets: np.ndarray, *, keep_pieces: bool = False, progress: Progress | None = None
) -> Pairs:
    """All pairs of polygons that share ground.

    A source that lies wholly inside a target is recognised by the prepared target and never cut; only sources on a
    boundary are. Pairs that merely touch are left out. Sorted by source, then target.

    Parameters
    ----------
    sources, targets : ndarray of polygons
        In one projected CRS; None and empty ones share nothing.
    """
    progress = progress or silent()
    source, target, whole = meeting(sources, targets, progress)
    cut = np.flatnonzero(~whole)
    work = _shared if keep_pieces else _shared_size
    found = in_chunks(work, sources[source[cut]], targets[target[cut]], progress=progress)
    pieces = sources[source] if keep_pieces else None
    area = shapely.area(sources)[source]
    if pieces is not None:
        pieces[cut] = found
    area[cut] = shapely.area(found) if keep_pieces else found.astype(float)
    shared = area > 0
    return Pairs(source[shared], target[shared], area[shared], whole[shared], None if pieces is None else pieces[shared])


def _shared(sources: np.ndarray, targets: np.ndarray) -> np.ndarray:
    """The ground that polygons share."""
    return polygonal(shapely.intersection(sources, targets))


def _shared_size(sources: np.ndarray, targets: np.ndarray) -> np.ndarray:
    """How much ground polygons share: the ground itself is let go at once, or that of all pairs would stand in memory."""
    return np.asarray(shapely.area(_shared(sources, targets)))


def meeting(sources: np.ndarray, targets: np.ndarray, progress: Progress) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """All pairs of polygons that meet, sorted by source, then target; and whether the target surely holds the whole source.

    Targets are prepared a few at a time and as copies: what is prepared takes many times the memory of a shape.
    """
    tree = shapely.STRtree(sources)
    found = []
    for start in range(0, len(targets), _PREPARED):
        progress.check()
        some = shapely.force_2d(targets[start : start + _PREPARED])
        shapely.prepare(some)
        target, source = tree.query(some, predicate="intersects")
        found.append((source, target + start, shapely.contains_properly(some[target], sources[source])))
    if not found:
        return np.zeros(0, dtype=np.intp), np.zeros(0, dtype=np.intp), np.zeros(0, dtype=bool)
    source, target, whole = (np.concatenate(part) for part in zip(*found, strict=True))
    order = np.lexsort((target, source))
    return source[order], target[order], whole[order]


def dissolved(areas: np.ndarray) -> shapely.Geometry:
    """Areas put together. Those whose edges are, corner by corner, their neighbours' are put together by these edges, which is quicker."""
    fitting = shapely.is_empty(shapely.coverage_invalid_edges(areas)) & ~shapely.is_empty(areas)
    if not fitting.any():
        return shapely.union_all(areas)
    together = shapely.coverage_union_all(areas[fitting])
    return together if fitting.all() else shapely.union_all(np.r_[shapely.get_parts(together), areas[~fitting]])


def pair_parts(
    ground: np.ndarray, wholes: np.ndarray, *, sure: np.ndarray | None = None, progress: Progress
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Which of some wholes holds which ground, and how much of it, where the wholes are that same ground put together.

    Every part of a ground lies in one whole, so that a point inside it tells which: nothing is cut, which for wholes that reach
    over many grounds would take time with their square. Only parts that no point finds, and those that reach over to a
    whole which lacks something, are cut.

    Parameters
    ----------
    sure : ndarray, optional
        What of each whole other ground than this is.

    Returns
    -------
    tuple of ndarray
        Rows of ground and whole, sorted by ground, then whole, and the area they share in square units of the CRS.

    >>> halves, whole = np.array([shapely.box(0, 0, 1, 1), shapely.box(1, 0, 3, 1)]), np.array([shapely.box(0, 0, 3, 1)])
    >>> [found.tolist() for found in pair_parts(halves, whole, progress=silent())]
    [[0, 1], [0, 0], [1.0, 2.0]]
    """
    parts, of = shapely.get_parts(ground, return_index=True)
    size = shapely.area(parts)
    inside, whole = holding(_inside(parts), wholes, progress)
    where = np.full(len(parts), -1)
    where[inside] = whole
    told = where >= 0
    whole_size = shapely.area(wholes)
    rest = whole_size - (0.0 if sure is None else sure)
    lacking = np.flatnonzero(rest - np.bincount(where[told], size[told], len(wholes)) > _ASTRAY * whole_size)
    if len(lacking):  # a part of another whole reaches over to it by a neck that rounding has closed or opened
        at, part = shapely.STRtree(parts).query(wholes[lacking], predicate="intersects")
        told[part[where[part] != lacking[at]]] = False
    source, target, area = of[told], where[told], size[told]
    if not told.all():
        rows = np.flatnonzero(~told)
        cut = pair_areas(parts[rows], wholes, progress=progress)
        source = np.concatenate([source, of[rows[cut.source]]])
        target, area = np.concatenate([target, cut.target]), np.concatenate([area, cut.area_m2])
    pair, at = np.unique(source * max(len(wholes), 1) + target, return_inverse=True)
    return *np.divmod(pair, max(len(wholes), 1)), np.bincount(at, area, len(pair))


def holding(shapes: np.ndarray, wholes: np.ndarray, progress: Progress) -> tuple[np.ndarray, np.ndarray]:
    """Rows of shapes and of wholes that meet, sorted by whole."""
    tree, found = shapely.STRtree(shapes), [np.zeros((2, 0), dtype=np.intp)]
    for start in range(0, len(wholes), _PREPARED):
        progress.check()
        some = shapely.force_2d(wholes[start : start + _PREPARED])
        shapely.prepare(some)
        found.append(tree.query(some, predicate="intersects") + [[start], [0]])
    whole, shape = np.concatenate(found, axis=1)
    order = np.argsort(whole, kind="stable")
    return shape[order], whole[order]


def _inside(shapes: np.ndarray) -> np.ndarray:
    """A point inside each shape; where the library's falls onto the edge, at a spike, the middle of the largest triangle."""
    points = shapely.point_on_surface(shapes)
    edge = np.flatnonzero(~shapely.contains_properly(shapes, points))
    points[edge] = _well_inside(shapes[edge])
    return np.asarray(points)


def _well_inside(shapes: np.ndarray) -> np.ndarray:
    """The middle of the largest triangle of each shape; None where it has none."""
    triangles, of = shapely.get_parts(shapely.constrained_delaunay_triangles(shapes), return_index=True)
    order = np.lexsort((shapely.area(triangles), of))
    last = np.full(len(shapes), -1)
    last[of[order]] = order
    found = np.full(len(shapes), None, dtype=object)
    found[last >= 0] = shapely.centroid(triangles[last[last >= 0]])
    return found
