"""A parameter can say which layers a question reads; only those count as its inputs."""

from __future__ import annotations

import pytest

from ecomap.model.layer import Layer
from ecomap.model.project import Project
from ecomap.model.vocabulary import DISTRICT, REFERENCE
from ecomap.workspace import operations
from ecomap.workspace.choices import choices
from ecomap.workspace.freshness import outdated
from tests import small_project as town


@pytest.fixture
def project() -> Project:
    """The town with two halves as districts and its homes as points."""
    halves = town.attendance_areas().iloc[:2].assign(id=["d1", "d2"], name=["First", "Second"])[["id", "name", "geometry"]]
    homes = town.schools()[["id", "name", "geometry"]].assign(housing_units=[1.0, 2.0, 3.0])
    made = town.small_project().with_layer(Layer("halves", "Halves", DISTRICT, "polygon"), halves)
    return made.with_layer(Layer("homes", "Homes", REFERENCE, "point"), homes)


def test_areas_and_blocks_are_offered_in_words(project: Project) -> None:
    offered = [(choice.value, choice.label) for choice in choices(project, "target_area")]
    assert offered == [("attendance_area", "All attendance areas (3)"), ("district", "All districts (2)"), ("halves", "Halves"),
                       ("elementary-areas", "Elementary areas")]
    assert [choice.value for choice in choices(project, "weight_layer")] == ["", "homes"]


@pytest.mark.parametrize(("target", "read"), [
    ("attendance_area", "elementary-areas"), ("district", "halves"), ("halves", "halves"), ("Halves", "halves"),
])
def test_a_role_or_a_layer_can_be_named(project: Project, target: str, read: str) -> None:
    _, result = operations.run_analysis(project, "school-areas", {"target": target, "draws": 0})
    assert result.provenance is not None
    assert [layer for layer, _ in result.provenance.inputs] == ["need-areas", read]


def test_an_optional_input_is_read_only_where_it_is_named(project: Project) -> None:
    _, result = operations.run_analysis(project, "school-areas", {"spread": "homes", "draws": 0})
    assert result.provenance is not None
    assert "homes" in dict(result.provenance.inputs)


def test_layers_that_were_not_asked_for_do_not_make_an_answer_old(project: Project) -> None:
    answered, result = operations.run_analysis(project, "school-areas", {"target": "halves", "draws": 0})
    stored = answered.result(result.id)
    assert not outdated(answered, stored)
    another = answered.with_layer(Layer("more", "More", "attendance_area", "polygon"), town.attendance_areas())
    assert not outdated(another, stored)
    changed = answered.with_layer(answered.layer("halves"), answered.frame("halves").iloc[:1])
    assert outdated(changed, stored)


def test_the_need_map_under_the_answer_is_switched_off(project: Project) -> None:
    answered, _ = operations.run_analysis(project, "school-areas", {"draws": 0})
    shown = [layer.name for layer in answered.layers if layer.visible]
    assert any(name.endswith("Need of these areas") for name in shown)  # its answer is named before it
    assert "Census tracts" not in shown
