"""The rows of a table, compared with what EcoMap wrote and believed cell by cell."""

from __future__ import annotations

import sqlite3
from collections.abc import Mapping, Sequence
from types import MappingProxyType
from typing import Any, Final

import geopandas as gpd
import pandas as pd
from attrs import field, frozen

from ecomap.io.store.cells import believed_cells
from ecomap.io.store.columns import SQL_TYPES, ColumnRecord, decode_column
from ecomap.io.store.digests import comparable, table_digest
from ecomap.io.store.gate import LARGEST_CELL, Gate, few, folded, quoted
from ecomap.io.store.geometry import BorrowedGeometry, GeometryRecord
from ecomap.io.store.messages import message_reader
from ecomap.io.store.shapes import believed_shapes
from ecomap.io.store.tables import FID, GEOM, TableRecord, digested
from ecomap.io.store.views import shapes_by_key
from ecomap.model.fault import CHANGED, DOUBTED, LOST, PASSED_OVER, Fault
from ecomap.model.said import Said, joined, plural, say
from ecomap.model.said import name as kept
from ecomap.model.units import format_number
from ecomap.model.vocabulary import ID

_NAMED: Final = 5  # columns named in one sentence


@frozen
class Rows:
    """What was read of a table: a frame, or None where nothing of it can be believed.

    ``whole``: the cells are just those that EcoMap wrote, by their digest; None where there is no digest to compare with.
    ``doubted``: column -> numbers of the rows whose cell was not believed. ``numbers``: of all rows;
    ``left_out``: of those without a key of their own.
    """

    frame: Any = None
    whole: bool | None = None
    faults: tuple[Fault, ...] = ()
    doubted: Mapping[str, Sequence[int]] = field(factory=dict)
    numbers: Sequence[int] = ()
    left_out: Sequence[int] = ()


@frozen
class Read:
    """The cells of a table as they stand in the file: number of each row, and cells by column; None for a column that is not there."""

    numbers: Sequence[int]
    cells: tuple[Sequence[Any] | None, ...]
    types: tuple[str, ...] = ()     # declared, by column
    added: tuple[str, ...] = ()     # columns that EcoMap did not write


@frozen
class _Asked:
    """Whose rows are wanted, for the sentences about them."""

    title: Said
    record: TableRecord
    geometry: str
    keyed: bool
    found: list[Fault] = field(factory=list)
    doubted: dict[str, Sequence[int]] = field(factory=dict)

    def say(self, kind: str, text: Said, column: str = "", rows: Sequence[int] = ()) -> None:
        self.found.append(Fault(kind, text, self.record.table, column, few(rows), self.record.layer))


def read_rows(
    gate: Gate, record: TableRecord, title: Said, *, geometry: str = "", keyed: bool = False, lenders: Mapping[str, Any] = MappingProxyType({})
) -> Rows:
    """The frame in a table with its columns, dtypes and CRS as they were; a GeoDataFrame where it has geometry.

    Parameters
    ----------
    gate : Gate
    record : TableRecord
        What the file says of the table.
    title : Said
        What its rows are called, for sentences.
    geometry : str
        The kind of shape its rows have; "" for any.
    keyed : bool
        Whether every row needs a key of its own: rows without one are left out.
    lenders : mapping
        Layer id -> rows whose shapes the table may borrow.
    """
    keyed = keyed or bool(record.borrows)
    asked = _Asked(title, record, geometry, keyed)
    read = _read(gate, asked)
    if read is None:
        return Rows(faults=tuple(asked.found))
    _compare_columns(asked, read)
    if any(fault.kind == LOST for fault in asked.found):
        return Rows(faults=tuple(asked.found))
    whole = is_whole(record, read)
    if not whole and (whole is not None or _counted(record) not in (None, len(read.numbers))):
        asked.say(CHANGED, _how_changed(asked, read))
    frame = _frame(gate, asked, read, bool(whole))
    numbers = read.numbers
    if keyed or (not whole and ID in frame):
        frame, numbers = _with_keys(asked, read, frame)
    if frame is not None and record.borrows:
        frame = _with_borrowed(asked, record, frame, numbers, lenders)
    kept_numbers = set(numbers)
    left_out = [] if len(numbers) == len(read.numbers) else [number for number in read.numbers if number not in kept_numbers]
    return Rows(frame, whole, tuple(asked.found), asked.doubted, numbers, left_out)


