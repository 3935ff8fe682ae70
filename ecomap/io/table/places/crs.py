"""Where on Earth the numbers are: as the file says, as the planner says, or asked for."""

from __future__ import annotations

from typing import Any

from ecomap.io.table.places.known_systems import Likely, likely_systems, off_its_ground
from ecomap.io.table.places.regions import SEA, Box, ground, where
from ecomap.model.errors import InputError
from ecomap.model.report import ReportLine
from ecomap.model.said import Said, listed, say
from ecomap.model.said import name as named
from ecomap.model.understanding import Doubt, Option
from ecomap.model.units import format_number

CRS_DOUBT = "crs"
MOST_OPTIONS = 6
HALF = 0.5


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
            say("'{text}' is not a coordinate system.", text=named(text[:60])), say("Give an EPSG number, for example EPSG:4326 or EPSG:3857.")
        ) from problem


def settle_crs(
    found: Any, given: str, xy: Any, areas: tuple[Box, ...], file_name: str, project: Box | None = None
) -> tuple[Any, Said, list[ReportLine]]:
    """The coordinate system of a table, how it is known, and what to say about it.

    Parameters
    ----------
    found : CRS or None
        As the file states it.
    given : str
        As the planner states it; it wins.
    xy : array (n, 2)
        The coordinates (of points, or of the middles of the shapes' boxes).
    areas : tuple of boxes
        West, south, east, north in degrees of where rows can be expected, the likeliest first; empty if nothing is known.
    project : box, optional
        West, south, east, north in degrees of the project's places.

    Raises
    ------
    InputError
        If the numbers are no degrees and no system is stated or given.
    """
    if given:
        crs, note = flat(named_crs(given)), []
        if found is not None and not _same(crs, found):
            note = [ReportLine("caution", say("The file says {stated}; {given} was used as asked for.", stated=named(crs_name(found)), given=named(crs_name(crs))))]
        return crs, say("{system} (given)", system=named(crs_name(crs))), note
    notes: list[ReportLine] = []
    if found is not None:
        found, notes = _usable(found)
    degrees = _degrees_share(xy)
    if found is not None and found.is_projected and degrees > 1 - HALF / len(xy) and _are_degrees(found, xy, areas):
        note = [ReportLine("mended", say("The file says {system}, but its numbers are degrees: they were read as longitude and latitude.",
                                         system=named(crs_name(found))))]
        return named_crs("EPSG:4326"), say("EPSG:4326 (the numbers are degrees)"), note
    if found is not None and not (found.is_geographic and degrees < HALF):
        return _from_file(found)
    if degrees >= HALF and len(xy):
        crs = named_crs("EPSG:4326")
        note = [ReportLine("note", say("The file does not say its coordinate system; its numbers are degrees, so longitude and latitude (EPSG:4326) were assumed."))]
        return crs, say("EPSG:4326 (assumed: the numbers are degrees)"), [*notes, *note]
    raise _unknown(found, xy, areas, file_name, project)


def flat(crs: Any) -> Any:
    """The part of a system that lies on the ground: without heights."""
    if crs.is_compound:
        crs = crs.sub_crs_list[0]
    return crs.to_2d() if len(crs.axis_info) > 2 and not crs.is_geocentric else crs


def _usable(found: Any) -> tuple[Any, list[ReportLine]]:
    """A stated system that can be placed on the Earth, else None and a note."""
    found = flat(found)
    inner = found.source_crs if found.is_bound and found.source_crs is not None else found
    if inner.is_geographic or inner.is_projected:
        return found, []
    return None, [ReportLine("note", say("The file names a local coordinate system ('{system}') that says nothing of where on Earth it lies.",
                                         system=named(str(found.name)[:40])))]


def _are_degrees(found: Any, xy: Any, areas: tuple[Box, ...]) -> bool:
    """Whether numbers under 180 are degrees although a system in metres or feet is stated: it would be off its own ground."""
    import numpy as np

    x, y = float(np.median(xy[:, 0])), float(np.median(xy[:, 1]))
    if not off_its_ground(found, x, y):
        return False
    return any(west - 1 <= x <= east + 1 and south - 1 <= y <= north + 1 for west, south, east, north in areas) or int(ground(x, y)) != SEA


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


def _unknown(found: Any, xy: Any, areas: tuple[Box, ...], file_name: str, project: Box | None) -> InputError:
    likely = likely_systems(xy, areas, project)[:MOST_OPTIONS]
    values = {"file": named(file_name), "x": format_number(xy[0, 0]), "y": format_number(xy[0, 1])}
    what = say("{file} does not say its coordinate system, and its numbers (such as {x}, {y}) are not degrees.", **values)
    if found is not None:
        what = say("{file} says it is in degrees ({system}), but its numbers (such as {x}, {y}) are not degrees.",
                   system=named(crs_name(found)), **values)
    if likely and not areas:
        hint = say("Ask its publisher which coordinate system it is in, and give its EPSG number. Only if it was made for a web map is it {system}: that "
                   "would place it in {place}.", system=_words(likely[0]), place=where(*likely[0].place))
    elif len(likely) == 1:
        hint = say("It is likely {system}: that would place it in {place}. Say so if this is right.",
                   system=_words(likely[0]), place=where(*likely[0].place))
    elif likely:
        hint = say("Say which it is: {systems}.", systems=listed([
            say("{system} would place it in {place}", system=_words(one), place=where(*one.place)) for one in likely]))
    else:
        hint = say("Ask its publisher which coordinate system it is in, and give its EPSG number.")
    doubt = Doubt(
        CRS_DOUBT, say("In which coordinate system are its numbers?"),
        tuple(say("{system} would place it in {place}", system=_words(one), place=where(*one.place)) for one in likely),
        tuple(Option(one.code, _words(one)) for one in likely), rows=tuple(f"{x:.0f}, {y:.0f}" for x, y in xy[:3]), needed=True,
    )
    return InputError(what, hint, {"candidates": [one.code for one in likely]}, doubts=(doubt,))


def _words(one: Likely) -> Said:
    return say("{code} ({words})", code=named(one.code), words=named(one.name))


def corners_in_degrees(shapes: Any, crs: Any) -> tuple[Any, Any]:
    """Longitude and latitude of every corner of shapes, and the row that each belongs to: many times a large layer is
    only asked where it lies, and making its shapes anew for that would cost as much again.

    Raises
    ------
    ProjError
        If there is no way from their system to degrees.
    """
    import numpy as np
    import shapely
    from pyproj import Transformer

    corners, row = shapely.get_coordinates(shapes, return_index=True)
    if not crs.is_exact_same(named_crs("EPSG:4326")):
        way = Transformer.from_crs(crs, "EPSG:4326", always_xy=True)
        corners = np.column_stack(way.transform(corners[:, 0], corners[:, 1]))
    return corners, row
