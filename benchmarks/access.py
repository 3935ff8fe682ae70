"""Access with competition against PySAL ``access``: pairs, the catchment steps, rational agents; and streets.

Times are processor time with all threads, since other programs may be at work. Without ``access`` only our own times are given.
"""

from __future__ import annotations

import importlib.util
import statistics
import time
from collections.abc import Callable
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from benchmarks.growth import forget_peak, peak_gb
from benchmarks.measure import Measure, median_ms
from ecomap.analysis.gaps.access import measures as a
from ecomap.analysis.travel.costs import TravelCosts
from ecomap.analysis.travel.network import network_from_lines
from ecomap.analysis.travel.pairs import travel_costs
from ecomap.analysis.travel.street import street_costs

SIDE_M = 60_000.0
PEER = "access"
NOT_HERE = "access is not installed"


def run() -> list[Measure]:
    """Small with distances, a county's worth of pairs, a state's worth, and a street graph."""
    return [*_small(), *_county(), *_state(), *_streets()]


def has_peer() -> bool:
    return importlib.util.find_spec("access") is not None


def town(people: int, places: int, reach: float, seed: int = 0) -> tuple[Any, Any, pd.Series, pd.Series]:
    """Random people and places in a square of 60 km; ids are numbers."""
    rng = np.random.default_rng(seed)
    frames = [
        gpd.GeoDataFrame({"id": np.arange(count)}, geometry=shapely.points(rng.random((count, 2)) * SIDE_M), crs="EPSG:3310")
        for count in (people, places)
    ]
    demand = pd.Series(rng.integers(1, 2000, people).astype(float), index=frames[0]["id"])
    supply = pd.Series(rng.integers(1, 50, places).astype(float), index=frames[1]["id"])
    return frames[0], frames[1], demand, supply


def _compared(what: str, ours: Callable[[], object], goal: str, theirs: Callable[[], object], repeats: int) -> Measure:
    """Ours and theirs in turn, so that a busy machine slows both alike."""
    if not has_peer():
        return Measure(what, _ms(ours, repeats), goal, note=NOT_HERE)
    rounds = max(3, repeats // 3)
    taken = [(_ms(ours, 3, warm=int(number == 0)), _ms(theirs, 1, warm=int(number == 0))) for number in range(rounds)]
    mine, peer = (statistics.median(column) for column in zip(*taken))
    return Measure(what, mine, goal, PEER, peer)


def _ms(work: Callable[[], object], repeats: int, *, warm: int = 1) -> float:
    return median_ms(work, repeats, warm=warm, clock=time.process_time)


def _peer_frames(demand: pd.Series, supply: pd.Series, costs: TravelCosts) -> tuple[Any, Any, Any]:
    return (demand.rename("demand").rename_axis("geoid").to_frame(), supply.rename("supply").rename_axis("geoid").to_frame(),
            costs.table())


def _small() -> list[Measure]:
    reach = 6_400.0
    people, places, demand, supply = town(2_500, 1_000, reach)
    costs = travel_costs(people, places, cutoff_m=reach)
    frames = _peer_frames(demand, supply, costs)

    def theirs() -> object:
        from access import Access

        made = Access(demand_df=people.assign(demand=demand.to_numpy()), demand_index="id", demand_value="demand",
                      supply_df=places.assign(supply=supply.to_numpy()), supply_index="id", supply_value="supply")
        made.create_euclidean_distance(name="euclidean", threshold=reach)
        return made.two_stage_fca(name="two_step", cost="euclidean", max_cost=reach)

    def agents() -> object:
        from access.raam import raam

        reached = demand.index[np.unique(costs.demand)]
        return raam(frames[0].loc[reached], frames[1], frames[2], tau=reach / 3)

    return [
        _compared("Pairs and two-step access, 2,500 x 1,000",
                  lambda: a.two_step(travel_costs(people, places, cutoff_m=reach), demand, supply, catchment=reach),
                  "60x", theirs, 31),
        _compared("Rational agents, 150 rounds, 2,500 x 1,000",
                  lambda: a.raam(costs, demand, supply, tau=reach / 3, whole_persons=True), "28x", agents, 3),
    ]


def _county() -> list[Measure]:
    reach = 2_000.0
    people, places, demand, supply = town(90_000, 10_000, reach)
    costs = travel_costs(people, places, cutoff_m=reach)
    frames = _peer_frames(demand, supply, costs)
    steps = {reach / 3: 1.0, 2 * reach / 3: 0.68, reach: 0.22}
    decay = a.StepDecay(list(steps.items()))
    size = f"90,000 x 10,000, {len(costs) / 1e6:.1f} million pairs given"

    def peer(name: str, weighted: bool) -> Callable[[], object]:
        def work() -> object:
            from access import fca
            from access.weights import step_fn

            return getattr(fca, name)(*frames, max_cost=reach, weight_fn=step_fn(steps) if weighted else None)
        return work

    return [
        _compared(f"Two-step, {size}", lambda: a.two_step(costs, demand, supply, catchment=reach), "12x",
                  peer("two_stage_fca", False), 9),
        _compared(f"Enhanced two-step, {size}", lambda: a.two_step(costs, demand, supply, catchment=reach, decay=decay), "40x",
                  peer("two_stage_fca", True), 9),
        _compared(f"Three-step, {size}", lambda: a.three_step(costs, demand, supply, catchment=reach, decay=decay), "",
                  peer("three_stage_fca", True), 9),
    ]


def _state() -> list[Measure]:
    reach = 620.0
    people, places, demand, supply = town(1_000_000, 100_000, reach)
    pairs = 0
    forget_peak()

    def work() -> None:
        nonlocal pairs
        costs = travel_costs(people, places, cutoff_m=reach)
        pairs = len(costs)
        a.two_step(costs, demand, supply, catchment=reach)

    taken = _ms(work, 5, warm=0)
    note = f"{pairs / 1e6:.0f} million pairs; peak memory {peak_gb():.2f} GB (goal 1.5 GB)"
    return [Measure("Pairs and two-step access, 1,000,000 x 100,000", taken, "3000 ms", note=note)]


def streets(side: int = 316, step_m: float = 100.0) -> Any:
    """A crooked grid of streets with ``side`` x ``side`` crossings."""
    rng = np.random.default_rng(0)
    axis = np.arange(side) * step_m
    at = np.stack(np.meshgrid(axis, axis, indexing="ij"), axis=-1) + rng.normal(0, step_m * 0.15, (side, side, 2))
    across = np.stack([at[:-1], at[1:]], axis=2).reshape(-1, 2, 2)
    along = np.stack([at[:, :-1], at[:, 1:]], axis=2).reshape(-1, 2, 2)
    return gpd.GeoDataFrame(geometry=shapely.linestrings(np.vstack([across, along])), crs="EPSG:3310")


def _streets() -> list[Measure]:
    lines = streets()
    network = network_from_lines(lines)
    rng = np.random.default_rng(1)
    origins, goals = (
        gpd.GeoDataFrame({"id": np.arange(1_000)}, geometry=shapely.points(rng.random((1_000, 2)) * 31_500), crs="EPSG:3310")
        for _ in range(2)
    )
    size = f"{network.nodes:,} nodes, {len(network.start):,} streets"
    return [
        Measure(f"Street graph from lines: {size}", _ms(lambda: network_from_lines(lines), 3)),
        Measure(f"1,000 origins to 1,000 places within 15 minutes on foot: {size}",
                _ms(lambda: street_costs(network, origins, goals, cutoff=15), 3), "20000 ms"),
    ]
