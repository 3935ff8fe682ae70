"""Rows ordered by counting stand as a sort would put them, whatever the numbers are like."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ecomap.analysis.statistics import ranks
from ecomap.analysis.statistics import rising as of
from ecomap.analysis.statistics.rising import rising

dice = np.random.default_rng(5)
KINDS = {
    "spread evenly": lambda shape: dice.random(shape),
    "close to the middle": lambda shape: dice.normal(size=shape),
    "far to one side": lambda shape: dice.lognormal(0, 3, shape),
    "at both ends": lambda shape: np.clip(dice.normal(0.5, 1, shape), 0, 1),
    "two values": lambda shape: dice.choice([0.0, -1.0], shape),
    "all the same": lambda shape: np.full(shape, 7.25),
    "one far away": lambda shape: np.where(np.arange(shape[1]) == 3, 1e12, dice.random(shape)),
    "next to each other": lambda shape: 1.0 + np.spacing(1.0) * dice.integers(0, 400, shape),
    "as far apart as numbers go": lambda shape: dice.choice([-1.7e308, 1.7e308, 0.0, 1e-310], shape),
    "too small for a span": lambda shape: dice.integers(0, 9, shape) * 5e-324,
    "without end": lambda shape: np.where(dice.random(shape) < 0.01, np.inf, dice.random(shape)),
    "fewer than are counted": lambda shape: dice.random((shape[0], 50)),
}


@pytest.mark.parametrize("kind", KINDS)
def test_ordered_by_counting_or_sorted(kind: str) -> None:
    matrix = KINDS[kind]((5, 3_000))
    order = rising(matrix)
    assert (np.sort(order.ravel()) == np.arange(matrix.size)).all()
    assert (order // matrix.shape[1] == np.arange(len(matrix))[:, None]).all()
    assert (matrix.ravel()[order] == np.sort(matrix, axis=1)).all()
    expected = pd.DataFrame(matrix).rank(axis=1, method="min").to_numpy() - 1
    assert (ranks.lowest_ranks_along_rows(matrix) == expected).all()


@settings(max_examples=40, deadline=None)
@given(st.integers(0, 2**32), st.integers(1, 6), st.integers(1, 900), st.sampled_from([1, 40, 100_000]), st.floats(0, 400))
def test_ranks_are_the_plain_formulas_whatever_the_rows(seed: int, rows: int, width: int, values: int, bend: float) -> None:
    """From all equal to none equal, from even to bent towards one end: the number of smaller entries, counted one by one."""
    drawn = np.random.default_rng(seed).integers(0, values, (rows, width)) / values
    matrix = np.exp(bend * drawn) - 1
    counted = (matrix[:, None, :] < matrix[:, :, None]).sum(axis=2)
    assert (ranks.lowest_ranks_along_rows(matrix) == counted).all()


def test_neighbours_on_one_step_change_places_until_none_is_wrong(monkeypatch: pytest.MonkeyPatch) -> None:
    """With few steps many neighbours stand wrong after counting: rounds put them right, and what they do not is sorted."""
    matrix = dice.random((4, 2_000))
    monkeypatch.setattr(of, "_STEPS", 2**11)
    monkeypatch.setattr(of, "_WRONG", 1)
    assert (matrix.ravel()[rising(matrix)] == np.sort(matrix, axis=1)).all()
    monkeypatch.setattr(of, "_ROUNDS", 1)
    assert (matrix.ravel()[rising(matrix)] == np.sort(matrix, axis=1)).all()


def test_rows_are_left_as_they_were() -> None:
    matrix = dice.random((3, 1_000))
    before = matrix.copy()
    rising(matrix)
    assert (matrix == before).all()
