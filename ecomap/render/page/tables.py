"""The tables of the answers on the page: every cell said once, in the order that decides, with what a card and a filter need."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from attrs import field, frozen

from ecomap.model import vocabulary as v
from ecomap.model.layer import NO_GEOMETRY, Column, Layer
from ecomap.model.progress import Progress
from ecomap.model.result import Output, Result
from ecomap.model.said import NOTHING, Said, say
from ecomap.render.first_rows import FirstRows, Order, in_order, order_of
from ecomap.render.map_page import MapPage
from ecomap.render.page.texts import Texts
from ecomap.render.style.band import band_of
from ecomap.render.words.card import card_columns, rank_band, speaks_of
from ecomap.render.words.cells import format_margin, format_value, is_missing, number_of
from ecomap.render.words.language import Language

_LONG_TEXT = 32
_RANKS = ("rank",)
_BAR_UNITS = ("share", "score")


@frozen
class SaidColumn:
    """A column in words: its cells as they read, and the numbers behind them where it has any."""

    column: Column
    label: str
    help: str
    kind: str
    long: bool
    cells: Sequence[str]
    keys: Sequence[float | None] = ()
    more: Mapping[str, Sequence[Any]] = field(factory=dict)   # "moe": numbers; "places": of bands
    words: Mapping[str, Sequence[str]] = field(factory=dict)  # "margins", "ends", "bands", "spreads"


@frozen
class SaidTable:
    """A table of an answer in words, in the order that decides; a page keeps its first rows where it cannot keep all."""

    result: Result
    output: Output
    title: str
    ids: Sequence[str]
    columns: Sequence[SaidColumn]
    order: Order

    @property
    def rows(self) -> int:
        return len(self.ids)


def said_tables(page: MapPage, speak: Language, progress: Progress | None = None) -> list[SaidTable]:
    """Every table of every answer that is worth one, in words."""
    found = []
    for number, result in enumerate(page.results):
        if progress is not None:
            progress.at(number / max(len(page.results), 1), result.title)
        found += [_said_table(result, output, speak) for output in result.outputs if worth_a_table(output)]
    return found


def worth_a_table(output: Output) -> bool:
    """Dissolved shapes without columns of their own are a picture, not a table."""
    shown = [column for column in _columns(output) if column.name != v.NAME]
    return bool(shown) and len(output.frame) > 0


def _columns(output: Output) -> tuple[Column, ...]:
    """The name first, then the described columns; a rank leads them all."""
    layer = Layer("output", NOTHING, v.RESULT, NO_GEOMETRY, output.columns)
    there = [column for column in card_columns(layer) if column.name in output.frame]
    named = [column for column in there if column.name == v.NAME]
    if not named and v.NAME in output.frame:
        named = [layer.column(v.NAME)]
    ranks = [column for column in there if column.unit in _RANKS]
    return (*ranks, *named, *(c for c in there if c not in ranks and c not in named and c.name != v.ID))


def _said_table(result: Result, output: Output, speak: Language) -> SaidTable:
    order = order_of(output)
    frame = in_order(output.frame.drop(columns=v.GEOMETRY, errors="ignore"), order)
    columns = _columns(output)
    rows = {str(name): frame[name].tolist() for name in frame.columns}
    return SaidTable(result, output, speak.say(output.title), [str(key) for key in rows[v.ID]],
                     [_said_column(column, rows, speak) for column in columns], order)


def _said_column(column: Column, rows: Mapping[str, Sequence[Any]], speak: Language) -> SaidColumn:
    values = rows[column.name]
    every = len(values)
    reasons = rows.get(column.name + v.REASON_SUFFIX) or [None] * every
    numbers = [number_of(value) for value in values]
    numeric = any(number is not None and not isinstance(value, bool) for number, value in zip(numbers, values))
    kind = _kind(column, [number for number in numbers if number is not None])
    more: dict[str, Sequence[Any]] = {}
    words: dict[str, Sequence[str]] = {}
    if numeric and column.moe in rows:
        more["moe"] = [number_of(value) for value in rows[column.moe]]
        words["margins"] = [_margin_words(margin, column, speak) for margin in more["moe"]]
    spread = rows.get(column.name + v.ALLOCATION_SUFFIX)
    if numeric and spread:
        words["spreads"] = [speak.say(say("{margin} from spreading people", margin=said)) if (said := format_margin(number_of(margin), column)) else ""
                            for margin in spread]
    if numeric and column.low in rows and column.high in rows:
        lows, highs = ([number_of(value) for value in rows[name]] for name in (column.low, column.high))
        words["ends"] = ["" if low is None or high is None else f"{low:g}–{high:g}" for low, high in zip(lows, highs)]
        words["bands"] = [speak.say(rank_band({column.low: low, column.high: high}, column)) for low, high in zip(lows, highs)]
        more["places"] = [_places(rank, low, high, every) for rank, low, high in zip(numbers, lows, highs)]
    return SaidColumn(
        column, speak.say(column.label), speak.say(column.help), kind, not numeric and _is_long(values),
        [_cell_words(value, number, column, why, speak) for value, number, why in zip(values, numbers, reasons)],
        numbers if numeric else (), more, words,
    )


def _cell_words(value: Any, number: float | None, column: Column, reason: Any, speak: Language) -> str:
    """Empty text stays empty; a missing number says why."""
    if number is not None and column.unit != "flag" and type(value) is not bool:
        return speak.number_said(number, column.unit, column.digits or None)
    if (is_missing(value) or value == "") and not column.unit and not isinstance(reason, str):
        return ""
    return speak.say(format_value(value, column, reason))


def _margin_words(margin: float | None, column: Column, speak: Language) -> str:
    return "" if margin is None else speak.margin_said(margin, column.unit, column.digits or None)


def _places(rank: float | None, low: float | None, high: float | None, every: int) -> list[int] | None:
    """Start and length of the band and place of the dot, in thousandths of the bar."""
    if rank is None or low is None or high is None:
        return None
    band = band_of(rank, low, high, every)
    return [round(1000 * band.start), round(1000 * (band.end - band.start)), round(1000 * band.dot)]


def _is_long(values: Sequence[Any]) -> bool:
    """Whether a column's usual text is more than a few words, so that it needs room; one long remark does not count."""
    lengths = sorted(len(value) for value in values if isinstance(value, str) and value)
    return bool(lengths) and lengths[len(lengths) // 2] > _LONG_TEXT


def _kind(column: Column, numbers: Sequence[float]) -> str:
    """How a column's cells are drawn: a band for ranks, a bar for shares of one, else plain."""
    if not numbers:
        return "text"
    if column.unit in _RANKS and column.low and column.high:
        return "rank"
    return "bar" if column.unit in _BAR_UNITS and 0.5 <= max(numbers) <= 1 else "number"


# --- as the page carries them ---------------------------------------------------------------------------------------


def cut_words(table: SaidTable, most_rows: int) -> Said:
    """What a cut table says of itself: how many rows it holds, and by what they were chosen."""
    return FirstRows(table.ids[:most_rows], table.rows, table.order).words


def table_body(table: SaidTable, most_rows: int, speak: Language, texts: Texts, links: Mapping[str, tuple[int, int]]) -> dict[str, Any]:
    """A table as the page's script reads it: its first rows, cells as text numbers."""
    keep = slice(0, most_rows)
    ids = table.ids[keep]
    at = [links.get(key, (-1, -1)) for key in ids]
    return {
        "name": table.output.name,
        "title": table.title,
        "limited": speak.say(cut_words(table, most_rows)),
        "all": table.rows,
        "ranked": any(one.column.unit in _RANKS for one in table.columns),
        "ids": [texts.add(key) for key in ids],
        "at": [[layer for layer, _ in at], [row for _, row in at]],
        "columns": [_column_body(column, keep, texts) for column in table.columns],
    }


def _column_body(column: SaidColumn, keep: slice, texts: Texts) -> dict[str, Any]:
    body: dict[str, Any] = {
        "name": column.column.name, "label": column.label, "help": column.help, "kind": column.kind, "long": column.long,
        "cells": [texts.add(cell) for cell in column.cells[keep]],
    }
    if column.keys:
        body["keys"] = list(column.keys[keep])
        body["unit"] = column.column.unit
        body["digits"] = column.column.digits
    body |= {name: list(values[keep]) for name, values in column.more.items()}
    return body | {name: [texts.add(word) for word in words[keep]] for name, words in column.words.items()}


def links_of(page: MapPage) -> Any:
    """A function from a table to where its rows can be seen: id -> layer and row; the places themselves first, then the answer's layers."""
    keys = [shown.frame[v.ID].astype(str).tolist() for shown in page.layers]
    sets = [set(of) for of in keys]

    def links(table: SaidTable) -> dict[str, tuple[int, int]]:
        wanted = set(table.ids)
        own = [n for n, shown in enumerate(page.layers) if shown.layer.result_id == table.result.id and sets[n] <= wanted]
        places = [n for n, shown in enumerate(page.layers) if not shown.layer.result_id and speaks_of(table.output, shown.layer)]
        found: dict[str, tuple[int, int]] = {}
        for number in (*places, *own):
            prefix = page.layers[number].layer.id
            for row, key in enumerate(keys[number]):
                if key in wanted:
                    found.setdefault(key, (number, row))
                elif f"{prefix}/{key}" in wanted:
                    found.setdefault(f"{prefix}/{key}", (number, row))
        return found

    return links
