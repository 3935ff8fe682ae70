"""How evenly a good is shared: hand-worked numbers, limits and invariants."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ecomap.analysis.statistics import equity
from ecomap.model.errors import InputError, ParameterError

ACCESS = [12.0, 10.0, 6.0, 2.0]
MILES = [0.3, 0.4, 0.9, 2.5]
PEOPLE = [1000.0, 2000.0, 500.0, 300.0]

rows = st.lists(
    st.tuples(st.floats(0.01, 100), st.floats(1, 5000), st.integers(0, 2)), min_size=2, max_size=25
)


def test_worked_numbers_of_access() -> None:
    assert equity.gini(ACCESS, PEOPLE) == pytest.approx(0.143406, abs=1e-6)
    assert equity.atkinson(ACCESS, PEOPLE, 0.5) == pytest.approx(0.032967, abs=1e-6)
    assert equity.atkinson(ACCESS, PEOPLE, 1) == pytest.approx(0.077857, abs=1e-6)
    assert equity.atkinson(ACCESS, PEOPLE, 2) == pytest.approx(0.214933, abs=1e-6)


def test_worked_numbers_of_distance() -> None:
    assert equity.gini(MILES, PEOPLE) == pytest.approx(0.361556, abs=1e-6)
    kappa = equity.kolm_pollak_kappa(MILES, PEOPLE, epsilon=-1)
    assert kappa == pytest.approx(-0.855019, abs=1e-6)
    assert equity.kolm_pollak_ede(MILES, PEOPLE, kappa=kappa) == pytest.approx(0.830652, abs=1e-6)
    assert equity.kolm_pollak_ede(MILES, PEOPLE, epsilon=-0.5) == pytest.approx(0.696507, abs=1e-6)


def test_worked_means_and_what_equal_shares_would_be_worth() -> None:
    mean = np.average(ACCESS, weights=PEOPLE)
    assert mean == pytest.approx(9.368421, abs=1e-6)
    for aversion, worth in ((0.5, 9.059571), (1, 8.639024), (2, 7.354839)):
        assert mean * (1 - equity.atkinson(ACCESS, PEOPLE, aversion)) == pytest.approx(worth, abs=1e-6)
    miles = np.average(MILES, weights=PEOPLE)
    assert miles == pytest.approx(0.605263, abs=1e-6)
    assert equity.kolm_pollak_ede(MILES, PEOPLE, epsilon=-1) - miles == pytest.approx(0.225389, abs=1e-6)
    assert equity.kolm_pollak_kappa(MILES, PEOPLE, epsilon=-0.5) == pytest.approx(-0.427509, abs=1e-6)
    groups = [np.average(ACCESS[at:at + 2], weights=PEOPLE[at:at + 2]) for at in (0, 2)]
    assert groups == pytest.approx([10.6667, 4.5], abs=1e-4)


def test_theil_splits_into_between_and_within() -> None:
    split = equity.theil(ACCESS, PEOPLE, groups=[1, 1, 2, 2])
    assert split == pytest.approx((0.056525, 0.042505, 0.014020), abs=1e-6)
    assert equity.theil(ACCESS, PEOPLE) == pytest.approx(split.total)


def test_concentration_index_is_positive_where_the_less_needy_get_more() -> None:
    assert equity.concentration_index(ACCESS, PEOPLE, [0.2, 0.5, 0.8, 0.9]) == pytest.approx(0.143406, abs=1e-6)
    assert equity.concentration_index(ACCESS, PEOPLE, [0.9, 0.8, 0.5, 0.2]) < 0


def test_kolm_pollak_with_no_aversion_is_the_mean() -> None:
    assert equity.kolm_pollak_ede(MILES, PEOPLE, kappa=0.0) == pytest.approx(np.average(MILES, weights=PEOPLE))
    assert equity.kolm_pollak_ede(MILES, PEOPLE, kappa=1e-14) == pytest.approx(np.average(MILES, weights=PEOPLE))


def test_kolm_pollak_survives_large_exponents() -> None:
    assert equity.kolm_pollak_ede([0.0, 5000.0], [1.0, 1.0], kappa=-1.0) == pytest.approx(5000 - np.log(2))


def test_kolm_pollak_wants_exactly_one_of_epsilon_and_kappa() -> None:
    for wrong in ({}, {"epsilon": 1.0, "kappa": 1.0}):
        with pytest.raises(ParameterError):
            equity.kolm_pollak_ede(MILES, PEOPLE, **wrong)


def test_one_place_with_nothing_makes_atkinson_complete_from_one_on() -> None:
    assert equity.atkinson([1.0, 0.0], [1.0, 1.0], 1) == 1.0


def test_a_missing_value_is_named_and_not_left_out() -> None:
    values = pd.Series([1.0, np.nan], index=["here", "there"])
    with pytest.raises(InputError) as caught:
        equity.gini(values, pd.Series([1.0, 1.0], index=["here", "there"]))
    assert caught.value.details["places"] == ["there"]


def test_series_are_joined_by_index() -> None:
    values = pd.Series(ACCESS, index=list("abcd"))
    people = pd.Series(PEOPLE, index=list("abcd")).iloc[::-1]
    assert equity.gini(values, people) == pytest.approx(0.143406, abs=1e-6)


def test_a_difference_within_its_error_is_not_significant() -> None:
    gap = equity.disparity([10, 8], [100, 100], ["a", "b"], "a", "b", standard_errors=[1.0, 1.0])
    assert gap.difference == 2
    assert (gap.lower, gap.upper) == pytest.approx((2 - 1.645 * 2**0.5, 2 + 1.645 * 2**0.5), abs=1e-5)
    assert gap.significant is False


def test_the_error_of_the_counts_of_people_is_carried_into_the_gap() -> None:
    """Group a: 100 people at 10 and 100 at 20, each count ± se 10: ((5·10)² + (5·10)²)^½ / 200 = .35355."""
    means = equity.group_means([10, 20, 8], [100, 100, 100], ["a", "a", "b"], people_errors=[10, 10, 10])
    assert means["standard_error"].tolist() == pytest.approx([0.3535534, 0.0])
    gap = equity.disparity([10, 20, 8], [100, 100, 100], ["a", "a", "b"], "a", "b", people_errors=[10, 10, 10])
    assert gap.significant is True
    assert gap.lower == pytest.approx(7 - 1.645 * 0.3535534, abs=1e-5)


def test_disparity_without_margins_does_not_claim_certainty() -> None:
    gap = equity.disparity([10, 8], [100, 100], ["a", "b"], "a", "b")
    assert gap.significant is None


def test_group_means_are_weighted_by_people() -> None:
    means = equity.group_means(ACCESS, PEOPLE, ["x", "x", "y", "y"])["mean"]
    assert means.to_dict() == pytest.approx({"x": 32 / 3, "y": 4.5})


@settings(deadline=None)
@given(rows)
def test_theil_adds_up(data: list[tuple[float, float, int]]) -> None:
    values, people, groups = (list(column) for column in zip(*data))
    split = equity.theil(values, people, groups=groups)
    assert split.total == pytest.approx(split.between + split.within, abs=1e-9)
    assert split.within >= -1e-12


@settings(deadline=None)
@given(rows)
def test_measures_do_not_depend_on_the_order_of_rows(data: list[tuple[float, float, int]]) -> None:
    def measures(rows: list[tuple[float, float, int]]) -> list[float]:
        values, people, need = (list(column) for column in zip(*rows))
        return [
            equity.gini(values, people),
            equity.theil(values, people),
            equity.atkinson(values, people, 0.5),
            equity.kolm_pollak_ede(values, people, epsilon=1),
            equity.concentration_index(values, people, need),
        ]

    assert measures(data) == pytest.approx(measures(data[::-1]), abs=1e-9)


@settings(deadline=None)
@given(rows)
def test_the_gap_from_a_to_b_is_the_opposite_of_the_gap_from_b_to_a(data: list[tuple[float, float, int]]) -> None:
    values, people, groups = (list(column) for column in zip(*data))
    a, b = groups[0], groups[-1]
    there = equity.disparity(values, people, groups, a, b)
    back = equity.disparity(values, people, groups, b, a)
    assert there.difference == -back.difference


@settings(deadline=None)
@given(rows)
def test_kolm_pollak_is_below_the_mean_for_a_good_and_above_it_for_a_bad(
    data: list[tuple[float, float, int]],
) -> None:
    values, people, _ = (list(column) for column in zip(*data))
    mean = np.average(values, weights=people)
    assert equity.kolm_pollak_ede(values, people, epsilon=1) <= mean * (1 + 1e-9)
    assert equity.kolm_pollak_ede(values, people, epsilon=-1) >= mean * (1 - 1e-9)
