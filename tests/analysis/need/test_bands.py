"""The band of a rank in words: who could be among the first, what is certain."""

from __future__ import annotations

import numpy as np
import pandas as pd

from ecomap.analysis.need.bands import certainty, top_set


def test_who_could_be_first_by_hand() -> None:
    """Scores 0, 1/2, 1 with errors 0, 1/2, 0.1; three places at 90 %: z = 2.11, so only the first is surely above the last."""
    scores = pd.Series([0.0, 0.5, 1.0, np.nan])
    drawn = np.array([[0.0, 0.0, 0.9, np.nan], [0.0, 1.0, 1.1, np.nan]])
    found = top_set(scores, drawn, 1)
    assert found["could_be_top"].tolist()[:3] == [0, 1, 1]
    assert found["surely_within"].tolist()[:3] == [3, 3, 2]
    assert found.iloc[3].isna().all()
    assert top_set(scores, np.zeros((0, 4)), 1).isna().all().all()
    table = found.assign(rank=[3.0, 2, 1, np.nan], id=list("abcd"))
    assert certainty(table, 1, "areas") == "With all 3 areas compared at once, 2 could be the highest."
    assert certainty(table, 3, "areas") == ""


def test_certain_is_said_of_at_most_half_of_all_places() -> None:
    """Four places 0, 1, 2, 3 with small errors: every rank is certain; the first is among the 1 highest of 4."""
    scores = pd.Series([0.0, 1.0, 2.0, 3.0])
    drawn = np.array([scores - 0.01, scores + 0.01])
    found = top_set(scores, drawn, 2)
    assert found["at_once"].tolist() == ["not in the top 2", "not in the top 2", "top 2 certain", "first place certain"]
    table = found.assign(rank=[4.0, 3, 2, 1], id=list("abcd"))
    assert certainty(table, 2, "schools") == (
        "With all 4 schools compared at once, the first is certain to be the highest, and 2 could be among the 2 highest.")
