"""A project opened for a command: what of its file was not believed is said, and what would lose it is refused at once."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Final

import click

from ecomap.cli.speech import spoken
from ecomap.model.errors import EcoMapError, ProjectError
from ecomap.model.fault import CHANGED, Fault
from ecomap.model.progress import Progress
from ecomap.model.said import NOTHING, Said, joined, name, plural, say

if TYPE_CHECKING:
    from ecomap.model.project import Project

_MOST: Final = 10  # sentences


def opened(path: Path, *, changing: bool = False, progress: Progress | None = None) -> Project:
    """The project in a file.

    Parameters
    ----------
    changing : bool
        Whether the command will save it.

    Raises
    ------
    ProjectError
        If nothing can be opened, or saving would lose what could not be read.
    """
    from ecomap.workspace import operations  # heavy

    project = operations.open_project(path, progress=progress)
    for text in fault_lines(project.faults, path):
        click.echo(spoken(text), err=True)
    if changing:
        try:
            operations.refuse_to_lose(project, path)
        except ProjectError as problem:
            raise ProjectError(problem.message, joined([problem.hint, say("Here: {command}", command=name(f"ecomap check {path} --mend"))]),
                               problem.details) from problem
    return project


def keep_noted(after: Project, path: Path, before: Project) -> None:
    """Save in its file what has left a project; where that cannot be, say so: the file is written, and the next one knows nothing of it."""
    from ecomap.workspace import operations  # heavy

    try:
        operations.refuse_to_lose(before, path)
        operations.save_project(after, path, previous=before)
    except EcoMapError as problem:
        click.echo(spoken(joined([
            say("The file is written, but the project could not note that it has left, so later files cannot take it into account."),
            problem.message,
            say("Before you hand it on, save the project under another name and write the file again from there."),
        ])), err=True)


def fault_lines(faults: tuple[Fault, ...], path: Path) -> list[Said]:
    """What was not believed, in a few lines: what is lost before what is only worth knowing."""
    ordered = sorted(faults, key=lambda fault: (not fault.loses, fault.kind != CHANGED))
    lines = [with_earlier(fault) for fault in ordered[:_MOST]]
    more = len(ordered) - _MOST
    if more > 0:
        lines.append(plural("{n} more thing of this kind; see: {command}", "{n} more things of this kind; see: {command}", more,
                            command=name(f"ecomap check {path}")))
    return lines


def with_earlier(fault: Fault) -> Said:
    """A fault, and which earlier version has it whole."""
    return joined([fault.text, say("{file} has it whole.", file=name(fault.earlier)) if fault.earlier and fault.loses else NOTHING])
