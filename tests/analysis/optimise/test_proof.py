"""What a plan claims is true: equal to looking at every set of sites, never beyond its bound, the same every time."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from ecomap.analysis.optimise import location
from ecomap.analysis.optimise.backup import Backup
from ecomap.analysis.optimise.case import Budget, Case, ReachTarget, SiteCount
from ecomap.analysis.optimise.cover import Cover
from ecomap.analysis.optimise.fewest import fewest
from ecomap.analysis.optimise.furthest import shortest_longest
from ecomap.analysis.optimise.median import shortest_ways
from ecomap.analysis.optimise.near_best import best_cover, family_of
from ecomap.analysis.travel.costs import TravelCosts
from ecomap.model.progress import Progress
from ecomap.model.said import NOTHING, name
from tests.analysis.optimise.small_cover import Town

SEEDS = 200


def _instance(seed: int) -> tuple[Town, list[location.ReachFloor | location.SiteQuota]]:
    """Up to 20 candidates; floors and quotas in every one."""
    town = Town.drawn(seed, 20 + seed % 15, 6 + seed % 15)
    return town, town.wishes(seed)


def test_plans_with_floors_and_quotas_equal_enumeration() -> None:
    met = clashing = 0
    for seed in range(SEEDS):
        town, wishes = _instance(seed)
        best = town.best(wishes, 3)
        try:
            plan = location.maximum_cover(town.costs, town.people, radius=town.radius, sites=3, floors=wishes)
        except location.InfeasibleError:
            assert best == -np.inf
            clashing += 1
            continue
        met += 1
        assert plan.objective == pytest.approx(best)
        assert plan.proven
        assert plan.bound == pytest.approx(best)
    assert met >= 120
    assert clashing >= 5


def test_the_bound_is_never_beaten_however_short_the_search() -> None:
    for seed in range(60):
        town, wishes = _instance(seed)
        best = town.best(wishes, 3)
        if best == -np.inf:
            continue
        plan = location.maximum_cover(town.costs, town.people, radius=town.radius, sites=3, floors=wishes, time_limit_s=1e-3)
        assert plan.objective <= best + 1e-6
        assert plan.bound >= best - 1e-6


def test_a_family_with_a_floor_is_what_enumeration_finds() -> None:
    for seed in range(40):
        town, wishes = _instance(seed)
        best = town.best(wishes, 3)
        if best <= 0:
            continue
        least = 0.9 * best - 1e-6
        family = [chosen for chosen in town.sets(3) if town.value(chosen) >= least and town.keeps(chosen, wishes)]
        cover = town.cover(wishes, 3)
        found = family_of(cover, best_cover(cover, 60.0), 0.1, time_limit_s=60.0)
        for number, site in enumerate(town.costs.supply_ids):
            times = sum(number in chosen for chosen in family)
            wanted = "all" if times == len(family) else "some" if times else "none"
            assert found.standing[site] == wanted


def test_existing_sites_stay_and_cost_nothing() -> None:
    for seed in range(40):
        town = Town.drawn(seed, 25, 8)
        price = pd.Series(10.0, index=town.costs.supply_ids)
        plan = location.maximum_cover(
            town.costs, town.people, radius=town.radius, budget=20.0, site_costs=price, fixed=["s03"])
        best = max(town.value((3, *more)) for more in town.sets(2))
        assert "s03" in plan.chosen
        assert plan.objective == pytest.approx(best)


@pytest.mark.parametrize("seed", range(40))
def test_in_reach_of_two_equals_enumeration(seed: int) -> None:
    town, wishes = _instance(seed)
    today = (np.random.default_rng(seed).random(len(town.people)) < 0.4).astype(int)
    case = Case.of(town.costs, town.people, ())
    near = case.costs.cost <= town.radius
    close = TravelCosts(case.demand, case.sites, case.costs.demand[near], case.costs.supply[near], case.costs.cost[near])
    cover = Backup.twice(Case.of(close, town.people, ()), [SiteCount(3, NOTHING), *wishes], today)
    weight = town.people.to_numpy()

    def value(chosen: tuple[int, ...]) -> float:
        return float(weight[town.near[:, chosen].sum(axis=1) + today >= 2].sum())

    def keeps(chosen: tuple[int, ...]) -> bool:
        twice = town.people[town.near[:, chosen].sum(axis=1) + today >= 2]
        floors = [wish for wish in wishes if isinstance(wish, location.ReachFloor)]
        quotas = [wish for wish in wishes if isinstance(wish, location.SiteQuota)]
        return town.keeps(chosen, quotas) and all(  # type: ignore[arg-type]
            twice[twice.index.isin(list(floor.members))].sum() >= floor.share * twice.sum() - 1e-6 for floor in floors)

    best = max((value(chosen) for chosen in town.sets(3) if keeps(chosen)), default=-np.inf)
    problem, x, y = cover.problem()
    cover.tightened(problem, x, y, np.inf, Progress())
    solution = problem.solve()
    assert solution.infeasible == (best == -np.inf)
    if solution.values is not None:
        opened = solution.values[x] > 0.5
        assert cover.gain(opened) == pytest.approx(best)
        assert keeps(tuple(np.flatnonzero(opened)))


@pytest.mark.parametrize("seed", range(40))
@pytest.mark.parametrize("share", [0.5, 0.8, 1.0])
def test_the_fewest_schools_equal_enumeration(seed: int, share: float) -> None:
    town = Town.drawn(seed, 30, 8)
    wishes = town.wishes(seed)
    case = Case.of(town.costs, town.people, ())
    could = town.value(tuple(range(8)))
    cover = Cover.of(case, town.radius, [*wishes, ReachTarget(could * share, name("enough"))])
    best = min((len(chosen) for chosen in town.sets(8)
                if town.value(chosen) >= could * share - 1e-6 and town.keeps(chosen, wishes)), default=None)
    solution = fewest(cover, time_limit_s=30)
    assert solution.infeasible == (best is None)
    if best is not None:
        assert solution.proven
        assert solution.objective == solution.bound == best
        assert cover.meets(solution.values > 0.5)


def _way(town: Town, chosen: tuple[int, ...]) -> np.ndarray:
    matrix = town.costs.cost.reshape(len(town.people), -1)
    return np.asarray(matrix[:, list(chosen)].min(axis=1))


@pytest.mark.parametrize("seed", range(30))
def test_shortest_ways_within_quotas_and_a_budget_equal_enumeration(seed: int) -> None:
    town = Town.drawn(seed, 20, 9)
    wishes = [wish for wish in town.wishes(seed) if isinstance(wish, location.SiteQuota)]
    case = Case.of(town.costs, town.people, ())
    price = np.random.default_rng(seed).integers(1, 9, 9).astype(float)
    budget = Budget(14.0, price, name("a budget"))
    allowed = [chosen for chosen in town.sets(3) if chosen and price[list(chosen)].sum() <= 14 and town.keeps(chosen, wishes)]  # type: ignore[arg-type]
    if not allowed:
        with pytest.raises(location.InfeasibleError):
            shortest_longest(case, [SiteCount(3, NOTHING), budget, *wishes], time_limit_s=20)
        return
    weight = town.people.to_numpy()
    mean = min(float(weight @ _way(town, chosen)) for chosen in allowed)
    plan = shortest_ways(case, [SiteCount(3, NOTHING), budget, *wishes], time_limit_s=20)
    assert plan.proven
    assert plan.objective * weight.sum() == pytest.approx(mean)
    longest = shortest_longest(case, [SiteCount(3, NOTHING), budget, *wishes], time_limit_s=20)
    assert longest.objective == pytest.approx(min(float(_way(town, chosen).max()) for chosen in allowed))
    assert longest.proven
    assert tuple(np.flatnonzero(case.sites.isin(longest.chosen))) in allowed
