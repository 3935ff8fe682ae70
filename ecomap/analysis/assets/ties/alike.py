"""Names of organisations that are made of the same words: perhaps one organisation, written in two ways."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable
from typing import Final

_SMALL: Final = frozenset(("a", "an", "and", "at", "de", "el", "for", "in", "inc", "la", "las", "llc", "los", "of", "the", "y"))
_WORD: Final = re.compile(r"\w+")


def same_words(names: Iterable[str]) -> list[tuple[str, ...]]:
    """Groups of names with the same words in any order, in the order of their first names; small words, signs and capitals do not count.

    >>> same_words(["First Church of Hollywood", "Food bank", "Hollywood First Church", "All Peoples Center", "All People's Center"])
    [("All People's Center", 'All Peoples Center'), ('First Church of Hollywood', 'Hollywood First Church')]
    """
    alike: dict[frozenset[str], list[str]] = defaultdict(list)
    for one in sorted(names):
        words = frozenset(_WORD.findall(re.sub("['’]", "", one.casefold()))) - _SMALL
        if words:
            alike[words].append(one)
    return [tuple(group) for group in alike.values() if len(group) > 1]
