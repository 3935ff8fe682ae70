"""Which school takes part in which approach on a day: the one function behind every question that counts or leaves out such schools."""

from __future__ import annotations

import datetime
from typing import Any, Final

import numpy as np
import pandas as pd
import shapely

from ecomap.analysis.at_work import ACTIVE, state_of
from ecomap.analysis.ground.overlay import metres_per_unit, same_crs
from ecomap.model import vocabulary as v
from ecomap.model.dates import ENDED, school_year_begun
from ecomap.model.frames import Frames
from ecomap.model.said import say

TAKES_PART: Final = (v.PARTICIPATION, v.SITE, v.ZONE)
ON_SITE_M: Final = 100.0  # a site that names no school stands at every school this near
NAMES_NONE, NAMES_ANOTHER = -2, -1
_INPUTS: Final = (("participations", v.PARTICIPATION), ("sites", v.SITE), ("zones", v.ZONE))


def takes_part(frames: Frames, schools: Any, day: datetime.date, *, include_ended: bool = False) -> pd.DataFrame:
    """A column of True and False per approach, the shipped ones first, a row per school.

    A school takes part by a participation, an approach site or a zone around it that is at work on the day; a person or
    service that only names an approach does not make it one of its schools.

    Parameters
    ----------
    schools : GeoDataFrame
        In the projected CRS of the other layers; the result follows its rows.
    include_ended : bool
        Whether what has ended by the day counts as well, for a question that counts it on purpose.
    """
    counted = (ACTIVE, ENDED) if include_ended else (ACTIVE,)
    found: dict[str, np.ndarray] = {}
    points = school_points(schools)
    for part, role in _INPUTS:
        if part not in frames or not len(frames[part]):
            continue
        rows = frames[part]
        rows = rows[np.isin(state_of(rows, role, day), counted) & ~online_only(rows)]
        if not len(rows):
            continue
        approach = _texts(rows, v.APPROACH)
        for row, school in zip(*_standing(rows, role, schools, points), strict=True):
            if approach[row]:
                found.setdefault(approach[row], np.zeros(len(schools), dtype=bool))[school] = True
    own = sorted(set(found) - set(v.APPROACHES))
    none = np.zeros(len(schools), dtype=bool)
    return pd.DataFrame({word: found.get(word, none) for word in (*v.APPROACHES, *own)}, index=pd.RangeIndex(len(schools)))


def began_in(frames: Frames, schools: Any, approach: str, day: datetime.date) -> np.ndarray:
    """The school year (by the year it began in) in which every school first took part in an approach, as known on a day.

    Infinity where it never did; NaN where a row says that it did and not since when. What has ended began all the same; what is only
    planned on the day has not begun. Rows count as in `takes_part`.
    """
    found = np.full(len(schools), np.inf)
    unknown = np.zeros(len(schools), dtype=bool)
    points = school_points(schools)
    for part, role in _INPUTS:
        if part not in frames or not len(frames[part]):
            continue
        rows = frames[part]
        rows = rows[np.isin(state_of(rows, role, day), (ACTIVE, ENDED)) & ~online_only(rows) & (_texts(rows, v.APPROACH) == approach)]
        if not len(rows):
            continue
        years = np.array([_year(text) for text in _texts(rows, v.START)], dtype=float)
        row, school = _standing(rows, role, schools, points)
        np.minimum.at(found, school, np.nan_to_num(years[row], nan=np.inf))
        unknown[school[np.isnan(years[row])]] = True
    return np.where(unknown, np.nan, found)


def _year(text: str) -> float:
    year = school_year_begun(text)
    return np.nan if year is None else float(year)


def schools_named(rows: Any, schools: Any) -> np.ndarray:
    """Position of the school every row names; NAMES_ANOTHER where it names none that is asked about, NAMES_NONE where it names none at all."""
    given = _texts(rows, v.SCHOOL_ID)
    position = pd.Index(schools[v.ID].astype(str)).get_indexer(pd.Index(given))
    return np.where(given == "", NAMES_NONE, position)


def online_only(rows: Any) -> np.ndarray:
    """Which rows have no place of their own because they are online only."""
    if v.ONLINE_ONLY not in rows:
        return np.zeros(len(rows), dtype=bool)
    flags: np.ndarray = rows[v.ONLINE_ONLY].map(lambda value: str(value).casefold() in ("true", "1", "1.0", "yes")).to_numpy().astype(bool)
    return flags


def school_points(schools: Any) -> np.ndarray:
    """One point per school; inside it where it is an area, None where it has no place."""
    shapes = np.array(schools.geometry, dtype=object, copy=True)
    areas = ~np.isin(shapely.get_type_id(shapes), (-1, 0))
    shapes[areas] = shapely.point_on_surface(shapes[areas])
    return shapes


def _standing(rows: Any, role: str, schools: Any, points: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """(row, school) pairs: the school a row names; a zone the schools inside it; a site that names none those within ON_SITE_M."""
    named = schools_named(rows, schools)
    by_id = np.flatnonzero(named >= 0)
    if role == v.PARTICIPATION or v.GEOMETRY not in rows:
        return by_id, named[by_id]
    shapes = np.array(rows[v.GEOMETRY], dtype=object, copy=True)
    shapes[shapely.is_empty(shapes)] = None
    there = ~shapely.is_missing(shapes)
    if role == v.ZONE:
        which, predicate, near = np.flatnonzero(there), "intersects", None
        same_crs(schools, rows, say("schools"), say("zones"))
    else:
        which, predicate = np.flatnonzero(there & (named == NAMES_NONE)), "dwithin"
        near = ON_SITE_M * (1 + 1e-9) / metres_per_unit(same_crs(schools, rows, say("schools"), say("sites")))
        shapes = np.where(shapely.get_type_id(shapes) == 0, shapes, shapely.point_on_surface(shapes))
    tree = shapely.STRtree(points)
    row, school = tree.query(shapes[which], predicate=predicate) if near is None else tree.query(shapes[which], predicate=predicate, distance=near)
    return np.concatenate([by_id, which[row]]), np.concatenate([named[by_id], school])


def _texts(rows: Any, column: str) -> np.ndarray:
    if column not in rows:
        return np.full(len(rows), "", dtype=object)
    return np.array([str(word).strip() for word in rows[column].astype(object).where(rows[column].notna(), "")], dtype=object)
