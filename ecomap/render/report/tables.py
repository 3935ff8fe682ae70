"""The tables of an answer on paper: its first rows by the rule of all writers, as many columns as stand whole beside each other."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any, Final

from ecomap.model import vocabulary as v
from ecomap.model.layer import Column
from ecomap.model.result import Output, Result
from ecomap.model.said import NOTHING, Said, joined, plural, say
from ecomap.model.units import format_number
from ecomap.render.first_rows import FirstRows, first_rows, order_of
from ecomap.render.report.room import Room
from ecomap.render.typeset.document import Block, Paragraph, Table, TableColumn
from ecomap.render.words.cells import format_margin, format_value, is_missing, number_of
from ecomap.render.words.language import Language
from ecomap.render.words.report import card_columns_of

WHOLE_ROWS: Final = 5      # a table as short as this stands whole
FEWEST_COLUMNS: Final = 4  # of a table that leaves out long remarks
WIDTH_PT: Final = 518.0     # of letter and A4 within their margins
_LETTER_PT, _INSET_PT = 4.9, 10.0  # of type of 9 pt, on average; both sides of a cell
_LEAST_WORDS_PT, _MOST_WORDS_PT = 58.0, 176.0
_HEAD_LINES, _USUAL = 2, 34  # lines of a heading; letters of a cell that should stand in one line
_LEAST_NUMBER_PT = 34.0
_GAPS = re.compile(r"[\s\u2010\u2011-]+")


def tables_of(result: Result, speak: Language, room: Room) -> list[Block]:
    """The main table of an answer and the next ones, each cut by its deciding order; those that are not here are named."""
    told = [output for output in result.outputs if len(output.frame) and _columns(output)]
    fit = [output for output in told if output is result.main or room.other_rows or len(output.frame) <= WHOLE_ROWS]
    shown = sorted(fit, key=lambda output: (output is not result.main, len(output.frame) > WHOLE_ROWS))[:room.tables]
    blocks: list[Block] = [_table(output, speak, room.main_rows if output is result.main else room.other_rows) for output in told if output in shown]
    rest = [output for output in told if output not in shown]
    if rest:
        named = joined([plural("{table} ({n} row)", "{table} ({n} rows)", len(output.frame), table=output.title) for output in rest], "; ")
        blocks.append(Paragraph(say("In the tables of the project, not on paper: {tables}.", tables=named), "small"))
    return blocks


def _table(output: Output, speak: Language, most: int) -> Table:
    cut = first_rows(output, max(most, WHOLE_ROWS))
    if cut.left_out:
        cut = first_rows(output, most)
    records = cut.frame.drop(columns=v.GEOMETRY, errors="ignore").to_dict("records")
    columns, widths, left = _fitting(output, records, speak)
    rows = tuple(tuple(_cell(record, column) for column in columns) for record in records)
    heads = tuple(TableColumn(column.label, _numeric(records, column), wide) for column, wide in zip(columns, widths))
    return Table(heads, rows, output.title, _note(cut, left))


def _note(cut: FirstRows, columns_left: int) -> Said:
    """What is not here, and which rule decided."""
    more = plural("{n} more column stands in the tables of the project.", "{n} more columns stand in the tables of the project.",
                  columns_left) if columns_left else NOTHING
    return joined([cut.words, more])


def _columns(output: Output) -> tuple[Column, ...]:
    """The columns of a table, what it is about first: the rank, the name, what decides the order, what it asks to be told by."""
    there = {column.name: column for column in card_columns_of(output) if column.name != v.ID}
    if v.NAME in output.frame and v.NAME not in there:
        there[v.NAME] = Column(v.NAME, say("Name"))
    if set(there) <= {v.NAME}:
        return ()  # dissolved shapes are a picture, not a table
    decides = order_of(output).column
    style = output.style.column if output.style is not None else ""
    rank = next((column.name for column in there.values() if column.unit == "rank"), "")
    wanted = [rank, v.NAME, decides.name if decides else "", *output.told, style]
    first = [there[one] for one in dict.fromkeys(wanted) if one in there]
    return (*first, *(column for column in there.values() if column not in first))


def _fitting(output: Output, records: Sequence[dict[Any, Any]], speak: Language) -> tuple[list[Column], list[float], int]:
    """The columns that stand whole beside each other, how wide each is, and how many more there are."""
    columns = _worth_their_room([column for column in _columns(output) if not _says_nothing(records, column)], records, speak)
    taken: list[Column] = []
    widths: list[float] = []
    room = WIDTH_PT
    for column in columns:
        least = _least(records, column, speak)
        if taken and least > room:
            continue
        taken.append(column)
        widths.append(least)
        room -= least
    texts = [place for place, column in enumerate(taken) if not _numeric(records, column)]
    for place in texts:  # what is left goes to words, which break less often in wide columns
        widths[place] += max(room, 0.0) / len(texts)
    return taken, widths, len(_columns(output)) - len(taken)


def _worth_their_room(columns: Sequence[Column], records: Sequence[dict[Any, Any]], speak: Language) -> list[Column]:
    """The columns without those of long remarks, as far as the table still says something without them."""
    def long(column: Column) -> bool:
        lengths = sorted(len(speak.say(_cell(record, column))) for record in records)
        return bool(lengths) and column.name != v.NAME and lengths[len(lengths) // 2] > _USUAL

    short = [column for column in columns if not long(column)]
    return short if len(short) >= FEWEST_COLUMNS else list(columns)


def _says_nothing(records: Sequence[dict[Any, Any]], column: Column) -> bool:
    return all(record.get(column.name) == "" or is_missing(record.get(column.name)) for record in records) and not column.unit


def _least(records: Sequence[dict[Any, Any]], column: Column, speak: Language) -> float:
    """How wide a column is at least so that no word of it is cut, in points."""
    label = speak.say(column.label)
    head = max(_longest_word(label), -(-len(label) // _HEAD_LINES))
    cells = [speak.say(_cell(record, column)) for record in records]
    if _numeric(records, column):
        return max(head, max(map(len, cells), default=0)) * _LETTER_PT + _INSET_PT if cells else _LEAST_NUMBER_PT
    words = max((_longest_word(cell) for cell in cells), default=0)
    usual = sorted(map(len, cells))[len(cells) // 2] if cells else 0
    wanted = max(words, head, min(usual, _USUAL)) * _LETTER_PT + _INSET_PT
    return min(max(wanted, _LEAST_WORDS_PT), _MOST_WORDS_PT)


def _longest_word(text: str) -> int:
    return max(map(len, _GAPS.split(text)), default=0)


def _numeric(records: Sequence[dict[Any, Any]], column: Column) -> bool:
    values = [record.get(column.name) for record in records]
    return column.unit != "flag" and any(number_of(value) is not None and not isinstance(value, bool) for value in values)


def _cell(record: dict[Any, Any], column: Column) -> Said:
    """What a cell says: a number with its margin or the ranks it could have; why there is none; words."""
    value, reason = record.get(column.name), record.get(column.name + v.REASON_SUFFIX)
    if (is_missing(value) or value == "") and not column.unit and not isinstance(reason, str):
        return NOTHING
    said = format_value(value, column, reason)
    if number_of(value) is None or isinstance(value, bool) or column.unit == "flag":
        return said
    if column.low and column.high:
        low, high = (number_of(record.get(end)) for end in (column.low, column.high))
        return said if low is None or high is None else say("{rank} ({low}–{high})", rank=said, low=format_number(low), high=format_number(high))
    return joined([said, format_margin(number_of(record.get(column.moe)), column)]) if column.moe else said
