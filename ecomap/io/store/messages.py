"""The messages in the cells of tables: a table holds the English that every program reads, and beside it stands what was said."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Callable, Sequence
from typing import Any, Final

import pandas as pd

from ecomap.io.store.columns import ColumnRecord, has_identity
from ecomap.io.store.gate import Gate
from ecomap.io.store.schema import MESSAGES
from ecomap.model.said import Said, as_data, from_data

_LONGEST: Final = 200_000  # letters of JSON; a longer one is not ours


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
        if not all(isinstance(one, str) for one in (column, text, data)):
            continue
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
    return json.dumps(as_data(cell), allow_nan=False, separators=(",", ":"))


def _message(data: str, text: str) -> str:
    """The message, if it says what the cell says."""
    try:
        said = from_data(json.loads(data))
    except (ValueError, RecursionError, OverflowError):
        return text
    return said if said == text and has_identity(said) else text
