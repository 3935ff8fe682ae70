"""From cells to fields: what is odd is counted and shown, never silently something else."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from ecomap.io.importers import Imported, import_file
from ecomap.io.importers.columns.fields import flag_field, is_flag, numeric_field, plain_text_field
from ecomap.model.said import name as named
from tests.io.making import write_text

LABEL = named("Column")


def number(*cells: Any, **how: Any) -> tuple[list[float], list[tuple[str, int | None]]]:
    values, _, lines = numeric_field("x", LABEL, pd.Series(list(cells), dtype=object), **how)
    return values["x"].tolist(), [(line.text, line.count) for line in lines]


def said(result: Imported, kind: str) -> list[tuple[int | None, str]]:
    return [(line.count, line.text) for line in result.report.lines if line.kind == kind]


SITES = "school_name,approach,latitude,longitude,start,end\n"


def sites(path: Path, *ends: str, **how: Any) -> Imported:
    rows = "".join(f'School {n},community_school,{40 + n / 100},-90,2015,"{end}"\n' for n, end in enumerate(ends))
    return import_file(write_text(path / "sites.csv", SITES + rows), "site", target_crs="EPSG:26916", **how)


def test_ends_in_six_spellings(tmp_path: Path) -> None:
    found = sites(tmp_path, "31/12/2020", "31.12.2020", "Dec 2020", "12-31-2020", "2020", "44196")
    assert found.frame["end"].tolist() == ["2020-12-31", "2020-12-31", "2020-12", "2020-12-31", "2020", "2020-12-31"]
    assert (1, "End: a spreadsheet's or a program's count of days was turned into dates.") in said(found, "mended")


def test_an_end_that_cannot_be_read_is_said_and_kept(tmp_path: Path) -> None:
    found = sites(tmp_path, "when funded", "2020", "ongoing", "TBD")
    assert found.frame["end"].tolist() == ["when funded", "2020", "", ""]
    assert said(found, "caution") == [
        (1, "End: not a date that can be read; kept as it stands. It is not known whether these rows have ended."),
        (1, "End: not decided or not known yet, as the file says; counts as no date."),
    ]


def test_the_order_of_day_and_month_is_asked(tmp_path: Path) -> None:
    found = sites(tmp_path, "3/4/2020", "5/6/2020")
    assert [(doubt.code, doubt.taken, doubt.rows) for doubt in found.doubts] == [("dates:end", "mdy", ("3/4/2020", "5/6/2020"))]
    answered = sites(tmp_path, "3/4/2020", "5/6/2020", answers={"dates:end": "dmy"})
    assert answered.frame["end"].tolist() == ["2020-04-03", "2020-06-05"]
    assert [doubt.code for doubt in answered.doubts] == ["dates:end"]


def test_another_column_of_dates_decides_on_the_order(tmp_path: Path) -> None:
    text = SITES + "A,community_school,40,-90,25/12/2019,3/4/2020\nB,community_school,40.1,-90,1/2/2019,5/6/2020\n"
    found = import_file(write_text(tmp_path / "sites.csv", text), "site", target_crs="EPSG:26916")
    assert found.frame["end"].tolist() == ["2020-04-03", "2020-06-05"]
    assert not found.doubts


@pytest.mark.parametrize("file", ["33b_ended.csv", "33c_ended_iso.csv"])
def test_all_sites_of_the_files_of_ended_ones_have_ended(file: str, shared_data: Path) -> None:
    from ecomap.model.dates import last_day

    found = import_file(shared_data / "awkward" / file, "site", target_crs="EPSG:26916")
    assert {str(last_day(text)) for text in found.frame["end"]} == {"2020-12-31"}


def test_flags_in_many_words() -> None:
    yes, no = ("Sí", "oui", "ja", "1", "-1", "Y", "TRUE", "x"), ("no", "non", "nein", "0", "N", "false", "")
    flags, lines = flag_field(LABEL, pd.Series([*yes, *no]))
    assert flags.tolist() == [True] * len(yes) + [False] * len(no)
    assert not lines
    flags, lines = flag_field(LABEL, pd.Series(["Y", "U", "unknown", None]))
    assert flags.tolist() == [True, False, False, False]
    assert [(line.kind, line.count, line.examples) for line in lines] == [("caution", 2, ("u", "unknown"))]
    assert is_flag(pd.Series(["oui", "non", "oui"]))
    assert not is_flag(pd.Series(["oui", "perhaps", "never"]))


def test_marks_of_web_pages_are_taken_off_names_and_code_is_not_touched() -> None:
    texts, lines = plain_text_field(LABEL, pd.Series(["Smith &amp; Co<br>North", "Peña", "R&D; x", "<script>x</script>", "a < b > c", None], dtype="str"))
    assert texts.fillna("").tolist() == ["Smith & Co North", "Peña", "R&D; x", "<script>x</script>", "a < b > c", ""]
    assert [(line.kind, line.count) for line in lines] == [("mended", 1)]


def test_codes_below_zero_where_nothing_is_below_zero() -> None:
    coded, lines = number("5", "-9", "-9", "12", unit="count")
    assert [value == value for value in coded] == [True, False, False, True]
    assert lines == [("Column: numbers below zero where none can be, taken as codes for no number; count as missing.", 2)]
    for cells, unit in ((("5", "-9", "12"), "count"), (("5", "-9", "-9", "-12"), "count"), (("-1", "-1", "5"), "")):
        assert number(*cells, unit=unit) == ([float(cell) for cell in cells], [])
    kept, lines = number("5", "-9", "-9", "12", unit="score")
    assert kept == [5, -9, -9, 12]
    assert len(lines) == 1


def test_amounts_in_another_currency_are_said() -> None:
    assert number("$5", "1.234,50 €", unit="usd", amount=True)[1][0] == (
        "Column: amounts in another currency stand among them; they were not converted.", None)
    assert number("200-", "300", unit="usd", amount=True)[0] == [-200, 300]


SPENDING = "cds_code,school,school_year,site_state_local_usd,site_federal_usd,central_state_local_usd,central_federal_usd\n"


def test_a_column_of_the_right_name_is_taken_with_its_odd_cells(tmp_path: Path) -> None:
    cells = ("see note", "about 5", "($1,234)", "later")
    rows = "".join(f'1964733000000{n},S{n},2023-24,"{cell}",1,1,1\n' for n, cell in enumerate(cells))
    found = import_file(write_text(tmp_path / "money.csv", SPENDING + rows), "spending", target_crs="EPSG:3310")
    assert found.frame["site_state_local_usd"].tolist()[2] == -1234
    assert (3, "Spent at the site, state and local money: text where a number is expected; counts as missing.") in said(found, "caution")


@pytest.mark.parametrize(("file", "amounts"), [
    ("34_money.csv", [-1234, 1_200_000, 1234.5, 5000, 12345.67]), ("49a_money.csv", [-1234, 12345.67, 5000, 0, -3]),
])
def test_the_files_of_money(file: str, amounts: list[float], shared_data: Path) -> None:
    found = import_file(shared_data / "awkward" / file, "spending", target_crs="EPSG:3310")
    assert found.frame["site_state_local_usd"].tolist() == amounts


SUPPRESSED = "school_name,latitude,longitude,level,enrollment,pct_math,growth\n"


def test_hidden_figures_are_counted_and_the_column_stays_numbers(tmp_path: Path) -> None:
    cells = [("<10", "GE95", "LE5"), ("*", "20-24", "GE95"), ("10-50", "PS", "20-24"), ("350", "61", "PS")]
    rows = "".join(f"School {n},{40 + n / 100},-90,Elementary,{','.join(one)}\n" for n, one in enumerate(cells))
    found = import_file(write_text(tmp_path / "schools.csv", SUPPRESSED + rows), "school", target_crs="EPSG:26916")
    for column, value in (("enrollment", 350), ("pct_math", 61)):
        assert found.frame[column].dropna().tolist() == [value]
        assert found.frame[column + "_reason"].tolist() == ["suppressed"] * 3 + [""]
    assert (None, "Growth: only codes for figures that are hidden, and no number; kept as text.") in said(found, "caution")


def test_the_file_of_hidden_figures(shared_data: Path) -> None:
    found = import_file(shared_data / "awkward" / "20_suppressed.csv", "school", target_crs="EPSG:26916")
    for column in ("enrollment", "pct_math"):
        assert found.frame[column].notna().sum() == 1
        assert (found.frame[column + "_reason"] == "suppressed").sum() == 5
