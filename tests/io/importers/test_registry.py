"""What each role makes of a file."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from attrs import evolve

from ecomap.io.importers import IMPORTERS, Imported, guess_role, import_file, preview_file
from ecomap.model.errors import CancelledError, InputError
from ecomap.model.progress import Progress
from ecomap.model.project import Project
from ecomap.model.roles import ROLES
from tests.io.making import TRACTS, points, ring, squares, write_geojson, write_text, write_workbook

ALBERS = "EPSG:3310"
CDS = ("19647336000001", "19647336000002", "19647336000003", "01611190130229")


def imported(path: Path, role: str, **how: Any) -> Imported:
    result = import_file(path, role, target_crs=ALBERS, **how)
    assert result.report.adds_up
    assert result.report.kept == len(result.frame) or result.joins
    assert result.frame["id"].is_unique
    assert str(result.frame.crs) == ALBERS
    assert {column.name for column in result.layer.columns} >= {"id", "name"}
    return result


def lines(result: Imported, kind: str) -> list[tuple[int | None, str]]:
    return [(line.count, line.text) for line in result.report.lines if line.kind == kind]


def project_with(*results: Imported) -> Project:
    project = Project()
    for result in results:
        project = project.with_layer(result.layer, result.frame)
    return project


@pytest.fixture
def tracts(tmp_path: Path) -> Imported:
    path = write_geojson(tmp_path / "tracts.geojson", squares(GEOID=list(TRACTS), NAMELSAD=[f"Tract {n}" for n in range(4)]))
    return imported(path, "need_area")


@pytest.fixture
def schools(tmp_path: Path) -> Imported:
    frame = points(CDSCode=list(CDS), School=["Ash", "Birch", "Cedar", "Dogwood"], GSserved=["K-5", "6-8", "9-12", "K-8"],
                   Charter=["N", "N", "Y", "N"])
    return imported(write_geojson(tmp_path / "schools.geojson", frame), "school")


# --- need areas ------------------------------------------------------------------------------------------------------


def test_svi_columns_become_indicators_with_margins_as_shares(tmp_path: Path) -> None:
    frame = squares(
        FIPS=list(TRACTS), LOCATION=["a", "b", "c", "d"], E_TOTPOP=[4000, 5000, 0, 300], M_TOTPOP=[400, 500, 12, 30],
        E_AGE17=[900, 1000, 0, 80], M_AGE17=[90, 100, 12, 8], EP_POV=[25.4, 0, -999, 10], MP_POV=[5.1, 3.0, -999, 2],
        EP_PCI=[12050, 30000, -999, 20000], MP_PCI=[1015, 900, -999, 1000], EPL_POV=[0.9, 0.0, -999, 0.5],
    )
    result = imported(write_geojson(tmp_path / "svi.geojson", frame), "need_area")
    assert result.frame["poverty"].tolist()[:2] == [0.254, 0.0]
    assert result.frame["poverty_moe"].tolist()[0] == pytest.approx(0.051)
    assert result.frame["poverty_reason"].tolist() == ["", "", "no_data_code", ""]
    assert result.frame["population"].tolist() == [4000, 5000, 0, 300]
    assert result.frame["children_moe"].tolist() == [90, 100, 12, 8]
    poverty, income = result.layer.indicators
    assert (poverty.column, poverty.unit, poverty.direction, poverty.moe_column) == ("poverty", "share", 1, "poverty_moe")
    assert (income.column, income.unit, income.direction) == ("per_capita_income", "usd", -1)
    assert result.layer.style.column == "poverty"


def test_census_reporter_margins_and_a_citys_total(tmp_path: Path) -> None:
    frame = squares(geoid=["14000US06037101110", "14000US06037101122", "14000US06037101210", "16000US0644000"],
                    name=["a", "b", "c", "Los Angeles, CA"], B01003001=[4283, 3000, 2000, 3959657], **{"B01003001, Error": [443, 1, 2, 3]})
    result = imported(write_geojson(tmp_path / "pop.geojson", frame), "need_area")
    assert result.frame["id"].tolist() == list(TRACTS[:3])
    assert result.frame["population_moe"].tolist() == [443, 1, 2]
    assert next(line for line in result.report.lines if line.kind == "dropped").examples == ("Los Angeles, CA",)


def test_a_lost_zero_is_put_back_and_counted(tmp_path: Path) -> None:
    frame = squares(GEOID10=[int(code) for code in TRACTS], pct_poor=["12%", "5%", "*", "0%"])
    result = imported(write_geojson(tmp_path / "a.geojson", frame), "need_area")
    assert result.frame["id"].tolist() == list(TRACTS)
    assert lines(result, "mended") == [(4, "Census codes that had lost their leading zero.")]
    assert result.frame["pct_poor"].fillna(-1).tolist() == [0.12, 0.05, -1, 0]
    assert result.frame["pct_poor_reason"].tolist() == ["", "", "suppressed", ""]


def test_a_percentage_of_children_is_not_taken_for_their_number(tmp_path: Path) -> None:
    frame = squares(GEOID=list(TRACTS), Children=[27.8, 20.1, 19.9, 30.0], Population=[3765, 4000, 500, 1200])
    result = imported(write_geojson(tmp_path / "a.geojson", frame), "need_area")
    assert result.report.mapping == (("id", "GEOID"), ("population", "Population"))
    assert result.frame["children"].tolist()[0] == pytest.approx(27.8)
    assert result.layer.indicators == ()  # how many of the people are children is no need


def test_tract_names_and_county_make_a_code(tmp_path: Path) -> None:
    frame = squares(Census_Tract=["Census Tract 5709.02", "Census Tract 1", "Census Tract 9800.10", "Census Tract 1011.10"],
                    County=["Los Angeles County"] * 4)
    result = imported(write_geojson(tmp_path / "a.geojson", frame), "need_area")
    assert result.frame["id"].tolist() == ["06037570902", "06037000100", "06037980010", "06037101110"]


def test_percentages_beyond_a_hundred_are_no_indicator(tmp_path: Path) -> None:
    frame = squares(GEOID=list(TRACTS), pct_uninsured=[25.1, 24.2, 10, 80], pct_poverty=[145, 92, 10, 20])
    result = imported(write_geojson(tmp_path / "a.geojson", frame), "need_area")
    assert [i.column for i in result.layer.indicators] == ["pct_uninsured"]
    assert any("outside 0-100 %" in text for _, text in lines(result, "caution"))


def test_indicators_without_shapes_join_the_tracts(tmp_path: Path, tracts: Imported) -> None:
    text = "tract,CES 4.0 Score,Asthma,Low_Birth_Weight\n6037101110,50.5,60,5.5\n6037101122,20,,4\n6077000700,1,2,3\n6037101110,50.5,60,5.5\n"
    result = imported(write_text(tmp_path / "ces.csv", text), "need_area", project=project_with(tracts))
    assert result.joins == tracts.layer.id == result.layer.id
    assert (result.report.read, result.report.kept) == (4, 2)
    assert len(result.frame) == 4
    assert result.frame["low_birth_weight"].tolist()[:2] == [0.055, 0.04]
    assert result.frame["asthma"].isna().tolist() == [False, True, True, True]
    assert result.frame["asthma_reason"].tolist() == ["", "blank", "not_reported", "not_reported"]
    assert [i.column for i in result.layer.indicators] == ["low_birth_weight"]  # asthma is one value; a score never beside its part
    assert result.frame["id"].tolist() == tracts.frame["id"].tolist()
    assert (1, "Rows with the same code and the same numbers as an earlier one.") in lines(result, "merged")
    assert "asthma" not in tracts.frame.columns


def test_a_second_join_of_the_same_name_overwrites_nothing(tmp_path: Path, tracts: Imported) -> None:
    path = write_text(tmp_path / "a.csv", f"GEOID,pct_poor\n{TRACTS[0]},12.5\n{TRACTS[1]},50\n")
    once = imported(path, "need_area", project=project_with(tracts))
    twice = imported(path, "need_area", project=project_with(once))
    assert {"pct_poor", "pct_poor_2"} <= set(twice.frame.columns)
    assert [i.column for i in twice.layer.indicators] == ["pct_poor", "pct_poor_2"]


def test_indicators_without_shapes_need_the_boundaries_first(tmp_path: Path, tracts: Imported) -> None:
    path = write_text(tmp_path / "a.csv", "GEOID,pct_poor\n36061000100,12.5\n36061000200,50\n")
    with pytest.raises(InputError, match="no layer to join it to") as refused:
        imported(path, "need_area")
    assert "boundaries of the areas first" in refused.value.hint
    with pytest.raises(InputError, match="None of the 2 codes"):
        imported(path, "need_area", project=project_with(tracts))


# --- schools ---------------------------------------------------------------------------------------------------------


def test_schools_get_levels_governance_and_whole_codes(schools: Imported) -> None:
    frame = schools.frame.set_index("name")
    assert frame["levels"].to_dict() == {"Ash": "elementary", "Birch": "middle", "Cedar": "high", "Dogwood": "elementary+middle"}
    assert frame["governance"].to_dict() == {"Ash": "district", "Birch": "district", "Cedar": "charter", "Dogwood": "district"}
    assert frame["residential_intake"].tolist() == [True, True, False, True]


def test_meals_join_the_schools_by_a_code_put_together(tmp_path: Path, schools: Imported) -> None:
    path = write_workbook(tmp_path / "frpm.xlsx", {"Data": [
        ["Title"], ["County Code", "District Code", "School Code", "School Name", "Low Grade", "High Grade", "Enrollment (K-12)", "FRPM Count (K-12)", "Percent (%) Eligible FRPM (K-12)"],
        ["19", "64733", "6000001", "Ash", "K", "5", 400, 300, 0.75], ["01", "61119", "0130229", "Dogwood", "K", "8", 101, "*", "*"],
        ["19", "64733", "0000000", "District Office", "", "", 999, 1, 0.1], ["30", "66670", "6000009", "Elsewhere", "K", "5", 5, 5, 1],
    ]})
    result = imported(path, "school", project=project_with(schools))
    frame = result.frame.set_index("name")
    assert frame["enrollment"].to_dict()["Ash"] == 400
    assert frame["frpm_share"].to_dict()["Ash"] == 0.75
    assert frame["frpm_count_reason"].to_dict() == {"Ash": "", "Birch": "not_reported", "Cedar": "not_reported", "Dogwood": "suppressed"}
    assert (result.report.read, result.report.kept, result.report.count("dropped")) == (4, 2, 2)


# --- attendance areas ------------------------------------------------------------------------------------------------


def esri(path: Path, key: str) -> Path:
    return write_text(path, json.dumps({
        "geometryType": "esriGeometryPolygon", "spatialReference": {"wkid": 4326},
        "features": [{"attributes": {"OBJECTID": 1, key: 30191}, "geometry": {"rings": [ring(-118.3, 34)[::-1]]}}],
        "fields": [{"name": "OBJECTID", "type": "esriFieldTypeOID"}, {"name": key, "type": "esriFieldTypeInteger"}],
    }))


@pytest.mark.parametrize(("key", "level"), [("EKEY_5", "elementary"), ("MKEY_5", "middle"), ("HKEY_5", "high")])
def test_official_areas_know_their_level_by_their_key(tmp_path: Path, key: str, level: str) -> None:
    result = imported(esri(tmp_path / "area.json", key), "attendance_area")
    assert result.frame["id"].tolist() == [f"{level}:30191"]
    assert (result.layer.boundary, result.layer.level) == ("official", level)
    assert result.layer.style.dash is False


def test_areas_of_no_known_level_are_asked_about(tmp_path: Path) -> None:
    path = write_geojson(tmp_path / "areas.geojson", squares(code=list("abcd"), CDS=list(CDS)))
    with pytest.raises(InputError, match="for which school level") as asked:
        imported(path, "attendance_area")
    assert asked.value.details == {"field": "level", "example": "elementary", "doubt": "level"}
    assert [(doubt.code, doubt.needed) for doubt in asked.value.doubts] == [("level", True)]
    result = imported(path, "attendance_area", mapping={"level": "=middle"})
    assert result.frame["id"].tolist() == [f"middle:{code}" for code in "abcd"]
    assert result.frame["school_id"].tolist() == list(CDS)


def test_levels_in_a_column_and_unknown_school_codes(tmp_path: Path, schools: Imported) -> None:
    frame = squares(key=list("abcd"), MAP_TYPE=["ES", "ES", "MS", "HS"], cdscode=[*CDS[:3], "19647339999999"])
    result = imported(write_geojson(tmp_path / "a.geojson", frame), "attendance_area", project=project_with(schools))
    assert result.frame["level"].tolist() == ["elementary", "elementary", "middle", "high"]
    assert result.layer.level == ""
    assert (1, "School codes of areas that no school of the project has.") in lines(result, "caution")


# --- services, sites, zones, reference -------------------------------------------------------------------------------


def test_services_merge_repeats_keep_online_and_say_so(tmp_path: Path) -> None:
    text = (
        "Partner Type,Organization/ Agency,Address,lon,lat,online\n"
        "Food,Pantry,1 Main St,-118.25,34.05,no\nFood,PANTRY,1 Main St,-118.25,34.05,no\nHousing,Pantry,1 Main St,-118.25,34.05,no\n"
        "Food,Web only,,NA,NA,yes\nFood,Lost,,NA,NA,no\n"
    )
    result = imported(write_text(tmp_path / "services.csv", text), "service")
    assert (result.report.read, result.report.kept, result.report.count("merged"), result.report.count("dropped")) == (5, 3, 1, 1)
    assert result.frame["online_only"].tolist() == [False, False, True]
    assert result.frame["category"].tolist() == ["Food", "Housing", "Food"]
    assert any("another category" in text for _, text in lines(result, "note"))


def test_a_directory_in_csv_brings_its_neighbours(tmp_path: Path) -> None:
    write_text(tmp_path / "organizations.csv", "id,name\no1,Helpers\n")
    write_text(tmp_path / "services.csv", "id,organization_id,name,taxonomy_ids\ns1,o1,Tutoring,102-01\n")
    write_text(tmp_path / "services_at_location.csv", "id,service_id,location_id\nx,s1,l1\n")
    write_text(tmp_path / "taxonomy.csv", "taxonomy_id,name\n102,Education\n102-01,Tutors\n")
    path = write_text(tmp_path / "locations.csv", "id,organization_id,name,latitude,longitude\nl1,o1,Main office,34.05,-118.25\n")
    row = imported(path, "service").frame.iloc[0]
    assert (row["organisation"], row["category"], row["name"]) == ("Helpers", "Tutors", "Tutoring")
    by_another = imported(tmp_path / "organizations.csv", "service").frame.iloc[0]  # any of its tables stands for the whole
    assert (by_another["organisation"], by_another["category"], by_another["name"]) == ("Helpers", "Tutors", "Tutoring")


def test_hsds_3_location(tmp_path: Path) -> None:
    document = {"id": "l1", "location_type": "physical", "name": "Centre", "latitude": 34.05, "longitude": -118.25,
                "addresses": [{"address_1": "1 Main", "city": "LA", "postal_code": "90001"}], "phones": [{"number": "555"}]}
    row = imported(write_text(tmp_path / "location.json", json.dumps(document)), "service").frame.iloc[0]
    assert (row["name"], row["address"], row["postcode"], row["phone"]) == ("Centre", "1 Main", "90001", "555")


def test_sites_stand_at_their_schools(tmp_path: Path, schools: Imported) -> None:
    text = f"school_id,approach,since,status\n{CDS[0]},Community Schools,2018,active\n{CDS[1]},Linked Learning,9/1/2019,Gold\n19000000000009,Community Schools,,\n"
    path = write_text(tmp_path / "sites.csv", text)
    result = imported(path, "site", project=project_with(schools))
    assert result.frame["name"].tolist() == ["Ash", "Birch"]
    assert result.frame["approach"].tolist() == ["community_school", "linked_learning"]
    assert result.frame["start"].tolist() == ["2018", "2019-09-01"]
    assert result.frame.geometry.tolist() == schools.frame.geometry.tolist()[:2]
    assert result.report.count("dropped") == 1
    with pytest.raises(InputError, match="no schools yet"):
        imported(path, "site")


def test_sites_without_an_approach_are_asked_about(tmp_path: Path) -> None:
    path = write_geojson(tmp_path / "places.geojson", points(name=list("abcd")))
    with pytest.raises(InputError, match="which approach") as asked:
        imported(path, "site")
    assert asked.value.details == {"field": "approach", "example": "community_school", "doubt": "approach"}
    assert [(doubt.code, doubt.needed) for doubt in asked.value.doubts] == [("approach", True)]
    assert set(imported(path, "site", answers={"approach": "promise_neighborhood"}).frame["approach"]) == {"promise_neighborhood"}
    assert set(imported(path, "site", mapping={"approach": "=linked_learning"}).frame["approach"]) == {"linked_learning"}
    assert set(imported(path, "site", mapping={"approach": "=Beacon"}).frame["approach"]) == {"Beacon"}  # approaches are data of a place


def test_zones_carry_lead_and_boundary(tmp_path: Path) -> None:
    path = write_geojson(tmp_path / "zones.geojson", squares(pz_name=list("abcd"), lead_org=["City"] * 4, yr=["2014"] * 4))
    result = imported(path, "zone")
    assert (result.layer.boundary, result.frame["lead_organisation"].iloc[0], result.frame["start"].iloc[0]) == ("official", "City", "2014")
    estimated = imported(path, "zone", mapping={"boundary": "=approximate"})
    assert (estimated.layer.boundary, estimated.layer.style.dash) == ("approximate", True)


def test_districts_named_by_number_only(tmp_path: Path) -> None:
    result = imported(write_geojson(tmp_path / "councils.geojson", squares(DISTRICT=["01", "02", "03", "15"])), "district")
    assert result.frame["name"].tolist() == ["District 1", "District 2", "District 3", "District 15"]


def test_reference_takes_any_shape(tmp_path: Path) -> None:
    assert imported(write_geojson(tmp_path / "a.geojson", points(name=list("abcd"))), "reference").layer.geometry == "point"
    assert imported(write_geojson(tmp_path / "b.geojson", squares(name=list("abcd"))), "reference").layer.geometry == "polygon"


# --- all roles -------------------------------------------------------------------------------------------------------


def test_names_that_look_like_code_stay_text(tmp_path: Path) -> None:
    names = ["<img src=x onerror=alert(1)>", "=cmd|'/c calc'!A1", "'; DROP TABLE x;--", "../../etc/passwd"]
    path = write_geojson(tmp_path / "<b>.geojson", points(name=names, note=["\x00a", "{{x}}", "%s", "${y}"]))
    result = imported(path, "service", name="<script>")
    assert result.frame["name"].tolist() == names
    assert result.layer.name == "<script>"
    assert result.layer.id == "script"


def test_spanish_headings_are_recognised(tmp_path: Path) -> None:
    text = "nombre;dirección;ciudad;categoría;teléfono;latitud;longitud\nDespensa Ñandú;Calle 1;Los Ángeles;Comida;555;34,05;x\nOtra;Calle 2;LA;Salud;5;34.05;-118.2\n"
    preview = preview_file(write_text(tmp_path / "servicios.csv", text), "service")
    assert preview.mapping == {"name": "nombre", "address": "dirección", "city": "ciudad", "category": "categoría", "phone": "teléfono"} | (
        {k: v for k, v in preview.mapping.items() if k in ("latitude", "longitude")})


def test_the_mapping_is_corrected_by_the_planner(tmp_path: Path) -> None:
    path = write_geojson(tmp_path / "a.geojson", points(name=list("abcd"), Other=list("wxyz")))
    assert imported(path, "service", mapping={"name": "other"}).frame["name"].tolist() == list("wxyz")
    with pytest.raises(InputError, match="no column called 'nope'"):
        imported(path, "service", mapping={"name": "nope"})
    with pytest.raises(InputError, match="not something the role"):
        imported(path, "service", mapping={"colour": "name"})
    with pytest.raises(InputError, match="no role called"):
        imported(path, "sauce")


def test_a_layer_says_where_it_is_from(tmp_path: Path) -> None:
    result = imported(write_geojson(tmp_path / "my_parks-2020.geojson", squares(name=list("abcd"))), "reference")
    source = result.layer.sources[0]
    assert (source.file_name, source.vintage, len(source.sha256)) == ("my_parks-2020.geojson", "not stated", 64)
    assert result.layer.name == "My parks 2020"
    assert result.report.sha256 == source.sha256


def test_a_column_without_any_number_is_no_harm(tmp_path: Path) -> None:
    frame = squares(GEOID=list(TRACTS), nothing=[None] * 4, stars=["*"] * 4, pct_one=[1.0, 1.0, 1.0, 1.0])
    result = imported(write_geojson(tmp_path / "a.geojson", frame), "need_area")
    assert "nothing" not in result.frame.columns
    assert result.layer.indicators == ()


def test_work_can_be_followed_and_stopped(tmp_path: Path) -> None:
    path = write_geojson(tmp_path / "a.geojson", squares(name=list("abcd")))
    seen: list[float] = []
    imported(path, "reference", progress=Progress(lambda share, text: seen.append(share)))
    assert seen == sorted(seen)
    assert seen[-1] == 1.0
    progress = Progress(lambda share, text: progress.cancel() if share > 0.3 else None)
    with pytest.raises(CancelledError):
        imported(path, "reference", progress=progress)


def test_preview_and_guesses(tmp_path: Path) -> None:
    preview = preview_file(write_geojson(tmp_path / "a.geojson", squares(GEOID=list(TRACTS), E_TOTPOP=[400, 500, 600, 700])))
    assert (preview.role, preview.rows, preview.crs, preview.geometry) == ("need_area", 4, "EPSG:4326", "polygon")
    assert preview.mapping == {"id": "GEOID", "population": "E_TOTPOP"}
    assert preview.columns[0].samples[0] == TRACTS[0]
    assert guess_role(write_geojson(tmp_path / "b.geojson", points(CDSCode=list(CDS)))) == "school"
    assert guess_role(write_geojson(tmp_path / "promise_zones.geojson", squares(n=list("abcd")))) == "zone"
    assert guess_role(write_text(tmp_path / "c.csv", "name,phone,lat,lon\na,1,34,-118\n")) == "service"
    assert guess_role(esri(tmp_path / "d.json", "EKEY_5")) == "attendance_area"
    assert preview.role in ROLES


def test_frames_hold_plain_kinds_of_columns(schools: Imported) -> None:
    for column in schools.frame.columns:
        if column != "geometry":
            dtype = schools.frame[column].dtype
            assert isinstance(dtype, pd.StringDtype) or dtype in ("float64", "bool"), column
    assert evolve(schools.layer, name="x").name == "x"


@pytest.mark.parametrize("role", IMPORTERS)
def test_every_field_is_called_by_a_message(role: str) -> None:
    for spec in IMPORTERS[role].fields:
        assert spec.label.key
        assert spec.help.key or not spec.help
