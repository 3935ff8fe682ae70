"""Dollars that follow from a school's pupils by a formula: they go with the pupils where a small group is hidden.

Whoever knows the state's rates finds the pupils of a school from its base money, and those of two hidden schools from a sum of
both. So a school whose pupils are hidden shows no such amount, and every published sum of them is one more total that the hiding of
small groups has to hold against.
"""

from __future__ import annotations

import re
from fractions import Fraction
from typing import Any, Final

import numpy as np
import pandas as pd
from attrs import field, frozen

from ecomap.analysis import columns as c
from ecomap.analysis.assets.school_need import number
from ecomap.analysis.money.ada import ADA, ADA_FROM, PUBLISHED, grades_of
from ecomap.analysis.money.attribution import (
    ADJUSTMENT,
    BASE,
    CONCENTRATION,
    GENERATED,
    PARTS,
    RULE,
    RULES,
    SUPPLEMENTAL,
)
from ecomap.analysis.money.misalignment import DIFFERENCE, FROM_OTHER, PER_PUPIL, RATIO
from ecomap.analysis.money.schools import CHARTER, NEED_SHARE, PROXY, UNDUPLICATED_FROM
from ecomap.analysis.money.tables import ALLOCATED_RATIO, EXPECTED, GENERATED_PER_PUPIL
from ecomap.model import vocabulary as v
from ecomap.model.pupils import SUPPRESSED, THRESHOLD
from ecomap.model.said import Quantity, Said, name, rewritten
from ecomap.model.units import format_number

_GRADES: Final = 13  # kindergarten to twelfth
_SPANS: Final = ((0, 3), (4, 6), (7, 8), (9, 12))
SPANS: Final = tuple(v.ADA_COLUMNS.values())
FOLLOWS: Final = (*PARTS, GENERATED, GENERATED_PER_PUPIL, PER_PUPIL, ADA, *SPANS, NEED_SHARE, DIFFERENCE, RATIO, FROM_OTHER, ALLOCATED_RATIO, EXPECTED)
OF_FIFTHS: Final = (GENERATED, GENERATED_PER_PUPIL, "generated_share")
_MILLION: Final = 1_000_000


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


def guards(frame: Any, enrolled: np.ndarray, unduplicated: np.ndarray | None) -> list[tuple[np.ndarray, np.ndarray]]:
    """Sums over the schools a district runs that the hiding of its schools should leave as they are: pupils of each grade span, and
    pupils with a claim to extra money. Where they stay, the district's dollars can still be said, whatever year's rates they go by.

    Returns positions of counts and their factors, one pair per sum.
    """
    own = (frame[v.GOVERNANCE].fillna("") != CHARTER).to_numpy() if v.GOVERNANCE in frame else np.ones(len(frame), dtype=bool)
    found = []
    if unduplicated is not None:
        rows = own & (unduplicated >= 0)
        found.append((unduplicated[rows], np.ones(int(rows.sum()))))
    grades = [grades_of(*row) for row in zip(*(frame.get(name, [""] * len(frame)) for name in (v.GRADES_LOW, v.GRADES_HIGH, v.LEVELS)),
                                             strict=True)]
    for first, last in _SPANS:
        share = np.array([sum(first <= grade <= last for grade in served) / len(served) if served else 0.0 for served in grades])
        rows = own & (share > 0) & (enrolled >= 0)
        found.append((enrolled[rows], share[rows]))
    return [(at, factor) for at, factor in found if len(at)]


def stood_in_for(frame: Any, measure: str) -> str:
    """What a count really is: where meals stand in for unduplicated pupils, both columns are one count."""
    same = measure == v.UNDUPLICATED and UNDUPLICATED_FROM in frame and (frame[UNDUPLICATED_FROM] == PROXY).all()
    return v.FRPM_COUNT if same else measure


