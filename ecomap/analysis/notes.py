"""Notes and sentences that count."""

from __future__ import annotations

from ecomap.model.result import Note


def counted(count: int, one: str, many: str, rest: str = "") -> Note:
    """A note that starts with its number.

    >>> counted(1, "site has ended", "sites have ended", " and does not count.").text
    '1 site has ended and does not count.'
    >>> counted(1200, "site has ended", "sites have ended", ".").text
    '1,200 sites have ended.'
    """
    return Note("count", f"{how_many(count, one, many)}{rest}", count)


def how_many(count: float, one: str, many: str) -> str:
    """A whole number with the words that follow it.

    >>> how_many(1, "school is", "schools are"), how_many(0, "school is", "schools are"), how_many(1200, "school", "schools")
    ('1 school is', '0 schools are', '1,200 schools')
    """
    return f"{count:,.0f} {one if round(count) == 1 else many}"


def among_first(top: int) -> str:
    """Where the places at the top of a ranking are.

    >>> among_first(1), among_first(12)
    ('in first place', 'among the first 12')
    """
    return "in first place" if top == 1 else f"among the first {top:,}"


def capital(text: str) -> str:
    """A text with a large first letter.

    >>> capital("in first place")
    'In first place'
    """
    return text[:1].upper() + text[1:]
