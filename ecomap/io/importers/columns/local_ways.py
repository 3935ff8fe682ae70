"""How people write where a file's rows lie: the day or the month first, and whether amounts are dollars."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Final

from ecomap.io.importers.columns.places import extent_of
from ecomap.io.reading import RawSource
from ecomap.io.table import parse_numbers
from ecomap.io.table.dates import DMY, MDY
from ecomap.io.table.places.regions import region_at, where
from ecomap.model.project import Project
from ecomap.model.said import NOTHING, Said, say

# Where the month comes first, or both are usual: there nothing is concluded.
_MONTH_FIRST: Final = frozenset({"US", "CA", "PH", "PR", "GU", "AS", "VI", "MP", "FM", "MH", "PW", "BZ"})
# Whose money is called dollar or written with its sign.
_DOLLARS: Final = frozenset({"US", "CA", "AU", "NZ", "MX", "AR", "CL", "CO", "UY", "EC", "SV", "DO", "CU", "PR", "GU", "AS", "VI", "MP", "BS", "BB", "BZ", "BM", "KY",
                             "JM", "TT", "GY", "SR", "FJ", "SB", "HK", "SG", "TW", "BN", "NA", "LR", "ZW", "TL", "PW", "MH", "FM"})
_OTHER_MONEY: Final = re.compile(r"[€£¥₹₱₩₦]|\b(eur|euros?|gbp|pounds?|libras?|francs?|francos?|chf|sek|nok|dkk|kronor|kroner|pln|zloty|huf|czk|brl|reais|inr|rupees?|kes|zar|rand|"
                                r"ngn|naira|jpy|yen|cny|yuan|krw|try|lira|pen|soles|bob|pyg|quetzal(?:es)?)\b", re.IGNORECASE)
_LOOKED_AT: Final = 200


def usual_order(raw: RawSource, mapping: Mapping[str, str], project: Project | None) -> tuple[str, Said]:
    """The order of day and month that is usual where the rows lie, or where the project does, and the evidence; mdy without any."""
    place = _place(raw, mapping, project)
    if place is None or (country := _country(place)) is None or country in _MONTH_FIRST:
        return MDY, NOTHING
    return DMY, say("The rows lie in {place}, where the day is mostly written first.", place=where(*place))


def in_dollars(heading: str, foreign: tuple[str, ...], raw: RawSource, mapping: Mapping[str, str], project: Project | None) -> bool:
    """Whether amounts may be shown with a dollar sign: no other currency stands in heading or cells, and the rows lie where there are dollars."""
    if foreign or _OTHER_MONEY.search(heading):
        return False
    place = _place(raw, mapping, project)
    return place is None or (country := _country(place)) is None or country in _DOLLARS


def _place(raw: RawSource, mapping: Mapping[str, str], project: Project | None) -> tuple[float, float] | None:
    return _of_shapes(raw) or _of_columns(raw, mapping) or _of_project(project)


def _country(place: tuple[float, float]) -> str | None:
    found = region_at(*place)
    return None if found is None else found.within or found.code


def _of_shapes(raw: RawSource) -> tuple[float, float] | None:
    import numpy as np
    import shapely

    if not raw.has_geometry:
        return None
    some = raw.frame.geometry.head(_LOOKED_AT)
    crs = getattr(some, "crs", None)
    if crs is not None and not crs.is_geographic:
        some = some.to_crs("EPSG:4326")
    boxes = shapely.bounds(np.asarray(some, dtype=object))
    boxes = boxes[np.isfinite(boxes).all(axis=1)]
    return _degrees(float(np.median(boxes[:, [0, 2]])), float(np.median(boxes[:, [1, 3]]))) if len(boxes) else None


def _of_columns(raw: RawSource, mapping: Mapping[str, str]) -> tuple[float, float] | None:
    columns = [mapping.get(axis, "") for axis in ("longitude", "latitude")]
    if not set(columns) <= set(map(str, raw.frame.columns)):
        return None
    lon, lat = (parse_numbers(raw.frame[column].head(_LOOKED_AT)).values.median() for column in columns)
    return _degrees(float(lon), float(lat))


def _of_project(project: Project | None) -> tuple[float, float] | None:
    box = extent_of(project)
    return None if box is None else _degrees((box[0] + box[2]) / 2, (box[1] + box[3]) / 2)


def _degrees(lon: float, lat: float) -> tuple[float, float] | None:
    return (lon, lat) if abs(lon) <= 180 and abs(lat) <= 90 else None
