"""Plans: published optima, the instance where every model chooses differently, enumeration, and conflicts."""

from __future__ import annotations

from itertools import combinations
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from scipy.sparse.csgraph import shortest_path

from ecomap.analysis.optimise import location
from ecomap.analysis.travel.costs import TravelCosts
from ecomap.model.errors import InputError, ParameterError

POINTS = np.array([(0.9, 1.0), (2.4, 0.8), (0.1, 0.8), (0.6, 2.2), (3.0, 2.7), (2.2, 1.8)])
PEOPLE = pd.Series([50.0, 130, 140, 80, 260, 150], index=list("012345"))
NEED = pd.Series([0.5, 0.3, 0.8, 0.8, 0.6, 0.4], index=list("012345"))


def costs_of(matrix: np.ndarray, demand: list[str] | None = None, supply: list[str] | None = None) -> TravelCosts:
    rows = [
        ((demand or list("0123456789"))[i], (supply or list("0123456789"))[j], matrix[i, j])
        for i in range(matrix.shape[0])
        for j in range(matrix.shape[1])
    ]
    return TravelCosts.from_table(pd.DataFrame(rows, columns=["origin", "dest", "cost"]))


DISTANCES = np.round(np.hypot(*(POINTS[:, None] - POINTS[None]).transpose(2, 0, 1)), 3)
COSTS = costs_of(DISTANCES)


def test_five_models_choose_five_different_pairs() -> None:
    cover = location.maximum_cover(COSTS, PEOPLE, radius=0.8, sites=2)
    assert (cover.chosen, cover.objective, cover.proven) == (("4", "5"), 410, True)
    fair = location.maximum_cover(COSTS, PEOPLE * NEED, radius=0.8, sites=2)
    assert (fair.chosen, fair.objective) == (("2", "4"), pytest.approx(268))
    median = location.p_median(COSTS, PEOPLE, sites=2)
    assert (median.chosen, median.objective / PEOPLE.sum()) == (("0", "4"), pytest.approx(0.7306, abs=5e-5))
    center = location.p_center(COSTS, sites=2)
    assert (center.chosen, center.objective) == (("0", "5"), pytest.approx(1.237))
    fair_distance = location.kolm_pollak(COSTS, PEOPLE, sites=2, alpha=0.80759)
    assert (fair_distance.chosen, fair_distance.objective) == (("2", "5"), pytest.approx(0.8712, abs=5e-5))


def test_or_library_pmed1(shared_data: Path) -> None:
    numbers = [[int(x) for x in line.split()] for line in
               (shared_data / "known-answers/pmedian/pmed1.txt").read_text().splitlines() if line.split()]
    n, _, p = numbers[0]
    graph = np.zeros((n, n))
    for a, b, length in numbers[1:]:
        graph[a - 1, b - 1] = graph[b - 1, a - 1] = length
    ids = [f"{i:03}" for i in range(n)]
    costs = costs_of(shortest_path(graph, directed=False), ids, ids)
    plan = location.p_median(costs, pd.Series(1.0, index=ids), sites=p)
    assert plan.objective == pytest.approx(5819)
    assert plan.proven


@pytest.fixture(scope="module")
def san_francisco(shared_data: Path) -> tuple[TravelCosts, pd.Series]:
    folder = shared_data / "known-answers/spopt_sf"
    ways = pd.read_csv(folder / "SF_network_distance_candidateStore_16_censusTract_205_new.csv")
    people = pd.read_csv(folder / "SF_demand_205_centroid_uniform_weight.csv")
    costs = TravelCosts.from_table(
        ways.assign(store=ways["name"].str.replace("Store_", "").astype(int)),
        demand="DestinationName", supply="store", cost="distance",
    )
    return costs, people.set_index("NAME")["POP2000"].astype(float)


