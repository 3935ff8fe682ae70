"""The commands of the asset inventory: ``ecomap assets ...``."""

from __future__ import annotations

import contextlib
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from ecomap.cli.arguments import JSON, PROJECT, project_file
from ecomap.cli.opening import opened
from ecomap.cli.printing import lined_up, plain, progress_bar, rows, tell_json
from ecomap.cli.speech import SpokenGroup, option, speaker, spoken, tell
from ecomap.cli.waiting import WAIT, writing
from ecomap.model.said import Said, joined, plural, say
from ecomap.model.said import name as kept
from ecomap.model.units import format_number

if TYPE_CHECKING:
    from ecomap.model.project import Project
    from ecomap.workspace.inventory import InventoryReport

LONGEST = 44
_CHANGED = say("Done.")


@click.group(cls=SpokenGroup, help=say("Who is where, does what, until when, and paid by whom: bring it in, list it, change it."))
def assets() -> None:
    pass


class Table(click.ParamType):
    """A table of the inventory, by the name of its sheet, its layer or its role."""

    name = "TABLE"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> str:
        from ecomap.model.inventory import TABLES
        from ecomap.model.terms import plain as small

        meant = {small(word): spec.role for spec in TABLES for word in (spec.title, spec.layer_id, spec.role)}
        if small(str(value)) not in meant:
            known = joined((spec.layer_id for spec in TABLES), ", ")
            self.fail(spoken(say("'{given}' is not a table. Tables: {tables}.", given=kept(value), tables=known)), param, ctx)
        return meant[small(str(value))]


TABLE = click.argument("table", type=Table())


def _opened(path: Path, *, changing: bool = False) -> tuple[Path, Project]:
    path = project_file(path)
    return path, opened(path, changing=changing)


def _changed(path: Path, change: Callable[[Project], Project], as_json: bool, answer: Any = None) -> None:
    """Open, change, save; a change that changes nothing does not write the file."""
    from ecomap.workspace import operations  # heavy

    with writing(project_file(path)):
        path, before = _opened(path, changing=True)
        after = change(before)
        if after is not before:
            operations.save_project(after, path, previous=before)
    if as_json:
        tell_json({"changed": after is not before, **(answer() if answer else {})})
    else:
        tell(_CHANGED if after is not before else say("Nothing to change."))


@assets.command(help=say("Write the template partners fill in: a workbook (.xlsx), or a folder of CSV files."))
@click.argument("file", type=click.Path(path_type=Path))
@option("--project", type=click.Path(path_type=Path), help=say("Put this project's rows and lists into it."))
@option("--empty", is_flag=True, help=say("With --project: its lists only, no rows."))
@JSON
def template(file: Path, project: Path | None, empty: bool, as_json: bool) -> None:
    from ecomap.workspace.inventory import export_template  # heavy

    count = export_template(_opened(project)[1] if project else None, file, empty=empty)
    if as_json:
        tell_json({"file": str(file), "rows": count})
    else:
        tell(plural("Wrote {file} with {n} row.", "Wrote {file} with {n} rows.", count, file=kept(file)))


@assets.command("import", help=say("Bring in a filled template, an Open Referral directory (HSDS, Ohana) or a partner's list of services."))
@PROJECT
@click.argument("file", type=click.Path(path_type=Path))
@option("--sheet", default="", help=say("Sheet of a partner's workbook."))
@option("--decide", multiple=True, metavar="ITEM=WORD",
              help=say("Decide on an item of the review list: merge, take, keep, new or skip. May be repeated."))
@option("--review", is_flag=True, help=say("Say what would happen; change nothing."))
@WAIT
@JSON
def import_(project: Path, file: Path, sheet: str, decide: tuple[str, ...], review: bool, as_json: bool) -> None:
    from ecomap.workspace import operations  # heavy
    from ecomap.workspace.inventory import import_inventory

    decisions = _decisions(decide)
    with contextlib.nullcontext() if review else writing(project_file(project)), progress_bar() as progress:
        path, before = _opened(project, changing=not review)
        after, report = import_inventory(before, file, decisions=decisions, sheet=sheet, progress=progress)
        if not review and after is not before:
            operations.save_project(after, path, previous=before)
    if as_json:
        tell_json({**plain(report), "adds_up": report.adds_up, "sentence": report.sentence})
    else:
        _say_report(report)


def _decisions(pairs: tuple[str, ...]) -> dict[str, str]:
    from ecomap.io.inventory.merging import DECISIONS  # heavy

    found = {}
    for pair in pairs:
        key, equals, word = pair.rpartition("=")
        if not equals or word not in DECISIONS:
            raise click.BadParameter(
                spoken(say("'{pair}' is not ITEM=WORD with one of {words}", pair=kept(pair), words=joined(DECISIONS, ", "))), param_hint="--decide")
        found[key] = word
    return found


