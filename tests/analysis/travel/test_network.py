"""Streets by hand: the way around a river, one-way streets, places in the middle of a block, and an exhaustive check."""

from __future__ import annotations

from itertools import pairwise

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from shapely.geometry import LineString, Point, box

from ecomap.analysis.travel.network import METRES, network_from_lines, network_from_tables
from ecomap.analysis.travel.pairs import travel_costs
from ecomap.analysis.travel.street import street_costs
from ecomap.model.errors import CancelledError, InputError, ParameterError
from ecomap.model.progress import Progress

CRS = "EPSG:3310"


def streets(*lines: list[tuple[float, float]], **columns: list) -> gpd.GeoDataFrame:
    return gpd.GeoDataFrame(columns, geometry=[LineString(line) for line in lines], crs=CRS)


def places(**at: tuple[float, float]) -> gpd.GeoDataFrame:
    return gpd.GeoDataFrame({"id": list(at)}, geometry=[Point(*xy) for xy in at.values()], crs=CRS)


def cost(network, demand, supply, **options) -> dict[tuple[str, str], float]:
    costs, _ = street_costs(network, demand, supply, **{"cutoff": 1e6, "unit": METRES, **options})
    return {(row.origin, row.dest): row.cost for row in costs.table().itertuples()}


def test_the_way_around_a_river_is_longer_than_the_line_across_it() -> None:
    """Two banks 100 m apart, one bridge 1,000 m to the east: 1,000 + 100 + 1,000 m."""
    network = network_from_lines(streets([(0, 0), (1000, 0)], [(0, 100), (1000, 100)], [(1000, 0), (1000, 100)]))
    found = cost(network, places(home=(0, 0)), places(clinic=(0, 100)))
    assert found == {("home", "clinic"): pytest.approx(2100)}
    assert travel_costs(places(home=(0, 0)), places(clinic=(0, 100)), cutoff_m=200).cost.tolist() == [100]


def test_streets_that_cross_without_a_shared_vertex_do_not_meet() -> None:
    network = network_from_lines(streets([(0, 0), (100, 0)], [(50, -50), (50, 50)]))
    assert network.pieces == 2
    assert cost(network, places(a=(0, 0)), places(b=(50, 50)), snap_limit_m=10) == {}
    joined = network_from_lines(streets([(0, 0), (50, 0), (100, 0)], [(50, -50), (50, 0), (50, 50)]))
    assert joined.pieces == 1
    assert cost(joined, places(a=(0, 0)), places(b=(50, 50))) == {("a", "b"): pytest.approx(100)}


def test_places_count_from_where_they_are_on_the_street_not_from_the_crossing() -> None:
    network = network_from_lines(streets([(0, 0), (1000, 0)]))
    found = cost(network, places(a=(100, 30)), places(b=(900, 0), c=(150, 0)))
    assert found == {("a", "b"): pytest.approx(830), ("a", "c"): pytest.approx(80)}


def test_neighbours_nearer_to_each_other_than_to_the_street_cost_the_straight_line() -> None:
    network = network_from_lines(streets([(0, 0), (1000, 0)]))
    found = cost(network, places(a=(100, 50)), places(same=(100, 50), next_door=(110, 50)))
    assert found == {("a", "same"): 0.0, ("a", "next_door"): pytest.approx(10)}


def test_walking_takes_eighty_metres_a_minute() -> None:
    network = network_from_lines(streets([(0, 0), (1000, 0)]))
    assert cost(network, places(a=(0, 0)), places(b=(800, 0)), unit="minutes", cutoff=15)["a", "b"] == pytest.approx(10)
    assert cost(network, places(a=(0, 0)), places(b=(800, 0)), unit="minutes", cutoff=9.99) == {}
    assert cost(network, places(a=(0, 0)), places(b=(800, 0)), unit="minutes", cutoff=10) != {}


def test_one_way_and_speeds_hold_for_vehicles_and_not_on_foot() -> None:
    """A square of 1 km sides, one way around: 1 km ahead, 3 km back; at 30 km/h 2 and 6 minutes."""
    corners = [(0, 0), (1000, 0), (1000, 1000), (0, 1000), (0, 0)]
    square = streets(*[list(pair) for pair in pairwise(corners)], one_way=["yes"] * 4, speed_kmh=[30] * 4)
    here, there = places(a=(0, 0)), places(b=(1000, 0))
    drive = network_from_lines(square, on_foot=False)
    assert cost(drive, here, there, unit="minutes")["a", "b"] == pytest.approx(2)
    assert cost(drive, there, here, unit="minutes")["b", "a"] == pytest.approx(6)
    walk = network_from_lines(square)
    assert cost(walk, there, here)["b", "a"] == pytest.approx(1000)


def test_a_place_where_a_one_way_street_begins_stands_at_the_crossing_too() -> None:
    """The home at (0, 0) lies where a one-way street leaves and a street for both ways begins: it may take either."""
    crossing = streets([(0, 0), (100, 0)], [(0, -50), (0, 0)], one_way=["yes", "no"])
    drive = network_from_lines(crossing, on_foot=False)
    home, sites = places(h=(0, 0)), places(ahead=(100, 0), side=(0, -50))
    assert cost(drive, home, sites) == {("h", "ahead"): pytest.approx(100), ("h", "side"): pytest.approx(50)}
    assert cost(drive, sites, home) == {("side", "h"): pytest.approx(50)}


