"""Moves and good plans without proof: the best move is the best of all that can be made; never against a wish, never worse than before, and nearly always the best there is."""

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
from tests.analysis.optimise.small_cover import Town

SITES = 9


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


def _one_step(chosen: tuple[int, ...]) -> list[tuple[int, ...]]:
    others = [site for site in range(SITES) if site not in chosen]
    without = [tuple(site for site in chosen if site != gone) for gone in chosen]
    return [*without, *((*chosen, new) for new in others), *((*rest, new) for rest in without for new in others)]


@pytest.mark.parametrize("seed", range(30))
def test_the_best_move_is_the_best_of_all(seed: int) -> None:
    town = Town.drawn(seed, 30, SITES)
    wishes = town.wishes(seed)
    cover = town.cover(wishes, 4, every_site=True)
    moves = exchange.Moves(cover)
    for chosen in town.sets(4):
        opened = np.isin(np.arange(SITES), chosen)
        if not town.keeps(chosen, wishes):
            continue
        allowed = [town.value(other) for other in _one_step(chosen) if len(other) <= 4 and town.keeps(other, wishes)]
        best, after = max(allowed, default=-np.inf), moves.best(opened)
        if after is None:
            assert best <= town.value(chosen) + 1e-6
        else:
            assert cover.gain(after) == pytest.approx(best)
            assert cover.meets(after)


def test_a_plan_that_misses_its_wishes_is_mended() -> None:
    mended = 0
    for seed in range(30):
        town = Town.drawn(seed, 40, SITES)
        floor = ReachFloor(town.people.index[:14], 0.6, "floor")
        last = SiteQuota((f"s0{number}" for number in (7, 8)), 1)
        cover = town.cover([floor, last], 3)
        moves = exchange.Moves(cover)
        start = cover.greedy()
        after = exchange.exchanged(cover, start, Progress())
        assert moves.missed(after) <= moves.missed(start)
        mended += moves.missed(start) > 0 and cover.meets(after)
    assert mended >= 10


def test_more_may_be_open_than_a_late_at_most_allows_but_never_more_than_before() -> None:
    town = Town.drawn(3, 30, SITES)
    first = SiteQuota((f"s0{number}" for number in range(3)), 0, 1)
    cover = town.cover([first], 4)
    opened = np.isin(np.arange(SITES), [0, 1, 2])
    after = exchange.exchanged(cover, opened, Progress())
    assert int(after[:3].sum()) <= 3
