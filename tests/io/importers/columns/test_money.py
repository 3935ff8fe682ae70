"""Tables of money, in small files laid out as their publishers lay them out."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest

from ecomap.io.importers import Imported, import_file, preview_file
from ecomap.model.assets import resources_dir
from ecomap.model.errors import InputError
from ecomap.model.project import Project
from ecomap.workspace.arrivals import with_arrival
from tests.io.making import points, write_geojson, write_text, write_workbook

ALBERS = "EPSG:3310"
TITLE = [["Every Student Succeeds Act Per-Pupil Expenditures"], ["Fiscal Year 2024–25"], ["California Department of Education"],
         ["Prepared December 2025"], [], ["School data"]]
SCHOOL_HEAD = ["CDS Code", "County Name", "LEA Name", "School Name", "Charter Number", "Membership Type", "Membership",
               "School-Federal", "School-State & Local", "Central-Federal", "Central-State & Local"]
LEA_HEAD = ["LEA CDS Code", "LEA Name", "Membership Type", "Membership", "Expenditures-Federal", "Expenditures-State & Local",
            "Expenditures-Excluded"]


def imported(path: Path, role: str, **how: Any) -> Imported:
    result = import_file(path, role, target_crs=ALBERS, **how)
    assert result.report.adds_up
    assert result.report.kept == len(result.frame)
    assert result.frame["id"].is_unique
    assert result.layer.geometry == "none"
    assert result.layer.group == "Money"
    assert not result.joins
    assert set(result.frame.columns) == {column.name for column in result.layer.columns}
    return result


def said(result: Imported, kind: str) -> list[tuple[int | None, str]]:
    return [(line.count, line.text) for line in result.report.lines if line.kind == kind]


def row(result: Imported, code: str) -> Any:
    frame = result.frame.set_index("school_id")
    return frame.loc[code]


def school(code: str, lea: str, name: str, members: Any, *parts: Any, kind: str = "Census Day") -> list[Any]:
    return [code, "Los Angeles", lea, name, "", kind, members, *parts]


@pytest.fixture
def ppe(tmp_path: Path) -> Path:
    """Two plain schools, one silent, one with true zeros; a district that filed totals; one that cannot be right."""
    rows = [
        school("19647336000001", "Los Angeles Unified", "Ash", 500, 1000.10, 12000.25, 50, 3000),
        school("19647336000002", "Los Angeles Unified", "Birch", 300, "DNR", "DNR", "DNR", "DNR"),
        school("19647336000003", "Los Angeles Unified", "Cedar", 200, 0, 15000, 0, 2500, kind="Annual ADA"),
        school("19643371931187", "Totals Unified", "Dogwood", 2000, 1_000_000, 30_000_000, 0, 2_000_000),
        school("19643376011878", "Totals Unified", "Elm", 500, 0, 8_000_000, 0, 500_000),
        school("07617540000017", "Odd Unified", "Fir", 1000, 10, 900, 1, 80),
        school("1611190130229", "Charter Five", "Gum", 100, 500, 9000, 0, 1500),
    ]
    lea = [["19647330000000", "Los Angeles Unified", "Census Day", 380_000, 2500, 19_000, 1200],
           ["19643370000000", "Totals Unified", "Census Day", 2500, 1, 2, "DNR"]]
    return write_workbook(tmp_path / "essappe2425data.xlsx", {
        "Read me": [["About this file"], ["See the notes"]],
        "School Data": [*TITLE, SCHOOL_HEAD, *rows],
        "LEA Data": [*TITLE, LEA_HEAD, *lea],
    })


def test_dollars_are_value_times_membership_and_components_stay_apart(ppe: Path) -> None:
    result = imported(ppe, "spending")
    ash = row(result, "19647336000001")
    assert ash[["site_federal_usd", "site_state_local_usd", "central_federal_usd", "central_state_local_usd"]].tolist() == [
        500_050.0, 6_000_125.0, 25_000.0, 1_500_000.0]
    assert ash["filed_site_state_local_usd"] == 12000.25
    assert (ash["year"], ash["scope"], ash["filed_as"], ash["name"]) == ("2024-25", "school", "per_pupil", "Ash")
    assert ash["membership_type"] == "Census Day"
    assert result.layer.sources[0].vintage == "2024-25"
    assert not any("total" in column.name for column in result.layer.columns)


def test_dnr_is_not_reported_and_zero_is_zero(ppe: Path) -> None:
    result = imported(ppe, "spending")
    birch, cedar = row(result, "19647336000002"), row(result, "19647336000003")
    assert np.isnan(birch["site_state_local_usd"])
    assert birch["site_state_local_usd_reason"] == "not_reported"
    assert cedar["site_federal_usd"] == 0.0
    assert cedar["site_federal_usd_reason"] == ""
    silent = next(count for count, text in said(result, "note") if text.startswith("Rows without any amount"))
    assert silent == 2  # the one that did not report, and the one whose figures are not believed


def test_totals_filed_as_per_pupil_are_taken_as_totals_and_said(ppe: Path) -> None:
    result = imported(ppe, "spending")
    dogwood = row(result, "19643371931187")
    assert dogwood["site_state_local_usd"] == 30_000_000.0
    assert dogwood["filed_as"] == "total"
    line = next(line for line in result.report.lines if "total dollars" in line.text)
    assert (line.kind, line.count) == ("caution", 2)
    assert line.examples == ("1964337 Totals Unified",)


def test_a_district_that_cannot_be_right_is_marked_not_believed(ppe: Path) -> None:
    fir = row(imported(ppe, "spending"), "07617540000017")
    assert np.isnan(fir["site_state_local_usd"])
    assert fir["site_state_local_usd_reason"] == "unreliable"
    assert fir["filed_site_state_local_usd"] == 900


def test_a_lost_zero_comes_back_and_other_kinds_of_counting_are_said(ppe: Path) -> None:
    result = imported(ppe, "spending")
    assert row(result, "01611190130229")["site_state_local_usd"] == 900_000.0
    assert (1, "School codes (CDS) that had lost their leading zero.") in said(result, "mended")
    assert any("counted in more than one way" in text for _, text in said(result, "note"))


def test_the_sheet_of_districts_is_another_layout(ppe: Path) -> None:
    result = imported(ppe, "spending", sublayer="LEA Data")
    angeles = row(result, "19647330000000")
    assert (angeles["scope"], angeles["name"]) == ("district", "Los Angeles Unified")
    assert angeles["state_local_usd"] == 19_000 * 380_000
    assert angeles["excluded_usd"] == 1200 * 380_000
    assert "site_federal_usd" not in result.frame
    assert any("layout of districts" in text for _, text in said(result, "note"))


def test_a_school_without_membership_has_no_dollars(tmp_path: Path) -> None:
    path = write_text(tmp_path / "ppe.csv", "CDS Code,Membership,School-Federal,School-State & Local,Central-Federal,Central-State & Local\n"
                      "19647336000001,,1000,12000,50,3000\n19647336000002,100,1000,12000,50,3000\n")
    result = imported(path, "spending", mapping={"year": "=2023-24"})
    lacking = row(result, "19647336000001")
    assert np.isnan(lacking["site_federal_usd"])
    assert lacking["site_federal_usd_reason"] == "not_reported"
    assert lacking["year"] == "2023-24"


def test_a_year_nobody_states_is_said_not_guessed(tmp_path: Path) -> None:
    path = write_text(tmp_path / "budget.csv", "school_id,site_state_local_usd,central_state_local_usd\n19647336000001,5000000,100\n")
    result = imported(path, "spending")
    assert row(result, "19647336000001")["year"] == ""
    assert any("does not say which school year" in text for _, text in said(result, "caution"))
    assert result.layer.sources[0].vintage == "not stated"


def test_the_site_budget_template_is_dollars(tmp_path: Path) -> None:
    head = (resources_dir() / "money" / "site_budget_template.csv").read_text()
    path = write_text(tmp_path / "site.csv", head + "19647336000001,Ash,2024-25,500,10.50,6000000,,0\n"
                      "19647336000002,Birch,2024-25,300,0,4000000,70,DNR\n")
    ash = row(imported(path, "spending"), "19647336000001")
    assert (ash["site_federal_usd"], ash["site_state_local_usd"], ash["central_state_local_usd"]) == (10.50, 6_000_000.0, 0.0)
    assert np.isnan(ash["central_federal_usd"])
    assert (ash["filed_as"], ash["membership"]) == ("total", 500)


def test_a_school_given_twice_is_never_added_up(tmp_path: Path) -> None:
    text = "school_id,year,site_state_local_usd\n" + "19647336000001,2024-25,100\n" * 2 + "19647336000001,2024-25,200\n19647336000001,2023-24,90\n"
    result = imported(write_text(tmp_path / "twice.csv", text), "spending")
    assert sorted(result.frame["site_state_local_usd"]) == [90.0, 100.0]
    assert result.report.count("merged") == 1
    assert result.report.count("dropped") == 1


@pytest.mark.parametrize(("text", "words"), [
    ("school,amount\nAsh,1\n", "no column with codes of schools"),
    ("CDS Code,name\n19647336000001,Ash\n", "no column with money spent"),
])
def test_files_that_hold_no_spending_are_refused(tmp_path: Path, text: str, words: str) -> None:
    with pytest.raises(InputError, match=words) as told:
        imported(write_text(tmp_path / "x.csv", text), "spending")
    assert "--" not in told.value.hint
    assert told.value.details.keys() & {"field", "fields"}


# --- allocations ---------------------------------------------------------------------------------------------------------

SENI = ("\ufeffCDS Code,School Name,SENI Score 2026-27,SENI Rank for 2026-27 Allocation,SENI 2026-27 Quintile,"
        "SENI Total Allocation Dollar(s),Total Enrollment 2025-26,EL Rate 2025-26\n"
        "6000001,Ash,71.5,3,1 - HIGHEST,\"1,234,567.89\",500,31.0\n6000002,Birch,12.25,650,5 - LOWEST,*,300,--\n"
        "19647336000003,Cedar,40,300,3 - MODERATE,0,200,N/A\n")


def test_the_seni_file_whose_headings_carry_their_year(tmp_path: Path) -> None:
    result = imported(write_text(tmp_path / "SENI_2026-2027.csv", SENI), "allocation")
    ash, birch = row(result, "19647336000001"), row(result, "19647336000002")
    assert ash[["amount_usd", "need_score", "need_rank", "need_quintile", "enrollment"]].tolist() == [1_234_567.89, 71.5, 3, 1, 500]
    assert (ash["program"], ash["year"], ash["scope"]) == ("SENI", "2026-27", "school")
    assert np.isnan(birch["amount_usd"])
    assert birch["amount_usd_reason"] == "suppressed"
    assert birch["need_quintile"] == 5
    assert row(result, "19647336000003")["amount_usd"] == 0.0
    assert any("7 digits" in text and count == 2 for count, text in said(result, "mended"))


def test_short_codes_are_those_of_the_projects_schools(tmp_path: Path) -> None:
    places = write_geojson(tmp_path / "schools.geojson", points(2, CDSCode=["01999996000001", "01999996000009"], School=["A", "B"]))
    schools = import_file(places, "school", target_crs=ALBERS)
    project = Project().with_layer(schools.layer, schools.frame)
    result = imported(write_text(tmp_path / "SENI_2026-2027.csv", SENI), "allocation", project=project)
    assert "01999996000001" in set(result.frame["school_id"])
    assert "19647336000002" in set(result.frame["school_id"])
    assert any("no school layer" in text and count == 1 for count, text in said(result, "caution"))


LCFF_HEAD = ["County Code", "District Code", "School Code", "Charter Number", "Local Educational Agency", "Base Grant + NSS Allowance",
             "Total Supplemental Grant", "Total Concentration Grant", "Total LCFF Entitlement", "Unduplicated Pupil Percentage",
             "Funded ADA TK/K-3", "Funded ADA 4-6", "Funded ADA 7-8", "Funded ADA 9-12"]


def lcff(county: str, district: str, code: str, name: str, total: float) -> list[Any]:
    return [county, district, code, "", name, total - 30, 20, 10, total, "85.71%", 100.5, 50, 25, 75.25]


def test_the_formulas_summary_keeps_the_latest_certification(tmp_path: Path) -> None:
    head = [["LCFF Summary Data"], ["Fiscal Year 2023-24"], []]
    path = write_workbook(tmp_path / "lcffsummary2324.xlsx", {
        "LCFF Summary 23-24 P-2": [*head, LCFF_HEAD, lcff("19", "64733", "0000000", "Los Angeles Unified", 1000.0),
                                   lcff("19", "64733", "0100289", "New Academy", 50.0)],
        "LCFF Summary 23-24 ANR1": [*head, LCFF_HEAD, lcff("19", "64733", "0000000", "Los Angeles Unified", 1010.0)],
        "LCFF Summary 23-24 Annual": [*head, LCFF_HEAD, lcff("19", "64733", "0000000", "Los Angeles Unified", 1005.0)],
        "Data Descriptions": [["Column", "Meaning"], ["Base", "Dollars"]],
    })
    result = imported(path, "allocation")
    district = row(result, "19647330000000")
    assert (district["amount_usd"], district["certification"], district["scope"]) == (1010.0, "AN R1", "district")
    assert (district["year"], district["program"]) == ("2023-24", "LCFF")
    assert district[["base_grant_usd", "supplemental_grant_usd", "concentration_grant_usd"]].tolist() == [980.0, 20.0, 10.0]
    assert district["unduplicated_share"] == pytest.approx(0.8571)
    assert district[["ada_tk_3", "ada_4_6", "ada_7_8", "ada_9_12"]].tolist() == [100.5, 50, 25, 75.25]
    assert row(result, "19647330100289")["certification"] == "P-2"
    assert (2, "Earlier certifications, which a later one of the same year replaces.") in said(result, "dropped")
    one = imported(path, "allocation", sublayer="LCFF Summary 23-24 P-2")
    assert row(one, "19647330000000")["amount_usd"] == 1000.0


def test_a_file_without_dollars_is_no_allocation(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="allocation in dollars"):
        imported(write_text(tmp_path / "x.csv", "CDS Code,School Name\n19647336000001,Ash\n"), "allocation")


# --- positions and rates ---------------------------------------------------------------------------------------------------


def test_positions_by_the_template_without_the_people(tmp_path: Path) -> None:
    head = (resources_dir() / "money" / "positions_template.csv").read_text().strip()
    rows = ("19647336000001,Ash,2024-25,Teacher,20,74000,86000,Ada Lovelace\n19647336000001,Ash,2024-25,Teacher,1,,86000,\n"
            "19647336000002,Birch,2024-25,Nurse,0.5,41.5,70000,Mary Seacole\n")
    result = imported(write_text(tmp_path / "positions.csv", head + ",Employee Name\n" + rows), "position")
    assert result.frame["id"].tolist() == ["19647336000001:2024-25:Teacher", "19647336000001:2024-25:Teacher-2", "19647336000002:2024-25:Nurse"]
    assert result.frame["salary_usd"].tolist()[0] == 74_000
    assert np.isnan(result.frame["salary_usd"].iloc[1])
    assert not any("employee" in column for column in result.frame.columns)
    assert not result.frame.astype(str).apply(lambda cells: cells.str.contains("Lovelace")).any().any()
    assert any("name people" in text for _, text in said(result, "note"))
    assert any(count == 1 and "not per hour" in text for count, text in said(result, "caution"))


def test_positions_without_fte_say_how_they_count(tmp_path: Path) -> None:
    result = imported(write_text(tmp_path / "p.csv", "CDS,Title,Salary\n19647336000001,Teacher,80000\n"), "position", mapping={"year": "=2024-25"})
    assert result.frame["fte"].tolist() == [1.0]
    assert any("one full-time position" in text for _, text in said(result, "caution"))


def test_the_shipped_rates_come_in_as_a_projects_own() -> None:
    result = imported(resources_dir() / "money" / "lcff_rates.csv", "funding_rate")
    rates = result.frame.set_index("year")
    assert rates.loc["2024-25", ["base_tk_3", "base_9_12", "concentration"]].tolist() == [10025, 12144, 0.65]
    assert rates.loc["2025-26", "confirmed"] == "no"


def test_rates_with_a_hole_are_refused(tmp_path: Path) -> None:
    text = (resources_dir() / "money" / "lcff_rates.csv").read_text().replace("10025", "")
    with pytest.raises(InputError, match="2024-25"):
        imported(write_text(tmp_path / "rates.csv", text), "funding_rate")


def test_tables_stand_last_and_survive_saving(tmp_path: Path, ppe: Path) -> None:
    from ecomap.io.store import open_project, save_project
    from tests.small_project import small_project

    project, report = with_arrival(small_project(), imported(ppe, "spending"))
    assert project.layers[-1].role == "spending"
    save_project(project, tmp_path / "p.ecomap.gpkg")
    again = open_project(tmp_path / "p.ecomap.gpkg")
    before, after = project.frame(report.layer_id), again.frame(report.layer_id)
    assert again.layer(report.layer_id).columns == project.layer(report.layer_id).columns
    assert after["site_state_local_usd"].tolist() == pytest.approx(before["site_state_local_usd"].tolist(), nan_ok=True)
    assert after["school_id"].tolist() == before["school_id"].tolist()


def test_the_preview_says_what_would_be_read(ppe: Path) -> None:
    preview = preview_file(ppe, "spending")
    assert preview.mapping["filed_site_federal_usd"] == "School-Federal"
    assert preview.mapping["membership"] == "Membership"
    assert preview.mapping["membership_type"] == "Membership Type"


def test_a_title_is_the_position_and_not_the_schools_name(tmp_path: Path) -> None:
    result = imported(write_text(tmp_path / "p.csv", "school_id,year,title,fte,salary_usd\n19647336000001,2024-25,Nurse,1,80000\n"), "position")
    assert result.frame["title"].tolist() == ["Nurse"]
    assert result.frame["name"].tolist() == ["19647336000001"]
