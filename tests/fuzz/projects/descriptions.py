"""Damage to the descriptions in JSON: fields that are missing, of another kind, out of bounds, deep, or about what is not there."""

from __future__ import annotations

import json
import random
import sqlite3
import zlib
from collections.abc import Iterator
from typing import Any, Final

from tests.fuzz.projects.damage import JSON, NotHereError, on_tables, quoted

_HOLDERS: Final = (("ecomap_meta", "value"), ("ecomap_layers", "description"), ("ecomap_results", "description"), ("ecomap_tables", "columns"), ("ecomap_said", "shape"))
_NUMBERS: Final[tuple[Any, ...]] = (-1, 0, 0.5, 1e308, -1e308, float("inf"), float("nan"), 2**70, -(2**70), 10**400, "5", "five", "nan", None, True, [], {}, [1], 99999, 1e-320)
_TEXTS: Final[tuple[Any, ...]] = ("", "nobody", "#12345", "#GGGGGG", "red; fill:url(x)", "EPSG:99999", "EPSG:4326", "EPSG:2229", "not a system", "x" * 1_000_000, "\u202e\u0000\ud800", "../../x",
                                  "{}", "{x.__class__}", "%s%n", 5, -1.5, None, True, [], {}, ["a"], {"key": "x"}, "polygon", "point", "none", "school", "need_area", "result", "geom", "id", "fid")
_ANY: Final[tuple[Any, ...]] = (None, 0, 1, -1, 1e300, "", "x", [], {}, [[]], {"": {}}, True, [None], [1, "a", {}])
_STYLE: Final[dict[str, tuple[Any, ...]]] = {
    "kind": ("sparkling", "", 5, None), "classes": (-1, 0, 1, 10**9, 2.5, "5", None, float("inf")), "breaks": ([], [1], [3, 2, 1], [float("nan")] * 4, [1e308] * 1000, ["a"], "12", None, [None]),
    "palette": ("nobody", "", 5, None), "scheme": ("nobody", "", 7), "size": (-8, 0, 1e9, float("inf"), float("nan"), "8", None), "line_width": (-1, 1e9, float("nan"), "x", None),
    "fill_opacity": (-1, 2, 255, float("nan"), "x", None), "fill": ("#12345", "red", "url(#x)", 5, None, "nobody"), "line": ("#zzzzzz", "\u202e", 5, None), "shape": ("heart", "", 5, None),
    "glyph": ("x" * 10_000, "\u202e", "<b>", 5, None), "symbols": ([["a"]], [["a", "b", "c", "d"]], "abc", [[None, None, None]], {"a": 1}, [["a", "#zz", "heart"]] * 5000),
    "column": ("nobody", "geometry", "", 5, None), "label_column": ("nobody", "geometry", 5, None), "min_scale_px_per_m": (-1, 1e308, float("nan"), "x", None),
    "class_labels": (["one"], [5], "abc", None, [None] * 7), "zero_label": (5, None, {"key": "{x}"}), "dash": ("no", 5, None, []),
}
_CHOICES: Final[dict[str, tuple[Any, ...]]] = {
    "crs": ("EPSG:99999", "EPSG:4326", "EPSG:2229", "", "not a system", 3310, None, "PROJCS[", "+proj=longlat", "/etc/hostname", "x" * 100_000, [], "EPSG:4979", "IGNF:LAMB93"),
    "view": ({}, None, [], {"x": "a"}, {"x": float("nan")}, {"x": 1e308, "y": 1e308, "px_per_m": 1e308}, {"px_per_m": 0}, {"px_per_m": -1}, {"zoom": 5}, {"px_per_m": float("inf")}),
    "title": ("", None, 5, "x" * 1_000_000, "\u0000", []), "recipes": (None, {}, [None], [{"role": 5}], [{"role": "school", "headings": "abc"}], [{"role": "school", "columns": [["a"]]}]),
    "releases": (None, {}, [None], [{"at": 5}], [{"at": "", "file": "", "hidden": "many"}], [{"at": "x", "file": "x", "cells": "[" * 10_000}], "x"),
    "scenarios": (None, {}, [None], [{"id": "a"}], [{"id": "a", "name": "A", "changes": [{"kind": "explode"}]}], [{"id": "a", "name": "A", "changes": "all"}],
                  [{"id": "a", "name": "A", "changes": [{"kind": "close", "layer": "schools", "feature": ["x"]}]}],
                  [{"id": "a", "name": "A", "changes": [{"kind": "open", "place": [1e308, float("nan")], "target": "school", "year": -5}]}], "x"),
    "bookmarks": (None, {}, [None], "x", [{"id": "a", "name": "A", "extent": [0, 0, float("nan"), 1]}], [{"id": "a", "name": "A", "extent": [0, 0, 1]}],
                  [{"id": "a", "name": "A", "extent": [5, 0, 1, 1]}], [{"id": "a", "name": 5, "extent": [0, 0, 1, 1]}]),
    "notes": (None, {}, [None], "x", [{"id": "a", "text": "x", "x": 1e308, "y": 0}], [{"id": "a", "text": ["x"], "x": 0, "y": 0}],
              [{"id": "a", "text": "x", "x": 0, "y": 0, "day": "soon", "settled": "no"}]),
    "meta": (None, {}, [1], [["a"]], [["starter", 5]], "ab", [["starter", "nobody"]]), "schema": (None, 5),
}


