"""The command of corrections that readers wrote in the meeting file: brought in, listed, and settled one by one."""

from __future__ import annotations

import contextlib
from pathlib import Path

import click

from ecomap.cli.arguments import JSON, PROJECT, project_file
from ecomap.cli.opening import opened
from ecomap.cli.printing import plain, tell_json
from ecomap.cli.speech import SpokenCommand, option, spoken, tell
from ecomap.cli.waiting import WAIT, writing
from ecomap.model.said import name, say


@click.command(cls=SpokenCommand, help=say(
    "Corrections of readers: bring in the FILES that meeting pages saved, list them with what each would change, and accept, keep as a note or "
    "decline one by its id. Nothing changes until one is accepted."))
@PROJECT
@click.argument("files", nargs=-1, type=click.Path(path_type=Path))
@option("--accept", default="", help=say("Change the project as the correction of this id says."))
@option("--by-hand", default="", help=say("With an accepted correction: what you have changed by hand; then nothing else changes."))
@option("--note", default="", help=say("Keep the correction of this id as a note on the map."))
@option("--decline", default="", help=say("Decline the correction of this id; needs a reason."))
@option("--reason", default="", help=say("Why it is declined; a page made afterwards tells it."))
@option("--waiting", is_flag=True, help=say("List only those that wait."))
@WAIT
@JSON
def corrections(project: Path, files: tuple[Path, ...], accept: str, by_hand: str, note: str, decline: str, reason: str, waiting: bool, as_json: bool) -> None:
    from ecomap.workspace import operations
    from ecomap.workspace.corrections import coming, settling, words  # heavy
    from ecomap.workspace.corrections.effect import effect_of

    if sum(map(bool, (accept, note, decline))) > 1:
        raise click.UsageError(spoken(say("Settle one correction at a time.")))
    path = project_file(project)
    changing = bool(files or accept or note or decline)
    with writing(path) if changing else contextlib.nullcontext():
        before = after = opened(path, changing=changing)
        came = None
        if files:
            after, came = coming.opened(after, files)
        if accept:
            after = settling.accept(after, accept, by_hand=by_hand)
        elif note:
            after = settling.keep(after, note)
        elif decline:
            after = settling.decline(after, decline, reason)
        if after is not before:
            operations.save_project(after, path, previous=before)
    shown = [one for one in after.corrections if one.waits or not waiting]
    would = {one.id: effect_of(after, one) for one in shown if one.waits}
    if as_json:
        tell_json({"came": plain(came), "corrections": [
            {**plain(one), "would": would[one.id].words if one.id in would else "", "acceptable": one.id in would and would[one.id].make is not None}
            for one in shown]})
        return
    if came is not None:
        tell(came.sentence)
    for one in shown:
        tell(say("{id}  {kind}, {state}", id=name(one.id), kind=words.heading(one), state=words.STATE_WORDS[one.state]))
        for line in (*([name(one.text)] if one.text else []), *words.details(one), *([would[one.id].words, would[one.id].doubt] if one.id in would else [one.did, name(one.reason)])):
            if line:
                tell(say("    {line}", line=line))
    tell(words.counted(after))
