"""The command ``rebuild``: a meeting file, workbook or GeoPackage of ours made into a project again, and what differs from what it says."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from ecomap.cli.arguments import JSON, not_the_project, project_file
from ecomap.cli.exits import USER
from ecomap.cli.opening import opened
from ecomap.cli.printing import progress_bar, tell_json
from ecomap.cli.speech import SpokenCommand, option, tell
from ecomap.cli.waiting import WAIT, writing
from ecomap.model.errors import ProjectError
from ecomap.model.said import name, say

if TYPE_CHECKING:
    from ecomap.workspace.rebuilding.found import Rebuilt

_ENDING = ".ecomap.gpkg"


@click.command(cls=SpokenCommand, help=say(
    "Make a project again from a meeting file, workbook or GeoPackage that EcoMap wrote: ask its answers again, and say whether they are "
    "identical or what differs and why."))
@click.argument("file", type=click.Path(path_type=Path))
@option("--check", is_flag=True, help=say("Only compare; write no project. Ends with 1 where anything differs."))
@option("--out", type=click.Path(path_type=Path, dir_okay=False), default=None,
        help=say("Write the project here. Default: beside the file, under its name."))
@option("--rows", "projects", multiple=True, type=click.Path(path_type=Path), metavar="PROJECT",
        help=say("A project that has the rows, where the file was written without them. May be repeated."))
@WAIT
@JSON
def rebuild(file: Path, check: bool, out: Path | None, projects: tuple[Path, ...], as_json: bool) -> int:
    from ecomap.workspace import operations  # heavy
    from ecomap.workspace.rebuilding.rebuild import rebuild as rebuilt_of

    target = None if check else _target(file, out)
    with progress_bar() as progress:
        given = [opened(project_file(one)) for one in projects]
        found = rebuilt_of(file, given=given, progress=progress.part(0.0, 0.95))
        if target is not None:
            with writing(target):
                if target.exists():  # another program may just have made it
                    raise _taken(target)
                operations.save_project(found.project, target, progress=progress.part(0.95, 1.0))
    if as_json:
        tell_json(_as_json(found, target))
    else:
        for line in found.lines:
            tell(line)
        if target is not None:
            tell(say("wrote {path}", path=name(target)))
    return USER if check and not found.identical else 0


def _target(file: Path, out: Path | None) -> Path:
    target = out or file.with_name(file.name.removesuffix(file.suffix).removesuffix(".ecomap") + _ENDING)
    not_the_project(file, target)
    if target.exists():
        raise _taken(target)
    return target


def _taken(target: Path) -> ProjectError:
    return ProjectError(say("{path} exists already.", path=name(target)), say("Choose another name."))


def _as_json(found: Rebuilt, target: Path | None) -> dict[str, Any]:
    return {
        "identical": found.identical, "sentence": str(found.sentence), "answers": [one.result.id for one in found.record.answers], "compared": found.cells,
        "hidden": found.kept_back, "unasked": found.unasked, "notes": [str(note) for note in found.notes], "project": str(target) if target else "",
        "differences": [{"why": one.why, "where": str(one.where), "row": one.row, "called": one.called, "column": one.column, "in_file": one.in_file, "again": one.again,
                         "reason": str(one.reason), "sentence": str(one.sentence)} for one in found.differences],
    }
