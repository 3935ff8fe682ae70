"""What a plan says holds on the ground: a small round of ``python -m benchmarks plans``, and a plan with too many pieces."""

from __future__ import annotations

from typing import Any

import pytest

from benchmarks.plans import MILE, Trial, made_up, trial
from ecomap.analysis import registry
from ecomap.analysis.ground import pieces
from ecomap.analysis.ground.pieces import Pieces
from ecomap.analysis.plan.expansion import ground
from ecomap.model.params import build_params
from ecomap.model.result import Result

FOOD = {"target": "service:Food", "radius_m": 800.0}
HEALTH = {"target": "service:Health", "radius_m": MILE}


def town_trial(**given: Any) -> Trial:
    done = trial("a town", made_up(5, 60, 24), {"time_limit_s": 4.0, **given})
    assert done.refused == ""
    return done


@pytest.mark.parametrize("travel", ["estimated", "street", "travel_cost"])
@pytest.mark.parametrize("given", [FOOD | {"sites": 1}, HEALTH | {"sites": 1}, FOOD | {"sites": 5}, HEALTH | {"sites": 4},
                                   FOOD | {"sites": 4, "share_for_highest_fifth": 0.4}])
def test_no_set_of_schools_counts_more_by_ground_than_the_bound_and_none_is_near_that_is_said_not_to_be(
        given: dict[str, Any], travel: str) -> None:
    done = town_trial(**given, travel=travel)
    assert done.wrong == 0, done
    assert done.gap < 0.01


def ask(**given: Any) -> Result:
    frames = made_up(5, 60, 24)
    return registry.run("plan", frames, build_params(registry.analysis("plan").params, {"time_limit_s": 4.0, **given}))


def coarsely(monkeypatch: pytest.MonkeyPatch, most: int) -> None:
    def few(*some: Any, **more: Any) -> Pieces:
        return pieces.pieces(*some, **more, most=most)

    monkeypatch.setattr(ground, "pieces", few)


@pytest.mark.parametrize("most", [60, 110])
@pytest.mark.parametrize("given", [FOOD | {"sites": 1}, HEALTH | {"sites": 4}, FOOD | {"sites": 4, "share_for_highest_fifth": 0.4}])
def test_with_too_many_pieces_to_cut_the_bound_is_wider_and_still_holds(
        given: dict[str, Any], most: int, monkeypatch: pytest.MonkeyPatch) -> None:
    exact = ask(**given).figure("bound").value
    coarsely(monkeypatch, most)
    done, result = town_trial(**given), ask(**given)
    assert (done.above_bound, done.miscounted, done.false_within) == (0, 0, 0)
    wider = result.figure("bound").value
    assert exact is not None
    assert wider is not None
    assert wider >= exact * (1 - 1e-9)
    assert any("too many pieces to cut them all" in note.text for note in result.notes)
    assert "proven best" not in result.sentence
    assert result.figure("gap").value == pytest.approx(1 - result.figure("children_newly_reached").value / wider, abs=1e-6)  # type: ignore[operator]


@pytest.mark.parametrize("given", [{"aim": "twice", "sites": 3}, {"aim": "fewest", "share_to_reach": 0.7}, {"sites": 4, "years": 2}])
def test_every_aim_that_counts_people_has_a_bound_that_holds_with_few_pieces(given: dict[str, Any], monkeypatch: pytest.MonkeyPatch) -> None:
    best = ask(**FOOD, **given)
    coarsely(monkeypatch, 60)
    coarse = ask(**FOOD, **given)
    if given.get("aim") == "fewest":
        assert coarse.figure("bound").value <= best.figure("schools_in_plan").value  # type: ignore[operator]
        return
    counted = "children_newly_reached_twice" if "aim" in given else "children_newly_reached"
    assert coarse.figure("bound").value >= best.figure(counted).value * (1 - 1e-9)  # type: ignore[operator]


def test_a_plan_counts_the_pieces_as_the_answer_counts_the_ground() -> None:
    result = ask(**HEALTH, sites=4)
    assert result.main.frame["children_newly_reached"].sum() == pytest.approx(result.figure("bound").value)
    assert "proven best under these wishes on the ground as counted here" in result.sentence


def test_a_second_site_is_counted_by_ground_too() -> None:
    result = ask(**HEALTH, sites=3, aim="twice")
    assert result.figure("children_newly_reached_twice").value <= result.figure("bound").value * (1 + 1e-9)  # type: ignore[operator]
    assert result.figure("children_newly_reached_twice").note == "Counted by ground."


def test_ways_say_that_they_are_proven_from_a_point_inside_each_area() -> None:
    result = ask(**HEALTH, sites=1, aim="average")
    assert "proven shortest under these wishes from one point inside each need area" in result.sentence
    assert result.figure("bound").note == "From one point inside each need area."
