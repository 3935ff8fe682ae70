"""The commands of ``ecomap``."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

from ecomap.cli.agreed import agreed
from ecomap.cli.arguments import JSON, PROJECT, not_the_project, project_file
from ecomap.cli.assets import assets
from ecomap.cli.brief import brief
from ecomap.cli.corrections import corrections
from ecomap.cli.exits import USER
from ecomap.cli.fetch import fetch, make_district
from ecomap.cli.files import import_, recipes, understand
from ecomap.cli.known import known
from ecomap.cli.merged import use_areas
from ecomap.cli.newer import whats_new
from ecomap.cli.opening import keep_noted, opened, with_earlier
from ecomap.cli.printing import lined_up, progress_bar, tell_json
from ecomap.cli.questions import analyses, describe, run
from ecomap.cli.rebuild import rebuild
from ecomap.cli.releases import releases
from ecomap.cli.scenarios import compare, scenario
from ecomap.cli.speech import (
    SpokenGroup,
    SpokenOption,
    code,
    language_option,
    languages,
    option,
    spoken,
    tell,
)
from ecomap.cli.spread import spread
from ecomap.cli.waiting import WAIT, writing
from ecomap.cli.why import why
from ecomap.model.errors import EcoMapError, InputError, ProjectError
from ecomap.model.fault import CHANGED
from ecomap.model.said import joined, name, plural, say
from ecomap.model.units import format_number
from ecomap.model.version import VERSION
from ecomap.workspace.settings import LEAST_PAGE_MB, MOST_PAGE_MB, PAGE_MB, Settings

if TYPE_CHECKING:
    from ecomap.model.project import Project

STARTER = "los-angeles"
_MOST = 20   # things that were agreed, and corrections of readers, in the same list
_LATEST = 5  # files that left, named in the list of what a project holds
_PROJECTS = ".gpkg"
LEVELS = {"error": say("error"), "caution": say("caution"), "note": say("note")}


class Commands(SpokenGroup):
    """The commands; a project's file in the place of one opens in the window, as it does when it is double-clicked."""

    def resolve_command(self, ctx: click.Context, args: list[str]) -> tuple[str | None, click.Command | None, list[str]]:
        file = Path(args[0])
        if self.get_command(ctx, args[0]) is None:
            if file.suffix.lower() == _PROJECTS and file.is_file():
                return super().resolve_command(ctx, ["window", *args])
            if file.suffix.lower() == _PROJECTS:
                raise InputError(say("There is no file {path}.", path=name(file)), say("Make it with: ecomap new {path}", path=name(file)))
            if file.is_file():
                raise InputError(say("{path} is no command, and no project.", path=name(file)),
                                 say("Bring it into a project: ecomap import PROJECT {path}", path=name(file)))
        return super().resolve_command(ctx, args)


@click.group(
    cls=Commands, invoke_without_command=True, context_settings={"help_option_names": ["-h", "--help"]},
    help=say("Maps children's need against the schools, supports and services around them, and says where to go next.\n\n"
             "Without a command, EcoMap opens its window; with a project's file in the place of a command, it opens the window on it."),
)
@click.version_option(VERSION, prog_name="ecomap", message="%(prog)s %(version)s", cls=SpokenOption, help=say("Show the version and exit."))
@language_option()
@click.pass_context
def program(context: click.Context) -> int | None:
    if context.invoked_subcommand is None:
        return open_window(None, False)
    return None


def open_window(project: Path | None, quit_after_first_paint: bool) -> int:
    _check_display()
    from ecomap.ui.window import run as run_window  # heavy

    return run_window(project, quit_after_first_paint=quit_after_first_paint)


def _check_display() -> None:
    """Qt ends the process where there is no display; say so before it does."""
    shown = any(os.environ.get(name) for name in ("DISPLAY", "WAYLAND_DISPLAY", "QT_QPA_PLATFORM"))
    if sys.platform.startswith("linux") and not shown:
        raise EcoMapError(
            say("There is no display here, so the window cannot open."),
            say("Everything it does can be done with commands: see ecomap --help."),
        )


@program.command(help=say("Open the window, on a project if one is named."))
@click.argument("project", required=False, type=click.Path(path_type=Path))
@option("--quit-after-first-paint", is_flag=True, hidden=True, help=say("Close once the first frame is drawn."))
def window(project: Path | None, quit_after_first_paint: bool) -> int:
    return open_window(project, quit_after_first_paint)


@program.command(help=say("Do the main job on Los Angeles: need, gaps, ranking, and the files to share."))
@option("--out", type=click.Path(path_type=Path, file_okay=False), default=Path("demo"), show_default=True,
              help=say("Folder to write to; made if it is not there."))
@JSON
def demo(out: Path, as_json: bool) -> None:
    from ecomap.workspace.demo import run_demo  # heavy

    with progress_bar() as progress:
        made = run_demo(out, progress=progress)
    if as_json:
        tell_json(made)
        return
    for path in made.files:
        tell(say("wrote {path}", path=name(path)))
    tell()
    for finding in made.findings:
        tell(finding)


