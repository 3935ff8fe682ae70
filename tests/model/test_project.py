"""A project is a snapshot: a change makes a new one that shares what it did not touch."""

from __future__ import annotations

import geopandas as gpd
import pytest
from attrs import evolve
from attrs.exceptions import FrozenInstanceError
from shapely.geometry import Point

from ecomap.model.errors import InputError, ProjectError
from ecomap.model.layer import Layer
from ecomap.model.project import Project
from ecomap.model.result import KeyFigure, Output, Result


def points(crs: str | None = "EPSG:3310") -> gpd.GeoDataFrame:
    return gpd.GeoDataFrame({"id": ["1"]}, geometry=[Point(0, 0)], crs=crs)


def layer(layer_id: str, result_id: str = "") -> Layer:
    return Layer(layer_id, layer_id.upper(), "site", "point", result_id=result_id)


def result(result_id: str, analysis: str = "need-index") -> Result:
    return Result(result_id, analysis, "Need", "Need is here.", (Output("main", "Main", None), Output("more", "More", None)))


@pytest.fixture
def project() -> Project:
    return Project().with_layer(layer("a"), points()).with_layer(layer("b"), points()).with_layer(layer("c"), points())


def order(project: Project) -> list[str]:
    return [layer.id for layer in project.layers]


def test_a_new_layer_comes_on_top_or_where_it_is_told(project: Project) -> None:
    assert order(project) == ["c", "b", "a"]
    assert order(project.with_layer(layer("d"), points(), position=1)) == ["c", "d", "b", "a"]


def test_a_layer_of_the_same_name_is_replaced_where_it_stands(project: Project) -> None:
    rows = points()
    replaced = project.with_layer(evolve(layer("b"), visible=False), rows)
    assert order(replaced) == order(project)
    assert not replaced.layer("b").visible
    assert replaced.frames["b"] is rows


def test_a_change_leaves_the_snapshot_before_it_alone(project: Project) -> None:
    project.without_layer("b").with_order(["a"]).with_result(result("r"))
    assert order(project) == ["c", "b", "a"]
    assert project.results == ()


def test_what_is_not_touched_is_shared(project: Project) -> None:
    after = project.with_layer_changed(evolve(project.layer("b"), visible=False))
    assert after.frames["b"] is project.frames["b"]
    assert after.layer("a") is project.layer("a")


def test_a_snapshot_cannot_be_changed(project: Project) -> None:
    with pytest.raises(FrozenInstanceError):
        project.title = "Other"  # type: ignore[misc]
    with pytest.raises(TypeError):
        project.frames["a"] = points()  # type: ignore[index]


def test_frames_given_to_a_snapshot_are_copied() -> None:
    frames = {"a": points()}
    project = Project(layers=(layer("a"),), frames=frames)
    frames.clear()
    assert list(project.frames) == ["a"]


def test_a_layer_in_another_system_is_refused(project: Project) -> None:
    with pytest.raises(InputError, match="EPSG:4326"):
        project.with_layer(layer("d"), points("EPSG:4326"))


def test_layers_are_put_in_order_and_the_unnamed_keep_theirs(project: Project) -> None:
    assert order(project.with_order(["a"])) == ["a", "c", "b"]
    assert order(project.with_order(["a", "unknown", "b", "c"])) == ["a", "b", "c"]


def test_a_layer_that_is_not_there_is_named_with_those_that_are(project: Project) -> None:
    for ask in (project.layer, project.frame, project.without_layer):
        with pytest.raises(ProjectError, match="'z'") as caught:
            ask("z")
        assert "c, b, a" in caught.value.hint


def test_a_result_replaces_the_one_of_its_name_and_becomes_the_latest(project: Project) -> None:
    both = project.with_result(result("r1")).with_result(result("r2")).with_result(result("r1"))
    assert [each.id for each in both.results] == ["r2", "r1"]
    latest = both.latest_result("need-index")
    assert latest is not None
    assert latest.id == "r1"
    assert both.latest_result("priority") is None


def test_dropping_a_result_drops_the_layers_it_made(project: Project) -> None:
    made = project.with_result(result("r")).with_layer(layer("gaps", "r"), points())
    after = made.without_result("r")
    assert order(after) == order(project)
    assert "gaps" not in after.frames
    assert after.results == ()


def test_layers_are_found_by_their_part(project: Project) -> None:
    zones = project.with_layer(Layer("z", "Z", "zone", "none"), points().drop(columns="geometry"))
    assert [each.id for each in zones.layers_of("zone")] == ["z"]


def test_a_result_finds_its_tables_and_figures_by_name() -> None:
    found = evolve(result("r"), figures=(KeyFigure("children", "Children", 3.0),))
    assert found.main.name == "main"
    assert found.output("more").title == "More"
    assert found.figure("children").value == 3.0
    with pytest.raises(KeyError):
        found.output("none")
    with pytest.raises(KeyError):
        found.figure("none")
