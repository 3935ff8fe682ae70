"""Who is where in a large district: 2,000 schools, 10,000 services, 30,000 people in roles, 2,500 need areas."""

from __future__ import annotations

import geopandas as gpd
import numpy as np
import pandas as pd
from shapely.geometry import box

from benchmarks.measure import Measure, median_ms
from ecomap.analysis import registry
from ecomap.analysis.assets.overlap.grid import grid_table
from ecomap.analysis.assets.presence import presence, terms_of
from ecomap.analysis.release.door import released
from ecomap.model.dates import day_of
from ecomap.model.frames import Frames
from ecomap.model.indicator import Indicator
from ecomap.model.layer import Layer
from ecomap.model.params import build_params
from ecomap.model.project import Project
from ecomap.model.source import Source
from ecomap.model.terms import shipped_terms

SCHOOLS, SERVICES, PEOPLE, AREAS, SIDE_M = 2_000, 10_000, 30_000, 2_500, 60_000.0
CRS = "EPSG:3310"
ROLES = {"schools": "school", "services": "service", "roles": "staff_role", "participations": "participation", "areas": "need_area"}


def district(seed: int = 0) -> Frames:
    """A made-up district 60 km wide."""
    rng = np.random.default_rng(seed)
    words = [term.code for term in shipped_terms().of("function")]
    schools, approaches = [f"{n:014d}" for n in range(SCHOOLS)], ["community_school", "linked_learning", "promise_neighborhood", ""]

    def points(count: int) -> gpd.GeoSeries:
        return gpd.GeoSeries(gpd.points_from_xy(*rng.uniform(0, SIDE_M, (2, count))), crs=CRS)

    width = int(np.sqrt(AREAS))
    step = SIDE_M / width
    rows = {
        "schools": gpd.GeoDataFrame({"id": schools, "name": schools, "levels": rng.choice(["elementary", "middle", "high"], SCHOOLS),
                                     "enrollment": rng.integers(5, 3000, SCHOOLS).astype(float),
                                     "frpm_share": rng.random(SCHOOLS)}, geometry=points(SCHOOLS)),
        "services": gpd.GeoDataFrame({"id": [f"s{n}" for n in range(SERVICES)], "name": [f"Service {n}" for n in range(SERVICES)],
                                      "organisation": [f"Organisation {n}" for n in rng.integers(0, 1500, SERVICES)],
                                      "function": rng.choice(words, SERVICES), "start": "2019", "end": "",
                                      "available": rng.integers(0, 100, SERVICES).astype(float)}, geometry=points(SERVICES)),
        "roles": pd.DataFrame({"id": [f"r{n}" for n in range(PEOPLE)], "name": "", "school_id": rng.choice(schools, PEOPLE),
                               "title": "Coordinator", "function": rng.choice(words, PEOPLE), "fte": 1.0,
                               "approach": rng.choice(approaches, PEOPLE), "start": "2020",
                               "employer": [f"Organisation {n}" for n in rng.integers(0, 1500, PEOPLE)],
                               "end": rng.choice(["", "2023"], PEOPLE)}),
        "participations": pd.DataFrame({"id": [f"t{n}" for n in range(1500)], "name": "", "school_id": rng.choice(schools, 1500),
                                        "approach": rng.choice(approaches[:3], 1500), "start": "2018", "end": "", "status": "active",
                                        "lead_organisation": "District"}),
        "areas": gpd.GeoDataFrame({"id": [f"a{n}" for n in range(AREAS)], "name": "", "children": rng.integers(0, 2000, AREAS).astype(float),
                                   "poverty": rng.random(AREAS)},
                                  geometry=[box(x * step, y * step, (x + 1) * step, (y + 1) * step)
                                            for x in range(width) for y in range(width)], crs=CRS),
    }
    poverty = Indicator("poverty", "Poverty", "share", 1, Source("Made up"))
    return Frames(rows, {name: Layer(name, name.capitalize(), ROLES[name], "none" if name in ("roles", "participations") else "point",
                                     indicators=(poverty,) if name == "areas" else ()) for name in rows})


def run() -> list[Measure]:
    """The grid alone, every question of the inventory, and hiding small groups on the way out."""
    everything = district()
    size = f"{SCHOOLS:,} schools, {SERVICES:,} services, {PEOPLE:,} people"

    def ask(name: str) -> object:
        analysis = registry.analysis(name)
        wanted = [item.name for item in analysis.inputs if item.name in everything]
        given = Frames({key: everything[key] for key in wanted}, {key: everything.layer(key) for key in wanted})
        return registry.run(name, given, build_params(analysis.params, {}))

    def grid() -> object:
        found = presence(everything, everything["schools"], day_of("2026-07-01"), radius_m=1609.344, detour=1.3)
        return grid_table(found, terms_of(everything))

    measures = [Measure(f"Grid of schools, approaches and functions: {size}", median_ms(grid, 3), "1000 ms")]
    goals = {"overlap": "1000 ms", "roles": "1000 ms"}
    for name in ("overlap", "roles", "match", "peers", "dashboard"):
        taken = median_ms(lambda name=name: ask(name), 3)
        measures.append(Measure(f"The whole answer of {name}: {size}", taken, goals.get(name, "")))
    project = Project(crs=CRS).with_layer(everything.layer("schools"), everything["schools"]).with_result(ask("overlap"))
    measures.append(Measure(f"Small groups hidden in a project of {SCHOOLS:,} schools", median_ms(lambda: released(project), 3)))
    return measures
