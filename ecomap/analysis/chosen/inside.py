"""Which rows of a layer lie in a shape that somebody drew, or within a distance of other places."""

from __future__ import annotations

from typing import Any

import numpy as np
import shapely

from ecomap.analysis.chosen.ways import MIDDLE, MOST, TOUCHED


def drawn_shape(points: Any) -> Any:
    """The area within a line that somebody drew; lobes of a line that crosses itself all count. Empty where it has no area.

    Parameters
    ----------
    points : sequence of (float, float)
        In the coordinate system of the layers; the last point need not be the first.

    >>> drawn_shape([(0, 0), (2, 0), (2, 2), (0, 2)]).area, drawn_shape([(0, 0), (2, 2), (2, 0), (0, 2)]).area, drawn_shape([(0, 0), (1, 1)]).area
    (4.0, 2.0, 0.0)
    """
    corners = np.asarray(points, dtype=float).reshape(-1, 2)
    corners = corners[np.isfinite(corners).all(axis=1)]
    if len(corners) < 3:
        return shapely.Polygon()
    made = shapely.make_valid(shapely.Polygon(corners))
    parts = shapely.get_parts(made)
    return shapely.union_all(parts[shapely.get_dimensions(parts) == 2])


def inside(shapes: Any, area: Any, how: str = MOST) -> np.ndarray:
    """Whether each shape counts as lying in an area.

    Points count where they lie in it or on its edge; areas and lines as ``how`` says: with more than half of their ground
    (length), with a point on their surface, or with any part. A row without a shape never counts.

    Parameters
    ----------
    shapes : array of shapely geometry
        Same projected coordinate system as the area.
    how : {"most", "middle", "touched"}

    >>> squares = [shapely.box(0, 0, 2, 2), shapely.box(2, 0, 4, 2)]
    >>> inside(squares, shapely.box(0, 0, 3.2, 2)).tolist(), inside(squares, shapely.box(0, 0, 3, 2)).tolist()
    ([True, True], [True, False])
    """
    shapes = np.asarray(shapes, dtype=object)
    found = np.zeros(len(shapes), dtype=bool)
    if area is None or shapely.is_empty(area):
        return found
    shapely.prepare(area)
    met = shapely.intersects(area, shapes)
    flat = shapely.get_dimensions(shapes) < 1
    found[flat] = met[flat]
    wide = np.flatnonzero(met & ~flat)
    if how == TOUCHED:
        found[wide] = True
    elif how == MIDDLE:
        found[wide] = shapely.intersects(area, shapely.point_on_surface(shapes[wide]))
    else:
        whole = shapely.covers(area, shapes[wide])
        found[wide[whole]] = True
        cut = wide[~whole]
        sizes, shared = _size(shapes[cut]), _size(shapely.intersection(shapely.make_valid(shapes[cut]), area))
        found[cut] = shared > sizes / 2 * (1 + 1e-9)
    return found


def within_reach(shapes: Any, places: Any, reach_m: float, how: str = MOST) -> np.ndarray:
    """Whether each shape lies within a distance of any of some places, in a straight line from the nearest part of a place.

    Areas and lines count as in `inside`: with most of their ground within the distance, with their middle, or with any part.

    Parameters
    ----------
    reach_m : float
        Metres; 0 finds what touches a place.

    >>> dots = shapely.points([[0, 0], [3, 4], [6, 8]])
    >>> within_reach(dots, [shapely.Point(0, 0)], 5.0).tolist()
    [True, True, False]
    """
    shapes, places = np.asarray(shapes, dtype=object), np.asarray(places, dtype=object)
    places = places[~shapely.is_missing(places) & ~shapely.is_empty(places)]
    found = np.zeros(len(shapes), dtype=bool)
    if not len(places) or not reach_m >= 0:
        return found
    tree = shapely.STRtree(places)
    asked = shapes if how != MIDDLE else np.where(shapely.get_dimensions(shapes) > 0, shapely.point_on_surface(shapes), shapes)
    (met, _) = tree.query(asked, predicate="dwithin", distance=float(reach_m))
    found[met] = True
    wide = np.flatnonzero(found & (shapely.get_dimensions(shapes) > 0))
    if how == MOST and len(wide):
        around = shapely.union_all(shapely.buffer(places, float(reach_m), quad_segs=32))
        found[wide] = inside(shapes[wide], around, MOST)
    return found


def standing_in(points: Any, areas: Any) -> np.ndarray:
    """Whether each point stands in one of some areas or on its edge.

    >>> standing_in(shapely.points([[1, 1], [5, 5]]), [shapely.box(0, 0, 2, 2)]).tolist()
    [True, False]
    """
    points, areas = np.asarray(points, dtype=object), np.asarray(areas, dtype=object)
    found = np.zeros(len(points), dtype=bool)
    if len(areas):
        (met, _) = shapely.STRtree(areas).query(points, predicate="intersects")
        found[met] = True
    return found


def share_ground(areas: Any, least: float = 0.01) -> bool:
    """Whether some of the areas lie over each other by more than a part of the smaller one: their counts would count people twice.

    >>> share_ground([shapely.box(0, 0, 2, 2), shapely.box(2, 0, 4, 2)]), share_ground([shapely.box(0, 0, 2, 2), shapely.box(1, 0, 4, 2)])
    (False, True)
    """
    areas = np.asarray(areas, dtype=object)
    areas = areas[shapely.get_dimensions(areas) == 2]
    if len(areas) < 2:
        return False
    one, other = shapely.STRtree(areas).query(areas, predicate="intersects")
    pairs = one < other
    one, other = one[pairs], other[pairs]
    if not len(one):
        return False
    deep = ~shapely.touches(areas[one], areas[other])
    one, other = one[deep], other[deep]
    common = shapely.area(shapely.intersection(shapely.make_valid(areas[one]), shapely.make_valid(areas[other])))
    return bool((common > least * np.minimum(shapely.area(areas[one]), shapely.area(areas[other]))).any())


def _size(shapes: Any) -> np.ndarray:
    """Ground of areas, length of lines."""
    return np.where(shapely.get_dimensions(shapes) == 1, shapely.length(shapes), shapely.area(shapes))
