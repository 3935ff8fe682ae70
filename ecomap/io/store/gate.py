"""The gate: a project file opened so that nothing in it is run, and reading it ends.

Only real tables are read. A view, a virtual table, a trigger or a column that is worked out is somebody's program, and so is
never asked anything. What is read is bounded by the size of the file: a file that would give more is not sound.
"""

from __future__ import annotations

import contextlib
import re
import sqlite3
from collections.abc import Iterator, Sequence
from functools import cached_property
from pathlib import Path
from typing import Any, Final

from attrs import frozen

from ecomap.model.errors import ProjectError
from ecomap.model.said import name as kept
from ecomap.model.said import say

LARGEST_CELL: Final = 256 * 2**20   # bytes of one shape or text
LARGEST_RECORD: Final = 32 * 2**20  # bytes of one description
MOST_COLUMNS: Final = 2_000         # SQLite's own bound

_ROWS_AT_ONCE: Final = 5_000         # handed over in one go
_STEPS_AT_ONCE: Final = 20_000      # of SQLite's machine between two looks at the budget
_STEPS_FREE: Final = 20_000_000     # what any question may take
_STEPS_PER_BYTE: Final = 6          # a whole table takes two or three a byte of the file
_LIMITS: Final = {
    sqlite3.SQLITE_LIMIT_LENGTH: LARGEST_CELL,
    sqlite3.SQLITE_LIMIT_SQL_LENGTH: 4 * 2**20,
    sqlite3.SQLITE_LIMIT_EXPR_DEPTH: 100,
    sqlite3.SQLITE_LIMIT_COMPOUND_SELECT: 50,
    sqlite3.SQLITE_LIMIT_TRIGGER_DEPTH: 1,
}
_SMALLEST_ROW: Final = 6            # bytes of a row in the file, with its place on the page

_CAPITALS: Final = re.compile("[A-Z]+")

TABLE: Final = "table"
WORKED_OUT: Final = "worked out"    # a virtual table: a program under the name of a table


@frozen
class Stored:
    """Something the file keeps under a name: a table, a view, a trigger, an index, or a table that is worked out."""

    name: str
    kind: str
    table: str
    sql: str


