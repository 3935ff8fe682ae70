"""Names made to break files: whatever a place is called, every kind of file is whole, opens, and runs nothing."""

from __future__ import annotations

import csv
import io
import json
import re
import sqlite3
import xml.etree.ElementTree as ElementTree
from pathlib import Path
from typing import Final

import attrs
import openpyxl
import pandas as pd
import pytest

from ecomap.model.cell_text import storable
from ecomap.model.project import Project
from ecomap.model.said import name
from ecomap.workspace import operations
from tests.small_project import small_project

HOSTILE: Final = {
    "script": "<script>alert(1)</script>", "leaving a script": "</script><img src=x onerror=alert(1)>", "leaving CDATA": "]]>&lt;&amp;<!--",
    "nul": "a\x00b", "half a letter": "a\ud83db", "right to left": "\u202egnp.exe", "long": "x" * 1_000_000, "emoji": "🎒🏫👩‍👩‍👧",
    "formula": "=cmd|' /C calc'!A0", "hidden formula": "\u200b@SUM(1)", "carriage return": "a\r=1+1", "escape": "\x1b[31mred\x07",
    "line ends": "a\x0b\x0c\x85\u2028\u2029d", "no characters": "a\ufffe\uffffb", "Excel's escape": "_x0041_", "quotes": "\"'`${alert(1)}{{7*7}}{% x %}",
    "typesetting": '#import "x": y $ \\ @ref <label>', "mark of a file": "\ufeffid", "path": "../../etc/passwd", "blank": " \u00a0 ",
}
SCHOOLS: Final = "schools"


def called(text: str) -> Project:
    """The small town, with one name in a school, a layer and the title."""
    project = small_project()
    rows = project.frame(SCHOOLS).copy()
    rows["name"] = [text, *rows["name"][1:]]
    layers = tuple(attrs.evolve(layer, name=name(text)) if layer.id == SCHOOLS else layer for layer in project.layers)
    return attrs.evolve(project, title=text, layers=layers, frames={**project.frames, SCHOOLS: rows})


@pytest.fixture(params=list(HOSTILE.values()), ids=list(HOSTILE))
def text(request: pytest.FixtureRequest) -> str:
    return str(request.param)


def test_csv_gives_it_back(text: str, tmp_path: Path) -> None:
    operations.export(called(text), tmp_path / "x.csv", layer=SCHOOLS)
    written = (tmp_path / "x.csv").read_bytes().decode("utf-8")
    before = csv.field_size_limit(1 << 30)
    try:
        rows = list(csv.reader(io.StringIO(written, newline="")))
    finally:
        csv.field_size_limit(before)
    assert {len(row) for row in rows} == {len(rows[0])}
    assert rows[1][1].removeprefix("'") == storable(text)


def test_a_csv_of_ours_comes_back_through_the_front_door(text: str, tmp_path: Path) -> None:
    if not text.strip() or text != storable(text):
        pytest.skip("nothing is left of it that could come back")
    operations.export(called(text), tmp_path / "x.csv", layer=SCHOOLS)
    from ecomap.io.reading.delimited import read_delimited

    found = read_delimited(tmp_path / "x.csv").frame["name"].iloc[0]
    tidied = re.compile(r"[\s\x00-\x1f\x7f-\x9f\u200b-\u200f\u2028-\u202e\ufeff\ufffe\uffff]")
    assert tidied.sub("", found) == tidied.sub("", text)


def test_a_workbook_opens_and_holds_text(text: str, tmp_path: Path) -> None:
    report = operations.export(called(text), tmp_path / "x.xlsx")
    book = openpyxl.load_workbook(tmp_path / "x.xlsx")
    (column,) = [sheet for sheet in book if sheet["B1"].value == "name" and sheet.max_row == len(called(text).frame(SCHOOLS)) + 1][:1]
    cell = column["B2"]
    assert cell.data_type == "s"
    assert len(str(cell.value).encode("utf-16-le")) // 2 <= 32_767
    assert any("longer than a cell" in str(note) for note in report.notes) == (len(text) > 32_767)
    assert all(len(title.encode("utf-16-le")) // 2 <= 31 for title in book.sheetnames)


def test_geodata_holds_it_whole(text: str, tmp_path: Path) -> None:
    operations.export(called(text), tmp_path / "x.geojson", layer=SCHOOLS)
    features = json.loads((tmp_path / "x.geojson").read_text(encoding="utf-8"))["features"]
    assert features[0]["properties"]["name"] == storable(text)
    operations.export(called(text), tmp_path / "x.gpkg", layer=SCHOOLS)
    with sqlite3.connect(tmp_path / "x.gpkg") as file:
        assert file.execute(f'select name from "{SCHOOLS}" order by rowid limit 1').fetchone() == (storable(text),)
    file.close()


def test_a_page_is_whole_and_holds_no_element_of_theirs(text: str, tmp_path: Path) -> None:
    plain = called("Plain Street School")
    operations.export(plain, tmp_path / "plain.html")
    operations.export(called(text), tmp_path / "x.html")
    page = (tmp_path / "x.html").read_bytes().decode("utf-8")
    usual = (tmp_path / "plain.html").read_text(encoding="utf-8")
    for opening in ("<script", "</script", "<img"):
        assert page.count(opening) == usual.count(opening)


def test_a_drawing_is_well_formed(text: str, tmp_path: Path) -> None:
    operations.export(called(text), tmp_path / "x.svg", width=400, height=300)
    ElementTree.parse(tmp_path / "x.svg")


def test_a_brief_and_a_picture_are_made(text: str, tmp_path: Path) -> None:
    operations.export(called(text), tmp_path / "x.pdf")
    operations.export(called(text), tmp_path / "x.png", width=400, height=300)
    assert (tmp_path / "x.pdf").read_bytes().startswith(b"%PDF")
    assert (tmp_path / "x.png").read_bytes().startswith(b"\x89PNG")


def test_a_project_keeps_it(text: str, tmp_path: Path) -> None:
    operations.save_project(called(text), tmp_path / "x.ecomap.gpkg")
    opened = operations.open_project(tmp_path / "x.ecomap.gpkg")
    assert opened.frame(SCHOOLS)["name"].iloc[0] in (text, storable(text))


def test_headings_are_as_safe_as_cells(tmp_path: Path) -> None:
    project = small_project()
    rows = project.frame(SCHOOLS).rename(columns={"name": "=1\r+1\x00"})
    project = attrs.evolve(project, frames={**project.frames, SCHOOLS: rows})
    operations.export(project, tmp_path / "x.csv", layer=SCHOOLS)
    assert "'=1\r+1\ufffd" in pd.read_csv(tmp_path / "x.csv", engine="python").columns
