"""What must hold of every need score, whatever the scale and the mean: blanks, order of rows, draws, and what bands promise."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ecomap.analysis.need import presets
from ecomap.analysis.need.domains import domain_index
from ecomap.analysis.need.recipe import Recipe
from ecomap.analysis.need.scaling import ARITHMETIC, scale
from ecomap.analysis.need.scoring import index_of, need_index
from ecomap.analysis.need.truths import need_surveys
from ecomap.analysis.statistics.rank_sets import rank_sets
from ecomap.analysis.statistics.ranks import ranks
from ecomap.model.errors import InputError, ParameterError
from ecomap.model.indicator import Indicator
from ecomap.model.source import Source
from tests import small_project as town

SOURCE = Source("Test")
NAMES = list("abcd")
MARKS = dict.fromkeys(NAMES, (-1.0, 7.0))
RECIPES = [(scaling, mean) for scaling in ("percentile", "min_max", "z_score", "goalposts", "none")
           for mean in ("arithmetic", "geometric", "harmonic") if scaling != "z_score" or mean == "arithmetic"]
VALUES = st.lists(st.lists(st.integers(1, 6), min_size=4, max_size=4), min_size=2, max_size=12)


def scored(frame: pd.DataFrame, recipe: tuple[str, str], **options: object) -> pd.DataFrame:
    marks = MARKS if recipe[0] == "goalposts" else None
    return index_of(frame, Recipe(NAMES, *recipe, 0.5, marks=marks, **options))


@settings(max_examples=150, deadline=None)
@given(VALUES, st.sampled_from(RECIPES), st.integers(0, 3), st.data())
def test_blanking_a_value_never_improves_a_place_by_itself(
    rows: list[list[int]], recipe: tuple[str, str], column: int, data: st.DataObject
) -> None:
    """What is left is averaged as it was: a blank is worth neither need nor the lack of it.

    So a place can only move up by losing a value that held it down, never by the blank: where the lost value spoke for need at
    least as much as the place's score, the score does not rise, nor does its rank among the scores the others had.
    """
    place = data.draw(st.integers(0, len(rows) - 1))
    frame = pd.DataFrame(rows, columns=NAMES, dtype=float)
    blanked = frame.copy()
    blanked.iloc[place, column] = np.nan
    before, after = scored(frame, recipe), scored(blanked, recipe)
    rest = [name for name in NAMES if name != NAMES[column]]
    scaled = scale(frame[NAMES].to_numpy(), np.ones(4), recipe[0],
                   marks=np.array([MARKS[name] for name in NAMES]) if recipe[0] == "goalposts" else None)
    left = need_index(pd.DataFrame(scaled[:, [NAMES.index(name) for name in rest]], columns=rest).iloc[[place]] + (
        0 if recipe[1] == ARITHMETIC or recipe[0] == "none" else 1 / 99), rest, scaling="none", aggregation=recipe[1])
    size = 1.0 if recipe[1] == ARITHMETIC or recipe[0] == "none" else 0.99
    assert after["score"].iloc[place] == pytest.approx(left["score"].iloc[0] * size, abs=1e-9)
    assert np.isnan(after[f"contribution_{NAMES[column]}"].iloc[place])
    own = scaled[place, column]
    level = own if recipe[1] == ARITHMETIC or recipe[0] == "none" else (1 + 99 * own) / 100
    if level >= before["score"].iloc[place] - 1e-12:
        assert after["score"].iloc[place] <= before["score"].iloc[place] + 1e-9
        alone = before["score"].copy()
        alone.iloc[place] = after["score"].iloc[place]
        assert ranks(alone.round(9)).iloc[place] >= ranks(before["score"].round(9)).iloc[place]


@pytest.mark.parametrize("recipe", RECIPES)
def test_a_place_that_loses_too_much_has_no_rank_and_is_neither_first_nor_last(recipe: tuple[str, str]) -> None:
    frame = pd.DataFrame(np.random.default_rng(1).integers(1, 7, (9, 4)).astype(float), columns=NAMES)
    frame.loc[4, ["a", "b", "c"]] = np.nan
    found = scored(frame, recipe)
    assert found.loc[4, ["score", "rank"]].isna().all()
    assert found["rank"].max() <= 8


def test_a_method_that_needs_everything_ranks_nobody_for_a_blank() -> None:
    frame = pd.DataFrame({"EP_x": [1.0, 2, 3], "EP_y": [1.0, np.nan, 3]})
    found = presets.svi(frame, themes=[("A", ["x", "y"])])
    assert found["RPL_THEMES"].tolist()[::2] == [0.0, 1.0]
    assert np.isnan(found["RPL_THEMES"][1])


@settings(max_examples=60, deadline=None)
@given(st.lists(st.lists(st.one_of(st.none(), st.integers(1, 6)), min_size=4, max_size=4), min_size=2, max_size=12),
       st.sampled_from(RECIPES), st.randoms(use_true_random=False))
def test_mixing_rows_mixes_the_results(rows: list[list[int | None]], recipe: tuple[str, str], random: object) -> None:
    frame = pd.DataFrame(rows, columns=NAMES, dtype=float, index=[f"r{n}" for n in range(len(rows))])
    order = list(frame.index)
    random.shuffle(order)  # type: ignore[attr-defined]
    pd.testing.assert_frame_equal(scored(frame.loc[order], recipe).loc[frame.index], scored(frame, recipe))


def test_mixing_rows_mixes_the_results_of_other_indexes() -> None:
    rng = np.random.default_rng(4)
    frame = pd.DataFrame(rng.random((12, 4)), columns=NAMES, index=[f"r{n}" for n in range(12)])
    frame.iloc[3, 1] = np.nan
    mixed = frame.iloc[rng.permutation(12)]
    items = [Indicator(name, name, "score", 1, town.CENSUS, domain=domain) for name, domain in zip(NAMES, "xxyz", strict=True)]
    pd.testing.assert_frame_equal(domain_index(mixed, Recipe(items)).loc[frame.index], domain_index(frame, Recipe(items)))
    svi = [("A", ["a", "b"]), ("B", ["c", "d"])]
    pd.testing.assert_frame_equal(presets.svi(mixed, prefix="", themes=svi).loc[frame.index],
                                  presets.svi(frame, prefix="", themes=svi))
    parts = [100 * frame[name] for name in NAMES]
    pd.testing.assert_frame_equal(presets.calenviroscreen(*(part.loc[mixed.index] for part in parts)).loc[frame.index],
                                  presets.calenviroscreen(*parts))


@pytest.mark.parametrize("recipe", [recipe for recipe in RECIPES if recipe[0] != "none"])
def test_draws_without_errors_are_the_score_itself(recipe: tuple[str, str]) -> None:
    rng = np.random.default_rng(2)
    frame = pd.DataFrame(rng.integers(1, 7, (9, 4)).astype(float), columns=NAMES)
    frame.loc[2, "b"] = np.nan
    frame = frame.assign(**{f"{name}_moe": 0.0 for name in NAMES})
    made = Recipe(NAMES, *recipe, marks=MARKS if recipe[0] == "goalposts" else None, directions={"c": -1})
    np.testing.assert_allclose(need_surveys(frame, made, draws=3).surveys, np.tile(index_of(frame, made)["score"], (3, 1)))


def test_marks_of_something_that_is_no_indicator_are_refused() -> None:
    with pytest.raises(ParameterError, match="'rent'"):
        index_of(pd.DataFrame({"a": [1.0, 2.0]}), Recipe(["a"], "goalposts", marks={"rent": (0.0, 1.0)}))
    with pytest.raises(ParameterError, match="errors"):
        need_surveys(pd.DataFrame({"a": [1.0, 2.0]}), Recipe(["a"]), errors="measured")


@pytest.mark.parametrize("recipe", [("goalposts", "arithmetic"), ("goalposts", "geometric"), ("none", "arithmetic")])
def test_bands_of_all_at_once_cover_the_truth_with_both_errors(recipe: tuple[str, str]) -> None:
    """200 surveys of 15 areas with known need, each carried to other areas: the 90 % bands of all ranks together hold the true
    ranks at least 88 times of 100."""
    rng = np.random.default_rng(11)
    truth = pd.DataFrame(rng.uniform(1, 6, (15, 4)), columns=NAMES)
    true_rank = scored(truth, recipe)["rank"].to_numpy()
    moe, half = 0.6, 0.5
    errors = {f"{name}_moe": moe for name in NAMES} | {f"{name}_allocation": half for name in NAMES}
    made = Recipe(NAMES, *recipe, marks=MARKS if recipe[0] == "goalposts" else None)
    held = 0
    for _ in range(200):
        noise = rng.standard_normal(truth.shape) * moe / 1.645 + rng.uniform(-half, half, truth.shape)
        seen = (truth + noise).assign(**errors)
        bands = rank_sets(index_of(seen, made)["score"], need_surveys(seen, made, draws=100))
        held += bool(((bands["all_low"] <= true_rank) & (true_rank <= bands["all_high"])).all())
    assert held / 200 >= 0.88


def contributions(index: pd.DataFrame) -> pd.DataFrame:
    return index[[name for name in index if name.startswith("contribution_")]]


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


@pytest.mark.parametrize(
    ("scaling", "aggregation"),
    [("percentile", "arithmetic"), ("min_max", "arithmetic"), ("z_score", "arithmetic"), ("percentile", "geometric"),
     ("min_max", "geometric")],
)
def test_draws_without_error_are_the_scores_themselves(scaling: str, aggregation: str) -> None:
    frame = pd.DataFrame({"a": [1.0, 2, 3, np.nan], "a_moe": 0.0, "b": [4.0, 4, 1, 0], "b_moe": 0.0})
    recipe = Recipe(["a", "b"], scaling, aggregation, 0.5, directions={"b": -1})
    np.testing.assert_allclose(need_surveys(frame, recipe, draws=3).surveys, np.tile(index_of(frame, recipe)["score"], (3, 1)))


def test_surveys_are_the_same_every_time_and_follow_the_margins() -> None:
    frame = pd.DataFrame({"a": np.arange(20.0), "a_moe": 4.0})
    first, wide = (need_surveys(one, Recipe(["a"]), draws=50) for one in (frame, frame.assign(a_moe=20.0)))
    assert first.surveys.tobytes() == need_surveys(frame, Recipe(["a"]), draws=50).surveys.tobytes()
    assert (wide.surveys - wide.truths).std(axis=0).mean() > (first.surveys - first.truths).std(axis=0).mean()
