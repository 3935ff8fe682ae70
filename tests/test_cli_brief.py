"""Papers about schools from the command line: one, some or all, of the kind and at the place that is asked for."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from ecomap.cli.exits import guarded
from ecomap.cli.program import program
from ecomap.workspace import operations
from tests.small_project import small_project

Run = Callable[..., tuple[int, str, str]]


@pytest.fixture
def ecomap(capsys: pytest.CaptureFixture[str]) -> Run:
    def run(*arguments: object) -> tuple[int, str, str]:
        code = guarded(lambda: program.main(args=[str(one) for one in arguments], prog_name="ecomap", standalone_mode=False))
        printed = capsys.readouterr()
        return code, printed.out, printed.err

    return run


@pytest.fixture
def town(tmp_path: Path) -> Path:
    path = tmp_path / "town.ecomap.gpkg"
    operations.save_project(small_project(), path)
    return path


def test_one_school_by_its_name_beside_the_project_and_noted_in_it(ecomap: Run, town: Path) -> None:
    code, out, _ = ecomap("brief", town, "west school")
    assert code == 0
    assert "1 school" in out
    assert (town.parent / "town-brief.pdf").read_bytes().startswith(b"%PDF")
    assert [release.file for release in operations.open_project(town).releases] == ["town-brief.pdf"]


def test_the_files_name_says_its_kind(ecomap: Run, town: Path, tmp_path: Path) -> None:
    code, out, _ = ecomap("brief", town, "01964733000001", "--kind", "assessment", "--out", tmp_path / "a.docx", "--language", "es", "--json")
    assert code == 0
    assert json.loads(out)["paths"] == [str(tmp_path / "a.docx")]
    assert (tmp_path / "a.docx").read_bytes().startswith(b"PK")


def test_all_schools_in_a_folder(ecomap: Run, town: Path, tmp_path: Path) -> None:
    code, _, _ = ecomap("brief", town, "--all", "--format", "docx", "--out", tmp_path / "all")
    assert code == 0
    assert len(list((tmp_path / "all").glob("*.docx"))) == 3


@pytest.mark.parametrize("which", [(), ("West School", "--all")])
def test_one_or_all_has_to_be_said(ecomap: Run, town: Path, which: tuple[str, ...]) -> None:
    code, _, err = ecomap("brief", town, *which)
    assert code == 2
    assert "Name one school or several" in err


def test_a_school_that_is_not_there_is_the_users_problem(ecomap: Run, town: Path) -> None:
    code, _, err = ecomap("brief", town, "Nowhere School")
    assert code == 1
    assert "There is no school called 'Nowhere School'." in err
    assert not list(town.parent.glob("*.pdf"))
