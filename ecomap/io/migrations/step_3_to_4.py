"""Schema 3 to 4: tables get a digest of their rows, and result layers become views.

Schema 3 could not tell whether another program had changed a row, and wrote the shapes of every answer again. A table that
comes from schema 3 has no digest until it is written again.
"""

from __future__ import annotations

import sqlite3
from typing import Final

from ecomap.model.said import say

FROM: Final = 3
DOES: Final = say("Made room for a digest of every table, so that a change by another program is noticed.")

_STATEMENTS: Final = (
    "ALTER TABLE ecomap_tables ADD COLUMN digest TEXT",
    "UPDATE ecomap_meta SET value = '4' WHERE key = 'schema_version'",
)


def migrate(connection: sqlite3.Connection) -> None:
    """Change an open copy of a schema 3 file into schema 4."""
    for statement in _STATEMENTS:
        connection.execute(statement)
