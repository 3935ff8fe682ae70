"""Schema 2 to 3: sentences keep their message and values.

Schema 2 kept finished English sentences. They stay what they are: texts that are said as they stand, in every language,
until the question is asked again. Schema 3 writes a sentence with its message and values, in descriptions as JSON and for
the cells of tables in ``ecomap_said``.
"""

from __future__ import annotations

import sqlite3
from typing import Final

from ecomap.model.said import say

FROM: Final = 2
DOES: Final = say("Made room for the messages behind sentences, so that new answers can be said in other languages.")

_STATEMENTS: Final = (
    """CREATE TABLE ecomap_said (
         fid INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL, table_name TEXT NOT NULL, column_name TEXT NOT NULL,
         text TEXT NOT NULL, data TEXT NOT NULL, UNIQUE (table_name, column_name, text))""",
    """INSERT INTO gpkg_contents (table_name, data_type, identifier, srs_id)
         VALUES ('ecomap_said', 'attributes', 'ecomap_said', 0)""",
    "UPDATE ecomap_meta SET value = '3' WHERE key = 'schema_version'",
)


def migrate(connection: sqlite3.Connection) -> None:
    """Change an open copy of a schema 2 file into schema 3."""
    for statement in _STATEMENTS:
        connection.execute(statement)
