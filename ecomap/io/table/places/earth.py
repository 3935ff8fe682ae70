"""Points from columns, degrees the right way round, and what is nowhere on Earth."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ecomap.io.table.places.coordinates import parse_degrees
from ecomap.io.table.places.date_line import in_one_piece
from ecomap.io.table.places.readings import PLAIN, settle_readings, words_of
from ecomap.io.table.places.regions import Box
from ecomap.io.table.places.testimony import Witness
from ecomap.model.errors import InputError
from ecomap.model.report import ReportLine
from ecomap.model.said import Said, joined, plural, say
from ecomap.model.said import name as named
from ecomap.model.understanding import Doubt


def points_from_columns(frame: Any, longitude: str, latitude: str) -> tuple[Any, list[ReportLine]]:
    """A frame with points made from two columns; rows without both have no point.

    Zero-zero (the sea off Africa, where failed look-ups end) counts as no place.
    """
    import geopandas as gpd  # heavy
    import numpy as np
    import shapely

    x, y = parse_degrees(frame[longitude]), parse_degrees(frame[latitude])
    east, north = x.values, y.values
    nowhere = (east == 0) & (north == 0)
    there = ~np.isnan(east) & ~np.isnan(north) & ~nowhere
    shapes = np.full(len(frame), None, dtype=object)
    shapes[there] = shapely.points(east[there], north[there])
    notes = []
    if nowhere.any():
        notes.append(ReportLine("note", _no_place(int(nowhere.sum()))))
    if x.spelled or y.spelled:
        notes.append(ReportLine("note", say("Coordinates in degrees, minutes and seconds were read as degrees."), int(max(x.spelled, y.spelled))))
    odd = (*x.odd, *y.odd)
    if odd:
        notes.append(ReportLine("caution", say("Coordinates that are no numbers count as absent."), None, odd[:5]))
    return gpd.GeoDataFrame(frame, geometry=shapes), notes


def _no_place(count: int) -> Said:
    return plural("{n} row has the coordinates 0, 0, which means no place.", "{n} rows have the coordinates 0, 0, which means no place.", count)


def read_right(
    shapes: Any, names: Any, found: tuple[Witness, ...], weak: Witness | None, expected: Box | None,
    answers: Mapping[str, str], file_name: str,
) -> tuple[Any, list[ReportLine], tuple[Doubt, ...]]:
    """Degrees the right way round, with what was done to which rows; places that are nowhere on Earth are taken away.

    Parameters
    ----------
    shapes : array of geometries in degrees, or what claims to be
    found, weak
        What the file says of where its rows are (`ecomap.io.table.places.testimony`).
    expected : tuple, optional
        West, south, east, north in degrees of the places the project has.
    """
    import numpy as np
    import shapely

    values, crossing = in_one_piece(np.asarray(shapes, dtype=object).copy())
    box = shapely.bounds(values)
    x, y = (box[:, 0] + box[:, 2]) / 2, (box[:, 1] + box[:, 3]) / 2
    some = [(name, n) for n, name in enumerate(names[np.arange(min(3, len(x)))])]
    settled = settle_readings(x, y, found=found, weak=weak, expected=expected, answers=answers, file_name=file_name,
                              rows=tuple(f"{name}: {x[n]:g}, {y[n]:g}" for name, n in some if x[n] == x[n]))
    lines: list[ReportLine] = []
    rest = np.isfinite(x)
    odd = {one: mask for one, mask in settled.odd.items() if mask.any()}
    for mask in odd.values():
        rest &= ~mask
    for one, mask in ((settled.whole, rest), *odd.items()):
        if not mask.any() or (one == PLAIN and settled.whole == PLAIN):
            continue
        values[mask] = shapely.transform(values[mask], one.moved)
        lon, lat = one.read(x[mask], y[mask])
        reason = settled.reason if one == settled.whole and settled.reason else None
        text = words_of(one, lon, lat)
        lines.append(ReportLine("mended", text if reason is None else joined([text, _because(reason)]), int(mask.sum()), tuple(names[mask][:5])))
    return (*_possible(values, box, names, lines, crossing), settled.doubts)


def _because(reason: Said) -> Said:
    return say("(Why: {reason})", reason=reason)


def _possible(values: Any, box: Any, names: Any, lines: list[ReportLine], crossing: Any) -> tuple[Any, list[ReportLine]]:
    """Without the shapes that are nowhere on Earth or at the point 0, 0; `box` is as written, `crossing` are those over the date line."""
    import numpy as np
    import shapely

    now = shapely.bounds(values)
    with np.errstate(invalid="ignore"):
        impossible = ((np.abs(now[:, [0, 2]]).max(axis=1) > 180.01) & ~crossing) | (np.abs(now[:, [1, 3]]).max(axis=1) > 90.01)
        nowhere = (now == 0).all(axis=1)
    if impossible.any():
        values[impossible] = None
        lines = [*lines, ReportLine(
            "caution", say("Coordinates that are nowhere on Earth were taken away."), int(impossible.sum()),
            tuple(say("{row}: {x}, {y}", row=named(name), x=named(f"{b[0]:g}"), y=named(f"{b[1]:g}")) for name, b in list(zip(names[impossible], box[impossible]))[:5]),
        )]
    if nowhere.any():
        values[nowhere] = None
        lines = [*lines, ReportLine("note", _no_place(int(nowhere.sum())))]
    return values, lines


def region_of(crs: Any) -> Box | None:
    """Where a coordinate system is meant to be used: bounds in degrees."""
    use = crs.area_of_use
    return None if use is None else (use.west, use.south, use.east, use.north)


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
