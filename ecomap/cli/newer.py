"""The command that compares a layer with a newer list before anything is replaced: ``whats-new``."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from ecomap.cli.arguments import JSON, PROJECT, metres_given, project_file
from ecomap.cli.files import settled_options, settling
from ecomap.cli.opening import opened
from ecomap.cli.printing import plain, progress_bar, tell_json
from ecomap.cli.speech import SpokenCommand, option, spoken, tell
from ecomap.cli.waiting import WAIT, writing
from ecomap.model.said import joined, name, plural, say

if TYPE_CHECKING:
    from ecomap.model.project import Project
    from ecomap.workspace.newer.news import News, Options

_LISTED = 20
_NONE = "none"
_HIDDEN = {"base", "candidate", "understood", "report"}  # what a program is not told: whole projects


@click.command("whats-new", cls=SpokenCommand, help=say("Say what is new in a newer list of the things of a layer, before anything is replaced."))
@PROJECT
@click.argument("layer")
@click.argument("file", required=False, type=click.Path(path_type=Path))
@option("--with", "other", default="", metavar="LAYER", help=say("Compare with another layer of the project instead of a file."))
@option("--moved", default="500m", show_default=True, metavar="LENGTH", help=say("From more than this distance on a thing has moved, such as 500m or 0.5mi."))
@option("--vintage", default="", metavar="PERIOD", help=say("The period that the newer list speaks of, where the file does not say it: 2025-26."))
@option("--same", multiple=True, metavar="FORMER=NEWER|none",
        help=say("Which newer row a former one is, by their codes, where only you can say. May be repeated."))
@option("--measure", "measures", multiple=True, metavar="NEWER=COLUMN",
        help=say("A column of the newer list that has the newer figures of a column of the layer, where the two are called otherwise. May be repeated."))
@option("--everywhere", is_flag=True, help=say("Take the rows on ground that the layer does not cover, too."))
@option("--keep-columns", is_flag=True, help=say("Keep columns that the newer list does not have, with their former values."))
@option("--carry-over", is_flag=True, help=say("Carry numbers on tracts of another census over to the layer's tracts, and compare them there."))
@option("--no-answers", is_flag=True, help=say("Do not ask the answers that rest on the layer again."))
@option("--replace", is_flag=True, help=say("Put the newer list in the place of the layer."))
@option("--keep-both", is_flag=True, help=say("Bring the newer list in as a layer of its own."))
@settling
@WAIT
@JSON
def whats_new(project: Path, layer: str, file: Path | None, other: str, replace: bool, keep_both: bool, as_json: bool, **given: Any) -> None:
    from ecomap.workspace import operations  # heavy
    from ecomap.workspace.newer import keeping

    if (file is None) == (not other):
        raise click.UsageError(spoken(say("Name a file, or another layer with --with.")))
    if replace and keep_both:
        raise click.UsageError(spoken(say("Either --replace or --keep-both.")))
    path, options = project_file(project), _options(given)
    if not (replace or keep_both):
        with progress_bar() as progress:
            news = _compared(opened(path), layer, file, other, options, given, progress)
        _tell(news, as_json)
        return
    with writing(path), progress_bar() as progress:
        before = opened(path, changing=True, progress=progress.part(0.0, 0.1))
        news = _compared(before, layer, file, other, options, given, progress.part(0.1, 0.9))
        after, _ = keeping.replace_layer(before, news) if replace else keeping.keep_both(before, news, given["called"])
        operations.save_project(after, path, previous=before, progress=progress.part(0.9, 1.0))
    _tell(news, as_json)
    if not as_json:
        tell(say("The newer list has taken the place of '{layer}'.", layer=news.layer_name) if replace else say("Both are in the project now."))


def _compared(project: Project, layer: str, file: Path | None, other: str, options: Options, given: dict[str, Any], progress: Any) -> News:
    from ecomap.workspace import operations  # heavy
    from ecomap.workspace.newer import arriving, comparing

    layer_id = operations.layer_of(project, layer).id
    if file is None:
        return comparing.whats_new(project, layer_id, operations.layer_of(project, other).id, options, progress=progress)
    found = arriving.understand_newer(project, layer_id, file, progress=progress.part(0.0, 0.4), **settled_options(given))
    return comparing.whats_new(project, layer_id, found, options, progress=progress.part(0.4, 1.0))


def _options(given: dict[str, Any]) -> Options:
    from ecomap.workspace.newer.news import Options  # heavy

    return Options(
        moved_m=metres_given(given.pop("moved"), say("Moved")), vintage=given.pop("vintage").strip(),
        same={former: "" if newer == _NONE else newer for former, newer in _pairs(given.pop("same"), "--same", "FORMER=NEWER").items()},
        measures=_pairs(given.pop("measures"), "--measure", "NEWER=COLUMN"), here_only=not given.pop("everywhere"),
        keep_columns=given.pop("keep_columns"), carry=given.pop("carry_over"), ask_again=not given.pop("no_answers"),
    )


def _pairs(given: tuple[str, ...], flag: str, form: str) -> dict[str, str]:
    found = {}
    for pair in given:
        one, equals, other = pair.partition("=")
        if not equals or not one.strip() or not other.strip():
            raise click.BadParameter(spoken(say("'{pair}' is not {form}", pair=name(pair), form=name(form))), param_hint=flag)
        found[one.strip()] = other.strip()
    return found


def _tell(news: News, as_json: bool) -> None:
    from ecomap.workspace.newer import words  # heavy

    if as_json:
        import attrs

        told = {field.name: plain(getattr(news, field.name)) for field in attrs.fields(type(news)) if field.name not in _HIDDEN}
        tell_json({"sentence": words.headline(news), **told, "report": plain(news.report), "cautions": words.caution_lines(news)})
        return
    tell(words.headline(news))
    for heading, rows, more in words.row_lines(news, _LISTED):
        tell()
        tell(heading)
        for row in rows:
            tell(joined([name("  "), row], ""))
        if more:
            tell(joined([name("  "), plural("and {n} more", "and {n} more", more)], ""))
    if news.columns:
        tell()
        for column in news.columns:
            tell(words.column_line(column))
    told_lines = (*words.caution_lines(news), *(words.leaning_line(line) for line in words.leaning_lines(news)))
    if told_lines:
        tell()
    for line in told_lines:
        tell(joined([say("careful"), line], ": "))
    for answer in news.answers:
        tell()
        tell(answer.title)
        for line in words.answer_lines(answer):
            tell(joined([name("  "), line], ""))
