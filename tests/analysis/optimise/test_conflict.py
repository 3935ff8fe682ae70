"""Wishes that clash: the set named is impossible, and giving up any one of it is enough."""

from __future__ import annotations

import time
from typing import Any

import numpy as np
import pandas as pd
import pytest

from ecomap.analysis.optimise import location
from ecomap.analysis.optimise.conflict import smallest_conflict
from ecomap.analysis.travel.costs import TravelCosts

SITES = [f"s{j}" for j in range(7)]


def _instance(seed: int) -> tuple[TravelCosts, pd.Series, pd.Series]:
    random = np.random.default_rng(seed)
    matrix = np.hypot(*(random.random((12, 1, 2)) - random.random((1, 7, 2))).transpose(2, 0, 1))
    rows = [(f"d{i:02}", SITES[j], matrix[i, j]) for i in range(12) for j in range(7)]
    costs = TravelCosts.from_table(pd.DataFrame(rows, columns=["origin", "dest", "cost"]))
    people = pd.Series(random.integers(1, 100, 12).astype(float), index=costs.demand_ids)
    return costs, people, pd.Series(random.integers(1, 10, 7).astype(float), index=SITES)


def _wishes(seed: int, people: pd.Series) -> list[location.ReachFloor | location.SiteQuota]:
    random = np.random.default_rng(seed + 500)
    wishes: list[location.ReachFloor | location.SiteQuota] = []
    for number in range(4):
        members = [site for site in SITES if random.random() < 0.5]
        least = int(random.integers(0, 3))
        most = None if random.random() < 0.5 else least + int(random.integers(0, 2))
        wishes.append(location.SiteQuota(members, least, most, f"quota {number}"))
    for number in range(2):
        wishes.append(location.ReachFloor(people.index[random.random(12) < 0.5], float(random.uniform(0.5, 1)), f"floor {number}"))
    return wishes


def _conflict(seed: int, labels: list[str] | None = None) -> list[str] | None:
    """The conflict between the wishes of an instance, or between those of some labels; None if they can be met."""
    costs, people, price = _instance(seed)
    wishes = [wish for wish in _wishes(seed, people) if labels is None or wish.label in labels]
    limits: dict[str, Any] = {}
    if labels is None or "at most 3 sites" in labels:
        limits |= {"sites": 3}
    if labels is None or "a budget of 9" in labels:
        limits |= {"budget": 9.0, "site_costs": price}
    try:
        location.maximum_cover(costs, people, radius=0.35, floors=wishes, **(limits or {"sites": len(SITES)}))
    except location.InfeasibleError as found:
        return list(found.details["conflict"])
    return None


def test_giving_up_any_one_of_a_conflict_is_enough() -> None:
    conflicts = {seed: _conflict(seed) for seed in range(50)}
    for seed, conflict in conflicts.items():
        if conflict is not None:
            assert len(conflict) == len(set(conflict))
            assert _conflict(seed, conflict) is not None
            assert all(_conflict(seed, [label for label in conflict if label != out]) is None for out in conflict)
    assert sum(conflict is not None for conflict in conflicts.values()) >= 10


def test_the_smallest_of_several_conflicts_is_named() -> None:
    def clash(some: object) -> bool:
        return {"a", "b", "c"} <= set(some) or {"c", "d"} <= set(some)  # type: ignore[call-overload]

    for order in (list("abcd"), list("dcba"), list("dabc")):
        assert set(smallest_conflict(order, clash)) == {"c", "d"}


def test_quotas_that_clash_are_named_at_once_however_many_people_there_are() -> None:
    random = np.random.default_rng(0)
    near = random.random((20_000, 60)) < 0.1
    place, site = np.nonzero(near)
    costs = TravelCosts(pd.RangeIndex(20_000), pd.RangeIndex(60), place.astype(np.int32), site.astype(np.int32),
                        np.ones(len(place)))
    quotas = [location.SiteQuota(range(k, k + 10), 1, None, f"one in district {k // 10}") for k in range(0, 60, 10)]
    began = time.monotonic()
    with pytest.raises(location.InfeasibleError) as caught:
        location.maximum_cover(costs, pd.Series(1.0, index=costs.demand_ids), radius=1, sites=5, floors=quotas)
    assert time.monotonic() - began < 10
    assert set(caught.value.details["conflict"]) == {"at most 5 sites", *(quota.label for quota in quotas)}
