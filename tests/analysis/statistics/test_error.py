"""Margins of error against the Census Bureau's worked examples, and ranks against published and hand-worked ones."""

from __future__ import annotations

import math

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ecomap.analysis.statistics import error as u
from ecomap.model.errors import InputError, ParameterError

FIVE = [38.0, 35.0, 31.0, 24.0, 20.0]
ERRORS = [2.0, 3.0, 2.5, 3.0, 2.0]


def bands(frame: pd.DataFrame) -> list[tuple[int, int]]:
    return [(int(low), int(high)) for low, high in zip(frame["lower"], frame["upper"])]


def test_margin_of_a_sum_as_the_census_bureau_works_it() -> None:
    assert u.moe_of_sum([10_154_024, 9_712_936], [3_778, 3_911]) == pytest.approx(5_437.757, abs=5e-4)


def test_zero_estimates_count_their_largest_margin_once() -> None:
    assert u.moe_of_sum([50, 0, 0, 0], [30, 12, 12, 9]) == pytest.approx(32.311, abs=5e-4)


def test_a_component_without_margin_or_estimate_makes_the_margin_unknown() -> None:
    assert math.isnan(u.moe_of_sum([5, 6], [1, np.nan]))
    assert math.isnan(u.moe_of_sum([5, np.nan], [1, 2]))


def test_margin_of_a_weighted_sum() -> None:
    assert u.moe_of_weighted_sum([1, 0.4, 0.25], [80, 120, 60]) == pytest.approx(94.49, abs=5e-3)


def test_margin_of_a_proportion() -> None:
    assert u.moe_of_proportion(203_119, 5_070, 630_498, 831) == pytest.approx(0.00803, abs=5e-6)


def test_a_negative_root_falls_back_to_the_ratio_formula() -> None:
    assert u.moe_of_proportion(950, 60, 1000, 100) == pytest.approx(0.11236, abs=5e-6)
    assert u.moe_of_proportion(950, 60, 1000, 100) == u.moe_of_ratio(950, 60, 1000, 100)


def test_a_root_of_exactly_zero_is_a_margin_of_zero() -> None:
    assert u.moe_of_proportion(50, 5, 100, 10) == 0.0


def test_a_share_of_all_takes_the_margin_of_the_part() -> None:
    assert u.moe_of_proportion(200, 30, 200, 40) == pytest.approx(30 / 200)


def test_a_share_of_nobody_has_no_margin() -> None:
    assert math.isnan(u.moe_of_proportion(0, 12, 0, 12))


def test_margin_of_a_ratio() -> None:
    assert u.moe_of_ratio(226_840, 5_556, 203_119, 5_070) == pytest.approx(0.03905, abs=5e-6)


def test_percent_change_is_a_hundred_times_a_ratio() -> None:
    assert 100 * u.moe_of_ratio(139_301, 4_047, 135_173, 3_860) == pytest.approx(4.1981, abs=5e-5)


def test_margin_of_a_product() -> None:
    assert u.moe_of_product(74_506_512, 228_238, 0.824, 0.001) == pytest.approx(202_289, abs=0.5)


def test_formulas_keep_the_index_of_a_series() -> None:
    areas = pd.Series([10.0, 20.0, np.nan], index=["a", "b", "c"])
    moe = u.moe_of_proportion(areas, 2.0, 40.0, 3.0)
    assert list(moe.index) == ["a", "b", "c"]
    assert moe.isna().tolist() == [False, False, True]


def test_reliability_of_the_worked_proportion_is_medium() -> None:
    moe = u.moe_of_proportion(420, 130, 1500, 210)
    assert moe == pytest.approx(0.07729, abs=5e-6)
    assert u.coefficient_of_variation(0.28, moe) == pytest.approx(0.168, abs=5e-4)
    assert u.reliability(0.28, moe) == "medium"


def test_reliability_without_a_margin_is_unknown_and_of_zero_is_low() -> None:
    classes = u.reliability(pd.Series([100.0, 0.0, np.nan, 100.0]), pd.Series([1.0, 12.0, 5.0, np.nan]))
    assert classes.tolist() == ["high", "low", "unknown", "unknown"]


def test_reliability_limits_must_be_in_order() -> None:
    with pytest.raises(ParameterError):
        u.reliability(1.0, 1.0, thresholds=(0.4, 0.1))


