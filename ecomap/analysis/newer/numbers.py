"""A column of numbers beside its newer values: what is more than error, and which fifths change."""

from __future__ import annotations

import re
from typing import Any, Final

import numpy as np
import pandas as pd
from attrs import frozen

from ecomap.analysis.statistics.ranks import fifths

SURVEY_YEARS: Final = 5   # years that the answers of one five-year survey are gathered over
PANDEMIC: Final = 2020    # the year in which fewer answered, and others
_YEARS: Final = re.compile(r"(?<!\d)((?:19|20)\d\d)\s?[-–]\s?((?:19|20)?\d\d)(?!\d)")
_CENTURY: Final = 100


@frozen
class Change:
    """What became of one column over the rows that both lists have.

    Parameters
    ----------
    both : int
        Rows with a number before and after.
    beyond, within, unsure : int
        Of these: changed by more than the margin of the difference (90 %), by no more than it, and without a margin on either
        side, so that nobody can say. They add up to `both`.
    changed : int
        Rows whose number is another one, margin or not.
    appeared, vanished : int
        Rows that got a number, and rows that lost theirs.
    median : float
        Median of the differences, in the unit of the column; NaN where no row has both.
    fifth, fifth_within, fifth_unsure : int
        Rows whose fifth among all rows of their list is another one; of these the ones whose number changed by no more than
        its margin, and those without a margin.
    """

    both: int
    beyond: int
    within: int
    unsure: int
    changed: int
    appeared: int
    vanished: int
    median: float
    fifth: int
    fifth_within: int
    fifth_unsure: int


def moe_of_difference(moe: Any, other: Any) -> Any:
    """Margin of a difference of two independent estimates: the root of the sum of the squares, missing where either is.

    >>> float(moe_of_difference(3.0, 4.0))
    5.0
    """
    return np.hypot(np.asarray(moe, dtype=float), np.asarray(other, dtype=float))


def change_of(old: pd.Series, new: pd.Series, old_moe: pd.Series | None, new_moe: pd.Series | None, old_row: Any, new_row: Any,
              least: float = 0.0) -> Change:
    """Compare a column over pairs of rows.

    Parameters
    ----------
    old, new : Series of float
        Every row of either list; fifths are found among them.
    old_moe, new_moe : Series of float, optional
        90 % margins in the same unit.
    old_row, new_row : array of int
        Positions of the rows that are the same thing.
    least : float
        Differences up to this one are how lists round, and no other number.
    """
    before, after = _at(old, old_row), _at(new, new_row)
    margin = moe_of_difference(_at(old_moe, old_row), _at(new_moe, new_row))
    both = np.isfinite(before) & np.isfinite(after)
    difference = np.where(both, after - before, np.nan)
    known = both & np.isfinite(margin)
    beyond = known & (np.abs(difference) > margin)
    moved = both & (_at(fifths(old), old_row) != _at(fifths(new), new_row))
    return Change(
        both=int(both.sum()), beyond=int(beyond.sum()), within=int((known & ~beyond).sum()), unsure=int((both & ~known).sum()),
        changed=int((both & (np.abs(difference) > least)).sum()), appeared=int((~np.isfinite(before) & np.isfinite(after)).sum()),
        vanished=int((np.isfinite(before) & ~np.isfinite(after)).sum()),
        median=float(np.median(difference[both])) if both.any() else float("nan"),
        fifth=int(moved.sum()), fifth_within=int((moved & known & ~beyond).sum()), fifth_unsure=int((moved & ~known).sum()),
    )


def _at(values: Any, rows: Any) -> np.ndarray:
    if values is None:
        return np.full(len(rows), np.nan)
    return np.asarray(values, dtype=float)[np.asarray(rows, dtype=int)]


def survey_of(vintage: str) -> tuple[int, int] | None:
    """First and last year of a five-year survey, as a source states its period; None for any other period.

    >>> survey_of("ACS 2014-18 5-year"), survey_of("2019-2023"), survey_of("2025-26"), survey_of("October 2021")
    ((2014, 2018), (2019, 2023), None, None)
    """
    for first, last in _YEARS.findall(str(vintage)):
        start = int(first)
        end = int(last) if len(last) > 2 else start - start % _CENTURY + int(last)
        if end - start == SURVEY_YEARS - 1:
            return start, end
    return None


def shared_years(old: str, new: str) -> tuple[int, int] | None:
    """The years that two five-year surveys share; None where they share none or either is no such survey.

    >>> shared_years("2014-18", "2018-22"), shared_years("2014-18", "2019-23")
    ((2018, 2018), None)
    """
    one, other = survey_of(old), survey_of(new)
    if one is None or other is None or one == other:
        return None
    first, last = max(one[0], other[0]), min(one[1], other[1])
    return (first, last) if first <= last else None


def holds_pandemic(vintage: str) -> bool:
    """Whether a five-year survey has the year in it in which fewer people answered.

    >>> holds_pandemic("2014-18"), holds_pandemic("2016-20"), holds_pandemic("2019-23"), holds_pandemic("2021-25")
    (False, True, True, False)
    """
    years = survey_of(vintage)
    return years is not None and years[0] <= PANDEMIC <= years[1]
