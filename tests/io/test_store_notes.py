"""Views and notes in a project file: whole again, absent in older files, and never believed blindly."""

from __future__ import annotations

import json
import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from ecomap.model.fault import DOUBTED
from ecomap.model.project import Project
from ecomap.workspace import bookmarks, operations, place_notes
from tests.small_project import small_project

NASTY = "=1+1; <script>alert(1)</script> {place} \u202e ' OR 1=1 --"


@pytest.fixture
def noted() -> Project:
    project = place_notes.pin(small_project(), NASTY, 150_000.0, -449_000.0, author="A.")
    return bookmarks.keep(place_notes.change(project, "note-1", settled=True), NASTY, (150_000.0, -450_000.0, 153_000.0, -447_000.0))


def changed(path: Path, key: str, value: Any) -> Project:
    """The file opened after another program wrote something else under a key."""
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("INSERT OR REPLACE INTO ecomap_meta (key, value) VALUES (?, ?)", (key, json.dumps(value)))
        connection.commit()
    return operations.open_project(path)


def test_they_come_back_as_they_were(noted: Project, tmp_path: Path) -> None:
    path = tmp_path / "a.ecomap.gpkg"
    operations.save_project(noted, path)
    again = operations.open_project(path)
    assert (again.notes, again.bookmarks, again.faults) == (noted.notes, noted.bookmarks, ())


def test_a_file_of_a_time_without_them_opens(tmp_path: Path) -> None:
    path = tmp_path / "a.ecomap.gpkg"
    operations.save_project(small_project(), path)
    with closing(sqlite3.connect(path)) as connection:
        keys = {key for (key,) in connection.execute("SELECT key FROM ecomap_meta")}
    assert not keys & {"notes", "bookmarks"}
    again = operations.open_project(path)
    assert (again.notes, again.bookmarks, again.faults) == ((), (), ())


@pytest.mark.parametrize(("key", "value", "stay"), [
    ("notes", "all of them", 0), ("notes", [{"id": "note-1", "text": "x", "x": "here", "y": 0.0}], 0),
    ("notes", [{"id": "a", "text": "good", "x": 1.0, "y": 2.0}, {"id": "a", "text": "twin", "x": 1.0, "y": 2.0}], 1),
    ("notes", [{"id": "a", "text": "good", "x": 1.0, "y": 2.0}, {"id": "b", "text": "far", "x": 1e300, "y": 2.0}], 1),
    ("notes", [{"id": "a", "text": "x" * 5_001, "x": 1.0, "y": 2.0}], 0), ("notes", [{"id": "a", "text": "x", "x": 1.0, "y": 2.0, "settled": "no"}], 0),
    ("bookmarks", [{"id": "v", "name": "A", "extent": [0.0, 0.0, 1.0]}], 0), ("bookmarks", [{"id": "v", "name": "A", "extent": [9.0, 0.0, 1.0, 1.0]}], 0),
    ("bookmarks", [{"id": "v", "name": "A", "extent": [0.0, 0.0, 1.0, 1.0], "layers": ["gone"]}], 1), ("bookmarks", {"id": "v"}, 0),
])  # fmt: skip
def test_what_is_not_sound_is_left_out_and_told(noted: Project, tmp_path: Path, key: str, value: Any, stay: int) -> None:
    path = tmp_path / "a.ecomap.gpkg"
    operations.save_project(noted, path)
    again = changed(path, key, value)
    assert len(getattr(again, key)) == stay
    told = [fault for fault in again.faults if fault.column == key]
    assert told
    assert any(fault.kind == DOUBTED for fault in told) or stay == len(value)
    assert len(again.layers) == len(noted.layers), "the rest opens"
