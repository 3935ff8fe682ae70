"""The command that asks the network: one kind of public data at a time, only what it says beforehand, and nothing else."""

from __future__ import annotations

import os
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import click

from ecomap.cli.arguments import project_file
from ecomap.cli.doubts import flag_of
from ecomap.cli.files import settled_options, settling
from ecomap.cli.flags import flags, given_values
from ecomap.cli.opening import opened
from ecomap.cli.printing import plain, progress_bar, tell_json
from ecomap.cli.speech import OneOrNone, SpokenCommand, SpokenGroup, SpokenOption, speaker, spoken, tell
from ecomap.cli.waiting import wait_option, writing
from ecomap.model.errors import EcoMapError
from ecomap.model.params import param_specs
from ecomap.model.progress import Progress
from ecomap.model.roles import MONEY_ROLES, ROLES
from ecomap.model.said import Said, joined, name, say

if TYPE_CHECKING:
    from ecomap.io.connectors.spec import Ask, Connector
    from ecomap.model.project import Project
    from ecomap.workspace.district import Outcome


DISTRICT: Final = "district"


class Sources(SpokenGroup):
    """One subcommand per kind of public data, made from its declaration when it is asked for."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        from ecomap.workspace import fetching  # heavy

        return [*fetching.names(), DISTRICT]

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        from ecomap.workspace import fetching  # heavy

        if cmd_name == DISTRICT:
            return _district_command()
        return _command(fetching.source(cmd_name)) if cmd_name in fetching.names() else None

    def resolve_command(self, ctx: click.Context, args: list[str]) -> tuple[str | None, click.Command | None, list[str]]:
        if args and args[0] not in self.list_commands(ctx) and not args[0].startswith("-"):
            from ecomap.workspace import fetching  # heavy

            fetching.source(args[0])  # says which there are
        return super().resolve_command(ctx, args)


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
        SpokenOption(["--role"], default="", type=OneOrNone((*ROLES, *MONEY_ROLES)), help=say("What the rows are. Default: as the source knows, or EcoMap says which.")),
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
        or next((word for word in words if "://" not in word and Path(f"{word}.ecomap.gpkg").is_file()), words[0])
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
    if one.sends:
        return say("asks {host}: {why}. This leaves the computer: {what}", host=name(one.host), why=one.why, what=one.sends)
    return say("asks {host}: {why}", host=name(one.host), why=one.why)


def _plain_ask(one: Ask) -> dict[str, Any]:
    return {"host": one.host, "address": one.address, "why": str(one.why), "sends": str(one.sends), "key": one.key}


def _fetch(connector: Connector, path: Path, given: Mapping[str, Any], settled: Mapping[str, Any], into: Path | None, as_json: bool) -> None:
    from ecomap.workspace import fetching, operations  # heavy

    asks = fetching.asked_of(connector.name, given)
    if not as_json:
        for one in asks:
            tell(ask_line(one))
    _take_key(connector.key)
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
        _ask_for_key(key, problem.said)
    return ask()


def _ask_for_key(key: str, why: Said) -> None:
    from ecomap.workspace import fetching  # heavy

    click.echo(spoken(why), err=True)
    given = click.prompt(spoken(say("Key")), hide_input=True, err=True)
    fetching.use_key(key, given, keep=click.confirm(spoken(say("Keep it in the keyring of this computer?")), err=True))


def _take_key(key: str) -> None:
    """A key that the environment holds, for programs that nobody sits at: ECOMAP_CENSUS_KEY."""
    from ecomap.workspace import fetching  # heavy

    told = os.environ.get(f"ECOMAP_{key.upper()}_KEY", "") if key else ""
    if told:
        fetching.use_key(key, told, keep=False)


def _beside(said: Said) -> None:
    click.echo(spoken(said), err=True)


def _district_command() -> click.Command:
    """A whole project for a district, part by part."""
    from ecomap.workspace.district import DistrictParams  # heavy

    def get(project: Path, title: str, dry: bool, as_json: bool, **options: Any) -> None:
        make_district(project_file(project), given_values(DistrictParams, options), title=title, dry=dry, as_json=as_json)

    params: list[click.Parameter] = [
        click.Argument(["project"], type=click.Path(path_type=Path)), *flags(DistrictParams),
        SpokenOption(["--title"], default="", help=say("Title of the project.")),
        SpokenOption(["--show", "dry"], is_flag=True, help=say("Say what would be asked of whom, and ask nothing.")),
        wait_option(),
        SpokenOption(["--json", "as_json"], is_flag=True, help=say("Print one JSON document and nothing else.")),
    ]
    return SpokenCommand(DISTRICT, callback=get, params=params, short_help=spoken(say("A project for a district")), help=say(
        "Make a project for a district of public data: its outline, its tracts with the newest survey and its margins, schools, streets, cities and water. "
        "Each part can fail alone, be left out or be given as a file. After an interruption the same command goes on; what has come is not asked again."))


def make_district(path: Path, given: Mapping[str, Any], *, title: str = "", dry: bool = False, as_json: bool = False) -> None:
    """The project of a district in a file, saved after every part; made if it is not there, else gone on with."""
    from ecomap.model.params import build_params
    from ecomap.workspace import district  # heavy

    params = build_params(district.DistrictParams, given)
    asks = district.asks_of(params)
    if dry and as_json:
        tell_json({"asks": [_plain_ask(one) for one in asks]})
        return
    for one in () if as_json else asks:
        tell(ask_line(one))
    if dry:
        return
    _take_key("census")
    with writing(path), progress_bar() as progress:
        def ask() -> tuple[Project, tuple[Outcome, ...]]:
            return district.make_file(path, params, allowed=True, title=title, tell=None if as_json else _beside, progress=progress)

        made, outcomes = ask()
        lacking = next((outcome for outcome in outcomes if outcome.key), None)
        if lacking is not None and sys.stdin.isatty():
            _ask_for_key(lacking.key, lacking.said)
            made, outcomes = ask()
    if as_json:
        tell_json({"asks": [_plain_ask(one) for one in asks], "layers": [layer.id for layer in made.layers],
                   "parts": [{"part": one.part.name, "state": one.state, "why": str(one.said), "reports": plain(one.reports)} for one in outcomes]})
    else:
        for outcome in outcomes:
            tell(outcome_line(outcome))
    if any(outcome.state in (district.FAILED, district.WAITING) for outcome in outcomes):
        raise EcoMapError(say("Some parts could not be had; the others are in {path}.", path=name(path)),
                          say("Give the same command again, and only these are asked for; or give them as files, or leave them out."),
                          {"parts": [one.part.name for one in outcomes if one.state in (district.FAILED, district.WAITING)]})


def outcome_line(outcome: Outcome) -> Said:
    """What became of a part, as a line."""
    return joined([say("{part}: {state}.", part=outcome.part.label, state=outcome.words), *([outcome.said] if outcome.said else [])])
