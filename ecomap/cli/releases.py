"""The command that shows what has left a project, and notes of a file that nobody was given it."""

from __future__ import annotations

from pathlib import Path

import click

from ecomap.cli.arguments import JSON, PROJECT, project_file
from ecomap.cli.opening import opened
from ecomap.cli.printing import plain, tell_json
from ecomap.cli.speech import SpokenCommand, option, spoken, tell
from ecomap.cli.waiting import WAIT, writing
from ecomap.model.project import Project
from ecomap.model.said import say
from ecomap.workspace.releases import day_of


@click.command(cls=SpokenCommand, help=say("Say which files have left a project, and note of one that nobody was given it."))
@PROJECT
@option("--withdraw", type=click.IntRange(min=1), default=None, metavar="NUMBER",
        help=say("This file was never handed on: what it shows and hides binds no later file."))
@option("--yes", is_flag=True, help=say("Do not ask whether it is so."))
@WAIT
@JSON
def releases(project: Path, withdraw: int | None, yes: bool, as_json: bool) -> None:
    from ecomap.workspace import operations  # heavy

    path = project_file(project)
    if withdraw is None:
        _show(opened(path), as_json)
        return
    with writing(path):
        before = opened(path, changing=True)
        after = operations.withdraw(before, withdraw)
        if not yes:
            from ecomap.workspace.releases import called  # heavy

            file = next(one for one in before.releases if one.number == withdraw)
            click.confirm(spoken(say("Is it so that nobody was given {file} of {day}? Whoever has it could work out small numbers with later files.",
                                     file=called(file), day=day_of(file))), abort=True, err=True)
        operations.save_project(after, path, previous=before)
    _show(after, as_json)


def _show(project: Project, as_json: bool) -> None:
    if as_json:
        tell_json({"releases": plain(project.releases)})
        return
    from ecomap.workspace.releases import release_lines  # heavy

    for text in release_lines(project.releases):
        tell(text)
    if not project.releases:
        tell(say("Nothing has left this project yet."))
