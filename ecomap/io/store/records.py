"""What a file claims of its tables: which rows each holds and how its columns are stored, believed entry by entry."""

from __future__ import annotations

import re
import sqlite3
from collections.abc import Mapping
from types import MappingProxyType
from typing import Any, Final

from attrs import evolve

from ecomap.io.store.columns import SQL_TYPES, ColumnRecord
from ecomap.io.store.digests import comparable, text_digest
from ecomap.io.store.gate import LARGEST_RECORD, MOST_COLUMNS, Gate
from ecomap.io.store.schema import TABLES
from ecomap.io.store.tables import COLUMN_KINDS, AnyColumn, TableRecord, owner_to_json
from ecomap.model.believing import Believer, UnbelievedError, loaded
from ecomap.model.fault import LOST, Fault
from ecomap.model.said import name as kept
from ecomap.model.said import say

Owner = tuple[str, str, str]  # layer id, result id, output name

_DTYPES: Final = re.compile(
    r"object|str|string(\[\w+\])?|bool|boolean|[uU]?[iI]nt(8|16|32|64)|[fF]loat(16|32|64)|datetime64\[(s|ms|us|ns)(, [\w/+:\-]{1,60})?\]")
_OF_KIND: Final = {"float": "float", "integer": "int", "boolean": "bool", "datetime": "datetime64"}
_PLAIN: Final = {"float": "float64", "integer": "int64", "boolean": "bool", "datetime": "datetime64[ns]"}
_OF_A_COPY: Final = 2**40  # bytes: what was opened before has been measured
_MISSING: Final = ("none", "nan", "na")


def read_records(
    gate: Gate, faults: list[Fault], written: Mapping[str, Any] = MappingProxyType({}), owners: Mapping[str, Any] = MappingProxyType({})
) -> dict[Owner, TableRecord]:
    """Owner -> the record of its table; a claim that cannot be believed is a fault.

    ``written``: table -> digest of what EcoMap wrote of how it is stored. A record that is another one now could give a number of
    one column for that of another, and so is not believed. ``owners``: the same of whose rows it holds.
    """
    columns = gate.columns(TABLES)
    digest = "digest" if "digest" in columns else "NULL"
    rows = gate.ask(f"SELECT table_name, row_count, columns, layer, result, output, {digest} FROM {TABLES} ORDER BY fid")
    found: dict[Owner, TableRecord] = {}
    taken: set[str] = set()
    for table, count, text, layer, result, output, was in rows:
        of_layer, of_result, of_output = (one if isinstance(one, str) else "" for one in (layer, result, output))
        try:
            if _is_another(text, written.get(table)) or _is_another(owner_to_json((of_layer, of_result, of_output)), owners.get(table)):
                raise UnbelievedError
            record = TableRecord(_text(table), _count(count), columns_from_json(text), of_layer, of_result, of_output,
                                 was if isinstance(was, str) else "")
        except UnbelievedError:
            faults.append(Fault(LOST, say(
                "How the table '{table}' is stored is not as EcoMap wrote it, so its rows are not here.", table=kept(table)), TABLES, layer=of_layer))
            continue
        if record.owner in found or record.table in taken:
            faults.append(Fault(LOST, say(
                "The table '{table}' is listed twice; only its first place is believed.", table=kept(table)), TABLES, layer=of_layer))
            continue
        found[record.owner] = record
        taken.add(record.table)
    return found


def _is_another(text: Any, written: Any) -> bool:
    return comparable(written) and isinstance(text, str) and text_digest(text) != written


def records_in(connection: sqlite3.Connection) -> dict[Owner, TableRecord]:
    """The records of a copy that is about to be changed."""
    gate = Gate(connection, _OF_A_COPY)
    try:
        return read_records(gate, [])
    finally:
        connection.set_progress_handler(None, 0)


def columns_from_json(text: Any) -> tuple[AnyColumn, ...]:
    """The records of a table's columns.

    Raises
    ------
    UnbelievedError
        If EcoMap does not write such a record.
    """
    entries = loaded(text, LARGEST_RECORD)
    if not isinstance(entries, list) or len(entries) > MOST_COLUMNS:
        raise UnbelievedError
    records = tuple(_column(entry) for entry in entries)
    names = [record.name for record in records]
    if len(set(names)) < len(names) or sum(not isinstance(record, ColumnRecord) for record in records) > 1:
        raise UnbelievedError
    return records


def _column(entry: Any) -> AnyColumn:
    if not isinstance(entry, dict) or len(entry) != 1:
        raise UnbelievedError
    ((what, given),) = entry.items()
    kind: Any = next((kind for kind, word in COLUMN_KINDS.items() if word == what), None)
    if kind is None:
        raise UnbelievedError
    believer = Believer(LARGEST_RECORD)
    record = believer.of(given, kind)
    if believer.doubts:
        raise UnbelievedError
    return _sound(record) if isinstance(record, ColumnRecord) else record


def _sound(record: ColumnRecord) -> ColumnRecord:
    """A record of a kind of column that EcoMap writes; where only the kind of numbers is unknown, the plain one is taken."""
    if record.kind not in SQL_TYPES or record.missing not in _MISSING:
        raise UnbelievedError
    of = _OF_KIND.get(record.kind, "")
    if _DTYPES.fullmatch(record.dtype) and record.dtype.lower().lstrip("u").startswith(of):
        return record
    if record.kind not in _PLAIN:
        raise UnbelievedError
    return evolve(record, dtype=_PLAIN[record.kind])


def _text(found: Any) -> str:
    if not isinstance(found, str) or not found:
        raise UnbelievedError
    return found


def _count(found: Any) -> int:
    return found if isinstance(found, int) and found >= 0 else -1
