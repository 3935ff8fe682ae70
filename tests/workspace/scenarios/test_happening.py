"""The changes of a scenario happen in a project of their own: with what goes along, and nothing else."""

from __future__ import annotations

import pandas as pd
import pytest
from attrs import evolve
from shapely.geometry import Point

from ecomap.model.layer import NO_GEOMETRY, POINT, Layer
from ecomap.model.project import Project
from ecomap.model.scenario import Change, Scenario
from ecomap.workspace.scenarios import applied, happened
from tests.small_project import centre, small_project

WEST, MIDDLE, EAST = "01964733000001", "01964733000002", "01964733000003"


@pytest.fixture
def town() -> Project:
    return small_project()


def _with(*changes: Change) -> Scenario:
    return Scenario("s", "S", changes)


def _others_are_the_same(before: Project, after: Project, *but: str) -> bool:
    return all(after.frames[layer.id] is before.frames[layer.id] for layer in before.layers if layer.id not in but)


def _served(town: Project, **more: object) -> Project:
    """The town with services at the middle school: one names it, one has its address, one stands next door."""
    rows = town.frame("services")
    add = pd.DataFrame({"id": ["named", "at-it", "next-door", "online"], "name": ["Named", "At it", "Next door", "Online"],
                        "category": "Mental Health", "organisation": ["A", "B", "C", "D"], "school_id": [MIDDLE, "", "", ""],
                        "address": ["", "12 Main St.", "14 Main St.", "12 Main St."], "online_only": [False, False, False, True]})
    spot = centre(1, 1)
    shapes = [spot, Point(spot.x + 60, spot.y), Point(spot.x + 60, spot.y), spot]
    more_rows = rows.iloc[[0] * 4].reset_index(drop=True).drop(columns=["id", "name", "category", "organisation"]).set_geometry(shapes, crs=rows.crs)
    frame = pd.concat([rows, more_rows.assign(**{column: add[column] for column in add})], ignore_index=True)
    schools = town.frame("schools").assign(address=["1 West St.", "12 Main Street", "3 East St."])
    return evolve(town, frames={**town.frames, "services": frame, "schools": schools})


def test_a_place_that_opens_is_one_row_more_and_nothing_else(town: Project) -> None:
    scenario = _with(Change("open", place=(150_500.0, -448_000.0), target="service:Mental Health", label="North", organisation="Helpers", functions=("mental_health",), amount=30.0))
    after = applied(town, scenario)
    row = after.frame("services").iloc[-1]
    assert len(after.frame("services")) == 2
    assert (row["name"], row["category"], row["organisation"], row["function"], row["capacity"]) == ("North", "Mental Health", "Helpers", "mental_health", 30.0)
    assert row.geometry == Point(150_500.0, -448_000.0)
    assert after.frame("services").crs == town.frame("services").crs
    assert _others_are_the_same(town, after, "services")


def test_room_that_is_not_said_is_missing_and_not_zero(town: Project) -> None:
    after = applied(town, _with(Change("capacity", "services", "s1", amount=40.0), Change("open", place=(0.0, 0.0), target="service:Food")))
    assert after.frame("services")["capacity"].iloc[0] == 40.0
    assert pd.isna(after.frame("services")["capacity"].iloc[1])


def test_an_approach_opens_at_a_school(town: Project) -> None:
    after = applied(town, _with(Change("open", "schools", EAST, target="approach:community_school")))
    row = after.frame("sites").iloc[-1]
    assert (row["school_id"], row["approach"], row.geometry) == (EAST, "community_school", centre(2, 1))
    assert _others_are_the_same(town, after, "sites")


def test_what_nobody_offers_yet_gets_a_layer(town: Project) -> None:
    without = town.without_layer("services")
    after = applied(without, _with(Change("open", place=(0.0, 0.0), target="service:Food")))
    assert [layer.id for layer in after.layers_of("service")] == ["scenario_service"]
    assert len(after.frame("scenario_service")) == 1


def test_a_row_that_has_ended_opens_again(town: Project) -> None:
    ended = evolve(town, frames={**town.frames, "sites": town.frame("sites").assign(status="ended", end="2024-06-30")})
    row = applied(ended, _with(Change("open", "sites", "a1"))).frame("sites").iloc[0]
    assert (row["status"], row["end"]) == ("active", "")


