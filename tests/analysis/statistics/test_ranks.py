"""Ranks and their bands against published and hand-worked examples."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ecomap.analysis.statistics import ranks
from ecomap.model.errors import InputError, ParameterError

FIVE = [38.0, 35.0, 31.0, 24.0, 20.0]
ERRORS = [2.0, 3.0, 2.5, 3.0, 2.0]


def bands(frame: pd.DataFrame) -> list[tuple[int, int]]:
    return [(int(low), int(high)) for low, high in zip(frame["lower"], frame["upper"])]


def test_simultaneous_bands_of_the_worked_example() -> None:
    assert bands(ranks.rank_intervals(FIVE, ERRORS)) == [(1, 3), (1, 4), (1, 4), (2, 5), (4, 5)]


def test_marginal_bands_of_the_worked_example() -> None:
    # A against C stands on the edge: 2.186 apart, critical value 2.16-2.21 by the draws.
    assert bands(ranks.rank_intervals(FIVE, ERRORS, method="marginal")) == [(1, 2), (1, 3), (2, 4), (3, 5), (4, 5)]


def test_all_pairs_bands_of_the_worked_example() -> None:
    """Differences of five: critical value about 2.4 (Bonferroni 2.58), so A-C (2.19) and B-D (2.59) fall on either side."""
    assert bands(ranks.rank_intervals(FIVE, ERRORS, method="simultaneous_mrsw")) == [(1, 3), (1, 3), (1, 4), (3, 5), (4, 5)]


def test_who_could_be_among_the_highest_of_the_worked_example() -> None:
    best = ranks.rank_intervals(FIVE, ERRORS, method="simultaneous_mrsw")["lower"]
    assert ranks.could_be_within(best, 1).tolist() == [1, 1, 1, 0, 0]
    assert ranks.could_be_within(best, 3).tolist() == [1, 1, 1, 1, 0]
    lonely = ranks.rank_intervals([1.0, np.nan], [0.1, 0.1], method="simultaneous_mrsw")["lower"]
    assert ranks.could_be_within(lonely, 1).isna().tolist() == [False, True]


def test_drawn_ranks_of_the_worked_example() -> None:
    drawn = ranks.rank_draws(FIVE, ERRORS, draws=20_000, seed=42, k=2)
    assert drawn[["p05", "p50", "p95"]].to_numpy().tolist() == [[1, 1, 2], [1, 2, 3], [2, 3, 3], [4, 4, 5], [4, 5, 5]]
    assert drawn["p_top"].tolist() == pytest.approx([0.993, 0.849, 0.156, 0.002, 0.0], abs=5e-3)


def test_critical_values_of_the_worked_examples() -> None:
    """Joint regions of 5 and of 51 places (the constant of the Bureau's own test), beside Bonferroni's."""
    from scipy.special import ndtri

    for n, z in ((5, 2.3107), (51, 3.081)):
        for nearer, last in ((-1e-3, n), (1e-3, 1)):  # just not told apart from the others, and just told apart
            values = [2 * (z + nearer), *np.zeros(n - 1)]
            assert ranks.rank_intervals(values, np.ones(n)).loc[0, "upper"] == last
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
    ours = bands(ranks.rank_intervals(FIVE, ERRORS, method="marginal"))
    inner, outer = (naive, ours) if z < 2 else (ours, naive)
    assert all(a >= c and b <= d for (a, b), (c, d) in zip(inner, outer, strict=True))


def test_a_missing_estimate_takes_no_place() -> None:
    found = ranks.rank_intervals(pd.Series([3.0, np.nan, 1.0], index=list("abc")), [0.0, 0.0, 0.0])
    assert found.loc["b"].isna().all()
    assert found["upper"].dropna().tolist() == [1.0, 2.0]


@pytest.mark.parametrize("method", ["simultaneous", "simultaneous_mrsw", "marginal"])
def test_a_missing_error_means_it_could_be_anywhere(method: str) -> None:
    found = ranks.rank_intervals([30.0, 20.0, 10.0], [0.1, np.nan, 0.1], method=method)
    assert bands(found) == [(1, 2), (1, 3), (2, 3)]


def test_without_error_the_band_is_the_rank() -> None:
    assert bands(ranks.rank_intervals([5.0, 9.0, 5.0], [0.0, 0.0, 0.0])) == [(2, 3), (1, 1), (2, 3)]


def test_unknown_method_and_negative_error_are_refused() -> None:
    with pytest.raises(ParameterError):
        ranks.rank_intervals([1.0], [1.0], method="best")
    with pytest.raises(InputError):
        ranks.rank_intervals([1.0], [-1.0])


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
        found = ranks.rank_intervals(truth + generator.standard_normal(n) * error, error, method=method)
        held += bool(((found["lower"] <= last) & (best <= found["upper"])).all())
        named += bool((found["lower"][best <= 5] <= np.maximum(5, best[best <= 5])).all())
    assert held / 300 >= 0.88
    assert named / 300 >= 0.88


def test_all_pairs_bands_are_not_wider_than_the_joint_ones_for_equal_errors() -> None:
    values = np.random.default_rng(5).standard_normal(60) * 4
    narrow, wide = (ranks.rank_intervals(values, np.ones(60), method=m) for m in ("simultaneous_mrsw", "simultaneous"))
    assert ((narrow["upper"] - narrow["lower"]).mean()) < (wide["upper"] - wide["lower"]).mean()


@settings(max_examples=40, deadline=None)
@given(st.lists(st.tuples(st.floats(-100, 100), st.floats(0, 10)), min_size=1, max_size=12),
       st.sampled_from(["simultaneous", "simultaneous_mrsw", "marginal"]))
def test_bands_hold_the_rank_and_follow_their_rows(rows: list[tuple[float, float]], method: str) -> None:
    frame = pd.DataFrame(rows, columns=["x", "se"])
    found = ranks.rank_intervals(frame["x"], frame["se"], method=method)
    assert ((found["lower"] <= found["rank"]) & (found["rank"] <= found["upper"])).all()


@settings(max_examples=40, deadline=None)
@given(st.lists(st.tuples(st.floats(-100, 100), st.floats(0, 10)), min_size=1, max_size=12))
def test_simultaneous_bands_follow_their_rows(rows: list[tuple[float, float]]) -> None:
    frame = pd.DataFrame(rows, columns=["x", "se"])
    mixed = frame.sample(frac=1, random_state=1)
    again = ranks.rank_intervals(mixed["x"], mixed["se"])
    pd.testing.assert_frame_equal(again.sort_index(), ranks.rank_intervals(frame["x"], frame["se"]))


def test_same_seed_same_bytes() -> None:
    first, second = (ranks.rank_draws(FIVE, ERRORS, seed=3, k=2).to_numpy().tobytes() for _ in range(2))
    assert first == second


def test_fifths_hold_equally_many_areas_and_ties_stay_together() -> None:
    assert ranks.fifths(pd.Series(np.arange(10.0))).value_counts().to_dict() == dict.fromkeys((1.0, 2.0, 3.0, 4.0, 5.0), 2)
    assert ranks.fifths(pd.Series([1.0, 1.0, 1.0, 0.0, 0.0])).tolist() == [5, 5, 5, 2, 2]


@settings(max_examples=50, deadline=None)
@given(st.lists(st.lists(st.integers(0, 4), min_size=5, max_size=5), min_size=1, max_size=6))
def test_ranks_along_rows_are_minimum_ranks(rows: list[list[int]]) -> None:
    matrix = np.array(rows, dtype=float)
    assert ranks.lowest_ranks_along_rows(matrix).tolist() == (pd.DataFrame(matrix).rank(axis=1, method="min") - 1).values.tolist()
