"""The tables of a project file: GeoPackage's own, and the ``ecomap_`` ones that hold plain JSON."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from functools import cache
from typing import Final

SCHEMA_VERSION: Final = 6

META: Final = "ecomap_meta"        # key, value (JSON)
LAYERS: Final = "ecomap_layers"    # id, place (0 = top of the map), description (JSON)
RESULTS: Final = "ecomap_results"  # id, place (order of making), description (JSON)
TABLES: Final = "ecomap_tables"    # which table holds which rows, how its columns are stored (JSON), and a digest of its rows
MESSAGES: Final = "ecomap_said"    # which texts in the cells of a table are messages, and with which values (JSON, packed)

DIGESTS: Final = "digests"         # key of META: what descriptions read like when EcoMap wrote them
OWNERS: Final = "owners"         # part of DIGESTS: whose rows each table holds
VIEWS: Final = "views"             # key of META: the views that EcoMap has written

BOOKKEEPING: Final = (META, LAYERS, RESULTS, TABLES, MESSAGES)
RESERVED_PREFIXES: Final = ("ecomap_", "gpkg_", "rtree_", "sqlite_", "result__")

APPLICATION_ID: Final = 0x47504B47  # "GPKG"
GEOPACKAGE_VERSION: Final = 10300   # 1.3.0

_GEOPACKAGE_TABLES: Final = """
CREATE TABLE gpkg_spatial_ref_sys (
  srs_name TEXT NOT NULL, srs_id INTEGER NOT NULL PRIMARY KEY, organization TEXT NOT NULL,
  organization_coordsys_id INTEGER NOT NULL, definition TEXT NOT NULL, description TEXT
);
CREATE TABLE gpkg_contents (
  table_name TEXT NOT NULL PRIMARY KEY, data_type TEXT NOT NULL, identifier TEXT UNIQUE, description TEXT DEFAULT '',
  last_change DATETIME NOT NULL DEFAULT (strftime('%Y-%m-%dT%H:%M:%fZ','now')),
  min_x DOUBLE, min_y DOUBLE, max_x DOUBLE, max_y DOUBLE, srs_id INTEGER,
  CONSTRAINT fk_gc_r_srs_id FOREIGN KEY (srs_id) REFERENCES gpkg_spatial_ref_sys(srs_id)
);
CREATE TABLE gpkg_geometry_columns (
  table_name TEXT NOT NULL, column_name TEXT NOT NULL, geometry_type_name TEXT NOT NULL, srs_id INTEGER NOT NULL,
  z TINYINT NOT NULL, m TINYINT NOT NULL,
  CONSTRAINT pk_geom_cols PRIMARY KEY (table_name, column_name),
  CONSTRAINT uk_gc_table_name UNIQUE (table_name),
  CONSTRAINT fk_gc_tn FOREIGN KEY (table_name) REFERENCES gpkg_contents(table_name),
  CONSTRAINT fk_gc_srs FOREIGN KEY (srs_id) REFERENCES gpkg_spatial_ref_sys(srs_id)
);
"""

_BOOKKEEPING_TABLES: Final = f"""
CREATE TABLE {META} (fid INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL, key TEXT NOT NULL UNIQUE, value TEXT NOT NULL);
CREATE TABLE {LAYERS} (
  fid INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL, id TEXT NOT NULL UNIQUE, place INTEGER NOT NULL,
  description TEXT NOT NULL
);
CREATE TABLE {RESULTS} (
  fid INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL, id TEXT NOT NULL UNIQUE, place INTEGER NOT NULL,
  description TEXT NOT NULL
);
CREATE TABLE {TABLES} (
  fid INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL, table_name TEXT NOT NULL UNIQUE, layer TEXT, result TEXT,
  output TEXT, row_count INTEGER NOT NULL, columns TEXT NOT NULL, digest TEXT
);
CREATE TABLE {MESSAGES} (
  fid INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL, table_name TEXT NOT NULL, column_name TEXT NOT NULL,
  part INTEGER NOT NULL, shape TEXT NOT NULL, data BLOB NOT NULL, UNIQUE (table_name, column_name, part)
);
"""

_DESCRIPTIONS: Final = {
    META: "EcoMap: title, coordinate system, view and version of the project",
    LAYERS: "EcoMap: what each layer is, where it is from and how it is drawn",
    RESULTS: "EcoMap: what each analysis answered, with which parameters and inputs",
    TABLES: "EcoMap: which table holds which rows",
    MESSAGES: "EcoMap: the sentences and words in tables that EcoMap says in other languages as well",
}

_FIXED_SYSTEMS: Final = (
    ("Undefined Cartesian SRS", -1, "NONE", -1, "undefined", "undefined Cartesian coordinate reference system"),
    ("Undefined geographic SRS", 0, "NONE", 0, "undefined", "undefined geographic coordinate reference system"),
)


def create_geopackage(connection: sqlite3.Connection) -> None:
    """Make an empty database a GeoPackage with EcoMap's empty bookkeeping tables."""
    connection.execute(f"PRAGMA application_id = {APPLICATION_ID}")
    connection.execute(f"PRAGMA user_version = {GEOPACKAGE_VERSION}")
    for statement in (_GEOPACKAGE_TABLES + _BOOKKEEPING_TABLES).split(";"):
        if statement.strip():
            connection.execute(statement)
    connection.executemany("INSERT INTO gpkg_spatial_ref_sys VALUES (?, ?, ?, ?, ?, ?)", _FIXED_SYSTEMS)
    register_system(connection, "EPSG:4326")
    for table, description in _DESCRIPTIONS.items():
        register_attributes(connection, table, table, description)


