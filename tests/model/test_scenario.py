"""A scenario says what would be otherwise, and a change that says nothing is not sound."""

from __future__ import annotations

import pytest
from attrs import evolve

from ecomap.model.change import change_between
from ecomap.model.errors import ProjectError
from ecomap.model.project import Project
from ecomap.model.scenario import Change, Scenario, id_for, is_sound

CLOSES = Change("close", "schools", "1")
OPENS = Change("open", place=(1.0, 2.0), target="service:Food")


@pytest.mark.parametrize("change", [
    CLOSES, OPENS, Change("open", "schools", "1", target="approach:community_school"), Change("open", "sites", "a"),
    Change("move", "services", "s", place=(1.0, 2.0)), Change("merge", "schools", "1", into="2"), Change("capacity", "services", "s", amount=0.0),
    evolve(CLOSES, year=2028), evolve(CLOSES, year=1900), evolve(CLOSES, year=2200),
])
def test_what_says_all_that_its_kind_needs_is_sound(change: Change) -> None:
    assert is_sound(change)


@pytest.mark.parametrize("change", [
    Change("explode", "schools", "1"), Change("close"), Change("close", "schools"), Change("close", feature="1"), Change("open"),
    Change("open", place=(1.0, 2.0)), Change("open", target="service:Food"), Change("move", "schools", "1"), Change("merge", "schools", "1"),
    Change("merge", "schools", "1", into="1"), Change("capacity", "services", "s"), Change("capacity", "services", "s", amount=-1.0),
    Change("capacity", "services", "s", amount=float("nan")), Change("capacity", "services", "s", amount=float("inf")),
    evolve(OPENS, place=(float("nan"), 0.0)), evolve(OPENS, place=(1e9, 0.0)), evolve(CLOSES, year=1899), evolve(CLOSES, year=2201),
    evolve(CLOSES, note="x" * 2_001), evolve(CLOSES, label="a\x00b"), evolve(OPENS, functions=("x",) * 101),
])
def test_what_lacks_or_overdoes_something_is_not(change: Change) -> None:
    assert not is_sound(change)


def test_a_scenario_is_found_by_its_id_and_by_its_name() -> None:
    project = Project().with_scenario(Scenario("two", "Two clinics")).with_scenario(Scenario("three", "two"))
    assert project.scenario("two").name == "Two clinics"
    assert project.scenario(" TWO clinics").id == "two"
    assert project.scenario("Two").id == "three"
    with pytest.raises(ProjectError, match="Scenarios it has: Two clinics, two"):
        project.scenario("four")


def test_a_scenario_takes_the_place_of_its_id_and_goes() -> None:
    project = Project().with_scenario(Scenario("a", "A")).with_scenario(Scenario("b", "B"))
    changed = project.with_scenario(Scenario("a", "A", (CLOSES,)))
    assert [one.id for one in changed.scenarios] == ["a", "b"]
    assert changed.scenario("a").changes == (CLOSES,)
    assert [one.id for one in changed.without_scenario("a").scenarios] == ["b"]


def test_a_change_between_snapshots_names_the_scenarios() -> None:
    project = Project()
    assert change_between(project, project.with_scenario(Scenario("a", "A"))).scenarios
    assert not change_between(project, evolve(project, title="Other")).scenarios


def test_an_id_is_made_of_the_name_in_any_letters() -> None:
    assert id_for("Zwölf Schulen (2028)", ()) == "zwolf-schulen-2028"
    assert id_for("学校", ("scenario",)) == "scenario-2"
