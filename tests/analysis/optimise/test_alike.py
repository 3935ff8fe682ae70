"""Runs that hold the same are found by sums, and are those that are found one by one."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ecomap.analysis.optimise import alike as module
from ecomap.analysis.optimise.alike import alike

ALWAYS = settings(deadline=None, max_examples=60)
runs = st.lists(st.lists(st.integers(0, 3), max_size=4), max_size=30)


def laid_out(given_runs: list[list[int]]) -> tuple[np.ndarray, np.ndarray]:
    return np.cumsum([0, *map(len, given_runs)]), np.array([member for run in given_runs for member in run], dtype=np.int64)


@ALWAYS
@given(runs)
def test_they_are_those_that_are_found_one_by_one(some: list[list[int]]) -> None:
    starts, members = laid_out(some)
    found = alike(starts, members)
    assert found.tolist() == module._one_by_one(starts, members).tolist()
    for at, run in enumerate(some):
        assert [other for other in range(len(some)) if found[other] == found[at]] == [other for other in range(len(some)) if some[other] == run]


@pytest.mark.parametrize("mixed", [lambda starts, members: np.zeros(len(members), dtype=np.uint64),
                                   lambda starts, members: members.astype(np.uint64)], ids=["all alike", "order forgotten"])
def test_sums_that_are_the_same_by_chance_take_no_two_for_one(mixed, monkeypatch: pytest.MonkeyPatch) -> None:
    starts, members = laid_out([[1, 2], [2, 1], [3], [1, 2], [], [0, 3]])
    monkeypatch.setattr(module, "_scrambled", mixed)
    assert alike(starts, members).tolist() == [0, 1, 2, 0, 3, 4]


def test_of_many_runs_each_sum_is_its_own() -> None:
    """So that the slow way is not taken."""
    some = [[first, second] for first in range(60) for second in range(60)] * 2
    starts, members = laid_out(some)
    total = np.r_[np.uint64(0), np.cumsum(module._scrambled(starts, members))]
    assert len(np.unique(total[starts[1:]] - total[starts[:-1]])) == 3600
