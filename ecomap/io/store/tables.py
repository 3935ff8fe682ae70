"""One frame as one table of a GeoPackage, and back. Works on an open connection; nothing here opens a file."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterable, Mapping
from typing import Any, Final

import geopandas as gpd
import numpy as np
import pandas as pd
from attrs import asdict, frozen

from ecomap.io.store.columns import SQL_TYPES, ColumnRecord, decode_column, encode_column
from ecomap.io.store.geometry import (
    BorrowedGeometry,
    GeometryRecord,
    bounds_of,
    decode_geometry,
    encode_geometry,
)
from ecomap.io.store.messages import drop_messages, message_reader, write_messages
from ecomap.io.store.schema import register_attributes, register_system
from ecomap.io.store.views import shapes_by_key
from ecomap.model.errors import ProjectError
from ecomap.model.layer import ViewOf
from ecomap.model.said import name as kept
from ecomap.model.said import say
from ecomap.model.vocabulary import ID

AnyColumn = ColumnRecord | GeometryRecord | BorrowedGeometry

FID: Final = "fid"
GEOM: Final = "geom"

_LISTINGS: Final = (
    "gpkg_contents", "gpkg_geometry_columns", "gpkg_extensions", "gpkg_ogr_contents", "gpkg_data_columns",
    "gpkg_metadata_reference",
)


_KINDS: Final[dict[type[Any], str]] = {ColumnRecord: "column", GeometryRecord: "geometry", BorrowedGeometry: "borrowed"}


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
    view: ViewOf | None = None

    @property
    def owner(self) -> tuple[str, str, str]:
        return self.layer, self.result, self.output

    @property
    def borrows(self) -> tuple[str, ...]:
        """The layers whose shapes the rows have, where the table stores none."""
        return next((column.layers for column in self.columns if isinstance(column, BorrowedGeometry)), ())


def quoted(name: str) -> str:
    """A table or column name as SQL takes it."""
    return '"' + name.replace('"', '""') + '"'


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
    return TableRecord(table, len(frame), records, layer, result, output)


def read_table(connection: sqlite3.Connection, record: TableRecord, layers: Mapping[str, Any] | None = None) -> pd.DataFrame:
    """The frame in a table, with its columns, dtypes and CRS as they were; a GeoDataFrame where it has geometry.

    Borrowed shapes are taken from ``layers``, rows by layer id; a row whose shape is not there has none.
    """
    stored = [column for column in record.columns if not isinstance(column, BorrowedGeometry)]
    names = [GEOM if isinstance(column, GeometryRecord) else column.stored for column in stored]
    selected = ", ".join(quoted(name) for name in names) or FID
    try:
        rows = connection.execute(f"SELECT {selected} FROM {quoted(record.table)} ORDER BY {FID}").fetchall()
    except sqlite3.OperationalError as problem:
        raise ProjectError(
            say("The table '{table}' of this project is not as EcoMap wrote it ({problem}).", table=kept(record.table), problem=kept(problem)),
            say("Another program has changed it; open an earlier version of the file."),
            {"table": record.table},
        ) from problem
    cells = list(zip(*rows)) if rows else [()] * len(names)
    with_messages = message_reader(connection, record.table)
    data: dict[str, Any] = {}
    crs = ""
    geometry_name: str | None = None
    for column, values in zip(stored, cells):
        if isinstance(column, GeometryRecord):
            data[column.name] = decode_geometry(column, values)
            crs, geometry_name = column.crs, column.name
        else:
            decoded = decode_column(column, with_messages(column, values))
            data[column.name] = pd.Series(decoded, dtype=decoded.dtype)
    borrowed = next((column for column in record.columns if isinstance(column, BorrowedGeometry)), None)
    if borrowed is not None:
        data[borrowed.name] = shapes_by_key(data.get(ID, ()), borrowed.layers, layers or {}, len(rows))
        data = {each.name: data[each.name] for each in record.columns}
        crs, geometry_name = borrowed.crs, borrowed.name
    if geometry_name is None:
        return pd.DataFrame(data, index=pd.RangeIndex(len(rows)))
    return gpd.GeoDataFrame(data, geometry=geometry_name, crs=crs or None, index=pd.RangeIndex(len(rows)))


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
    columns = [{_KINDS[type(column)]: asdict(column)} for column in record.columns]
    return json.dumps(columns, separators=(",", ":"))


def columns_from_json(text: str) -> tuple[AnyColumn, ...]:
    def record(entry: dict[str, Any]) -> AnyColumn:
        values: dict[str, Any] = {
            key: tuple(value) if isinstance(value, list) else value
            for key, value in next(iter(entry.values())).items()
        }
        return next((kind for kind, word in _KINDS.items() if word in entry), ColumnRecord)(**values)

    return tuple(record(entry) for entry in json.loads(text))


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
