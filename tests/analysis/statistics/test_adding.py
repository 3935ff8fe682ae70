"""Estimates that add up: equal to the published formulas, whatever is added in whatever order."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ecomap.analysis.statistics.adding import beside, estimates, of_counts, of_means, of_rates, variation
from ecomap.analysis.statistics.error import moe_of_proportion, moe_of_ratio, moe_of_sum

_ALL = np.array([0, 0, 0, 0])


def together(parts: object, label: object = None) -> tuple[float, float]:
    size = len(parts)  # type: ignore[arg-type]
    added = parts.together(np.zeros(size, dtype=int) if label is None else label, 1)  # type: ignore[attr-defined]
    value, margin = estimates(added.sums, added.zeros, added.kinds)
    return float(value[0, 0]), float(margin[0, 0])


def test_the_handbooks_sum_and_its_rule_for_zeros() -> None:
    assert together(of_counts([10154024, 9712936], [3778, 3911])) == (19866960, pytest.approx(5437.757, abs=0.001))
    assert together(of_counts([50, 0, 0, 0], [30, 12, 12, 9])) == (50, pytest.approx(32.311, abs=0.001))


def test_the_handbooks_proportion() -> None:
    value, margin = together(of_rates([203119], [5070], [630498], [831]))
    assert value == pytest.approx(0.32216, abs=1e-5)
    assert margin == pytest.approx(0.00803, abs=1e-5)


def test_a_mean_by_people_worked_by_hand() -> None:
    # 0.1 of 100 and 0.3 of 300: (10 + 90) / 400 = .25; (100*.02)^2 + (300*.04)^2 = 148; (.15*10)^2 + (.05*20)^2 = 3.25
    value, margin = together(of_means([0.1, 0.3], [0.02, 0.04], [100, 300], [10, 20]))
    assert value == pytest.approx(0.25)
    assert margin == pytest.approx(np.sqrt(148 + 3.25) / 400)


def test_one_area_alone_keeps_its_published_margin() -> None:
    value, margin = together(of_means([0.161], [0.064], [4314], [498]))
    assert (value, margin) == (pytest.approx(0.161, rel=1e-12), pytest.approx(0.064, rel=1e-9))


def test_a_missing_estimate_is_left_out_and_a_missing_margin_makes_the_sum_unsure() -> None:
    assert together(of_counts([40, np.nan], [5, np.nan])) == (40, pytest.approx(5))
    value, margin = together(of_counts([40, 10], [5, np.nan]))
    assert value == 50
    assert np.isnan(margin)
    nobody = of_counts([np.nan], [np.nan])
    assert np.isnan(variation(nobody.sums, nobody.zeros, nobody.kinds)).all()


counts = st.lists(st.tuples(st.integers(0, 500), st.integers(0, 60), st.integers(1, 900), st.integers(0, 60)), min_size=1, max_size=9)


@settings(deadline=None)
@given(counts)
def test_any_set_of_areas_comes_to_what_the_formulas_say(rows: list[tuple[int, int, int, int]]) -> None:
    x, mx, more, my = (np.array(column, dtype=float) for column in zip(*rows, strict=True))
    y = x + more
    value, margin = together(of_rates(x, mx, y, my))
    assert value == pytest.approx(x.sum() / y.sum())
    assert margin == pytest.approx(moe_of_proportion(x.sum(), moe_of_sum(x, mx), y.sum(), moe_of_sum(y, my)), rel=1e-6, abs=1e-12)
    value, margin = together(of_rates(x, mx, y, my, part_of_it=False))
    assert margin == pytest.approx(moe_of_ratio(x.sum(), moe_of_sum(x, mx), y.sum(), moe_of_sum(y, my)), rel=1e-9, abs=1e-12)


@settings(deadline=None)
@given(counts, st.integers(0, 1000))
def test_adding_in_two_steps_is_adding_in_one(rows: list[tuple[int, int, int, int]], seed: int) -> None:
    x, mx, w, mw = (np.array(column, dtype=float) for column in zip(*rows, strict=True))
    parts = beside([of_counts(x, mx), of_means(x / 900, mx / 900, w, mw)])
    label = np.random.default_rng(seed).integers(0, 3, len(x))
    once = parts.together(np.zeros(len(x), dtype=int), 1)
    twice = parts.together(label, 3).together(np.zeros(3, dtype=int), 1)
    for one, two in zip(estimates(once.sums, once.zeros, once.kinds), estimates(twice.sums, twice.zeros, twice.kinds), strict=True):
        np.testing.assert_allclose(one, two, rtol=1e-6, atol=1e-12)
