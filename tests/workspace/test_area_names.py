"""Areas that only have codes are called after their neighbourhood or city, differ, and can be called as published again."""

from __future__ import annotations

from pathlib import Path

import geopandas as gpd
import pytest
from shapely.geometry import box

import ecomap
from ecomap.model import vocabulary as v
from ecomap.model.layer import POLYGON, Layer
from ecomap.model.project import Project
from ecomap.model.said import name, say
from ecomap.workspace import operations
from ecomap.workspace.area_names import code_of, named_by_place
from tests.grounds import made_up_ground

IDS = ["06001400101", "06001400200", "06001400300", "06001400400", "06001400500"]
SHAPES = [box(1_500, 6_000, 2_500, 7_000), box(3_000, 6_000, 4_000, 7_000), box(2_000, 1_000, 3_000, 2_000), box(7_000, 7_000, 8_000, 8_000),
          box(90_000, 0, 91_000, 1_000)]


def areas(names: list[object] | None = None, ids: list[str] = IDS) -> tuple[Layer, gpd.GeoDataFrame]:
    given = names or [say("Census tract {number}", number=name(text)) for text in ("4001.01", "4002", "4003", "4004", "4005")]
    frame = gpd.GeoDataFrame({v.ID: ids, v.NAME: given, "poverty": [0.1, 0.2, 0.3, 0.4, 0.5]}, geometry=SHAPES, crs="EPSG:3310")
    return Layer("tracts", "Tracts", v.NEED_AREA, POLYGON), frame


def town(*given: tuple[Layer, gpd.GeoDataFrame]) -> Project:
    project = Project()
    for layer, frame in given:
        project = project.with_layer(layer, frame)
    return project


def called(project: Project) -> list[str]:
    return [str(text) for text in project.frame("tracts")[v.NAME]]


NAMED = ["North Heights, tract 4001.01", "North Heights, tract 4002", "Boyle Corner, tract 4003", "Near Made-up City, tract 4004", "Census tract 4005"]


def test_tracts_are_called_after_their_neighbourhoods_and_the_publishers_names_are_kept() -> None:
    project, lines = named_by_place(town(areas(), made_up_ground()))
    assert called(project) == NAMED
    assert [str(text) for text in project.frame("tracts")[v.NAME_GIVEN]][:2] == ["Census tract 4001.01", "Census tract 4002"]
    assert [(line.kind, "4 areas" in line.text) for line in lines] == [("note", True)]
    assert project.layer("tracts").column(v.NAME_GIVEN).label == "As its publisher calls it"


def test_it_is_undone_and_done_only_once() -> None:
    before = town(areas(), made_up_ground())
    project, _ = named_by_place(before)
    assert named_by_place(project) == (project, ())
    back = operations.with_other_names(project, "tracts")
    assert back.frame("tracts").equals(before.frame("tracts"))
    assert back.layer("tracts") == before.layer("tracts")
    assert called(operations.with_other_names(back, "tracts")) == NAMED


def test_names_are_messages_and_survive_the_project_file(tmp_path: Path) -> None:
    project, _ = named_by_place(town(areas(), made_up_ground()))
    assert project.frame("tracts")[v.NAME].iloc[0].key == "{place}, tract {number}"
    ecomap.save(project, tmp_path / "town.ecomap.gpkg")
    kept = ecomap.open(tmp_path / "town.ecomap.gpkg")
    assert called(kept) == NAMED
    assert kept.frame("tracts")[v.NAME].iloc[0].key == "{place}, tract {number}"


@pytest.mark.parametrize(("names", "expected"), [
    (IDS, "North Heights, tract 4001.01"),
    ([f"1400000US{code}" for code in IDS], "North Heights, tract 4001.01"),
    (["Census Tract 4001.01, Some County, Some State", *(f"Census Tract {n}, Some County, Some State" for n in range(4002, 4006))], "North Heights, tract 4001.01"),
    ([f"Block Group 1, Census Tract {n}, Some County" for n in range(4001, 4006)], "North Heights, tract 4001, block group 1"),
    ([f"{code}2" for code in IDS], "North Heights, tract 4001.01, block group 2"),
    (["S01006506", "S01006507", "S01006508", "S01006509", "S01006510"], "North Heights, S01006506"),
    (["Elm Hill", "Oak Hill", "Mid Town", "Low End", "New End"], "Elm Hill"),
])
def test_whatever_codes_a_publisher_uses(names: list[str], expected: str) -> None:
    project, _ = named_by_place(town(areas(list(names)), made_up_ground()))
    assert called(project)[0] == expected


def test_names_that_would_be_the_same_tell_their_codes() -> None:
    project, _ = named_by_place(town(areas(["Tract 1", "Tract 1", "Tract 2", "Tract 3", "Tract 4"]), made_up_ground()))
    assert called(project)[:3] == ["North Heights, tract 1 (06001400101)", "North Heights, tract 1 (06001400200)", "Boyle Corner, tract 2"]
    assert len(set(called(project))) == 5


def test_without_names_on_the_ground_nothing_changes() -> None:
    layer, rows = made_up_ground()
    before = town(areas(), (layer, rows[rows[v.KIND] == v.FREEWAY]))
    assert named_by_place(before) == (before, ())


def test_a_ground_that_arrives_names_the_areas_that_are_there_and_areas_that_arrive_are_named(tmp_path: Path) -> None:
    _, rows = made_up_ground()
    rows.to_file(tmp_path / "ground.gpkg")
    areas([f"Census Tract {n}" for n in range(4001, 4006)])[1].to_file(tmp_path / "tracts.gpkg")
    first, _ = operations.import_file(operations.new_project(), tmp_path / "tracts.gpkg", "need_area")
    first, report = operations.import_file(first, tmp_path / "ground.gpkg", "ground")
    second, _ = operations.import_file(operations.new_project(), tmp_path / "ground.gpkg", "ground")
    second, _ = operations.import_file(second, tmp_path / "tracts.gpkg", "need_area")
    for project in (first, second):
        assert [str(text) for text in project.frame(project.layers_of("need_area")[0].id)[v.NAME]][:2] == ["North Heights, tract 4001", "North Heights, tract 4002"]
    assert any("called after" in line.text for line in report.lines)


def test_the_starters_tracts_are_called_after_their_neighbourhoods() -> None:
    project = ecomap.new(starter="los-angeles")
    rows = project.frame("need_areas").set_index(v.ID)
    assert rows.loc["06037239702", v.NAME] == "Florence, tract 2397.02"
    assert rows.loc["06037204600", v.NAME] == "Boyle Heights, tract 2046"
    names = [str(text) for text in rows[v.NAME]]
    assert len(set(names)) == len(names)
    assert sum(text.startswith(("Census tract", "Near ")) for text in names) < 10


@pytest.mark.parametrize("text", ["Boyle Heights", "District 4", "Ward 12 North", "", "Tract Housing", "New Town 2"])
def test_a_name_is_no_code(text: str) -> None:
    assert code_of(text) is None
