"""Another city as a project, from its publishers' files: tracts with margins of their own, its schools, four clinics."""

from __future__ import annotations

from pathlib import Path

from ecomap.model.project import Project
from ecomap.workspace import operations
from tests.other_cities import City, seattle


def seattle_project(data: Path, folder: Path) -> Project:
    """Seattle as a planner there brings it in; `data` holds the publishers' files, `folder` takes those that are made here."""
    return brought_in(seattle(data, folder))


def brought_in(city: City) -> Project:
    """The files of a city, imported one after the other."""
    project = operations.new_project()
    for file in city.files:
        project, _ = operations.import_file(project, file.path, role=file.role)
    return project
