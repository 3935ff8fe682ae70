"""The smallest change of one wish: what is named does, one unit less does not, by looking at every set of sites."""

from __future__ import annotations

import time
from typing import Any

import numpy as np
import pytest
from attrs import evolve

from ecomap.analysis.optimise import location
from ecomap.analysis.optimise.case import (
    Budget,
    Case,
    ReachFloor,
    ReachTarget,
    SiteCount,
    SiteQuota,
    SiteSpread,
)
from ecomap.analysis.optimise.cover import Cover
from ecomap.analysis.optimise.loosen import (
    can_be_met,
    highest_share,
    kept_quotas,
    least_cost,
    lowest_most,
    most_groups,
    most_kept,
    most_people,
)
from ecomap.model.progress import Progress
from ecomap.model.said import name
from tests.analysis.optimise.small_cover import Town

SEEDS = range(25)
MANY = 7
THREE = tuple(frozenset(some) for some in (("s00", "s01"), ("s02", "s03", "s04"), ("s05", "s06")))


class Small:
    """A town of seven sites with every set of them, and what each set is worth."""

    def __init__(self, seed: int) -> None:
        self.town = Town.drawn(seed, 12, MANY)
        self.case = Case.of(self.town.costs, self.town.people, ())
        self.random = np.random.default_rng(seed + 77)
        self.price = self.random.integers(1, 10, MANY).astype(float)
        self.sets = [np.isin(np.arange(MANY), some) for some in self.town.sets(MANY)]
        self.members = frozenset(self.town.people.index[self.random.random(12) < 0.4])

    def cover(self, wishes: Any) -> Cover:
        return Cover.of(self.case, self.town.radius, wishes, every_site=True)

    def meets(self, opened: np.ndarray, wishes: Any) -> bool:
        """Worked out from the words of the wishes alone."""
        chosen = tuple(np.flatnonzero(opened))
        ids = {self.town.costs.supply_ids[site] for site in chosen}
        reached = self.town.people[self.town.reached(chosen)]
        for wish in wishes:
            if isinstance(wish, SiteCount) and len(ids) > wish.most:
                return False
            if isinstance(wish, Budget) and self.price[opened].sum() > wish.budget:
                return False
            if isinstance(wish, ReachTarget) and reached.sum() < wish.people - 1e-6:
                return False
            if isinstance(wish, SiteSpread) and sum(len(ids & some) >= wish.at_least for some in wish.members) < wish.groups:
                return False
        return self.town.keeps(chosen, [wish for wish in wishes if isinstance(wish, ReachFloor | SiteQuota)])

    def allowed(self, wishes: Any) -> list[np.ndarray]:
        return [opened for opened in self.sets if self.meets(opened, wishes)]

    def wishes(self) -> list[Any]:
        """Something asked for, a floor in half of them, a target in some."""
        some: list[Any] = [SiteQuota(THREE[0], 1, None, name("one of two"))]
        if self.random.random() < 0.5:
            some.append(ReachFloor(self.members, float(self.random.uniform(0.2, 0.7)), name("floor")))
        if self.random.random() < 0.3:
            some.append(ReachTarget(float(self.random.uniform(0.3, 0.7)) * float(self.town.people.sum()), name("target")))
        return some

    def count(self, opened: np.ndarray, some: frozenset[Any]) -> int:
        return int((opened & self.town.costs.supply_ids.isin(list(some))).sum())


def soon() -> float:
    return time.monotonic() + 30


def test_the_least_money_and_the_fewest_sites_are_those_of_the_cheapest_of_all_sets() -> None:
    clashes = 0
    for seed in SEEDS:
        small = Small(seed)
        wishes = small.wishes()
        allowed = small.allowed(wishes)
        for price in (small.price, np.ones(MANY)):
            found = least_cost(small.cover(wishes), price, soon(), Progress())
            if not allowed:
                assert found.impossible
                clashes += 1
                continue
            assert found.value == pytest.approx(min(price[opened].sum() for opened in allowed))
            assert found.proven
            assert found.opened is not None
            assert small.meets(found.opened, wishes)
    assert clashes


def test_the_lowest_number_that_one_group_must_be_allowed() -> None:
    for seed in SEEDS:
        small = Small(seed)
        wishes = [*small.wishes(), SiteQuota(small.town.costs.supply_ids, 4, None, name("four"))]
        allowed = small.allowed(wishes)
        found = lowest_most(small.cover(wishes), THREE, soon(), Progress())
        if allowed:
            assert found.value == min(max(small.count(opened, some) for some in THREE) for opened in allowed)
        assert found.impossible == (not allowed)


