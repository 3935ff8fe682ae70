"""How often schools are in plans nearly as good: all at once as one by one."""

from __future__ import annotations

import math
from types import SimpleNamespace
from typing import Any

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ecomap.analysis.optimise.near_best import IN_ALL, IN_NONE, IN_SOME, UNSETTLED
from ecomap.analysis.plan.expansion.family import family_words, how_often


def one_by_one(standing: str, share: float) -> float:
    if standing in (IN_ALL, IN_NONE):
        return float(standing == IN_ALL)
    if standing == IN_SOME:
        return min(max(share, 0.0005), 0.9995)
    return share if 0 < share < 1 else math.nan


@given(st.lists(st.tuples(st.sampled_from([IN_ALL, IN_SOME, IN_NONE, UNSETTLED]), st.sampled_from([0.0, 0.0001, 0.3, 0.5, 1.0])), max_size=8), st.randoms())
@settings(deadline=None)
def test_all_at_once_is_one_by_one(known: list[tuple[str, float]], random: Any) -> None:
    ids = [f"s{number}" for number in range(len(known))]
    family = SimpleNamespace(standing=pd.Series([one for one, _ in known], index=ids, dtype=object),
                             often=pd.Series([share for _, share in known], index=ids, dtype=float))
    plan: Any = SimpleNamespace(family=family)
    asked = random.sample(ids, len(ids))
    assert how_often(plan, asked).tolist() == pytest.approx([one_by_one(*known[ids.index(one)]) for one in asked], nan_ok=True, abs=0)


def test_words_by_standing_and_share() -> None:
    family = SimpleNamespace(standing=pd.Series([IN_ALL, IN_NONE, IN_SOME, IN_SOME, UNSETTLED], index=list("abcde"), dtype=object),
                             often=pd.Series([1.0, 0.0, 0.5, 0.49, 0.0], index=list("abcde")))
    plan: Any = SimpleNamespace(family=family)
    assert family_words(plan, "edcba") == ["not settled", "sometimes", "often", "never", "certain"]
