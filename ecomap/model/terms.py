"""Words with codes: approaches, functions, roles, sectors; shipped lists that a project can add to."""

from __future__ import annotations

import csv
import re
from collections.abc import Iterable, Mapping
from functools import lru_cache
from types import MappingProxyType

from attrs import field, frozen

from ecomap.model.assets import resources_dir
from ecomap.model.said import NOTHING, Said, as_said, name, shipped
from ecomap.model.vocabulary import VOCABULARIES


@frozen
class Term:
    """One word of a vocabulary.

    ``kind`` and ``parent`` mean what resources/vocabularies/README.md says; ``confirmed`` is False where the wording
    was not found in a first-hand source; ``own`` marks a word that the project added.
    """

    vocabulary: str
    code: str
    label: Said = field(converter=as_said)
    parent: str = ""
    kind: str = ""
    aliases: tuple[str, ...] = ()
    help: Said = field(default=NOTHING, converter=as_said)
    source: str = ""
    confirmed: bool = True
    own: bool = False


@frozen(cache_hash=True)
class Terms:
    """The words of all vocabularies, as shipped and as a project adds to them; looked up by, so its hash is worked out once."""

    entries: tuple[Term, ...]

    def of(self, vocabulary: str) -> tuple[Term, ...]:
        """The words of one vocabulary, in its order; the project's own come last."""
        return tuple(term for term in self.entries if term.vocabulary == vocabulary)

    def label(self, vocabulary: str, code: str) -> Said:
        """What people read for a code; the code itself where the vocabulary does not know it."""
        return _labels(self).get((vocabulary, code)) or name(code)

    def code(self, vocabulary: str, text: str) -> str:
        """The code that a word means: a code, a label or an alias, whatever the case; "" if none.

        >>> shipped_terms().code("function", "Food Resources"), shipped_terms().code("function", "zebra")
        ('food', '')
        """
        return _codes(self).get((vocabulary, plain(text)), "")

    def with_own(self, rows: Iterable[tuple[str, str, str, str]]) -> Terms:
        """These words and a project's own: (vocabulary, code, label, parent). A known code takes the new label."""
        known = {(term.vocabulary, term.code): term for term in self.entries}
        for vocabulary, code, label, parent in rows:
            if vocabulary and code:
                known[vocabulary, code] = Term(vocabulary, code, name(label or code), parent, own=True)
        return Terms(tuple(known.values()))


def plain(text: str) -> str:
    """Letters and digits only, small, one space between words: how words are compared.

    >>> plain("  Arts, Media & Entertainment ")
    'arts media and entertainment'
    """
    return re.sub(r"[\W_]+", " ", text.replace("&", " and ").casefold()).strip()


@lru_cache(maxsize=8)
def _labels(terms: Terms) -> dict[tuple[str, str], Said]:
    return {(term.vocabulary, term.code): term.label for term in terms.entries}


@lru_cache(maxsize=8)
def _codes(terms: Terms) -> dict[tuple[str, str], str]:
    found: dict[tuple[str, str], str] = {}
    for words in (lambda term: term.aliases, lambda term: (term.label,), lambda term: (term.code,)):
        for term in terms.entries:
            for word in words(term):
                found[term.vocabulary, plain(word)] = term.code
    return found


@lru_cache(maxsize=1)
def shipped_terms() -> Terms:
    """The vocabularies that ship with EcoMap (resources/vocabularies)."""
    return Terms(tuple(term for vocabulary in VOCABULARIES for term in _read(vocabulary)))


def _read(vocabulary: str) -> list[Term]:
    path = resources_dir() / "vocabularies" / f"{vocabulary}.csv"
    with path.open(encoding="utf-8", newline="") as stream:
        return [
            Term(
                vocabulary, row["code"], shipped(row["label"]), row["parent"], row["kind"],
                tuple(word for word in row["aliases"].split("|") if word), shipped(row["help"]), row["source"],
                row["confirmed"] != "no",
            )
            for row in csv.DictReader(stream)
        ]


@lru_cache(maxsize=1)
def default_need_links() -> tuple[tuple[str, str, float], ...]:
    """The neutral default of which need calls for which function: (indicator, function, weight 1)."""
    path = resources_dir() / "vocabularies" / "need_links.csv"
    with path.open(encoding="utf-8", newline="") as stream:
        return tuple((row["indicator"], row["function"], float(row["weight"])) for row in csv.DictReader(stream))


@lru_cache(maxsize=1)
def linked_need_labels() -> Mapping[str, Said]:
    """What the needs of the default links are called: column -> label, for need areas that do not have the column."""
    path = resources_dir() / "vocabularies" / "need_links.csv"
    with path.open(encoding="utf-8", newline="") as stream:
        return MappingProxyType({row["indicator"]: shipped(row["label"]) for row in csv.DictReader(stream)})
