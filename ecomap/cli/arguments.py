"""Arguments that commands share: the project's file, a file to write, one JSON document."""

from __future__ import annotations

from pathlib import Path

import click

from ecomap.cli.speech import option
from ecomap.model.errors import InputError, ProjectError
from ecomap.model.files import resolved
from ecomap.model.quantities import quantity
from ecomap.model.said import Said, name, say

PROJECT = click.argument("project", type=click.Path(path_type=Path))
JSON = option("--json", "as_json", is_flag=True, help=say("Print one JSON document and nothing else."))


def project_file(path: Path) -> Path:
    """The file meant by a project's name: ``la`` is ``la.ecomap.gpkg``, unless a file has just that name."""
    if path.suffix == ".gpkg" or path.is_file():
        return path
    return path.with_name(path.name + ".ecomap.gpkg")


def not_the_project(file: Path, project: Path) -> None:
    """An export never takes the place of the project it comes from."""
    if resolved(file) == resolved(project):
        raise ProjectError(say("{file} is the project itself.", file=name(file)), say("Choose another file to write to."))


def metres_given(text: str, label: Said) -> float:
    """A distance as people give it, in metres.

    Raises
    ------
    InputError
        If it is none.
    """
    found = quantity(text, "m", label)
    try:
        metres = float(found)
    except ValueError:
        metres = -1.0
    if not 0 <= metres < float("inf"):
        raise InputError(say("'{text}' is no distance.", text=name(text)), say("Use m, km, mi or ft, for example 1mi."))
    return metres
