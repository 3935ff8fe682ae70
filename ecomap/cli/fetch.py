"""The command that asks the network: one kind of public data at a time, only what it says beforehand, and nothing else."""

from __future__ import annotations

import os
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from ecomap.cli.arguments import project_file
from ecomap.cli.doubts import flag_of
from ecomap.cli.files import settled_options, settling
from ecomap.cli.flags import flags, given_values
from ecomap.cli.opening import opened
from ecomap.cli.printing import plain, progress_bar, tell_json
from ecomap.cli.speech import SpokenCommand, SpokenGroup, SpokenOption, speaker, spoken, tell
from ecomap.cli.waiting import wait_option, writing
from ecomap.model.errors import EcoMapError
from ecomap.model.params import param_specs
from ecomap.model.progress import Progress
from ecomap.model.roles import MONEY_ROLES, ROLES
from ecomap.model.said import Said, joined, name, say

if TYPE_CHECKING:
    from ecomap.io.connectors.spec import Ask, Connector


class Sources(SpokenGroup):
    """One subcommand per kind of public data, made from its declaration when it is asked for."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        from ecomap.workspace import fetching  # heavy

        return list(fetching.names())

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        from ecomap.workspace import fetching  # heavy

        return _command(fetching.source(cmd_name)) if cmd_name in self.list_commands(ctx) else None


@click.group(cls=Sources, subcommand_metavar="SOURCE PROJECT [...]", help=say(
    "Get public data from the network and bring it into a project. What is asked of whom is said first; nothing else of EcoMap uses the network."))
def fetch() -> None:
    pass


def _command(connector: Connector) -> click.Command:
    def get(words: tuple[str, ...], dry: bool, role: str, into: Path | None, as_json: bool, **options: Any) -> None:
        path, given = _told(connector, words, given_values(connector.params, options))
        if dry:
            _tell_asks(connector, given, as_json)
            return
        settled = {**settled_options({**unasked, **options}), "role": role}
        _fetch(connector, path, given, settled, into, as_json)

    own = flags(connector.params)
    taken = {text for one in own for text in one.opts}
    every = click.command("settles")(settling(get)).params
    settles = [one for one in every if not taken & set(one.opts)]
    unasked = {one.name: () if one.multiple else "" for one in every if isinstance(one, click.Option) and one not in settles and one.name}
    params: list[click.Parameter] = [
        click.Argument(["words"], nargs=-1, required=True, metavar=" ".join(["PROJECT", *(_metavar(connector, one) for one in connector.positional)])),
        *own,
        SpokenOption(["--show", "dry"], is_flag=True, help=say("Say what would be asked of whom, and ask nothing.")),
        SpokenOption(["--role"], default="", type=click.Choice(("", *ROLES, *MONEY_ROLES)), help=say("What the rows are. Default: as the source knows, or EcoMap says which.")),
        SpokenOption(["--into"], default=None, type=click.Path(path_type=Path, file_okay=False), help=say("Folder for the files. Default: beside the project.")),
        *settles,
        wait_option(),
        SpokenOption(["--json", "as_json"], is_flag=True, help=say("Print one JSON document and nothing else.")),
    ]
    return SpokenCommand(connector.name, callback=get, params=params, help=joined((say("{label}.", label=connector.label), connector.help)),
                         short_help=spoken(connector.label))


def _metavar(connector: Connector, parameter: str) -> str:
    needed = next(spec.required for spec in param_specs(connector.params) if spec.name == parameter)
    return parameter.upper() if needed else f"[{parameter.upper()}]"


def _told(connector: Connector, words: tuple[str, ...], given: dict[str, Any]) -> tuple[Path, dict[str, Any]]:
    """The project among the words, wherever it stands: the one that is a project's file, else the first; the others are parameters in their order."""
    project = next((word for word in words if word.endswith(".gpkg") and "://" not in word), None) \
        or next((word for word in words if "://" not in word and project_file(Path(word)).is_file()), words[0])
    rest = list(words)
    rest.remove(project)
    if len(rest) > len(connector.positional):
        raise click.UsageError(spoken(say("Too many words: {words}", words=joined([name(word) for word in rest[len(connector.positional):]], " "))))
    return project_file(Path(project)), {**dict(zip(connector.positional, rest)), **given}


def _tell_asks(connector: Connector, given: Mapping[str, Any], as_json: bool) -> None:
    from ecomap.workspace import fetching  # heavy

    asks = fetching.asked_of(connector.name, given)
    if as_json:
        tell_json({"asks": [_plain_ask(one) for one in asks]})
        return
    for one in asks:
        tell(ask_line(one))


def ask_line(one: Ask) -> Said:
    """One thing that will be asked, as a line."""
    return say("asks {host}: {why}", host=name(one.host), why=one.why)


def _plain_ask(one: Ask) -> dict[str, Any]:
    return {"host": one.host, "address": one.address, "why": str(one.why), "sends": str(one.sends), "key": one.key}


def _fetch(connector: Connector, path: Path, given: Mapping[str, Any], settled: Mapping[str, Any], into: Path | None, as_json: bool) -> None:
    from ecomap.workspace import fetching, operations  # heavy

    asks = fetching.asked_of(connector.name, given)
    if not as_json:
        for one in asks:
            tell(ask_line(one))
    _take_key(connector)
    with writing(path), progress_bar() as progress:
        before = opened(path, changing=True, progress=progress.part(0.0, 0.1))

        def fetched(progress: Progress) -> Any:
            return fetching.fetch(before, connector.name, given, into or fetching.folder_of(path), allowed=True, settled=settled,
                                  tell=None if as_json else _beside, progress=progress)

        after, found = with_key(connector.key, lambda: fetched(progress.part(0.1, 0.9)))
        operations.save_project(after, path, previous=before, progress=progress.part(0.9, 1.0))
    if as_json:
        tell_json({"asks": [_plain_ask(one) for one in asks], "landed": [{**plain(one), "path": str(one.path)} for one in found.landed],
                   "reports": [{**plain(one), "adds_up": one.adds_up} for one in found.reports]})
        return
    from ecomap.render.words.report import import_lines  # heavy

    for report in found.reports:
        for line in import_lines(report, speaker(), flag_of=flag_of):
            tell(line)


def with_key(key: str, ask: Any) -> Any:
    """What is asked; once more with a key that somebody at the terminal gives, where the service wants one."""
    from ecomap.workspace import fetching  # heavy

    try:
        return ask()
    except EcoMapError as problem:
        if not key or fetching.key_lacking(problem) != key or not sys.stdin.isatty():
            raise
        click.echo(spoken(problem.said), err=True)
    given = click.prompt(spoken(say("Key")), hide_input=True, err=True)
    fetching.use_key(key, given, keep=click.confirm(spoken(say("Keep it in the keyring of this computer?")), err=True))
    return ask()


def _take_key(connector: Connector) -> None:
    """A key that the environment holds, for programs that nobody sits at: ECOMAP_CENSUS_KEY."""
    from ecomap.workspace import fetching  # heavy

    told = os.environ.get(f"ECOMAP_{connector.key.upper()}_KEY", "") if connector.key else ""
    if told:
        fetching.use_key(connector.key, told, keep=False)


def _beside(said: Said) -> None:
    click.echo(spoken(said), err=True)
