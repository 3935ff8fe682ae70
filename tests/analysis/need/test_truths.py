"""Truths that could be behind a survey: how errors go together, what replicates say, and that a place's numbers are its own."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from scipy.special import ndtri

from ecomap.analysis.need.recipe import Recipe
from ecomap.analysis.need.truths import need_surveys, replicates_of
from ecomap.model.indicator import Indicator, Source
from ecomap.model.said import say

PLACES = 200


def frame(margin: float = 0.1) -> pd.DataFrame:
    random = np.random.default_rng(4)
    base = random.standard_normal((PLACES, 1))
    values = 0.5 + 0.2 * (0.7 * base + 0.7 * random.standard_normal((PLACES, 3)))
    return pd.DataFrame(values, columns=list("abc")).assign(id=[f"p{n}" for n in range(PLACES)], a_moe=margin, b_moe=margin, c_moe=margin)


@pytest.mark.parametrize(("correlation", "wanted"), [(0.0, 1 / 3), (0.2, (1 + 2 * 0.2) / 3), (0.9, (1 + 2 * 0.9) / 3)])
def test_the_error_of_a_mean_grows_with_the_correlation(correlation: float, wanted: float) -> None:
    """Mean of three: variance = s2 (1 + 2 r) / 3."""
    single = (0.1 / 1.645) ** 2
    made = need_surveys(frame(), Recipe(list("abc"), "none"), draws=2000, correlation=correlation)
    assert (made.surveys - made.truths).var() == pytest.approx(single * wanted, rel=0.02)


def test_truths_vary_as_much_as_places_truly_do_and_surveys_as_much_as_estimates() -> None:
    """An error as large as the differences: the estimates vary too much, and the truths behind them less, by just that error."""
    random = np.random.default_rng(2)
    truth = random.standard_normal(2000)
    seen = pd.DataFrame({"a": truth + random.standard_normal(2000), "a_moe": 1.645})
    made = need_surveys(seen, Recipe(["a"], "none"), draws=50)
    assert made.truths.var() == pytest.approx(1.0, abs=0.15)
    assert made.surveys.var() == pytest.approx(2.0, abs=0.2)


def test_a_measured_place_stays_where_it_was_measured() -> None:
    made = need_surveys(frame(1e-6), Recipe(list("abc"), "none"), draws=20)
    scores = frame()[list("abc")].mean(axis=1).to_numpy()
    assert np.abs(made.truths - scores).max() < 1e-4
    plain = need_surveys(frame().drop(columns=["a_moe", "b_moe", "c_moe"]), Recipe(list("abc"), "none"), draws=5)
    assert plain.truths == pytest.approx(np.tile(scores, (5, 1)))


@pytest.mark.parametrize("scaling", ["percentile", "min_max", "z_score"])
def test_neither_the_order_of_rows_nor_more_draws_change_what_a_place_gets(scaling: str) -> None:
    given = frame()
    mixed = given.sample(frac=1, random_state=3)
    at = mixed.index.to_numpy()
    for one, other in ((need_surveys(given, Recipe(list("abc"), scaling), draws=8), need_surveys(mixed, Recipe(list("abc"), scaling), draws=8)),):
        np.testing.assert_allclose(one.surveys[:, at], other.surveys, atol=1e-9)
        np.testing.assert_allclose(one.truths[:, at], other.truths, atol=1e-9)
    np.testing.assert_allclose(need_surveys(given, Recipe(list("abc"), scaling), draws=3).surveys,
                               need_surveys(given, Recipe(list("abc"), scaling), draws=8).surveys[:3])


def test_missing_values_stay_missing_and_do_not_stop_the_others() -> None:
    given = frame()
    given.loc[3, ["a", "b"]] = np.nan
    given.loc[5, "a"] = np.nan
    made = need_surveys(given, Recipe(list("abc"), minimum_present=0.5), draws=5)
    assert np.isnan(made.surveys[:, 3]).all()
    assert np.isfinite(np.delete(made.surveys, 3, axis=1)).all()


def test_replicates_of_the_survey_take_the_place_of_margins_and_of_the_correlation() -> None:
    """80 replicates of a and b that all lie 3 off and move against each other: standard error 6 each, and their mean is certain."""
    given = pd.DataFrame({"a": np.linspace(0, 900, 60), "b": np.linspace(0, 900, 60), "a_moe": 1.0, "b_moe": 1.0})
    away = {f"{column}_rep{number}": given[column] + sign * (3 if number % 2 else -3)
            for column, sign in (("a", 1), ("b", -1)) for number in range(1, 81)}
    full = pd.concat([given, pd.DataFrame(away)], axis=1)
    assert replicates_of(given, "a") is None
    assert np.asarray(replicates_of(full, "a")).shape == (60, 80)
    alone = need_surveys(full, Recipe(["a"], "none"), draws=1000)
    assert (alone.surveys - alone.truths).std() == pytest.approx(6.0, rel=0.03)
    both = need_surveys(full, Recipe(["a", "b"], "none"), draws=200, correlation=0.9)
    assert np.abs(both.surveys - both.truths).max() < 1e-3


@pytest.mark.parametrize(("margin", "weights", "wanted"), [(0.99, {}, False), (1.01, {}, True), (1.35, {"b": 3.0}, True), (1.35, {"b": 1.0}, False)])
def test_margins_say_nothing_where_the_weighted_mean_error_is_larger_than_the_differences(
    margin: float, weights: dict[str, float], wanted: bool
) -> None:
    """Standard errors of `margin` standard deviations: in both columns, or in one (half or three quarters of the squares)."""
    given = frame(0.0)[["id", "a", "b", "a_moe", "b_moe"]]
    for column in "ab" if not weights else "b":
        given.loc[7, f"{column}_moe"] = margin * 1.645 * given[column].std(ddof=0)
    made = need_surveys(given, Recipe(list("ab"), weights=weights), draws=3)
    assert made.untold is not None
    assert made.untold[7] == wanted
    assert made.untold.sum() == wanted


def test_an_indicator_that_is_missing_or_the_same_everywhere_makes_nobody_unsure() -> None:
    given = frame().assign(a=1.0)
    given.loc[3, "b"] = np.nan
    made = need_surveys(given, Recipe(list("abc"), minimum_present=0.5), draws=3)
    assert made.untold is not None
    assert not made.untold.any()


@pytest.mark.parametrize(("unit", "least", "most"), [("share", 0.0, 1.0), ("count", 0.0, np.inf)])
def test_only_what_can_be_is_drawn(unit: str, least: float, most: float) -> None:
    given = pd.DataFrame({"a": np.linspace(0, 1, 50), "a_moe": 0.3})
    made = need_surveys(given, Recipe([Indicator("a", say("A"), unit, 1, Source(say("x")), moe_column="a_moe")], "none"), draws=100)
    for drawn in (made.truths, made.surveys):
        assert drawn.min() == least
        assert drawn.max() == 1.0 if most == 1.0 else drawn.max() > 1.0
    below = given.assign(a=given["a"] - 0.5)
    assert need_surveys(below, Recipe([Indicator("a", say("A"), "count", 1, Source(say("x")), moe_column="a_moe")], "none"), draws=100).surveys.min() < -0.55
    assert need_surveys(given, Recipe(["a"], "none"), draws=100).surveys.min() < -0.1  # of a bare column nothing is known


def test_an_area_without_any_value_moves_nobody() -> None:
    given = frame()
    empty = given.iloc[:1].assign(id="empty", a=np.nan, b=np.nan, c=np.nan)
    alone = need_surveys(given, Recipe(list("abc")), draws=20)
    beside = need_surveys(pd.concat([empty, given], ignore_index=True), Recipe(list("abc")), draws=20)
    assert np.array_equal(beside.truths[:, 1:], alone.truths)
    assert np.array_equal(beside.surveys[:, 1:], alone.surveys)


def test_a_place_unlike_all_others_is_drawn_towards_them_at_most_twice_as_far_as_usual() -> None:
    """Estimates with variance 1.25 and one at 20, which makes it 2.25; 0.25 of that is error. A ninth of the way would be likely, so 2.2
    for the one; usual is 0.25 / 1.5 = 0.17. All others move by a ninth, as ever."""
    values = 1.118 * ndtri((np.arange(400) + 0.5) / 400)
    given = pd.DataFrame({"a": [*values, 20.0], "a_moe": 0.5 * 1.645})
    middle = need_surveys(given, Recipe(["a"], "none"), draws=4000).truths.mean(axis=0)
    assert middle[400] == pytest.approx(20.0 - 2 * 0.167, abs=0.03)
    assert middle[20:380] == pytest.approx(values[20:380] * 8 / 9, abs=0.08)


@pytest.mark.parametrize(("scaling", "still"), [("min_max", True), ("z_score", False)])
def test_what_a_badly_measured_place_could_show_does_not_stretch_the_scale_of_min_max(scaling: str, still: bool) -> None:
    """A tract of a few residents, in the middle of all with a margin of 20 times their range: the others' drawn scores are those without it."""
    given = pd.DataFrame({"a": [*np.linspace(0, 1, 99), 0.5], "a_moe": 0.01})
    wild = given.assign(a_moe=[0.01] * 99 + [20.0])
    one, other = (need_surveys(rows, Recipe(["a"], scaling), draws=50) for rows in (given, wild))
    assert np.allclose(one.surveys[:, :99], other.surveys[:, :99], atol=0.02) == still
    assert one.truths[:, :99] == pytest.approx(other.truths[:, :99], abs=0.05)


def test_where_a_badly_measured_place_did_stretch_the_scale_the_drawn_surveys_are_stretched_as_well() -> None:
    given = pd.DataFrame({"a": [*np.linspace(0, 1, 99), 4.0], "a_moe": [0.01] * 99 + [20.0]})
    made = need_surveys(given, Recipe(["a"], "min_max"), draws=50)
    assert made.surveys[:, 98] == pytest.approx(0.25, abs=0.01)
    assert made.truths[:, 98] == pytest.approx(1.0, abs=0.02)
    assert ((made.surveys >= 0) & (made.surveys <= 1)).all()
