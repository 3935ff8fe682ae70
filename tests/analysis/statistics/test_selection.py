"""The margin of a number that is counted in places which an estimate chose."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from ecomap.analysis.statistics.rank_sets import Surveys
from ecomap.analysis.statistics.ranks import fifths
from ecomap.analysis.statistics.selection import (
    DrawnFifths,
    Selection,
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


def test_a_selection_that_is_known_has_no_margin() -> None:
    chosen = np.tile([True, False, True], (50, 1))
    assert margin_of_selected_sum(Selection(chosen, chosen), np.array([5.0, 6.0, 7.0])) == 0.0
    assert margin_of_selected_mean(Selection(chosen, chosen), np.array([5.0, 6.0, 7.0]), np.array([10.0, 10.0, 10.0])) == 0.0


def test_half_the_surveys_choose_the_other_place() -> None:
    chosen = Selection(np.array([[True, False], [True, False]] * 10), np.array([[True, False], [False, True]] * 10))
    assert margin_of_selected_sum(chosen, np.array([30.0, 10.0])) == pytest.approx(1.645 * (20**2 / 2) ** 0.5)
    assert margin_of_selected_mean(chosen, np.array([30.0, 10.0]), np.array([100.0, 50.0])) == pytest.approx(1.645 * (0.1**2 / 2) ** 0.5)


def test_missing_counts_and_draws_with_nobody_say_nothing() -> None:
    chosen = Selection(np.array([[True, False], [True, False]]), np.array([[True, False], [False, True]]))
    assert margin_of_selected_mean(chosen, np.array([30.0, np.nan]), np.array([100.0, np.nan])) == 0.0
    assert margin_of_selected_mean(chosen, np.zeros(2), np.zeros(2)) == 0.0


def test_some_of_the_places_alone() -> None:
    chosen = Selection(np.array([[True, False, True]]), np.array([[False, True, True]]))
    few = chosen.only(np.array([True, False, True]))
    assert few.truths.tolist() == [[True, True]]
    assert few.surveys.tolist() == [[False, True]]


def test_fifths_are_drawn_in_truths_and_in_surveys() -> None:
    found = DrawnFifths.of(Surveys(np.array([[1.0, 2, 3, 4, 5]]), np.array([[5.0, 2, 3, 4, 1]])))
    assert found.chosen(5).truths.tolist() == [[False, False, False, False, True]]
    assert found.chosen(5).surveys.tolist() == [[True, False, False, False, False]]


def test_two_margins_make_one() -> None:
    assert with_selection(float("nan"), 4.0) == 4.0
    assert with_selection(0.0, 4.0) == 4.0
