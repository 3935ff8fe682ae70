"""Where on Earth the numbers are: as the file says, as the planner says, or asked for."""

from __future__ import annotations

from typing import Any

from ecomap.model.errors import InputError
from ecomap.model.report import ReportLine
from ecomap.model.said import OR, Said, listed, say
from ecomap.model.said import name as named
from ecomap.model.units import format_number

# Systems in use in and around Los Angeles, tried when a file does not say its own.
CANDIDATES = (
    ("EPSG:3857", say("web map metres")),
    ("EPSG:2229", say("California zone 5, feet")),
    ("EPSG:3310", say("California Albers, metres")),
    ("EPSG:26911", say("UTM zone 11, metres")),
    ("EPSG:26945", say("California zone 5, metres")),
)
LOS_ANGELES = (-119.2, 33.2, -117.3, 35.0)  # degrees: west, south, east, north


def named_crs(text: str) -> Any:
    """A coordinate system from ``EPSG:2229``, ``2229`` or WKT.

    Raises
    ------
    InputError
        If there is no such system.
    """
    from pyproj import CRS
    from pyproj.exceptions import CRSError

    try:
        return CRS.from_user_input(int(text) if text.strip().isdigit() else text)
    except (CRSError, ValueError) as problem:
        raise InputError(
            say("'{text}' is not a coordinate system.", text=named(text[:60])), say("Give an EPSG number, for example EPSG:2229 or EPSG:4326.")
        ) from problem


def settle_crs(
    found: Any, given: str, xy: Any, extent: tuple[float, float, float, float] | None, file_name: str
) -> tuple[Any, Said, list[ReportLine]]:
    """The coordinate system of a table, how it is known, and what to say about it.

    Parameters
    ----------
    found : CRS or None
        As the file states it.
    given : str
        As the planner states it; it wins.
    xy : array (n, 2)
        The coordinates (of points, or of the corners of the shapes' boxes).
    extent : tuple, optional
        West, south, east, north of the project in degrees; Los Angeles if there is none.

    Raises
    ------
    InputError
        If the numbers are no degrees and no system is stated or given.
    """
    if given:
        crs, note = named_crs(given), []
        if found is not None and not _same(crs, found):
            note = [ReportLine("caution", say("The file says {stated}; {given} was used as asked for.", stated=named(crs_name(found)), given=named(crs_name(crs))))]
        return crs, say("{system} (given)", system=named(crs_name(crs))), note
    degrees = _degrees_share(xy)
    if found is not None and not (found.is_geographic and degrees < 0.5):
        return _from_file(found)
    if degrees >= 0.5 and len(xy):
        crs = named_crs("EPSG:4326")
        note = [ReportLine("note", say("The file does not say its coordinate system; its numbers are degrees, so longitude and latitude (EPSG:4326) were assumed."))]
        return crs, say("EPSG:4326 (assumed: the numbers are degrees)"), note
    raise _unknown(found, xy, extent or LOS_ANGELES, file_name)


def _from_file(found: Any) -> tuple[Any, Said, list[ReportLine]]:
    code = found.to_epsg() or found.to_epsg(min_confidence=25)
    if found.to_epsg() is None and found.is_geographic and _is_wgs84(found):
        crs = named_crs("EPSG:4326")
        note = [ReportLine("note", say("The file names its coordinate system '{system}' without a number; read as EPSG:4326.", system=named(found.name)))]
        return crs, say("EPSG:4326 (from the file, which says '{system}')", system=named(found.name)), note
    system = found.name if code is None else f"EPSG:{code}"
    return found, say("{system} (from the file)", system=named(system)), []


def _is_wgs84(crs: Any) -> bool:
    ellipsoid = crs.ellipsoid
    return ellipsoid is not None and abs(ellipsoid.semi_major_metre - 6378137) < 1 and 298.2 < ellipsoid.inverse_flattening < 298.3


def crs_name(crs: Any) -> str:
    code = crs.to_epsg()
    return f"EPSG:{code}" if code else str(crs.name)


def _same(one: Any, other: Any) -> bool:
    return bool(one == other or (one.to_epsg() is not None and one.to_epsg() == other.to_epsg()))


def _degrees_share(xy: Any) -> float:
    """Share of the coordinates that could be degrees, in either order."""
    import numpy as np

    if not len(xy):
        return 1.0
    x, y = np.abs(xy[:, 0]), np.abs(xy[:, 1])
    return float(np.mean(((x <= 180) & (y <= 90)) | ((x <= 90) & (y <= 180)) | ((x <= 180) & (y <= 180))))


def fitting_candidates(xy: Any, extent: tuple[float, float, float, float]) -> list[tuple[str, Said]]:
    """Systems that would place the middle of these numbers inside the extent (degrees)."""
    import numpy as np
    from pyproj import Transformer

    x, y = np.median(xy[:, 0]), np.median(xy[:, 1])
    west, south, east, north = extent
    fitting = []
    for code, words in CANDIDATES:
        lon, lat = Transformer.from_crs(code, "EPSG:4326", always_xy=True).transform(x, y)
        if west - 0.5 <= lon <= east + 0.5 and south - 0.5 <= lat <= north + 0.5:
            fitting.append((code, words))
    return fitting


def _unknown(found: Any, xy: Any, extent: tuple[float, float, float, float], file_name: str) -> InputError:
    fitting = fitting_candidates(xy, extent)
    if fitting:
        options = listed((say("{code} ({words})", code=named(code), words=words) for code, words in fitting), OR)
        hint = say("Say which it is: {systems} would place it in the Los Angeles area.", systems=options)
    else:
        hint = say("Ask its publisher which coordinate system it is in, and give its name, for example EPSG:2229.")
    values = {"file": named(file_name), "x": format_number(xy[0, 0]), "y": format_number(xy[0, 1])}
    what = say("{file} does not say its coordinate system, and its numbers (such as {x}, {y}) are not degrees.", **values)
    if found is not None:
        what = say("{file} says it is in degrees ({system}), but its numbers (such as {x}, {y}) are not degrees.",
                   system=named(crs_name(found)), **values)
    return InputError(what, hint, {"candidates": [code for code, _ in fitting]})
