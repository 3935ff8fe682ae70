"""What other weights, scalings and means do to ranks, on numbers that can be followed by hand."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ecomap.analysis.need.recipe import Recipe
from ecomap.analysis.need.scoring import need_index
from ecomap.analysis.need.sensitivity import draws as sens
from ecomap.model.errors import CancelledError, ParameterError
from ecomap.model.progress import Progress

FRAME = pd.DataFrame({"poverty": [0.9, 0.5, 0.6, 0.1], "asthma": [10.0, 50.0, 35.0, 5.0]}, index=list("abcd"))


def test_an_area_that_is_first_in_everything_stays_first_whatever_is_chosen() -> None:
    frame = pd.DataFrame({"x": [9.0, 3, 2, 1], "y": [90.0, 10, 20, 30]}, index=list("abcd"))
    found = sens.need_sensitivity(frame, Recipe(["x", "y"]), draws=300, method="dirichlet").areas
    assert found.loc["a", ["p05", "p50", "p95"]].tolist() == [1, 1, 1]
    assert found.loc["a", "share_highest_fifth"] == 1
    assert found.loc["b", "p95"] > found.loc["b", "p05"]


def test_the_same_indicator_twice_leaves_nothing_to_choose_but_the_mean() -> None:
    """Equal columns: no weight, no scaling and no mean can change the order."""
    frame = pd.DataFrame({"x": [4.0, 3, 2, 1], "y": [4.0, 3, 2, 1]})
    found = sens.need_sensitivity(frame, Recipe(["x", "y"]), draws=50)
    assert found.assumptions["mean_shift"].tolist() == [0, 0, 0, 0]
    assert found.indicators["correlation"].tolist() == pytest.approx([1, 1])


def test_ranks_are_those_of_the_need_index_and_missing_areas_stay_missing() -> None:
    frame = FRAME.copy()
    frame.loc["d", "asthma"] = np.nan
    found = sens.need_sensitivity(frame, Recipe(["poverty", "asthma"]), draws=20).areas
    index = need_index(frame, ["poverty", "asthma"])
    assert found["rank"].equals(index["rank"])
    assert found.loc["d"].isna().all()


def test_the_mean_that_forgives_less_moves_ranks_as_in_the_worked_example() -> None:
    """Percentile scaled: a (1, 1/3), b (1/3, 1), c (2/3, 2/3): arithmetic ties all three, geometric puts c first."""
    found = sens.need_sensitivity(FRAME, Recipe(["poverty", "asthma"]), draws=10)
    assert found.areas["rank"].tolist() == [1, 1, 1, 4]
    assert found.assumptions.loc["aggregation"].tolist() == [0.5, 1.0]  # a and b move from 1 to 2
    assert found.assumptions.loc["leave_out"].tolist() == [0.75, 2.0]  # poverty alone: a 1, c 2, b 3; asthma: b 1, c 2, a 3
    assert found.mover in found.assumptions.index


def test_effective_weights_are_correlations_with_the_score() -> None:
    scaled = np.array([[0.0, 0.0], [0.5, 1.0], [1.0, 0.5]])
    score = scaled.mean(axis=1)
    expected = [np.corrcoef(column, score)[0, 1] for column in scaled.T]
    assert sens.effective_weights(scaled, score) == pytest.approx(expected)
    assert np.isnan(sens.effective_weights(np.ones((3, 1)), score)).all()


def test_noise_stays_within_its_share_and_dirichlet_keeps_the_mean() -> None:
    noise = sens.draw_weights([1.0, 3.0], 5000, spread=0.25, generator=np.random.default_rng(1))
    assert noise.sum(axis=1) == pytest.approx(np.ones(5000))
    assert (noise[:, 1] / noise[:, 0]).min() >= 3 * 0.75 / 1.25
    assert (noise[:, 1] / noise[:, 0]).max() <= 3 * 1.25 / 0.75
    free = sens.draw_weights([1.0, 3.0], 20_000, method="dirichlet", generator=np.random.default_rng(1))
    assert free.mean(axis=0) == pytest.approx([0.25, 0.75], abs=0.01)
    with pytest.raises(ParameterError):
        sens.draw_weights([1.0], 1, method="guess")


@settings(max_examples=30, deadline=None)
@given(st.integers(0, 1000))
def test_same_seed_same_bytes_and_the_order_of_rows_does_not_matter(seed: int) -> None:
    rng = np.random.default_rng(seed)
    frame = pd.DataFrame(rng.random((12, 3)), columns=list("xyz"), index=[f"a{n}" for n in range(12)])
    frame.iloc[3, 1] = np.nan
    first = sens.need_sensitivity(frame, Recipe("xyz", minimum_present=0.5), draws=40, seed=seed)
    again = sens.need_sensitivity(frame, Recipe("xyz", minimum_present=0.5), draws=40, seed=seed)
    pd.testing.assert_frame_equal(first.areas, again.areas, check_exact=True)
    shuffled = sens.need_sensitivity(frame[::-1], Recipe("xyz", minimum_present=0.5), draws=40, seed=seed)
    pd.testing.assert_frame_equal(first.areas, shuffled.areas[::-1])


def test_it_stops_when_asked() -> None:
    progress = Progress()
    progress.cancel()
    with pytest.raises(CancelledError):
        sens.need_sensitivity(FRAME, Recipe(["poverty"]), progress=progress)
