"""What a GeoPackage says beside its rows: names and descriptions of layers and columns, their metadata, and how QGIS draws them.

Tables: OGC 12-128r18 (GeoPackage 1.3), extensions Schema and Metadata; ``layer_styles`` is QGIS' own. Written with SQLite after GDAL
has closed the file: two copies of SQLite on one file at a time would damage it.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence
from contextlib import closing
from pathlib import Path
from typing import Final

from attrs import frozen

from ecomap.model.cell_text import storable

STYLES: Final = "layer_styles"
_METADATA: Final = ("http://mrcc.com/qgis.dtd", "text/xml")
_LONGEST_STYLE_NAME: Final = 30

_TABLES: Final = (
    """CREATE TABLE IF NOT EXISTS gpkg_extensions (table_name TEXT, column_name TEXT, extension_name TEXT NOT NULL, definition TEXT NOT NULL,
       scope TEXT NOT NULL, CONSTRAINT ge_tce UNIQUE (table_name, column_name, extension_name))""",
    """CREATE TABLE IF NOT EXISTS gpkg_data_columns (table_name TEXT NOT NULL, column_name TEXT NOT NULL, name TEXT, title TEXT, description TEXT,
       mime_type TEXT, constraint_name TEXT, CONSTRAINT pk_gdc PRIMARY KEY (table_name, column_name), CONSTRAINT gdc_tn UNIQUE (table_name, name))""",
    """CREATE TABLE IF NOT EXISTS gpkg_data_column_constraints (constraint_name TEXT NOT NULL, constraint_type TEXT NOT NULL, value TEXT, min NUMERIC,
       min_is_inclusive BOOLEAN, max NUMERIC, max_is_inclusive BOOLEAN, description TEXT, CONSTRAINT gdcc_ntv UNIQUE (constraint_name, constraint_type, value))""",
    """CREATE TABLE IF NOT EXISTS gpkg_metadata (id INTEGER CONSTRAINT m_pk PRIMARY KEY ASC NOT NULL, md_scope TEXT NOT NULL DEFAULT 'dataset',
       md_standard_uri TEXT NOT NULL, mime_type TEXT NOT NULL DEFAULT 'text/xml', metadata TEXT NOT NULL DEFAULT '')""",
    """CREATE TABLE IF NOT EXISTS gpkg_metadata_reference (reference_scope TEXT NOT NULL, table_name TEXT, column_name TEXT, row_id_value INTEGER,
       timestamp DATETIME NOT NULL DEFAULT (strftime('%Y-%m-%dT%H:%M:%fZ','now')), md_file_id INTEGER NOT NULL, md_parent_id INTEGER,
       CONSTRAINT crmr_mfi_fk FOREIGN KEY (md_file_id) REFERENCES gpkg_metadata(id), CONSTRAINT crmr_mpi_fk FOREIGN KEY (md_parent_id) REFERENCES gpkg_metadata(id))""",
    """CREATE TABLE IF NOT EXISTS layer_styles (id INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL, f_table_catalog TEXT(256), f_table_schema TEXT(256),
       f_table_name TEXT(256), f_geometry_column TEXT(256), styleName TEXT(30), styleQML TEXT, styleSLD TEXT, useAsDefault BOOLEAN, description TEXT,
       owner TEXT(30), ui TEXT(30), update_time DATETIME DEFAULT (strftime('%Y-%m-%dT%H:%M:%fZ','now')))""",
)
_SCHEMA_SPEC: Final = "http://www.geopackage.org/spec121/#extension_schema"
_METADATA_SPEC: Final = "http://www.geopackage.org/spec121/#extension_metadata"
_EXTENSIONS: Final = (
    ("gpkg_data_columns", None, "gpkg_schema", _SCHEMA_SPEC, "read-write"), ("gpkg_data_column_constraints", None, "gpkg_schema", _SCHEMA_SPEC, "read-write"),
    ("gpkg_metadata", None, "gpkg_metadata", _METADATA_SPEC, "read-write"), ("gpkg_metadata_reference", None, "gpkg_metadata", _METADATA_SPEC, "read-write"),
)


@frozen
class LayerDress:
    """What is said of one table of a GeoPackage.

    Parameters
    ----------
    title, description : str
        The whole name and what it is, for people.
    columns : tuple of (str, str, str)
        Name of each column in the file, its words, and what it means.
    style : str
        A style of QGIS (QML); "" for none.
    metadata : str
        Metadata of QGIS (QMD); "" for none.
    """

    title: str
    description: str = ""
    columns: tuple[tuple[str, str, str], ...] = ()
    style: str = ""
    metadata: str = ""


def dress(path: Path, layers: Sequence[tuple[str, LayerDress]]) -> None:
    """Write what is said of the tables of a closed GeoPackage.

    Parameters
    ----------
    layers : sequence of (str, LayerDress)
        Name of each table, as it is in the file.
    """
    with closing(sqlite3.connect(path)) as base, base:
        for statement in _TABLES:
            base.execute(statement)
        base.executemany("INSERT OR IGNORE INTO gpkg_extensions VALUES (?, ?, ?, ?, ?)", _EXTENSIONS)
        base.execute("INSERT OR IGNORE INTO gpkg_contents (table_name, data_type, identifier, description, srs_id) VALUES (?, 'attributes', ?, 'Styles of QGIS', 0)",
                     (STYLES, STYLES))
        said: set[str] = {STYLES}
        for table, one in layers:
            _say(base, table, _storable(one), said)
            _style(base, table, _storable(one))


def _storable(one: LayerDress) -> LayerDress:
    """The same with texts that the file can hold whole."""
    return LayerDress(storable(one.title), storable(one.description), tuple((storable(name), storable(words), storable(meaning)) for name, words, meaning in one.columns),
                      storable(one.style), storable(one.metadata))


def _say(base: sqlite3.Connection, table: str, one: LayerDress, said: set[str]) -> None:
    """Name, description, words of columns and metadata; of two layers of one name the second keeps its table's beside it."""
    title = one.title if one.title.casefold() not in said else f"{one.title} ({table})"
    said.add(title.casefold())
    base.execute("UPDATE gpkg_contents SET identifier = ?, description = ? WHERE table_name = ?", (title, one.description, table))
    there = {name for _, name, *_ in base.execute(f"PRAGMA table_info({_quoted(table)})")}
    base.executemany("INSERT OR REPLACE INTO gpkg_data_columns (table_name, column_name, title, description) VALUES (?, ?, ?, ?)",
                     [(table, name, words, meaning) for name, words, meaning in one.columns if name in there])
    if one.metadata:
        made = base.execute("INSERT INTO gpkg_metadata (md_scope, md_standard_uri, mime_type, metadata) VALUES ('dataset', ?, ?, ?)", (*_METADATA, one.metadata))
        base.execute("INSERT INTO gpkg_metadata_reference (reference_scope, table_name, md_file_id) VALUES ('table', ?, ?)", (table, made.lastrowid))


def _style(base: sqlite3.Connection, table: str, one: LayerDress) -> None:
    shape = base.execute("SELECT column_name FROM gpkg_geometry_columns WHERE table_name = ?", (table,)).fetchone()
    if one.style and shape:
        base.execute("INSERT INTO layer_styles (f_table_catalog, f_table_schema, f_table_name, f_geometry_column, styleName, styleQML, styleSLD, useAsDefault,"
                     " description, owner) VALUES ('', '', ?, ?, ?, ?, '', 1, ?, '')", (table, shape[0], one.title[:_LONGEST_STYLE_NAME], one.style, one.title))


def _quoted(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'
