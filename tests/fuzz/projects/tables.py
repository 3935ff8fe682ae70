"""Damage to the tables, as by another program, a script or a stranger: cells, rows, columns, schemas, triggers, views."""

from __future__ import annotations

import math
import random
import sqlite3
from typing import Any, Final

from tests.fuzz.projects.damage import (
    SQL,
    NotHereError,
    any_column,
    any_row,
    any_table,
    columns,
    on_tables,
    quoted,
    table_of_rows,
    tables,
)

_ENDLESS: Final = "WITH RECURSIVE q(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM q) SELECT"
CELLS: Final[tuple[Any, ...]] = (
    None, "n/a", "", " ", "12abc", "1,234", "NaN", "inf", "٣٤", "\u202e12", "=1+1", "0x10", "null", "true", "[]", "{}", "\x00", b"", b"\x00\xff", b"12",
    math.inf, -math.inf, 1e308, -1e308, 5e-324, -1, -0.0, 0.5, 2**63 - 1, -(2**63), 10**15, 999, "9" * 400, "x" * 1_000_000, "\ud7ff\ue000", "2026-13-45", "1e999",
)


def rename_column(dice: random.Random, db: sqlite3.Connection) -> str:
    table = any_table(dice, db)
    column = any_column(dice, db, table, but=())
    new = dice.choice(("nombre", column + "_x", column.upper() + " ", "select", "a" * 300, "\u202e", 'q"uote', "rowid", "oid"))
    db.execute(f"ALTER TABLE {quoted(table)} RENAME COLUMN {quoted(column)} TO {quoted(new)}")
    return f"{table}.{column} -> {new[:20]}"


def swap_column_names(dice: random.Random, db: sqlite3.Connection) -> str:
    table = table_of_rows(dice, db)
    one, other = any_column(dice, db, table), any_column(dice, db, table)
    if one == other:
        raise NotHereError
    for old, new in ((one, "swapping_"), (other, one), ("swapping_", other)):
        db.execute(f"ALTER TABLE {quoted(table)} RENAME COLUMN {quoted(old)} TO {quoted(new)}")
    return f"{table}: {one} and {other}"


def drop_column(dice: random.Random, db: sqlite3.Connection) -> str:
    table = any_table(dice, db)
    column = any_column(dice, db, table)
    db.execute(f"ALTER TABLE {quoted(table)} DROP COLUMN {quoted(column)}")
    return f"{table}.{column}"


def add_column(dice: random.Random, db: sqlite3.Connection) -> str:
    table = any_table(dice, db)
    kind = dice.choice(("TEXT", "INTEGER DEFAULT 7", "BLOB", "REAL NOT NULL DEFAULT 0", "TEXT GENERATED ALWAYS AS (rowid || 'x') VIRTUAL",
                        "TEXT CHECK (extra IS NULL)", "TEXT COLLATE NOCASE"))
    db.execute(f"ALTER TABLE {quoted(table)} ADD COLUMN extra {kind}")
    return f"{table} {kind}"


def many_columns(dice: random.Random, db: sqlite3.Connection) -> str:
    table = any_table(dice, db)
    for number in range(1500):
        db.execute(f"ALTER TABLE {quoted(table)} ADD COLUMN c{number}")
    return table


def rename_table(dice: random.Random, db: sqlite3.Connection) -> str:
    table = any_table(dice, db)
    new = dice.choice((table.upper() + "_", "x" * 200, "result__0", "gpkg_other", "\u202etable", "a;b", 'q"uote'))
    db.execute(f"ALTER TABLE {quoted(table)} RENAME TO {quoted(new)}")
    return f"{table} -> {new[:20]}"


def swap_tables(dice: random.Random, db: sqlite3.Connection) -> str:
    one, other = table_of_rows(dice, db), table_of_rows(dice, db)
    if one == other:
        raise NotHereError
    for old, new in ((one, "swapping_"), (other, one), ("swapping_", other)):
        db.execute(f"ALTER TABLE {quoted(old)} RENAME TO {quoted(new)}")
    return f"{one} and {other}"


def drop_table(dice: random.Random, db: sqlite3.Connection) -> str:
    table = any_table(dice, db)
    db.execute(f"DROP TABLE {quoted(table)}")
    return table


def cell(dice: random.Random, db: sqlite3.Connection) -> str:
    """One cell gets a value that does not belong there."""
    table = any_table(dice, db)
    column, row, value = any_column(dice, db, table), any_row(dice, db, table), dice.choice(CELLS)
    db.execute(f"UPDATE {quoted(table)} SET {quoted(column)} = ? WHERE rowid = ?", (value, row))
    return f"{table}.{column} row {row} = {value!r:.30}"


