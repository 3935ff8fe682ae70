"""The table of what was agreed, as files hold it: its fields, their headings in two languages, and the words of its lists."""

from __future__ import annotations

import csv
import unicodedata
from functools import cache
from typing import Final

from ecomap.model.assets import resources_dir
from ecomap.model.terms import plain

ID, KIND, WHAT, WHERE, APPROACH = "id", "kind", "what", "where", "approach"
LEADS, HELPS, DUE, SEEN, STATE, REASON, AGREED = "leads", "helps", "due", "seen", "state", "reason", "agreed"
FIELDS: Final = (WHAT, KIND, WHERE, APPROACH, LEADS, HELPS, DUE, SEEN, STATE, REASON, AGREED, ID)
KINDS, STATES, PLACES, SHEETS = "kind", "state", "where", "sheet"  # lists of words
ALL: Final = "all"          # code of PLACES
BETWEEN_NAMES: Final = ";"  # commas stand in names
_LANGUAGE: Final = "en"     # where a language has no heading of its own


def heading(field: str, language: str) -> tuple[str, str]:
    """The heading of a column as it is written in a language, and the note on it.

    >>> heading("due", "es")[0]
    'Para cuándo'
    """
    rows = [row for row in _rows("headings") if row["field"] == field]
    row = next((one for one in rows if one["language"] == language), None) or next(one for one in rows if one["language"] == _LANGUAGE)
    return row["heading"], row["note"]


def field_called(text: str) -> str:
    """The field that a heading means, in either language; "" where it means none.

    >>> field_called("Para cuando"), field_called(" BY WHEN * "), field_called("Shoe size")
    ('due', 'due', '')
    """
    return _headings().get(_folded(text), "")


def word(of: str, code: str, language: str) -> str:
    """The word of a list that is written for a code in a language; the code itself where there is none."""
    rows = [row for row in _rows("words") if (row["list"], row["code"]) == (of, code)]
    found = next((row for row in rows if row["language"] == language), None) or next((row for row in rows if row["language"] == _LANGUAGE), None)
    return found["word"] if found else code


def words(of: str, language: str) -> tuple[str, ...]:
    """The words of a list that are offered in a language, one for each code."""
    return tuple(word(of, code, language) for code in dict.fromkeys(row["code"] for row in _rows("words") if row["list"] == of))


def code_of(of: str, text: str) -> str:
    """The code that a word of a list means, in either language; "" where it means none.

    >>> code_of("state", "Hecho"), code_of("state", "DONE"), code_of("state", "perhaps")
    ('done', 'done', '')
    """
    return _codes().get((of, _folded(text)), "")


def titles(of: str) -> frozenset[str]:
    """What a sheet of a code may be called, in any language."""
    return frozenset(row["word"] for row in _rows("words") if (row["list"], row["code"]) == (SHEETS, of))


def _folded(text: str) -> str:
    """A heading or word as it is compared: without accents, case and signs."""
    apart = unicodedata.normalize("NFKD", text)
    return plain("".join(sign for sign in apart if not unicodedata.combining(sign)))


@cache
def _rows(name: str) -> tuple[dict[str, str], ...]:
    with (resources_dir() / "agreed" / f"{name}.csv").open(encoding="utf-8", newline="") as stream:
        return tuple(csv.DictReader(stream))


@cache
def _headings() -> dict[str, str]:
    return {**{_folded(row["heading"]): row["field"] for row in _rows("headings")}, **{field: field for field in FIELDS}}


@cache
def _codes() -> dict[tuple[str, str], str]:
    return {**{(row["list"], _folded(row["word"])): row["code"] for row in _rows("words")},
            **{(row["list"], row["code"]): row["code"] for row in _rows("words")}}
