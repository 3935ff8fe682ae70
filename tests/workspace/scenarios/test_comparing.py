"""Who gains and who loses between two sides: worked out by hand, exact both ways, and nothing where nothing is new."""

from __future__ import annotations

import math
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from attrs import evolve
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from ecomap.model.errors import EcoMapError, InputError
from ecomap.model.layer import POLYGON, Layer
from ecomap.model.project import Project
from ecomap.model.scenario import Change
from ecomap.workspace import operations, scenarios
from tests.small_project import CRS, centre, small_project, square

CARE = "service:Mental Health"
CIRCLE = {"target": CARE, "radius_m": 450.0, "detour": 1.0}  # a circle that fits into a need area
INSIDE = math.pi * 0.45**2 * 100                              # of its 100 children
WEST, MIDDLE, EAST = "01964733000001", "01964733000002", "01964733000003"


def _at(column: int, row: int) -> tuple[float, float]:
    return (centre(column, row).x, centre(column, row).y)


OPENS = Change("open", place=_at(2, 2), target=CARE, label="North-east")
CLOSES = Change("close", "services", "s1")


@pytest.fixture(scope="module")
def town() -> Project:
    import geopandas as gpd

    halves = gpd.GeoDataFrame({"id": ["w", "e"], "name": ["West", "East"]}, geometry=[square(0, 0, 1, 3), square(2, 0, 1, 3)], crs=CRS)
    project = small_project().with_layer(Layer("boards", "Board districts", "district", POLYGON), halves)
    for name, changes in (("opens", [OPENS]), ("closes", [CLOSES]), ("both", [OPENS, CLOSES]),
                          ("moves", [Change("move", "services", "s1", place=(centre(0, 0).x + 100, centre(0, 0).y))])):
        project, _ = scenarios.add(project, name, changes)
    return project


def _figure(found: scenarios.Comparison, name: str) -> Any:
    return found.result.figure(name)


def test_what_opens_is_gained_with_the_margin_of_those_who_gain(town: Project) -> None:
    found = scenarios.compared(town, "", "opens", given=CIRCLE)
    assert _figure(found, "gaining").value == pytest.approx(INSIDE, rel=1e-6)
    assert _figure(found, "losing").value == 0
    assert _figure(found, "net").value == pytest.approx(INSIDE, rel=1e-6)
    assert _figure(found, "net").moe == pytest.approx(INSIDE / 10, rel=1e-6)  # the margin is a tenth of the children
    assert _figure(found, "out_of_reach_change").value == pytest.approx(-INSIDE, rel=1e-6)
    assert found.sentence.startswith("opens beside Today: 64 children gain a Mental Health service within 0.3 mi, 0 lose it; together 64 ± 6 more.")


def test_one_opens_and_one_closes_add_up_to_nothing_within_error(town: Project) -> None:
    found = scenarios.compared(town, "", "both", given=CIRCLE)
    assert _figure(found, "gaining").value == pytest.approx(INSIDE, rel=1e-6)
    assert _figure(found, "losing").value == pytest.approx(INSIDE, rel=1e-6)
    assert abs(_figure(found, "net").value) < 1e-6
    assert "within the error of the counts" in found.sentence
    fifths = found.table("fifths").frame.set_index("id")
    assert str(fifths.loc["everybody", "sure"]) == "cannot tell"
    assert fifths.loc["fifth-5", "gaining"] == pytest.approx(INSIDE, rel=1e-6)
    assert fifths.loc["fifth-1", "losing"] == pytest.approx(INSIDE, rel=1e-6)


def test_what_moves_is_gained_and_lost_in_one_area(town: Project) -> None:
    found = scenarios.compared(town, "", "moves", given={**CIRCLE, "radius_m": 300.0})
    area = found.table("areas").frame.set_index("id").loc["06037000001"]
    r, d = 300.0, 100.0
    lens = 2 * r * r * math.acos(d / (2 * r)) - d / 2 * math.sqrt(4 * r * r - d * d)
    assert area["gaining"] == pytest.approx((math.pi * r * r - lens) / 1e4, rel=2e-3)
    assert area["losing"] == pytest.approx(area["gaining"], rel=1e-9)
    assert area["net"] == pytest.approx(0.0, abs=1e-9)


