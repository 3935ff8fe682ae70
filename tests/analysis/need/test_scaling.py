"""One scale and one sum: worked numbers of the three means, fixed marks, and the draws that use them."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ecomap.analysis.need import scaling as s
from ecomap.analysis.need.recipe import Recipe
from ecomap.analysis.need.scoring import need_index
from ecomap.analysis.need.truths import need_surveys
from ecomap.model.errors import ParameterError

ABC = np.array([[0.9, 0.1], [0.5, 0.5], [0.6, 0.35]])

THEMES = ("RPL_THEME1", "RPL_THEME2", "RPL_THEME3", "RPL_THEME4", "RPL_THEMES")


def test_the_three_means_of_the_worked_example() -> None:
    """Harmonic by hand: 2 / (1/.9 + 1/.1) = .18, .5, 2 / (1/.6 + 1/.35) = .4421."""
    ones = np.ones(2)
    assert s.aggregate(ABC, ones, "arithmetic")[0] == pytest.approx([0.5, 0.5, 0.475])
    assert s.aggregate(ABC, ones, "geometric")[0] == pytest.approx([0.3, 0.5, 0.458], abs=5e-4)
    assert s.aggregate(ABC, ones, "harmonic")[0] == pytest.approx([0.18, 0.5, 0.442105], abs=1e-6)


@pytest.mark.parametrize("mean", ["arithmetic", "geometric", "harmonic"])
def test_contributions_add_up_and_missing_is_left_out(mean: str) -> None:
    values = np.array([[0.9, np.nan, 0.4], [np.nan, np.nan, np.nan], [0.2, 0.3, 0.4]])
    score, parts = s.aggregate(values, np.array([1.0, 2.0, 3.0]), mean)
    assert np.nansum(parts, axis=1)[[0, 2]] == pytest.approx(score[[0, 2]])
    assert np.isnan(score[1])
    assert np.isnan(parts[0, 1])


def test_weighted_harmonic_mean() -> None:
    """(1 + 3) / (1/.5 + 3/.25) = 4 / 14."""
    assert s.aggregate(np.array([[0.5, 0.25]]), np.array([1.0, 3.0]), "harmonic")[0] == pytest.approx([4 / 14])


def test_goalposts_are_fixed_marks_and_can_be_reversed() -> None:
    assert s.goalposts([5, 10, 20, 45], 10, 30, truncate=False).tolist() == [-0.25, 0.0, 0.5, 1.75]
    assert s.goalposts([20_000, 60_000, None], 100_000, 20_000).tolist()[:2] == [1.0, 0.5]
    assert np.isnan(s.goalposts([20_000, None], 100_000, 20_000)[1])
    with pytest.raises(ParameterError):
        s.goalposts([1.0], 5, 5)


@pytest.mark.parametrize("mean", ["geometric", "harmonic"])
def test_draws_without_margins_are_the_score_itself(mean: str) -> None:
    frame = pd.DataFrame({"a": [0.1, 0.5, None, 0.9], "b": [3.0, 1.0, 2.0, 2.0]})
    score = need_index(frame, ["a", "b"], aggregation=mean, minimum_present=0.5)["score"]
    drawn = need_surveys(frame, Recipe(["a", "b"], aggregation=mean, minimum_present=0.5), draws=2).surveys
    assert drawn == pytest.approx(np.vstack([score, score]))


def test_a_harmonic_mean_of_z_scores_is_refused() -> None:
    with pytest.raises(ParameterError, match="harmonic"):
        need_index(pd.DataFrame({"a": [1.0, 2.0]}), ["a"], scaling="z_score", aggregation="harmonic")


def test_round_marks_lie_outside_the_values_on_round_numbers() -> None:
    assert s.round_marks([0.034, 0.617]) == (0.0, 0.7)
    assert s.round_marks([9.1, 12.9, None]) == (9.0, 13.0)
    assert s.round_marks([3.0, 3.0]) == (3.0, 4.0)
    assert s.round_marks([None]) == (0.0, 1.0)


@settings(max_examples=100, deadline=None)
@given(st.lists(st.floats(-1e6, 1e6).filter(lambda x: x == 0 or abs(x) > 1e-6), min_size=1, max_size=8))
def test_no_value_lies_beyond_marks_that_were_made_for_it(values: list[float]) -> None:
    low, high = s.round_marks(values)
    assert low < high
    slack = 1e-6 * (high - low)
    assert low - slack <= min(values) <= max(values) <= high + slack


def test_percentile_rank_reproduces_every_published_svi_rank(shared_data: Path) -> None:
    svi = pd.read_csv(shared_data / "known-answers" / "svi" / "cdc_svi2020_pa_county.csv", encoding="utf-8-sig")
    singles = [name[4:] for name in svi if name.startswith("EPL_")]
    assert len(singles) == 16
    pairs = [("EP_" + name, "EPL_" + name) for name in singles]
    pairs += [(name.replace("RPL", "SPL"), name) for name in THEMES]
    for value, published in pairs:
        assert (s.percentile_rank(svi[value]) - svi[published]).abs().max() <= 5e-5, published


def test_percentile_rank_by_hand() -> None:
    assert s.percentile_rank([10, 25, 25, 40, 5]).tolist() == [0.25, 0.5, 0.5, 1.0, 0.0]


def test_percentile_rank_keeps_index_and_missing_and_does_not_count_it() -> None:
    found = s.percentile_rank(pd.Series([3.0, np.nan, 1.0, 2.0], index=list("wxyz")))
    assert found.index.tolist() == list("wxyz")
    assert found.drop("x").tolist() == [1.0, 0.0, 0.5]
    assert np.isnan(found["x"])


def test_a_single_value_has_nobody_to_be_compared_with() -> None:
    assert s.percentile_rank([7.0]).tolist() == [0.0]


def test_a_reversed_percentile_is_one_minus_the_rank() -> None:
    scaled = s.scale(np.array([[1.0], [2.0], [2.0]]), np.array([-1]), "percentile")
    assert scaled[:, 0].tolist() == [1.0, 0.5, 0.5]


def test_aggregate_of_nothing_is_missing() -> None:
    score, parts = s.aggregate(np.array([[np.nan, np.nan]]), np.ones(2), "arithmetic")
    assert np.isnan(score).all()
    assert np.isnan(parts).all()
