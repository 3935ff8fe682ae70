"""A page, a workbook or a GeoPackage of ours becomes the project again, and what was changed in it is found and named."""

from __future__ import annotations

import json
import sqlite3
from contextlib import closing
from pathlib import Path

import openpyxl
import pytest
from attrs import evolve

from ecomap.io.carried.page import element
from ecomap.model.errors import InputError
from ecomap.model.project import Project
from ecomap.workspace import operations
from ecomap.workspace.rebuilding.found import CHANGED, ROWS
from ecomap.workspace.rebuilding.rebuild import rebuild
from tests.small_project import small_project

KINDS = ("html", "xlsx", "gpkg")


@pytest.fixture(scope="module")
def asked() -> Project:
    project = small_project()
    project, _ = operations.run_analysis(project, "need-index", {})
    project, _ = operations.run_analysis(project, "coverage-gap", {"target": "approach:community_school", "radius_m": 900.0})
    project, _ = operations.run_analysis(project, "coverage-gap", {"target": "approach:community_school", "radius_m": 1500.0})
    return operations.set_visible(project, "schools", False)


def exported(project: Project, folder: Path, kind: str, **how: object) -> Path:
    path = folder / f"town.{kind}"
    operations.export(project, path, **how)  # type: ignore[arg-type]
    return path


@pytest.mark.parametrize("kind", KINDS)
def test_it_is_the_project_again(asked: Project, tmp_path: Path, kind: str) -> None:
    found = rebuild(exported(asked, tmp_path, kind))
    assert found.identical, found.lines
    assert found.cells > 100
    assert [one.title for one in found.project.results] == [one.title for one in asked.results]
    there = [layer for layer in asked.layers if kind != "html" or layer.geometry != "none"]  # a page has no list that no answer rests on
    assert [(layer.id, layer.visible) for layer in found.project.layers] == [(layer.id, layer.visible) for layer in there]
    for one, other in zip(found.project.results, asked.results):
        assert one.id == other.id
        assert one.sentence == other.sentence
        for table, told in zip(one.outputs, other.outputs):
            assert table.frame.drop(columns="geometry", errors="ignore").equals(told.frame.drop(columns="geometry", errors="ignore"))


@pytest.mark.parametrize("kind", KINDS)
def test_in_spanish_too(asked: Project, tmp_path: Path, kind: str) -> None:
    assert rebuild(exported(asked, tmp_path, kind, language="es")).identical


def test_an_answer_that_was_left_out_is_not_in_it(asked: Project, tmp_path: Path) -> None:
    left = asked.results[0].id
    found = rebuild(exported(asked, tmp_path, "html", left_out=[left]))
    assert found.identical
    assert left not in [one.id for one in found.project.results]
    assert [one.title for one in found.project.results] == [one.title for one in asked.results[1:]], "names hold though a sister is gone"


def test_a_changed_cell_of_a_geopackage_is_named(asked: Project, tmp_path: Path) -> None:
    path = exported(asked, tmp_path, "gpkg")
    with closing(sqlite3.connect(path)) as file, file:
        table = next(name for (name,) in file.execute("SELECT table_name FROM gpkg_contents") if "need_index" in name or "Need" in name)
        for (trigger,) in file.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'").fetchall():
            file.execute(f'DROP TRIGGER "{trigger}"')
        file.execute(f"UPDATE \"{table}\" SET rank = 77 WHERE id = '06037000003'")
    (different,) = rebuild(path).differences
    assert (different.why, different.row, different.column, different.in_file) == (CHANGED, "06037000003", "rank", "77.0")
    assert "changed after the file was made" in different.sentence


def test_a_changed_cell_of_a_workbook_is_named_even_after_another_program_saved_it(asked: Project, tmp_path: Path) -> None:
    path = exported(asked, tmp_path, "xlsx")
    book = openpyxl.load_workbook(path)
    place = next((sheet, cell) for sheet in book for row in sheet.iter_rows(min_row=2) for cell in row if sheet.title.startswith("Need index") and cell.value == 1)
    sheet, cell = place
    heading, row = sheet.cell(1, cell.column).value, sheet.cell(cell.row, 1).value
    cell.value = 42
    book.save(path)
    (different,) = rebuild(path).differences
    assert (str(different.where), different.row, different.column, different.in_file) == (sheet.title, row, heading, "42.0")


def test_a_changed_number_of_a_page_is_named(asked: Project, tmp_path: Path) -> None:
    path = exported(asked, tmp_path, "html")
    text = path.read_text("utf-8")
    data = json.loads(element(text, "page-data"))
    tables = json.loads(data["results"][0]["tables"])
    column = next(one for one in tables[0]["columns"] if one["kind"] == "number")
    data["texts"].append("4,321")
    column["cells"][2] = len(data["texts"]) - 1
    data["results"][0]["tables"] = json.dumps(tables)
    path.write_text(text.replace(element(text, "page-data"), json.dumps(data).replace("<", "\\u003c")), "utf-8")
    found = rebuild(path)
    assert [(one.in_file, one.column) for one in found.differences] == [("4,321", column["label"])]


def test_a_changed_sentence_of_a_page_is_named(asked: Project, tmp_path: Path) -> None:
    path = exported(asked, tmp_path, "html", title="The town")
    path.write_text(path.read_text("utf-8").replace("<h1>The town</h1>", "<h1>The other town</h1>"), "utf-8")
    assert "The other town" in [one.in_file for one in rebuild(path).differences]


def test_rows_left_out_are_asked_for_by_checksum(asked: Project, tmp_path: Path) -> None:
    path = exported(asked, tmp_path, "xlsx", rows=False)
    with pytest.raises(InputError, match="does not hold the rows") as problem:
        rebuild(path)
    told = {one["layer"]: one["checksum"] for one in problem.value.details["rows_wanted"]}
    assert set(told) == {layer.id for layer in asked.layers if not layer.result_id}
    assert all(told.values())
    found = rebuild(path, given=[asked])
    assert found.identical
    assert "found" in found.notes[0]


