"""Places handed out in whole: the published example, what adds up, who gets nothing, and what flows refuse."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ecomap.analysis.gaps.access import measures as a
from ecomap.analysis.gaps.access.availability import (
    constrained_flows,
    spatial_availability,
    total_availability,
)
from ecomap.analysis.travel.costs import TravelCosts
from ecomap.model.errors import InputError
from tests import small_project as town
from tests.analysis.towns import ask, frames, services_at, table

# The three towns and three job centres of Soukhov et al. (2023): f = exp(-0.1 minutes).
WORKERS = pd.Series([50_000.0, 150_000.0, 10_000.0], index=["A", "B", "C"])
JOBS = pd.Series([100_000.0, 100_000.0, 10_000.0], index=["1", "2", "3"])
MINUTES = [[15.0, 30.0, 100.0], [30.0, 15.0, 100.0], [100.0, 100.0, 15.0]]
FOOD = {"target": "service:Food", "detour": 1.0, "radius_m": 1100.0}


def published_decay(minutes: np.ndarray) -> np.ndarray:
    return np.exp(-0.1 * minutes)


def costs_of(minutes: list[list[float]], from_: str = "ABC", to: str = "123") -> TravelCosts:
    rows = [(from_[i], to[j], cost) for i, row in enumerate(minutes) for j, cost in enumerate(row)]
    return TravelCosts.from_table(pd.DataFrame(rows, columns=["origin", "dest", "cost"]))


def test_the_published_example_to_the_last_job() -> None:
    found = spatial_availability(costs_of(MINUTES), WORKERS, JOBS, catchment=100, decay=published_decay)
    assert found.round().astype(int).tolist() == [66_833, 133_203, 9_963]
    assert found.sum() == pytest.approx(210_000)


def test_shares_by_hand() -> None:
    """30 and 10 children reach the 8 places of one site: 6 and 2; 4 places more that b reaches alone are b's."""
    costs = TravelCosts.from_table(pd.DataFrame({"origin": ["a", "b", "b"], "dest": ["x", "x", "y"], "cost": [1.0, 2.0, 3.0]}))
    found = spatial_availability(costs, pd.Series({"a": 30.0, "b": 10.0}), pd.Series({"x": 8.0, "y": 4.0}), catchment=5)
    assert found.to_dict() == pytest.approx({"a": 6.0, "b": 6.0})


def test_constrained_in_total_it_is_gravity_scaled() -> None:
    costs = costs_of([[0.3, 1.2, 1.0], [0.8, 0.4, 1.0], [1.4, 0.9, 1.0]])
    found = total_availability(costs, JOBS, WORKERS.index, catchment=10, decay=lambda way: way**-2.0)
    potential = a.gravity(costs, JOBS, WORKERS.index, beta=2)
    assert found.tolist() == pytest.approx((potential / potential.sum() * JOBS.sum()).tolist())


def test_flows_add_up_at_both_ends_and_nearer_ones_are_more() -> None:
    flows = constrained_flows(costs_of(MINUTES), WORKERS, JOBS, catchment=100, decay=published_decay)
    assert flows.groupby("origin")["flow"].sum().tolist() == pytest.approx(WORKERS.tolist())
    assert flows.groupby("dest")["flow"].sum().tolist() == pytest.approx(JOBS.tolist())
    by_pair = flows.set_index(["origin", "dest"])["flow"]
    # what balancing leaves alone: the cross ratio of the weights
    assert by_pair["A", "1"] * by_pair["B", "2"] / (by_pair["A", "2"] * by_pair["B", "1"]) == pytest.approx(np.exp(0.1 * 30))


def test_flows_refuse_what_cannot_add_up() -> None:
    costs = costs_of([[1.0, 9.0], [9.0, 1.0]])
    two = pd.Series([5.0, 5.0], index=["A", "B"])
    with pytest.raises(InputError, match="10 people and 11 places"):
        constrained_flows(costs, two, pd.Series([5.0, 6.0], index=["1", "2"]), catchment=10)
    with pytest.raises(InputError, match="No flows within this distance"):  # each reaches one, of the wrong size
        constrained_flows(costs, two, pd.Series([4.0, 6.0], index=["1", "2"]), catchment=5, rounds=50)
    with pytest.raises(InputError, match="reaches no place"):
        constrained_flows(costs, pd.Series([5.0, 5.0, 5.0], index=["A", "B", "away"]),
                          pd.Series([5.0, 10.0], index=["1", "2"]), catchment=10)


def test_a_missing_number_is_an_error_here_too() -> None:
    with pytest.raises(InputError, match="missing or negative"):
        total_availability(costs_of(MINUTES), JOBS.where(JOBS.index != "2"), WORKERS.index, catchment=100)


@st.composite
def towns(draw: st.DrawFn) -> tuple[TravelCosts, pd.Series, pd.Series, float]:
    people = draw(st.lists(st.just(0.0) | st.floats(0.01, 1e5), min_size=1, max_size=7))
    slots = draw(st.lists(st.just(0.0) | st.floats(0.01, 1e4), min_size=1, max_size=5))
    ways = draw(st.lists(st.floats(0, 3), min_size=len(people) * len(slots), max_size=len(people) * len(slots)))
    rows = [(f"d{i}", f"s{j}", ways[i * len(slots) + j]) for i in range(len(people)) for j in range(len(slots))]
    costs = TravelCosts.from_table(pd.DataFrame(rows, columns=["origin", "dest", "cost"]))
    demand = pd.Series(people, index=[f"d{i}" for i in range(len(people))])
    return costs, demand, pd.Series(slots, index=[f"s{j}" for j in range(len(slots))]), draw(st.floats(0.1, 3.5))


