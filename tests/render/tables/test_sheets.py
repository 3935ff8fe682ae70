"""Tables for spreadsheets: what is text stays text, what is missing stays blank, nothing runs."""

from __future__ import annotations

import csv
import io
import math
from pathlib import Path
from typing import Any

import geopandas as gpd
import numpy as np
import openpyxl
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from shapely.geometry import Point

from ecomap.model.errors import InputError
from ecomap.model.layer import Column
from ecomap.model.result import KeyFigure, Note, Provenance, Result
from ecomap.model.said import name as kept
from ecomap.model.said import plural, say
from ecomap.model.short_names import stands_for
from ecomap.model.source import Source
from ecomap.render.tables.guide import SheetTable, Told
from ecomap.render.tables.places import with_coordinates
from ecomap.render.tables.sheet_names import SheetNames
from ecomap.render.tables.sheets import column_order, guarded, write_csv, write_xlsx
from ecomap.render.words.language import language
from ecomap.workspace import operations
from tests.small_project import small_project

FORMULA = '=HYPERLINK("http://example.org","x")'
COLUMNS = (
    Column("name", "School"), Column("reached", "Children reached", "count", "Residents under 18.", moe="reached_moe"),
    Column("share", "Share", "share"), Column("nearest_m", "Nearest site", "m"), Column("change", "Change", "count"),
)


def frame() -> Any:
    return gpd.GeoDataFrame(
        {
            "id": ["00123456789012", "01", "02"],
            "change": [-5.0, 3.0, 0.0],
            "name": [FORMULA, "@SUM(1)", "Peña, \"North\"\nCampus"],
            "reached": [2310.0, np.nan, 0.0],
            "reached_moe": [240.0, np.nan, 3.5],
            "reached_reason": [None, "suppressed", None],
            "share": [0.941, 0.5, np.nan],
            "nearest_m": [math.inf, 1609.344, 12.0],
        },
        geometry=[Point(0, 0)] * 3, crs="EPSG:3310",
    )


def table(title: str, rows: Any, columns: Any = (), **more: Any) -> SheetTable:
    return SheetTable(title, rows, tuple(columns), **more)


def answer(title: str, **more: Any) -> Result:
    return Result(title.casefold(), "priority", title, "A hundred.", (), provenance=Provenance("priority", "1", {"radius_m": 1609.344}, ()), **more)


def told() -> Told:
    found = answer("Next schools", figures=(KeyFigure("reached", "children", 31_400.0, "count", 2_100.0),), notes=(Note("method", "Straight line."),))
    settings = {found.id: (kept("Priority"), (("radius_m", kept("How far"), kept("1.0 mi"), "1609.344"),))}
    return Told((found,), settings, sources=((kept("Schools"), Source("ACS", "US Census Bureau", "2014-18")),))


def read_csv(path: Path) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(path.read_text(encoding="utf-8"))))


@pytest.fixture
def rows(tmp_path: Path) -> list[dict[str, str]]:
    write_csv(frame(), tmp_path / "x.csv", columns=COLUMNS)
    return read_csv(tmp_path / "x.csv")


@pytest.fixture
def book(tmp_path: Path) -> Any:
    write_xlsx([table("Ranked schools", frame(), COLUMNS)], tmp_path / "x.xlsx", title=kept("Next schools"), told=told())
    return openpyxl.load_workbook(tmp_path / "x.xlsx")


def cells(book: Any, name: str) -> dict[str, list[Any]]:
    sheet = book[name]
    columns = list(sheet.iter_cols(values_only=True))
    return {str(column[0]): list(column[1:]) for column in columns}


def test_identifiers_keep_their_zeros(rows: list[dict[str, str]], book: Any) -> None:
    assert [row["id"] for row in rows] == ["00123456789012", "01", "02"]
    assert cells(book, "Ranked schools")["id"] == ["00123456789012", "01", "02"]


def test_a_name_that_is_a_formula_is_text(rows: list[dict[str, str]], book: Any) -> None:
    assert rows[0]["name"] == "'" + FORMULA
    assert rows[1]["name"] == "'@SUM(1)"
    sheet = book["Ranked schools"]
    (cell,) = [cell for row in sheet.iter_rows() for cell in row if cell.value == FORMULA]
    assert cell.data_type == "s"
    assert cell.quotePrefix
    assert not [c for s in book for row in s.iter_rows() for c in row if c.data_type == "f"]