def test_other_rows_under_the_same_name_are_not_taken(asked: Project, tmp_path: Path) -> None:
    path = exported(asked, tmp_path, "xlsx", rows=False)
    areas = asked.frame("need-areas")
    other = asked.with_layer(asked.layer("need-areas"), areas.assign(poverty=areas["poverty"] + 0.001))
    with pytest.raises(InputError, match="Census tracts"):
        rebuild(path, given=[other])


def test_small_groups_come_back_only_with_the_project(asked: Project, tmp_path: Path) -> None:
    schools = asked.frame("schools")
    few = asked.with_layer(asked.layer("schools"), schools.assign(enrollment=[5.0, 310.0, 320.0]))
    few, _ = operations.run_analysis(few, "priority", {})
    path = exported(few, tmp_path, "gpkg")
    assert not any(float(value) == 5.0 for value in rebuild(path).project.frame("schools")["enrollment"].dropna())
    assert rebuild(path, given=[few]).project.frame("schools")["enrollment"].tolist() == [5.0, 310.0, 320.0]


def test_rows_that_were_changed_are_said(asked: Project, tmp_path: Path) -> None:
    from ecomap.io.carried.geopackage import ROWS_TABLE
    from ecomap.io.carried.parcel import pack, unpack

    path = exported(asked, tmp_path, "gpkg")
    with closing(sqlite3.connect(path)) as file, file:
        rows = unpack(file.execute(f"SELECT packed FROM {ROWS_TABLE}").fetchone()[0])
        areas = rows.frame("need-areas")
        changed = pack(rows.with_layer(rows.layer("need-areas"), areas.assign(poverty=areas["poverty"].iloc[::-1].to_numpy())))
        file.execute(f"UPDATE {ROWS_TABLE} SET packed = ?", (changed,))
    found = rebuild(path)
    assert ROWS in [one.why for one in found.differences]
    assert not found.identical


def test_what_no_file_tells(asked: Project, tmp_path: Path) -> None:
    from ecomap.io.carried.parcel import unpack
    from ecomap.io.carried.reading import carried_by
    from ecomap.model.place_note import PlaceNote
    from ecomap.model.project import Pins

    secret = evolve(asked.with_pins(Pins(("01964733000001",))), notes=(PlaceNote("n", "private words", 0.0, 0.0),))
    for kind in KINDS:
        carried = carried_by(exported(secret, tmp_path, kind))
        assert "private words" not in carried.record
        assert "pinned" not in carried.record
        rows = unpack(carried.rows)
        assert not (rows.results)
        assert not (rows.notes)
        assert not (rows.releases)
        assert not (rows.book)
        assert not (rows.recipes)
        assert not (rows.scenarios)
        assert not rows.pins.inside


def test_a_file_of_somebody_else_is_refused_in_a_sentence(tmp_path: Path) -> None:
    path = tmp_path / "page.html"
    path.write_text("<html><body>Hello</body></html>")
    with pytest.raises(InputError, match="carries no record"):
        rebuild(path)
    with pytest.raises(InputError, match="There is no file"):
        rebuild(tmp_path / "nothing.html")


def test_a_page_carries_no_list_that_no_answer_rests_on(asked: Project, tmp_path: Path) -> None:
    import pandas as pd

    from ecomap.io.carried.parcel import unpack
    from ecomap.io.carried.reading import carried_by
    from ecomap.model.layer import Layer
    from ecomap.model.said import name

    funding = pd.DataFrame({"id": ["g1"], "name": ["A grant nobody asked about"], "amount_usd": [1_000_000.0]})
    more = asked.with_layer(Layer("funding", name("Funding"), "funding", "none"), funding, len(asked.layers))
    carried = carried_by(exported(more, tmp_path, "html"))
    assert "funding" not in carried.record
    assert not unpack(carried.rows).has_layer("funding")


def test_a_page_without_room_for_its_rows_says_so_and_asks_for_them_by_name_and_checksum(asked: Project, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from ecomap.render.page import fitting

    size = exported(asked, tmp_path, "html", rows=False).stat().st_size
    monkeypatch.setattr(fitting, "MOST_BYTES", size + 500)  # a page for which no other limit was chosen
    report = operations.export(asked, tmp_path / "full.html")
    assert any("The rows that the answers rest on are not in the page" in note for note in report.notes)
    with pytest.raises(InputError) as problem:
        rebuild(tmp_path / "full.html")
    wanted = problem.value.details["rows_wanted"]
    assert {one["name"] for one in wanted} == {str(layer.name) for layer in asked.layers if not layer.result_id and layer.geometry != "none"}
    for one in wanted:
        assert one["name"] in problem.value.message
        assert f"{one['rows']} row" in problem.value.message
        assert one["checksum"][:12] in problem.value.message
    assert rebuild(tmp_path / "full.html", given=[asked]).identical


def test_a_file_says_the_same_on_another_day(asked: Project, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What was due is past its day by now: the page said that it was open, and asked again as of the day it was made it does."""
    import datetime as dt

    from ecomap.workspace import commitments

    agreed = commitments.agree(asked, "A nurse on Mondays", due="2027-01-31", leads="The clinic", day="2026-12-01")
    for kind in KINDS:
        path = exported(agreed, tmp_path, kind)
        with monkeypatch.context() as later:
            later.setattr("ecomap.model.dates._clock", lambda: dt.date(2031, 1, 1))
            found = rebuild(path)
        assert found.identical, found.lines
        assert [one.what for one in found.record.commitments] == ["A nurse on Mondays"]
