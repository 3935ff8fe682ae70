"""A made-up district of schools with starts, outcomes by year and dollars, in which the truth is known. No place has these schools."""

from __future__ import annotations

from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
from shapely.geometry import Point

from ecomap.model.frames import Frames
from tests import small_project as town
from tests.analysis.towns import frames

YEARS = ("2018-19", "2019-20", "2020-21", "2021-22", "2022-23")
FIRST = 2018


def schools(count: int = 80) -> gpd.GeoDataFrame:
    draw = np.random.default_rng(7)
    return gpd.GeoDataFrame({
        "id": [f"m{n:03d}" for n in range(count)], "name": [f"Made-up School {n:03d}" for n in range(count)], "levels": "elementary",
        "enrollment": draw.integers(200, 900, count).astype(float), "frpm_share": draw.uniform(0.4, 1.0, count).round(3), "governance": "district",
    }, geometry=[Point(town.LEFT + 40 * n, town.BOTTOM + 20) for n in range(count)], crs=town.CRS)


def sites(began: int = 12, starts: tuple[str, ...] = ("2020-21", "2021-22")) -> gpd.GeoDataFrame:
    """The first schools begin, half in each of two school years."""
    every = schools().iloc[:began]
    return gpd.GeoDataFrame({
        "id": [f"p{n}" for n in range(began)], "name": every["name"].to_numpy(), "approach": "community_school", "school_id": every["id"].to_numpy(),
        "status": "active", "start": [starts[n * len(starts) // began] for n in range(began)], "end": "",
    }, geometry=list(every.geometry), crs=town.CRS)


def outcomes(effect: float = 0.0, *, began: int = 12, drift: float = 0.0, noise: float = 0.01, of: float = 400.0) -> pd.DataFrame:
    """Shares chronically absent: the same year for all, a level of its own per school, and what the approach does."""
    draw = np.random.default_rng(11)
    every = schools()
    start = np.full(len(every), np.inf)
    start[: began // 2], start[began // 2 : began] = FIRST + 2, FIRST + 3
    level = draw.uniform(0.2, 0.4, len(every))
    rows = []
    for number, school in enumerate(every["id"]):
        for place, year in enumerate(YEARS):
            share = level[number] + 0.01 * place + draw.normal(0, noise) + (effect if FIRST + place >= start[number] else 0.0)
            share += drift * place if np.isfinite(start[number]) else 0.0
            rows.append({"id": f"{school}:{year}", "name": every["name"][number], "school_id": school, "year": year,
                         "chronic_absence": round(float(np.clip(share, 0, 1)), 4), "chronic_absence_of": of, "chronic_absence_reason": ""})
    return pd.DataFrame(rows)


def spending(**changed: Any) -> pd.DataFrame:
    draw = np.random.default_rng(13)
    every = schools()
    pupils = every["enrollment"].to_numpy()
    each = draw.uniform(9_000, 21_000, len(every))
    return pd.DataFrame({
        "id": [f"{one}:2022-23" for one in every["id"]], "name": every["name"], "school_id": every["id"], "year": "2022-23", "scope": "school", "membership": pupils,
        "filed_as": "per_pupil", "site_federal_usd": (0.1 * each * pupils).round(2), "site_state_local_usd": (0.9 * each * pupils).round(2),
        "central_federal_usd": 0.0, "central_state_local_usd": (500 * pupils).round(2),
    }).assign(**changed)


def district(**changed: Any) -> Frames:
    rows: dict[str, Any] = {"schools": schools(), "sites": sites(), "outcomes": outcomes(), "spending": spending(), "attendance": None, "services": None, **changed}
    return frames(**rows)