def is_as_made(connection: sqlite3.Connection) -> bool:
    """Whether GeoPackage's and EcoMap's own tables, and the indexes on them, are those that `create_geopackage` makes."""
    made = _made()
    tables = {table for _, table, _ in made}
    kept = {row for row in _kept(connection) if row[1] in tables}
    return made == kept


@cache
def _made() -> frozenset[tuple[str, str, str]]:
    with closing(sqlite3.connect(":memory:")) as fresh:
        create_geopackage(fresh)
        return _kept(fresh)


def _kept(connection: sqlite3.Connection) -> frozenset[tuple[str, str, str]]:
    found = connection.execute("SELECT name, tbl_name, sql FROM sqlite_master WHERE type IN ('table', 'index', 'view')")
    return frozenset((str(name).lower(), str(table).lower(), str(sql)) for name, table, sql in found)


def register_attributes(connection: sqlite3.Connection, table: str, identifier: str, description: str) -> None:
    """List a table without geometry in the GeoPackage's contents."""
    connection.execute(
        "INSERT INTO gpkg_contents (table_name, data_type, identifier, description, srs_id)"
        " VALUES (?, 'attributes', ?, ?, 0)",
        (table, identifier, description),
    )


def register_system(connection: sqlite3.Connection, crs: str) -> int:
    """The number of a coordinate system in this file, which is added if it is new. "" is -1: not known."""
    if not crs:
        return -1
    name, code, definition = _system(crs)
    known = connection.execute(
        "SELECT srs_id FROM gpkg_spatial_ref_sys WHERE definition = ? AND srs_name = ?", (definition, name)
    ).fetchone()
    if known:
        return int(known[0])
    highest = connection.execute("SELECT max(srs_id) FROM gpkg_spatial_ref_sys").fetchone()[0]
    srs_id = code or max(int(highest), 99_999) + 1
    connection.execute(
        "INSERT OR IGNORE INTO gpkg_spatial_ref_sys VALUES (?, ?, ?, ?, ?, ?)",
        (name, srs_id, "EPSG" if code else "NONE", srs_id, definition, ""),
    )
    return srs_id


@cache
def _system(crs: str) -> tuple[str, int | None, str]:
    """Name, EPSG code if it has one, and definition as GeoPackage asks for it (WKT 1) where that can say it."""
    import pyproj  # heavy
    from pyproj.exceptions import CRSError

    system = pyproj.CRS.from_user_input(crs)
    try:
        definition = system.to_wkt("WKT1_GDAL") or system.to_wkt()
    except CRSError:
        definition = system.to_wkt()
    return system.name, system.to_epsg(min_confidence=100), definition
