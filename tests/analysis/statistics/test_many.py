"""Many places told apart: counted in groups, they are as many as a look at every pair counts, and bands hold what they say."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ecomap.analysis.statistics import apart, many, rank_sets
from ecomap.analysis.statistics.many import OwnErrors, ends, nth_smallest
from ecomap.analysis.statistics.rank_sets import Surveys


def errors_of(own: np.ndarray) -> OwnErrors:
    """Errors of which a place's own is known."""
    made = OwnErrors(np.zeros((1, len(own))), np.zeros((1, len(own))), np.arange(len(own)))
    made.own = own
    return made


def plainly(value: np.ndarray, own: np.ndarray, *factors: np.ndarray) -> list[list[float]]:
    """Every pair of places looked at by itself."""
    found = []
    for z in factors:
        limit = z[:, None] * np.sqrt(own[:, None] + own[None])
        found += [(1 + (value[None] - value[:, None] > limit).sum(axis=1)).tolist(),
                  (len(value) - (value[:, None] - value[None] > limit).sum(axis=1)).tolist()]
    return found


@pytest.mark.parametrize("kind", ["alike", "far apart", "some have none", "the same", "nobody has any"])
@given(places=st.integers(1, 60), digits=st.integers(1, 6), scale=st.sampled_from([1e-6, 1.0, 1e6]), far=st.sampled_from([0.0, 1e9]),
       pairs=st.sampled_from([1, 5, 2_000_000]), seed=st.integers(0, 2**16))
@settings(deadline=None, max_examples=30)
def test_groups_count_as_many_as_a_look_at_every_pair(
    kind: str, places: int, digits: int, scale: float, far: float, pairs: int, seed: int,
) -> None:
    random = np.random.default_rng(seed)
    value = np.sort(np.round(random.normal(0.0, 0.5, places), digits)) * scale  # few digits: many stand level
    own = {"alike": random.random(places) * 0.05, "far apart": np.exp(random.normal(-4, 4, places)), "the same": np.full(places, 0.01),
           "some have none": random.random(places) * (random.random(places) < 0.5) * 0.05, "nobody has any": np.zeros(places)}[kind] * scale**2
    value[-1] += far
    factors = random.random(places) * 3, np.full(places, 2.85), np.zeros(places)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(many, "_PAIRS", pairs)
        assert [end.tolist() for end in ends(value, errors_of(own), *factors)] == plainly(value, own, *factors)


@pytest.mark.parametrize("between", [0, 1, -1])
def test_a_difference_on_the_very_limit_tells_nothing(between: int) -> None:
    """Squared errors of 9 and 16: a difference has an error of 5; one place at 5, or at the next number to either side."""
    high = np.nextafter(5.0, 9.0 * between) if between else 5.0
    told = high > 5.0
    assert [end.tolist() for end in ends(np.array([0.0, high]), errors_of(np.array([9.0, 16.0])), np.ones(2))] == (
        [[2, 1], [2, 1]] if told else [[1, 1], [2, 2]])


def test_as_many_as_every_pair_counts_where_groups_are_full() -> None:
    random = np.random.default_rng(3)
    value, own = np.sort(random.random(1500)), np.exp(random.normal(-7, 1, 1500))
    factors = random.random(1500) * 2, np.full(1500, 2.85)
    found = [end.tolist() for end in ends(value, errors_of(own), *factors)]
    assert found == plainly(value, own, *factors)
    assert [end.tolist() for end in ends(value, errors_of(own), *factors, every=7)] == [end[::7] for end in found]


@given(count=st.sampled_from([1, 7, 4_001, 30_000]), at=st.floats(0, 1), digits=st.sampled_from([1, 16]), seed=st.integers(0, 2**16))
@settings(deadline=None, max_examples=60)
def test_a_sample_finds_the_number_that_sorting_finds(count: int, at: float, digits: int, seed: int) -> None:
    random = np.random.default_rng(seed)
    numbers, nth = np.round(random.standard_normal(count), digits), int(at * (count - 1))
    assert nth_smallest(numbers, nth) == np.sort(numbers)[nth]