def test_simultaneous_bands_of_the_worked_example() -> None:
    assert bands(u.rank_intervals(FIVE, ERRORS)) == [(1, 3), (1, 4), (1, 4), (2, 5), (4, 5)]


def test_marginal_bands_of_the_worked_example() -> None:
    # A against C stands on the edge: 2.186 apart, critical value 2.16-2.21 by the draws.
    assert bands(u.rank_intervals(FIVE, ERRORS, method="marginal")) == [(1, 2), (1, 3), (2, 4), (3, 5), (4, 5)]


def test_all_pairs_bands_of_the_worked_example() -> None:
    """Differences of five: critical value about 2.4 (Bonferroni 2.58), so A-C (2.19) and B-D (2.59) fall on either side."""
    assert bands(u.rank_intervals(FIVE, ERRORS, method="simultaneous_mrsw")) == [(1, 3), (1, 3), (1, 4), (3, 5), (4, 5)]


def test_who_could_be_among_the_highest_of_the_worked_example() -> None:
    assert u.could_be_in_top(FIVE, ERRORS, 1).tolist() == [1, 1, 1, 0, 0]
    assert u.could_be_in_top(FIVE, ERRORS, 3).tolist() == [1, 1, 1, 1, 0]
    assert u.could_be_in_top([1.0, np.nan], [0.1, 0.1], 1).isna().tolist() == [False, True]
    with pytest.raises(ParameterError):
        u.could_be_in_top(FIVE, ERRORS, 0)


def test_drawn_ranks_of_the_worked_example() -> None:
    drawn = u.rank_draws(FIVE, ERRORS, draws=20_000, seed=42, k=2)
    assert drawn[["p05", "p50", "p95"]].to_numpy().tolist() == [[1, 1, 2], [1, 2, 3], [2, 3, 3], [4, 4, 5], [4, 5, 5]]
    assert drawn["p_top"].tolist() == pytest.approx([0.993, 0.849, 0.156, 0.002, 0.0], abs=5e-3)


def test_critical_values_of_the_worked_examples() -> None:
    """Joint regions of 5 and of 51 places (the constant of the Bureau's own test), beside Bonferroni's."""
    from scipy.special import ndtri

    for n, z in ((5, 2.3107), (51, 3.081)):
        for nearer, last in ((-1e-3, n), (1e-3, 1)):  # just not told apart from the others, and just told apart
            values = [2 * (z + nearer), *np.zeros(n - 1)]
            assert u.rank_intervals(values, np.ones(n)).loc[0, "upper"] == last
    assert ndtri(1 - 0.05 / 51) == pytest.approx(3.096, abs=1e-3)
    assert ndtri(1 - 0.05 / 10) == pytest.approx(2.5758, abs=1e-4)


@pytest.mark.parametrize(("z", "wanted"), [
    (1.645, [(1, 2), (1, 3), (2, 3), (4, 5), (4, 5)]), (2.5758, [(1, 3), (1, 3), (1, 4), (3, 5), (4, 5)]),
], ids=["unadjusted pairs", "Bonferroni"])
def test_our_bands_on_its_own_lie_between_unadjusted_pairs_and_bonferroni(z: float, wanted: list[tuple[int, int]]) -> None:
    values, errors = np.array(FIVE), np.array(ERRORS)
    apart = (values[None, :] - values[:, None]) / np.hypot(errors[None, :], errors[:, None])
    naive = [(1 + int((row > z).sum()), 5 - int((row < -z).sum())) for row in apart]
    assert naive == wanted
    ours = bands(u.rank_intervals(FIVE, ERRORS, method="marginal"))
    inner, outer = (naive, ours) if z < 2 else (ours, naive)
    assert all(a >= c and b <= d for (a, b), (c, d) in zip(inner, outer, strict=True))


def test_replicates_that_all_differ_by_three_give_a_standard_error_of_six() -> None:
    assert u.standard_error_of_replicates(50.0, [53.0, 47.0] * 40) == 6.0
    two = u.standard_error_of_replicates(pd.Series([50.0, 10.0], index=list("ab")), np.array([[53.0] * 80, [10.0] * 80]))
    assert two.to_dict() == {"a": 6.0, "b": 0.0}
    with pytest.raises(InputError):
        u.standard_error_of_replicates(50.0, [])


def test_replicates_added_up_first_know_how_areas_hang_together() -> None:
    """Two areas whose errors cancel: 3 up here is 3 down there, so their sum is certain."""
    here, there = np.array([53.0, 47.0] * 40), np.array([17.0, 23.0] * 40)
    assert u.standard_error_of_replicates(70.0, here + there) == 0.0


