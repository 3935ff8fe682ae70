"""Small counts stay hidden from whoever knows every published number and every total."""

from __future__ import annotations

from itertools import combinations

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.optimize import linprog

from ecomap.analysis.release import suppression
from ecomap.analysis.release.suppression import Cells, hide
from ecomap.model.errors import InputError
from ecomap.model.pupils import THRESHOLD

TOTAL = "all"


def suppress(table: pd.DataFrame, by: list[str], threshold: int = THRESHOLD) -> tuple[pd.DataFrame, pd.DataFrame]:
    """The pupils of a table and every total over the columns that name a group, with what is hidden missing."""
    frames, equations, start = [table], [], len(table)
    for size in range(len(by)):
        for kept in combinations(by, size):
            names = table[list(kept)].astype(str).agg("|".join, axis=1) if kept else pd.Series(TOTAL, index=table.index)
            for _, rows in table.groupby(names.to_numpy()):
                own = {name: rows[name].iloc[0] if name in kept else TOTAL for name in by}
                frames.append(pd.DataFrame([{**own, "pupils": rows["pupils"].sum()}]))
                equations.append((np.append(rows.index.to_numpy(), start), np.append(np.ones(len(rows)), -1.0)))
                start += 1
    stacked = pd.concat(frames, ignore_index=True)
    values = stacked["pupils"].to_numpy(dtype=float)
    cost = (1.0 + np.log1p(values)) * np.where(np.arange(start) < len(table), 1.0, 1_000.0)
    hidden = hide(Cells(values, cost, tuple(equations), np.ones(start, dtype=bool)), threshold)
    shown = stacked.assign(pupils=np.where(hidden, np.nan, values))
    return shown.iloc[: len(table)].set_axis(table.index), shown.iloc[len(table):]


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
    frame, totals = suppress(table, by, threshold)
    small = (table["pupils"] < threshold).to_numpy()
    assert frame["pupils"].isna().to_numpy()[small].all()
    ends = possible(table, frame, totals, by, "pupils")
    assert (ends[small, 1] - ends[small, 0] >= threshold - 1e-6).all()
    assert (ends[small, 1] >= threshold).all()  # not even that it is small can be known
    kept = frame["pupils"].notna()
    assert (frame.loc[kept, "pupils"] == table.loc[kept, "pupils"]).all()
    if not small.any() and (totals["pupils"] >= threshold).all():
        assert kept.all()


def two_way(counts: list[list[int]]) -> pd.DataFrame:
    return pd.DataFrame([{"school": f"S{i}", "group": f"G{j}", "pupils": value}
                         for i, row in enumerate(counts) for j, value in enumerate(row)])


def test_a_table_worked_by_hand() -> None:
    # 4 is small. Hidden alone, its row and column totals give it back: a rectangle of four must be hidden.
    table = two_way([[20, 4, 30], [25, 40, 50], [30, 60, 35]])
    frame, totals = suppress(table, ["school", "group"])
    hidden = table[frame["pupils"].isna()]
    assert len(hidden) == 4
    assert (1 + 0 * hidden["pupils"]).groupby(hidden["school"]).sum().tolist() == [2, 2]
    assert (1 + 0 * hidden["pupils"]).groupby(hidden["group"]).sum().tolist() == [2, 2]
    assert totals["pupils"].notna().all()
    assert_protected(table, ["school", "group"])


def test_hiding_one_is_what_gives_it_back() -> None:
    table = two_way([[20, 4, 30], [25, 40, 50], [30, 60, 35]])
    _, totals = suppress(table, ["school", "group"])
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


def test_what_was_published_before_is_not_hidden_later() -> None:
    """4 + 20 + 300 = 324: alone the 20 goes with the 4. Once the 20 was published, the 300 goes in its stead."""
    cells = Cells(np.array([20.0, 300.0, 4.0, 324.0]), np.array([4.0, 7.0, 2.0, 1000.0]),
                  ((np.array([0, 1, 2, 3]), np.array([1.0, 1.0, 1.0, -1.0])),), np.ones(4, dtype=bool))
    assert hide(cells).tolist() == [True, False, True, False]
    assert hide(cells, before=np.array([False])).tolist() == [False, True, True, False]


def test_sums_that_do_not_add_up_are_refused() -> None:
    cells = Cells(np.array([4.0, 3.0]), np.ones(2), ((np.array([0, 1]), np.array([1.0, 1.0])),), np.array([True, False]))
    with pytest.raises(InputError, match="do not add up"):
        hide(cells)


def test_small_counts_that_hide_each_other_are_protected_without_a_search(monkeypatch: pytest.MonkeyPatch) -> None:
    """A column of 400 small counts whose hidden part is known from an earlier file: each is in two sums, all in the same two."""
    searched: list[int] = []
    own = suppression._change

    def counted(cells: Cells, matrix: object, members: np.ndarray, cell: int, *rest: object) -> object:
        searched.append(cell)
        return own(cells, matrix, members, cell, *rest)  # type: ignore[arg-type]

    monkeypatch.setattr(suppression, "_change", counted)
    small, large = np.full(400, 4.0), np.full(100, 50.0)
    values = np.concatenate([small, large, [small.sum() + large.sum(), small.sum()]])
    everything, hidden_before = np.arange(500), np.arange(400)
    cells = Cells(
        values, np.ones(len(values)),
        ((np.append(everything, 500), np.append(np.ones(500), -1.0)), (np.append(hidden_before, 501), np.append(np.ones(400), -1.0))),
        np.append(np.ones(500, dtype=bool), [False, False]),
    )
    public = np.append(np.zeros(400, dtype=bool), np.ones(102, dtype=bool))
    kept = np.append(np.ones(400, dtype=bool), np.zeros(102, dtype=bool))
    assert hide(cells, public=public, kept=kept)[:500].tolist() == [True] * 400 + [False] * 100
    assert searched == []


def test_two_small_counts_alone_do_not_hide_each_other() -> None:
    """4 can rise by as much as the other falls, and that is 4: not enough."""
    values = np.array([4.0, 4.0, 50.0, 58.0])
    cells = Cells(values, np.ones(4), ((np.arange(4), np.array([1.0, 1.0, 1.0, -1.0])),), np.ones(4, dtype=bool))
    read = np.array([False, False, False, True])
    assert hide(cells, public=read).tolist() == [True, True, True, False]
    enough = Cells(np.array([5.0, 11.0, 50.0, 66.0]), np.ones(4), cells.equations, np.ones(4, dtype=bool))
    assert hide(enough, public=read, kept=np.array([False, True, False, False])).tolist() == [True, True, False, False]
