"""From a large file to a layer of a new project, against the plain reading of the same file, which judges nothing.

Each import runs to the end in a reading process that is warm already, with nothing remembered of the file.
"""

from __future__ import annotations

import os
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import geopandas as gpd
import numpy as np
import pandas as pd
import pyogrio

from benchmarks.measure import Measure, median_ms
from benchmarks.synthetic import coverage
from ecomap.io.reading import read_apart
from ecomap.io.reading.process import forget, warm
from ecomap.model.project import Project
from ecomap.workspace import operations

AREAS, SCHOOLS, SERVICES = 85_000, 100_000, 200_000
GOAL = "15000 ms"
INDICATORS = ("poverty", "no_car", "renters", "uninsured", "unemployed", "no_diploma", "one_parent", "little_english", "crowded", "snap",
              "disability", "no_internet")


def run(areas: int = AREAS, schools: int = SCHOOLS, services: int = SERVICES) -> list[Measure]:
    """The three imports, and the reading process beside reading in this one."""
    with tempfile.TemporaryDirectory(prefix="ecomap-bench-") as folder:
        work = Path(folder)
        files = [
            (f"{areas:,} areas with {len(INDICATORS)} indicators (GPKG)", _areas(work / "areas.gpkg", areas), "need_area", "pyogrio", pyogrio.read_dataframe),
            (f"{schools:,} schools (CSV)", _schools(work / "schools.csv", schools), "school", "pandas", _points),
            (f"{services:,} services (CSV)", _services(work / "services.csv", services), "service", "pandas", _points),
        ]
        warm()
        return [measure for file in files for measure in _measured(*file)]


def _measured(what: str, path: Path, role: str, peer: str, read: Callable[[Path], object]) -> list[Measure]:
    def imported() -> None:
        forget()
        _, report = operations.import_file(Project(), path, role)
        assert report.adds_up
        assert report.kept > 0.99 * report.read

    def apart() -> None:
        forget()
        read_apart(path)

    plain = median_ms(lambda: read(path), 1)
    before = time.process_time()
    ours = median_ms(imported, 1, warm=0)
    note = f"{ours / plain:.0f} times the reading alone; {time.process_time() - before:.1f} s at work beside the reading process{_load()}"
    return [Measure(f"Import of {what}", ours, GOAL, f"{peer}, reading only", plain, note),
            Measure(f"Reading alone, in the process of its own: {what}", median_ms(apart, 1, warm=0), "", f"{peer}, reading only", plain)]


def _load() -> str:
    """How busy the machine was, with other work too: times on a busy one say little."""
    return f"; load {os.getloadavg()[0]:.1f} of {os.cpu_count()} cores" if hasattr(os, "getloadavg") else ""


def _points(path: Path) -> object:
    frame = pd.read_csv(path)
    return gpd.GeoDataFrame(frame, geometry=gpd.points_from_xy(frame["longitude"], frame["latitude"]), crs="EPSG:4326")


def _areas(path: Path, count: int) -> Path:
    dice = np.random.default_rng(0)
    frame = gpd.GeoDataFrame({
        "GEOID": [f"17{n:09d}" for n in range(count)], "NAME": [f"Tract {n}" for n in range(count)], "population": dice.integers(0, 8000, count),
        **{f"pct_{name}": (100 * dice.random(count)).round(2) for name in INDICATORS},
    }, geometry=coverage(count, 60), crs="EPSG:26916")
    frame.geometry = frame.geometry.translate(420_000, 4_620_000)
    frame.to_file(path, driver="GPKG")
    return path


def _schools(path: Path, count: int) -> Path:
    dice = np.random.default_rng(1)
    pd.DataFrame({
        "school_id": [f"S{n:06d}" for n in range(count)], "school_name": [f"School {n}" for n in range(count)],
        "level": dice.choice(["Elementary", "Middle", "High"], count), "enrollment": dice.integers(50, 3000, count),
        "pct_low_income": (100 * dice.random(count)).round(1), "status": "Open", "city": "Springfield", **_somewhere(dice, count),
    }).to_csv(path, index=False)
    return path


def _services(path: Path, count: int) -> Path:
    dice = np.random.default_rng(2)
    pd.DataFrame({
        "service_id": [f"V{n:06d}" for n in range(count)], "organization": [f"Partner {n % 9000}" for n in range(count)],
        "name": [f"Service {n} of partner {n % 9000}" for n in range(count)],
        "category": dice.choice(["Food Pantry", "Mental Health", "Health Clinic", "Tutoring", "After-school program", "Legal aid"], count),
        "address": [f"{n % 9999} Main Street" for n in range(count)], "city": dice.choice(["Springfield", "Shelbyville"], count),
        "zip": [f"6{n % 9999:04d}" for n in range(count)], "phone": [f"(217) 555-{n % 9999:04d}" for n in range(count)],
        "hours": dice.choice(["Mon-Fri 9-5", "Sat 10-2", ""], count), "capacity": dice.integers(1, 500, count), **_somewhere(dice, count),
    }).to_csv(path, index=False)
    return path


def _somewhere(dice: np.random.Generator, count: int) -> dict[str, np.ndarray]:
    return {"longitude": (-90 + 0.9 * dice.random(count)).round(6), "latitude": (39.5 + 0.6 * dice.random(count)).round(6)}
