"""Answers about scenarios handed on: written to a file, or given to another program, through the same door as every answer."""

from __future__ import annotations

from pathlib import Path

from ecomap.model.progress import Progress
from ecomap.model.project import Project
from ecomap.model.result import Result
from ecomap.workspace.exports import ExportReport, export_noted
from ecomap.workspace.releases import printed, released_result


def export_answer(project: Project, result: Result, path: Path | str, *, language: str = "en", progress: Progress | None = None) -> tuple[Project, ExportReport]:
    """Write the tables of a comparison or of a report on closing schools; small groups are hidden as in every file.

    Parameters
    ----------
    path : Path
        .xlsx and .gpkg hold all tables, .csv the first one.

    Returns
    -------
    tuple of Project and ExportReport
        The project with the file in its ledger; the answer itself is not kept in it.
    """
    held, report = export_noted(project.with_result(result), path, layer=result.id, language=language, progress=progress)
    return project.with_ledger(held.ledger), report


def released_answer(project: Project, result: Result) -> tuple[Project, Result]:
    """The answer as it may leave for another program, and the project with that noted."""
    held = project.with_result(result)
    return project.with_ledger(printed(held, result.id).ledger), released_result(held, result.id)
