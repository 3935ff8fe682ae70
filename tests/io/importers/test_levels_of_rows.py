"""Schools and areas get their levels from the best evidence of their file, row by row."""

from __future__ import annotations

from pathlib import Path

import pytest

from ecomap.io.importers import Imported, import_file
from ecomap.model.errors import InputError
from ecomap.model.project import Project
from tests.io.making import squares, write_geojson, write_text

CRS = "EPSG:3310"


def schools(folder: Path, heading: str, *cells: str) -> Imported:
    lines = [f"{heading},latitude,longitude", *(f"{cell},34.0{n},-118.2{n}" for n, cell in enumerate(cells))]
    return import_file(write_text(folder / "schools.csv", "\n".join(lines) + "\n"), "school", target_crs=CRS)


def cautions(result: Imported) -> list[str]:
    return [str(line.text) for line in result.report.lines if line.kind == "caution"]


@pytest.mark.parametrize(("heading", "cells", "levels"), [
    ("name,Grades", ("A,K-5", "B,6–8", "C,KG-12"), ["elementary", "middle", "elementary+middle+high"]),
    ("name,grade_range", ("A,JK-6", "B,JK-8", "C,9-12"), ["elementary", "elementary+middle", "high"]),
    ("name,level,grades_lo,grades_hi", ("A,Unknown,PK,06", "B,High,09,12", "C,Other,07,08"), ["elementary", "high", "middle"]),
    ("name,GSLO,GSHI", ("A,PK,05", "B,06,12", "C,09,12"), ["elementary", "middle+high", "high"]),
    ("name,StatutoryLowAge,StatutoryHighAge", ("A,4,11", "B,11,16", "C,3,18"), ["elementary", "middle+high", "elementary+middle+high"]),
    ("name,AgeRange", ("A,5-11", "B,11-18", "C,4-7"), ["elementary", "middle+high", "elementary"]),
    ("name,PhaseOfEducation (name)", ("A,Primary", "B,Secondary", "C,All-through"), ["elementary", "middle+high", "elementary+middle+high"]),
    ("name,SCH_TYPE", ("A,ES", "B,K-8", "C,HS"), ["elementary", "elementary+middle", "high"]),
    ("name,level,type", ("A,N/A,Primary", "B,N/A,Intermediate", "C,High,x"), ["elementary", "middle", "high"]),
    ("name,Org_Type", ("A,Contributing", "B,Composite", "C,Intermediate"), ["elementary", "elementary+middle+high", "middle"]),
    ("nombre,nivel", ("A,Primaria", "B,Secundaria", "C,Preparatoria"), ["elementary", "middle", "high"]),
    ("name,GSserved,GSoffered", ("A,K-5,K-5", "B,No Data,6-8", "C,9-12,9-12"), ["elementary", "middle", "high"]),
])
def test_levels_from_whatever_says_them(heading: str, cells: tuple[str, ...], levels: list[str], tmp_path: Path) -> None:
    assert schools(tmp_path, heading, *cells).frame["levels"].tolist() == levels


def test_a_level_that_the_grades_contradict_is_said_and_the_grades_count(tmp_path: Path) -> None:
    result = schools(tmp_path, "name,level,grades", "A,Elementary,9-12", "B,Elementary,K-8")
    assert result.frame["levels"].tolist() == ["high", "elementary+middle"]
    assert cautions(result) == ["Their level says something else than their grades; the grades count."]


def test_the_shared_spans_are_understood(shared_data: Path) -> None:
    result = import_file(shared_data / "awkward/43_grades.csv", "school", target_crs="EPSG:32616")
    assert result.frame["levels"].tolist() == ["elementary", "elementary", "middle", "elementary", "high", "elementary+middle+high"]


def test_areas_look_on_from_a_level_that_is_unknown(shared_data: Path) -> None:
    result = import_file(shared_data / "awkward/h06_levels.json", "attendance_area", target_crs="EPSG:32618")
    assert result.frame["level"].tolist() == ["elementary", "high", "middle"]


def test_an_area_of_a_school_to_grade_8_serves_two_levels(tmp_path: Path) -> None:
    path = write_geojson(tmp_path / "zones.geojson", squares(code=list("abcd"), grades=["K-8", "K-5", "6-8", "K-8"]))
    result = import_file(path, "attendance_area", target_crs=CRS)
    assert result.frame["level"].tolist() == ["elementary+middle", "elementary", "middle", "elementary+middle"]
    assert result.layer.level == ""
    told = [str(line.text) for line in result.report.lines if "several levels" in str(line.text)]
    assert told == ["Areas of several levels in one layer: 3 elementary, 3 middle."]


def test_areas_have_the_levels_of_the_schools_they_name(tmp_path: Path) -> None:
    codes = ["19647336000001", "19647336000002", "19647336000003", "19647336000004"]
    found = schools(tmp_path, "cdscode,name,grades", *(f"{code},N,{span}" for code, span in zip(codes, ("K-5", "K-8", "6-8", "9-12"))))
    project = Project().with_layer(found.layer, found.frame)
    path = write_geojson(tmp_path / "areas.geojson", squares(cdscode=codes, title=list("wxyz")))
    result = import_file(path, "attendance_area", target_crs=CRS, project=project)
    assert result.frame["level"].tolist() == ["elementary", "elementary+middle", "middle", "high"]


def test_a_level_that_nothing_tells_is_asked_and_taken_from_the_answer(tmp_path: Path) -> None:
    path = write_geojson(tmp_path / "areas.geojson", squares(code=list("abcd")))
    with pytest.raises(InputError, match="for which school level") as asked:
        import_file(path, "attendance_area", target_crs=CRS)
    assert asked.value.details == {"doubt": "level", "field": "level", "example": "elementary"}
    assert [(doubt.code, doubt.needed) for doubt in asked.value.doubts] == [("level", True)]
    answered = import_file(path, "attendance_area", target_crs=CRS, answers={"level": "elementary+middle"})
    assert set(answered.frame["level"]) == {"elementary+middle"}


def test_the_roll_of_a_british_school_is_its_pupils(tmp_path: Path) -> None:
    path = tmp_path / "schools.csv"
    path.write_text("school,lat,lon,phase,roll\nBirch Primary School,55.86,-4.25,Primary,310\nRowan High School,55.87,-4.26,Secondary,520\n")
    frame = import_file(path, "school", target_crs="EPSG:27700").frame
    assert frame["enrollment"].tolist() == [310, 520]
    assert frame["levels"].tolist() == ["elementary", "middle+high"]


def test_a_file_of_elementary_zones_is_one_level_whatever_its_zones_are_called(tmp_path: Path) -> None:
    path = write_geojson(tmp_path / "zones.geojson", squares(ES_ZONE=["Adams", "Thomson K-8", "Clark Middle School", "Dewey"]))
    result = import_file(path, "attendance_area", target_crs=CRS)
    assert (set(result.frame["level"]), result.layer.level) == ({"elementary"}, "elementary")


def test_where_only_the_names_tell_a_level_they_count_and_the_rest_is_asked(tmp_path: Path) -> None:
    path = write_geojson(tmp_path / "zones.geojson", squares(zone=["Adams Elementary", "Thomson K-8", "Clark Middle School", "Dewey"]))
    result = import_file(path, "attendance_area", target_crs=CRS)
    assert result.frame["level"].tolist() == ["elementary", "elementary+middle", "middle"]
    assert result.report.count("dropped") == 1
    assert [doubt.code for doubt in result.doubts] == ["level"]
