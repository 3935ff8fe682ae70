"""Choosing in the small town, and what is said of what is chosen."""

from __future__ import annotations

import pytest
from attrs import evolve

from ecomap.analysis.chosen.values import Condition
from ecomap.analysis.chosen.ways import HOW, MOST, TOUCHED
from ecomap.model.project import Project
from ecomap.model.said import name
from ecomap.model.vocabulary import RESULT
from ecomap.workspace import chosen
from tests.small_project import BOTTOM, LEFT, SIDE, small_project


@pytest.fixture
def town() -> Project:
    return small_project()


def corners(left: float, bottom: float, right: float, top: float) -> list[tuple[float, float]]:
    """A box in kilometres from the town's corner."""
    x0, x1, y0, y1 = LEFT + left * SIDE, LEFT + right * SIDE, BOTTOM + bottom * SIDE, BOTTOM + top * SIDE
    return [(x0, y0), (x1, y0), (x1, y1), (x0, y1)]


def test_a_drawn_box_chooses_by_most_of_the_ground(town: Project) -> None:
    assert len(chosen.by_shape(town, "need-areas", corners(0, 0, 1.6, 1), MOST)) == 2
    assert len(chosen.by_shape(town, "need-areas", corners(0, 0, 1.4, 1), MOST)) == 1
    assert len(chosen.by_shape(town, "need-areas", corners(0, 0, 1.4, 0.9), TOUCHED)) == 2


def test_what_is_chosen_comes_to(town: Project) -> None:
    frame = town.frame("need-areas").copy()
    frame.loc[1, "children"] = float("nan")
    town = town.with_layer(town.layer("need-areas"), frame)
    ids = chosen.by_shape(town, "need-areas", corners(0, 0, 3, 2), MOST)
    told = chosen.told(town, "need-areas", ids, HOW[MOST])
    assert told.sentence == ("500 ± 22 children in 6 tracts; 1 has no figure · 3 schools, 1 in “Community schools”, 1 service · most of their ground inside")


def test_areas_that_share_ground_are_not_added_up(town: Project) -> None:
    frame = town.frame("need-areas").copy()
    frame.loc[1, "geometry"] = frame.geometry.iloc[0]
    town = town.with_layer(town.layer("need-areas"), frame)
    told = chosen.told(town, "need-areas", list(frame["id"][:2]))
    assert "nothing is added up" in told.sentence
    assert told.lines == ()


def test_a_school_that_has_ended_does_not_stand_there(town: Project) -> None:
    frame = town.frame("schools").copy()
    frame["status"] = ["active", "ended", "active"]
    town = town.with_layer(town.layer("schools"), frame)
    told = chosen.told(town, "need-areas", list(town.frame("need-areas")["id"]))
    assert "2 schools" in told.sentence


def test_chosen_points_say_nothing_of_ground(town: Project) -> None:
    told = chosen.told(town, "schools", list(town.frame("schools")["id"][:2]), HOW[MOST])
    assert told.sentence == "610 pupils in 2 schools"


def test_by_value_and_by_distance(town: Project) -> None:
    assert len(chosen.by_value(town, "need-areas", Condition("poverty", "at_least", 0.7))) == 3
    middle = town.frame("schools")["id"].iloc[1]
    assert chosen.by_distance(town, "schools", ("schools", (middle,)), 999.0, MOST) == (middle,)
    assert len(chosen.by_distance(town, "schools", ("schools", (middle,)), 1000.0, MOST)) == 3
    assert chosen.by_distance(town, "services", ("schools", (middle,)), 1000.0, MOST) == ()


@pytest.mark.parametrize(("manner", "expected"), [
    (chosen.NEW, ("2", "3")), (chosen.ADD, ("1", "2", "3")), (chosen.AWAY, ("1",)), (chosen.KEEP, ("2",)),
])  # fmt: skip
def test_manners(manner: str, expected: tuple[str, ...]) -> None:
    assert chosen.combined(("a", ("1", "2")), "a", ("2", "3"), manner) == expected


def test_taking_away_from_another_layer_leaves_nothing_that_was_not_asked_for() -> None:
    assert chosen.combined(("b", ("1",)), "a", ("1",), chosen.AWAY) == ()


def test_need_areas_are_meant_before_others_and_what_is_hidden_never(town: Project) -> None:
    assert chosen.layer_meant(town) == "need-areas"
    assert chosen.layer_meant(town, "schools") == "schools"
    hidden = town.with_layer_changed(evolve(town.layer("need-areas"), visible=False))
    assert chosen.layer_meant(hidden) == "elementary-areas"
    assert chosen.layer_meant(hidden, "need-areas") == "elementary-areas"
    assert chosen.layer_meant(Project()) == ""


def test_a_map_of_need_made_by_an_answer_is_meant_before_the_ground_of_a_gap(town: Project) -> None:
    areas = town.layer("need-areas")
    hidden = town.with_layer_changed(evolve(areas, visible=False))
    frame = town.frame("need-areas")
    ground = evolve(areas, id="ground", name=name("Gaps"), role=RESULT, result_id="gaps", style=evolve(areas.style, kind="single"), visible=True)
    need = evolve(areas, id="need", name=name("Need by area"), role=RESULT, result_id="index", visible=True)
    answered = hidden.with_layer(need, frame).with_layer(ground, frame.head(1))
    assert chosen.layer_meant(answered) == "need"
    told = chosen.told(answered, "need", list(frame["id"][:2]))
    assert "in 2 tracts" in told.sentence
    assert chosen.layer_meant(hidden.with_layer(ground, frame.head(1))) == "ground", "nothing better is on the map"
