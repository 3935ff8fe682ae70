"""What a street is called, in one spelling: direction, name and kind of street, however they are written."""

from __future__ import annotations

import csv
import functools
import re
import unicodedata

from attrs import frozen

from ecomap.model.assets import resources_dir


@frozen
class Street:
    """The parts of a street's name in one spelling; "" where a part is not said."""

    before: str   # direction in front: "n"
    name: str
    kind: str     # "st", "ave"
    after: str    # direction behind

    def agrees(self, other: Street) -> bool:
        """Whether nothing that both say contradicts: a part that one does not say is no contradiction."""
        pairs = ((self.before, other.before), (self.kind, other.kind), (self.after, other.after))
        return self.name == other.name and all(not one or not two or one == two for one, two in pairs)

    def says_no_more_than(self, other: Street) -> bool:
        """Whether every part that this one says is said by the other too, and is the same."""
        pairs = ((self.before, other.before), (self.kind, other.kind), (self.after, other.after))
        return self.name == other.name and all(not one or one == two for one, two in pairs)


@functools.cache
def _words(kind: str) -> dict[str, str]:
    """Word -> what it stands for; every short form stands for itself."""
    path = resources_dir() / "addresses" / "words.csv"
    with path.open(encoding="utf-8", newline="") as file:
        rows = [row for row in csv.DictReader(file) if row["kind"] == kind]
    found = {row["stands_for"]: row["stands_for"] for row in rows}
    return found | {row["word"]: row["stands_for"] for row in rows}


@functools.lru_cache(maxsize=200_000)
def street_of(text: str) -> Street:
    """The parts of a street's name as an address or a file of streets writes it.

    A direction is one only where a name is left without it ("North St" is a street called North); the kind is the last word
    that is one, where a name is left in front of it ("Avenue of the Stars" has none).

    >>> street_of("North Main Street") == street_of("N. MAIN ST"), street_of("W 7th St")
    (True, Street(before='w', name='7th', kind='st', after=''))
    >>> street_of("North St"), street_of("Avenue of the Stars")
    (Street(before='', name='north', kind='st', after=''), Street(before='', name='ave of the stars', kind='', after=''))
    >>> street_of("Old Country Road N").after, street_of("Saint Marks Pl") == street_of("St. Mark's Place")
    ('n', True)
    """
    plain = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode().lower()
    words = re.sub(r"[^a-z0-9&/-]+", " ", re.sub(r"['.]", "", plain)).split()
    directions, kinds, spellings = _words("direction"), _words("type"), _words("name")
    before = after = kind = ""
    if len(words) > 1 and words[-1] in directions and not (len(words) == 2 and words[0] in directions):
        after, words = directions[words[-1]], words[:-1]
    if len(words) > 1 and words[-1] in kinds:
        kind, words = kinds[words[-1]], words[:-1]
    if len(words) > 1 and words[0] in directions:
        before, words = directions[words[0]], words[1:]
    if after and not kind and len(words) == 1 and not before and words[0] in kinds:
        words, after = [*words, after], ""  # "Avenue E" is a street called so
    name = " ".join(spellings.get(word, word) for word in words)
    return Street(before, name, kind, after)


def number_word(text: str) -> str:
    """A house number that is written as a word, as digits; anything else as it stands.

    >>> number_word("One"), number_word("12A")
    ('1', '12A')
    """
    return _words("number").get(text.lower(), text)
