"""Margins of error against the Census Bureau's worked examples."""

from __future__ import annotations

import math

import numpy as np
import pandas as pd
import pytest

from ecomap.analysis.statistics import error
from ecomap.model.errors import InputError, ParameterError


def test_margin_of_a_sum_as_the_census_bureau_works_it() -> None:
    assert error.moe_of_sum([10_154_024, 9_712_936], [3_778, 3_911]) == pytest.approx(5_437.757, abs=5e-4)


def test_margins_add_up_as_squares_under_one_root() -> None:
    """3 and 4 make 5, never 7: margins that are simply added up would be too wide."""
    assert error.moe_of_sum([10, 10], [3, 4]) == 5.0
    assert error.moe_of_weighted_sum([0.5, 0.5], [6, 8]) == 5.0
    assert error.moe_of_ratio(1.0, 3.0, 1.0, 4.0) == 5.0
    assert error.moe_of_product(1.0, 3.0, 1.0, 4.0) == 5.0
    assert error.moe_of_share([1, 0], [5, 5], [6, 8]) == 0.5  # (1/2 · 6)² + (1/2 · 8)² = 5²; 5 of 10


def test_zero_estimates_count_their_largest_margin_once() -> None:
    assert error.moe_of_sum([50, 0, 0, 0], [30, 12, 12, 9]) == pytest.approx(32.311, abs=5e-4)


def test_a_component_without_margin_or_estimate_makes_the_margin_unknown() -> None:
    assert math.isnan(error.moe_of_sum([5, 6], [1, np.nan]))
    assert math.isnan(error.moe_of_sum([5, np.nan], [1, 2]))


def test_margin_of_a_weighted_sum() -> None:
    assert error.moe_of_weighted_sum([1, 0.4, 0.25], [80, 120, 60]) == pytest.approx(94.49, abs=5e-3)


def test_margin_of_a_proportion() -> None:
    assert error.moe_of_proportion(203_119, 5_070, 630_498, 831) == pytest.approx(0.00803, abs=5e-6)


def test_a_negative_root_falls_back_to_the_ratio_formula() -> None:
    assert error.moe_of_proportion(950, 60, 1000, 100) == pytest.approx(0.11236, abs=5e-6)
    assert error.moe_of_proportion(950, 60, 1000, 100) == error.moe_of_ratio(950, 60, 1000, 100)


def test_a_root_of_exactly_zero_is_a_margin_of_zero() -> None:
    assert error.moe_of_proportion(50, 5, 100, 10) == 0.0


def test_a_share_of_all_takes_the_margin_of_the_part() -> None:
    assert error.moe_of_proportion(200, 30, 200, 40) == pytest.approx(30 / 200)


def test_a_share_of_nobody_has_no_margin() -> None:
    assert math.isnan(error.moe_of_proportion(0, 12, 0, 12))


def test_margin_of_a_ratio() -> None:
    assert error.moe_of_ratio(226_840, 5_556, 203_119, 5_070) == pytest.approx(0.03905, abs=5e-6)


def test_percent_change_is_a_hundred_times_a_ratio() -> None:
    assert 100 * error.moe_of_ratio(139_301, 4_047, 135_173, 3_860) == pytest.approx(4.1981, abs=5e-5)


def test_margin_of_a_product() -> None:
    assert error.moe_of_product(74_506_512, 228_238, 0.824, 0.001) == pytest.approx(202_289, abs=0.5)


def test_formulas_keep_the_index_of_a_series() -> None:
    areas = pd.Series([10.0, 20.0, np.nan], index=["a", "b", "c"])
    moe = error.moe_of_proportion(areas, 2.0, 40.0, 3.0)
    assert list(moe.index) == ["a", "b", "c"]
    assert moe.isna().tolist() == [False, False, True]


def test_reliability_of_the_worked_proportion_is_medium() -> None:
    moe = error.moe_of_proportion(420, 130, 1500, 210)
    assert moe == pytest.approx(0.07729, abs=5e-6)
    assert error.coefficient_of_variation(0.28, moe) == pytest.approx(0.168, abs=5e-4)
    assert error.reliability(0.28, moe) == "medium"


def test_reliability_without_a_margin_is_unknown_and_of_zero_is_low() -> None:
    classes = error.reliability(pd.Series([100.0, 0.0, np.nan, 100.0]), pd.Series([1.0, 12.0, 5.0, np.nan]))
    assert classes.tolist() == ["high", "low", "unknown", "unknown"]


def test_reliability_limits_must_be_in_order() -> None:
    with pytest.raises(ParameterError):
        error.reliability(1.0, 1.0, thresholds=(0.4, 0.1))


def test_replicates_that_all_differ_by_three_give_a_standard_error_of_six() -> None:
    assert error.standard_error_of_replicates(50.0, [53.0, 47.0] * 40) == 6.0
    two = error.standard_error_of_replicates(pd.Series([50.0, 10.0], index=list("ab")), np.array([[53.0] * 80, [10.0] * 80]))
    assert two.to_dict() == {"a": 6.0, "b": 0.0}
    with pytest.raises(InputError):
        error.standard_error_of_replicates(50.0, [])


def test_replicates_added_up_first_know_how_areas_hang_together() -> None:
    """Two areas whose errors cancel: 3 up here is 3 down there, so their sum is certain."""
    here, there = np.array([53.0, 47.0] * 40), np.array([17.0, 23.0] * 40)
    assert error.standard_error_of_replicates(70.0, here + there) == 0.0
