"""``ecomap spread`` from files to files, and the flags that let workers take part in a question."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from ecomap.cli.exits import guarded
from ecomap.cli.program import program
from tests.workspace.spread.made_up import blocks, sites

pytest.importorskip("dask", reason="the extra 'cluster' is not installed")
pytest.importorskip("pyarrow", reason="the extra 'parquet' is not installed")


@pytest.fixture
def files(tmp_path: Path) -> Path:
    blocks(300).to_parquet(tmp_path / "blocks.parquet")
    sites(20).to_parquet(tmp_path / "sites.parquet")
    return tmp_path


def said(folder: Path, *more: str) -> Any:
    return CliRunner().invoke(program, ["spread", str(folder / "blocks.parquet"), str(folder / "sites.parquet"), "--out", str(folder / "out"),
                                        "--workers", "0", "--capacity", "places", *more], catch_exceptions=False)


def test_one_sentence_and_where_the_rows_are(files: Path) -> None:
    told = said(files)
    assert told.exit_code == 0
    assert "have nothing in reach" in told.output
    assert str(files / "out" / "reached") in told.output
    assert list((files / "out" / "reached").glob("part-*.parquet"))


def test_one_document_for_programs(files: Path) -> None:
    told = json.loads(said(files, "--json", "--group", "county", "--parts", "3").output)
    assert (told["places"], told["parts"], told["kept"]) == (300, 3, 0)
    assert [row["group"] for row in told["groups"]] == ["Alba", "Brea", "Cora"]
    assert json.loads(said(files, "--json", "--group", "county", "--parts", "3").output)["kept"] == 3


def test_a_distance_that_is_none_is_the_users_problem(files: Path, capsys: pytest.CaptureFixture[str]) -> None:
    given = ["spread", str(files / "blocks.parquet"), str(files / "sites.parquet"), "--out", str(files / "out"), "--distance", "far"]
    assert guarded(lambda: program.main(args=given, prog_name="ecomap", standalone_mode=False)) == 1
    assert "'far' is no distance" in capsys.readouterr().err


def test_a_file_that_is_not_there(files: Path, capsys: pytest.CaptureFixture[str]) -> None:
    given = ["spread", str(files / "none.parquet"), str(files / "sites.parquet"), "--out", str(files / "out"), "--workers", "0"]
    assert guarded(lambda: program.main(args=given, prog_name="ecomap", standalone_mode=False)) == 1
    assert "none.parquet is not there" in capsys.readouterr().err