@pytest.mark.parametrize("at_least", [1, 2])
def test_the_most_groups_that_can_be_filled(at_least: int) -> None:
    for seed in SEEDS:
        small = Small(seed)
        wishes = [*small.wishes(), SiteCount(3, name("three"))]
        allowed = small.allowed(wishes)
        found = most_groups(small.cover(wishes), THREE, at_least, soon(), Progress())
        if allowed:
            assert found.value == max(sum(small.count(opened, some) >= at_least for some in THREE) for opened in allowed)
        assert found.impossible == (not allowed)


def test_the_most_pins_that_can_be_kept_and_which() -> None:
    for seed in SEEDS:
        small = Small(seed)
        wishes = [*small.wishes(), SiteCount(2, name("two"))]
        pins = [SiteQuota(frozenset({f"s0{site}"}), 1, None, name(f"s0{site}")) for site in (1, 3, 5)]
        pins += [SiteQuota(frozenset({"s00"}), 0, 0, name("not s00"))]
        allowed = small.allowed(wishes)
        found = most_kept(small.cover(wishes), pins, soon(), Progress())
        assert found.impossible == (not allowed)
        if allowed:
            assert found.value == max(sum(small.meets(opened, [pin]) for pin in pins) for opened in allowed)
            assert found.opened is not None
            kept = kept_quotas(small.cover(wishes), pins, found.opened)
            assert kept.tolist() == [small.meets(found.opened, [pin]) for pin in pins]


def test_the_highest_share_and_the_most_people() -> None:
    for seed in SEEDS:
        small = Small(seed)
        limits: list[Any] = [SiteCount(3, name("three")), SiteQuota(THREE[0], 1, None, name("one of two"))]
        floor = ReachFloor(small.members, 0.99, name("asked too much"))
        shares = []
        for opened in small.allowed(limits):
            reached = small.town.people[small.town.reached(tuple(np.flatnonzero(opened)))]
            if reached.sum() > 0:
                shares.append(float(reached[reached.index.isin(list(small.members))].sum() / reached.sum()))
        helps = SiteQuota(small.case.sites[np.unique(small.case.within(small.town.radius)[1])], 1, None, name("helps"))
        found = highest_share(small.cover, [*limits, helps], floor, soon(), Progress())
        assert found.value == pytest.approx(max(shares))
        assert found.proven
        most = most_people(small.cover(limits), soon(), Progress())
        assert most.value == pytest.approx(max(small.town.value(tuple(np.flatnonzero(opened))) for opened in small.allowed(limits)))


def test_a_highest_share_is_the_edge_on_both_sides() -> None:
    for seed in SEEDS:
        small = Small(seed)
        rest: list[Any] = [SiteCount(3, name("three")), SiteQuota(THREE[0], 1, None, name("one of two"))]
        helps = SiteQuota(small.case.sites[np.unique(small.case.within(small.town.radius)[1])], 1, None, name("helps"))
        floor = ReachFloor(small.members, 0.99, name("asked too much"))
        found = highest_share(small.cover, [*rest, helps], floor, soon(), Progress())
        assert found.value is not None
        if 0 < found.value < 0.99:
            at, above = (evolve(floor, share=share) for share in (found.value - 1e-9, found.value + 0.01))
            assert can_be_met(small.cover([*rest, helps, at]), soon(), Progress())
            assert can_be_met(small.cover([*rest, helps, above]), soon(), Progress()) is False


@pytest.mark.parametrize("at_least", [1, 2])
@pytest.mark.parametrize("groups", [1, 2, 3])
def test_a_plan_with_some_of_the_groups_filled_is_the_best_of_all_that_fill_them(at_least: int, groups: int) -> None:
    met = 0
    for seed in SEEDS:
        small = Small(seed)
        wishes = [*small.wishes()[1:2], SiteSpread(THREE, at_least, groups, name("spread"))]
        limits = [SiteCount(4, name("four"))]
        allowed = small.allowed([*limits, *wishes])
        try:
            plan = location.maximum_cover(small.town.costs, small.town.people, radius=small.town.radius, sites=4,
                                          floors=[wish for wish in wishes if not isinstance(wish, ReachTarget)])
        except location.InfeasibleError:
            assert not small.allowed([*limits, *(wish for wish in wishes if not isinstance(wish, ReachTarget))])
            continue
        if any(isinstance(wish, ReachTarget) for wish in wishes):
            continue
        met += 1
        assert plan.objective == pytest.approx(max(small.town.value(tuple(np.flatnonzero(opened))) for opened in allowed))
        assert small.meets(np.asarray(small.case.sites.isin(list(plan.chosen))), wishes)
    assert met or at_least * groups > 4
