"""The smallest change in one input that moves a school into, or out of, the first k: found, then proved by ranking again."""

from __future__ import annotations

import numpy as np
import pandas as pd
from attrs import evolve, field, frozen

from ecomap.analysis.gaps.situation import Situation, default_need
from ecomap.analysis.plan.priority.gain import DIGITS, Gain, need_of_areas, powered, ranked_schools
from ecomap.analysis.plan.priority.params import RankingParams
from ecomap.analysis.statistics.ranks import percentile_gains
from ecomap.model import vocabulary as v
from ecomap.model.frames import Frames
from ecomap.model.indicator import Indicator
from ecomap.model.progress import Progress
from ecomap.model.said import say

EXPONENT, PEOPLE, VALUE, RADIUS = "need_weight", "people", "indicator", "radius"
KINDS = (VALUE, PEOPLE, EXPONENT, RADIUS)
EXPONENTS = np.round(np.arange(0.0, 2.001, 0.01), 2)
RADIUS_STEPS = (0.9, 1.1, 0.75, 1.25, 0.5, 1.5)  # nearest first
_CLEAR = 2 * 10.0**-DIGITS  # scores further apart than this are no tie


@frozen
class Change:
    """One input that takes another value, and the rank that the school then has.

    ``area`` is the row of the need area and ``column`` the indicator it speaks of, where it speaks of one; ``margin`` is
    the share of that number's margin of error that is used up, or NaN.
    """

    kind: str
    before: float
    after: float
    rank: int
    area: int = -1
    column: str = ""
    margin: float = float("nan")


def easiest_of(changes: dict[str, Change]) -> Change | None:
    """The change within a margin of error that uses least of it; else a choice that can be made otherwise."""
    measured = [changes[kind] for kind in (VALUE, PEOPLE) if kind in changes]
    if measured:
        return min(measured, key=lambda change: change.margin)
    return next((changes[kind] for kind in (EXPONENT, RADIUS) if kind in changes), None)


@frozen
class Ranking:
    """All that the order of the schools rests on."""

    now: Situation
    gain: Gain
    ids: np.ndarray = field(eq=False, repr=False)
    people: np.ndarray = field(eq=False, repr=False)
    need: np.ndarray = field(eq=False, repr=False)
    score: np.ndarray = field(eq=False, repr=False)

    @property
    def exponent(self) -> float:
        return float(self.now.params.need_weight)

    def rank(self, row: int) -> int:
        return _rank(self.score, row)


def ranking(frames: Frames, params: RankingParams, *, progress: Progress) -> Ranking:
    """The order of the schools as it stands."""
    now, found, gain = ranked_schools(frames, params, progress=progress)
    need, _, _ = need_of_areas(now)
    ids = found.schools[v.ID].astype(str).to_numpy()
    return Ranking(now, gain, ids, np.nan_to_num(now.people, nan=0.0), need, gain.score)


def ranked_again(given: Ranking, change: Change) -> np.ndarray:
    """The scores of all schools when this one input is changed, everything else worked out anew.

    A change of distance is not for this: it needs the map (see `radius_changes`).
    """
    now = given.now
    if change.kind == EXPONENT:
        return np.asarray(given.gain.weights @ (given.people * powered(given.need, change.after)))
    if change.kind == PEOPLE:
        people = now.people.copy()
        people[change.area] = change.after
        now = evolve(now, people=people)
    else:
        areas = now.areas.copy()
        values = areas[change.column].to_numpy(dtype=float, na_value=np.nan).copy()
        values[change.area] = change.after
        areas[change.column] = values
        now = evolve(now, areas=areas, need=default_need(areas, now.layer))
    need, _, _ = need_of_areas(now)
    people = np.nan_to_num(now.people, nan=0.0)
    return np.asarray(given.gain.weights @ (people * powered(need, given.exponent)))


def exponent_change(given: Ranking, row: int, k: int) -> Change | None:
    """The nearest weight of need, to 0.01 between 0 and 2, with which the school changes sides."""
    for exponent in EXPONENTS[np.argsort(np.abs(EXPONENTS - given.exponent), kind="stable")]:
        found = _proved(given, Change(EXPONENT, given.exponent, float(exponent), 0), row, k)
        if found is not None:
            return found
    return None


def people_change(given: Ranking, row: int, k: int) -> Change | None:
    """The smallest change, as a share of its margin, of the people in one area that the school reaches.

    A school's score is a straight line in the people of one area, so it can change sides only where two lines cross.
    """
    if given.now.moes is None:
        return None
    candidates: list[tuple[float, Change]] = []
    for area in _reached(given, row):
        moe = given.now.moes[area]
        if not moe > 0:
            continue
        slope = given.gain.weights[:, [area]].toarray().ravel() * powered(given.need[[area]], given.exponent)[0]
        apart, tilt = given.score - given.score[row], slope - slope[row]
        with np.errstate(divide="ignore", invalid="ignore"):
            crossing = -apart / tilt
            clear = crossing + np.sign(crossing) * _CLEAR / np.abs(tilt)
        low = max(-moe, -given.people[area])
        steps = clear[np.isfinite(clear) & (clear >= low) & (clear <= moe)]
        steps = steps[np.argsort(np.abs(steps), kind="stable")]
        above = (apart[:, None] + tilt[:, None] * steps[None, :] > _CLEAR / 2).sum(axis=0)
        moved = np.flatnonzero((above < k) != (given.rank(row) <= k))
        if len(moved):
            exact = float(steps[moved[0]])
            for value in dict.fromkeys((_whole(exact, low, moe), exact)):
                change = Change(PEOPLE, given.people[area], given.people[area] + value, 0, int(area), margin=abs(value) / moe)
                candidates.append((abs(exact) / moe, change))
    return _first_proved(given, candidates, row, k)


