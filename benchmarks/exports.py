"""How long files take to write, and how long a planner waits after asking to stop: the Los Angeles starter, a few questions or all.

Every kind of file is the first of its project, so that hiding small groups of pupils is part of its time.

    python -m benchmarks exports
"""

from __future__ import annotations

import tempfile
import time
from pathlib import Path

from attrs import evolve

from benchmarks.cancel import ASKED, GOAL_MS, Looks
from benchmarks.measure import Measure
from ecomap.analysis import registry
from ecomap.io.starter import load_starter
from ecomap.model.errors import EcoMapError
from ecomap.model.project import Project

FEW = ("need-index", "coverage-gap", "priority")
ENDINGS = (".html", ".xlsx", ".pdf", ".gpkg", ".csv")
FEW_GOAL_MS, ALL_GOAL_MS = 3_000, 15_000


def asked(names: tuple[str, ...]) -> Project:
    """The starter with some questions answered; those it lacks the data for are left out."""
    from ecomap.workspace import operations

    project = load_starter("los-angeles")
    for name in names:
        try:
            project, _ = operations.run_analysis(project, name, ASKED.get(name, {}))
        except EcoMapError as error:
            print(f"{name}: {error}")
    return project


def writing(project: Project, ending: str, said: str, goal_ms: int) -> list[Measure]:
    """The time of one file, and the longest stretch without a look whether to stop."""
    from ecomap.workspace import operations

    fresh = evolve(project)  # another project as far as the exporters know
    with tempfile.TemporaryDirectory() as folder:
        looks, began = Looks(), time.perf_counter()
        report = operations.export(fresh, Path(folder) / f"page{ending}", progress=looks)
        looks.look()
        taken = (time.perf_counter() - began) * 1000
    return [
        Measure(f"Write {ending[1:].upper()}, {said}", taken, f"{goal_ms} ms", note=f"{report.bytes / 1e6:.1f} MB"),
        Measure(f"Longest wait after cancel: {ending[1:].upper()}, {said}", looks.longest * 1000, f"{GOAL_MS} ms",
                note=f"after: {looks.after}"),
    ]


def run() -> list[Measure]:
    """Every kind of file, of a few answers and of all."""
    few, everything = asked(FEW), asked(tuple(registry.names()))
    writing(few, ".png", "warming up", FEW_GOAL_MS)
    measures = []
    for project, goal in ((few, FEW_GOAL_MS), (everything, ALL_GOAL_MS)):
        said = f"{len(project.results)} answers"
        for ending in ENDINGS:
            measures += writing(project, ending, said, goal)
    return measures
