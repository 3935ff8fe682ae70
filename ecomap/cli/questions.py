"""The commands that ask a question of a project: ``analyses``, ``describe`` and ``run``."""

from __future__ import annotations

import shlex
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from ecomap.cli.arguments import JSON, not_the_project, project_file
from ecomap.cli.flags import bounds_text, changed_flags, default_text, flags, given_values, told
from ecomap.cli.opening import opened
from ecomap.cli.printing import plain, progress_bar, rows, tell_json
from ecomap.cli.speech import SpokenCommand, SpokenGroup, SpokenOption, option, speaker, spoken, tell
from ecomap.cli.waiting import wait_option, writing
from ecomap.model.formats import TABULAR
from ecomap.model.params import param_specs
from ecomap.model.said import NOTHING, Said, joined, say
from ecomap.model.said import name as kept

if TYPE_CHECKING:
    from ecomap.analysis.registry import Analysis, Input
    from ecomap.model.project import Project
    from ecomap.model.result import Result


@click.command(cls=SpokenCommand, help=say("Name every question EcoMap can answer."))
@JSON
def analyses(as_json: bool) -> None:
    from ecomap.analysis import registry  # heavy

    known = [registry.analysis(name) for name in registry.names()]
    if as_json:
        tell_json([{"name": x.name, "title": x.title, "question": x.question, "summary": x.summary} for x in known])
        return
    for analysis in known:
        tell(f"{analysis.name}  {spoken(analysis.question)}")
        tell(f"    {spoken(analysis.summary)}")


class AnalysisName(click.ParamType):
    """The name of an analysis; another name is wrong usage, for ``describe`` as for ``run``."""

    name = "NAME"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> str:
        from ecomap.analysis import registry  # heavy

        if value not in registry.names():
            raise _no_analysis(value, ctx)
        return str(value)


def _no_analysis(name: str, ctx: click.Context | None) -> click.UsageError:
    from ecomap.analysis import registry  # heavy

    return click.UsageError(spoken(say("There is no analysis called '{name}'. Known: {names}.", name=kept(name),
                                       names=joined(registry.names(), ", "))), ctx)


@click.command(cls=SpokenCommand, help=say("Say what one analysis asks for and how it answers."))
@click.argument("name", type=AnalysisName())
@option("--project", type=click.Path(path_type=Path), help=say("Also list what this project has to choose from."))
@JSON
def describe(name: str, project: Path | None, as_json: bool) -> None:
    from ecomap.analysis import registry  # heavy

    analysis = registry.analysis(name)
    opened = _opened(project) if project else None
    if as_json:
        tell_json(_described(analysis, opened))
        return
    tell(f"{spoken(analysis.title)}: {spoken(analysis.question)}")
    tell(analysis.summary)
    if analysis.when:
        tell(analysis.when)
    tell()
    for spec in param_specs(analysis.params):
        tell(f"  {spec.flag}")
        tell(f"      {spoken(told(spec))}")
        for choice in _choices(opened, spec.param.choices_from):
            tell(f"        {choice.value}  {spoken(choice.label)}")
    tell()
    for given in analysis.inputs:
        tell("  " + spoken(say("reads {layer} (role {role}{when})", layer=given.label, role=kept(given.role), when=_when(given))))
    if analysis.method:
        tell()
        tell(analysis.method)
    for source in analysis.sources:
        tell(f"  {source}")


def _when(given: Input) -> Said:
    if given.asked_by:
        return say(", only if you ask for it")
    return say(", if there are any") if given.optional else NOTHING


def _described(analysis: Analysis, project: Project | None) -> dict[str, Any]:
    return {
        "name": analysis.name, "title": analysis.title, "question": analysis.question, "summary": analysis.summary,
        "when": analysis.when, "step": analysis.step, "version": analysis.version, "method": analysis.method, "sources": analysis.sources,
        "inputs": analysis.inputs,
        "parameters": [
            {
                "name": spec.name, "flag": spec.flag, "kind": spec.kind, "label": spec.param.label,
                "help": spec.param.help, "unit": spec.param.unit, "required": spec.required,
                "default": spec.default, "default_text": default_text(spec), "bounds": bounds_text(spec),
                "choices": spec.param.choices or _choices(project, spec.param.choices_from),
                "choices_from": spec.param.choices_from, "advanced": spec.param.advanced,
                "uncertain": spec.param.uncertain and {
                    "low": spec.param.uncertain.low, "high": spec.param.uncertain.high, "times": spec.param.uncertain.times,
                    "source": spec.param.uncertain.source},
            }
            for spec in param_specs(analysis.params)
        ],
    }


def _opened(path: Path) -> Project:
    return opened(project_file(path))


def _choices(project: Project | None, name: str) -> tuple[Any, ...]:
    if project is None or not name:
        return ()
    from ecomap.workspace.choices import choices  # heavy

    return choices(project, name)


