"""What has left a project: the release ledger, one entry per file written for others and one book of the numbers in all of them."""

from __future__ import annotations

import base64
import json
import math
import zlib
from collections.abc import Collection
from functools import lru_cache
from typing import Any, Final

from attrs import evolve, field, frozen

from ecomap.model.said import Said

Runs = tuple[tuple[int, int], ...]  # numbers of releases, as first and last of every unbroken row of them
UNREADABLE: Final = "?"             # a book that could not be read
MOST_BYTES: Final = 64_000_000      # of a book in plain text; a larger one is no book of ours


@frozen
class Release:
    """One file that left the project.

    Parameters
    ----------
    at : str
        When, ISO time in UTC.
    file : str
        Its name, without the folder; "" for what a command printed.
    holds : tuple of Said
        The layers and tables in it.
    hidden, published : int
        How many protected cells were hidden, and how many left as they are.
    number : int
        From 1, in the order of leaving; the book names releases by it.
    withdrawn : str
        When somebody noted that the file was never handed on (ISO time), "" if nobody did: then its numbers bind nobody.
    """

    at: str
    file: str
    holds: tuple[Said, ...] = ()
    hidden: int = 0
    published: int = 0
    number: int = 0
    withdrawn: str = ""


@frozen
class Cell:
    """One protected number in one version: what it measures, of whom, how much, and in which releases it was hidden or shown.

    ``role`` is that of the layer whose ids it goes by, or the table of an answer; ``name`` is what the place was called.
    """

    measure: str
    role: str
    id: str
    name: str
    value: float
    hidden: Runs = ()
    shown: Runs = ()

    @property
    def key(self) -> tuple[str, str, str, float]:
        return self.measure, self.role, self.id, self.value


@frozen
class Sum:
    """Numbers that add up to something known: cells of the book and their factors, without those that are known.

    ``room``: None where the sum is known exactly; else how far it is below what it cannot pass.
    """

    terms: tuple[tuple[int, float], ...]
    room: float | None = None
    runs: Runs = ()

    @property
    def key(self) -> tuple[Any, ...]:
        return self.terms, self.room


@frozen
class Book:
    """Every protected number that left, each version once, and the sums that leave something to be worked out."""

    cells: tuple[Cell, ...] = ()
    sums: tuple[Sum, ...] = ()


@frozen
class Ledger:
    """What has left, the latest last. ``book`` is a `Book` as text (`book_text`), so that snapshots share it and a file keeps it as it is."""

    releases: tuple[Release, ...] = ()
    book: str = field(default="", repr=False)

    @property
    def taken_back(self) -> frozenset[int]:
        """The numbers of releases that nobody has. One that is not in the list any more may still be with somebody."""
        return frozenset(one.number for one in self.releases if one.withdrawn)

    @property
    def next_number(self) -> int:
        """Of the next release: after all that the list and the book name."""
        book = book_of(self.book)
        ends = [runs[-1][1] for runs in (*(run for cell in book.cells for run in (cell.hidden, cell.shown)), *(one.runs for one in book.sums)) if runs]
        return max([*(one.number for one in self.releases), *ends, 0]) + 1

    def without(self, number: int, at: str) -> Ledger:
        """The ledger with one file noted as never handed on."""
        return evolve(self, releases=tuple(evolve(one, withdrawn=at) if one.number == number and not one.withdrawn else one
                                           for one in self.releases))


def binds(runs: Runs, taken_back: Collection[int]) -> bool:
    """Whether any release of the runs is still with somebody.

    >>> binds(((1, 3), (7, 7)), {1, 2, 3}), binds(((1, 3),), {1, 2, 3, 4}), binds((), {1})
    (True, False, False)
    """
    return any(last - first >= len(taken_back) or any(n not in taken_back for n in range(first, last + 1)) for first, last in runs)