def stored_cells(gate: Gate, record: TableRecord) -> Read:
    """The cells of a table as they stand in the file.

    Raises
    ------
    sqlite3.Error
        If they cannot be read.
    """
    table = gate.tables[folded(record.table)]
    present = gate.columns(table)
    names = [GEOM if isinstance(column, GeometryRecord) else column.stored for column in record.stored_columns]
    there = [present.get(folded(name)) for name in names]
    selected = [quoted(FID) if FID in present else "NULL", *(quoted(one[0]) for one in there if one is not None)]
    numbers, *found = _selected(gate, table, selected, FID in present)
    columns = iter(found)
    if not set(map(type, numbers)) <= {int}:
        numbers = [number if isinstance(number, int) else place for place, number in enumerate(numbers, 1)]
    ours = {folded(name) for name in (FID, *names)}
    return Read(
        numbers, tuple(None if one is None else next(columns) for one in there), tuple("" if one is None else one[1] for one in there),
        tuple(name for key, (name, _) in present.items() if key not in ours),
    )


def is_whole(record: TableRecord, read: Read) -> bool | None:
    """Whether cells are just those that were written; None where there is no digest to compare with."""
    if not comparable(record.digest):
        return None
    if any(cells is None for cells in read.cells):
        return False
    cells = [cells for cells in read.cells if cells is not None]
    try:
        return table_digest(digested(zip(record.stored_columns, cells))) == record.digest
    except (TypeError, ValueError, OverflowError):
        return False


def _selected(gate: Gate, table: str, columns: Sequence[str], numbered: bool) -> list[list[Any]]:
    """The columns in the order of the rows, again with more care where a cell is longer than any of ours or is no text."""
    order = f" ORDER BY {FID}" if numbered else ""
    try:
        return gate.ask_for_columns(f"SELECT {', '.join(columns)} FROM {quoted(table)}{order}", len(columns))
    except sqlite3.DataError:
        columns = [f"CASE WHEN typeof({one}) = 'blob' AND length({one}) > {LARGEST_CELL // 2} THEN x'' ELSE {one} END" for one in columns]
    except sqlite3.OperationalError as problem:
        if "decode" not in str(problem):
            raise
    with gate.texts_or_bytes():
        return gate.ask_for_columns(f"SELECT {', '.join(columns)} FROM {quoted(table)}{order}", len(columns))


def _read(gate: Gate, asked: _Asked) -> Read | None:
    table = asked.record.table
    if folded(table) not in gate.tables:
        asked.say(LOST, say(
            "The rows of “{title}” are missing: the file has something else under the name of their table.", title=asked.title)
            if gate.stands_in_for(table) else say("The rows of “{title}” are missing: the file has no table '{table}'.", title=asked.title,
                                                  table=kept(table)))
        return None
    try:
        return stored_cells(gate, asked.record)
    except (sqlite3.Error, MemoryError) as problem:
        asked.say(LOST, say("The rows of “{title}” cannot be read ({problem}).", title=asked.title, problem=kept(problem)))
        return None


def _compare_columns(asked: _Asked, read: Read) -> None:
    """The table's columns against those that EcoMap wrote."""
    missing = []
    for column, cells, kind in zip(asked.record.stored_columns, read.cells, read.types):
        if cells is None:
            missing.append(column)
            continue
        written = column.type_name if isinstance(column, GeometryRecord) else SQL_TYPES[column.kind]
        if folded(kind) != folded(written):
            asked.say(CHANGED, say("“{title}”: the column '{column}' was made a column of another kind ({now} instead of {was}).",
                                   title=asked.title, column=kept(column.name), now=kept(kind or "?"), was=kept(written)), column.name)
    essential = [column.name for column in missing if isinstance(column, GeometryRecord) or (asked.keyed and column.name == ID)]
    names = _listed([column.name for column in missing])
    if essential:
        asked.say(LOST, say("The rows of “{title}” are not here: their column {column} is missing.", title=asked.title,
                            column=_listed(essential)), essential[0])
    elif missing:
        asked.say(DOUBTED, plural(
            "“{title}”: the column {names} is missing from the file, renamed or taken out by another program; its cells are empty here.",
            "“{title}”: {n} columns are missing from the file, renamed or taken out by another program: {names}; their cells are empty here.",
            len(missing), title=asked.title, names=names), missing[0].name)
    if read.added:
        asked.say(PASSED_OVER, plural(
            "“{title}”: another program has added the column {names}, which EcoMap does not use.",
            "“{title}”: another program has added {n} columns, which EcoMap does not use: {names}.",
            len(read.added), title=asked.title, names=_listed(read.added)), read.added[0])


def _frame(gate: Gate, asked: _Asked, read: Read, whole: bool) -> Any:
    with_messages = message_reader(gate, asked.record.table, whole=whole)
    data: dict[str, Any] = {}
    shape: GeometryRecord | None = None
    for column, cells in zip(asked.record.stored_columns, read.cells):
        given: Sequence[Any] = [None] * len(read.numbers) if cells is None else cells
        if cells is None:
            asked.doubted[column.name] = read.numbers
        if isinstance(column, GeometryRecord):
            shape = column
            data[column.name], wrong = believed_shapes(column, given, asked.geometry, thorough=not whole)
        else:
            given, wrong = believed_cells(column, given, thorough=not whole)
            decoded = decode_column(column, with_messages(column, given))
            data[column.name] = pd.Series(decoded, dtype=decoded.dtype)
        if wrong:
            _doubt(asked, read, column, wrong)
    index = pd.RangeIndex(len(read.numbers))
    if shape is None:
        return pd.DataFrame(data, index=index)
    return gpd.GeoDataFrame(data, geometry=shape.name, crs=shape.crs or None, index=index)


