"""What was changed in a file after it was made is found and named, in every format: a cell, a row, a setting, an identifier."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Callable, Mapping
from contextlib import closing
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from attrs import evolve, frozen

from ecomap.io.carried.page import element
from ecomap.io.carried.reading import carried_by
from ecomap.model.project import Project
from ecomap.model.record import BESIDE, NAME, record_from_json, record_to_json
from ecomap.workspace import operations
from ecomap.workspace.rebuilding.found import CHANGED, OTHERWISE, REFUSED, Difference
from ecomap.workspace.rebuilding.rebuild import rebuild
from tests.small_project import small_project

KINDS = ("html", "xlsx", "gpkg", "csv", "geojson", "fgb")
AREA, OTHER = "06037000003", "06037000005"


@pytest.fixture(scope="module")
def asked() -> Project:
    return operations.run_analysis(small_project(), "need-index", {})[0]


@frozen
class Sent:
    """A file that was sent out, what its main table is called there, and the project it came from where the file has no rows."""

    path: Path
    table: str
    given: tuple[Project, ...] = ()

    def differences(self) -> tuple[Difference, ...]:
        return rebuild(self.path, given=self.given).differences


@pytest.fixture(params=KINDS)
def sent(asked: Project, tmp_path: Path, request: pytest.FixtureRequest) -> Sent:
    kind = str(request.param)
    path = tmp_path / f"town.{kind}"
    single = kind in ("csv", "geojson", "fgb")
    operations.export(asked, path, layer=asked.results[0].id if single else "")
    record = record_from_json(carried_by(path).record)
    held = next(table.held for one in record.answers for table in one.tables if table.output == asked.results[0].main.name)
    table = {"html": "Need index · Need by area", "xlsx": "Need index · Need by area"}.get(kind, held if kind == "gpkg" else path.stem)
    return Sent(path, table, (asked,) if single else ())


# --- how each format is changed -----------------------------------------------------------------------------------

Rows = list[dict[str, Any]]
Change = Callable[[Rows], Rows]


def of_geopackage(sent: Sent, change: Change) -> None:
    with closing(sqlite3.connect(sent.path)) as file, file:
        file.row_factory = sqlite3.Row
        for (trigger,) in file.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'").fetchall():
            file.execute(f'DROP TRIGGER "{trigger}"')
        rows = [dict(row) for row in file.execute(f'SELECT * FROM "{sent.table}"')]
        file.execute(f'DELETE FROM "{sent.table}"')
        last, used = max(row["fid"] for row in rows), set[int]()
        for row in change(rows):
            row["fid"] = row["fid"] if row["fid"] not in used else last + 1
            used.add(row["fid"])
            names, marks = ", ".join(f'"{name}"' for name in row), ", ".join("?" * len(row))
            file.execute(f'INSERT INTO "{sent.table}" ({names}) VALUES ({marks})', list(row.values()))


def of_workbook(sent: Sent, change: Change) -> None:
    book = openpyxl.load_workbook(sent.path)
    sheet = book[sent.table]
    headings, *lines = [list(row) for row in sheet.iter_rows(values_only=True)]
    changed = change([dict(zip(headings, line)) for line in lines])
    sheet.delete_rows(2, len(lines))
    for row in changed:
        sheet.append([row[heading] for heading in headings])
    book.save(sent.path)


def of_csv(sent: Sent, change: Change) -> None:
    import csv

    with sent.path.open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.DictReader(file))
    with sent.path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, list(rows[0]))
        writer.writeheader()
        writer.writerows(change(rows))


def of_geojson(sent: Sent, change: Change) -> None:
    whole = json.loads(sent.path.read_text("utf-8"))
    shapes = [one["geometry"] for one in whole["features"]]
    rows = change([{**one["properties"], "_shape": shape} for one, shape in zip(whole["features"], shapes)])
    whole["features"] = [{"type": "Feature", "geometry": row.pop("_shape"), "properties": row} for row in rows]
    sent.path.write_text(json.dumps(whole), "utf-8")


def of_flatgeobuf(sent: Sent, change: Change) -> None:
    import geopandas as gpd

    frame = gpd.read_file(sent.path, use_arrow=False)
    rows = change(frame.to_dict("records"))
    sent.path.unlink()
    gpd.GeoDataFrame(rows, columns=list(frame.columns), crs=frame.crs).to_file(sent.path, driver="FlatGeobuf")


WAYS: Mapping[str, Callable[[Sent, Change], None]] = {".gpkg": of_geopackage, ".xlsx": of_workbook, ".csv": of_csv, ".geojson": of_geojson, ".fgb": of_flatgeobuf}


def changed(sent: Sent, change: Change) -> tuple[Difference, ...]:
    if sent.path.suffix == ".html":
        pytest.skip("a page has a test of its own")
    WAYS[sent.path.suffix](sent, change)
    return sent.differences()


def key_of(row: Mapping[str, Any]) -> str:
    return str(row.get("id", row.get("ID", next(iter(row.values())))))


def rank_of(row: Mapping[str, Any]) -> str:
    return next(name for name in row if str(name).casefold().split(" (")[0] == "rank")


# --- tests -------------------------------------------------------------------------------------------------------


def test_nothing_changed_is_nothing_found(sent: Sent) -> None:
    assert not sent.differences()


def test_a_cell(sent: Sent) -> None:
    was: list[tuple[str, Any]] = []

    def change(rows: Rows) -> Rows:
        row = next(row for row in rows if key_of(row) == AREA)
        was.append((rank_of(row), row[rank_of(row)]))
        row[rank_of(row)] = 77
        return rows

    (different,) = changed(sent, change)
    column, before = was[0]
    assert (different.why, str(different.where), different.row, different.column) == (CHANGED, sent.table, AREA, column)
    assert (float(different.in_file), float(different.again)) == (77.0, float(before))
    assert "changed after the file was made" in different.sentence
    assert all(part in different.sentence for part in (sent.table, AREA, column, "77"))


def test_a_row_taken_away(sent: Sent) -> None:
    found = changed(sent, lambda rows: [row for row in rows if key_of(row) != AREA])
    assert {one.row for one in found} == {AREA}
    assert all(not one.in_file and one.again for one in found), "what it says when asked again, and nothing in the file"


def test_a_row_put_in(sent: Sent) -> None:
    def change(rows: Rows) -> Rows:
        key = next(name for name, value in rows[0].items() if str(value) == key_of(rows[0]))
        return [*rows, {**rows[0], key: "06037999999"}]

    found = changed(sent, change)
    assert {one.row for one in found} == {"06037999999"}
    assert all(one.in_file and not one.again for one in found)


def test_two_identifiers_that_changed_places(sent: Sent) -> None:
    def change(rows: Rows) -> Rows:
        key = next(name for name, value in rows[0].items() if str(value) == key_of(rows[0]))
        for row in rows:
            row[key] = {AREA: OTHER, OTHER: AREA}.get(str(row[key]), row[key])
        return rows

    assert {one.row for one in changed(sent, change)} == {AREA, OTHER}


def page_table(path: Path, change: Callable[[dict[str, Any], list[str]], None]) -> None:
    """Change the main table of a page, and the texts that its cells point to."""
    text = path.read_text("utf-8")
    data = json.loads(element(text, "page-data"))
    tables = json.loads(data["results"][0]["tables"])
    change(tables[0], data["texts"])
    data["results"][0]["tables"] = json.dumps(tables)
    path.write_text(text.replace(element(text, "page-data"), json.dumps(data).replace("<", "\\u003c")), "utf-8")


def named(table: Mapping[str, Any]) -> Any:
    """The column of the names."""
    return next(one for one in table["columns"] if one["kind"] == "text")


@pytest.fixture
def page(asked: Project, tmp_path: Path) -> Path:
    operations.export(asked, tmp_path / "town.html")
    return tmp_path / "town.html"


def test_a_number_of_a_page(page: Path) -> None:
    seen: list[tuple[str, str, str]] = []

    def change(table: dict[str, Any], texts: list[str]) -> None:
        names, column = named(table), next(one for one in table["columns"] if one["kind"] == "number")
        seen.append((texts[names["cells"][2]], column["label"], texts[column["cells"][2]]))
        texts.append("4,321")
        column["cells"][2] = len(texts) - 1

    page_table(page, change)
    (different,) = rebuild(page).differences
    assert str(different.where) == "Need index · Need by area"
    assert (different.row, different.column, different.again) == seen[0]
    assert different.in_file == "4,321"


def without_row(table: dict[str, Any], row: int) -> None:
    for column in table["columns"]:
        for kind in ("cells", "margins", "ends", "bands", "keys"):
            if row < len(column.get(kind, [])):
                del column[kind][row]


def test_a_row_taken_out_of_a_page(page: Path) -> None:
    gone: list[str] = []

    def change(table: dict[str, Any], texts: list[str]) -> None:
        gone.append(texts[named(table)["cells"][2]])
        without_row(table, 2)

    page_table(page, change)
    found = [one for one in rebuild(page).differences if str(one.where) == "Need index · Need by area"]
    assert {one.row for one in found} == set(gone)
    assert all(not one.in_file and one.again for one in found)


def test_two_names_of_a_page_that_changed_places(page: Path) -> None:
    names: list[str] = []

    def change(table: dict[str, Any], texts: list[str]) -> None:
        cells = named(table)["cells"]
        names.extend((texts[cells[1]], texts[cells[3]]))
        cells[1], cells[3] = cells[3], cells[1]

    page_table(page, change)
    assert {one.row for one in rebuild(page).differences if str(one.where) == "Need index · Need by area"} == set(names)


def test_a_line_put_into_a_page_leaves_the_others_as_they_are(page: Path) -> None:
    text = page.read_text("utf-8")
    page.write_text(text.replace("<h1>", "<p>Bought by a sponsor</p><h1>", 1), "utf-8")
    (different,) = rebuild(page).differences
    assert (str(different.where), different.in_file, different.again) == ("The words of the page", "Bought by a sponsor", "")


def put_record(path: Path, text: str) -> None:
    """Another record in a page or a GeoPackage."""
    if path.suffix == ".html":
        page = path.read_text("utf-8")
        path.write_text(page.replace(element(page, NAME), text.replace("<", "\\u003c")), "utf-8")
        return
    if path.suffix == ".csv":
        path.with_name(path.name + BESIDE).write_text(text, "utf-8")
        return
    with closing(sqlite3.connect(path)) as file, file:
        file.execute("UPDATE gpkg_metadata SET metadata = ? WHERE md_standard_uri = ?", (text, f"urn:{NAME}"))


def asked_otherwise(path: Path, aggregation: str) -> str:
    """The record of a file with another setting in its answer."""
    record = record_from_json(carried_by(path).record)
    (answer,) = record.answers
    trail = answer.result.provenance
    assert trail is not None
    other = evolve(answer, result=evolve(answer.result, provenance=evolve(trail, params={**trail.params, "aggregation": aggregation})))
    return record_to_json(evolve(record, answers=(other,)))


@pytest.mark.parametrize("kind", ["html", "gpkg"])
def test_a_setting(asked: Project, tmp_path: Path, kind: str) -> None:
    """The answer comes out otherwise, and says so, with the cells that differ."""
    path = tmp_path / f"town.{kind}"
    operations.export(asked, path)
    put_record(path, asked_otherwise(path, "geometric"))
    found = rebuild(path)
    assert not found.identical
    first = found.differences[0]
    assert (first.why, str(first.where)) == (OTHERWISE, "Need index")
    assert "The settings in its record are not those that it was asked with" in first.sentence
    named = {one.column: (one.in_file, one.again) for one in found.differences if str(one.where) == "Need index" and one.column}
    assert "geometric" in " ".join(again.casefold() for _, again in named.values()), named


@pytest.mark.parametrize("of", ["the answer", "a layer of it"])
def test_a_setting_of_an_answer_alone(asked: Project, tmp_path: Path, of: str) -> None:
    """It goes by another id when asked again, and is laid beside the file all the same; so is a layer that it made."""
    path, result = tmp_path / "one.csv", asked.results[0]
    made = next(layer.id for layer in asked.layers if layer.result_id == result.id)
    operations.export(asked, path, layer=result.id if of == "the answer" else made)
    put_record(path, asked_otherwise(path, "geometric"))
    found = rebuild(path, given=[asked])
    assert found.differences[0].why == OTHERWISE
    assert found.cells
    assert {one.column for one in found.differences} >= {"score"}, found.lines


def test_an_answer_alone_that_cannot_be_asked_again(asked: Project, tmp_path: Path) -> None:
    path = tmp_path / "one.csv"
    operations.export(asked, path, layer=asked.results[0].id)
    put_record(path, asked_otherwise(path, "by rumour"))
    found = rebuild(path, given=[asked])
    assert [one.why for one in found.differences] == [REFUSED]
    assert (found.cells, found.unasked > 50) == (0, True)
    assert found.lines[0] == "1 answer cannot be asked again, so what the file says of it was not compared."
    assert not any("no numbers in a form" in line for line in found.lines)
