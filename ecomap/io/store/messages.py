"""The messages in the cells of tables: a table holds the English that every program reads, and beside it stands what was said."""

from __future__ import annotations

import base64
import json
import sqlite3
import zlib
from collections.abc import Callable, Sequence
from typing import Any, Final

import pandas as pd

from ecomap.io.store.columns import ColumnRecord, has_identity
from ecomap.io.store.gate import Gate
from ecomap.io.store.schema import MESSAGES
from ecomap.model.said import Said, as_data, from_data

_LONGEST: Final = 200_000  # letters of JSON; a longer one is not ours
_SHORT: Final = 120        # letters of JSON that stand as they are; longer ones are packed
_PACKED: Final = "="       # no JSON begins with it
# What stands in most messages, so that each packs well by itself. Files are read with it: another one needs another mark.
_OFTEN: Final = (b'"context":""form":""many":""by":"n"{"text":" m","quantity":"","with":{"value":"moe":null,"unit":"usd","digits":0,"part":"whole"}}'
                 b',"unit":"m","digits":null,"part":"whole"}}}},{"text":"need higher than in % of areas","say":"need higher than in {share} of areas",'
                 b'"with":{"share":{"text":" %","quantity":"","with":{"value":0.,"moe":null,"unit":"share","digits":null,"part":"whole"}}}},'
                 b'{"text":"nearest one today  mi away","say":"nearest one today {distance} away","with":{"distance":{"text":" mi"'
                 b'{"text":"among the 25 highest","say":"among the {number} highest","with":{"number":{"text":"25","quantity":"","with":{"value":'
                 b'"}},"who":{"text":"children","say":"children","with":{}}}},{"text":" \\u00b1  children newly in reach",'
                 b'"say":"{count} {who} newly in reach","with":{"count":{"text":"","quantity":"","with":{"value":,"moe":,"unit":"","digits":null,"part":"whole"}}'
                 b'"joint":"; "}}"list":"","with":{"parts":[{"text":"')


def write_messages(connection: sqlite3.Connection, table: str, record: ColumnRecord, values: pd.Series) -> None:
    """Keep message and values of each distinct text in a column of texts."""
    if record.kind != "text" or not pd.api.types.is_object_dtype(values.dtype):
        return
    said = {str(cell): cell for cell in values if has_identity(cell)}
    connection.executemany(
        f"INSERT INTO {MESSAGES} (table_name, column_name, text, data) VALUES (?, ?, ?, ?)",
        ((table, record.stored, text, _json(cell)) for text, cell in said.items()),
    )


def drop_messages(connection: sqlite3.Connection, table: str) -> None:
    """Forget the messages of a table that goes."""
    if _kept(connection):
        connection.execute(f"DELETE FROM {MESSAGES} WHERE lower(table_name) = lower(?)", (table,))


def message_reader(gate: Gate, table: str) -> Callable[[ColumnRecord, Sequence[Any]], Sequence[Any]]:
    """A function that turns the cells of a column of the table back into messages, where they were.

    A text that another program wrote into a cell has no message; one whose record is no sound message stays a text.
    """
    if MESSAGES not in gate.tables:
        return lambda record, cells: cells
    try:
        rows = gate.ask(f"SELECT column_name, text, data FROM {MESSAGES} WHERE table_name = ? AND length(data) <= ?", (table, _LONGEST))
    except sqlite3.Error:  # damaged, or with other columns: its texts are texts
        return lambda record, cells: cells
    known: dict[str, dict[str, str]] = {}
    for column, text, data in rows:
        known.setdefault(column, {})[text] = data

    def read(record: ColumnRecord, cells: Sequence[Any]) -> Sequence[Any]:
        found = known.get(record.stored, {}) if record.kind == "text" and record.dtype == "object" else {}
        if not found:
            return cells
        made = {text: _message(found[text], text) for text in {cell for cell in cells if cell in found}}
        return [made.get(cell, cell) for cell in cells]

    return read


def _kept(connection: sqlite3.Connection) -> bool:
    """Whether the file has the table of messages; another program may have dropped it."""
    return connection.execute("SELECT 1 FROM sqlite_master WHERE type = 'table' AND name = ?", (MESSAGES,)).fetchone() is not None


def _json(cell: Said) -> str:
    """The message as JSON, packed where it is long: every row of a large answer has one, and they are much alike."""
    plain = json.dumps(as_data(cell), allow_nan=False, separators=(",", ":"))
    if len(plain) <= _SHORT:
        return plain
    press = zlib.compressobj(9, wbits=-zlib.MAX_WBITS, zdict=_OFTEN)
    return _PACKED + base64.b85encode(press.compress(plain.encode()) + press.flush()).decode("ascii")


def _unpacked(data: str) -> str:
    """The JSON of a message; empty where it would be longer than any of ours."""
    if not data.startswith(_PACKED):
        return data
    press = zlib.decompressobj(wbits=-zlib.MAX_WBITS, zdict=_OFTEN)
    found = press.decompress(base64.b85decode(data[len(_PACKED):]), _LONGEST)
    return found.decode() if press.eof else ""


def _message(data: str, text: str) -> str:
    """The message, if it says what the cell says."""
    try:
        said = from_data(json.loads(_unpacked(data)))
    except (ValueError, TypeError, RecursionError, OverflowError, zlib.error):
        return text
    return said if said == text and has_identity(said) else text