def _held(dice: random.Random, db: sqlite3.Connection) -> tuple[str, str, int, Any, str]:
    """Table, column, row, its value read, and a word for it."""
    found = []
    weights = []
    for table, column in _HOLDERS:
        try:
            rows = db.execute(f"SELECT rowid, {column} FROM {table}").fetchall()
        except sqlite3.Error:
            continue
        for row, text in rows:
            found.append((table, column, row, text))
            weights.append({"ecomap_layers": 3.0, "ecomap_results": 3.0, "ecomap_meta": 1.5}.get(table, 1.0) / len(rows))
    if not found:
        raise NotHereError
    table, column, row, text = dice.choices(found, weights)[0]
    try:
        return table, column, row, json.loads(text), f"{table} row {row}"
    except (TypeError, ValueError) as problem:
        raise NotHereError from problem


def _put(db: sqlite3.Connection, table: str, column: str, row: int, value: Any) -> None:
    text = value if isinstance(value, str | bytes) else json.dumps(value)
    db.execute(f"UPDATE {quoted(table)} SET {quoted(column)} = ? WHERE rowid = ?", (text, row))


def _places(value: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, Any, tuple[Any, ...]]]:
    """Every place in a JSON value: what holds it, by which key, and the way there."""
    inner = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, item in inner:
        yield value, key, (*path, key)
        yield from _places(item, (*path, key))


def _place(dice: random.Random, value: Any) -> tuple[Any, Any, str]:
    found = sorted(_places(value), key=lambda one: len(one[2]))
    if not found:
        raise NotHereError
    # as often near the top as at the leaves
    holder, key, path = found[min(int(len(found) * dice.random() ** dice.choice((1, 3))), len(found) - 1)]
    return holder, key, "/".join(map(str, path))[:80]


def other_value(dice: random.Random, db: sqlite3.Connection) -> str:
    """One value of another kind or out of all bounds."""
    table, column, row, value, word = _held(dice, db)
    holder, key, path = _place(dice, value)
    old = holder[key]
    new = dice.choice(_NUMBERS if isinstance(old, int | float) and not isinstance(old, bool) else _TEXTS if isinstance(old, str) else _ANY)
    holder[key] = new
    _put(db, table, column, row, value)
    return f"{word} {path}: {old!r:.30} -> {new!r:.30}"


def believable_value(dice: random.Random, db: sqlite3.Connection) -> str:
    """A number of a description that is another number, a flag that is turned."""
    table, column, row, value, word = _held(dice, db)
    numbers = [(holder, key, path) for holder, key, path in _places(value) if isinstance(holder[key], bool | int | float)]
    if not numbers:
        raise NotHereError
    holder, key, path = dice.choice(numbers)
    old = holder[key]
    holder[key] = not old if isinstance(old, bool) else -old if old and dice.random() < 0.5 else old + 1
    _put(db, table, column, row, value)
    return f"{word} {'/'.join(map(str, path))[:80]}: {old!r} -> {holder[key]!r}"


def missing_field(dice: random.Random, db: sqlite3.Connection) -> str:
    table, column, row, value, word = _held(dice, db)
    holder, key, path = _place(dice, value)
    del holder[key]
    _put(db, table, column, row, value)
    return f"{word} {path}"


def extra_field(dice: random.Random, db: sqlite3.Connection) -> str:
    table, column, row, value, word = _held(dice, db)
    holders = [value, *(holder[key] for holder, key, _ in _places(value))]
    holder = dice.choice([one for one in holders if isinstance(one, dict | list)] or [None])
    extra = dice.choice(_ANY)
    if isinstance(holder, dict):
        holder[dice.choice(("extra", "", "__class__", "frame", "self", "x" * 1000))] = extra
    elif isinstance(holder, list):
        holder.append(dice.choice([*holder, extra]))
    else:
        raise NotHereError
    _put(db, table, column, row, value)
    return word


