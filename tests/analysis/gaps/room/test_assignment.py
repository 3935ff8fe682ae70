"""Room: nobody counted twice, no site over its capacity, and the best assignment there is."""

from __future__ import annotations

from functools import cache

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ecomap.analysis.gaps.room.assignment import RULES, Assignment, assign_to_capacity
from ecomap.analysis.travel.costs import TravelCosts
from ecomap.model.errors import InputError, ParameterError


def costs_of(rows: list[tuple[str, str, float]]) -> TravelCosts:
    return TravelCosts.from_table(pd.DataFrame(rows, columns=["origin", "dest", "cost"]))


# One site with 10 places: near for A, far for B; a second one with 5 places that only B reaches.
TWO = costs_of([("A", "x", 1.0), ("B", "x", 2.0), ("B", "y", 5.0)])
PEOPLE = pd.Series({"A": 8.0, "B": 9.0, "C": 3.0})
ROOM = pd.Series({"x": 10.0, "y": 5.0, "z": 4.0})


def test_people_are_served_full_or_out_of_reach() -> None:
    found = assign_to_capacity(TWO, PEOPLE, ROOM)
    assert found.places.loc["A", ["served", "reachable_but_full", "out_of_reach"]].tolist() == [8, 0, 0]
    assert found.places.loc["B", ["served", "reachable_but_full", "out_of_reach"]].tolist() == [7, 2, 0]
    assert found.places.loc["C", ["served", "reachable_but_full", "out_of_reach"]].tolist() == [0, 0, 3]
    assert found.sites["used"].to_dict() == {"x": 10, "y": 5, "z": 0}
    assert found.sites["free"].to_dict() == {"x": 0, "y": 0, "z": 4}
    assert found.places.loc["B", "mean_cost"] == pytest.approx((2 * 2 + 5 * 5) / 7)
    assert np.isnan(found.places.loc["C", "mean_cost"])


def test_nearest_first_may_leave_somebody_out_who_had_a_choice() -> None:
    costs = costs_of([("A", "x", 1.0), ("A", "y", 2.0), ("B", "x", 3.0)])
    people, room = pd.Series({"A": 1.0, "B": 1.0}), pd.Series({"x": 1.0, "y": 1.0})
    assert assign_to_capacity(costs, people, room, rule="nearest_first").places["served"].tolist() == [1, 0]
    assert assign_to_capacity(costs, people, room).places["served"].tolist() == [1, 1]


def test_the_highest_need_goes_first_and_nobody_less_is_served() -> None:
    costs = costs_of([("A", "x", 1.0), ("B", "x", 2.0), ("C", "x", 3.0)])
    people, room = pd.Series({"A": 5.0, "B": 5.0, "C": 5.0}), pd.Series({"x": 7.0})
    need = pd.Series({"A": 0.1, "B": 0.5, "C": 0.9})
    assert assign_to_capacity(costs, people, room, rule="equity_first", need=need).places["served"].tolist() == [0, 2, 5]
    assert assign_to_capacity(costs, people, room).places["served"].tolist() == [5, 2, 0]


def test_beyond_the_radius_is_out_of_reach() -> None:
    found = assign_to_capacity(TWO, PEOPLE, ROOM, radius=2.0)
    assert found.places.loc["B"].tolist()[:4] == [9, 2, 7, 0]
    assert assign_to_capacity(TWO, PEOPLE, ROOM, radius=1.0).places.loc["B", "out_of_reach"] == 9


def test_groups_share_the_fate_of_their_place() -> None:
    groups = pd.DataFrame({"foster": {"A": 2.0, "B": 0.0, "C": 3.0}, "other": {"A": 6.0, "B": 9.0, "C": 0.0}})
    found = assign_to_capacity(TWO, PEOPLE, ROOM, groups=groups).groups
    assert found is not None
    assert found.loc["foster"].to_dict() == {"demand": 5, "served": 2, "reachable_but_full": 0, "out_of_reach": 3}
    assert found.loc["other", "reachable_but_full"] == 2
    with pytest.raises(InputError) as caught:
        assign_to_capacity(TWO, PEOPLE, ROOM, groups=groups[["foster"]])
    assert caught.value.details["rows"] == ["A", "B"]


@pytest.mark.parametrize(("demand", "capacity", "row"), [
    (PEOPLE.drop("B"), ROOM, "B"), (PEOPLE.where(PEOPLE > 8), ROOM, "A"), (PEOPLE, ROOM.where(ROOM != 4), "z"),
    (PEOPLE, -ROOM, "x"),
])
def test_what_is_missing_is_named(demand: pd.Series, capacity: pd.Series, row: str) -> None:
    with pytest.raises(InputError) as caught:
        assign_to_capacity(TWO, demand, capacity)
    assert row in caught.value.details["rows"]


def test_equity_needs_need() -> None:
    with pytest.raises(ParameterError):
        assign_to_capacity(TWO, PEOPLE, ROOM, rule="equity_first")
    with pytest.raises(InputError):
        assign_to_capacity(TWO, PEOPLE, ROOM, rule="equity_first", need=pd.Series({"A": 1.0}))


Instance = tuple[TravelCosts, pd.Series, pd.Series, pd.Series]