def test_districts_add_up_with_what_lies_in_none(town: Project) -> None:
    found = scenarios.compared(town, "", "both", given=CIRCLE)
    frame = found.table("by_boards").frame.set_index("id")
    assert list(frame.index) == ["w", "e", "elsewhere"]
    assert frame.loc["w", "losing"] == pytest.approx(INSIDE, rel=1e-6)
    assert frame.loc["e", "gaining"] == pytest.approx(INSIDE, rel=1e-6)
    assert frame["children"].sum() == pytest.approx(900)
    for column in ("gaining", "losing"):
        assert frame[column].sum() == pytest.approx(_figure(found, column).value)


def test_a_student_group_gains_by_its_part_of_every_area(town: Project) -> None:
    frame = scenarios.compared(town, "", "opens", given=CIRCLE).table("groups").frame.set_index("id")
    assert frame.loc["poverty", "gaining"] == pytest.approx(INSIDE * 0.9, rel=1e-6)
    assert frame.loc["poverty", "children"] == pytest.approx(100 * 4.5)


def test_the_other_way_round_is_the_negative_exactly(town: Project) -> None:
    there, back = (scenarios.compared(town, *sides, given=CIRCLE) for sides in (("opens", "closes"), ("closes", "opens")))
    _negative(there, back)


def _negative(there: scenarios.Comparison, back: scenarios.Comparison) -> None:
    for one in there.result.outputs:
        frame, other = one.frame, back.table(one.name).frame
        assert list(frame["id"]) == list(other["id"])
        for column in ("net", "share_out_change", "access_change", "way_change"):
            if column in frame:
                np.testing.assert_array_equal(frame[column], -other[column])
        for column, swapped in (("gaining", "losing"), ("losing", "gaining"), ("in_reach_before", "in_reach_after"), ("net_moe", "net_moe")):
            if column in frame:
                np.testing.assert_array_equal(frame[column], other[swapped])


@pytest.mark.parametrize("question", ["coverage-gap", "access", "capacity-gap"])
def test_nothing_new_is_nothing_in_every_question(town: Project, question: str) -> None:
    found = scenarios.compared(town, "opens", "opens", question, {**CIRCLE, **({"assumed_capacity": 10.0} if question == "capacity-gap" else {})})
    for output in found.result.outputs:
        for column in ("net", "gaining", "losing", "share_out_change"):
            assert (output.frame[column].fillna(0.0) == 0).all(), (output.name, column)
    assert "nobody gains and nobody loses" in found.sentence


@pytest.mark.parametrize("question", ["access", "capacity-gap"])
def test_other_questions_compare_too_and_both_ways(town: Project, question: str) -> None:
    asked = {**CIRCLE, **({"assumed_capacity": 10.0} if question == "capacity-gap" else {})}
    there, back = (scenarios.compared(town, *sides, question, asked) for sides in (("", "both"), ("both", "")))
    assert _figure(there, "gaining").value > 0
    _negative(there, back)


PLACES = [_at(column, row) for column in range(3) for row in range(3)]
_OPENINGS = st.sampled_from(PLACES).map(lambda place: Change("open", place=place, target=CARE, label="x"))
_OTHERS = st.sampled_from([
    CLOSES, Change("close", "schools", MIDDLE), Change("merge", "schools", MIDDLE, into=WEST), Change("capacity", "services", "s1", amount=5.0),
    Change("move", "services", "s1", place=PLACES[5]),
])


