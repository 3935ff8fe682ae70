"""Small groups of pupils kept out of what leaves the window, so that no total gives them back.

*The rule.* A count of pupils under the threshold (11 by default; zero is under it too) is hidden. Then as many other
numbers are hidden as it takes that for every hidden small count x everything still published would look the same if
the count were x + threshold: whoever knows every published number, that counts are not negative and that parts add up
to their totals finds at least threshold + 1 whole numbers possible for it, some of them not small. Numbers that are
parts of a total are hidden before totals are. Everything hidden carries the same reason, so that nobody can tell the
small counts from those hidden to protect them.

Source of the method: Kelly, J. P., Golden, B. L. and Assad, A. A. (1992), Cell suppression: disclosure protection for
sensitive tabular data, Networks 22; Fischetti, M. and Salazar, J. J. (2001), Solving the cell suppression problem on
tabular data with linear constraints, Management Science 47.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import combinations
from typing import Any

import numpy as np
import pandas as pd
from attrs import field, frozen

from ecomap.model import vocabulary as v
from ecomap.model.errors import InputError
from ecomap.model.progress import Progress
from ecomap.model.pupils import THRESHOLD
from ecomap.model.said import say

SUPPRESSED = "suppressed"
TOTAL = "all"
_TOTAL_COST, _REST_COST = 1_000.0, 0.0
_MOVED = 1e-6


@frozen
class Cells:
    """Numbers that may be published and how they hang together.

    Parameters
    ----------
    values : ndarray
        The true counts; NaN where there is none.
    cost : ndarray
        How much it costs to hide each of them, per unit that moves; 0 for what is never published.
    equations : tuple of (ndarray, ndarray)
        Positions and factors of sums that are zero (a total with -1, its parts with +1).
    open : ndarray of bool
        Which are published unless hidden; the others are only there for the equations.
    """

    values: np.ndarray = field(eq=False)
    cost: np.ndarray = field(eq=False)
    equations: tuple[tuple[np.ndarray, np.ndarray], ...]
    open: np.ndarray = field(eq=False)


@frozen
class Suppressed:
    """A table that can be published.

    ``frame`` has missing values where numbers are hidden; ``reasons`` says "suppressed" there and "" elsewhere, same
    shape; ``totals`` holds every total over the `by` columns ("all" where it is summed over), hidden in the same way.
    """

    frame: pd.DataFrame = field(eq=False, repr=False)
    reasons: pd.DataFrame = field(eq=False, repr=False)
    totals: pd.DataFrame = field(eq=False, repr=False)


def suppress(
    table: pd.DataFrame, count_columns: Sequence[str], by: Sequence[str] = (), threshold: int = THRESHOLD,
    *, wholes: Mapping[str, str] | None = None,
) -> Suppressed:
    """Hide the small counts of a table and what would give them back.

    Parameters
    ----------
    table : DataFrame
        One row per group; counts that are missing stay missing and are in no total.
    count_columns : sequence of str
        Columns with counts of pupils.
    by : sequence of str
        The columns that name a group. Totals over every choice of them count as published.
    wholes : mapping, optional
        Count column -> count column it is a part of (pupils eligible for free meals -> enrolment): the whole bounds
        what a part can be.

    Examples
    --------
    The total would give the small school back, so another is hidden with it:

    >>> table = pd.DataFrame({"school": ["A", "B", "C"], "pupils": [20, 4, 30]})
    >>> suppress(table, ["pupils"], ["school"]).frame["pupils"].tolist()
    [nan, nan, 30.0]
    """
    wholes = dict(wholes or {})
    _check(table, count_columns, by, threshold, wholes)
    groups = [kept for size in range(max(len(by), 1)) for kept in combinations(by, size)]
    totals = [_totals(table, count_columns, by, kept) for kept in groups]
    stacked = pd.concat([table[[*by, *count_columns]], *(frame for frame, _ in totals)], ignore_index=True)
    rows = len(stacked)
    equations: list[tuple[np.ndarray, np.ndarray]] = []
    for number in range(len(count_columns)):
        start = len(table)
        for frame, member in totals:
            equations += _sums(member, start, len(frame), number * rows)
            start += len(frame)
    values = np.concatenate([stacked[name].to_numpy(dtype=float, na_value=np.nan) for name in count_columns])
    is_total = np.tile(np.arange(rows) >= len(table), len(count_columns))
    cells = Cells(values, _costs(values, is_total), tuple(equations), np.ones(len(values), dtype=bool))
    for part, whole in wholes.items():
        cells = _bounded(cells, count_columns.index(part) * rows, count_columns.index(whole) * rows, rows)
    hidden = hide(cells, threshold)[: rows * len(count_columns)].reshape(len(count_columns), rows).T
    shown = stacked[list(count_columns)].astype(float).mask(hidden)
    reasons = pd.DataFrame(np.where(hidden, SUPPRESSED, ""), columns=list(count_columns))
    first = slice(0, len(table))
    frame = table.assign(**{name: shown[name].to_numpy()[first] for name in count_columns})
    totalled = stacked.assign(**{name: shown[name].to_numpy() for name in count_columns}).iloc[len(table):]
    return Suppressed(frame, reasons.iloc[first].set_axis(table.index), totalled.reset_index(drop=True))


def hide(
    cells: Cells, threshold: int = THRESHOLD, before: np.ndarray | None = None, progress: Progress | None = None,
) -> np.ndarray:
    """Which of the cells to hide, by the rule at the head of this module.

    Parameters
    ----------
    before : ndarray of bool, optional
        What was decided for the first of the cells when they left on their own: what was hidden stays hidden, what was
        published is public for good, so only the cells after them can be hidden in its stead.
    progress : Progress, optional
        Asked before every cell whether to go on.

    Returns
    -------
    ndarray of bool
        Follows `cells.values`; what is never published stays False.
    """
    known = ~np.isnan(cells.values)
    small = known & cells.open & (cells.values < threshold)
    hidden, public = small.copy(), np.zeros(len(known), dtype=bool)
    if before is not None:
        public[: len(before)] = cells.open[: len(before)] & ~before & ~small[: len(before)]
        hidden[: len(before)] |= before
    if not small.any():
        return hidden
    from scipy.sparse import coo_array  # heavy

    row = np.concatenate([np.full(len(at), n) for n, (at, _) in enumerate(cells.equations)] or [np.zeros(0, int)])
    at = np.concatenate([at for at, _ in cells.equations] or [np.zeros(0, dtype=int)])
    factor = np.concatenate([factor for _, factor in cells.equations] or [np.zeros(0)])
    matrix = coo_array((factor, (row, at)), shape=(len(cells.equations), len(known))).tocsc()
    part_of, by_row = _parts(matrix), matrix.tocsr()
    safe = np.zeros(len(known), dtype=bool)
    for cell in np.flatnonzero(small):
        if progress is not None:
            progress.check()
        if safe[cell] or _hides_among_others(cells, matrix, by_row, int(cell), hidden & known, threshold):
            continue
        members = np.flatnonzero(part_of == part_of[cell])
        if len(members) > 1:
            rises, falls = _pattern(cells, matrix, members, int(cell), hidden, threshold, public)
            hidden[members[(rises > _MOVED) | (falls > _MOVED)]] = True
            safe[members[rises >= threshold - _MOVED]] = True  # the same change protects these
    return hidden & cells.open


def _hides_among_others(cells: Cells, matrix: Any, by_row: Any, cell: int, hidden: np.ndarray, threshold: int) -> bool:
    """Whether the cell is in one sum only, and hidden parts of that sum alone can fall by the threshold: nothing more to hide."""
    here = slice(matrix.indptr[cell], matrix.indptr[cell + 1])
    if here.stop - here.start != 1:
        return False
    row = matrix.indices[here][0]
    span = slice(by_row.indptr[row], by_row.indptr[row + 1])
    beside = by_row.indices[span][by_row.data[span] == matrix.data[here][0]]
    alone = np.diff(matrix.indptr)[beside] == 1
    others = beside[hidden[beside] & alone & (beside != cell)]
    return bool(cells.values[others].sum() >= threshold)


def _parts(matrix: Any) -> np.ndarray:
    """Which cells hang together, directly or not: cells and sums are the two sides of a graph."""
    from scipy.sparse import coo_array  # heavy
    from scipy.sparse.csgraph import connected_components

    sums, cells = matrix.shape
    found = matrix.tocoo()
    links = coo_array((np.ones(found.nnz), (found.col, cells + found.row)), shape=(cells + sums, cells + sums))
    return np.asarray(connected_components(links, directed=False)[1][:cells])


def _pattern(
    cells: Cells, matrix: Any, members: np.ndarray, cell: int, hidden: np.ndarray, threshold: int, public: np.ndarray,
) -> tuple[np.ndarray, np.ndarray]:
    """How far every member rises or falls where `cell` is `threshold` more and the fewest open cells move; `public` ones do not,
    unless nothing else would do.

    Raises
    ------
    InputError
        If the sums do not add up.
    """
    from scipy.optimize import linprog  # heavy
    from scipy.sparse import hstack  # heavy

    here = matrix[:, members]
    here = here[np.flatnonzero(np.diff(here.tocsr().indptr)), :]
    values = np.nan_to_num(cells.values[members])
    cost = np.where(hidden[members] | ~cells.open[members], 0.0, cells.cost[members])
    rise, fall = np.full(len(members), np.inf), values.copy()
    rise[np.isnan(cells.values[members])] = 0.0
    still = public[members]
    rise[still] = fall[still] = 0.0
    place = int(np.flatnonzero(members == cell)[0])
    low = np.zeros(2 * len(members))
    low[place] = rise[place] = float(threshold)
    fall[place] = 0.0
    found = linprog(
        np.concatenate([cost, cost]), A_eq=hstack([here, -here]), b_eq=np.zeros(here.shape[0]),
        bounds=np.column_stack([low, np.concatenate([rise, fall])]), method="highs",
    )
    if found.x is None and public.any():
        return _pattern(cells, matrix, members, cell, hidden, threshold, np.zeros_like(public))
    if found.x is None:
        raise InputError(say("The totals of a table do not add up, so small counts cannot be protected."), say("Make it again."))
    return found.x[: len(members)], found.x[len(members):]


def _check(
    table: pd.DataFrame, count_columns: Sequence[str], by: Sequence[str], threshold: int, wholes: Mapping[str, str]
) -> None:
    absent = [name for name in (*count_columns, *by) if name not in table]
    if absent:
        raise InputError(say("The table has no column '{absent}'.", absent=absent[0]), say("Name its columns of counts and of groups."))
    strange = [name for name in (*wholes, *wholes.values()) if name not in count_columns]
    if strange:
        raise InputError(say("'{strange}' is not among the columns of counts.", strange=strange[0]), say("Name it as one, or leave it out."))
    if threshold < 1:
        raise InputError(say("A threshold of {threshold} hides nothing.", threshold=threshold), say("Give 1 or more."))
    for name in count_columns:
        values = pd.to_numeric(table[name], errors="coerce")
        if (values < 0).any():
            raise InputError(say("Column '{name}' holds numbers below zero.", name=name), say("Only counts can be protected."))
    if by and table.duplicated(list(by)).any():
        raise InputError(say("The same group is listed twice."), say("Keep one row per group."))


def _totals(
    table: pd.DataFrame, counts: Sequence[str], by: Sequence[str], kept: Sequence[str]
) -> tuple[pd.DataFrame, np.ndarray]:
    """Totals over all `by` columns but the kept ones, and which of them every row belongs to."""
    if kept:
        grouped = table.groupby(list(kept), sort=True, dropna=False)
        member = grouped.ngroup().to_numpy()
        sums = grouped[list(counts)].sum(min_count=1).reset_index()
    else:
        member = np.zeros(len(table), dtype=int)
        sums = table[list(counts)].sum(min_count=1).to_frame().T
    return sums.assign(**{name: TOTAL for name in by if name not in kept})[[*by, *counts]], member


def _sums(member: np.ndarray, start: int, totals: int, offset: int) -> list[tuple[np.ndarray, np.ndarray]]:
    """One equation per total: its rows add up to it."""
    equations = []
    order = np.argsort(member, kind="stable")
    ends = np.searchsorted(member[order], np.arange(totals + 1))
    for number in range(totals):
        rows = order[ends[number] : ends[number + 1]]
        equations.append((np.append(rows, start + number) + offset, np.append(np.ones(len(rows)), -1.0)))
    return equations


def _costs(values: np.ndarray, is_total: np.ndarray) -> np.ndarray:
    """Small numbers are hidden before large ones, totals last."""
    cost = 1.0 + np.log1p(np.nan_to_num(values))
    return np.where(is_total, _TOTAL_COST * cost, cost)


def _bounded(cells: Cells, part: int, whole: int, rows: int) -> Cells:
    """The same cells where every part is at most its whole: what is left over is a count that is never published."""
    rest = cells.values[whole : whole + rows] - cells.values[part : part + rows]
    usable = np.flatnonzero(rest >= 0)
    start = len(cells.values)
    extra = tuple(
        (np.array([part + row, start + n, whole + row]), np.array([1.0, 1.0, -1.0])) for n, row in enumerate(usable)
    )
    return Cells(
        np.append(cells.values, rest[usable]), np.append(cells.cost, np.full(len(usable), _REST_COST)),
        cells.equations + extra, np.append(cells.open, np.zeros(len(usable), dtype=bool)),
    )


def reason_name(column: str) -> str:
    """The column that says why a number is hidden."""
    return column + v.REASON_SUFFIX
