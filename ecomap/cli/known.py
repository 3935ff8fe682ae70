"""The command that says how complete the lists of a project are, and states how many there are in all."""

from __future__ import annotations

import contextlib
from pathlib import Path

import click

from ecomap.cli.arguments import JSON, PROJECT, project_file
from ecomap.cli.opening import opened
from ecomap.cli.printing import plain, tell_json
from ecomap.cli.speech import OneOrNone, SpokenCommand, option, spoken, tell
from ecomap.cli.waiting import WAIT, writing
from ecomap.model.known import ENTRIES, SCHOOLS
from ecomap.model.roles import PRESENCE
from ecomap.model.said import say


@click.command(cls=SpokenCommand, help=say(
    "Say how complete the lists of who is there are: how many are known by name of how many there are. With TOTAL, a number like 70 or "
    "\"more than 70\", state how many there are of what LAYER lists."))
@PROJECT
@click.argument("layer", default="")
@click.argument("total", default="")
@option("--kind", default="", help=say("Approach or kind of service. Default: the only one the layer has, else the whole layer."))
@option("--source", default="", help=say("Who says so, for example: the district's page."))
@option("--year", default="", help=say("In which year."))
@option("--counts", default="", type=OneOrNone((SCHOOLS, ENTRIES)), help=say("Whether every school counts once, or every entry. Default: as is usual for the kind."))
@option("--forget", is_flag=True, help=say("Take back what is stated of the kind."))
@WAIT
@JSON
def known(project: Path, layer: str, total: str, kind: str, source: str, year: str, counts: str, forget: bool, as_json: bool) -> None:
    from ecomap.workspace import known as lists  # heavy
    from ecomap.workspace import operations

    if (total or forget) and not layer:
        raise click.UsageError(spoken(say("Say of which layer.")))
    if total and forget:
        raise click.UsageError(spoken(say("A number cannot be stated and taken back at once.")))
    path = project_file(project)
    with writing(path) if total or forget else contextlib.nullcontext():
        before = after = opened(path, changing=bool(total or forget))
        if total:
            after = operations.state_known(before, operations.layer_of(before, layer).id, kind, total, source=source, year=year, counts=counts)
        elif forget:
            after = operations.forget_known(before, operations.layer_of(before, layer).id, kind)
        if after is not before:
            operations.save_project(after, path, previous=before)
    wanted = operations.layer_of(after, layer).id if layer else ""
    shown = [one for one in after.layers if one.role in PRESENCE and not one.result_id and wanted in ("", one.id)]
    if as_json:
        tell_json({"layers": [{"id": one.id, "stated": plain(one.known_of), "known": plain(lists.known_of_layer(after, one.id)),
                               "sentence": lists.told_of_layer(after, one.id)} for one in shown]})
        return
    told = [(one.name, sentence) for one in shown if (sentence := lists.told_of_layer(after, one.id))]
    for layer_name, sentence in told:
        tell(say("{layer}: {sentence}", layer=layer_name, sentence=sentence))
    if not told:
        tell(say("No layer lists who or what is there."))