class Gate:
    """Questions to one open file, each of them bounded.

    Parameters
    ----------
    connection : sqlite3.Connection
    size : int
        Bytes of the file.
    """

    def __init__(self, connection: sqlite3.Connection, size: int) -> None:
        self.connection = connection
        self.most_rows = max(size // _SMALLEST_ROW, 1_000)
        self._budget = (_STEPS_FREE + _STEPS_PER_BYTE * size) // _STEPS_AT_ONCE
        self._spent = 0
        connection.set_progress_handler(self._spend, _STEPS_AT_ONCE)

    def ask(self, sql: str, values: Sequence[Any] = ()) -> list[tuple[Any, ...]]:
        """All rows of a question.

        Raises
        ------
        sqlite3.Error
            If the file cannot answer, or would go on for ever.
        """
        rows: list[tuple[Any, ...]] = []
        for piece in self._pieces(sql, values):
            rows += piece
        return rows

    def ask_for_columns(self, sql: str, width: int) -> list[list[Any]]:
        """The same, column by column: turned round a few rows at a time, so that no step over a whole table holds other threads."""
        columns: list[list[Any]] = [[] for _ in range(width)]
        for piece in self._pieces(sql):
            for column, cells in zip(columns, zip(*piece)):
                column += cells
        return columns

    def _pieces(self, sql: str, values: Sequence[Any] = ()) -> Iterator[list[tuple[Any, ...]]]:
        self._spent, count = 0, 0
        try:
            found = self.connection.execute(sql, values)
            while piece := found.fetchmany(_ROWS_AT_ONCE):
                count += len(piece)
                if count > self.most_rows:
                    raise sqlite3.DatabaseError("the table has more rows than the file has room for")
                yield piece
        except UnicodeDecodeError as damage:  # SQLite's own words of the damage quote bytes of it that are no text
            raise sqlite3.DatabaseError("the file is damaged where it describes its tables") from damage

    @contextlib.contextmanager
    def texts_or_bytes(self) -> Iterator[None]:
        """Texts are given as the file has them where they are no texts at all."""
        before = self.connection.text_factory
        self.connection.text_factory = _text_or_bytes
        try:
            yield
        finally:
            self.connection.text_factory = before

    def _spend(self) -> int:
        self._spent += 1
        return int(self._spent > self._budget)

    @cached_property
    def stored(self) -> tuple[Stored, ...]:
        """Everything that stands in the file under a name of its own."""
        found = self.ask("SELECT name, type, tbl_name, rootpage, sql FROM sqlite_master")
        return tuple(
            Stored(str(name), WORKED_OUT if kind == TABLE and not root else str(kind), str(table), str(sql or ""))
            for name, kind, table, root, sql in found
        )

    @cached_property
    def tables(self) -> dict[str, str]:
        """Real tables: folded name -> name."""
        return {folded(one.name): one.name for one in self.stored if one.kind == TABLE}

    def columns(self, table: str) -> dict[str, tuple[str, str]]:
        """Columns that are really stored in a table: folded name -> name and declared type.

        SQLite reads a name that it does not know as a text, so that only what is listed here may be asked for.
        """
        found = self.ask(f"PRAGMA table_info({quoted(table)})")
        return {folded(str(name)): (str(name), str(kind)) for _, name, kind, *_ in found}

    def stands_in_for(self, table: str) -> bool:
        """Whether a view, or a table that is worked out, stands in the file under the name of a table."""
        return any(folded(one.name) == folded(table) and one.kind in ("view", WORKED_OUT) for one in self.stored)


def folded(name: str) -> str:
    """A name as SQLite compares names: it does not see capitals, but only those of English.

    >>> folded("Schools"), folded("ÉCOLES")
    ('schools', 'Écoles')
    """
    return _CAPITALS.sub(lambda found: found[0].lower(), name)


def quoted(name: str) -> str:
    """A table or column name as SQL takes it."""
    return '"' + name.replace('"', '""') + '"'


def harden(connection: sqlite3.Connection) -> None:
    """Trust nothing in the schema of a file that is open: its functions, its page layout, the length of its cells."""
    connection.execute("PRAGMA trusted_schema = OFF")
    connection.execute("PRAGMA cell_size_check = ON")
    connection.execute("PRAGMA mmap_size = 0")
    for limit, most in _LIMITS.items():
        connection.setlimit(limit, most)
    configure = getattr(connection, "setconfig", None)  # Python 3.12
    if configure is not None:
        for switch, on in (("DEFENSIVE", True), ("TRUSTED_SCHEMA", False), ("ENABLE_TRIGGER", False), ("ENABLE_VIEW", False)):
            configure(getattr(sqlite3, f"SQLITE_DBCONFIG_{switch}"), on)


def opened_for_reading(path: Path) -> sqlite3.Connection:
    """A connection that writes nothing, not even beside the file.

    Raises
    ------
    ProjectError
        If there is no file.
    """
    if not path.is_file():
        raise ProjectError(say("There is no file {path}.", path=kept(path)), say("Choose another one."), {"path": str(path)})
    connection = sqlite3.connect(f"{path.as_uri()}?mode=ro&immutable=1", uri=True, isolation_level=None)
    try:
        harden(connection)
        connection.execute("PRAGMA query_only = ON")
    except sqlite3.Error:
        connection.close()
        raise
    return connection


def disarm(connection: sqlite3.Connection) -> None:
    """Take triggers, views and tables that are worked out (spatial indexes too) out of a copy, before anything is written to it.

    The copy's spatial indexes would be wrong as soon as a row changes; other programs make them anew.
    """
    found = connection.execute("SELECT name, type, rootpage FROM sqlite_master WHERE type IN ('trigger', 'view', 'table')").fetchall()
    for kind in ("trigger", "view"):
        for name in (name for name, of, _ in found if of == kind):
            connection.execute(f"DROP {kind} IF EXISTS {quoted(name)}")
    for name in (name for name, of, root in found if of == TABLE and not root):
        connection.execute(f"DROP TABLE IF EXISTS {quoted(name)}")
    _forget_indexes(connection, [name for name, of, root in found if of == TABLE and root])


def _forget_indexes(connection: sqlite3.Connection, tables: Sequence[str]) -> None:
    """Take listings of what has just gone out of GeoPackage's own tables."""
    present = {folded(name) for name in tables}
    if "gpkg_ogr_contents" in present:  # its counts are kept by triggers; without a number they are counted anew
        connection.execute("UPDATE gpkg_ogr_contents SET feature_count = NULL")
    if "gpkg_extensions" in present:
        connection.execute("DELETE FROM gpkg_extensions WHERE extension_name = 'gpkg_rtree_index'")
    if "gpkg_contents" in present:
        listed = [name for (name,) in connection.execute("SELECT table_name FROM gpkg_contents")]
        for name in (name for name in listed if folded(str(name)) not in present):
            for listing in ("gpkg_geometry_columns", "gpkg_contents"):
                if listing in present:
                    connection.execute(f"DELETE FROM {listing} WHERE table_name = ?", (name,))


def few(rows: Iterator[int] | Sequence[int], most: int = 5) -> tuple[int, ...]:
    """The first of many, for people to look at."""
    return tuple(row for row, _ in zip(rows, range(most)))


def _text_or_bytes(content: bytes) -> str | bytes:
    try:
        return content.decode()
    except UnicodeDecodeError:
        return content