def test_san_francisco_stores(san_francisco: tuple[TravelCosts, pd.Series]) -> None:
    costs, people = san_francisco
    median = location.p_median(costs, people, sites=4)
    assert median.chosen == (2, 11, 12, 15)
    assert median.objective / people.sum() == pytest.approx(2982.126857989)
    for sites, covered, uncovered in ((1, 448255, 98), (2, 671938, 55), (3, 791499, 36), (4, 875247, 21), (5, 927402, 8)):
        plan = location.maximum_cover(costs, people, radius=5000, sites=sites)
        assert (plan.objective, int((~plan.covered).sum())) == (pytest.approx(covered), uncovered)
    assert len(location.set_cover(costs, radius=5000).chosen) == 8
    assert location.p_center(costs, sites=4).objective == pytest.approx(7403.0638, abs=1e-3)


def _instance(seed: int) -> tuple[TravelCosts, pd.Series, pd.Series, np.ndarray]:
    random = np.random.default_rng(seed)
    demand, sites = int(random.integers(4, 14)), int(random.integers(3, 9))
    matrix = np.hypot(*(random.random((demand, 1, 2)) - random.random((1, sites, 2))).transpose(2, 0, 1))
    ids = [f"d{i:02}" for i in range(demand)]
    stores = [f"s{j}" for j in range(sites)]
    people = pd.Series(random.integers(0, 100, demand).astype(float), index=ids)
    price = pd.Series(random.integers(1, 10, sites).astype(float), index=stores)
    return costs_of(matrix, ids, stores), people, price, matrix


@pytest.mark.parametrize("seed", range(120))
def test_plans_with_every_wish_equal_enumeration(seed: int) -> None:
    costs, people, price, matrix = _instance(seed)
    random = np.random.default_rng(seed + 1000)
    radius, budget = 0.4, float(price.sum() * 0.45)
    favoured = people.index[random.random(len(people)) < 0.4]
    half = price.index[::2]
    fixed = [price.index[-1]] if seed % 3 == 0 else []
    floor = location.ReachFloor(favoured, 0.3, "the favoured places")
    quota = location.SiteQuota(half, 1, 2, "the even sites")
    near = matrix <= radius
    before = near[:, [price.index.get_loc(s) for s in fixed]].any(axis=1)
    best = None
    for size in range(len(price) + 1):
        for chosen in combinations(range(len(price)), size):
            new = [j for j in chosen if price.index[j] not in fixed]
            if any(price.index.get_loc(s) not in chosen for s in fixed) or price.iloc[new].sum() > budget:
                continue
            after = near[:, list(chosen)].any(axis=1)
            gained = people[after & ~before]
            if gained[gained.index.isin(favoured)].sum() < 0.3 * gained.sum() - 1e-9:
                continue
            if not 1 <= sum(price.index[j] in half for j in new) <= 2:
                continue
            best = max(best or 0.0, float(people[after].sum()))
    arguments = {"radius": radius, "budget": budget, "site_costs": price, "fixed": fixed, "floors": [floor, quota]}
    if best is None:
        with pytest.raises(location.InfeasibleError):
            location.maximum_cover(costs, people, **arguments)
        return
    plan = location.maximum_cover(costs, people, **arguments)
    assert plan.objective == pytest.approx(best)
    assert plan.bound >= best - 1e-6
    assert float(people[plan.covered].sum()) == pytest.approx(best)


@pytest.mark.parametrize("seed", range(40))
def test_median_and_center_equal_enumeration(seed: int) -> None:
    costs, people, price, matrix = _instance(seed)
    sizes = list(combinations(range(len(price)), 2))
    median = min(float((people.to_numpy() * matrix[:, c].min(axis=1)).sum()) for c in sizes)
    assert location.p_median(costs, people, sites=2).objective == pytest.approx(median)
    center = min(float(matrix[:, c].min(axis=1).max()) for c in sizes)
    assert location.p_center(costs, sites=2).objective == pytest.approx(center)


