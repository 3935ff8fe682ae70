"""The near-best family: what enumeration finds is what is said."""

from __future__ import annotations

from itertools import combinations

import numpy as np
import pandas as pd
import pytest

from ecomap.analysis.optimise import location
from ecomap.analysis.optimise.case import Case, SiteCount
from ecomap.analysis.optimise.cover import Cover
from ecomap.analysis.optimise.near_best import best_cover, family_of
from ecomap.analysis.travel.costs import TravelCosts
from ecomap.model.said import name


def _instance(seed: int) -> tuple[TravelCosts, pd.Series, np.ndarray]:
    random = np.random.default_rng(seed)
    matrix = np.hypot(*(random.random((18, 1, 2)) - random.random((1, 9, 2))).transpose(2, 0, 1))
    rows = [(f"d{i:02}", f"s{j}", matrix[i, j]) for i in range(18) for j in range(9)]
    costs = TravelCosts.from_table(pd.DataFrame(rows, columns=["origin", "dest", "cost"]))
    return costs, pd.Series(random.integers(1, 100, 18).astype(float), index=costs.demand_ids), matrix


@pytest.mark.parametrize("seed", range(60))
def test_standing_equals_enumeration(seed: int) -> None:
    costs, people, matrix = _instance(seed)
    near, sites = matrix <= 0.3, costs.supply_ids
    tolerance = (0.0, 0.03, 0.1)[seed % 3]
    fixed = ["s4"] if seed % 4 == 0 else []
    floors: list[location.ReachFloor | location.SiteQuota] = []
    if seed % 2:
        floors.append(location.SiteQuota(["s0", "s1", "s2", "s3"], 1, 2, "west"))
    if seed % 5 == 0:
        floors.append(location.ReachFloor(people.index[:9], 0.4, "first half"))
    before = near[:, sites.isin(fixed)].any(axis=1)
    values = {}
    for size in range(5):
        for chosen in combinations(range(9), size):
            names = sites[list(chosen)]
            new = [name for name in names if name not in fixed]
            after = near[:, list(chosen)].any(axis=1)
            gained = people[after & ~before]
            if not set(fixed) <= set(names) or (seed % 2 and not 1 <= sum(n in ("s0", "s1", "s2", "s3") for n in new) <= 2):
                continue
            if seed % 5 == 0 and gained[gained.index.isin(people.index[:9])].sum() < 0.4 * gained.sum() - 1e-9:
                continue
            values[frozenset(names)] = float(people[after].sum())
    best = max(values.values())
    family = [plan for plan, value in values.items() if value >= (1 - tolerance) * best - 1e-9]
    cover = Cover.of(Case.of(costs, people, fixed), 0.3, [SiteCount(4, name("four")), *floors])
    found = family_of(cover, best_cover(cover, 60.0), tolerance, time_limit_s=60.0)
    assert found.plan.objective == pytest.approx(best)
    assert set(found.sites("all")) == set.intersection(*(set(plan) for plan in family))
    assert set(found.sites("none")) == set(sites) - set.union(*(set(plan) for plan in family))
    assert found.sites("not settled") == ()
    assert {frozenset(plan) for plan in found.plans} <= set(family)


def test_what_time_does_not_allow_is_not_settled() -> None:
    costs, people, _ = _instance(1)
    case = Case.of(costs, people, ())
    cover = Cover.of(case, 0.3, [SiteCount(4, name("four"))])
    plan = best_cover(cover, 60.0)
    known = family_of(cover, plan, 0.1, time_limit_s=60.0)
    hurried = family_of(cover, plan, 0.1, time_limit_s=0.0)
    assert set(hurried.sites("not settled"))
    assert set(hurried.sites("none")) <= set(known.sites("none"))
    assert set(hurried.sites("all")) <= set(known.sites("all"))
    assert set(hurried.sites("some")) <= set(known.sites("some"))
