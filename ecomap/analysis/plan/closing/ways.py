"""Whose way to school grows when schools close: from points all over the ground to the nearest school of the level. Numbers only."""

from __future__ import annotations

from typing import Any, Final

import numpy as np
import shapely
from attrs import field, frozen

from ecomap.analysis.ground.cells import cells
from ecomap.analysis.ground.overlay import metres_per_unit
from ecomap.analysis.statistics.error import moe_of_weighted_sum
from ecomap.analysis.travel.straight import nearest_of
from ecomap.model import vocabulary as v
from ecomap.model.progress import Progress

QUARTER_MILE_M: Final = 402.336
BANDS_M: Final = (0.0, QUARTER_MILE_M, 2 * QUARTER_MILE_M, 4 * QUARTER_MILE_M, float("inf"))  # by how much a way grows
ANY_LEVEL: Final = ""
POINTS: Final = 400  # that stand for the ground of one area: shares within two or three of a hundred


@frozen
class LongerWay:
    """Of one level, by need area: the part of its ground from which the way grows, and by how much on average there.

    ``band``: the part of every area in each step of `BANDS_M`, shape (areas, steps); from the last on there is no school left.
    """

    level: str
    share: np.ndarray = field(eq=False, repr=False)
    extra_m: np.ndarray = field(eq=False, repr=False)
    band: np.ndarray = field(eq=False, repr=False)
    none_left: np.ndarray = field(eq=False, repr=False)


def levels_of(rows: Any) -> list[set[str]]:
    """The levels of every school; one that names none has `ANY_LEVEL`."""
    if v.LEVELS not in rows:
        return [{ANY_LEVEL} for _ in range(len(rows))]
    return [{level for level in str(text).split("+") if level} or {ANY_LEVEL} for text in rows[v.LEVELS].astype(object).where(rows[v.LEVELS].notna(), "")]


def takes_by_address(rows: Any) -> np.ndarray:
    """Which schools take pupils by home address and stand somewhere; all that stand somewhere, where nothing says so."""
    shapes = np.asarray(rows.geometry)
    placed: np.ndarray = ~(shapely.is_missing(shapes) | shapely.is_empty(shapes))
    if v.RESIDENTIAL_INTAKE not in rows:
        return placed
    yes = rows[v.RESIDENTIAL_INTAKE].map(lambda value: str(value).casefold() not in ("false", "0", "0.0", "no")).to_numpy().astype(bool)
    return placed & yes


def longer_ways(areas: Any, before: Any, closing: np.ndarray, after: Any, *, detour: float, progress: Progress) -> list[LongerWay]:
    """For every level that a closing school has: from which ground the way to the nearest school of the level grows.

    Parameters
    ----------
    areas : GeoDataFrame
        Need areas, people spread evenly over them.
    before, after : GeoDataFrame
        Schools that are open, today and then; ``closing`` marks rows of ``before``.
    detour : float
        How much longer the way is than the straight line.
    """
    found = []
    of, takes, then, takes_then = levels_of(before), takes_by_address(before), levels_of(after), takes_by_address(after)
    wanted = [level for level in (*v.SCHOOL_LEVELS, ANY_LEVEL) if any(level in of[row] for row in np.flatnonzero(closing & takes))]
    for number, level in enumerate(wanted):
        part = progress.part(number / len(wanted), (number + 1) / len(wanted))
        here = takes & [level in one for one in of]
        there = takes_then & [level in one for one in then]
        points = np.asarray(before.geometry)
        found.append(_of_level(level, areas, points[here & closing], points[here & ~closing], np.asarray(after.geometry)[there], detour, part))
    return found


def _of_level(level: str, areas: Any, closing: np.ndarray, staying: np.ndarray, then: np.ndarray, detour: float, progress: Progress) -> LongerWay:
    unit = metres_per_unit(areas.crs) * detour
    ground = np.asarray(areas.geometry)
    near = _may_be_nearest(ground, closing, staying)
    area, xy, part = _spread(ground[near], progress)
    points = shapely.points(xy)
    was = nearest_of(points, closing, unit)
    hit = was < nearest_of(points, staying, unit)
    now = nearest_of(points, then, unit)
    extra = np.where(hit, now - was, 0.0)
    grows = extra > 1e-6
    rows, count = near[area], len(areas)
    step = np.clip(np.digitize(extra, BANDS_M[1:-1], right=True), 0, len(BANDS_M) - 2)
    band = np.zeros((count, len(BANDS_M) - 1))
    finite = grows & np.isfinite(extra)
    np.add.at(band, (rows[finite], step[finite]), part[finite])
    share = np.bincount(rows[grows], part[grows], count)
    told = np.bincount(rows[finite], part[finite], count)
    summed = np.bincount(rows[finite], (part * np.where(finite, extra, 0.0))[finite], count)
    mean = np.divide(summed, told, out=np.full(count, np.nan), where=told > 0)
    return LongerWay(level, share, mean, band, share - told)


def _spread(ground: np.ndarray, progress: Progress) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Points all over every area, as many in a small one as in a large one: row of the area, place, and the part of it that each stands for."""
    rows, places, parts = [np.zeros(0, dtype=int)], [np.zeros((0, 2))], [np.zeros(0)]
    for row, shape in enumerate(ground):
        progress.at(row / len(ground))
        found = cells(np.array([shape], dtype=object), np.ones(1), spacing=float(np.sqrt(shapely.area(shape) / POINTS)), most=2 * POINTS)
        rows.append(np.full(len(found), row))
        places.append(found.xy)
        parts.append(found.share)
    return np.concatenate(rows), np.concatenate(places), np.concatenate(parts)


def _may_be_nearest(ground: np.ndarray, closing: np.ndarray, staying: np.ndarray) -> np.ndarray:
    """Areas from some of whose ground a closing school may be the nearest: the others need no look."""
    inside = shapely.point_on_surface(ground)
    box = shapely.bounds(ground)
    around = np.hypot(box[:, 2] - box[:, 0], box[:, 3] - box[:, 1])
    to_closing = nearest_of(inside, closing, 1.0)
    to_staying = nearest_of(inside, staying, 1.0)
    return np.flatnonzero((to_closing - around <= to_staying + around) & np.isfinite(to_closing))


@frozen
class WaySum:
    """Over some need areas: whose way grows, by how much on average, how many by each step, and for whom no school is left."""

    people: float
    moe: float | None
    mean_m: float | None
    bands: tuple[float, ...]
    none_left: float


def sum_of(way: LongerWay, people: np.ndarray, moes: np.ndarray | None, rows: np.ndarray) -> WaySum:
    """The sum over need areas; one without a count is left out."""
    use = rows & ~np.isnan(people)
    hit = people[use] * way.share[use]
    total = float(hit.sum())
    moe = None if moes is None else moe_of_weighted_sum(way.share[use], np.nan_to_num(moes[use]), people[use])
    known = hit - people[use] * way.none_left[use]
    weight = float(known.sum())
    mean = float(np.nansum(known * way.extra_m[use])) / weight if weight > 0 else None
    return WaySum(total, moe, mean, tuple(float(one) for one in (people[use][:, None] * way.band[use]).sum(axis=0)), float((people[use] * way.none_left[use]).sum()))
