"""Steadied rates by hand: 40 events among 210 people in three areas."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from shapely.geometry import box

from ecomap.analysis.ground.neighbours import from_pairs, touching
from ecomap.analysis.statistics.smoothing import empirical_bayes, spatial_empirical_bayes
from ecomap.model.errors import InputError

EVENTS, PEOPLE = [0.0, 10.0, 30.0], [10.0, 100.0, 100.0]


def test_global_by_hand() -> None:
    """m = 4/21; s² = (10 m² + 100 (.1 - m)² + 100 (.3 - m)²) / 210; A = s² - m / 70."""
    m = 40 / 210
    a = (10 * m**2 + 100 * (0.1 - m) ** 2 + 100 * (0.3 - m) ** 2) / 210 - m / 70
    weights = [a / (a + m / p) for p in PEOPLE]
    expected = [m + w * (e / p - m) for w, e, p in zip(weights, EVENTS, PEOPLE)]
    found = empirical_bayes(EVENTS, PEOPLE)
    assert found["smoothed"].tolist() == pytest.approx(expected)
    assert found["smoothed"].tolist() == pytest.approx([0.13115, 0.11637, 0.28017], abs=1e-5)
    assert found["weight"].tolist() == pytest.approx(weights)


def test_missing_stays_missing_and_takes_no_part() -> None:
    found = empirical_bayes([*EVENTS, np.nan, 5.0], [*PEOPLE, 50.0, 0.0])
    assert found["smoothed"].tolist()[:3] == pytest.approx(empirical_bayes(EVENTS, PEOPLE)["smoothed"].tolist())
    assert found.iloc[3:].isna().all().all()


def test_where_rates_differ_no_more_than_chance_all_are_the_mean() -> None:
    found = empirical_bayes([10.0, 11.0], [100.0, 100.0])
    assert found["weight"].tolist() == [0, 0]
    assert found["smoothed"].tolist() == pytest.approx([0.105, 0.105])


def test_spatial_draws_towards_the_area_and_its_neighbours() -> None:
    """The chain a-b-c-d; b's surroundings are a, b, c: the same three areas as in the global example."""
    chain = from_pairs([(0, 1), (1, 2), (2, 3)], 4)
    found = spatial_empirical_bayes([*EVENTS, 400.0], [*PEOPLE, 1000.0], chain)
    assert found["prior"][1] == pytest.approx(40 / 210)
    assert found["smoothed"][1] == pytest.approx(empirical_bayes(EVENTS, PEOPLE)["smoothed"][1])
    assert found["prior"][0] == pytest.approx(440 / 1210)  # one neighbour only: the rate of all


def test_a_neighbour_without_a_count_is_no_neighbour() -> None:
    star = from_pairs([(1, 0), (1, 2), (1, 3)], 4)
    found = spatial_empirical_bayes([*EVENTS, np.nan], [*PEOPLE, 1000.0], star)
    assert found["prior"][1] == pytest.approx(40 / 210)
    assert np.isnan(found["smoothed"][3])


def test_counts_below_zero_are_refused() -> None:
    with pytest.raises(InputError):
        empirical_bayes([-999.0], [10.0])


def test_people_are_joined_by_index() -> None:
    events = pd.Series(EVENTS, index=list("abc"))
    people = pd.Series(PEOPLE, index=list("abc"))[::-1]
    assert empirical_bayes(events, people)["rate"].tolist() == [0, 0.1, 0.3]


@settings(deadline=None)
@given(st.lists(st.tuples(st.integers(0, 50), st.integers(1, 500)), min_size=2, max_size=20))
def test_a_smoothed_rate_lies_between_its_own_and_what_it_is_drawn_to(rows: list[tuple[int, int]]) -> None:
    events, people = [min(e, p) for e, p in rows], [p for _, p in rows]
    squares = touching([box(n, 0, n + 1, 1) for n in range(len(rows))])
    for found in (empirical_bayes(events, people), spatial_empirical_bayes(events, people, squares)):
        low, high = found[["rate", "prior"]].min(axis=1), found[["rate", "prior"]].max(axis=1)
        assert ((found["smoothed"] >= low - 1e-12) & (found["smoothed"] <= high + 1e-12)).all()
