"""The plan as a question of the project: a town worked by hand, and Los Angeles as it ships."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pandas as pd
import pytest

from ecomap.analysis import registry
from ecomap.analysis.optimise.case import InfeasibleError
from ecomap.io.starter import load_starter
from ecomap.model.errors import CancelledError, InputError, ParameterError
from ecomap.model.frames import Frames
from ecomap.model.params import build_params
from ecomap.model.progress import Progress
from ecomap.model.project import Project
from ecomap.model.result import Result
from ecomap.workspace.inputs import analysis_frames, chosen_layers
from tests.analysis.plan.hamlets import DETOUR, INSIDE, OUTSIDE, REACH, hamlets
from tests.analysis.towns import ask as ask_frames
from tests.small_project import small_project

WEST, MIDDLE, EAST = "01964733000001", "01964733000002", "01964733000003"
CIRCLE = 100 * math.pi * 0.25  # children within 500 m of the middle of an area with 100 on 1 km2


def ask(project: Project, progress: Progress | None = None, **given: Any) -> Result:
    plan = registry.analysis("plan")
    frames = analysis_frames(project, chosen_layers(project, plan), plan)
    given = {"target": "approach:community_school", "radius_m": 500, "detour": 1} | given
    return registry.run("plan", frames, build_params(plan.params, given), progress=progress)


def town(**changes: Any) -> Project:
    """The small town with other columns of its schools."""
    project = small_project()
    schools = next(layer for layer in project.layers if layer.role == "school")
    return project.with_layer(schools, project.frame(schools.id).assign(**changes))


def test_two_schools_reach_two_circles() -> None:
    result = ask(small_project(), sites=2)
    plan = result.output("plan").frame
    assert plan["id"].tolist() == [WEST, EAST]
    assert plan["children_newly_reached"].tolist() == pytest.approx([CIRCLE, CIRCLE], rel=1e-4)
    assert plan["standing"].unique().tolist() == ["in every plan nearly as good"]
    assert result.figure("children_newly_reached").value == pytest.approx(2 * CIRCLE, rel=1e-4)
    assert result.figure("gap").value == 0
    assert "2 new schools would bring a community school within 0.3 mi of an estimated 157" in result.sentence
    assert "proven best under these wishes" in result.sentence
    assert MIDDLE not in set(result.output("schools").frame["id"])


def test_with_the_products_own_detour_650_metres_of_way_are_a_circle_of_500() -> None:
    plan = registry.analysis("plan")
    frames = analysis_frames(small_project(), chosen_layers(small_project(), plan), plan)
    result = registry.run("plan", frames, build_params(plan.params, {"target": "approach:community_school", "radius_m": 500 * DETOUR}))
    assert result.main.frame["id"].tolist() == [WEST, EAST]
    assert result.main.frame["children_newly_reached"].tolist() == pytest.approx([CIRCLE, CIRCLE], rel=1e-4)
    assert result.figure("bound").value == pytest.approx(2 * CIRCLE, rel=0.02)   # the points of the search take the detour too


@pytest.mark.parametrize("aim", ["reach", "fewest"])
def test_of_two_hamlets_the_one_within_the_way_is_reached_and_the_one_beyond_is_not(aim: str) -> None:
    result = ask_frames("plan", hamlets(), target="approach:community_school", radius_m=REACH, aim=aim)
    assert result.main.frame["id"].tolist() == [WEST]
    assert result.main.frame["children_newly_reached"].tolist() == pytest.approx([100.0])
    assert result.figure("children_out_of_reach").value == pytest.approx(200.0)


@pytest.mark.parametrize(("aim", "today", "way"), [
    ("average", 1000 + (INSIDE + OUTSIDE) / 2, (INSIDE + OUTSIDE) / 2), ("furthest", 1000 + OUTSIDE, OUTSIDE)])
def test_ways_are_longer_than_the_straight_line_by_the_products_own_detour(aim: str, today: float, way: float) -> None:
    result = ask_frames("plan", hamlets(), target="approach:community_school", radius_m=REACH, aim=aim)
    assert result.figure("way_today").value == pytest.approx(today * DETOUR)
    assert result.figure("way").value == pytest.approx(way * DETOUR)


def test_of_equals_the_first_by_id_is_planned_and_the_other_is_a_matter_of_choice() -> None:
    result = ask(small_project(), sites=1)
    assert result.main.frame["id"].tolist() == [WEST]
    standing = result.output("schools").frame.set_index("id")["standing"]
    assert standing.to_dict() == {WEST: "in some plans nearly as good", EAST: "in some plans nearly as good"}
    assert "There is choice" in result.sentence


def test_a_floor_sends_the_plan_where_need_is_highest() -> None:
    # 1.1 km around the eastern school reaches into the north-eastern area, one of the two of highest need.
    result = ask(small_project(), sites=1, radius_m=1100, share_for_highest_fifth=0.1)
    assert result.main.frame["id"].tolist() == [EAST]
    assert result.figure("share_to_highest_fifth").value >= 0.1
    fifths = result.output("fifths").frame.set_index("fifth")
    assert fifths["children_newly_reached"].sum() == pytest.approx(result.figure("children_newly_reached").value)
    assert fifths.loc[5, "share_out_after"] < fifths.loc[5, "share_out"]


def test_more_schools_than_help_are_not_planned() -> None:
    result = ask(small_project(), sites=50)
    assert len(result.main.frame) == 2
    assert any("2 schools are enough" in note.text for note in result.notes)


@pytest.mark.parametrize(("wishes", "conflict"), [
    ({"budget_usd": 100, "cost_per_site_usd": 200},
     ["a budget of $100 at $200 for each new school", "at least one new school that reaches somebody"]),
    ({"share_for_highest_fifth": 0.5},
     ["at least 50 % of the newly reached children in the highest-need fifth",
      "at least one new school that reaches somebody"]),
])
def test_wishes_that_leave_no_plan_are_named(wishes: dict[str, float], conflict: list[str]) -> None:
    with pytest.raises(InfeasibleError) as caught:
        ask(small_project(), **wishes)
    assert caught.value.details["conflict"] == conflict
    assert all(wish in caught.value.message for wish in conflict)


def test_a_board_district_without_a_candidate_is_named() -> None:
    project = town(board_district=["1", "2", "3"])
    result = ask(project, sites=2, at_most_per_board_district=1)
    assert len(result.main.frame) == 2
    with pytest.raises(InfeasibleError) as caught:
        ask(project, sites=2, at_least_per_board_district=1)
    assert caught.value.details["conflict"] == ["at least 1 new school in board district 2 (only 0 to choose from)"]
    with pytest.raises(InfeasibleError) as caught:
        ask(town(board_district=["1", "1", "2"]), sites=1, at_least_per_board_district=1)
    assert caught.value.details["conflict"] == [
        "at most 1 new school", "at least 1 new school in board district 1", "at least 1 new school in board district 2"]


def test_what_cannot_be_asked_is_refused() -> None:
    for wrong in ({"budget_usd": 100}, {"level": "night"}):
        with pytest.raises(ParameterError):
            ask(small_project(), **wrong)
    for wrong in ({"at_least_per_board_district": 1}, {"radius_m": 80_000}, {"governance": "charter"}):
        with pytest.raises(InputError):
            ask(small_project(), **wrong)


@pytest.fixture(scope="module")
def los_angeles() -> Frames:
    plan, project = registry.analysis("plan"), load_starter("los-angeles")
    return analysis_frames(project, chosen_layers(project, plan), plan)


@pytest.fixture(scope="module")
def plan_of_eight(los_angeles: Frames) -> Result:
    params = build_params(registry.analysis("plan").params, {"target": "approach:community_school", "sites": 8})
    return registry.run("plan", los_angeles, params)


def test_points_and_ground_agree(plan_of_eight: Result) -> None:
    bound = plan_of_eight.figure("bound").value
    by_ground = plan_of_eight.figure("children_newly_reached").value
    assert bound is not None
    assert by_ground == pytest.approx(bound, rel=0.005)
    assert plan_of_eight.main.frame["children_newly_reached"].sum() == pytest.approx(by_ground)
    assert plan_of_eight.output("fifths").frame["children_newly_reached"].sum() == pytest.approx(by_ground, rel=0.01)


def test_no_exchange_of_one_school_beats_a_proven_plan(los_angeles: Frames, plan_of_eight: Result) -> None:
    first = plan_of_eight.output("schools").frame
    others = first[~first["in_plan"]].nlargest(5, "children_alone")
    assert plan_of_eight.figure("gap").value == 0
    assert (plan_of_eight.main.frame["children_alone"] >= plan_of_eight.main.frame["children_newly_reached"] - 1e-6).all()
    assert len(others) == 5
    assert set(first.loc[first["in_plan"], "id"]) == set(plan_of_eight.main.frame["id"])


def test_the_same_question_has_the_same_answer_whatever_the_order_of_rows(los_angeles: Frames, plan_of_eight: Result) -> None:
    turned = {name: frame.sample(frac=1, random_state=4) if name in ("schools", "areas") else frame
              for name, frame in los_angeles.frames.items()}
    params = build_params(registry.analysis("plan").params, {"target": "approach:community_school", "sites": 8})
    other = registry.run("plan", Frames(turned, los_angeles.layers), params)
    pd.testing.assert_frame_equal(
        pd.DataFrame(other.main.frame.drop(columns="geometry")), pd.DataFrame(plan_of_eight.main.frame.drop(columns="geometry")))


def test_planning_stops_when_told(los_angeles: Frames) -> None:
    progress = Progress(lambda share, text: progress.cancel() if text == "Comparing plans" or share > 0.5 else None)
    params = build_params(registry.analysis("plan").params, {"target": "approach:community_school", "sites": 30})
    with pytest.raises(CancelledError):
        registry.run("plan", los_angeles, params, progress=progress)


def test_numbers_are_plain(plan_of_eight: Result) -> None:
    for figure in plan_of_eight.figures:
        assert figure.value is None or np.isfinite(figure.value)
