"""Dollars that follow from a school's pupils by a formula: they go with the pupils where a small group is hidden.

Whoever knows the state's rates finds the pupils of a school from its base money, and those of two hidden schools from a sum of
both. So a school whose pupils are hidden shows no such amount, and every published sum of them is one more total that the hiding of
small groups has to hold against.
"""

from __future__ import annotations

from typing import Any, Final

import numpy as np
import pandas as pd
from attrs import field, frozen

from ecomap.analysis import columns as c
from ecomap.analysis.ada import ADA
from ecomap.analysis.attribution import (
    ADJUSTMENT,
    BASE,
    CONCENTRATION,
    GENERATED,
    PARTS,
    RULE,
    RULES,
    SUPPLEMENTAL,
)
from ecomap.analysis.misalignment import DIFFERENCE, FROM_OTHER, PER_PUPIL, RATIO
from ecomap.analysis.money_table import ALLOCATED_RATIO, EXPECTED, GENERATED_PER_PUPIL
from ecomap.analysis.school_money import CHARTER, NEED_SHARE
from ecomap.analysis.school_need import number
from ecomap.model import vocabulary as v

SPANS: Final = tuple(v.ADA_COLUMNS.values())
FOLLOWS: Final = (*PARTS, GENERATED, GENERATED_PER_PUPIL, PER_PUPIL, ADA, *SPANS, NEED_SHARE, DIFFERENCE, RATIO, FROM_OTHER, ALLOCATED_RATIO, EXPECTED)
OF_FIFTHS: Final = (GENERATED, GENERATED_PER_PUPIL, "generated_share")
HIDDEN: Final = "The amounts are hidden to protect small groups of pupils."


@frozen
class Dollars:
    """What a school's dollars follow from: so much per enrolled pupil, and so much per unduplicated pupil. Rows of a table.

    ``enrolled`` and ``unduplicated`` are the positions of their counts, -1 where there is none; ``unit`` makes a sum of dollars as
    large as a sum of pupils.
    """

    enrolled: np.ndarray = field(eq=False, repr=False)
    unduplicated: np.ndarray = field(eq=False, repr=False)
    per_pupil: np.ndarray = field(eq=False, repr=False)
    per_unduplicated: np.ndarray = field(eq=False, repr=False)
    unit: float

    def sum_of(self, rows: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Positions and factors of the sum over some rows."""
        at = np.concatenate([self.enrolled[rows], self.unduplicated[rows]])
        factor = np.concatenate([self.per_pupil[rows], self.per_unduplicated[rows]]) / self.unit
        use = (at >= 0) & (factor > 0)
        return at[use], factor[use]


def is_money(frame: Any) -> bool:
    """Whether a table has a row per school with what it generates."""
    return {GENERATED, RULE, v.GOVERNANCE, v.ENROLLMENT, v.UNDUPLICATED} <= set(frame.columns)


def dollars_of(frame: Any, enrolled: np.ndarray, unduplicated: np.ndarray) -> Dollars | None:
    """How the dollars of a table of schools follow from their pupils; None where they do not (rule C, nobody with an amount)."""
    rule = frame[RULE].fillna("").astype(str).to_numpy()
    pupils, intended = number(frame, v.ENROLLMENT), number(frame, v.UNDUPLICATED)
    base, extra = (number(frame, one) + number(frame, two) for one, two in ((BASE, ADJUSTMENT), (SUPPLEMENTAL, CONCENTRATION)))
    shared = rule == RULES["A"]
    made = np.where(shared, base, np.where(rule == RULES["C"], np.nan, number(frame, GENERATED)))
    each = np.nan_to_num(_over(made, pupils))
    more = np.where(shared, np.nan_to_num(_over(extra, intended)), 0.0)
    if not (each > 0).any():
        return None
    return Dollars(enrolled, unduplicated, each, more, float(each[each > 0].mean()))


def sums_of(frame: Any) -> tuple[np.ndarray, ...]:
    """The schools that headline sums are over: those the district runs, and those of them that reported spending."""
    own = (frame[v.GOVERNANCE].fillna("") != CHARTER).to_numpy()
    reported = own & ~np.isnan(number(frame, DIFFERENCE))
    return (own, reported) if reported.any() else (own,)


def rows_of_fifth(frame: Any, fifth: float) -> np.ndarray:
    """The schools whose dollars a row by need fifth adds up."""
    return np.asarray((frame[v.GOVERNANCE].fillna("") != CHARTER).to_numpy() & (number(frame, c.FIFTH) == fifth))


def gone_with_pupils(frame: Any, rows: np.ndarray, everywhere: bool, threshold: int) -> dict[str, np.ndarray]:
    """Which cells of a table of schools go because the pupils of their row do, or `everywhere` because a headline sum does.

    Attendance by grade span goes as a whole where one of its spans is small; a span of zero is a grade not served, no group.
    """
    gone = {name: rows | (everywhere and name not in (ADA, *SPANS, NEED_SHARE)) for name in FOLLOWS if name in frame}
    spans = [name for name in SPANS if name in frame]
    if spans:
        counts = np.column_stack([number(frame, name) for name in spans])
        few = ((counts > 0) & (counts < threshold)).any(axis=1)
        gone |= dict.fromkeys(spans, rows | few)
    return {name: np.asarray(cells & pd.notna(frame[name]).to_numpy()) for name, cells in gone.items()}


def sums_hidden(frame: Any, suppressed: str) -> tuple[bool, bool]:
    """Whether a released table hides the dollars of every school, and whether it hides those of a fifth: then no sum of them, or no
    bar of a share of them, may be said either."""
    reason = GENERATED + v.REASON_SUFFIX
    if reason not in frame or not (frame[reason] == suppressed).any():
        return False, False
    return (not frame[GENERATED].notna().any(), False) if RULE in frame else (False, True)


def _over(amount: np.ndarray, count: np.ndarray) -> np.ndarray:
    return np.divide(amount, count, out=np.full(len(amount), np.nan), where=count > 0)
