"""What a question was asked with, in words, and which answers are earlier ones, on the small town."""

from __future__ import annotations

import re

import pytest

from ecomap.analysis import registry
from ecomap.model.params import ParamSpec, param_specs
from ecomap.model.project import Project
from ecomap.model.units import metres
from ecomap.workspace import operations
from ecomap.workspace.asked import (
    USUAL,
    asked_words,
    earlier_answers,
    value_words,
    words_for_zero,
)
from tests.small_project import small_project


@pytest.fixture
def town() -> Project:
    return small_project()


def spec_of(analysis: str, name: str) -> ParamSpec:
    return next(spec for spec in param_specs(registry.analysis(analysis).params) if spec.name == name)


def test_a_value_reads_without_its_question(town: Project) -> None:
    assert value_words(town, spec_of("plan", "radius_m"), metres(0.5)) == "0.5 mi"
    assert value_words(town, spec_of("plan", "sites"), 12) == "How many new schools: 12"
    assert value_words(town, spec_of("plan", "share_for_highest_fifth"), 0.6).endswith(": 60 %")
    assert value_words(town, spec_of("plan", "include_ended"), True) == "Count sites that have ended"
    assert "(" not in value_words(town, spec_of("plan", "target"), "service:Mental health")


def test_what_is_as_usual_is_not_said(town: Project) -> None:
    params = registry.analysis("plan").params
    words = asked_words(town, params, {"radius_m": metres(1.5), "sites": 4, "level": "all"})
    assert words.split(" · ")[1:] == ["1.5 mi", "How many new schools: 4"]
    assert asked_words(town, registry.analysis("roles").params, {}) == USUAL


def test_minutes_take_the_place_of_a_distance_in_words_too(town: Project) -> None:
    params = registry.analysis("coverage-gap").params
    assert asked_words(town, params, {"minutes": 15}).split(" · ")[1:] == ["15 min"]
    assert asked_words(town, params, {"minutes": 0}).split(" · ")[1:] == ["1.0 mi"]


def test_an_earlier_answer_is_one_that_a_later_one_took_the_place_of(town: Project) -> None:
    once, near = operations.run_analysis(town, "priority", {"radius_m": metres(0.5), "draws": 0})
    twice, far = operations.run_analysis(once, "priority", {"radius_m": metres(2.0), "draws": 0})
    assert earlier_answers(twice) == {near.id: twice.result(far.id)}
    assert earlier_answers(operations.remove_results(twice, [near.id])) == {}


def test_an_answer_that_was_switched_off_comes_back_alone(town: Project) -> None:
    once, gaps = operations.run_analysis(town, "coverage-gap", {})
    before = {layer.id for layer in once.layers if layer.visible and layer.result_id}
    twice, access = operations.run_analysis(once, "access", {})
    assert not before & {layer.id for layer in twice.layers if layer.visible}
    back = operations.show_result(twice, gaps.id)
    shown = {layer.id for layer in back.layers if layer.visible and layer.result_id}
    assert before <= shown
    assert not {layer.id for layer in back.layers if layer.result_id == access.id} & shown


def test_what_zero_means_stands_in_the_box_where_it_usually_stands() -> None:
    for analysis in registry.names():
        for spec in param_specs(registry.analysis(analysis).params):
            told = re.search(r"\b0: ([^.]+)\.", spec.param.help)
            if told and len(told[1]) <= 16 and not spec.required and spec.default == 0:
                assert words_for_zero(spec, 16) == told[1], f"{analysis} {spec.name}"
