"""The commands of what was agreed: ``ecomap agreed ...``."""

from __future__ import annotations

import shlex
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from ecomap.cli.arguments import JSON, PROJECT, not_the_project, project_file
from ecomap.cli.exits import USER
from ecomap.cli.opening import opened
from ecomap.cli.printing import lined_up, plain, progress_bar, tell_json
from ecomap.cli.speech import SpokenGroup, code, languages, option, spoken, tell
from ecomap.cli.waiting import WAIT, writing
from ecomap.model.agreed_table import heading
from ecomap.model.commitment import DONE, DROPPED, KINDS, OPEN, STATES, in_order
from ecomap.model.said import joined, name, plural, say

if TYPE_CHECKING:
    from ecomap.model.project import Project
    from ecomap.workspace.agreed_files import IncomingAgreed

_LANGUAGE = option("--language", type=click.Choice(languages()), default=code, help=say("Language of the file. Default: that of the command line."))
_ID = click.argument("agreed_id", metavar="ID")


@click.group(cls=SpokenGroup, help=say("What the partners agreed: common goals and commitments, by whom, by when, and what became of them."))
def agreed() -> None:
    pass


def _fields(command: Callable[..., Any]) -> Callable[..., Any]:
    for one in reversed((
        option("--kind", type=click.Choice(KINDS), default=None, help=say("A goal that is wanted in common, or what somebody will do (the default).")),
        option("--where", default=None, metavar="PLACE", help=say("The school or area, by its name or code. Default: for all.")),
        option("--approach", default=None, help=say("The approach it belongs to, if it belongs to one.")),
        option("--leads", default=None, metavar="NAMES", help=say("Who leads; several are separated by semicolons.")),
        option("--helps", default=None, metavar="NAMES", help=say("Who helps; several are separated by semicolons.")),
        option("--by", "due", default=None, metavar="DAY", help=say("By when, like 2027-06-30.")),
        option("--seen", default=None, metavar="TEXT", help=say("How everybody will see that it is done.")),
        option("--agreed-on", "agreed_on", default=None, metavar="DAY", help=say("The day of the meeting. Default: today.")),
    )):
        command = one(command)
    return command


@agreed.command("list", help=say("Say what was agreed, in the order of the days, then of the alphabet."))
@PROJECT
@option("--state", type=click.Choice(STATES), default=None, help=say("Only what is open, done or dropped."))
@JSON
def list_(project: Path, state: str | None, as_json: bool) -> None:
    _listed(opened(project_file(project)), state, as_json)


def _listed(project: Project, state: str | None, as_json: bool) -> None:
    from ecomap.render.words.agreed import (  # heavy
        by_words,
        counted_words,
        leads_words,
        state_words,
        where_words,
    )
    from ecomap.workspace.commitments import as_of

    shown = [one for one in in_order(project.commitments) if state in (None, one.state)]
    if as_json:
        tell_json({"agreed": plain(shown)})
        return
    tell(counted_words(project.commitments, as_of(project)))
    heads = [say("id"), say("what"), say("where"), say("who leads"), say("by when"), say("what became of it")]
    lines = [[one.id, one.what, spoken(where_words(one)), spoken(leads_words(one)), spoken(by_words(one)), spoken(state_words(one, as_of(project)))]
             for one in shown]
    for line in lined_up([spoken(head) for head in heads], lines) if lines else ():
        tell("  " + line)


def _change(path: Path, work: Callable[[Project], Project], as_json: bool) -> None:
    from ecomap.workspace import operations  # heavy

    with writing(path):
        before = opened(path, changing=True)
        after = work(before)
        if after is not before:
            operations.save_project(after, path, previous=before)
    _listed(after, None, as_json)


@agreed.command(help=say("Write down what was agreed: WHAT, in the partners' own words."))
@PROJECT
@click.argument("what")
@_fields
@WAIT
@JSON
def add(project: Path, what: str, as_json: bool, **given: Any) -> None:
    from ecomap.workspace import commitments  # heavy

    day = given.pop("agreed_on") or ""
    _change(project_file(project), lambda before: commitments.agree(before, what, day=day, **_meant(before, given)), as_json)


@agreed.command(help=say("Write what was agreed otherwise. Its entry in a calendar stays the same entry."))
@PROJECT
@_ID
@option("--what", default=None, metavar="TEXT", help=say("Other words for it."))
@_fields
@WAIT
@JSON
def change(project: Path, agreed_id: str, as_json: bool, **given: Any) -> None:
    from ecomap.workspace import commitments  # heavy

    given["agreed"] = given.pop("agreed_on")

    def changed(before: Project) -> Project:
        return commitments.change(before, commitments.commitment(before, agreed_id).id, **_meant(before, given))

    _change(project_file(project), changed, as_json)


def _meant(project: Project, given: Mapping[str, Any]) -> dict[str, Any]:
    """The fields that were given, with the place and the approach that they name."""
    from ecomap.workspace import agreed_files  # heavy

    fields = {key: value for key, value in given.items() if value is not None and key not in ("where", "approach")}
    for of in ("where", "approach"):
        if given.get(of) is not None:
            fields |= agreed_files.cell_meant(project, of, given[of])
    return fields


@agreed.command(help=say("Say what became of it: done, dropped with a reason, or open again."))
@PROJECT
@_ID
@click.argument("state", type=click.Choice((DONE, DROPPED, OPEN)))
@option("--reason", default="", metavar="TEXT", help=say("Why it was dropped; it has to be said."))
@option("--on", "day", default="", metavar="DAY", help=say("The day it was done or dropped. Default: today."))
@WAIT
@JSON
def settle(project: Path, agreed_id: str, state: str, reason: str, day: str, as_json: bool) -> None:
    from ecomap.workspace import commitments  # heavy

    _change(project_file(project), lambda before: commitments.settle(before, commitments.commitment(before, agreed_id).id, state, reason, day), as_json)


