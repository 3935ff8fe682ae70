"""The multiplier's strict bounds."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from ecomap.analysis.money.equity_multiplier import equity_multiplier, equity_multiplier_eligible
from ecomap.model.errors import InputError


@pytest.mark.parametrize(("nonstability", "disadvantaged", "answer"), [
    (0.25, 0.90, False), (0.30, 0.70, False), (0.25, 0.70, False), (0.1 + 0.15, 0.9, False), (0.2500001, 0.7000001, True),
    (np.nan, 0.9, None), (0.3, None, None), (np.nan, 0.7, False), (0.2, None, False), (0.30, 0.71, True),
])
def test_the_multipliers_bounds_are_strict(nonstability: float, disadvantaged: float, answer: bool | None) -> None:
    assert equity_multiplier_eligible(nonstability, disadvantaged) is answer


def test_percent_where_a_share_belongs_is_refused() -> None:
    with pytest.raises(InputError, match="between 0 and 1"):
        equity_multiplier_eligible(25.0, 0.9)


def test_every_school_is_told_and_what_cannot_be_said_is_not_no() -> None:
    found = equity_multiplier(pd.Series({"a": 0.26, "b": 0.5, "c": 0.25, "d": np.nan}), pd.Series({"d": 0.9, "c": 0.9, "b": 0.9, "a": 0.71}))
    assert found.to_dict() == {"a": "yes", "b": "yes", "c": "no", "d": "cannot be said"}
