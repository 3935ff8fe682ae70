"""The command that puts merged areas in the place of the need areas: ``use-areas``."""

from __future__ import annotations

from pathlib import Path

import click

from ecomap.cli.arguments import JSON, PROJECT, project_file
from ecomap.cli.opening import opened
from ecomap.cli.printing import tell_json
from ecomap.cli.speech import SpokenCommand, option, tell
from ecomap.cli.waiting import WAIT, writing
from ecomap.model.said import say


@click.command(cls=SpokenCommand, help=say(
    "Use merged areas as need areas: every question takes those of ANSWER from then on, by its id; the latest where none is named. The need "
    "areas before stay in the project."))
@PROJECT
@click.argument("answer", default="")
@option("--name", default="", help=say("What the layer is called. Default: as the answer."))
@WAIT
@JSON
def use_areas(project: Path, answer: str, name: str, as_json: bool) -> None:
    from ecomap.workspace import merged_areas, operations  # heavy

    path = project_file(project)
    with writing(path):
        before = opened(path, changing=True)
        after, layer = merged_areas.use_areas(before, answer, name)
        operations.save_project(after, path, previous=before)
    told = merged_areas.used_words(after, layer)
    if as_json:
        tell_json({"layer": layer.id, "name": layer.name, "areas": len(after.frame(layer.id)), "sentence": told})
        return
    tell(told)
