"""What a column says of people, who judged it, and so whether it may leave: counts, parts of them, persons, or nobody."""

from __future__ import annotations

from typing import Final

from attrs import frozen

COUNT: Final = "count"      # people are counted: small counts are protected
SHARE: Final = "share"      # a part of counted people: protected where it would give a small count back
PERSON: Final = "person"    # names, pay or addresses of persons: left out of everything that leaves unless ticked
NOBODY: Final = "nobody"    # says nothing of people: free

KNOWN: Final = "known"      # by what is known of such columns
UNKNOWN: Final = "unknown"  # nobody has said: protected until somebody does


@frozen
class Judgement:
    """Whether a column counts people, and by whose word.

    Parameters
    ----------
    holds : str
        `COUNT`, `SHARE`, `PERSON` or `NOBODY`.
    by : str
        `KNOWN`, `UNKNOWN`, or the name of who declared it.
    on : str
        The day it was declared (ISO), "" where nobody had to.
    """

    holds: str
    by: str = KNOWN
    on: str = ""

    @property
    def declared(self) -> bool:
        """Whether a person said so."""
        return self.by not in (KNOWN, UNKNOWN)
