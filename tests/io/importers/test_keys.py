"""Rows without a place find theirs: by whatever code meets the project, by name as a last resort, never by chance."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from attrs import evolve

from ecomap.io.importers import Imported, import_file
from ecomap.io.table.names import core_of, pairs_of
from ecomap.model.errors import InputError
from ecomap.model.project import Project
from ecomap.workspace.arrivals import with_arrival
from tests.io.making import points, squares, write_geojson, write_text

NAMES = ["Adams Elementary", "Baker Elementary", "Clark Middle", "Dewey High"]


def brought(project: Project, path: Path, role: str, **how: Any) -> tuple[Project, Imported]:
    result = import_file(path, role, target_crs=project.crs, project=project, **how)
    assert result.report.adds_up
    if not project.layers and getattr(result.frame, "crs", None) is not None:
        project = evolve(project, crs=str(result.frame.crs))
    return with_arrival(project, result)[0], result


@pytest.fixture
def town(tmp_path: Path) -> Project:
    """Four schools by their district's number; their state's code is kept beside it."""
    frame = points(4, school_id=["610001", "610002", "610003", "610004"], school_name=NAMES,
                   ncessch=["010000700871", "010000700872", "010000700873", "010000700874"])
    return brought(Project(), write_geojson(tmp_path / "schools.geojson", frame), "school")[0]


def column(project: Project, name: str) -> dict[str, Any]:
    layer = project.layers_of("school")[0]
    return dict(zip(project.frame(layer.id)["id"], project.frame(layer.id)[name]))


def told(result: Imported) -> str:
    return " ".join(str(line.text) for line in result.report.lines)


def test_the_column_that_meets_the_project_is_the_key_whatever_it_is_called(town: Project, tmp_path: Path) -> None:
    path = write_text(tmp_path / "t.csv", "thing,absent\n610002,0.4\n610001,0.1\n610003,0.2\n610004,0.3\n")
    after, result = brought(town, path, "school")
    assert column(after, "absent") == {"610001": 0.1, "610002": 0.4, "610003": 0.2, "610004": 0.3}
    assert "4 of 4 codes in 'thing' match the ids of 'Schools'" in told(result)
    assert next(use for use in result.fields if use.field == "id").column == "thing"


@pytest.mark.parametrize("codes", [
    ["10000700871", "10000700872", "10000700873", "10000700874"],          # the zero is lost
    ["010000700871.0", "010000700872.0", "010000700873.0", "010000700874.0"],
    ["0100007-00871", "0100007-00872", "0100007-00873", "0100007-00874"],
])
def test_another_code_that_the_schools_keep_is_a_key_too(town: Project, tmp_path: Path, codes: list[str]) -> None:
    path = write_text(tmp_path / "t.csv", "NCES,absent\n" + "".join(f"{code},0.{n + 1}\n" for n, code in enumerate(codes)))
    after, result = brought(town, path, "school")
    assert column(after, "absent") == {"610001": 0.1, "610002": 0.2, "610003": 0.3, "610004": 0.4}
    assert "4 of 4 codes in 'NCES' match the column 'ncessch'" in told(result)


def test_a_short_number_within_the_long_code_is_that_school(tmp_path: Path) -> None:
    frame = points(3, CDSCode=["19647336112345", "19647336112346", "19647330112347"], School=NAMES[:3])
    town, _ = brought(Project(), write_geojson(tmp_path / "schools.geojson", frame), "school")
    after, _ = brought(town, write_text(tmp_path / "t.csv", "school_code,absent\n6112345,0.1\n6112346,0.2\n112347,0.3\n"), "school")
    assert list(column(after, "absent").values()) == [0.1, 0.2, 0.3]


def test_a_tract_is_no_block_group_and_small_numbers_meet_nobody_by_chance(town: Project, tmp_path: Path) -> None:
    groups = write_geojson(tmp_path / "bg.geojson", squares(2, geoid=["060371011101", "060371011102"]))
    areas, _ = brought(Project(), groups, "need_area")
    with pytest.raises(InputError, match="None of the 2 codes"):
        brought(areas, write_text(tmp_path / "t.csv", "geoid,poverty_rate\n06037101110,0.1\n06037101111,0.2\n"), "need_area")
    with pytest.raises(InputError):
        brought(town, write_text(tmp_path / "t.csv", "rank,absent\n1,0.1\n2,0.2\n3,0.3\n4,0.4\n"), "school")


def test_the_planner_names_the_key(town: Project, tmp_path: Path) -> None:
    path = write_text(tmp_path / "t.csv", "school_id,other,absent\n610001,010000700874,0.1\n610002,010000700873,0.2\n")
    after, _ = brought(town, path, "school")
    assert column(after, "absent")["610001"] == 0.1
    swapped, result = brought(town, path, "school", answers={"key": "other=ncessch"})
    assert column(swapped, "absent")["610004"] == 0.1
    assert [doubt.taken for doubt in result.doubts if doubt.code == "key"] == ["other=ncessch"]
    with pytest.raises(InputError, match="Hardly any"):
        brought(town, path, "school", answers={"key": "absent=ncessch"})


def test_two_columns_that_mean_other_rows_are_asked_about(town: Project, tmp_path: Path) -> None:
    path = write_text(tmp_path / "t.csv", "first_ref,second_ref,absent\n610001,610004,0.1\n610002,610003,0.2\n610003,610002,0.3\n610004,610001,0.4\n")
    _, result = brought(town, path, "school")
    doubt = next(doubt for doubt in result.doubts if doubt.code == "key")
    assert {option.value for option in doubt.options} == {"first_ref=id", "second_ref=id"}
    _, settled = brought(town, path, "school", answers={"key": "second_ref=id"})
    assert settled.frame.set_index("id")["absent"]["610004"] == 0.1


def test_names_join_where_no_code_does_and_the_doubtful_are_asked(town: Project, tmp_path: Path) -> None:
    path = write_text(tmp_path / "t.csv", "School,absent\nAdams,0.1\nBaker Elem.,0.2\nCLARK MIDDLE SCHOOL,0.3\nDewy High,0.4\n")
    after, result = brought(town, path, "school")
    assert {key: value for key, value in column(after, "absent").items() if value == value} == {"610001": 0.1, "610002": 0.2, "610003": 0.3}
    assert "Joined to 'Schools' by name (School): 3 of 4." in told(result)
    doubt = next(doubt for doubt in result.doubts if doubt.code == "names")
    assert (doubt.rows, doubt.taken) == (("Dewy High -> Dewey High",), "no")
    agreed, _ = brought(town, path, "school", answers={"names": "yes"})
    assert column(agreed, "absent")["610004"] == 0.4
    one, _ = brought(town, path, "school", answers={"name:Dewy High": "610004"})
    assert column(one, "absent")["610004"] == 0.4


def test_a_name_that_two_schools_have_is_never_settled() -> None:
    known = [("Lincoln Elementary", "1"), ("Lincoln High", "2"), ("Adams Elementary", "3"), ("Adams Elementary", "4")]
    found = pairs_of(["Lincoln", "Lincoln HS", "Adams Elem", "Lincoln Middle"], known)
    assert found.sure == {"Lincoln HS": "2"}
    assert set(found.ties) == {"Lincoln", "Adams Elem"}
    assert "Lincoln Middle" not in found.sure
    assert core_of("École Saint-Exupéry")[0] == core_of("Saint Exupery")[0]


def test_rounded_codes_are_refused_with_the_way_to_get_them_again(tmp_path: Path) -> None:
    areas, _ = brought(Project(), write_geojson(tmp_path / "a.geojson", squares(2, geoid=["06037101110", "06037101122"])), "need_area")
    path = write_text(tmp_path / "t.csv", "GEOID,rate\n6.0371E+09,0.1\n6.0371E+09,0.2\n")
    with pytest.raises(InputError, match="Excel has turned the codes") as refusal:
        brought(areas, path, "need_area")
    assert "From Text/CSV" in str(refusal.value.hint)
    placed = write_text(tmp_path / "s.csv", "school_id,name,latitude,longitude\n1.9E+13,Ash,34,-118.2\n1.9E+13,Birch,34.1,-118.3\n")
    _, result = brought(Project(), placed, "school")
    assert result.frame["id"].tolist() == ["ash", "birch"]
    assert "no ids were made of them" in told(result)


def test_redrawn_counties_are_refused_by_name(tmp_path: Path) -> None:
    areas, _ = brought(Project(), write_geojson(tmp_path / "a.geojson", squares(2, geoid=["09003570101", "09003570102"])), "need_area")
    with pytest.raises(InputError, match="planning regions"):
        brought(areas, write_text(tmp_path / "t.csv", "GEOID,poverty_rate\n09110570101,0.1\n09110570102,0.2\n"), "need_area")


def test_areas_without_names_take_them_from_the_table(tmp_path: Path) -> None:
    areas, _ = brought(Project(), write_geojson(tmp_path / "a.geojson", squares(2, geoid=["06037101110", "06037101122"])), "need_area")
    after, _ = brought(areas, write_text(tmp_path / "t.csv", "FIPS,LOCATION,poverty_rate\n6037101110,North,0.1\n6037101122,South,0.2\n"), "need_area")
    assert after.frame(after.layers[0].id)["name"].tolist() == ["North", "South"]


@pytest.mark.parametrize("schools_first", [True, False])
def test_areas_and_schools_by_different_codes_are_linked_in_either_order(tmp_path: Path, schools_first: bool) -> None:
    schools = points(2, school_id=["0019", "0020"], school_name=["Ash", "Birch"], state_code=["WA-4401", "WA-4402"])
    areas = squares(2, zone_school=["WA-4402", "WA-4401"], zone=["East", "West"]).rename(columns={"zone_school": "school_code"})
    files = [(write_geojson(tmp_path / "schools.geojson", schools), "school", {}),
             (write_geojson(tmp_path / "areas.geojson", areas), "attendance_area", {"mapping": {"level": "=elementary"}})]
    project = Project()
    for path, role, how in files if schools_first else files[::-1]:
        project, _ = brought(project, path, role, **how)
    links = project.frame(project.layers_of("area_link")[0].id)
    assert dict(zip(links["area_id"].str.rpartition(":")[2], links["school_id"])) == {"East": "0020", "West": "0019"}


def test_parts_of_one_area_count_their_people_once(tmp_path: Path) -> None:
    frame = squares(3, geoid=["06037101110", "06037101110", "06037101122"], children=[400, 400, 300], shape_area=[1.0, 2.0, 3.0])
    _, result = brought(Project(), write_geojson(tmp_path / "a.geojson", frame), "need_area")
    assert result.frame["id"].tolist() == ["06037101110", "06037101122"]
    assert result.frame["children"].sum() == 700
    assert "400 children would have counted twice" in told(result)
    other, said = brought(Project(), write_geojson(tmp_path / "b.geojson", frame.assign(children=[400, 401, 300])), "need_area")
    assert len(other.frame(other.layers[0].id)) == 3
    assert "Codes that occur in several differing rows" in told(said)


def test_numbers_that_name_rows_stand_behind_their_heading(tmp_path: Path) -> None:
    _, result = brought(Project(), write_geojson(tmp_path / "w.geojson", squares(3, WARD=[1, 2, 3])), "reference")
    assert result.frame["name"].tolist() == ["Ward 1", "Ward 2", "Ward 3"]


def test_money_and_travel_times_of_another_place_meet_its_schools(town: Project, tmp_path: Path) -> None:
    money = write_text(tmp_path / "m.csv", "NCESSCH,school_year,allocation\n10000700871,2024-25,1000\n10000700872,2024-25,2000\n")
    _, spent = brought(town, money, "allocation")
    assert spent.frame["school_id"].tolist() == ["610001", "610002"]
    times = write_text(tmp_path / "t.csv", "geoid,school_code,drive_min\n36061000100,10000700871,5\n36061000200,10000700872,9\n")
    _, travel = brought(town, times, "travel_cost")
    assert travel.frame["to_id"].tolist() == ["610001", "610002"]
    assert travel.frame["unit"].tolist() == ["minutes", "minutes"]


def test_the_awkward_tables_find_their_rows(shared_data: Path) -> None:
    folder = shared_data / "awkward"
    schools, same = brought(Project(), folder / "17_samename.csv", "school")
    assert same.frame["id"].tolist() == [f"0100000{n}" for n in range(1, 7)]
    _, joined = brought(schools, folder / "17b_table.csv", "school")
    assert joined.report.kept == 6
    base, _ = brought(Project(), folder / "base_schools.csv", "school")
    for name in ("18_byid.csv", "19_byname.csv"):
        _, result = brought(base, folder / name, "school")
        assert (result.report.kept, result.frame["chronic_absence_rate"].notna().sum()) == (6, 6)
    areas, _ = brought(Project(), folder / "h12_areas.geojson", "need_area")
    _, named = brought(areas, folder / "h12_names.csv", "need_area")
    assert named.frame.set_index("name")["hardship_index"].to_dict() == {"North Side": 39.0, "South Side": 46.0}
    counties, _ = brought(Project(), folder / "h15_areas.geojson", "need_area")
    _, read = brought(counties, folder / "h15_join_name_dropped.csv", "need_area")
    assert "Adams County, Pennsylvania" in set(read.frame["name"])


def test_the_awkward_refusals_and_parts(shared_data: Path) -> None:
    folder = shared_data / "awkward"
    tracts, _ = brought(Project(), folder / "base_tracts.geojson", "need_area")
    with pytest.raises(InputError, match="Excel has turned"):
        brought(tracts, folder / "04_sci.csv", "need_area")
    connecticut, _ = brought(Project(), folder / "25_ct_tracts.geojson", "need_area")
    with pytest.raises(InputError, match="planning regions"):
        brought(connecticut, folder / "25_ct_2022.csv", "need_area")
    _, exploded = brought(Project(), folder / "38_exploded.geojson", "need_area")
    assert (len(exploded.frame), exploded.frame["children"].sum()) == (25, 11_000)


def test_tables_of_boston_glasgow_and_ottawa_find_their_rows(shared_data: Path) -> None:
    places = shared_data / "elsewhere"
    for areas, table, role, count in (("boston/bos-grid.geojson", "boston/bos-census.csv", "need_area", 73),
                                      ("glasgow/glasgow_dz.geojson", "glasgow/glasgow_simd.csv", "need_area", 746),
                                      ("ottawa/ott-schools.json", "ottawa/ott-cap.csv", "school", 120)):
        project, _ = brought(Project(), places / areas, role)
        _, result = brought(project, places / table, role)
        assert result.report.kept == count
