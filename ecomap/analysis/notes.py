"""Notes and sentences that count."""

from __future__ import annotations

from collections.abc import Iterable

from ecomap.model.result import Note
from ecomap.model.said import Said, joined, name, say
from ecomap.model.units import format_number


def count_note(text: Said, count: int | None = None) -> Note:
    """A note that counts: how many is in its sentence (`ecomap.model.said.plural`), or given beside it.

    >>> from ecomap.model.said import plural
    >>> count_note(plural("{n} site has ended and does not count.", "{n} sites have ended and do not count.", 2)).count
    2
    """
    return Note("count", text, int(text.values[text.by]) if count is None and text.by else count)


def counted(count: int, one: str, many: str, rest: str = "") -> Note:
    """A note that starts with its number, put together of pieces: `count_note` takes the whole sentence instead.

    >>> counted(1, "site has ended", "sites have ended", " and does not count.").text
    '1 site has ended and does not count.'
    >>> counted(1200, "site has ended", "sites have ended", ".").text
    '1,200 sites have ended.'
    """
    return Note("count", joined([how_many(count, one, many), name(rest)], ""), count)


def how_many(count: float, one: str, many: str) -> Said:
    """A whole number with the words that follow it, put together: `ecomap.model.said.plural` takes the whole phrase instead.

    >>> how_many(1, "school is", "schools are"), how_many(0, "school is", "schools are"), how_many(1200, "school", "schools")
    ('1 school is', '0 schools are', '1,200 schools')
    """
    return joined([format_number(count), name(one if round(count) == 1 else many)])


def among_first(top: int) -> Said:
    """Where the places at the top of a ranking are.

    >>> among_first(1), among_first(12)
    ('in first place', 'among the first 12')
    """
    return say("in first place") if top == 1 else say("among the first {top}", top=format_number(top))


def capital(text: Said) -> Said:
    """A text with a large first letter.

    >>> capital(say("in first place"))
    'In first place'
    """
    return text.capitalize()


def first_names(names: Iterable[str], most: int = 5) -> Said:
    """The first few of many names, and how many more there are.

    >>> first_names(["A", "B"]), first_names(["A", "B", "C"], most=2)
    ('A, B', 'A, B and 1 more')
    """
    found = list(names)
    some = joined(found[:most], ", ")
    return say("{names} and {more} more", names=some, more=format_number(len(found) - most)) if len(found) > most else some
