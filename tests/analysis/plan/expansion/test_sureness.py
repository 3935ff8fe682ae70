"""How sure a plan is: a town whose possible truths can be counted by hand."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import pytest

from ecomap.analysis.plan.expansion.sureness import tenths
from ecomap.analysis.statistics.draws import keyed_normals
from ecomap.model.result import Result
from tests import small_project as town
from tests.analysis.towns import ask as ask_frames
from tests.analysis.towns import frames, table

TRUTHS = 200
WEST, MIDDLE, EAST = town.schools()["id"]
LEFT, RIGHT = town.need_areas()["id"].iloc[[3, 5]]      # the areas that West and East stand in
ALWAYS = "in the best plan in all possible truths looked at"


def ask(areas: Any = None, **given: Any) -> Result:
    rows = frames() if areas is None else frames(areas=areas)
    return ask_frames("plan", rows, **({"target": "approach:community_school", "radius_m": 500, "detour": 1, "truths": TRUTHS} | given))


def share_of_west(seed: int = 0) -> float:
    """In how many truths at least as many children live around West as around East."""
    drawn = 100 + keyed_normals([LEFT, RIGHT], TRUTHS, seed=seed, stream="people") * 10 / 1.645
    return float((drawn[:, 0] >= drawn[:, 1]).mean())


def notes(result: Result) -> str:
    return " ".join(str(item.text) for item in result.notes)


def test_of_two_schools_alike_each_is_best_in_the_truths_in_which_more_live_around_it() -> None:
    result = ask(sites=1)
    shares = table(result, "schools")["share_of_truths"]
    assert result.main.frame["id"].tolist() == [WEST]
    assert shares.to_dict() == pytest.approx({WEST: tenths(share_of_west()), EAST: tenths(1 - share_of_west())})
    assert 0.3 < share_of_west() < 0.7
    assert f"in the best plan in {round(share_of_west() * 10)} of 10 possible truths" in result.main.frame["how_sure"][0]
    assert f"it is in the best plan in {round(share_of_west() * 10)} of 10 possible truths" in result.sentence


def test_what_is_lost_is_lost_to_the_other_school() -> None:
    drawn = 100 + keyed_normals([LEFT, RIGHT], TRUTHS, seed=0, stream="people") * 10 / 1.645
    kept = np.minimum(drawn[:, 0] / drawn[:, 1], 1.0)
    result = ask(sites=1)
    assert result.figure("kept_on_average").value == pytest.approx(kept.mean(), abs=6e-4)
    assert result.figure("kept_in_worst_tenth").value == pytest.approx(np.sort(kept)[: TRUTHS // 10].mean(), abs=6e-4)
    assert "Least regret" in notes(result)


def test_a_plan_of_all_there_is_is_sure() -> None:
    result = ask(sites=2)
    assert result.main.frame["how_sure"].tolist() == [ALWAYS] * 2
    assert table(result, "schools")["least_regret"].all()
    assert result.figure("schools_sure").value == 2
    assert result.figure("kept_in_worst_tenth").value == 1
    assert "all 2 schools are in the best plan in at least 9 of 10" in result.sentence


def test_with_no_error_every_truth_is_today() -> None:
    result = ask(town.need_areas().assign(children=[100.0 + n for n in range(9)], children_moe=1e-9), sites=1)
    assert result.main.frame["id"].tolist() == [EAST]
    assert table(result, "schools")["share_of_truths"].to_dict() == {EAST: 1.0, WEST: 0.0}
    assert result.figure("kept_in_worst_tenth").value == 1


def test_without_margins_or_when_not_asked_nothing_is_said() -> None:
    silent, bare = ask(truths=0), ask(town.need_areas().drop(columns="children_moe"))
    for result in (silent, bare):
        assert "how_sure" not in result.main.frame
        assert "possible truths" not in result.sentence
    assert "come without margins of error" in notes(bare)
    assert "How sure the plan is" not in notes(silent)


@pytest.mark.parametrize(("given", "said"), [
    ({"aim": "furthest"}, "the longest way does not rest on how many"), ({"aim": "fewest"}, "to reach everybody does not rest on"),
    ({"years": 2}, "was not looked at")])
def test_an_aim_that_is_not_looked_at_says_so(given: dict[str, Any], said: str) -> None:
    result = ask(**given)
    assert said in notes(result)
    assert "how_sure" not in result.main.frame


@pytest.mark.parametrize(("aim", "said"), [("twice", "the plan reaches"), ("average", "ways are"), ("fair", "ways are")])
def test_other_aims_look_for_the_best_plan_by_exchanges_and_say_that_it_is_not_proven(aim: str, said: str) -> None:
    result = ask(sites=1, aim=aim, radius_m=1200)
    shares = table(result, "schools")["share_of_truths"]
    assert 0 < shares[WEST] < 1
    assert shares[WEST] + shares[EAST] == pytest.approx(1, abs=0.11)
    assert f"In the worst tenth of them {said}" in result.sentence
    assert "the best that was found, not proven" in result.sentence
    assert "least_regret" not in result.output("schools").frame


def test_with_no_error_other_aims_stay_with_todays_plan() -> None:
    for aim in ("twice", "average", "fair"):
        areas = town.need_areas().assign(children=[100.0 + n for n in range(9)], children_moe=1e-9)
        result = ask(areas, sites=1, aim=aim, radius_m=1200)
        assert table(result, "schools")["share_of_truths"].to_dict() == {EAST: 1.0, WEST: 0.0}


def test_as_few_as_possible_for_a_share_says_how_often_they_still_bring_it() -> None:
    drawn = np.maximum(100 + keyed_normals([LEFT, RIGHT], TRUTHS, seed=0, stream="people") * 10 / 1.645, 0)
    still = float((drawn[:, 0] >= 0.5 * drawn.sum(axis=1) - 1e-6).mean())
    result = ask(aim="fewest", share_to_reach=0.5)
    assert f"In {round(still * 10)} of 10 possible truths" in result.sentence
    assert "this school still brings 50 %" in result.sentence


def test_a_floor_is_kept_in_some_truths_only_where_need_is_close() -> None:
    areas = town.need_areas().assign(poverty_moe=0.2)
    result = ask(areas, sites=2, radius_m=900, share_for_highest_fifth=0.05)
    assert "keeps the share for the highest-need fifth in" in notes(result)
    assert "possible truths" in result.sentence


def test_rows_in_another_order_and_another_school_on_the_campus_change_nothing() -> None:
    first = table(ask(sites=1), "schools")["share_of_truths"]
    turned = table(ask(town.need_areas().sample(frac=1, random_state=3).reset_index(drop=True), sites=1), "schools")["share_of_truths"]
    assert turned.to_dict() == first.to_dict()
    twin = pd.concat([town.schools(), town.schools().iloc[[0]].assign(id="01964733000009", name="West Annex")])
    both = ask_frames("plan", frames(schools=twin), target="approach:community_school", radius_m=500, detour=1, truths=TRUTHS, sites=1)
    shares = table(both, "schools")["share_of_truths"]
    assert shares[WEST] == shares["01964733000009"] == first[WEST]
