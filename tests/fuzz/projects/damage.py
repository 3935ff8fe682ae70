"""What every kind of damage shares: its name and level, and a look at what is in the file."""

from __future__ import annotations

import random
import sqlite3
from collections.abc import Callable
from pathlib import Path
from typing import Final

from attrs import frozen

SQL, JSON, GEOMETRY, BYTES, FILES, TEXT = "tables", "descriptions", "shapes", "bytes", "files", "texts"
LEVELS: Final = (SQL, JSON, GEOMETRY, BYTES, FILES, TEXT)
_LISTS: Final = ("gpkg_", "rtree_", "sqlite_")

OnTables = Callable[[random.Random, sqlite3.Connection], str]
OnFile = Callable[[random.Random, Path], str]


class NotHereError(Exception):
    """This damage cannot be done to this file; another is tried."""


@frozen
class Damage:
    """One way to damage a project file; says what it did."""

    level: str
    name: str
    do: OnFile

    def __call__(self, dice: random.Random, path: Path) -> str:
        return f"{self.name}: {self.do(dice, path)}"


def on_tables(level: str, do: OnTables) -> Damage:
    """A damage that is done with SQL, as by another program."""

    def through_sqlite(dice: random.Random, path: Path) -> str:
        db = sqlite3.connect(path, isolation_level=None)
        try:
            db.execute("PRAGMA foreign_keys = OFF")
            db.execute("PRAGMA synchronous = OFF")
            return do(dice, db)
        except (sqlite3.Error, OverflowError) as problem:
            raise NotHereError(str(problem)) from problem
        finally:
            db.close()

    return Damage(level, do.__name__, through_sqlite)


def on_file(level: str, do: OnFile) -> Damage:
    return Damage(level, do.__name__, do)


def quoted(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'


def tables(db: sqlite3.Connection) -> list[str]:
    """Every table: of layers and answers, of EcoMap's bookkeeping, of the GeoPackage's lists."""
    return sorted(name for (name,) in db.execute("SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%'"))


def table_of_rows(dice: random.Random, db: sqlite3.Connection) -> str:
    """A table of a layer or an answer, with rows in it."""
    found = [name for name in tables(db) if not name.startswith((*_LISTS, "ecomap_")) and _count(db, name)]
    return _one(dice, found)


def any_table(dice: random.Random, db: sqlite3.Connection) -> str:
    """Mostly a table of rows, then one of EcoMap's, then one of the GeoPackage's lists."""
    kind = dice.random()
    if kind < 0.6:
        return table_of_rows(dice, db)
    return _one(dice, [name for name in tables(db) if name.startswith("ecomap_" if kind < 0.9 else _LISTS) and _count(db, name)])


def columns(db: sqlite3.Connection, table: str) -> list[str]:
    return [row[1] for row in db.execute(f"PRAGMA table_info({quoted(table)})")]


def any_column(dice: random.Random, db: sqlite3.Connection, table: str, *, but: tuple[str, ...] = ("fid",)) -> str:
    return _one(dice, [name for name in columns(db, table) if name not in but])


def any_row(dice: random.Random, db: sqlite3.Connection, table: str) -> int:
    return int(_one(dice, [row for (row,) in db.execute(f"SELECT rowid FROM {quoted(table)}")]))


def _count(db: sqlite3.Connection, table: str) -> int:
    return int(db.execute(f"SELECT count(*) FROM {quoted(table)}").fetchone()[0])


def _one(dice: random.Random, found: list) -> str:  # type: ignore[type-arg]
    if not found:
        raise NotHereError("nothing of the kind in this file")
    return dice.choice(found)
