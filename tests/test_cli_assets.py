"""The inventory from the command line: template out, filled in, back in, looked at, changed."""

from __future__ import annotations

import json
from pathlib import Path

import openpyxl
import pytest
from click.testing import CliRunner, Result

from ecomap.cli.program import program
from ecomap.workspace import operations
from tests.small_project import small_project


@pytest.fixture
def project(tmp_path: Path) -> Path:
    path = tmp_path / "town.ecomap.gpkg"
    operations.save_project(small_project(), path)
    return path


def _run(*arguments: str | Path) -> Result:
    return CliRunner().invoke(program, ["assets", *map(str, arguments)], catch_exceptions=False)


def test_a_partner_s_way_through_the_template(project: Path, tmp_path: Path) -> None:
    book_path = tmp_path / "who.xlsx"
    assert _run("template", book_path, "--project", project).exit_code == 0
    book = openpyxl.load_workbook(book_path)
    sheet = book["People in roles"]
    heads = {cell.value: cell.column for cell in sheet[1]}
    for label, value in {"Title": "Coordinator", "School": "East School (01964733000003)", "Function": "Food", "Full-time equivalents": 0.5}.items():
        sheet.cell(row=2, column=heads[label]).value = value
    book.save(book_path)
    stamp = project.stat().st_mtime_ns
    looked = json.loads(_run("import", project, book_path, "--review", "--json").output)
    assert project.stat().st_mtime_ns == stamp
    told = json.loads(_run("import", project, book_path, "--json").output)
    assert told["tables"] == looked["tables"]
    assert told["adds_up"]
    rows = json.loads(_run("list", project, "staff_roles", "--json").output)
    assert [(row["title"], row["school_id"], row["function"], row["fte"]) for row in rows] == [("Coordinator", "01964733000003", "food", 0.5)]
    assert "0 new" in _run("import", project, book_path).output


def test_every_edit_has_a_command(project: Path) -> None:
    one = json.loads(_run("add", project, "organisations", "name=A House", "--json").output)["id"]
    two = json.loads(_run("add", project, "Organisations", "name=A Hause", "city=Town", "--json").output)["id"]
    pairs = json.loads(_run("merge", project, "organisation", "--json").output)
    assert {(pair["first"], pair["second"]) for pair in pairs} <= {(one, two), (two, one)}
    assert _run("merge", project, "organisations", one, two).exit_code == 0
    assert _run("change", project, "organisations", one, "status=active").exit_code == 0
    assert _run("end", project, "organisations", one, "2019-10-25").exit_code == 0
    role = json.loads(_run("add", project, "staff_roles", "title=T", "--json").output)["id"]
    assert _run("attach", project, "staff_roles", "01964733000001", role).exit_code == 0
    rows = json.loads(_run("list", project, "organisations", "--json").output)
    assert [(row["name"], row["city"], row["status"], row["end"]) for row in rows] == [("A House", "Town", "active", "2019-10-25")]
    assert json.loads(_run("list", project, "staff_roles", "--json").output)[0]["school_id"] == "01964733000001"
    assert _run("remove", project, "staff_roles", role).exit_code == 0
    counts = {row["table"]: row["rows"] for row in json.loads(_run("list", project, "--json").output)}
    assert (counts["organisations"], counts["staff_roles"]) == (1, 0)


def test_wrong_usage_is_told(project: Path) -> None:
    assert _run("list", project, "zebras").exit_code == 2
    assert _run("add", project, "organisations", "name").exit_code == 2
    assert _run("import", project, "x.xlsx", "--decide", "a=b").exit_code == 2


def test_practice_notes_are_found_by_any_of_their_words(project: Path) -> None:
    for title, evidence in (("Saturday college trips", "applications rose"), ("Family breakfast", "attendance rose")):
        assert _run("add", project, "practices", f"title={title}", "school_id=01964733000001", f"evidence={evidence}").exit_code == 0

    def found(text: str) -> list[str]:
        return sorted(row["title"] for row in json.loads(_run("list", project, "practices", "--find", text, "--json").output))

    assert found("COLLEGE Trips") == ["Saturday college trips"]
    assert found("rose") == ["Family breakfast", "Saturday college trips"]
    assert found("a.*b") == []
    assert "Family breakfast" in _run("list", project, "practices", "--find", "attendance").output


def test_what_a_file_left_open_is_listed_and_decided(project: Path, tmp_path: Path) -> None:
    for name, row in (("ours", "InnerCity Struggle,https://innercitystruggle.org,323-780-7605"), ("theirs", "InnerCity Struggle,,323-000-0000")):
        (tmp_path / name).mkdir()
        (tmp_path / name / "organisations.csv").write_text(f"Name,Website,Phone\n{row}\n", encoding="utf-8")
        assert _run("import", project, tmp_path / name / "organisations.csv").exit_code == 0
    listed = json.loads(_run("review", project, "--json").output)
    assert [(one["ours"]["phone"], one["theirs"]["phone"], one["differing"]) for one in listed] == [("323-780-7605", "323-000-0000", ["phone"])]
    assert "323-000-0000" in _run("review", project).output
    question = listed[0]["question"]
    assert _run("review", project, "--decide", f"{question}=theirs").output.strip() == "Done."
    rows = json.loads(_run("list", project, "organisations", "--json").output)
    assert [row["phone"] for row in rows if row["name"] == "InnerCity Struggle"] == ["323-000-0000"]
    assert "Nothing is left" in _run("review", project).output
    again = json.loads(_run("import", project, tmp_path / "theirs" / "organisations.csv", "--json").output)
    assert "to look at" not in again["sentence"]
    assert _run("review", project, "--decide", "nonsense").exit_code == 2


def test_a_template_is_told_to_programs_too(tmp_path: Path) -> None:
    path = tmp_path / "empty.xlsx"
    written = _run("template", path, "--json")
    assert (written.exit_code, json.loads(written.stdout)) == (0, {"file": str(path), "rows": 0})