@program.command(help=say("Make a project file, empty or from a starter."))
@PROJECT
@option("--starter", default="", help=say("Begin with a place that ships with EcoMap, for example {starter}.", starter=name(STARTER)))
@option("--district", default="", help=say("Of a starter of a whole state: the district, by name or code. Without a starter, its public data is asked for on the network."))
@option("--state", default="", help=say("State of the district, where EcoMap cannot know it."))
@option("--title", default="", help=say("Title of the project."))
@option("--as-of", "as_of", default="", metavar="DATE",
        help=say("The day its questions speak of, like 2026-06-30 or a year. Default: today; it stays until you change it."))
@option("--force", is_flag=True, help=say("Replace a file of that name."))
@WAIT
def new(project: Path, starter: str, district: str, state: str, title: str, as_of: str, force: bool) -> None:
    from ecomap.workspace import operations  # heavy

    path = project_file(project)
    if district and not starter:
        _new_district(path, {"district": district, **({"state": state} if state else {})}, title, as_of)
        return
    with writing(path), progress_bar() as progress:
        if path.exists() and not force:  # another program may just have made it
            raise ProjectError(say("{path} exists already.", path=name(path)), say("Choose another name, or replace it with --force."))
        made = operations.new_project(starter, district=district, title=title or ("" if starter else _title_of(path)), progress=progress)
        if as_of:
            made = operations.set_day(made, as_of)
        operations.save_project(made, path, progress=progress)
    tell(plural("{project}: {n} layer in {path}", "{project}: {n} layers in {path}", len(made.layers), project=name(made.title), path=name(path)))


def _new_district(path: Path, given: dict[str, str], title: str, as_of: str) -> None:
    """A project of public data; the command `fetch district` goes on with it."""
    if path.exists():
        raise ProjectError(say("{path} exists already.", path=name(path)), say("Choose another name, or go on with it: ecomap fetch district."))
    make_district(path, given, title=title)
    if as_of:
        from ecomap.workspace import operations  # heavy

        with writing(path):
            before = opened(path, changing=True)
            operations.save_project(operations.set_day(before, as_of), path, previous=before)


def _title_of(path: Path) -> str:
    return path.name.removesuffix(".gpkg").removesuffix(".ecomap").replace("-", " ").replace("_", " ").capitalize()


@program.command(help=say("Say the day a project's questions speak of, or change it: a date, a year, or today."))
@PROJECT
@click.argument("date", default="")
@WAIT
@JSON
def day(project: Path, date: str, as_json: bool) -> None:
    from ecomap.workspace import operations  # heavy
    from ecomap.workspace.days import day_words, long_past

    path = project_file(project)
    if not date:
        told = opened(path)
    else:
        with writing(path), progress_bar() as progress:
            before = opened(path, changing=True, progress=progress.part(0.0, 0.4))
            told = operations.set_day(before, date)
            operations.save_project(told, path, previous=before, progress=progress.part(0.4, 1.0))
    if as_json:
        tell_json({"as_of": told.day, "from": told.day_from, "hint": long_past(told)})
        return
    for said in (day_words(told) or say("This project has no day yet."), long_past(told)):
        if said:
            tell(said)


@program.command("list", help=say("Say what a project holds: layers, results, vintages."))
@PROJECT
@JSON
def list_(project: Path, as_json: bool) -> None:
    from ecomap.workspace.contents import contents, in_short, vintages_of  # heavy
    from ecomap.workspace.days import day_words, long_past

    listed = opened(project_file(project))
    held = contents(listed)
    if as_json:
        tell_json(held)
        return
    tell(f"{listed.title} ({listed.crs})" if listed.layers else listed.title)
    for said in (day_words(listed), long_past(listed)):
        if said:
            tell(said)
    lines = [(layer.id, spoken(layer.name), layer.role, spoken(format_number(layer.rows)), layer.boundary, spoken(in_short(vintages_of(listed.layer(layer.id)))))
             for layer in held.layers]
    heads = [say("layer"), say("name"), say("role"), say("rows"), say("boundary"), say("vintage")]
    for line in lined_up([spoken(head) for head in heads], lines, right=[3]):
        tell("  " + line)
    for layer in held.layers:
        if listed.layer(layer.id).known_of:
            tell(f"  {layer.id}  {spoken(layer.known)}")
    for result in held.results:
        tell(f"  {result.id}  {spoken(result.title)}")
        tell(f"      {spoken(result.sentence)}")
        if result.day_passed:
            tell("      ! " + spoken(result.day_passed))
    if not held.results:
        tell("  " + spoken(say("No results yet. Ask a question with: ecomap run NAME PROJECT")))
    for one in held.scenarios:
        tell("  " + spoken(say("{id}  scenario {name}: {changes}", id=name(one.id), name=name(one.name), changes=joined(one.changes) or say("no change yet"))))
    from ecomap.workspace.releases import release_lines  # heavy
    from ecomap.workspace.telling import partners_lines

    for text in (*partners_lines(listed, _MOST), *release_lines(listed.releases[-_LATEST:])):
        tell("  " + spoken(text))


