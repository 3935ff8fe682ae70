"""The margin of a number that is counted in places which an estimate chose."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from ecomap.analysis.statistics.ranks import fifths
from ecomap.analysis.statistics.selection import (
    fifths_of_draws,
    margin_of_selected_mean,
    margin_of_selected_sum,
    with_selection,
)


def test_fifths_of_draws_are_those_of_the_scores() -> None:
    generator = np.random.default_rng(3)
    scores = np.round(generator.random((40, 23)), 1)  # with ties
    scores[:, [4, 9]] = np.nan
    for row, found in zip(scores, fifths_of_draws(scores), strict=True):
        assert found.tolist() == fifths(pd.Series(row)).fillna(0).astype(int).tolist()


def test_no_scores_make_no_fifths() -> None:
    assert fifths_of_draws(np.full((3, 4), np.nan)).tolist() == [[0] * 4] * 3


def test_a_selection_that_never_changes_has_no_margin() -> None:
    chosen = np.tile([True, False, True], (50, 1))
    assert margin_of_selected_sum(chosen, np.array([5.0, 6.0, 7.0]), 12.0) == 0.0
    assert margin_of_selected_mean(chosen, np.array([5.0, 6.0, 7.0]), np.array([10.0, 10.0, 10.0]), 0.6) == pytest.approx(0.0, abs=1e-12)


def test_half_the_draws_choose_the_other_place() -> None:
    chosen = np.array([[True, False], [False, True]] * 10)
    assert margin_of_selected_sum(chosen, np.array([30.0, 10.0]), 20.0) == pytest.approx(1.645 * 10)
    assert margin_of_selected_mean(chosen, np.array([30.0, 10.0]), np.array([100.0, 50.0]), 0.3) == pytest.approx(1.645 * (0.1**2 / 2) ** 0.5)


def test_missing_counts_and_draws_with_nobody_say_nothing() -> None:
    chosen = np.array([[True, False], [False, True]])
    assert margin_of_selected_mean(chosen, np.array([30.0, np.nan]), np.array([100.0, np.nan]), 0.3) == 0.0
    assert margin_of_selected_mean(chosen, np.zeros(2), np.zeros(2), 0.0) == 0.0


def test_it_covers_what_a_simulation_of_surveys_finds() -> None:
    """Truths known, surveys simulated: the share in the highest fifth lies within its margin in about nine of ten."""
    generator, held, surveys = np.random.default_rng(1), 0, 200
    for _ in range(surveys):
        true, error, people, out = 0.3 * generator.standard_normal(300), 0.08, generator.uniform(50, 150, 300), generator.random(300)
        seen = true + error * generator.standard_normal(300)
        truth, chosen = (fifths_of_draws(scores[None])[0] == 5 for scores in (true, seen))
        drawn = fifths_of_draws(seen + error * generator.standard_normal((100, 300))) == 5
        value, said = ((people * out)[which].sum() / people[which].sum() for which in (truth, chosen))
        held += abs(said - value) <= margin_of_selected_mean(drawn, people * out, people, said)
    assert 0.85 <= held / surveys <= 0.95


def test_two_margins_make_one() -> None:
    assert with_selection(float("nan"), 4.0) == 4.0
    assert with_selection(0.0, 4.0) == 4.0
