"""A result or an import in plain lines of text, as the command line says it."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from ecomap.model import vocabulary as v
from ecomap.model.figures import figure_digits, figure_value, range_words
from ecomap.model.layer import Column, Layer
from ecomap.model.report import ImportReport, ReportLine
from ecomap.model.result import KeyFigure, Output, Result
from ecomap.model.roles import ROLE_LABELS
from ecomap.model.said import NOTHING, Said, joined, plural, say
from ecomap.model.said import name as kept
from ecomap.model.understanding import KEPT, LEFT_OUT, ColumnUse, Doubt
from ecomap.model.units import format_number as count_in_words
from ecomap.render.first_rows import first_rows
from ecomap.render.words.card import card_columns, rank_band
from ecomap.render.words.cells import format_margin, format_number, format_value, number_of
from ecomap.render.words.closed import word
from ecomap.render.words.language import IN_ENGLISH, Language

_MOST_ROWS, _MOST_COLUMNS = 10, 6
_MARKS: Mapping[str, Said] = {
    "dropped": say("left out"), "merged": say("merged"), "mended": say("mended"), "caution": say("careful"), "note": say("note"),
}


def result_lines(result: Result, *, rows: int = _MOST_ROWS, speak: Language = IN_ENGLISH) -> list[str]:
    """The finding, its key figures, the head of the main table if it is a ranking, and the cautions."""
    lines = [speak.say(result.title), speak.say(result.sentence), ""]
    numbers = [speak.say(figure_text(figure)) for figure in result.figures]
    wide = max((len(number) for number in numbers), default=0)
    for number, figure in zip(numbers, result.figures):
        note = f" ({speak.say(joined([range_words(figure), figure.note], '; '))})" if figure.note or range_words(figure) else ""
        lines.append(f"  {number:>{wide}}  {speak.say(figure.label)}{note}")
    lines += _ranking(result.main, rows, speak)
    if result.notes:
        lines.append("")
        lines += [f"  {'! ' if note.kind == 'caution' else '- '}{speak.say(note.text)}" for note in result.notes]
    return lines


def figure_text(figure: KeyFigure) -> Said:
    """``347,235 ± 3,462``."""
    column = Column(figure.name, figure.label, figure.unit, digits=figure_digits(figure) or 0)
    margin = format_margin(figure.moe, column) if figure.value is not None else NOTHING
    return joined([format_number(figure_value(figure), column), margin])


def _ranking(output: Output, rows: int, speak: Language) -> list[str]:
    """The first rows of a ranked table: rank with its band, name, and the first measured column."""
    columns = [column for column in output.columns if column.name in output.frame]
    rank = next((column for column in columns if column.unit == "rank"), None)
    if rank is None or not len(output.frame):
        return []
    shown = [c for c in card_columns_of(output) if c.name not in (rank.name, v.NAME, v.ID)]
    measured = next((column for column in shown if column.unit in ("count", "score", "share", "usd")), None)
    lines = ["", f"  {speak.say(output.title)}"]
    cut = first_rows(output, rows)
    first = cut.frame
    other = next((column.name for column in shown if not column.unit and isinstance(first[column.name].iloc[0], str)), v.NAME)
    named = other if v.NAME in first and len(first) > 1 and first[v.NAME].nunique() == 1 else v.NAME  # one place beside several others
    told = [column for name in output.told for column in columns if column.name == name] if named == v.NAME else []
    for record in first.to_dict("records"):
        called = word(record.get(named, record[v.ID]), v.NAME)
        if told:
            what = joined([_told(record, column) for column in told], "; ")
            lines.append(f"  {speak.say(called)} - {speak.say(what)}")
            continue
        parts = [called, _measured(record, measured)] if measured is not None else [called]
        band = rank_band(record, rank) if rank.low and rank.high else NOTHING
        line = f"{speak.say(format_value(record[rank.name], rank)):>4}. {speak.say(joined(parts, ' - '))}"
        lines.append(line + (f" ({speak.say(band)})" if band else ""))
    return [*lines, f"  {speak.say(cut.words)}"] if cut.words else lines


def _measured(record: dict[Any, Any], column: Column) -> Said:
    """``Children: 2,310 ± 240``."""
    margin = format_margin(number_of(record.get(column.moe)), column) if column.moe else NOTHING
    return joined([column.label, joined([format_value(record[column.name], column), margin])], ": ")


def _told(record: dict[Any, Any], column: Column) -> Said:
    """``Our rank: 608 (between 590 and 640)``."""
    band = rank_band(record, column) if column.low and column.high else NOTHING
    value = format_value(record[column.name], column)
    return joined([column.label, say("{value} ({band})", value=value, band=band) if band else value], ": ")


def card_columns_of(output: Output) -> tuple[Column, ...]:
    """An output's columns as a reader is shown them."""
    return tuple(
        c for c in card_columns(Layer(output.name, output.title, v.RESULT, output.geometry, output.columns))
        if c.name in output.frame
    )


