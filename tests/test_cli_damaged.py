"""The command line on damaged project files: what is not believed is said, nothing is saved over it, check never fails itself."""

from __future__ import annotations

import json
import os
import shutil
import sqlite3
from pathlib import Path

import pytest

from ecomap.cli.exits import guarded
from ecomap.cli.program import program
from ecomap.workspace import operations
from tests.conftest import ROOT
from tests.small_project import small_project


def main(given: list[str]) -> int:
    return guarded(lambda: program.main(args=given, prog_name="ecomap", standalone_mode=False))


@pytest.fixture
def town(tmp_path: Path) -> Path:
    path = tmp_path / "town.ecomap.gpkg"
    operations.save_project(small_project(), path)
    operations.save_project(small_project(), path)
    return path


@pytest.fixture
def damaged(town: Path) -> Path:
    connection = sqlite3.connect(town, isolation_level=None)
    connection.execute("ALTER TABLE schools RENAME COLUMN name TO nombre")
    connection.close()
    return town


def test_what_is_not_believed_is_said_beside_the_answer(damaged: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["list", str(damaged), "--json"]) == 0
    out, err = capsys.readouterr()
    assert json.loads(out)["title"]
    assert "the column 'name' is missing" in err
    assert "town.ecomap.gpkg.~1~ has it whole." in err


def test_a_command_that_would_save_is_refused_before_it_computes(
    damaged: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch,
) -> None:
    def never(*_: object, **__: object) -> None:
        raise AssertionError("computed")

    monkeypatch.setattr(operations, "run_analysis", never)
    monkeypatch.setattr(operations, "import_file", never)
    before = damaged.read_bytes()
    for command in (["run", "need-index", str(damaged)], ["import", str(damaged), str(damaged), "--role", "school"],
                    ["assets", "add", str(damaged), "organisations", "name=X"], ["recipes", str(damaged), "--forget", "1"]):
        assert main(command) == 1, command
        assert "would lose the rest" in capsys.readouterr().err
    assert damaged.read_bytes() == before


def test_check_finds_it_with_its_place(damaged: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["check", str(damaged), "--json"]) == 1
    found = json.loads(capsys.readouterr().out)
    assert not found["sound"]
    faults = [finding["fault"] for finding in found["findings"] if finding["fault"]]
    assert ("schools", "name", "town.ecomap.gpkg.~1~") in {(fault["table"], fault["column"], fault["earlier"]) for fault in faults}


def test_check_writes_a_sound_copy(damaged: Path, capsys: pytest.CaptureFixture[str]) -> None:
    copy = damaged.with_name("sound.ecomap.gpkg")
    assert main(["check", str(damaged), "--mend", str(copy)]) == 0
    assert "town.ecomap.gpkg.~1~" in capsys.readouterr().out
    assert main(["check", str(copy)]) == 0
    assert main(["check", str(damaged), "--mend", str(copy)]) == 1
    assert "exists already" in capsys.readouterr().err


def test_a_second_file_without_mending_is_wrong_usage(town: Path) -> None:
    assert main(["check", str(town), "x.ecomap.gpkg"]) == 2


@pytest.mark.parametrize("content", [b"", b"noise" * 5000, b"SQLite format 3\0" + b"\xff" * 20_000])
def test_check_of_a_ruin_is_a_finding(town: Path, content: bytes, capsys: pytest.CaptureFixture[str]) -> None:
    town.write_bytes(content)
    assert main(["check", str(town)]) == 1
    assert "town.ecomap.gpkg.~1~" in capsys.readouterr().out


TOOL = ROOT.parent / "shared" / "tools" / "hostile_projects.py"


@pytest.mark.skipif(not TOOL.is_file(), reason="the shared tool that makes hostile projects is not here")
def test_hostile_projects_end_in_sentences(town: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    import runpy

    runpy.run_path(str(TOOL))["main"](str(town), str(tmp_path / "hostile"))
    for path in sorted((tmp_path / "hostile").iterdir()):
        shutil.copy(town, path.with_name(f"{path.name}.~1~"))
        for command in (["check", str(path)], ["list", str(path)], ["export", str(path), str(tmp_path / "a.html")],
                        ["run", "need-index", str(path)]):
            assert main(command) in (0, 1), (path.name, command)
            out, err = capsys.readouterr()
            assert "mistake of its own" not in out + err, (path.name, command)


def altered(path: Path, *statements: str) -> None:
    connection = sqlite3.connect(path, isolation_level=None)
    for statement in statements:
        connection.execute(statement)
    connection.close()


def test_check_does_not_call_sound_what_another_program_has_changed(town: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["check", str(town)]) == 0
    assert capsys.readouterr().out.rstrip().endswith("The file is sound.")
    altered(town, "UPDATE ecomap_layers SET description = replace(description, '\"role\":\"school\"', '\"role\":\"zone\"')")
    assert main(["check", str(town)]) == 0
    said = capsys.readouterr().out
    assert "Another program has changed the description of 'schools'" in said
    assert said.rstrip().endswith("another program has changed what is listed above.")
    assert main(["check", str(town), "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["changed"] is True


@pytest.mark.parametrize("statement", [
    "DROP TABLE schools", "UPDATE schools SET geom = x'47500011ee0c00000101000000000000000000f87f000000000000f87f'",
    "UPDATE need_areas SET geom = NULL", "UPDATE ecomap_tables SET columns = '' WHERE layer = 'schools'",
    "UPDATE ecomap_tables SET columns = replace(columns, 'EPSG:3310', '')",
], ids=["no table", "points that are nowhere", "no shapes", "no record", "no coordinate system"])
def test_whatever_opens_can_be_exported(statement: str, town: Path, capsys: pytest.CaptureFixture[str]) -> None:
    project = operations.open_project(town)
    for question, given in (("need-index", {}), ("coverage-gap", {"radius_m": "800"}), ("priority", {"radius_m": "800"})):
        project, _ = operations.run_analysis(project, question, given)
    operations.save_project(project, town)
    altered(town, "UPDATE ecomap_meta SET value = '{}' WHERE key = 'digests'", statement)
    layers = [layer.id for layer in operations.open_project(town).layers]
    for file, more in (("page.html", []), ("map.gpkg", []), ("map.png", []), *((f"{one}.csv", ["--layer", one]) for one in layers)):
        code = main(["export", str(town), str(town.with_name(file)), *more])
        assert (code, "mistake" in capsys.readouterr().err) == (0, False), file


@pytest.mark.skipif(os.name != "posix", reason="links")
@pytest.mark.parametrize("command", [["check"], ["list"], ["export", "FILE"], ["run", "need-index"], ["releases"], ["recipes"]], ids=" ".join)
def test_a_link_that_leads_to_itself_is_said_in_a_sentence(command: list[str], town: Path, capsys: pytest.CaptureFixture[str]) -> None:
    town.unlink()
    town.symlink_to(town.name)
    given = [*command[:1], *(one for one in command[1:] if one != "FILE"), str(town), *(str(town.with_name("page.html")) for one in command if one == "FILE")]
    assert main(given) == 1
    out, err = capsys.readouterr()
    assert "town.ecomap.gpkg" in out + err
    assert "mistake" not in err
