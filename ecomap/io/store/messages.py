"""The messages in the cells of tables: a table holds the English that every program reads, and beside it stands what was said.

Messages of a column that differ in their values alone are one part: their common shape once, and for every blank a list of values. A part
is packed, and read when the first of its cells is asked for more than its English.

====  ==============================================================================================================================
part  what stands in its row
====  ==============================================================================================================================
0     ``data``: the part of each distinct text of the column, in the order of the rows; 0 for a text that is no message
1...  ``shape``: the message as JSON, with ``{"$": n}`` where its values stand; ``data``: the n-th value of each of its messages
====  ==============================================================================================================================
"""

from __future__ import annotations

import json
import sqlite3
import zlib
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import Any, Final

import pandas as pd
from attrs import frozen

from ecomap.io.store.columns import ColumnRecord, has_identity
from ecomap.io.store.gate import LARGEST_RECORD, Gate
from ecomap.io.store.schema import MESSAGES
from ecomap.model.said import Day, Listed, Quantity, Said, as_data, from_data, waiting

_LONGEST: Final = 200_000   # letters of a shape; a longer one is not ours
_ROOM: Final = 1_000_000    # letters of values that any column may have
_EACH: Final = 4_000        # and for each of its texts
_VALUE: Final = "$"
_LATE: Final = ("say", "list")  # kinds whose English says all that is needed until somebody asks for more
_NO_MESSAGE: Final = (ValueError, TypeError, RecursionError, OverflowError, LookupError, AttributeError, zlib.error)

Reader = Callable[[ColumnRecord, Sequence[Any]], Sequence[Any]]


def write_messages(connection: sqlite3.Connection, table: str, record: ColumnRecord, values: pd.Series) -> None:
    """Keep what is said by the distinct texts in a column of texts."""
    if record.kind != "text" or not pd.api.types.is_object_dtype(values.dtype):
        return
    said: dict[str, Any] = {}
    for cell in values:
        if isinstance(cell, str) and (cell not in said or (not has_identity(said[cell]) and has_identity(cell))):
            said[cell if type(cell) is str else str(cell)] = cell
    if any(map(has_identity, said.values())):
        connection.executemany(
            f"INSERT INTO {MESSAGES} (table_name, column_name, part, shape, data) VALUES (?, ?, ?, ?, ?)",
            ((table, record.stored, number, shape, zlib.compress(_json(data), 9)) for number, (shape, data) in enumerate(_parts(said.values()))),
        )


def drop_messages(connection: sqlite3.Connection, table: str) -> None:
    """Forget the messages of a table that goes."""
    if _kept(connection):
        connection.execute(f"DELETE FROM {MESSAGES} WHERE lower(table_name) = lower(?)", (table,))


def message_reader(gate: Gate, table: str, *, whole: bool) -> Reader:
    """A function that turns the cells of a column of the table back into messages, where they were.

    Where the rows are just those that were written (``whole``) messages wait for somebody who asks. Else each is read and compared: a text
    that another program wrote into a cell has no message. What is kept of no sound message leaves a text.
    """
    if MESSAGES not in gate.tables:
        return lambda record, cells: cells
    try:
        rows = gate.ask(
            f"SELECT column_name, part, shape, data FROM {MESSAGES} WHERE table_name = ? AND typeof(part) = 'integer' AND typeof(shape) = 'text' AND "
            f"typeof(data) = 'blob' AND length(shape) <= ? AND length(data) <= ? ORDER BY part", (table, _LONGEST, LARGEST_RECORD))
    except sqlite3.Error:  # damaged, or with other columns: its texts are texts
        return lambda record, cells: cells
    columns: dict[str, dict[int, tuple[str, bytes]]] = {}
    for column, number, shape, data in rows:
        columns.setdefault(column, {})[number] = (shape, data)

    def read(record: ColumnRecord, cells: Sequence[Any]) -> Sequence[Any]:
        parts = columns.get(record.stored) if record.kind == "text" and record.dtype == "object" else None
        if not parts:
            return cells
        texts = [text for text in dict.fromkeys(cells) if text is not None]
        column = _Column({number: _Part(*row) for number, row in parts.items() if number > 0}, _ROOM + _EACH * len(texts))
        made = _waiting(column, texts, parts.get(0)) if whole else None
        if made is None:
            made = {text: said for text, said in column.messages() if has_identity(said)}
        return [made.get(cell, cell) for cell in cells]

    return read


def _kept(connection: sqlite3.Connection) -> bool:
    """Whether the file has the table of messages; another program may have dropped it."""
    return connection.execute("SELECT 1 FROM sqlite_master WHERE type = 'table' AND name = ?", (MESSAGES,)).fetchone() is not None


# --- writing --------------------------------------------------------------------------------------------------------


def _parts(said: Iterable[str]) -> list[tuple[str, list[Any]]]:
    """Part 0 and those after it, as shape and data."""
    shapes: dict[str, tuple[int, list[list[Any]]]] = {}
    numbers = []
    for cell in said:
        if not isinstance(cell, Said) or not has_identity(cell):
            numbers.append(0)
            continue
        values: list[Any] = []
        shape = _json(_taken_apart(cell, values)).decode()
        number, columns = shapes.setdefault(shape, (len(shapes) + 1, [[] for _ in values]))
        for column, value in zip(columns, values, strict=True):
            column.append(value)
        numbers.append(number)
    return [("", numbers), *((shape, columns) for shape, (_, columns) in shapes.items())]


