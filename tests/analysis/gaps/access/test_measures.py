"""Access with competition: worked numbers, published answers, conservation, and the meaning of missing."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ecomap.analysis.gaps.access import measures as a
from ecomap.analysis.travel.costs import TravelCosts
from ecomap.model.errors import InputError, ParameterError

PEOPLE = pd.Series([1000.0, 2000.0, 500.0], index=["1", "2", "3"])
SLOTS = pd.Series([10.0, 20.0], index=["a", "b"])
MILES = [[0.3, 1.2], [0.8, 0.4], [2.5, 0.9]]
STEPS = a.StepDecay([(0.5, 1.0), (1.0, 0.68), (1.5, 0.22)])


def costs_of(matrix: list[list[float]]) -> TravelCosts:
    rows = [
        (str(i + 1), "abcdefgh"[j], cost) for i, row in enumerate(matrix) for j, cost in enumerate(row)
    ]
    return TravelCosts.from_table(pd.DataFrame(rows, columns=["origin", "dest", "cost"]))


COSTS = costs_of(MILES)


def test_two_step() -> None:
    assert a.two_step(COSTS, PEOPLE, SLOTS, catchment=1).tolist() == pytest.approx(
        [0.003333, 0.011333, 0.008], abs=1e-6
    )


def test_enhanced_two_step() -> None:
    assert a.two_step(COSTS, PEOPLE, SLOTS, catchment=1.5, decay=STEPS).tolist() == pytest.approx(
        [0.005956, 0.010694, 0.005313], abs=1e-6
    )


def test_gaussian_decays() -> None:
    gaussian = a.two_step(COSTS, PEOPLE, SLOTS, catchment=1.5, decay=a.GaussianDecay(0.5))
    assert gaussian.tolist() == pytest.approx([0.006702, 0.011034, 0.002462], abs=1e-6)
    dai = a.two_step(COSTS, PEOPLE, SLOTS, catchment=1.5, decay=a.DaiGaussianDecay(1.5))
    assert dai.tolist() == pytest.approx([0.006688, 0.010453, 0.004810], abs=1e-6)


def test_three_step_and_modified() -> None:
    three = a.three_step(COSTS, PEOPLE, SLOTS, catchment=1.5, decay=STEPS)
    assert three.tolist() == pytest.approx([0.006488, 0.009591, 0.008662], abs=1e-6)
    modified = a.modified_two_step(COSTS, PEOPLE, SLOTS, catchment=1.5, decay=STEPS)
    assert modified.tolist() == pytest.approx([0.004615, 0.009772, 0.003613], abs=1e-6)
    assert (modified * PEOPLE).sum() == pytest.approx(25.97, abs=0.005)


def test_measures_without_competition() -> None:
    assert a.cumulative(COSTS, SLOTS, PEOPLE.index, catchment=1).tolist() == [10, 30, 20]
    assert a.nearest(COSTS, PEOPLE.index).tolist() == [0.3, 0.4, 0.9]
    assert a.gravity(COSTS, SLOTS, PEOPLE.index, beta=2).tolist() == pytest.approx([125, 140.625, 26.291], abs=1e-3)


def test_rational_agents() -> None:
    calm = a.raam(COSTS, PEOPLE, SLOTS, tau=1)
    assert calm.tolist() == pytest.approx([1.1571, 1.4714, 1.9714], abs=1e-4)
    crowded = a.raam(COSTS, PEOPLE, SLOTS, tau=3)
    assert crowded.tolist() == pytest.approx([1.0111, 1.1778, 1.3444], abs=1e-4)


def test_rational_agents_in_whole_persons_stop_one_person_short() -> None:
    """62 of zone 2 move where 62.96 would be even: the published implementation truncates to whole persons."""
    whole = a.raam(COSTS, PEOPLE, SLOTS, tau=3, whole_persons=True)
    assert whole.tolist() == pytest.approx([0.1 + 1062 / (3500 / 3), 1.178152095238095, 0.3 + 2438 / (7000 / 3)])


def test_rational_agents_say_how_far_from_balance_they_stopped() -> None:
    """Two equal sites at one place: a fifth moves in the first round (1.6 against 0.4 of the load), half in the end."""
    people, slots = pd.Series([1000.0], index=["1"]), pd.Series([10.0, 10.0], index=["a", "b"])
    costs = costs_of([[0.0, 0.0]])
    first = a.raam(costs, people, slots, tau=1, cycles=1)
    assert first.attrs["left"] == pytest.approx(0.8 * (1.6 - 0.4))
    settled = a.raam(costs, people, slots, tau=1)
    assert settled.attrs["left"] == pytest.approx(0, abs=1e-9)
    assert settled.tolist() == pytest.approx([1.0])


def test_luo_and_wang_2003_figure_3() -> None:
    to_a = [20, 20, 20, 20, 40, 20, 20, 40, 20, 20, 40]
    to_b = [40, 40, 40, 20, 20, 40, 40, 20, 40, 40, 20]
    costs = costs_of([[x, y] for x, y in zip(to_a, to_b)])
    people = pd.Series(1.0, index=[str(i) for i in range(1, 12)])
    published = [0.125, 0.125, 0.125, 0.375, 0.25, 0.125, 0.125, 0.25, 0.125, 0.125, 0.25]
    slots = pd.Series(1.0, index=["a", "b"])
    assert a.two_step(costs, people, slots, catchment=30).tolist() == pytest.approx(published)


def test_out_of_reach_is_no_access_and_the_longest_way_never_missing() -> None:
    people = pd.Series([1.0, 1.0], index=["1", "nowhere"])
    costs = costs_of([[5.0]])
    slots = pd.Series([1.0], index=["a"])
    assert a.two_step(costs, people, slots, catchment=10)["nowhere"] == 0
    assert a.nearest(costs, people.index)["nowhere"] == np.inf
    assert a.raam(costs, people, slots, tau=1)["nowhere"] == np.inf


def test_missing_demand_and_capacity_are_errors_that_name_the_rows() -> None:
    with pytest.raises(InputError) as caught:
        a.two_step(COSTS, PEOPLE.where(PEOPLE.index != "2"), SLOTS, catchment=1)
    assert caught.value.details["rows"] == ["2"]
    with pytest.raises(InputError) as caught:
        a.two_step(COSTS, PEOPLE, SLOTS.drop("a"), catchment=1)
    assert caught.value.details["rows"] == ["a"]


def test_a_site_inside_the_demand_point_counts_at_cost_zero() -> None:
    costs = costs_of([[0.0]])
    assert a.two_step(costs, PEOPLE.iloc[:1], SLOTS.iloc[:1], catchment=1).tolist() == [0.01]
    with pytest.raises(InputError, match="distance 0"):
        a.gravity(costs, SLOTS.iloc[:1], ["1"], beta=2)
    assert a.gravity(costs, SLOTS.iloc[:1], ["1"], beta=1, minimum=0.5).tolist() == [20]


def test_supply_that_nobody_can_reach_is_reported() -> None:
    access = a.two_step(costs_of([[1.0, 9.0]]), PEOPLE.iloc[:1], SLOTS, catchment=2)
    assert access.attrs["unwanted_supply"] == ["b"]


def test_a_new_site_can_lower_three_step_access() -> None:
    people = pd.Series([1000.0, 700, 1500, 800], index=list("1234"))
    matrix = [[0.78, 0.27, 1.44], [1.05, 0.62, 0.97], [1.78, 1.87, 0.72], [1.14, 0.64, 1.19]]
    slots = pd.Series([7.0, 17, 6], index=list("abc"))
    after = a.three_step(costs_of(matrix), people, slots, catchment=1.5, decay=STEPS)
    before = a.three_step(costs_of([row[:2] for row in matrix]), people, slots[:2], catchment=1.5, decay=STEPS)
    assert before["2"] == pytest.approx(0.007452, abs=1e-5)
    assert after["2"] == pytest.approx(0.006770, abs=1e-5)


def test_decay_steps_must_rise() -> None:
    with pytest.raises(ParameterError):
        a.StepDecay([(20, 1.0), (10, 0.5)])


cities = st.integers(1, 8).flatmap(
    lambda n: st.integers(1, 5).flatmap(
        lambda m: st.tuples(
            st.lists(st.lists(st.floats(0, 3), min_size=m, max_size=m), min_size=n, max_size=n),
            st.lists(st.integers(0, 1000), min_size=n, max_size=n),
            st.lists(st.integers(0, 50), min_size=m, max_size=m),
        )
    )
)
City = tuple[list[list[float]], list[int], list[int]]


def _city(city: City) -> tuple[TravelCosts, pd.Series, pd.Series]:
    matrix, people, slots = city
    return (
        costs_of(matrix),
        pd.Series(people, index=[str(i + 1) for i in range(len(people))], dtype=float),
        pd.Series(slots, index=list("abcdefgh"[: len(slots)]), dtype=float),
    )


@settings(deadline=None)
@given(cities)
def test_all_reachable_supply_is_shared_out(city: City) -> None:
    costs, people, slots = _city(city)
    for measure in (a.two_step, a.three_step):
        access = measure(costs, people, slots, catchment=1.5, decay=STEPS)
        reachable = slots.sum() - slots[access.attrs["unwanted_supply"]].sum()
        assert (access * people).sum() == pytest.approx(reachable)


@settings(deadline=None)
@given(cities)
def test_another_site_never_lowers_two_step_access(city: City) -> None:
    matrix, people, slots = city
    costs, demand, supply = _city(city)
    fewer = _city(([row[:-1] for row in matrix], people, slots[:-1]))[0] if len(slots) > 1 else None
    if fewer is None:
        return
    for measure in (a.two_step, a.modified_two_step):
        after = measure(costs, demand, supply, catchment=1.5, decay=STEPS)
        before = measure(fewer, demand, supply[:-1], catchment=1.5, decay=STEPS)
        assert (after >= before - 1e-12).all()


DECAYS = (None, STEPS, a.GaussianDecay(0.5), a.DaiGaussianDecay(1.5))


@pytest.mark.parametrize("decay", DECAYS, ids=["two_step", "steps", "gaussian", "dai"])
@settings(deadline=None)
@given(city=cities)
def test_every_decay_shares_out_what_can_be_reached(decay: object, city: City) -> None:
    """Sum of access x demand = the supply that somebody can reach; with the absolute penalty of distance never more."""
    costs, people, slots = _city(city)
    access = a.two_step(costs, people, slots, catchment=1.5, decay=decay)
    reachable = slots.sum() - slots[access.attrs["unwanted_supply"]].sum()
    assert (access * people).sum() == pytest.approx(reachable, rel=1e-9, abs=1e-9)
    lost = a.modified_two_step(costs, people, slots, catchment=1.5, decay=decay)
    assert (lost * people).sum() <= reachable * (1 + 1e-9) + 1e-9


@pytest.mark.parametrize("decay", DECAYS, ids=["two_step", "steps", "gaussian", "dai"])
@settings(deadline=None)
@given(city=cities)
def test_another_site_never_lowers_access_whatever_the_decay(decay: object, city: City) -> None:
    matrix, people, slots = city
    if len(slots) == 1:
        return
    (costs, demand, supply), fewer = _city(city), _city(([row[:-1] for row in matrix], people, slots[:-1]))[0]
    for measure in (a.two_step, a.modified_two_step):
        after = measure(costs, demand, supply, catchment=1.5, decay=decay)
        before = measure(fewer, demand, supply[:-1], catchment=1.5, decay=decay)
        assert (after >= before - 1e-12).all()
    reached = a.cumulative(costs, supply, demand.index, catchment=1.5)
    assert (reached >= a.cumulative(fewer, supply[:-1], demand.index, catchment=1.5)).all()
    assert (a.gravity(costs, supply, demand.index, beta=1.0, minimum=0.1) >=
            a.gravity(fewer, supply[:-1], demand.index, beta=1.0, minimum=0.1) - 1e-9).all()
    assert (a.nearest(costs, demand.index) <= a.nearest(fewer, demand.index)).all()


@settings(deadline=None)
@given(cities, st.floats(0.1, 10))
def test_more_places_everywhere_is_as_much_more_access(city: City, times: float) -> None:
    costs, people, slots = _city(city)
    for measure in (a.two_step, a.three_step, a.modified_two_step):
        one = measure(costs, people, slots, catchment=1.5, decay=STEPS)
        more = measure(costs, people, slots * times, catchment=1.5, decay=STEPS)
        assert more.to_numpy() == pytest.approx(one.to_numpy() * times)


@settings(deadline=None)
@given(cities, st.randoms(use_true_random=False))
def test_the_order_of_rows_does_not_matter(city: City, random: object) -> None:
    costs, people, slots = _city(city)
    shuffled = people.sample(frac=1, random_state=1)
    straight = a.two_step(costs, people, slots, catchment=1.5)
    assert a.two_step(costs, shuffled, slots[::-1], catchment=1.5)[people.index].tolist() == pytest.approx(
        straight.tolist()
    )