def with_number(runs: Runs, number: int) -> Runs:
    """Runs with one more number behind them.

    >>> with_number(with_number((), 4), 5), with_number(((1, 2),), 4)
    (((4, 5),), ((1, 2), (4, 4)))
    """
    if runs and runs[-1][1] >= number:
        return runs
    return (*runs[:-1], (runs[-1][0], number)) if runs and runs[-1][1] == number - 1 else (*runs, (number, number))


def book_text(book: Book) -> str:
    """A book as one line of text, small enough to be kept beside the project's title."""
    if not book.cells:
        return ""
    words: dict[str, int] = {}
    cells = [[*(words.setdefault(one, len(words)) for one in (x.measure, x.role, x.id, x.name)), _short(x.value), _flat(x.hidden), _flat(x.shown)]
             for x in book.cells]
    sums = [[[at for at, _ in x.terms], _factors(x.terms), None if x.room is None else _short(x.room), _flat(x.runs)] for x in book.sums]
    plain = json.dumps({"words": list(words), "cells": cells, "sums": sums}, separators=(",", ":"), allow_nan=False)
    return base64.b64encode(zlib.compress(plain.encode(), 6)).decode("ascii")


@lru_cache(maxsize=2)
def book_of(text: str) -> Book:
    """The book in a text.

    Raises
    ------
    ValueError
        If `book_text` did not write it.
    """
    if not text:
        return Book()
    try:
        found = json.loads(_unpacked(text))
        words = found["words"]
        if not isinstance(words, list) or not all(isinstance(one, str) for one in words):
            raise ValueError("words")
        cells = tuple(_cell(one, words) for one in found["cells"])
        return Book(cells, tuple(_sum(one, len(cells)) for one in found["sums"]))
    except (LookupError, TypeError, AttributeError, ValueError, zlib.error, RecursionError, OverflowError) as problem:
        raise ValueError("the book of what has left cannot be read") from problem


def _unpacked(text: str) -> str:
    opened = zlib.decompressobj()
    plain = opened.decompress(base64.b64decode(text, validate=True), MOST_BYTES)
    if not opened.eof:
        raise ValueError("too long or cut off")
    return plain.decode()


def _short(value: float) -> float | int:
    return int(value) if float(value).is_integer() else float(value)


def _flat(runs: Runs) -> list[int]:
    return [end for run in runs for end in run]


def _factors(terms: tuple[tuple[int, float], ...]) -> list[float] | None:
    """The factors of a sum, None where all are one."""
    return None if all(factor == 1.0 for _, factor in terms) else [_short(factor) for _, factor in terms]


def _cell(row: Any, words: list[str]) -> Cell:
    *at, value, hidden, shown = row
    measure, role, one, called = (words[_place(n, len(words))] for n in at)
    return Cell(measure, role, one, called, _number(value, 0.0), _runs(hidden), _runs(shown))


def _sum(row: Any, cells: int) -> Sum:
    at, factors, room, runs = row
    places = [_place(n, cells) for n in at]
    numbers = [1.0] * len(places) if factors is None else [_number(one) for one in factors]
    if len(numbers) != len(places) or len(set(places)) != len(places):
        raise ValueError("terms")
    return Sum(tuple(zip(places, numbers, strict=True)), None if room is None else _number(room, 0.0), _runs(runs))


def _runs(flat: Any) -> Runs:
    if len(flat) % 2 or sorted(flat) != list(flat):
        raise ValueError("runs")
    ends = [_place(n, 2**31) for n in flat]
    return tuple(zip(ends[::2], ends[1::2], strict=True))


def _place(value: Any, many: int) -> int:
    if isinstance(value, bool) or not isinstance(value, int) or not 0 <= value < many:
        raise ValueError("a place")
    return value


def _number(value: Any, least: float = -math.inf) -> float:
    if isinstance(value, bool) or not isinstance(value, int | float) or not math.isfinite(value) or value < least:
        raise ValueError("a number")
    return float(value)
