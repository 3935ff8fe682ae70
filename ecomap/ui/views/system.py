"""The whole system year by year: one row per indicator, the newest year first, the strongest year darkest."""

from __future__ import annotations

from typing import Any

from ecomap.model.said import say
from ecomap.analysis.assets.columns import ROWS, SCHOOL_FIFTH
from ecomap.model import vocabulary as v
from ecomap.model.result import Output, Result
from ecomap.model.units import format_number
from ecomap.ui.views.assets import FIFTH_WORDS, number, records, said
from ecomap.ui.views.sheet import HEAT, NAME, NOT_REPORTED, TEXT, Cell, ViewColumn, ViewRow, ViewSheet

SHARE, KIND = "share", "kind"


def years_sheet(result: Result, output: Output) -> ViewSheet | None:
    """Schools taking part, partners at work, dollars a year, and what the partners keep, by year."""
    caption = "Newest year first; the darker, the nearer to the highest of its row. A year without a record is left blank."
    kinds = {said(row, KIND) for row in records(output)}
    if len(kinds) == 1:
        return _by_year(output, (v.NAME, v.UNIT), ("Indicator", "Unit"), output.title, f"All {next(iter(kinds))}. {caption}")
    return _by_year(output, (v.NAME, v.UNIT, KIND), ("Indicator", "Unit", "Where it is from"), output.title, caption)


def fifths_sheet(result: Result, output: Output) -> ViewSheet | None:
    """Schools taking part by need fifth and year."""
    caption = "Schools taking part, newest year first. Need fifths are of today and hold for all years. Click a number for its schools."
    return _by_year(output, (v.NAME, SCHOOL_FIFTH), ("Indicator", "Need fifth"), output.title, caption)


def _by_year(output: Output, keys: tuple[str, ...], labels: tuple[str, ...], title: str, caption: str) -> ViewSheet:
    lines: dict[tuple[Any, ...], dict[str, dict[str, Any]]] = {}
    for row in records(output):
        lines.setdefault(tuple(_word(row, key) for key in keys), {})[said(row, v.YEAR)] = row
    years = sorted({year for line in lines.values() for year in line}, reverse=True)
    columns = (
        ViewColumn(labels[0], NAME, px=300), *(ViewColumn(label, TEXT) for label in labels[1:]),
        *(ViewColumn(year or "no year", HEAT, say("By year"), px=_px(lines, year)) for year in years),
    )
    made = []
    for key, line in lines.items():
        most = max((number(row, v.VALUE) or 0.0 for row in line.values()), default=0.0) or 1.0
        heads = (Cell(key[0], tip=key[0]), *(Cell(text, quiet=text == NOT_REPORTED) for text in key[1:]))
        made.append(ViewRow("|".join(key), (*heads, *(_cell(key[0], year, line.get(year), most) for year in years))))
    return ViewSheet(title, caption, columns, tuple(made))


def _word(row: dict[str, Any], key: str) -> str:
    if key == SCHOOL_FIFTH:
        return FIFTH_WORDS.get(int(number(row, key) or 0), "no need number")
    return "dollars" if said(row, key) == "usd" else said(row, key) or NOT_REPORTED


def _px(lines: dict[tuple[Any, ...], dict[str, dict[str, Any]]], year: str) -> int:
    longest = max((len(_figure(line[year])) for line in lines.values() if year in line), default=4)
    return max(56, 8 * longest + 16)


def _figure(row: dict[str, Any]) -> str:
    value = number(row, v.VALUE)
    return "" if value is None else format_number(value, "usd" if _word(row, v.UNIT).startswith("dollars") else "count")


def _cell(what: str, year: str, row: dict[str, Any] | None, most: float) -> Cell:
    if row is None:
        return Cell(tip=say(f"{what}, {year}: {NOT_REPORTED}"))
    text, share, remark = _figure(row), number(row, SHARE), said(row, "remark") or said(row, v.SOURCE)
    if not text:
        return Cell(tip=say(f"{what}, {year}: {NOT_REPORTED}"), refs=said(row, ROWS))
    more = f", {format_number(share, 'share')} of the schools of this fifth" if share is not None else ""
    tip = f"{what}, {year}: {text}{more}{f' ({remark})' if remark else ''}"
    return Cell(text, (number(row, v.VALUE) or 0.0) / most, tip=tip, refs=said(row, ROWS))