def cell_of_rows(dice: random.Random, db: sqlite3.Connection) -> str:
    table = table_of_rows(dice, db)
    column, row, value = any_column(dice, db, table), any_row(dice, db, table), dice.choice(CELLS)
    db.execute(f"UPDATE {quoted(table)} SET {quoted(column)} = ? WHERE rowid = ?", (value, row))
    return f"{table}.{column} row {row} = {value!r:.30}"


def whole_column(dice: random.Random, db: sqlite3.Connection) -> str:
    table = table_of_rows(dice, db)
    column, value = any_column(dice, db, table), dice.choice(CELLS)
    db.execute(f"UPDATE {quoted(table)} SET {quoted(column)} = ?", (value,))
    return f"{table}.{column} = {value!r:.30}"


def believable_cell(dice: random.Random, db: sqlite3.Connection) -> str:
    """A number that is one more, a text with one letter more: nothing but a digest can tell."""
    table = table_of_rows(dice, db)
    column, row = any_column(dice, db, table, but=("fid", "geom")), any_row(dice, db, table)
    db.execute(f"UPDATE {quoted(table)} SET {quoted(column)} = CASE typeof({quoted(column)}) WHEN 'text' THEN {quoted(column)} || 'x' "
               f"WHEN 'null' THEN NULL ELSE {quoted(column)} + 1 END WHERE rowid = ?", (row,))
    return f"{table}.{column} row {row}"


def as_text(dice: random.Random, db: sqlite3.Connection) -> str:
    """Numbers stored as texts or blobs, as some programs store everything."""
    table = table_of_rows(dice, db)
    column, kind = any_column(dice, db, table), dice.choice(("TEXT", "BLOB", "REAL", "INTEGER"))
    db.execute("PRAGMA writable_schema = ON")
    db.execute("UPDATE sqlite_master SET sql = replace(replace(replace(sql, ' REAL', ' BLOB'), ' INTEGER,', ' BLOB,'), ' BOOLEAN', ' BLOB') WHERE name = ?", (table,))
    db.execute(f"UPDATE {quoted(table)} SET {quoted(column)} = CAST({quoted(column)} AS {kind})")
    return f"{table}.{column} as {kind}"


def retype_column(dice: random.Random, db: sqlite3.Connection) -> str:
    table = any_table(dice, db)
    old, new = dice.choice((("REAL", "TEXT"), ("TEXT", "REAL"), ("INTEGER", "TEXT"), ("BOOLEAN", "BLOB"), ("TEXT", "BLOB"), ("REAL", "INTEGER")))
    (sql,) = db.execute("SELECT sql FROM sqlite_master WHERE name = ?", (table,)).fetchone()
    if f" {old}" not in sql:
        raise NotHereError
    names = ", ".join(map(quoted, columns(db, table)))
    db.execute(f"ALTER TABLE {quoted(table)} RENAME TO retyping_")
    db.execute(sql.replace(f" {old}", f" {new}").replace("fid TEXT", "fid INTEGER"))
    db.execute(f"INSERT INTO {quoted(table)} ({names}) SELECT {names} FROM retyping_")
    db.execute("DROP TABLE retyping_")
    return f"{table}: {old} -> {new}"


def without_rowid(dice: random.Random, db: sqlite3.Connection) -> str:
    table = any_table(dice, db)
    names = columns(db, table)
    db.execute(f"ALTER TABLE {quoted(table)} RENAME TO other_")
    kind = dice.choice(("PRIMARY KEY (fid)) WITHOUT ROWID", "PRIMARY KEY (fid)) STRICT, WITHOUT ROWID", "UNIQUE (fid))"))
    db.execute(f"CREATE TABLE {quoted(table)} ({', '.join(quoted(name) + ' ANY' for name in names)}, {kind}")
    db.execute(f"INSERT INTO {quoted(table)} SELECT * FROM other_")
    db.execute("DROP TABLE other_")
    return f"{table} {kind}"


def repeat_id(dice: random.Random, db: sqlite3.Connection) -> str:
    table = table_of_rows(dice, db)
    db.execute(f"UPDATE {quoted(table)} SET id = (SELECT id FROM {quoted(table)} LIMIT 1) WHERE rowid = ?", (any_row(dice, db, table),))
    return table


