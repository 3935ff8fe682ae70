"""Headings that run over two rows become one heading per column; a row of units below them becomes part of the long names."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from itertools import pairwise
from typing import Final

from attrs import frozen

from ecomap.model.report import ReportLine
from ecomap.model.said import name as named
from ecomap.model.said import say

NUMBER: Final = re.compile(r"^[-+$]?[\d.,]+%?$")
YEAR: Final = re.compile(r"^(19|20)\d\d([-/–](19|20)?\d\d)?$")
TITLE: Final = 60       # letters; a longer text over the first column is a title, no group
LOOKED_AT: Final = 20   # rows under the headings
_UNITS: Final = frozenset((
    "%", "percent", "pct", "per_cent", "share", "proportion", "ratio", "rate", "usd", "$", "dollars", "us$", "dollar", "eur", "€", "gbp",
    "£", "cad", "count", "counts", "number", "no", "n", "#", "nr", "number_of", "persons", "people", "pupils", "students", "children",
    "households", "residents", "years", "year", "yrs", "months", "days", "hours", "minutes", "min", "mins", "seconds", "miles", "mile",
    "mi", "mi.", "feet", "ft", "km", "km2", "km²", "m", "m2", "m²", "meters", "metres", "kilometers", "kilometres", "acres", "sq_mi",
    "sq_km", "degrees", "deg", "decimal_degrees", "index", "score", "text", "string", "char", "integer", "int", "float", "numeric",
    "double", "date", "boolean", "yes/no", "per_1,000", "per_1000", "per_100,000", "per_100000", "code", "name", "id",
))
_NAMELESS: Final = frozenset(("text", "string", "char", "integer", "int", "float", "numeric", "double", "date", "boolean", "code", "name", "id"))


@frozen
class Span:
    """Cells that are merged into one: rows and columns from 0, both ends within."""

    top: int
    left: int
    bottom: int
    right: int


@frozen
class Headings:
    """One heading per column, how many rows they take, the title rows before them, and what to say."""

    cells: tuple[str, ...]
    first: int
    after: int
    notes: tuple[ReportLine, ...] = ()


Rows = Sequence[tuple[int, list[str]]]


def like_word(cell: str) -> bool:
    """Whether a cell can be a heading: words, or a year.

    >>> like_word("2019"), like_word("2022-23"), like_word("12.5"), like_word("Name")
    (True, True, False, True)
    """
    return not NUMBER.match(cell) or bool(YEAR.match(cell))


def headings_at(rows: Rows, start: int, spans: Iterable[Span] = (), first_line: int = 1) -> Headings:
    """The headings whose main row was found at a place; the row above or below it may belong to them.

    Parameters
    ----------
    rows : sequence of (int, list of str)
        Line number and cells; rows without a filled cell are absent.
    spans : iterable of Span
        Cells merged in the sheet.
    """
    wide: dict[int, list[Span]] = {}
    for span in spans:
        if span.top == span.bottom and span.right > span.left:
            wide.setdefault(span.top + first_line, []).append(span)
    line, main = rows[start]
    if start + 1 < len(rows) - 1 and rows[start + 1][0] == line + 1:
        found = _over(main, rows[start + 1][1], wide.get(line, []), [row for _, row in rows[start + 2:start + 2 + LOOKED_AT]])
        if found:
            return Headings(tuple(found), start, start + 2, (_note(main, found),))
    if start > 0 and rows[start - 1][0] == line - 1:
        above = rows[start - 1][1]
        found = _under(above, main, wide.get(line - 1, []))
        if found:
            return Headings(tuple(found), start - 1, start + 1, (_note(main, found),))
    return Headings(tuple(main), start, start + 1)


def _note(before: Sequence[str], found: Sequence[str]) -> ReportLine:
    changed = [new for place, new in enumerate(found) if place >= len(before) or new != before[place]]
    return ReportLine("note", say("The headings run over two rows; both were read as one heading per column."), None, tuple(changed[:5]))


def _over(top: list[str], below: list[str], spans: Sequence[Span], body: Sequence[Sequence[str]]) -> list[str] | None:
    """The main row is the upper one: gaps in it (or the same heading several times) are filled by the row below."""
    width = max(len(top), len(below))
    top, below = [*top, *[""] * (width - len(top))], [*below, *[""] * (width - len(below))]
    told = [cell for cell in below if cell]
    if not told or not all(like_word(cell) for cell in told):
        return None
    owner = _owners(top, spans)
    counts = Counter(cell for cell in top if cell)
    grouped = {place for place in range(width) if below[place] and (not top[place] or counts[top[place]] > 1)}
    grouped |= {owner[place] for place in grouped if place in owner and owner[place] >= 0}
    if len(grouped) < 2 or any(not below[place] for place in grouped):
        return None
    if any(top[place] == "" and place not in owner for place in grouped):
        return None
    if not spans and not _numbers_under(body, sorted(grouped)):
        return None
    if not spans and any(below[place] not in ("", top[place]) for place in range(width) if place not in grouped):
        return None  # a first row of data in which words stand for numbers
    return [_joined(top[owner.get(place, place)] if place in grouped else top[place], below[place]) for place in range(width)]


def _under(top: list[str], main: list[str], spans: Sequence[Span]) -> list[str] | None:
    """The main row is the lower one, and the row above it holds what several of its columns have in common."""
    width = len(main)
    top = [*top, *[""] * (width - len(top))][:width]
    told = [place for place, cell in enumerate(top) if cell]
    full = sum(bool(cell) for cell in main)
    spans = [span for span in spans if span.right - span.left + 1 < full]
    if not told or told == [0] or (len(top[told[0]]) > TITLE and not spans):
        return None  # nothing, or a title
    owner = _owners(top, spans)
    found = [_joined(top[owner[place]], main[place]) if place in owner else main[place] for place in range(width)]
    repeated = [cell for cell, count in Counter(cell for cell in main if cell).items() if count > 1]
    if spans:
        return found
    years = all(YEAR.match(top[place]) for place in told)
    below_years = told[0] > 0 and sum(bool(YEAR.match(cell)) for cell in main) >= 2 and all(YEAR.match(main[place]) for place in owner)
    resolved = bool(repeated) and len(set(filter(None, found))) == full and len(told) > 1
    return found if (years and len(told) > 1) or below_years or resolved else None


def _owners(top: Sequence[str], spans: Sequence[Span]) -> dict[int, int]:
    """Column -> the column whose upper heading stands over it; groups of one size do not run into the columns behind them."""
    if spans:
        owner = {place: place for place, cell in enumerate(top) if cell}
        owner.update({place: span.left for span in spans for place in range(span.left, min(span.right + 1, len(top)))})
        return owner
    starts = [place for place, cell in enumerate(top) if cell]
    sizes = [after - place for place, after in pairwise(starts)]
    groups = [size for size in sizes if size > 1]
    last = max(set(groups), key=groups.count) if groups else len(top)
    out = {}
    for place, after in zip(starts, [*starts[1:], len(top)]):
        end = min(after, place + last) if place == starts[-1] else after
        out.update(dict.fromkeys(range(place, end), place))
    return out


def _numbers_under(body: Sequence[Sequence[str]], places: Sequence[int]) -> bool:
    cells = [row[place] for row in body for place in places if place < len(row) and row[place]]
    return bool(cells) and sum(bool(NUMBER.match(cell)) for cell in cells) >= 0.5 * len(cells)


def _joined(top: str, below: str) -> str:
    return " ".join(part for part in (top, below) if part) if top != below else top


def units_in(heading: Sequence[str], row: Sequence[str]) -> dict[int, str]:
    """Column -> its heading with the unit in the row below; empty where that row holds anything but units.

    >>> units_in(["Zone", "Rent", "Share"], ["", "USD", "(%)"])
    {1: 'Rent (USD)', 2: 'Share (%)'}
    """
    told = {place: cell.strip("()[] ").strip() for place, cell in enumerate(row) if cell and place < len(heading) and heading[place]}
    plain = {place: re.sub(r"\s+", "_", cell.lower()) for place, cell in told.items()}
    if not told or not all(cell in _UNITS for cell in plain.values()) or sum(bool(cell) for cell in row) != len(told):
        return {}
    if len(told) < 2 and not {"%", "usd", "$"} & set(plain.values()):
        return {}
    return {place: f"{heading[place]} ({cell})" for place, cell in told.items() if plain[place] not in _NAMELESS}


def units_note(labels: dict[int, str]) -> ReportLine:
    return ReportLine("note", say("The row under the headings holds units; read as part of the headings, not as data."), None,
                      tuple(named(label) for label in list(labels.values())[:5]))
