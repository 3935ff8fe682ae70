"""What one part adds to the counts of the whole: people in and out of reach, by group, by target area, and in every draw."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt
import pandas as pd
import shapely
from attrs import field, frozen

from ecomap.analysis.ground.interpolation import cross_walk
from ecomap.analysis.release.suppression import Cells, hide
from ecomap.analysis.spread.sums import exactly
from ecomap.analysis.statistics.draws import keyed_normals
from ecomap.analysis.statistics.error import Z_90
from ecomap.model.pupils import THRESHOLD

Floats = npt.NDArray[np.float64]
_DRAWN_TOGETHER = 4_000_000  # random numbers held at once
PEOPLE_STREAM = "people"


@frozen
class Tally:
    """Sums of one part. ``people`` and ``out`` are of places with a count; ``uncounted`` have none and are in no sum."""

    places: int
    uncounted: int
    people: float
    out: float
    variance: float | None      # of those out of reach; None where a margin is missing
    places_out: int


def tally(people: Floats, moes: Floats | None, sites: npt.NDArray[np.int64]) -> Tally:
    """The counts of one part, by how many sites each of its places reaches."""
    known = ~np.isnan(people)
    out = known & (sites == 0)
    variance = None
    if moes is not None and not np.isnan(moes[out]).any():
        variance = exactly((moes[out] / Z_90) ** 2)
    return Tally(len(people), int((~known).sum()), exactly(people[known]), exactly(people[out]), variance, int(out.sum()))


def by_group(groups: Sequence[str] | np.ndarray, people: Floats, sites: npt.NDArray[np.int64]) -> pd.DataFrame:
    """People in and out of reach by group, places without a count left out; index: the groups of this part, sorted."""
    known = ~np.isnan(people)
    frame = pd.DataFrame({"group": np.asarray(groups, dtype=object)[known].astype(str), "people": people[known], "reached": sites[known] > 0})
    frame["covered"] = np.where(frame["reached"], frame["people"], 0.0)
    frame["out"] = np.where(frame["reached"], 0.0, frame["people"])
    return frame.groupby("group", sort=True)[["people", "covered", "out"]].agg(exactly)


def hidden_of(table: pd.DataFrame, threshold: int = THRESHOLD) -> pd.DataFrame:
    """Which numbers of a table by group stay hidden, so that nobody works a small group out from sums: as `release` hides them.

    Parameters
    ----------
    table : DataFrame
        Columns people, covered and out, of all groups; their sum over the groups is published too.

    Returns
    -------
    DataFrame of bool, of the same shape
    """
    rows = len(table)
    values = table[["people", "covered", "out"]].to_numpy(dtype=float)
    every = np.concatenate([values.ravel(), values.sum(axis=0)])
    at = np.arange(3 * rows + 3).reshape(rows + 1, 3)
    sums = [(row, np.array([-1.0, 1.0, 1.0])) for row in at]
    sums += [(column, np.r_[np.ones(rows), -1.0]) for column in at.T]
    cost = np.maximum(every, 1.0)
    hidden = hide(Cells(every, cost, tuple(sums), np.ones(len(every), dtype=bool)), threshold)
    return pd.DataFrame(hidden[: 3 * rows].reshape(rows, 3), index=table.index, columns=["people", "covered", "out"])


@frozen
class Carried:
    """What one part's areas give to each of the targets; sums, to be added to those of the other parts.

    Parameters
    ----------
    target : ndarray of int
        Positions of the targets that the part touches, rising.
    total : ndarray
        What is known to fall to each of them.
    ground, known : ndarray
        The ground it shares with the part, and how much of that has a value.
    """

    target: npt.NDArray[np.int64] = field(eq=False)
    total: Floats = field(eq=False)
    ground: Floats = field(eq=False)
    known: Floats = field(eq=False)


def carried_of(source: object, target: object, values: Floats) -> Carried:
    """A count of one part's areas carried to the targets, as if people lived evenly over each area (see `ground.interpolation`).

    Parameters
    ----------
    source, target : GeoDataFrame of polygons
        In one projected CRS; all targets, or at least those the part touches.
    values : ndarray
        The count by source; NaN where missing.
    """
    walk = cross_walk(source, target)
    given = values[walk.source]
    missing = np.isnan(given)
    size = walk.targets
    total = np.bincount(walk.target, np.where(missing, 0.0, given * walk.share), size)
    ground = np.bincount(walk.target, walk.area_m2, size)
    known = np.bincount(walk.target, np.where(missing, 0.0, walk.area_m2), size)
    at = np.unique(walk.target)
    return Carried(at, total[at], ground[at], known[at])


def located_of(xy: Floats, targets: npt.NDArray[np.object_], values: Floats) -> Carried:
    """A count at points carried to the targets that hold them; a point on a shared border counts in the first of them.

    ``ground`` and ``known`` are points here.
    """
    point, target = shapely.STRtree(targets).query(shapely.points(xy), predicate="intersects")
    order = np.lexsort((target, point))
    point, target = point[order], target[order]
    first = np.r_[True, point[1:] != point[:-1]] if len(point) else np.zeros(0, dtype=bool)
    point, target = point[first], target[first]
    given = values[point]
    missing = np.isnan(given)
    total = np.bincount(target, np.where(missing, 0.0, given), len(targets))
    ground = np.bincount(target, minlength=len(targets)).astype(float)
    known = np.bincount(target, (~missing).astype(float), len(targets))
    at = np.unique(target)
    return Carried(at, total[at], ground[at], known[at])


def drawn_totals(
    ids: Sequence[str] | npt.NDArray[np.object_], people: Floats, moes: Floats, chosen: npt.NDArray[np.bool_], *, draws: int, seed: int
) -> Floats:
    """The people of the chosen places in every draw within the margins of their counts, none below zero.

    The random numbers belong to the ids, so that a place is drawn alike in whatever part it stands (`statistics.draws`). A missing
    margin holds the count fixed; a missing count is in no sum.

    Returns
    -------
    ndarray, shape (draws,)
    """
    rows = np.flatnonzero(chosen & ~np.isnan(people))
    total = np.zeros(draws)
    step = max(1, _DRAWN_TOGETHER // draws)
    for start in range(0, len(rows), step):
        at = rows[start : start + step]
        noise = keyed_normals([str(ids[row]) for row in at], draws, seed=seed, stream=PEOPLE_STREAM)
        drawn = people[at] + noise * (np.nan_to_num(moes[at], nan=0.0) / Z_90)
        total += np.maximum(drawn, 0.0).sum(axis=1)
    return total
