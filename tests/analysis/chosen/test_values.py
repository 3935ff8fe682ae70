"""Comparisons, at each side of every value, with numbers, words and flags that are missing."""

from __future__ import annotations

import pandas as pd
import pytest

from ecomap.analysis.chosen.values import Condition, comparisons_of, meets
from ecomap.model.errors import ParameterError

SHARES = pd.Series([0.3, 0.1 + 0.2, 0.31, 0.29, None, float("inf"), 0.0])


@pytest.mark.parametrize(("compare", "rows"), [
    ("at_least", [0, 1, 2, 5]), ("more", [2, 5]), ("at_most", [0, 1, 3, 6]), ("less", [3, 6]), ("is", [0, 1]), ("is_not", [2, 3, 5, 6]),
    ("no_figure", [4]),
])  # fmt: skip
def test_numbers(compare: str, rows: list[int]) -> None:
    assert meets(SHARES, Condition("x", compare, 0.3)).nonzero()[0].tolist() == rows


def test_missing_never_matches_a_number() -> None:
    gone = pd.Series([None, float("nan")], dtype=float)
    for compare in ("at_least", "more", "at_most", "less", "is", "is_not"):
        for value in (0.0, -1e9, 1e9):
            assert not meets(gone, Condition("x", compare, value)).any(), compare


def test_whole_numbers_with_gaps() -> None:
    rows = pd.Series([1, None, 3], dtype="Int64")
    assert meets(rows, Condition("x", "is_not", 1.0)).tolist() == [False, False, True]
    assert meets(rows, Condition("x", "no_figure")).tolist() == [False, True, False]


def test_words_whatever_their_letters_and_never_the_empty_ones() -> None:
    rows = pd.Series(["Charter", "charter school", "", None, "x.*"])
    found = {compare: meets(rows, Condition("x", compare, "CHARTER")).nonzero()[0].tolist() for compare in ("text_is", "text_is_not", "contains", "begins", "empty")}
    assert found == {"text_is": [0], "text_is_not": [1, 4], "contains": [0, 1], "begins": [0, 1], "empty": [2, 3]}
    assert meets(rows, Condition("x", "contains", ".*")).nonzero()[0].tolist() == [4], "no pattern, only letters"
    assert not meets(rows, Condition("x", "contains", " ")).any()


@pytest.mark.parametrize("rows", [pd.Series([True, False, None]), pd.Series([True, False, None], dtype="boolean")])
def test_flags(rows: pd.Series) -> None:
    assert [meets(rows, Condition("x", compare)).tolist() for compare in ("yes", "no", "not_said")] == [
        [True, False, False], [False, True, False], [False, False, True]]


def test_a_comparison_that_does_not_fit_is_refused() -> None:
    with pytest.raises(ParameterError):
        meets(SHARES, Condition("x", "contains", "3"))
    with pytest.raises(ParameterError):
        meets(SHARES, Condition("x", "at_least", "three"))
    assert "at_least" not in comparisons_of(pd.Series(["00123", "00456"])), "codes are words"