def double_rows(dice: random.Random, db: sqlite3.Connection) -> str:
    table = any_table(dice, db)
    names = ", ".join(quoted(name) for name in columns(db, table) if name != "fid")
    times = dice.choice((1, 1, 8))
    for _ in range(times):
        db.execute(f"INSERT INTO {quoted(table)} ({names}) SELECT {names} FROM {quoted(table)}")
    return f"{table} {times} times"


def delete_rows(dice: random.Random, db: sqlite3.Connection) -> str:
    table = any_table(dice, db)
    rows = dice.choice(("1", "rowid % 2 = 0", f"rowid = {any_row(dice, db, table)}"))
    db.execute(f"DELETE FROM {quoted(table)} WHERE {rows}")
    return f"{table} {rows}"


def empty_row(dice: random.Random, db: sqlite3.Connection) -> str:
    table = table_of_rows(dice, db)
    db.execute(f"INSERT INTO {quoted(table)} DEFAULT VALUES")
    return table


def other_order(dice: random.Random, db: sqlite3.Connection) -> str:
    table = table_of_rows(dice, db)
    by = dice.choice(("-fid", "fid + 9223372036854775000", "1000 - fid", "fid * 3"))
    db.execute(f"UPDATE {quoted(table)} SET fid = {by}")
    return f"{table} {by}"


def swap_columns(dice: random.Random, db: sqlite3.Connection) -> str:
    table = table_of_rows(dice, db)
    one, other = any_column(dice, db, table, but=("fid", "geom")), any_column(dice, db, table, but=("fid", "geom"))
    db.execute(f"UPDATE {quoted(table)} SET {quoted(one)} = {quoted(other)}, {quoted(other)} = {quoted(one)}")
    return f"{table}: {one} and {other}"


def shifted(dice: random.Random, db: sqlite3.Connection) -> str:
    """Every row gets the cell of the next one."""
    table = table_of_rows(dice, db)
    column = any_column(dice, db, table)
    db.execute(f"UPDATE {quoted(table)} SET {quoted(column)} = (SELECT {quoted(column)} FROM {quoted(table)} AS o WHERE o.rowid = {quoted(table)}.rowid + 1)")
    return f"{table}.{column}"


def trigger(dice: random.Random, db: sqlite3.Connection) -> str:
    table, of = any_table(dice, db), any_table(dice, db)
    when, what = dice.choice(("BEFORE", "AFTER")), dice.choice(("INSERT", "UPDATE", "DELETE"))
    does = dice.choice((f"DELETE FROM {quoted(of)}", f"UPDATE {quoted(of)} SET fid = -fid", "SELECT RAISE(ABORT, 'no')", "SELECT RAISE(IGNORE)",
                        f"INSERT INTO {quoted(of)} DEFAULT VALUES", "SELECT load_extension('x')", f"{_ENDLESS} max(n) FROM q"))
    if does.startswith("WITH"):
        does = f"UPDATE {quoted(of)} SET fid = ({does})"
    db.execute(f"CREATE TRIGGER t1 {when} {what} ON {quoted(table)} BEGIN {does}; END")
    return f"{when} {what} ON {table}: {does[:40]}"


def triggers_everywhere(dice: random.Random, db: sqlite3.Connection) -> str:
    victim = table_of_rows(dice, db)
    for number, table in enumerate(tables(db)):
        for what in ("INSERT", "UPDATE", "DELETE"):
            db.execute(f"CREATE TRIGGER t{number}{what} AFTER {what} ON {quoted(table)} BEGIN DELETE FROM {quoted(victim)}; END")
    return victim


def view_in_place(dice: random.Random, db: sqlite3.Connection) -> str:
    table = any_table(dice, db)
    names = columns(db, table)
    db.execute(f"ALTER TABLE {quoted(table)} RENAME TO hidden_")
    some = ", ".join(quoted(name) for name in names)
    made = dice.choice((f"SELECT {some} FROM hidden_", "SELECT a.* FROM hidden_ a, hidden_ b, hidden_ c", f"SELECT {some} FROM {quoted(table)}",
                        f"{_ENDLESS} " + ", ".join(f"n AS {quoted(name)}" for name in names) + " FROM q",
                        f"SELECT {', '.join(f'randomblob(1000000000) AS {quoted(name)}' for name in names)}"))
    db.execute(f"CREATE VIEW {quoted(table)} AS {made}")
    if dice.random() < 0.5:
        db.execute(f"CREATE TRIGGER t1 INSTEAD OF INSERT ON {quoted(table)} BEGIN DELETE FROM hidden_; END")
    return f"{table}: {made[:50]}"


