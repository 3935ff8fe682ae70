"""Plans against ``spopt`` (with the CBC that comes with PuLP): building the problem, solving it, and how good in equal time.

Without ``spopt`` only our own times are given.
"""

from __future__ import annotations

import importlib.util
import statistics
import time
from collections.abc import Callable
from functools import cache
from typing import Any

import numpy as np
import pandas as pd

from benchmarks.measure import Measure, median_ms
from ecomap.analysis.gaps.room.assignment import assign_to_capacity
from ecomap.analysis.optimise import location
from ecomap.analysis.optimise.case import Case, Plan, SiteCount
from ecomap.analysis.optimise.cover import Cover
from ecomap.analysis.optimise.near_best import best_cover, family_of
from ecomap.analysis.travel.costs import TravelCosts
from ecomap.model.said import name

PEER = "spopt"
NOT_HERE = "spopt is not installed"
RADIUS = 0.08
EQUAL_TIME_S = 20.0


def run() -> list[Measure]:
    """Maximal cover beside the peer; then what the peer has no answer to in this time."""
    return [_building(), *(_solving(sites) for sites in (10, 25)), _equal_time(50), _floored(), *_alone()]


def has_peer() -> bool:
    return importlib.util.find_spec("spopt") is not None and importlib.util.find_spec("pulp") is not None


@cache
def town(people: int, places: int, seed: int = 1) -> tuple[np.ndarray, pd.Series]:
    """Distances in the unit square, and how many live at each place."""
    rng = np.random.default_rng(seed)
    way = np.hypot(*(rng.random((people, 1, 2)) - rng.random((1, places, 2))).transpose(2, 0, 1))
    return way, pd.Series(rng.integers(1, 1000, people).astype(float))


def pairs(way: np.ndarray, reach: float) -> TravelCosts:
    place, site = np.nonzero(way <= reach)
    return TravelCosts(pd.RangeIndex(way.shape[0]), pd.RangeIndex(way.shape[1]), place.astype(np.int32),
                       site.astype(np.int32), way[place, site])


def _theirs(sites: int) -> Any:
    from spopt.locate import MCLP

    way, people = town(2_500, 500)
    return MCLP.from_cost_matrix(way, people.to_numpy(), RADIUS, sites)


def _compared(what: str, ours: Callable[[], object], goal: str, theirs: Callable[[], object], rounds: int = 3) -> Measure:
    """Ours and theirs in turn, so that a busy machine slows both alike."""
    if not has_peer():
        return Measure(what, median_ms(ours, 3), goal, note=NOT_HERE)
    taken = [(median_ms(ours, 3, warm=int(number == 0)), median_ms(theirs, 1, warm=0)) for number in range(rounds)]
    mine, peer = (statistics.median(column) for column in zip(*taken, strict=True))
    return Measure(what, mine, goal, PEER, peer)


def _cover(costs: TravelCosts, people: pd.Series, sites: int) -> Cover:
    """The problem that the question "plan" and `location.maximum_cover` hand to the same search."""
    return Cover.of(Case.of(costs, people, ()), RADIUS, [SiteCount(sites, name(f"at most {sites} sites"))])


def _building() -> Measure:
    way, people = town(2_500, 500)
    costs = pairs(way, RADIUS)

    def ours() -> object:
        return _cover(costs, people, 10).problem()[0].relaxed()

    return _compared("Building a maximal cover, 2,500 x 500", ours, "50x", lambda: _theirs(10))


def _solving(sites: int) -> Measure:
    way, people = town(2_500, 500)
    costs = pairs(way, RADIUS)
    found: dict[str, float] = {}

    def ours() -> None:
        found["ours"] = location.maximum_cover(costs, people, radius=RADIUS, sites=sites).objective

    def theirs() -> None:
        import pulp

        found["theirs"] = _value(_theirs(sites).solve(pulp.PULP_CBC_CMD(msg=False)), people)

    measure = _compared(f"Maximal cover, 2,500 x 500, {sites} sites, built and solved", ours, "1x", theirs, 1)
    return _noted(measure, _same(found))