def test_a_negative_number_stays_a_number(rows: list[dict[str, str]], book: Any) -> None:
    assert [row["change"] for row in rows] == ["-5", "3", "0"]
    assert cells(book, "Ranked schools")["Change"] == [-5, 3, 0]


def test_missing_is_blank_with_its_reason_and_zero_is_zero(rows: list[dict[str, str]], book: Any) -> None:
    assert [row["reached"] for row in rows] == ["2310", "", "0"]
    assert [row["reached_reason"] for row in rows] == ["", "suppressed", ""]
    table = cells(book, "Ranked schools")
    assert table["Children reached"] == [2310, None, 0]
    assert table["Why Children reached is missing"] == [None, "suppressed to protect small groups", None]
    assert table["Children reached, 90 % margin"] == [240, None, 3.5]


def test_out_of_reach_is_said(rows: list[dict[str, str]], book: Any) -> None:
    assert [row["nearest_m"] for row in rows] == ["out of reach", "1609.344", "12"]
    assert cells(book, "Ranked schools")["Nearest site (miles)"][:2] == ["out of reach", 1.0]


def test_commas_quotes_line_breaks_and_accents_survive(rows: list[dict[str, str]]) -> None:
    assert rows[2]["name"] == "Peña, \"North\"\nCampus"


def test_the_geometry_is_left_out_and_described_columns_come_first() -> None:
    assert column_order(frame(), COLUMNS) == [
        "id", "name", "reached", "reached_moe", "reached_reason", "share", "nearest_m", "change"
    ]


def test_the_workbook_explains_itself(book: Any) -> None:
    assert book.sheetnames == ["Contents", "Ranked schools", "Key figures", "Notes", "Columns", "Sources", "Settings"]
    assert "Residents under 18." in cells(book, "Columns")["Meaning"]
    sources = [value for row in book["Sources"].iter_rows(values_only=True) for value in row]
    assert "US Census Bureau" in sources
    assert [row[1:] for row in book["Settings"].iter_rows(min_row=3, values_only=True)] == [("How far", "1.0 mi", "radius_m = 1609.344")]
    assert cells(book, "Key figures")["Margin (90 %)"] == [2100]


def test_shares_and_counts_are_formatted_as_people_read_them(book: Any) -> None:
    sheet = book["Ranked schools"]
    formats = {sheet.cell(1, c).value: sheet.cell(2, c).number_format for c in range(1, sheet.max_column + 1)}
    assert formats["Share"] == "0.0%"
    assert formats["Children reached"] == "#,##0"


def test_the_same_tables_give_the_same_bytes(tmp_path: Path) -> None:
    for name in ("a.xlsx", "b.xlsx"):
        write_xlsx([table("T", frame(), COLUMNS)], tmp_path / name)
    assert (tmp_path / "a.xlsx").read_bytes() == (tmp_path / "b.xlsx").read_bytes()


def test_sheet_names_are_short_plain_and_unique(tmp_path: Path) -> None:
    long = "Children out of reach by need area: all [2020]"
    write_xlsx([table(long, frame()), table(long.upper(), frame()), table("", frame())], tmp_path / "x.xlsx")
    names = openpyxl.load_workbook(tmp_path / "x.xlsx").sheetnames
    assert len({name.casefold() for name in names}) == len(names) == 4
    assert all(len(name) <= 31 and not set(name) & set("[]:*?/\\") for name in names)


def test_control_characters_do_not_stop_a_workbook(tmp_path: Path) -> None:
    odd = pd.DataFrame({"id": ["1"], "name": ["a\x00b\x0bc"]})
    write_xlsx([table("T", odd, ())], tmp_path / "x.xlsx")
    assert cells(openpyxl.load_workbook(tmp_path / "x.xlsx"), "T")["name"] == ["a b c"]


def test_nothing_to_write_is_refused(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="no table"):
        write_xlsx([], tmp_path / "x.xlsx")
    assert list(tmp_path.iterdir()) == []


@given(st.text(max_size=20))
def test_no_guarded_text_starts_a_formula(text: str) -> None:
    assert not guarded(text).startswith(("=", "+", "-", "@", "\t", "\r", "\n"))
    assert guarded(text).endswith(text)