def test_a_missing_estimate_takes_no_place() -> None:
    found = u.rank_intervals(pd.Series([3.0, np.nan, 1.0], index=list("abc")), [0.0, 0.0, 0.0])
    assert found.loc["b"].isna().all()
    assert found["upper"].dropna().tolist() == [1.0, 2.0]


@pytest.mark.parametrize("method", ["simultaneous", "simultaneous_mrsw", "marginal"])
def test_a_missing_error_means_it_could_be_anywhere(method: str) -> None:
    found = u.rank_intervals([30.0, 20.0, 10.0], [0.1, np.nan, 0.1], method=method)
    assert bands(found) == [(1, 2), (1, 3), (2, 3)]


def test_without_error_the_band_is_the_rank() -> None:
    assert bands(u.rank_intervals([5.0, 9.0, 5.0], [0.0, 0.0, 0.0])) == [(2, 3), (1, 1), (2, 3)]


def test_unknown_method_and_negative_error_are_refused() -> None:
    with pytest.raises(ParameterError):
        u.rank_intervals([1.0], [1.0], method="best")
    with pytest.raises(InputError):
        u.rank_intervals([1.0], [-1.0])


@pytest.mark.parametrize("method", ["simultaneous", "simultaneous_mrsw"])
@pytest.mark.parametrize(("truth", "seed"), [(np.linspace(0, 20, 20), 7), (np.zeros(15), 8), (np.repeat([0.0, 4.0, 9.0], 6), 9)],
                         ids=["spread", "all the same", "three groups"])
def test_joint_bands_cover_all_true_ranks_at_once(truth: np.ndarray, seed: int, method: str) -> None:
    """At 90 % the true ranks (any of the tied places where places are truly level) lie in all bands at least 88 times of 100;
    then everybody truly among the k highest is among those who could be."""
    generator = np.random.default_rng(seed)
    n, error = len(truth), generator.uniform(0.5, 2.0, len(truth))
    best = 1 + (truth[None, :] > truth[:, None]).sum(axis=1)
    last = n - (truth[None, :] < truth[:, None]).sum(axis=1)
    held = named = 0
    for _ in range(300):
        found = u.rank_intervals(truth + generator.standard_normal(n) * error, error, method=method)
        held += bool(((found["lower"] <= last) & (best <= found["upper"])).all())
        named += bool((found["lower"][best <= 5] <= np.maximum(5, best[best <= 5])).all())
    assert held / 300 >= 0.88
    assert named / 300 >= 0.88


def test_all_pairs_bands_are_not_wider_than_the_joint_ones_for_equal_errors() -> None:
    values = np.random.default_rng(5).standard_normal(60) * 4
    narrow, wide = (u.rank_intervals(values, np.ones(60), method=m) for m in ("simultaneous_mrsw", "simultaneous"))
    assert ((narrow["upper"] - narrow["lower"]).mean()) < (wide["upper"] - wide["lower"]).mean()


@settings(max_examples=40, deadline=None)
@given(st.lists(st.tuples(st.floats(-100, 100), st.floats(0, 10)), min_size=1, max_size=12),
       st.sampled_from(["simultaneous", "simultaneous_mrsw", "marginal"]))
def test_bands_hold_the_rank_and_follow_their_rows(rows: list[tuple[float, float]], method: str) -> None:
    frame = pd.DataFrame(rows, columns=["x", "se"])
    found = u.rank_intervals(frame["x"], frame["se"], method=method)
    assert ((found["lower"] <= found["rank"]) & (found["rank"] <= found["upper"])).all()


@settings(max_examples=40, deadline=None)
@given(st.lists(st.tuples(st.floats(-100, 100), st.floats(0, 10)), min_size=1, max_size=12))
def test_simultaneous_bands_follow_their_rows(rows: list[tuple[float, float]]) -> None:
    frame = pd.DataFrame(rows, columns=["x", "se"])
    mixed = frame.sample(frac=1, random_state=1)
    again = u.rank_intervals(mixed["x"], mixed["se"])
    pd.testing.assert_frame_equal(again.sort_index(), u.rank_intervals(frame["x"], frame["se"]))


def test_same_seed_same_bytes() -> None:
    first, second = (u.rank_draws(FIVE, ERRORS, seed=3, k=2).to_numpy().tobytes() for _ in range(2))
    assert first == second
