"""One small file per kind of fault: what EcoMap makes of each, through the operations that window and command line share."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from ecomap.model.errors import InputError
from ecomap.model.project import Project
from ecomap.model.report import ImportReport
from ecomap.workspace import operations

FILES = Path(__file__).resolve().parents[2] / "shared" / "data" / "awkward"
pytestmark = pytest.mark.skipif(not FILES.is_dir(), reason="the shared awkward files are not here")

NOTHING = Project()
MANY_ANSWERS = 3


def brought(project: Project, name: str, role: str, **how: Any) -> tuple[Project, ImportReport, Any]:
    after, report = operations.import_file(project, FILES / name, role, **how)
    assert report.adds_up, report.sentence
    assert [use.column for use in report.columns if use.use not in ("used", "kept", "left out")] == []
    assert len({use.column for use in report.columns}) == len(report.columns)
    assert len([doubt for doubt in report.doubts if doubt.code not in dict(report.answers)]) <= MANY_ANSWERS
    return after, report, after.frame(report.layer_id)


def refused(project: Project, name: str, role: str, **how: Any) -> InputError:
    with pytest.raises(InputError) as caught:
        operations.import_file(project, FILES / name, role, **how)
    assert caught.value.hint
    return caught.value


def town(*, schools: bool = False, services: bool = False) -> Project:
    """25 tracts, and where wanted the 6 schools and 3 services in them."""
    project = brought(NOTHING, "base_tracts.geojson", "need_area")[0]
    project = brought(project, "base_schools.csv", "school")[0] if schools else project
    return brought(project, "base_services.csv", "service")[0] if services else project


def degrees(frame: Any) -> list[tuple[float, float]]:
    """(longitude, latitude) of every row, rounded to a hundred metres."""
    return [(round(point.x, 3), round(point.y, 3)) for point in frame.geometry.to_crs("EPSG:4326")]


def told(report: ImportReport) -> str:
    parts = [str(line.text) + " " + " ".join(map(str, line.examples)) for line in report.lines]
    parts += [str(doubt.text) + " " + " ".join(map(str, doubt.evidence)) for doubt in report.doubts]
    return " ".join([*parts, *(f"{use.column}: {use.why} {' '.join(use.failing)}" for use in report.columns)])


PLACES = [(-89.995, 40.005), (-89.985, 40.015), (-89.975, 40.025), (-89.965, 40.035), (-89.955, 40.045), (-89.955, 40.025)]
IDS = [f"0100000{n}" for n in range(1, 7)]


# --- letters and codes ----------------------------------------------------------------------------------------------


def test_02_letters_that_were_read_in_the_wrong_encoding_are_mended() -> None:
    _, _, frame = brought(NOTHING, "02_lying.shp", "school")
    assert frame["name"].iloc[0] == "Peña Elementary"
    assert frame["id"].tolist() == IDS


def test_04_codes_that_excel_rounded_are_refused() -> None:
    problem = refused(town(), "04_sci.csv", "need_area")
    assert "Excel" in str(problem)
    assert "round" in str(problem)


def test_25_connecticut_of_2022_is_refused_on_its_old_counties() -> None:
    tracts = brought(NOTHING, "25_ct_tracts.geojson", "need_area")[0]
    assert "planning region" in str(refused(tracts, "25_ct_2022.csv", "need_area")).lower()


@pytest.mark.parametrize(("name", "key"), [("17b_table.csv", "school_id"), ("18_byid.csv", "school_id")])
def test_17_18_schools_are_joined_by_whatever_code_they_have(name: str, key: str) -> None:
    first = brought(town(), "17_samename.csv" if name.startswith("17") else "base_schools.csv", "school")[0]
    after, report, frame = brought(first, name, "school")
    assert frame["id"].tolist() == IDS
    assert len(after.layers_of("school")) == 1
    rates = dict(zip(frame["id"], frame["chronic_absence_rate"]))
    assert rates["01000002"] == pytest.approx(0.4 if name.startswith("17") else 0.15)
    assert "6 of 6" in told(report)


def test_18_a_national_code_is_the_id_whole_with_its_zero() -> None:
    _, _, frame = brought(NOTHING, "18b_nces.csv", "school")
    assert frame["id"].iloc[0] == "010000700871"


def test_19_names_join_as_a_last_resort_and_doubtful_ones_are_listed() -> None:
    _, report, frame = brought(town(schools=True), "19_byname.csv", "school")
    rates = dict(zip(frame["name"], frame["chronic_absence_rate"]))
    assert sum(value == value for value in rates.values()) >= 5
    assert rates["Emerson Elementary"] == pytest.approx(0.3)
    assert "name" in told(report).lower()


def test_h12_areas_are_joined_by_name_where_there_is_no_code() -> None:
    areas = brought(NOTHING, "h12_areas.geojson", "need_area")[0]
    _, _, frame = brought(areas, "h12_names.csv", "need_area")
    column = next(name for name in frame.columns if "hardship" in name and frame[name].dtype == float)
    assert dict(zip(frame["name"], frame[column])) == {"North Side": 39.0, "South Side": 46.0}


def test_h02_zones_schools_and_minutes_meet_in_either_order() -> None:
    for order in (("h02_zones.geojson", "h02_schools.csv"), ("h02_schools.csv", "h02_zones.geojson")):
        project = NOTHING
        for name in order:
            how = {"role": "school"} if name.endswith("csv") else {"role": "attendance_area", "constants": {"level": "elementary"}}
            project = operations.import_file(project, FILES / name, **how)[0]
        links = project.frame(project.layers_of("area_link")[0].id)
        assert sorted(links["school_id"]) == ["610001", "610002"], order
        assert "inside" not in set(links["kind"]), order
        _, report, times = brought(project, "h02_times.csv", "travel_cost")
        assert report.kept == 2
        assert sorted(times["cost"]) == [5, 9]


def test_h15_a_name_that_is_said_to_be_read_is_used() -> None:
    areas = brought(NOTHING, "h15_areas.geojson", "need_area")[0]
    _, _, frame = brought(areas, "h15_join_name_dropped.csv", "need_area")
    assert "Adams County, Pennsylvania" in set(frame["name"])


# --- places ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("name", "west", "south", "east", "north"), [
    ("07_chicago_swapped.csv", -87.8, 41.7, -87.5, 42.0), ("07b_nyc_swapped.csv", -74.3, 40.4, -73.6, 41.0),
    ("24_axisorder.geojson", -90.1, 39.9, -89.8, 40.1), ("09_nominus.csv", -90.1, 39.9, -89.8, 40.1),
    ("08c_la_two.csv", -118.5, 33.8, -118.0, 34.3),
])
@pytest.mark.parametrize("first", [True, False])
def test_07_08_09_swapped_or_negated_places_are_mended_or_asked_never_elsewhere(
    name: str, west: float, south: float, east: float, north: float, first: bool
) -> None:
    project = NOTHING if first or not name.startswith(("24", "09")) else town()
    found = operations.understand(project, FILES / name, "school").view
    answers = {}
    if found.problem:
        assert found.doubts, "what is not known is asked"
        assert first
        answers = {found.doubts[0].code: next(one.value for one in found.doubts[0].options if one.value != "as_written")}
    _, report, frame = brought(project, name, "school", answers=answers)
    assert all(west <= x <= east and south <= y <= north for x, y in degrees(frame)), degrees(frame)
    assert len(frame) == report.read
    assert any(line.kind in ("mended", "caution") for line in report.lines) or report.doubts


def test_53_the_projects_own_areas_decide_where_swapped_schools_lie() -> None:
    project = brought(NOTHING, "53_nyc_tracts.geojson", "need_area")[0]
    _, report, frame = brought(project, "07b_nyc_swapped.csv", "school")
    assert all(-74.3 <= x <= -73.6 and 40.4 <= y <= 41 for x, y in degrees(frame))
    assert any(line.kind == "mended" for line in report.lines)


@pytest.mark.parametrize("name", ["11_dms.csv", "12_latlon_one_col.csv", "10_semicolon.csv"])
def test_10_11_12_every_way_of_writing_a_place_is_read(name: str) -> None:
    _, _, frame = brought(NOTHING, name, "school")
    assert degrees(frame) == PLACES[:len(frame)]
    assert len(frame) == 6


def test_13_curves_are_straightened_and_told() -> None:
    _, report, frame = brought(NOTHING, "13_curve.json", "attendance_area", constants={"level": "elementary"})
    assert frame.geometry.notna().tolist() == [True, True]
    assert "curve" in told(report).lower()


@pytest.mark.parametrize("order", [("h01_areas.geojson", "h01_crs_outlier_schools.csv"), ("h01_crs_outlier_schools.csv",)])
def test_h01_one_row_at_the_south_pole_does_not_choose_the_projection(order: tuple[str, ...]) -> None:
    project = NOTHING
    for name in order:
        project, report, frame = brought(project, name, "need_area" if name.endswith("json") else "school")
    assert project.crs == "EPSG:32618"
    assert len(frame) == 4
    near = frame.geometry.dropna().to_crs("EPSG:4326")
    assert len(near) == 3
    assert "School D" in told(report)
    assert "south" in told(report)


# --- numbers, dates, words ------------------------------------------------------------------------------------------


def test_10_decimal_commas_are_decided_per_column() -> None:
    _, _, schools = brought(NOTHING, "10_semicolon.csv", "school")
    assert schools["frpm_share"].iloc[0] == pytest.approx(0.125)
    assert schools["enrollment"].iloc[0] == 300
    _, report, areas = brought(town(), "10b_semicolon_need.csv", "need_area")
    rate = areas["taux_pauvrete"].iloc[0]
    assert rate in (pytest.approx(0.125), pytest.approx(12.5))
    assert areas["revenu"].iloc[0] == 1250 or "revenu" in told(report)


def test_20_suppressed_codes_are_no_numbers_and_counted() -> None:
    _, report, frame = brought(NOTHING, "20_suppressed.csv", "school")
    assert frame["enrollment"].isna().tolist() == [True] * 5 + [False]
    assert frame["enrollment_reason"].iloc[0] == "suppressed"
    column = next(name for name in frame.columns if name.startswith("pct_math") and frame[name].dtype == float)
    assert frame[column].isna().tolist()[:5] == [True] * 5
    assert frame[column].iloc[5] in (61, pytest.approx(0.61))
    assert "suppressed" in told(report)


def test_22_sisters_have_one_scale() -> None:
    _, report, frame = brought(town(), "22_smallpct.csv", "need_area")
    scales = []
    for column, first in (("pct_homeless", 0.1), ("pct_foster", 0.1)):
        name = next(one for one in frame.columns if one.startswith(column) and frame[one].dtype == float)
        scales.append(round(frame[name].iloc[0] / first, 6))
    assert scales[0] == scales[1]
    assert scales[0] == pytest.approx(0.01) or any(doubt.code.startswith("scale") for doubt in report.doubts)


def test_23_headings_of_two_rows_become_one() -> None:
    _, report, frame = brought(NOTHING, "23_merged.xlsx", "school")
    assert len(frame) == 6
    told_apart = [use.column for use in report.columns if "20" in use.column]
    assert len(told_apart) == 4
    assert len({column for column in told_apart if "2022" in column}) == 2
    assert "bookkeeping" not in told(report)
    numbers = [name for name in frame.columns if frame[name].dtype == float and not name.endswith("_reason")]
    assert len(numbers) >= 4


@pytest.mark.parametrize("name", ["33b_ended.csv", "33c_ended_iso.csv"])
def test_33_every_spelling_of_a_date_ends_a_site(name: str) -> None:
    project, _, frame = brought(town(), name, "site")
    assert all(str(end).startswith("2020") for end in frame["end"])
    _, result = operations.run_analysis(project, "coverage-gap", {"target": "approach:community_school"})
    out = {figure.name: figure.value for figure in result.figures}
    assert out["share_out_of_reach"] == 1, out


@pytest.mark.parametrize(("name", "expected"), [
    ("34_money.csv", [-1234, 1_200_000, 1234.5, 5000, 12345.67]), ("49a_money.csv", [-1234, 12345.67, 5000, 0]),
])
def test_34_49_money_is_read_in_every_spelling(name: str, expected: list[float]) -> None:
    _, report, frame = brought(NOTHING, name, "spending", **({} if name.startswith("49") else {"constants": {"year": "2023-24"}}))
    assert frame["site_state_local_usd"].tolist()[:len(expected)] == pytest.approx(expected)
    if name.startswith("34"):
        assert frame["site_federal_usd"].isna().tolist() == [False, True, True, False, False]
        assert frame["site_federal_usd"].iloc[3] == -200
    del report


def test_43_h06_levels_come_from_grades_in_any_spelling() -> None:
    _, _, schools = brought(NOTHING, "43_grades.csv", "school")
    assert schools["levels"].tolist() == ["elementary", "elementary", "middle", "elementary", "high", "elementary+middle+high"]
    _, _, areas = brought(NOTHING, "h06_levels.json", "attendance_area")
    assert areas["level"].tolist()[:3] == ["elementary", "high", "middle"]


def test_50_names_cut_to_ten_letters_are_understood() -> None:
    _, report, frame = brought(NOTHING, "50_trunc.shp", "school")
    assert frame["name"].iloc[0] == "Adams Elementary"
    assert frame["enrollment"].iloc[0] == 300
    assert frame["id"].tolist() == IDS
    del report


# --- names ----------------------------------------------------------------------------------------------------------


def test_h03_h04_h05_the_column_that_names_the_thing_is_its_name() -> None:
    _, report, services = brought(NOTHING, "h03_services_publicname.csv", "service")
    assert services["name"].tolist() == ["YOUTH CLINIC", "SENIOR MEALS", "DENTAL VAN"]
    assert report.count("merged") == 0
    _, _, schools = brought(NOTHING, "h04_schools_school_nm.csv", "school")
    assert schools["name"].tolist() == ["EPIC HS", "ARTS HS"]
    assert schools["id"].tolist() == ["400094", "610587"]
    _, said, wards = brought(NOTHING, "h05_wards.geojson", "district")
    assert [name.lower() for name in wards["name"]] == ["ward 1", "ward 2", "ward 3"] or "WARD" in told(said)


# --- status ---------------------------------------------------------------------------------------------------------


def test_37d_closed_merged_and_pending_schools_are_no_candidates() -> None:
    project, report, schools = brought(town(), "37d_cde_directory.txt", "school")
    assert len(schools) == 6
    said = told(report)
    assert "closed" in said.lower()
    assert "merged" in said.lower()
    after, result = operations.run_analysis(project, "priority", {"target": "none"} if _has_none(project) else {})
    ranked = set(result.main.frame["name"])
    assert "Adams Elementary" in ranked
    assert not ranked & {"Baker Elementary", "Dewey Elementary", "Lincoln High"}
    del after


def _has_none(project: Project) -> bool:
    del project
    return False


# --- shapes of data -------------------------------------------------------------------------------------------------


def test_26_two_services_in_one_cell_are_two() -> None:
    _, report, frame = brought(NOTHING, "26_hsds/locations.csv", "service")
    names = frame["name"].tolist()
    assert {"Food pantry", "Counseling"} <= set(names)
    assert sum("Food pantry" in name for name in names) == 2
    assert "Mobile van" in names or "Mobile van" in told(report) or "Counseling" in names


@pytest.mark.parametrize("role", ["school", "attendance_area"])
def test_32_the_layer_that_fits_is_taken_and_the_other_is_named(role: str) -> None:
    how = {"constants": {"level": "elementary"}} if role == "attendance_area" else {}
    _, report, frame = brought(NOTHING, "32_two.zip", role, **how)
    kinds = set(frame.geometry.geom_type)
    assert kinds <= ({"Point"} if role == "school" else {"Polygon", "MultiPolygon"})
    assert "zones" in told(report)
    assert "schools" in told(report)


def test_38_one_code_in_two_rows_is_one_area_of_people() -> None:
    _, report, frame = brought(NOTHING, "38_exploded.geojson", "need_area")
    assert frame["children"].sum() == 11_000
    assert len(frame) == 25
    assert report.read == 26


def test_39_a_long_table_is_spread_with_its_margins() -> None:
    project, report, frame = brought(NOTHING, "39_long.geojson", "need_area")
    assert len(frame) == 25
    numbers = [name for name in frame.columns if frame[name].dtype == float]
    assert sum(name.endswith("_moe") for name in numbers) == 2, numbers
    assert report.read == 50
    layer = project.layers_of("need_area")[0]
    assert all(one.moe_column for one in layer.indicators)


def test_48_one_site_in_three_spellings_is_not_two_in_reach() -> None:
    _, report, frame = brought(town(), "48_dups.csv", "service")
    food_banks = sum("food bank" in str(name).lower() for name in frame["name"])
    assert food_banks == 1 or any(doubt.code.startswith("duplicate") for doubt in report.doubts)


@pytest.mark.parametrize("name", ["24_att.fgb", "24_att.geojsonl", "24_att.kml", "24_att.kmz", "24_att.topojson", "24_wkbhex.csv"])
def test_24_areas_come_in_every_format(name: str) -> None:
    _, _, frame = brought(NOTHING, name, "attendance_area", constants={"level": "elementary"})
    assert "Adams Elementary" in set(frame["name"]) or name.endswith("topojson")


@pytest.mark.parametrize("name", ["24_schools.csv.gz", "24_schools.gpx", "24_schools.kml"])
def test_24_schools_come_in_every_format(name: str) -> None:
    _, _, frame = brought(NOTHING, name, "school")
    assert sorted(degrees(frame)) == sorted(PLACES)
    assert "Adams Elementary" in set(frame["name"])


def test_24_a_spreadsheet_of_libreoffice_is_read() -> None:
    view = operations.understand(NOTHING, FILES / "24_att.ods").view
    assert view.rows > 1
    assert len(view.columns) > 1


# --- indicators -----------------------------------------------------------------------------------------------------


def test_59_a_direction_is_known_or_asked_never_guessed() -> None:
    project = brought(NOTHING, "59_tracts_only.geojson", "need_area")[0]
    project, report, _ = brought(project, "59_graduation.csv", "need_area")
    found = {one.column: one.direction for one in project.layers_of("need_area")[0].indicators}
    assert found.get("graduation_rate", -1) == -1, "if it counts, then the right way"
    assert found.get("healthy_places_index", -1) == -1
    assert "median_household_income" not in found, "the same in every row: it tells no areas apart"
    said = told(report)
    assert "graduation_rate" in said
    after, _, _ = brought(project, "59_graduation.csv", "need_area", indicators={"graduation_rate": -1})
    layer = after.layers_of("need_area")[0]
    assert any(one.direction == -1 and one.column.startswith("graduation_rate") for one in layer.indicators)


def test_h07_a_states_own_columns_can_be_counted() -> None:
    _, report, frame = brought(NOTHING, "h07_districts_cde.geojson", "need_area", indicators={"SEDpct": 1, "ELpct": 1})
    project = operations.import_file(NOTHING, FILES / "h07_districts_cde.geojson", "need_area", indicators={"SEDpct": 1, "ELpct": 1})[0]
    layer = project.layers_of("need_area")[0]
    assert {one.direction for one in layer.indicators} == {1}
    assert len(layer.indicators) >= 2
    assert frame["name"].tolist() == ["North", "South"]
    del report


def test_h11_the_preset_runs_on_the_columns_of_2018_and_a_score_never_counts_beside_its_parts() -> None:
    areas = brought(NOTHING, "h11_areas.geojson", "need_area")[0]
    project, _, _ = brought(areas, "h11_ces3_six_tracts.csv", "need_area")
    layer = project.layers_of("need_area")[0]
    counted = {one.column for one in layer.indicators}
    assert len(counted) >= 15
    assert "ces_score" not in counted
    _, result = operations.run_analysis(project, "need-index", {"preset": "calenviroscreen"})
    assert result.main.frame["score"].notna().all()


def test_h14_not_sorted_is_no_kind_of_work() -> None:
    project, _, frame = brought(NOTHING, "h14_uncategorised_services.csv", "service")
    assert "category" not in frame or set(frame["category"].fillna("")) == {""}
    assert not any("sorted" in str(value).lower() for layer in project.layers for value in project.frame(layer.id).astype(str).to_numpy().ravel())


def test_h09_a_nested_directory_keeps_all_it_can_hold() -> None:
    _, report, frame = brought(NOTHING, "h09_ohana.json", "service")
    assert len(frame) >= 3
    assert {"Supportive housing", "Job help", "Child care"} <= set(frame["name"])
    assert frame["organisation"].nunique() == 2
    assert "coordinates" in told(report)
    _, _, lines = brought(NOTHING, "h09_ohana_lines.json", "service")
    assert sorted(lines["organisation"]) == ["Agency A", "Agency B"]
    assert sorted(degrees(lines)) == [(-122.4, 37.78), (-122.39, 37.78)]


# --- hostile ones ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("name", "role"), [
    ("bad_deflate.zip", "service"), ("huge_int.json", "zone"), ("type_dict.geojson", "need_area"), ("type_list.geojson", "need_area"),
    ("wide.csv", "service"), ("xlsx_named_zip.zip", "service"),
])
def test_hostile_files_are_refused_in_one_sentence(name: str, role: str) -> None:
    problem = refused(NOTHING, f"trust/{name}", role)
    assert "Traceback" not in str(problem)
    assert len(str(problem)) < 400
