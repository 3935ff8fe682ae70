"""Degrees that cannot be, latitude and longitude in the wrong order, a lost minus sign."""

from __future__ import annotations

from typing import Any

from ecomap.io.table.numbers import parse_numbers
from ecomap.model.errors import InputError
from ecomap.model.report import ReportLine
from ecomap.model.said import name as named
from ecomap.model.said import plural, say


def points_from_columns(frame: Any, longitude: str, latitude: str) -> tuple[Any, list[ReportLine]]:
    """A frame with points made from two columns; rows without both have no point.

    Zero-zero (the sea off Africa, where failed look-ups end) counts as no place.
    """
    import geopandas as gpd  # heavy
    import numpy as np
    import shapely

    x, y = parse_numbers(frame[longitude]), parse_numbers(frame[latitude])
    east, north = x.values.to_numpy(), y.values.to_numpy()
    nowhere = (east == 0) & (north == 0)
    there = ~np.isnan(east) & ~np.isnan(north) & ~nowhere
    shapes = np.full(len(frame), None, dtype=object)
    shapes[there] = shapely.points(east[there], north[there])
    notes = []
    if nowhere.any():
        notes.append(ReportLine("note", plural("{n} row has the coordinates 0, 0, which means no place.",
                                                "{n} rows have the coordinates 0, 0, which means no place.", int(nowhere.sum()))))
    odd = (*x.odd, *y.odd)
    if odd:
        notes.append(ReportLine("caution", say("Coordinates that are no numbers count as absent."), None, odd[:5]))
    return gpd.GeoDataFrame(frame, geometry=shapes), notes


def straighten(shapes: Any, names: Any, region: tuple[float, float, float, float] | None) -> tuple[Any, list[ReportLine]]:
    """Mend degrees row by row.

    Parameters
    ----------
    shapes : array of geometries in degrees
    region : tuple, optional
        West, south, east, north in degrees of where rows can be expected; used to recognise a lost minus sign.

    Returns
    -------
    shapes, notes
        Places that are impossible on Earth are taken away and counted.
    """
    import numpy as np
    import shapely

    values = np.asarray(shapes, dtype=object).copy()
    box = shapely.bounds(values)
    there = ~np.isnan(box[:, 0])
    swapped = there & (np.abs(box[:, [1, 3]]).max(axis=1) > 90) & (np.abs(box[:, [0, 2]]).max(axis=1) <= 90) & (
        np.abs(box[:, [1, 3]]).max(axis=1) <= 180)
    notes: list[ReportLine] = []
    if swapped.any():
        values[swapped] = shapely.transform(values[swapped], lambda xy: xy[:, ::-1])
        notes.append(ReportLine(
            "mended", say("Latitude and longitude stood in each other's place."), int(swapped.sum()), tuple(names[swapped][:5])
        ))
        box = shapely.bounds(values)
    if region is not None:
        values, note = _signs(values, box, there, region, names)
        notes.extend(note)
        box = shapely.bounds(values)
    with np.errstate(invalid="ignore"):
        impossible = there & ((np.abs(box[:, [0, 2]]).max(axis=1) > 180.01) | (np.abs(box[:, [1, 3]]).max(axis=1) > 90.01))
    if impossible.any():
        values[impossible] = None
        notes.append(ReportLine(
            "caution", say("Coordinates that are nowhere on Earth were taken away."), int(impossible.sum()),
            tuple(say("{row}: {x}, {y}", row=named(name), x=named(f"{b[0]:g}"), y=named(f"{b[1]:g}")) for name, b in list(zip(names[impossible], box[impossible]))[:5]),
        ))
    return values, notes


def _signs(values: Any, box: Any, there: Any, region: tuple[float, float, float, float], names: Any) -> tuple[Any, list[ReportLine]]:
    """Put back the minus sign of longitudes that fall into the region only with it."""
    import numpy as np
    import shapely

    west, south, east, north = region
    with np.errstate(invalid="ignore"):
        level = (box[:, 1] >= south) & (box[:, 3] <= north)
        lost = there & level & (box[:, 0] > 0) & (-box[:, 0] <= east) & (-box[:, 2] >= west)
    if not lost.any():
        return values, []
    values = values.copy()
    values[lost] = shapely.transform(values[lost], lambda xy: xy * [-1, 1])
    return values, [ReportLine("mended", say("The minus sign of the longitude was missing."), int(lost.sum()), tuple(names[lost][:5]))]


def outside(shapes: Any, region: tuple[float, float, float, float], where: str, names: Any) -> list[ReportLine]:
    """A caution about rows outside the region in which the project's map is exact (degrees)."""
    import numpy as np
    import shapely

    box = shapely.bounds(shapes)
    west, south, east, north = region
    with np.errstate(invalid="ignore"):
        out = (box[:, 2] < west) | (box[:, 0] > east) | (box[:, 3] < south) | (box[:, 1] > north)
    if not out.any():
        return []
    return [ReportLine(
        "caution", say("Rows outside {region}, where the project's map is not exact.", region=named(where)), int(out.sum()), tuple(names[out][:5])
    )]


def region_of(crs: Any) -> tuple[tuple[float, float, float, float] | None, str]:
    """Where a coordinate system is meant to be used: bounds in degrees, and its name."""
    use = crs.area_of_use
    if use is None:
        return None, ""
    return (use.west, use.south, use.east, use.north), str(use.name).split(" - ")[-1].split(".")[0]


def require_projected(crs: Any) -> None:
    """The working system must be in metres.

    Raises
    ------
    InputError
        If it is in degrees or in feet.
    """
    if not crs.is_projected or abs(crs.axis_info[0].unit_conversion_factor - 1) > 1e-9:
        raise InputError(
            say("The project's coordinate system '{system}' is not in metres.", system=named(crs.name)), say("Use one such as EPSG:3310.")
        )
