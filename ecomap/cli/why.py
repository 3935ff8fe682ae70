"""The command that asks the plan of a project about one school: ``why``."""

from __future__ import annotations

from pathlib import Path

import click

from ecomap.cli.arguments import JSON, PROJECT, project_file
from ecomap.cli.opening import opened
from ecomap.cli.printing import progress_bar, tell_json
from ecomap.cli.speech import SpokenCommand, tell
from ecomap.model.said import say


@click.command(cls=SpokenCommand, help=say(
    "Why this school and not that one: what putting a school in the latest plan would cost, or leaving one of its schools out. Nothing is "
    "stored."))
@PROJECT
@click.argument("school")
@JSON
def why(project: Path, school: str, as_json: bool) -> None:
    from ecomap.workspace.arguing import Arguments, school_meant  # heavy

    with progress_bar() as progress:
        there = opened(project_file(project), progress=progress.part(0.0, 0.2))
        told = Arguments().of(there, school_meant(there, school), progress.part(0.2, 1.0))
    if as_json:
        tell_json({"school": told.school, "planned": told.planned, "possible": told.clash is None, "leave": told.gone, "enter": told.come,
                   "fewer": told.fewer, "fewer_moe": told.moe, "worse": told.worse, "within_error": told.within_error, "proven": told.proven,
                   "sentence": told.sentence})
        return
    tell(told.sentence)
