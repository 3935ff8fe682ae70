"""The map of one answer: its own layers and what it stands on, nothing of other answers."""

from __future__ import annotations

import pytest

from ecomap.model.project import Project
from ecomap.workspace.answer_maps import alone_on_map, has_map, layers_of_map
from ecomap.workspace.operations import run_analysis
from tests.small_project import small_project


@pytest.fixture(scope="module")
def asked() -> Project:
    project = small_project()
    for name, given in (("need-index", {}), ("coverage-gap", {"radius_m": 800.0}), ("coverage-gap", {"radius_m": 1600.0}), ("money", {}), ("dashboard", {})):
        project = run_analysis(project, name, given)[0]
    return project


def of(project: Project, analysis: str) -> list[str]:
    return [result.id for result in project.results if result.analysis == analysis]


def test_two_answers_to_one_question_have_maps_of_their_own(asked: Project) -> None:
    near, far = (asked.result(one) for one in of(asked, "coverage-gap"))
    for own, other in ((near, far), (far, near)):
        shown = {layer.result_id for layer in layers_of_map(asked, own)}
        assert own.id in shown
        assert other.id not in shown


def test_a_gap_stands_on_need_and_need_on_no_gap(asked: Project) -> None:
    (need,), gaps = of(asked, "need-index"), of(asked, "coverage-gap")
    assert need in {layer.result_id for layer in layers_of_map(asked, asked.result(gaps[0]))}
    assert {layer.result_id for layer in layers_of_map(asked, asked.result(need))} == {"", need}


def test_what_is_no_answers_stays_on_every_map(asked: Project) -> None:
    seen = [{layer.id for layer in layers_of_map(asked, result) if not layer.result_id and layer.role == "school"} for result in asked.results]
    assert seen[0]
    assert all(one == seen[0] for one in seen)


def test_an_answer_about_no_places_has_no_map_and_shows_nobody_elses(asked: Project) -> None:
    (board,) = (asked.result(one) for one in of(asked, "dashboard"))
    assert not has_map(asked, board)
    assert {layer.result_id for layer in layers_of_map(asked, board)} <= {"", *of(asked, "need-index")}


def test_the_project_itself_stays_as_it_is(asked: Project) -> None:
    before = [(layer.id, layer.visible) for layer in asked.layers]
    for result in asked.results:
        alone_on_map(asked, result)
    assert [(layer.id, layer.visible) for layer in asked.layers] == before
