"""Which school an address belongs to, as long as nobody has brought the official attendance areas."""

from __future__ import annotations

from typing import Any

import numpy as np

from ecomap.model.errors import InputError
from ecomap.model.said import joined, name, say
from ecomap.model.vocabulary import (
    AREA_ID,
    BOUNDARY,
    GEOMETRY,
    GOVERNANCE,
    ID,
    KIND,
    LEVEL,
    LEVELS,
    NAME,
    RESIDENTIAL_INTAKE,
    SCHOOL_ID,
    SCHOOL_LEVELS,
)

SHARED_WITH = "shared_with"  # other schools at the same point, ids joined by "+"
NEAREST = "nearest"          # kind of link: the area is the land nearest to this school
NEAREST_SHARED = "nearest_shared_point"  # kind of link: as above, for a school at the same point
POINT_M = 1.0                # points closer than this on both axes are one point


def schools_with_area(schools: Any, level: str) -> Any:
    """The schools of one level that can have an attendance area: district-run, taking pupils by home address.

    Parameters
    ----------
    schools : GeoDataFrame
        Columns id, levels ("elementary+middle"), governance, residential_intake; points.
    level : {"elementary", "middle", "high"}

    Returns
    -------
    GeoDataFrame
        Rows of `schools`, sorted by id. Charter, continuation, special and magnet schools are not among them.
    """
    if level not in SCHOOL_LEVELS:
        raise InputError(say("There is no school level '{level}'.", level=name(level)),
                         say("Use {levels}.", levels=joined(map(name, SCHOOL_LEVELS), ", ")))
    has_level = schools[LEVELS].fillna("").str.split("+").apply(lambda levels: level in levels)
    placed = schools.geometry.notna() & ~schools.geometry.is_empty
    keep = has_level & schools[RESIDENTIAL_INTAKE].astype(bool) & (schools[GOVERNANCE] == "district") & placed
    return schools[keep].sort_values(ID, kind="stable")


def estimate_attendance_areas(schools: Any, boundary: Any, *, level: str) -> Any:
    """Attendance areas of one level, **estimated** as the land nearest to each school, clipped to the district.

    Definition: Voronoi (Thiessen) polygons of the points of the district-run schools of the level that take pupils
    by home address, cut at the district's boundary; straight-line distance, freeways and the river ignored. Real
    attendance areas differ, and are many-to-many where families choose within a zone. Schools at one point (within
    `POINT_M`) share one area: it is named after the smallest id, the others are in ``shared_with``.

    Parameters
    ----------
    schools : GeoDataFrame
        Points in a projected CRS (metres); columns as in `schools_with_area`.
    boundary : Polygon, MultiPolygon, GeoSeries or GeoDataFrame
        The district in the same CRS.
    level : {"elementary", "middle", "high"}

    Returns
    -------
    GeoDataFrame
        One row per area, sorted by id: id ("elementary:19647336019632"), name, school_id, level, boundary
        ("estimated"), shared_with, geometry. The areas tile the district without overlap. A school so far outside
        that no land of the district is nearest to it has no row.

    Raises
    ------
    InputError
        If no school of the level can have an area, or the boundary is empty.

    References
    ----------
    Thiessen, A. H. (1911), Monthly Weather Review 39(7): 1082-1089.
    """
    import geopandas as gpd  # heavy
    import shapely  # heavy

    outline = _outline(boundary)
    chosen = schools_with_area(schools, level)
    if chosen.empty:
        raise InputError(
            say("No {level} school here is district-run and takes pupils by home address.", level=name(level)),
            say("Mark such schools in the columns governance and residential_intake."),
        )
    groups = _by_point(chosen)
    points = shapely.points([point for point, _ in groups])
    cells = np.asarray(_cells(points, outline))
    pieces = shapely.intersection(cells, outline)
    names = dict(zip(chosen[ID], chosen[NAME]))
    rows = []
    for (_, ids), piece in zip(groups, pieces):
        if shapely.area(piece) > 0:
            rows.append({
                ID: f"{level}:{ids[0]}",
                NAME: _area_name([names[i] for i in ids], level),
                SCHOOL_ID: ids[0], LEVEL: level, BOUNDARY: "estimated", SHARED_WITH: "+".join(ids[1:]),
                GEOMETRY: piece,
            })
    frame = gpd.GeoDataFrame(rows, geometry=GEOMETRY, crs=schools.crs)
    return frame.sort_values(ID, kind="stable").reset_index(drop=True)


def links_of(areas: Any) -> Any:
    """Which school serves which area, one row per pair (many-to-many).

    Parameters
    ----------
    areas : DataFrame
        As `estimate_attendance_areas` returns them; several levels may be stacked.

    Returns
    -------
    DataFrame
        id, name, area_id, school_id, level, kind ("nearest", or "nearest_shared_point" for a further school at the
        same point).
    """
    import pandas as pd  # heavy

    rows = []
    for area, called, school, level, shared in zip(
        areas[ID], areas[NAME], areas[SCHOOL_ID], areas[LEVEL], areas[SHARED_WITH]
    ):
        others = [other for other in str(shared).split("+") if other]
        for member, kind in [(school, NEAREST), *((other, NEAREST_SHARED) for other in others)]:
            rows.append({
                ID: f"{area}>{member}", NAME: called, AREA_ID: area, SCHOOL_ID: member, LEVEL: level, KIND: kind,
            })
    return pd.DataFrame(rows, columns=[ID, NAME, AREA_ID, SCHOOL_ID, LEVEL, KIND])


def _outline(boundary: Any) -> Any:
    import shapely  # heavy

    shape = boundary if isinstance(boundary, shapely.Geometry) else boundary.geometry.union_all()
    if shape.is_empty:
        raise InputError(say("The district has no boundary to cut the areas at."), say("Choose a district layer with polygons."))
    return shape


def _by_point(chosen: Any) -> list[tuple[tuple[float, float], list[str]]]:
    """Schools by place: the place of the smallest id and every id there, in the order of the smallest ids."""
    places: dict[tuple[int, int], list[str]] = {}
    where: dict[tuple[int, int], tuple[float, float]] = {}
    for school, point in zip(chosen[ID], chosen.geometry):
        key = (round(point.x / POINT_M), round(point.y / POINT_M))
        places.setdefault(key, []).append(school)
        where.setdefault(key, (point.x, point.y))
    return [(where[key], ids) for key, ids in places.items()]


def _cells(points: Any, outline: Any) -> Any:
    """The Voronoi cell of each point, in order, large enough to cover the outline."""
    import shapely  # heavy

    if len(points) == 1:
        return [shapely.envelope(outline)]
    cover = shapely.union(shapely.envelope(outline), shapely.envelope(shapely.multipoints(points)))
    cells = shapely.voronoi_polygons(shapely.multipoints(points), extend_to=cover, ordered=True)
    return shapely.get_parts(cells)


def _area_name(schools: list[str], level: str) -> str:
    others = f" and {len(schools) - 1} more at the same address" if len(schools) > 1 else ""
    return f"{schools[0]}{others}, estimated {level} area"
