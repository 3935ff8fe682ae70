"""Scenarios are kept in the project file; what a file says of them is believed change by change."""

from __future__ import annotations

import json
import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from ecomap.io.store import check_project, open_project, save_project
from ecomap.model.fault import DOUBTED, PASSED_OVER
from ecomap.model.project import Project
from ecomap.model.scenario import Change, Scenario
from tests.small_project import small_project

KEPT = Scenario("a", "A clinic", (
    Change("open", place=(150_500.0, -448_000.0), year=2028, amount=40.0, label="North", note="asked for", target="service:Food", organisation="Helpers",
           functions=("food", "health")),
    Change("merge", "schools", "01964733000002", into="01964733000001")), note="for the board", made_from="plan-1")


def _file(folder: Path, project: Project | None = None) -> Path:
    path = folder / "town.ecomap.gpkg"
    save_project(project or small_project().with_scenario(KEPT).with_scenario(Scenario("b", "Nothing yet")), path)
    return path


def _says(path: Path, value: Any) -> Project:
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("UPDATE ecomap_meta SET value = ? WHERE key = 'scenarios'", (value if isinstance(value, str) else json.dumps(value),))
        connection.commit()
    return open_project(path)


def test_scenarios_come_back_as_they_were(tmp_path: Path) -> None:
    found = open_project(_file(tmp_path))
    assert found.scenarios == (KEPT, Scenario("b", "Nothing yet"))
    assert not found.faults
    assert all(finding.level != "error" for finding in check_project(tmp_path / "town.ecomap.gpkg"))


def test_a_project_without_scenarios_says_nothing_of_them(tmp_path: Path) -> None:
    path = _file(tmp_path, small_project())
    with closing(sqlite3.connect(path)) as connection:
        assert not connection.execute("SELECT * FROM ecomap_meta WHERE key = 'scenarios'").fetchall()
    assert open_project(path).scenarios == ()


def test_a_change_is_saved_where_nothing_else_changed(tmp_path: Path) -> None:
    path = _file(tmp_path)
    before = open_project(path)
    save_project(before.without_scenario("b"), path, previous=before)
    assert [one.id for one in open_project(path).scenarios] == ["a"]


@pytest.mark.parametrize(("said", "left"), [
    ([{"id": "a", "name": "A", "changes": [{"kind": "explode", "layer": "schools", "feature": "1"}, {"kind": "close", "layer": "schools", "feature": "1"}]}], 1),
    ([{"id": "a", "name": "A", "changes": [{"kind": "close", "layer": "schools", "feature": ["1"]}, {"kind": "close", "layer": "schools", "feature": "1"}]}], 1),
    ([{"id": "a", "name": "A", "changes": [{"kind": "open", "place": ["nan", 0.0], "target": "service:Food"}]}], 0),
    ([{"id": "a", "name": "A", "changes": [{"kind": "capacity", "layer": "x", "feature": "y", "amount": -4}]}], 0),
    ([{"id": "a", "name": "A", "changes": "all"}], 0),
])
def test_a_change_that_is_not_believed_is_left_out_and_said(tmp_path: Path, said: Any, left: int) -> None:
    found = _says(_file(tmp_path), said)
    assert [len(one.changes) for one in found.scenarios] == [left]
    assert [fault.kind for fault in found.faults if fault.column == "scenarios"].count(DOUBTED) == 1
    assert len(found.layers) == len(small_project().layers)


@pytest.mark.parametrize("said", [[{"id": "", "name": "A"}], [{"id": "a", "name": " "}], [{"name": "A"}], [None], {}, "x", 5, "[[[", "[" * 100_000])
def test_what_is_no_scenario_is_left_out_and_said(tmp_path: Path, said: Any) -> None:
    found = _says(_file(tmp_path), said)
    assert not found.scenarios
    assert any(fault.column == "scenarios" and fault.kind == DOUBTED for fault in found.faults)


def test_of_two_scenarios_of_one_name_the_first_stays(tmp_path: Path) -> None:
    found = _says(_file(tmp_path), [{"id": "a", "name": "A"}, {"id": "b", "name": "a"}, {"id": "a", "name": "C"}])
    assert [(one.id, one.name) for one in found.scenarios] == [("a", "A")]


def test_what_a_newer_program_says_of_them_is_passed_over_and_can_be_saved(tmp_path: Path) -> None:
    found = _says(_file(tmp_path), [{"id": "a", "name": "A", "weather": "fine"}])
    assert [one.name for one in found.scenarios] == ["A"]
    kinds = {fault.kind for fault in found.faults if fault.column == "scenarios"}
    assert PASSED_OVER in kinds
    assert DOUBTED not in kinds
