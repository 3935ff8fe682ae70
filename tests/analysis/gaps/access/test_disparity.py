"""The gap between two groups in words: its unit, its interval, whether it could be chance."""

from __future__ import annotations

from ecomap.analysis.gaps.access.disparity import gap_in_words, whom_it_favours
from ecomap.analysis.statistics import equity
from ecomap.model.said import name


def test_a_gap_within_its_error_says_that_its_interval_holds_0() -> None:
    gap = equity.disparity([10, 8], [100, 100], ["a", "b"], "a", "b", standard_errors=[1.0, 1.0])
    assert gap_in_words(gap) == "a has 2 more than b on average (90 % interval -0.326 to 4.33: it holds 0, so the counts' sampling error alone could make the difference)."


def test_a_gap_is_told_with_the_unit_asked_for() -> None:
    gap = equity.disparity([800, 1600], [100, 100], ["a", "b"], "a", "b", standard_errors=[10.0, 10.0])
    assert gap_in_words(gap, lambda metres: name(f"{metres / 1000:.2f} km")) == (
        "a has 0.80 km less than b on average (90 % interval -0.82 km to -0.78 km).")


def test_a_gap_without_margins_does_not_claim_certainty() -> None:
    gap = equity.disparity([10, 8], [100, 100], ["a", "b"], "a", "b")
    assert "cannot be said" in gap_in_words(gap)


def test_the_sign_of_the_concentration_index_is_said_in_words() -> None:
    assert "less need" in whom_it_favours(0.143406)
    assert "more need" in whom_it_favours(-0.2)
    assert "evenly" in whom_it_favours(0.001)
