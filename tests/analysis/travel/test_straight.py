"""Straight pairs and distances by hand, and the kinds of "no number" that distances know."""

from __future__ import annotations

import geopandas as gpd
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from shapely.geometry import Point, box

from ecomap.analysis.travel.pairs import travel_costs
from ecomap.analysis.travel.straight import nearest_m
from ecomap.model.errors import InputError, ParameterError

CRS = "EPSG:3310"


def places(**at: tuple[float, float] | None) -> gpd.GeoDataFrame:
    return gpd.GeoDataFrame(
        {"id": list(at)}, geometry=[None if xy is None else Point(*xy) for xy in at.values()], crs=CRS
    )


def test_pairs_within_the_cutoff_with_those_that_cost_nothing() -> None:
    costs = travel_costs(places(a=(0, 0), b=(3, 4), c=(50, 0)), places(s=(0, 0), t=(3, 4)), cutoff_m=5)
    assert costs.table().to_numpy().tolist() == [["a", "s", 0.0], ["a", "t", 5.0], ["b", "s", 5.0], ["b", "t", 0.0]]
    assert costs.demand_ids.tolist() == ["a", "b", "c"]  # c is known, and out of reach


def test_the_detour_lengthens_the_way_and_the_cutoff_applies_to_the_way() -> None:
    demand, supply = places(a=(0, 0)), places(s=(0, 100))
    assert travel_costs(demand, supply, cutoff_m=130, detour=1.3).cost.tolist() == pytest.approx([130])
    assert len(travel_costs(demand, supply, cutoff_m=129, detour=1.3)) == 0


def test_feet_are_turned_into_metres() -> None:
    feet = places(a=(0, 0), b=(0, 1000)).set_crs("EPSG:2229", allow_override=True)
    assert travel_costs(feet, feet, cutoff_m=400).cost.max() == pytest.approx(304.8, abs=0.01)


def test_areas_count_from_a_point_inside() -> None:
    area = gpd.GeoDataFrame({"id": ["x"]}, geometry=[box(0, 0, 10, 10)], crs=CRS)
    assert travel_costs(area, places(s=(5, 5)), cutoff_m=1).cost.tolist() == [0.0]


def test_rows_without_a_place_have_no_pairs_but_are_known() -> None:
    costs = travel_costs(places(a=None, b=(0, 0)), places(s=(0, 0), t=None), cutoff_m=10)
    assert costs.table()["origin"].tolist() == ["b"]
    assert costs.demand_ids.tolist() == ["a", "b"]
    assert costs.supply_ids.tolist() == ["s", "t"]


@pytest.mark.parametrize(
    "options", [{"network": object()}, {"metric": "manhattan"}, {"detour": 0.9}, {"cutoff_m": 0}, {"cutoff_m": float("nan")}]
)
def test_what_cannot_be_measured_is_refused(options: dict) -> None:
    with pytest.raises(ParameterError):
        travel_costs(places(a=(0, 0)), places(s=(0, 0)), **{"cutoff_m": 10, **options})


def test_degrees_are_refused() -> None:
    degrees = places(a=(0, 0)).set_crs("EPSG:4326", allow_override=True)
    with pytest.raises(InputError, match="degrees"):
        travel_costs(degrees, degrees, cutoff_m=10)


def test_nearest_is_infinite_without_a_site_and_missing_without_a_place() -> None:
    here = places(a=(0, 0), b=None)
    assert nearest_m(here, places(s=(30, 40), t=(100, 0)), 1.3)[0] == pytest.approx(65)
    assert np.isnan(nearest_m(here, places(s=(30, 40)))[1])
    assert nearest_m(here, places().set_crs(CRS))[0] == np.inf
    assert nearest_m(here, places(s=None))[0] == np.inf


coordinates = st.tuples(st.integers(0, 100), st.integers(0, 100))


@settings(max_examples=40, deadline=None)
@given(st.lists(coordinates, min_size=1, max_size=8), st.lists(coordinates, min_size=1, max_size=8), st.integers(1, 150))
def test_pairs_are_those_of_a_full_comparison(homes: list, sites: list, cutoff: int) -> None:
    demand = places(**{f"d{n}": xy for n, xy in enumerate(homes)})
    supply = places(**{f"s{n}": xy for n, xy in enumerate(sites)})
    costs = travel_costs(demand, supply, cutoff_m=cutoff)
    wanted = {
        (f"d{i}", f"s{j}") for i, a in enumerate(homes) for j, b in enumerate(sites)
        if (a[0] - b[0]) ** 2 + (a[1] - b[1]) ** 2 <= cutoff**2
    }
    table = costs.table()
    assert set(zip(table["origin"], table["dest"])) == wanted


@settings(max_examples=40, deadline=None)
@given(st.lists(coordinates, min_size=1, max_size=6), st.lists(coordinates, min_size=2, max_size=6))
def test_taking_a_site_away_never_brings_one_nearer(homes: list, sites: list) -> None:
    demand = places(**{f"d{n}": xy for n, xy in enumerate(homes)})
    supply = places(**{f"s{n}": xy for n, xy in enumerate(sites)})
    assert (nearest_m(demand, supply.iloc[1:]) >= nearest_m(demand, supply)).all()


@settings(max_examples=150, deadline=None)
@given(st.integers(0, 10**6), st.sampled_from([1e-4, 0.1, 0.5, 1.0, 3.0, 100.0]), st.sampled_from([1.0, 1.3]))
def test_the_same_pairs_as_measuring_every_one(seed: int, part: float, detour: float) -> None:
    """From a pile of points to a wide land, with points on each other, on round numbers and exactly at the cutoff."""
    rng = np.random.default_rng(seed)
    scale, digits = 10.0 ** rng.integers(-2, 6), int(rng.integers(0, 4))
    here = np.round(rng.normal(size=(int(rng.integers(1, 50)), 2)) * scale, digits)
    there = np.round(rng.normal(size=(int(rng.integers(1, 50)), 2)) * scale * rng.choice([0.1, 1.0, 10.0]), digits)
    there[0] = here[0]
    apart = np.hypot(*(here[:, None] - there[None]).transpose(2, 0, 1)) * detour
    cutoff = float(apart[-1, -1]) if seed % 3 == 0 and apart[-1, -1] > 0 else scale * part
    frames = [gpd.GeoDataFrame({"id": range(len(xy))}, geometry=gpd.points_from_xy(*xy.T), crs="EPSG:3310") for xy in (here, there)]
    found = travel_costs(*frames, cutoff_m=cutoff, detour=detour)
    row, column = np.nonzero(apart <= cutoff * (1 + 1e-9))
    np.testing.assert_array_equal(found.demand, row)
    np.testing.assert_array_equal(found.supply, column)
    np.testing.assert_allclose(found.cost, apart[row, column], rtol=1e-12, atol=1e-12)