@settings(deadline=None)
@given(towns(), st.sampled_from(["none", "gaussian", "dai"]))
def test_shares_add_up_to_what_somebody_reaches(drawn: tuple[TravelCosts, pd.Series, pd.Series, float], kind: str) -> None:
    costs, demand, supply, catchment = drawn
    decay = {"none": None, "gaussian": a.GaussianDecay(catchment / 3), "dai": a.DaiGaussianDecay(catchment)}[kind]
    near = costs.within(catchment)
    weight = np.ones(len(near)) if decay is None else decay(near.cost)
    wanted = np.bincount(near.supply, weight * demand.to_numpy()[near.demand], len(supply)) > 0
    found = spatial_availability(costs, demand, supply, catchment=catchment, decay=decay)
    assert found.sum() == pytest.approx(supply.to_numpy()[wanted].sum())
    assert (found >= 0).all()
    some = np.bincount(near.supply, weight > 0, len(supply)) > 0
    potential = np.bincount(near.demand, weight * supply.to_numpy()[near.supply], len(demand)).sum()
    total = total_availability(costs, supply, demand.index, catchment=catchment, decay=decay)
    assert total.sum() == pytest.approx(supply.to_numpy()[some].sum() if potential > 0 else 0.0)


# -- as a question of the small town


def corner(**options: object) -> object:
    """One site of 412 places in the middle of the south-west area; the areas east and north of it are 1 km away."""
    return ask("access", frames(services=services_at((0.5, 0.5)).assign(capacity=[412.0])), **{**FOOD, **options})


def test_the_answer_says_whose_share_how_many_places_are() -> None:
    result = corner(measure="availability")
    areas = table(result, "areas")
    third = 412 / (1 + 2 * 0.22)
    assert areas["access"].tolist()[:2] == pytest.approx([third, third * 0.22])
    assert areas["access"].sum() == pytest.approx(412)
    assert areas["share_in_words"].tolist()[:3] == [
        "286 places are this area's share", "63 places are this area's share", "0 places are this area's share: nothing is in reach"]
    assert "The shares of all areas add up to 412 of 412 places" in result.sentence
    assert "0 are the share of the highest-need fifth of areas, 286 of the lowest" in result.sentence
    assert result.output("fifths").frame["share_of_places"].sum() == pytest.approx(412)
    assert result.figure("places_shared").value == pytest.approx(412)


def test_nothing_in_reach_is_no_place_said_and_ranks_worst_but_an_empty_area_does_not() -> None:
    areas = town.need_areas()
    areas.loc[1, ["children", "children_moe"]] = 0.0   # nobody lives there, and the site is 1 km away
    areas.loc[3, "children"] = np.nan
    services = services_at((0.5, 0.5)).assign(capacity=[40.0])
    for measure in ("availability", "total_availability"):
        found = table(ask("access", frames(areas=areas, services=services), **FOOD, measure=measure), "areas")
        away = found["state"] == "out of reach"
        assert (found.loc[away, "rank"] == 1).all()
        assert found["rank"].iloc[1] > 1
        assert np.isnan(found["access"].iloc[3])
        assert found["share_in_words"].iloc[3] == "no data"
    handed = table(ask("access", frames(areas=areas, services=services), **FOOD, measure="availability"), "areas")
    assert handed["share_in_words"].iloc[1] == "0 places are this area's share: nobody is counted here"
    assert handed["access"].sum() == pytest.approx(40)


def test_small_shares_never_read_as_none() -> None:
    services = services_at((0.5, 0.5)).assign(capacity=[0.1])
    said = table(ask("access", frames(services=services), **FOOD, measure="availability"), "areas")["share_in_words"]
    assert said.iloc[:2].tolist() == ["0.1 places are this area's share", "fewer than 0.1 places are this area's share"]
    sites = table(ask("access", frames(services=services_at((0.5, 0.5))), **FOOD, measure="availability"), "areas")["share_in_words"]
    assert sites.iloc[0] == "0.7 sites are this area's share"


def test_a_gaussian_says_how_wide_it_is_and_can_be_a_third() -> None:
    half, third = (corner(measure="enhanced", decay="gaussian", **more) for more in ({}, {"width_share": 1 / 3}))
    weight = {name: table(one, "areas")["access"].iloc[1] / table(one, "areas")["access"].iloc[0]
              for name, one in (("half", half), ("third", third))}
    assert weight["half"] == pytest.approx(np.exp(-0.5 * (1000 / 550) ** 2))    # the default: half of 1,100 m
    assert weight["third"] == pytest.approx(np.exp(-0.5 * (3000 / 1100) ** 2))
    assert "by a Gaussian 0.3 mi wide" in half.sentence
    assert "by a Gaussian 0.2 mi wide" in third.sentence
    assert any("33 % of the distance" in note.text for note in third.notes)
    assert "Gaussian" not in corner(measure="two_step", decay="gaussian").sentence  # there distance does not count
    assert "Gaussian" not in corner(measure="enhanced").sentence


@pytest.mark.parametrize("measure", ["availability", "total_availability"])
def test_every_column_is_described_and_the_map_shows_one_of_them(measure: str) -> None:
    for output in corner(measure=measure).outputs:
        described = {column.name for column in output.columns}
        assert set(output.frame.columns) - {"geometry"} <= described
        assert output.style is None or output.style.kind != "graduated" or output.style.column in described
        assert set(output.told) <= described