def _with_borrowed(asked: _Asked, record: TableRecord, frame: Any, numbers: Sequence[int], lenders: Mapping[str, Any]) -> Any:
    """The rows with the shapes of the layers they borrow them from; one whose place is not there has none, which is told."""
    column = next(column for column in record.columns if isinstance(column, BorrowedGeometry))
    shapes, found = shapes_by_key(frame[ID], column.layers, lenders, len(frame))
    crs = next((lenders[layer].crs for layer in column.layers if layer in lenders and hasattr(lenders[layer], "crs")), column.crs or None)
    without = [number for number, there in zip(numbers, found) if not there]
    if without:
        asked.doubted[column.name] = without
        asked.say(DOUBTED, plural(
            "“{title}”: {n} row has no shape here, for its place is not in the layer it takes it from (row {rows}).",
            "“{title}”: {n} rows have no shape here, for their places are not in the layers they take them from (such as rows {rows}).",
            len(without), title=asked.title, rows=joined([str(row) for row in few(without, 3)], ", ")), column.name, without)
    data = {each.name: shapes if each is column else frame[each.name] for each in record.columns}
    return gpd.GeoDataFrame(data, geometry=column.name, crs=crs, index=frame.index, copy=False)


def _doubt(asked: _Asked, read: Read, column: ColumnRecord | GeometryRecord, wrong: Sequence[int]) -> None:
    rows = [read.numbers[place] for place in wrong]
    asked.doubted[column.name] = rows
    where = joined([str(row) for row in few(rows, 3)], ", ")
    if isinstance(column, GeometryRecord):
        text = plural("“{title}”: {n} shape is none that EcoMap can use (row {rows}), and is missing here.",
                      "“{title}”: {n} shapes are none that EcoMap can use (such as rows {rows}), and are missing here.",
                      len(rows), title=asked.title, rows=where)
    else:
        text = plural("“{title}”: {n} cell of the column '{column}' is not of its kind (row {rows}), and is missing here.",
                      "“{title}”: {n} cells of the column '{column}' are not of its kind (such as rows {rows}), and are missing here.",
                      len(rows), title=asked.title, column=kept(column.name), rows=where)
    asked.say(DOUBTED, text, column.name, rows)


def _with_keys(asked: _Asked, read: Read, frame: Any) -> tuple[Any, Sequence[int]]:
    """The rows that have a key of their own, and their numbers."""
    if ID not in frame:
        asked.say(LOST, say("The rows of “{title}” are not here: they have no column '{column}'.", title=asked.title, column=kept(ID)), ID)
        return None, ()
    keys = frame[ID]
    if not asked.keyed and not any(isinstance(column, ColumnRecord) and column.name == ID and column.kind == "text" for column in asked.record.stored_columns):
        return frame, read.numbers
    if keys.is_unique and not keys.hasnans:
        return frame, read.numbers
    lost = keys.isna().to_numpy(dtype=bool) | keys.duplicated().to_numpy(dtype=bool)
    rows = [number for number, gone in zip(read.numbers, lost) if gone]
    asked.say(LOST, plural("“{title}”: {n} row has no key, or the key of another row (row {rows}), and is left out.",
                           "“{title}”: {n} rows have no key, or the key of another row (such as rows {rows}), and are left out.",
                           len(rows), title=asked.title, rows=joined([str(row) for row in few(rows, 3)], ", ")), ID, rows)
    return frame[~lost].reset_index(drop=True), [number for number, gone in zip(read.numbers, lost) if not gone]


def _counted(record: TableRecord) -> int | None:
    return record.row_count if record.row_count >= 0 else None


def _how_changed(asked: _Asked, read: Read) -> Said:
    was, now = _counted(asked.record), len(read.numbers)
    if was is not None and was != now:
        return say("The table '{table}' has {count} rows; EcoMap wrote {written}. Another program has changed it.",
                   table=kept(asked.record.table), count=format_number(now), written=format_number(was))
    return say("“{title}”: another program has changed rows of its table '{table}'.", title=asked.title, table=kept(asked.record.table))


def _listed(names: Sequence[str]) -> Said:
    shown = [say("'{name}'", name=kept(name)) for name in names[:_NAMED]]
    more = len(names) - len(shown)
    return joined([*shown, *([plural("{n} more", "{n} more", more)] if more > 0 else [])], ", ")
