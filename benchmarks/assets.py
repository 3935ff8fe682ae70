"""How long a district's whole inventory takes to come in: 2,000 schools, 10,000 service places, 30,000 roles.

    python -m benchmarks.assets
"""

from __future__ import annotations

import random
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import geopandas as gpd

from benchmarks.measure import Measure
from ecomap.io.template_workbook import write_template_workbook
from ecomap.model import vocabulary as v
from ecomap.model.inventory import table_spec
from ecomap.model.layer import POINT, Layer
from ecomap.model.project import Project
from ecomap.workspace.inventory import export_template, import_inventory

SCHOOLS, PLACES, ROLES, ORGANISATIONS = 2_000, 10_000, 30_000, 600
LIMIT = "30000 ms"
_FUNCTIONS = ("food", "mental_health", "college_career", "work_based_learning", "family_engagement", "coordination")
_WORDS = ("Valley", "Eastside", "Harbor", "Mission", "Youth", "Family", "Health", "Alliance", "Bridge", "Partners", "Center", "Promise")


def schools() -> Project:
    """A project with schools only."""
    codes = [f"1964733{n:07d}" for n in range(SCHOOLS)]
    chance = random.Random(1)
    points = gpd.points_from_xy([chance.uniform(130_000, 180_000) for _ in codes], [chance.uniform(-460_000, -400_000) for _ in codes])
    frame = gpd.GeoDataFrame({"id": codes, "name": [f"School {n}" for n in range(SCHOOLS)]}, geometry=points, crs="EPSG:3310")
    return Project(layers=(Layer("schools", "Schools", v.SCHOOL, POINT),), frames={"schools": frame})


def tables(project: Project) -> dict[str, dict[str, list[str]]]:
    """Rows as partners would fill them in, without ids."""
    chance = random.Random(2)
    codes = project.frame("schools")["id"].tolist()
    names = [f"{chance.choice(_WORDS)} {chance.choice(_WORDS)} {n}" for n in range(ORGANISATIONS)]
    return {
        v.ORGANISATION: _whole(v.ORGANISATION, {v.NAME: names, v.STATUS: ["active"] * ORGANISATIONS}),
        v.SERVICE: _whole(v.SERVICE, {
            v.NAME: [f"{chance.choice(_WORDS)} {chance.choice(_WORDS)} service {n}" for n in range(PLACES)],
            v.ORGANISATION: [chance.choice(names) for _ in range(PLACES)],
            v.FUNCTION: [chance.choice(_FUNCTIONS) for _ in range(PLACES)],
            v.ADDRESS: [f"{chance.randint(1, 9999)} {chance.choice(_WORDS)} Ave" for _ in range(PLACES)],
            "longitude": [f"{chance.uniform(-118.6, -118.1):.6f}" for _ in range(PLACES)],
            "latitude": [f"{chance.uniform(33.7, 34.3):.6f}" for _ in range(PLACES)],
            v.CAPACITY: [str(chance.randint(0, 200)) for _ in range(PLACES)],
        }),
        v.STAFF_ROLE: _whole(v.STAFF_ROLE, {
            v.SCHOOL_ID: [chance.choice(codes) for _ in range(ROLES)],
            v.TITLE: [f"Coordinator {n % 400}" for n in range(ROLES)],
            v.FUNCTION: [chance.choice(_FUNCTIONS) for _ in range(ROLES)],
            v.EMPLOYER: [chance.choice(names) for _ in range(ROLES)],
            v.FTE: [str(chance.choice((0.2, 0.5, 1))) for _ in range(ROLES)],
            v.START: [str(chance.randint(2012, 2025)) for _ in range(ROLES)],
        }),
    }


def _whole(role: str, columns: dict[str, list[str]]) -> dict[str, list[str]]:
    count = len(next(iter(columns.values())))
    return {name: columns.get(name, [""] * count) for name in table_spec(role).names}


def run() -> list[Measure]:
    """Write, read, read again, write out; each step once."""
    project, measures = schools(), []
    rows = tables(project)

    def timed(what: str, work: Callable[[], Any], goal: str = "", note: str = "") -> Any:
        start = time.perf_counter()
        answer = work()
        measures.append(Measure(what, (time.perf_counter() - start) * 1000, goal, note=note))
        return answer

    with tempfile.TemporaryDirectory() as name:
        book, out = Path(name) / "filled.xlsx", Path(name) / "out.xlsx"
        timed("write the filled workbook", lambda: write_template_workbook(rows, book))
        first, report = timed(f"import {PLACES + ROLES + ORGANISATIONS:,} rows", lambda: import_inventory(project, book), LIMIT)
        assert sum(table.kept for table in report.tables) == PLACES + ROLES + ORGANISATIONS
        again, _ = timed("the same workbook again", lambda: import_inventory(first, book), LIMIT, "nothing changes")
        assert again is first
        timed("write the project's template", lambda: export_template(first, out))
        unchanged, _ = timed("import that again", lambda: import_inventory(first, out), LIMIT, "nothing changes")
        assert unchanged is first
    return measures


if __name__ == "__main__":
    for measure in run():
        print(f"{measure.what:40} {measure.ours_ms / 1000:6.1f} s  {measure.note}")
