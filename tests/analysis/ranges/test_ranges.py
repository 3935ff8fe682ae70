"""Asking again at the ends of what is assumed: worked by hand in the small town, and against the starter's known numbers."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pytest
from attrs import evolve

from ecomap.analysis import registry
from ecomap.analysis.ranges.asking import with_ranges
from ecomap.analysis.ranges.assumptions import assumptions_of
from ecomap.model.errors import CancelledError
from ecomap.model.frames import Frames
from ecomap.model.indicator import BY_DICTIONARY, BY_PERSON
from ecomap.model.params import build_params, param_specs
from ecomap.model.progress import Progress
from ecomap.model.result import Result
from ecomap.workspace import operations
from tests import small_project as town
from tests.analysis.towns import POVERTY, ask, frames, services_at

WAYS = "for ways 1.2 to 1.4 times the straight line"


def ranged(name: str, given: Frames, progress: Progress | None = None, **asked: Any) -> Result:
    params = build_params(registry.analysis(name).params, asked)
    return with_ranges(name, given, registry.fitted(params, given), ask(name, given, **asked), progress=progress)


def at_the_middle() -> Frames:
    return frames(services=services_at((1.5, 1.5)), attendance=None, sites=None)


def test_the_detour_moves_the_circle_around_a_service() -> None:
    """100 children a square km; the circle lies in the middle of 9 square km: out = 900 - 100 pi (r / detour)^2.

    At 733 m it holds as many by ground as stand at the inside point of the middle area, so the spread moves nothing.
    """
    found = ranged("coverage-gap", at_the_middle(), target="service:Food", radius_m=733.0)
    figure = found.figure("children_out_of_reach")
    assert figure.range is not None
    assert figure.range.assumption == "detour"
    assert figure.range.what == WAYS
    assert figure.value == pytest.approx(900 - 100 * math.pi * (0.733 / 1.3) ** 2, abs=0.01)
    assert figure.range.low == pytest.approx(900 - 100 * math.pi * (0.733 / 1.2) ** 2, abs=0.01)
    assert figure.range.high == pytest.approx(900 - 100 * math.pi * (0.733 / 1.4) ** 2, abs=0.01)


def test_the_spread_is_the_widest_where_all_stand_at_the_middle() -> None:
    """A circle of 400 m in the middle area: 50.3 of its 100 children by ground, all 100 if they stand at its inside point."""
    found = ranged("coverage-gap", at_the_middle(), target="service:Food", radius_m=520.0)
    figure = found.figure("children_out_of_reach")
    assert figure.range is not None
    assert figure.range.assumption == "spread"
    assert figure.range.low == pytest.approx(800.0, abs=0.01)
    assert figure.range.high == pytest.approx(900 - 100 * math.pi * 0.16, abs=0.01)
    assert figure.range.high == figure.value


def test_a_detour_beyond_its_range_widens_it() -> None:
    for set_to, low, high in ((1.0, 1.0, 1.4), (1.2, 1.2, 1.4), (1.4, 1.2, 1.4), (1.6, 1.2, 1.6)):
        params = build_params(registry.analysis("coverage-gap").params, {"target": "service:Food", "detour": set_to})
        one = next(x for x in assumptions_of(registry.analysis("coverage-gap"), at_the_middle(), params) if x.name == "detour")
        assert one.words == f"for ways {low:g} to {high:g} times the straight line"
        assert [end.detour for _, end in one.ends] == [end for end in (low, high) if end != set_to]


def test_along_the_streets_no_detour_is_assumed() -> None:
    asked = registry.analysis("coverage-gap")
    params = build_params(asked.params, {"target": "service:Food", "travel": "street"})
    assert "detour" not in [one.name for one in assumptions_of(asked, at_the_middle(), params)]
    walked = evolve(params, minutes=10.0)
    assert next(one.words for one in assumptions_of(asked, at_the_middle(), walked)) == "for people who walk 3.8 to 5.4 km/h"


def test_a_figure_that_nothing_moves_has_no_range() -> None:
    found = ranged("coverage-gap", at_the_middle(), target="service:Food", radius_m=1300.0)
    assert found.figure("children_total").range is None
    assert found.figure("sites_counted").range is None


def test_a_day_matters_only_where_it_changes_who_is_at_work() -> None:
    asked = registry.analysis("coverage-gap")
    params = build_params(asked.params, {"target": "service:Food", "as_of": "2024-02-29"})
    for end, moved in (("2025-02-28", ["2025-02-28"]), ("2025-03-01", []), ("2024-02-29", ["2023-02-28"])):
        given = frames(services=services_at((1.5, 1.5)).assign(end=end, start="", status=""), attendance=None, sites=None)
        days = [one for one in assumptions_of(asked, given, params) if one.name == "day"]
        assert [end.as_of for one in days for _, end in one.ends] == moved


def test_a_service_that_ends_within_a_year_moves_everybody() -> None:
    given = frames(services=services_at((1.5, 1.5)).assign(end="2024-12-31", start="", status=""), attendance=None, sites=None)
    found = ranged("coverage-gap", given, target="service:Food", radius_m=1300.0, as_of="2024-06-30")
    figure = found.figure("children_out_of_reach")
    assert figure.range is not None
    assert (figure.range.assumption, figure.range.high) == ("day", pytest.approx(900.0))


def test_the_sentence_is_rounded_and_ends_with_the_range() -> None:
    given = at_the_middle()
    areas = given["areas"].assign(children=[100_000.0] * 9, children_moe=[1_000.0] * 9)
    found = ranged("coverage-gap", Frames({**given.frames, "areas": areas}, given.layers), target="service:Food", radius_m=733.0)
    assert found.sentence.startswith("An estimated 800,000 ± 3,000 children")
    assert found.sentence.endswith(f"Children out of reach: about 800,000; 783,000 to 814,000 {WAYS}.")
    note = next(str(one.text) for one in found.notes if "asked again" in one.text)
    assert f"783,000 to 814,000 {WAYS}; " in note
    assert "all at one point inside it" in note


def test_without_an_assumption_the_answer_stays_as_it_was() -> None:
    given = frames()
    answer = ask("clusters", given)
    params = build_params(registry.analysis("clusters").params, {})
    assert with_ranges("clusters", given, params, answer) == answer


def test_an_indicator_is_turned_only_where_no_publisher_settled_it() -> None:
    second = evolve(POVERTY, column="rent", label="Rent", moe_column="")
    areas = town.need_areas().assign(rent=np.linspace(0.9, 0.1, 9))
    for settled, turned in ((BY_PERSON, True), (BY_DICTIONARY, False), ("", False)):
        given = frames(indicators=(evolve(POVERTY, settled_by=BY_DICTIONARY), evolve(second, settled_by=settled)), areas=areas)
        params = build_params(registry.analysis("need-index").params, {"draws": 0})
        found = [one for one in assumptions_of(registry.analysis("need-index"), given, params) if one.name == "direction"]
        assert bool(found) is turned
        if found:
            assert found[0].words == "if rent runs the other way"
            assert [layer.indicator("rent").direction for frame, _ in found[0].ends if (layer := frame.layer("areas"))] == [-1]


def test_leaving_an_indicator_out_moves_who_is_in_the_highest_fifth() -> None:
    """Nine areas, one fifth of two: poverty and two others disagree about the second; only its children change."""
    areas = town.need_areas().assign(children=[100.0] * 7 + [400.0, 100.0], rent=[n / 10 for n in range(1, 10)], jobs=[0.95, *[0.1] * 7, 0.9])
    given = frames(indicators=(POVERTY, evolve(POVERTY, column="rent", moe_column=""), evolve(POVERTY, column="jobs", moe_column="")), areas=areas)
    found = ranged("need-index", given, draws=0)
    figure = found.figure("children_highest_fifth")
    again = [ask("need-index", given, draws=0, indicators=",".join(two)).figure("children_highest_fifth").value
             for two in (("rent", "jobs"), ("poverty", "jobs"), ("poverty", "rent"))]
    assert figure.range is not None
    assert (figure.range.low, figure.range.high) == (min(figure.value, *again), max(figure.value, *again))
    assert figure.range.what == "whichever one of the 3 indicators is left out"


def test_the_schools_of_a_ranking_stay_when_it_is_asked_again() -> None:
    given = frames(services=services_at((0.5, 0.5)), sites=None)
    found = ranged("priority", given, target="service:Food", radius_m=1300.0, top=2, draws=0)
    for name in ("children_reached_first", "children_reached_together"):
        figure = found.figure(name)
        assert figure.range is not None
        assert figure.range.low <= figure.value <= figure.range.high
        ends = [ask("priority", given, target="service:Food", radius_m=1300.0, top=2, draws=0, detour=end) for end in (1.2, 1.4)]
        same = [end.main.frame["id"].head(2).tolist() == found.main.frame["id"].head(2).tolist() for end in ends]
        assert all(same), "the case is worked with the same schools first at both ends"
        numbers = [end.figure(name).value for end in ends]
        if figure.range.assumption == "detour":
            assert (figure.range.low, figure.range.high) == (pytest.approx(min(*numbers, figure.value)), pytest.approx(max(*numbers, figure.value)))


def test_what_a_plan_reaches_is_counted_again_for_the_same_schools() -> None:
    given = frames(services=services_at((0.5, 0.5)), sites=None)
    found = ranged("plan", given, target="service:Food", radius_m=1300.0, sites=1)
    figure = found.figure("children_newly_reached")
    assert figure.range is not None
    assert figure.range.low < figure.value < figure.range.high
    assert found.figure("schools_in_plan").range is None


def test_attendance_moves_dollars_in_proportion() -> None:
    given = frames()
    found = ranged("money", Frames({"schools": given["schools"].assign(unduplicated_share=0.5, grades="KG-05")}, given.layers), attendance_share=0.92)
    figure = found.figure("generated_usd")
    assert figure.value is not None
    assert figure.range is not None
    assert figure.range.low == pytest.approx(figure.value * 0.90 / 0.92, rel=1e-6)
    assert figure.range.high == pytest.approx(figure.value * 0.95 / 0.92, rel=1e-6)


def test_it_can_be_stopped_between_two_ends() -> None:
    stop = Progress()
    stop.cancel()
    with pytest.raises(CancelledError):
        ranged("coverage-gap", at_the_middle(), stop, target="service:Food")


def test_every_declared_range_is_explained_and_holds_its_default() -> None:
    for name in registry.names():
        for spec in param_specs(registry.analysis(name).params):
            uncertain = spec.param.uncertain
            if uncertain is None:
                continue
            assert uncertain.source, spec.name
            assert "{low}" in uncertain.words
            assert "{high}" in uncertain.words
            low, high = uncertain.ends(spec.default)
            assert low <= spec.default <= high
            for bound, holds in ((spec.param.ge, low), (spec.param.gt, low)):
                assert bound is None or holds >= bound


@pytest.mark.slow
def test_the_starters_headline_says_what_the_detour_does() -> None:
    project = operations.new_project("los-angeles")
    _, result = operations.run_analysis(project, "coverage-gap", {"target": "service:Mental Health"})
    figure = result.figure("children_out_of_reach")
    assert figure.range is not None
    assert (figure.value, figure.range.low, figure.range.high) == (
        pytest.approx(707_337, abs=1), pytest.approx(667_870, abs=1), pytest.approx(741_057, abs=1))
    assert "about 707,000; 668,000 to 741,000 for ways 1.2 to 1.4 times the straight line." in result.sentence
    together = result.figure("share_out_highest_fifth").moe
    _, apart = operations.run_analysis(project, "coverage-gap", {"target": "service:Mental Health", "correlation": 0.0})
    assert apart.figure("share_out_highest_fifth").moe == pytest.approx(0.018, abs=0.003)  # 0.0057 if the fifth were known
    assert together is not None
    assert together == pytest.approx(0.0232, abs=0.003)


def test_what_a_figure_is_compared_with_is_written_as_fine_and_a_limit_never_below_what_is_counted() -> None:
    from ecomap.model.figures import figure_digits, figure_number, figure_value

    found = ranged("plan", frames(services=services_at((0.5, 0.5)), sites=None), target="service:Food", radius_m=1300.0, sites=1)
    reached, bound = found.figure("children_newly_reached"), found.figure("bound")
    assert figure_digits(bound) == figure_digits(reached)
    assert figure_value(bound) >= bound.value >= reached.value
    coarse = evolve(bound, value=77_118.3, digits=-2)
    assert (str(figure_number(coarse)), str(figure_number(evolve(coarse, limit=False)))) == ("77,200", "77,100")
    assert str(figure_number(evolve(coarse, value=77_100.0))) == "77,100"
