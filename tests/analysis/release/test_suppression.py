"""Small counts stay hidden from whoever knows every published number and every total."""

from __future__ import annotations

from itertools import combinations

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.optimize import linprog

from ecomap.analysis.release.suppression import TOTAL, suppress
from ecomap.model.errors import InputError


def possible(truth: pd.DataFrame, shown: pd.DataFrame, totals: pd.DataFrame, by: list[str], count: str) -> np.ndarray:
    """Smallest and largest value of every row that agree with all that is published (written without the module's own sums)."""
    rows, sides = len(truth), []
    for size in range(max(len(by), 1)):
        for kept in combinations(by, size):
            for _, total in totals[np.all([totals[n].eq(TOTAL) == (n not in kept) for n in by], axis=0)].iterrows():
                if not np.isnan(total[count]):
                    sides.append((np.all([truth[n] == total[n] for n in kept], axis=0) if kept else np.ones(rows, bool),
                                  total[count]))
    matrix = np.array([np.broadcast_to(side, rows) for side, _ in sides], dtype=float) if sides else None
    right = np.array([value for _, value in sides]) if sides else None
    bounds = [(0, None) if np.isnan(value) else (value, value) for value in shown[count]]
    ends = []
    for row in range(rows):
        aim = np.eye(rows)[row]
        low = linprog(aim, A_eq=matrix, b_eq=right, bounds=bounds)
        high = linprog(-aim, A_eq=matrix, b_eq=right, bounds=bounds)
        assert low.status == 0
        ends.append((low.fun, np.inf if high.status == 3 else -high.fun))
    return np.array(ends)


def assert_protected(table: pd.DataFrame, by: list[str], threshold: int = 11) -> None:
    done = suppress(table, ["pupils"], by, threshold)
    small = (table["pupils"] < threshold).to_numpy()
    assert done.frame["pupils"].isna().to_numpy()[small].all()
    ends = possible(table, done.frame, done.totals, by, "pupils")
    assert (ends[small, 1] - ends[small, 0] >= threshold - 1e-6).all()
    assert (ends[small, 1] >= threshold).all()  # not even that it is small can be known
    kept = done.frame["pupils"].notna()
    assert (done.frame.loc[kept, "pupils"] == table.loc[kept, "pupils"]).all()
    assert (done.reasons["pupils"].eq("suppressed") == done.frame["pupils"].isna()).all()
    if not small.any() and (done.totals["pupils"] >= threshold).all():
        assert kept.all()


def two_way(counts: list[list[int]]) -> pd.DataFrame:
    return pd.DataFrame([{"school": f"S{i}", "group": f"G{j}", "pupils": value}
                         for i, row in enumerate(counts) for j, value in enumerate(row)])


def test_a_table_worked_by_hand() -> None:
    # 4 is small. Hidden alone, its row and column totals give it back: a rectangle of four must be hidden.
    table = two_way([[20, 4, 30], [25, 40, 50], [30, 60, 35]])
    done = suppress(table, ["pupils"], ["school", "group"])
    hidden = table[done.frame["pupils"].isna()]
    assert len(hidden) == 4
    assert (1 + 0 * hidden["pupils"]).groupby(hidden["school"]).sum().tolist() == [2, 2]
    assert (1 + 0 * hidden["pupils"]).groupby(hidden["group"]).sum().tolist() == [2, 2]
    assert done.totals["pupils"].notna().all()
    assert_protected(table, ["school", "group"])


def test_hiding_one_is_what_gives_it_back() -> None:
    table = two_way([[20, 4, 30], [25, 40, 50], [30, 60, 35]])
    totals = suppress(table, ["pupils"], ["school", "group"]).totals
    naive = table.assign(pupils=table["pupils"].where(table["pupils"] >= 11).astype(float))
    ends = possible(table, naive, totals, ["school", "group"], "pupils")
    assert ends[1].tolist() == pytest.approx([4, 4])  # so the attack of these tests does find what is not protected


@settings(max_examples=40, deadline=None)
@given(st.lists(st.lists(st.one_of(st.integers(0, 12), st.integers(11, 90)), min_size=3, max_size=3), min_size=2, max_size=5))
def test_no_linear_program_gives_a_small_count_back(counts: list[list[int]]) -> None:
    assert_protected(two_way(counts), ["school", "group"])


@settings(max_examples=15, deadline=None)
@given(st.lists(st.integers(0, 40), min_size=8, max_size=8), st.integers(2, 15))
def test_three_ways_and_other_thresholds(counts: list[int], threshold: int) -> None:
    table = pd.DataFrame([{"school": f"S{n & 1}", "group": f"G{n >> 1 & 1}", "year": f"Y{n >> 2}", "pupils": value}
                          for n, value in enumerate(counts)])
    assert_protected(table, ["school", "group", "year"], threshold)


def test_a_part_is_not_bounded_by_its_whole() -> None:
    # 5 of 14 pupils: with the 14 published nobody could take the 5 for 16, so the 14 is hidden too.
    table = pd.DataFrame({"school": ["A", "B", "C"], "pupils": [14, 400, 500], "eligible": [5, 300, 200]})
    done = suppress(table, ["pupils", "eligible"], ["school"], wholes={"eligible": "pupils"})
    assert done.frame.loc[0, ["pupils", "eligible"]].isna().all()
    assert done.frame["pupils"].isna().sum() == 2  # and one more, or the total gives it back
    alone = suppress(table, ["pupils", "eligible"], ["school"])
    assert alone.frame["pupils"].notna().all()


def test_missing_counts_stay_missing_and_are_not_called_suppressed() -> None:
    table = pd.DataFrame({"school": ["A", "B", "C"], "pupils": [np.nan, 200.0, 300.0]})
    done = suppress(table, ["pupils"], ["school"])
    assert done.frame["pupils"].tolist()[1:] == [200, 300]
    assert done.reasons["pupils"].eq("").all()
    assert done.totals["pupils"].tolist() == [500]


def test_the_table_given_is_not_changed() -> None:
    table = two_way([[1, 20], [30, 40]])
    before = table.copy(deep=True)
    suppress(table, ["pupils"], ["school", "group"])
    pd.testing.assert_frame_equal(table, before)


@pytest.mark.parametrize(("table", "by"), [
    (pd.DataFrame({"school": ["A", "A"], "pupils": [1, 2]}), ["school"]),
    (pd.DataFrame({"school": ["A", "B"], "pupils": [-1, 2]}), ["school"]),
    (pd.DataFrame({"school": ["A", "B"], "pupils": [1, 2]}), ["group"]),
])
def test_what_cannot_be_protected_is_refused(table: pd.DataFrame, by: list[str]) -> None:
    with pytest.raises(InputError):
        suppress(table, ["pupils"], by)
