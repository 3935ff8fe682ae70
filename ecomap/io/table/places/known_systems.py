"""The coordinate systems in use in a part of the world, and which of them would place given numbers there."""

from __future__ import annotations

from functools import cache
from typing import Any, Final

from attrs import frozen

from ecomap.io.table.places.regions import LAND, Box, ground
from ecomap.model.said import Said, say
from ecomap.model.said import name as named

WEB_MERCATOR: Final = "EPSG:3857"
SLACK_DEG: Final = 0.3
SAME_PLACE_DEG: Final = 0.01   # systems that place numbers as close as this differ in nothing a planner sees
MOST_TRIED: Final = 400
WIDEST_DEG: Final = 40.0       # systems for continents are not what a district's file is in
# What a system's name says of how common it is: the first that fits; the rest come after.
_COMMON: Final = (
    "Pseudo-Mercator", "NAD83 / ", "OSGB36 / British National Grid", "ETRS89 / ", "GDA2020 / ", "GDA94 / ", "NZGD2000 / ", "RGF93 v1 / ",
    "SIRGAS 2000 / ", "WGS 84 / UTM", "Amersfoort / ", "CH1903+ / ", "JGD2011 / ", "NAD83(2011)", "NAD83(HARN)", "NAD83(CSRS)", "NAD_1983_StatePlane_",
)
_LISTED: Final = len(_COMMON) - 4  # in a list to choose from, those after these would only be sisters of the ones before
_FEET: Final = "NAD_1983_StatePlane_"  # of states that the register knows in metres only, and whose cities publish in feet
NEAR_DEG: Final = 0.25

_ODD: Final = ("BLM ", "(N-E)", "(zE-N)", "(E-N)")  # for the sea bed, or another order of axes


@frozen
class System:
    """One projected system of the register."""

    code: str
    name: str
    area: Box
    rank: int


@frozen
class Likely:
    """A system that would place a file's numbers on sensible ground."""

    code: str
    name: str
    place: tuple[float, float]


def common_systems(expected: Box | None) -> list[tuple[str, Said]]:
    """(code, words) of the systems that files of a place are usually in, the commonest first.

    Parameters
    ----------
    expected : tuple, optional
        West, south, east, north in degrees of the project's places; only systems for the whole Earth if there are none.
    """
    fixed = [("EPSG:4326", say("Longitude and latitude (WGS 84)")), (WEB_MERCATOR, say("Web map metres (Web Mercator)"))]
    if expected is None:
        return fixed
    lon, lat = (expected[0] + expected[2]) / 2, (expected[1] + expected[3]) / 2
    if lat > 14 and -180 <= lon <= -50:
        fixed.insert(1, ("EPSG:4269", say("Longitude and latitude (NAD83)")))
    around = [one for one in _systems_around(expected) if one.code != WEB_MERCATOR and one.rank < _LISTED]
    words = [(one.code, say("{name} ({code})", name=named(one.name), code=named(one.code))) for one in around[:6]]
    return [*fixed[:-1], *words, fixed[-1]]


@cache
def _register() -> tuple[System, ...]:
    from pyproj.database import query_crs_info
    from pyproj.enums import PJType

    out: dict[str, System] = {}
    listed = query_crs_info(auth_name="EPSG", pj_types=[PJType.PROJECTED_CRS])
    feet = query_crs_info(auth_name="ESRI", pj_types=[PJType.PROJECTED_CRS])
    for info in (*listed, *(one for one in feet if one.name.startswith(_FEET) and one.name.endswith("_Feet"))):
        use = info.area_of_use
        if info.deprecated or use is None or any(words in info.name for words in _ODD):
            continue
        rank = next((n for n, words in enumerate(_COMMON) if words in info.name), len(_COMMON))
        code = f"{info.auth_name}:{info.code}"
        out.setdefault(code, System(code, info.name, (use.west, use.south, use.east, use.north), rank))
    return tuple(out.values())


