"""A project as large as a state, with the answers of a long week: how big its file is, how long opening and saving take, and the memory.

9,000 need areas of 150 vertices, 1,200 schools, 3,000 services, and every question about areas asked, some of them several times.

    python -m benchmarks state
"""

from __future__ import annotations

import os
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

import numpy as np

from benchmarks.synthetic import SIDE_M, coverage

AREAS, SCHOOLS, SERVICES = 9_000, 1_200, 3_000
CRS = "EPSG:3310"
ASKED: tuple[tuple[str, dict[str, Any]], ...] = (
    ("need-index", {"draws": 0}), ("need-index", {"draws": 0, "scaling": "z_score"}),
    ("sensitivity", {"draws": 20}), ("clusters", {}),
    *(("coverage-gap", {"radius_m": radius}) for radius in (800, 1600, 2400)),
    *(("capacity-gap", {"radius_m": radius}) for radius in (800, 1600, 2400)),
    *(("access", {"radius_m": radius}) for radius in (800, 1600, 2400)),
    ("gap-presets", {"radius_m": 1600}), ("priority", {"radius_m": 1600, "draws": 20}), ("school-areas", {}),
)
FILE_GOAL_MB = 80


def project() -> Any:
    """The state without an answer."""
    import geopandas as gpd
    import shapely

    from ecomap.model.indicator import Indicator
    from ecomap.model.layer import NO_GEOMETRY, POINT, POLYGON, Column, Layer
    from ecomap.model.project import Project
    from ecomap.model.source import Source

    rng = np.random.default_rng(7)
    census = Source("Survey", "Bureau", "2020-24", universe="residents under 18")
    shapes = coverage(AREAS, 150, cache_dir=Path(tempfile.gettempdir()) / "ecomap-benchmarks")
    shapes = shapely.buffer(shapely.transform(shapes, lambda xy: xy + [150_000.0, -450_000.0]), 0)
    measures = ("poverty", "no_car", "rent_burden", "no_insurance")
    areas = {"id": [f"06{n:09d}" for n in range(AREAS)], "name": [f"Tract {n}" for n in range(AREAS)],
             "children": rng.integers(40, 3_000, AREAS).astype(float), "children_moe": rng.uniform(10, 200, AREAS)}
    for measure in measures:
        areas |= {measure: rng.beta(2, 5, AREAS), f"{measure}_moe": rng.uniform(0.01, 0.1, AREAS)}

    def points(count: int) -> Any:
        return gpd.points_from_xy(rng.uniform(0, SIDE_M, count) + 150_000, rng.uniform(0, SIDE_M, count) - 450_000)

    schools = gpd.GeoDataFrame(
        {"id": [f"0196473{n:07d}" for n in range(SCHOOLS)], "name": [f"School {n}" for n in range(SCHOOLS)], "levels": "elementary",
         "governance": "district", "residential_intake": True, "enrollment": rng.integers(150, 900, SCHOOLS).astype(float),
         "frpm_share": rng.beta(5, 3, SCHOOLS)}, geometry=points(SCHOOLS), crs=CRS)
    services = gpd.GeoDataFrame(
        {"id": [f"s{n}" for n in range(SERVICES)], "name": [f"Service {n}" for n in range(SERVICES)], "category": "Mental Health",
         "organisation": "Helpers", "capacity": rng.integers(20, 400, SERVICES).astype(float)}, geometry=points(SERVICES), crs=CRS)
    zones = shapely.voronoi_polygons(shapely.multipoints(np.asarray(schools.geometry)), extend_to=shapely.box(150_000, -450_000, 210_000, -390_000), ordered=True)
    zones = shapely.intersection(np.asarray(zones.geoms, dtype=object), shapely.box(150_000, -450_000, 210_000, -390_000))
    attendance = gpd.GeoDataFrame(
        {"id": [f"elementary-{n}" for n in range(SCHOOLS)], "name": [f"Area {n}" for n in range(SCHOOLS)], "school_id": schools["id"],
         "level": "elementary", "boundary": "estimated", "shared_with": ""}, geometry=zones, crs=CRS)
    import pandas as pd

    links = pd.DataFrame({"id": attendance["id"] + ">" + attendance["school_id"], "name": attendance["name"], "area_id": attendance["id"],
                          "school_id": attendance["school_id"], "level": "elementary", "kind": "nearest"})
    indicators = tuple(Indicator(measure, measure.replace("_", " "), "share", 1, census, moe_column=f"{measure}_moe") for measure in measures)
    made = Project(title="A state", crs=CRS)
    layers = (
        (Layer("schools", "Schools", "school", POINT), schools), (Layer("services", "Services", "service", POINT), services),
        (Layer("elementary-areas", "Elementary areas", "attendance_area", POLYGON, boundary="estimated", level="elementary"), attendance),
        (Layer("need-areas", "Tracts", "need_area", POLYGON, sources=(census,), indicators=indicators,
               columns=(Column("children", "Children", "count", moe="children_moe"),)),
         gpd.GeoDataFrame(areas, geometry=shapes, crs=CRS)),
        (Layer("links", "Links", "area_link", NO_GEOMETRY, visible=False), links),
    )
    for place, (layer, frame) in enumerate(layers):
        made = made.with_layer(layer, frame, place)
    return made


def answered(state: Any) -> Any:
    """The state with its answers."""
    from ecomap.model.errors import EcoMapError
    from ecomap.workspace import operations

    for name, given in ASKED:
        began = time.perf_counter()
        try:
            state, _ = operations.run_analysis(state, name, given)
        except EcoMapError as problem:
            print(f"{name}: {problem}", file=sys.stderr)
        print(f"{name}: {time.perf_counter() - began:.1f} s", file=sys.stderr)
    return state


def resident_mb() -> float:
    """What the program holds of the machine's memory now; 0 where the machine does not say."""
    try:
        pages = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[1])
    except OSError:
        return 0.0
    return pages * os.sysconf("SC_PAGE_SIZE") / 1e6
