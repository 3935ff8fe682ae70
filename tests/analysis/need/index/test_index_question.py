"""The need index against published percentile ranks, worked examples, and what must always hold."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ecomap.analysis.need.recipe import Recipe
from ecomap.analysis.need.scaling import aggregate, percentile_rank, scale
from ecomap.analysis.need.scoring import index_of, need_draws, need_index
from ecomap.analysis.statistics.ranks import fifths, lowest_ranks_along_rows, rank_band
from ecomap.model.errors import InputError, ParameterError
from ecomap.model.indicator import Indicator
from ecomap.model.source import Source

SOURCE = Source("Test")
THEMES = ("RPL_THEME1", "RPL_THEME2", "RPL_THEME3", "RPL_THEME4", "RPL_THEMES")


def contributions(index: pd.DataFrame) -> pd.DataFrame:
    return index[[name for name in index if name.startswith("contribution_")]]


def test_percentile_rank_reproduces_every_published_svi_rank(shared_data: Path) -> None:
    svi = pd.read_csv(shared_data / "known-answers" / "svi" / "cdc_svi2020_pa_county.csv", encoding="utf-8-sig")
    singles = [name[4:] for name in svi if name.startswith("EPL_")]
    assert len(singles) == 16
    pairs = [("EP_" + name, "EPL_" + name) for name in singles]
    pairs += [(name.replace("RPL", "SPL"), name) for name in THEMES]
    for value, published in pairs:
        assert (percentile_rank(svi[value]) - svi[published]).abs().max() <= 5e-5, published


def test_percentile_rank_by_hand() -> None:
    assert percentile_rank([10, 25, 25, 40, 5]).tolist() == [0.25, 0.5, 0.5, 1.0, 0.0]


def test_percentile_rank_keeps_index_and_missing_and_does_not_count_it() -> None:
    found = percentile_rank(pd.Series([3.0, np.nan, 1.0, 2.0], index=list("wxyz")))
    assert found.index.tolist() == list("wxyz")
    assert found.drop("x").tolist() == [1.0, 0.0, 0.5]
    assert np.isnan(found["x"])


def test_a_single_value_has_nobody_to_be_compared_with() -> None:
    assert percentile_rank([7.0]).tolist() == [0.0]


def test_min_max_by_hand() -> None:
    assert need_index(pd.DataFrame({"a": [2.0, 4, 4, 10]}), ["a"], scaling="min-max")["score"].tolist() == [0, 0.25, 0.25, 1]


def test_z_score_uses_the_population_standard_deviation() -> None:
    found = need_index(pd.DataFrame({"a": [2.0, 4, 4, 10]}), ["a"], scaling="z-score")["score"]
    assert found.tolist() == pytest.approx([-1, -1 / 3, -1 / 3, 5 / 3])


def test_arithmetic_and_geometric_means_of_the_worked_example() -> None:
    frame = pd.DataFrame({"x": [0.9, 0.5, 0.6], "y": [0.1, 0.5, 0.35]}, index=list("ABC"))
    plain = need_index(frame, ["x", "y"], scaling="none")
    bent = need_index(frame, ["x", "y"], scaling="none", aggregation="geometric")
    assert plain["score"].tolist() == pytest.approx([0.5, 0.5, 0.475])
    assert bent["score"].tolist() == pytest.approx([0.3, 0.5, 0.458], abs=5e-4)
    assert bent["rank"].tolist() == [3, 1, 2]  # B and C overtake A


def test_weights_and_directions() -> None:
    frame = pd.DataFrame({"poverty": [0.1, 0.3, 0.2], "income": [90.0, 20.0, 50.0]})
    found = index_of(frame, Recipe(["poverty", "income"], weights={"poverty": 3}, directions={"income": -1}))
    assert found["score"].tolist() == [0.0, 1.0, 0.5]
    assert found["contribution_poverty"].tolist() == [0.0, 0.75, 0.375]
    assert found["rank"].tolist() == [3, 1, 2]


def test_an_indicator_brings_its_own_direction() -> None:
    income = Indicator("income", "Income", "usd", -1, SOURCE)
    assert need_index(pd.DataFrame({"income": [90.0, 20.0]}), [income])["score"].tolist() == [0.0, 1.0]


def test_weight_zero_leaves_an_indicator_out_altogether() -> None:
    frame = pd.DataFrame({"a": [1.0, 2.0], "b": [np.nan, np.nan]})
    found = index_of(frame, Recipe(["a", "b"], weights={"b": 0}))
    assert "contribution_b" not in found
    assert found["share_present"].tolist() == [1.0, 1.0]


def test_below_the_minimum_share_there_is_no_score_but_a_reason() -> None:
    frame = pd.DataFrame({name: [1.0, 2.0, 3.0] for name in "abcd"}, index=list("xyz"))
    frame.loc["x", ["a", "b"]] = np.nan
    frame.loc["y", "a"] = np.nan
    found = need_index(frame, list("abcd"))
    assert found["score"].notna().tolist() == [False, True, True]
    assert np.isnan(found.loc["x", "rank"])
    assert found.loc["x", "reason"] == "2 of 4 indicators have a value; 75% are needed"
    assert found.loc["y", "share_present"] == 0.75


@pytest.mark.parametrize("aggregation", ["arithmetic", "geometric"])
@pytest.mark.parametrize("scaling", ["percentile", "min_max"])
def test_blanking_an_indicator_never_makes_it_a_zero(scaling: str, aggregation: str) -> None:
    generator = np.random.default_rng(0)
    frame = pd.DataFrame(generator.random((30, 4)), columns=list("abcd"))
    frame.loc[0] = frame.max() + 1  # the highest in everything
    options = {"scaling": scaling, "aggregation": aggregation}
    blanked = frame.copy()
    blanked.loc[0, "a"] = np.nan
    before, after = need_index(frame, list("abcd"), **options), need_index(blanked, list("abcd"), **options)
    assert before.loc[0, "score"] == pytest.approx(1.0)
    assert after.loc[0, "score"] == pytest.approx(1.0)  # a zero would have pulled it down
    assert np.isnan(after.loc[0, "contribution_a"])


@settings(max_examples=60, deadline=None)
@given(st.integers(2, 15), st.integers(1, 5), st.integers(0, 2**32 - 1), st.sampled_from(["arithmetic", "geometric"]))
def test_contributions_add_up_and_rows_may_be_mixed(rows: int, columns: int, seed: int, aggregation: str) -> None:
    generator = np.random.default_rng(seed)
    names = [f"i{n}" for n in range(columns)]
    values = np.where(generator.random((rows, columns)) < 0.2, np.nan, generator.integers(0, 6, (rows, columns)))
    frame = pd.DataFrame(values.astype(float), columns=names, index=[f"r{n}" for n in range(rows)])
    weights = dict(zip(names, generator.random(columns) + 0.1))
    recipe = Recipe(names, weights=weights, aggregation=aggregation, minimum_present=0.5)
    found = index_of(frame, recipe)
    scored = found["score"].notna()
    assert contributions(found)[scored].sum(axis=1).tolist() == pytest.approx(found.loc[scored, "score"].tolist())
    assert (contributions(found).isna() | frame.notna().to_numpy()).all().all()
    assert found["score"].dropna().between(0, 1 + 1e-12).all()
    mixed = index_of(frame.iloc[::-1], recipe)
    pd.testing.assert_frame_equal(mixed.loc[frame.index], found)


def test_the_frame_given_is_not_changed() -> None:
    frame = pd.DataFrame({"a": [1.0, np.nan], "b": [2.0, 3.0]})
    kept = frame.copy(deep=True)
    need_index(frame, ["a", "b"])
    pd.testing.assert_frame_equal(frame, kept)


@pytest.mark.parametrize(
    ("problem", "options"),
    [
        (ParameterError, {"indicators": []}),
        (InputError, {"indicators": ["missing"]}),
        (ParameterError, {"indicators": ["a"], "weights": {"a": -1}}),
        (ParameterError, {"indicators": ["a"], "weights": {"z": 1}}),
        (ParameterError, {"indicators": ["a"], "directions": {"a": 0}}),
        (ParameterError, {"indicators": ["a"], "scaling": "rank"}),
        (ParameterError, {"indicators": ["a"], "aggregation": "median"}),
        (ParameterError, {"indicators": ["a"], "scaling": "z_score", "aggregation": "geometric"}),
        (ParameterError, {"indicators": ["a"], "minimum_present": 1.5}),
        (InputError, {"indicators": ["text"]}),
        (InputError, {"indicators": ["endless"]}),
    ],
)
def test_what_makes_no_sense_is_refused(problem: type, options: dict) -> None:
    frame = pd.DataFrame({"a": [1.0, 2.0], "text": ["x", "y"], "endless": [1.0, np.inf]})
    with pytest.raises(problem) as raised:
        index_of(frame, Recipe(**options))
    assert raised.value.message
    assert raised.value.hint


def test_a_reversed_percentile_is_one_minus_the_rank() -> None:
    scaled = scale(np.array([[1.0], [2.0], [2.0]]), np.array([-1]), "percentile")
    assert scaled[:, 0].tolist() == [1.0, 0.5, 0.5]


def test_aggregate_of_nothing_is_missing() -> None:
    score, parts = aggregate(np.array([[np.nan, np.nan]]), np.ones(2), "arithmetic")
    assert np.isnan(score).all()
    assert np.isnan(parts).all()


def test_fifths_hold_equally_many_areas_and_ties_stay_together() -> None:
    assert fifths(pd.Series(np.arange(10.0))).value_counts().to_dict() == dict.fromkeys((1.0, 2.0, 3.0, 4.0, 5.0), 2)
    assert fifths(pd.Series([1.0, 1.0, 1.0, 0.0, 0.0])).tolist() == [5, 5, 5, 2, 2]


def test_the_band_always_holds_the_rank() -> None:
    low, high = rank_band(np.array([[3.0, 1.0], [3.0, 2.0], [2.0, 2.0]]), np.array([1.0, 3.0]))
    assert low.tolist() == [1.0, 1.0]
    assert high.tolist() == [3.0, 3.0]


@settings(max_examples=50, deadline=None)
@given(st.lists(st.lists(st.integers(0, 4), min_size=5, max_size=5), min_size=1, max_size=6))
def test_ranks_along_rows_are_minimum_ranks(rows: list[list[int]]) -> None:
    matrix = np.array(rows, dtype=float)
    assert lowest_ranks_along_rows(matrix).tolist() == (pd.DataFrame(matrix).rank(axis=1, method="min") - 1).values.tolist()


@pytest.mark.parametrize(
    ("scaling", "aggregation"),
    [("percentile", "arithmetic"), ("min_max", "arithmetic"), ("z_score", "arithmetic"), ("percentile", "geometric"),
     ("min_max", "geometric")],
)
def test_draws_without_error_are_the_scores_themselves(scaling: str, aggregation: str) -> None:
    frame = pd.DataFrame({"a": [1.0, 2, 3, np.nan], "a_moe": 0.0, "b": [4.0, 4, 1, 0], "b_moe": 0.0})
    recipe = Recipe(["a", "b"], scaling, aggregation, 0.5, directions={"b": -1})
    np.testing.assert_allclose(need_draws(frame, recipe, draws=3), np.tile(index_of(frame, recipe)["score"], (3, 1)))


def test_draws_follow_the_seed_and_the_margins() -> None:
    frame = pd.DataFrame({"a": np.arange(20.0), "a_moe": 4.0})
    first = need_draws(frame, Recipe(["a"]), draws=50, seed=5)
    assert first.tobytes() == need_draws(frame, Recipe(["a"]), draws=50, seed=5).tobytes()
    assert first.tobytes() != need_draws(frame, Recipe(["a"]), draws=50, seed=6).tobytes()
    wide = need_draws(frame.assign(a_moe=20.0), Recipe(["a"]), draws=50, seed=5)
    assert wide.std(axis=0).mean() > first.std(axis=0).mean()
