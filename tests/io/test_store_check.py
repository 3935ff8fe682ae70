"""The check of a project says what is sound, what is worth knowing, and what cannot be trusted."""

from __future__ import annotations

import sqlite3
from pathlib import Path

import pandas as pd
import pytest
from attrs import evolve
from shapely.geometry import Polygon

from ecomap.io.store import Finding, check_project, save_project
from ecomap.model.errors import ProjectError
from ecomap.model.project import Project
from ecomap.model.source import Source
from tests.io import projects


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "p.ecomap.gpkg"


def check(project: Project, path: Path) -> tuple[Finding, ...]:
    save_project(project, path)
    return check_project(path)


def texts(findings: tuple[Finding, ...], level: str) -> list[str]:
    return [finding.text for finding in findings if finding.level == level]


def alter(path: Path, *statements: str) -> None:
    connection = sqlite3.connect(path)
    for statement in statements:
        connection.execute(statement)
    connection.commit()
    connection.close()


def test_a_sound_project_has_no_errors_and_counts_what_is_missing(path: Path) -> None:
    findings = check(projects.project(), path)
    assert texts(findings, "error") == []
    assert texts(findings, "caution") == [
        "Need areas: 2 of 8 numbers are missing, 1 suppressed to protect small groups; "
        "most in “Children” (1 of 4)."
    ]
    assert "Need areas: 4 rows, each with a key of its own." in texts(findings, "ok")
    assert "Coverage gap: made from the rows that are here now." in texts(findings, "ok")


def test_a_result_made_from_other_rows_is_stale(path: Path) -> None:
    project = projects.project()
    changed = project.with_layer(project.layer("need_areas"), projects.areas_frame().assign(children=1.0))
    assert (
        "Coverage gap: made before Need areas changed; run it again to bring it up to date."
        in texts(check(changed, path), "caution")
    )


def test_keys_that_are_not_unique_or_missing_are_errors(path: Path) -> None:
    project = projects.project()
    rows = projects.links_frame()
    twice = project.with_layer(project.layer("links"), pd.concat([rows, rows, rows.assign(id=None)]))
    assert texts(check(twice, path), "error") == [
        "“Links”: 4 rows have no key, or the key of another row (such as rows 3, 4, 5), and are left out.",
    ]


def test_a_shape_that_crosses_itself_is_an_error_and_a_missing_one_a_caution(path: Path) -> None:
    project = projects.project()
    rows = projects.areas_frame()
    rows.geometry = [Polygon([(0, 0), (1, 1), (1, 0), (0, 1)]), None, *rows.geometry[2:]]
    findings = check(project.with_layer(project.layer("need_areas"), rows), path)
    assert texts(findings, "error") == [
        "Need areas: 1 shapes are not valid (they cross themselves), such as 06037101110."
    ]
    assert "Need areas: 1 row has no shape and is not on the map." in texts(findings, "caution")


def test_a_layer_that_does_not_say_where_it_is_from(path: Path) -> None:
    project = projects.project()
    nowhere = project.with_layer_changed(evolve(project.layer("links"), sources=()))
    timeless = nowhere.with_layer_changed(evolve(nowhere.layer("Zones"), sources=(Source("A map"),)))
    cautions = texts(check(timeless, path), "caution")
    assert "Links: nothing says where it is from." in cautions
    assert "Zones: nothing says which period it speaks of." in cautions


def test_rows_that_another_program_removed(path: Path) -> None:
    save_project(projects.project(), path)
    alter(path, "DELETE FROM need_areas WHERE fid = 1")
    assert any("has 3 rows; EcoMap wrote 4" in text for text in texts(check_project(path), "caution"))


def test_a_table_that_another_program_removed(path: Path) -> None:
    save_project(projects.project(), path)
    alter(path, "DROP TABLE need_areas")
    assert any("'need_areas'" in text for text in texts(check_project(path), "error"))


def test_a_damaged_page_is_an_error(path: Path) -> None:
    save_project(projects.numbered(1, sites=3000), path)
    content = bytearray(path.read_bytes())
    content[len(content) // 2 : len(content) // 2 + 8192] = b"\x99" * 8192
    path.write_bytes(content)
    assert any(text.startswith("The file is damaged") for text in texts(check_project(path), "error"))


def test_what_is_no_project_is_a_finding(path: Path) -> None:
    path.write_text("no project")
    assert any("not an EcoMap project" in text for text in texts(check_project(path), "error"))


def test_a_file_that_is_not_there_cannot_be_checked(path: Path) -> None:
    with pytest.raises(ProjectError, match="There is no file"):
        check_project(path)