def test_own_words_are_said_and_names_and_codes_are_kept(tmp_path: Path) -> None:
    rows = pd.DataFrame({
        "id": ["1", "2"], "name": pd.Series([say("none"), "Salesian Boys and Girls Club"], dtype=object),
        "status": ["active", "active"], "state": pd.Series([say("out of reach"), "none"], dtype=object), "way": [math.inf, 1.0],
    })
    columns = (Column("state", say("Note")), Column("way", kept("Way"), "m"))
    write_csv(rows, tmp_path / "x.csv", columns=columns, speak=language("es"))
    first, second = read_csv(tmp_path / "x.csv")
    assert list(first.values()) == ["1", "ninguno", "fuera de alcance", "fuera de alcance", "active"]
    assert list(second.values()) == ["2", "Salesian Boys and Girls Club", "none", "1", "active"]
    notes = [Note("count", plural("{n} mile", "{n} miles", 2))]
    beside = Told((Result("r", "a", kept("Answer"), kept(""), (), notes=tuple(notes)),))
    write_xlsx([table(say("Notes"), rows, columns)], tmp_path / "x.xlsx", title=say("Notes"), told=beside, speak=language("es"))
    book = openpyxl.load_workbook(tmp_path / "x.xlsx")
    assert book.sheetnames[1:4] == ["Notas", "Notas 2", "Columnas"]
    assert [cell.value for cell in book.worksheets[1]["A"]][1:] == ["1", "2"]
    assert [cell.value for cell in book.worksheets[1][2]] == ["1", "ninguno", "fuera de alcance", "fuera de alcance", "activo"]
    assert book.worksheets[2]["A2"].value == "2 millas"


def test_a_spanish_workbook_names_the_fifths_in_spanish(tmp_path: Path) -> None:
    project, result = operations.run_analysis(small_project(), "coverage-gap", {})
    operations.export(project, tmp_path / "x.xlsx", language="es", layer=result.id)
    names = {cell.value for sheet in openpyxl.load_workbook(tmp_path / "x.xlsx") for cell in sheet["B"]}
    assert "Más necesidad" in names
    assert "Highest need" not in names


def test_the_contents_lead_to_every_sheet_and_say_what_decided_its_order(tmp_path: Path) -> None:
    rows = frame()
    ranked = table("Next · Schools", rows, COLUMNS, answer="Next", what="Schools", order="Rows are in the order of “Rank”, the first rank first.")
    write_xlsx([ranked, table("Areas", rows)], tmp_path / "x.xlsx", title=kept("Town"), told=told())
    sheet = openpyxl.load_workbook(tmp_path / "x.xlsx")["Contents"]
    assert [cell.value for cell in sheet[2]] == ["Next · Schools", "Next", "Schools", 3, "Rows are in the order of “Rank”, the first rank first."]
    names = [cell.value for cell in sheet["A"]][1:]
    assert names == openpyxl.load_workbook(tmp_path / "x.xlsx").sheetnames[1:]
    assert [sheet.cell(line, 1).hyperlink.location for line in range(2, len(names) + 2)] == [f"'{name}'!A1" for name in names]


def test_figures_notes_and_settings_stand_under_their_answer_and_equal_lines_stay_apart(tmp_path: Path) -> None:
    both = Told(tuple(answer(title, figures=(KeyFigure("share", "Share", 0.125, "share"), KeyFigure("way", "Way", 804.672, "m")),
                             notes=(Note("method", "Straight line."),)) for title in ("Half a mile", "A mile")))
    write_xlsx([table("T", frame())], tmp_path / "x.xlsx", told=both)
    book = openpyxl.load_workbook(tmp_path / "x.xlsx")
    notes = list(book["Notes"].iter_rows(min_row=2, max_col=2, values_only=True))
    assert notes == [(text, title) for title in ("Half a mile", "A mile") for text in ("A hundred.", "Straight line.")]
    figures = [(row[0], row[1], row[2], row[7]) for row in book["Key figures"].iter_rows(min_row=2, values_only=True)]
    assert figures == [(title, *figure) for title in ("Half a mile", "A mile") for figure in (("Share", 12.5, "percent"), ("Way", 0.5, "miles"))]


