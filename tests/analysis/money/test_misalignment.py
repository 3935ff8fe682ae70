"""Where the dollars go: the difference, its parts, the line against need, and fifths."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from ecomap.analysis.money.misalignment import by_fifth, expected_line, misalignment, share_ratio
from ecomap.model.errors import InputError


def test_the_difference_is_made_of_its_parts_and_missing_stays_missing() -> None:
    found = misalignment(
        pd.Series({"a": 1000.0, "b": 500.0, "c": np.nan}), pd.Series({"a": 700.0}), pupils=pd.Series({"a": 10.0, "b": 5.0}),
        spent_centrally=pd.Series({"a": 200.0}), norming=pd.Series({"a": -60.0}))
    assert found.loc["a", ["difference_usd", "difference_per_pupil_usd", "spent_to_generated"]].tolist() == [300.0, 30.0, 0.7]
    assert found.loc["a", ["from_norming_usd", "from_central_usd", "from_other_usd"]].tolist() == [60.0, 200.0, 40.0]
    assert found.loc[["b", "c"]].isna().all().all()


def test_in_proportion_is_one() -> None:
    ratio = share_ratio(pd.Series({"a": 20.0, "b": 20.0, "c": np.nan}), pd.Series({"a": 100.0, "b": 300.0, "c": 50.0}))
    assert ratio.tolist()[:2] == [2.0, pytest.approx(2 / 3)]
    assert np.isnan(ratio["c"])


def test_the_line_is_that_of_the_pupils_not_of_the_schools() -> None:
    """Two pupils at need 0 with $10, one at need 1 with $40 each and one with $20: the line ends at $30."""
    line = expected_line(pd.Series([10.0, 40.0, 20.0, np.nan]), pd.Series([0.0, 1.0, 1.0, 0.5]),
                                pd.Series([2.0, 1.0, 1.0, 9.0]))
    assert (line.intercept, line.slope) == (pytest.approx(10), pytest.approx(20))
    assert line.expected.tolist() == pytest.approx([10, 30, 30, 20])
    assert line.explained == pytest.approx(400 / 600)
    with pytest.raises(InputError, match="three schools"):
        expected_line(pd.Series([1.0, 2.0, 3.0]), pd.Series([0.5] * 3), pd.Series([1.0] * 3))


def test_dollars_of_a_fifth_are_added_up_before_they_are_divided() -> None:
    found = by_fifth(pd.Series([5, 5, 1, 1, 3]), pd.Series([900.0, 100.0, 500.0, np.nan, np.nan]),
                            pd.Series([30.0, 10.0, 20.0, 100.0, 7.0]))
    assert found.loc[5, ["schools", "pupils", "dollars", "per_pupil"]].tolist() == [2, 40, 1000, 25]
    assert found.loc[1, ["share_of_dollars", "share_of_pupils"]].tolist() == pytest.approx([1 / 3, 1 / 3])
    assert np.isnan(found.loc[3, "dollars"])
    assert found["share_of_dollars"].sum() == pytest.approx(1)
