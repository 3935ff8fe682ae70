"""Where a project is of, told by its own codes and ground: what words, rules and units of a place may be offered."""

from __future__ import annotations

import functools
import re
from collections.abc import Iterable
from typing import Any, Final

from attrs import field, frozen

from ecomap.io.table.places.regions import region_at
from ecomap.model.project import Project
from ecomap.model.units import DOLLARS, METRIC, US, measure_in
from ecomap.model.vocabulary import ATTENDANCE_AREA, DISTRICT, ID, NEED_AREA, SCHOOL, SERVICE, SITE, ZONE

UNITED_STATES: Final = "US"
CALIFORNIA: Final = "California"
_STATE_CODES: Final = {"06": CALIFORNIA}          # of census codes and federal school numbers; others count as the country alone
_CENSUS: Final = re.compile(r"(0[1-9]|[1-4]\d|5[0-6]|72)(\d{9}|\d{10}|\d{13})")  # tracts, block groups, blocks
_FEDERAL: Final = re.compile(r"(0[1-9]|[1-4]\d|5[0-6]|72)\d{10}")                # schools of the federal directory
_COUNTY_DISTRICT_SCHOOL: Final = re.compile(r"(0[1-9]|[1-4]\d|5[0-8])\d{12}")    # schools of California's directory
_MOST: Final = 0.8    # of the codes have to be of that kind
_LOOKED_AT: Final = 2_000
_STATE_PLANE: Final = re.compile(r"^United States \(USA\) - ([A-Z][A-Za-z ]+?)( - |$)")
_ON_GROUND: Final = (NEED_AREA, ATTENDANCE_AREA, DISTRICT, ZONE, SCHOOL, SITE, SERVICE)


@frozen
class Place:
    """What is known of where a project is: "" where nothing tells.

    ``country`` is "US", "other" or ""; ``state`` the name of a state of the United States, ``code`` two letters of a country elsewhere.
    """

    country: str = ""
    state: str = ""
    code: str = field(default="", eq=False, repr=False)

    @property
    def californian(self) -> bool:
        return self.state == CALIFORNIA

    @property
    def measures(self) -> str:
        """Miles in the United States and where nothing tells, kilometres elsewhere."""
        return METRIC if self.country == "other" else US

    @property
    def money(self) -> str:
        """The sign or code of the money in use there: dollars in the United States and where nothing tells."""
        return _money_of(self.code) if self.code else DOLLARS


def place_of(project: Project) -> Place:
    """Where a project is of: by the codes of its areas and schools, else by where its ground lies.

    >>> place_of(Project())
    Place(country='', state='')
    """
    for role, kinds in ((NEED_AREA, (_CENSUS,)), (SCHOOL, (_COUNTY_DISTRICT_SCHOOL, _FEDERAL))):
        for layer in project.layers_of(role):
            if not layer.result_id and (found := _by_codes(project.frame(layer.id), kinds)):
                return found
    return _by_ground(project)


def measure_as(project: Project) -> Project:
    """The same project, whose distances are from now on said in the units of its place."""
    place = place_of(project)
    measure_in(place.measures, place.money)
    return project


@functools.cache
def _money_of(country: str) -> str:
    """The sign of a country's money as people there write it; its code where none is in use everywhere."""
    from babel.numbers import get_currency_symbol, get_territory_currencies  # heavy

    used = get_territory_currencies(country)
    sign = str(get_currency_symbol(used[0], locale="en")) if used else DOLLARS
    return DOLLARS if sign.endswith(DOLLARS) else sign


def _by_codes(frame: Any, kinds: Iterable[re.Pattern[str]]) -> Place | None:
    codes = [str(code) for code in frame[ID].head(_LOOKED_AT)] if ID in frame else []
    for kind in kinds:
        states = [match[1] for code in codes if (match := kind.fullmatch(code))]
        if codes and len(states) >= _MOST * len(codes):
            if kind is _COUNTY_DISTRICT_SCHOOL:
                return Place(UNITED_STATES, CALIFORNIA)
            most = max(set(states), key=states.count)
            return Place(UNITED_STATES, _STATE_CODES.get(most, ""))
    return None


def _by_ground(project: Project) -> Place:
    for layer in project.layers:
        if layer.role in _ON_GROUND and not layer.result_id and layer.geometry != "none":
            frame = project.frame(layer.id)
            places = frame.geometry.dropna()
            places = places[~places.is_empty]
            if len(places) and frame.crs is not None:
                middle = places.head(_LOOKED_AT).representative_point()
                return _at(str(frame.crs), round(float(middle.x.median()), -2), round(float(middle.y.median()), -2))
    return Place()


@functools.lru_cache(maxsize=64)
def _at(crs: str, x: float, y: float) -> Place:
    """The place of a point, by the state-plane systems made for the ground it lies on."""
    from pyproj import Transformer  # heavy
    from pyproj.aoi import AreaOfInterest
    from pyproj.database import query_crs_info
    from pyproj.enums import PJType

    east, north = Transformer.from_crs(crs, "EPSG:4326", always_xy=True).transform(x, y)
    if not (-180 <= east <= 180 and -90 <= north <= 90):
        return Place()
    around = AreaOfInterest(east, north, east, north)
    infos = query_crs_info(auth_name="EPSG", pj_types=[PJType.PROJECTED_CRS], area_of_interest=around, contains=True)
    states = [match[1].strip() for info in infos if info.area_of_use and (match := _STATE_PLANE.match(str(info.area_of_use.name)))
              and "CONUS" not in match[1] and " and " not in match[1]]
    if not states:
        found = region_at(east, north)
        return Place("other", code="" if found is None else found.within or found.code)
    return Place(UNITED_STATES, max(sorted(set(states)), key=states.count))