def test_sheets_of_one_answer_begin_alike_and_no_others_do() -> None:
    called = SheetNames()
    long = "Gaps: mental health service, {} mi, on foot, with children under five"
    first, second = ([called.of_answer(long.format(n), what) for what in ("Children out of reach by need area", "Children out of reach by attendance area")]
                     for n in (0.5, 1.5))
    starts = [{name.split(" · ")[0] for name in names} for names in (first, second)]
    assert [len(start) for start in starts] == [1, 1]
    assert starts[0].isdisjoint(starts[1])
    assert len({*first, *second}) == 4
    assert all(len(name) <= 31 for name in (*first, *second))


def test_a_sheet_with_the_name_of_its_answer_alone_can_be_read_as_no_other() -> None:
    answers = ["Clusters for all of need scores in 2014-18", "Clusters for all of crowding of households in 2014-18"]
    called = SheetNames(answers)
    sheets = [called.of_answer(answer, answer) for answer in answers]
    assert [[answer for answer in answers if stands_for(sheet, answer)] for sheet in sheets] == [[answer] for answer in answers], sheets
    assert all(len(sheet) <= 31 for sheet in sheets)


def test_a_sheet_says_nothing_twice() -> None:
    """As a workbook in Spanish did: "Próximas escu… · Próximas escu…"."""
    called = SheetNames()
    gaps = ("Children out of reach by need area", "Children out of reach by attendance area", "Children out of reach by need fifth", "Counted: mental health service")
    made = [called.of_answer("Gaps: mental health service, 1.0 mi", what, gaps) for what in gaps]
    assert made == ["Gaps … 1.0 mi · by need area", "Gaps … 1.0 mi · attendance area", "Gaps … 1.0 mi · by need fifth", "Gaps … 1.0 mi · Counted"]
    assert called.of_answer("Próximas escuelas: salud mental", "Próximas escuelas: salud mental") == "Próximas escuelas salud mental"
    assert called.of_answer("Money generated, given and spent: rates of 2024-25", "Money generated per pupil (estimated)").endswith(" · pupil (estima…")
    assert called.of_answer("Money generated, given and spent: rates of 2024-25", "Money generated per pupil (estimated)").endswith(" 2"), "none twice"
    assert all(len(name) <= 31 for name in made)


def test_every_sheet_is_set_up_for_paper(book: Any) -> None:
    for sheet in book:
        assert (sheet.page_setup.orientation, sheet.page_setup.fitToHeight, sheet.print_title_rows) == ("landscape", 0, "$1:$1")
        assert sheet.sheet_properties.pageSetUpPr.fitToPage
    assert book["Ranked schools"].print_title_cols == "$A:$B"
    assert book["Ranked schools"].oddHeader.left.text == "Ranked schools"
    assert book["Ranked schools"].oddFooter.right.text == "&P / &N"


def test_places_have_coordinates_and_areas_a_point_inside(tmp_path: Path) -> None:
    ring = Point(0, 0).buffer(500).difference(Point(0, 0).buffer(300))  # its middle lies outside
    areas = gpd.GeoDataFrame({"id": ["a", "b"], "name": ["Ring", "Nowhere"]}, geometry=[ring, None], crs="EPSG:3310")
    rows, columns = with_coordinates(areas)
    inside = gpd.GeoSeries([Point(rows["longitude"][0], rows["latitude"][0])], crs="EPSG:4326").to_crs("EPSG:3310").iloc[0]
    assert ring.contains(inside)
    assert rows[["longitude", "latitude"]].iloc[1].isna().all()
    assert [column.name for column in columns] == ["longitude", "latitude"]
    write_csv(rows, tmp_path / "x.csv", columns=columns)
    assert list(read_csv(tmp_path / "x.csv")[0]) == ["id", "name", "longitude", "latitude"]


def test_a_column_called_longitude_already_keeps_its_name_and_its_numbers() -> None:
    rows, _ = with_coordinates(frame().assign(Longitude=["west"] * 3))
    assert rows["Longitude"].tolist() == ["west"] * 3
    assert {"map_longitude", "map_latitude"} <= set(rows.columns)


def test_a_table_without_places_has_no_coordinates() -> None:
    rows = pd.DataFrame({"id": ["a"]})
    assert with_coordinates(rows) == (rows, ())
