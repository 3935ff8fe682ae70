"""The whole system year by year: one row per indicator, the newest year first, the strongest year darkest."""

from __future__ import annotations

from typing import Any

from ecomap.analysis.assets.columns import ROWS, SCHOOL_FIFTH
from ecomap.model import vocabulary as v
from ecomap.model.result import Output, Result
from ecomap.model.said import NOTHING, Said, joined, name, say
from ecomap.model.units import format_number, money_words
from ecomap.ui.views.assets import fifth_words, number, records, said
from ecomap.ui.views.sheet import HEAT, NAME, NOT_REPORTED, TEXT, Cell, ViewColumn, ViewRow, ViewSheet

SHARE, KIND = "share", "kind"


def years_sheet(result: Result, output: Output) -> ViewSheet | None:
    """Schools taking part, partners at work, dollars a year, and what the partners keep, by year."""
    caption = say("Newest year first; the darker, the nearer to the highest of its row. A year without a record is left blank.")
    kinds = {said(row, KIND) for row in records(output)}
    if len(kinds) == 1:
        return _by_year(output, (v.NAME, v.UNIT), (say("Indicator"), say("Unit")), output.title,
                        joined([say("All {kind}.", kind=next(iter(kinds))), caption]))
    return _by_year(output, (v.NAME, v.UNIT, KIND), (say("Indicator"), say("Unit"), say("Where it is from")), output.title, caption)


def fifths_sheet(result: Result, output: Output) -> ViewSheet | None:
    """Schools taking part by need fifth and year."""
    caption = joined([say("Schools taking part, newest year first. Need fifths are of the day asked for and hold for all years."),
                      say("Click a number for its schools.")])
    return _by_year(output, (v.NAME, SCHOOL_FIFTH), (say("Indicator"), say("Need fifth")), output.title, caption)


def _by_year(output: Output, keys: tuple[str, ...], labels: tuple[Said, ...], title: Said, caption: Said) -> ViewSheet:
    lines: dict[tuple[Any, ...], dict[str, dict[str, Any]]] = {}
    for row in records(output):
        lines.setdefault(tuple(_word(row, key) for key in keys), {})[said(row, v.YEAR)] = row
    years = sorted({year for line in lines.values() for year in line}, reverse=True)
    columns = (
        ViewColumn(labels[0], NAME, px=300), *(ViewColumn(label, TEXT) for label in labels[1:]),
        *(ViewColumn(name(year) if year else say("no year"), HEAT, say("By year"), px=_px(lines, year)) for year in years),
    )
    made = []
    for key, line in lines.items():
        most = max((number(row, v.VALUE) or 0.0 for row in line.values()), default=0.0) or 1.0
        heads = (Cell(key[0], tip=key[0]), *(Cell(text, quiet=text == NOT_REPORTED) for text in key[1:]))
        made.append(ViewRow("|".join(key), (*heads, *(_cell(key[0], year, line.get(year), most) for year in years))))
    return ViewSheet(title, caption, columns, tuple(made))


def _word(row: dict[str, Any], key: str) -> Said:
    if key == SCHOOL_FIFTH:
        return fifth_words(number(row, key))
    return money_words() if said(row, key) == "usd" else said(row, key) or NOT_REPORTED


def _px(lines: dict[tuple[Any, ...], dict[str, dict[str, Any]]], year: str) -> int:
    longest = max((len(_figure(line[year])) for line in lines.values() if year in line), default=4)
    return max(56, 8 * longest + 16)


def _figure(row: dict[str, Any]) -> Said:
    value = number(row, v.VALUE)
    return NOTHING if value is None else format_number(value, "usd" if said(row, v.UNIT) == "usd" or _word(row, v.UNIT).startswith("dollars") else "count")


def _cell(what: Said, year: str, row: dict[str, Any] | None, most: float) -> Cell:
    where = joined([what, name(year)], ", ")
    if row is None:
        return Cell(tip=joined([where, NOT_REPORTED], ": "))
    text, share, remark = _figure(row), number(row, SHARE), said(row, "remark") or said(row, v.SOURCE)
    if not text:
        return Cell(tip=joined([where, NOT_REPORTED], ": "), refs=said(row, ROWS))
    figure = text if share is None else say(
        "{figure}, {share} of the schools of this fifth", figure=text, share=format_number(share, "share"))
    tip = joined([where, say("{figure} ({remark})", figure=figure, remark=remark) if remark else figure], ": ")
    return Cell(text, (number(row, v.VALUE) or 0.0) / most, tip=tip, refs=said(row, ROWS))
