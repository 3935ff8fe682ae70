"""What averaging pay hides, with the worked schools; the multiplier's strict bounds; where the dollars go."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ecomap.analysis.money import budget
from ecomap.analysis.money.norming.norm import position_table, priced_positions
from ecomap.model.errors import InputError


def staff(**more: object) -> pd.DataFrame:
    return pd.DataFrame({"school_id": ["high", "low"], "title": ["Teacher"] * 2, "fte": [20.0, 20.0],
                         "salary_usd": [74_000.0, 97_000.0], **more})


def test_the_worked_schools() -> None:
    found = budget.norming_gap(staff(average_salary_usd=[86_000.0] * 2), pd.Series({"high": 450, "low": 450}))
    assert found["norming_gap_usd"].tolist() == [-240_000.0, 220_000.0]
    assert found["norming_gap_per_pupil_usd"].round(2).tolist() == [-533.33, 488.89]


def test_pupils_may_stand_in_the_rows() -> None:
    found = budget.norming_gap(staff(average_salary_usd=[86_000.0] * 2, enrollment=[450.0] * 2))
    assert found["norming_gap_per_pupil_usd"].round(2).tolist() == [-533.33, 488.89]
    twice = pd.concat([staff(enrollment=[450.0] * 2), staff(enrollment=[450.0, 451.0])])
    with pytest.raises(InputError, match="different numbers of pupils"):
        budget.norming_gap(twice)


def test_without_given_averages_the_gaps_add_up_to_nothing() -> None:
    found = budget.norming_gap(staff())
    assert found["norming_gap_usd"].tolist() == [-230_000.0, 230_000.0]


def test_a_vacant_position_is_left_out_and_counted_not_taken_as_free() -> None:
    rows = pd.concat([staff(), pd.DataFrame({"school_id": ["high", "empty"], "title": ["Teacher"] * 2, "fte": [1.0, 2.0],
                                             "salary_usd": [np.nan, np.nan]})])
    found = budget.norming_gap(rows)
    assert found.loc["high", "norming_gap_usd"] == -230_000.0
    assert found["positions_left_out"].to_dict() == {"empty": 1.0, "high": 1.0, "low": 0.0}
    assert np.isnan(found.loc["empty", "norming_gap_usd"])
    assert np.isnan(found.loc["empty", "fte"])


@pytest.mark.parametrize("wrong", [
    {"fte": [-1.0, 1.0]}, {"salary_usd": [-1.0, 1.0]}, {"school_id": ["", "low"]}, {"school_id": [None, "low"]},
    {"salary_usd": [np.inf, 1.0]}, {"average_salary_usd": [-1.0, 1.0]},
])
def test_hostile_positions_are_refused(wrong: dict) -> None:
    with pytest.raises(InputError):
        budget.norming_gap(staff().assign(**wrong))


def test_a_table_without_pay_is_refused() -> None:
    with pytest.raises(InputError, match="salary_usd"):
        budget.norming_gap(staff().drop(columns="salary_usd"))


def test_the_table_by_title_weighs_by_fte() -> None:
    rows = pd.DataFrame({"school_id": ["a", "b", "b"], "title": ["Teacher", "Teacher", "Nurse"], "fte": [3.0, 1.0, 0.5],
                         "salary_usd": [80_000.0, 100_000.0, 60_000.0]})
    table = position_table(priced_positions(rows))
    assert table.index.tolist() == ["Teacher", "Nurse"]
    assert table.loc["Teacher", ["average_salary_usd", "lowest_usd", "highest_usd", "schools"]].tolist() == [
        85_000.0, 80_000.0, 100_000.0, 2.0]


@settings(max_examples=60, deadline=None)
@given(st.lists(st.tuples(st.sampled_from("abcd"), st.sampled_from(["Teacher", "Aide"]), st.integers(0, 40),
                          st.integers(30_000, 130_000)), min_size=1, max_size=25), st.randoms(use_true_random=False))
def test_averaging_moves_money_and_makes_none(rows: list[tuple], random: object) -> None:
    positions = pd.DataFrame(rows, columns=["school_id", "title", "fte", "salary_usd"]).assign(
        fte=lambda frame: frame["fte"] / 4)
    found = budget.norming_gap(positions)
    assert abs(found["norming_gap_usd"].sum()) < 0.01
    order = list(range(len(rows)))
    random.shuffle(order)  # type: ignore[attr-defined]
    pd.testing.assert_frame_equal(budget.norming_gap(positions.iloc[order]), found)


@pytest.mark.parametrize(("nonstability", "disadvantaged", "answer"), [
    (0.25, 0.90, False), (0.30, 0.70, False), (0.25, 0.70, False), (0.1 + 0.15, 0.9, False), (0.2500001, 0.7000001, True),
    (np.nan, 0.9, None), (0.3, None, None), (np.nan, 0.7, False), (0.2, None, False), (0.30, 0.71, True),
])
def test_the_multipliers_bounds_are_strict(nonstability: float, disadvantaged: float, answer: bool | None) -> None:
    assert budget.equity_multiplier_eligible(nonstability, disadvantaged) is answer


def test_percent_where_a_share_belongs_is_refused() -> None:
    with pytest.raises(InputError, match="between 0 and 1"):
        budget.equity_multiplier_eligible(25.0, 0.9)


def test_the_multiplier_pays_by_enrolment_and_leaves_what_cannot_be_said_missing() -> None:
    found = budget.equity_multiplier(
        pd.Series({"a": 0.26, "b": 0.5, "c": 0.25, "d": np.nan, "e": 0.5}),
        pd.Series({"a": 0.71, "b": 0.9, "c": 0.9, "d": 0.9, "e": 0.9}),
        enrollment=pd.Series({"a": 100, "b": 300, "c": 50, "d": 80, "e": 10}), total_usd=400_000,
        excluded=pd.Series({"e": True}),
    )
    assert found["eligible"].tolist() == ["yes", "yes", "no", "cannot be said", "no"]
    assert found["amount_usd"].tolist()[:3] == [100_000.0, 300_000.0, 0.0]
    assert np.isnan(found.loc["d", "amount_usd"])


def test_the_difference_is_made_of_its_parts_and_missing_stays_missing() -> None:
    found = budget.misalignment(
        pd.Series({"a": 1000.0, "b": 500.0, "c": np.nan}), pd.Series({"a": 700.0}), pupils=pd.Series({"a": 10.0, "b": 5.0}),
        spent_centrally=pd.Series({"a": 200.0}), norming=pd.Series({"a": -60.0}))
    assert found.loc["a", ["difference_usd", "difference_per_pupil_usd", "spent_to_generated"]].tolist() == [300.0, 30.0, 0.7]
    assert found.loc["a", ["from_norming_usd", "from_central_usd", "from_other_usd"]].tolist() == [60.0, 200.0, 40.0]
    assert found.loc[["b", "c"]].isna().all().all()


def test_in_proportion_is_one() -> None:
    ratio = budget.share_ratio(pd.Series({"a": 20.0, "b": 20.0, "c": np.nan}), pd.Series({"a": 100.0, "b": 300.0, "c": 50.0}))
    assert ratio.tolist()[:2] == [2.0, pytest.approx(2 / 3)]
    assert np.isnan(ratio["c"])


def test_the_line_is_that_of_the_pupils_not_of_the_schools() -> None:
    """Two pupils at need 0 with $10, one at need 1 with $40 each and one with $20: the line ends at $30."""
    line = budget.expected_line(pd.Series([10.0, 40.0, 20.0, np.nan]), pd.Series([0.0, 1.0, 1.0, 0.5]),
                                pd.Series([2.0, 1.0, 1.0, 9.0]))
    assert (line.intercept, line.slope) == (pytest.approx(10), pytest.approx(20))
    assert line.expected.tolist() == pytest.approx([10, 30, 30, 20])
    assert line.explained == pytest.approx(400 / 600)
    with pytest.raises(InputError, match="three schools"):
        budget.expected_line(pd.Series([1.0, 2.0, 3.0]), pd.Series([0.5] * 3), pd.Series([1.0] * 3))


def test_dollars_of_a_fifth_are_added_up_before_they_are_divided() -> None:
    found = budget.by_fifth(pd.Series([5, 5, 1, 1, 3]), pd.Series([900.0, 100.0, 500.0, np.nan, np.nan]),
                            pd.Series([30.0, 10.0, 20.0, 100.0, 7.0]))
    assert found.loc[5, ["schools", "pupils", "dollars", "per_pupil"]].tolist() == [2, 40, 1000, 25]
    assert found.loc[1, ["share_of_dollars", "share_of_pupils"]].tolist() == pytest.approx([1 / 3, 1 / 3])
    assert np.isnan(found.loc[3, "dollars"])
    assert found["share_of_dollars"].sum() == pytest.approx(1)