@agreed.command(help=say("Take it away as if it had never been agreed. What was given up is dropped with a reason instead."))
@PROJECT
@_ID
@WAIT
@JSON
def remove(project: Path, agreed_id: str, as_json: bool) -> None:
    from ecomap.workspace import commitments  # heavy

    _change(project_file(project), lambda before: commitments.remove(before, commitments.commitment(before, agreed_id).id), as_json)


@agreed.command("template", help=say("Write the file that partners fill in, .xlsx or .csv, with what was agreed in it."))
@PROJECT
@click.argument("file", type=click.Path(path_type=Path))
@option("--empty", is_flag=True, help=say("Without the rows; the lists of schools and partners stay."))
@_LANGUAGE
def template(project: Path, file: Path, empty: bool, language: str) -> None:
    from ecomap.workspace import agreed_files  # heavy

    path = project_file(project)
    not_the_project(file, path)
    count = agreed_files.write_file(opened(path), file, language=language, empty=empty)
    tell(plural("{path}: {n} row", "{path}: {n} rows", count, path=name(file)))


@agreed.command("import", help=say(
    "Bring in a file that a partner filled in. Nothing is guessed: where a row does not fit, it says what it asks, and keeps the rest out "
    "until that is settled or left out."))
@PROJECT
@click.argument("file", type=click.Path(path_type=Path))
@option("--cell", "cells", multiple=True, metavar="ROW:FIELD=TEXT",
        help=say("What is right in a cell that is asked about, such as 3:where=Franklin High; a text of - leaves it empty. May be repeated."))
@option("--take", "take", multiple=True, type=int, metavar="ROW", help=say("The file's words for a row that the project has otherwise. May be repeated."))
@option("--leave", is_flag=True, help=say("Leave out the rows that do not fit."))
@WAIT
@JSON
def import_(project: Path, file: Path, cells: tuple[str, ...], take: tuple[int, ...], leave: bool, as_json: bool) -> int:
    from ecomap.workspace import agreed_files, operations  # heavy

    path, settled = project_file(project), _cells(cells)
    with writing(path), progress_bar() as progress:
        before = opened(path, changing=True, progress=progress.part(0.0, 0.3))
        incoming = agreed_files.understood(before, agreed_files.read_file(file, progress.part(0.3, 0.7)), settled)
        waits = bool(incoming.count(agreed_files.ASKED)) and not leave
        after = before if waits else agreed_files.taken_in(before, incoming, take)
        if after is not before:
            operations.save_project(after, path, previous=before, progress=progress.part(0.7, 1.0))
    if as_json:
        tell_json({"kept": not waits, "rows": plain(incoming.rows), "not_read": list(incoming.strange)})
    else:
        _tell_incoming(incoming, take, waits)
    return USER if waits else 0


def _tell_incoming(incoming: IncomingAgreed, take: tuple[int, ...], waits: bool) -> None:
    from ecomap.workspace import agreed_files  # heavy

    tell(agreed_files.counted(incoming))
    for row in incoming.rows:
        for question in row.questions:
            tell(say("Row {n} ({what}): {question}", n=row.number, what=name(row.what or "-"), question=question.text))
            for choice in question.choices:
                flag = "--cell " + shlex.quote(f"{row.number}:{question.field}={choice.value}")
                tell("      " + spoken(say("{flag}  for {label}", flag=name(flag), label=choice.label)))
        for one in row.differences:
            tell(say("Row {n} ({what}), {field}: the project has “{ours}”, the file “{theirs}”.", n=row.number, what=name(row.what),
                     field=name(heading(one.field, code())[0]), ours=one.ours, theirs=one.theirs))
        if row.differences and row.number not in take:
            tell("      " + spoken(say("{flag}  takes the words of the file", flag=name(f"--take {row.number}"))))
    if incoming.strange:
        tell(say("Columns that were not read: {columns}.", columns=joined(map(name, incoming.strange), ", ")))
    if waits:
        tell(say("Nothing was kept. Settle what is asked with --cell, or leave those rows out with --leave."))


def _cells(pairs: tuple[str, ...]) -> dict[tuple[int, str], str]:
    from ecomap.model.agreed_table import FIELDS

    found = {}
    for pair in pairs:
        place, equals, text = pair.partition("=")
        number, colon, field = place.partition(":")
        if not equals or not colon or not number.strip().isdigit() or field.strip() not in FIELDS:
            raise click.BadParameter(spoken(say("'{pair}' is not {form}", pair=name(pair), form=name("ROW:FIELD=TEXT"))), param_hint="--cell")
        found[int(number), field.strip()] = text.strip()
    return found


@agreed.command("calendar", help=say("Write a calendar file (.ics) with a day for everything that has one."))
@PROJECT
@click.argument("file", type=click.Path(path_type=Path))
@_LANGUAGE
def calendar(project: Path, file: Path, language: str) -> None:
    from ecomap.workspace.minutes import write_calendar  # heavy

    path = project_file(project)
    not_the_project(file, path)
    count = write_calendar(opened(path), file, language=language)
    tell(plural("{path}: {n} day", "{path}: {n} days", count, path=name(file)))


@agreed.command("minutes", help=say("Write the minutes, .pdf or .docx: one page with what was agreed last time, and what became of it."))
@PROJECT
@click.argument("file", type=click.Path(path_type=Path))
@_LANGUAGE
def minutes(project: Path, file: Path, language: str) -> None:
    from ecomap.workspace.minutes import write_minutes  # heavy

    path = project_file(project)
    not_the_project(file, path)
    write_minutes(opened(path), file, language=language)
    tell(say("wrote {path}", path=name(file)))
