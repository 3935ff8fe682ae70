"""The commands that bring files in: what EcoMap makes of one, keeping it, and what is remembered of it."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import click

from ecomap.cli.arguments import JSON, PROJECT, project_file
from ecomap.cli.doubts import flag_of
from ecomap.cli.opening import opened
from ecomap.cli.printing import plain, progress_bar, tell_json
from ecomap.cli.speech import OneOrNone, SpokenCommand, option, speaker, spoken, tell
from ecomap.cli.waiting import WAIT, writing
from ecomap.model.roles import MONEY_ROLES, ROLE_LABELS, ROLES
from ecomap.model.said import joined, name, plural, say


def settling(command: Callable[..., Any]) -> Callable[..., Any]:
    """The options by which a person settles how a file is to be read."""
    for one in reversed((
        option("--layer", "--name", "called", default="", help=say("Name of the layer. Default: from the file's name.")),
        option("--column", "columns", multiple=True, metavar="FIELD=COLUMN",
               help=say("Which column of the file holds a field, where the guess is wrong. May be repeated.")),
        option("--constant", "constants", multiple=True, metavar="FIELD=VALUE",
               help=say("A field that is the same in every row, such as level=elementary. May be repeated.")),
        option("--indicator", "indicators", multiple=True, metavar="COLUMN[=more|less|none]",
               help=say("A column to count as need, and whether a higher value means more need (the default) or less; none takes "
                        "one out. May be repeated.")),
        option("--key", default="", metavar="COLUMN=FIELD",
               help=say("By which column of the file its rows are joined, and to which column of the layer in the project.")),
        option("--answer", "answers", multiple=True, metavar="DOUBT=ANSWER",
               help=say("What is right where EcoMap is unsure, as the doubt says it. May be repeated.")),
        option("--people", "people", multiple=True, metavar="COLUMN=yes|no",
               help=say("Whether the numbers of a column count pupils, children, clients or staff. Small numbers of what nobody knows stay hidden in every "
                        "file; yes or no alone speaks of all columns that nobody knows. May be repeated.")),
        option("--by", "by", default="", metavar="NAME", help=say("Whose word that is. Default: your name in the settings, else that of your login.")),
        option("--crs", default="", metavar="EPSG", help=say("Coordinate system, where the file does not say, such as EPSG:4326.")),
        option("--table", "--sheet", "sublayer", default="", help=say("Table or sheet, of a file that holds several.")),
        option("--no-recipe", is_flag=True, help=say("Do not use what was settled for an earlier file of the kind.")),
    )):
        command = one(command)
    return command


def settled_options(options: Mapping[str, Any]) -> dict[str, Any]:
    """What the options settle, as the operations take it."""
    from ecomap.workspace.declaring import signed  # heavy

    return {
        "name": options["called"], "mapping": _mapping(options["columns"], "--column", "FIELD=COLUMN"),
        "constants": _mapping(options["constants"], "--constant", "FIELD=VALUE"), "indicators": _directions(options["indicators"]),
        "key": options["key"], "answers": signed({**_answers(options["answers"]), **_people(options["people"])}, options["by"]), "crs": _epsg(options["crs"]), "sublayer": options["sublayer"],
        "recipes": not options["no_recipe"],
    }


@click.command("import", cls=SpokenCommand, help=say("Bring a file into a project, and say what was found."))
@PROJECT
@click.argument("file", type=click.Path(path_type=Path))
@option("--role", required=True, type=click.Choice((*ROLES, *MONEY_ROLES)), help=say("What the rows are."))
@settling
@option("--replace", default="", metavar="LAYER", help=say("Put the rows in the place of this layer."))
@WAIT
@JSON
def import_(project: Path, file: Path, role: str, replace: str, as_json: bool, **options: Any) -> None:
    from ecomap.workspace import operations  # heavy

    settled = settled_options(options)
    path = project_file(project)
    with writing(path), progress_bar() as progress:
        before = opened(path, changing=True, progress=progress.part(0.0, 0.2))
        replaced = operations.layer_of(before, replace).id if replace else ""
        after, report = operations.import_file(
            before, file, role, **settled, replace_layer=replaced, progress=progress.part(0.2, 0.8),
        )
        operations.save_project(after, path, previous=before, progress=progress.part(0.8, 1.0))
    if as_json:
        tell_json({**plain(report), "adds_up": report.adds_up})
        return
    from ecomap.render.words.report import import_lines  # heavy

    for line in import_lines(report, speaker(), flag_of=flag_of):
        tell(line)


@click.command(cls=SpokenCommand, help=say("Say what EcoMap makes of a file, with evidence and doubts, without bringing it in."))
@click.argument("file", type=click.Path(path_type=Path))
@option("--role", default="", type=OneOrNone((*ROLES, *MONEY_ROLES)), help=say("What the rows are. Default: EcoMap says which."))
@option("--project", default=None, type=click.Path(path_type=Path), help=say("The project it would be brought into: codes are looked up there."))
@settling
@JSON
def understand(file: Path, role: str, project: Path | None, as_json: bool, **options: Any) -> None:
    from ecomap.workspace import operations  # heavy

    settled = settled_options(options)
    with progress_bar() as progress:
        known = opened(project_file(project)) if project else operations.new_project()
        found = operations.understand(known, file, role, **settled, progress=progress).view
    if as_json:
        tell_json(plain(found))
        return
    from ecomap.render.words.understanding import understanding_lines  # heavy

    for line in understanding_lines(found, speaker(), flag_of=flag_of):
        tell(line)


def _answers(pairs: tuple[str, ...]) -> dict[str, str]:
    """Doubt -> answer; a doubt's own name may hold an equals sign, its answer may not."""
    answers = {}
    for pair in pairs:
        code, equals, answer = pair.rpartition("=")
        if not equals or not code.strip() or not answer.strip():
            raise click.BadParameter(spoken(say("'{pair}' is not {form}", pair=name(pair), form=name("DOUBT=ANSWER"))), param_hint="--answer")
        answers[code.strip()] = answer.strip()
    return answers


