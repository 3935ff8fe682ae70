"""What was agreed and what was corrected, in a project file: whole again, absent in older files, and never believed blindly."""

from __future__ import annotations

import json
import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from attrs import evolve

from ecomap.io.store import SCHEMA_VERSION, save_project
from ecomap.model.change import Change, change_between
from ecomap.model.commitment import DONE, Commitment
from ecomap.model.correction import DECLINED, MOVED, Correction
from ecomap.model.fault import DOUBTED
from ecomap.model.project import Project
from ecomap.workspace import operations
from tests.small_project import small_project

NASTY = "=1+1; <script>alert(1)</script> {place} \u202e ' OR 1=1 --"


@pytest.fixture
def agreed() -> Project:
    commitment = Commitment("c-1", NASTY, layer="schools", feature="1", place=NASTY, leads=("Red", NASTY), helps=("Blue",), due="2027-06-30", seen="A key",
                            state=DONE, agreed="2027-01-31", settled="2027-05-01", origin="red.csv", came="abc")
    correction = Correction("k-1", MOVED, NASTY, place=(150_000.0, -449_000.0), state=DECLINED, reason="It did not", settled="2027-01-31")
    return evolve(small_project(), commitments=(commitment,), corrections=(correction,))


def changed(path: Path, key: str, value: Any) -> Project:
    """The file opened after another program wrote something else under a key."""
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("INSERT OR REPLACE INTO ecomap_meta (key, value) VALUES (?, ?)", (key, json.dumps(value)))
        connection.commit()
    return operations.open_project(path)


def test_they_come_back_as_they_were(agreed: Project, tmp_path: Path) -> None:
    path = tmp_path / "a.ecomap.gpkg"
    operations.save_project(agreed, path)
    again = operations.open_project(path)
    assert (again.commitments, again.corrections, again.faults) == (agreed.commitments, agreed.corrections, ())


def test_a_file_of_schema_4_opens_without_them(tmp_path: Path) -> None:
    path = tmp_path / "a.ecomap.gpkg"
    save_project(small_project(), path)
    with closing(sqlite3.connect(path)) as connection:
        assert not {key for (key,) in connection.execute("SELECT key FROM ecomap_meta")} & {"commitments", "corrections"}
        connection.execute("UPDATE ecomap_meta SET value = '4' WHERE key = 'schema_version'")
        connection.commit()
    again = operations.open_project(path)
    assert (again.commitments, again.corrections, again.faults) == ((), (), ())
    assert SCHEMA_VERSION > 4


GOOD = {"id": "a", "what": "A nurse"}


@pytest.mark.parametrize(("key", "value", "stay"), [
    ("commitments", "all", 0), ("commitments", [GOOD, GOOD], 1), ("commitments", [GOOD, {"id": "b", "what": " "}], 1),
    ("commitments", [{**GOOD, "due": "2027-06"}], 0), ("commitments", [{**GOOD, "state": "perhaps"}], 0), ("commitments", [{**GOOD, "state": "dropped"}], 0),
    ("commitments", [{**GOOD, "layer": "schools"}], 0), ("commitments", [{**GOOD, "leads": [" "]}], 0), ("commitments", [{**GOOD, "leads": "Red"}], 0),
    ("corrections", [{"id": "a", "kind": "boom"}], 0), ("corrections", [{"id": "a", "kind": "idea", "place": [1e300, 0.0]}], 0),
    ("corrections", [{"id": "a", "kind": "idea", "text": "x" * 5_001}], 0), ("corrections", [{"id": "a", "kind": "idea"}, 5], 1),
])  # fmt: skip
def test_what_is_not_sound_is_left_out_and_told(agreed: Project, tmp_path: Path, key: str, value: Any, stay: int) -> None:
    path = tmp_path / "a.ecomap.gpkg"
    operations.save_project(agreed, path)
    again = changed(path, key, value)
    assert len(getattr(again, key)) == stay
    assert any(fault.kind == DOUBTED for fault in again.faults if fault.column == key)
    assert len(again.layers) == len(agreed.layers), "the rest opens"


def test_a_screen_is_told_which_of_them_changed(agreed: Project) -> None:
    assert change_between(evolve(agreed, commitments=(), corrections=()), agreed) == Change(commitments=True, corrections=True)
