"""The damages that must never be missed, made by name rather than by chance."""

from __future__ import annotations

import random
import sqlite3
from collections.abc import Callable
from pathlib import Path
from typing import Final

from tests.fuzz.projects.damage import SQL, Damage

_ENDLESS: Final = "WITH RECURSIVE q(fid) AS (SELECT 1 UNION ALL SELECT fid + 1 FROM q)"
STATEMENTS: Final[dict[str, tuple[str, ...]]] = {
    "text in a number": ("UPDATE schools SET enrollment = 'n/a' WHERE rowid = 1",),
    "column renamed": ("ALTER TABLE schools RENAME COLUMN name TO nombre",),
    "number column renamed": ("ALTER TABLE schools RENAME COLUMN enrollment TO pupils_x",),
    "column dropped": ("ALTER TABLE schools DROP COLUMN enrollment",),
    "trigger that deletes": ("CREATE TRIGGER t1 AFTER INSERT ON ecomap_meta BEGIN DELETE FROM schools; END",),
    "endless view": ("ALTER TABLE schools RENAME TO schools_old", f"CREATE VIEW schools AS {_ENDLESS} SELECT fid, fid AS id, 'x' AS name FROM q"),
    "view in the contents": (f"CREATE VIEW spare AS {_ENDLESS} SELECT fid FROM q", "INSERT INTO gpkg_contents (table_name, data_type, identifier) VALUES ('spare', 'attributes', 'spare')"),
    "broken shape": ("UPDATE schools SET geom = x'4750000100000000deadbeef' WHERE rowid = 2",),
    "shape of another row": ("UPDATE schools SET geom = (SELECT geom FROM schools WHERE rowid = 1) WHERE rowid = 3",),
    "no meta": ("DROP TABLE ecomap_meta",),
    "no JSON": ("UPDATE ecomap_meta SET value = '{' WHERE rowid = 1",),
    "newer schema": ("UPDATE ecomap_meta SET value = '9999' WHERE key = 'schema_version'",),
}
PARTS: Final[dict[str, Callable[[bytes], bytes]]] = {
    "cut in half": lambda whole: whole[: len(whole) // 2],
    "empty": lambda whole: b"",
    "noise": lambda whole: whole[:4096] + bytes(range(256)) * 64,
}


def _statements(name: str) -> Damage:
    def do(_: random.Random, path: Path) -> str:
        db = sqlite3.connect(path, isolation_level=None)
        try:
            for statement in STATEMENTS[name]:
                db.execute(statement)
        finally:
            db.close()
        return name

    return Damage(SQL, "named", do)


def _part(name: str) -> Damage:
    def do(_: random.Random, path: Path) -> str:
        path.write_bytes(PARTS[name](path.read_bytes()))
        return name

    return Damage(SQL, "named", do)


NAMED: Final = tuple(_statements(name) for name in STATEMENTS) + tuple(_part(name) for name in PARTS)
