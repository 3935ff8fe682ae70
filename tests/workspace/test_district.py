"""A project for a district out of local stand-ins of all services: part by part, each alone, nothing asked twice."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from ecomap.io.web import Web
from ecomap.io.web.manners import Manners
from ecomap.model.errors import ParameterError, ProjectError
from ecomap.model.params import build_params
from ecomap.model.project import Project
from ecomap.workspace import district, operations
from tests.io.connectors.stand_ins import (
    TRACTS,
    Census,
    boundary_files,
    district_frame,
    nces,
    school_frame,
    tigerweb,
    zipped,
)
from tests.local_web import FAULTS, LocalWeb


@pytest.fixture(autouse=True)
def _no_pauses(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    folder = tmp_path / "web"
    monkeypatch.setattr("ecomap.workspace.fetching.network", lambda *, allowed, tell: Web(
        folder, allowed=allowed, manners=Manners(folder / "hosts.json", pause=lambda host: 0.0)))


@pytest.fixture
def services(local_web: LocalWeb) -> Iterator[dict[str, str]]:
    return {"survey_service": Census(local_web).address, "files_service": boundary_files(local_web), "map_service": tigerweb(local_web), "schools_service": nces(local_web)}


def made(services: dict[str, str], folder: Path, project: Project | None = None, **given: Any) -> tuple[Project, dict[str, district.Outcome]]:
    params = build_params(district.DistrictParams, {
        "state": "CA", "year": 2023, "schools": "nces", **({} if "county" in given else {"district": "Fresno Unified"}), **services, **given})
    project, outcomes = district.make(project or operations.new_project(title="Fresno"), params, folder, allowed=True)
    return project, {one.part.name: one for one in outcomes}


def states(outcomes: dict[str, district.Outcome]) -> dict[str, str]:
    return {name: one.state for name, one in outcomes.items()}


ALL = dict.fromkeys(district.NAMES)


def test_one_run_gives_need_with_margins_gaps_and_a_plan(services: dict[str, str], tmp_path: Path) -> None:
    project, outcomes = made(services, tmp_path / "files")
    assert states(outcomes) == ALL | dict.fromkeys(district.NAMES, "fetched")
    (areas,) = project.layers_of("need_area")
    frame = project.frame(areas.id)
    assert sorted(frame["id"]) == [code for number, code in enumerate(TRACTS) if number % 6 < 3]
    assert set(frame["census"]) == {"2020"}
    assert len(areas.indicators) == 11
    assert all(frame[one.moe_column].notna().sum() >= len(frame) - 1 for one in areas.indicators)
    assert [source.vintage for source in areas.sources] == ["2023", "2019-23"]
    (schools,) = project.layers_of("school")
    pupils = project.frame(schools.id).set_index("id")["enrollment"]
    assert pupils["061455000000"] == 300
    assert pupils.isna().sum() == 1  # one school reports no pupils: missing, never zero
    project, need = operations.run_analysis(project, "need-index", {})
    assert "11 indicators" in need.sentence
    assert "need areas of 2019-23" in need.sentence
    project, gap = operations.run_analysis(project, "coverage-gap", {"target": "none"})
    assert len(gap.main.frame) == len(TRACTS) // 2
    project, plan = operations.run_analysis(project, "plan", {"target": "none", "sites": 2, "truths": 0})
    assert "2 new schools would bring a first site" in plan.sentence


def test_every_layer_says_where_it_is_from(services: dict[str, str], tmp_path: Path) -> None:
    project, _ = made(services, tmp_path / "files")
    for layer in project.layers:
        assert all(source.url.startswith("http://127.0.0.1") and source.publisher and source.sha256 and source.retrieved for source in layer.sources), layer.name


def test_the_same_again_asks_nobody(services: dict[str, str], tmp_path: Path, local_web: LocalWeb) -> None:
    first, _ = made(services, tmp_path / "files")
    asked = len(local_web.asked)
    again, outcomes = made(services, tmp_path / "files")
    assert set(states(outcomes).values()) == {"here"}
    assert len(local_web.asked) == asked
    assert [layer.name for layer in again.layers] == [layer.name for layer in first.layers]
    same, _ = made(services, tmp_path / "files", first)
    assert [layer.id for layer in same.layers] == [layer.id for layer in first.layers]  # nothing comes twice


def test_parts_that_fail_fail_alone_and_are_asked_for_at_the_next_run(services: dict[str, str], tmp_path: Path, local_web: LocalWeb) -> None:
    local_web.fail(FAULTS["404"], path="roads")
    local_web.fail(FAULTS["HTML instead of JSON"], path="ADMINDATA")
    project, outcomes = made(services, tmp_path / "files")
    assert states(outcomes) == dict.fromkeys(district.NAMES, "fetched") | {"streets": "failed", "schools": "failed"}
    assert "has nothing at this address" in outcomes["streets"].said
    local_web.mend()
    asked = len(local_web.asked)
    project, outcomes = made(services, tmp_path / "files", project)
    assert states(outcomes) == dict.fromkeys(district.NAMES, "here") | {"streets": "fetched", "schools": "fetched"}
    assert {request.path.split("/")[1] for request in local_web.asked[asked:]} <= {"geo", "opengis"}
    assert not [request for request in local_web.asked[asked:] if "tract" in request.path]
    assert len(project.layers_of("street")) == len(project.layers_of("school")) == 1


def test_what_waits_for_a_part_that_failed_is_not_asked_for(services: dict[str, str], tmp_path: Path, local_web: LocalWeb) -> None:
    local_web.fail(FAULTS["403"], path="tract_500k")
    _, outcomes = made(services, tmp_path / "files")
    assert states(outcomes) == {"outline": "fetched", "areas": "failed", "survey": "waiting", "schools": "fetched", "streets": "waiting", "places": "fetched", "water": "waiting"}
    assert outcomes["survey"].said == "Waits for: Tracts or block groups."
    assert not [request for request in local_web.asked if request.path.startswith("/data/")]


def test_a_file_that_was_changed_or_lost_is_asked_for_again(services: dict[str, str], tmp_path: Path) -> None:
    made(services, tmp_path / "files")
    (tmp_path / "files" / "tl_2023_06019_roads.zip").write_bytes(b"broken")
    (tmp_path / "files" / "place_2023_06.geojson").unlink()
    _, outcomes = made(services, tmp_path / "files")
    assert {name for name, state in states(outcomes).items() if state == "fetched"} == {"streets", "places"}


def test_another_question_is_asked_anew(services: dict[str, str], tmp_path: Path) -> None:
    made(services, tmp_path / "files")
    _, outcomes = made(services, tmp_path / "files", year=2019)
    assert set(states(outcomes).values()) == {"fetched"}


def test_parts_can_be_left_out_or_given_as_files(services: dict[str, str], tmp_path: Path, local_web: LocalWeb) -> None:
    outline, schools = tmp_path / "outline.geojson", tmp_path / "schools.csv"
    district_frame().iloc[:1].to_crs(4326).to_file(outline)
    frame = school_frame()
    frame.assign(lon=frame.geometry.x, lat=frame.geometry.y).drop(columns="geometry").to_csv(schools, index=False)
    project, outcomes = made(services, tmp_path / "files", district="Somewhere Else", skip="water,places", given=f"outline={outline},schools={schools}")
    assert states(outcomes) == {"outline": "given", "areas": "fetched", "survey": "fetched", "schools": "given", "streets": "fetched", "places": "skipped", "water": "skipped"}
    assert len(project.frame(project.layers_of("need_area")[0].id)) == len(TRACTS) // 2
    assert not [request for request in local_web.asked if "unsd" in request.path or "opengis" in request.path]


def test_another_outline_is_another_question(services: dict[str, str], tmp_path: Path) -> None:
    outlines = [tmp_path / "left.geojson", tmp_path / "right.geojson"]
    for number, path in enumerate(outlines):
        district_frame().iloc[number : number + 1].to_crs(4326).to_file(path)
    made(services, tmp_path / "files", district="Somewhere Else", given=f"outline={outlines[0]}")
    _, same = made(services, tmp_path / "files", district="Somewhere Else", given=f"outline={outlines[0]}")
    assert states(same)["areas"] == "here"
    project, other = made(services, tmp_path / "files", district="Somewhere Else", given=f"outline={outlines[1]}")
    assert states(other)["areas"] == "fetched"
    (areas,) = project.layers_of("need_area")
    assert "06107000100" in set(project.frame(areas.id)["id"])


def test_without_a_county_nothing_is_asked_of_the_whole_state(services: dict[str, str], tmp_path: Path, local_web: LocalWeb) -> None:
    outline, own = tmp_path / "Our valley.geojson", tmp_path / "own.geojson"
    district_frame().iloc[:1].to_crs(4326).to_file(outline)
    district_frame().iloc[:1].to_crs(4326).assign(GEOID="Area A")[["GEOID", "NAME", "geometry"]].to_file(own)
    left_out, given = {"skip": "areas,places", "given": f"outline={outline}"}, {"skip": "places", "given": f"outline={outline},areas={own}"}
    for number, way in enumerate((left_out, given)):
        _, outcomes = made(services, tmp_path / f"files{number}", district="", **way)
        assert {name: states(outcomes)[name] for name in ("survey", "schools", "streets", "water")} == dict.fromkeys(("survey", "schools", "streets", "water"), "waiting")
        assert outcomes["schools"].said == "Waits for: Tracts or block groups."
    assert local_web.asked == []
    params = build_params(district.DistrictParams, {"state": "CA", "year": 2023, **services, **left_out})
    assert district.title_of(params) == "Our valley"
    assert "Schools with their pupils, for the counties that Our valley lies in" in [str(ask.why) for ask in district.asks_of(params)]


def test_the_counties_of_an_outline_are_those_of_its_areas(services: dict[str, str], tmp_path: Path) -> None:
    outline = tmp_path / "valley.geojson"
    district_frame().iloc[:1].to_crs(4326).to_file(outline)
    project, outcomes = made(services, tmp_path / "files", district="", skip="places", given=f"outline={outline}")
    assert {name: states(outcomes)[name] for name in ("survey", "schools", "streets", "water")} == dict.fromkeys(("survey", "schools", "streets", "water"), "fetched")
    assert len(project.frame(project.layers_of("school")[0].id)) == len(TRACTS)  # of the county, not of the state


def test_whole_counties_need_no_district(services: dict[str, str], tmp_path: Path, local_web: LocalWeb) -> None:
    project, outcomes = made(services, tmp_path / "files", county="Fresno", skip="outline")
    assert {state for name, state in states(outcomes).items() if name != "outline"} == {"fetched"}
    assert len(project.frame(project.layers_of("need_area")[0].id)) == len(TRACTS)
    assert len(project.frame(project.layers_of("school")[0].id)) == len(TRACTS)


def test_block_groups_and_boundaries_are_of_the_census_of_the_survey(services: dict[str, str], tmp_path: Path) -> None:
    project, _ = made(services, tmp_path / "files", year=2019)
    assert set(project.frame(project.layers_of("need_area")[0].id)["census"]) == {"2010"}


def test_the_newest_year_is_asked_once_and_kept(services: dict[str, str], tmp_path: Path, local_web: LocalWeb, monkeypatch: pytest.MonkeyPatch) -> None:
    import datetime as dt

    monkeypatch.setattr(Web, "today", property(lambda self: dt.date(2025, 6, 1)))
    _, _outcomes = made(services, tmp_path / "files", year=0, skip="streets,water,places,schools")
    assert [source.vintage for source in made(services, tmp_path / "files", year=0)[0].layers_of("need_area")[0].sources] == ["2023", "2019-23"]
    assert len([request for request in local_web.asked if request.path.endswith("acs5.json")]) == 2


def test_offline_opens_no_socket(services: dict[str, str], tmp_path: Path, local_web: LocalWeb) -> None:
    params = build_params(district.DistrictParams, {"state": "CA", "year": 2023, "district": "Fresno Unified", "schools": "nces", **services})
    assert district.asks_of(params)
    _, outcomes = district.make(operations.new_project(), params, tmp_path / "files", allowed=False)
    assert {one.state for one in outcomes} == {"failed", "waiting"}
    assert "works offline" in outcomes[0].said
    assert local_web.asked == []


@pytest.mark.parametrize(("given", "words"), [
    ({"district": ""}, "which district or which counties"), ({"state": "", "district": "Somewhere"}, "in which state"), ({"given": "school=x.csv"}, "not a part and its file"),
    ({"county": "Fresmo"}, "no county called"), ({"skip": "everything"}, "cannot be 'everything'")])
def test_what_makes_no_question_is_refused_before_anything_is_asked(services: dict[str, str], tmp_path: Path, given: dict[str, Any], words: str, local_web: LocalWeb) -> None:
    with pytest.raises(ParameterError, match=words):
        made(services, tmp_path / "files", **{"district": "Fresno Unified", **given})
    assert local_web.asked == []


def test_a_code_of_seven_digits_says_its_state(services: dict[str, str], tmp_path: Path) -> None:
    _, outcomes = made(services, tmp_path / "files", state="", district="0614550")
    assert set(states(outcomes).values()) == {"fetched"}


def test_a_district_that_ships_is_known_by_its_name_alone(services: dict[str, str], tmp_path: Path, local_web: LocalWeb) -> None:
    params = build_params(district.DistrictParams, {"district": "Fresno Unified (Fresno)", "year": 2023, **services})
    project, outcomes = district.make_file(tmp_path / "fresno.ecomap.gpkg", params, allowed=True)
    assert states({one.part.name: one for one in outcomes}) == dict.fromkeys(district.NAMES, "fetched") | {"schools": "inside"}
    assert project.title == "Fresno Unified"
    assert not [request for request in local_web.asked if "opengis" in request.path]
    assert next(source.vintage for source in project.layers_of("school")[0].sources).startswith("2025-26")
    assert len(project.frame(project.layers_of("need_area")[0].id)) == len(TRACTS) // 2
    again, outcomes = district.make_file(tmp_path / "fresno.ecomap.gpkg", params, allowed=True)
    assert states({one.part.name: one for one in outcomes}) == dict.fromkeys(district.NAMES, "here") | {"schools": "inside"}
    assert [layer.id for layer in again.layers] == [layer.id for layer in project.layers]


def test_schools_that_ship_are_never_asked_for_when_first_left_out(services: dict[str, str], tmp_path: Path, local_web: LocalWeb) -> None:
    path, given = tmp_path / "fresno.ecomap.gpkg", {"district": "Fresno Unified (Fresno)", "year": 2023, **services}
    first, _ = district.make_file(path, build_params(district.DistrictParams, {**given, "skip": "schools,streets,places,water"}), allowed=True)
    assert not first.layers_of("school")
    params = build_params(district.DistrictParams, {**given, "skip": "streets,places,water"})
    assert not [ask for ask in district.asks_of(params) if ask.address.startswith(services["schools_service"])]
    second, outcomes = district.make_file(path, params, allowed=True)
    assert states({one.part.name: one for one in outcomes})["schools"] == "inside"
    (schools,) = second.layers_of("school")
    assert len(second.frame(schools.id)) > 90
    assert str(second.frame(schools.id).crs) == second.crs
    assert not [request for request in local_web.asked if "opengis" in request.path]


def test_schools_of_another_district_are_not_taken_for_those_of_this_one(services: dict[str, str], tmp_path: Path, local_web: LocalWeb) -> None:
    other = operations.new_project("california", district="Clovis Unified")
    project, outcomes = made(services, tmp_path / "files", other, schools="inside", skip="outline,areas,survey,streets,places,water")
    assert states(outcomes)["schools"] == "inside"
    assert [set(project.frame(layer.id)["district_code"]) for layer in project.layers_of("school")] == [{"1062166"}, {"1062117"}]
    again, _ = made(services, tmp_path / "files", project, schools="inside", skip="outline,areas,survey,streets,places,water")
    assert [layer.id for layer in again.layers] == [layer.id for layer in project.layers]
    assert local_web.asked == []


def test_a_name_that_two_counties_have_is_no_shipped_district_by_itself(services: dict[str, str], tmp_path: Path) -> None:
    with pytest.raises(ParameterError, match="in which state"):
        district.asks_of(build_params(district.DistrictParams, {"district": "Jefferson Elementary", **services}))
    assert district.known_names()


def test_layers_are_called_in_every_language(services: dict[str, str], tmp_path: Path) -> None:
    project, _ = made(services, tmp_path / "files")
    operations.save_project(project, tmp_path / "p.ecomap.gpkg")
    again = operations.open_project(tmp_path / "p.ecomap.gpkg")
    names = {layer.name: layer.name.key for layer in again.layers}
    assert {"Neighborhoods 2023", "Schools 2024-25", "District 2023", "Water 2023", "Streets of Roads 2023"} <= set(names)
    assert set(names.values()) == {"{layer} {year}", "Streets of {ground}"}


def test_a_district_with_a_comma_in_its_name_is_one_name(services: dict[str, str], tmp_path: Path, local_web: LocalWeb) -> None:
    frame = district_frame().assign(NAME=["Twin Rivers, Joint Unified", "Clovis Unified School District"])
    local_web.file("/geo/tiger/GENZ2023/shp/cb_2023_06_unsd_500k.zip", zipped(frame, "cb_2023_06_unsd_500k"), type="application/zip")
    project, outcomes = made(services, tmp_path / "files", district="Twin Rivers, Joint Unified", skip="schools,survey,streets,places,water")
    assert states(outcomes)["outline"] == "fetched"
    (outline,) = project.layers_of("district")
    assert list(project.frame(outline.id)["id"]) == ["0614550"]


def test_districts_of_one_name_are_not_made_one_project(services: dict[str, str], tmp_path: Path, local_web: LocalWeb) -> None:
    frame = district_frame().assign(NAME="Jefferson Elementary School District")
    local_web.file("/geo/tiger/GENZ2023/shp/cb_2023_06_unsd_500k.zip", zipped(frame, "cb_2023_06_unsd_500k"), type="application/zip")
    _, outcomes = made(services, tmp_path / "files", district="Jefferson Elementary", skip="schools")
    assert states(outcomes)["outline"] == "failed"
    assert "2 districts are called 'Jefferson Elementary'. Say which, by code: " in outcomes["outline"].said
    assert states(outcomes)["areas"] == "waiting"


def test_part_of_a_name_is_asked_about_before_the_network_is(services: dict[str, str]) -> None:
    with pytest.raises(ProjectError, match="No district is called 'Fresno'") as refused:
        district.asks_of(build_params(district.DistrictParams, {"state": "CA", "district": "Fresno", **services}))
    assert "Fresno Unified (Fresno)" in str(refused.value.hint)


def test_a_name_that_no_shipped_district_holds_is_asked_of_the_network(services: dict[str, str]) -> None:
    assert district.asks_of(build_params(district.DistrictParams, {"state": "WA", "district": "Fresno", **services}))
    assert district.asks_of(build_params(district.DistrictParams, {"state": "CA", "district": "A new district of 2031", **services}))