@settings(max_examples=12, deadline=None, suppress_health_check=list(HealthCheck))
@given(st.lists(st.one_of(_OPENINGS, _OTHERS), max_size=3), st.lists(st.one_of(_OPENINGS, _OTHERS), max_size=3), st.sampled_from([400.0, 900.0, 2_000.0]))
def test_any_two_scenarios_are_each_others_negative_and_sums_agree(town: Project, one: list[Change], other: list[Change], radius: float) -> None:
    project, a = scenarios.add(town, "one", one)
    project, b = scenarios.add(project, "other", other)
    sides = [scenarios.side(project, key, given={**CIRCLE, "radius_m": radius}) for key in (a.id, b.id)]
    if all(side.nowhere for side in sides):
        return
    there, back = scenarios.between(project, *sides), scenarios.between(project, *reversed(sides))
    _negative(there, back)
    areas, fifths = there.table("areas").frame, there.table("fifths").frame.set_index("id")
    for column in ("gaining", "losing", "net"):
        assert areas[column].sum() == pytest.approx(fifths.loc["everybody", column], abs=1e-6)
        assert fifths.drop("everybody")[column].sum() == pytest.approx(fifths.loc["everybody", column], abs=1e-6)
    assert areas["gaining"].to_numpy() - areas["losing"].to_numpy() == pytest.approx(areas["net"].to_numpy(), abs=1e-6)


@settings(max_examples=12, deadline=None, suppress_health_check=list(HealthCheck))
@given(st.lists(_OPENINGS, min_size=1, max_size=4), st.sampled_from([400.0, 900.0, 2_000.0]))
def test_what_opens_never_reaches_fewer_and_what_closes_never_more(town: Project, opened: list[Change], radius: float) -> None:
    project, made = scenarios.add(town, "opened", opened)
    asked = {**CIRCLE, "radius_m": radius}
    for a, b, none in (("", made.id, "losing"), (made.id, "", "gaining")):
        found = scenarios.compared(project, a, b, given=asked)
        for output in found.result.outputs:
            assert (output.frame[none] == 0).all()
    closed, _ = scenarios.add(project, "closed", [*opened, CLOSES])
    assert (scenarios.compared(closed, "opened", "closed", given=asked).table("areas").frame["gaining"] == 0).all()


def test_a_missing_count_is_no_data_and_never_no_change(town: Project) -> None:
    areas = town.frame("need-areas").assign(children=[None, *[100.0] * 8])
    lacking = evolve(town, frames={**town.frames, "need-areas": areas})
    found = scenarios.compared(lacking, "", "both", given=CIRCLE)
    row = found.table("areas").frame.set_index("id").loc["06037000001"]
    assert np.isnan(row["net"])
    assert str(row["sure"]) == "no data"
    assert _figure(found, "losing").value == 0
    assert any("as no data, not as no change" in note.text for note in found.result.notes)


def test_what_nobody_offers_today_is_gained_whole(town: Project) -> None:
    project, made = scenarios.add(town, "first", [Change("open", place=_at(1, 1), target="service:Swimming")])
    found = scenarios.compared(project, "", made.id, given={**CIRCLE, "target": "service:Swimming"})
    assert _figure(found, "gaining").value == pytest.approx(INSIDE, rel=1e-6)
    assert "swimming service" in found.sentence
    with pytest.raises(InputError, match="on either side"):
        scenarios.compared(project, "", "closes", given={**CIRCLE, "target": "service:Swimming"})


def test_two_distances_are_compared_as_two_answers(town: Project) -> None:
    asked, near = operations.run_analysis(town, "coverage-gap", {**CIRCLE, "radius_m": 400.0})
    asked, far = operations.run_analysis(asked, "coverage-gap", CIRCLE)
    found = scenarios.compared(asked, near.id, far.id)
    assert _figure(found, "gaining").value == pytest.approx(INSIDE - math.pi * 16, rel=1e-6)
    assert "0.2 mi" in str(found.a.label)
    _negative(found, scenarios.compared(asked, far.id, near.id))


def test_an_answer_of_other_rows_is_taken_as_it_was_asked(town: Project) -> None:
    asked, then = operations.run_analysis(town, "coverage-gap", CIRCLE)
    more = scenarios.applied(asked, asked.scenario("opens"))
    found = scenarios.compared(more, then.id, "")
    assert _figure(found, "gaining").value == pytest.approx(INSIDE, rel=1e-6)
    assert any("rows have changed since" in note.text for note in found.result.notes)


def test_a_plan_is_a_side(town: Project) -> None:
    asked, plan = operations.run_analysis(town, "plan", {"target": "approach:community_school", "sites": 1, "radius_m": 500.0, "detour": 1.0, "truths": 0})
    found = scenarios.compared(asked, "", plan.id)
    assert _figure(found, "gaining").value == pytest.approx(float(plan.output("plan").frame["children_newly_reached"].sum()), rel=1e-6)
    assert found.a.settings["radius_m"] == 500.0