def dollars_of(frame: Any, enrolled: np.ndarray, unduplicated: np.ndarray) -> Dollars | None:
    """How the dollars of a table of schools follow from their pupils; None where they do not (rule C, nobody with an amount)."""
    rule = frame[RULE].fillna("").astype(str).to_numpy()
    pupils, intended = number(frame, v.ENROLLMENT), number(frame, v.UNDUPLICATED)
    base, extra = (number(frame, one) + number(frame, two) for one, two in ((BASE, ADJUSTMENT), (SUPPLEMENTAL, CONCENTRATION)))
    shared = rule == RULES["A"]
    made = np.where(shared, base, np.where(rule == RULES["C"], np.nan, number(frame, GENERATED)))
    each = np.nan_to_num(_by_grades(frame, np.where(shared, made, np.nan), pupils, _over(made, pupils)))
    rates = _over(extra, intended)[shared & (intended >= THRESHOLD)]
    more = np.where(shared, np.median(rates) if len(rates) else 0.0, 0.0)
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


def gone_with_pupils(frame: Any, rows: np.ndarray, everywhere: bool) -> dict[str, np.ndarray]:
    """Which cells of a table of schools go because the pupils of their row do, or `everywhere` because a headline sum does.

    Attendance by grade span goes as a whole where one of its spans is small; a span of zero is a grade not served, no group.
    """
    gone = {name: rows | (everywhere and name not in (ADA, *SPANS, NEED_SHARE)) for name in FOLLOWS if name in frame}
    spans = [name for name in SPANS if name in frame]
    if spans:
        counts = np.column_stack([number(frame, name) for name in spans])
        few = ((counts > 0) & (counts < THRESHOLD)).any(axis=1)
        gone |= dict.fromkeys(spans, rows | few)
    return {name: np.asarray(cells & pd.notna(frame[name]).to_numpy()) for name, cells in gone.items()}


def hides_dollars(frame: Any) -> tuple[bool, bool, bool]:
    """Of a released table: whether it hides dollars of any school, of every school, of a need fifth."""
    reason = GENERATED + v.REASON_SUFFIX
    if reason not in frame or not (frame[reason] == SUPPRESSED).any():
        return False, False, False
    return (True, not frame[GENERATED].notna().any(), False) if RULE in frame else (False, False, True)


def _by_grades(frame: Any, made: np.ndarray, pupils: np.ndarray, as_is: np.ndarray) -> np.ndarray:
    """Base money of one pupil by the grades a school serves: the same for schools of the same grades, free of the rounding of cents.

    Schools whose attendance was published and not estimated keep what their own figures say.
    """
    if not {ADA, ADA_FROM, *SPANS} <= set(frame.columns):
        return as_is
    spans, attended = np.column_stack([number(frame, name) for name in SPANS]), number(frame, ADA)
    known = ~np.isnan(made) & (attended > 0) & (pupils > 0) & (frame[ADA_FROM] != PUBLISHED).to_numpy()
    if not known.any():
        return as_is
    rates = np.linalg.lstsq(spans[known], made[known], rcond=None)[0]
    shares = np.array([[float(Fraction(part).limit_denominator(_GRADES)) for part in row] for row in spans[known] / attended[known, None]])
    exact = as_is.copy()
    how, ratio = frame[ADA_FROM].astype(str).to_numpy()[known], attended[known] / pupils[known]
    exact[known] = pd.Series(ratio).groupby(how).transform("median").to_numpy() * (shares @ rates)
    return exact


def coarse(frame: Any) -> Any:
    """A table by need fifth with its sums of dollars in whole thousands: the cents of a sum would give its parts away."""
    changes = {GENERATED: -3, GENERATED_PER_PUPIL: 0, "generated_share": 4}
    return frame.assign(**{name: frame[name].astype(float).round(digits) for name, digits in changes.items() if name in frame})


def coarse_words(said: Said) -> Said:
    """The same for amounts in a sentence: from a million on, dollars in whole thousands.

    >>> coarse_words(name("724 schools generate $4,519,542,870, $10,348 per pupil"))
    '724 schools generate $4,519,543,000, $10,348 per pupil'
    """
    return rewritten(said, _coarse)


def _coarse(said: Said) -> Said:
    if isinstance(said, Quantity):
        value, _, unit, digits, _ = said.parts
        return format_number(round(round(value), -3), unit, digits) if unit == "usd" and value is not None and round(value) >= _MILLION else said
    # what an older file holds is a text and no message
    return name(re.sub(r"\$(\d{1,3}(?:,\d{3}){2,})", lambda found: f"${round(int(found[1].replace(',', '')), -3):,}", said))


def _over(amount: np.ndarray, count: np.ndarray) -> np.ndarray:
    return np.divide(amount, count, out=np.full(len(amount), np.nan), where=count > 0)
