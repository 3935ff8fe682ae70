"""Of rows by year, by group and by grade one is left for every place; codes in several columns and marks are put right."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from ecomap.model.project import Project
from ecomap.model.report import ImportReport
from ecomap.workspace import operations
from tests.io.making import points, squares, write_geojson, write_text

CODES = [f"0612{n}" for n in range(4)]


def brought(path: Path, role: str = "school", project: Project | None = None, **how: Any) -> tuple[Any, ImportReport, Project]:
    after, report = operations.import_file(project or operations.new_project(), path, role, **how)
    assert report.adds_up
    return after.frame(report.layer_id), report, after


def said(report: ImportReport, kind: str) -> str:
    return " ".join(str(line.text) for line in report.lines if line.kind == kind)


def by_year(years: tuple[str, ...], heading: str = "School Year") -> str:
    lines = [f"School ID,School Name,{heading},Lat,Lon,Enrollment"]
    return "\n".join([*lines, *(f"{code},School {code},{year},42.3{n},-71.1{n},{300 + k * 7 + n}" for n, code in enumerate(CODES) for k, year in enumerate(years))])


@pytest.mark.parametrize(("heading", "years"), [("Year", ("2021", "2022", "2023")), ("SchoolYear", ("2021-22", "2023-24", "2022-23")), ("SY", ("SY 22-23", "SY 23-24"))])
def test_schools_of_several_years_are_those_of_the_last(tmp_path: Path, heading: str, years: tuple[str, ...]) -> None:
    frame, report, _ = brought(write_text(tmp_path / "s.csv", by_year(years, heading)))
    assert sorted(frame["id"]) == CODES
    last = years.index(max(years))
    assert sorted(frame["enrollment"]) == [300 + last * 7 + n for n in range(4)]
    assert max(years) in said(report, "dropped")


def test_the_year_a_school_opened_takes_no_row_away(tmp_path: Path) -> None:
    lines = ["School ID,School Name,Year,Lat,Lon"] + [f"{code},School {code},{1990 + n},42.3{n},-71.1{n}" for n, code in enumerate(CODES)]
    frame, _, _ = brought(write_text(tmp_path / "s.csv", "\n".join(lines)))
    assert len(frame) == 4


def test_a_year_that_has_only_begun_is_not_the_last(tmp_path: Path) -> None:
    text = by_year(("2022", "2023")) + f"\n{CODES[0]},School {CODES[0]},2024,42.30,-71.10,999"
    frame, report, _ = brought(write_text(tmp_path / "s.csv", text))
    assert len(frame) == 4
    assert 999 not in set(frame["enrollment"])
    assert "2023" in said(report, "dropped")


@pytest.fixture
def town(tmp_path: Path) -> Project:
    frame = points(4, school_id=CODES, school_name=[f"School {code}" for code in CODES])
    return brought(write_geojson(tmp_path / "town.geojson", frame))[2]


def test_a_table_of_groups_brings_the_numbers_of_everybody(tmp_path: Path, town: Project) -> None:
    groups = ("English Learners", "All Students", "Homeless")
    lines = ["Campus Number,Student Group,Chronic Rate"] + [f"{code},{group},{10 * k + n + 0.5}" for n, code in enumerate(CODES) for k, group in enumerate(groups)]
    frame, report, _ = brought(write_text(tmp_path / "g.csv", "\n".join(lines)), project=town)
    assert sorted(frame["chronic_rate"]) == [10.5, 11.5, 12.5, 13.5]
    assert "All Students" in said(report, "dropped")


def test_a_school_with_a_row_for_each_grade_is_one_school(tmp_path: Path) -> None:
    lines = ["School ID,School Name,Grade,Lat,Lon,Enrollment"] + [
        f"{code},School {code},{grade},42.3{n},-71.1{n},{50 + k}" for n, code in enumerate(CODES) for k, grade in enumerate(("K", "1", "2"))]
    frame, report, _ = brought(write_text(tmp_path / "s.csv", "\n".join(lines)))
    assert list(frame["grades_low"]) == ["K"] * 4
    assert list(frame["grades_high"]) == ["2"] * 4
    assert list(frame["enrollment"]) == [153] * 4
    assert report.count("merged") == 8


def test_parts_of_an_area_agree_in_their_numbers_not_in_their_words(tmp_path: Path) -> None:
    codes = ["25025000100", "25025000100", "25025000200", "25025000200"]
    same = squares(4, GEOID=codes, children=[40, 40, 50, 50], part=list("abcd"))
    frame, _, _ = brought(write_geojson(tmp_path / "a.geojson", same), "need_area")
    assert sorted(frame["children"]) == [40, 50]
    other = squares(4, GEOID=codes, children=[40, 41, 50, 51], part=list("abcd"))
    assert len(brought(write_geojson(tmp_path / "b.geojson", other), "need_area")[0]) == 4


@pytest.fixture
def tracts(tmp_path: Path) -> Project:
    frame = squares(4, GEOID=[f"25025{n:06d}" for n in (100, 200, 300, 400)], children=[1, 2, 3, 4])
    return brought(write_geojson(tmp_path / "t.geojson", frame), "need_area")[2]


@pytest.mark.parametrize("text", [
    "STATEFP,COUNTYFP,TRACTCE,poverty_rate\n" + "\n".join(f"25,25,{n},{n / 10}" for n in (100, 200, 300, 400)),
    "state,county,Census Tract,poverty_rate\n" + "\n".join(f"25,025,{n},{int(float(n)) * 10}" for n in ("1", "2.00", "3", "4")),
    "GISJOIN,poverty_rate\n" + "\n".join(f"G2500250{n:06d},{n / 10}" for n in (100, 200, 300, 400)),
    "Place,poverty_rate,Geolocation\n" + "\n".join(f"25025{n:06d},{n / 10},POINT (-118.29 34.0)" for n in (100, 200, 300, 400)),
    "TractFIPS,poverty_rate,Geolocation\n" + "\n".join(f"25025{n:06d},{n / 10},POINT (-118.29 34.0)" for n in (100, 200, 300, 400)),
])
def test_tracts_are_met_however_their_codes_are_written(tmp_path: Path, tracts: Project, text: str) -> None:
    frame, report, _ = brought(write_text(tmp_path / "p.csv", text), "need_area", tracts)
    assert [round(value, 3) for value in frame["poverty_rate"]] == [0.1, 0.2, 0.3, 0.4]
    assert report.kept == 4


def test_answers_of_the_census_service_are_tables(tmp_path: Path, tracts: Project) -> None:
    rows = [["NAME", "B17020_001E", "B17020_002E", "state", "county", "tract"], *(["a", "100", f"{n}", "25", "025", f"{n:06d}"] for n in (100, 200, 300, 400))]
    frame, _, _ = brought(write_text(tmp_path / "api.json", json.dumps(rows)), "need_area", tracts)
    assert list(frame["b17020_002e"]) == [100, 200, 300, 400]


def test_whole_downloads_of_a_portal_are_tables(tmp_path: Path) -> None:
    columns = [{"name": "sid", "fieldName": ":sid"}, *({"name": name, "fieldName": name.lower()} for name in ("School_ID", "School_Name", "Location"))]
    data = [[f"row-{n}", code, f"School {code}", [None, f"42.3{n}", f"-71.1{n}", None, False]] for n, code in enumerate(CODES)]
    frame, _, _ = brought(write_text(tmp_path / "rows.json", json.dumps({"meta": {"view": {"columns": columns}}, "data": data})))
    assert list(frame["id"]) == CODES
    assert "sid" not in frame.columns


@pytest.mark.parametrize("mark", ["'{}", '="{}"'])
def test_marks_of_spreadsheets_are_no_part_of_a_code(tmp_path: Path, town: Project, mark: str) -> None:
    text = "CAMPUS,pct_chronic\n" + "\n".join(f"{mark.format(code)},{n}" for n, code in enumerate(CODES))
    frame, _, _ = brought(write_text(tmp_path / "c.csv", text), project=town)
    assert list(frame["pct_chronic"]) == [0, 1, 2, 3]  # and the numbers are no names
    assert list(frame["name"]) == [f"School {code}" for code in CODES]


def test_a_school_is_known_by_district_and_school_together(tmp_path: Path) -> None:
    text = "LEAID,SCHID,SCH_NAME,LAT,LON\n" + "\n".join(f"622710,{n},School {n},34.0{n},-118.2{n}" for n in (871, 872, 873))
    frame, report, _ = brought(write_text(tmp_path / "n.csv", text))
    assert list(frame["id"]) == ["062271000871", "062271000872", "062271000873"]
    assert "LEAID" in said(report, "note")


def test_letters_of_active_and_inactive_are_read(tmp_path: Path) -> None:
    text = "School ID,School Name,ACTIVE_FLAG,Lat,Lon\n" + "\n".join(f"{code},School {code},{'AIAA'[n]},42.3{n},-71.1{n}" for n, code in enumerate(CODES))
    assert list(brought(write_text(tmp_path / "s.csv", text))[0]["status"]) == ["active", "ended", "active", "active"]


def test_rows_that_only_have_numbers_say_so_and_contacts_are_no_codes(tmp_path: Path) -> None:
    _, report, _ = brought(write_text(tmp_path / "s.csv", "NUM,Lat,Lon\n" + "\n".join(f"{100 + n},42.3{n},-71.1{n}" for n in range(4))))
    assert "called by their codes" in said(report, "caution")
    text = "contact_name,building,Lat,Lon\n" + "\n".join(f"C {n},Hall {'ABCD'[n]} School,42.3{n},-71.1{n}" for n in range(4))
    assert next(iter(brought(write_text(tmp_path / "c.csv", text))[0]["id"])) == "hall-a-school"


def test_areas_belong_to_the_schools_they_are_called_after(tmp_path: Path) -> None:
    frame = points(4, school_id=CODES, school_name=[f"{name} Elementary" for name in ("Adams", "Baker", "Clark", "Dewey")])
    schools = write_geojson(tmp_path / "schools.geojson", frame)
    areas = write_geojson(tmp_path / "areas.geojson", squares(4, ELEM_SCH=["Dewey ES", "Clark ES", "Baker ES", "Adams ES"]))
    for first, second in (((schools, "school"), (areas, "attendance_area")), ((areas, "attendance_area"), (schools, "school"))):
        project = brought(*second, brought(*first)[2])[2]
        links = project.frame(project.layers_of("area_link")[0].id)
        assert dict(zip(links["area_id"], links["school_id"])) == {
            f"elementary:{name} ES": code for name, code in zip(("Adams", "Baker", "Clark", "Dewey"), CODES)}


def test_hidden_measures_are_said(tmp_path: Path, tracts: Project) -> None:
    text = "GEOID,chronic_absence_rate,pct_fsm\n" + "\n".join(f"25025{n:06d},*,{cell}" for n, cell in ((100, "SUPP"), (200, "NE"), (300, "12.5"), (400, "13")))
    frame, report, _ = brought(write_text(tmp_path / "h.csv", text), "need_area", tracts)
    assert "no number is given" in said(report, "caution")
    assert list(frame["pct_fsm_reason"]) == ["suppressed", "not_applicable", "", ""]
