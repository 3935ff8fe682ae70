"""Difference in differences with several starts: what happened to those who began, beside those who had not. Numbers only.

Callaway, B. and Sant'Anna, P. H. C. (2021). Difference-in-Differences with multiple time periods. Journal of Econometrics 225,
doi:10.1016/j.jeconom.2020.12.001. Here without covariates; likeness comes in by weights of the comparison (`matching`).
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

import numpy as np
from attrs import evolve, field, frozen

from ecomap.analysis.statistics.draws import keyed_normals

NEVER, NOT_YET = "never", "not_yet"
VARYING, UNIVERSAL = "varying", "universal"
LEVEL: Final = 0.90
POWER: Final = 0.80
_Row = tuple[float, float, float, np.ndarray, int, int, int]
FEWEST: Final = 2  # units that began together, and units beside them: fewer have no spread to measure


@frozen
class Panel:
    """One number per unit and period.

    Parameters
    ----------
    ids : sequence of str, length n
        What the units go by: random numbers belong to them.
    periods : ndarray of float, length p
        In their order; gaps are allowed.
    values : ndarray, shape (n, p)
        NaN where there is no number: such a unit is left out of every comparison that needs that period, never taken for zero.
    start : ndarray of float, length n
        The first period under treatment; infinity for units that never began.
    clusters : ndarray of int, length n
        Units whose errors go together; every unit on its own if None.
    weights : sparse matrix, shape (n, n), or None
        ``weights[i, j]``: how much unit j counts as the comparison of unit i, rows adding up to 1, or all 0 for a unit without a
        match, which is left out. None: every unit beside counts the same.
    """

    ids: Sequence[str]
    periods: np.ndarray = field(eq=False)
    values: np.ndarray = field(eq=False)
    start: np.ndarray = field(eq=False)
    clusters: np.ndarray | None = field(default=None, eq=False)
    weights: Any = field(default=None, eq=False)


@frozen
class Effects:
    """Estimates with what each unit adds to their error.

    ``influence`` has a row per unit: an estimate less the truth is about the mean of its column. ``units`` are those that began and are
    counted in an estimate, ``beside`` those they are compared with; ``free`` is how many of the former are more than the starts they share
    (degrees of freedom).
    """

    group: np.ndarray = field(eq=False)   # the start; NaN in aggregates that hold several
    period: np.ndarray = field(eq=False)  # the period, or the periods since the start in aggregates by event time
    estimate: np.ndarray = field(eq=False)
    influence: np.ndarray = field(eq=False)
    units: np.ndarray = field(eq=False)
    beside: np.ndarray = field(eq=False)
    free: np.ndarray = field(eq=False)
    clusters: np.ndarray | None = field(default=None, eq=False)

    def __len__(self) -> int:
        return len(self.estimate)

    def only(self, which: np.ndarray) -> Effects:
        """Some of the estimates."""
        return evolve(self, group=self.group[which], period=self.period[which], estimate=self.estimate[which],
                      influence=self.influence[:, which], units=self.units[which], beside=self.beside[which], free=self.free[which])

    @property
    def error(self) -> np.ndarray:
        """Standard errors, errors of one cluster taken together."""
        total = _by_cluster(self.influence, self.clusters)
        found: np.ndarray = np.sqrt((total ** 2).sum(axis=0)) / max(len(self.influence), 1)
        return found


@frozen
class Bands:
    """Estimates with a band that holds all of their true values at once, in nine of ten samples."""

    low: np.ndarray = field(eq=False)
    high: np.ndarray = field(eq=False)
    critical: float
    p: float  # how often the largest of them would be as far from zero by chance alone


def group_time(panel: Panel, *, comparison: str = NOT_YET, base: str = UNIVERSAL) -> Effects:
    """ATT(g, t): how much more those that began in g changed by t than those beside them.

    Parameters
    ----------
    comparison : {"never", "not_yet"}
        Beside: units that never began, or also those that had not begun by t. With weights, those weights say.
    base : {"universal", "varying"}
        From which period on: the last one before the start; "varying": for periods before the start the one before (placebo by
        year, as the article's figures have it).

    Returns
    -------
    Effects
        One per start and period, in this order, without the base; those with fewer than two units on either side are left out.
    """
    found = []
    for start in sorted(set(panel.start[np.isfinite(panel.start)])):
        before = np.flatnonzero(panel.periods < start)
        if not len(before):
            continue
        for at, period in enumerate(panel.periods):
            since = before[-1] if base == UNIVERSAL or period >= start else at - 1
            if since >= 0 and since != at:
                one = _difference(panel, start, at, int(since), comparison)
                if one is not None:
                    found.append((start, period, *one, one[2] - 1))
    return _together(found, len(panel.values), panel.clusters)


def _difference(panel: Panel, start: float, at: int, since: int, comparison: str) -> tuple[float, np.ndarray, int, int] | None:
    """The difference of changes, what each unit adds to its error, and how many there are on either side."""
    change = panel.values[:, at] - panel.values[:, since]
    there = ~np.isnan(change)
    latest = max(panel.periods[at], panel.periods[since])
    beside = there & (panel.start != start) & (np.isinf(panel.start) if comparison == NEVER else panel.start > latest)
    began = there & (panel.start == start)
    if panel.weights is None:
        weight = np.where(beside, 1.0, 0.0)
    else:
        total = panel.weights @ beside.astype(float)
        began &= total > 0
        weight = (np.where(began, 1 / np.where(total > 0, total, 1.0), 0.0) @ panel.weights) * beside
    units, others = int(began.sum()), int((weight > 0).sum())
    if units < FEWEST or others < FEWEST:
        return None
    change = np.where(there, change, 0.0)
    weight = weight / weight.sum()
    mine, theirs = change[began].mean(), float(weight @ change)
    n = len(change)
    influence = np.where(began, (change - mine) / units, 0.0) - weight * (change - theirs)
    return float(mine - theirs), n * influence, units, others


def by_event_time(effects: Effects) -> Effects:
    """Estimates by how many periods have passed since the start (0: the first one), groups weighed by their units.

    Periods count as they are numbered: with yearly periods, years.
    """
    passed = effects.period - effects.group
    found = [_weighed(effects, passed == one, np.nan, one) for one in sorted(set(passed))]
    return _together(found, len(effects.influence), effects.clusters)


def by_group(effects: Effects) -> Effects:
    """One estimate per start: the mean over its periods from the start on."""
    after = effects.period >= effects.group
    found = [_weighed(effects, after & (effects.group == one), one, np.nan, evenly=True) for one in sorted(set(effects.group[after]))]
    return _together(found, len(effects.influence), effects.clusters)


def overall(effects: Effects) -> Effects:
    """One estimate: the mean over all units and periods from their start on."""
    after = effects.period >= effects.group
    found = [_weighed(effects, after, np.nan, np.nan)] if after.any() else []
    return _together(found, len(effects.influence), effects.clusters)


def before(effects: Effects) -> Effects:
    """The placebo: estimates of periods before the start, where nothing can have happened yet."""
    return effects.only(effects.period < 0) if np.isnan(effects.group).all() else effects.only(effects.period < effects.group)


def trend_before(event: Effects) -> Effects:
    """One estimate: by how much more those that began moved every period before their start, on a line through the last one before it.

    A steady drift is found by it where no single period is far enough out. Takes effects by event time, weighs periods by their units; none
    where no period before is known.
    """
    earlier = event.only((event.period < 0) & (event.units > 0))
    if not len(earlier):
        return earlier
    since = earlier.period + 1.0
    lever = earlier.units * since
    lever = lever / (lever @ since)
    row = (np.nan, np.nan, float(lever @ earlier.estimate), earlier.influence @ lever, int(earlier.units.max()), int(earlier.beside.min()), int(earlier.free.max()))
    return _together([row], len(event.influence), event.clusters)


def _weighed(
    effects: Effects, which: np.ndarray, group: float, period: float, *, evenly: bool = False,
) -> _Row:
    """The weights are those of the units at hand, taken as given: an average over these units, not over what could have been drawn."""
    weight = np.where(which, 1.0 if evenly else effects.units.astype(float), 0.0)
    weight = weight / weight.sum()
    groups = {one: int(effects.units[which & (effects.group == one)].max()) for one in set(effects.group[which])}
    return group, period, float(weight @ effects.estimate), effects.influence @ weight, sum(groups.values()), int(effects.beside[which].min()), sum(groups.values()) - len(groups)


def _together(found: list[_Row], n: int, clusters: np.ndarray | None) -> Effects:
    columns = list(zip(*found, strict=True)) or [()] * 7
    group, period, estimate = (np.array(columns[place], dtype=float) for place in range(3))
    units, beside, free = (np.array(columns[place], dtype=int) for place in range(4, 7))
    return Effects(group, period, estimate, np.column_stack(columns[3]) if found else np.zeros((n, 0)), units, beside, free, clusters)


def bands(effects: Effects, ids: Sequence[str], *, draws: int = 999, seed: int = 0, level: float = LEVEL) -> Bands:
    """A band around all estimates at once, by the multiplier bootstrap (algorithm 1 of the article), clustered.

    Every cluster's part of the error is multiplied by a normal number that belongs to its first unit. Where few units began, the band
    of an estimate is as wide as Student's distribution asks for at the same probability, with as many degrees of freedom as there are units
    that began, less one for each start.
    """
    if not len(effects):
        none = np.zeros(0)
        return Bands(none, none, np.nan, np.nan)
    error = np.maximum(effects.error, 1e-300)
    total = _by_cluster(effects.influence, effects.clusters) / max(len(effects.influence), 1)
    names = list(ids) if effects.clusters is None else [ids[first] for first in np.unique(effects.clusters, return_index=True)[1]]
    drawn = np.abs(keyed_normals(names, draws, seed=seed, stream="group-time") @ total) / error
    furthest = drawn.max(axis=1)
    critical = float(np.quantile(furthest, level, method="higher"))
    seen = float(_as_normal(np.abs(effects.estimate) / error, effects).max())
    chance = float((1 + (furthest >= seen).sum()) / (1 + draws))
    half = wide(critical, effects.units, effects.free) * effects.error
    return Bands(effects.estimate - half, effects.estimate + half, critical, chance)


def wide(critical: float, units: np.ndarray, free: np.ndarray) -> np.ndarray:
    """How many standard errors a band reaches with so few units that began, where with many it would reach ``critical``.

    Student's distribution, and the variance over the degrees of freedom instead of over all.

    >>> wide(1.645, np.array([5, 20, 1000]), np.array([4, 19, 999])).round(3).tolist()
    [2.384, 1.774, 1.647]
    """
    from scipy.special import ndtr, stdtrit  # heavy

    found: np.ndarray = stdtrit(np.maximum(free, 1), ndtr(critical)) * np.sqrt(units / np.maximum(free, 1))
    return found


def _as_normal(reached: np.ndarray, effects: Effects) -> np.ndarray:
    """The other way round: how far out a normal number would be that is as improbable."""
    from scipy.special import ndtri, stdtr  # heavy

    free = np.maximum(effects.free, 1)
    found: np.ndarray = -ndtri(np.maximum(stdtr(free, -reached / np.sqrt(effects.units / free)), 1e-300))
    return found


def detectable(effects: Effects, *, level: float = LEVEL, power: float = POWER) -> np.ndarray:
    """The smallest true effects that would be told from none in four of five samples (minimal detectable effects): for many units
    2.49 standard errors.
    """
    from scipy.special import ndtri  # heavy

    reach = wide(ndtri((1 + level) / 2), effects.units, effects.free) + wide(ndtri(power), effects.units, effects.free)
    found: np.ndarray = reach * effects.error
    return found


def _by_cluster(influence: np.ndarray, clusters: np.ndarray | None) -> np.ndarray:
    if clusters is None:
        return influence
    _, which = np.unique(clusters, return_inverse=True)
    total = np.zeros((int(which.max()) + 1 if len(which) else 0, influence.shape[1]))
    np.add.at(total, which, influence)
    return total