def style_out_of_bounds(dice: random.Random, db: sqlite3.Connection) -> str:
    table, column, row, value, word = _held(dice, db)
    styles = [holder[key] for holder, key, _ in _places(value) if key == "style" and isinstance(holder[key], dict)]
    if not styles:
        raise NotHereError
    style, name = dice.choice(styles), dice.choice(sorted(_STYLE))
    style[name] = dice.choice(_STYLE[name])
    if name in ("breaks", "classes", "scheme"):
        style["kind"] = "graduated"
        style["scheme"] = style.get("scheme") if name == "scheme" else dice.choice(("fixed", "quantiles", "equal_interval", "fisher_jenks"))
    _put(db, table, column, row, value)
    return f"{word} {name} = {style[name]!r:.40}"


def meta_out_of_bounds(dice: random.Random, db: sqlite3.Connection) -> str:
    key = dice.choice(sorted(_CHOICES))
    value = dice.choice(_CHOICES[key])
    db.execute("INSERT INTO ecomap_meta (key, value) VALUES (?, ?) ON CONFLICT (key) DO UPDATE SET value = excluded.value", (key, json.dumps(value)))
    return f"{key} = {value!r:.40}"


def record_crs(dice: random.Random, db: sqlite3.Connection) -> str:
    rows = [(row, json.loads(text)) for row, text in db.execute("SELECT rowid, columns FROM ecomap_tables") if "geometry" in text]
    row, found = dice.choice(rows)
    entry = next((one["geometry"] for one in found if "geometry" in one), None)
    if entry is None:
        raise NotHereError
    key = dice.choice(("crs", "crs", "type_name", "promoted", "one_part_multis", "has_z", "name"))
    entry[key] = dice.choice(_CHOICES["crs"] if key == "crs" else [-1, 10**9, [10**9], [-1], "x", None, True, [], "POINT"])
    _put(db, "ecomap_tables", "columns", row, found)
    return f"row {row} {key} = {entry[key]!r:.40}"


def record_dtype(dice: random.Random, db: sqlite3.Connection) -> str:
    row, text = dice.choice(db.execute("SELECT rowid, columns FROM ecomap_tables").fetchall())
    found = json.loads(text)
    entry = dice.choice([one["column"] for one in found if "column" in one] or [None])
    if entry is None:
        raise NotHereError
    key = dice.choice(("dtype", "kind", "missing", "categories", "stored", "name", "ordered"))
    entry[key] = dice.choice({
        "dtype": ["int8", "int64", "float16", "S1", "U99999999", "object", "datetime64[ns]", "nobody", "", "M8[as]", "complex128", "bool", "V1000000000", "category", "datetime64[ns, Nowhere/City]", "Int64", 5, None],
        "kind": ["float", "integer", "boolean", "text", "datetime", "category", "json", "geometry", "nobody", 5, None], "missing": ["none", "nan", "na", "nobody", 5, None],
        "categories": [[], ["1"], ["{"], "abc", [5], None, ["\"a\""] * 100_000], "stored": ["nobody", "fid", "geom", "rowid", "name", 5, None, 'x" FROM sqlite_master --'],
        "name": ["id", "", 5, None, "name", "geometry"], "ordered": ["yes", None, 5],
    }[key])
    _put(db, "ecomap_tables", "columns", row, found)
    return f"row {row} {key} = {entry[key]!r:.40}"


def cross_reference(dice: random.Random, db: sqlite3.Connection) -> str:
    """Ids that name a layer, an answer or a table which is not there, or the wrong one."""
    table, column, row, value, word = _held(dice, db)
    names = ("id", "result_id", "joins", "column", "moe", "low", "high", "moe_column", "name", "output", "layers", "inputs", "analysis", "numerator", "denominator")
    found = [(holder, key, path) for holder, key, path in _places(value) if key in names]
    if not found:
        raise NotHereError
    holder, key, path = dice.choice(found)
    ids = [one for (one,) in db.execute("SELECT id FROM ecomap_layers UNION SELECT id FROM ecomap_results")]
    holder[key] = dice.choice([*ids[:6], "nobody", "", "x" * 300, "../x", "id\u202e"])
    _put(db, table, column, row, value)
    return f"{word} {'/'.join(map(str, path))[:80]} -> {holder[key]!r:.30}"


