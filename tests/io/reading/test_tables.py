"""Workbooks, headings of two rows, units, shapes in cells."""

from __future__ import annotations

from pathlib import Path

import openpyxl
import pytest
import shapely

from ecomap.io.reading import read_source
from ecomap.io.reading.curves import straight_path
from ecomap.model.errors import InputError
from tests.io.making import write_text, write_workbook
from tests.io.reading.making_old import write_ods, write_ods_content, write_xls

ROWS = [["code", "name", "n"], ["007", "Peña", "5"], ["008", "Águila", "6"]]


def test_an_old_workbook_is_read(tmp_path: Path) -> None:
    raw = read_source(write_xls(tmp_path / "a.xls", [["code", "name", "n"], ["007", "Peña", 5.0], ["008", "Águila", 6.5]]))
    assert (raw.format, raw.sublayer) == ("Excel", "Data")
    assert raw.frame.to_dict("list") == {"code": ["007", "008"], "name": ["Peña", "Águila"], "n": ["5", "6.5"]}


@pytest.mark.parametrize("spaced", [False, True])
def test_an_open_document_is_read_also_with_line_breaks_between_cells(tmp_path: Path, spaced: bool) -> None:
    raw = read_source(write_ods(tmp_path / "a.ods", ROWS, spaced=spaced))
    assert (raw.format, raw.frame.to_numpy().tolist()) == ("OpenDocument", ROWS[1:])
    assert list(raw.frame.columns) == ROWS[0]


def test_workbooks_of_the_same_rows_give_the_same_table(tmp_path: Path) -> None:
    found = [read_source(path).frame for path in (
        write_ods(tmp_path / "a.ods", ROWS), write_workbook(tmp_path / "a.xlsx", {"Data": ROWS}),
        write_xls(tmp_path / "a.xls", ROWS), write_text(tmp_path / "a.csv", "\n".join(map(",".join, ROWS))))]
    assert all(frame.equals(found[0]) for frame in found)


def test_sheets_that_hold_as_much_are_asked_about(tmp_path: Path) -> None:
    path = write_workbook(tmp_path / "a.xlsx", {"2023": [["a", "b"], *[[1, 2]] * 9], "2024": [["a", "b"], *[[1, 2]] * 10], "Notes": [["x", "y"], [1, 2]]})
    raw = read_source(path, prefer=("polygon",))
    assert raw.sublayer == "2024"
    assert [(doubt.code, doubt.taken, [option.value for option in doubt.options]) for doubt in raw.doubts] == [("layer", "2024", ["2024", "2023"])]
    assert [(one.name, one.rows) for one in raw.layers] == [("2023", 10), ("2024", 11), ("Notes", 2)]


