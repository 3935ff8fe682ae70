"""Rows put on the Earth: their system, which way round their degrees are, the bulk of them, and those that stray."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from attrs import field, frozen

from ecomap.io.table.places import date_line, earth
from ecomap.io.table.places.bulk import FAR_M, Bulk, find_bulk, fitting_system, how_far, off_box_m
from ecomap.io.table.places.crs import corners_in_degrees, named_crs, settle_crs
from ecomap.io.table.places.regions import Box, Region, where
from ecomap.io.table.places.shift import rough_line, shifted
from ecomap.io.table.places.testimony import Witness, school_words, witnesses
from ecomap.model.errors import InputError
from ecomap.model.report import ReportLine
from ecomap.model.said import Said, joined, say
from ecomap.model.said import name as named
from ecomap.model.understanding import Doubt
from ecomap.model.units import format_number
from ecomap.model.vocabulary import GEOMETRY, PLACE_IN_FILE

SHOWN: Final = 5
AROUND_DEG: Final = 1.0  # how far around the project's places a new file may lie


@frozen
class Surroundings:
    """What is known before a table is placed.

    Parameters
    ----------
    target : str
        The system to measure in; the preferred one where `fit`.
    fit : bool
        Another may be chosen that fits the rows.
    expected : tuple, optional
        West, south, east, north in degrees of the project's places.
    columns : tuple of str
        Those that hold the coordinates: no evidence of where they are.
    """

    target: str
    fit: bool
    expected: Box | None
    answers: Mapping[str, str]
    found: Any
    given: str
    file_name: str
    columns: tuple[str, ...] = ()


@frozen
class Put:
    """A frame in its target system (None where a row is not on the map), and what was found on the way."""

    frame: Any = field(repr=False, eq=False)
    crs: Said
    strays: Any = field(repr=False, eq=False)
    lines: tuple[ReportLine, ...] = ()
    doubts: tuple[Doubt, ...] = ()


def place(frame: Any, names: Any, known: Surroundings) -> Put:
    """Put a frame's shapes into the target system.

    Raises
    ------
    InputError
        If there is no place at all, or it cannot be told where the places are.
    """
    import numpy as np
    import shapely

    if known.target:
        earth.require_projected(named_crs(known.target))
    values = np.asarray(frame[GEOMETRY], dtype=object)
    box = shapely.bounds(values)
    there = np.isfinite(box).all(axis=1)
    if not there.any():
        raise InputError(
            say("{file} has no row with coordinates.", file=named(known.file_name)), say("Check which columns hold longitude and latitude.")
        )
    found = witnesses(frame, (GEOMETRY, *known.columns))
    values, turned = _east_and_west(values, names, known)
    box = shapely.bounds(values)
    middles = (box[there][:, :2] + box[there][:, 2:]) / 2
    crs, text, lines = settle_crs(known.found, known.given or known.answers.get("crs", ""), middles, _areas(known, found), known.file_name, known.expected)
    doubts: tuple[Doubt, ...] = ()
    if crs.is_geographic:
        weak = school_words(frame, (GEOMETRY, *known.columns)) if known.expected is None and not found else None
        values, said, doubts = earth.read_right(values, names, found, weak, known.expected, known.answers, known.file_name)
        lines = [*lines, *said]
    lines = [*turned, *lines]
    lon, lat = _middles(values, crs, known.file_name)
    bulk = find_bulk(lon, lat, known.expected, _vouched(found, lon, lat))
    target = known.target
    if bulk is not None and (known.fit or not target):
        target = fitting_system(bulk, target)
    moved, rough = _moved(values, crs, target, known.file_name)
    strays = np.zeros(len(frame), dtype=bool)
    if bulk is not None:
        lines = [*lines, *_whereabouts(bulk, known, target)]
        if bulk.strays.any():
            strays = bulk.strays
            lines = [*lines, _stray_line(lon, lat, bulk, names)]
            frame = frame.assign(**{PLACE_IN_FILE: [f"{y:.5f}, {x:.5f}" if stray else "" for stray, x, y in zip(strays, lon, lat)]})
            moved[strays] = None
    if (rough & ~strays).any():
        lines = [*lines, rough_line(rough & ~strays, names, crs)]
    return Put(_with_shapes(frame, moved, target), text, strays, tuple(lines), doubts)


def _east_and_west(values: Any, names: Any, known: Surroundings) -> tuple[Any, list[ReportLine]]:
    """Longitudes that run on from 180 to 360 as west, where the numbers can be degrees."""
    given = known.given or known.answers.get("crs", "")
    stated = named_crs(given) if given else known.found
    if stated is not None and not stated.is_geographic:
        return values, []
    return date_line.to_east_and_west(values, names, known=stated is not None)


def _with_shapes(frame: Any, moved: Any, target: str) -> Any:
    import geopandas as gpd  # heavy
    import pandas as pd  # heavy

    return gpd.GeoDataFrame(pd.DataFrame(frame.drop(columns=GEOMETRY)), geometry=moved, crs=target)


def _moved(values: Any, crs: Any, target: str, file_name: str) -> tuple[Any, Any]:
    """Shapes in another system, and which of them only roughly; None where a corner is nowhere there: such a shape cannot be drawn."""
    import numpy as np
    import shapely
    from pyproj.exceptions import ProjError

    try:
        found = shifted(values, crs, target)
    except ProjError as problem:
        raise _unplaceable(crs, file_name) from problem
    numbers, row = shapely.get_coordinates(found.shapes, return_index=True)
    found.shapes[row[~np.isfinite(numbers).all(axis=1)]] = None
    return found.shapes, found.rough


def _unplaceable(crs: Any, file_name: str) -> InputError:
    return InputError(
        say("{file} is in a coordinate system that cannot be placed on the Earth ({system}).", file=named(file_name), system=named(str(crs.name)[:60])),
        say("Ask its publisher which coordinate system it is in, and give its EPSG number."), {"candidates": []},
    )


def _middles(shapes: Any, crs: Any, file_name: str) -> tuple[Any, Any]:
    """Longitude and latitude of the middle of every shape; NaN where there is none, or a corner is nowhere."""
    import numpy as np
    from pyproj.exceptions import ProjError

    try:
        corners, row = corners_in_degrees(shapes, crs)
    except ProjError as problem:
        raise _unplaceable(crs, file_name) from problem
    middle = np.full((len(shapes), 2), np.nan)
    if len(row):
        first = np.flatnonzero(np.diff(row, prepend=-1))
        with np.errstate(invalid="ignore"):
            found = (np.minimum.reduceat(corners, first, axis=0) + np.maximum.reduceat(corners, first, axis=0)) / 2
        middle[row[first]] = np.where(np.isfinite(found).all(axis=1, keepdims=True), found, np.nan)
    return middle[:, 0], middle[:, 1]


def _areas(known: Surroundings, found: tuple[Witness, ...]) -> tuple[Box, ...]:
    """Where rows can be expected: around the project's places, where the file's own columns put them, where the target is used."""
    areas: list[Box] = []
    if known.expected is not None:
        west, south, east, north = known.expected
        areas.append((west - AROUND_DEG, south - AROUND_DEG, east + AROUND_DEG, north + AROUND_DEG))
    for one in found:
        areas.extend(_usual(one).boxes)
    if not areas and not known.fit and known.target:
        region = earth.region_of(named_crs(known.target))
        areas.extend([] if region is None else [region])
    return tuple(areas)


def _usual(one: Witness) -> Region:
    """The region in which a column puts most rows."""
    import numpy as np

    return one.regions[int(np.bincount(one.which[one.speaks]).argmax())]


def _vouched(found: tuple[Witness, ...], lon: Any, lat: Any) -> Any:
    """Rows that their own data put in the state of most rows, and that lie there."""
    import numpy as np

    mask = np.zeros(len(lon), dtype=bool)
    for one in found:
        if one.regions[0].kind == "state" and one.speaks.any():
            home = one.regions.index(_usual(one))
            mask |= (one.which == home) & one.agrees(lon, lat)
    return mask


def _whereabouts(bulk: Bulk, known: Surroundings, target: str) -> list[ReportLine]:
    """Where the rows lie: as a note for the first places of a project, as a caution far from those it has."""
    import numpy as np

    lon, lat = bulk.typical
    if known.expected is None:
        if known.fit:
            return [ReportLine("note", say("The rows lie in {place}.", place=where(lon, lat)))]
        region = earth.region_of(named_crs(target))
        if region is None or (region[0] <= lon <= region[2] and region[1] <= lat <= region[3]):
            return []
        return [ReportLine("caution", say("The rows lie in {place}, where the project's map is not exact.", place=where(lon, lat)))]
    away = float(off_box_m(np.array([lon]), np.array([lat]), known.expected)[0])
    if away <= max(FAR_M, bulk.width_m):
        return []
    return [ReportLine("caution", say("The rows lie in {place}, {distance} from the other layers of the project.", place=where(lon, lat),
                                      distance=format_number(away, "m", 0)))]


def _stray_line(lon: Any, lat: Any, bulk: Bulk, names: Any) -> ReportLine:
    """Which rows lie far away, how far and which way."""
    import numpy as np

    positions = np.flatnonzero(bulk.strays)
    examples = tuple(
        joined([say("{row}: {where}", row=named(row), where=how_far(float(lon[n]), float(lat[n]), bulk.box))])
        for n, row in list(zip(positions, names[bulk.strays]))[:SHOWN]
    )
    return ReportLine("caution", say("Rows far from all others: kept in the table, left off the map and counted in no place."), int(bulk.strays.sum()), examples)
