"""Schema 4 to 5: a project keeps what was agreed, and the corrections that came home.

Both stand beside the other values of the project, under the keys ``commitments`` and ``corrections``. Schema 4 knows neither and
would drop them at its next save, so it is to refuse such a file.
"""

from __future__ import annotations

import sqlite3
from typing import Final

from ecomap.model.said import say

FROM: Final = 4
DOES: Final = say("Made room for what was agreed, and for corrections that come home.")

_STATEMENTS: Final = ("UPDATE ecomap_meta SET value = '5' WHERE key = 'schema_version'",)


def migrate(connection: sqlite3.Connection) -> None:
    """Change an open copy of a schema 4 file into schema 5."""
    for statement in _STATEMENTS:
        connection.execute(statement)