def test_a_school_that_closes_takes_along_what_is_at_it(town: Project) -> None:
    town = _served(town)
    found = happened(town, _with(Change("close", "schools", MIDDLE)))
    assert list(found.project.frame("schools")["id"]) == [WEST, EAST]
    assert list(found.project.frame("services")["id"]) == ["s1", "next-door", "online"]
    assert not len(found.project.frame("sites"))
    assert {(one.row, one.how) for one in found.gone} == {("a1", "names it"), ("named", "names it"), ("at-it", "same address")}
    assert [(one.row, one.how) for one in found.stay] == [("next-door", "next door")]
    assert MIDDLE not in set(found.project.frame("links")["school_id"])
    areas = found.project.frame("elementary-areas")
    assert len(areas) == 3
    assert list(areas["school_id"]) == [WEST, "", EAST]


def test_what_stands_at_a_school_that_stays_stays(town: Project) -> None:
    town = _served(town)
    schools = town.frame("schools")
    both = schools.set_geometry([centre(1, 1), centre(1, 1), centre(2, 1)], crs=schools.crs).assign(address=["12 Main St.", "12 Main St.", ""])
    found = happened(evolve(town, frames={**town.frames, "schools": both}), _with(Change("close", "schools", MIDDLE)))
    assert "at-it" in set(found.project.frame("services")["id"])
    assert "named" not in set(found.project.frame("services")["id"])


def test_people_and_participations_of_the_school_go_too(town: Project) -> None:
    roles = pd.DataFrame({"id": ["r1", "r2"], "name": ["Counselor"] * 2, "school_id": [MIDDLE, WEST], "function": "mental_health"})
    town = town.with_layer(Layer("roles", "People", "staff_role", NO_GEOMETRY), roles)
    found = happened(town, _with(Change("close", "schools", MIDDLE)))
    assert list(found.project.frame("roles")["id"]) == ["r2"]


def test_a_merger_adds_the_pupils_and_gives_the_areas(town: Project) -> None:
    schools = town.frame("schools").assign(frpm_count=[150.0, 186.0, 224.0], foster_count=[3.0, None, 5.0], foster_count_reason=["", "suppressed", ""], levels=["elementary", "middle", "elementary"])
    town = evolve(town, frames={**town.frames, "schools": schools})
    after = applied(town, _with(Change("merge", "schools", MIDDLE, into=WEST)))
    row = after.frame("schools").set_index("id").loc[WEST]
    assert row["enrollment"] == 610.0
    assert row["frpm_count"] == 336.0
    assert row["frpm_share"] == pytest.approx(336 / 610)
    assert pd.isna(row["foster_count"])
    assert row["foster_count_reason"] == "not_reported"
    assert row["levels"] == "elementary+middle"
    assert after.frame("schools").set_index("id").loc[EAST, "foster_count_reason"] == ""
    assert list(after.frame("links")["school_id"]) == [WEST, WEST, EAST]
    assert list(after.frame("elementary-areas")["school_id"]) == [WEST, WEST, EAST]


def test_a_school_moves_with_what_is_at_it(town: Project) -> None:
    town = _served(town)
    after = applied(town, _with(Change("move", "schools", MIDDLE, place=(150_100.0, -449_900.0))))
    there = Point(150_100.0, -449_900.0)
    assert after.frame("schools").geometry.iloc[1] == there
    assert after.frame("sites").geometry.iloc[0] == there
    services = after.frame("services").set_index("id").geometry
    assert (services["named"], services["at-it"]) == (there, there)
    assert services["next-door"] == Point(centre(1, 1).x + 60, centre(1, 1).y)


def test_a_service_that_is_listed_twice_closes_with_both_entries(town: Project) -> None:
    rows = town.frame("services")
    twice = pd.concat([rows, rows.assign(id="again"), rows.assign(id="spelt", name="Office", organisation="Helper", same_as="s1")], ignore_index=True)
    after = applied(evolve(town, frames={**town.frames, "services": twice}), _with(Change("close", "services", "s1")))
    assert not len(after.frame("services"))