def _equal_time(sites: int) -> Measure:
    """How many are reached by what each has after the same time of search."""
    way, people = town(2_500, 500)
    costs = pairs(way, RADIUS)
    began = time.perf_counter()
    plan: Plan = location.maximum_cover(costs, people, radius=RADIUS, sites=sites, time_limit_s=EQUAL_TIME_S)
    took = (time.perf_counter() - began) * 1000
    said = f"reaches {plan.objective:,.0f}, certainly within {plan.gap:.2%} of the best"
    what = f"Maximal cover, {sites} sites, after {EQUAL_TIME_S:.0f} s of search"
    if not has_peer():
        return Measure(what, took, note=f"{said}; {NOT_HERE}")
    import pulp

    began = time.perf_counter()
    value = _value(_theirs(sites).solve(pulp.PULP_CBC_CMD(msg=False, timeLimit=EQUAL_TIME_S)), people)
    peer = (time.perf_counter() - began) * 1000
    verdict = "never worse: met" if plan.objective >= value - 1e-6 else "WORSE than the peer"
    return Measure(what, took, peer=PEER, peer_ms=peer, note=f"{said}; peer reaches {value:,.0f} ({verdict})")


def _floored() -> Measure:
    """A floor and quotas: nine tenths of the new reach for the people of one corner, and two sites in each of four parts."""
    way, people = town(2_500, 500)
    corner = people.index[(way[:, :40] <= RADIUS).any(axis=1)]
    wishes = [location.ReachFloor(corner, 0.9, name("floor")),
              *(location.SiteQuota(range(part, 500, 4), 2, None, name(f"part {part}")) for part in range(4))]
    began = time.perf_counter()
    plan = location.maximum_cover(pairs(way, RADIUS), people, radius=RADIUS, sites=30, floors=wishes, time_limit_s=EQUAL_TIME_S)
    return Measure("Maximal cover with a floor of 90 % and quotas, 30 sites of 500", (time.perf_counter() - began) * 1000,
                   note=f"certainly within {plan.gap:.2%} of the best")


def _alone() -> list[Measure]:
    way, people = town(2_500, 500)
    every = pairs(way, 2.0)
    measures = []
    for sites in (10, 25, 50):
        began = time.perf_counter()
        plan = location.p_median(every, people, sites=sites, time_limit_s=EQUAL_TIME_S)
        measures.append(Measure(f"p-median, 2,500 x 500, {sites} sites", (time.perf_counter() - began) * 1000,
                                note=f"certainly within {plan.gap:.3%} of the best"))
    began = time.perf_counter()
    cover = _cover(pairs(way, RADIUS), people, 10)
    family = family_of(cover, best_cover(cover, 60.0), 0.01, time_limit_s=60.0)
    count = family.standing.value_counts()
    measures.append(Measure("Plans within 1 % of the best, 10 sites of 500", (time.perf_counter() - began) * 1000,
                            note=", ".join(f"{standing}: {count[standing]}" for standing in sorted(count.index))))
    near = pairs(way, 0.05)
    room = pd.Series(np.random.default_rng(2).integers(100, 3000, 500).astype(float))
    measures.append(Measure(
        f"Assignment to capacity, {len(near):,} pairs", median_ms(lambda: assign_to_capacity(near, people, room), 3)))
    return measures


def _value(solved: Any, people: pd.Series) -> float:
    """People the peer's plan reaches, counted anew: what it says of itself is not relied on."""
    way, _ = town(2_500, 500)
    opened = [number for number, variable in enumerate(solved.fac_vars) if (variable.value() or 0) > 0.5]
    return float(people[(way[:, opened] <= RADIUS).any(axis=1)].sum())


def _same(found: dict[str, float]) -> str:
    if len(found) < 2:
        return ""
    same = abs(found["ours"] - found["theirs"]) < 1e-6
    return "same optimum" if same else f"ours reaches {found['ours']:,.0f}, theirs {found['theirs']:,.0f}"


def _noted(measure: Measure, note: str) -> Measure:
    return Measure(measure.what, measure.ours_ms, measure.goal, measure.peer, measure.peer_ms,
                   "; ".join(part for part in (note, measure.note) if part))
