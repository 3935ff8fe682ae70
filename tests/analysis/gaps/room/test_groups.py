"""Room by student group: worked by hand on the small town, conserved always, compared only where it can be."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from attrs import evolve
from hypothesis import given, settings
from hypothesis import strategies as st

from ecomap.analysis.gaps.room.assignment import DEMAND, FULL, OUT, SERVED
from ecomap.analysis.gaps.room.groups import ESTIMATED, StudentGroup, offered_groups
from ecomap.analysis.release.door import released
from ecomap.analysis.statistics.error import Z_90
from ecomap.model.errors import InputError
from ecomap.model.project import Project
from ecomap.model.result import Result
from ecomap.model.said import say
from tests import small_project as town
from tests.analysis.towns import as_it_leaves, ask, described, frames, services_at

STATES = [SERVED, FULL, OUT]
INSIDE = {"target": "service:*", "radius_m": 5_000.0, "detour": 1.0}  # every piece of the town reaches the middle


def answer(columns: dict[str, Any], capacity: float = 90.0, **asked: Any) -> Result:
    areas = town.need_areas().assign(**columns)
    services = services_at((1.5, 1.5)).assign(capacity=capacity)
    return ask("capacity-gap", frames(areas=areas, services=services), **{**INSIDE, "groups": tuple(columns)[:1], **asked})


def groups(result: Result) -> Any:
    return result.output("groups").frame.set_index("id")


def test_nothing_changes_where_no_group_is_chosen() -> None:
    plain = ask("capacity-gap", frames(services=services_at((1.5, 1.5)).assign(capacity=90.0)), **INSIDE)
    assert [output.name for output in plain.outputs] == ["areas", "sites", "fifths"]
    for nothing in ((), ("none",)):
        again = ask("capacity-gap", frames(services=services_at((1.5, 1.5)).assign(capacity=90.0)), **INSIDE, groups=nothing)
        assert again.figures == plain.figures
        assert again.notes == plain.notes
        assert again.bars == plain.bars


def test_a_group_has_the_states_of_its_areas_by_hand() -> None:
    """The site takes 90 of the 900 children: those nearest, all in the middle area, which 10 of its 100 find full."""
    learners = [0.0] * 9
    learners[4], learners[0] = 40.0, 20.0
    rows = groups(answer({"english_learners": learners}))
    assert rows.loc["everybody", [DEMAND, *STATES]].tolist() == pytest.approx([900, 90, 810, 0])
    assert rows.loc["english_learners", [DEMAND, *STATES]].tolist() == pytest.approx([60, 36, 24, 0])
    assert rows.loc["english_learners", "share_without"] == pytest.approx(24 / 60)
    others = (810 - 24) / 840
    assert rows.loc["english_learners", "more_than_others"] == pytest.approx(24 / 60 - others)
    assert rows.loc["english_learners", "compared"] == (
        "53.6 points less than everyone else are left without a place; how sure this is cannot be said, because no margins of "
        "error were given.")


def test_a_rate_is_an_estimate_and_says_so() -> None:
    result = answer({"poverty": town.need_areas()["poverty"]})
    rows = groups(result)
    assert rows.loc["poverty", DEMAND] == pytest.approx(450)  # 100 x (0.1 + ... + 0.9)
    assert rows.loc["poverty", SERVED] == pytest.approx(0.5 * 90)
    assert rows.loc["poverty", "how"] == "Estimated from a rate"
    assert any(note.text.startswith("1 group is known by a rate only") for note in result.notes)


def test_the_interval_by_hand_and_not_significant_in_words() -> None:
    """Two kinds of area: the middle one with 10 % left out, eight others with 100 %. Errors by first-order propagation."""
    learners = np.full(9, 10.0)
    learners[4] = 20.0
    moes = np.full(9, 4.0)
    rows = groups(answer({"learners": learners, "learners_moe": moes}))
    left = np.ones(9)
    left[4] = 0.1
    own, others = (left * learners).sum() / 100, (left * (100 - learners)).sum() / 800
    a, b = (left - own) / 100, (left - others) / 800
    error = np.hypot(np.sqrt((((a + b) * 4) ** 2).sum()), np.sqrt(((b * 10) ** 2).sum())) / Z_90
    low, high = own - others - 1.645 * error, own - others + 1.645 * error
    assert rows.loc["learners", "share_without_moe"] == pytest.approx(np.sqrt((((left - own) / 100 * 4) ** 2).sum()))
    assert rows.loc["learners", "compared"] == (
        f"{(others - own) * 100:.1f} points less than everyone else are left without a place (90 % interval {low * 100:.1f} to "
        f"{high * 100:.1f}).")
    unsure = groups(answer({"learners": learners, "learners_moe": moes * 10}))
    assert unsure.loc["learners", "compared"].endswith(": it holds 0, so the counts' sampling error alone could make the difference).")


def test_the_margin_of_an_estimate_holds_that_of_the_rate_and_that_of_the_people() -> None:
    group = StudentGroup("poverty", say("In poverty"), ESTIMATED, np.array([40.0]), np.array([3.0]), np.array([0.4]))
    assert group.margins(np.array([10.0])) == pytest.approx([5.0])  # 3 of the rate, 0.4 x 10 of the people
    assert group.margins(None) is None


def test_a_group_that_is_no_part_of_those_counted_is_not_compared() -> None:
    rows = groups(answer({"residents_over_65": np.full(9, 120.0)}))
    assert rows.loc["residents_over_65", DEMAND] == pytest.approx(1080)
    assert "no part of those" in rows.loc["residents_over_65", "compared"]
    assert np.isnan(rows.loc["residents_over_65", "more_than_others"])


def test_areas_that_do_not_say_and_areas_without_children_are_counted_in_words() -> None:
    areas = town.need_areas().assign(children=[0.0] + [100.0] * 8, learners=[7.0, np.nan] + [30.0] * 7)
    result = ask("capacity-gap", frames(areas=areas, services=services_at((1.5, 1.5)).assign(capacity=90.0)), **INSIDE,
                 groups=("learners",))
    assert groups(result).loc["learners", DEMAND] == pytest.approx(210)
    texts = [note.text for note in result.notes]
    assert "1 need area does not say how many belong to the group: Learners. They are in no number of it." in texts
    assert "Learners: some live in areas where no children are counted and are in no number here." in texts


@pytest.mark.parametrize(("column", "said"), [("nowhere", "no column 'nowhere'"), ("name", "no count of people")])
def test_a_group_that_cannot_be_told_apart_is_refused(column: str, said: str) -> None:
    with pytest.raises(InputError, match=said):
        ask("capacity-gap", frames(services=services_at((1.5, 1.5)).assign(capacity=90.0)), **INSIDE, groups=(column,))


def test_numbers_below_zero_are_refused() -> None:
    with pytest.raises(InputError, match="below zero"):
        answer({"learners": [-1.0] * 9})


def test_what_is_offered_counts_first_then_rates() -> None:
    areas = town.need_areas().assign(english_learners=20.0, english_learners_moe=3.0, density=1.5, code="a")
    assert offered_groups(described("areas"), areas) == (
        ("english_learners", "English learners", "counted"), ("poverty", "Children in poverty", "estimated"))


def test_small_counts_of_a_group_do_not_leave_the_window() -> None:
    """Of 44 foster children 4 get a place: neither the count nor what would give it back leaves."""
    foster = [0.0] * 9
    foster[4], foster[0] = 4.0, 40.0
    result = answer({"foster": foster}, capacity=99.0)
    assert groups(result).loc["foster", SERVED] == pytest.approx(3.96)
    left = groups(as_it_leaves(result))
    assert left.loc["foster", [SERVED, "share_served", "share_without", "more_than_others"]].isna().all()
    assert left.loc["foster", [DEMAND, FULL]].isna().any()
    assert left.loc["foster", "served_reason"] == "suppressed"
    assert "points" not in str(left.loc["foster", "compared"])
    assert left.loc["everybody", DEMAND] == pytest.approx(900)
    assert [label for label, _, _ in result.bars] == ["All children", "Foster"]
    assert [label for label, _, _ in as_it_leaves(result).bars] == ["All children"]


def test_estimates_from_rates_are_not_hidden() -> None:
    result = answer({"poverty": town.need_areas()["poverty"]}, capacity=3.0)
    assert groups(result).loc["poverty", SERVED] == pytest.approx(1.5)
    assert groups(as_it_leaves(result)).loc["poverty", SERVED] == pytest.approx(1.5)
    assert [label for label, _, _ in result.bars] == ["All children", "Children in poverty"]


@settings(max_examples=15, deadline=None)
@given(st.lists(st.integers(0, 100), min_size=9, max_size=9), st.floats(0, 1500), st.floats(0.1, 1.0), st.floats(300, 2500))
def test_served_full_and_out_of_reach_are_the_group(counts: list[int], capacity: float, want: float, radius: float) -> None:
    learners = np.array(counts, dtype=float)
    result = answer({"learners": learners, "others": 100 - learners}, capacity, share_who_want_it=want, radius_m=radius,
                    groups=("learners", "others"))
    rows = groups(result)
    assert rows[STATES].sum(axis=1).to_numpy() == pytest.approx(rows[DEMAND].to_numpy())
    assert rows.loc["learners", DEMAND] == pytest.approx(learners.sum() * want)
    # Groups that leave nobody out and do not overlap add up to everybody, state by state.
    together = rows.loc[["learners", "others"], [DEMAND, *STATES]].sum()
    assert together.to_numpy() == pytest.approx(rows.loc["everybody", [DEMAND, *STATES]].to_numpy(dtype=float), abs=1e-6)


def project_with(columns: dict[str, Any], asked: tuple[str, ...]) -> Project:
    areas = town.need_areas().assign(**columns)
    result = ask("capacity-gap", frames(areas=areas, services=services_at((1.5, 1.5)).assign(capacity=90.0)), **INSIDE, groups=asked)
    project = Project(title="Town", crs=town.CRS).with_layer(described("areas"), areas)
    return project.with_result(evolve(result, id="capacity-gap-1"))


def test_counts_that_were_asked_about_are_hidden_in_the_need_areas_too() -> None:
    """Foster children by area, 2 to 40: the small ones leave neither in the answer nor in the layer they came from."""
    foster = [2.0, 40, 30, 20, 15, 25, 35, 12, 11]
    frame = released(project_with({"foster": foster}, ("foster",))).frame("areas-layer")
    assert np.isnan(frame["foster"].iloc[0])
    assert frame["foster"].isna().sum() >= 2  # the total would give one alone back
    assert frame["foster_reason"].iloc[0] == "suppressed"
    assert frame["children"].notna().all()
    untold = released(project_with({"foster": foster}, ())).frame("areas-layer")
    assert untold["foster"].isna().tolist() == frame["foster"].isna().tolist()  # nobody has said that it does not count pupils


def test_a_survey_count_with_its_margin_and_a_rate_leave_as_published() -> None:
    learners = [2.0] + [30.0] * 8
    project = project_with({"learners": learners, "learners_moe": [3.0] * 9}, ("learners", "poverty"))
    frame = released(project).frame("areas-layer")
    assert frame["learners"].tolist() == learners
    assert frame["poverty"].notna().all()


@settings(max_examples=15, deadline=None)
@given(st.lists(st.integers(0, 30), min_size=9, max_size=9))
def test_no_hidden_count_follows_from_the_total_of_the_others(counts: list[int]) -> None:
    """Whoever knows the total of the layer finds no hidden small count: the hidden ones leave 11 or more to share out."""
    foster = np.array(counts, dtype=float)
    shown = released(project_with({"foster": foster}, ("foster",))).frame("areas-layer")["foster"].to_numpy(dtype=float)
    hidden = np.isnan(shown)
    assert (shown[~hidden] >= 11).all()
    for one in np.flatnonzero(hidden & (foster < 11)):
        assert hidden.all() or foster[hidden].sum() - foster[one] >= 11