def deep(dice: random.Random, db: sqlite3.Connection) -> str:
    table, column, row, value, word = _held(dice, db)
    times = dice.choice((50, 900, 5000, 100_000))
    start, end = dice.choice((("[", "]"), ('{"a":', "}"), ('{"key":"{a}","values":{"a":', "}}")))
    marked = json.dumps(value)
    if isinstance(value, dict | list) and value:
        holder, key, _ = _place(dice, value)
        holder[key] = "here:here"
        marked = json.dumps(value)
    marked = marked.replace('"here:here"', start * times + dice.choice(("1", '"x"')) + end * times) if "here:here" in marked else start * times + "1" + end * times
    _put(db, table, column, row, marked)
    return f"{word} {times} {start}"


def no_json(dice: random.Random, db: sqlite3.Connection) -> str:
    table, column, row, value, word = _held(dice, db)
    text = json.dumps(value)
    broken = dice.choice(("{", "", "null", "NaN", "[]", "{}", "5", '"x"', text[: len(text) // 2], text + "}", text.replace(":", "=", 1), "\ufeff" + text, "'" + text, b"\x80\x04K\x05."))
    _put(db, table, column, row, broken)
    return f"{word}: {broken!r:.30}"


def huge(dice: random.Random, db: sqlite3.Connection) -> str:
    """A list of a million, a text of ten million letters."""
    table, column, row, value, word = _held(dice, db)
    holder, key, path = _place(dice, value)
    holder[key] = [holder[key]] * 200_000 if isinstance(holder[key], int | float | str | None) else holder[key] if not holder[key] else [holder[key]] * 2000
    text = json.dumps(value)
    if len(text) > 30_000_000:
        raise NotHereError
    _put(db, table, column, row, text)
    return f"{word} {path}"


def repeated_key(dice: random.Random, db: sqlite3.Connection) -> str:
    """The same field twice in one object: which one holds?"""
    table, column, row, value, word = _held(dice, db)
    if not isinstance(value, dict) or not value:
        raise NotHereError
    key = dice.choice(sorted(value))
    _put(db, table, column, row, json.dumps(value)[:-1] + f", {json.dumps(key)}: {json.dumps(dice.choice(_ANY))}}}")
    return f"{word} {key}"


def message(dice: random.Random, db: sqlite3.Connection) -> str:
    """Messages that say something else than the cell, or hold formats that reach for more."""
    rows = db.execute("SELECT rowid FROM ecomap_said").fetchall()
    if not rows:
        raise NotHereError
    row = dice.choice(rows)[0]
    column, new = dice.choice((("shape", '{"say":"something else","with":{}}'), ("shape", '{"key":"{a.__class__}","values":{"a":1}}'), ("shape", '{"say":"%(x)s","with":{}}'), ("shape", '{"say":"' + "x" * 300_000 + '"}'),
                               ("table_name", "nobody"), ("column_name", "nobody"), ("data", "[]"), ("part", 0), ("part", 3), ("data", zlib.compress(b"[5]")), ("shape", '{"key":"{n:>99999999}","values":{"n":1}}')))
    db.execute(f"UPDATE OR IGNORE ecomap_said SET {column} = ? WHERE rowid = ?", (new, row))
    return f"{column} = {str(new)[:30]}"


def row_cells(dice: random.Random, db: sqlite3.Connection) -> str:
    """Ids and places of layers and answers themselves."""
    table = dice.choice(("ecomap_layers", "ecomap_results"))
    rows = [row for (row,) in db.execute(f"SELECT rowid FROM {table}")]
    if not rows:
        raise NotHereError
    column, value = dice.choice((("id", "nobody"), ("id", ""), ("id", b"\x00"), ("id", 5), ("place", -1), ("place", "first"), ("place", 0), ("place", 2**62), ("id", "x" * 100_000), ("description", b"{}")))
    db.execute(f"UPDATE OR IGNORE {table} SET {column} = ? WHERE rowid = ?", (value, dice.choice(rows)))
    return f"{table}.{column} = {value!r:.20}"


ALL: Final = tuple(on_tables(JSON, one) for one in (
    other_value, other_value, other_value, other_value, believable_value, believable_value, missing_field, missing_field, extra_field, style_out_of_bounds, style_out_of_bounds, style_out_of_bounds,
    meta_out_of_bounds, meta_out_of_bounds, record_crs, record_dtype, record_dtype, cross_reference, cross_reference, deep, no_json, huge, repeated_key, message, row_cells,
))
