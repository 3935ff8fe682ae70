"""What has already left a project, as the hiding of small groups has to take it: numbers that are public for good, numbers that stay
hidden, and sums known of those that were never told.

*Who is feared.* Somebody who has every file, knows which of the numbers in them have not changed in between, and takes the same of
those that are hidden. A number is therefore one unknown for as long as it stays the same, whatever file it stands in; another value
is another number. What was hidden once stays hidden for the same place, whatever its value; what was shown once is public for good and
protects nobody any more; every sum of an earlier file still holds.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Final

import numpy as np
from attrs import evolve, field, frozen

from ecomap.model.errors import ProjectError
from ecomap.model.release import Book, Cell, Ledger, Release, Sum, binds, book_of, book_text, with_number
from ecomap.model.said import say

Key = tuple[str, str, str, float]      # measure, role or table, id, value
Place = tuple[str, str, str]           # measure, role or table, id
Equation = tuple[np.ndarray, np.ndarray, float | None]  # positions among the untold, factors, room (see `model.release.Sum`)

HIDDEN: Final = "hidden"
SHOWN: Final = "shown"
UNTOLD: Final = "untold"               # not in the file, only in a sum that is


@frozen
class Past:
    """What binds the next file.

    Parameters
    ----------
    public : frozenset
        Numbers that somebody has read.
    hidden : frozenset
        Places whose number of a measure was hidden in some file.
    untold : tuple of Cell
        Numbers that nobody was told, hidden or not in any file, that stand in a sum.
    sums : tuple
        What adds up to something known.
    ids : mapping
        Role -> name of a place -> the id it goes by in the book, where only one place has the name.
    names : mapping
        (role, id) -> the name it had last.
    """

    public: frozenset[Key] = frozenset()
    hidden: frozenset[Place] = frozenset()
    untold: tuple[Cell, ...] = ()
    sums: tuple[Equation, ...] = field(default=(), eq=False)
    ids: Mapping[str, Mapping[str, str]] = field(factory=dict)
    names: Mapping[tuple[str, str], str] = field(factory=dict)

    def own_ids(self, role: str, ids: Sequence[str], names: Sequence[str]) -> dict[str, str]:
        """The ids by which places of today go in the book: a place is known by its name before it is known by its id, since a file
        without codes numbers its rows anew every time. Only ids that differ are named.
        """
        known, own = self.ids.get(role, {}), {}
        said = Counter(dict(zip(ids, names, strict=True)).values())
        today = {text for text, many in said.items() if text and many == 1}
        for one, called in zip(ids, names, strict=True):
            earlier = self.names.get((role, one), "")
            if called in today and called in known:
                own[one] = known[called]
            elif earlier and earlier != called and earlier in today and known.get(earlier) == one:
                own[one] = f"{one} {called}"  # its number was another place's, which is here too
        return {one: other for one, other in own.items() if one != other}


NOTHING: Final = Past()  # nothing has left


def past_of(ledger: Ledger) -> Past:
    """What the files that somebody has say together.

    Raises
    ------
    ProjectError
        If the ledger cannot be read.
    """
    book, taken_back = read_book(ledger), ledger.taken_back
    if not book.cells:
        return NOTHING
    public = frozenset(cell.key for cell in book.cells if binds(cell.shown, taken_back))
    hidden = [binds(cell.hidden, taken_back) for cell in book.cells]
    sums = [one for one in book.sums if binds(one.runs, taken_back)]
    named = {at for one in sums for at, _ in one.terms}
    kept = [n for n, cell in enumerate(book.cells) if cell.key not in public and (hidden[n] or n in named)]
    place = {n: at for at, n in enumerate(kept)}
    equations: dict[tuple[object, ...], Equation] = {}
    for one in sums:
        terms = tuple((place[at], factor) for at, factor in one.terms if at in place)
        if terms:
            equations[terms, one.room] = (np.array([at for at, _ in terms]), np.array([factor for _, factor in terms]), one.room)
    untold = tuple(evolve(book.cells[n], hidden=book.cells[n].hidden if hidden[n] else (), shown=()) for n in kept)
    return Past(public, frozenset(cell.key[:3] for n, cell in enumerate(book.cells) if hidden[n]), untold, tuple(equations.values()),
                *_called(book.cells))


def read_book(ledger: Ledger) -> Book:
    """The numbers of a ledger.

    Raises
    ------
    ProjectError
        If they cannot be read: then nobody can say what has left.
    """
    try:
        return book_of(ledger.book)
    except ValueError as problem:
        raise ProjectError(
            say("What this project says of the numbers that have left it cannot be read, so nothing more can leave safely."),
            say("Open an earlier version of the file."),
        ) from problem


def _called(cells: Sequence[Cell]) -> tuple[dict[str, dict[str, str]], dict[tuple[str, str], str]]:
    """Ids by name, and names by id."""
    names = {(cell.role, cell.id): cell.name for cell in cells if cell.name}
    owners: dict[tuple[str, str], list[str]] = {}
    for (role, one), called in names.items():
        owners.setdefault((role, called), []).append(one)
    ids: dict[str, dict[str, str]] = {}
    for (role, called), found in owners.items():
        if len(found) == 1:
            ids.setdefault(role, {})[called] = found[0]
    return ids, names


# --- noting -----------------------------------------------------------------------------------------------------------


@frozen
class Left:
    """The protected numbers of one file, with what adds up to something known: what the ledger notes of it.

    ``cells`` are numbers with `HIDDEN`, `SHOWN` or `UNTOLD`; ``sums`` name them by place.
    """

    cells: tuple[tuple[Cell, str], ...] = ()
    sums: tuple[Sum, ...] = ()

    def count(self, status: str) -> int:
        return sum(one == status for _, one in self.cells)


def noted(ledger: Ledger, release: Release, left: Left) -> Ledger:
    """The ledger with one more file."""
    book = read_book(ledger)
    number = ledger.next_number
    release = evolve(release, number=number, hidden=left.count(HIDDEN), published=left.count(SHOWN))
    text = book_text(_with_left(book, left, number)) if left.cells else ledger.book
    return Ledger((*ledger.releases, release), text)


def _with_left(book: Book, left: Left, number: int) -> Book:
    cells = {cell.key: cell for cell in book.cells}
    for cell, status in left.cells:
        known = cells.get(cell.key, cell)
        if status == HIDDEN:
            known = evolve(known, hidden=with_number(known.hidden, number), name=cell.name or known.name)
        elif status == SHOWN:
            known = evolve(known, shown=with_number(known.shown, number), name=cell.name or known.name)
        cells[cell.key] = known
    place = {key: n for n, key in enumerate(cells)}
    sums = {one.key: one for one in book.sums}
    for one in left.sums:
        terms = tuple(sorted((place[left.cells[at][0].key], factor) for at, factor in one.terms))
        known_sum = sums.get((terms, one.room), Sum(terms, one.room))
        sums[known_sum.key] = evolve(known_sum, runs=with_number(known_sum.runs, number))
    return Book(tuple(cells.values()), tuple(sums.values()))