def import_lines(report: ImportReport, speak: Language = IN_ENGLISH, *, flag_of: Callable[[Doubt], str] | None = None) -> list[str]:
    """What was read, kept, mended and left out, and why, in numbers that add up."""
    lines = [kept(report.sentence)]
    role = kept(ROLE_LABELS.get(report.role, report.role)).small()
    lines.append(say("layer: {layer} ({id}), {role}", layer=kept(report.layer_name), id=kept(report.layer_id), role=role))
    if report.crs:
        lines.append(say("coordinates: {system}", system=kept(report.crs)))
    if report.mapping:
        pairs = [say("{field} from '{column}'", field=kept(field), column=kept(column)) for field, column in report.mapping]
        lines.append(say("columns: {pairs}", pairs=joined(pairs, ", ")))
    lines += _columns(report)
    lines += [_line_text(line) for line in report.lines]
    answered = dict(report.answers)
    lines += [_open_doubt(doubt, flag_of(doubt) if flag_of else "") for doubt in report.doubts if doubt.code not in answered]
    if not report.adds_up:
        lines.append(say("The counts do not add up: read {read}, kept {kept}.", read=count_in_words(report.read),
                         kept=count_in_words(report.kept)))
    first, *rest = (speak.say(line) for line in lines)
    return [first, *(f"  {line}" for line in rest)]


def _few(uses: Sequence[ColumnUse]) -> Said:
    """The first columns by name, and how many more there are."""
    names = joined((kept(use.column) for use in uses[:_MOST_COLUMNS]), ", ")
    more = len(uses) - _MOST_COLUMNS
    return plural("{columns} and {n} more, which the report as JSON names", "{columns} and {n} more, which the report as JSON names", more, columns=names) if more > 0 else names


def _columns(report: ImportReport) -> list[Said]:
    """The columns that are no field: kept ones by name, those left out with their reason, cells that did not fit."""
    lines = []
    beside = [use for use in report.columns if use.use == KEPT]
    if beside:
        lines.append(say("kept beside the rows: {columns}", columns=_few(beside)))
    gone: dict[str, list[ColumnUse]] = {}
    for use in report.columns:
        if use.use == LEFT_OUT:
            gone.setdefault(str(use.why), []).append(use)
    for uses in gone.values():
        columns = _few(uses)
        lines.append(say("left out: {columns} ({why})", columns=columns, why=uses[0].why.bare().small()) if uses[0].why
                     else say("left out: {columns}", columns=columns))
    return lines


def _open_doubt(doubt: Doubt, flag: str) -> Said:
    """``to be said by you: Which way does Graduation rate run? (--indicator graduation_rate=more)``."""
    taken = next((one.label for one in doubt.options if one.value == doubt.taken), NOTHING)
    words = say("to be said by you: {doubt} Until then: {taken}.", doubt=doubt.text, taken=taken.bare()) if taken else say("to be said by you: {doubt}", doubt=doubt.text)
    return say("{words} ({flag})", words=words, flag=kept(flag)) if flag else words


def _line_text(line: ReportLine) -> Said:
    mark = _MARKS.get(line.kind, kept(line.kind))
    if line.count is not None:
        mark = joined([mark, count_in_words(line.count)])
    text = kept(line.text).bare()
    if line.examples:
        text = say("{finding}, such as {examples}", finding=text, examples=joined(line.examples, ", "))
    return joined([mark, text], ": ")