def indicator_change(given: Ranking, row: int, k: int, *, progress: Progress) -> Change | None:
    """The smallest change, as a share of its margin, of one indicator in one area that the school reaches.

    Need scores rest on ranks, so only passing another area's value changes anything: every such step is looked at.
    """
    candidates: list[tuple[float, Change]] = []
    items = [item for item in given.now.layer.indicators if item.moe_column and item.moe_column in given.now.areas]
    areas = _reached(given, row) if given.exponent > 0 else np.zeros(0, dtype=int)
    for position, item in enumerate(items):
        progress.at(position / len(items), say("Looking for the smallest change"))
        for area in areas:
            found = _value_change(given, item, int(area), row, k)
            if found is not None:
                candidates.append((found.margin, found))
    return _first_proved(given, candidates, row, k)


def radius_changes(
    frames: Frames, given: Ranking, rows: np.ndarray, k: int, *, progress: Progress
) -> dict[int, Change]:
    """For each school the nearest of six other distances (a tenth to a half nearer or further) with which it changes sides."""
    found: dict[int, Change] = {}
    before = float(given.now.params.radius_m)
    for number, step in enumerate(RADIUS_STEPS):
        params = evolve(given.now.params, radius_m=round(before * step, 3))
        part = progress.part(number / len(RADIUS_STEPS), (number + 1) / len(RADIUS_STEPS))
        other = ranking(frames, params, progress=part)
        place = {school: position for position, school in enumerate(other.ids)}
        for row in rows:
            if row in found or given.ids[row] not in place:
                continue
            rank = other.rank(place[given.ids[row]])
            if (rank <= k) != (given.rank(row) <= k):
                found[int(row)] = Change(RADIUS, before, float(params.radius_m), rank)
    return found


def _value_change(given: Ranking, item: Indicator, area: int, row: int, k: int) -> Change | None:
    """The smallest step of one value within its margin that moves the school to the other side, if any."""
    values = given.now.areas[item.column].to_numpy(dtype=float, na_value=np.nan)
    moe = float(given.now.areas[item.moe_column].iloc[area])
    known, scored = ~np.isnan(values), given.now.need["score"].notna().to_numpy()
    if not (moe > 0 and known[area] and scored[area]):
        return None
    present = given.now.areas[[i.column for i in given.now.layer.indicators]].notna().sum(axis=1).to_numpy()
    low, high = (0.0, 1.0) if item.unit == "share" else (0.0 if values[known].min() >= 0 else -np.inf, np.inf)
    best: Change | None = None
    for up in (True, False):
        steps, gains = percentile_gains(values, area, moe, up=up)
        inside = (steps >= low) & (steps <= high) & (np.abs(steps - values[area]) <= moe)
        steps, gains = steps[inside], [gain for gain, fine in zip(gains, inside, strict=True) if fine]
        if not len(steps):
            continue
        moved = _first_move(given, [(rows, gain * item.direction / present[rows]) for rows, gain in gains], scored, row, k)
        if moved is not None:
            share = abs(float(steps[moved]) - values[area]) / moe
            if best is None or share < best.margin:
                best = Change(VALUE, float(values[area]), float(steps[moved]), 0, area, item.column, share)
    return best


def _first_move(
    given: Ranking, steps: list[tuple[np.ndarray, np.ndarray]], scored: np.ndarray, row: int, k: int
) -> int | None:
    """The first of several steps, each adding to the need of some areas, after which the school is on the other side."""
    touched = np.unique(np.concatenate([rows for rows, _ in steps]))
    weights = given.gain.weights[:, touched].toarray() * given.people[touched]
    need, score = given.need[touched].copy(), given.score.copy()
    inside = given.rank(row) <= k
    for number, (rows, gain) in enumerate(steps):
        place = np.searchsorted(touched, rows)
        more = need[place] + np.where(scored[rows], gain, 0.0)
        score += weights[:, place] @ (powered(more, given.exponent) - powered(need[place], given.exponent))
        need[place] = more
        if (_rank(score, row) <= k) != inside:
            return number
    return None


def _first_proved(given: Ranking, candidates: list[tuple[float, Change]], row: int, k: int) -> Change | None:
    """The smallest change (first of each pair) that holds; equal ones in the order they were found."""
    for _, change in sorted(candidates, key=lambda pair: pair[0]):
        found = _proved(given, change, row, k)
        if found is not None:
            return found
    return None


def _proved(given: Ranking, change: Change, row: int, k: int) -> Change | None:
    """The change with the rank that ranking again gives, or None if the school stays on its side."""
    rank = _rank(ranked_again(given, change), row)
    return evolve(change, rank=rank) if (rank <= k) != (given.rank(row) <= k) else None


def _reached(given: Ranking, row: int) -> np.ndarray:
    return np.asarray(given.gain.weights[[row]].toarray().ravel() > 0).nonzero()[0]


def _rank(score: np.ndarray, row: int) -> int:
    rounded = np.round(score, DIGITS)
    return 1 + int((rounded > rounded[row]).sum())


def _whole(step: float, low: float, high: float) -> float:
    """The step made larger to whole people where the margin allows it."""
    whole = float(np.sign(step) * np.ceil(abs(step)))
    return whole if low <= whole <= high else step


def around_the_cut(given: Ranking, k: int, around: int) -> np.ndarray:
    """Rows of the schools next to the cut on either side, best first; ties in the order of ids."""
    order = pd.DataFrame({"score": -np.round(given.score, DIGITS), "id": given.ids}).sort_values(["score", "id"]).index
    return order.to_numpy()[max(k - around, 0) : k + around]
