"""The words in which places say that something is open, closed, merged, planned or stopped for a time."""

from __future__ import annotations

import csv
import re
import unicodedata
from functools import lru_cache
from typing import Final

from attrs import frozen

from ecomap.model.assets import resources_dir

UNKNOWN: Final = "unknown"   # the word says that nothing is known


@frozen
class State:
    """What a word of a status means.

    ``state``: active, sustained, ended, planned, paused or unknown; ``kind``: what people read of it: open, closed,
    merged, planned, temporarily closed.
    """

    state: str
    kind: str


def state_words(text: str) -> str:
    """Small letters and digits without accents, one space between words: how words of a status are compared."""
    folded = unicodedata.normalize("NFKD", text)
    bare = "".join(letter for letter in folded if not unicodedata.combining(letter)).casefold()
    return " ".join(re.sub(r"[\W_]+", " ", bare).split())


@lru_cache(maxsize=10_000)
def state_of(text: str) -> State | None:
    """What a word of a status means; None where EcoMap does not know it.

    >>> state_of("Open, but proposed to close").state, state_of("Merged").kind, state_of("cerrada").state, state_of("zebra")
    ('active', 'merged', 'ended', None)
    """
    words = state_words(text)
    if not words or len(words) > 80:
        return None
    return next((state for pattern, state in _words() if pattern.search(words)), None)


def state_of_code(column: str, text: str) -> State | None:
    """What a number or letter means in a column of that name, None where it means nothing.

    >>> state_of_code("SY_STATUS", "2").state, state_of_code("SY_STATUS", "6").kind, state_of_code("grade", "2")
    ('ended', 'temporarily closed', None)
    """
    name = state_words(column).replace(" ", "_")
    family = "sy_status" if re.match(r"^(sy|updated)_?status(_\d{2,4})?$|^status\d{2}$", name) else name
    return _codes().get((family, text.strip().casefold().removesuffix(".0")))


@lru_cache(maxsize=1)
def _words() -> tuple[tuple[re.Pattern[str], State], ...]:
    return tuple((re.compile(row["pattern"]), State(row["state"], row["kind"])) for row in _rows("states"))


@lru_cache(maxsize=1)
def _codes() -> dict[tuple[str, str], State]:
    return {(row["column"], row["code"]): State(row["state"], row["kind"]) for row in _rows("state_codes")}


def _rows(name: str) -> list[dict[str, str]]:
    with (resources_dir() / "schools" / f"{name}.csv").open(encoding="utf-8", newline="") as stream:
        return list(csv.DictReader(stream))
