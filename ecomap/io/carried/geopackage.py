"""The record in a GeoPackage: as its metadata (OGC 12-128r19, extension "metadata"), and the packed rows in a table of their own."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Final

from ecomap.model.record import LONGEST, NAME, Carried

ROWS_TABLE: Final = "ecomap_rows"
MOST_ROWS: Final = 300_000_000       # bytes of packed rows
_STANDARD: Final = f"urn:{NAME}"
_EXTENSION: Final = "http://www.geopackage.org/spec121/#extension_metadata"
_TABLES: Final = (
    """CREATE TABLE IF NOT EXISTS gpkg_metadata (id INTEGER CONSTRAINT m_pk PRIMARY KEY ASC NOT NULL, md_scope TEXT NOT NULL DEFAULT 'dataset',
    md_standard_uri TEXT NOT NULL, mime_type TEXT NOT NULL DEFAULT 'text/xml', metadata TEXT NOT NULL DEFAULT '')""",
    """CREATE TABLE IF NOT EXISTS gpkg_metadata_reference (reference_scope TEXT NOT NULL, table_name TEXT, column_name TEXT, row_id_value INTEGER,
    timestamp DATETIME NOT NULL DEFAULT (strftime('%Y-%m-%dT%H:%M:%fZ','now')), md_file_id INTEGER NOT NULL, md_parent_id INTEGER,
    CONSTRAINT crmr_mfi_fk FOREIGN KEY (md_file_id) REFERENCES gpkg_metadata(id), CONSTRAINT crmr_mpi_fk FOREIGN KEY (md_parent_id) REFERENCES gpkg_metadata(id))""",
    """CREATE TABLE IF NOT EXISTS gpkg_extensions (table_name TEXT, column_name TEXT, extension_name TEXT NOT NULL, definition TEXT NOT NULL,
    scope TEXT NOT NULL, CONSTRAINT ge_tce UNIQUE (table_name, column_name, extension_name))""",
)


def put_into_geopackage(path: Path, carried: Carried) -> None:
    """Write the record, and the rows where there are any, into a GeoPackage that nobody else has open."""
    with closing(sqlite3.connect(path)) as file, file:
        for table in _TABLES:
            file.execute(table)
        file.executemany("INSERT OR IGNORE INTO gpkg_extensions VALUES (?, NULL, 'gpkg_metadata', ?, 'read-write')",
                         [(name, _EXTENSION) for name in ("gpkg_metadata", "gpkg_metadata_reference")
                          if not _known(file, name)])
        made = file.execute("INSERT INTO gpkg_metadata (md_scope, md_standard_uri, mime_type, metadata) VALUES ('dataset', ?, 'application/json', ?)",
                            (_STANDARD, carried.record))
        file.execute("INSERT INTO gpkg_metadata_reference (reference_scope, md_file_id) VALUES ('geopackage', ?)", (made.lastrowid,))
        if carried.rows:
            file.execute(f"CREATE TABLE {ROWS_TABLE} (id INTEGER PRIMARY KEY, packed BLOB NOT NULL)")
            file.execute(f"INSERT INTO {ROWS_TABLE} VALUES (1, ?)", (carried.rows,))


def _known(file: sqlite3.Connection, table: str) -> bool:
    """Whether the file says already that it uses the extension."""
    return file.execute("SELECT 1 FROM gpkg_extensions WHERE table_name = ?", (table,)).fetchone() is not None


def from_geopackage(path: Path) -> Carried:
    """What a GeoPackage carries; nothing where it carries nothing. No view or trigger of the file is run.

    Raises
    ------
    sqlite3.Error
        If it is damaged.
    """
    with closing(sqlite3.connect(f"{path.absolute().as_uri()}?mode=ro&immutable=1", uri=True)) as file:
        file.execute("PRAGMA trusted_schema = OFF")
        tables = {name for (name,) in file.execute("SELECT name FROM sqlite_master WHERE type = 'table' AND sql NOT LIKE 'CREATE VIRTUAL%'")}
        record, rows = None, None
        if "gpkg_metadata" in tables:
            record = file.execute("SELECT metadata FROM gpkg_metadata WHERE md_standard_uri = ? AND typeof(metadata) = 'text' AND length(metadata) <= ? "
                                  "ORDER BY id DESC LIMIT 1", (_STANDARD, LONGEST)).fetchone()
        if record is not None and ROWS_TABLE in tables:
            rows = file.execute(f"SELECT packed FROM {ROWS_TABLE} WHERE typeof(packed) = 'blob' AND length(packed) <= ? LIMIT 1", (MOST_ROWS,)).fetchone()
    return Carried(record[0] if record else "", rows[0] if rows else b"")