def view_beside(dice: random.Random, db: sqlite3.Connection) -> str:
    made = dice.choice((f"{_ENDLESS} n AS fid FROM q", "SELECT * FROM spare_2", f"SELECT * FROM {quoted(table_of_rows(dice, db))}", "SELECT zeroblob(2000000000) AS fid"))
    db.execute(f"CREATE VIEW spare AS {made}")
    db.execute("CREATE VIEW spare_2 AS SELECT * FROM spare")
    for view in ("spare", "spare_2"):
        kind = dice.choice(("attributes", "features", "tiles", "2d-gridded-coverage"))
        db.execute("INSERT INTO gpkg_contents (table_name, data_type, identifier) VALUES (?, ?, ?)", (view, kind, view))
    return made[:50]


def virtual_table(dice: random.Random, db: sqlite3.Connection) -> str:
    table = any_table(dice, db)
    names = [name for name in columns(db, table) if name not in ("fid", "rowid")]
    how = dice.choice(("beside", "in place"))
    kind = dice.choice(("fts5", "fts4", "rtree"))
    name = table if how == "in place" else "spare"
    if how == "in place":
        db.execute(f"ALTER TABLE {quoted(table)} RENAME TO hidden_")
    made = "rtree(id, a, b)" if kind == "rtree" else f"{kind}({', '.join(map(quoted, names))})"
    db.execute(f"CREATE VIRTUAL TABLE {quoted(name)} USING {made}")
    return f"{kind} {how} of {table}"


def module_of_nobody(dice: random.Random, db: sqlite3.Connection) -> str:
    """A virtual table whose module is not there."""
    table = any_table(dice, db)
    db.execute("PRAGMA writable_schema = ON")
    name = dice.choice((table, "spare"))
    if name == table:
        db.execute("DELETE FROM sqlite_master WHERE name = ?", (table,))
    db.execute("INSERT INTO sqlite_master (type, name, tbl_name, rootpage, sql) VALUES ('table', ?, ?, 0, ?)",
               (name, name, f"CREATE VIRTUAL TABLE {quoted(name)} USING nobody_has_this(a)"))
    return name


def schema_text(dice: random.Random, db: sqlite3.Connection) -> str:
    """The words of the schema themselves."""
    table = any_table(dice, db)
    db.execute("PRAGMA writable_schema = ON")
    sql = dice.choice(("CREATE TABLE x", "", None, "CREATE TABLE " + quoted(table) + "(a,b,c,d,e,f,g,h,i)", "SELECT 1", "x" * 100_000, b"\xff\xfe"))
    db.execute("UPDATE sqlite_master SET sql = ? WHERE name = ?", (sql, table))
    return f"{table}: {sql!r:.30}"


def root_page(dice: random.Random, db: sqlite3.Connection) -> str:
    """Two tables that point at the same or at no page."""
    one, other = any_table(dice, db), any_table(dice, db)
    db.execute("PRAGMA writable_schema = ON")
    page = dice.choice(("(SELECT rootpage FROM sqlite_master WHERE name = ?2)", "1", "0", "999999", "-5", "4294967297"))
    db.execute(f"UPDATE sqlite_master SET rootpage = {page} WHERE name = ?1 AND ?2 = ?2", (one, other))
    return f"{one}: {page[:20]} {other}"


def index(dice: random.Random, db: sqlite3.Connection) -> str:
    table = table_of_rows(dice, db)
    column = quoted(any_column(dice, db, table))
    made = dice.choice((f"CREATE INDEX i1 ON {quoted(table)} (abs(length({column})))", f"CREATE INDEX i1 ON {quoted(table)} ({column} COLLATE NOCASE) WHERE {column} > 1",
                        f"CREATE UNIQUE INDEX i1 ON {quoted(table)} (id)", f"CREATE INDEX i1 ON {quoted(table)} (json_extract({column}, '$.a'))"))
    db.execute(made)
    return made[:60]


def collation_of_nobody(dice: random.Random, db: sqlite3.Connection) -> str:
    table = any_table(dice, db)
    db.execute("PRAGMA writable_schema = ON")
    db.execute("UPDATE sqlite_master SET sql = replace(sql, ' TEXT', ' TEXT COLLATE nobody_has_this') WHERE name = ?", (table,))
    return table