def test_other_people_are_told_and_their_errors_are_apart(town: Project) -> None:
    asked, then = operations.run_analysis(town, "coverage-gap", CIRCLE)
    grown = evolve(asked, frames={**asked.frames, "need-areas": asked.frame("need-areas").assign(children=200.0)})
    found = scenarios.compared(grown, then.id, "")
    assert _figure(found, "net").value == pytest.approx(INSIDE, rel=1e-6)
    assert _figure(found, "net").moe == pytest.approx(math.hypot(INSIDE / 10, INSIDE / 10), rel=1e-6)
    assert any("count other people" in note.text for note in found.result.notes)
    assert all(output.name != "groups" for output in found.result.outputs)


def test_a_year_lets_only_its_changes_happen(town: Project) -> None:
    project, made = scenarios.add(town, "later", [evolve(OPENS, year=2030), evolve(CLOSES, year=2027)])
    assert _figure(scenarios.compared(project, "", made.id, given=CIRCLE, by=2027), "gaining").value == 0
    assert _figure(scenarios.compared(project, "", made.id, given=CIRCLE), "gaining").value > 0


def test_a_number_stands_with_the_changes_behind_it_and_without_the_planners_notes(town: Project) -> None:
    project, made = scenarios.add(town, "noted", [evolve(OPENS, note="do not tell yet", year=2028)])
    told = [note.text for note in scenarios.compared(project, "", made.id, given=CIRCLE).result.notes]
    assert "noted: North-east (a Mental Health service) opens. From 2028 on." in told
    assert not any("do not tell" in text for text in told)


def test_what_could_not_happen_is_said(town: Project) -> None:
    gone = evolve(town, frames={**town.frames, "services": town.frame("services").assign(id="other")})
    found = scenarios.compared(gone, "", "both", given=CIRCLE)
    assert any(note.text.startswith("Left out: s1 closes.") for note in found.result.notes)


@pytest.mark.parametrize(("a", "question", "words"), [
    ("nobody", "coverage-gap", "no scenario called 'nobody'"), ("opens", "need-index", "does not say of every area"),
])
def test_what_cannot_be_compared_is_refused(town: Project, a: str, question: str, words: str) -> None:
    with pytest.raises(EcoMapError, match=words):
        scenarios.compared(town, a, "", question)


def test_an_answer_to_another_question_is_refused(town: Project) -> None:
    asked, need = operations.run_analysis(town, "need-index", {})
    with pytest.raises(InputError, match="another question"):
        scenarios.compared(asked, need.id, "", given=CIRCLE)


def test_what_a_scenario_opens_is_what_is_compared_where_nothing_is_said(town: Project) -> None:
    assert scenarios.usual_settings(town, ("", "opens")) == {"target": CARE}
    assert scenarios.usual_settings(town, ("", "closes")) == {"target": CARE}


def test_the_tables_are_written_and_the_project_keeps_no_answer(town: Project, tmp_path: Path) -> None:
    found = scenarios.compared(town, "", "both", given=CIRCLE)
    after, report = scenarios.export_answer(town, found.result, tmp_path / "both.xlsx")
    assert (tmp_path / "both.xlsx").stat().st_size == report.bytes
    assert after.results == town.results
    assert [one.file for one in after.releases] == ["both.xlsx"]
    scenarios.export_answer(town, found.result, tmp_path / "both.csv")
    assert "Highest need" in (tmp_path / "both.csv").read_text()


def test_two_comparisons_of_one_scenario_by_two_years_are_two_answers(town: Project) -> None:
    project, _ = scenarios.add(town, "steps", [evolve(OPENS, year=2027), evolve(CLOSES, year=2029)])
    early, late = (scenarios.compared(project, "", "steps", given=CIRCLE, by=year).result.id for year in (2027, 2029))
    assert early != late
    assert early == scenarios.compared(project, "", "steps", given=CIRCLE, by=2028).result.id
