"""Dollars side by side: generated, allocated, spent at the site, spent centrally; and what ends when."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any, Final

from ecomap.analysis.assets.columns import ROWS
from ecomap.analysis.money.attribution import GENERATED
from ecomap.analysis.money.misalignment import PER_PUPIL
from ecomap.analysis.money.schools import ALLOCATED, SPENT_STATE
from ecomap.model import vocabulary as v
from ecomap.model.result import Output, Result
from ecomap.model.said import Said, joined, plural, say
from ecomap.model.units import format_number
from ecomap.render.style.palette import ramp
from ecomap.ui.views.assets import FIFTHS, number, of_fifth, records, said
from ecomap.ui.views.sheet import (
    BAR,
    NAME,
    NOT_REPORTED,
    NOTHING_HERE,
    STACK,
    TEXT,
    Cell,
    ViewColumn,
    ViewRow,
    ViewSheet,
)

# Four greys would say nothing and four hues would favour one: dark to light of one neutral ramp, the site strongest.
KINDS = (
    (say("Generated"), GENERATED, "#3B6C8F"),
    (say("Allocated"), ALLOCATED, "#6E97B5"),
    (say("Spent at the site"), "site", "#00607A"),
    (say("Spent centrally"), "central", "#8FA3B1"),
)
SITE_PARTS = (v.SITE_STATE_LOCAL, v.SITE_FEDERAL)
BY_FIFTH: Final = say("Dark is the highest-need fifth of schools, light the lowest, grey none")
_FIFTH = re.compile(r"_fifth_([1-5])$")
CENTRAL_PARTS = (v.CENTRAL_STATE_LOCAL, v.CENTRAL_FEDERAL)


# Why there is no amount: what the table calls it, and how it reads in a cell.
_WHY: Mapping[str, Said] = {"reported in part": say("reported in part"), "too uncertain": say("too uncertain to show")}


def money_sheet(result: Result, output: Output) -> ViewSheet | None:
    """One row per school, the four amounts per pupil on one scale; what was not filed says so."""
    rows = records(output)
    found = [(row, _amounts(row, output)) for row in rows]
    most = max((value for _, amounts in found for value, _ in amounts if value is not None), default=0.0) or 1.0
    columns = (
        ViewColumn(say("School"), NAME, px=190), ViewColumn(say("Pupils"), TEXT, px=62, right=True),
        *(ViewColumn(label, BAR, say("Dollars per pupil"), _tip(label, output, key), 138) for label, key, _ in KINDS),
        ViewColumn(say("Generated less spent"), TEXT, tip=say("Per pupil, state and local money. Above 0: more is generated than is spent."),
                   px=132, right=True),
    )
    made = []
    for row, amounts in found:
        school, pupils = said(row, v.NAME), number(row, v.ENROLLMENT)
        bars = tuple(
            _dollars(joined([school, label], " · "), value, why, most, colour)
            for (label, _, colour), (value, why) in zip(KINDS, amounts, strict=True)
        )
        difference = number(row, PER_PUPIL)
        gap = Cell(format_number(difference, "usd") if difference is not None else NOT_REPORTED, quiet=difference is None)
        count = Cell(format_number(pupils) if pupils is not None else NOT_REPORTED, quiet=pupils is None)
        made.append((-(amounts[0][0] or -1.0), school, ViewRow(said(row, v.ID), (Cell(school), count, *bars, gap), said(row, v.ID))))
    made.sort(key=lambda item: item[:2])
    silent = sum(1 for _, amounts in found if amounts[2][0] is None)
    caption = joined([
        say("Dollars per pupil, all on one scale, most generated first."),
        say("{silent} of {schools} schools: spending not reported, which is not 0.", silent=format_number(silent),
            schools=format_number(len(found))),
    ])
    return ViewSheet(say("Generated, allocated and spent"), caption, columns, tuple(item[2] for item in made))


def _tip(label: Said, output: Output, key: str) -> Said:
    described = next((column for column in output.columns if column.name == key), None)
    return joined([say("{column}.", column=described.label), described.help]) if described else label


def _amounts(row: dict[str, Any], output: Output) -> list[tuple[float | None, Said]]:
    """Per pupil: generated, allocated, at the site, centrally; with the word that stands where there is none."""
    pupils = number(row, v.ENROLLMENT)
    why = _WHY.get(said(row, SPENT_STATE), NOT_REPORTED)
    made: list[tuple[float | None, Said]] = []
    for total, word in (
        (number(row, GENERATED), NOT_REPORTED), (number(row, ALLOCATED), NOT_REPORTED),
        (_sum(row, SITE_PARTS), why), (_sum(row, CENTRAL_PARTS), why),
    ):
        made.append((total / pupils if total is not None and pupils else None, word))
    return made


def _sum(row: dict[str, Any], names: tuple[str, ...]) -> float | None:
    """All parts added up; None as soon as one is missing, for a part is not a total."""
    parts = [number(row, name) for name in names]
    return None if any(part is None for part in parts) else float(sum(part for part in parts if part is not None))


def _dollars(what: Said, value: float | None, why: Said, most: float, colour: str) -> Cell:
    if value is None:
        return Cell(why, tip=joined([what, why], ": "), quiet=True)
    return Cell(format_number(value, "usd"), max(value, 0.0) / most, colour,
                tip=say("{what}: {dollars} per pupil", what=what, dollars=format_number(value, "usd")))


def months_sheet(result: Result, output: Output) -> ViewSheet | None:
    """Dollars that end in each month, one bar per month, and of schools of which need."""
    amount = next((c for c in output.columns if c.unit == "usd" and c.name in output.frame and not c.hidden), None)
    if amount is None:
        return None
    rows = records(output)
    if not any(said(row, ROWS) for row in rows):
        return ViewSheet(output.title, say("No grant on record ends in these months. Add grants under Assets, or ask from an earlier day."),
                         (ViewColumn(say("Month"), NAME, px=150),), ())
    most = max((number(row, amount.name) or 0.0 for row in rows), default=0.0) or 1.0
    fifths = {int(match[1]): name for name in output.frame.columns if (match := _FIFTH.search(str(name)))}
    split = {*fifths.values(), *(str(name) for name in output.frame.columns if str(name).endswith("_no_fifth"))}
    beside = [c for c in output.columns if c.name not in (v.ID, v.NAME, amount.name, *split) and not c.hidden and c.name in output.frame]
    columns = (
        ViewColumn(say("Month"), NAME, px=150), ViewColumn(amount.label, BAR, tip=amount.help, px=280),
        *((ViewColumn(say("Grants that end, by need fifth"), STACK, tip=BY_FIFTH, px=190),) if fifths else ()),
        *(ViewColumn(c.label, TEXT, tip=c.help, right=c.unit in ("usd", "count", "share")) for c in beside),
    )
    made = []
    for row in rows:
        value = number(row, amount.name)
        said_ = format_number(value, amount.unit) if value is not None else NOT_REPORTED
        bar = Cell(said_, None if value is None else max(value, 0.0) / most, "#B3005E", tip=joined([said(row, v.NAME), said_], ": "),
                   refs=said(row, ROWS), quiet=value is None)
        stack = (_by_fifth(row, rows, fifths, split),) if fifths else ()
        cells = [_plain(row, c.name, c.unit, c.digits) for c in beside]
        made.append(ViewRow(said(row, v.ID), (Cell(said(row, v.NAME) or said(row, v.ID)), bar, *stack, *cells)))
    return ViewSheet(output.title, say("What ends when, earliest first. Click a bar for the rows behind it."), columns, tuple(made))


def _by_fifth(row: dict[str, Any], rows: list[dict[str, Any]], fifths: dict[int, str], split: set[str]) -> Cell:
    """Grants that end in a month, one piece per need fifth of their school, grey for those of no one school."""
    most = max(sum(number(one, name) or 0.0 for name in split) for one in rows) or 1.0
    counts = {fifth: number(row, name) or 0.0 for fifth, name in fifths.items()}
    total = sum(number(row, name) or 0.0 for name in split)
    colours = dict(zip(FIFTHS, reversed(ramp("need", 5)), strict=True))
    parts = [(counts[fifth] / most, colours[fifth]) for fifth in FIFTHS if counts.get(fifth)]
    if rest := total - sum(counts.values()):
        parts.append((rest / most, "#B8C0C8"))
    words = [of_fifth(counts[fifth], fifth) for fifth in FIFTHS if counts.get(fifth)]
    if rest:
        words.append(plural("{n} of no one school or one without a need number",
                            "{n} of no one school or one without a need number", rest))
    return Cell(format_number(total), total / most, parts=tuple(parts),
                tip=joined([said(row, v.NAME), joined(words, "; ") or say("none")], ": "), refs=said(row, ROWS))


def _plain(row: dict[str, Any], column: str, unit: str, digits: int) -> Cell:
    value = number(row, column)
    if value is None:
        text = said(row, column)
        return Cell(text or NOTHING_HERE, tip=text, quiet=not text)
    return Cell(format_number(value, unit, digits))
