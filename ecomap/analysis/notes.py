"""Notes that count."""

from __future__ import annotations

from ecomap.model.result import Note


def counted(count: int, one: str, many: str, rest: str = "") -> Note:
    """A note that starts with its number.

    >>> counted(1, "site has ended", "sites have ended", " and does not count.").text
    '1 site has ended and does not count.'
    >>> counted(1200, "site has ended", "sites have ended", ".").text
    '1,200 sites have ended.'
    """
    return Note("count", f"{count:,} {one if count == 1 else many}{rest}", count)