@st.composite
def instances(draw: st.DrawFn, most: int = 6, whole: bool = False) -> Instance:
    places, sites = draw(st.integers(1, most)), draw(st.integers(1, 4))
    amount = st.integers(0, 4).map(float) if whole else st.floats(0, 50, allow_subnormal=False)
    rows = [(f"d{i}", f"s{j}", float(draw(st.integers(0, 9)))) for i in range(places) for j in range(sites)
            if draw(st.booleans())]
    people = pd.Series({f"d{i}": draw(amount) for i in range(places)})
    room = pd.Series({f"s{j}": draw(amount) for j in range(sites)})
    need = pd.Series({f"d{i}": float(draw(st.integers(0, 3))) for i in range(places)})
    return costs_of(rows or [("d0", "s0", 1.0)]), people, room, need


@settings(max_examples=60, deadline=None)
@given(instances(), st.sampled_from(RULES))
def test_everybody_is_counted_once_and_nothing_overflows(instance: Instance, rule: str) -> None:
    costs, people, room, need = instance
    found = assign_to_capacity(costs, people, room, rule=rule, need=need)
    states = found.places[["served", "reachable_but_full", "out_of_reach"]]
    assert states.sum(axis=1).to_numpy() == pytest.approx(people.to_numpy(), abs=1e-12)
    assert (states.to_numpy() >= 0).all()
    assert (found.sites["used"] <= room).all()
    assert (found.sites["free"] >= 0).all()
    assert found.places["served"].sum() == pytest.approx(found.sites["used"].sum(), abs=1e-6)
    reached = set(costs.demand_ids[costs.demand])
    assert (found.places.loc[list(set(people.index) - reached), "served"] == 0).all()


def _brute(costs: TravelCosts, people: pd.Series, room: pd.Series) -> tuple[int, float]:
    """Most who can be served, and the least distance for that, one person after the other."""
    pairs = costs.table()
    sites = list(room.index)
    choices = {place: [(sites.index(s), c) for s, c in zip(rows["dest"], rows["cost"], strict=True)]
               for place, rows in pairs.groupby("origin")}
    persons = [place for place, count in people.items() for _ in range(int(count))]

    @cache
    def best(person: int, left: tuple[int, ...]) -> tuple[int, float]:
        if person == len(persons):
            return 0, 0.0
        served, cost = best(person + 1, left)
        for site, way in choices.get(persons[person], []):
            if left[site]:
                rest = best(person + 1, tuple(n - (k == site) for k, n in enumerate(left)))
                if (rest[0] + 1, -rest[1] - way) > (served, -cost):
                    served, cost = rest[0] + 1, rest[1] + way
        return served, cost

    return best(0, tuple(int(n) for n in room))


def _distance(found: Assignment) -> float:
    return float((found.flows["amount"] * found.flows["cost"]).sum())


@settings(max_examples=40, deadline=None)
@given(instances(most=3, whole=True))
def test_least_distance_serves_most_at_the_least_distance(instance: Instance) -> None:
    costs, people, room, need = instance
    served, cost = _brute(costs, people, room)
    found = assign_to_capacity(costs, people, room)
    assert found.places["served"].sum() == served
    assert _distance(found) == pytest.approx(cost)
    assert assign_to_capacity(costs, people, room, rule="equity_first", need=need).places["served"].sum() == served
    assert assign_to_capacity(costs, people, room, rule="nearest_first").places["served"].sum() <= served


@settings(max_examples=40, deadline=None)
@given(instances(most=4, whole=True))
def test_equity_first_serves_the_needier_as_if_the_others_were_not_there(instance: Instance) -> None:
    costs, people, room, need = instance
    found = assign_to_capacity(costs, people, room, rule="equity_first", need=need).places["served"]
    for level in sorted(need.unique()):
        needier = need >= level
        alone, _ = _brute(costs, people.where(needier, 0.0), room)
        assert found[needier].sum() == alone


@settings(max_examples=30, deadline=None)
@given(instances(), st.sampled_from(RULES))
def test_the_order_of_rows_changes_nothing(instance: Instance, rule: str) -> None:
    costs, people, room, need = instance
    rows = np.random.default_rng(7).permutation(len(people))
    other = assign_to_capacity(costs, people.iloc[rows], room.iloc[::-1], rule=rule, need=need)
    one = assign_to_capacity(costs, people, room, rule=rule, need=need)
    pd.testing.assert_frame_equal(other.places.loc[people.index], one.places)
    pd.testing.assert_frame_equal(other.sites.loc[room.index], one.sites)


@settings(max_examples=40, deadline=None)
@given(instances(most=5, whole=True), st.sampled_from(["least_distance", "equity_first"]))
def test_another_site_never_leaves_more_without_a_place(instance: Instance, rule: str) -> None:
    costs, people, room, need = instance
    fewer = TravelCosts.from_table(costs.table().query("dest != 's0'")) if (costs.table()["dest"] != "s0").any() else None
    before = assign_to_capacity(fewer, people, room.drop("s0"), rule=rule, need=need).places if fewer is not None else None
    after = assign_to_capacity(costs, people, room, rule=rule, need=need).places
    served, out = (0.0, people) if before is None else (before["served"].sum(), before["out_of_reach"])
    assert after["served"].sum() >= served - 1e-9
    assert (after["out_of_reach"] <= out + 1e-9).all()


@settings(max_examples=40, deadline=None)
@given(instances(most=5, whole=True), st.sampled_from(["least_distance", "equity_first"]))
def test_no_free_place_within_reach_of_somebody_left_out(instance: Instance, rule: str) -> None:
    """Unused places are only those that nobody left over can reach."""
    costs, people, room, need = instance
    found = assign_to_capacity(costs, people, room, rule=rule, need=need)
    left, free = found.places["reachable_but_full"], found.sites["free"]
    for origin, dest in costs.table()[["origin", "dest"]].itertuples(index=False):
        assert min(left[origin], free[dest]) == pytest.approx(0, abs=1e-6)
