"""Shapes moved from one coordinate system to another, with the shift of the datum that holds where they lie.

PROJ looks for a shift among those that hold where both systems are used. A file of Los Angeles on the datum of 1927 that comes into
a project measured in Britain has none of these, and PROJ then takes the degrees as they stand: about 90 m off, without a word. So
what has no shift of its own goes by way of WGS 84, which is used everywhere, and what has none there either is told as rough.
"""

from __future__ import annotations

from typing import Any, Final

from attrs import field, frozen

from ecomap.model.report import ReportLine
from ecomap.model.said import name as named
from ecomap.model.said import say

DEGREES: Final = "EPSG:4326"
SHOWN: Final = 5
_SATELLITE: Final = ((6378137.0, 298.257), (6378135.0, 298.26))  # GRS 80 and WGS 84, WGS 72: half axis and flattening of today's datums


@frozen
class Shifted:
    """Shapes in another system, and which of them were moved without knowing how the two datums lie to each other."""

    shapes: Any = field(repr=False, eq=False)
    rough: Any = field(repr=False, eq=False)


def shifted(shapes: Any, source: Any, target: Any) -> Shifted:
    """Shapes in the target system.

    Raises
    ------
    ProjError
        If there is no way from one system to the other.
    """
    import numpy as np
    import shapely
    from pyproj import CRS

    source, target = CRS.from_user_input(source), CRS.from_user_input(target)
    moved = np.array(shapes, dtype=object)
    rough = np.zeros(len(moved), dtype=bool)
    if source.is_exact_same(target):
        return Shifted(moved, rough)
    xy, row = shapely.get_coordinates(moved, return_index=True)
    there, unsure = _points(xy, source, target)
    rough[row[unsure]] = True
    heights = shapely.has_z(moved)
    deep = heights[row]
    if heights.any():
        there3 = np.column_stack([there[deep], shapely.get_coordinates(moved[heights], include_z=True)[:, 2]])
        moved[heights] = shapely.set_coordinates(moved[heights], there3)
    moved[~heights] = shapely.set_coordinates(moved[~heights], there[~deep])
    return Shifted(moved, rough)


def _points(xy: Any, source: Any, target: Any) -> tuple[Any, Any]:
    """Coordinates in the target system, and which of them have no known shift."""
    import numpy as np

    there = _known_way(xy, source, target)
    left = ~np.isfinite(there).all(axis=1) & np.isfinite(xy).all(axis=1)
    unsure = np.zeros(len(xy), dtype=bool)
    if left.any():
        degrees = _known_way(xy[left], source, DEGREES)
        known = np.isfinite(degrees).all(axis=1)
        # a shift of today's datums is a metre or two, which is nothing here; that of an older one is hundreds
        unsure[left] = ~known & (not of_satellites(source))
        there[left] = np.where(known[:, None], _any_way(degrees, DEGREES, target), _any_way(xy[left], source, target))
    return there, unsure & np.isfinite(there).all(axis=1)


def _known_way(xy: Any, source: Any, target: Any) -> Any:
    """Coordinates by a shift that is known to hold there; infinite where there is none."""
    import numpy as np
    from pyproj import Transformer
    from pyproj.exceptions import ProjError

    try:
        way = Transformer.from_crs(source, target, always_xy=True, allow_ballpark=False)
    except ProjError:
        return np.full((len(xy), 2), np.inf)
    return np.column_stack(way.transform(xy[:, 0], xy[:, 1]))


def _any_way(xy: Any, source: Any, target: Any) -> Any:
    """Coordinates by whatever way there is, as PROJ chooses it."""
    import numpy as np
    from pyproj import Transformer

    return np.column_stack(Transformer.from_crs(source, target, always_xy=True).transform(xy[:, 0], xy[:, 1]))


def of_satellites(crs: Any) -> bool:
    """Whether a system lies on a datum of today's, all of which agree within a metre or two.

    >>> from pyproj import CRS
    >>> of_satellites(CRS("EPSG:4269")), of_satellites(CRS("EPSG:4267"))
    (True, False)
    """
    shape = crs.ellipsoid
    return shape is not None and any(abs(shape.semi_major_metre - axis) < 1 and abs(shape.inverse_flattening - flat) < 0.01 for axis, flat in _SATELLITE)


def rough_line(rough: Any, names: Any, crs: Any) -> ReportLine:
    """What is said of rows whose shift is not known."""
    import numpy as np

    return ReportLine("caution", say("How the datum of {system} lies to that of the map is not known there: these rows may lie hundreds of metres off. "
                                     "Ask its publisher for the file in longitude and latitude (EPSG:4326).", system=named(_called(crs))),
                      int(np.count_nonzero(rough)), tuple(str(name) for name in names[rough][:SHOWN]))


def _called(crs: Any) -> str:
    code = crs.to_epsg()
    return f"EPSG:{code} ({crs.name})" if code else str(crs.name)[:60]
