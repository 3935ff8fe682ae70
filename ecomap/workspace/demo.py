"""The main job on Los Angeles, from the starter to the files that go to the meeting."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from attrs import frozen

from ecomap.model.progress import Progress, silent
from ecomap.model.project import Project
from ecomap.model.result import KeyFigure, Result
from ecomap.model.said import Said, say
from ecomap.model.units import METRES_PER_MILE
from ecomap.workspace import operations

STARTER = "los-angeles"
TARGET = "service:Mental health"
RADIUS_M = METRES_PER_MILE
QUESTION = say("Which children have no mental health service within one mile, and which schools could change that?")


@frozen
class DemoReport:
    """What the demo made. ``files`` are paths; ``findings`` three sentences that the files bear out."""

    folder: str
    files: tuple[str, ...]
    findings: tuple[Said, ...]
    figures: dict[str, tuple[KeyFigure, ...]]


def run_demo(folder: Path, *, progress: Progress | None = None) -> DemoReport:
    """Need, gaps and ranking on the Los Angeles starter, and the files to share.

    Parameters
    ----------
    folder : Path
        Where to write; made if it is not there. Files of an earlier demo are replaced.

    Returns
    -------
    DemoReport
        Paths of the project, the HTML page, the ranking, the gaps and the picture; the three findings.
    """
    progress = progress or silent()
    folder.mkdir(parents=True, exist_ok=True)
    project = operations.new_project(STARTER, progress=progress.part(0.0, 0.05))
    project, results = _answers(project, progress.part(0.05, 0.45))
    files = _files(project, results, folder, progress.part(0.45, 1.0))
    return DemoReport(
        folder=str(folder),
        files=tuple(str(path) for path in files),
        findings=tuple(result.sentence for result in results.values()),
        figures={name: result.figures for name, result in results.items()},
    )


def _answers(project: Project, progress: Progress) -> tuple[Project, dict[str, Result]]:
    gap: dict[str, Any] = {"target": TARGET, "radius_m": RADIUS_M}
    questions: dict[str, dict[str, Any]] = {"need-index": {}, "coverage-gap": gap, "priority": gap}
    results: dict[str, Result] = {}
    for step, (name, given) in enumerate(questions.items()):
        part = progress.part(step / len(questions), (step + 1) / len(questions))
        project, results[name] = operations.run_analysis(project, name, given, progress=part)
    return project, results


def _files(project: Project, results: dict[str, Result], folder: Path, progress: Progress) -> list[Path]:
    project_file = folder / f"{STARTER}.ecomap.gpkg"
    operations.save_project(project, project_file, progress=progress.part(0.0, 0.2))
    written, saved = [project_file], project
    exports: dict[str, dict[str, Any]] = {
        f"{STARTER}.html": {"subtitle": QUESTION},
        "priority.csv": {"layer": results["priority"].id},
        "gaps.gpkg": {"layer": results["coverage-gap"].id},
        "map.png": {"subtitle": QUESTION},
    }
    for step, (name, options) in enumerate(exports.items()):
        part = progress.part(0.2 + step * 0.2, 0.4 + step * 0.2)
        project, _ = operations.export_noted(project, folder / name, progress=part, **options)
        written.append(folder / name)
    operations.save_project(project, project_file, previous=saved)
    return written
