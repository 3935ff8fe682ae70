"""Text in the cells of tables that leave: quoted so that every program reads it back, never run, and only what a file can hold."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Final

UNKNOWN_LETTER: Final = "\ufffd"
LONGEST_CELL: Final = 32_767  # UTF-16 units that a cell of a workbook holds

# What programs cut a line or a cell at, take for a mark of the file, or trim: Python's csv leaves a lone carriage return
# unquoted, others end a line at a vertical tab, a form feed, NEL, U+2028 or U+2029. All of it is kept, inside quotes.
_QUOTED: Final = re.compile('[",\x00-\x1f\x7f-\x9f\u061c\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff\ufffe\uffff]|^[\\s\xa0]|[\\s\xa0]$')
_NOT_STORABLE: Final = re.compile("[\x00\ud800-\udfff]")   # cuts a text short in C; cannot be UTF-8
_NOT_XML: Final = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
_UNSEEN: Final = "[\\s\x00-\x20\x7f-\xa0\u061c\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff]*"
_RUNS: Final = re.compile(f"[\t\r\n]|{_UNSEEN}[=+\\-@＝＋－＠]")
_GUARDED: Final = re.compile(f"'+(?:{_RUNS.pattern})")
_NUMBER: Final = re.compile(r"-?\d+(?:\.\d+)?")


def csv_text(rows: Iterable[Iterable[str]], *, ending: str = "\n") -> str:
    """A table of texts as CSV (RFC 4180): a cell with a separator, a quote, a control or unseen character stands in quotes.

    Parameters
    ----------
    rows : iterable of iterables of str
        The first holds the headings. Texts that came from people go through `guarded` before.
    ending : str
        Of a line.

    Returns
    -------
    str
        Text that can be written as UTF-8.
    """
    return "".join(_line(row) + ending for row in rows)


def csv_bytes(rows: Iterable[Iterable[str]], *, ending: str = "\n") -> bytes:
    """`csv_text` in UTF-8."""
    return csv_text(rows, ending=ending).encode("utf-8")


def _line(row: Iterable[str]) -> str:
    cells = [_cell(text) for text in row]
    return '""' if cells == [""] else ",".join(cells)  # an empty line is no row


def _cell(text: str) -> str:
    text = storable(text)
    return '"' + text.replace('"', '""') + '"' if _QUOTED.search(text) else text


def guarded(text: str) -> str:
    """Text that no spreadsheet runs: an apostrophe stands before what would start a formula; `unguarded` takes it away.

    A plain number stays one, and what already began so gets one more, so that nothing is lost on the way back.

    >>> guarded("=SUM(A1:A9)"), guarded("Garfield High"), guarded("-5"), guarded("'=1"), guarded("'tis")
    ("'=SUM(A1:A9)", 'Garfield High', '-5', "''=1", "'tis")
    """
    if _NUMBER.fullmatch(text):
        return text
    return "'" + text if _RUNS.match(text) or _GUARDED.match(text) else text


def unguarded(text: str) -> str:
    """What `guarded` was given.

    >>> unguarded("'=SUM(A1:A9)"), unguarded("''=1"), unguarded("'tis")
    ('=SUM(A1:A9)', "'=1", "'tis")
    """
    return text[1:] if _GUARDED.match(text) else text


def runs(text: str) -> bool:
    """Whether a spreadsheet might take a text for a formula, if it were not marked as text."""
    return _RUNS.match(text) is not None


def storable(text: str) -> str:
    """Text that any file can hold whole: NUL ends a text in most programs, and half a letter (a lone surrogate) is no UTF-8.

    >>> storable("a\\x00b"), storable("\\ud83d"), storable("Peña 🎒")
    ('a\ufffdb', '\ufffd', 'Peña 🎒')
    """
    return _NOT_STORABLE.sub(UNKNOWN_LETTER, text) if _NOT_STORABLE.search(text) else text


def in_xml(text: str) -> str:
    """Text that XML can hold; a space stands for each character that it cannot.

    >>> in_xml("a\\x0bb")
    'a b'
    """
    return _NOT_XML.sub(" ", text)


def shortened(text: str, most: int = LONGEST_CELL) -> str:
    """Text of at most so many UTF-16 units, as spreadsheets count; three dots at the end say that there was more.

    >>> shortened("Garfield", 5), shortened("🎒🎒🎒", 4)
    ('Garf…', '🎒…')
    """
    if len(text) * 2 <= most or _units(text) <= most:
        return text
    kept = text[: most - 1]
    while _units(kept) > most - 1:
        kept = kept[: len(kept) - max(1, (_units(kept) - most + 1) // 2)]
    return kept + "…"


def _units(text: str) -> int:
    return len(text) + sum(letter > "\uffff" for letter in text)