def _say_report(report: InventoryReport) -> None:
    from ecomap.render.words.report import import_lines  # heavy

    tell(report.sentence)
    for table in report.tables:
        for line in import_lines(table, speaker()):
            tell("  " + line)
    for note in report.notes:
        tell("  " + spoken(joined((note.text, joined(note.examples, ", ")))))
    waiting = report.waiting[:40]
    if waiting:
        tell(say("To look at (decide with --decide ITEM=merge|take|keep|new|skip):"))
    for item in waiting:
        likely = say("likely '{other}' ({why})", other=kept(item.other_name), why=kept(item.why))
        tell(f"  {item.key}  {item.name}" + (f" - {spoken(likely)}" if item.kind == "likely" else ""))
        for change in item.changes:
            if not change.taken:
                tell("      " + spoken(_differs(change.column, change.before, change.after)))
    if len(report.waiting) > len(waiting):
        more = format_number(len(report.waiting) - len(waiting))
        tell("  " + spoken(say("... and {more} more; see --json.", more=more)))


def _differs(column: str, ours: str, theirs: str) -> Said:
    return say("{column}: '{ours}' in the project, '{theirs}' in the file", column=kept(column), ours=kept(ours[:LONGEST]),
               theirs=kept(theirs[:LONGEST]))


@assets.command(help=say("List what files said otherwise than the project and nobody has decided yet; or decide it."))
@PROJECT
@option("--decide", multiple=True, metavar="QUESTION=WORD",
              help=say("Answer: same, same_theirs (their words count), different; ours or theirs. May be repeated."))
@WAIT
@JSON
def review(project: Path, decide: tuple[str, ...], as_json: bool) -> None:
    from ecomap.workspace import inventory_review  # heavy

    if decide:
        answers = dict(_answer(pair) for pair in decide)
        _changed(project, lambda opened: inventory_review.decide(opened, answers), as_json)
        return
    waiting = inventory_review.open_questions(_opened(project)[1])
    if as_json:
        tell_json([{"question": s.question.key, "kind": s.question.kind, "why": s.question.why, "file": s.question.file,
                   "ours": dict(s.ours), "theirs": dict(s.theirs), "differing": sorted(s.differing)} for s in waiting])
        return
    tell(say("{many} to decide (answer with --decide QUESTION=WORD).", many=format_number(len(waiting))) if waiting
         else say("Nothing is left to decide."))
    for sides in waiting:
        tell(f"  {sides.question.key}")
        words = inventory_review.ANSWERS[sides.question.kind]
        tell("      " + spoken(say("'{one}' and '{other}': {why}; {words}?", one=kept(sides.name), other=kept(sides.other_name),
                                    why=kept(sides.question.why), words=joined(words, ", "))))
        for name in sorted(sides.differing):
            tell("      " + spoken(_differs(name, sides.ours[name], sides.theirs[name])))


def _answer(pair: str) -> tuple[str, str]:
    question, equals, word = pair.rpartition("=")
    if not equals or not question:
        raise click.BadParameter(spoken(say("'{pair}' is not QUESTION=WORD", pair=kept(pair))), param_hint="--decide")
    return question, word


@assets.command("list", help=say("Say what the inventory holds: its tables, or the rows of one."))
@PROJECT
@click.argument("table", type=Table(), required=False)
@option("--find", default="", metavar="TEXT", help=say("With a table: only the rows that hold this text, in any case."))
@JSON
def list_(project: Path, table: str | None, find: str, as_json: bool) -> None:
    from ecomap.model.inventory import INVENTORY_ROLES, table_spec
    from ecomap.workspace.inventory_tables import inventory_layer, inventory_rows  # heavy

    opened = _opened(project)[1]
    if table:
        frame = inventory_rows(opened, table)
        if find:
            words = frame.drop(columns="geometry", errors="ignore").astype(str)
            frame = frame[words.apply(lambda column: column.str.contains(find, case=False, regex=False)).any(axis=1)]
        if as_json:
            tell_json(rows(frame))
            return
        if not len(frame):
            tell(say("No row of '{table}' holds '{text}'. Look for a part of a word, or leave the text out to see every row.", table=table_spec(table).title,
                     text=kept(find)) if find else say("'{table}' has no rows yet.", table=table_spec(table).title))
            return
        names = [name for name in table_spec(table).names if name in frame.columns and (frame[name].astype(str) != "").any()]
        texts = [[str(value)[:LONGEST] for value in record] for record in frame[names].itertuples(index=False)]
        for line in lined_up(names, texts):
            tell(line)
        return
    counts = {role: len(opened.frame(layer.id)) if (layer := inventory_layer(opened, role)) else 0 for role in INVENTORY_ROLES}
    if as_json:
        tell_json([{"table": table_spec(role).layer_id, "role": role, "title": table_spec(role).title, "rows": count} for role, count in counts.items()])
        return
    for line in lined_up(
        [spoken(say("table")), spoken(say("what")), spoken(say("rows"))],
        [(table_spec(role).layer_id, spoken(table_spec(role).title), spoken(format_number(count))) for role, count in counts.items()], right=[2],
    ):
        tell(line)


