"""A sound copy of a damaged project takes what is lost from the earlier versions that have it whole, and the file stays as it is."""

from __future__ import annotations

import sqlite3
from pathlib import Path
from typing import Any

import pytest
from attrs import evolve

from ecomap.io.store import Mended, fingerprint, mend_project, open_project, save_project
from ecomap.model.errors import ProjectError
from ecomap.model.project import Project
from tests.io import projects


@pytest.fixture
def path(tmp_path: Path) -> Path:
    path = tmp_path / "town.ecomap.gpkg"
    save_project(projects.project(), path)
    save_project(projects.project(), path)
    return path


def alter(path: Path, *statements: str, values: tuple[Any, ...] = ()) -> None:
    connection = sqlite3.connect(path, isolation_level=None)
    for statement in statements:
        connection.execute(statement, values)
    connection.close()


def mended(path: Path) -> tuple[Mended, Project]:
    before = path.read_bytes()
    made = mend_project(path)
    assert path.read_bytes() == before
    return made, open_project(made.path)


def assert_whole(opened: Project) -> None:
    before = projects.project()
    assert opened == before
    assert list(opened.frames) == [layer.id for layer in before.layers]
    for layer in before.layers:
        assert fingerprint(opened.frames[layer.id]) == fingerprint(before.frames[layer.id]), layer.id
    for one, other in zip(opened.results[0].outputs, before.results[0].outputs):
        assert fingerprint(one.frame) == fingerprint(other.frame)


DAMAGE = {
    "a column": ("ALTER TABLE need_areas RENAME COLUMN name TO nombre",),
    "two columns": ("ALTER TABLE need_areas RENAME COLUMN name TO nombre", "ALTER TABLE need_areas DROP COLUMN half"),
    "cells": ("UPDATE need_areas SET teachers = 'n/a' WHERE fid > 2", "UPDATE need_areas SET covered = 'x'"),
    "a shape": ("UPDATE need_areas SET geom = x'4750' WHERE fid = 2",),
    "a key": ("UPDATE need_areas SET id = NULL WHERE fid = 4",),
    "a key and a cell": ("UPDATE need_areas SET id = NULL WHERE fid = 4", "UPDATE need_areas SET children = 'n/a' WHERE fid = 1"),
    "a table": ("DROP TABLE need_areas",),
    "a view in its place": ("ALTER TABLE need_areas RENAME TO other", "CREATE VIEW need_areas AS SELECT 1 AS fid"),
    "a description": ("UPDATE ecomap_layers SET description = '{' WHERE id = 'need_areas'",),
    "part of a description": ("UPDATE ecomap_layers SET description = replace(description, '\"classes\":5', '\"classes\":-5')",),
    "a row of the books": ("DELETE FROM ecomap_layers WHERE id = 'need_areas'",),
    "the record of a table": ("UPDATE ecomap_tables SET columns = '' WHERE table_name = 'need_areas'",),
    "an answer": ("DELETE FROM ecomap_results",), "a table of an answer": ("DROP TABLE result__coverage_gap_1__areas",),
    "cells of an answer": ("UPDATE result__coverage_gap_1__areas SET distance_m = 'far' WHERE fid = 1",),
    "the coordinate system": ("UPDATE ecomap_meta SET value = '5' WHERE key = 'crs'",),
    "title and view": ("UPDATE ecomap_meta SET value = '5' WHERE key = 'title'", "DELETE FROM ecomap_meta WHERE key = 'view'"),
    "everything": ("DROP TABLE ecomap_meta",),
}


@pytest.mark.parametrize("statements", DAMAGE.values(), ids=DAMAGE)
def test_what_is_lost_is_taken_from_the_earlier_version_and_told(path: Path, statements: tuple[str, ...]) -> None:
    alter(path, *statements)
    made, opened = mended(path)
    assert made.path.name == "town.mended.ecomap.gpkg"
    assert_whole(opened)
    if statements != DAMAGE["the coordinate system"]:  # the layers have said it
        assert any(f"{path.name}.~1~" in text for text in made.taken)


def test_changed_numbers_stay_as_they_are_in_the_file(path: Path) -> None:
    alter(path, "UPDATE need_areas SET children = 5 WHERE fid = 1", "UPDATE need_areas SET half = 'n/a' WHERE fid = 1")
    _, opened = mended(path)
    assert opened.frames["need_areas"]["children"][0] == 5
    assert opened.frames["need_areas"]["half"].tolist()[0] == projects.areas_frame()["half"].tolist()[0]


def test_what_no_earlier_version_has_is_told_and_left_missing(path: Path) -> None:
    path.with_name(f"{path.name}.~1~").unlink()
    alter(path, "UPDATE need_areas SET children = 'n/a' WHERE fid = 1")
    made, opened = mended(path)
    assert [(fault.column, fault.rows) for fault in made.left] == [("children", (1,))]
    assert opened.frames["need_areas"]["children"].isna()[0]


def test_an_earlier_version_that_is_damaged_too_is_passed_by(path: Path) -> None:
    save_project(projects.project(), path)
    alter(path.with_name(f"{path.name}.~1~"), "UPDATE need_areas SET children = 'n/a' WHERE fid = 1")
    alter(path, "UPDATE need_areas SET children = 'n/a' WHERE fid = 1")
    made, opened = mended(path)
    assert_whole(opened)
    assert "~2~" in made.taken[0]


def test_a_file_that_is_there_is_never_written_over(path: Path, tmp_path: Path) -> None:
    there = tmp_path / "there.ecomap.gpkg"
    there.write_text("mine")
    with pytest.raises(ProjectError, match="exists already"):
        mend_project(path, there)
    assert there.read_text() == "mine"


def test_a_ruin_without_an_earlier_version_cannot_be_mended(tmp_path: Path) -> None:
    path = tmp_path / "a.ecomap.gpkg"
    path.write_bytes(b"")
    with pytest.raises(ProjectError, match="nothing in it"):
        mend_project(path)


def test_a_newer_file_is_written_in_todays_form(path: Path) -> None:
    alter(path, "UPDATE ecomap_meta SET value = '9999' WHERE key = 'schema_version'")
    _, opened = mended(path)
    assert evolve(opened, faults=()) == projects.project()
