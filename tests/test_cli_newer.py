"""``ecomap whats-new``: told, as JSON, replaced and kept."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from ecomap.cli.exits import guarded
from ecomap.cli.program import program
from ecomap.io.store import open_project, save_project
from tests.small_project import small_project
from tests.workspace.newer.test_whats_new import EAST, WEST, newer_schools


@pytest.fixture
def project(tmp_path: Path) -> Path:
    path = tmp_path / "town.ecomap.gpkg"
    save_project(small_project(), path)
    return path


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return newer_schools(small_project(), tmp_path, without=(EAST,), names={"West School": "Sunset School"})


def ask(*arguments: object) -> int:
    return guarded(lambda: program.main(args=["whats-new", *map(str, arguments)], prog_name="ecomap", standalone_mode=False))


def test_it_says_what_is_new_and_changes_nothing(project: Path, file: Path, capsys: pytest.CaptureFixture[str]) -> None:
    before = project.read_bytes()
    assert ask(project, "schools", file, "--vintage", "2025-26") == 0
    said = capsys.readouterr().out
    assert "3 rows before, 2 in the newer list; 2 are in both." in said
    assert f"West School is now called Sunset School ({WEST})" in said
    assert "careful: 1: Rows of 'Community" not in said
    assert project.read_bytes() == before


def test_json_is_one_document(project: Path, file: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert ask(project, "schools", file, "--json", "--moved", "0.5mi") == 0
    told = json.loads(capsys.readouterr().out)
    assert {row["kind"] for row in told["rows"]} == {"gone", "renamed"}
    assert told["options"]["moved_m"] == pytest.approx(804.672)
    assert "candidate" not in told


def test_it_replaces_when_told_to(project: Path, file: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert ask(project, "schools", file, "--replace") == 0
    assert "has taken the place of 'Schools'" in capsys.readouterr().out
    assert len(open_project(project).frame("schools")) == 2


def test_it_keeps_both_when_told_to(project: Path, file: Path) -> None:
    assert ask(project, "schools", file, "--keep-both", "--layer", "Next year") == 0
    opened = open_project(project)
    assert [len(opened.frame(layer.id)) for layer in opened.layers_of("school") if layer.name == "Next year"] == [2]
    assert ask(project, "schools", "--with", "Next year", "--replace") == 0
    assert len(open_project(project).layers_of("school")) == 1


@pytest.mark.parametrize("wrong", [(), ("--replace", "--keep-both"), ("--same", "x")])
def test_wrong_usage_is_told(project: Path, file: Path, wrong: tuple[str, ...]) -> None:
    assert ask(project, "schools", *((file, *wrong) if wrong else ())) == 2


def test_a_distance_that_is_none_is_refused(project: Path, file: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert ask(project, "schools", file, "--moved", "far") == 1
    assert "is no distance" in capsys.readouterr().err
