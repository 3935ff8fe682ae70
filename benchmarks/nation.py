"""Made-up places of any size, as files that a planner would bring in: need areas, schools and services in proportion, equally dense.

What one school, one area and one service meet around them stays the same however large the place is, so that growth of time is
that of the program and not of the crowd.
"""

from __future__ import annotations

from pathlib import Path
from typing import Final

import numpy as np

from benchmarks.synthetic import SIDE_M, coverage

SIZES: Final = (1_200, 9_000, 85_000)
SCHOOLS_PER_AREA, SERVICES_PER_AREA = 100_000 / 85_000, 200_000 / 85_000
AREA_KM2 = 1.7           # as the census tracts of Los Angeles, on average
VERTICES = 60
CRS = "EPSG:5070"
CORNER = (-220_000.0, 1_720_000.0)
MEASURES = ("poverty", "no_car", "rent_burden", "no_insurance", "unemployed", "no_diploma", "crowded", "no_internet")
CATEGORIES = ("Mental Health", "Food Pantry", "Health Clinic", "Tutoring", "After-school program", "Legal aid", "Housing", "Job training",
              "Dental", "Child care")
FILES: Final = (("areas.gpkg", "need_area"), ("schools.csv", "school"), ("services.csv", "service"))


def side_m(areas: int) -> float:
    """The side of the square that so many areas fill."""
    return float(np.sqrt(areas * AREA_KM2)) * 1000


def write_files(folder: Path, areas: int) -> None:
    """The three files of a place; a file that stands there already is left."""
    folder.mkdir(parents=True, exist_ok=True)
    if not (folder / "areas.gpkg").is_file():
        _areas(folder / "areas.gpkg", areas)
    if not (folder / "schools.csv").is_file():
        _schools(folder / "schools.csv", areas)
    if not (folder / "services.csv").is_file():
        _services(folder / "services.csv", areas)


def input_bytes(folder: Path) -> int:
    """How much the files hold together."""
    return sum((folder / name).stat().st_size for name, _ in FILES)


def _areas(path: Path, count: int) -> None:
    import geopandas as gpd
    import shapely

    dice, grown = np.random.default_rng(0), side_m(count) / SIDE_M
    shapes = shapely.buffer(shapely.transform(coverage(count, VERTICES), lambda xy: np.round(xy * grown + CORNER, 2)), 0)
    columns = {"GEOID": [f"20{n:09d}" for n in range(count)], "NAME": [f"Census Tract {n}" for n in range(count)],
               "children": dice.integers(40, 3_000, count), "children_moe": dice.uniform(10, 200, count).round()}
    for measure in MEASURES:
        columns |= {f"pct_{measure}": dice.beta(2, 5, count).round(4) * 100, f"pct_{measure}_moe": dice.uniform(1, 10, count).round(2)}
    gpd.GeoDataFrame(columns, geometry=shapes, crs=CRS).to_file(path, driver="GPKG", layer="areas")


def _schools(path: Path, areas: int) -> None:
    import pandas as pd

    count, dice = round(areas * SCHOOLS_PER_AREA), np.random.default_rng(1)
    pd.DataFrame({
        "school_id": [f"S{n:06d}" for n in range(count)], "school_name": [f"School {n}" for n in range(count)],
        "level": dice.choice(["Elementary", "Middle", "High"], count, p=[0.6, 0.2, 0.2]), "run_by": "district",
        "enrollment": dice.integers(50, 3000, count), "pct_low_income": (100 * dice.random(count)).round(1), "status": "Open",
        **_somewhere(dice, count, areas),
    }).to_csv(path, index=False)


def _services(path: Path, areas: int) -> None:
    import pandas as pd

    count, dice = round(areas * SERVICES_PER_AREA), np.random.default_rng(2)
    pd.DataFrame({
        "service_id": [f"V{n:06d}" for n in range(count)], "organization": [f"Partner {n % 9000}" for n in range(count)],
        "name": [f"Service {n} of partner {n % 9000}" for n in range(count)], "category": dice.choice(CATEGORIES, count),
        "capacity": dice.integers(20, 500, count), **_somewhere(dice, count, areas),
    }).to_csv(path, index=False)


def _somewhere(dice: np.random.Generator, count: int, areas: int) -> dict[str, np.ndarray]:
    from pyproj import Transformer

    xy = dice.random((count, 2)) * side_m(areas) + CORNER
    longitude, latitude = Transformer.from_crs(CRS, "EPSG:4326", always_xy=True).transform(*xy.T)
    return {"longitude": longitude.round(6), "latitude": latitude.round(6)}
