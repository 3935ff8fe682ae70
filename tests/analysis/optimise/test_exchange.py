"""Good plans without proof: never against a wish, never worse than before, and nearly always the best there is."""

from __future__ import annotations

from itertools import combinations

import numpy as np
import pandas as pd
import pytest

from ecomap.analysis.optimise import exchange
from ecomap.analysis.optimise.case import Case, ReachFloor, SiteCount, SiteQuota
from ecomap.analysis.optimise.cover import Cover
from ecomap.analysis.travel.costs import TravelCosts
from ecomap.model.progress import Progress


def _cover(seed: int, floor: bool) -> Cover:
    random = np.random.default_rng(seed)
    way = np.hypot(*(random.random((40, 1, 2)) - random.random((1, 12, 2))).transpose(2, 0, 1))
    place, site = np.nonzero(way <= 0.25)
    costs = TravelCosts(pd.RangeIndex(40), pd.RangeIndex(12), place.astype(np.int32), site.astype(np.int32), way[place, site])
    case = Case.of(costs, pd.Series(random.integers(1, 100, 40).astype(float)), [3])
    wishes = [SiteCount(5, "five"), SiteQuota(range(6), 1, 2, "west")]
    return Cover.of(case, 0.25, [*wishes, ReachFloor(range(20), 0.4, "first half")] if floor else wishes)


def _best(cover: Cover) -> float:
    reached = -np.inf
    for size in range(6):
        for chosen in combinations(range(12), size):
            opened = np.isin(np.arange(12), chosen)
            if opened[3] and cover.meets(opened):
                reached = max(reached, cover.gain(opened))
    return reached


@pytest.fixture(autouse=True)
def _few_rounds(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(exchange, "_ROUNDS", 2)
    monkeypatch.setattr(exchange, "_FRUITLESS", 6)


@pytest.mark.parametrize("floor", [False, True])
def test_exchanges_help_and_keep_every_wish(floor: bool) -> None:
    best_found = 0
    for seed in range(12):
        cover = _cover(seed, floor)
        first = cover.first()
        better = exchange.exchanged(cover, first, Progress())
        assert better[3]
        assert cover.gain(better) >= cover.gain(first)
        if cover.meets(first):
            assert cover.meets(better)
        parts = cover.problem()[0].relaxed().solve().values[:12]
        shaken = exchange.shaken(cover, better, parts, np.inf, Progress())
        best = _best(cover)
        assert cover.gain(shaken) <= best + 1e-9 or not cover.meets(shaken)
        best_found += cover.gain(shaken) >= best - 1e-9
    assert best_found >= 11


def test_the_same_seed_shakes_alike() -> None:
    cover = _cover(1, False)
    first, parts = cover.first(), np.full(12, 0.4)
    one, two = (exchange.shaken(cover, first, parts, np.inf, Progress(), seed=5) for _ in range(2))
    assert one.tolist() == two.tolist()


def test_what_the_first_search_does_not_settle_the_second_does(monkeypatch: pytest.MonkeyPatch) -> None:
    covers = [_cover(seed, True) for seed in range(5)]
    answers = [exchange.solved(cover, time_limit_s=20) for cover in covers]
    monkeypatch.setattr(exchange, "_SHORT_S", 1e-9)
    for cover, at_once in zip(covers, answers, strict=True):
        in_two = exchange.solved(cover, time_limit_s=20)
        assert at_once.infeasible == in_two.infeasible
        if not at_once.infeasible:
            assert in_two.proven
            assert in_two.objective == pytest.approx(at_once.objective)
