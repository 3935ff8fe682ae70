"""Schema 5 to 6: messages of one shape stand together.

Schema 5 kept a row for every distinct text of a column, with its message as JSON, packed behind a "=" where it was long. Schema 6 keeps
messages that differ in their values alone as one part; each message that comes from schema 5 is a part of its own until the project is saved.
"""

from __future__ import annotations

import base64
import sqlite3
import zlib
from typing import Final

from ecomap.model.said import say

FROM: Final = 5
DOES: Final = say("Put messages of one shape together, so that files are smaller and open sooner.")

_MADE: Final = """CREATE TABLE ecomap_said (
  fid INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL, table_name TEXT NOT NULL, column_name TEXT NOT NULL,
  part INTEGER NOT NULL, shape TEXT NOT NULL, data BLOB NOT NULL, UNIQUE (table_name, column_name, part))"""

_LONGEST: Final = 200_000  # letters of a message; a longer one is not ours
_OFTEN: Final = (b'"context":""form":""many":""by":"n"{"text":" m","quantity":"","with":{"value":"moe":null,"unit":"usd","digits":0,"part":"whole"}}'
                 b',"unit":"m","digits":null,"part":"whole"}}}},{"text":"need higher than in % of areas","say":"need higher than in {share} of areas",'
                 b'"with":{"share":{"text":" %","quantity":"","with":{"value":0.,"moe":null,"unit":"share","digits":null,"part":"whole"}}}},'
                 b'{"text":"nearest one today  mi away","say":"nearest one today {distance} away","with":{"distance":{"text":" mi"'
                 b'{"text":"among the 25 highest","say":"among the {number} highest","with":{"number":{"text":"25","quantity":"","with":{"value":'
                 b'"}},"who":{"text":"children","say":"children","with":{}}}},{"text":" \\u00b1  children newly in reach",'
                 b'"say":"{count} {who} newly in reach","with":{"count":{"text":"","quantity":"","with":{"value":,"moe":,"unit":"","digits":null,"part":"whole"}}'
                 b'"joint":"; "}}"list":"","with":{"parts":[{"text":"')


def migrate(connection: sqlite3.Connection) -> None:
    """Change an open copy of a schema 5 file into schema 6."""
    if {"table_name", "column_name", "text", "data"} <= {str(name) for _, name, *_ in connection.execute("PRAGMA table_info(ecomap_said)")}:
        rows = connection.execute("SELECT table_name, column_name, data FROM ecomap_said WHERE typeof(data) = 'text' AND length(data) <= ?",
                                  (_LONGEST,)).fetchall()
        connection.execute("DROP TABLE ecomap_said")
        connection.execute(_MADE)
        connection.executemany("INSERT INTO ecomap_said (table_name, column_name, part, shape, data) VALUES (?, ?, ?, ?, ?)",
                               ((table, column, part, _unpacked(data), zlib.compress(b"[]")) for part, (table, column, data) in enumerate(rows, 1)))
    connection.execute("UPDATE ecomap_meta SET value = '6' WHERE key = 'schema_version'")


def _unpacked(data: str) -> str:
    """The JSON of a message; empty where it cannot be had."""
    if not data.startswith("="):
        return data
    press = zlib.decompressobj(wbits=-zlib.MAX_WBITS, zdict=_OFTEN)
    try:
        found = press.decompress(base64.b85decode(data[1:]), _LONGEST)
        return found.decode() if press.eof else ""
    except (ValueError, zlib.error):
        return ""
