"""Plans in phases: nothing is taken away again, and the sum over the years equals enumeration."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import combinations

import numpy as np
import pandas as pd
import pytest

from ecomap.analysis.optimise import location
from ecomap.analysis.optimise.case import Budget, Case, SiteCount
from ecomap.analysis.optimise.cover import Cover
from ecomap.analysis.optimise.phases import PhasedPlan, phased
from ecomap.analysis.travel.costs import TravelCosts
from ecomap.model.said import name


def _instance(seed: int) -> tuple[TravelCosts, pd.Series, np.ndarray]:
    random = np.random.default_rng(seed)
    matrix = np.hypot(*(random.random((14, 1, 2)) - random.random((1, 7, 2))).transpose(2, 0, 1))
    rows = [(f"d{i:02}", f"s{j}", matrix[i, j]) for i in range(14) for j in range(7)]
    costs = TravelCosts.from_table(pd.DataFrame(rows, columns=["origin", "dest", "cost"]))
    return costs, pd.Series(random.integers(1, 100, 14).astype(float), index=costs.demand_ids), matrix


def _covers(costs: TravelCosts, people: pd.Series, sites: Sequence[int], budget: Sequence[Budget] | None = None,
            fixed: Sequence[str] = (), floors: Sequence[location.SiteQuota] = ()) -> list[Cover]:
    """The problems of the years: how many sites in all by then, the money by then, and the wishes of the last."""
    case = Case.of(costs, people, fixed)
    limits = [[SiteCount(count, name(f"at most {count} sites")), *([] if budget is None else [budget[year]])]
              for year, count in enumerate(sites)]
    return [Cover.of(case, 0.35, [*some, *(floors if some is limits[-1] else ())], every_site=True) for some in limits]


def _steady(plan: PhasedPlan) -> bool:
    return all(set(a.chosen) <= set(b.chosen) for a, b in zip(plan.years, plan.years[1:], strict=False))


@pytest.mark.parametrize("seed", range(25))
def test_phases_equal_enumeration(seed: int) -> None:
    costs, people, matrix = _instance(seed)
    near, worth = matrix <= 0.35, ((1.0, 1.0), (0.0, 1.0), (3.0, 1.0))[seed % 3]
    quota = location.SiteQuota(["s5", "s6"], at_least=1, label="one of the last two")
    best = -1.0
    for last in (c for size in range(4) for c in combinations(range(7), size)):
        if not {5, 6} & set(last):
            continue
        for first in (c for size in range(min(len(last), 1) + 1) for c in combinations(last, size)):
            value = sum(w * people[near[:, c].any(axis=1)].sum() for w, c in zip(worth, (first, last), strict=True))
            best = max(best, float(value))
    plan = phased(_covers(costs, people, [1, 3], floors=[quota]), worth, time_limit_s=60)
    assert plan.objective == pytest.approx(best)
    assert plan.proven
    assert plan.bound == pytest.approx(best)
    assert _steady(plan)


def test_money_that_is_not_spent_is_kept_for_the_next_year() -> None:
    costs, people, _ = _instance(1)
    price = np.where(costs.supply_ids == "s0", 0.0, 10.0)
    money = [Budget(amount, price, name("money")) for amount in (5.0, 20.0)]
    plan = phased(_covers(costs, people, [3, 5], money, fixed=["s0"]), [1.0, 1.0], time_limit_s=60)
    assert plan.opened[0] == ()
    assert len(plan.opened[1]) == 2
    assert all("s0" in year.chosen for year in plan.years)


def test_wishes_that_clash_in_the_last_year_are_named() -> None:
    costs, people, _ = _instance(1)
    quota = location.SiteQuota(["s1", "s2", "s3"], at_least=3, label="three in the middle")
    with pytest.raises(location.InfeasibleError) as caught:
        phased(_covers(costs, people, [1, 2], floors=[quota]), [1.0, 1.0], time_limit_s=60)
    assert caught.value.details["conflict"] == ["at most 2 sites", "three in the middle"]
