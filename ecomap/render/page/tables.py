"""The answers on the page: key figures, bars, notes and tables linked with the map."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from ecomap.model import vocabulary as v
from ecomap.model.figures import figure_digits, figure_value, range_words
from ecomap.model.layer import NO_GEOMETRY, Column, Layer
from ecomap.model.progress import Progress
from ecomap.model.result import KeyFigure, Output, Result
from ecomap.model.said import NOTHING, Said, joined, say
from ecomap.render.first_rows import first_rows
from ecomap.render.map_page import MapPage
from ecomap.render.page.texts import Texts
from ecomap.render.style.band import band_of
from ecomap.render.words.card import card_columns, rank_band, speaks_of
from ecomap.render.words.cells import format_margin, format_number, format_value, is_missing, number_of
from ecomap.render.words.language import Language

MOST_ROWS = 2_000
_LONG_TEXT = 32
_RANKS = ("rank",)
_BAR_UNITS = ("share", "score")


def page_results(
    page: MapPage, speak: Language, texts: Texts, most_rows: int = MOST_ROWS, progress: Progress | None = None
) -> tuple[list[dict[str, Any]], list[Said]]:
    """Each result as the page shows it (the newest first), and notes on what was left out.

    A table has its first ``most_rows`` rows by the rule of `ecomap.render.first_rows`, and says so.
    """
    notes: list[Said] = []
    found = []
    for result in reversed(page.results):
        if progress is not None:
            progress.check()
        found.append(_result(page, result, speak, texts, notes, most_rows))
    return found, notes


def _result(
    page: MapPage, result: Result, speak: Language, texts: Texts, notes: list[Said], most_rows: int
) -> dict[str, Any]:
    tables = [
        _table(page, result, output, speak, texts, notes, most_rows)
        for output in result.outputs if _worth_a_table(output)
    ]
    return {
        "title": speak.say(result.title),
        "sentence": "" if result.sentence == page.subtitle else speak.say(result.sentence),
        "figures": [_figure(figure, speak) for figure in result.figures],
        "barsTitle": speak.say(result.bars_title),
        "bars": _bars(result, speak),
        "notes": [speak.say(note.text) for note in result.notes if note.kind != "caution"],
        "tables": tables,
    }


def _figure(figure: KeyFigure, speak: Language) -> dict[str, str]:
    column = Column(figure.name, figure.label, figure.unit, digits=figure_digits(figure) or 0)
    return {
        "label": speak.say(figure.label),
        "value": speak.say(format_number(figure_value(figure), column)),
        # nobody, for certain, has no margin
        "margin": speak.say(format_margin(figure.moe, column)) if figure.value or (figure.value == 0 and figure.moe) else "",
        "range": speak.say(range_words(figure)),
        "note": speak.say(figure.note),
    }


def _bars(result: Result, speak: Language) -> list[dict[str, Any]]:
    """The one chart of a result; small shares get a decimal, or they would all read alike."""
    shares = [share for share in (number_of(share) for _, share, _ in result.bars) if share is not None]
    column = Column("share", NOTHING, "share", digits=1 if shares and max(shares) < 0.1 else 0)
    bars = []
    for label, share, moe in result.bars:
        margin = number_of(moe)
        said = joined([format_value(share, column), format_margin(margin, column)])
        bars.append({"label": speak.say(label), "share": number_of(share), "moe": margin, "text": speak.say(said)})
    return bars


def _worth_a_table(output: Output) -> bool:
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


def _table(
    page: MapPage, result: Result, output: Output, speak: Language, texts: Texts, notes: list[Said], most_rows: int
) -> dict[str, Any]:
    cut = first_rows(output, most_rows)
    every = cut.every
    columns = _columns(output)
    records = cut.frame.drop(columns=v.GEOMETRY, errors="ignore").to_dict("records")
    if cut.left_out:
        notes.append(say("{answer} · {table}: {cut}", answer=result.title, table=output.title, cut=cut.words))
    return {
        "title": speak.say(output.title),
        "limited": speak.say(cut.words),
        "ranked": any(column.unit in _RANKS for column in columns),
        "columns": [_column(column, records, every, speak, texts) for column in columns],
        "links": _links(page, result, output, [str(record[v.ID]) for record in records]),
    }


def _column(column: Column, records: Sequence[Any], every: int, speak: Language, texts: Texts) -> dict[str, Any]:
    """Cells as text numbers, with sort keys, margins and bands (among ``every`` rows) where the column has numbers."""
    values = [record[column.name] for record in records]
    reasons = [record.get(column.name + v.REASON_SUFFIX) for record in records]
    numeric = any(number_of(value) is not None and not isinstance(value, bool) for value in values)
    body: dict[str, Any] = {
        "label": speak.say(column.label),
        "help": speak.say(column.help),
        "kind": _kind(column, [number for value in values if (number := number_of(value)) is not None]),
        "long": not numeric and _is_long(values),
        "cells": [texts.add(speak.say(_cell(value, column, why))) for value, why in zip(values, reasons)],
    }
    if numeric:
        body["keys"] = [number_of(value) for value in values]
        if column.moe:
            margins = [number_of(record.get(column.moe)) for record in records]
            body["moe"] = margins
            body["margins"] = [texts.add(speak.say(format_margin(margin, column))) for margin in margins]
        if column.low and column.high:
            body["ends"] = [texts.add(_ends(record, column)) for record in records]
            body["places"] = [_places(record, column, every) for record in records]
            body["bands"] = [texts.add(speak.say(rank_band(record, column))) for record in records]
    return body


def _ends(record: Any, column: Column) -> str:
    """``1–5``; "" where the ranks it could have are not known."""
    low, high = number_of(record.get(column.low)), number_of(record.get(column.high))
    return "" if low is None or high is None else f"{low:g}–{high:g}"


def _places(record: Any, column: Column, every: int) -> list[int] | None:
    """Start and length of the band and place of the dot, in thousandths of the bar."""
    rank, low, high = (number_of(record.get(name)) for name in (column.name, column.low, column.high))
    if rank is None or low is None or high is None:
        return None
    band = band_of(rank, low, high, every)
    return [round(1000 * band.start), round(1000 * (band.end - band.start)), round(1000 * band.dot)]


def _is_long(values: Sequence[Any]) -> bool:
    """Whether a column's usual text is more than a few words, so that it needs room; one long remark does not count."""
    lengths = sorted(len(value) for value in values if isinstance(value, str) and value)
    return bool(lengths) and lengths[len(lengths) // 2] > _LONG_TEXT


def _cell(value: Any, column: Column, reason: Any) -> Said:
    """Empty text stays empty; a missing number says why."""
    if (is_missing(value) or value == "") and not column.unit and not isinstance(reason, str):
        return NOTHING
    return format_value(value, column, reason)


def _kind(column: Column, numbers: Sequence[float]) -> str:
    """How a column's cells are drawn: a band for ranks, a bar for shares of one, else plain."""
    if not numbers:
        return "text"
    if column.unit in _RANKS and column.low and column.high:
        return "rank"
    return "bar" if column.unit in _BAR_UNITS and 0.5 <= max(numbers) <= 1 else "number"


def _links(page: MapPage, result: Result, output: Output, ids: list[str]) -> list[list[int] | None]:
    """For each table row the layer and row it can be seen at: the places themselves first, then the result's layer."""
    wanted = set(ids)
    own = [
        n
        for n, shown in enumerate(page.layers)
        if shown.layer.result_id == result.id and wanted.issuperset(shown.frame[v.ID].astype(str))
    ]
    places = [n for n, shown in enumerate(page.layers) if not shown.layer.result_id and speaks_of(output, shown.layer)]
    found: dict[str, list[int]] = {}
    for number in (*places, *own):
        shown = page.layers[number]
        for row, key in enumerate(shown.frame[v.ID].astype(str)):
            found.setdefault(key, [number, row])
            found.setdefault(f"{shown.layer.id}/{key}", [number, row])
    return [found.get(key) for key in ids]
