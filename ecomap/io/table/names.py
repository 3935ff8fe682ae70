"""Names of schools and areas compared: spelled otherwise, with and without what kind of school they are."""

from __future__ import annotations

import re
import unicodedata
from collections import defaultdict
from collections.abc import Mapping, Sequence
from typing import Final

from attrs import frozen

NEAR: Final = 80        # likeness (0-100) from which two names are shown as perhaps the same
MOST: Final = 2000      # names that are compared with all others
AHEAD: Final = 4        # by so much it must be ahead of the next likest
_SHORT = {
    "elem": "elementary", "el": "elementary", "es": "elementary", "ms": "middle", "hs": "high", "jhs": "junior high", "jr": "junior", "sr": "senior",
    "sch": "school", "schl": "school", "schools": "school", "st": "saint", "ste": "saint", "mt": "mount", "ft": "fort", "acad": "academy", "ctr": "center",
    "centre": "center", "ave": "avenue", "prep": "preparatory", "intl": "international", "tech": "technology", "ps": "public", "pri": "primary",
    "sec": "secondary", "inter": "intermediate", "int": "intermediate", "comm": "community", "co": "county", "twp": "township", "n": "north", "s": "south",
    "e": "east", "w": "west", "ee": "early", "mag": "magnet", "chtr": "charter",
}
_KINDS = frozenset(["elementary", "middle", "high", "junior", "senior", "primary", "secondary", "intermediate", "academy", "preparatory", "kindergarten", "infant", "infants"])
_PLAIN = frozenset(["school", "public", "community", "campus", "the", "of", "and", "de", "la", "el", "los", "las", "escuela", "ecole", "colegio", "county", "parish", "borough", "district", "area"])


@frozen
class Pairs:
    """Names of a file and the ids they mean.

    ``sure``: name -> id; ``doubtful``: (name, likeliest name of the layer, its id); ``ties``: names that two rows have.
    """

    sure: Mapping[str, str]
    doubtful: tuple[tuple[str, str, str], ...] = ()
    ties: tuple[str, ...] = ()
    strange: tuple[str, ...] = ()


def core_of(name: str) -> tuple[str, frozenset[str]]:
    """The name itself and the kinds of school it has in it.

    >>> core_of("Peña Elem. School") == core_of("PENA ELEMENTARY"), core_of("St. Mary's HS")
    (True, ('saint marys', frozenset({'high'})))
    """
    text = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode().lower()
    words = [_SHORT.get(word, word) for word in re.sub(r"[^a-z0-9]+", " ", re.sub(r"['.’]", "", text)).split()]
    words = [part for word in words for part in word.split()]
    rest = [word for word in words if word not in _KINDS and word not in _PLAIN]
    return " ".join(rest or words), frozenset(words) & _KINDS


def pairs_of(names: Sequence[str], known: Sequence[tuple[str, str]], *, near: bool = True) -> Pairs:
    """Which row of a layer each name means: sure, doubtful, or one of several.

    Sure is the same name in other spelling, where only one row has it and neither says another kind of school. Names that two
    rows have, and two names for one row, are never settled.

    Parameters
    ----------
    known : sequence of (name, id)
        The rows of the layer.
    near : bool
        Whether to look for the likest among the names that are not the same; of very many only the first.
    """
    by_text, by_core = defaultdict(list), defaultdict(list)
    for name, key in known:
        by_text[_squeezed(name)].append((name, key))
        by_core[core_of(name)[0]].append((name, key))
    sure: dict[str, str] = {}
    doubtful: list[tuple[str, str, str]] = []
    ties, left = [], []
    for name in dict.fromkeys(names):
        same = by_text.get(_squeezed(name), [])
        core, kinds = core_of(name)
        alike = same or [one for one in by_core.get(core, []) if _agree(kinds, core_of(one[0])[1])]
        if len(alike) > 1:
            exact = [one for one in alike if core_of(one[0])[1] == kinds]
            alike = exact if len(exact) == 1 and kinds else alike
        if len(alike) == 1:
            sure[name] = alike[0][1]
        elif len(alike) > 1:
            ties.append(name)
        else:
            left.append(name)
    taken = defaultdict(list)
    for name, key in sure.items():
        taken[key].append(name)
    for twice in (group for group in taken.values() if len(group) > 1):
        for name in twice:
            ties.append(name)
            del sure[name]
    free = [(name, key) for name, key in known if key not in set(sure.values())]
    strange = []
    cores = [core_of(name)[0] for name, _ in free] if left and near else []
    for n, name in enumerate(left):
        like = _nearest(name, free, cores) if near and n < MOST else None
        if like is None:
            strange.append(name)
        else:
            doubtful.append((name, *like))
    return Pairs(sure, tuple(doubtful), tuple(ties), tuple(strange))


def _agree(one: frozenset[str], other: frozenset[str]) -> bool:
    """Whether two sets of kinds of school can be of one school: one says no more than the other."""
    return one <= other or other <= one


def _squeezed(name: str) -> str:
    return " ".join(re.sub(r"[^\w]+", " ", name.casefold()).split())


def _nearest(name: str, known: Sequence[tuple[str, str]], cores: Sequence[str]) -> tuple[str, str] | None:
    """The likest name and its id, if it is like enough and clearly ahead of the next."""
    from rapidfuzz import fuzz, process  # heavy

    found = process.extract(core_of(name)[0], cores, scorer=fuzz.token_sort_ratio, limit=2, score_cutoff=NEAR)
    if not found or (len(found) > 1 and found[0][1] - found[1][1] < AHEAD):
        return None
    return known[found[0][2]]
