"""Large medians: the bound never lies, and small questions come out exact."""

from __future__ import annotations

import time
from itertools import combinations

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ecomap.analysis.optimise import location, median
from ecomap.analysis.optimise.median import Medians, medians, prices, settled, total
from ecomap.analysis.travel.costs import TravelCosts
from ecomap.model.progress import Progress


def _problem(seed: int, places: int, sites: int, count: int, fixed: tuple[int, ...] = ()) -> tuple[Medians, np.ndarray]:
    random = np.random.default_rng(seed)
    cost = random.integers(0, 50, (places, sites)).astype(float)
    place, site = np.divmod(np.arange(places * sites), sites)
    return Medians.of(place, site, cost.ravel(), np.isin(np.arange(sites), fixed), count), cost


def _best(cost: np.ndarray, count: int, fixed: tuple[int, ...]) -> float:
    sets = (c for c in combinations(range(cost.shape[1]), count) if set(fixed) <= set(c))
    return min(float(cost[:, c].min(axis=1).sum()) for c in sets)


@settings(max_examples=60, deadline=None)
@given(st.integers(0, 10_000), st.integers(1, 4), st.booleans())
def test_the_bound_is_never_above_the_best(seed: int, count: int, with_fixed: bool) -> None:
    fixed = (2,) if with_fixed else ()
    problem, cost = _problem(seed, 9, 8, count, fixed)
    best = _best(cost, count, fixed)
    found = medians(problem, time_limit_s=10)
    assert found.bound <= best + 1e-6
    assert found.objective >= best - 1e-6
    assert total(problem, found.opened) == pytest.approx(found.objective)
    assert found.opened[list(fixed)].all()
    assert found.opened.sum() == count
    any_bound, price = prices(problem, np.random.default_rng(seed).random(problem.places) * 50)
    assert any_bound <= best + 1e-6
    assert (price <= 0).all()


@pytest.mark.parametrize("seed", range(40))
def test_what_is_settled_leaves_no_better_plan_out(seed: int) -> None:
    problem, cost = _problem(seed, 12, 9, 3)
    found = medians(problem, time_limit_s=10)
    must, never = settled(problem, found)
    for chosen in combinations(range(9), 3):
        if float(cost[:, chosen].min(axis=1).sum()) < found.objective - 1e-6:
            assert must[list(chosen)].sum() == must.sum()
            assert not never[list(chosen)].any()


def _large(seed: int) -> tuple[TravelCosts, pd.Series]:
    random = np.random.default_rng(seed)
    way = np.hypot(*(random.random((400, 1, 2)) - random.random((1, 120, 2))).transpose(2, 0, 1))
    place, site = np.divmod(np.arange(way.size), 120)
    costs = TravelCosts(pd.RangeIndex(400), pd.RangeIndex(120), place.astype(np.int32), site.astype(np.int32), way.ravel())
    return costs, pd.Series(random.integers(1, 1000, 400).astype(float))


def test_what_is_too_large_to_prove_comes_with_its_gap(monkeypatch: pytest.MonkeyPatch) -> None:
    costs, people = _large(3)
    exact = location.p_median(costs, people, sites=15)
    assert exact.proven
    monkeypatch.setattr(median, "EXACT_PAIRS", 0)
    plan = location.p_median(costs, people, sites=15, time_limit_s=20)
    assert plan.bound <= exact.objective + 1e-6 <= plan.objective + 2e-6
    assert plan.gap < 0.02
    assert plan.gap == pytest.approx((plan.objective - plan.bound) / plan.objective)
    ways = costs.cost.reshape(400, 120)[:, [int(site) for site in plan.chosen]].min(axis=1)
    assert plan.objective == pytest.approx(float((people * ways).sum()))


def test_a_search_stops_when_told() -> None:
    costs, people = _large(5)
    progress = Progress(lambda share, text: progress.cancel())
    began = time.monotonic()
    with pytest.raises(Exception, match="Stopped"):
        location.p_median(costs, people, sites=15, progress=progress)
    assert time.monotonic() - began < 5
