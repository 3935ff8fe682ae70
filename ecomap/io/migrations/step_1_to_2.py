"""Schema 1 to 2: results get a table of their own.

Schema 1 kept no results, called a layer's description ``json`` and its place ``position``, and named the table of a
layer's rows beside it, with ``row_count`` and ``columns``. Schema 2 lists all tables, of layers and of results, in
``ecomap_tables``.
"""

from __future__ import annotations

import sqlite3
from typing import Final

from ecomap.model.said import say

FROM: Final = 1
DOES: Final = say("Made room for results, and listed the tables of all layers in one place.")

_STATEMENTS: Final = (
    """CREATE TABLE ecomap_tables (
         fid INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL, table_name TEXT NOT NULL UNIQUE, layer TEXT, result TEXT,
         output TEXT, row_count INTEGER NOT NULL, columns TEXT NOT NULL)""",
    """INSERT INTO ecomap_tables (table_name, layer, row_count, columns)
         SELECT table_name, id, row_count, columns FROM ecomap_layers ORDER BY position""",
    "ALTER TABLE ecomap_layers RENAME COLUMN json TO description",
    "ALTER TABLE ecomap_layers RENAME COLUMN position TO place",
    "ALTER TABLE ecomap_layers DROP COLUMN columns",
    "ALTER TABLE ecomap_layers DROP COLUMN row_count",
    "ALTER TABLE ecomap_layers DROP COLUMN table_name",
    """CREATE TABLE ecomap_results (
         fid INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL, id TEXT NOT NULL UNIQUE, place INTEGER NOT NULL,
         description TEXT NOT NULL)""",
    """INSERT INTO gpkg_contents (table_name, data_type, identifier, srs_id)
         VALUES ('ecomap_tables', 'attributes', 'ecomap_tables', 0),
                ('ecomap_results', 'attributes', 'ecomap_results', 0)""",
    "UPDATE ecomap_meta SET value = '2' WHERE key = 'schema_version'",
)


def migrate(connection: sqlite3.Connection) -> None:
    """Change an open copy of a schema 1 file into schema 2."""
    for statement in _STATEMENTS:
        connection.execute(statement)
