"""The planner's order of findings, and what stands on the map with each."""

from __future__ import annotations

import pytest
from attrs import evolve

from ecomap.model.errors import InputError
from ecomap.model.project import Project
from ecomap.workspace import operations
from ecomap.workspace.page_order import in_page_order, page_views
from ecomap.workspace.pages import map_page
from tests.small_project import small_project
from tests.workspace.told_projects import three_answers


@pytest.fixture
def project() -> Project:
    return three_answers()


def told(project: Project) -> list[str]:
    return [result.id for result in in_page_order(project)]


def test_answers_are_told_as_they_were_asked_until_somebody_orders_them(project: Project) -> None:
    assert told(project) == ["first", "second", "third"]
    assert told(operations.order_answers(project, ["third", "first"])) == ["third", "first", "second"]
    assert map_page(operations.order_answers(project, ["third"])).order == ("third", "first", "second")


def test_the_order_of_the_project_itself_stays(project: Project) -> None:
    ordered = operations.order_answers(project, ["third", "second", "first"])
    assert [result.id for result in ordered.results] == [result.id for result in project.results]


def test_an_answer_that_is_not_there_cannot_be_placed(project: Project) -> None:
    with pytest.raises(InputError):
        operations.order_answers(project, ["nobody"])


def test_each_answer_stands_on_the_map_alone_with_what_belongs_to_none(project: Project) -> None:
    views = page_views(project)
    assert set(views["first"]) == {"schools", "first-places"}
    assert set(views["second"]) == {"schools", "second-places"}
    assert set(views["third"]) == {"schools"}


def test_a_layer_that_the_planner_switched_off_stays_off_while_the_answer_is_on_the_map(project: Project) -> None:
    shown = project.with_layer_changed(evolve(project.layer("schools"), visible=False))
    assert "schools" not in page_views(shown)["first"]


def test_a_map_that_another_answer_covered_is_told_on_its_own_map() -> None:
    project, access = operations.run_analysis(small_project(), "access", {"target": "service:*"})
    project, need = operations.run_analysis(project, "need-index", {})
    views, by_id = page_views(project), {layer.id: layer for layer in project.layers}

    def filled(result_id: str) -> set[str]:
        return {by_id[one].result_id for one in views[result_id] if by_id[one].geometry == "polygon" and by_id[one].result_id}

    assert filled(access.id) == {access.id}
    assert filled(need.id) == {need.id}


def test_a_fill_that_the_planner_switched_off_stays_off() -> None:
    project, access = operations.run_analysis(small_project(), "access", {"target": "service:*"})
    fill = next(layer for layer in project.layers if layer.result_id == access.id and layer.geometry == "polygon")
    assert fill.id in page_views(project)[access.id]
    assert fill.id not in page_views(project.with_layer_changed(evolve(fill, visible=False)))[access.id]
