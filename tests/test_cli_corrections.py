"""Corrections of readers at the command line: brought in, listed with what each would change, settled one by one."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from ecomap.cli.exits import guarded
from ecomap.cli.program import program
from ecomap.io.store import open_project, save_project
from tests.correction_files import entry, written
from tests.small_project import small_project

TERMINAL = "\x1b]0;owned\x07"


@pytest.fixture
def project(tmp_path: Path) -> Path:
    path = tmp_path / "town.ecomap.gpkg"
    save_project(small_project(), path)
    return path


def ecomap(*arguments: object) -> int:
    return guarded(lambda: program.main(args=[str(one) for one in arguments], prog_name="ecomap", standalone_mode=False))


def listed(project: Path, capsys: pytest.CaptureFixture[str], *more: object) -> Any:
    capsys.readouterr()
    assert ecomap("corrections", project, *more, "--json") == 0
    return json.loads(capsys.readouterr().out)


def test_from_a_file_to_a_changed_project(project: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = written(tmp_path / "a.ecomap-notes.json", entry(text=f"It closed {TERMINAL}"), entry("idea", text="More shade", day="2026-11-13"))
    before = project.read_bytes()
    found = listed(project, capsys, file)
    assert (found["came"]["new"], [one["acceptable"] for one in found["corrections"]]) == (2, [True, False])
    assert "end" not in open_project(project).frame("schools")
    closed, idea = (one["id"] for one in found["corrections"])
    kept = project.read_bytes()
    assert kept != before
    assert listed(project, capsys, file)["came"]["new"] == 0
    assert project.read_bytes() == kept, "the same file twice changes nothing"
    assert ecomap("corrections", project, "--accept", closed[:6]) == 0
    said = capsys.readouterr().out
    assert "\x1b" not in said
    assert open_project(project).frame("schools")["end"].iloc[0] == "2026-11-12"
    assert ecomap("corrections", project, "--decline", idea) == 1
    assert "reason" in capsys.readouterr().err
    assert ecomap("corrections", project, "--decline", idea, "--reason", "No room for trees") == 0
    assert listed(project, capsys, "--waiting")["corrections"] == []


def test_what_cannot_be_is_one_sentence(project: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    bad = tmp_path / "bad.json"
    bad.write_text("[]")
    for arguments in (["corrections", project, bad], ["corrections", project, tmp_path / "gone.json"], ["corrections", project, "--accept", "nothing"]):
        assert ecomap(*arguments) == 1
        assert "Traceback" not in capsys.readouterr().err
    assert ecomap("corrections", project, "--accept", "a", "--note", "b") == 2
