"""Where on Earth the numbers are: as the file says, as the planner says, or asked for."""

from __future__ import annotations

from typing import Any

from ecomap.model.errors import InputError
from ecomap.model.report import ReportLine
from ecomap.model.said import say
from ecomap.model.units import format_number

# Systems in use in and around Los Angeles, tried when a file does not say its own.
CANDIDATES = (
    ("EPSG:3857", "web map metres"),
    ("EPSG:2229", "California zone 5, feet"),
    ("EPSG:3310", "California Albers, metres"),
    ("EPSG:26911", "UTM zone 11, metres"),
    ("EPSG:26945", "California zone 5, metres"),
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
            say("'{text}' is not a coordinate system.", text=text[:60]), say("Give an EPSG number, for example EPSG:2229 or EPSG:4326.")
        ) from problem


def settle_crs(
    found: Any, given: str, xy: Any, extent: tuple[float, float, float, float] | None, file_name: str
) -> tuple[Any, str, list[ReportLine]]:
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
            note = [ReportLine("caution", say("The file says {crs_name}; {crs_name_2} was used as asked for.", crs_name=crs_name(found), crs_name_2=crs_name(crs)))]
        return crs, f"{crs_name(crs)} (given)", note
    degrees = _degrees_share(xy)
    if found is not None and not (found.is_geographic and degrees < 0.5):
        return _from_file(found)
    if degrees >= 0.5 and len(xy):
        crs = named_crs("EPSG:4326")
        note = [ReportLine("note", say("The file does not say its coordinate system; its numbers are degrees, so longitude and latitude (EPSG:4326) were assumed."))]
        return crs, "EPSG:4326 (assumed: the numbers are degrees)", note
    raise _unknown(found, xy, extent or LOS_ANGELES, file_name)


def _from_file(found: Any) -> tuple[Any, str, list[ReportLine]]:
    code = found.to_epsg() or found.to_epsg(min_confidence=25)
    if found.to_epsg() is None and found.is_geographic and _is_wgs84(found):
        crs = named_crs("EPSG:4326")
        note = [ReportLine("note", say("The file names its coordinate system '{name}' without a number; read as EPSG:4326.", name=found.name))]
        return crs, f"EPSG:4326 (from the file, which says {found.name!r})", note
    if code is None:
        return found, f"{found.name} (from the file)", []
    return found, f"EPSG:{code} (from the file)", []


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


def fitting_candidates(xy: Any, extent: tuple[float, float, float, float]) -> list[tuple[str, str]]:
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
    says = f"says it is in degrees ({crs_name(found)}), but" if found is not None else "does not say its coordinate system, and"
    if fitting:
        options = " or ".join(f"{code} ({words})" for code, words in fitting)
        hint = f"Say which it is: {options} would place it in the Los Angeles area."
    else:
        hint = "Ask its publisher which coordinate system it is in, and give its name, for example EPSG:2229."
    return InputError(
        say("{file_name} {says} its numbers (such as {xy}, {xy_2}) are not degrees.", file_name=file_name, says=says, xy=format_number(xy[0, 0]), xy_2=format_number(xy[0, 1])), hint,
        {"candidates": [code for code, _ in fitting]},
    )