def test_what_has_gone_cannot_change_and_the_rest_happens(town: Project) -> None:
    found = happened(town, _with(Change("close", "schools", MIDDLE), Change("close", "schools", MIDDLE), Change("move", "nobody", "x", place=(0.0, 0.0)),
                                 Change("merge", "schools", WEST, into=MIDDLE), Change("close", "services", "s1")))
    assert len(found.skipped) == 3
    assert "has closed already" in found.skipped[0]
    assert "no layer 'nobody'" in found.skipped[1]
    assert list(found.project.frame("schools")["id"]) == [WEST, EAST]
    assert not len(found.project.frame("services"))


def test_by_a_year_only_what_has_happened_by_then(town: Project) -> None:
    scenario = _with(Change("close", "schools", WEST, year=2027), Change("close", "schools", MIDDLE, year=2028), Change("close", "schools", EAST))
    assert list(applied(town, scenario, by=2027).frame("schools")["id"]) == [MIDDLE]
    assert list(applied(town, scenario, by=2026).frame("schools")["id"]) == [WEST, MIDDLE]
    assert not len(applied(town, scenario).frame("schools"))


def test_what_is_listed_in_two_layers_closes_and_moves_in_both_and_another_row_of_its_number_stays(town: Project) -> None:
    other = town.frame("services").assign(id="n7", name="Counselling")
    unlike = other.assign(id="s1", organisation="Others")
    town = town.with_layer(Layer("list", "Another list", "service", POINT), pd.concat([other, unlike], ignore_index=True))
    assert list(applied(town, _with(Change("close", "services", "s1"))).frame("list")["id"]) == ["s1"]
    moved = applied(town, _with(Change("move", "services", "s1", place=(1.0, 2.0)))).frame("list").set_index("id").geometry
    assert (moved["n7"], moved["s1"]) == (Point(1.0, 2.0), centre(0, 0))
    assert list(applied(town, _with(Change("capacity", "services", "s1", amount=9.0))).frame("list")["capacity"].isna()) == [False, True]


def test_an_approach_of_a_school_closes_wherever_its_other_entries_stand(town: Project) -> None:
    sites = town.frame("sites")
    again = sites.assign(id="a9").set_geometry([Point(centre(1, 1).x + 30, centre(1, 1).y)], crs=sites.crs)
    town = evolve(town, frames={**town.frames, "sites": pd.concat([sites, again], ignore_index=True)})
    assert not len(applied(town, _with(Change("close", "sites", "a9"))).frame("sites"))


def test_another_spelling_that_closes_takes_the_row_it_repeats_with_it(town: Project) -> None:
    rows = town.frame("services")
    twice = pd.concat([rows, rows.assign(id="spelt", name="Office", organisation="Helper", same_as="s1")], ignore_index=True)
    after = applied(evolve(town, frames={**town.frames, "services": twice}), _with(Change("close", "services", "spelt")))
    assert not len(after.frame("services"))


def test_what_is_left_out_is_told_without_the_planners_note(town: Project) -> None:
    told = happened(town, _with(Change("close", "services", "gone", note="The landlord wants us out"))).skipped
    assert "gone closes." in told[0]
    assert "landlord" not in told[0]


def test_nothing_opens_at_a_school_that_has_no_place(town: Project) -> None:
    schools = town.frame("schools")
    nowhere = schools.set_geometry([centre(0, 1), None, centre(2, 1)], crs=schools.crs)
    town = evolve(town, frames={**town.frames, "schools": nowhere})
    opens = Change("open", "schools", MIDDLE, target="service:Food")
    found = happened(town, _with(opens))
    assert "no place on the map" in found.skipped[0]
    assert len(found.project.frame("services")) == 1
    assert not happened(town, _with(evolve(opens, place=(1.0, 2.0)))).skipped


def test_a_merger_keeps_the_links_of_every_level(town: Project) -> None:
    links = town.frame("links")
    more = links.iloc[[1, 1]].assign(id=["to-west", "middle"], school_id=[WEST, MIDDLE], level=["elementary", "middle"])
    town = evolve(town, frames={**town.frames, "links": pd.concat([links, more], ignore_index=True)})
    after = applied(town, _with(Change("merge", "schools", MIDDLE, into=WEST))).frame("links")
    of_it = after[after["area_id"] == "elementary-2"]
    assert sorted(zip(of_it["level"], of_it["school_id"])) == [("elementary", WEST), ("middle", WEST)]
