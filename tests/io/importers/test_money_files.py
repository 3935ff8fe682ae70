"""Files of money as their publishers send them: which table each is, and every trap that is known of them."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest

from ecomap.io.importers.steps.preview import guess_role
from ecomap.model import units
from ecomap.model.assets import resources_dir
from ecomap.model.errors import InputError
from tests.io.importers.columns.test_money import (
    LCFF_HEAD,
    LEA_HEAD,
    SCHOOL_HEAD,
    SENI,
    TITLE,
    imported,
    lcff,
    row,
    said,
    school,
)
from tests.io.making import points, write_geojson, write_text, write_workbook

LAUSD = "Los Angeles Unified"
TEMPLATES = resources_dir() / "money"


def spending_csv(*rows: list[Any], head: list[str] = SCHOOL_HEAD) -> str:
    def cell(value: Any) -> str:
        text = str(value)
        return f'"{text}"' if "," in text else text

    return "\n".join(",".join(map(cell, line)) for line in (head, *rows)) + "\n"


def write_ppe(folder: Path, rows: list[list[Any]], *, sheet: str = "School Data", name: str = "essappe2425data.xlsx", title: Any = TITLE) -> Path:
    return write_workbook(folder / name, {"Read me": [["About this file"], ["See the notes"]], sheet: [*title, SCHOOL_HEAD, *rows]})


PLAIN = [school("19647336000001", LAUSD, "Ash", 500, 1000, 12000, 50, 3000), school("19647336000003", LAUSD, "Cedar", 200, 0, 15000, 0, 2500)]


# --- which table it is -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "text", "role"),
    [
        ("essappe2425data.csv", spending_csv(*PLAIN), "spending"),
        ("lea.csv", spending_csv(["19647330000000", LAUSD, "Census Day", 380_000, 2500, 19_000, 1200], head=LEA_HEAD), "spending"),
        ("our budget.csv", (TEMPLATES / "site_budget_template.csv").read_text() + "19647336000001,Ash,2024-25,100,200,300,400,500\n", "spending"),
        ("SENI_2026-2027.csv", SENI, "allocation"),
        ("lcff.csv", spending_csv(lcff("19", "64733", "0000000", LAUSD, 1000.0), head=LCFF_HEAD), "allocation"),
        ("staff.csv", (TEMPLATES / "positions_template.csv").read_text() + "19647336000001,Ash,2024-25,Teacher,20,74000,86000\n", "position"),
        ("rates.csv", (TEMPLATES / "lcff_rates.csv").read_text(), "funding_rate"),
        ("pubschls.csv", "CDSCode,County,District,School,Street,City,State,Charter,Latitude,Longitude\n"
                         "19647336000001,Los Angeles,LAUSD,Ash,1 Main,LA,CA,N,34.0,-118.2\n", "school"),
        ("frpm.csv", "County Code,District Code,School Code,School Name,Enrollment (K-12),Free Meal Count (K-12)\n19,64733,6000001,Ash,500,400\n", "school"),
        ("partners.csv", "Organization,Service,Address,Phone\nHelpers,Tutoring,1 Main,555\n", "service"),
    ],
)
def test_what_a_file_is_is_told_by_what_it_holds(name: str, text: str, role: str, tmp_path: Path) -> None:
    assert guess_role(write_text(tmp_path / name, text)) == role


def test_a_name_says_nothing_against_the_columns(tmp_path: Path) -> None:
    assert guess_role(write_text(tmp_path / "attendance schools.csv", spending_csv(*PLAIN))) == "spending"
    assert guess_role(write_ppe(tmp_path, PLAIN, sheet="2024–25 ")) == "spending"


def test_places_with_an_amount_are_no_table_of_money(tmp_path: Path) -> None:
    path = write_geojson(tmp_path / "schools.geojson", points(2, CDSCode=["19647336000001", "19647336000002"], amount=[1, 2], School=["A", "B"]))
    assert guess_role(path) == "school"


# --- the state's per-pupil file ------------------------------------------------------------------------------------------


@pytest.mark.parametrize("above", [0, 1, 6, 12])
@pytest.mark.parametrize("ending", [".xlsx", ".csv"])
def test_headings_stand_wherever_they_stand(above: int, ending: str, tmp_path: Path) -> None:
    title = [["Every Student Succeeds Act"], ["Fiscal Year 2024-25"], *([["Notes go here"]] * 10)][:above]
    if ending == ".xlsx":
        path = write_ppe(tmp_path, PLAIN, title=title)
    else:
        path = write_text(tmp_path / "essappe2425data.csv", "".join(line[0] + "\n" for line in title) + spending_csv(*PLAIN))
    result = imported(path, "spending")
    assert row(result, "19647336000001")["site_state_local_usd"] == 6_000_000
    assert set(result.frame["year"]) == {"2024-25"}


@pytest.mark.parametrize("mark", ["DNR", "dnr", " DNR "])
def test_every_spelling_of_did_not_report_is_not_reported(mark: str, tmp_path: Path) -> None:
    path = write_ppe(tmp_path, [*PLAIN, school("19647336000002", LAUSD, "Birch", 300, mark, mark, mark, mark)])
    birch = row(imported(path, "spending"), "19647336000002")
    assert np.isnan(birch["site_federal_usd"])
    assert birch["site_federal_usd_reason"] == "not_reported"


def test_currency_written_as_text(tmp_path: Path) -> None:
    rows = [school("19647336000001", LAUSD, "Ash", "1,500", "$1,000.10", "$ 12,000.25", "$0", "(50.00)")]
    result = imported(write_text(tmp_path / "essappe2425data.csv", spending_csv(*rows)), "spending")
    ash = row(result, "19647336000001")
    assert ash[["site_federal_usd", "site_state_local_usd", "central_federal_usd", "central_state_local_usd"]].tolist() == pytest.approx(
        [1_500_150.00, 18_000_375.00, 0.0, -75_000.0])


def test_totals_are_told_year_by_year(tmp_path: Path) -> None:
    """A district that filed totals in one year and dollars per pupil in the next is taken at its word in each."""
    head = ["Fiscal Year", *SCHOOL_HEAD]
    early = ["2023-24", *school("19647336000001", LAUSD, "Ash", 500, 500_000, 6_000_000, 25_000, 1_500_000)]
    late = [[year, *school("19647336000001", LAUSD, "Ash", 500, 1000, 12_000, 50, 3000)] for year in ("2024-25", "2025–26")]
    result = imported(write_text(tmp_path / "three years.csv", spending_csv(early, *late, head=head)), "spending")
    found = result.frame.set_index("year")
    assert found["filed_as"].to_dict() == {"2023-24": "total", "2024-25": "per_pupil", "2025-26": "per_pupil"}
    assert found["site_state_local_usd"].tolist() == [6_000_000.0] * 3
    assert any(count == 1 and "total dollars" in text for count, text in said(result, "caution"))


@pytest.mark.parametrize(("system", "chosen", "filed"), [
    (units.US, "", "total"), (units.US, units.METRIC, "total"),                   # also for whoever reads kilometres there
    (units.METRIC, "", "per_pupil"), (units.METRIC, units.US, "per_pupil"),       # pesos have the same sign
])
def test_totals_are_told_by_what_a_pupil_costs_in_the_united_states_alone(tmp_path: Path, system: str, chosen: str, filed: str) -> None:
    text = spending_csv(school("19647336000001", LAUSD, "Ash", 500, 500_000, 6_000_000, 25_000, 1_500_000))
    try:
        units.measure_in(system, units.DOLLARS)
        units.choose_system(chosen)
        assert imported(write_text(tmp_path / "one year.csv", text), "spending").frame["filed_as"].tolist() == [filed]
    finally:
        units.choose_system("")
        units.measure_in(units.US)


def test_a_charter_is_judged_by_itself_and_not_with_its_district(tmp_path: Path) -> None:
    rows = [*PLAIN, *(school(f"1964733010000{n}", "Charter Five", f"Charter {n}", 100, 90_000, 900_000, 0, 100_000) for n in range(3))]
    result = imported(write_ppe(tmp_path, rows), "spending")
    assert set(result.frame["filed_as"][result.frame["lea"] == LAUSD]) == {"per_pupil"}
    assert set(result.frame["filed_as"][result.frame["lea"] == "Charter Five"]) == {"total"}
    assert any(count == 3 and "total dollars" in text for count, text in said(result, "caution"))


def test_a_districts_row_among_its_schools_is_told_apart(tmp_path: Path) -> None:
    rows = [*PLAIN, school("19647330000000", LAUSD, "District office", 700, 800, 11_000, 30, 2900)]
    result = imported(write_ppe(tmp_path, rows), "spending")
    assert result.frame.set_index("school_id")["scope"].to_dict() == {
        "19647336000001": "school", "19647336000003": "school", "19647330000000": "district"}


def test_codes_as_excel_keeps_numbers_come_back_whole(tmp_path: Path) -> None:
    rows = [school(19647336000001, LAUSD, "Ash", 500, 1000, 12000, 50, 3000), school(1611190130229.0, "Alameda Unified", "Gum", 100, 500, 9000, 0, 1500)]
    result = imported(write_ppe(tmp_path, rows), "spending")
    assert set(result.frame["school_id"]) == {"19647336000001", "01611190130229"}
    assert any("lost" in text and count == 1 for count, text in said(result, "mended"))


def test_codes_that_a_spreadsheet_rounded_are_not_taken_for_schools(tmp_path: Path) -> None:
    text = spending_csv(school("1.96473E+13", LAUSD, "Ash", 500, 1000, 12000, 50, 3000), PLAIN[1])
    result = imported(write_text(tmp_path / "essappe2425data.csv", text), "spending")
    assert result.frame["school_id"].tolist() == ["19647336000003"]
    assert result.report.count("dropped") == 1


def test_totals_and_notes_under_the_table_are_not_schools(tmp_path: Path) -> None:
    rows = [*PLAIN, ["", "", "", "Statewide total", "", "", 700, 1, 2, 3, 4], ["DNR = did not report"], ["Source: California Department of Education"]]
    result = imported(write_ppe(tmp_path, rows), "spending")
    assert result.frame["school_id"].tolist() == ["19647336000001", "19647336000003"]


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16", "cp1252"])
def test_every_encoding_a_state_has_sent(encoding: str, tmp_path: Path) -> None:
    text = spending_csv(school("19647336000001", "Cañada Unified", "Niños", 500, 1000, 12000, 50, 3000))
    path = write_text(tmp_path / "essappe2425data.csv", text, encoding)
    assert row(imported(path, "spending"), "19647336000001")["lea"] == "Cañada Unified"


def test_another_sheet_of_the_same_workbook(tmp_path: Path) -> None:
    path = write_workbook(tmp_path / "essappe2425data.xlsx", {
        " SCHOOLS ": [*TITLE, SCHOOL_HEAD, *PLAIN],
        "LEAs": [*TITLE, LEA_HEAD, ["19647330000000", LAUSD, "Census Day", 380_000, "$2,500", "$19,000", "$1,200"]],
    })
    assert len(imported(path, "spending").frame) == 2
    of_districts = imported(path, "spending", sublayer="LEAs")
    assert of_districts.frame["scope"].tolist() == ["district"]
    assert of_districts.frame["state_local_usd"].tolist() == [7_220_000_000.0]


# --- the formula's summary, and what the district allots -------------------------------------------------------------------


def test_the_summary_as_a_single_csv_with_charters(tmp_path: Path) -> None:
    rows = [lcff("19", "64733", "0000000", LAUSD, 1000.0), lcff("19", "64733", "0100289", "New Academy", 50.0), lcff("1", "61119", "0000000", "Alameda", 70.0)]
    text = "LCFF Summary Data\nFiscal Year 2024-25\n" + spending_csv(*rows, head=LCFF_HEAD)
    result = imported(write_text(tmp_path / "lcffsummary2425.csv", text), "allocation")
    assert result.frame.set_index("school_id")["scope"].to_dict() == {
        "19647330000000": "district", "19647330100289": "school", "01611190000000": "district"}
    assert set(result.frame["year"]) == {"2024-25"}


@pytest.mark.parametrize("cell", ["85.71%", "0.8571", 0.8571])
def test_a_share_is_a_share_however_it_is_written(cell: Any, tmp_path: Path) -> None:
    line = lcff("19", "64733", "0000000", LAUSD, 1000.0)
    line[LCFF_HEAD.index("Unduplicated Pupil Percentage")] = cell
    path = write_workbook(tmp_path / "lcffsummary2425.xlsx", {"LCFF Summary 24-25 P-2": [["LCFF Summary Data"], ["Fiscal Year 2024-25"], LCFF_HEAD, line]})
    assert imported(path, "allocation").frame["unduplicated_share"].tolist() == pytest.approx([0.8571])


def test_seni_as_a_workbook_with_numbers_for_codes(tmp_path: Path) -> None:
    lines = [line.split(",") for line in SENI.replace('"1,234,567.89"', "1234567.89").strip().splitlines()]
    cells = [lines[0], *([int(line[0]), *line[1:]] for line in lines[1:])]
    result = imported(write_workbook(tmp_path / "SENI_2026-2027.xlsx", {"Sheet1": cells}), "allocation")
    assert row(result, "19647336000001")["amount_usd"] == 1_234_567.89
    assert row(result, "19647336000002")["amount_usd_reason"] == "suppressed"


def test_two_years_of_allocations_in_one_file_stay_two(tmp_path: Path) -> None:
    text = "CDS Code,School Year,Program,Allocation\n" + "".join(f"19647336000001,{y},SENI,{a}\n" for y, a in (("2023-24", "100"), ("2024-2025", "$200"), ("FY 25-26", "300")))
    result = imported(write_text(tmp_path / "seni.csv", text), "allocation")
    assert result.frame.set_index("year")["amount_usd"].to_dict() == {"2023-24": 100.0, "2024-25": 200.0, "2025-26": 300.0}


# --- positions ---------------------------------------------------------------------------------------------------------


def test_positions_as_a_workbook_with_a_vacancy_and_pay_as_text(tmp_path: Path) -> None:
    head = (TEMPLATES / "positions_template.csv").read_text().strip().split(",")
    cells = [["Positions by school, 2024-25"], [], head, [19647336000001, "Ash", "2024-2025", "Teacher", "20.0", "$74,000", "$86,000"],
             [19647336000001, "Ash", "2024-2025", "Counselor", 1, "vacant", "$90,000"]]
    result = imported(write_workbook(tmp_path / "positions.xlsx", {"Positions": cells}), "position")
    assert result.frame["salary_usd"].tolist()[0] == 74_000
    assert np.isnan(result.frame["salary_usd"].iloc[1])
    assert result.frame["average_salary_usd"].tolist() == [86_000, 90_000]
    assert set(result.frame["year"]) == {"2024-25"}


def test_a_positions_file_without_pay_is_refused_in_words(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="pay") as refused:
        imported(write_text(tmp_path / "p.csv", "CDS,Title,FTE\n19647336000001,Teacher,2\n"), "position")
    assert "--" not in refused.value.hint