def _taken_apart(said: str, values: list[Any]) -> Any:
    """The shape of a message, its values put to the others."""
    if not isinstance(said, Said) or not has_identity(said):
        return _value(str(said), values)
    if isinstance(said, Quantity | Day):
        data = as_data(said)
        kept = ("value", "moe") if isinstance(said, Quantity) else ("iso",)
        return {**data, "text": _value(data["text"], values),
                "with": {blank: _value(one, values) if blank in kept else one for blank, one in data["with"].items()}}
    kind = "list" if isinstance(said, Listed) else "say"
    found = {kind: said.key, "with": {blank: _blank(kind, blank, value, values) for blank, value in said.values.items()}}
    return found | {name: text for name in ("many", "by", "context", "form") if (text := getattr(said, name))}


def _blank(kind: str, blank: str, value: Any, values: list[Any]) -> Any:
    if kind == "list":
        return [_taken_apart(part, values) for part in value] if isinstance(value, tuple) else str(value)
    return _taken_apart(value, values) if isinstance(value, str) else _value(int(value), values)


def _value(value: Any, values: list[Any]) -> dict[str, int]:
    values.append(value)
    return {_VALUE: len(values) - 1}


def _json(data: Any) -> bytes:
    return json.dumps(data, allow_nan=False, ensure_ascii=False, separators=(",", ":")).encode()


# --- reading --------------------------------------------------------------------------------------------------------


@frozen
class _Part:
    """Messages of one shape, as they stand in the file."""

    shape: str
    data: bytes

    def kind(self) -> str:
        """What kind of message its shape says it is; "" where it waits for nobody."""
        try:
            found = json.loads(self.shape)
        except _NO_MESSAGE:
            return ""
        return next((kind for kind in _LATE if kind in found), "") if isinstance(found, dict) and not {"quantity", "day"} & set(found) else ""


class _Column:
    """The messages of a column, unpacked when the first one is asked for."""

    def __init__(self, parts: Mapping[int, _Part], room: int) -> None:
        self.parts = parts
        self._room = room
        self._read: dict[int, tuple[Any, list[list[Any]]]] = {}
        self.places: dict[str, tuple[int, int]] = {}  # text -> part and place in it

    def __call__(self, text: str) -> Said | None:
        """The message of a text; None where nothing sound is kept of it."""
        number, place = self.places[text]
        try:
            return self._message(number, place)
        except _NO_MESSAGE:
            return None

    def messages(self) -> Iterator[tuple[str, Said]]:
        """Every message that is sound, by its English."""
        for number in self.parts:
            try:
                _, values = self._unpacked(number)
                for place in range(len(values[0]) if values else 1):
                    said = self._message(number, place)
                    yield str(said), said
            except _NO_MESSAGE:
                continue

    def _message(self, number: int, place: int) -> Said:
        shape, values = self._unpacked(number)
        return from_data(_filled(shape, values, place))

    def _unpacked(self, number: int) -> tuple[Any, list[list[Any]]]:
        if number not in self._read:
            data = _unpacked(self.parts[number].data, self._room)
            self._room -= len(data)
            values = json.loads(data)
            if not isinstance(values, list) or not all(isinstance(column, list) for column in values) or len(set(map(len, values))) > 1:
                raise ValueError(number)
            self._read[number] = json.loads(self.parts[number].shape), values
        return self._read[number]


def _waiting(column: _Column, texts: Sequence[str], first: tuple[str, bytes] | None) -> dict[str, Said] | None:
    """The messages of texts, each waiting to be asked for; None where it cannot be said without reading them which text is which."""
    if first is None:
        return None
    try:
        numbers = json.loads(_unpacked(first[1], _ROOM + 20 * len(texts)))
    except _NO_MESSAGE:
        return None
    several = {number: kind == "list" for number, part in column.parts.items() if (kind := part.kind())}
    if not isinstance(numbers, list) or len(numbers) != len(texts) or not all(type(number) is int and (not number or number in several) for number in numbers):
        return None
    made = {}
    counts = dict.fromkeys(several, 0)
    for text, number in zip(texts, numbers):
        if number:
            column.places[text] = number, counts[number]
            counts[number] += 1
            made[text] = waiting(text, column, several=several[number])
    return made


def _filled(shape: Any, values: Sequence[Sequence[Any]], place: int) -> Any:
    """The data of a message: its shape with the values of one place."""
    if isinstance(shape, list):
        return [_filled(part, values, place) for part in shape]
    if not isinstance(shape, dict):
        return shape
    if _VALUE in shape:
        return values[shape[_VALUE]][place]
    return {name: _filled(part, values, place) for name, part in shape.items()}


def _unpacked(data: bytes, most: int) -> bytes:
    """What was packed.

    Raises
    ------
    ValueError
        If it is longer than any of ours, or not whole.
    """
    press = zlib.decompressobj()
    found = press.decompress(data, max(most, 1))
    if not press.eof:
        raise ValueError(most)
    return found
