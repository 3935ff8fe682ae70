"""The commands of scenarios: ``scenario`` makes, lists and changes them, ``compare`` lays two sides beside each other."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from ecomap.cli.arguments import JSON, PROJECT, not_the_project, project_file
from ecomap.cli.opening import opened
from ecomap.cli.printing import lined_up, plain, progress_bar, rows, tell_json
from ecomap.cli.speech import SpokenCommand, option, speaker, spoken, tell
from ecomap.cli.waiting import WAIT, writing
from ecomap.model.errors import InputError
from ecomap.model.formats import TABULAR
from ecomap.model.said import joined, name, say
from ecomap.model.scenario import CAPACITY, CLOSE, MERGE, MOVE, OPEN, Change

if TYPE_CHECKING:
    from ecomap.model.project import Project
    from ecomap.model.result import Result

_TODAY = ("", "today")
_CHANGES = ("opens", "closes", "merges", "moves", "rooms")
_OF_CHANGES = ("year", "label", "organisation", "functions", "levels", "places", "note")
_ROWS = 40  # a longer table, and those by need area, are for a file


@click.command(cls=SpokenCommand, help=say(
    "Make, change or list scenarios: named sets of changes to what is. With a NAME the changes are added to that scenario, which is made if there is none."))
@PROJECT
@click.argument("called", metavar="[NAME]", default="")
@option("--open", "opens", nargs=2, multiple=True, metavar="WHAT WHERE",
        help=say("Something opens: WHAT like service:Food, approach:community_school or school; WHERE is a school, or latitude,longitude. May be repeated."))
@option("--close", "closes", multiple=True, metavar="ROW", help=say("A school, approach site or service closes, by its id or name. May be repeated."))
@option("--merge", "merges", nargs=2, multiple=True, metavar="SCHOOL OTHER", help=say("A school closes and its pupils go to the other one. May be repeated."))
@option("--move", "moves", nargs=2, multiple=True, metavar="ROW WHERE", help=say("A school, site or service moves to latitude,longitude. May be repeated."))
@option("--capacity", "rooms", nargs=2, multiple=True, metavar="ROW NUMBER", help=say("A site or service can take this many. May be repeated."))
@option("--from-plan", "plan", default="", metavar="RESULT", help=say("Begin with what a plan proposes: its id, as ecomap list shows it."))
@option("--year", type=int, default=0, metavar="YEAR", help=say("From which year on the changes hold."))
@option("--label", default="", help=say("What it is called that opens."))
@option("--organisation", default="", help=say("Who runs what opens."))
@option("--function", "functions", multiple=True, help=say("What it does that opens: a code of the vocabulary. May be repeated."))
@option("--levels", default="", help=say("Of a school that opens: elementary, middle, high, or several joined by +."))
@option("--places", type=float, default=None, help=say("How many what opens can take."))
@option("--note", default="", help=say("In your own words, kept with the changes."))
@option("--rename", default="", metavar="NEW", help=say("Call the scenario otherwise."))
@option("--drop", type=int, default=None, metavar="NUMBER", help=say("Take one change out of it, by its number in the list."))
@option("--remove", is_flag=True, help=say("Take the whole scenario away."))
@option("--report", is_flag=True, help=say("Say what closing or merging its schools means: whose way grows, what leaves, who is hit most."))
@option("--out", type=click.Path(path_type=Path, dir_okay=False), default=None, help=say("Also write the tables of the report to this file: {endings}.", endings=joined(TABULAR, " ")))
@WAIT
@JSON
def scenario(project: Path, called: str, rename: str, drop: int | None, remove: bool, report: bool, out: Path | None, as_json: bool, **given: Any) -> None:
    path = project_file(project)
    changing = bool(rename or remove or drop is not None or any(given[part] for part in ("opens", "closes", "merges", "moves", "rooms", "plan")))
    if (changing or report) and not called:
        raise click.UsageError(spoken(say("Say of which scenario.")))
    if any(given[part] for part in _OF_CHANGES) and not any(given[part] for part in _CHANGES):
        raise click.UsageError(spoken(say("A year, a note or other words need a change that they belong to.")))
    if out is not None:
        _check_out(out, path)
    if report:
        _report(path, called, out, as_json)
        return
    if not changing:
        _listed(opened(path), called, as_json)
        return
    from ecomap.workspace import operations  # heavy

    with writing(path), progress_bar() as progress:
        before = opened(path, changing=True, progress=progress.part(0.0, 0.4))
        after, shown = _changed(before, called, rename, drop, remove, given)
        operations.save_project(after, path, previous=before, progress=progress.part(0.5, 1.0))
    _listed(after, shown, as_json)


def _changed(project: Project, called: str, rename: str, drop: int | None, remove: bool, given: dict[str, Any]) -> tuple[Project, str]:
    """The project with the scenario changed, and the id of the one to show; "" for all."""
    from ecomap.workspace import scenarios  # heavy

    if remove:
        return scenarios.remove(project, called), ""
    if given["plan"]:
        project, made = scenarios.scenario_from_plan(project, given["plan"], called)
    elif rename or drop is not None or any(one.id == called or one.name.casefold() == called.strip().casefold() for one in project.scenarios):
        made = project.scenario(called)
    else:
        project, made = scenarios.add(project, called)
    if drop is not None:
        project = scenarios.unchange(project, made.id, drop - 1)
    for one in _changes(project, given):
        project = scenarios.change(project, made.id, one)
    return scenarios.rename(project, made.id, rename) if rename else project, made.id


def _changes(project: Project, given: dict[str, Any]) -> Iterator[Change]:
    """The changes that were typed: closings first, so that what opens in their place opens after them."""
    from ecomap.model import vocabulary as v
    from ecomap.workspace.scenarios.finding import place_meant, row_meant  # heavy

    held = {"year": given["year"], "note": given["note"]}
    for text in given["closes"]:
        yield Change(CLOSE, *row_meant(project, text), **held)
    for text, other in given["merges"]:
        (layer, school), (of, into) = row_meant(project, text, (v.SCHOOL,)), row_meant(project, other, (v.SCHOOL,))
        if of != layer:
            raise InputError(say("'{one}' and '{other}' are in two layers of schools.", one=name(text), other=name(other)), say("Only schools of one layer merge."))
        yield Change(MERGE, layer, school, into=into, **held)
    for text, where in given["moves"]:
        yield Change(MOVE, *row_meant(project, text), place=_place(place_meant(project, where), where), **held)
    for text, amount in given["rooms"]:
        yield Change(CAPACITY, *row_meant(project, text), amount=_number(amount), **held)
    for target, where in given["opens"]:
        place = place_meant(project, where)
        at = ("", "") if place is not None else row_meant(project, where, (v.SCHOOL,))
        yield Change(OPEN, *at, place=place, target=target.strip(), amount=given["places"], label=given["label"], organisation=given["organisation"],
                     functions=tuple(given["functions"]), levels=given["levels"], **held)


def _place(found: tuple[float, float] | None, text: str) -> tuple[float, float]:
    if found is None:
        raise InputError(say("'{text}' is no place.", text=name(text)), say("Give latitude and longitude in degrees: 34.05,-118.24."))
    return found


def _number(text: str) -> float:
    try:
        return float(text.replace(",", ""))
    except ValueError as problem:
        raise InputError(say("'{text}' is no number.", text=name(text)), say("Give how many it can take, for example 40.")) from problem


def _listed(project: Project, called: str, as_json: bool) -> None:
    from ecomap.workspace import scenarios  # heavy

    shown = [project.scenario(called)] if called else list(project.scenarios)
    if as_json:
        tell_json({"scenarios": [{**plain(one), "words": [scenarios.change_words(project, change) for change in one.changes]} for one in shown]})
        return
    for one in shown:
        tell(joined([name(one.id), scenarios.scenario_words(one)], "  "))
        for number, change in enumerate(one.changes, 1):
            tell(joined([name(f"  {number}."), scenarios.change_words(project, change)]))
        if one.note:
            tell(joined([name("  "), name(one.note)]))
    if not shown:
        tell(say("No scenarios yet. Make one with: ecomap scenario PROJECT NAME and what opens or closes."))


def _report(path: Path, called: str, out: Path | None, as_json: bool) -> None:
    from ecomap.workspace import scenarios  # heavy

    with progress_bar() as progress:
        project = opened(path, progress=progress.part(0.0, 0.3))
        result = scenarios.closing_report(project, called, progress=progress.part(0.3, 1.0))
    _handed_on(path, result, out, as_json)


@click.command(cls=SpokenCommand, help=say(
    "Say who gains and who loses from A to B: each is a scenario, a plan's answer, an earlier answer to the same question, or today."))
@PROJECT
@click.argument("a", metavar="A")
@click.argument("b", metavar="B")
@option("--question", default="coverage-gap", show_default=True, metavar="NAME", help=say("What is compared: coverage-gap, capacity-gap or access."))
@option("--set", "settings", multiple=True, metavar="NAME=VALUE",
        help=say("A setting of the question, such as target=service:Food or radius=0.5mi. Default: those of the answer or plan among the two, else what the scenarios open. May be repeated."))
@option("--by", type=int, default=0, metavar="YEAR", help=say("Only the changes of this year or before."))
@option("--out", type=click.Path(path_type=Path, dir_okay=False), default=None, help=say("Also write the tables to this file: {endings}.", endings=joined(TABULAR, " ")))
@WAIT
@JSON
def compare(project: Path, a: str, b: str, question: str, settings: tuple[str, ...], by: int, out: Path | None, as_json: bool) -> None:
    from ecomap.workspace import scenarios  # heavy
    from ecomap.workspace.scenarios.sides import check_question

    path = project_file(project)
    if out is not None:
        _check_out(out, path)
    check_question(question)
    given = _settings(question, settings)
    with progress_bar() as progress:
        held = opened(path, progress=progress.part(0.0, 0.3))
        sides = ["" if one.strip().casefold() in _TODAY else one for one in (a, b)]
        found = scenarios.compared(held, sides[0], sides[1], question, given, by=by, progress=progress.part(0.3, 1.0))
    _handed_on(path, found.result, out, as_json)


def _settings(question: str, given: tuple[str, ...]) -> dict[str, Any]:
    from ecomap.analysis import registry  # heavy
    from ecomap.model.params import settings_in_units

    found = {}
    for pair in given:
        key, equals, value = pair.partition("=")
        if not equals or not key.strip():
            raise click.BadParameter(spoken(say("'{pair}' is not NAME=VALUE", pair=name(pair))), param_hint="--set")
        found[key.strip().replace("-", "_")] = value.strip()
    return settings_in_units(registry.analysis(question).params, found)


def _check_out(out: Path, path: Path) -> None:
    if out.suffix.lower() not in TABULAR:
        raise click.BadParameter(spoken(say("'{file}' must end with one of {endings}", file=name(out.name), endings=joined(TABULAR, " "))), param_hint="--out")
    not_the_project(out, path)


def _handed_on(path: Path, result: Result, out: Path | None, as_json: bool) -> None:
    """Print an answer that the project does not keep; what leaves in a file or as JSON is noted in its ledger."""
    from ecomap.workspace import operations, scenarios  # heavy

    written = None
    with writing(path):
        before = operations.open_project(path)
        if out is not None or as_json:
            operations.refuse_to_lose(before, path)
        after, released = scenarios.released_answer(before, result)
        if out is not None:
            after, written = scenarios.export_answer(before, result, out, language=speaker().code)
        if out is not None or as_json:
            operations.save_project(after, path, previous=before)
    if as_json:
        tell_json({"title": released.title, "sentence": released.sentence, "figures": released.figures, "notes": released.notes, "provenance": released.provenance,
                   "tables": {output.name: {"title": output.title, "columns": output.columns, "rows": rows(output.frame)} for output in released.outputs},
                   "written": plain(written)})
        return
    _printed(released)
    if written is not None:
        tell(written.sentence)


def _printed(result: Result) -> None:
    """The finding, its figures and notes, and every table that fits on a screen."""
    from ecomap.render.words.cells import format_value  # heavy
    from ecomap.render.words.report import card_columns_of, result_lines

    for line in result_lines(result, speak=speaker()):
        tell(line)
    for output in result.outputs:
        if output.joins or len(output.frame) > _ROWS:
            continue
        columns = card_columns_of(output)
        lines = [[spoken(format_value(value, column)) for value, column in zip(row, columns)]
                 for row in zip(*(output.frame[column.name] for column in columns))]
        tell()
        tell(output.title)
        numbers = [place for place, column in enumerate(columns) if column.unit]
        for line in lined_up([spoken(column.label) for column in columns], lines, right=numbers):
            tell("  " + line)
