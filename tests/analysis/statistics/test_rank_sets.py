"""Confidence sets for true ranks: hand-worked sets, what they hold in simulated surveys, and what must never change them."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ecomap.analysis.statistics import rank_sets
from ecomap.analysis.statistics.draws import keyed_normals
from ecomap.analysis.statistics.rank_sets import Surveys
from ecomap.analysis.statistics.ranks import rank_intervals
from tests.analysis.surveys import around

FIVE, ERRORS = np.array([38.0, 35.0, 31.0, 24.0, 20.0]), np.array([2.0, 3.0, 2.5, 3.0, 2.0])


def five(draws: int = 4000) -> Surveys:
    """Surveys of the worked example: normal errors of known size around truths that stay."""
    return Surveys(np.broadcast_to(FIVE, (draws, 5)), FIVE + ERRORS * keyed_normals(list("ABCDE"), draws, seed=0))


def ends(sets: pd.DataFrame, band: str) -> list[tuple[int, int]]:
    return [(int(low), int(high)) for low, high in zip(sets[f"{band}_low"], sets[f"{band}_high"], strict=True)]


def test_sets_of_the_worked_example_lie_between_unadjusted_pairs_and_the_published_ones() -> None:
    """One pair at 90 %, one-sided: z = 1.28. A-B: 3 / 3.61 = 0.83 apart, not told apart; B-C: 4 / 3.91 = 1.02, not; A-C: 7 / 3.20 =
    2.19, told; C-D: 7 / 3.91 = 1.79, told; D-E: 4 / 3.61 = 1.11, not."""
    found = rank_sets.rank_sets(pd.Series(FIVE), five())
    assert ends(found, "own") == [(1, 2), (1, 3), (2, 3), (4, 5), (4, 5)]


def test_few_places_at_once_are_told_apart_as_by_the_textbook() -> None:
    """The largest of all ten pairs at 90 % (2.4, Bonferroni 2.58): the single step of the published all-pairs sets."""
    found = rank_sets.rank_sets(pd.Series(FIVE), five())
    published = rank_intervals(FIVE, ERRORS, method="simultaneous_mrsw")
    assert ends(found, "all") == [(int(low), int(high)) for low, high in zip(published["lower"], published["upper"], strict=True)]


def test_errors_shared_by_two_places_tell_nothing_about_their_order() -> None:
    """Two places that err together are told apart however large the error; two that err apart are not."""
    scores, wrong = pd.Series([1.0, 0.0]), keyed_normals(["x", "y"], 400, seed=0)
    together, apart = wrong[:, [0, 0]] + 0.01 * wrong, wrong
    assert ends(rank_sets.rank_sets(scores, around(scores, scores.to_numpy() + together)), "own") == [(1, 1), (2, 2)]
    assert ends(rank_sets.rank_sets(scores, around(scores, scores.to_numpy() + apart)), "own") == [(1, 2), (1, 2)]


def test_equal_scores_without_errors_share_their_ranks() -> None:
    scores = pd.Series([5.0, 9.0, 5.0])
    for band in ("own", "all"):
        assert ends(rank_sets.rank_sets(scores, around(scores, np.tile(scores, (10, 1)))), band) == [(2, 3), (1, 1), (2, 3)]


def test_a_place_without_a_score_has_no_band_and_takes_no_place() -> None:
    scores = pd.Series([3.0, np.nan, 1.0], index=list("abc"))
    found = rank_sets.rank_sets(scores, around(scores, np.array([[3.1, np.nan, 0.9], [2.9, np.nan, 1.1]])))
    assert found.loc["b"].isna().all()
    assert found["all_high"].dropna().tolist() == [1, 2]
    assert rank_sets.rank_sets(scores, around(scores, np.zeros((0, 3)))).isna().all().all()


@settings(max_examples=25, deadline=None)
@given(st.integers(2, 60), st.integers(0, 10_000), st.floats(0.01, 3.0))
def test_bands_hold_the_rank_and_follow_their_rows(places: int, seed: int, error: float) -> None:
    random = np.random.default_rng(seed)
    names = [f"p{n}" for n in range(places)]
    scores = pd.Series(np.round(random.standard_normal(places), 1), index=names)
    mixed = list(random.permutation(names))

    def asked(order: list[str]) -> pd.DataFrame:
        some = scores[order]
        return rank_sets.rank_sets(some, around(some, some.to_numpy() + error * keyed_normals(order, 60, seed=1)))

    found = asked(names)
    rank = scores.rank(ascending=False, method="min")
    for band in ("own", "all"):
        assert ((found[f"{band}_low"] <= rank) & (rank <= found[f"{band}_high"])).all()
    assert (found["all_low"] <= found["own_low"]).all()
    assert (found["all_high"] >= found["own_high"]).all()
    pd.testing.assert_frame_equal(asked(mixed).loc[names], found)


@pytest.mark.parametrize(("error", "seed"), [(0.15, 1), (0.4, 2), (1.0, 3)], ids=["small", "middling", "as large as the differences"])
def test_what_is_said_holds_in_surveys_of_a_known_truth(error: float, seed: int) -> None:
    """80 places, errors of one to three sizes: an own band holds 88 to 97 of 100 true ranks, all bands at once 85 of 100 surveys."""
    random = np.random.default_rng(seed)
    truth, each = random.standard_normal(80), error * random.uniform(0.5, 1.5, 80)
    best = 1 + (truth[None, :] > truth[:, None]).sum(axis=1)
    own, joint = [], []
    for _ in range(60):
        seen = truth + each * random.standard_normal(80)
        part = max(seen.var() - (each**2).mean(), 0.01)
        shrunk = part / (part + each**2)
        likely = seen.mean() + shrunk * (seen - seen.mean()) + np.sqrt(shrunk) * each * random.standard_normal((200, 80))
        found = rank_sets.rank_sets(pd.Series(seen), Surveys(likely, likely + each * random.standard_normal((200, 80))))
        own.append(((found["own_low"] <= best) & (best <= found["own_high"])).mean())
        joint.append(((found["all_low"] <= best) & (best <= found["all_high"])).all())
    assert 0.88 <= np.mean(own) <= 0.97
    assert np.mean(joint) >= 0.85


def test_margins_hold_the_errors_with_their_bias() -> None:
    made = Surveys(np.zeros((2, 1)), np.array([[3.0], [1.0]]))
    assert made.margins.tolist() == pytest.approx([1.645 * 5**0.5])


def noisy(places: int = 60, draws: int = 200) -> tuple[pd.Series, Surveys]:
    """Scores one apart, with errors of one, around truths that are drawn as well."""
    ids, scores = [f"p{at}" for at in range(places)], np.arange(places, dtype=float)
    truths = scores + keyed_normals(ids, draws, seed=0, stream="truth")
    return pd.Series(scores), Surveys(truths, truths + keyed_normals(ids, draws, seed=0, stream="survey"))


@pytest.mark.parametrize("at", [0, 30, 60])
def test_a_place_whose_margins_say_nothing_may_have_any_rank_and_costs_the_others_no_more_than_that(at: int) -> None:
    """It may be above or below everybody: one rank more at the worst end, and z stays what it was without it."""
    scores, made = noisy()
    wild = 1000 * keyed_normals(["wild"], 400, seed=0)[:, 0]
    with_it = pd.Series(np.insert(scores.to_numpy(), at, at - 0.5))
    drawn = Surveys(np.insert(made.truths, at, wild[:200], axis=1), np.insert(made.surveys, at, wild[200:], axis=1), np.arange(61) == at)
    alone, found = rank_sets.rank_sets(scores, made), rank_sets.rank_sets(with_it, drawn)
    assert found.loc[at].tolist() == [1, 61, 1, 61]
    others = found.drop(at).reset_index(drop=True)
    assert (others[["own_low", "all_low"]] == alone[["own_low", "all_low"]]).all(axis=None)
    assert (others[["own_high", "all_high"]] == alone[["own_high", "all_high"]] + 1).all(axis=None)


def test_where_no_margin_says_anything_every_rank_could_be_any() -> None:
    scores, made = noisy(40)
    found = rank_sets.rank_sets(scores, Surveys(made.truths, made.surveys, np.ones(40, dtype=bool)))
    assert set(ends(found, "own")) == set(ends(found, "all")) == {(1, 40)}


def test_sure_and_level_places_are_told_apart_only_as_all_at_once() -> None:
    """Twenty reach nobody, surely; each that a survey wrongly puts above them would move the rank of all."""
    scores, made = noisy()
    both = pd.Series(np.concatenate([scores.to_numpy(), np.full(20, -0.5)]))
    still = np.full((200, 20), -0.5)
    found = rank_sets.rank_sets(both, Surveys(np.hstack([made.truths, still]), np.hstack([made.surveys, still])))
    level, others = found.iloc[60:], found.iloc[5:55]
    assert level["own_low"].tolist() == level["all_low"].tolist()
    assert (others["own_high"] < others["all_high"]).any()


def test_the_plain_width_is_the_same_in_any_order_of_the_rows() -> None:
    scores, made = noisy()
    order = np.random.default_rng(0).permutation(60)
    other = rank_sets.plain_width(pd.Series(scores.to_numpy()[order]), Surveys(made.truths[:, order], made.surveys[:, order]))
    assert other == rank_sets.plain_width(scores, made)
