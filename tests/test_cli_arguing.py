"""A plan argued with at the command line: wishes that clash come with the flags that end the clash, and a school is asked about."""

from __future__ import annotations

import json
import re
import shlex
from pathlib import Path

import pytest

from ecomap.cli.exits import guarded
from ecomap.cli.program import program
from ecomap.io.store import save_project
from tests.analysis.plan.expansion.test_ways_out import town

USUAL = ["--target", "none", "--radius", "900m", "--detour", "1", "--truths", "0"]


@pytest.fixture
def project(tmp_path: Path) -> Path:
    path = tmp_path / "town.ecomap.gpkg"
    save_project(town(), path)
    return path


def ecomap(*arguments: object) -> int:
    return guarded(lambda: program.main(args=[str(one) for one in arguments], prog_name="ecomap", standalone_mode=False))


def test_the_flags_that_are_printed_end_the_clash(project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    wishes = ["--sites", 2, "--at-least-per-board-district", 1, "--pinned-in", "s0"]
    assert ecomap("run", "plan", project, *USUAL, *wishes) == 1
    said = capsys.readouterr().err
    assert "These wishes cannot all be met" in said
    offered = re.findall(r"^  .+: (--.+)$", said, re.MULTILINE)
    assert offered == ["--sites 3", "--in-districts 2"]
    for flags in offered:
        assert ecomap("run", "plan", project, *USUAL, *wishes, *shlex.split(flags)) == 0
    capsys.readouterr()


def test_a_pin_that_means_nothing_is_taken_off_by_the_printed_flag(project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert ecomap("run", "plan", project, *USUAL, "--pinned-in", "nobody") == 1
    said = capsys.readouterr().err
    assert "none has the id nobody" in said
    (flags,) = re.findall(r"^  .+: (--.+)$", said, re.MULTILINE)
    assert ecomap("run", "plan", project, *USUAL, *shlex.split(flags)) == 0   # in the place of the pins that were given


def test_a_school_is_asked_about_by_name_and_as_json(project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert ecomap("why", project, "School 0") == 1
    assert "There is no plan yet" in capsys.readouterr().err
    assert ecomap("run", "plan", project, *USUAL, "--sites", 1) == 0
    capsys.readouterr()
    before = project.read_bytes()
    assert ecomap("why", project, "School 0") == 0
    assert capsys.readouterr().out.startswith("With School 0 put in, the best plan reaches")
    assert ecomap("why", project, "s4", "--json") == 0
    told = json.loads(capsys.readouterr().out)
    assert told["planned"]
    assert told["possible"]
    assert told["fewer"] > 0
    assert project.read_bytes() == before
    assert ecomap("why", project, "Nowhere") == 1


def test_when_to_use_which_of_the_two_questions_is_said(capsys: pytest.CaptureFixture[str]) -> None:
    assert ecomap("describe", "priority") == 0
    assert "plan them together (plan)" in capsys.readouterr().out
    assert ecomap("describe", "plan") == 0
    assert "rank them one by one (priority)" in capsys.readouterr().out
