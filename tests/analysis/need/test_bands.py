"""The band of a rank in words: who could be among the first, and at what confidence."""

from __future__ import annotations

import numpy as np
import pandas as pd

from ecomap.analysis.need.bands import certainty, top_set
from ecomap.analysis.statistics.rank_sets import rank_sets
from tests.analysis.surveys import around


def test_who_could_be_first_by_hand() -> None:
    """Scores 0, 1/2, 1; differences have errors 1/2, 0.1 and 0.4; of few places z is 1.28: only the first is told from the last."""
    scores = pd.Series([0.0, 0.5, 1.0, np.nan])
    drawn = np.array([[0.0, 0.0, 0.9, np.nan], [0.0, 1.0, 1.1, np.nan]])
    found = top_set(rank_sets(scores, around(scores, drawn)), 1)
    assert found["could_be_top"].tolist()[:3] == [0, 1, 1]
    assert found["surely_within"].tolist()[:3] == [3, 3, 2]
    assert found.iloc[3].isna().all()
    assert top_set(rank_sets(scores, around(scores, np.zeros((0, 4)))), 1).isna().all().all()
    table = found.assign(rank=[3.0, 2, 1, np.nan], id=list("abcd"))
    assert certainty(table, 1, "areas") == "With all 3 areas compared at once, at 90 % confidence 2 could be the highest."
    assert certainty(table, 3, "areas") == ""


def test_what_holds_is_said_of_at_most_half_of_all_places_and_with_its_confidence() -> None:
    """Four places 0, 1, 2, 3 with small errors: all told apart; the first is the highest of 4."""
    scores = pd.Series([0.0, 1.0, 2.0, 3.0])
    found = top_set(rank_sets(scores, around(scores, np.array([scores - 0.01, scores + 0.01]))), 2)
    assert found["at_once"].tolist() == ["not among the 2 highest", "not among the 2 highest", "among the 2 highest", "the highest"]
    table = found.assign(rank=[4.0, 3, 2, 1], id=list("abcd"))
    assert certainty(table, 2, "schools") == (
        "With all 4 schools compared at once, at 90 % confidence the first is the highest, and 2 could be among the 2 highest.")
