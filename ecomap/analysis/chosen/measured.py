"""How far and how large on the ground: geodesic lengths and areas on the ellipsoid, whatever system the map is in."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from typing import Any

from ecomap.analysis.chosen.inside import drawn_shape


def path_m(points: Sequence[tuple[float, float]], crs: str) -> float:
    """The length of a line in metres along the ellipsoid (GRS 80; Karney 2013, doi:10.1007/s00190-012-0578-z).

    Parameters
    ----------
    points : sequence of (float, float)
        Corners in the coordinate system `crs`; fewer than two have no length.

    >>> round(path_m([(0.0, 0.0), (0.0, 1.0)], "EPSG:4326"))
    110574
    """
    if len(points) < 2:
        return 0.0
    longitudes, latitudes = _degrees(crs).transform(*zip(*points))
    return float(_ellipsoid().line_length(longitudes, latitudes))


def area_m2(points: Sequence[tuple[float, float]], crs: str) -> float:
    """The ground within a line that somebody drew, in square metres on the ellipsoid; every lobe of one that crosses itself counts.

    >>> round(area_m2([(0, 0), (1, 0), (1, 1), (0, 1)], "EPSG:4326") / 1e6)
    12309
    """
    return sum(_ground_of(part, crs) for part in getattr(drawn_shape(points), "geoms", [drawn_shape(points)]))


def _ground_of(part: Any, crs: str) -> float:
    if part.is_empty:
        return 0.0
    return _ring_m2(part.exterior, crs) - sum(_ring_m2(hole, crs) for hole in part.interiors)


def _ring_m2(ring: Any, crs: str) -> float:
    longitudes, latitudes = _degrees(crs).transform(*ring.coords.xy)
    return abs(float(_ellipsoid().polygon_area_perimeter(longitudes, latitudes)[0]))


@lru_cache(4)
def _degrees(crs: str) -> Any:
    from pyproj import Transformer  # heavy

    return Transformer.from_crs(crs, "EPSG:4326", always_xy=True)


@lru_cache(1)
def _ellipsoid() -> Any:
    from pyproj import Geod  # heavy

    return Geod(ellps="GRS80")
