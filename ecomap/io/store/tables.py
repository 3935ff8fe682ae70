"""One frame as one table of a GeoPackage, and back. Works on an open connection; nothing here opens a file."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterable, Iterator, Sequence
from typing import Any, Final

import numpy as np
import pandas as pd
from attrs import asdict, frozen

from ecomap.io.store.columns import SQL_TYPES, ColumnRecord, encode_column
from ecomap.io.store.digests import table_digest
from ecomap.io.store.gate import quoted
from ecomap.io.store.geometry import BorrowedGeometry, GeometryRecord, bounds_of, encode_geometry
from ecomap.io.store.messages import drop_messages, write_messages
from ecomap.io.store.schema import register_attributes, register_system
from ecomap.model.errors import ProjectError
from ecomap.model.layer import ViewOf
from ecomap.model.said import name as kept
from ecomap.model.said import say

AnyColumn = ColumnRecord | GeometryRecord | BorrowedGeometry

FID: Final = "fid"
GEOM: Final = "geom"

_LISTINGS: Final = (
    "gpkg_contents", "gpkg_geometry_columns", "gpkg_extensions", "gpkg_ogr_contents", "gpkg_data_columns",
    "gpkg_metadata_reference",
)


COLUMN_KINDS: Final[dict[type[Any], str]] = {ColumnRecord: "column", GeometryRecord: "geometry", BorrowedGeometry: "borrowed"}


@frozen
class TableRecord:
    """Which rows a table holds and how its columns are stored.

    Either ``layer`` names the layer, or ``result`` and ``output`` the table of a result. With a ``view`` it is no table but a
    view of that name, made anew at every save.
    """

    table: str
    row_count: int
    columns: tuple[AnyColumn, ...]
    layer: str = ""
    result: str = ""
    output: str = ""
    digest: str = ""   # of the rows as they were written, "" where nobody made one
    view: ViewOf | None = None

    @property
    def owner(self) -> tuple[str, str, str]:
        return self.layer, self.result, self.output

    @property
    def stored_columns(self) -> tuple[ColumnRecord | GeometryRecord, ...]:
        """What is really in the table: without a column whose shapes are those of layers."""
        return tuple(column for column in self.columns if not isinstance(column, BorrowedGeometry))

    @property
    def borrows(self) -> tuple[str, ...]:
        """The layers whose shapes the rows have, where the table stores none."""
        return next((column.layers for column in self.columns if isinstance(column, BorrowedGeometry)), ())


def printable(text: str) -> str:
    """A text that every program can show: what is not a letter, a sign or a space becomes "_"."""
    return "".join(letter if letter.isprintable() else "_" for letter in text)


def write_table(
    connection: sqlite3.Connection, table: str, frame: pd.DataFrame, *, title: str, description: str,
    owner: tuple[str, str, str], borrows: tuple[str, ...] = (),
) -> TableRecord:
    """Write a frame into a new table and list it in the GeoPackage's contents.

    Geometry goes into ``geom`` in the frame's own CRS; names that SQLite cannot tell apart get a number. Where the shapes are
    those of layers (``borrows``) they are not written.
    """
    columns = _encoded_columns(connection, frame, borrows)
    written = [(record, cells) for record, cells in columns if not isinstance(record, BorrowedGeometry)]
    definitions = [f"{FID} INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL"]
    definitions += [_definition(record) for record, _ in written]
    connection.execute(f"CREATE TABLE {quoted(table)} ({', '.join(definitions)})")
    if written and len(frame):
        marks = ", ".join("?" * (len(written) + 1))
        rows = zip(range(1, len(frame) + 1), *(cells for _, cells in written))
        connection.executemany(f"INSERT INTO {quoted(table)} VALUES ({marks})", rows)
    records = tuple(record for record, _ in columns)
    for record in records:
        if isinstance(record, ColumnRecord):
            write_messages(connection, table, record, frame[record.name])
    _list_table(connection, table, frame, records, title, description)
    layer, result, output = owner
    return TableRecord(table, len(frame), records, layer, result, output, table_digest(digested(written)))


def digested(columns: Iterable[tuple[ColumnRecord | GeometryRecord, Sequence[Any]]]) -> Iterator[tuple[str, str, Sequence[Any]]]:
    """Columns with their cells as `ecomap.io.store.digests` takes them."""
    for record, cells in columns:
        yield (GEOM, "geometry", cells) if isinstance(record, GeometryRecord) else (record.stored, record.kind, cells)


def drop_table(connection: sqlite3.Connection, table: str) -> None:
    """Remove a table, its listings and its spatial index, if another program has made one."""
    present = table_names(connection)
    for index in [name for name in present if name.lower() == f"rtree_{table}_{GEOM}".lower()]:
        connection.execute(f"DROP TABLE {quoted(index)}")
    unlist(connection, table)
    drop_messages(connection, table)
    connection.execute(f"DROP TABLE IF EXISTS {quoted(table)}")


def unlist(connection: sqlite3.Connection, table: str) -> None:
    """Take a table or a view out of all lists of the GeoPackage."""
    present = table_names(connection)
    for listing in reversed(_LISTINGS):
        if listing in present:
            connection.execute(f"DELETE FROM {listing} WHERE lower(table_name) = lower(?)", (table,))


def table_names(connection: sqlite3.Connection) -> set[str]:
    return {name for (name,) in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")}


def record_to_json(record: TableRecord) -> str:
    columns = [{COLUMN_KINDS[type(column)]: asdict(column)} for column in record.columns]
    return json.dumps(columns, separators=(",", ":"))


def owner_to_json(owner: tuple[str, str, str]) -> str:
    """Whose rows a table holds, as a text to compare."""
    return json.dumps(owner, separators=(",", ":"))


def _definition(record: ColumnRecord | GeometryRecord) -> str:
    if isinstance(record, GeometryRecord):
        return f"{GEOM} {record.type_name}"
    return f"{quoted(record.stored)} {SQL_TYPES[record.kind]}"


def _encoded_columns(
    connection: sqlite3.Connection, frame: pd.DataFrame, borrows: tuple[str, ...]
) -> list[tuple[AnyColumn, list[Any]]]:
    names = [str(name) for name in frame.columns]
    if len(set(names)) < len(names) or any(not isinstance(name, str) for name in frame.columns):
        twice = sorted({name for name in names if names.count(name) > 1}) or [n for n in frame.columns if str(n) != n]
        raise ProjectError(
            say("A table has two columns of one name, or a column without a name ('{twice}').", twice=kept(twice[0])), say("Rename the column.")
        )
    geometry = _geometry_name(frame)
    stored = stored_names(name for name in names if name != geometry)
    columns: list[tuple[AnyColumn, list[Any]]] = []
    for name in names:
        if name == geometry:
            crs = str(frame.crs.srs) if frame.crs is not None else ""
            if borrows:
                columns.append((BorrowedGeometry(name, crs, borrows), []))
                continue
            srs_id = register_system(connection, crs)
            columns.append(encode_geometry(name, np.asarray(frame.geometry.array), crs, srs_id))
        else:
            columns.append(encode_column(frame[name], stored[name]))
    return columns


def _geometry_name(frame: pd.DataFrame) -> str | None:
    return getattr(frame, "_geometry_column_name", None)


def stored_names(names: Iterable[str]) -> dict[str, str]:
    """Column names that SQLite can tell apart: it does not see capitals, and two names are taken."""
    taken = {FID, GEOM}
    stored = {}
    for name in names:
        plain = printable(name) or "column"
        wanted, number = plain, 2
        while wanted.lower() in taken:
            wanted, number = f"{plain}_{number}", number + 1
        taken.add(wanted.lower())
        stored[name] = wanted
    return stored


def _list_table(
    connection: sqlite3.Connection, table: str, frame: pd.DataFrame,
    records: tuple[AnyColumn, ...], title: str, description: str,
) -> None:
    geometry = next((record for record in records if isinstance(record, GeometryRecord)), None)
    if geometry is None:
        register_attributes(connection, table, title, description)
    else:
        list_features(connection, table, frame, geometry, title, description)


def list_features(
    connection: sqlite3.Connection, table: str, frame: pd.DataFrame, geometry: GeometryRecord, title: str, description: str
) -> None:
    """List a table or a view with geometry in the GeoPackage's contents."""
    srs_id = register_system(connection, geometry.crs)
    box = bounds_of(np.asarray(frame.geometry.array)) or (None, None, None, None)
    connection.execute(
        "INSERT INTO gpkg_contents (table_name, data_type, identifier, description, min_x, min_y, max_x, max_y, srs_id)"
        " VALUES (?, 'features', ?, ?, ?, ?, ?, ?, ?)",
        (table, title, description, *box, srs_id),
    )
    connection.execute(
        "INSERT INTO gpkg_geometry_columns VALUES (?, ?, ?, ?, ?, 0)",
        (table, GEOM, geometry.type_name, srs_id, 2 if geometry.has_z else 0),
    )
