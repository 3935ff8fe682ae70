"""Which school year a table speaks of, from its cells, its title rows or its file's name."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Final

from ecomap.model.said import Said, say
from ecomap.model.said import name as named

NOT_STATED: Final = say("not stated")
_FULL = re.compile(r"(?<!\d)((?:19|20)\d{2})\s*[-–—/_ ]\s*((?:19|20)?\d{2})(?!\d)")
_SHORT = re.compile(r"(?<!\d)(\d{2})[-_]?(\d{2})(?!\d)")
_TWICE = re.compile(r"(?<!\d)((?:19|20)\d{2})((?:19|20)\d{2})(?!\d)")


def school_year_in(text: str) -> str:
    """The first school year that a text names, as "2024-25"; "" if none.

    >>> school_year_in("Fiscal Year 2024–25"), school_year_in("SENI_2026-2027"), school_year_in("essappe2425data")
    ('2024-25', '2026-27', '2024-25')
    >>> school_year_in("as of 2024-12"), school_year_in("19647336112345"), school_year_in("")
    ('', '', '')
    """
    for pattern in (_FULL, _TWICE, _SHORT):
        for first, second in pattern.findall(text):
            start = int(first) if len(first) == 4 else 2000 + int(first)
            if int(second[-2:]) == (start + 1) % 100 and (len(second) == 2 or int(second) == start + 1):
                return f"{start}-{(start + 1) % 100:02d}"
    return ""


def school_year_of(cell: object) -> str:
    """The school year of a cell; a single year is kept as it stands, because it can mean either.

    >>> school_year_of("2024-25"), school_year_of(" 2024 / 2025 "), school_year_of("2024"), school_year_of(None)
    ('2024-25', '2024-25', '2024', '')
    """
    if not isinstance(cell, str):
        return ""
    return school_year_in(re.sub(r"\s*([/–—-])\s*", r"\1", cell)) or cell.strip()


def stated_year(texts: Iterable[str]) -> str:
    """The first school year that any of the texts names."""
    return next((year for year in map(school_year_in, texts) if year), "")


def years_spoken_of(years: Iterable[str]) -> Said:
    """Years in words: "2024-25", "2022-23 to 2024-25", or "not stated"."""
    known = sorted({year for year in years if year})
    if not known:
        return NOT_STATED
    return named(known[0]) if len(known) == 1 else say("{first} to {last}", first=named(known[0]), last=named(known[-1]))
