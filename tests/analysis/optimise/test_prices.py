"""Prices on people: a bound that no plan beats, however early the search for it ends."""

from __future__ import annotations

import math
import time
from itertools import combinations

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ecomap.analysis.optimise import prices
from ecomap.analysis.optimise.case import Budget, Case, SiteCount
from ecomap.analysis.optimise.cover import Cover, keeps_limits
from ecomap.analysis.optimise.exchange import solved
from ecomap.analysis.optimise.prices import most_reached
from ecomap.analysis.travel.costs import TravelCosts
from ecomap.model.said import name


def covers(seed: int, sites: int = 9) -> tuple[Cover, Cover]:
    """The same random people and sites with a number of sites, and with a budget beside it."""
    rng = np.random.default_rng(seed)
    place, site = np.nonzero(rng.random((60, sites)) < 0.25)
    costs = TravelCosts.from_pairs(pd.RangeIndex(60), pd.RangeIndex(sites), place, site, np.zeros(len(place)))
    case = Case.of(costs, pd.Series(rng.integers(0, 50, 60).astype(float)), ())
    count = SiteCount(3, name("three"))
    return (Cover.of(case, math.inf, [count], every_site=True),
            Cover.of(case, math.inf, [count, Budget(10.0, rng.integers(0, 8, sites).astype(float), name("money"))], every_site=True))


def best(cover: Cover) -> float:
    """By trying every set of sites."""
    sites = len(cover.case.sites)
    opened = (np.isin(np.arange(sites), some) for count in range(4) for some in combinations(range(sites), count))
    return max(cover.gain(some) for some in opened if keeps_limits(cover.case, cover.wishes, some))


@pytest.mark.parametrize("seed", range(25))
@pytest.mark.parametrize("seconds", [0.0, 5.0])
def test_no_plan_beats_the_bound_and_time_only_lowers_it(seed: int, seconds: float) -> None:
    for cover in covers(seed):
        bound, opened = most_reached(cover, cover.case.open, time.monotonic() + seconds)
        assert bound >= best(cover) - 1e-6
        assert cover.gain(opened) <= bound + 1e-6
        if seconds:
            assert bound <= best(cover) * 1.35


@pytest.mark.parametrize("seed", range(10))
def test_the_bound_of_one_site_is_the_best_site(seed: int) -> None:
    cover = covers(seed)[0]
    one = Cover.of(cover.case, math.inf, [SiteCount(1, name("one"))], every_site=True)
    bound, _ = most_reached(one, one.greedy(), time.monotonic())
    assert bound == pytest.approx(max(one.gain(np.arange(9) == site) for site in range(9)))


def test_where_there_is_no_time_a_plan_still_has_a_bound() -> None:
    cover = covers(3)[0]
    solution = solved(cover, time_limit_s=1e-6)
    assert solution.values is not None
    assert best(cover) - 1e-6 <= -solution.bound < math.inf


@settings(deadline=None, max_examples=200)
@given(st.lists(st.tuples(st.sampled_from([0.0, 1.0, 1.5, 3.0]), st.sampled_from([0.0, 0.5, 1.0, 2.0, math.inf])), min_size=1, max_size=12),
       st.sampled_from([0.0, 0.7, 1.0, 2.0, 5.0]))
def test_sites_that_fit_are_those_of_all_in_order(sites: list[tuple[float, float]], room: float) -> None:
    worth, cost = (np.array(column) for column in zip(*sites, strict=True))
    left, expected = room, np.zeros(len(sites))
    free = [math.inf if here > 0 and price == 0 else here / price if price > 0 else 0.0 for here, price in sites]
    for site in sorted(range(len(sites)), key=lambda site: (-free[site], site)):
        if math.isfinite(cost[site]):
            expected[site] = 1.0 if cost[site] == 0 else min(max(left / cost[site], 0.0), 1.0)
            left -= cost[site]
    assert prices._filled(worth, cost, room).tolist() == expected.tolist()


def test_only_those_that_may_fit_are_put_in_order() -> None:
    assert prices._first(np.array([3.0, 1.0, 2.0, 2.0, 0.0]), 2).tolist() == [True, False, True, True, False]
    assert prices._fitting(np.ones(1000), 25.0) == 27
