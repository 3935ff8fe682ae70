"""Tables are read, turned round and summed up a few rows at a time: whatever the pieces, the same comes out."""

from __future__ import annotations

import sqlite3
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import shapely

from ecomap.io.store import digests, gate, open_project, save_project, shapes
from ecomap.io.store.digests import table_digest
from ecomap.io.store.gate import Gate
from ecomap.io.store.geometry import encode_geometry
from ecomap.io.store.shapes import FARTHEST_M, believed_shapes
from ecomap.io.store.views import same_rows
from tests.io import projects


def numbered(count: int, size: int = 1_000_000) -> Gate:
    connection = sqlite3.connect(":memory:", isolation_level=None)
    connection.execute("CREATE TABLE t (fid INTEGER PRIMARY KEY, name TEXT)")
    connection.executemany("INSERT INTO t VALUES (?, ?)", [(n, None if n == 3 else f"row {n}") for n in range(1, count + 1)])
    return Gate(connection, size)


@pytest.mark.parametrize("at_once", [1, 2, 7, 100])
def test_columns_are_whole_however_many_rows_come_at_once(at_once: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(gate, "_ROWS_AT_ONCE", at_once)
    names = ["row 1", "row 2", None, "row 4", "row 5", "row 6", "row 7"]
    assert numbered(7).ask_for_columns("SELECT fid, name FROM t", 2) == [[1, 2, 3, 4, 5, 6, 7], names]
    assert numbered(7).ask("SELECT fid, name FROM t") == list(zip(range(1, 8), names))


def test_a_table_without_rows_has_its_columns() -> None:
    assert numbered(0).ask_for_columns("SELECT fid, name FROM t", 2) == [[], []]


def test_more_rows_than_the_file_has_room_for_are_refused() -> None:
    with pytest.raises(sqlite3.DatabaseError, match="more rows than the file has room for"):
        numbered(1_001, size=100).ask_for_columns("SELECT fid, name FROM t", 2)
    assert len(numbered(1_000, size=100).ask("SELECT fid FROM t")) == 1_000


@pytest.mark.parametrize("at_once", [1, 2, 1_000])
@pytest.mark.parametrize(("kind", "cells"), [
    ("text", ["ab", None, "é", "\ud83d", "\ude00", ""]), ("geometry", [b"GP", None, b"\0\1", b""]), ("text", []), ("geometry", [None]),
], ids=str)  # fmt: skip
def test_a_digest_does_not_know_of_pieces(kind: str, cells: list[Any], at_once: int, monkeypatch: pytest.MonkeyPatch) -> None:
    whole = table_digest([("c", kind, cells)])
    monkeypatch.setattr(digests, "_AT_ONCE", at_once)
    assert table_digest([("c", kind, cells)]) == whole


@pytest.mark.parametrize("at_once", [1, 2, 3, 1_000])
def test_shapes_are_the_same_and_the_same_are_not_believed(at_once: int, monkeypatch: pytest.MonkeyPatch) -> None:
    given = np.array([shapely.Point(1, 2), None, shapely.Point(FARTHEST_M * 2, 0), shapely.Point(3, 4), shapely.Point()], dtype=object)
    record, blobs = encode_geometry("geometry", given, "EPSG:3310", 3310)
    cells = [*blobs, b"no shape", "a text"]
    monkeypatch.setattr(shapes, "_AT_ONCE", at_once)
    found, wrong = believed_shapes(record, cells, "point", thorough=True)
    assert wrong == [2, 5, 6]
    assert [None if one is None else one.wkt for one in found] == ["POINT (1 2)", None, None, "POINT (3 4)", "POINT EMPTY", None, None]
    none, never = believed_shapes(record, [], "point", thorough=True)
    assert (len(none), never) == (0, [])


def test_a_project_opens_as_it_was_saved_whatever_the_pieces(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    project, path = projects.project(), tmp_path / "town.ecomap.gpkg"
    save_project(project, path)
    for module, name in ((gate, "_ROWS_AT_ONCE"), (digests, "_AT_ONCE"), (shapes, "_AT_ONCE")):
        monkeypatch.setattr(module, name, 2)
    again = open_project(path)
    assert again.faults == ()
    for layer in project.layers:
        assert same_rows(again.frame(layer.id), project.frame(layer.id)), layer.id