def test_one_cell_in_the_farthest_corner_does_not_fill_the_memory(tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    book.active["A1"], book.active["XFD1048576"] = "a", "x"
    book.save(tmp_path / "a.xlsx")
    cell = '<table:table-cell office:value-type="string" table:number-columns-repeated="16384"><text:p>x</text:p></table:table-cell>'
    tables = f'<table:table table:name="a"><table:table-row table:number-rows-repeated="1048576">{cell}</table:table-row></table:table>'
    for path in (tmp_path / "a.xlsx", write_ods_content(tmp_path / "a.ods", tables)):
        with pytest.raises(InputError, match="too many cells"):
            read_source(path)


def merged_book(path: Path, top: list[object], below: list[object], merges: list[str]) -> Path:
    book = openpyxl.Workbook()
    sheet = book.active
    for row in (top, below, ["A", 1, 2, 3, 4], ["B", 5, 6, 7, 8]):
        sheet.append(row)
    for cells in merges:
        sheet.merge_cells(cells)
    book.save(path)
    return path


@pytest.mark.parametrize(
    ("top", "below", "merges", "columns"),
    [
        (["Ward", "2019", None, "2020", None], [None, "Pupils", "Absent", "Pupils", "Absent"], ["A1:A2", "B1:C1", "D1:E1"],
         ["Ward", "2019 Pupils", "2019 Absent", "2020 Pupils", "2020 Absent"]),
        ([None, "Boys", None, "Girls", None], ["Ward", "Primary", "Secondary", "Primary", "Secondary"], ["B1:C1", "D1:E1"],
         ["Ward", "Boys Primary", "Boys Secondary", "Girls Primary", "Girls Secondary"]),
        ([None, "Enrollment", None, None, "Staff"], ["Ward", 2019, 2020, 2021, "Teachers"], ["B1:D1"],
         ["Ward", "Enrollment 2019", "Enrollment 2020", "Enrollment 2021", "Staff Teachers"]),
    ],
)
def test_merged_headings_become_one_heading_per_column(tmp_path: Path, top: list[object], below: list[object], merges: list[str], columns: list[str]) -> None:
    raw = read_source(merged_book(tmp_path / "a.xlsx", top, below, merges))
    assert list(raw.frame.columns) == columns
    assert raw.frame.iloc[1].tolist() == ["B", "5", "6", "7", "8"]


@pytest.mark.parametrize(
    ("head", "columns"),
    [
        ("Ward,Code,2019,,2020,\n,,Pupils,Absent,Pupils,Absent", ["Ward", "Code", "2019 Pupils", "2019 Absent", "2020 Pupils", "2020 Absent"]),
        (",,2019,,2020,\nWard,Code,Pupils,Absent,Pupils,Absent", ["Ward", "Code", "2019 Pupils", "2019 Absent", "2020 Pupils", "2020 Absent"]),
        ("Ward,Code,2019,2019,2020,2020\n,,Pupils,Absent,Pupils,Absent", ["Ward", "Code", "2019 Pupils", "2019 Absent", "2020 Pupils", "2020 Absent"]),
        (",,Pupils,,,\nWard,Code,2018,2019,2020,2021", ["Ward", "Code", "Pupils 2018", "Pupils 2019", "Pupils 2020", "Pupils 2021"]),
        ("All wards of the town,,,,,\nWard,Code,2018,2019,2020,2021", ["Ward", "Code", "2018", "2019", "2020", "2021"]),
        ("Report,,May 2020,,,\nWard,Code,Pupils,Absent,Rent,Cars", ["Ward", "Code", "Pupils", "Absent", "Rent", "Cars"]),
    ],
)
def test_headings_of_two_rows_in_text(tmp_path: Path, head: str, columns: list[str]) -> None:
    raw = read_source(write_text(tmp_path / "a.csv", f"{head}\nA,01,1,2,3,4\nB,02,5,6,7,8\n"))
    assert list(raw.frame.columns) == columns
    assert len(raw.frame) == 2


def test_a_first_row_with_a_gap_is_no_second_heading(tmp_path: Path) -> None:
    raw = read_source(write_text(tmp_path / "a.csv", "Ward,Kind,,Note\nA,big,x,one\nB,small,y,two\n"))
    assert list(raw.frame.columns) == ["Ward", "Kind", "column_3", "Note"]
    assert len(raw.frame) == 2


def test_words_that_stand_for_numbers_in_the_first_row_are_no_headings(tmp_path: Path) -> None:
    raw = read_source(write_text(tmp_path / "a.csv", "School,2019,2019\nA,PS,DS\nB,1,2\nC,3,4\n"))
    assert (list(raw.frame.columns), raw.frame["School"].tolist()) == (["School", "2019", "2019_2"], ["A", "B", "C"])


def test_a_title_merged_over_a_part_of_the_table_is_a_title(tmp_path: Path) -> None:
    raw = read_source(merged_book(tmp_path / "a.xlsx", ["Wards of the town", None, None, None, None], ["Ward", "Pupils", "Absent", "Rent", "Cars"], ["A1:C1"]))
    assert list(raw.frame.columns) == ["Ward", "Pupils", "Absent", "Rent", "Cars"]


def test_a_row_of_units_belongs_to_the_headings(tmp_path: Path) -> None:
    raw = read_source(write_text(tmp_path / "a.csv", "Ward,Rent,Poor\n,USD,(%)\nA,1200,12\nB,900,8\n"))
    assert (len(raw.frame), raw.labels) == (2, {"Rent": "Rent (USD)", "Poor": "Poor (%)"})
    raw = read_source(write_text(tmp_path / "b.csv", "Ward,Rent,Poor\nA,n,\nB,900,8\n"))
    assert len(raw.frame) == 2


def test_a_value_merged_over_rows_stands_in_each(tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    for row in (["District", "School", "n"], ["North", "A", 1], [None, "B", 2], ["South", "C", 3], [None, "D", 4]):
        book.active.append(row)
    book.active.merge_cells("A2:A3")
    book.save(tmp_path / "a.xlsx")
    raw = read_source(tmp_path / "a.xlsx")
    assert raw.frame["District"].tolist() == ["North", "North", "South", None]
    assert [note.count for note in raw.notes if "merged" in note.text] == [1]


SQUARE = shapely.box(-4.3, 55.8, -4.2, 55.9)


@pytest.mark.parametrize(
    ("cell", "epsg"),
    [(SQUARE.wkt, None), (f"SRID=27700;{SQUARE.wkt}", 27700), (shapely.to_wkb(SQUARE, hex=True), None), ("\\x" + shapely.to_wkb(SQUARE, hex=True), None),
     (shapely.to_wkb(shapely.set_srid(SQUARE, 4326), hex=True, include_srid=True), 4326), (shapely.to_geojson(SQUARE).replace('"', '""'), 4326)],
)
def test_shapes_in_a_cell_are_shapes_whatever_the_column_is_called(tmp_path: Path, cell: str, epsg: int | None) -> None:
    raw = read_source(write_text(tmp_path / "a.csv", f'ward,outline\nA,"{cell}"\nB,"{cell}"\n'))
    assert raw.has_geometry
    assert raw.frame.geometry.iloc[1].equals(SQUARE)
    assert (raw.crs.to_epsg() if raw.crs is not None else None) == epsg
    assert list(raw.frame.columns) == ["ward", "geometry"]


def test_long_codes_are_no_shapes(tmp_path: Path) -> None:
    raw = read_source(write_text(tmp_path / "a.csv", f"id,mark\n1,{'01' * 32}\n2,{'0f' * 32}\n"))
    assert not raw.has_geometry
    assert raw.frame["mark"].tolist() == ["01" * 32, "0f" * 32]


@pytest.mark.parametrize(
    ("curve", "area"),
    [({"c": [[1, 0], [0, 1]]}, 1.570796), ({"a": [[1, 0], [0, 0], 0, 1]}, 1.570796), ({"a": [[1, 0], [0, 0], 0, 1, 0, 1, 0.5]}, 0.785398),
     ({"b": [[1, 0], [-1, 4 / 3], [1, 4 / 3]]}, 1.6)],
)
def test_curves_of_esri_enclose_the_area_they_should(curve: dict[str, object], area: float) -> None:
    ring = straight_path([[-1, 0], curve, [-1, 0]])
    assert shapely.Polygon(ring).area == pytest.approx(area, rel=0.01)


def test_a_whole_circle_given_by_its_far_point() -> None:
    assert shapely.Polygon(straight_path([[1, 0], {"c": [[1, 0], [-1, 0]]}])).area == pytest.approx(3.14159, rel=0.001)
