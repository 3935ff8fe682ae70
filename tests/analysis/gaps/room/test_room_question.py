"""Room as a question of the project."""

from __future__ import annotations

from typing import Any

import pytest

from ecomap.analysis import registry
from ecomap.io.starter import load_starter
from ecomap.model.errors import InputError
from ecomap.model.params import build_params
from ecomap.model.project import Project
from ecomap.model.result import Result
from ecomap.workspace.inputs import analysis_frames, chosen_layers
from tests.small_project import small_project

NEAR = 100 * 812 / 1024  # children of the first area within 500 m of the office, on the points of the search


def ask(project: Project, **given: Any) -> Result:
    question = registry.analysis("capacity-gap")
    frames = analysis_frames(project, chosen_layers(project, question), question)
    given = {"target": "service:*", "radius_m": 500, "detour": 1} | given
    return registry.run("capacity-gap", frames, build_params(question.params, given))


def town(capacity: float | None) -> Project:
    project = small_project()
    services = next(layer for layer in project.layers if layer.role == "service")
    return project.with_layer(services, project.frame(services.id).assign(capacity=[capacity]))


def test_an_office_with_fifty_places_in_an_area_with_a_hundred_children() -> None:
    result = ask(town(50.0))
    # 812 of 1,024 points of the area, 31 m apart, lie within 500 m of its middle: 79.3 children (78.5 by ground).
    first = result.main.frame.set_index("id").loc["06037000001"]
    assert first[["demand", "served", "reachable_but_full", "out_of_reach"]].tolist() == pytest.approx([100, 50, NEAR - 50, 100 - NEAR])
    assert result.figure("children_out_of_reach").value == pytest.approx(900 - NEAR)
    assert result.figure("children_reachable_but_full").value == pytest.approx(NEAR - 50)
    site = result.output("sites").frame.iloc[0]
    assert site[["capacity", "used", "free"]].tolist() == pytest.approx([50, 50, 0])
    assert not site["capacity_assumed"]
    assert "50 (6 %) find a place" in result.sentence


def test_places_that_nobody_near_is_left_to_take_stay_free() -> None:
    result = ask(town(200.0), share_who_want_it=0.5)
    assert result.figure("places_free").value == pytest.approx(200 - NEAR / 2)
    assert result.figure("places_free_low_need").value == pytest.approx(200 - NEAR / 2)
    assert result.figure("children_reachable_but_full").value == pytest.approx(0, abs=1e-6)
    assert "160 places stay free" in result.sentence


def test_a_site_that_does_not_say_is_named_unless_something_is_assumed() -> None:
    for project in (small_project(), town(None)):
        with pytest.raises(InputError) as caught:
            ask(project)
        assert caught.value.details["rows"] == ["Counselling office"]
        assert "Counselling office" in caught.value.message
        assert "'Assumed places per site'" in caught.value.hint
        assert "--" not in str(caught.value)
    result = ask(town(None), assumed_capacity=10)
    assert result.figure("children_served").value == pytest.approx(10)
    assert any("10 places each are assumed" in note.text for note in result.notes)
    assert "if every site has 10 places" in result.sentence


def test_a_capacity_below_zero_is_refused() -> None:
    with pytest.raises(InputError, match="below zero"):
        ask(town(-1.0), assumed_capacity=10)


def test_places_that_stay_free_where_need_is_low_stand_out_from_full_ones() -> None:
    """An office with 50 places in the lowest-need corner is full; with 200 it keeps places free where need is low."""
    full, free = (ask(town(places)).output("sites").frame.iloc[0] for places in (50.0, 200.0))
    assert (full["state"], free["state"]) == ("full", "places free where need is low")
    assert (full["fifth"], free["fifth"]) == (1, 1)


def test_the_largest_part_of_an_area_is_its_state() -> None:
    """79.3 of the first 100 children reach the office: with 50 places most get one, with 30 most find it full."""
    for places, said in ((50.0, "get a place"), (30.0, "reachable but full")):
        assert ask(town(places)).main.frame["state"].tolist() == [said] + ["out of reach"] * 8


@pytest.mark.parametrize("rule", ["least_distance", "nearest_first", "equity_first"])
def test_los_angeles_adds_up(rule: str) -> None:
    result = ask(load_starter("los-angeles"), radius_m=1609.344, detour=1.3, assumed_capacity=200, rule=rule)
    areas = result.main.frame
    states = areas[["served", "reachable_but_full", "out_of_reach"]].sum(axis=1)
    assert states.to_numpy() == pytest.approx(areas["demand"].to_numpy())
    sites = result.output("sites").frame
    assert (sites["used"] <= sites["capacity"]).all()
    assert sites["used"].sum() == pytest.approx(areas["served"].sum())
    assert result.output("fifths").frame["demand"].sum() <= areas["demand"].sum()
