"""The command line: merged areas take the place of need areas, and refusals are in words."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from ecomap.cli.program import program
from ecomap.workspace import operations
from tests.sentences.projects import with_margins


@pytest.fixture
def project(tmp_path: Path) -> Path:
    path = tmp_path / "town.ecomap.gpkg"
    operations.save_project(with_margins(), path)
    return path


def run(*arguments: object) -> Result:
    return CliRunner().invoke(program, [str(one) for one in arguments])


def test_ask_then_use(project: Path) -> None:
    asked = run("run", "merged-areas", project, "--largest-error", "0.04", "--json")
    assert asked.exit_code == 0, asked.output
    used = run("use-areas", project, "--name", "Ours", "--json")
    assert used.exit_code == 0, used.output
    told = json.loads(used.output)
    assert told["name"] == "Ours"
    opened = operations.open_project(project)
    assert opened.layers_of("need_area")[0].id == told["layer"]
    assert len(opened.frame(told["layer"])) == told["areas"] < 9


def test_without_an_answer_it_is_refused(project: Path) -> None:
    found = run("use-areas", project)
    assert found.exit_code != 0
    assert "no merged areas yet" in str(found.exception) + found.output


def test_what_falls_off_from_a_terminal(project: Path, tmp_path: Path) -> None:
    found = run("run", "ties", project, "--leaving", "helpers", "--out", tmp_path / "ties.xlsx", "--json")
    assert found.exit_code == 0, found.output
    assert json.loads(found.output)["sentence"].startswith("If Helpers left, ")
    assert (tmp_path / "ties.xlsx").stat().st_size > 0