def test_a_conflict_names_a_smallest_set_of_wishes() -> None:
    wishes = [
        location.SiteQuota(["0", "1"], at_least=2, label="both western sites"),
        location.SiteQuota(["2", "3"], at_least=1, label="one eastern site"),
        location.SiteQuota(["4"], at_most=1, label="at most one in the north"),
    ]
    with pytest.raises(location.InfeasibleError) as caught:
        location.maximum_cover(COSTS, PEOPLE, radius=0.8, sites=2, floors=wishes)
    conflict = caught.value.details["conflict"]
    assert set(conflict) == {"at most 2 sites", "both western sites", "one eastern site"}
    for left_out in ("both western sites", "one eastern site"):
        kept = [wish for wish in wishes if wish.label != left_out]
        assert location.maximum_cover(COSTS, PEOPLE, radius=0.8, sites=2, floors=kept).proven


def test_places_that_no_site_reaches_are_named() -> None:
    with pytest.raises(location.InfeasibleError) as caught:
        location.set_cover(costs_of(np.array([[1.0], [9.0]])), radius=2)
    assert caught.value.details["places"] == ["1"]


def test_open_sites_stay_and_cost_nothing() -> None:
    price = pd.Series(10.0, index=list("012345"))
    plan = location.maximum_cover(COSTS, PEOPLE, radius=0.8, budget=10, site_costs=price, fixed=["0"])
    assert "0" in plan.chosen
    assert len(plan.new) == 1


def test_a_plan_needs_a_limit() -> None:
    with pytest.raises(ParameterError):
        location.maximum_cover(COSTS, PEOPLE, radius=0.8)


def test_rows_in_another_order_give_the_same_plan() -> None:
    for seed in range(30):
        costs, people, _, _ = _instance(seed)
        table = costs.table().sample(frac=1, random_state=seed)
        shuffled = TravelCosts.from_table(table)
        turned = TravelCosts(
            costs.demand_ids[::-1], costs.supply_ids[::-1],
            (len(costs.demand_ids) - 1 - costs.demand)[::-1], (len(costs.supply_ids) - 1 - costs.supply)[::-1],
            costs.cost[::-1],
        )
        people = people.round(-1)  # many ties
        plans = [location.maximum_cover(given, people.sample(frac=1, random_state=seed), radius=0.3, sites=2)
                 for given in (costs, shuffled, turned)]
        assert plans[0].chosen == plans[1].chosen == plans[2].chosen
        medians = [location.p_median(given, people, sites=2).chosen for given in (costs, turned)]
        assert medians[0] == medians[1]


def test_of_twins_the_first_by_id_is_chosen() -> None:
    twins = costs_of(np.array([[1.0, 1.0, 9.0], [1.0, 1.0, 1.0]]), supply=["b", "a", "c"])
    assert location.maximum_cover(twins, pd.Series({"0": 5.0, "1": 5.0}), radius=2, sites=1).chosen == ("a",)


def test_an_id_that_stands_for_two_sites_is_refused() -> None:
    costs = TravelCosts(pd.Index(["d"]), pd.Index(["s", "s"]), np.array([0, 0]), np.array([0, 1]), np.array([1.0, 1.0]))
    with pytest.raises(InputError, match="share the id 's'"):
        location.maximum_cover(costs, pd.Series({"d": 1.0}), radius=2, sites=1)


@pytest.mark.parametrize("seed", range(30))
def test_set_cover_equals_enumeration(seed: int) -> None:
    costs, _, price, matrix = _instance(seed)
    radius = float(np.sort(matrix, axis=1)[:, 0].max()) + 0.05
    near = matrix <= radius
    fewest = next(size for size in range(1, len(price) + 1)
                  if any(near[:, c].any(axis=1).all() for c in combinations(range(len(price)), size)))
    plan = location.set_cover(costs, radius=radius)
    assert (plan.objective, plan.proven, bool(plan.covered.all())) == (fewest, True, True)