@program.command(help=say("Write a file to share: .html .pdf .png .svg .gpkg .xlsx .csv .geojson."))
@PROJECT
@click.argument("file", type=click.Path(path_type=Path))
@option("--title", default="", help=say("Title on top. Default: the project's."))
@option("--subtitle", default="", help=say("Line under the title. Default: the last finding."))
@option("--language", type=click.Choice(languages()), default=code,
        help=say("Language of the file. Default: that of the command line."))
@option("--layer", default="", help=say("One layer or result only (.csv .geojson .gpkg .xlsx)."))
@option("--without", multiple=True, metavar="RESULT",
              help=say("Leave an answer out of a page (.html .pdf .png .svg): a result's id, or an analysis for all of its "
                   "answers, as ecomap list shows them. May be repeated."))
@option("--with-persons", "persons", multiple=True, metavar="COLUMN",
        help=say("A column about single persons (names, pay, addresses) that goes into the file all the same. May be repeated."))
@option("--most-mb", type=click.IntRange(LEAST_PAGE_MB, MOST_PAGE_MB), default=None, metavar="MB",
        help=say("Megabytes that a meeting file (.html) stays below; what gives way is said. Default: as chosen in the window, else {mb}.", mb=PAGE_MB))
@option("--width", type=click.IntRange(200, 20_000), default=1600, show_default=True, help=say("Of a .png or .svg."))
@option("--height", type=click.IntRange(200, 20_000), default=1000, show_default=True, help=say("Of a .png or .svg."))
@WAIT
@JSON
def export(project: Path, file: Path, title: str, subtitle: str, language: str, layer: str, without: tuple[str, ...], persons: tuple[str, ...],
           most_mb: int | None, width: int, height: int, as_json: bool) -> None:
    from ecomap.model.formats import TABULAR
    from ecomap.workspace import operations  # heavy

    path = project_file(project)
    not_the_project(file, path)
    if without and file.suffix.lower() in TABULAR:
        raise click.BadParameter(spoken(say("'{file}' is no page; say with --layer what it holds", file=name(file.name))), param_hint="--without")
    with writing(path), progress_bar() as progress:
        shared = opened(path, progress=progress.part(0.0, 0.3))
        after, report = operations.export_noted(
            shared, file, title=title, subtitle=subtitle, language=language, layer=layer,
            left_out=_left_out(shared, without), persons=persons, most_mb=most_mb or Settings.load().page_mb, width=width, height=height, progress=progress.part(0.3, 0.9),
        )
        keep_noted(after, path, shared)
    if as_json:
        tell_json(report)
        return
    for line in (report.sentence, *report.notes):
        tell(line)


def _left_out(project: Project, without: tuple[str, ...]) -> set[str]:
    """Ids of the answers meant by their ids or by the names of their analyses."""
    meant: set[str] = set()
    for one in without:
        found = {result.id for result in project.results if one in (result.id, result.analysis)}
        if not found:
            held = joined((f"{result.id} ({result.analysis})" for result in project.results), ", ") or say("none")
            raise InputError(say("The project has no answer '{answer}'; it has {held}.", answer=name(one), held=held))
        meant |= found
    return meant


@program.command(help=say("Look a project file over: integrity, what is not as EcoMap wrote it, missing numbers, where things are from."))
@PROJECT
@click.argument("file", required=False, type=click.Path(path_type=Path, dir_okay=False))
@option("--mend", is_flag=True, help=say("Write a sound copy, with what was lost taken from earlier versions: to FILE, or beside the project."))
@JSON
def check(project: Path, file: Path | None, mend: bool, as_json: bool) -> int:
    from ecomap.workspace import operations  # heavy

    if file is not None and not mend:
        raise click.UsageError(spoken(say("A second file is only for the sound copy that --mend writes.")))
    if mend:
        return _mend(project_file(project), file, as_json)
    findings = operations.check(project_file(project))
    wrong = [finding for finding in findings if finding.level == "error"]
    changed = any(finding.fault is not None and finding.fault.kind == CHANGED for finding in findings)
    if as_json:
        tell_json({"sound": not wrong, "changed": changed, "findings": findings})
    else:
        for finding in findings:
            tell(say("{level}: {finding}", level=LEVELS.get(finding.level, name(finding.level)), finding=name(finding.text)))
        tell(say("Something is wrong with this file.") if wrong else
             say("Everything in this file can be read; another program has changed what is listed above.") if changed else say("The file is sound."))
    return USER if wrong else 0


def _mend(project: Path, file: Path | None, as_json: bool) -> int:
    from ecomap.workspace import operations  # heavy

    with progress_bar() as progress:
        mended = operations.mend(project, file, progress=progress)
    if as_json:
        tell_json(mended)
        return 0
    for text in mended.taken:
        tell(text)
    for fault in mended.left:
        tell(say("Not in the copy, for no earlier version has it whole: {what}", what=with_earlier(fault)))
    tell(say("The sound copy is {path}.", path=name(mended.path)))
    return 0


for command in (agreed, analyses, assets, brief, compare, corrections, describe, fetch, import_, known, rebuild, recipes, releases, run, scenario, spread, understand,
                use_areas, whats_new, why):
    program.add_command(command)