def test_one_way_against_the_drawing() -> None:
    back = network_from_lines(streets([(0, 0), (100, 0)], one_way=["-1"]), on_foot=False)
    assert cost(back, places(a=(0, 0)), places(b=(100, 0))) == {}
    assert cost(back, places(b=(100, 0)), places(a=(0, 0))) == {("b", "a"): pytest.approx(100)}


def test_a_street_without_a_speed_is_walked_and_said() -> None:
    network = network_from_lines(streets([(0, 0), (80, 0)], speed_kmh=[None]), on_foot=False)
    assert network.forward_min.tolist() == [1.0]
    assert "1 streets have no speed" in network.notes[0]


def test_places_far_from_every_street_are_reported_and_out_of_reach() -> None:
    network = network_from_lines(streets([(0, 0), (1000, 0)]))
    costs, snapping = street_costs(network, places(near=(0, 0), far=(0, 400)), places(s=(10, 0)), cutoff=20)
    assert snapping.unsnapped == ("far",)
    assert "further than 250 m" in snapping.sentence
    assert costs.demand_ids.tolist() == ["near", "far"]
    assert costs.table()["origin"].tolist() == ["near"]


def test_areas_start_from_a_point_inside() -> None:
    network = network_from_lines(streets([(0, 0), (1000, 0)]))
    area = gpd.GeoDataFrame({"id": ["x"]}, geometry=[box(0, -10, 20, 10)], crs=CRS)
    assert cost(network, area, places(s=(110, 0)))["x", "s"] == pytest.approx(100)


def test_travel_costs_take_a_network_and_answer_in_metres() -> None:
    network = network_from_lines(streets([(0, 0), (1000, 0)]))
    for options in ({"network": network}, {"network": network, "metric": "network"}):
        costs = travel_costs(places(a=(0, 0)), places(b=(900, 0)), cutoff_m=1000, **options)
        assert costs.cost.tolist() == [pytest.approx(900)]
    with pytest.raises(ParameterError, match="need a network"):
        travel_costs(places(a=(0, 0)), places(b=(9, 0)), cutoff_m=10, metric="network")


def test_tables_of_nodes_and_edges() -> None:
    nodes = places(p=(0, 0), q=(300, 400))
    edges = pd.DataFrame({"from": ["p"], "to": ["q"], "minutes": [12.0]})
    network = network_from_tables(nodes, edges)
    assert network.length_m.tolist() == [500]
    assert cost(network, nodes, nodes, unit="minutes")["p", "q"] == pytest.approx(12)
    with pytest.raises(InputError, match="like p to z"):
        network_from_tables(nodes, edges.assign(to="z"))
    with pytest.raises(InputError, match="no usable 'minutes'"):
        network_from_tables(nodes, edges.assign(minutes=None))


def test_the_shortest_of_parallel_streets_counts() -> None:
    network = network_from_lines(streets([(0, 0), (50, 300), (100, 0)], [(0, 0), (100, 0)]))
    assert cost(network, places(a=(0, 0)), places(b=(100, 0)))["a", "b"] == pytest.approx(100)


def test_a_search_can_be_stopped() -> None:
    progress = Progress()
    progress.cancel()
    with pytest.raises(CancelledError):
        street_costs(network_from_lines(streets([(0, 0), (9, 0)])), places(a=(0, 0)), places(b=(9, 0)), cutoff=5,
                     progress=progress)


@settings(max_examples=60, deadline=None)
@given(st.integers(0, 10_000))
def test_the_same_costs_as_trying_every_way(seed: int) -> None:
    """Against Floyd and Warshall on a random town whose places stand on crossings; swapping sides swaps the pairs."""
    rng = np.random.default_rng(seed)
    xy = rng.choice(200, size=(7, 2), replace=True) * 10.0 + np.arange(7)[:, None]
    ends = np.array([(i, j) for i in range(7) for j in range(i) if rng.random() < 0.4] or [(0, 1)])
    nodes = gpd.GeoDataFrame({"id": [f"n{i}" for i in range(7)]}, geometry=gpd.points_from_xy(*xy.T), crs=CRS)
    edges = pd.DataFrame({"from": [f"n{i}" for i, _ in ends], "to": [f"n{j}" for _, j in ends],
                          "length_m": rng.integers(2000, 9000, len(ends)).astype(float)})
    way = np.full((7, 7), np.inf)
    np.fill_diagonal(way, 0)
    for (i, j), length in zip(ends, edges["length_m"]):
        way[i, j] = way[j, i] = min(way[i, j], length)
    for k in range(7):
        way = np.minimum(way, way[:, k : k + 1] + way[k])
    used = sorted(set(ends.ravel()))
    some, others = nodes.iloc[used[:2]], nodes.iloc[used]
    network = network_from_tables(nodes, edges)
    found = cost(network, some, others, cutoff=12_000, snap_limit_m=1e-6)
    wanted = {(f"n{i}", f"n{j}"): way[i, j] for i in used[:2] for j in used if way[i, j] <= 12_000}
    assert found == pytest.approx(wanted)
    back = cost(network, others, some, cutoff=12_000, snap_limit_m=1e-6)
    assert {(b, a): value for (a, b), value in found.items()} == pytest.approx(back)
