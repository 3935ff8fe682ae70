"""The live figure and the exact answer agree within what is promised: on Los Angeles, in the town, by every way of getting there."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from attrs import evolve

from ecomap.analysis import columns as c
from ecomap.analysis import registry
from ecomap.analysis.live.asking import DRAGGED, make_ready, out_of_hand, settings_beside
from ecomap.analysis.live.promise import SHARE, SHARE_OF_ALL
from ecomap.model.figures import figure_number
from ecomap.model.frames import Frames
from ecomap.model.params import build_params, param_specs
from ecomap.model.progress import Progress
from ecomap.workspace import operations
from ecomap.workspace.inputs import analysis_frames, chosen_layers, layers_by_params
from tests.analysis.towns import frames, services_at

MILE = 1609.344
TARGET = "service:Mental health"


@pytest.fixture(scope="module")
def los_angeles() -> Any:
    return operations.new_project("los-angeles")


def asked(project: Any, question: str, **given: Any) -> tuple[Frames, Any]:
    analysis = registry.analysis(question)
    params = build_params(analysis.params, given)
    rows = analysis_frames(project, chosen_layers(project, analysis, layers_by_params(project, analysis, params)), analysis)
    return rows, registry.fitted(params, rows, project.day)


def exact(question: str, rows: Frames, params: Any) -> Any:
    return registry.run(question, rows, evolve(params, draws=0) if hasattr(params, "draws") else params)


def value(answer: Any, name: str) -> float:
    return next(one.value for one in answer.figures if one.name == name)


@pytest.mark.parametrize("target", [TARGET, "approach:*"])
def test_gaps_in_los_angeles_agree_at_every_distance_with_the_detour_of_the_product(los_angeles: Any, target: str) -> None:
    rows, params = asked(los_angeles, "coverage-gap", target=target)
    assert params.detour == 1.3
    live = make_ready("coverage-gap", rows, params, progress=Progress())
    everybody = value(live.at(params), "children_total")
    for miles in (0.2, 0.7, 1.0, 2.5):
        now = evolve(params, radius_m=miles * MILE)
        quick, right = live.at(now), exact("coverage-gap", rows, now)
        for name in ("children_out_of_reach", "children_reached_twice"):
            assert value(quick, name) == pytest.approx(value(right, name), abs=SHARE_OF_ALL * everybody), (miles, name)
        for (label, share, moe), (same, true, its_moe) in zip(quick.bars, right.bars, strict=True):
            assert label == same
            assert share == pytest.approx(true, abs=SHARE)
            assert moe == pytest.approx(its_moe, abs=SHARE)
        there, here = right.main.frame, quick.outputs[0].frame
        assert here[c.SHARE_OUT].to_numpy() == pytest.approx(there[c.SHARE_OUT].to_numpy(), abs=0.05, nan_ok=True)
        assert np.nanmean(np.abs(here[c.SHARE_OUT] - there[c.SHARE_OUT])) < 0.002


def test_what_is_shown_moves_by_a_unit_of_its_last_digit_at_most(los_angeles: Any) -> None:
    """Live 707,000, then 707,000 or a thousand more or less: a figure as it is read, not as it is computed."""
    rows, params = asked(los_angeles, "coverage-gap", target=TARGET)
    live = make_ready("coverage-gap", rows, params, progress=Progress())
    for metres in np.linspace(300, 3_000, 7):
        now = evolve(params, radius_m=float(metres))
        quick, right = live.at(now).figures[0], exact("coverage-gap", rows, now).figures[0]
        assert quick.digits == -3
        assert abs(round(quick.value, -3) - round(right.value, -3)) <= 1_000
        assert str(figure_number(quick)).split(" ")[0].endswith(",000")


def test_the_ranking_of_los_angeles_agrees(los_angeles: Any) -> None:
    rows, params = asked(los_angeles, "priority", target=TARGET)
    live = make_ready("priority", rows, params, progress=Progress())
    for miles, need in ((0.5, 1.0), (1.0, 0.0), (2.0, 2.0)):
        now = evolve(params, radius_m=miles * MILE, need_weight=need)
        quick, right = live.at(now).outputs[0].frame.set_index("id"), exact("priority", rows, now).main.frame.set_index("id")
        right = right.loc[quick.index]
        assert quick[c.NEWLY_REACHED].to_numpy() == pytest.approx(right[c.NEWLY_REACHED].to_numpy(), abs=60)
        assert np.corrcoef(quick[c.RANK], right[c.RANK])[0, 1] > 0.9999
        assert len(set(quick.index[:25]) & set(right.sort_values(c.RANK).index[:25])) >= 24
        some = (right[c.NEWLY_REACHED] > 50).to_numpy()
        assert quick[c.NEED][some].to_numpy() == pytest.approx(right[c.NEED][some].to_numpy(), abs=0.02)


def test_access_is_the_exact_answer(los_angeles: Any) -> None:
    rows, params = asked(los_angeles, "access", target=TARGET)
    live = make_ready("access", rows, params, progress=Progress())
    for now in (evolve(params, radius_m=0.6 * MILE), evolve(params, minutes=25.0), evolve(params, radius_m=3 * MILE)):
        quick, right = live.at(now), exact("access", rows, now)
        assert [one.value for one in quick.figures] == pytest.approx([one.value for one in right.figures], nan_ok=True)
        assert quick.bars == right.bars


def test_the_first_look_at_a_plan_is_near_the_plan_and_never_above_what_can_be(los_angeles: Any) -> None:
    rows, params = asked(los_angeles, "plan", target=TARGET, sites=6)
    live = make_ready("plan", rows, params, progress=Progress())
    right = exact("plan", rows, evolve(params, truths=0))
    quick, best = value(live.at(params), "children_newly_reached"), value(right, "children_newly_reached")
    assert 0.95 * best < quick < 1.002 * best
    assert value(live.at(evolve(params, sites=3)), "schools_in_plan") == 3
    money = evolve(params, budget_usd=1_000_000.0, cost_per_site_usd=250_000.0)
    assert value(live.at(money), "schools_in_plan") == 4


def test_minutes_are_the_distance_walked_in_them() -> None:
    rows, params = frames(), registry.analysis("coverage-gap").params(target="service:*")
    live = make_ready("coverage-gap", rows, params, progress=Progress())
    walked = live.at(evolve(params, minutes=10.0, walking_kmh=4.8))
    assert walked.figures[0].value == pytest.approx(live.at(evolve(params, radius_m=800.0)).figures[0].value)


@pytest.mark.parametrize("services", [[(1, 1)], [(0.5, 0.5), (2.5, 2.5)], [(1.2, 1.7), (1.2, 1.7)]])
def test_the_town_agrees_also_where_it_is_small(services: list[tuple[float, float]]) -> None:
    rows = frames(services=services_at(*services))
    params = registry.analysis("coverage-gap").params(target="service:*")
    live = make_ready("coverage-gap", rows, params, progress=Progress())
    for metres in (150.0, 400.0, 1_000.0, 2_000.0):
        now = evolve(params, radius_m=metres)
        quick, right = live.at(now), exact("coverage-gap", rows, now)
        for name in ("children_out_of_reach", "children_reached_twice"):
            assert value(quick, name) == pytest.approx(value(right, name), abs=SHARE_OF_ALL * 900)
        assert quick.outputs[0].frame["state"].tolist() == right.main.frame["state"].tolist()
        assert list(quick.outputs[1].frame.columns) == list(right.output("fifths").frame.columns)


def test_a_missing_count_is_no_zero_and_its_ground_counts_in_nothing() -> None:
    areas = frames()["areas"].copy()
    areas.loc[4, "children"] = np.nan
    rows = frames(areas=areas, services=services_at((1.5, 1.5)))
    params = registry.analysis("coverage-gap").params(target="service:*", detour=1.0, radius_m=300.0)
    live = make_ready("coverage-gap", rows, params, progress=Progress()).at(params)
    assert live.figures[0].value == 800
    assert np.isnan(live.outputs[0].frame["out_of_reach"].iloc[4])


def test_a_site_in_no_need_area_changes_nothing_and_none_at_all_leaves_everybody_out() -> None:
    rows = frames(services=services_at((30, 30)))
    params = registry.analysis("coverage-gap").params(target="service:*")
    assert make_ready("coverage-gap", rows, params, progress=Progress()).at(params).figures[0].value == 900
    nobody = evolve(params, target="none")
    assert make_ready("coverage-gap", rows, nobody, progress=Progress()).at(nobody).figures[0].value == 900


def test_what_is_dragged_is_a_setting_of_its_question_and_the_rest_is_what_it_was_made_ready_with() -> None:
    for question, dragged in DRAGGED.items():
        params = registry.analysis(question).params
        assert set(dragged) <= {spec.name for spec in param_specs(params)}
    one = registry.analysis("priority").params(radius_m=500.0, need_weight=2.0)
    two = evolve(one, radius_m=900.0, need_weight=0.5, top=3)
    assert settings_beside("priority", one) == settings_beside("priority", two)
    assert settings_beside("priority", one) != settings_beside("priority", evolve(one, detour=1.2))


def test_how_far_it_follows_is_said() -> None:
    rows = frames(services=services_at((1, 1)))
    params = registry.analysis("priority").params(target="service:*")
    live = make_ready("priority", rows, params, progress=Progress())
    assert not out_of_hand(live, evolve(params, radius_m=5 * MILE))
    assert "follows when you let go" in out_of_hand(live, evolve(params, radius_m=5.1 * MILE))
    plan = registry.analysis("plan").params(target="service:*")
    made = make_ready("plan", rows, plan, progress=Progress())
    assert not out_of_hand(made, plan)
    assert "aim" in out_of_hand(made, evolve(plan, aim="average"))




def test_schools_are_counted_one_by_one_where_children_are_told_in_thousands(los_angeles: Any) -> None:
    rows, params = asked(los_angeles, "priority", target=TARGET, radius_m=2 * MILE)
    quick, right = make_ready("priority", rows, params, progress=Progress()).at(params), exact("priority", rows, params)
    told = {one.name: one for one in quick.figures}
    assert (told["children_out_of_reach"].digits or 0) < 0
    for name in ("schools_ranked", "schools_reaching_nobody"):
        assert value(right, name) > 5
        assert figure_number(told[name]) == figure_number(next(one for one in right.figures if one.name == name))