def check_constraint(dice: random.Random, db: sqlite3.Connection) -> str:
    table = any_table(dice, db)
    column = quoted(any_column(dice, db, table))
    db.execute("PRAGMA writable_schema = ON")
    more = dice.choice((f"CHECK ({column} IS NULL)", f"CHECK (length({column}) < 0)", "CHECK (nobody_has_this(1))", "FOREIGN KEY (fid) REFERENCES nowhere (fid)",
                        f"FOREIGN KEY (fid) REFERENCES {quoted(table)} (fid) ON DELETE CASCADE"))
    db.execute("UPDATE sqlite_master SET sql = substr(sql, 1, length(sql) - 1) || ', ' || ? || ')' WHERE name = ?", (more, table))
    return f"{table}: {more}"


def bad_utf8(dice: random.Random, db: sqlite3.Connection) -> str:
    table = any_table(dice, db)
    column, row = any_column(dice, db, table), any_row(dice, db, table)
    db.execute(f"UPDATE {quoted(table)} SET {quoted(column)} = CAST(? AS TEXT) WHERE rowid = ?", (dice.choice((b"\xff\xfe", b"ok\xc3", b"\xed\xa0\x80", b"a\x00b")), row))
    return f"{table}.{column} row {row}"


def schema_version(dice: random.Random, db: sqlite3.Connection) -> str:
    value = dice.choice(("9999", "5", "0", "-1", "1", "2", "3", "1e9", '"4"', "4.5", "null", "[]", "{}", "true", "", "9" * 30, "NaN", "Infinity", "[" * 100_000, b"\x04", 4, None))
    db.execute("UPDATE ecomap_meta SET value = ? WHERE key = 'schema_version'", (value,))
    return f"{value!r:.30}"


def pragma(dice: random.Random, db: sqlite3.Connection) -> str:
    said = dice.choice(("application_id = 0", "application_id = 1196437808", "user_version = 0", "user_version = -1", "user_version = 2147483647", "journal_mode = WAL",
                        "schema_version = 99", "auto_vacuum = FULL", "page_size = 512", "page_size = 65536"))
    db.execute(f"PRAGMA {said}")
    if said.startswith(("auto_vacuum", "page_size")):
        db.execute("VACUUM")
    return said


def digest(dice: random.Random, db: sqlite3.Connection) -> str:
    """The digests of the rows, and how many there are said to be."""
    what = dice.choice(("digest = NULL", "digest = 'x'", "digest = 7", "digest = zeroblob(16)", "row_count = row_count + 1", "row_count = -1", "row_count = 9e18", "row_count = 'many'"))
    where = dice.choice(("1", f"rowid = {any_row(dice, db, 'ecomap_tables')}"))
    db.execute(f"UPDATE ecomap_tables SET {what} WHERE {where}")
    return f"{what} {where}"


def digest_and_cell(dice: random.Random, db: sqlite3.Connection) -> str:
    """A believable change, with what would give it away taken out."""
    done = believable_cell(dice, db)
    db.execute("UPDATE ecomap_tables SET digest = NULL")
    return done


def owners(dice: random.Random, db: sqlite3.Connection) -> str:
    """Tables given to other layers and answers."""
    what = dice.choice(("layer = (SELECT layer FROM ecomap_tables WHERE layer IS NOT NULL ORDER BY fid DESC LIMIT 1)", "layer = 'nobody'", "layer = NULL", "table_name = 'ecomap_meta'",
                        "table_name = 'sqlite_master'", "table_name = 'gpkg_contents'", "table_name = ''", "result = 'nobody'", "output = 'nobody'"))
    db.execute(f"UPDATE OR IGNORE ecomap_tables SET {what} WHERE rowid = ?", (any_row(dice, db, "ecomap_tables"),))
    return what


def many_tables(dice: random.Random, db: sqlite3.Connection) -> str:
    db.execute("BEGIN")
    for number in range(3000):
        db.execute(f"CREATE TABLE extra{number} (a)")
    db.execute("COMMIT")
    return "3000"


ALL: Final = tuple(on_tables(SQL, one) for one in (
    rename_column, rename_column, swap_column_names, drop_column, drop_column, add_column, many_columns, rename_table, swap_tables, drop_table, cell, cell, cell, cell_of_rows,
    cell_of_rows, cell_of_rows, whole_column, believable_cell, believable_cell, as_text, as_text, retype_column, without_rowid, repeat_id, double_rows, delete_rows, delete_rows,
    empty_row, other_order, swap_columns, shifted, trigger, trigger, triggers_everywhere, view_in_place, view_in_place, view_beside, virtual_table, module_of_nobody, schema_text,
    root_page, index, collation_of_nobody, check_constraint, bad_utf8, schema_version, schema_version, pragma, digest, digest_and_cell, owners, many_tables,
))
