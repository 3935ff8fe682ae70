"""The best plan in every possible truth: against looking at every set of sites."""

from __future__ import annotations

import time

import numpy as np
import pytest

from ecomap.analysis.optimise.case import SiteCount
from ecomap.analysis.optimise.cover import Cover
from ecomap.analysis.optimise.near_best import best_cover
from ecomap.analysis.optimise.truths import _Regrets, best_in_each, groups_of, least_regret, tail
from ecomap.model.errors import CancelledError
from ecomap.model.progress import Progress
from tests.analysis.optimise.small_cover import Town

SITES, OPENED, TRUTHS = 15, 4, 40
FEASIBLE = (0, 2, 5, 6, 7, 8)   # towns whose wishes can be met


def drawn(seed: int, spread: float) -> tuple[Town, Cover, np.ndarray, np.ndarray, np.ndarray]:
    """A town of 15 sites with truths around its counts: town, cover, truths by place, truths by group, today's best plan."""
    town = Town.drawn(seed, 40, SITES, 0.25)
    cover = town.cover([], OPENED)
    random = np.random.default_rng(seed + 5)
    people = town.people.to_numpy()
    truths = np.maximum(people * (1 + spread * random.standard_normal((TRUTHS, len(people)))), 0.0)
    today = np.asarray(cover.case.sites.isin(list(best_cover(cover, 20).chosen)))
    return town, cover, truths, by_group(cover, truths), today


def by_group(cover: Cover, truths: np.ndarray) -> np.ndarray:
    group = groups_of(cover)
    return np.stack([np.bincount(group[group >= 0], truth[group >= 0], len(cover.weight)) for truth in truths])


def every_set(town: Town, truths: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """All sets of sites, and what each reaches in every truth."""
    opened = np.array([np.isin(np.arange(SITES), chosen) for chosen in town.sets(OPENED)])
    reached = opened.astype(int) @ town.near.T.astype(int) > 0
    return opened, reached @ truths.T


def later() -> float:
    return time.monotonic() + 60


@pytest.mark.parametrize("seed", range(6))
def test_the_best_plan_of_every_truth_is_the_best_of_all_sets(seed: int) -> None:
    town, cover, truths, weights, today = drawn(seed, 0.4)
    found = best_in_each(cover, weights, today, until=later())
    opened, values = every_set(town, truths)
    assert len(found) == TRUTHS
    assert found.proven.all()
    assert found.most == pytest.approx(values.max(axis=0))
    assert len(np.unique(found.opened, axis=0)) > 1      # the truths do not agree
    for number, plan in enumerate(found.opened):
        assert values[(opened == plan).all(axis=1), number] == pytest.approx(values[:, number].max())


@pytest.mark.parametrize("worst", [0.0, 0.1, 1.0])
@pytest.mark.parametrize("seed", range(6))
def test_the_plan_of_least_regret_is_the_one_of_all_sets(seed: int, worst: float) -> None:
    town, cover, truths, weights, today = drawn(seed, 0.4)
    found = least_regret(cover, weights, best_in_each(cover, weights, today, until=later()), today, worst=worst, until=later())
    opened, values = every_set(town, truths)
    losses = tail((values.max(axis=0) - values), worst)
    assert found.proven
    assert found.loss == pytest.approx(losses.min())
    assert losses[(opened == found.opened).all(axis=1)][0] == pytest.approx(losses.min())


@pytest.mark.parametrize("worst", [0.0, 0.1, 1.0])
@pytest.mark.parametrize("seed", range(4))
def test_whole_numbers_find_the_plan_of_least_regret_from_a_poor_one(seed: int, worst: float) -> None:
    town, cover, truths, weights, _ = drawn(seed, 0.8)
    opened, values = every_set(town, truths)
    losses = tail((values.max(axis=0) - values), worst)
    poor = opened[int(np.argmax(losses))]
    regrets = _Regrets(cover, weights, values.max(axis=0), worst)
    found = regrets.settled(poor, regrets.of(poor), later(), Progress())
    assert found.proven
    assert found.loss == pytest.approx(losses.min())


def test_without_error_it_is_todays_plan_everywhere() -> None:
    _, cover, _, weights, today = drawn(3, 0.0)
    found = best_in_each(cover, weights, today, until=later())
    assert (found.opened == today).all()
    assert found.proven.all()
    regret = least_regret(cover, weights, found, today, worst=0.1, until=later())
    assert (regret.opened == today).all()
    assert regret.loss == 0


@pytest.mark.parametrize("seed", FEASIBLE)
def test_wishes_hold_in_every_truth(seed: int) -> None:
    town, _, truths, _, _ = drawn(seed, 0.4)
    wishes = town.wishes(seed)
    cover = town.cover(wishes, OPENED)
    today = np.asarray(cover.case.sites.isin(list(best_cover(cover, 20).chosen)))
    weights = by_group(cover, truths)
    favoured = [tuple(by_group(cover, truth[None, :] * cover.case.demand.isin(list(floor.members)))[0] / np.maximum(weight, 1e-12)
                      for floor, _ in cover.favoured) for truth, weight in zip(truths, weights, strict=True)]
    found = best_in_each(cover, weights, today, favoured=favoured, until=later())
    for number, plan in enumerate(found.opened):
        there = Town(town.costs, town.people.mask(town.people >= 0, truths[number]), town.near, town.radius)
        best = there.best(wishes, OPENED)
        assert not plan.any() or there.keeps(tuple(np.flatnonzero(plan)), wishes)
        assert found.most[number] <= max(best, 0.0) + 1e-6
        if found.proven[number]:
            assert found.most[number] == pytest.approx(best)


def test_truths_that_time_does_not_allow_are_left_out_and_it_stops_when_told() -> None:
    _, cover, _, weights, today = drawn(0, 0.4)
    assert len(best_in_each(cover, weights, today, until=time.monotonic())) == 1
    stopped = Progress()
    stopped.cancel()
    with pytest.raises(CancelledError):
        best_in_each(cover, weights, today, until=later(), progress=stopped)


def test_places_nobody_can_win_are_in_no_group() -> None:
    town = Town.drawn(1, 40, SITES, 0.1)
    cover = town.cover([], OPENED)
    group = groups_of(cover)
    assert ((group < 0) == ~town.near.any(axis=1)).all()
    assert cover.weight == pytest.approx(by_group(cover, town.people.to_numpy()[None, :])[0])
    assert isinstance(cover.wishes[0], SiteCount)
