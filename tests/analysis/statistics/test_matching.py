"""Nearest neighbours within a caliper, and how alike two sides are."""

from __future__ import annotations

import numpy as np
import pytest

from ecomap.analysis.statistics.matching import imbalance, neighbour_weights, spread_of


def test_the_nearest_of_the_same_kind_within_the_caliper() -> None:
    traits = np.array([[0.0], [0.1], [0.2], [0.05], [3.0], [np.nan]])
    began = np.array([True, False, False, False, False, False])
    kind = np.array(["a", "a", "a", "b", "a", "a"])
    found = neighbour_weights(traits, kind, began, ~began, neighbours=2, caliper=0.5).toarray()
    assert found[0].tolist() == [0, 0.5, 0.5, 0, 0, 0]  # the nearest of all is of another kind; one has no number
    assert not found[1:].any()


@pytest.mark.parametrize(("caliper", "matched"), [(0.1999, False), (0.2001, True)])
def test_either_side_of_the_caliper(caliper: float, matched: bool) -> None:
    traits = np.array([[-1.0], [1.0], [-1.0 + 0.2]])  # spread of the first two is 1
    traits = np.vstack([traits, [[1.0 - 0.2]]])
    spread = traits.std()
    began = np.array([True, False, False, False])
    found = neighbour_weights(traits, np.zeros(4), began, ~began, neighbours=1, caliper=caliper / spread)
    assert bool(found.sum()) is matched


def test_one_unit_may_serve_several() -> None:
    traits = np.array([[0.0], [0.01], [0.0], [9.0]])
    began = np.array([True, True, False, False])
    found = neighbour_weights(traits, np.zeros(4), began, ~began, neighbours=1).toarray()
    assert found[:, 2].tolist() == [1.0, 1.0, 0.0, 0.0]


def test_sides_are_apart_in_standard_deviations_before_matching() -> None:
    values = np.array([2.0, 4.0, 1.0, 3.0])
    mine, theirs = np.array([1.0, 1, 0, 0]), np.array([0.0, 0, 1, 1])
    spread = spread_of(values, mine > 0, theirs > 0)
    assert spread == pytest.approx(np.sqrt(2))
    assert imbalance(values, mine, theirs, spread) == (3.0, 2.0, pytest.approx(1 / np.sqrt(2)))


def test_nothing_to_compare_is_no_number() -> None:
    one, two, apart = imbalance(np.array([1.0, 2.0]), np.zeros(2), np.ones(2), 1.0)
    assert np.isnan(one)
    assert two == 1.5
    assert np.isnan(apart)