def _people(said: tuple[str, ...]) -> dict[str, str]:
    """What the flag says of columns of people, as answers to their doubt."""
    found = {}
    for one in said:
        column, equals, word = one.rpartition("=")
        if word.strip() not in ("yes", "no") or (equals and not column.strip()):
            raise click.BadParameter(spoken(say("'{pair}' is not {form}", pair=name(one), form=name("COLUMN=yes|no"))), param_hint="--people")
        found[f"people:{column.strip()}" if equals else "people"] = word.strip()
    return found


def _mapping(columns: tuple[str, ...], flag: str, form: str) -> dict[str, str]:
    mapping = {}
    for pair in columns:
        field, equals, column = pair.partition("=")
        if not equals or not field.strip() or not column.strip():
            raise click.BadParameter(spoken(say("'{pair}' is not {form}", pair=name(pair), form=name(form))), param_hint=flag)
        mapping[field.strip()] = column.strip()
    return mapping


def _directions(indicators: tuple[str, ...]) -> dict[str, int]:
    words = {"more": 1, "less": -1, "none": 0}
    found = {}
    for one in indicators:
        column, _, word = one.rpartition("=") if one.endswith(("=more", "=less", "=none")) else (one, "", "more")
        found[column] = words[word]
    return found


def _epsg(crs: str) -> str:
    return f"EPSG:{crs}" if crs.strip().isdigit() else crs.strip()


@click.command(cls=SpokenCommand, help=say("Say what is remembered of how files were understood; write it to a file, or take it from one."))
@PROJECT
@option("--write", default=None, type=click.Path(path_type=Path, dir_okay=False), help=say("Write the recipes to this JSON file."))
@option("--read", default=None, type=click.Path(path_type=Path, dir_okay=False), help=say("Take the recipes of this JSON file into the project."))
@option("--forget", default=None, type=click.IntRange(min=1), help=say("Forget the recipe of this number."))
@WAIT
@JSON
def recipes(project: Path, write: Path | None, read: Path | None, forget: int | None, as_json: bool) -> None:
    from ecomap.workspace import operations  # heavy
    from ecomap.workspace import recipes as remembered

    path = project_file(project)
    with writing(path) if read or forget else contextlib.nullcontext():
        before = opened(path, changing=bool(read or forget))
        after = remembered.with_recipes_of(before, read) if read else before
        after = remembered.without_recipe(after, forget - 1) if forget else after
        if after is not before:
            operations.save_project(after, path, previous=before)
    if write:
        remembered.write_recipes(after, write)
    if as_json:
        tell_json({"recipes": plain(after.recipes)})
        return
    for number, one in enumerate(after.recipes, 1):
        settled = len(one.columns) + len(one.answers) + len(one.indicators) + bool(one.crs)
        told = joined([
            say("{number}. {file} ({role}), {day}", number=number, file=name(one.file_name), role=ROLE_LABELS.get(one.role, name(one.role)),
                day=name(one.made)),
            plural("{n} column", "{n} columns", len(one.headings)), plural("{n} thing settled", "{n} things settled", settled),
        ], " · ")
        tell(told)
    if not after.recipes:
        tell(say("No file was brought in yet, so nothing is remembered."))
