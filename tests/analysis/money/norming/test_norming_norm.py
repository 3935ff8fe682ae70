"""What averaging pay hides, with the worked schools."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ecomap.analysis.money.norming.norm import norming_gap, position_table, priced_positions
from ecomap.model.errors import InputError


def staff(**more: object) -> pd.DataFrame:
    return pd.DataFrame({"school_id": ["high", "low"], "title": ["Teacher"] * 2, "fte": [20.0, 20.0],
                         "salary_usd": [74_000.0, 97_000.0], **more})


def test_the_worked_schools() -> None:
    found = norming_gap(staff(average_salary_usd=[86_000.0] * 2), pd.Series({"high": 450, "low": 450}))
    assert found["norming_gap_usd"].tolist() == [-240_000.0, 220_000.0]
    assert found["norming_gap_per_pupil_usd"].round(2).tolist() == [-533.33, 488.89]


def test_pupils_may_stand_in_the_rows() -> None:
    found = norming_gap(staff(average_salary_usd=[86_000.0] * 2, enrollment=[450.0] * 2))
    assert found["norming_gap_per_pupil_usd"].round(2).tolist() == [-533.33, 488.89]
    twice = pd.concat([staff(enrollment=[450.0] * 2), staff(enrollment=[450.0, 451.0])])
    with pytest.raises(InputError, match="different numbers of pupils"):
        norming_gap(twice)


def test_without_given_averages_the_gaps_add_up_to_nothing() -> None:
    found = norming_gap(staff())
    assert found["norming_gap_usd"].tolist() == [-230_000.0, 230_000.0]


def test_a_vacant_position_is_left_out_and_counted_not_taken_as_free() -> None:
    rows = pd.concat([staff(), pd.DataFrame({"school_id": ["high", "empty"], "title": ["Teacher"] * 2, "fte": [1.0, 2.0],
                                             "salary_usd": [np.nan, np.nan]})])
    found = norming_gap(rows)
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
        norming_gap(staff().assign(**wrong))


def test_a_table_without_pay_is_refused() -> None:
    with pytest.raises(InputError, match="salary_usd"):
        norming_gap(staff().drop(columns="salary_usd"))


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
    found = norming_gap(positions)
    assert abs(found["norming_gap_usd"].sum()) < 0.01
    order = list(range(len(rows)))
    random.shuffle(order)  # type: ignore[attr-defined]
    pd.testing.assert_frame_equal(norming_gap(positions.iloc[order]), found)
