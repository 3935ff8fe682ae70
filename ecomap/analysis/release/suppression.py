"""Small groups of pupils kept out of what leaves the window, so that no total gives them back.

*The rule.* A count of pupils under the threshold (`ecomap.model.pupils`; zero is under it too) is hidden. Then as many other
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

from collections.abc import Sequence
from typing import Any, Final

import numpy as np
from attrs import field, frozen

from ecomap.model import vocabulary as v
from ecomap.model.errors import InputError
from ecomap.model.progress import Progress
from ecomap.model.pupils import THRESHOLD
from ecomap.model.said import say

_MOVED: Final = 1e-6


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


def hide(
    cells: Cells, threshold: int = THRESHOLD, before: np.ndarray | None = None, progress: Progress | None = None, *,
    public: np.ndarray | None = None, kept: np.ndarray | None = None,
) -> np.ndarray:
    """Which of the cells to hide, by the rule at the head of this module.

    Parameters
    ----------
    before : ndarray of bool, optional
        What was decided for the first of the cells when they left on their own: what was hidden stays hidden, what was
        published is public for good, so only the cells after them can be hidden in its stead.
    progress : Progress, optional
        Asked before every cell whether to go on.
    public : ndarray of bool, optional
        What somebody has read already, in an earlier file: it protects nothing any more, and if it is small nothing protects it.
    kept : ndarray of bool, optional
        What stays hidden because it was hidden in an earlier file.

    Returns
    -------
    ndarray of bool
        Follows `cells.values`; what is never published stays False.

    Raises
    ------
    InputError
        If the sums do not add up.
    """
    known = ~np.isnan(cells.values)
    small = known & cells.open & (cells.values < threshold)
    hidden, read = small.copy(), np.zeros(len(known), dtype=bool)
    if before is not None:
        read[: len(before)] = cells.open[: len(before)] & ~before & ~small[: len(before)]
        hidden[: len(before)] |= before
    if public is not None:
        read |= public
    if kept is not None:
        hidden |= kept & known & cells.open
    if not small.any():
        return hidden & cells.open
    matrix = _matrix(cells)
    part_of, by_row = _parts(matrix), matrix.tocsr()
    table, alike = _Table(cells, matrix, by_row, threshold), _alike(matrix)
    safe = read & small
    for cell in np.flatnonzero(small & ~safe):
        if progress is not None:
            progress.check()
        able = hidden & known & ~read
        if safe[cell] or _hides_among_alike(cells, alike, int(cell), able, threshold) or table.hides(int(cell), able):
            continue
        members = np.flatnonzero(part_of == part_of[cell])
        if len(members) > 1:
            moved = _pattern(cells, matrix, members, int(cell), hidden, threshold, read)
            if moved is None and public is None:
                raise InputError(say("The totals of a table do not add up, so small counts cannot be protected."), say("Make it again."))
            if moved is None:
                continue  # earlier files have given it away
            rises, falls = moved
            hidden[members[(rises > _MOVED) | (falls > _MOVED)]] = True
            safe[members[rises >= threshold - _MOVED]] = True  # the same change protects these
    return hidden & cells.open


def _matrix(cells: Cells) -> Any:
    """A column per cell, a row per sum."""
    from scipy.sparse import coo_array  # heavy

    row = np.concatenate([np.full(len(at), n) for n, (at, _) in enumerate(cells.equations)] or [np.zeros(0, int)])
    at = np.concatenate([at for at, _ in cells.equations] or [np.zeros(0, dtype=int)])
    factor = np.concatenate([factor for _, factor in cells.equations] or [np.zeros(0)])
    made = coo_array((factor, (row, at)), shape=(len(cells.equations), len(cells.values))).tocsc()
    made.sort_indices()
    return made


def _alike(matrix: Any) -> list[np.ndarray]:
    """For every cell those that stand in the same sums in the same way, itself among them."""
    groups: dict[tuple[bytes, bytes], list[int]] = {}
    for cell in range(matrix.shape[1]):
        here = slice(matrix.indptr[cell], matrix.indptr[cell + 1])
        groups.setdefault((matrix.indices[here].tobytes(), matrix.data[here].tobytes()), []).append(cell)
    found: list[np.ndarray] = [np.zeros(0, dtype=int)] * matrix.shape[1]
    for members in groups.values():
        together = np.array(members)
        for cell in members:
            found[cell] = together
    return found


def _hides_among_alike(cells: Cells, alike: Sequence[np.ndarray], cell: int, able: np.ndarray, threshold: int) -> bool:
    """Whether hidden cells of the same sums alone can fall by the threshold while this one rises by it: nothing more to hide."""
    members = alike[cell]
    others = members[able[members] & (members != cell)]
    return bool(cells.values[others].sum() >= threshold)


class _Table:
    """Cells in two sums each, as those of a table whose rows and columns add up."""

    def __init__(self, cells: Cells, matrix: Any, by_row: Any, threshold: int) -> None:
        self.values, self.threshold = cells.values, threshold
        self.matrix, self.by_row = matrix, by_row
        self.in_two = np.diff(matrix.indptr) == 2
        ends = matrix.indptr[:-1][self.in_two]
        self.sums = np.full((len(cells.values), 2), -1)
        self.sums[self.in_two] = np.column_stack([matrix.indices[ends], matrix.indices[ends + 1]]) if len(ends) else 0

    def hides(self, cell: int, able: np.ndarray) -> bool:
        """Whether the cell can rise by the threshold against hidden cells of its row and its column alone: nothing more to hide.

        Another of its row falls; others of its column fall, and in their rows what stands in the column of the first rises.
        """
        if not self.in_two[cell]:
            return False
        able = able & self.in_two
        able[cell] = False
        return any(self._along(cell, row, column, able) for row, column in (self.sums[cell], self.sums[cell][::-1]))

    def _along(self, cell: int, row: int, column: int, able: np.ndarray) -> bool:
        beside, below = self._same_sign(row, cell, able), self._same_sign(column, cell, able)
        beside = beside[self.values[beside] >= self.threshold]
        if not len(beside) or self.values[below].sum() < self.threshold:
            return False
        rows_below = self._other(below, column)
        for one in beside:
            across = self._same_sign(self._other(np.array([one]), row)[0], one, able)
            rising = self._other(across, self._other(np.array([one]), row)[0])
            if self.values[below[np.isin(rows_below, rising) & (rows_below != row)]].sum() >= self.threshold:
                return True
        return False

    def _same_sign(self, row: int, cell: int, able: np.ndarray) -> np.ndarray:
        """The able cells of a sum that count in it as `cell` does, without it."""
        span = slice(self.by_row.indptr[row], self.by_row.indptr[row + 1])
        at, factor = self.by_row.indices[span], self.by_row.data[span]
        return np.asarray(at[able[at] & (factor == factor[at == cell][0]) & (at != cell)])

    def _other(self, at: np.ndarray, row: int) -> np.ndarray:
        """The other sum of each cell."""
        return np.where(self.sums[at, 0] == row, self.sums[at, 1], self.sums[at, 0])


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
) -> tuple[np.ndarray, np.ndarray] | None:
    """How far every member rises or falls where `cell` is `threshold` more and the fewest open cells move.

    First with what is hidden already or never told, then with all that is not `public`, and with that only where nothing else would
    do; None where not even that does.
    """
    able = ~public[members] | (members == cell)
    for among in (able & (hidden[members] | ~cells.open[members]), able, np.ones(len(members), dtype=bool)):
        found = _change(cells, matrix, members[among], cell, hidden, threshold)
        if found is not None:
            moved = np.zeros((2, len(members)))
            moved[:, among] = found
            return moved[0], moved[1]
    return None


def _change(
    cells: Cells, matrix: Any, members: np.ndarray, cell: int, hidden: np.ndarray, threshold: int,
) -> np.ndarray | None:
    """The cheapest rise and fall of every member, nothing else moving; None where there is none."""
    from scipy.optimize import linprog  # heavy
    from scipy.sparse import hstack  # heavy

    here = matrix[:, members]
    here = here[np.flatnonzero(np.diff(here.tocsr().indptr)), :]
    cost = np.where(hidden[members] | ~cells.open[members], 0.0, cells.cost[members])
    rise, fall = np.full(len(members), np.inf), np.nan_to_num(cells.values[members])
    rise[np.isnan(cells.values[members])] = 0.0
    place = int(np.flatnonzero(members == cell)[0])
    low = np.zeros(2 * len(members))
    low[place] = rise[place] = float(threshold)
    fall[place] = 0.0
    found = linprog(
        np.concatenate([cost, cost]), A_eq=hstack([here, -here]), b_eq=np.zeros(here.shape[0]),
        bounds=np.column_stack([low, np.concatenate([rise, fall])]), method="highs",
    )
    return None if found.x is None else found.x.reshape(2, -1)


def reason_name(column: str) -> str:
    """The column that says why a number is hidden."""
    return column + v.REASON_SUFFIX
