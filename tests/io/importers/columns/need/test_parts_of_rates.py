"""The two counts behind a rate: found by name, proved by division."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from ecomap.io.importers.columns.need.parts_of_rates import with_parts
from ecomap.model.indicator import Indicator
from ecomap.model.source import Source

POOR = pd.Series([10.0, 20, 33, 40, 55, np.nan])
ASKED = pd.Series([100.0, 90, 110, 200, 70, 50])
RATE = Indicator("poor_pct", "Poor", "share", 1, Source("t"))


def found(**changed: pd.Series) -> tuple[str, str]:
    numbers = {"poor_pct": (POOR / ASKED).round(3), "poor": POOR, "homes": ASKED + 7, "asked": ASKED, **changed}
    item = with_parts([RATE], numbers)[0]
    return item.numerator, item.denominator


def test_both_counts_are_named() -> None:
    assert found() == ("poor", "asked")


@pytest.mark.parametrize("changed", [
    {"asked": ASKED + 3}, {"asked": ASKED + 0.5}, {"poor": POOR * 1.1}, {"poor_pct": pd.Series([0.1] * 6)},
])
def test_nothing_is_named_where_the_division_does_not_give_the_rate(changed: dict[str, pd.Series]) -> None:
    assert found(**changed) == ("", "")


def test_a_score_is_no_quotient() -> None:
    score = Indicator("poor_pct", "Poor", "score", 1, Source("t"))
    assert with_parts([score], {"poor_pct": POOR / ASKED, "poor": POOR, "asked": ASKED})[0].numerator == ""