def surveys_of(seen: np.ndarray, each: np.ndarray, random: np.random.Generator, common: float = 0.0) -> Surveys:
    """Truths that a survey leaves possible, and a survey of each; all err together by as much as `common`."""
    part = max(seen.var() - (each**2).mean(), 0.01)
    shrunk = part / (part + each**2)
    truths = seen.mean() + shrunk * (seen - seen.mean()) + np.sqrt(shrunk) * each * random.standard_normal((200, len(seen)))
    return Surveys(truths, truths + each * random.standard_normal((200, len(seen))) + common * random.standard_normal((200, 1)))


@given(places=st.integers(30, 300), seed=st.integers(0, 2**16), kind=st.sampled_from(["alike", "some have none", "level"]))
@settings(deadline=None, max_examples=25)
def test_the_z_that_is_needed_is_that_of_the_ordered_row(places: int, seed: int, kind: str) -> None:
    """In every survey: the place whose true rank must be let in, looked for among all, in the order of how many errors each is away."""
    random = np.random.default_rng(seed)
    own = np.exp(random.normal(0, 1, places)) * (random.random(places) < 0.5 if kind == "some have none" else 1.0)
    survey = np.round(random.standard_normal((3, places)), 1 if kind == "level" else 9)
    true = np.array([random.permutation(places) + 1 for _ in survey])
    tried = np.arange(0, places, 3)
    found, _ = many.needed(survey, true, errors_of(own), tried, 5)
    for row, ranks, z in zip(survey, true, found, strict=True):
        error = np.sqrt(own[tried][:, None] + own)
        with np.errstate(divide="ignore", invalid="ignore"):
            away = np.nan_to_num((row - row[tried][:, None]) / error, nan=0.0, posinf=np.inf, neginf=-np.inf)
        plain = np.abs(np.sort(away, axis=1)[np.arange(len(tried)), places - ranks[tried]])
        np.testing.assert_allclose(z, plain, rtol=1e-12)


def test_level_places_without_an_error_are_alike_wherever_they_stand() -> None:
    """Three that reach nobody, among others that all err together: what the others have in common is between them, and of the same size for each."""
    random = np.random.default_rng(4)
    truths = np.tile(np.concatenate([np.zeros(3), np.linspace(0, 1, 30)]), (200, 1))
    wrong = np.hstack([np.zeros((200, 3)), 0.3 * random.standard_normal((200, 1)) + 0.1 * random.standard_normal((200, 30))])
    errors = OwnErrors(truths + wrong, truths, np.arange(33))
    assert errors.square[:3].tolist() == [0, 0, 0]
    assert errors.own[0] == errors.own[1] == errors.own[2] > 0.1**2


def test_so_many_places_that_pairs_are_looked_at_and_one_more(monkeypatch: pytest.MonkeyPatch) -> None:
    """Up to the threshold the errors of every two places count as they go together; with one more place they are taken as independent."""
    random = np.random.default_rng(1)
    seen = pd.Series(random.standard_normal(40))
    made = surveys_of(seen.to_numpy(), np.full(40, 0.3), random)
    by_pairs, whole = rank_sets.rank_sets(seen, made), rank_sets.plain_width(seen, made)
    monkeypatch.setattr(many, "MANY", 40)
    pd.testing.assert_frame_equal(rank_sets.rank_sets(seen, made), by_pairs)
    assert rank_sets.plain_width(seen, made) == whole
    monkeypatch.setattr(many, "MANY", 39)
    own = rank_sets.rank_sets(seen, made)
    assert not own.equals(by_pairs)
    assert (own - by_pairs).abs().max(axis=None) <= 4
    assert rank_sets.plain_width(seen, made) == pytest.approx(whole, rel=0.08)  # eleven places around: what is common is known to a tenth


def test_the_mean_width_of_many_is_that_of_some_of_them(monkeypatch: pytest.MonkeyPatch) -> None:
    random = np.random.default_rng(5)
    seen = pd.Series(random.standard_normal(3_000))
    made = surveys_of(seen.to_numpy(), 0.3 * random.uniform(0.5, 1.5, 3_000), random).first(20)
    monkeypatch.setattr(many, "MANY", 0)
    every_one = rank_sets.plain_width(seen, made)
    monkeypatch.setattr(rank_sets, "_ENOUGH", 500)
    some = rank_sets.plain_width(seen, made)
    assert some != every_one
    assert some == pytest.approx(every_one, rel=0.03)


