"""A question of the project that follows the hand: what it is made ready for, and what it leaves alone."""

from __future__ import annotations

from typing import Any

import pandas as pd
import pytest
from attrs import evolve

from ecomap.model.errors import ParameterError
from ecomap.model.layer import NO_GEOMETRY, Layer
from ecomap.model.progress import Progress
from ecomap.workspace import live, operations
from tests import small_project as town

GIVEN: dict[str, Any] = {"target": "service:*", "radius_m": 1_000.0}


@pytest.fixture(scope="module")
def ready() -> live.Ready:
    return live.make_ready(town.small_project(), "coverage-gap", GIVEN, progress=Progress())


def test_a_live_answer_says_what_asking_says_and_is_in_no_project(ready: live.Ready) -> None:
    project = town.small_project()
    for radius in (300.0, 1_000.0, 1_800.0):
        quick = live.live_answer(ready, project, {**GIVEN, "radius_m": radius})
        _, right = operations.run_analysis(project, "coverage-gap", {**GIVEN, "radius_m": radius})
        assert quick.figure("children_out_of_reach").value == pytest.approx(right.figure("children_out_of_reach").value, abs=0.3)
        assert quick.bars_title == right.bars_title
        assert quick.id == live.LIVE
    assert not project.results


def test_it_serves_another_distance_and_no_other_question_setting_or_rows(ready: live.Ready) -> None:
    project = town.small_project()
    own = evolve(project, frames={**project.frames, **ready.rows})
    assert live.serves(ready, own, "coverage-gap", {**GIVEN, "radius_m": 300.0})
    assert live.serves(ready, own, "coverage-gap", {**GIVEN, "minutes": 10.0})
    assert not live.serves(ready, own, "coverage-gap", {**GIVEN, "detour": 1.2})
    assert not live.serves(ready, own, "access", GIVEN)
    assert not live.serves(None, own, "coverage-gap", GIVEN)
    changed = {layer_id: frame.copy() for layer_id, frame in own.frames.items()}
    assert not live.serves(ready, evolve(own, frames=changed), "coverage-gap", GIVEN)


def test_it_serves_no_project_with_another_list_other_need_or_other_organisations(ready: live.Ready) -> None:
    project = town.small_project()
    own = evolve(project, frames={**project.frames, **ready.rows})
    assert live.serves(ready, own, "coverage-gap", GIVEN)
    services = own.layer("services")
    assert live.serves(ready, own.with_layer_changed(evolve(services, visible=False, name="Another name")), "coverage-gap", GIVEN)
    another = own.with_layer(evolve(services, id="more"), own.frame("services").assign(id="n1", organisation="Others"))
    assert not live.serves(ready, another, "coverage-gap", GIVEN)
    need = own.layer("need-areas")
    turned = evolve(need, indicators=tuple(evolve(one, direction=-1) for one in need.indicators))
    assert not live.serves(ready, own.with_layer_changed(turned), "coverage-gap", GIVEN)
    gone = own.with_layer(Layer("who", "Organisations", "organisation", NO_GEOMETRY), pd.DataFrame({"id": ["o1"], "name": ["Helpers"], "end": ["2020-01-01"]}))
    assert not live.serves(ready, gone, "coverage-gap", GIVEN)
    assert not live.serves(ready, own.without_layer("services"), "coverage-gap", {**GIVEN, "target": "approach:community_school"})


def test_a_setting_out_of_its_bounds_is_refused_in_words(ready: live.Ready) -> None:
    with pytest.raises(ParameterError):
        live.live_answer(ready, town.small_project(), {**GIVEN, "radius_m": -1.0})


def test_which_settings_follow_the_hand() -> None:
    assert "radius_m" in live.dragged("coverage-gap")
    assert "need_weight" in live.dragged("priority")
    assert "sites" in live.dragged("plan")
    assert live.dragged("need-index") == ()

