"""What is at a school and goes when it closes: rows that name it, and what stands on its grounds under its address."""

from __future__ import annotations

import re
from typing import Any, Final

import numpy as np
import pandas as pd
import shapely
from attrs import field, frozen

from ecomap.analysis.ground.overlay import metres_per_unit
from ecomap.analysis.travel.taking_part import (
    NAMES_NONE,
    ON_SITE_M,
    online_only,
    school_points,
    schools_named,
)
from ecomap.model import vocabulary as v

NAMES_IT, SAME_ADDRESS, NEXT_DOOR = "names it", "same address", "next door"
_NUMBER: Final = re.compile(r"\d+")


@frozen
class AtSchool:
    """Of every row of a table, whether it goes with the schools that close, and why.

    Parameters
    ----------
    leaves : ndarray of bool
        Named by its school, or on its grounds under its address or without one, and at no school that stays.
    next_door : ndarray of bool
        On the grounds by distance, under another address: it is taken to stay.
    how : ndarray of str
        NAMES_IT, SAME_ADDRESS, NEXT_DOOR or "".
    school : ndarray of int
        Position of the closing school it is at; -1 where it is at none.
    """

    leaves: np.ndarray = field(eq=False)
    next_door: np.ndarray = field(eq=False)
    how: np.ndarray = field(eq=False)
    school: np.ndarray = field(eq=False)


def at_schools(rows: Any, schools: Any, closing: np.ndarray) -> AtSchool:
    """Which rows go when some schools close.

    A row is at the school that its ``school_id`` names. One with a place that names none is at every school within 100 m whose
    house number is its own, or where either has no address: a church over the road is not at the school. What is at a school
    that stays as well, stays.

    Parameters
    ----------
    rows : DataFrame
        Sites, services, people in roles, participations.
    schools : GeoDataFrame
        All schools, in the coordinate system of the rows.
    closing : ndarray of bool
        Which of them close.
    """
    named = schools_named(rows, schools)
    at = np.where(named >= 0, named, -1)
    leaves = (at >= 0) & np.where(at >= 0, closing[at], False)
    how = np.where(leaves, NAMES_IT, "").astype(object)
    next_door = np.zeros(len(rows), dtype=bool)
    if v.GEOMETRY not in rows or not closing.any():
        return AtSchool(leaves, next_door, how, np.where(leaves, at, -1))
    pairs = _on_the_grounds(rows, schools, np.flatnonzero(named == NAMES_NONE))
    same = _same_address(rows, schools, pairs)
    for row, of_row in pd.DataFrame({"row": pairs[0], "school": pairs[1], "same": same}).groupby("row"):
        there = of_row["school"].to_numpy()[of_row["same"].to_numpy()]
        near = of_row["school"].to_numpy()[closing[of_row["school"].to_numpy()]]
        if len(there) and closing[there].all():
            leaves[row], how[row], at[row] = True, SAME_ADDRESS, there[0]
        elif len(near):
            next_door[row], how[row], at[row] = True, NEXT_DOOR, near[0]
    return AtSchool(leaves, next_door, how, np.where(leaves | next_door, at, -1))


def _on_the_grounds(rows: Any, schools: Any, asked: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """(row, school) no further apart than what counts as the school's grounds, nearest school first."""
    shapes = np.array(rows[v.GEOMETRY], dtype=object, copy=True)
    away = online_only(rows) | shapely.is_missing(shapes) | shapely.is_empty(shapes)
    asked = asked[~away[asked]]
    points = school_points(schools)
    reach = ON_SITE_M * (1 + 1e-9) / metres_per_unit(schools.crs)
    places = shapely.point_on_surface(shapes[asked])
    row, school = shapely.STRtree(points).query(places, predicate="dwithin", distance=reach)
    apart = shapely.distance(places[row], points[school])
    order = np.lexsort((school, apart, row))
    return asked[row[order]], school[order]


def _same_address(rows: Any, schools: Any, pairs: tuple[np.ndarray, np.ndarray]) -> np.ndarray:
    """Of every pair, whether the two may have one address: the house number is the same, or either says none."""
    ours, theirs = _house_numbers(rows), _house_numbers(schools)
    one, other = ours[pairs[0]], theirs[pairs[1]]
    same: np.ndarray = (one == "") | (other == "") | (one == other)
    return same


def _house_numbers(rows: Any) -> np.ndarray:
    if v.ADDRESS not in rows:
        return np.full(len(rows), "", dtype=object)
    texts = rows[v.ADDRESS].astype(object).where(rows[v.ADDRESS].notna(), "")
    found = [_NUMBER.search(str(text)) for text in texts]
    return np.array([one[0] if one else "" for one in found], dtype=object)