@assets.command(help=say("List rows that may be the same thing; with two ids, make them one (the first stays)."))
@PROJECT
@TABLE
@click.argument("ids", nargs=-1)
@WAIT
@JSON
def merge(project: Path, table: str, ids: tuple[str, ...], as_json: bool) -> None:
    from ecomap.workspace.inventory_edits import merge_rows, possible_duplicates  # heavy

    if len(ids) == 2:
        _changed(project, lambda opened: merge_rows(opened, table, *ids), as_json)
        return
    if ids:
        raise click.UsageError(spoken(say("Name two rows, the one to keep first; or none, to list what may be the same.")))
    pairs = possible_duplicates(_opened(project)[1], table)
    if as_json:
        tell_json(pairs)
        return
    tell(plural("{n} pair may be the same thing.", "{n} pairs may be the same thing.", len(pairs)) if pairs
         else say("No two rows look like the same thing."))
    for pair in pairs:
        tell(f"  {pair.first}  {pair.second}")
        tell("      " + spoken(say("'{one}' and '{other}': {why}", one=kept(pair.first_name), other=kept(pair.second_name),
                                    why=kept(pair.why))))


@assets.command(help=say("Add a row."))
@PROJECT
@TABLE
@click.argument("values", nargs=-1, required=True, metavar="COLUMN=VALUE...")
@WAIT
@JSON
def add(project: Path, table: str, values: tuple[str, ...], as_json: bool) -> None:
    from ecomap.workspace.inventory_edits import add_row  # heavy

    made: dict[str, str] = {}

    def change(opened: Project) -> Project:
        after, made["id"] = add_row(opened, table, _values(values))
        return after

    _changed(project, change, as_json, lambda: made)


@assets.command(help=say("Change columns of a row."))
@PROJECT
@TABLE
@click.argument("row")
@click.argument("values", nargs=-1, required=True, metavar="COLUMN=VALUE...")
@WAIT
@JSON
def change(project: Path, table: str, row: str, values: tuple[str, ...], as_json: bool) -> None:
    from ecomap.workspace.inventory_edits import change_row  # heavy

    _changed(project, lambda opened: change_row(opened, table, row, _values(values)), as_json)


@assets.command(help=say("Say when something ended: 2019-10-25, 2019-10, 2019 or 2019-20."))
@PROJECT
@TABLE
@click.argument("row")
@click.argument("day")
@WAIT
@JSON
def end(project: Path, table: str, row: str, day: str, as_json: bool) -> None:
    from ecomap.workspace.inventory_edits import end_row  # heavy

    _changed(project, lambda opened: end_row(opened, table, row, day), as_json)


@assets.command(help=say("Take rows out for good: for mistakes. What has ended is better ended."))
@PROJECT
@TABLE
@click.argument("ids", nargs=-1, required=True)
@WAIT
@JSON
def remove(project: Path, table: str, ids: tuple[str, ...], as_json: bool) -> None:
    from ecomap.workspace.inventory_edits import remove_rows  # heavy

    _changed(project, lambda opened: remove_rows(opened, table, ids), as_json)


@assets.command(help=say("Say that rows belong to a school (its code)."))
@PROJECT
@TABLE
@click.argument("school")
@click.argument("ids", nargs=-1, required=True)
@WAIT
@JSON
def attach(project: Path, table: str, school: str, ids: tuple[str, ...], as_json: bool) -> None:
    from ecomap.workspace.inventory_edits import attach_to_school  # heavy

    _changed(project, lambda opened: attach_to_school(opened, table, ids, school), as_json)


def _values(pairs: tuple[str, ...]) -> dict[str, str]:
    found = {}
    for pair in pairs:
        name, equals, value = pair.partition("=")
        if not equals or not name.strip():
            raise click.BadParameter(spoken(say("'{pair}' is not COLUMN=VALUE", pair=kept(pair))), param_hint="COLUMN=VALUE")
        found[name.strip()] = value
    return found
