"""Own generalised geometry on a one-metre grid, with shared edges kept shared."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import shapely

GRID_M = 1.0
CRS = "EPSG:3310"


def on_grid(geometries: Any) -> Any:
    """Valid geometries with whole-metre coordinates (EPSG:3310)."""
    return shapely.set_precision(shapely.make_valid(np.asarray(geometries, dtype=object)), GRID_M)


def polygons_only(geometries: Any) -> Any:
    """The polygonal part of each geometry."""
    return np.array([_polygonal(geometry) for geometry in geometries], dtype=object)


def _polygonal(geometry: Any) -> Any:
    parts = [part for part in shapely.get_parts(shapely.get_parts(geometry)) if part.geom_type == "Polygon"]
    if len(parts) == 1:
        return parts[0]
    return shapely.union_all(parts) if parts else shapely.Polygon()


def shared_coverage(polygons: Any, outline: Any = None) -> Any:
    """The same polygons as an exact coverage: every border is one line of whole-metre points, used by both sides.

    All borders are noded together on the grid; every face goes to the polygon that covers most of it, and slivers
    that belong to none (thinner than four metres) to the nearest polygon. With an `outline`, faces outside it are
    left out and slivers inside it are filled, so that the polygons tile it.
    """
    polygons = np.asarray(polygons, dtype=object)
    borders = list(shapely.boundary(polygons)) + ([shapely.boundary(outline)] if outline is not None else [])
    lines = shapely.union_all(borders, grid_size=GRID_M)
    faces = shapely.get_parts(shapely.polygonize(shapely.get_parts(lines)))
    owner = _owners(faces, polygons, outline)
    return np.array(
        [_joined(faces[owner == index]) for index in range(len(polygons))], dtype=object
    )


def _joined(faces: Sequence[Any]) -> Any:
    return shapely.normalize(shapely.coverage_union_all(faces))


def _owners(faces: Any, polygons: Any, outline: Any) -> Any:
    tree = shapely.STRtree(polygons)
    face_index, polygon_index = tree.query(faces)
    overlap = shapely.area(shapely.intersection(faces[face_index], polygons[polygon_index]))
    best = np.zeros(len(faces))
    owner = np.full(len(faces), -1)
    for face, polygon, area in zip(face_index, polygon_index, overlap):
        if area > best[face]:
            best[face], owner[face] = area, polygon
    size = shapely.area(faces)
    owner[best < 0.5 * size] = -1
    inside = shapely.point_on_surface(faces)
    if outline is not None:
        owner[~shapely.intersects(outline, inside)] = -1
        orphan = (owner == -1) & shapely.intersects(outline, inside)
    else:
        orphan = (owner == -1) & shapely.is_empty(shapely.buffer(faces, -2 * GRID_M))
    owner[orphan] = tree.nearest(inside[orphan])
    return owner


def simplified_coverage(polygons: Any, tolerance_m: float) -> Any:
    """A coverage with fewer points; neighbours keep the same border. Points are a subset of the given ones."""
    return shapely.normalize(shapely.coverage_simplify(np.asarray(polygons, dtype=object), tolerance_m))


def without_cracks(polygons: Any, width_m: float) -> Any:
    """The same coverage with the cracks between neighbours closed: gaps narrower than ``width_m`` join a neighbour.

    Publishers generalise every tract on its own, which leaves hair-thin ground that belongs to nobody; true enclaves
    are wider and stay.
    """
    return shapely.normalize(shapely.coverage_clean(polygons, gap_width=width_m, snapping_distance=0.0))


def simplified(geometries: Any, tolerance_m: float) -> Any:
    """Single outlines with fewer points, valid, on the grid.

    An outline so small that it would gain or lose more than a tenth of its area keeps all its points.
    """
    whole = polygons_only(on_grid(geometries))
    thin = polygons_only(on_grid(shapely.simplify(np.asarray(geometries, dtype=object), tolerance_m)))
    faithful = np.abs(shapely.area(thin) - shapely.area(whole)) <= 0.1 * shapely.area(whole)
    return shapely.normalize(np.where(faithful, thin, whole))
