"""Merged areas used as need areas: every question takes them, undo takes it back, and the file keeps them."""

from __future__ import annotations

from pathlib import Path

import pytest

from ecomap.model.errors import InputError
from ecomap.model.said import say
from ecomap.workspace import operations
from ecomap.workspace.merged_areas import use_areas, used_words
from ecomap.workspace.workspace import Workspace
from tests.sentences.projects import with_margins

REACH = {"target": "service:Mental Health"}


def merged() -> tuple[object, object]:
    project, _ = operations.run_analysis(with_margins(), "merged-areas", {"largest_error": 0.04})
    return use_areas(project)


def test_they_come_first_and_carry_their_indicators() -> None:
    project, layer = merged()
    assert project.layers_of("need_area")[0].id == layer.id
    assert len(project.layers_of("need_area")) == 2
    assert [(one.column, one.moe_column) for one in layer.indicators] == [("poverty", "poverty_moe")]
    assert 1 < len(project.frame(layer.id)) < 9
    assert "need areas from now on" in used_words(project, layer)


@pytest.mark.parametrize(("question", "settings"), [
    ("need-index", {}), ("coverage-gap", REACH), ("priority", REACH), ("access", REACH), ("plan", {**REACH, "sites": 1}), ("clusters", {}),
    ("sensitivity", {}), ("match", {}), ("overlap", {}), ("school-areas", {}), ("merged-areas", {"largest_error": 0.03}),
])
def test_every_question_takes_them(question: str, settings: dict) -> None:
    project, layer = merged()
    _, result = operations.run_analysis(project, question, settings)
    assert layer.id in {key for key, _ in result.provenance.inputs}
    assert "need-areas" not in {key for key, _ in result.provenance.inputs}


def test_children_out_of_reach_are_as_many_where_the_ground_is_the_same() -> None:
    project, layer = merged()
    before, _ = operations.run_analysis(with_margins(), "coverage-gap", REACH)
    after, _ = operations.run_analysis(project, "coverage-gap", REACH)
    total = [sum(one.frame["children"].sum() for one in project.results[-1].outputs if one.name == "areas") for project in (before, after)]
    assert total == [900.0, 900.0]
    assert project.frame(layer.id)["population"].sum() == 3600.0


def test_undo_takes_it_back() -> None:
    project, _ = operations.run_analysis(with_margins(), "merged-areas", {"largest_error": 0.04})
    workspace = Workspace(project)
    workspace.apply(use_areas(project)[0], say("Use the areas"))
    assert workspace.project.layers_of("need_area")[0].id.startswith("merged-areas")
    workspace.undo()
    assert [layer.id for layer in workspace.project.layers_of("need_area")] == ["need-areas"]


def test_they_are_kept_in_the_file_and_used_again_only_once(tmp_path: Path) -> None:
    project, layer = merged()
    project, again = use_areas(project, name="Ours")
    assert again.id == layer.id
    operations.save_project(project, tmp_path / "a.ecomap.gpkg")
    opened = operations.open_project(tmp_path / "a.ecomap.gpkg")
    assert not opened.faults
    assert next(str(one.name) for one in opened.layers_of("need_area")) == "Ours"
    assert opened.frame(layer.id)["children"].sum() == 900.0


def test_without_an_answer_or_its_areas_it_is_refused() -> None:
    with pytest.raises(InputError, match="no merged areas yet"):
        use_areas(with_margins())
    project, result = operations.run_analysis(with_margins(), "need-index", {})
    with pytest.raises(InputError, match="has no merged areas"):
        use_areas(project, result.id)
    project, _ = operations.run_analysis(with_margins(), "merged-areas", {})
    with pytest.raises(InputError, match="have gone"):
        use_areas(project.without_layer("need-areas"))