def _systems_around(box: Box) -> list[System]:
    """Systems whose area of use holds the middle of a box or lies in it, the commonest and most local first."""
    west, south, east, north = box
    found = []
    for one in _register():
        w, s, e, n = one.area
        if e < w:  # over the date line
            e += 360
        if w <= east and e >= west and s <= north and n >= south and (e - w <= WIDEST_DEG or one.code == WEB_MERCATOR):
            found.append(one)
    return sorted(found, key=lambda one: (one.rank, _size(one.area), one.code))


def _size(area: Box) -> float:
    return round(((area[2] - area[0]) % 360) * (area[3] - area[1]), 1)


def likely_systems(xy: Any, areas: tuple[Box, ...], project: Box | None = None) -> list[Likely]:
    """Systems that would place the middle of these numbers where the file can be expected, on land, the commonest first.

    Of systems that place it on the same spot only the commonest is named. Where nothing is known of the place, only
    web maps are tried: among all national grids there is always one that fits.

    Parameters
    ----------
    xy : array (n, 2)
    areas : tuple of boxes
        In degrees, the likeliest first.
    project : box, optional
        Where the project's places are: a system that puts the numbers among them comes before all that put them somewhere around.
    """
    import numpy as np

    x, y = float(np.median(xy[:, 0])), float(np.median(xy[:, 1]))
    tried = _systems_around_all(areas) if areas else [one for one in _register() if one.code == WEB_MERCATOR]
    usual = [one for one in tried if one.rank < len(_COMMON)]
    close = _fitting(usual, x, y, (_around(project),)) if project is not None else []
    return close or _fitting(usual, x, y, areas) or _fitting([one for one in tried if one not in usual][:MOST_TRIED], x, y, areas)


def _fitting(tried: list[System], x: float, y: float, areas: tuple[Box, ...]) -> list[Likely]:
    found: list[Likely] = []
    for one in tried:
        place = _placed(one, x, y)
        if place is None or not _sensible(place, one, areas):
            continue
        if not any(abs(place[0] - other.place[0]) + abs(place[1] - other.place[1]) < SAME_PLACE_DEG for other in found):
            found.append(Likely(one.code, one.name, place))
    return found


def _around(box: Box) -> Box:
    return box[0] - NEAR_DEG, box[1] - NEAR_DEG, box[2] + NEAR_DEG, box[3] + NEAR_DEG


def _systems_around_all(areas: tuple[Box, ...]) -> list[System]:
    return list(dict.fromkeys(one for box in areas for one in _systems_around(box)))


@cache
def _projection(code: str) -> Any:
    from pyproj import Proj

    return Proj(code)


def _placed(one: System, x: float, y: float) -> tuple[float, float] | None:
    """Degrees of the system's own datum: within a few hundred metres of all others."""
    import math

    from pyproj.exceptions import ProjError

    try:
        lon, lat = _projection(one.code)(x, y, inverse=True)
    except ProjError:
        return None
    return (lon, lat) if math.isfinite(lon) and math.isfinite(lat) and abs(lon) <= 180 else None


def _sensible(place: tuple[float, float], one: System, areas: tuple[Box, ...]) -> bool:
    """In the area where the system is used, in one of the places expected, and on land."""
    lon, lat = place
    if not _in(lon, lat, one.area) or int(ground(lon, lat)) != LAND:
        return False
    return not areas or any(_in(lon, lat, box) for box in areas)


def _in(lon: float, lat: float, box: Box) -> bool:
    west, south, east, north = box
    across = lon >= west - SLACK_DEG or lon <= east + SLACK_DEG if east < west else west - SLACK_DEG <= lon <= east + SLACK_DEG
    return across and south - SLACK_DEG <= lat <= north + SLACK_DEG


def off_its_ground(crs: Any, x: float, y: float) -> bool:
    """Whether numbers in a system lie outside the area the system is made for."""
    import math

    from pyproj import Transformer
    from pyproj.exceptions import ProjError

    use = crs.area_of_use
    try:
        lon, lat = Transformer.from_crs(crs, "EPSG:4326", always_xy=True).transform(x, y)
    except ProjError:
        return True
    if not (math.isfinite(lon) and math.isfinite(lat)):
        return True
    if use is None:
        return int(ground(lon, lat)) != LAND
    return not _in(lon, lat, (use.west, use.south, use.east, use.north))
