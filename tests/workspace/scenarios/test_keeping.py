"""Scenarios are made, named and changed; what cannot be meant is refused with what to do."""

from __future__ import annotations

import pytest

from ecomap.model.errors import EcoMapError, InputError
from ecomap.model.project import Project
from ecomap.model.said import say
from ecomap.model.scenario import Change
from ecomap.workspace import operations, scenarios
from ecomap.workspace.contents import contents
from ecomap.workspace.workspace import Workspace
from tests.small_project import small_project

WEST, MIDDLE, EAST = "01964733000001", "01964733000002", "01964733000003"
CLOSES = Change("close", "schools", MIDDLE)
OPENS = Change("open", place=(150_500.0, -448_000.0), target="service:Mental Health", label="North clinic", year=2028)


@pytest.fixture
def town() -> Project:
    return small_project()


def test_a_scenario_is_added_with_its_changes_and_the_rows_stay(town: Project) -> None:
    after, made = scenarios.add(town, " Two clinics ", [OPENS], note="what the board asked for")
    assert (made.id, made.name, made.changes, made.note) == ("two-clinics", "Two clinics", (OPENS,), "what the board asked for")
    assert after.frames == town.frames
    assert not town.scenarios


def test_a_name_is_needed_and_taken_once(town: Project) -> None:
    town, _ = scenarios.add(town, "A")
    for name in ("", "  ", "a"):
        with pytest.raises(InputError):
            scenarios.add(town, name)
    town, other = scenarios.add(town, "B")
    with pytest.raises(InputError, match="already"):
        scenarios.rename(town, other.id, "A")
    assert scenarios.rename(town, other.id, "b").scenario("b").name == "b"


def test_changes_come_go_and_take_the_place_of_each_other(town: Project) -> None:
    town, made = scenarios.add(town, "A", [OPENS])
    town = scenarios.change(town, "A", CLOSES)
    assert town.scenario("A").changes == (OPENS, CLOSES)
    other = Change("merge", "schools", MIDDLE, into=WEST)
    assert scenarios.change(town, "A", other, 1).scenario("A").changes == (OPENS, other)
    assert scenarios.unchange(town, "A", 0).scenario("A").changes == (CLOSES,)
    for place in (-1, 2):
        with pytest.raises(InputError, match="no change number"):
            scenarios.unchange(town, made.id, place)


@pytest.mark.parametrize(("change", "words"), [
    (Change("explode", "schools", MIDDLE), "kind 'explode'"),
    (Change("close", "schools", "nobody"), "'nobody' is not in Schools"),
    (Change("merge", "schools", MIDDLE, into="nobody"), "'nobody' is not in Schools"),
    (Change("merge", "schools", MIDDLE), "Which other school"),
    (Change("merge", "services", "s1", into="s1"), "Only schools merge"),
    (Change("close", "need-areas", "06037000001"), "cannot change in a scenario"),
    (Change("close"), "Which school, site or service"),
    (Change("move", "schools", MIDDLE), "Where it moves"),
    (Change("capacity", "services", "s1"), "How many"),
    (Change("open", place=(0.0, 0.0)), "What opens, and where"),
    (Change("open", place=(0.0, 0.0), target="service:*"), "no one thing"),
    (Change("open", place=(0.0, 0.0), target="none"), "no one thing"),
    (Change("open", place=(0.0, 0.0), target="school", levels="nursery"), "no school level"),
])
def test_what_cannot_be_meant_is_refused(town: Project, change: Change, words: str) -> None:
    town, _ = scenarios.add(town, "A")
    with pytest.raises(EcoMapError, match=words):
        scenarios.change(town, "A", change)


def test_undo_takes_a_scenario_back(town: Project) -> None:
    work = Workspace(town)
    after, made = scenarios.add(work.project, "A", [OPENS])
    assert work.apply(after, say("Scenario added")).scenarios
    work.apply(scenarios.remove(work.project, made.id), say("Scenario removed"))
    work.undo()
    assert work.project.scenario("A").changes == (OPENS,)
    work.undo()
    assert not work.project.scenarios


def test_a_plan_is_a_scenario(town: Project) -> None:
    asked, result = operations.run_analysis(town, "plan", {"target": "approach:community_school", "sites": 1, "radius_m": 900.0, "truths": 0})
    after, made = scenarios.scenario_from_plan(asked, result.id)
    chosen = list(result.output("plan").frame["id"])
    assert [(one.kind, one.layer, one.feature, one.target) for one in made.changes] == [("open", "schools", key, "approach:community_school") for key in chosen]
    assert made.made_from == result.id
    again, _ = scenarios.scenario_from_plan(after, result.id)
    assert len({one.name for one in again.scenarios}) == 2
    with pytest.raises(InputError, match="already"):
        scenarios.scenario_from_plan(after, result.id, made.name)


def test_an_answer_that_opens_nothing_is_no_scenario(town: Project) -> None:
    asked, result = operations.run_analysis(town, "need-index", {})
    with pytest.raises(InputError, match="is no plan"):
        scenarios.scenario_from_plan(asked, result.id)


def test_the_list_of_what_a_project_holds_has_them_in_words(town: Project) -> None:
    town, _ = scenarios.add(town, "A", [OPENS, CLOSES, Change("merge", "schools", WEST, into=EAST), Change("capacity", "services", "s1", amount=40.0),
                                        Change("close", "sites", "a1"), Change("move", "services", "s1", place=(0.0, 0.0), note="to the library")])
    (held,) = contents(town).scenarios
    assert [str(one) for one in held.changes] == [
        "North clinic (a Mental Health service) opens. From 2028 on.", "Middle School closes.",
        "West School closes; its pupils go to East School.", "Counselling office has room for 40.",
        "Middle School is no longer a community school.", "Counselling office moves to the chosen place. Note: to the library"]
