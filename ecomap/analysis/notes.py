"""Notes and sentences that count."""

from __future__ import annotations

from collections.abc import Iterable

from ecomap.model.result import Note
from ecomap.model.said import Said, joined, say
from ecomap.model.units import format_number


def count_note(text: Said, count: int | None = None) -> Note:
    """A note that counts: how many is in its sentence (`ecomap.model.said.plural`), or given beside it.

    >>> from ecomap.model.said import plural
    >>> count_note(plural("{n} site has ended and does not count.", "{n} sites have ended and do not count.", 2)).count
    2
    """
    return Note("count", text, int(text.values[text.by]) if count is None and text.by else count)


def among_first(top: int) -> Said:
    """Where the places at the top of a ranking are.

    >>> among_first(1), among_first(12)
    ('in first place', 'among the first 12')
    """
    return say("in first place") if top == 1 else say("among the first {top}", top=format_number(top))


def first_names(names: Iterable[str], most: int = 5) -> Said:
    """The first few of many names, and how many more there are.

    >>> first_names(["A", "B"]), first_names(["A", "B", "C"], most=2)
    ('A, B', 'A, B and 1 more')
    """
    found = list(names)
    some = joined(found[:most], ", ")
    return say("{names} and {more} more", names=some, more=format_number(len(found) - most)) if len(found) > most else some