def test_what_all_places_err_together_is_taken_off() -> None:
    """Everybody 0.5 too high or too low changes no rank: what is left of errors is each place's own, 0.3."""
    random = np.random.default_rng(2)
    value = np.sort(random.standard_normal(500))
    made = surveys_of(value, np.full(500, 0.3), random, common=0.5)
    errors = OwnErrors(made.surveys, made.truths, np.arange(500))
    assert np.sqrt(errors.own.mean()) == pytest.approx(0.3, rel=0.02)
    assert np.sqrt(errors.square.mean()) == pytest.approx(0.34**0.5, rel=0.1)
    by_pairs = apart.Errors(made.surveys, made.truths, np.arange(500))
    assert (errors.usual / by_pairs.usual).mean() == pytest.approx(1, rel=0.01)
    assert errors.rows(np.array([3]))[0, 3] == 0
    assert errors.rows(np.array([3]))[0, 4] == pytest.approx(np.sqrt(errors.own[3] + errors.own[4]), rel=1e-6)


@pytest.mark.parametrize("kind", ["independent", "all together", "twenty of one source"])
def test_what_is_said_of_many_holds_in_surveys_of_a_known_truth(kind: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """300 places taken as many, also where errors are shared: own bands hold 88 to 97 of 100 true ranks, all at once those of most surveys."""
    monkeypatch.setattr(many, "MANY", 0)
    random = np.random.default_rng(7)
    truth, each = random.standard_normal(300), 0.3 * random.uniform(0.5, 1.5, 300)
    source = np.arange(300) // 20

    def wrong(draws: int) -> np.ndarray:
        own, all_, few = (random.standard_normal((draws, size)) for size in (300, 1, 15))
        return each * {"independent": own, "all together": (own + all_) / 2**0.5, "twenty of one source": few[:, source]}[kind]

    best = 1 + (truth[None, :] > truth[:, None]).sum(axis=1)
    own, joint = [], []
    for _ in range(15):
        seen = truth + wrong(1)[0]
        part = max(seen.var() - (each**2).mean(), 0.01)
        shrunk = part / (part + each**2)
        truths = seen.mean() + shrunk * (seen - seen.mean()) + np.sqrt(shrunk) * each * random.standard_normal((100, 300))
        found = rank_sets.rank_sets(pd.Series(seen), Surveys(truths, truths + wrong(100)))
        own.append(((found["own_low"] <= best) & (best <= found["own_high"])).mean())
        joint.append(((found["all_low"] <= best) & (best <= found["all_high"])).all())
    assert 0.88 <= np.mean(own) <= 0.97
    assert sum(joint) >= 11  # of 15: with nine in ten, so many or more in 99 of 100 tries


@settings(max_examples=15, deadline=None)
@given(st.integers(0, 10_000), st.floats(0.01, 1.0))
def test_bands_of_many_hold_the_rank_and_follow_their_rows(seed: int, error: float) -> None:
    random = np.random.default_rng(seed)
    scores = pd.Series(np.round(random.standard_normal(60), 1))
    wrong = error * random.standard_normal((60, 60))
    order = random.permutation(60)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(many, "MANY", 10)
        found = rank_sets.rank_sets(scores, Surveys(np.tile(scores, (60, 1)), scores.to_numpy() + wrong))
        mixed = rank_sets.rank_sets(scores.iloc[order], Surveys(np.tile(scores.iloc[order], (60, 1)), (scores.to_numpy() + wrong)[:, order]))
    rank = scores.rank(ascending=False, method="min")
    for band in ("own", "all"):
        assert ((found[f"{band}_low"] <= rank) & (rank <= found[f"{band}_high"])).all()
    assert (found["all_low"] <= found["own_low"]).all()
    assert (found["all_high"] >= found["own_high"]).all()
    pd.testing.assert_frame_equal(mixed.loc[scores.index], found)
