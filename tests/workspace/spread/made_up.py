"""Made-up blocks and sites as Parquet files, and the same question asked of all of them in one process."""

from __future__ import annotations

from pathlib import Path

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from ecomap import measures as m
from ecomap.analysis.spread.catchments import Way
from ecomap.workspace.spread.settings import SpreadParams

CRS = "EPSG:3310"
LEFT, BOTTOM = 150_000.0, -450_000.0


def blocks(count: int, seed: int = 0, side_m: float = 20_000.0) -> pd.DataFrame:
    """Blocks in three towns and the land between; one in fifty has no count."""
    rng = np.random.default_rng(seed)
    towns = rng.uniform(0.2, 0.8, (3, 2)) * side_m
    xy = np.where((np.arange(count) % 4 == 0)[:, None], rng.uniform(0, side_m, (count, 2)),
                  towns[np.arange(count) % 3] + rng.normal(0, side_m / 12, (count, 2)))
    people = rng.poisson(40, count).astype(float)
    people[rng.random(count) < 0.02] = np.nan
    return pd.DataFrame({"id": [f"06037{n:010d}" for n in range(count)], "x": LEFT + xy[:, 0], "y": BOTTOM + xy[:, 1], "people": people,
                         "people_moe": rng.uniform(5, 20, count), "county": rng.choice(["Alba", "Brea", "Cora"], count)})


def sites(count: int, seed: int = 1, side_m: float = 20_000.0) -> pd.DataFrame:
    rng = np.random.default_rng(seed)
    xy = rng.uniform(0.1, 0.9, (count, 2)) * side_m
    return pd.DataFrame({"id": [f"site-{n}" for n in range(count)], "x": LEFT + xy[:, 0], "y": BOTTOM + xy[:, 1],
                         "places": rng.integers(5, 60, count).astype(float)})


def asked(folder: Path, places: pd.DataFrame, there: pd.DataFrame, **more: object) -> SpreadParams:
    """The question, with its files written; row groups are small, so that there are several."""
    folder.mkdir(parents=True, exist_ok=True)
    places.to_parquet(folder / "blocks.parquet", row_group_size=max(1, len(places) // 3))
    there.to_parquet(folder / "sites.parquet")
    given = {"people": "people", "capacity": "places", "parts": 5, **more}
    return SpreadParams(folder / "blocks.parquet", folder / "sites.parquet", folder / "out", **given)


def in_one_process(params: SpreadParams, places: pd.DataFrame, there: pd.DataFrame) -> pd.DataFrame:
    """What the measures say of all places at once; index: id."""
    from_ = gpd.GeoDataFrame(places, geometry=gpd.points_from_xy(places.x, places.y), crs=CRS)
    to = gpd.GeoDataFrame(there, geometry=gpd.points_from_xy(there.x, there.y), crs=CRS)
    known = from_[from_["people"].notna()]
    way = Way(params.radius_m, params.detour, params.decay, params.width_share)
    costs = m.travel_costs(known, to, cutoff_m=params.radius_m, detour=params.detour)
    demand = known.set_index("id")["people"]
    supply = to.set_index("id")["places"]
    access = m.two_step(costs, demand, supply, catchment=params.radius_m, decay=way.weights)
    share = m.spatial_availability(costs, demand, supply, catchment=params.radius_m, decay=way.weights)
    near = costs.within(params.radius_m)
    count = pd.Series(np.bincount(near.demand, minlength=len(near.demand_ids)), index=near.demand_ids)
    return pd.DataFrame({"people": demand, "access": access, "share": share, "sites_in_reach": count,
                         "nearest_m": m.nearest(near, demand.index)})


def squares(per_side: int = 4, side_m: float = 20_000.0) -> gpd.GeoDataFrame:
    """Districts: squares that cover the ground."""
    step = side_m / per_side
    shapes = [shapely.box(LEFT + i * step, BOTTOM + j * step, LEFT + (i + 1) * step, BOTTOM + (j + 1) * step)
              for i in range(per_side) for j in range(per_side)]
    return gpd.GeoDataFrame({"id": [f"district-{n}" for n in range(len(shapes))]}, geometry=shapes, crs=CRS)
