"""A project as large as a state, with the answers of a long week: how big its file is, how long opening and saving take, and the memory.

9,000 need areas of 150 vertices, 1,200 schools, 3,000 services, and the questions about areas asked.

    python -m benchmarks state
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

import numpy as np

from benchmarks.measure import Measure
from benchmarks.synthetic import SIDE_M, coverage

AREAS, SCHOOLS, SERVICES = 9_000, 1_200, 3_000
CRS = "EPSG:3310"
ASKED: tuple[tuple[str, dict[str, Any]], ...] = (
    ("need-index", {"draws": 0}), ("sensitivity", {"draws": 20}), ("clusters", {}), ("coverage-gap", {"radius_m": 1600}),
    ("capacity-gap", {"radius_m": 1600}), ("access", {"radius_m": 1600}), ("priority", {"radius_m": 1600, "draws": 20}), ("school-areas", {}),
)
FILE_GOAL_MB = 80
BEFORE = "as tables"  # as files were before: every answer with shapes of its own, twice


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


def as_tables() -> None:
    """Write every answer with shapes of its own, as before."""
    from ecomap.io.store import saving

    saving.views_of = lambda _project: {}
    saving.borrowed_shapes = lambda _project: {}


def files(project: Any, path: Path) -> dict[str, float]:
    """Saving, saving again after another look, and the size of the file."""
    from attrs import evolve

    from ecomap.io import store

    began = time.perf_counter()
    store.save_project(project, path, keep_versions=0)
    saved = time.perf_counter()
    store.save_project(evolve(project, title="Again"), path, previous=project, keep_versions=0)
    return {"save_s": saved - began, "again_s": time.perf_counter() - saved, "file_mb": path.stat().st_size / 1e6}


def opened(path: Path) -> dict[str, float]:
    """Opening, and the memory it takes beyond what the program needs itself."""
    from ecomap.io import store

    small = path.with_name("small.ecomap.gpkg")
    from ecomap.model.project import Project

    store.save_project(Project(), small)
    store.open_project(small)
    before, began = resident_mb(), time.perf_counter()
    kept = store.open_project(path)
    return {"open_s": time.perf_counter() - began, "open_mb": resident_mb() - before, "layers": len(kept.layers)}


def in_window(path: Path) -> dict[str, float]:
    """The memory of the window with an empty project, with this one on the map, and after another took its place."""
    from PySide6.QtCore import QEventLoop, QTimer

    from ecomap.ui.look.theme import THEME
    from ecomap.ui.window import MainWindow, application
    from ecomap.workspace.settings import Settings

    app = application()
    THEME.start(app, "light", 1.0)
    window = MainWindow(Settings())
    window.show()

    def rest(seconds: float) -> None:
        while True:
            loop = QEventLoop()  # one of its own: objects that are to go later go only when a loop ends
            QTimer.singleShot(round(seconds * 1000), loop.quit)
            loop.exec()
            if not (window.desk.worker.runner.busy or window.desk.reader.runner.busy):
                return

    window.desk.new("los-angeles")
    rest(6)
    first = resident_mb()
    window.desk.open(path)
    rest(12)
    for layer in window.desk.project.layers:
        window.desk.table_asked.emit(layer.id)
        if not layer.visible:
            window.desk.set_visible(layer.id, True)
    rest(25)
    used = resident_mb()
    window.desk.new("los-angeles")
    rest(9)
    after = resident_mb()
    window.desk.workspace.mark_saved(path)
    window.close()
    return {"first_mb": first, "used_mb": used, "after_mb": after}


def _apart(what: str, path: Path, *, before: bool = False) -> dict[str, float]:
    """One part in a process of its own, so that its memory is its own."""
    given = [sys.executable, "-m", "benchmarks.state", what, str(path), *(["before"] if before else [])]
    told = subprocess.run(given, check=True, capture_output=True, text=True, env={**os.environ, "QT_QPA_PLATFORM": "offscreen"})
    found: dict[str, float] = json.loads(told.stdout.splitlines()[-1])
    return found


def run() -> list[Measure]:
    """File, saving, opening and memory; each beside the same project written as tables."""
    with tempfile.TemporaryDirectory() as folder:
        now, then = Path(folder) / "state.ecomap.gpkg", Path(folder) / "tables.ecomap.gpkg"
        written = {**_apart("files", now), **_apart("opened", now)}
        before = {**_apart("files", then, before=True), **_apart("opened", then)}
        window = _apart("window", now)
    said = f"{AREAS:,} areas, {len(ASKED)} answers"
    measures = [
        Measure(f"Size of the file (kB): {said}", written["file_mb"] * 1000, f"{FILE_GOAL_MB * 1000}", BEFORE, before["file_mb"] * 1000),
        Measure(f"Save: {said}", written["save_s"] * 1000, "3x", BEFORE, before["save_s"] * 1000),
        Measure(f"Save again: {said}", written["again_s"] * 1000, "", BEFORE, before["again_s"] * 1000),
        Measure(f"Open: {said}", written["open_s"] * 1000, "3x", BEFORE, before["open_s"] * 1000),
        Measure(f"Memory of the open project (kB): {said}", written["open_mb"] * 1000, "", BEFORE, before["open_mb"] * 1000),
        Measure("Memory that stays when the starter takes the place of the state, every layer shown and every table opened (kB)",
                (window["after_mb"] - window["first_mb"]) * 1000, "100000",
                note=f"window with the starter {window['first_mb']:.0f} MB, with the state {window['used_mb']:.0f} MB, with the starter again "
                     f"{window['after_mb']:.0f} MB"),
    ]
    return measures  # noqa: RET504


def main(what: str, path: Path, *flags: str) -> None:
    """One part, told as JSON on the last line."""
    if what == "files":
        state = answered(project())
        if flags:
            as_tables()
        found = files(state, path)
    else:
        found = opened(path) if what == "opened" else in_window(path)
    print(json.dumps(found))


if __name__ == "__main__":
    main(sys.argv[1], Path(sys.argv[2]), *sys.argv[3:])