class Questions(SpokenGroup):
    """One subcommand per analysis, made from the registry when it is asked for."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        from ecomap.analysis import registry

        return list(registry.names())

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        from ecomap.analysis import registry  # heavy

        return _command(registry.analysis(cmd_name)) if cmd_name in self.list_commands(ctx) else None

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        known = self.list_commands(ctx)
        if args and args[0] not in known and not args[0].startswith("-"):
            raise _no_analysis(args[0], ctx)
        return super().resolve_command(ctx, args)


@click.group(cls=Questions, subcommand_metavar="NAME PROJECT [--PARAM VALUE ...]", help=say("Ask a question of a project and save the answer in it."))
def run() -> None:
    pass


def _command(analysis: Analysis) -> click.Command:
    params: list[click.Parameter] = [
        click.Argument(["project"], type=click.Path(path_type=Path)),
        *flags(analysis.params),
        SpokenOption(["--use"], multiple=True, metavar="INPUT=LAYER",
                     help=say("Which layer to read, where the project has several. Inputs: {names}.",
                              names=joined((given.name for given in analysis.inputs), ", "))),
        SpokenOption(["--out"], type=click.Path(path_type=Path),
                     help=say("Also write the answer's tables to this file: {endings}.", endings=joined(TABULAR, " "))),
        SpokenOption(["--workers"], type=int, default=0,
                     help=say("Worker processes on this machine that take part; the answer is the same.")),
        SpokenOption(["--cluster"], default="", metavar="ADDRESS",
                     help=say("A Dask scheduler that runs already, whose workers take part, such as tcp://10.0.0.5:8786.")),
        wait_option(),
        SpokenOption(["--json", "as_json"], is_flag=True, help=say("Print one JSON document and nothing else.")),
    ]

    def ask(project: Path, use: tuple[str, ...], out: Path | None, as_json: bool, workers: int, cluster: str, **options: Any) -> None:
        from ecomap.workspace.spread.workers import helping  # heavy

        with helping(workers=0 if cluster else workers, address=cluster):
            _ask(analysis, project, use, out, as_json, given_values(analysis.params, options))

    return SpokenCommand(analysis.name, callback=ask, params=params, help=joined((analysis.question, analysis.summary)),
                         short_help=spoken(analysis.question))


def _ask(
    analysis: Analysis, project: Path, use: tuple[str, ...], out: Path | None, as_json: bool, given: dict[str, Any]
) -> None:
    from ecomap.workspace import operations  # heavy
    from ecomap.workspace.days import passed_since

    if out is not None and out.suffix.lower() not in TABULAR:
        raise click.BadParameter(spoken(say("'{file}' must end with one of {endings}", file=kept(out.name), endings=joined(TABULAR, " "))),
                                 param_hint="--out")
    path = project_file(project)
    if out is not None:
        not_the_project(out, path)
    with writing(path), progress_bar() as progress:
        before = opened(path, changing=True, progress=progress.part(0.0, 0.2))
        after, result = operations.run_analysis(
            before, analysis.name, given, layers=_chosen(before, use), progress=progress.part(0.2, 0.8)
        )
        told, written = after, None
        if out is not None:
            told, written = operations.export_noted(after, out, layer=result.id)
        elif as_json:
            told = operations.printed(after, result.id)
        passed = passed_since(after, result)
        result = operations.released_result(after, result.id)
        operations.save_project(told, path, previous=before, progress=progress.part(0.8, 1.0))
    if as_json:
        tell_json(_answer(result, written, passed))
        return
    from ecomap.render.words.report import result_lines  # heavy

    for line in result_lines(result, speak=speaker()):
        tell(line)
    if passed:
        tell("  ! " + spoken(passed))
    for command in leading(result, path):
        tell(command)
    if written is not None:
        tell(written.sentence)


def leading(result: Result, path: Path) -> list[Said]:
    """The commands that ask what an answer leads to, with the settings it was asked with."""
    from ecomap.analysis import registry  # heavy
    from ecomap.workspace.leads import leads_of  # heavy

    found = []
    for lead in leads_of(result):
        settings = changed_flags(registry.analysis(lead.analysis).params, lead.params)
        command = shlex.join(["ecomap", "run", lead.analysis, str(path), *settings])
        found.append(say("{what}: {command}", what=lead.label, command=kept(command)))
    return found


def _chosen(project: Project, use: tuple[str, ...]) -> dict[str, list[str]]:
    from ecomap.workspace import operations  # heavy

    chosen: dict[str, list[str]] = {}
    for pair in use:
        name, equals, layer = pair.partition("=")
        if not equals or not layer:
            raise click.BadParameter(spoken(say("'{pair}' is not INPUT=LAYER", pair=kept(pair))), param_hint="--use")
        chosen.setdefault(name, []).append(operations.layer_of(project, layer).id)
    return chosen


def _answer(result: Result, written: Any, passed: Said) -> dict[str, Any]:
    """The whole answer as it may leave: figures, notes, trail, and every table's columns with the rows of the main one."""
    from ecomap.workspace.days import day_of_answer  # heavy

    return {
        "id": result.id, "analysis": result.analysis, "title": result.title, "sentence": result.sentence,
        "as_of": day_of_answer(result), "day_passed": passed,
        "figures": result.figures, "notes": result.notes, "provenance": result.provenance,
        "outputs": [
            {"name": output.name, "title": output.title, "rows": len(output.frame), "geometry": output.geometry,
             "joins": output.joins, "boundary": output.boundary, "columns": output.columns}
            for output in result.outputs
        ],
        "table": rows(result.main.frame),
        "written": plain(written),
    }
